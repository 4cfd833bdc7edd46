"""An appraisal as an audit workpaper, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from auditlib.estimation.appraisal import Appraisal
from auditlib.estimation.net_total import RANK_GAPS
from auditlib.estimation.robust_methods import NET_TOTAL, OVERPAYMENTS_ALONE, OtherLimits
from auditlib.stats.estimators.programmes import OverpaymentFinding

_RULES = {"z": "normal (z)", "exact": "exact (hypergeometric)"}


def appraisal_workpaper(
    appraisal: Appraisal, *, title: str, basis: Sequence[str], found: Sequence[str] = ()
) -> str:
    """Return the workpaper of an appraisal.

    Parameters
    ----------
    appraisal
        The appraisal.
    title
        Heading, as "Estimate: audit of October".
    basis
        Sentences on the source of the figures: file, manifest, universe, rule for missing records.
    found
        Sentences on what the review found in the sample itself.
    """
    parts = [f"# {title}", "## Basis", "\n".join(f"- {sentence}" for sentence in basis)]
    if found:
        parts += ["## What the review found", "\n".join(f"- {sentence}" for sentence in found)]
    parts += ["## Reliance on the textbook interval", _reliance(appraisal)]
    parts += [
        "## Estimate",
        f"Method: {appraisal.found.method}, limits {appraisal.sides}.{_printed_as(appraisal)}",
        _figures(appraisal),
    ]
    if appraisal.other is not None:
        figure = appraisal.other.figures[0]
        rows = "; ".join(
            f"{_level(row['confidence'])}: {number(row['lower'])} to {number(row['upper'])}"
            for row in appraisal.limits(figure)
        )
        parts.append(f"By {_rule(figure.rule)} instead, {figure.name}: {rows}.")
    if appraisal.beside:
        parts += ["## Limits by other methods", _beside(appraisal.beside)]
    if appraisal.on_net_total:
        parts += ["## Limits of the net total", "\n".join(f"- {line}" for line in appraisal.on_net_total)]
    if appraisal.demanded is not None:
        parts += ["## Figure demanded", _demand(appraisal.demanded)]
    parts += ["## Conclusion", _conclusion(appraisal)]
    return "\n\n".join(parts) + "\n"


def number(value: float | None) -> str:
    """Return a figure as it is printed; None is an open side."""
    if value is None or not math.isfinite(value):
        return "open"
    return f"{value:,.4f}" if abs(value) < 1 and value != 0 else f"{value:,.2f}"


def _level(level: float | None) -> str:
    return f"{100 * (level or 0):.6g} %"


def _rule(rule: str) -> str:
    return _RULES.get(rule, f"Student's {rule}" if rule.startswith("t(") else rule)


def _reliance(appraisal: Appraisal) -> str:
    if appraisal.is_census:
        return "Every unit was reviewed: the figures are the universe's own, without sampling error."
    if appraisal.found.figures[0].rule == RANK_GAPS:
        return "The limits are not the textbook's: they rest on the most that a unit can be wrong by."
    if not appraisal.cautions:
        return _no_caution(appraisal)
    lead = (
        "**The textbook interval may cover less than it says on a sample like this one:**"
        if appraisal.may_fail
        else "To be borne in mind:"
    )
    return "\n".join([lead, "", *(f"- {caution.message}" for caution in appraisal.cautions)])


def _printed_as(appraisal: Appraisal) -> str:
    if "not in RAT-STATS" in appraisal.found.method:
        return ""
    return " These rows are as RAT-STATS prints them; it does not cut limits at what is possible."


def _figures(appraisal: Appraisal) -> str:
    lines = [
        "| figure | point | standard error | level | lower | upper | rule |",
        "|---|---|---|---|---|---|---|",
    ]
    for figure in appraisal.found.figures:
        for row in appraisal.limits(figure):
            cells = [
                figure.name,
                number(figure.point),
                number(figure.standard_error),
                _level(row["confidence"]),
            ]
            cells += [number(row["lower"]), number(row["upper"]), _rule(figure.rule)]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _beside(beside: Sequence[OtherLimits]) -> str:
    lines = ["| quantity | method | level | lower | upper | guarantee |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {limits.quantity} | {limits.method} | {_level(limits.confidence)} | {_side(limits.lower)}"
        f" | {_side(limits.upper)} | {guarantee(limits)} |"
        for limits in beside
        if not limits.missing
    ]
    absent = dict.fromkeys((limits.method, limits.missing) for limits in beside if limits.missing)
    reasons = [f"- Not given: {method}. {reason}" for method, reason in absent]
    return "\n".join(lines) + ("\n\n" + "\n".join(reasons) if reasons else "")


def guarantee(limits: OtherLimits) -> str:
    """Return what a method's limits promise, in words."""
    if not limits.is_guaranteed:
        return "comes nearer"
    if limits.quantity == NET_TOTAL:
        return "held in every simulation"
    return "holds for overpayments alone" if limits.quantity == OVERPAYMENTS_ALONE else "holds"


