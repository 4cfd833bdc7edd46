"""Bounds valid at every look for units drawn by weight: by dollars, or by dollars and a risk score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, finite, finite_values, one_of, positive, same_length
from auditlib.stats.estimators.estimate import SIDES, Sides
from auditlib.stats.sequential.confidence_sequence import ConfidenceSequence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# The first bets are made as if this many units had been seen that were as expected.
_PRIOR_UNITS = 20
# A bettor who stakes everything is ruined by one unit: this part of the wealth at most.
_MOST = 0.99
_HALVINGS = 40
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class WeightedUniverse:
    """What must be known of a universe before its units are drawn by weight.

    Parameters
    ----------
    total_amount
        Sum of what each unit can be wrong by: the payments.
    total_weight
        Sum of the weights with which units are drawn.
    highest_ratio
        The largest amount per weight of any unit; 1 if the weights are the amounts.
    """

    total_amount: float
    total_weight: float
    highest_ratio: float

    def __post_init__(self) -> None:
        positive(self.total_amount, "total_amount")
        positive(self.total_weight, "total_weight")
        positive(self.highest_ratio, "highest_ratio")

    @classmethod
    def of(cls, amounts: Sequence[float], weights: Sequence[float]) -> WeightedUniverse:
        """Return these figures of a universe, unit by unit.

        Raises
        ------
        UsageError
            If an amount is below 0, or a unit with an amount cannot be drawn.
        """
        paid = finite_values(amounts, "amounts")
        chances = finite_values(weights, "weights")
        same_length(paid, chances, ("amounts", "weights"))
        if min(paid) < 0 or min(chances) <= 0:
            message = "Amounts must not be below 0, and every weight must be above 0."
            raise UsageError(message, hint="A unit that is never drawn can hide any error.")
        ratio = max(amount / weight for amount, weight in zip(paid, chances, strict=True))
        return cls(math.fsum(paid), math.fsum(chances), positive(ratio, "the largest amount per weight"))


def weighted_confidence_sequence(
    errors: Sequence[float],
    amounts: Sequence[float],
    weights: Sequence[float],
    *,
    universe: WeightedUniverse,
    confidence: float,
    sides: Sides = "two-sided",
    threshold: float | None = None,
    expected_total: float | None = None,
) -> ConfidenceSequence:
    """Return limits for the total error that hold after every unit of a weighted draw at once.

    Parameters
    ----------
    errors, amounts, weights
        Of each unit in the order drawn: what was wrong, what it can be wrong by, and its weight. Each unit
        was drawn from those left with chances in proportion to their weights.
    universe
        See `WeightedUniverse`.
    confidence, sides
        Level of the whole sequence and sidedness.
    threshold
        A total about which the review is to decide, fixed before it begins: the bets are set to decide soon.
        The limits hold with any threshold or none.
    expected_total
        What the total is expected to be, before the review; it steers the first bets only.

    Raises
    ------
    UsageError
        If an error lies outside 0 to its amount, or the drawn units do not fit the universe.

    Notes
    -----
    Of a unit drawn with weight w, x = error / w / highest ratio lies between 0 and 1, and if the total were T
    its mean would be r = (T - errors seen) / (highest ratio * weight left). A bettor who puts the part f of
    his wealth on x has 1 - f + f x / r of it afterwards, in the mean no more than before if T is true. T is
    ruled out once the wealth reaches 1 / error probability. f is set from the units before alone, as Kelly
    has it if every wrong unit had the same x.

    References
    ----------
    S. Shekhar, Z. Xu, Z. Lipton, P. Liang and A. Ramdas, "Risk-limiting Financial Audits via Weighted
    Sampling without Replacement", UAI 2023; P. B. Stark, "ALPHA: Audit that learns from previously
    hand-audited ballots", Annals of Applied Statistics 17 (2023), 641-679, for the bets.
    """
    found = finite_values(errors, "errors")
    paid, chances = finite_values(amounts, "amounts"), finite_values(weights, "weights")
    same_length(found, paid, ("errors", "amounts"))
    same_length(found, chances, ("errors", "weights"))
    one_of(sides, "sides", SIDES)
    level = confidence_level(confidence)
    _check_units(found, paid, chances, universe)
    audit = SequentialAudit.of(
        np.asarray(found),
        np.asarray(chances),
        universe=universe,
        error=(1 - level) / (2 if sides == "two-sided" else 1),
        threshold=None if threshold is None else finite(threshold, "threshold"),
        expected_total=None if expected_total is None else finite(expected_total, "expected_total"),
    )
    seen = np.cumsum(found)
    left = np.maximum(universe.total_amount - np.cumsum(paid), 0.0)
    lower, upper = seen, seen + left
    if sides != "upper":
        lower = np.maximum(lower, _limits(audit.lower_wealth, seen, universe.total_amount, audit.error))
    if sides != "lower":
        # Seen from above: the same search on the distance from the whole amount.
        mirrored = _limits(
            lambda distance, count: audit.upper_wealth(universe.total_amount - distance, count),
            np.cumsum(paid) - seen,
            universe.total_amount,
            audit.error,
        )
        upper = np.minimum(upper, universe.total_amount - mirrored)
    lower, upper = np.maximum.accumulate(lower), np.minimum.accumulate(upper)
    return ConfidenceSequence(
        tuple(range(1, len(found) + 1)),
        tuple(np.minimum(lower, upper).tolist()),
        tuple(np.maximum(lower, upper).tolist()),
        level,
        sides,
    )


def _check_units(
    errors: Sequence[float], amounts: Sequence[float], weights: Sequence[float], universe: WeightedUniverse
) -> None:
    if any(not 0 <= error <= amount for error, amount in zip(errors, amounts, strict=True)):
        message = "Every error must lie between 0 and the amount of its unit."
        raise UsageError(message, hint="Underpayments are not offset: enter them as 0.")
    slack = 1 + _ROUNDING
    if min(weights) <= 0 or any(
        amount > universe.highest_ratio * weight * slack
        for amount, weight in zip(amounts, weights, strict=True)
    ):
        message = "A drawn unit has an amount per weight above the universe's highest."
        raise UsageError(message, hint="Build the universe's figures with WeightedUniverse.of.")
    if (
        math.fsum(weights) > universe.total_weight * slack
        or math.fsum(amounts) > universe.total_amount * slack
    ):
        message = "The drawn units exceed the universe."
        raise UsageError(message)


@dataclass(frozen=True, slots=True)
class SequentialAudit:
    """Many sequential audits side by side: units along the last axis, audits along those before.

    Parameters
    ----------
    ratios
        x of every drawn unit, between 0 and 1.
    seen_before, scale
        Errors seen before each unit, and the highest ratio times the weight left then.
    lower_stakes, upper_stakes
        Part of the wealth on x, and on 1 - x.
    error
        Error probability of one side.
    """

    ratios: NDArray[np.float64]
    seen_before: NDArray[np.float64]
    scale: NDArray[np.float64]
    lower_stakes: NDArray[np.float64]
    upper_stakes: NDArray[np.float64]
    error: float

    @classmethod
    def of(
        cls,
        errors: NDArray[np.float64],
        weights: NDArray[np.float64],
        *,
        universe: WeightedUniverse,
        error: float,
        threshold: float | None = None,
        expected_total: float | None = None,
    ) -> SequentialAudit:
        """Return the audits with their stakes; each stake is set by the units before alone."""
        ratios = errors / weights / universe.highest_ratio
        seen_before = _before(errors)
        # Rounding must not leave the last unit with less weight than its own.
        left = np.maximum(universe.total_weight - _before(weights), weights)
        scale = universe.highest_ratio * left
        whole = universe.highest_ratio * universe.total_weight
        guess = expected_total
        if guess is None:
            guess = 0.05 * universe.total_amount if threshold is None else threshold / 2
        turn = np.arange(1, ratios.shape[-1] + 1)
        expected = (_PRIOR_UNITS * min(max(guess / whole, 1e-6), 1 - 1e-6) + _before(ratios)) / (
            _PRIOR_UNITS + turn - 1
        )
        if threshold is None:
            spread = np.maximum(expected * (1 - expected), 1e-6)
            margin = np.sqrt(2 * math.log(1 / error) * spread / (turn * np.log1p(turn)))
            below, above = expected - margin, expected + margin
        else:
            below = above = (threshold - seen_before) / scale
        below, above = np.clip(below, 1e-9, 1 - 1e-9), np.clip(above, 1e-9, 1 - 1e-9)
        prior = _PRIOR_UNITS * expected[..., :1]
        usual = (prior + _before(ratios**2)) / (prior + _before(ratios))
        return cls(
            ratios,
            seen_before,
            scale,
            _stakes(expected / usual, gains=usual / below - 1, losses=np.ones_like(usual)),
            _stakes(1 - expected / usual, gains=above / (1 - above), losses=(usual - above) / (1 - above)),
            error,
        )

    def lower_wealth(
        self, total: float | NDArray[np.float64], count: int | None = None
    ) -> NDArray[np.float64]:
        """Return the log wealth after each unit of the bettor who holds the total to be larger."""
        means = (total - self.seen_before[..., :count]) / self.scale[..., :count]
        return _log_wealth(self.ratios[..., :count], means, self.lower_stakes[..., :count])

    def upper_wealth(
        self, total: float | NDArray[np.float64], count: int | None = None
    ) -> NDArray[np.float64]:
        """Return the log wealth after each unit of the bettor who holds the total to be smaller."""
        means = 1 - (total - self.seen_before[..., :count]) / self.scale[..., :count]
        return _log_wealth(1 - self.ratios[..., :count], means, self.upper_stakes[..., :count])


def _stakes(
    chances: NDArray[np.float64], *, gains: NDArray[np.float64], losses: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return Kelly's stake on a bet that is won with a chance, by gain and loss for each 1 staked."""
    gained, lost = np.maximum(gains, 1e-9), np.maximum(losses, 1e-9)
    stakes = np.clip(chances / lost - (1 - chances) / gained, 0, _MOST)
    return np.asarray(np.where(gains > 0, stakes, 0.0))


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.cumsum(values, axis=-1) - values)


