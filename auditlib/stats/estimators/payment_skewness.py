"""How skewed an estimated total of errors is, by what was paid for every unit of the universe."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Units of small, middle and large payments; the taints of few units are drawn towards those of all.
CLASS_COUNT: Final = 3
SHARED_UNITS: Final = 3
_POWERS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class SizeClasses:
    """The payments of a stratum in classes of equally many units, from small to large.

    Parameters
    ----------
    edges
        Payments from which the second and each later class begins.
    powers
        Of each class the sum of its payments, of their squares and of their cubes, over the units of the
        stratum.
    """

    edges: tuple[float, ...]
    powers: tuple[tuple[float, float, float], ...]

    @classmethod
    def of(cls, payments: Sequence[float]) -> SizeClasses:
        """Return the classes of what was paid for every unit of the stratum."""
        ordered = sorted(payments)
        edges = tuple(ordered[len(ordered) * number // CLASS_COUNT] for number in range(1, CLASS_COUNT))
        starts = [0, *(bisect_left(ordered, edge) for edge in edges), len(ordered)]
        powers = []
        for start, end in pairwise(starts):
            first, second, third = (
                math.fsum(paid**power for paid in ordered[start:end]) / len(ordered) for power in _POWERS
            )
            powers.append((first, second, third))
        return cls(edges, tuple(powers))

    def class_of(self, paid: float) -> int:
        """Return the number of the class of a payment."""
        return bisect_right(self.edges, paid)


@dataclass(frozen=True, slots=True)
class PaidStratum:
    """The sampled units of a stratum: dollars in error, dollars paid; and the payments of all its units."""

    values: Sequence[float]
    paid: Sequence[float]
    universe_count: int
    classes: SizeClasses


def payment_skewness(strata: Sequence[PaidStratum]) -> float | None:
    """Return the skewness of an estimated total of errors; None where a sampled unit was paid nothing.

    Notes
    -----
    Large payments are rare, so a sample of skewed payments shows less skewness than its universe has. What
    was paid is known for every unit; unknown is which part of it is wrong. With the taint t = error over
    payment, the k-th moment of the errors is the sum over classes of size of the mean of t^k in the sample
    times the sum of payment^k in the universe.

    References
    ----------
    C.-E. Saerndal, B. Swensson and J. Wretman, Model Assisted Survey Sampling (1992), section 10.5 (synthetic
    estimates by groups); D. M. Roberts, Statistical Auditing (1978), on taints.

    Examples
    --------
    >>> paid = [10.0] * 90 + [100.0] * 10
    >>> sample = PaidStratum([10.0] * 5 + [0.0] * 5, [10.0] * 10, 100, SizeClasses.of(paid))
    >>> round(payment_skewness([sample]), 2)
    1.19
    """
    second = third = 0.0
    for stratum in strata:
        count = len(stratum.values)
        if count == stratum.universe_count:
            continue
        if any(paid <= 0 for paid in stratum.paid):
            return None
        first, square, cube = _moments(stratum)
        weight = stratum.universe_count / count
        second += weight**2 * count * (square - first**2)
        third += weight**3 * count * (cube - 3 * first * square + 2 * first**3)
    return third / second**1.5 if second > 0 else 0.0


def _moments(stratum: PaidStratum) -> tuple[float, float, float]:
    taints = [value / paid for value, paid in zip(stratum.values, stratum.paid, strict=True)]
    classes: list[list[float]] = [[] for _ in stratum.classes.powers]
    for taint, paid in zip(taints, stratum.paid, strict=True):
        classes[stratum.classes.class_of(paid)].append(taint)
    found = []
    for power in _POWERS:
        overall = math.fsum(taint**power for taint in taints) / len(taints)
        found.append(
            math.fsum(
                (math.fsum(taint**power for taint in members) + SHARED_UNITS * overall)
                / (len(members) + SHARED_UNITS)
                * powers[power - 1]
                for members, powers in zip(classes, stratum.classes.powers, strict=True)
            )
        )
    return found[0], found[1], found[2]
