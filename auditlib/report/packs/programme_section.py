"""The sections of a workpaper on its programme: the rules followed, the dollars and their formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from auditlib.report.contents import ReportTable, Section
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.moments import moments
from auditlib.stats.estimators.programmes import OverpaymentFinding, Programme, net_differences
from auditlib.text import format_dollars, level

_NETTED = {
    "net": "Underpayments are set off against overpayments.",
    "overpayments only": "Underpayments count as 0.",
    "gross": "Overpayments and underpayments are added up.",
}
_LABELS = {
    "unit_count": "Units, N",
    "sample_count": "Looked at, n",
    "mean_amount": "Mean difference",
    "deviation_amount": "Standard deviation, s",
    "total_amount": "N x mean",
    "variance": "N (N - n) s^2 / n",
}


@dataclass(frozen=True, slots=True)
class ProgrammeFigures:
    """What a workpaper says of the programme of its audit.

    Parameters
    ----------
    plan
        The plan in sentences, with departures and their reasons.
    planned
        By whom and when it was planned.
    found
        What was found, and what follows, in sentences.
    units
        The units looked at, with paid_amount, audited_amount and their strata.
    programme
        The rule by which differences are netted; None where the programme has no figure.
    finding
        The figure; None where nothing is extrapolated or dollars are not known.
    ratio
        The ratio of dollars in error to dollars paid, where the programme goes by it.
    why_not
        Why there is no figure; empty where there is one.
    rounds
        How rounds stand to each other, a sentence each.
    files
        Names of the files by which the figures are computed again.
    """

    plan: Sequence[str]
    planned: str
    found: Sequence[str]
    units: pl.DataFrame
    programme: Programme | None
    finding: OverpaymentFinding | None
    ratio: Estimate | None
    why_not: str
    rounds: Sequence[str] = ()
    files: Sequence[str] = ()


def programme_sections(figures: ProgrammeFigures | None) -> tuple[Section, ...]:
    """Return the section on the rules and that on the dollars; none without a plan."""
    if figures is None:
        return ()
    return (
        Section(
            "Programme and its rules", paragraphs=tuple(figures.plan), facts=(("Planned", figures.planned),)
        ),
        _dollars(figures),
    )


def _dollars(figures: ProgrammeFigures) -> Section:
    rule, finding = figures.programme, figures.finding
    paragraphs = [*figures.found, *figures.rounds]
    tables: tuple[ReportTable, ...] = ()
    if rule is None or (finding is None and figures.ratio is None):
        paragraphs.append(f"No figure for the universe. {figures.why_not}".strip())
        return Section("Dollars and what follows", paragraphs=tuple(paragraphs))
    paragraphs.append(f"Difference = paid - audited. {_NETTED[rule.netting]}")
    if finding is not None:
        strata = strata_table(figures.units, rule)
        tables = (
            ReportTable(
                "Dollars by stratum", strata, labels=_LABELS, row_limit=None, totals=("total_amount",)
            ),
        )
        paragraphs += _formulas(finding, strata)
    if figures.ratio is not None:
        limits = figures.ratio.interval(rule.confidence, sides=rule.sides)
        paragraphs.append(
            "Ratio R = sum of N x mean difference / sum of N x mean paid = "
            f"{100 * figures.ratio.point:.4f} %; standard error of the residuals (difference - R x paid) "
            f"over the denominator = {100 * figures.ratio.standard_error:.4f} points; limits at "
            f"{level(rule.confidence)}, {rule.sides}: {100 * limits.lower:.4f} % to "
            f"{100 * limits.upper:.4f} %."
        )
    if figures.files:
        paragraphs.append(
            f"To compute this again: {', '.join(figures.files)}, beside this workpaper; run a script by "
            "'Rscript' or 'python3'."
        )
    return Section("Dollars and what follows", paragraphs=tuple(paragraphs), tables=tables)


def strata_table(units: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """Return by stratum what goes into the total: N, n, mean and deviation of the netted differences."""
    counted = units
    if programme.missing_rule == "excluded":
        counted = units.filter(pl.col("record") != "missing")
    rows = []
    for part in counted.partition_by("stratum", maintain_order=True):
        values = net_differences(
            (part["paid_amount"] - part["audited_amount"]).cast(pl.Float64).to_list(),
            netting=programme.netting,
        )
        whole, drawn = part["stratum_unit_count"][0], len(values)
        mean, deviation = math.fsum(values) / drawn, moments(values).standard_deviation or 0.0
        rows.append(
            (
                part["stratum"][0],
                whole,
                drawn,
                mean,
                deviation,
                whole * mean,
                whole * (whole - drawn) * deviation**2 / drawn,
            )
        )
    return pl.DataFrame(
        rows,
        schema={
            "stratum": pl.String(),
            "unit_count": pl.Int64(),
            "sample_count": pl.Int64(),
            "mean_amount": pl.Float64(),
            "deviation_amount": pl.Float64(),
            "total_amount": pl.Float64(),
            "variance": pl.Float64(),
        },
        orient="row",
    )


def _formulas(finding: OverpaymentFinding, strata: pl.DataFrame) -> list[str]:
    estimate, rule = finding.estimate, finding.programme
    if strata.height == 1:
        row = strata.row(0, named=True)
        point = f"N x mean = {row['unit_count']:,} x {row['mean_amount']:,.6f}"
        error = (
            f"N x s x square root of ((N - n) / (n x N)) = square root of {row['variance']:,.4f}, with N = "
            f"{row['unit_count']:,}, n = {row['sample_count']:,}, s = {row['deviation_amount']:,.6f}"
        )
    else:
        point = f"sum over {strata.height:,} strata of N x mean"
        error = (
            f"square root of the sum of N (N - n) s^2 / n = square root of {strata['variance'].sum():,.4f}"
        )
    lines = [
        f"Point = {point} = {format_dollars(round(estimate.point, 2))}.",
        f"Standard error = {error} = {format_dollars(round(estimate.standard_error, 2))}.",
    ]
    if estimate.standard_error > 0:
        critical = estimate.critical_value(rule.confidence, sides=rule.sides)
        kind = "z" if estimate.degrees_of_freedom is None else f"t({estimate.degrees_of_freedom:g})"
        lines.append(
            f"Limits at {level(rule.confidence)}, {rule.sides} = point -/+ {kind} x standard error, with "
            f"{kind} = {critical:.6f}."
        )
    limits = ", ".join(
        f"{side} {format_dollars(round(value, 2))}"
        for side, value in (("lower", finding.interval.lower), ("upper", finding.interval.upper))
        if abs(value) != float("inf")
    )
    lines += [
        f"Limits: {limits}.",
        (
            f"Figure by {rule.name}: the {rule.demand}, {format_dollars(round(finding.demand, 2))}. "
            f"Source: {rule.authority}."
        ),
    ]
    return lines
