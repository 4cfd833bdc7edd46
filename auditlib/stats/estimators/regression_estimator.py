"""Totals through a regression: what errors there are, corrected by how the sample's payments differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, finite_values, same_length, sample_of_universe
from auditlib.stats.estimators.cautions import is_above_rounding, value_cautions
from auditlib.stats.estimators.estimate import Estimate, LimitRule, degrees_for
from auditlib.stats.estimators.expansion import add_strata, expand_values
from auditlib.stats.estimators.moments import EstimateShape, estimate_skewness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditlib.stats.estimators.ratio_estimator import PairStratum


def appraise_regression(
    strata: Sequence[PairStratum], *, base_total: float, limits: LimitRule = "t"
) -> Estimate:
    """Return a total by the combined regression estimator.

    Parameters
    ----------
    strata
        Pairs of value (dollars in error) and base (dollars paid), one stratum for a simple random sample.
    base_total
        Known base of the universe.
    limits
        "t" with n - L - 1 degrees of freedom for n units in L strata, or "z". RAT-STATS has no regression
        estimator.

    Raises
    ------
    UsageError
        If the bases do not vary, or too few units leave no degree of freedom.

    Notes
    -----
    total = Y + b (X - X_s), with Y and X_s the expanded totals of values and bases and X the known base. The
    slope b makes the variance least: sum of w_h s_xy over sum of w_h s_xx, w_h = N_h (N_h - n_h) / n_h. The
    variance is that of the residuals, times (n - L) / (n - L - 1) for the slope. In small samples the
    estimate is biased, in the order of its standard error over the root of n.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), sections 7.1 to 7.5 and 7.10.
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    pairs = []
    for number, stratum in enumerate(strata, start=1):
        values = finite_values(stratum.values, f"values of stratum {number}")
        bases = finite_values(stratum.bases, f"bases of stratum {number}")
        same_length(values, bases, ("values", "bases"))
        sample_of_universe(len(values), stratum.universe_count, where=f"stratum {number}")
        pairs.append((values, bases, stratum.universe_count))
    known = finite(base_total, "base_total")
    value_total = add_strata([expand_values(values, universe_count=count) for values, _, count in pairs])
    expanded_base = add_strata([expand_values(bases, universe_count=count) for _, bases, count in pairs])
    sampled = [(values, bases, count) for values, bases, count in pairs if len(values) < count]
    method = "combined regression estimate"
    reviewed_count = sum(len(values) for values, _, _ in pairs)
    if not sampled:
        return Estimate(value_total.total, 0.0, None, method)
    slope = _slope(sampled)
    residuals = [
        ([value - slope * base for value, base in zip(values, bases, strict=True)], count)
        for values, bases, count in sampled
    ]
    freedom = sum(len(left) for left, _ in residuals) - len(residuals)
    if freedom < 2:  # noqa: PLR2004  the slope takes one, and one must be left
        message = f"{reviewed_count} units leave no degree of freedom for a regression."
        raise UsageError(message, hint="Review more units, or use the method ratio.")
    spread = add_strata([expand_values(left, universe_count=count) for left, count in residuals])
    variance = spread.variance * freedom / (freedom - 1)
    values = [value for part, _, _ in sampled for value in part]
    skewness = estimate_skewness([(count / len(left), left) for left, count in residuals])
    total = value_total.total + slope * (known - expanded_base.total)
    return Estimate(
        total,
        math.sqrt(variance),
        degrees_for(limits, freedom - 1),
        method,
        value_cautions(
            values,
            total_skewness=skewness,
            stratum_sizes=[len(left) for left, _ in residuals] if pairs[1:] else None,
            freedom=freedom - 1,
            reviewed_count=reviewed_count,
            has_spread=is_above_rounding(math.sqrt(variance), total),
        ),
        EstimateShape.of_values(values, skewness=skewness, freedom=freedom - 1),
    )


def _slope(sampled: Sequence[tuple[Sequence[float], Sequence[float], int]]) -> float:
    """Return the slope of values on bases within strata, each stratum by its part of the variance."""
    joint = own = size = 0.0
    for values, bases, universe_count in sampled:
        count = len(values)
        if count < 2:  # noqa: PLR2004  one unit has no slope
            continue
        weight = universe_count * (universe_count - count) / (count * (count - 1))
        mean, centre = math.fsum(values) / count, math.fsum(bases) / count
        joint += weight * math.fsum(
            (value - mean) * (base - centre) for value, base in zip(values, bases, strict=True)
        )
        own += weight * math.fsum((base - centre) ** 2 for base in bases)
        size += weight * math.fsum(base**2 for base in bases)
    if own <= 1e-24 * size:
        message = "The bases of the sampled units are all equal: there is no regression on them."
        raise UsageError(message, hint="Use the method variable or stratified.")
    return joint / own
