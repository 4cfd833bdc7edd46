"""Limits by other methods for an appraisal, which are valid where the textbook interval fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.method_input import Appraised, ReviewedUnits, values_of
from auditlib.estimation.net_total import RANK_GAPS, net_strata, payments_left
from auditlib.stats.estimators.attribute_appraisal import AttributeStratum
from auditlib.stats.estimators.cautions import multinomial_cautions
from auditlib.stats.estimators.estimate import Sides
from auditlib.stats.estimators.variable_appraisal import ValueStratum
from auditlib.stats.intervals.bootstrap import bootstrap_t_interval
from auditlib.stats.intervals.bounds import (
    empirical_likelihood_interval,
    minimum_sum_bound,
    stratified_count_limits,
    stringer_bound,
)
from auditlib.stats.intervals.monetary_unit import multinomial_dirichlet_bound
from auditlib.stats.intervals.net_total import NetTotal

BOOTSTRAP_SEED: Final = 1
# A bound of gross overpayments says nothing of a net total, which underpayments make smaller.
OVERPAYMENTS_ALONE: Final = "overpayments alone, not netted"
NET_TOTAL: Final = "net total"
_RELATIVE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class OtherLimits:
    """Limits of a quantity by another method.

    Parameters
    ----------
    quantity, method
        Quantity and method of the limits.
    confidence
        Level, as that of the appraisal.
    lower, upper
        None on a side that the method does not bound.
    is_guaranteed
        Whether it is valid at its level for every universe; otherwise it is closer than the textbook's.
    missing
        Why there are no limits; empty if there are.
    """

    quantity: str
    method: str
    confidence: float
    lower: float | None = None
    upper: float | None = None
    is_guaranteed: bool = False
    missing: str = ""


_Limits = Callable[[float, Sides], OtherLimits]


def other_limits(
    appraised: Appraised,
    units: ReviewedUnits,
    levels: list[float],
    *,
    sides: Sides,
    paid_amount: float | None = None,
    only: str | None = None,
) -> list[OtherLimits]:
    """Return the limits by other methods for an appraisal, those with a guarantee first.

    A method that cannot be used is returned with the reason; so is one whose limit is beyond what the
    universe was paid. A side that says less than the review itself found, or more than the universe holds,
    has no limit. `only` names a quantity, if the others are not wanted.
    """
    methods = [method for method in _methods(appraised, units) if only in {None, method[0]}]
    extent = _extent(appraised, units, paid_amount)
    results = []
    for level in levels:
        for quantity, name, limits in methods:
            try:
                results.append(_possible(limits(level, sides), extent))
            except UsageError as error:
                results.append(OtherLimits(quantity, name, level, missing=str(error)))
    return sorted(results, key=lambda limits: (bool(limits.missing), not limits.is_guaranteed))


@dataclass(frozen=True, slots=True)
class _Extent:
    """What the review itself has settled: no total or count of the universe lies outside.

    `found_amount` is what the sample found, if nothing in it was underpaid, and `overpaid_amount` its
    overpayments alone; `found_items` and `most_items` are counts.
    """

    paid_amount: float | None
    found_amount: float | None
    overpaid_amount: float
    found_items: int
    most_items: int | None


def _extent(appraised: Appraised, units: ReviewedUnits, paid_amount: float | None) -> _Extent:
    table = units.table
    if appraised.figures[0].name == "items in error":
        items = sum(table.counts("item_count" if table.has("item_count") else "is_error"))
        parts = appraised.items
        most = sum(part.universe_count - part.sample_count + part.item_count for part in parts)
        return _Extent(paid_amount, None, 0.0, items, most if parts else None)
    # Where a unit's total was itself estimated, nothing but the estimate was found.
    is_estimated = table.has("standard_error") or table.has("kind")
    values = [0.0] if is_estimated else values_of(table)
    overpaid = math.fsum(max(0.0, value) for value in values)
    return _Extent(paid_amount, overpaid if min(values) >= 0 else None, overpaid, 0, None)


def _possible(limits: OtherLimits, extent: _Extent) -> OtherLimits:
    """Return the limits as far as they say more than the review itself, or why there are none."""
    lower, upper = limits.lower, limits.upper
    if limits.quantity in {"total", NET_TOTAL} and extent.paid_amount is not None:
        highest = max(limit for limit in (lower, upper, -math.inf) if limit is not None)
        if highest > extent.paid_amount * (1 + _RELATIVE):
            paid = f"what the universe was paid, {extent.paid_amount:,.2f}"
            message = f"Its limit, {highest:,.2f}, is beyond {paid}: it is no guide."
            return replace(limits, lower=None, upper=None, missing=message)
    if limits.quantity == OVERPAYMENTS_ALONE and upper is not None:
        upper = max(upper, extent.overpaid_amount)
    least, most = None, None
    if limits.quantity == "total":
        least = extent.found_amount
    elif limits.quantity == "items in error":
        least, most = extent.found_items, extent.most_items
    if least is not None:
        if upper is not None and upper < least:
            message = f"Its upper limit, {upper:,.2f}, is below what the sample itself found, {least:,.2f}."
            return replace(limits, lower=None, upper=None, missing=message)
        lower = None if lower is not None and lower < least else lower
    upper = None if most is not None and upper is not None and upper > most else upper
    if lower is None and upper is None:
        message = "Its limits say no more than the review itself found."
        return replace(limits, lower=None, upper=None, missing=message)
    return replace(limits, lower=lower, upper=upper)


def _methods(appraised: Appraised, units: ReviewedUnits) -> Iterator[tuple[str, str, _Limits]]:
    if len(appraised.items) > 1:
        yield "items in error", _COMBINED, partial(_exact_count, appraised.items, "items in error")
    if appraised.strata:
        counts = tuple(
            AttributeStratum(
                sum(value != 0 for value in stratum.values), len(stratum.values), stratum.universe_count
            )
            for stratum in appraised.strata
        )
        yield "units in error", _COMBINED, partial(_exact_count, counts, "units in error")
        yield OVERPAYMENTS_ALONE, _MINIMUM_SUM, partial(_minimum_sum, units, appraised.strata)
        known = lru_cache(lambda: NetTotal(tuple(net_strata(units, appraised.strata))))
        yield NET_TOTAL, RANK_GAPS, partial(_net_total, known)
    if len(appraised.strata) == 1:
        yield "total", "empirical likelihood", partial(_likelihood, appraised.strata[0])
        yield "total", "bootstrap-t", partial(_bootstrap, appraised.strata[0])
    if units.table.has("inclusion_probability"):
        yield OVERPAYMENTS_ALONE, _STRINGER, partial(_by_dollars, units, is_guaranteed=True)
        yield OVERPAYMENTS_ALONE, _MULTINOMIAL, partial(_by_dollars, units, is_guaranteed=False)
    if appraised.student is not None:
        yield appraised.figures[0].name, "Student's t", partial(_student, appraised)


_COMBINED: Final = "exact (hypergeometric)"
_MINIMUM_SUM: Final = "minimum sum"
_STRINGER: Final = "Stringer"
_MULTINOMIAL: Final = "multinomial-Dirichlet"


def _exact_count(
    strata: tuple[AttributeStratum, ...], quantity: str, level: float, sides: Sides
) -> OtherLimits:
    limits = stratified_count_limits(strata, confidence=level, sides=sides)
    name = _COMBINED if len(strata) == 1 else f"{_COMBINED}, combined over strata"
    return OtherLimits(quantity, name, level, limits.lower, limits.upper, is_guaranteed=True)


def _one_sided(level: float, sides: Sides) -> float:
    return (1 + level) / 2 if sides == "two-sided" else level


def _refuse(message: str) -> UsageError:
    return UsageError(message)


def _minimum_sum(
    units: ReviewedUnits, strata: tuple[ValueStratum, ...], level: float, sides: Sides
) -> OtherLimits:
    if sides == "upper":
        message = "It bounds from below only."
        raise _refuse(message)
    if not units.table.has("examined") or units.unreviewed is None:
        message = "It needs 'examined' and the payments of the units that were not reviewed (--unreviewed)."
        raise _refuse(message)
    parts = units.table.groups(["stratum"]) if len(strata) > 1 else [units.table]
    # For independent strata, the joint level is the product of the levels.
    each = _one_sided(level, sides) ** (1 / len(parts))
    total = 0.0
    for part, stratum in zip(parts, strata, strict=True):
        rest = payments_left(units.unreviewed, part if len(strata) > 1 else None).numbers("paid")
        if len(rest) + len(stratum.values) != stratum.universe_count:
            message = (
                f"{len(rest):,} payments of units not reviewed are given; "
                f"{stratum.universe_count - len(stratum.values):,} are needed."
            )
            raise _refuse(message)
        paid = part.numbers("examined")
        altogether = sum(value >= size > 0 for value, size in zip(stratum.values, paid, strict=True))
        overpaid = [max(0.0, value) for value in stratum.values]
        total += minimum_sum_bound(overpaid, rest, error_count=altogether, confidence=each)
    return OtherLimits(OVERPAYMENTS_ALONE, _MINIMUM_SUM, level, lower=total, is_guaranteed=True)


def _net_total(known: Callable[[], NetTotal], level: float, sides: Sides) -> OtherLimits:
    total = known()
    has_upper = sides != "lower" and all(part.overpayments_at_most is not None for part in total.strata)
    if not has_upper and any(part.underpayments_at_most is None for part in total.strata):
        message = (
            "It needs the most by which a unit can have been paid too little (--largest-underpayment), and "
            "from above the payments of the units that were not reviewed (--unreviewed)."
        )
        raise _refuse(message)
    interval = total.limits(level, sides=sides)
    lower, upper = _known(interval.lower), _known(interval.upper)
    return OtherLimits(NET_TOTAL, RANK_GAPS, level, lower, upper, is_guaranteed=True)


def _likelihood(only: ValueStratum, level: float, sides: Sides) -> OtherLimits:
    interval = empirical_likelihood_interval(
        only.values, universe_count=only.universe_count, confidence=level, sides=sides
    )
    return OtherLimits("total", "empirical likelihood", level, _known(interval.lower), _known(interval.upper))


def _bootstrap(only: ValueStratum, level: float, sides: Sides) -> OtherLimits:
    interval = bootstrap_t_interval(
        only.values, universe_count=only.universe_count, confidence=level, sides=sides, seed=BOOTSTRAP_SEED
    )
    name = f"bootstrap-t, seed {BOOTSTRAP_SEED}"
    return OtherLimits("total", name, level, _known(interval.lower), _known(interval.upper))


def _by_dollars(units: ReviewedUnits, level: float, sides: Sides, *, is_guaranteed: bool) -> OtherLimits:
    if sides == "lower":
        message = "It bounds from above only."
        raise _refuse(message)
    table = units.table
    if not table.has("examined") or units.base_total is None:
        message = "It needs 'examined' and the dollars of the universe (--base-total)."
        raise _refuse(message)
    rows = list(
        zip(values_of(table), table.numbers("examined"), table.numbers("inclusion_probability"), strict=True)
    )
    drawn = [(max(0.0, value), paid, chance) for value, paid, chance in rows if chance < 1]
    intervals = [paid / chance for _, paid, chance in drawn]
    if not drawn or max(intervals) > min(intervals) * (1 + _RELATIVE):
        message = "It is for units drawn by dollars: chances in proportion to 'examined'."
        raise _refuse(message)
    if any(value > paid for value, paid, _ in drawn):
        message = "It is for errors no larger than the payment."
        raise _refuse(message)
    # Units selected with certainty are known, not estimated.
    known = math.fsum(max(0.0, value) for value, _, chance in rows if chance == 1)
    book = units.base_total - math.fsum(paid for _, paid, chance in rows if chance == 1)
    taints = [value / paid for value, paid, _ in drawn if value > 0]
    bound = stringer_bound if is_guaranteed else multinomial_dirichlet_bound
    if not is_guaranteed and (cautions := multinomial_cautions(taints, sample_count=len(drawn))):
        raise _refuse(cautions[0].message)
    upper = bound(taints, sample_count=len(drawn), book_amount=book, confidence=_one_sided(level, sides))
    name = _STRINGER if is_guaranteed else _MULTINOMIAL
    return OtherLimits(OVERPAYMENTS_ALONE, name, level, upper=known + upper, is_guaranteed=is_guaranteed)


def _student(appraised: Appraised, level: float, sides: Sides) -> OtherLimits:
    figure = appraised.student
    assert figure is not None  # noqa: S101 - asked for only where there is one
    lower, upper = figure.limits(level, sides)
    return OtherLimits(figure.name, f"Student's {figure.rule}", level, _known(lower), _known(upper))


def _known(limit: float) -> float | None:
    return limit if math.isfinite(limit) else None
