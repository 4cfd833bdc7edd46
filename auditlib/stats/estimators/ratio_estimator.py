"""Totals and rates through a ratio: dollars in error per dollar paid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, finite_values, same_length
from auditlib.stats.estimators.cautions import Caution, is_above_rounding, value_cautions
from auditlib.stats.estimators.estimate import Estimate, LimitRule, degrees_for
from auditlib.stats.estimators.expansion import add_strata, expand_values
from auditlib.stats.estimators.moments import EstimateShape, effective_freedom, estimate_skewness

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PairStratum:
    """One stratum of pairs: measured (dollars in error), base (dollars paid), and units in the stratum."""

    values: Sequence[float]
    bases: Sequence[float]
    universe_count: int


@dataclass(frozen=True, slots=True)
class RatioAppraisal:
    """A combined ratio estimate.

    Parameters
    ----------
    ratio
        Value per unit of base.
    total
        The ratio times the known base of the universe; None if that is not known.
    """

    ratio: Estimate
    total: Estimate | None


def appraise_ratio(
    strata: Sequence[PairStratum], *, base_total: float | None = None, limits: LimitRule = "z"
) -> RatioAppraisal:
    """Return the ratio of two totals over one or more strata, and the total it implies.

    Parameters
    ----------
    strata
        One for a simple random sample.
    base_total
        Known base (dollars paid) of the universe.
    limits
        "z" as R's survey package, or "t" with n - L degrees of freedom. RAT-STATS has no ratio estimator.

    Notes
    -----
    With residuals e = y - R x the variance is sum of N_h (N_h - n_h) s_e^2 / n_h over the base squared. The
    base squared is the estimated one, as R's svyratio takes it, also where `base_total` is given.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 6.11 (combined ratio estimate).
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    pairs = []
    for number, stratum in enumerate(strata, start=1):
        values = finite_values(stratum.values, f"values of stratum {number}")
        bases = finite_values(stratum.bases, f"bases of stratum {number}")
        same_length(values, bases, ("values", "bases"))
        pairs.append((values, bases, stratum.universe_count))
    value_total = add_strata(
        [expand_values(values, universe_count=count) for values, _, count in pairs]
    ).total
    base = add_strata([expand_values(bases, universe_count=count) for _, bases, count in pairs]).total
    if base == 0:
        message = "The bases add up to 0: the ratio is undefined."
        raise UsageError(message)
    slope = value_total / base
    residuals = [
        ([value - slope * size for value, size in zip(values, bases, strict=True)], count)
        for values, bases, count in pairs
    ]
    parts = [
        expand_values(left, universe_count=count, where=f"stratum {number}")
        for number, (left, count) in enumerate(residuals, start=1)
    ]
    residual = add_strata(parts)
    reviewed_count = sum(len(values) for values, _, _ in pairs)
    sampled = [number for number, (values, _, count) in enumerate(pairs) if len(values) < count]
    rest = [residuals[number] for number in sampled]
    cautions: tuple[Caution, ...] = ()
    shape = None
    if sampled:
        values = [value for number in sampled for value in pairs[number][0]]
        skewness = estimate_skewness([(count / len(left), left) for left, count in rest])
        freedom = effective_freedom([(parts[number].variance, len(pairs[number][0])) for number in sampled])
        cautions = value_cautions(
            values,
            total_skewness=skewness,
            stratum_sizes=[len(left) for left, _ in rest] if pairs[1:] else None,
            freedom=freedom,
            reviewed_count=reviewed_count,
            has_spread=is_above_rounding(math.sqrt(residual.variance), value_total),
        )
        shape = EstimateShape.of_values(values, skewness=skewness, freedom=freedom)
    ratio = Estimate(
        slope,
        math.sqrt(residual.variance) / abs(base),
        degrees_for(limits, reviewed_count - len(pairs)),
        "combined ratio estimate",
        cautions,
        shape,
    )
    return RatioAppraisal(
        ratio, None if base_total is None else ratio.scaled(finite(base_total, "base_total"))
    )
