"""The net total of a reviewed sample: its limits with known maxima, and when they are recommended."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.method_input import Appraised, Figure, ReviewedUnits, values_of
from auditlib.estimation.number_table import NumberTable
from auditlib.stats.estimators.estimate import Estimate, Sides
from auditlib.stats.estimators.programmes import (
    OverpaymentFinding,
    Programme,
    demand_of,
    net_differences,
    overpayment,
)
from auditlib.stats.estimators.variable_appraisal import (
    ValueStratum,
    VariableAppraisal,
    appraise_strata,
    appraise_values,
)
from auditlib.stats.intervals.net_total import (
    METHOD,
    NetStratum,
    NetTotal,
    net_sample_size,
    net_total_limits,
)

RANK_GAPS: Final = METHOD
UNDERPAID_AT_MOST: Final = "underpaid_at_most"
# Fewer sampled units than this with half of the worst amount do not show how often it occurs.
_FEW_LARGE: Final = 10
# A single unit that moves the total by this part of the standard error matters for the limit.
_MATERIAL_SHARE: Final = 0.25


def net_strata(units: ReviewedUnits, strata: Sequence[ValueStratum]) -> list[NetStratum]:
    """Return the strata of a sample with the most by which each unit that was not reviewed can be wrong.

    Parameters
    ----------
    units
        The largest underpayment is stated for all units, or in column `underpaid_at_most` of `unreviewed`;
        overpayments are at most what was paid, by column `paid` of `unreviewed`.
    strata
        The sampled differences, in the order of the table's strata.

    Raises
    ------
    UsageError
        If `unreviewed` does not hold the units that were not reviewed.
    """
    parts = units.table.groups(["stratum"]) if len(strata) > 1 else [units.table]
    # Below 0 should never have been paid: then a payment does not bound what was paid too much.
    is_bounded = not units.table.has("audited") or min(units.table.numbers("audited")) >= 0
    found = []
    for part, stratum in zip(parts, strata, strict=True):
        overpaid: Sequence[float] | None = None
        underpaid: float | Sequence[float] | None = units.largest_underpayment
        if units.unreviewed is not None:
            rest = payments_left(units.unreviewed, part if len(strata) > 1 else None)
            count = stratum.universe_count - len(stratum.values)
            if rest.rows.height != count:
                message = (
                    f"{rest.rows.height:,} payments of units not reviewed are given; {count:,} are needed."
                )
                raise UsageError(message)
            overpaid = [max(0.0, paid) for paid in rest.numbers("paid")] if is_bounded else None
            if rest.has(UNDERPAID_AT_MOST):
                underpaid = rest.numbers(UNDERPAID_AT_MOST)
        found.append(NetStratum(stratum.values, stratum.universe_count, underpaid, overpaid))
    return found


def payments_left(unreviewed: NumberTable, part: NumberTable | None) -> NumberTable:
    """Return the units not reviewed, those of a stratum if a part of several is given."""
    if part is None:
        return unreviewed
    names = unreviewed.texts("stratum")
    name = part.texts("stratum")[0]
    return NumberTable(unreviewed.name, unreviewed.rows.filter([stratum == name for stratum in names]))


def appraise_net(reviewed: ReviewedUnits) -> Appraised:
    """Return the net total of a simple or stratified sample with limits by rank gaps.

    Raises
    ------
    UsageError
        If neither the largest underpayment nor the payments of the units not reviewed are known.
    """
    table = reviewed.table
    parts = table.groups(["stratum"]) if table.has("stratum") else [table]
    strata = tuple(
        ValueStratum(
            values_of(part),
            part.only("universe_count") if part.has("universe_count") else reviewed.universe(),
        )
        for part in parts
    )
    known = net_strata(reviewed, strata)
    if all(one.underpayments_at_most is None and one.overpayments_at_most is None for one in known):
        message = "A net total needs the most by which a unit can be wrong; the sample alone bounds nothing."
        hint = (
            "Give --largest-underpayment for the lower limit, and for the upper one the payments of the "
            "units that were not reviewed (--unreviewed, or the manifest of a frame with them)."
        )
        raise UsageError(message, hint=hint)
    names = [part.texts("stratum")[0] for part in parts] if len(parts) > 1 else []
    total, appraisals = _point(strata)
    figures = [_net_figure("total", total, known)]
    figures += [
        _net_figure(f"total of stratum {name}", appraisal.total, [stratum])
        for name, appraisal, stratum in zip(names, appraisals, known, strict=False)
    ]
    return Appraised("net total, by rank gaps (not in RAT-STATS)", tuple(figures), strata=strata)


def _point(strata: Sequence[ValueStratum]) -> tuple[Estimate, tuple[VariableAppraisal, ...]]:
    if len(strata) == 1:
        only = appraise_values(strata[0].values, universe_count=strata[0].universe_count)
        return only.total, (only,)
    found = appraise_strata(strata)
    return found.total, found.strata


def _net_figure(name: str, estimate: Estimate, strata: Sequence[NetStratum]) -> Figure:
    total = NetTotal(tuple(strata))

    def limits(confidence: float, sides: Sides) -> tuple[float, float]:
        interval = total.limits(confidence, sides=sides)
        return interval.lower, interval.upper

    return Figure(name, estimate.point, estimate.standard_error, RANK_GAPS, limits, estimate=estimate)


def known_strata(units: ReviewedUnits, appraised: Appraised) -> list[NetStratum]:
    """Return the strata of a sample with what is known of the other units; none for other designs."""
    if not appraised.strata:
        return []
    try:
        return net_strata(units, appraised.strata)
    except UsageError:
        # Payments of other units than those not reviewed bound nothing; the method says so in its row.
        return []


def hidden_amounts(
    strata: Sequence[NetStratum], estimate: Estimate | None, sides: Sequence[str]
) -> dict[str, str]:
    """Return what the sample or the frame shows of rare large amounts that other units may hide.

    Parameters
    ----------
    strata, estimate
        The sample, and the textbook estimate of its total.
    sides
        Limits asked for or demanded: "two-sided", "lower", "upper".

    Returns
    -------
    dict of str to str
        A sentence for the side, "lower" or "upper", whose limit is doubtful; empty where such amounts are too
        small or too common to matter.
    """
    if estimate is None:
        return {}
    error = estimate.standard_error
    sentences = {}
    is_lower, is_upper = (bool({"two-sided", side} & set(sides)) for side in ("lower", "upper"))
    if is_lower and (worst := _rare(strata, error, sign=-1)):
        sentences["lower"] = (
            f"A unit can have been paid {worst:,.2f} too little, and the sample has few or none that were: "
            "the textbook lower limit of the net total may be too high."
        )
    if is_upper and (worst := _rare(strata, error, sign=1)):
        sentences["upper"] = (
            f"Payments up to {worst:,.2f} were not reviewed, and the sample has few or no errors as large: "
            "the textbook upper limit may be too low."
        )
    return sentences


def _rare(strata: Sequence[NetStratum], error: float, *, sign: int) -> float | None:
    """Return the largest amount of a side that matters and that the sample does not show often enough."""
    found = None
    for stratum in strata:
        signed = [sign * value for value in stratum.values]
        stated = stratum.underpayments_at_most if sign < 0 else stratum.overpayments_at_most
        limits = [stated] if isinstance(stated, (int, float)) else list(stated or ())
        # From above only payments that are known bound anything.
        if len(signed) == stratum.universe_count or (sign > 0 and stated is None):
            continue
        largest = max(limits, default=0.0)
        worst = max(*signed, largest, 0.0)
        large = sum(value >= worst / 2 for value in signed)
        step = worst * stratum.universe_count / len(signed)
        if worst > 0 and large < _FEW_LARGE and step > _MATERIAL_SHARE * error:
            found = max(found or 0.0, worst)
    return found


def net_notes(
    units: ReviewedUnits,
    appraised: Appraised,
    strata: Sequence[NetStratum],
    *,
    levels: Sequence[float],
    sides: Sides,
    hidden: Mapping[str, str],
    demanded: OverpaymentFinding | None,
) -> list[str]:
    """Return what is to be said about the limits of a net total, a sentence each.

    Parameters
    ----------
    units, appraised, levels, sides, demanded
        The appraisal.
    strata
        Its strata, by `known_strata`.
    hidden
        What `hidden_amounts` says of it.
    """
    sentences = list(hidden.values())
    if hidden:
        sentences.append(
            f"Recommended for the net total: the limits by {RANK_GAPS}, which held in every simulation of "
            "such universes."
        )
    is_demanded = demanded is not None and demanded.programme.demand == "lower limit"
    if sides == "upper" and not is_demanded:
        return sentences
    if any(stratum.underpayments_at_most is None for stratum in strata):
        if "lower" in hidden:
            sentences.append(
                "State the most by which a unit can have been paid too little, as what could have been "
                "billed for it less what was paid (--largest-underpayment): without it nothing bounds a net "
                "total from below."
            )
        return sentences
    stated = "" if units.largest_underpayment is None else f", {units.largest_underpayment:,.2f}"
    sentences.append(
        f"A lower limit by {RANK_GAPS} holds if no unit that was not reviewed was underpaid by more than "
        f"the stated most{stated}."
    )
    total = NetTotal(tuple(strata))
    if demanded is not None and is_demanded and appraised.figures[0].rule != RANK_GAPS:
        sentences += _beside_demand(total, demanded)
    own_sides: Sides = "lower" if sides == "upper" else sides
    return [*sentences, *_usefulness(total, levels, own_sides)]


def _beside_demand(total: NetTotal, demanded: OverpaymentFinding) -> Iterator[str]:
    rule = demanded.programme
    if rule.netting != "net":
        return
    lower = total.limits(rule.confidence, sides=rule.sides).lower
    if lower < demanded.demand:
        yield (
            f"The figure demanded rests on the textbook limit; by {RANK_GAPS} the lower limit of the net "
            f"total ({100 * rule.confidence:.6g} %, {rule.sides}) is {lower:,.2f}."
        )


def _usefulness(total: NetTotal, levels: Sequence[float], sides: Sides) -> Iterator[str]:
    """Yield how many units make the lower limit useful, at the first level where it shows no overpayment."""
    point = math.fsum(
        stratum.universe_count * math.fsum(stratum.values) / len(stratum.values) for stratum in total.strata
    )
    # More than were reviewed, whatever the fewer draws of a size say.
    more = sum(len(stratum.values) for stratum in total.strata) + 1
    for level in sorted(levels):
        if point > 0 and total.limits(level, sides=sides).lower <= 0:
            above, half = (
                max(
                    more,
                    net_sample_size(total.strata, precision=precision, confidence=level, sides=sides) or 0,
                )
                for precision in (1.0, 0.5)
            )
            yield (
                f"At this size the lower limit of the net total by {RANK_GAPS} shows no overpayment at "
                f"{100 * level:.6g} %. With units like these it is above 0 from about {above:,} reviewed "
                f"units, and within half of the estimate from about {half:,}."
            )
            return


def demanded_by_rank_gaps(
    units: ReviewedUnits,
    strata: Sequence[ValueStratum],
    *,
    programme: Programme,
    paid_amount: float | None,
) -> OverpaymentFinding:
    """Return a programme's figure with limits by rank gaps instead of the textbook's.

    Raises
    ------
    UsageError
        If a lower limit is demanded and the largest underpayment is not known.
    """
    known = []
    for stratum in net_strata(units, strata):
        values = net_differences(stratum.values, netting=programme.netting)
        if programme.netting == "net":
            known.append(replace(stratum, values=values))
        else:
            # Where underpayments are not offset no unit counts below 0, and gross ones may count above it.
            highest = None if programme.netting == "gross" else stratum.overpayments_at_most
            known.append(NetStratum(values, stratum.universe_count, 0.0, highest))
    interval = net_total_limits(known, confidence=programme.confidence, sides=programme.sides)
    if programme.demand == "lower limit" and math.isinf(interval.lower):
        message = f"{programme.name} demands a lower limit, which needs the largest underpayment."
        raise UsageError(message, hint="Give --largest-underpayment.")
    return demand_of(
        overpayment(strata, programme=programme).estimate,
        programme=programme,
        sample_count=sum(len(stratum.values) for stratum in known),
        found_amount=math.fsum(value for stratum in known for value in stratum.values),
        paid_amount=paid_amount,
        interval=interval,
    )
