"""How often a textbook limit would hold on a universe like the sample, and the caution where it is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.stats.arguments import STANDARD_NORMAL
from auditlib.stats.estimators.cautions import Caution, Side, cautions_for, is_above_rounding
from auditlib.stats.estimators.estimate import normal_quantile, student_probability, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditlib.stats.estimators.estimate import Estimate, Sides

# A limit is nominal if it covers no more than two points below its level. Where a forecast lies this far
# below it, a caution fires: chosen on the training universes of tests/reference/caution_grid.md, those of two
# limits and of counts with the figures of its held-out ones in view, none with those of its untouched ones.
ROOM = 0.018
ROOM_OF_TWO = 0.020
# At high levels the transformation makes two limits together look worse than they are.
ROOM_OF_TWO_HIGH, HIGH_LEVEL = 0.024, 0.925
# Without the payments of the universe the sample hides a part of the skewness: less is allowed.
HIDDEN_BY_SAMPLE = 0.006
# Where a unit is right or wrong altogether and all amounts are equal, coverage jumps by points from one
# sample size to the next: Brown, Cai and DasGupta, Statistical Science 16 (2001), 101-133.
ROOM_OF_COUNTS = 0.013
HIGHEST_ERROR_SHARE = 0.8
# With less, limits that are short are so on both sides, for want of degrees of freedom.
SLIGHT_SKEWNESS = 0.05
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
    probability = (1 + level) / 2 if sides == "two-sided" else level
    reach = _reach(probability, freedom, limit_freedom)
    below, above = _distribution(-reach, skewness), _distribution(reach, skewness)
    if sides == "lower":
        return above
    return 1 - below if sides == "upper" else above - below


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
    estimate: Estimate, asked: Sequence[tuple[Sides, float]], *, skewness: float | None = None
) -> tuple[Caution, ...]:
    """Return what speaks against the limits of an estimate that are asked for.

    Parameters
    ----------
    estimate
        With what its sample shows.
    asked
        The limits, each with its level.
    skewness
        Of the estimated total, where the payments of the universe show it better than the sample does.
    """
    cautions = cautions_for(estimate.cautions, [sides for sides, _ in asked])
    shape = estimate.shape
    if shape is None or not is_above_rounding(estimate.standard_error, estimate.point):
        return cautions
    shown = shape.skewness if skewness is None else skewness
    short: dict[Sides, tuple[float, float]] = {}
    for sides, level in asked:
        coverage = limit_coverage(
            shown,
            level=level,
            sides=sides,
            freedom=shape.freedom,
            limit_freedom=estimate.degrees_of_freedom,
        )
        missed = level - coverage
        room = _room(sides, level, is_count=shape.is_count, is_tail_known=skewness is not None)
        if missed >= room and missed > short.get(sides, (0.0, 0.0))[0]:
            short[sides] = (missed, level)
    found = [
        _short(sides, level, level - missed, shown, shape.error_share)
        for sides, (missed, level) in short.items()
    ]
    return (*cautions, *found)


def _room(sides: Sides, level: float, *, is_count: bool, is_tail_known: bool) -> float:
    if sides != "two-sided":
        return ROOM
    if is_count:
        return ROOM_OF_COUNTS
    room = ROOM_OF_TWO_HIGH if level > HIGH_LEVEL else ROOM_OF_TWO
    return room if is_tail_known else room - HIDDEN_BY_SAMPLE


def _short(sides: Sides, level: float, coverage: float, skewness: float, error_share: float) -> Caution:
    if sides != "two-sided":
        limit: Side = sides
    elif abs(skewness) < SLIGHT_SKEWNESS:
        limit = "both"
    else:
        limit = "lower" if skewness < 0 else "upper"
    is_universal = skewness < 0 and limit == "lower" and error_share > HIGHEST_ERROR_SHARE
    reason = f"{error_share:.0%} of the sampled units are in error, and the" if is_universal else "The"
    name = "two-sided interval" if sides == "two-sided" else f"{sides} limit"
    message = (
        f"{reason} estimate has a skewness of {skewness:.2f}: on a universe like this the {name} at "
        f"{100 * level:.6g} % would hold in about {100 * coverage:.0f} % of samples. {_WRONG[limit]}"
    )
    return Caution("nearly all errors" if is_universal else "skewness", coverage, level, message, limit)
