"""When did a share over clusters change: the maximally selected difference, tested by permuting clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite_values, same_length, whole

PERMUTATIONS = 1_999
LEAST_CLUSTERS_ASIDE = 5
_BATCH = 500
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where a series of clusters changed most, and how likely that is without any change.

    Parameters
    ----------
    first_period
        The first period after the change; None if no period leaves enough clusters on both sides.
    statistic
        The largest standardised difference.
    p_value
        The chance of one at least as large where nothing changed; 1 where nothing could be tested.
    """

    first_period: int | None
    statistic: float
    p_value: float


def change_point(
    counts: Sequence[float],
    totals: Sequence[float],
    periods: Sequence[int],
    *,
    seed: int,
    permutation_count: int = PERMUTATIONS,
) -> ChangePoint:
    """Return where the share of items over clusters changed, tested by permuting whole clusters.

    Parameters
    ----------
    counts, totals
        For each cluster (a chart) the items with the property, and all items.
    periods
        For each cluster its period (the number of its month); a change lies between two periods.
    seed
        Of the permutations: the same seed gives the same p-value.
    permutation_count
        Permutations; the least p-value is 1 / (count + 1).

    Raises
    ------
    UsageError
        If the lengths differ, a count is larger than its total, or a period is no whole number.

    Notes
    -----
    With r the share of all items and d = count - r x total of each cluster, the statistic of a split is
    |sum of d before it| / sqrt(M1 M2 / (M1 + M2)), M1 and M2 the items before and after; the largest over all
    splits between periods with at least `LEAST_CLUSTERS_ASIDE` clusters on either side is the test's. Where
    nothing changed, clusters could have come in any order, however alike the items of one are: so the p-value
    (one more than the permutations that reach the statistic, over one more than all) holds its level.

    References
    ----------
    D. M. Hawkins, JASA 72 (1977), 180-186 (maximally selected shift); J. Antoch and M. Huskova, Statistics &
    Probability Letters 53 (2001), 37-46 (permutation tests of change points); B. Phipson and G. K. Smyth,
    Statistical Applications in Genetics and Molecular Biology 9 (2010), article 39 (the one more).
    """
    same_length(counts, totals, ("counts", "totals"))
    same_length(counts, periods, ("counts", "periods"))
    whole(permutation_count, "permutation_count", minimum=1)
    whole(seed, "seed", minimum=0)
    numbers = np.asarray([whole(period, "a period") for period in periods])
    parts = np.asarray(finite_values(counts, "counts"), dtype=float)
    wholes = np.asarray(finite_values(totals, "totals"), dtype=float)
    if np.any(parts < 0) or np.any(parts > wholes):
        message = "Each count of a cluster must lie between 0 and the cluster's total."
        raise UsageError(message)
    order = np.argsort(numbers, kind="stable")
    sorted_periods = numbers[order]
    parts, wholes = parts[order], wholes[order]
    splits = _splits(sorted_periods)
    if not splits.size or wholes.sum() == 0:
        return ChangePoint(None, 0.0, 1.0)
    deviations = parts - parts.sum() / wholes.sum() * wholes
    own = _statistics(deviations[None, :], wholes[None, :], splits)[0]
    largest = float(own.max())
    generator = np.random.default_rng(seed)
    reached, left = 0, permutation_count
    while left:
        rows = min(left, _BATCH)
        shuffled = np.argsort(generator.random((rows, parts.size)), axis=1)
        drawn = _statistics(deviations[shuffled], wholes[shuffled], splits).max(axis=1)
        reached += int((drawn >= largest - _TIE).sum())
        left -= rows
    first = int(sorted_periods[splits[int(own.argmax())]])
    return ChangePoint(first, largest, (reached + 1) / (permutation_count + 1))


def _splits(periods: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the positions of the first clusters of periods that leave enough clusters on both sides."""
    starts = np.flatnonzero(np.diff(periods)) + 1
    return starts[(starts >= LEAST_CLUSTERS_ASIDE) & (periods.size - starts >= LEAST_CLUSTERS_ASIDE)]


def _statistics(
    deviations: NDArray[np.float64], wholes: NDArray[np.float64], splits: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the statistic of every split (columns) in every order of the clusters (rows)."""
    before = np.cumsum(deviations, axis=1)[:, splits - 1]
    items = np.cumsum(wholes, axis=1)[:, splits - 1]
    total = wholes.sum(axis=1, keepdims=True)
    spread = items * (total - items) / total
    return np.abs(before) / np.sqrt(np.where(spread > 0, spread, np.inf))
