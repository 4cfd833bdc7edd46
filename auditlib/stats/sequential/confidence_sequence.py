"""Bounds that stay valid however often one looks: review until they decide, then stop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import (
    confidence_level,
    finite_values,
    one_of,
    positive,
    sample_of_universe,
    whole,
)
from auditlib.stats.estimators.estimate import SIDES, Sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A bet never risks more than this part of the wealth on one unit.
_CAUTION = 0.75
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class ConfidenceSequence:
    """Limits for the universe total after each reviewed unit.

    Parameters
    ----------
    reviewed_counts
        Units reviewed at each look.
    lower, upper
        One pair for each look; each lower limit is at least the one before, each upper at most.
    confidence, sides
        Probability that no pair of the whole sequence misses the total.
    """

    reviewed_counts: tuple[int, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    confidence: float
    sides: Sides

    def first_above(self, threshold: float) -> int | None:
        """Return after how many units the total is known to exceed a threshold; None if it never is."""
        looks = zip(self.reviewed_counts, self.lower, strict=True)
        return next((count for count, low in looks if low > threshold), None)

    def first_below(self, threshold: float) -> int | None:
        """Return after how many units the total is known to stay below a threshold; None if it never is."""
        looks = zip(self.reviewed_counts, self.upper, strict=True)
        return next((count for count, high in looks if high < threshold), None)


def confidence_sequence(
    values: Sequence[float],
    *,
    universe_count: int,
    highest_value: float,
    confidence: float,
    sides: Sides = "two-sided",
    looks: Sequence[int] | None = None,
) -> ConfidenceSequence:
    """Return limits for the total of a universe that hold at every moment of a review at once.

    Parameters
    ----------
    values
        Errors (in dollars, or 0 and 1) in the order of a random draw without replacement; none below 0.
    universe_count
        Units in the universe.
    highest_value
        The most a unit can be wrong by, known before the review: the largest payment in the universe.
    confidence
        Level of the whole sequence.
    sides
        "two-sided", or one side with the whole error probability.
    looks
        Numbers of reviewed units at which limits are wanted, ascending; None for every one. The guarantee
        is the same.

    Raises
    ------
    UsageError
        If a value lies outside 0 to `highest_value`.

    Notes
    -----
    For every candidate total a bettor plays against it, with stakes set by what was seen before; a
    candidate is ruled out when the wealth reaches 1 / error probability (Ville's inequality). No normal
    theory and no minimum sample is involved.

    References
    ----------
    I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86
    (2024), 1-27, section 5 (without replacement).
    """
    numbers = finite_values(values, "values")
    count, universe = sample_of_universe(len(numbers), universe_count)
    ceiling = positive(highest_value, "highest_value")
    level = confidence_level(confidence)
    one_of(sides, "sides", SIDES)
    if min(numbers) < 0 or max(numbers) > ceiling:
        message = f"Every value must lie between 0 and highest_value ({ceiling:g})."
        raise UsageError(message)
    counts = _checked_looks(looks, count)
    error = (1 - level) / (2 if sides == "two-sided" else 1)
    shares = np.asarray(numbers, dtype=np.float64) / ceiling
    nothing, everything = np.zeros(len(counts)), np.ones(len(counts))
    lower = nothing if sides == "upper" else _running_lower(shares, universe, error, counts)
    upper = everything if sides == "lower" else 1 - _running_lower(1 - shares, universe, error, counts)
    # What was reviewed bounds the total without any doubt.
    reviewed = np.asarray(counts)
    seen = np.cumsum(shares)[reviewed - 1]
    lower = np.maximum(lower * universe, seen)
    upper = np.minimum(upper * universe, seen + universe - reviewed)
    return ConfidenceSequence(
        counts,
        tuple(float(low) * ceiling for low in np.minimum(lower, upper)),
        tuple(float(high) * ceiling for high in np.maximum(lower, upper)),
        level,
        sides,
    )


def _checked_looks(looks: Sequence[int] | None, count: int) -> tuple[int, ...]:
    if looks is None:
        return tuple(range(1, count + 1))
    counts = tuple(whole(look, "a look", minimum=1) for look in looks)
    if not counts or list(counts) != sorted(set(counts)) or counts[-1] > count:
        message = f"looks must ascend within 1 to {count}."
        raise UsageError(message)
    return counts


def _stakes(shares: NDArray[np.float64], error: float) -> NDArray[np.float64]:
    """Return the stake for each unit, from the units before it alone."""
    count = len(shares)
    turn = np.arange(1, count + 1)
    means = (0.5 + np.cumsum(shares)) / (turn + 1)
    spreads = (0.25 + np.cumsum((shares - means) ** 2)) / (turn + 1)
    before = np.concatenate(([0.25], spreads[:-1]))
    return np.asarray(np.sqrt(2 * math.log(1 / error) / (before * turn * np.log1p(turn))), dtype=np.float64)


def _running_lower(
    shares: NDArray[np.float64], universe: int, error: float, counts: Sequence[int]
) -> NDArray[np.float64]:
    """Return the lower limit for the mean at each look, of values between 0 and 1."""
    stakes = _stakes(shares, error)
    earlier = np.concatenate(([0.0], np.cumsum(shares)[:-1]))
    left = universe - np.arange(len(shares))
    target = math.log(1 / error)

    def is_ruled_out(candidate: float, count: int) -> bool:
        # Mean of what is left if the candidate were true; below 0 the candidate is impossible.
        rest = (candidate * universe - earlier[:count]) / left[:count]
        if rest[-1] < 0 or shares[count - 1] > rest[-1] * left[count - 1]:
            return True
        bets = np.minimum(stakes[:count], _CAUTION / np.maximum(rest, 1e-12))
        wealth = np.cumsum(np.log1p(bets * (shares[:count] - rest)))
        return bool(wealth.max() >= target)

    limits = np.zeros(len(counts))
    limit = 0.0
    for position, count in enumerate(counts):
        above = 1.0
        if is_ruled_out(limit + 1e-9, count):
            for _ in range(_HALVINGS):
                middle = (limit + above) / 2
                if is_ruled_out(middle, count):
                    limit = middle
                else:
                    above = middle
        limits[position] = limit
    return limits