def _log_wealth(
    ratios: NDArray[np.float64], means: NDArray[np.float64], stakes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log wealth; a mean that no value between 0 and 1 can have rules out at once."""
    is_possible = means > _ROUNDING
    factors = 1 - stakes + stakes * ratios / np.where(is_possible, means, 1.0)
    # A mean of almost nothing is proof only beyond rounding; between, nothing is won.
    logs = np.where(is_possible, np.log(factors), np.where(means < -_ROUNDING, np.inf, 0.0))
    return np.asarray(np.cumsum(logs, axis=-1))


def _limits(
    wealth: Callable[[float, int], NDArray[np.float64]],
    certain: NDArray[np.float64],
    total_amount: float,
    error: float,
) -> NDArray[np.float64]:
    """Return the largest total below which everything is ruled out, after each unit; it never falls."""
    target = math.log(1 / error)
    limits = np.zeros(len(certain))
    limit = 0.0
    for position in range(len(certain)):
        count = position + 1
        limit = min(max(limit, float(certain[position])), total_amount)
        # The wealth falls as the total grows, so what is ruled out is an interval from 0.
        step = limit + 1e-9 * total_amount
        if float(wealth(step, count).max()) >= target:
            low, high = limit, total_amount
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                if float(wealth(middle, count).max()) >= target:
                    low = middle
                else:
                    high = middle
            limit = low
        limits[position] = limit
    return limits
