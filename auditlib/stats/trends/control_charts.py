"""Is a rate drifting, or one coder apart from the rest: p, u and Laney p' charts, funnel limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from auditlib.errors import UsageError
from auditlib.stats.arguments import (
    count_of_total,
    finite,
    one_of,
    positive,
    probability,
    same_length,
    whole,
)
from auditlib.stats.estimators.estimate import two_sided_z

# Mean of the absolute difference of two standard normal values (Shewhart's d2 for pairs).
_D2 = 1.128
_SIGMA_LIMITS = 3.0
_SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Centre line, limits and signals of a control chart.

    Parameters
    ----------
    values
        Rate of each period.
    centre
        The pooled rate.
    lower, upper
        Limits of each period.
    is_signal
        Whether the period lies outside its limits.
    sigma_z
        Spread between periods beyond sampling, 1 for charts that assume none.
    kind
        "p", "Laney p'" or "u".
    """

    values: tuple[float, ...]
    centre: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    is_signal: tuple[bool, ...]
    sigma_z: float
    kind: str


def _chart(
    values: Sequence[float],
    centre: float,
    sigmas: Sequence[float],
    *,
    ceiling: float,
    sigma_z: float,
    kind: str,
) -> ControlChart:
    reach = [_SIGMA_LIMITS * sigma * sigma_z for sigma in sigmas]
    lower = tuple(max(0.0, centre - half) for half in reach)
    upper = tuple(min(ceiling, centre + half) for half in reach)
    # A rate on its limit is inside, also where the last bit of the limit says otherwise.
    signals = tuple(
        not low - _SLACK <= value <= high + _SLACK
        for value, low, high in zip(values, lower, upper, strict=True)
    )
    return ControlChart(tuple(values), centre, lower, upper, signals, sigma_z, kind)


def _kept(period_count: int, excluded: Collection[int]) -> list[int]:
    for period in excluded:
        if not 0 <= whole(period, "an excluded period") < period_count:
            message = f"There is no period {period}; periods are numbered from 0 to {period_count - 1}."
            raise UsageError(message)
    kept = [period for period in range(period_count) if period not in set(excluded)]
    if not kept:
        message = "A control chart needs at least one period that is not excluded."
        raise UsageError(message)
    return kept


def p_chart(
    counts: Sequence[int],
    totals: Sequence[int],
    *,
    excluded: Collection[int] = (),
    kind: Literal["p", "Laney p'"] = "p",
    design_effect: float = 1.0,
) -> ControlChart:
    """Return a chart of shares with three-sigma limits, clipped to 0..1.

    Parameters
    ----------
    counts, totals
        Items and units of each period.
    excluded
        Periods (from 0) with a known cause: left out of centre and spread, still shown.
    kind
        "p" assumes binomial counts; "Laney p'" widens (or narrows) the limits by the spread between
        neighbours, for totals in the thousands.
    design_effect
        By how much the variance of a period's share exceeds that of independent units, as of the codes of
        charts (`auditlib.stats.intervals.clustered_share.shared_design_effect`). Laney's spread is measured
        on top of it.

    References
    ----------
    D. C. Montgomery, Introduction to Statistical Quality Control, section 7.2; D. B. Laney, Quality
    Engineering 14 (2002), 531-537.
    """
    effect = finite(design_effect, "design_effect", minimum=1)
    one_of(kind, "kind", ("p", "Laney p'"))
    same_length(counts, totals, ("counts", "totals"))
    pairs = [count_of_total(count, total) for count, total in zip(counts, totals, strict=True)]
    kept = _kept(len(pairs), excluded)
    centre = sum(pairs[period][0] for period in kept) / sum(pairs[period][1] for period in kept)
    values = [count / total for count, total in pairs]
    sigmas = [math.sqrt(effect * centre * (1 - centre) / total) for _, total in pairs]
    sigma_z = 1.0
    if kind != "p":
        sigma_z = _spread_of_neighbours([values[i] for i in kept], centre, [sigmas[i] for i in kept])
    return _chart(values, centre, sigmas, ceiling=1.0, sigma_z=sigma_z, kind=kind)


def _spread_of_neighbours(values: Sequence[float], centre: float, sigmas: Sequence[float]) -> float:
    if len(values) <= 1:
        message = "Laney's p' needs at least two periods."
        raise UsageError(message)
    if min(sigmas) == 0:
        # A rate of exactly 0 or 1 throughout has no spread; the limits fall on the centre either way.
        return 1.0
    scores = [(value - centre) / sigma for value, sigma in zip(values, sigmas, strict=True)]
    moves = [abs(after - before) for before, after in pairwise(scores)]
    return math.fsum(moves) / len(moves) / _D2


