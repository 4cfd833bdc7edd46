"""Totals estimated stage by stage: a random sample of units is expanded to the universe it was drawn from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsFloat

from auditlib.errors import UsageError
from auditlib.stats.arguments import count_of_total, finite_values, sample_of_universe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class ExpandedTotal:
    """An estimated total with its sampling variance; a total that was read off completely has variance 0."""

    total: float
    variance: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.total) and math.isfinite(self.variance)):
            message = f"An expanded total must be a finite number, not {self.total} with {self.variance}."
            raise UsageError(message)


def sample_variance(values: Sequence[float], *, universe_count: int, where: str) -> float:
    """Return the variance with divisor n - 1, or 0 for a universe reviewed completely.

    Raises
    ------
    UsageError
        If one unit stands for several: it says nothing about their spread.
    """
    count = len(values)
    if count == universe_count and count == 1:
        return 0.0
    if count < 2:  # noqa: PLR2004  a variance needs two observations
        message = f"One sampled unit of {universe_count} in {where} leaves the standard error undefined."
        raise UsageError(message, hint="Review a second unit, or merge the stratum with a neighbour.")
    mean = math.fsum(values) / count
    return math.fsum((value - mean) ** 2 for value in values) / (count - 1)


def expand(
    parts: Sequence[ExpandedTotal], *, universe_count: int, where: str = "the universe"
) -> ExpandedTotal:
    """Return the total of a universe of units, of which a simple random sample was estimated or read off.

    Parameters
    ----------
    parts
        The sampled units' totals, each with the variance of its own estimation.
    universe_count
        Units in the universe.
    where
        Name of the universe for messages.

    Notes
    -----
    With n of N units sampled: total = N/n sum(T_i), variance = N^2 (1 - n/N) s_T^2 / n + N/n sum(V_i).
    Nesting it gives the two-stage and three-stage formulas.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), sections 11.7 and 11.8; OIG, RAT-STATS Companion
    Manual (2010), pp. 3-17 and 3-24.
    """
    sample_count, universe_count = sample_of_universe(len(parts), universe_count, where=where)
    weight = universe_count / sample_count
    spread = sample_variance([part.total for part in parts], universe_count=universe_count, where=where)
    between = universe_count * (universe_count - sample_count) * spread / sample_count
    within = weight * math.fsum(part.variance for part in parts)
    return ExpandedTotal(weight * math.fsum(part.total for part in parts), between + within)


def expand_values(
    values: Iterable[SupportsFloat], *, universe_count: int, where: str = "the universe"
) -> ExpandedTotal:
    """Return the total of a universe from the values of a simple random sample of it."""
    numbers = finite_values(values, f"values of {where}")
    return expand([ExpandedTotal(number) for number in numbers], universe_count=universe_count, where=where)


def expand_count(
    item_count: int, sample_count: int, *, universe_count: int, where: str = "the universe"
) -> ExpandedTotal:
    """Return the number of items in a universe from the items found in a simple random sample of it.

    Notes
    -----
    Same as `expand_values` of ones and zeros: variance N (N - n) p (1 - p) / (n - 1).
    """
    sample_count, universe_count = sample_of_universe(sample_count, universe_count, where=where)
    names = (f"item_count of {where}", "sample_count")
    item_count, _ = count_of_total(item_count, sample_count, names=names)
    share = item_count / sample_count
    if sample_count == universe_count:
        return ExpandedTotal(float(item_count))
    if sample_count == 1:
        message = f"One sampled unit of {universe_count} in {where} leaves the standard error undefined."
        raise UsageError(message, hint="Review a second unit, or merge the stratum with a neighbour.")
    variance = universe_count * (universe_count - sample_count) * share * (1 - share) / (sample_count - 1)
    return ExpandedTotal(universe_count * share, variance)


def add_strata(strata: Sequence[ExpandedTotal]) -> ExpandedTotal:
    """Return the total over strata that were sampled independently: totals and variances add."""
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    return ExpandedTotal(
        math.fsum(stratum.total for stratum in strata), math.fsum(stratum.variance for stratum in strata)
    )
