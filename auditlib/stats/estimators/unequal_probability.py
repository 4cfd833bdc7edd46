"""Totals from samples in which the units had different, known chances to be drawn."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite_values, same_length
from auditlib.stats.estimators.cautions import is_above_rounding, value_cautions
from auditlib.stats.estimators.estimate import Estimate, LimitRule, degrees_for
from auditlib.stats.estimators.moments import EstimateShape, estimate_skewness

if TYPE_CHECKING:
    from collections.abc import Sequence


def appraise_unequal(
    values: Sequence[float], inclusion_probabilities: Sequence[float], *, limits: LimitRule = "t"
) -> Estimate:
    """Return the universe's total from units drawn with known, unequal inclusion probabilities.

    Parameters
    ----------
    values
        One for each sampled unit, zeros included.
    inclusion_probabilities
        The chance each had, above 0 and at most 1; 1 for units taken with certainty.
    limits
        "t" with n - 1 degrees of freedom over the units not taken with certainty, or "z".

    Raises
    ------
    UsageError
        For a probability outside 0..1, or a single unit not taken with certainty.

    Notes
    -----
    Horvitz and Thompson's total, sum y / pi. Variance after Hajek, which needs no joint probabilities:
    n / (n - 1) sum c (y / pi - A)^2 with c = 1 - pi and A the mean of y / pi weighted by c. With equal
    probabilities it is the variance of a simple random sample.

    References
    ----------
    D. G. Horvitz and D. J. Thompson, JASA 47 (1952), 663-685; J. Hajek, Annals of Mathematical Statistics 35
    (1964), 1491-1523; Y. Berger, Journal of Statistical Planning and Inference 67 (1998), 209-226.
    """
    numbers = finite_values(values, "values")
    chances = finite_values(inclusion_probabilities, "inclusion_probabilities")
    same_length(numbers, chances, ("values", "inclusion_probabilities"))
    if not all(0 < chance <= 1 for chance in chances):
        message = "Every inclusion probability must lie above 0 and at most at 1."
        raise UsageError(message)
    expanded = [value / chance for value, chance in zip(numbers, chances, strict=True)]
    by_chance = [(total, 1 - chance) for total, chance in zip(expanded, chances, strict=True) if chance < 1]
    count = len(by_chance)
    if count == 1:
        message = "One unit that was not taken with certainty leaves the standard error undefined."
        raise UsageError(message, hint="Review a second one.")
    variance = 0.0
    if count:
        weight = math.fsum(share for _, share in by_chance)
        mean = math.fsum(total * share for total, share in by_chance) / weight
        spread = math.fsum(share * (total - mean) ** 2 for total, share in by_chance)
        variance = count / (count - 1) * spread
    # Units taken with certainty are known: only the others can mislead.
    drawn = [(value, value / chance) for value, chance in zip(numbers, chances, strict=True) if chance < 1]
    estimate = Estimate(
        math.fsum(expanded),
        math.sqrt(variance),
        degrees_for(limits, count - 1) if count else None,
        "Horvitz-Thompson appraisal",
    )
    if not drawn:
        return estimate
    skewness = estimate_skewness([(1.0, [total for total, _ in by_chance])])
    cautions = value_cautions(
        [value for value, _ in drawn],
        total_skewness=skewness,
        reviewed_count=len(numbers),
        has_spread=is_above_rounding(estimate.standard_error, estimate.point),
    )
    shape = EstimateShape.of_values([total for _, total in drawn], skewness=skewness)
    return replace(estimate, cautions=cautions, shape=shape)
