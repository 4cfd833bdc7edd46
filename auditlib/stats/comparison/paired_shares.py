"""Two shares of the same clusters, as two coders' accuracy on the same charts: difference, McNemar's test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditlib.stats.arguments import same_length, whole
from auditlib.stats.intervals.clustered_share import cluster_sums, clustered_interval
from auditlib.stats.intervals.proportion import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD: Final = "paired difference by the limits of both shares"


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The difference of two shares of the same clusters.

    Parameters
    ----------
    first, second
        The shares.
    first_limits, second_limits
        Their limits.
    difference
        First minus second.
    limits
        Its limits.
    """

    first: float
    second: float
    first_limits: Interval
    second_limits: Interval
    difference: float
    limits: Interval


def mcnemar_p_value(first_only: int, second_only: int) -> float:
    """Return the two-sided p-value of McNemar's exact test.

    Parameters
    ----------
    first_only, second_only
        Pairs in which only the first is right, and only the second.

    Returns
    -------
    float
        1 where there is no such pair.

    Raises
    ------
    UsageError
        If a count is no whole number from 0.

    Notes
    -----
    Where both are as often right, each such pair is of either kind with chance 1/2: twice the smaller tail of
    the binomial distribution, at most 1.

    References
    ----------
    Q. McNemar, Psychometrika 12 (1947), 153-157; exact: A. Agresti, Categorical Data Analysis, 3rd ed.
    (2013), section 11.1.

    Examples
    --------
    >>> round(mcnemar_p_value(1, 8), 4)
    0.0391
    """
    one, other = whole(first_only, "first_only", minimum=0), whole(second_only, "second_only", minimum=0)
    count = one + other
    tail = sum(math.comb(count, k) for k in range(min(one, other) + 1))
    return float(min(1.0, 2 * tail / 2**count)) if count else 1.0


def paired_difference(
    first_counts: Sequence[float],
    first_totals: Sequence[float],
    second_counts: Sequence[float],
    second_totals: Sequence[float],
    *,
    confidence: float = 0.95,
) -> PairedDifference:
    """Return the difference of two shares of the same clusters, with limits that allow for both.

    Parameters
    ----------
    first_counts, first_totals
        For each cluster the items with the first property, and those that could have it.
    second_counts, second_totals
        The same of the second; the totals may be others, as of the codes that each coder gave.
    confidence
        Two-sided level.

    Raises
    ------
    UsageError
        If the lengths differ, a count is more than its total, or a share has no items.

    Notes
    -----
    With limits l1, u1 and l2, u2 of the shares p1 and p2 (`clustered_interval`), and c the correlation over
    clusters of count - p x total of both, the lower limit is

        p1 - p2 - sqrt((p1 - l1)^2 - 2 c (p1 - l1) (u2 - p2) + (u2 - p2)^2),

    the upper one mirrors it. With one item a cluster this is Newcombe's method 10, but for Student's t.
    Where a share has no spread, c is 0.

    References
    ----------
    R. G. Newcombe, Statistics in Medicine 17 (1998), 2635-2650, method 10; G. Y. Zou and A. Donner,
    Statistics in Medicine 27 (2008), 1693-1702 (with any limits).

    Examples
    --------
    >>> ones = [1] * 40
    >>> found = paired_difference([1] * 38 + [0] * 2, ones, [1] * 30 + [0] * 10, ones)
    >>> round(found.difference, 2), 0 < found.limits.lower < 0.2
    (0.2, True)
    """
    same_length(first_counts, second_counts, ("first_counts", "second_counts"))
    sums = cluster_sums(first_counts, first_totals), cluster_sums(second_counts, second_totals)
    limits = tuple(clustered_interval(one, confidence=confidence) for one in sums)
    one, other = (min(1.0, each.share) for each in sums)
    shared = _correlation(
        [part - one * total for part, total in zip(first_counts, first_totals, strict=True)],
        [part - other * total for part, total in zip(second_counts, second_totals, strict=True)],
    )
    below = _reach(one - limits[0].lower, limits[1].upper - other, shared)
    above = _reach(limits[0].upper - one, other - limits[1].lower, shared)
    difference = one - other
    interval = Interval(max(-1.0, difference - below), min(1.0, difference + above), confidence, METHOD)
    return PairedDifference(one, other, limits[0], limits[1], difference, interval)


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    spread = math.sqrt(math.fsum(x * x for x in one) * math.fsum(x * x for x in other))
    if spread == 0:
        return 0.0
    return max(-1.0, min(1.0, math.fsum(x * y for x, y in zip(one, other, strict=True)) / spread))


def _reach(one: float, other: float, shared: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * shared * one * other + other * other))
