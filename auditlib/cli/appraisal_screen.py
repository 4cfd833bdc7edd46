"""The screen of an appraisal: its cautions, its figures, and what holds instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditlib.cli.outcome import Table

if TYPE_CHECKING:
    from auditlib.estimation.appraisal import Appraisal
    from auditlib.stats.estimators.programmes import OverpaymentFinding


def appraisal_screen(appraisal: Appraisal) -> Iterator[object]:
    """Yield an appraisal, its cautions first."""
    from auditlib.estimation.workpaper import number

    estimates = appraisal.found
    yield f"Appraisal: {estimates.method}, {appraisal.sides}"
    if appraisal.is_census:
        yield "Every unit was reviewed: the figures are the universe's own, without sampling error."
    if appraisal.cautions:
        doubt = " the textbook interval may cover less than it says on such a sample."
        yield f"Before you rely on it:{doubt if appraisal.may_fail else ''}"
    for caution in appraisal.cautions:
        yield f"  - {caution.message}"
    if estimates.moments is not None:
        shape = estimates.moments
        yield (
            f"  {shape.value_count:,} units, {shape.nonzero_count:,} of them not 0; "
            f"skewness {number(shape.skewness)}, kurtosis {number(shape.kurtosis)}"
        )
    yield Table(
        ("figure", "point", "standard error", "level", "lower", "upper", "rule"),
        [
            (
                figure.name,
                number(figure.point),
                number(figure.standard_error),
                f"{row['confidence']:.6g}",
                number(row["lower"]),
                number(row["upper"]),
                figure.rule,
            )
            for figure in estimates.figures
            for row in appraisal.limits(figure)
        ],
    )
    if appraisal.other is not None:
        figure = appraisal.other.figures[0]
        for row in appraisal.limits(figure):
            limits = f"{number(row['lower'])} to {number(row['upper'])}"
            yield f"With {figure.rule} instead, {row['confidence']:.6g}: {limits}"
    yield from _other_methods(appraisal)
    if appraisal.demanded is not None:
        yield from _demand_lines(appraisal.demanded)


def _other_methods(appraisal: Appraisal) -> Iterator[object]:
    from auditlib.estimation.workpaper import guarantee, number

    known = [limits for limits in appraisal.beside if not limits.missing]
    if appraisal.beside:
        yield "Instead of the textbook interval:" if appraisal.may_fail else "By other methods:"
    for advice in appraisal.advice:
        yield f"  {advice}"
    if known:
        yield Table(
            ("quantity", "method", "level", "lower", "upper", "guarantee"),
            [
                (
                    limits.quantity,
                    limits.method,
                    f"{limits.confidence:.6g}",
                    "none" if limits.lower is None else number(limits.lower),
                    "none" if limits.upper is None else number(limits.upper),
                    guarantee(limits),
                )
                for limits in known
            ],
        )
    absent = dict.fromkeys((limits.method, limits.missing) for limits in appraisal.beside if limits.missing)
    for method, reason in absent:
        yield f"  No {method}: {reason}"
    for sentence in appraisal.on_net_total:
        yield f"  {sentence}"


def _demand_lines(finding: OverpaymentFinding) -> Iterator[str]:
    from auditlib.estimation.workpaper import number

    rule = finding.programme
    terms = f"{rule.demand}, {rule.netting}, {rule.confidence:.0%} {rule.sides}"
    yield f"{rule.name}: {number(finding.demand)} ({terms})"
    yield f"  Authority: {rule.authority}"
    yield f"  A missing record: {rule.missing_record_rule}"
    for note in finding.notes:
        yield f"  {note}"
    if not finding.is_sample_large_enough:
        yield f"  The sample of {finding.sample_count:,} is below its {rule.minimum_sample_count:,}."
