"""Bootstrap-t limits for a total: like Student's, with quantiles that follow the skewness of the sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, finite_values, one_of, sample_of_universe, whole
from auditlib.stats.estimators.cautions import resampling_cautions
from auditlib.stats.estimators.estimate import SIDES, Sides
from auditlib.stats.intervals.proportion import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_A_TIME: Final = 2_000_000
_MOST_FLAT: Final = 0.05


def bootstrap_t_interval(
    values: Sequence[float],
    *,
    universe_count: int,
    confidence: float,
    seed: int,
    sides: Sides = "two-sided",
    resamples: int = 1_999,
) -> Interval:
    """Return limits for a universe total from the resampled distribution of Student's ratio.

    Parameters
    ----------
    values
        One for each unit of a simple random sample, zeros included.
    universe_count
        Units in the universe.
    confidence, sides
        Level and sidedness.
    seed
        The same seed gives the same limits.
    resamples
        Samples drawn from the sample.

    Raises
    ------
    UsageError
        If so few values differ that more than one resample in twenty shows no spread at all.

    Notes
    -----
    The limits are total - q * standard error with q from the ratios (resampled mean - mean) / its standard
    error; the finite correction is that of the appraisal. With few errors it covers too little, as every
    method does that knows the sample only: the refusal is for the worst of it.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), section 12.5; P. Hall, Annals of
    Statistics 16 (1988), 927-953.
    """
    numbers = finite_values(values, "values")
    count, universe = sample_of_universe(len(numbers), universe_count, minimum=2)
    one_of(sides, "sides", SIDES)
    level = confidence_level(confidence)
    number_of = whole(resamples, "resamples", minimum=100)
    sampled = np.asarray(numbers, dtype=np.float64)
    mean, error = float(sampled.mean()), float(sampled.std(ddof=1)) / math.sqrt(count)
    generator = np.random.default_rng(whole(seed, "seed", minimum=0))
    parts = []
    for start in range(0, number_of, max(1, _AT_A_TIME // count)):
        rows = min(max(1, _AT_A_TIME // count), number_of - start)
        drawn = sampled[generator.integers(count, size=(rows, count))]
        errors = drawn.std(axis=1, ddof=1) / math.sqrt(count)
        is_spread = errors > 1e-12 * max(1.0, float(np.abs(sampled).max()))
        parts.append((drawn.mean(axis=1)[is_spread] - mean) / errors[is_spread])
    ratios = np.concatenate(parts)
    if len(ratios) < (1 - _MOST_FLAT) * number_of:
        message = "Too few sampled values differ for a bootstrap."
        raise UsageError(message, hint="Use exact limits for the count, or the minimum sum of overpayments.")
    tail = (1 - level) / (2 if sides == "two-sided" else 1)
    low, high = (float(quantile) for quantile in np.quantile(ratios, [tail, 1 - tail]))
    reach = universe * error * math.sqrt(1 - count / universe)
    return Interval(
        -math.inf if sides == "upper" else universe * mean - high * reach,
        math.inf if sides == "lower" else universe * mean - low * reach,
        level,
        f"bootstrap-t, {sides}",
        resampling_cautions(numbers),
    )