def u_chart(counts: Sequence[int], sizes: Sequence[float], *, excluded: Collection[int] = ()) -> ControlChart:
    """Return a chart of events per unit with three-sigma limits, clipped at 0.

    Parameters
    ----------
    counts, sizes
        Events and amount at risk (charts, days) of each period.
    excluded
        Periods (from 0) with a known cause.

    References
    ----------
    D. C. Montgomery, Introduction to Statistical Quality Control, section 7.3.
    """
    events = [whole(count, "a count", minimum=0) for count in counts]
    amounts = [positive(size, "a size") for size in sizes]
    same_length(events, amounts, ("counts", "sizes"))
    pairs = list(zip(events, amounts, strict=True))
    kept = _kept(len(pairs), excluded)
    centre = sum(events[period] for period in kept) / math.fsum(amounts[period] for period in kept)
    values = [count / size for count, size in pairs]
    sigmas = [math.sqrt(centre / size) for size in amounts]
    return _chart(values, centre, sigmas, ceiling=math.inf, sigma_z=1.0, kind="u")


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Limits around a common rate for one volume.

    Parameters
    ----------
    total
        Units of the coder or payer.
    lower, upper
        Shares between which a rate differs from the common one by no more than chance.
    confidence
        Level.
    """

    total: int
    lower: float
    upper: float
    confidence: float


def funnel_limits(
    totals: Sequence[int],
    *,
    common_share: float,
    confidence: float = 0.95,
    method: Literal["exact", "normal"] = "exact",
    overdispersion: float = 1.0,
) -> list[FunnelLimits]:
    """Return funnel limits for every volume.

    Parameters
    ----------
    totals
        Units of each coder or payer.
    common_share
        The pooled or target rate.
    confidence
        Level, usually 0.95 and 0.998.
    method
        "exact" interpolates the binomial distribution; "normal" is the common share +/- z sigma.
    overdispersion
        Factor from `overdispersion_factor`; widens the normal limits and is refused with exact ones.

    References
    ----------
    D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24
    (2005), 1185-1202, section A.1.1.
    """
    share = probability(common_share, "common_share")
    one_of(method, "method", ("exact", "normal"))
    factor = finite(overdispersion, "overdispersion", minimum=1)
    if method == "exact" and factor > 1:
        message = "Exact limits have no overdispersion factor."
        raise UsageError(message, hint='Use method="normal".')
    limits = []
    for total in totals:
        units = whole(total, "a total", minimum=1)
        if method == "exact":
            tail = (1 - confidence) / 2
            two_sided_z(confidence)
            low, high = _binomial_point(tail, units, share), _binomial_point(1 - tail, units, share)
        else:
            reach = two_sided_z(confidence) * math.sqrt(factor * share * (1 - share) / units)
            low, high = share - reach, share + reach
        limits.append(FunnelLimits(units, max(0.0, low), min(1.0, high), confidence))
    return limits


def _binomial_point(level: float, total: int, share: float) -> float:
    """Return Spiegelhalter's interpolated binomial quantile, as a share."""
    if share in {0.0, 1.0}:
        return share
    from scipy.special import bdtr  # noqa: PLC0415  scipy is slow to load; the other charts do not need it

    reached = _first_count(lambda count: float(bdtr(count, total, share)) >= level, total)
    at = float(bdtr(reached, total, share))
    before = float(bdtr(reached - 1, total, share)) if reached else 0.0
    return (reached - (at - level) / (at - before)) / total


def _first_count(is_reached: Callable[[int], bool], high: int) -> int:
    low = 0
    while low < high:
        middle = (low + high) // 2
        if is_reached(middle):
            high = middle
        else:
            low = middle + 1
    return low


def overdispersion_factor(
    counts: Sequence[int], totals: Sequence[int], *, winsorised_share: float = 0.1
) -> float:
    """Return Spiegelhalter's overdispersion factor: the mean squared score, extremes pulled in; at least 1.

    Parameters
    ----------
    counts, totals
        Items and units of each coder or payer.
    winsorised_share
        Share of scores at each end that is set to the next one inside.
    """
    same_length(counts, totals, ("counts", "totals"))
    pairs = [count_of_total(count, total) for count, total in zip(counts, totals, strict=True)]
    if not pairs:
        message = "Overdispersion of no units is undefined."
        raise UsageError(message)
    share = sum(count for count, _ in pairs) / sum(total for _, total in pairs)
    if share in {0.0, 1.0}:
        return 1.0
    scores = sorted(
        (count / total - share) / math.sqrt(share * (1 - share) / total) for count, total in pairs
    )
    cut = int(probability(winsorised_share, "winsorised_share") * len(scores))
    cut = min(cut, (len(scores) - 1) // 2)
    low, high = scores[cut], scores[len(scores) - 1 - cut]
    pulled = [min(high, max(low, score)) for score in scores]
    return max(1.0, math.fsum(score * score for score in pulled) / len(pulled))
