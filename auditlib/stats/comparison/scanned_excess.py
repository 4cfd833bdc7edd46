"""Where a count is larger than chance explains: the largest excess of all windows, by permutation."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auditlib.errors import UsageError
from auditlib.stats.arguments import same_length, whole

PERMUTATIONS: Final = 999
_TIE: Final = 1e-9
# Anscombe's constant: it steadies the spread of the root of a small count.
_SMALL_COUNT: Final = 3 / 8


@dataclass(frozen=True, slots=True)
class Scan:
    """One kind of item over places (months of a payer, or payers), and the windows that are looked at.

    Parameters
    ----------
    totals
        For each place all items (claims answered).
    counts
        For each place the items of the kind (denied for a reason).
    windows
        First place of each window and the one after its last.
    """

    totals: Sequence[int]
    counts: Sequence[int]
    windows: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Excess:
    """A window with more items of the kind than its share of all items.

    Parameters
    ----------
    scan, window
        Positions of the scan, and of the window in it.
    count, total
        Items of the kind, and all items, in the window.
    expected
        Items of the kind that its share of all items would bring.
    statistic
        The standardised excess.
    p_value
        The chance that any window of any scan shows one at least as large where there is none.
    """

    scan: int
    window: int
    count: int
    total: int
    expected: float
    statistic: float
    p_value: float


def scanned_excess(
    scans: Sequence[Scan], *, seed: int, least_count: int = 5, permutation_count: int = PERMUTATIONS
) -> list[Excess]:
    """Return the windows with an excess, each with a p-value that is corrected for all windows of all scans.

    Parameters
    ----------
    scans
        Kinds with their places and windows.
    seed
        Of the permutations: the same seed gives the same p-values.
    least_count
        Items of the kind that a window must have before it is tested.
    permutation_count
        Permutations; the least p-value is 1 / (count + 1).

    Returns
    -------
    list of Excess
        Tested windows with more items than expected, in the order of scans and windows.

    Raises
    ------
    UsageError
        If the lengths differ, a count is larger than its total, or a window lies outside the places.

    Notes
    -----
    With X the items of the kind in a window, M those expected and w the window's share of all items, the
    statistic is 2 (sqrt(X + 3/8) - sqrt(M + 3/8)) / sqrt(1 - w). If the kind does not depend on the
    place, the items of the kind are a random draw of all items, and their numbers by place are multivariate
    hypergeometric: drawing those is permuting the items, at the cost of the places. A p-value is one more
    than the permutations whose largest statistic reaches it, over one more than all: the chance of any false
    alarm holds its level.

    References
    ----------
    M. Kulldorff, Communications in Statistics - Theory and Methods 26 (1997), 1481-1496 (scan statistic);
    P. H. Westfall and S. S. Young, Resampling-Based Multiple Testing, Wiley 1993 (the largest statistic);
    F. J. Anscombe, Biometrika 35 (1948), 246-254 (the root); B. Phipson and G. K. Smyth, Statistical
    Applications in Genetics and Molecular Biology 9 (2010), article 39 (the one more).
    """
    whole(seed, "seed", minimum=0)
    whole(least_count, "least_count", minimum=1)
    whole(permutation_count, "permutation_count", minimum=1)
    # Each scan has a generator of its own, so that threads in any order give the same p-values.
    generators = np.random.default_rng(seed).spawn(len(scans))
    with ThreadPoolExecutor() as threads:
        examined = threads.map(
            lambda scan, generator: _examined(scan, generator, least_count, permutation_count),
            scans,
            generators,
        )
        largest = np.full(permutation_count, -np.inf)
        found: list[tuple[int, int, int, int, float, float]] = []
        for scan_number, (of_scan, rows) in enumerate(examined):
            largest = np.maximum(largest, of_scan)
            found += [(scan_number, *row) for row in rows]
    return [
        Excess(*row, p_value=float((1 + (largest >= row[5] - _TIE).sum()) / (permutation_count + 1)))
        for row in found
    ]


def _examined(
    scan: Scan, generator: np.random.Generator, least_count: int, permutation_count: int
) -> tuple[NDArray[np.float64], list[tuple[int, int, int, float, float]]]:
    """Return the largest statistic of each permutation, and the windows with more items than expected."""
    nothing = np.full(permutation_count, -np.inf)
    totals, counts, starts, stops = _checked(scan)
    item_count, kind_count = int(totals.sum()), int(counts.sum())
    if kind_count < least_count or not starts.size:
        return nothing, []
    in_window = _sums(totals[None, :], starts, stops)[0]
    expected = kind_count * in_window / item_count
    spread = np.sqrt(np.maximum(1 - in_window / item_count, 0))
    own_counts = _sums(counts[None, :], starts, stops)[0]
    own = _statistics(own_counts[None, :], expected, spread, least_count)[0]
    drawn = generator.multivariate_hypergeometric(
        totals, kind_count, size=permutation_count, method="marginals"
    )
    statistics = _statistics(_sums(drawn, starts, stops), expected, spread, least_count)
    return statistics.max(axis=1), [
        (
            int(place),
            int(own_counts[place]),
            int(in_window[place]),
            float(expected[place]),
            float(own[place]),
        )
        for place in np.flatnonzero(own > 0)
    ]


def _checked(
    scan: Scan,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    same_length(scan.totals, scan.counts, ("totals", "counts"))
    totals = np.asarray([whole(total, "a total", minimum=0) for total in scan.totals], dtype=np.int64)
    counts = np.asarray([whole(count, "a count", minimum=0) for count in scan.counts], dtype=np.int64)
    if np.any(counts > totals):
        message = "A count is larger than the total of its place."
        raise UsageError(message)
    bounds = [
        (whole(start, "a window", minimum=0), whole(stop, "a window", minimum=1))
        for start, stop in scan.windows
    ]
    if any(not start < stop <= totals.size for start, stop in bounds):
        message = f"A window must begin before it ends, within the {totals.size} places."
        raise UsageError(message)
    edges = np.asarray(bounds, dtype=np.int64).reshape(-1, 2)
    return totals, counts, edges[:, 0], edges[:, 1]


def _sums(rows: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    running = np.concatenate([np.zeros((rows.shape[0], 1), dtype=np.int64), np.cumsum(rows, axis=1)], axis=1)
    summed: NDArray[np.int64] = running[:, stops] - running[:, starts]
    return summed


def _statistics(
    counts: NDArray[np.int64],
    expected: NDArray[np.float64],
    spread: NDArray[np.float64],
    least_count: int,
) -> NDArray[np.float64]:
    """Return the statistic of each window (columns); none where a window is too small, or is all there is."""
    excess = 2 * (np.sqrt(counts + _SMALL_COUNT) - np.sqrt(expected + _SMALL_COUNT))
    tested = (counts >= least_count) & (spread > 0)
    return np.where(tested, excess / np.where(spread > 0, spread, 1), -np.inf)
