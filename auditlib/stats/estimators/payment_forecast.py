"""How often textbook limits of a total would hold, by what was paid for every unit of the universe."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from auditlib.stats.estimators.estimate import normal_quantile, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from auditlib.stats.estimators.estimate import Sides

    Amounts = NDArray[np.float64]

# Units of small, middle and large payments; the taints of few units are drawn towards those of all.
CLASS_COUNT: Final = 3
SHARED_UNITS: Final = 3
# A class draws its taints from so many, each as often as it weighs.
TAINT_COUNT: Final = 4_096
# So many samples that about as many units are drawn in all, but no fewer and no more than these.
UNITS_DRAWN, FEWEST_SAMPLES, MOST_SAMPLES = 800_000, 3_000, 12_000
# Samples of one universe share its errors: of so many universes at least.
FEWEST_UNIVERSES: Final = 25
_SEED: Final = 20_260_301


@dataclass(frozen=True, slots=True, eq=False)
class SizeClasses:
    """The payments of a stratum in classes of equally many units, from small to large.

    Parameters
    ----------
    payments
        Of every unit, ascending.
    edges
        Payments from which the second and each later class begins.
    """

    payments: Amounts
    edges: tuple[float, ...]

    @classmethod
    def of(cls, payments: Sequence[float] | Amounts) -> SizeClasses:
        """Return the classes of what was paid for every unit of the stratum."""
        ordered = np.sort(np.asarray(payments, dtype=np.float64))
        places = [len(ordered) * number // CLASS_COUNT for number in range(1, CLASS_COUNT)]
        return cls(ordered, tuple(ordered[places].tolist()))

    def class_of(self, paid: float) -> int:
        """Return the number of the class of a payment."""
        return bisect_right(self.edges, paid)

    def counts(self) -> list[int]:
        """Return the number of units of each class."""
        ends = [0, *np.searchsorted(self.payments, self.edges).tolist(), len(self.payments)]
        return [end - start for start, end in pairwise(ends)]


@dataclass(frozen=True, slots=True)
class PaidStratum:
    """The sampled units of a stratum: dollars in error, dollars paid; and the payments of all its units."""

    values: Sequence[float]
    paid: Sequence[float]
    classes: SizeClasses

    @property
    def is_reviewed_whole(self) -> bool:
        """True if no unit of the stratum was left out."""
        return len(self.values) == len(self.classes.payments)


@dataclass(frozen=True, slots=True, eq=False)
class PaymentForecast:
    """By how many standard errors estimates of simulated samples are too high, ascending.

    Without any spread it is infinite where the estimate is wrong, and 0 where it is right.
    """

    excess: Amounts

    def misses(self, level: float, sides: Sides, *, limit_freedom: float | None) -> tuple[float, float]:
        """Return the shares of samples whose lower limit is too high, and whose upper limit is too low.

        Parameters
        ----------
        level, sides
            Of the limits.
        limit_freedom
            Degrees of freedom by which limits are made; None for normal limits.
        """
        probability = (1 + level) / 2 if sides == "two-sided" else level
        reach = (
            normal_quantile(probability)
            if limit_freedom is None
            else student_quantile(probability, limit_freedom)
        )
        count = len(self.excess)
        too_high = 1 - int(np.searchsorted(self.excess, reach, side="right")) / count
        too_low = int(np.searchsorted(self.excess, -reach, side="left")) / count
        return (0.0 if sides == "upper" else too_high), (0.0 if sides == "lower" else too_low)


def payment_forecast(strata: Sequence[PaidStratum]) -> PaymentForecast | None:
    """Return how samples of universes like this one would do; None where a sampled unit was paid nothing.

    Parameters
    ----------
    strata
        All strata; those that were reviewed whole add nothing.

    Notes
    -----
    What was paid is known for every unit; unknown is which part of it is wrong. Universes are made of the
    payments, each unit with a taint (error over payment) drawn from those of sampled units of its size, and
    samples are drawn from them as the sample was. Skewness alone says too much where it comes of a few large
    payments: a sample without one of them is hardly skewed, and one that has it has a large standard error,
    so that the limits hold in most of both. Always the same seed: a sample has one forecast.

    References
    ----------
    A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application (1997), sections 3.7 and 5.2, on
    finite populations made of a sample; D. M. Roberts, Statistical Auditing (1978), on taints.
    """
    sampled = [stratum for stratum in strata if not stratum.is_reviewed_whole]
    if any(paid <= 0 for stratum in sampled for paid in stratum.paid):
        return None
    if not sampled:
        return PaymentForecast(np.zeros(1))
    unit_count = sum(len(stratum.values) for stratum in sampled)
    sample_count = min(MOST_SAMPLES, max(FEWEST_SAMPLES, UNITS_DRAWN // unit_count))
    generator = np.random.default_rng(_SEED)
    excess, variance = np.zeros(sample_count), np.zeros(sample_count)
    for stratum in sampled:
        too_high, spread = _simulated(stratum, sample_count, generator)
        excess += too_high
        variance += spread
    standard_error = np.sqrt(variance)
    is_flat = standard_error <= 1e-9 * np.abs(excess)
    ratios = np.divide(excess, standard_error, out=np.zeros(sample_count), where=~is_flat)
    ratios[is_flat & (excess != 0)] = np.inf
    return PaymentForecast(np.sort(np.copysign(ratios, excess)))


def _simulated(
    stratum: PaidStratum, sample_count: int, generator: np.random.Generator
) -> tuple[Amounts, Amounts]:
    """Return by how much the totals of samples are too high, and their variances; samples in any order."""
    payments, size = stratum.classes.payments, len(stratum.values)
    count = len(payments)
    per_universe = max(1, min(count // size, sample_count // FEWEST_UNIVERSES))
    universes = math.ceil(sample_count / per_universe)
    taints = _taints(stratum)
    class_starts = np.repeat(np.arange(CLASS_COUNT) * TAINT_COUNT, stratum.classes.counts())
    excess, variance = np.empty((universes, per_universe)), np.empty((universes, per_universe))
    for number in range(universes):
        errors = payments * taints[class_starts + generator.integers(0, TAINT_COUNT, count, dtype=np.uint16)]
        drawn = generator.permutation(errors)[: per_universe * size].reshape(per_universe, size)
        excess[number] = count * (drawn.mean(axis=1) - errors.mean())
        variance[number] = count * (count - size) / size * drawn.var(axis=1, ddof=1)
    # Samples of strata meet by chance.
    order = generator.permutation(universes * per_universe)[:sample_count]
    return excess.ravel()[order], variance.ravel()[order]


def _taints(stratum: PaidStratum) -> Amounts:
    """Return the taints of the classes, one class after another, each taint as often as it weighs."""
    pairs = sorted(
        (value / paid, stratum.classes.class_of(paid))
        for value, paid in zip(stratum.values, stratum.paid, strict=True)
    )
    taints = np.array([taint for taint, _ in pairs])
    classes = np.array([number for _, number in pairs])
    places = (np.arange(TAINT_COUNT) + 0.5) / TAINT_COUNT
    found = []
    for number in range(CLASS_COUNT):
        weights = np.cumsum((classes == number) + SHARED_UNITS / len(taints))
        found.append(taints[np.searchsorted(weights, places * weights[-1])])
    return np.concatenate(found)
