"""Limits for a net total where large under- or overpayments are rare, from the most a unit can err."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite_values, one_of, positive, sample_of_universe, whole
from auditlib.stats.estimators.estimate import SIDES, Sides
from auditlib.stats.intervals.hypergeometric import first_true, tail_level
from auditlib.stats.intervals.proportion import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

METHOD: Final = "rank gaps"
SEED: Final = 1
DRAWS: Final = 9_999
# Enough for a size, which is about the order of magnitude.
_DRAWS_OF_SIZE: Final = 1_999
_AT_A_TIME: Final = 4_000_000
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class NetStratum:
    """Sampled differences of a stratum, and how wrong the units that were not reviewed can be.

    Parameters
    ----------
    values
        Paid less what should have been paid, for each unit of a simple random sample of the stratum, zeros
        included; below 0 where too little was paid.
    universe_count
        Units in the stratum.
    underpayments_at_most
        The most by which each unit that was not reviewed can have been paid too little: one number for all,
        or one for each. None if not known: then there is no lower limit.
    overpayments_at_most
        The most by which each unit that was not reviewed can have been paid too much: its payment. None if
        not known: then there is no upper limit.
    """

    values: Sequence[float]
    universe_count: int
    underpayments_at_most: float | Sequence[float] | None = None
    overpayments_at_most: float | Sequence[float] | None = None


def net_total_limits(
    strata: Sequence[NetStratum],
    *,
    confidence: float,
    sides: Sides = "two-sided",
    seed: int = SEED,
    draws: int = DRAWS,
) -> Interval:
    """Return limits for the net total of a universe that do not rest on normal theory.

    Parameters
    ----------
    strata
        One for a simple random sample, or those of a stratified one.
    confidence, sides
        Level and sidedness.
    seed, draws
        The same seed gives the same limits; their number is that of simulated gaps.

    Returns
    -------
    Interval
        In the unit of the values; infinite on a side that was not asked for, or whose maxima are not known.

    Raises
    ------
    UsageError
        If neither side can be bounded, a maximum is below 0 or below what the sample shows, or there are not
        as many maxima as units that were not reviewed.

    Notes
    -----
    Order the units of the universe by value. The n sampled ones leave n + 1 gaps, and how many of the other
    N - n units lie in each gap is known by chance alone: every way to share them out is equally likely. A
    unit in a gap is worth at least the sampled value below it; one below all sampled values at least the
    stated worst. So the total is at least the sum found plus gap times value, and the lower limit is the
    quantile of that sum over simulated gaps. Over strata the sums are added before the quantile is taken.
    The upper limit is the same seen from above.

    With two values this is the exact hypergeometric limit, hence valid. That it is valid for all populations
    is Gaffke's conjecture: not proved, and no case is known where it fails; `tests/reference/net_bounds.md`
    has ours. Nothing can be valid without the stated maxima: one unit outside them breaks any limit.

    References
    ----------
    N. Gaffke, "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative
    variable", Mathematical Methods of Statistics 14 (2005), 451-467; E. Learned-Miller and P. S. Thomas,
    "A New Confidence Interval for the Mean of a Bounded Random Variable", arXiv:1905.06208 (2019); over
    strata: M. P. Fay, M. A. Proschan and E. Brittain, Biometrics 71 (2015), 146-156.
    """
    return NetTotal(tuple(strata), seed, draws).limits(confidence, sides=sides)


@dataclass(frozen=True)
class NetTotal:
    """The simulated gaps of a sample, for limits at several levels: see `net_total_limits`."""

    strata: tuple[NetStratum, ...]
    seed: int = SEED
    draws: int = DRAWS

    def limits(self, confidence: float, *, sides: Sides = "two-sided") -> Interval:
        """Return the limits at a level; raise as `net_total_limits` does."""
        one_of(sides, "sides", SIDES)
        if not self.strata:
            message = "At least one stratum is needed."
            raise UsageError(message)
        tail = tail_level(confidence, one_sided=sides != "two-sided")
        below, above = self._parts
        has_lower = sides != "upper" and all(part.worst is not None for part in below)
        has_upper = sides != "lower" and all(part.worst is not None for part in above)
        if not has_lower and not has_upper:
            message = "A limit of a net total needs the most by which a unit can be wrong on that side."
            hint = "State the largest underpayment for a lower limit; payments bound overpayments."
            raise UsageError(message, hint=hint)
        # What is left can be wrong by no more than its maxima, whatever the gaps say.
        least, most = math.fsum(part.least for part in below), -math.fsum(part.least for part in above)
        lower, upper = -math.inf, math.inf
        if has_lower:
            lower = min(max(_quantile(self._least_totals, tail), least), most)
        if has_upper:
            upper = min(max(-_quantile(self._mirrored_totals, tail), least), most)
        return Interval(lower, upper, confidence, f"{METHOD}, {sides}")

    @cached_property
    def _parts(self) -> tuple[list[_Part], list[_Part]]:
        return (
            [_Part.of(stratum) for stratum in self.strata],
            [_Part.of(stratum, is_mirrored=True) for stratum in self.strata],
        )

    @cached_property
    def _least_totals(self) -> NDArray[np.float64]:
        return _totals(self._parts[0], seed=self.seed, draws=self.draws)

    @cached_property
    def _mirrored_totals(self) -> NDArray[np.float64]:
        return _totals(self._parts[1], seed=self.seed, draws=self.draws)


def net_sample_size(
    strata: Sequence[NetStratum], *, precision: float, confidence: float, sides: Sides = "lower"
) -> int | None:
    """Return how many units to review until the lower limit of the net total is useful.

    Parameters
    ----------
    strata
        A probe or the sample at hand; of the maxima only those of underpayments count, one number a stratum.
    precision
        How far below the point estimate the limit may lie, as a share of it, above 0: 1 for a limit that is
        not below zero, 0.25 for one no more than a quarter below.
    confidence, sides
        Level and sidedness ("lower" or "two-sided") of the limit.

    Returns
    -------
    int or None
        Units over all strata, each stratum's share as in the probe (at most its units). None if the point
        estimate is not above 0: then no size shows an overpayment.

    Notes
    -----
    The limit of `net_total_limits` for a sample of that size whose values have the shares of the probe's. A
    probe that holds no rare large value cannot foresee one: the size is then too small.
    """
    aim = positive(precision, "precision")
    if sides == "upper":
        message = "A size is for a lower limit."
        raise UsageError(message)
    tail = tail_level(confidence, one_sided=sides != "two-sided")
    parts = [_Part.of(stratum) for stratum in strata]
    if any(part.worst is None for part in parts):
        message = "A size for a net total needs the largest underpayment."
        raise UsageError(message, hint="State the most that a unit can have been paid too little.")
    point = math.fsum(part.universe_count * part.mean for part in parts)
    if point <= 0:
        return None
    universe = sum(part.universe_count for part in parts)
    reviewed = math.fsum(float(part.counts.sum()) for part in parts)

    def is_reached(count: int) -> bool:
        planned = [part.scaled(count / reviewed) for part in parts]
        limit = _quantile(_totals(planned, seed=SEED, draws=_DRAWS_OF_SIZE), tail)
        return limit >= (1 - aim) * point - _ROUNDING * point

    # Each stratum needs a unit, and all units together reach any precision.
    return first_true(is_reached, min(universe, 2 * len(parts)), universe)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stratum seen from below: distinct values ascending, how often each was sampled, the worst left."""

    values: NDArray[np.float64]
    counts: NDArray[np.float64]
    universe_count: int
    worst: NDArray[np.float64] | float | None

    @classmethod
    def of(cls, stratum: NetStratum, *, is_mirrored: bool = False) -> _Part:
        numbers = finite_values(stratum.values, "values")
        count, universe = sample_of_universe(len(numbers), stratum.universe_count)
        stated = stratum.overpayments_at_most if is_mirrored else stratum.underpayments_at_most
        sign = -1.0 if is_mirrored else 1.0
        values, counts = np.unique(sign * np.asarray(numbers, dtype=np.float64), return_counts=True)
        kind = "overpayment" if is_mirrored else "underpayment"
        worst = None if stated is None and count < universe else _worst(stated, universe - count, kind)
        if isinstance(worst, float) and -values[0] > worst * (1 + _ROUNDING) and count < universe:
            message = f"The sample has an {kind} of {-values[0]:,.2f}; the most is stated as {worst:,.2f}."
            raise UsageError(message, hint="State the most that any unit of the universe can have.")
        return cls(values, counts.astype(np.float64), universe, worst)

    @property
    def mean(self) -> float:
        return float(self.counts @ self.values / self.counts.sum())

    @property
    def found(self) -> float:
        return float(self.counts @ self.values)

    @property
    def least(self) -> float:
        """The sum found, and the rest as wrong as it can be."""
        if self.worst is None:
            return -math.inf
        rest = self.universe_count - round(float(self.counts.sum()))
        return self.found - float(self._worst_sums(np.asarray([rest]))[0])

    def scaled(self, factor: float) -> _Part:
        """Return a sample of the same shares and another size, at most the whole stratum."""
        sampled = float(self.counts.sum())
        target = min(float(self.universe_count), max(1.0, round(sampled * factor)))
        worst = float(self.worst.max(initial=0)) if isinstance(self.worst, np.ndarray) else self.worst
        return _Part(self.values, self.counts * (target / sampled), self.universe_count, worst)

    def totals(self, generator: np.random.Generator, draws: int) -> NDArray[np.float64]:
        """Return the least total under each of the simulated gaps."""
        rest = self.universe_count - round(float(self.counts.sum()))
        if rest == 0:
            return np.full(draws, self.found)
        # Gaps beside equal values are one: as many gaps together as there are sampled units of that value.
        shapes = np.concatenate(([1.0], self.counts))
        parts = []
        step = max(1, _AT_A_TIME // len(shapes))
        for start in range(0, draws, step):
            shares = generator.dirichlet(shapes, size=min(step, draws - start))
            gaps = generator.multinomial(rest, shares)
            parts.append(gaps[:, 1:] @ self.values - self._worst_sums(gaps[:, 0]))
        return self.found + np.concatenate(parts)

    def _worst_sums(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what so many units can be wrong by at most: the largest maxima together."""
        if isinstance(self.worst, np.ndarray):
            sums = np.concatenate(([0.0], np.cumsum(self.worst)))
            return np.asarray(sums[counts], dtype=np.float64)
        return np.asarray(counts * (self.worst or 0.0), dtype=np.float64)


def _worst(stated: float | Sequence[float] | None, rest_count: int, kind: str) -> NDArray[np.float64] | float:
    name = f"{kind}s_at_most"
    if stated is None:
        return 0.0
    if isinstance(stated, (int, float)):
        worst = finite_values([stated], name)[0]
        if worst < 0:
            message = f"{name} must not be below 0."
            raise UsageError(message)
        return worst
    amounts = np.sort(np.asarray(finite_values(stated, name, minimum_count=0), dtype=np.float64))[::-1]
    if len(amounts) != rest_count:
        message = f"{name} holds {len(amounts):,} amounts; {rest_count:,} units were not reviewed."
        raise UsageError(message)
    if len(amounts) and amounts[-1] < 0:
        message = f"{name} must not be below 0."
        raise UsageError(message)
    return amounts


def _totals(parts: Sequence[_Part], *, seed: int, draws: int) -> NDArray[np.float64]:
    """Return the least total of all strata under each of the simulated gaps, ascending."""
    count = whole(draws, "draws", minimum=100)
    generator = np.random.default_rng(whole(seed, "seed", minimum=0))
    totals = np.zeros(count)
    for part in parts:
        totals += part.totals(generator, count)
    return np.sort(totals)


def _quantile(totals: NDArray[np.float64], tail: Fraction) -> float:
    """Return the total that no more than the tail of the simulated ones lies below."""
    # As for a Monte Carlo test: the observed gap is one more draw, so that simulation costs no coverage.
    return float(totals[max(1, math.floor(tail * (len(totals) + 1))) - 1])
