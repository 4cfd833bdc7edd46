"""Means of two independent groups and their difference, without assuming equal spread (Welch)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, variance

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, finite_values
from auditlib.stats.estimators.estimate import student_quantile
from auditlib.stats.intervals.proportion import Interval

WELCH = "Welch's t, two-sided"
STUDENT = "Student's t, two-sided"
_LEAST = 2


def mean_interval(values: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Return the limits of a mean by Student's t.

    Parameters
    ----------
    values
        At least two, of independent units.
    confidence
        Two-sided level between 0 and 1.

    Raises
    ------
    UsageError
        If there are fewer than two values, or one is not finite.

    References
    ----------
    Student, Biometrika 6 (1908), 1-25.
    """
    mean, squared_error, count = _moments(values, "values")
    reach = student_quantile((1 + confidence_level(confidence)) / 2, count - 1) * math.sqrt(squared_error)
    return Interval(mean - reach, mean + reach, confidence, STUDENT)


def mean_difference_interval(
    values: Sequence[float], others: Sequence[float], *, confidence: float = 0.95
) -> Interval:
    """Return the limits of the mean of some values less that of others.

    Parameters
    ----------
    values, others
        At least two each, of independent units.
    confidence
        Two-sided level between 0 and 1.

    Raises
    ------
    UsageError
        If a group has fewer than two values, or one is not finite.

    Notes
    -----
    Degrees of freedom by Satterthwaite. Dollars of denials are skewed, most of them 0: with few claims the
    limits are rough.

    References
    ----------
    B. L. Welch, Biometrika 34 (1947), 28-35; F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114.
    """
    first, first_error, first_count = _moments(values, "values")
    second, second_error, second_count = _moments(others, "others")
    level, difference = confidence_level(confidence), first - second
    error = first_error + second_error
    if error == 0:
        return Interval(difference, difference, confidence, WELCH)
    freedom = error**2 / (first_error**2 / (first_count - 1) + second_error**2 / (second_count - 1))
    reach = student_quantile((1 + level) / 2, freedom) * math.sqrt(error)
    return Interval(difference - reach, difference + reach, confidence, WELCH)


def _moments(values: Sequence[float], name: str) -> tuple[float, float, int]:
    """Return the mean, its squared error, and the number of values."""
    numbers = finite_values(values, name)
    if len(numbers) < _LEAST:
        message = f"{name} has fewer than two values."
        raise UsageError(message, hint="One observation says nothing about spread: review a second one.")
    return fmean(numbers), variance(numbers) / len(numbers), len(numbers)
