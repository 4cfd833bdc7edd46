"""Exact limits for a count in a finite universe, from the hypergeometric distribution."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, count_of_total, sample_of_universe

if TYPE_CHECKING:
    from collections.abc import Callable

# Tails closer than this to the level are compared in exact arithmetic; the float error is far below it.
_TIE_RELATIVE = 1e-11
_EXACT_SAMPLE_LIMIT = 3_000


def hypergeometric_tail(
    count: int, sample_count: int, universe_count: int, item_count: int, *, upper: bool
) -> float:
    """Return P(X <= count), or P(X >= count) when `upper`, for a sample without replacement.

    Parameters
    ----------
    count
        Items found in the sample, x.
    sample_count, universe_count
        Sizes n and N.
    item_count
        Items in the universe, k.
    upper
        False for the lower tail, true for the upper one; both include `count`.

    Notes
    -----
    Probabilities are formed from ratios of neighbours around the mode and normalised by their own sum, so
    no difference of large log-factorials is taken: accurate at a universe of billions. Terms more than
    50 standard deviations from the mode are below the smallest float and are left out.
    """
    first = max(0, sample_count + item_count - universe_count)
    last = min(sample_count, item_count)
    if (count < first) if upper else (count >= last):
        return 1.0
    if (count > last) if upper else (count < first):
        return 0.0
    share = item_count / universe_count
    reach = int(50 * math.sqrt(sample_count * share * (1 - share)) + 50)
    mode = min(last, max(first, (sample_count + 1) * (item_count + 1) // (universe_count + 2)))
    low, high = max(first, mode - reach), min(last, mode + reach)
    if not low <= count <= high:
        return 0.0 if upper == (count > high) else 1.0
    values = np.arange(low, high, dtype=np.float64)
    ratios = (item_count - values) * (sample_count - values)
    ratios /= (values + 1) * (universe_count - item_count - sample_count + values + 1)
    logs = np.concatenate(([0.0], np.cumsum(np.log(ratios))))
    weights = np.exp(logs - logs.max())
    part = weights[count - low :] if upper else weights[: count - low + 1]
    return float(part.sum() / weights.sum())


def _exact_tail(
    count: int, sample_count: int, universe_count: int, item_count: int, *, upper: bool
) -> Fraction:
    first = max(0, sample_count + item_count - universe_count)
    last = min(sample_count, item_count)
    begin, end = (max(count, first), last) if upper else (first, min(count, last))
    other = universe_count - item_count
    term = math.comb(item_count, begin) * math.comb(other, sample_count - begin)
    ways = term
    for x in range(begin, end):
        term = term * (item_count - x) * (sample_count - x) // ((x + 1) * (other - sample_count + x + 1))
        ways += term
    return Fraction(ways, math.comb(universe_count, sample_count))


def tail_level(confidence: float, *, one_sided: bool) -> Fraction:
    """Return the tail area of a level as the exact decimal that was typed: 0.95 two-sided is 1/40."""
    outside = 1 - Fraction(repr(confidence_level(confidence)))
    return outside if one_sided else outside / 2


def hypergeometric_limits(
    count: int, sample_count: int, universe_count: int, *, tail: Fraction
) -> tuple[int, int]:
    """Return the smallest and largest number of items in the universe that the sample does not contradict.

    Parameters
    ----------
    count
        Items found in the sample.
    sample_count, universe_count
        Sizes of sample and universe.
    tail
        Area allowed in each tail: (1 - confidence) / 2 for a two-sided interval, see `tail_level`.

    Returns
    -------
    tuple of int
        Smallest k with P(X >= count | k) > tail and largest k with P(X <= count | k) > tail.

    Raises
    ------
    UsageError
        If the sample is empty or larger than the universe, or holds fewer units than items.

    Notes
    -----
    The inequality is strict, as in RAT-STATS; ties are decided in exact rational arithmetic.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 2-3 and 2-4; J. P. Buonaccorsi, "A Note on Confidence
    Intervals for Proportions in Finite Populations", The American Statistician 41 (1987), 215-218.
    """
    sample_count, universe_count = sample_of_universe(sample_count, universe_count)
    count, _ = count_of_total(count, sample_count, names=("count", "sample_count"))
    if not 0 < tail < 1:
        message = f"tail must lie between 0 and 1, not {float(tail):g}."
        raise UsageError(message)
    level = float(tail)

    def exceeds(item_count: int, *, upper: bool) -> bool:
        area = hypergeometric_tail(count, sample_count, universe_count, item_count, upper=upper)
        if abs(area - level) <= _TIE_RELATIVE * level and sample_count <= _EXACT_SAMPLE_LIMIT:
            return _exact_tail(count, sample_count, universe_count, item_count, upper=upper) > tail
        return area > level

    highest = universe_count - sample_count + count
    lower = first_true(lambda item_count: exceeds(item_count, upper=True), count, highest)
    upper = first_true(lambda item_count: not exceeds(item_count, upper=False), count, highest + 1) - 1
    return lower, upper


def first_true(predicate: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first whole number of low..high for which a monotone predicate holds; it holds at `high`."""
    while low < high:
        middle = (low + high) // 2
        if predicate(middle):
            high = middle
        else:
            low = middle + 1
    return low
