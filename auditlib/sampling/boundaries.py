"""Boundaries of strata by dollars, found from the amounts of a universe.

References
----------
T. Dalenius and J. L. Hodges, JASA 54 (1959), 88-101; P. Lavallee and M. A. Hidiroglou, Survey Methodology 14
(1988), 33-43, solved by M. Kozak's search, Statistics in Transition 6 (2004), 797-806.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np
import polars as pl

from auditlib.errors import BadInputError, UsageError

_CLASSES = 200
_TRIES = 50
_FEWEST = 2


def cumulative_root_boundaries(amounts: pl.Series, stratum_count: int) -> tuple[Decimal, ...]:
    """Return the boundaries that cut the cumulated root of the frequencies into equal parts.

    Parameters
    ----------
    amounts
        The charge of every unit, without nulls.
    stratum_count
        Number of strata, two or more.

    Raises
    ------
    UsageError
        If there are not enough different amounts.
    """
    cents = _cents(amounts, stratum_count)
    low, high = int(cents[0]), int(cents[-1])
    edges = [low + (high - low) * step // _CLASSES for step in range(1, _CLASSES)]
    counts = np.diff(np.concatenate(([0], np.searchsorted(cents, edges), [len(cents)])))
    cumulated = np.cumsum(np.sqrt(counts))
    aims = [cumulated[-1] * part / stratum_count for part in range(1, stratum_count)]
    chosen = [edges[min(int(np.argmin(np.abs(cumulated - aim))), len(edges) - 1)] for aim in aims]
    if len(set(chosen)) < len(chosen) or not _are_filled(cents, chosen):
        values = np.unique(cents)
        chosen = [int(values[len(values) * part // stratum_count]) for part in range(1, stratum_count)]
    return _as_dollars(chosen)


def lavallee_hidiroglou_boundaries(
    amounts: pl.Series, stratum_count: int, *, precision: float = 0.05
) -> tuple[Decimal, ...]:
    """Return the boundaries with the smallest sample that reaches a coefficient of variation.

    The top stratum is reviewed completely, the others are allocated by Neyman's rule. The search starts from
    the cumulative root boundaries and moves one boundary at a time over the amounts that occur, to a fixed
    point.

    Parameters
    ----------
    amounts, stratum_count
        As for `cumulative_root_boundaries`.
    precision
        Coefficient of variation of the total.
    """
    cents = _cents(amounts, stratum_count)
    if cents[0] < 0 or cents[-1] <= 0:
        message = "Strata with a certain top need amounts that are not negative, and some above 0."
        raise UsageError(message, hint="Cut by the cumulative root of the frequencies instead.")
    values = np.unique(cents)
    grid = [int(value) for value in values[np.unique(np.linspace(1, len(values) - 1, 400).astype(int))]]
    sums = np.concatenate(([0.0], np.cumsum(cents, dtype=np.float64)))
    squares = np.concatenate(([0.0], np.cumsum(cents.astype(np.float64) ** 2)))
    reach = precision * float(sums[-1])

    def needed(cuts: Sequence[int]) -> float:
        ends = [0, *(int(end) for end in np.searchsorted(cents, cuts)), len(cents)]
        spread = within = 0.0
        for begin, end in pairwise(ends[:-1]):
            count = end - begin
            if count < _FEWEST:
                return math.inf
            total = float(sums[end] - sums[begin])
            variance = max(0.0, float(squares[end] - squares[begin]) - total**2 / count) / (count - 1)
            spread += count * math.sqrt(variance)
            within += count * variance
        if ends[-1] == ends[-2]:
            return math.inf
        return ends[-1] - ends[-2] + spread**2 / (reach**2 + within)

    cuts = [int(amount.scaleb(2)) for amount in cumulative_root_boundaries(amounts, stratum_count)]
    for _ in range(_TRIES):
        before = list(cuts)
        for place in range(len(cuts)):
            low = cuts[place - 1] if place else -1
            high = cuts[place + 1] if place + 1 < len(cuts) else values[-1] + 1
            options = [cuts[place], *(value for value in grid if low < value < high)]
            cuts[place] = min(
                options, key=lambda value: (needed([*cuts[:place], value, *cuts[place + 1 :]]), value)
            )
        if cuts == before:
            break
    return _as_dollars(cuts)


def _cents(amounts: pl.Series, stratum_count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if stratum_count < _FEWEST or amounts.n_unique() < stratum_count:
        message = f"{stratum_count} strata cannot be cut from {amounts.n_unique():,} different amounts."
        raise UsageError(message, hint="Ask for two strata or more, and no more than there are amounts.")
    if amounts.null_count():
        message = "Strata by dollars need the charge of every unit."
        raise BadInputError(message, hint="Filter out the units without a charge, and record why.")
    return np.sort((amounts.cast(pl.Decimal(18, 2)) * 100).cast(pl.Int64).to_numpy())


def _are_filled(cents: np.ndarray[tuple[int], np.dtype[np.int64]], cuts: Sequence[int]) -> bool:
    ends = [0, *np.searchsorted(cents, cuts), len(cents)]
    return all(begin < end for begin, end in pairwise(ends))


def _as_dollars(cents: Sequence[int]) -> tuple[Decimal, ...]:
    return tuple(Decimal(value).scaleb(-2).quantize(Decimal("0.01")) for value in cents)
