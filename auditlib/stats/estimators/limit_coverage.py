"""How often a textbook limit would hold on a universe like the sample, and the caution where it is short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.stats.arguments import STANDARD_NORMAL
from auditlib.stats.estimators.cautions import Caution, Side, cautions_for, is_above_rounding
from auditlib.stats.estimators.estimate import normal_quantile, student_probability, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditlib.stats.estimators.estimate import Estimate, Sides
    from auditlib.stats.estimators.moments import EstimateShape
    from auditlib.stats.estimators.payment_forecast import PaymentForecast

# A limit is nominal if it covers no more than two points below its level. Where a forecast lies this far
# below it, a caution fires: chosen on the first three sets of universes of tests/reference/caution_grid.md,
# none with a figure of its fourth in view.
ROOM_BY_PAYMENTS = 0.020
ROOM_OF_TWO_BY_PAYMENTS = 0.022
# A sample hides a part of the skewness of its universe: less is allowed.
ROOM = 0.019
ROOM_OF_TWO, ROOM_OF_TWO_HIGH, HIGH_LEVEL = 0.015, 0.017, 0.925
# Where a unit is right or wrong altogether and all amounts are equal, coverage jumps by points from one
# sample size to the next: Brown, Cai and DasGupta, Statistical Science 16 (2001), 101-133.
ROOM_OF_COUNTS = 0.016
HIGHEST_ERROR_SHARE = 0.8
# Two limits together are short on both sides if the better one misses nearly as often as the other.
ALIKE = 0.7
_WRONG = {
    "lower": "The lower limit is likely too high.",
    "upper": "The upper limit is likely too low.",
    "both": "Both limits are likely too near the estimate.",
}


def limit_coverage(
    skewness: float, *, level: float, sides: Sides, freedom: float | None, limit_freedom: float | None
) -> float:
    """Return the share of samples in which a limit holds, by the skewness of the estimate.

    Parameters
    ----------
    skewness
        Of the estimated total: that of the units over the root of their number.
    level
        Of the limit, or of both together; between 0 and 1.
    sides
        Which limit.
    freedom
        Degrees of freedom that the standard error has; None for many.
    limit_freedom
        Those by which the limits were made; None for normal limits.

    Notes
    -----
    Hall's transformation makes the studentised total T nearly normal: g(T) = T + c T^2 / 3 + c^2 T^3 / 27 +
    c / 6, with c the skewness. As g rises with T, P(T <= x) is Phi(g(x)).

    References
    ----------
    P. Hall, "On the Removal of Skewness by Transformation", JRSS B 54 (1992), 221-228.

    Examples
    --------
    >>> round(limit_coverage(0.0, level=0.9, sides="lower", freedom=None, limit_freedom=None), 3)
    0.9
    >>> round(limit_coverage(0.5, level=0.95, sides="upper", freedom=None, limit_freedom=None), 3)
    0.875
    """
    return 1 - sum(
        _misses_by_skewness(skewness, level=level, sides=sides, freedom=freedom, limit_freedom=limit_freedom)
    )


def _misses_by_skewness(
    skewness: float, *, level: float, sides: Sides, freedom: float | None, limit_freedom: float | None
) -> tuple[float, float]:
    """Return the shares of samples whose lower limit is too high, and whose upper limit is too low."""
    probability = (1 + level) / 2 if sides == "two-sided" else level
    reach = _reach(probability, freedom, limit_freedom)
    too_high, too_low = 1 - _distribution(reach, skewness), _distribution(-reach, skewness)
    return (0.0 if sides == "upper" else too_high), (0.0 if sides == "lower" else too_low)


def _reach(probability: float, freedom: float | None, limit_freedom: float | None) -> float:
    """Return how many normal standard errors the limit lies from the estimate."""
    if freedom == limit_freedom:
        return normal_quantile(probability)
    reach = (
        normal_quantile(probability)
        if limit_freedom is None
        else student_quantile(probability, limit_freedom)
    )
    return reach if freedom is None else normal_quantile(student_probability(reach, max(1.0, freedom)))


def _distribution(value: float, skewness: float) -> float:
    transformed = value + skewness / 3 * value**2 + skewness**2 / 27 * value**3 + skewness / 6
    return STANDARD_NORMAL.cdf(transformed)


def cautions_about(
    estimate: Estimate, asked: Sequence[tuple[Sides, float]], *, forecast: PaymentForecast | None = None
) -> tuple[Caution, ...]:
    """Return the cautions about the limits of an estimate that are asked for.

    Parameters
    ----------
    estimate
        With what its sample shows.
    asked
        The limits, each with its level.
    forecast
        How limits would do by the payments of the universe, where these are known: it says more than the
        skewness of the sample.
    """
    cautions = cautions_for(estimate.cautions, [sides for sides, _ in asked])
    shape = estimate.shape
    if shape is None or not is_above_rounding(estimate.standard_error, estimate.point):
        return cautions
    short: dict[Sides, _ShortLimit] = {}
    for sides, level in asked:
        misses = forecast_misses(estimate, sides, level, forecast=forecast)
        lacking = sum(misses) - (1 - level)
        room = _room(sides, level, is_count=shape.is_count, is_tail_known=forecast is not None)
        if lacking >= room and (sides not in short or lacking > short[sides].lacking):
            short[sides] = _ShortLimit(level, lacking, *misses)
    return (*cautions, *(_short(sides, found, shape, forecast) for sides, found in short.items()))


def forecast_misses(
    estimate: Estimate, sides: Sides, level: float, *, forecast: PaymentForecast | None
) -> tuple[float, float]:
    """Return the shares of samples whose lower limit is too high, and whose upper limit is too low.

    Parameters
    ----------
    estimate
        With a shape.
    sides, level
        Of the limits.
    forecast
        By the payments of the universe, where these are known; else the skewness of the sample decides.
    """
    if forecast is not None:
        return forecast.misses(level, sides, limit_freedom=estimate.degrees_of_freedom)
    shape = estimate.shape
    if shape is None:
        return 0.0, 0.0
    return _misses_by_skewness(
        shape.skewness,
        level=level,
        sides=sides,
        freedom=shape.freedom,
        limit_freedom=estimate.degrees_of_freedom,
    )


@dataclass(frozen=True, slots=True)
class _ShortLimit:
    """A limit by how much it lacks of its level, and the shares of samples in which either side is wrong."""

    level: float
    lacking: float
    too_high: float
    too_low: float


def _room(sides: Sides, level: float, *, is_count: bool, is_tail_known: bool) -> float:
    if sides != "two-sided":
        return ROOM_BY_PAYMENTS if is_tail_known else ROOM
    if is_count:
        return ROOM_OF_COUNTS
    if is_tail_known:
        return ROOM_OF_TWO_BY_PAYMENTS
    return ROOM_OF_TWO_HIGH if level > HIGH_LEVEL else ROOM_OF_TWO


def _short(
    sides: Sides, short: _ShortLimit, shape: EstimateShape, forecast: PaymentForecast | None
) -> Caution:
    if sides != "two-sided":
        limit: Side = sides
    elif min(short.too_high, short.too_low) >= ALIKE * max(short.too_high, short.too_low):
        limit = "both"
    else:
        limit = "lower" if short.too_high > short.too_low else "upper"
    is_universal = limit == "lower" and shape.error_share > HIGHEST_ERROR_SHARE
    by = (
        f"the estimate has a skewness of {shape.skewness:.2f}"
        if forecast is None
        else "what was paid is known for every unit"
    )
    reason = (
        f"{shape.error_share:.0%} of the sampled units are in error, and {by}"
        if is_universal
        else by[0].upper() + by[1:]
    )
    name = "two-sided interval" if sides == "two-sided" else f"{sides} limit"
    coverage = short.level - short.lacking
    message = (
        f"{reason}: on a universe like this the {name} at {100 * short.level:.6g} % would hold in about "
        f"{100 * coverage:.0f} % of samples. {_WRONG[limit]}"
    )
    return Caution("nearly all errors" if is_universal else "skewness", coverage, short.level, message, limit)
