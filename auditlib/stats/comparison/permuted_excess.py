"""Which groups have more of a kind than chance explains: the largest excess, tested by permuting clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite_values, same_length, whole

PERMUTATIONS: Final = 999
_MOST_CELLS_A_BATCH: Final = 2_000_000
_TIE: Final = 1e-9
# Anscombe's constant: it steadies the spread of the root of a small count.
_SMALL_COUNT: Final = 3 / 8


def excess_p_values(
    groups: Sequence[int],
    counts: ArrayLike,
    totals: Sequence[float],
    *,
    seed: int,
    least_count: int = 1,
    permutation_count: int = PERMUTATIONS,
) -> NDArray[np.float64]:
    """Return for each group and kind the p-value of an excess, corrected for all groups and kinds.

    Parameters
    ----------
    groups
        For each cluster (a chart) the number of its group (a coder), from 0.
    counts
        For each cluster (rows) and each kind (columns) the items of that kind.
    totals
        For each cluster all its items.
    seed
        Of the permutations: the same seed gives the same p-values.
    least_count
        Items of a kind that a group must have before it is tested.
    permutation_count
        Permutations; the least p-value is 1 / (count + 1).

    Returns
    -------
    numpy.ndarray
        Groups by kinds; 1 where there are fewer than ``least_count`` items.

    Raises
    ------
    UsageError
        If the lengths differ, or a number is below 0.

    Notes
    -----
    With X the items of a kind in a group, M those expected there by its share of all items, and D the
    spread of the kind's counts over clusters in ratio to that of independent items, at least 1, the statistic
    is sqrt(X / D + 3/8) - sqrt(M / D + 3/8). Whole clusters are permuted among the groups; a p-value is one
    more than the permutations whose largest statistic of all groups and kinds reaches it, over one more than
    all: so the chance of any false alarm holds its level, however alike the items of a cluster and however
    rare a kind.

    References
    ----------
    P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing, Wiley 1993 (the largest statistic);
    F. J. Anscombe, Biometrika 35 (1948), 246-254 (the root); B. Phipson and G. K. Smyth, Statistical
    Applications in Genetics and Molecular Biology 9 (2010), article 39 (the one more).
    """
    same_length(groups, totals, ("groups", "totals"))
    whole(permutation_count, "permutation_count", minimum=1)
    whole(seed, "seed", minimum=0)
    whole(least_count, "least_count", minimum=1)
    numbers = np.asarray([whole(group, "a group", minimum=0) for group in groups], dtype=np.intp)
    wholes = np.asarray(finite_values(totals, "totals", minimum_count=0), dtype=float)
    try:
        parts = np.asarray(counts, dtype=float)
    except (TypeError, ValueError):
        parts = np.empty(0)
    if parts.ndim != 2 or len(parts) != numbers.size or not np.isfinite(parts).all():  # noqa: PLR2004 - rows and columns
        message = f"counts must have a row of numbers, one a kind, for each of the {numbers.size} clusters."
        raise UsageError(message)
    if np.any(parts < 0) or np.any(wholes < 0):
        message = "Counts and totals of clusters must be at least 0."
        raise UsageError(message)
    group_count, kind_count = int(numbers.max(initial=-1)) + 1, parts.shape[1]
    if not numbers.size or not kind_count or wholes.sum() == 0 or parts.sum() == 0:
        return np.ones((group_count, kind_count))
    order = np.argsort(numbers, kind="stable")
    items = np.column_stack([parts, wholes])[order]
    present, starts = np.unique(numbers[order], return_index=True)
    shares = parts.sum(axis=0) / wholes.sum()
    spread = ((parts - wholes[:, None] * shares) ** 2).sum(axis=0)
    dispersion = np.maximum(1.0, spread / np.maximum(parts.sum(axis=0), 1.0))

    def statistics(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        found, expected = sums[..., :-1], sums[..., -1:] * shares
        excess = np.sqrt(found / dispersion + _SMALL_COUNT) - np.sqrt(expected / dispersion + _SMALL_COUNT)
        return np.where(found >= least_count, excess, -np.inf)

    own = statistics(np.add.reduceat(items, starts, axis=0))
    generator = np.random.default_rng(seed)
    reached, left = np.zeros(own.shape), permutation_count
    while left:
        rows = max(1, min(left, _MOST_CELLS_A_BATCH // items.size))
        shuffled = np.argsort(generator.random((rows, numbers.size)), axis=1)
        largest = statistics(np.add.reduceat(items[shuffled], starts, axis=1)).max(axis=(1, 2))
        reached += (largest[:, None, None] >= own - _TIE).sum(axis=0)
        left -= rows
    p_values = np.ones((group_count, kind_count))
    p_values[present] = np.where(np.isneginf(own), 1.0, (reached + 1) / (permutation_count + 1))
    return p_values