def _side(limit: float | None) -> str:
    return "none" if limit is None else number(limit)


def _demand(demanded: OverpaymentFinding) -> str:
    rule = demanded.programme
    terms = f"the {rule.demand}, {rule.netting}, {_level(rule.confidence)} {rule.sides}"
    lines = [
        f"**{rule.name}: ${number(demanded.demand)}**, {terms}.",
        f"Authority: {rule.authority}. A missing record: {rule.missing_record_rule}.",
    ]
    if not demanded.is_sample_large_enough:
        lines.append(f"The sample of {demanded.sample_count:,} is below its {rule.minimum_sample_count:,}.")
    lines += demanded.notes
    return "\n".join(lines)


def _conclusion(appraisal: Appraisal) -> str:
    first = appraisal.found.figures[0]
    lines = [f"The point estimate of the {first.name} is {number(first.point)}."]
    if appraisal.is_census or first.rule == "exact":
        return lines[0] + " Its limits may be relied on as printed."
    if first.rule == RANK_GAPS:
        return (
            lines[0]
            + " Its limits hold if no unit that was not reviewed was underpaid by more than the stated most, "
            "or overpaid by more than was paid for it."
        )
    if not appraisal.may_fail and not appraisal.on_net_total:
        return f"{lines[0]} {_no_caution(appraisal)}"
    lines.append("Its textbook limits are not to be relied on alone.")
    lines += appraisal.on_net_total[:1]
    lines += appraisal.advice
    guaranteed = [
        limits
        for limits in appraisal.beside
        if limits.is_guaranteed and not limits.missing and not _is_beside_a_net_figure(limits, appraisal)
    ]
    lines += [_held(limits) for limits in guaranteed]
    return "\n".join(f"- {line}" for line in lines)


def _no_caution(appraisal: Appraisal) -> str:
    """Return what may be said where no caution fires: what was measured of such samples, and no more."""
    hidden = "What no sampled unit shows, as rare large amounts, no sample can warn of."
    if appraisal.forecast is not None:
        return (
            "No caution about its limits fires: on universes made of what was paid for every unit they hold "
            f"as often as they say, within about two points. {hidden}"
        )
    if appraisal.is_tail_unknown:
        return (
            "No caution about its limits fires. But what was paid for the units that were not reviewed is "
            "not known: where payments are skewed, a sample shows less of it than its universe has, and the "
            "upper limit may be too low without a caution."
        )
    return f"No caution about its limits fires. {hidden}"


def _is_beside_a_net_figure(limits: OtherLimits, appraisal: Appraisal) -> bool:
    """Whether a bound of overpayments alone would stand beside a net figure as if it bounded it."""
    if limits.quantity != OVERPAYMENTS_ALONE:
        return False
    demanded = appraisal.demanded
    has_underpayments = any(value < 0 for part in appraisal.found.strata for value in part.values)
    return has_underpayments or (demanded is not None and demanded.programme.netting == "net")


def _held(limits: OtherLimits) -> str:
    if limits.lower is None or limits.upper is None:
        bound = (
            f"at most {_side(limits.upper)}" if limits.lower is None else f"at least {_side(limits.lower)}"
        )
    else:
        bound = f"{_side(limits.lower)} to {_side(limits.upper)}"
    level = _level(limits.confidence)
    return f"At {level}, {limits.quantity}: {bound}, without normal theory ({limits.method})."
