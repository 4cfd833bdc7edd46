"""A point estimate with its standard error, the rule for its limits, and the cautions about them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Self

from auditlib.errors import UsageError
from auditlib.stats.arguments import STANDARD_NORMAL, confidence_level, finite, one_of
from auditlib.stats.estimators.cautions import Caution
from auditlib.stats.estimators.moments import EstimateShape
from auditlib.stats.intervals.proportion import Interval

Sides = Literal["two-sided", "lower", "upper"]
LimitRule = Literal["t", "z"]
SIDES: tuple[str, ...] = ("two-sided", "lower", "upper")
LIMIT_RULES: tuple[str, ...] = ("t", "z")


def round_half_up(value: float, digits: int = 0) -> float:
    """Return the value rounded as RAT-STATS prints it: halves go up, not to the even neighbour.

    Examples
    --------
    >>> round_half_up(0.5), round(0.5)
    (1.0, 0)
    """
    scale = 10.0**digits
    return math.floor(finite(value, "value") * scale + 0.5) / scale


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile."""
    return STANDARD_NORMAL.inv_cdf(probability)


def two_sided_z(confidence: float) -> float:
    """Return the z of a two-sided level: 1.645 for 0.90."""
    return normal_quantile((1 + confidence_level(confidence)) / 2)


def student_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Return the quantile of Student's t."""
    from scipy.special import stdtrit  # noqa: PLC0415  scipy is slow to load; normal limits do not need it

    if degrees_of_freedom < 1:
        message = f"Student's t needs at least 1 degree of freedom, not {degrees_of_freedom:g}."
        raise UsageError(message, hint="One observation says nothing about spread: review a second one.")
    return float(stdtrit(degrees_of_freedom, probability))


def student_probability(value: float, degrees_of_freedom: float) -> float:
    """Return the share of Student's t that lies below a value."""
    from scipy.special import stdtr  # noqa: PLC0415  scipy is slow to load; normal limits do not need it

    return float(stdtr(degrees_of_freedom, value))


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of a total, a mean or a share.

    Parameters
    ----------
    point, standard_error
        The estimate and its standard error, unrounded.
    degrees_of_freedom
        For Student limits; None for normal ones.
    method
        Name of the method, as printed beside the figure.
    cautions
        Why its limits may fail at every level; empty if there is no such caution.
    shape
        By which `limit_coverage.cautions_about` judges its limits at a level; None if nothing was left to
        chance, or if the cautions say it all.
    """

    point: float
    standard_error: float
    degrees_of_freedom: float | None
    method: str
    cautions: tuple[Caution, ...] = ()
    shape: EstimateShape | None = None

    def __post_init__(self) -> None:
        finite(self.point, "point")
        finite(self.standard_error, "standard_error", minimum=0)

    def critical_value(self, confidence: float, *, sides: Sides = "two-sided") -> float:
        """Return the z or t that multiplies the standard error."""
        one_of(sides, "sides", SIDES)
        level = confidence_level(confidence)
        probability = (1 + level) / 2 if sides == "two-sided" else level
        if self.degrees_of_freedom is None:
            return normal_quantile(probability)
        return student_quantile(probability, self.degrees_of_freedom)

    def precision(self, confidence: float) -> float:
        """Return half the width of the two-sided interval."""
        if self.standard_error == 0:
            return 0.0
        return self.critical_value(confidence) * self.standard_error

    def precision_percent(self, confidence: float) -> float | None:
        """Return the precision in percent of the point: None at 0, and 0 below 0, as RAT-STATS prints."""
        if self.point == 0:
            return None
        return 0.0 if self.point < 0 else 100 * self.precision(confidence) / self.point

    def interval(self, confidence: float, *, sides: Sides = "two-sided") -> Interval:
        """Return the limits at a level; a one-sided interval is open (infinite) on its other side."""
        reach = 0.0
        if self.standard_error > 0:
            reach = self.critical_value(confidence, sides=sides) * self.standard_error
        rule = "z" if self.degrees_of_freedom is None else f"t({self.degrees_of_freedom:g})"
        return Interval(
            -math.inf if sides == "upper" else self.point - reach,
            math.inf if sides == "lower" else self.point + reach,
            confidence_level(confidence),
            f"{self.method}, {rule}, {sides}",
        )

    def scaled(self, factor: float) -> Self:
        """Return the estimate times a known constant, for instance a mean as a total."""
        return type(self)(
            self.point * factor,
            self.standard_error * abs(factor),
            self.degrees_of_freedom,
            self.method,
            self.cautions,
            self.shape,
        )


def degrees_for(rule: LimitRule, degrees_of_freedom: float) -> float | None:
    """Return the degrees of freedom that an `Estimate` wants under a limit rule."""
    return None if one_of(rule, "limits", LIMIT_RULES) == "z" else degrees_of_freedom
