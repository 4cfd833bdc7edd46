"""Bounds that hold where the textbook interval fails: few errors, nearly all errors, skewed amounts."""

from __future__ import annotations

import heapq
import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import (
    confidence_level,
    count_of_total,
    finite,
    finite_values,
    one_of,
    positive,
    sample_of_universe,
    whole,
)
from auditlib.stats.estimators.attribute_appraisal import AttributeStratum, CountLimits
from auditlib.stats.estimators.cautions import resampling_cautions
from auditlib.stats.estimators.estimate import SIDES, Sides, student_quantile
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level
from auditlib.stats.intervals.proportion import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_HALVINGS = 200
_NEWTON_RELATIVE = 1e-14


def stratified_count_limits(
    strata: Sequence[AttributeStratum], *, confidence: float, sides: Sides = "two-sided"
) -> CountLimits:
    """Return limits for the items over all strata that hold for every sample size and every error rate.

    Parameters
    ----------
    strata
        At least one; a stratum may hold a single sampled unit.
    confidence, sides
        Level and sidedness.

    Notes
    -----
    Exact limits of each stratum at a level that, over independent strata, multiplies to the level asked
    for; they are added. Conservative: wider than necessary, the more so the more strata.

    References
    ----------
    T. Wright, Exact Confidence Bounds when Sampling from Small Finite Universes (Springer, 1991), chapter 3.
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    one_of(sides, "sides", SIDES)
    tail = tail_level(confidence, one_sided=sides != "two-sided")
    if len(strata) > 1:
        tail = Fraction(-math.expm1(math.log1p(-float(tail)) / len(strata)))
    low = high = least = most = 0
    for stratum in strata:
        sample, universe = sample_of_universe(stratum.sample_count, stratum.universe_count)
        items, _ = count_of_total(stratum.item_count, sample, names=("item_count", "sample_count"))
        lower, upper = hypergeometric_limits(items, sample, universe, tail=tail)
        low, high = low + lower, high + upper
        least, most = least + items, most + universe - sample + items
    return CountLimits(
        least if sides == "upper" else low, most if sides == "lower" else high, confidence, sides
    )


def minimum_sum_bound(
    reviewed_overpayments: Sequence[float],
    unreviewed_paid_amounts: Sequence[float],
    *,
    error_count: int,
    confidence: float,
    least_share: float = 1.0,
) -> float:
    """Return a lower bound for the overpayment of a universe that holds for any distribution of amounts.

    Parameters
    ----------
    reviewed_overpayments
        Overpayment of every unit of the simple random sample, zeros included, none below 0.
    unreviewed_paid_amounts
        What was paid for every other unit of the universe, none below 0.
    error_count
        Sampled units of which at least `least_share` of the payment was wrong.
    confidence
        One-sided level.
    least_share
        Share of the payment that a unit must lose to count, fixed before the review: 1 for payments that
        are wrong altogether.

    Notes
    -----
    The exact lower limit says how many units of the universe are in error at least. Those that were not
    reviewed cannot have cost less than the smallest payments left, times `least_share`; what the review
    found is added as it is. Underpayments are not offset.

    References
    ----------
    After D. Edwards et al., "The Minimum Sum Method: A Distribution-Free Sampling Procedure for Medicare
    Fraud Investigations", Health Services and Outcomes Research Methodology 4 (2005), 241-263.
    """
    found = finite_values(reviewed_overpayments, "reviewed_overpayments")
    amounts = finite_values(unreviewed_paid_amounts, "unreviewed_paid_amounts", minimum_count=0)
    if min(found) < 0 or min(amounts, default=0.0) < 0:
        message = "Overpayments and paid amounts must not be below 0."
        raise UsageError(message)
    share = positive(least_share, "least_share")
    if share > 1:
        message = f"least_share must not be above 1, not {share:g}."
        raise UsageError(message)
    fewest, _ = hypergeometric_limits(
        error_count, len(found), len(found) + len(amounts), tail=tail_level(confidence, one_sided=True)
    )
    # The lower limit is never below the errors already found.
    return math.fsum(found) + share * math.fsum(heapq.nsmallest(fewest - error_count, amounts))


def stringer_bound(
    taints: Sequence[float], *, sample_count: int, book_amount: float, confidence: float = 0.95
) -> float:
    """Return Stringer's upper bound for the overstatement found by a monetary-unit sample.

    Parameters
    ----------
    taints
        Of every sampled dollar's unit in error, the share that was wrong; above 0, at most 1.
    sample_count
        Sampled dollars, those without error included.
    book_amount
        Dollars in the universe.
    confidence
        One-sided level.

    References
    ----------
    K. W. Stringer, Proceedings of the Business and Economic Statistics Section, ASA (1963), 405-411; P. J.
    Bickel, International Statistical Review 60 (1992), 197-209.
    """
    from scipy.special import betaincinv  # noqa: PLC0415  scipy is slow to load

    count = whole(sample_count, "sample_count", minimum=1)
    found = sorted(finite_values(taints, "taints", minimum_count=0), reverse=True)
    level = confidence_level(confidence)
    amount = finite(book_amount, "book_amount", minimum=0)
    if len(found) > count:
        message = f"There are more taints ({len(found)}) than sampled dollars ({count})."
        raise UsageError(message)
    if found and not 0 < min(found) <= max(found) <= 1:
        message = "Every taint must lie above 0 and at most at 1."
        raise UsageError(message)

    def upper(errors: int) -> float:
        return 1.0 if errors == count else float(betaincinv(errors + 1, count - errors, level))

    bound = upper(0)
    for errors, taint in enumerate(found, start=1):
        bound += (upper(errors) - upper(errors - 1)) * taint
    return amount * min(1.0, bound)


def empirical_likelihood_interval(
    values: Sequence[float], *, universe_count: int, confidence: float, sides: Sides = "two-sided"
) -> Interval:
    """Return limits for a universe total that follow the skewness of the sample.

    Parameters
    ----------
    values
        One for each unit of a simple random sample, zeros included.
    universe_count
        Units in the universe.
    confidence, sides
        Level and sidedness.

    Raises
    ------
    UsageError
        If all values are equal: the sample says nothing about spread.

    Notes
    -----
    Owen's empirical likelihood ratio for a mean, divided by 1 - n/N for sampling without replacement,
    against the square of Student's t. The limits never leave the range of the sampled values.

    References
    ----------
    A. B. Owen, Biometrika 75 (1988), 237-249; J. Chen and J. Qin, Biometrika 80 (1993), 107-116.
    """
    numbers = finite_values(values, "values")
    count, universe = sample_of_universe(len(numbers), universe_count)
    one_of(sides, "sides", SIDES)
    level = confidence_level(confidence)
    method = f"empirical likelihood, {sides}"
    mean = math.fsum(numbers) / count
    if count == universe:
        return Interval(
            -math.inf if sides == "upper" else universe * mean,
            math.inf if sides == "lower" else universe * mean,
            level,
            method,
        )
    sampled = np.asarray(numbers, dtype=np.float64)
    low, high = min(numbers), max(numbers)
    if low == high:
        message = "All sampled values are equal: empirical likelihood has no interval."
        raise UsageError(message, hint="Use an exact bound, or for overpayments alone the minimum sum.")
    probability = (1 + level) / 2 if sides == "two-sided" else level
    allowed = student_quantile(probability, count - 1) ** 2 * (1 - count / universe)

    def is_plausible(candidate: float) -> bool:
        return _likelihood_ratio(sampled - candidate) <= allowed

    return Interval(
        -math.inf if sides == "upper" else universe * _edge(is_plausible, mean, low),
        math.inf if sides == "lower" else universe * _edge(is_plausible, mean, high),
        level,
        method,
        resampling_cautions(numbers),
    )


def _edge(is_plausible: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the last plausible value on the way from a plausible one to an implausible one."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if middle in {inside, outside}:
            break
        if is_plausible(middle):
            inside = middle
        else:
            outside = middle
    return inside


def _likelihood_ratio(deviations: NDArray[np.float64]) -> float:
    """Return twice the log empirical likelihood ratio that the deviations have mean 0."""
    low, high = float(deviations.min()), float(deviations.max())
    if low >= 0 or high <= 0:
        return math.inf
    # The multiplier keeps every weight positive and below 1; its equation is monotone between these ends.
    count = len(deviations)
    left, right = (1 / count - 1) / high, (1 / count - 1) / low
    middle = 0.0
    for _ in range(_HALVINGS):
        ratios = deviations / (1 + middle * deviations)
        slope = float(ratios.sum())
        if slope > 0:
            left = middle
        else:
            right = middle
        step = slope / float(ratios @ ratios)
        # Newton's step, or half the way where it leaves the bracket.
        following = middle + step if left < middle + step < right else (left + right) / 2
        if abs(following - middle) <= _NEWTON_RELATIVE * max(-left, right):
            break
        middle = following
    return 2 * float(np.sum(np.log1p(middle * deviations)))
