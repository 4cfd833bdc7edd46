"""How many units of an unstratified universe to review for a precision: values, counts and shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, one_of, positive, probability, whole
from auditlib.stats.estimators.estimate import two_sided_z

Rounding = Literal["nearest", "up"]
ROUNDINGS: tuple[str, ...] = ("nearest", "up")
# RAT-STATS marks smaller results: normal theory is not to be trusted with them.
SMALL_SAMPLE = 30
# Blocks of few items are judged one by one, later ones by bisection.
_FEW_ITEMS, _STEPS_BACK = 20, 32


@dataclass(frozen=True, slots=True)
class SampleSize:
    """A planned sample size, with how it came about.

    Parameters
    ----------
    count
        Units to review; 0 is printed as "---" by RAT-STATS.
    unrounded
        Result of the formula; equal to the count for a search.
    rounding
        Rule that made one of the other.
    formula
        Name of the formula.
    """

    count: int
    unrounded: float
    rounding: str
    formula: str

    @property
    def count_rounded_up(self) -> int:
        """The count by the cautious rule, whatever rule was used."""
        return _rounded(self.unrounded, "up")

    @property
    def is_small(self) -> bool:
        """Whether RAT-STATS would mark the size as too small for normal theory."""
        return self.count < SMALL_SAMPLE


def _rounded(value: float, rounding: str) -> int:
    if one_of(rounding, "rounding", ROUNDINGS) == "nearest":
        return math.floor(value + 0.5)
    # A result that is whole up to rounding error is not raised by one.
    return math.ceil(round(value, 9))


def variable_sample_size(
    *,
    mean: float,
    standard_deviation: float,
    universe_count: int,
    precision: float,
    confidence: float,
    rounding: Rounding = "nearest",
) -> SampleSize:
    """Return the size of a simple random sample of values for a relative precision of the total.

    Parameters
    ----------
    mean, standard_deviation
        Per unit, from a probe sample or from history.
    universe_count
        Units in the universe.
    precision
        Half width of the interval as a share of the point estimate: 0.25 for 25 %.
    confidence
        Two-sided level.
    rounding
        "nearest" (halves up) as RAT-STATS has it, or "up".

    Notes
    -----
    n = (s N)^2 / ((E / z)^2 + N s^2) with E = precision |mean| N. It plans with z; the appraisal's t limits
    are a little wider.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 4-2 to 4-5.

    Examples
    --------
    >>> variable_sample_size(
    ...     mean=400, standard_deviation=50, universe_count=100_000, precision=0.02, confidence=0.90
    ... ).count
    106
    """
    size = whole(universe_count, "universe_count", minimum=1)
    spread = finite(standard_deviation, "standard_deviation", minimum=0)
    if finite(mean, "mean") == 0:
        message = "A precision relative to a mean of 0 is undefined."
        raise UsageError(
            message, hint="Take a probe that finds differences, or plan on the expected error rate."
        )
    reach = positive(precision, "precision") * abs(mean) * size / two_sided_z(confidence)
    unrounded = (spread * size) ** 2 / (reach**2 + size * spread**2)
    return SampleSize(_rounded(unrounded, rounding), unrounded, rounding, "variable, unrestricted")


@dataclass(frozen=True, slots=True)
class ExpectedDifference:
    """Mean and standard deviation of the differences that an error rate implies."""

    mean: float
    standard_deviation: float


def expected_difference(
    *, error_rate: float, reported_mean: float, reported_standard_deviation: float
) -> ExpectedDifference:
    """Return mean and spread of the differences if a share of units is wholly in error and the rest is right.

    Notes
    -----
    mean = p mu; variance = p (sigma^2 + (1 - p) mu^2).

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 4-7 to 4-9.
    """
    rate = probability(error_rate, "error_rate")
    mean = finite(reported_mean, "reported_mean")
    spread = finite(reported_standard_deviation, "reported_standard_deviation", minimum=0)
    return ExpectedDifference(rate * mean, math.sqrt(rate * (spread**2 + (1 - rate) * mean**2)))


def error_rate_sample_size(
    *,
    error_rate: float,
    reported_total: float,
    reported_standard_deviation: float,
    universe_count: int,
    precision: float,
    confidence: float,
    rounding: Rounding = "nearest",
) -> SampleSize:
    """Return the size of a simple random sample of values planned on an expected error rate."""
    size = whole(universe_count, "universe_count", minimum=1)
    difference = expected_difference(
        error_rate=error_rate,
        reported_mean=finite(reported_total, "reported_total") / size,
        reported_standard_deviation=reported_standard_deviation,
    )
    return variable_sample_size(
        mean=difference.mean,
        standard_deviation=difference.standard_deviation,
        universe_count=size,
        precision=precision,
        confidence=confidence,
        rounding=rounding,
    )


def attribute_sample_size(
    *, anticipated_rate: float, universe_count: int, width: float, confidence: float
) -> SampleSize:
    """Return the smallest sample whose exact interval for a share is no wider than asked.

    Parameters
    ----------
    anticipated_rate
        Share of items expected in the sample, 0 to 1.
    universe_count
        Units in the universe.
    width
        Upper minus lower limit, as a share of the universe: 0.06 for six points.
    confidence
        Two-sided level.

    Notes
    -----
    The items in a sample of n are round(n rate), halves up. RAT-STATS prints sizes up to 6 units larger
    than the smallest one; how it searches is not documented.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 4-22 to 4-26.
    """
    from auditlib.stats.intervals.hypergeometric import first_true, hypergeometric_limits, tail_level  # noqa: PLC0415 - loads numpy; not every size needs it

    rate = probability(anticipated_rate, "anticipated_rate")
    size = whole(universe_count, "universe_count", minimum=1)
    widest = positive(width, "width") * size
    tail = tail_level(confidence, one_sided=False)

    def fits(count: int) -> bool:
        low, high = hypergeometric_limits(_items(count, rate), count, size, tail=tail)
        return high - low <= widest + 1e-9

    def rarer(count: int) -> int:
        items = _items(count, rate)
        return items if 2 * rate <= 1 else count - items

    def last_of_block(rare: int) -> int:
        return first_true(lambda count: count == size or rarer(count + 1) > rare, 1, size)

    # The width falls with n while the rarer count stays, and jumps up where it grows: judge whole blocks of
    # n.
    blocks = rarer(size)
    few = min(_FEW_ITEMS, blocks)
    block = next((rare for rare in range(few + 1) if fits(last_of_block(rare))), None)
    if block is None:
        most = 2 * few
        while most < blocks and not fits(last_of_block(most)):
            most *= 2
        block = first_true(lambda rare: fits(last_of_block(rare)), few, min(most, blocks))
    begin = 1 if block == 0 else last_of_block(block - 1) + 1
    near = first_true(fits, begin, last_of_block(block))
    # Limits are whole numbers, so the width falters by a unit near the answer: look a little further back.
    best = next(count for count in range(max(1, near - _STEPS_BACK), near + 1) if fits(count))
    return SampleSize(best, float(best), "search", "attribute, exact width")


def _items(count: int, rate: float) -> int:
    # The decimal that was typed, so that 0.15 x 30 is 4.5 and rounds up.
    return math.floor(count * Fraction(repr(rate)) + Fraction(1, 2))


def proportion_sample_size(
    *,
    anticipated_rate: float,
    precision: float,
    confidence: float,
    universe_count: int | None = None,
    rounding: Rounding = "up",
) -> SampleSize:
    """Return the size for a share within +/- `precision` by the normal approximation.

    Parameters
    ----------
    anticipated_rate
        Share expected; 0.5 is the widest.
    precision
        Half width of the interval in absolute terms.
    confidence
        Two-sided level.
    universe_count
        Units in the universe; None for an endless one.
    rounding
        "up" or "nearest".

    Raises
    ------
    UsageError
        For a share of 0 or 1, of which normal theory knows no spread: any size would do.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 4.4.
    """
    rate = probability(anticipated_rate, "anticipated_rate")
    if rate in {0.0, 1.0}:
        message = f"Of a share of {rate:g} the normal approximation knows no spread: it gives no size."
        raise UsageError(message, hint="Plan on an exact interval, or on discovering an error.")
    unrounded = (two_sided_z(confidence) / positive(precision, "precision")) ** 2 * rate * (1 - rate)
    if universe_count is not None:
        size = whole(universe_count, "universe_count", minimum=1)
        unrounded /= 1 + (unrounded - 1) / size
        unrounded = min(unrounded, float(size))
    return SampleSize(_rounded(unrounded, rounding), unrounded, rounding, "share, normal")
