"""When the textbook interval fails: rules that fire on the sample and travel with the estimate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from auditlib.stats.estimate import Caution

if TYPE_CHECKING:
    from collections.abc import Sequence

# OIG's Office of Audit Services asks for these sizes (RAT-STATS Companion Manual, p. 3-97).
MINIMUM_NONZERO = 6
MINIMUM_PER_STRATUM = 20
MINIMUM_SAMPLE = 100
# Beyond these the simulated lower limit covers clearly less than it promises.
LOWEST_SKEWNESS = -1.0
# Cochran's rule (Sampling Techniques, 1977, section 2.15): normal limits want n above 25 times squared
# skewness.
COCHRAN_FACTOR = 25
HIGHEST_ERROR_SHARE = 0.8

# What holds where each rule fires.
_REMEDIES = {
    "few errors": "What holds with few errors: the exact limits for a count, Stringer's bound for a sample "
    "by dollars, or a sequential review.",
    "nearly all errors": "What holds when nearly all are wrong: the minimum-sum bound, or a sequential "
    "review.",
    "skewness": "What holds when amounts are skewed: a sequential review; bootstrap-t comes nearer than t.",
    "negative skewness": "What holds when differences are skewed to the left: the minimum-sum bound, or a "
    "sequential review.",
    "small stratum": "What holds with small strata: the exact limits of the strata, combined.",
}


def remedies(cautions: Sequence[Caution]) -> list[str]:
    """Return which bounds hold where these cautions say that the textbook interval may not.

    Notes
    -----
    They are in `auditlib.stats.bounds`, `auditlib.stats.monetary_unit` and `auditlib.stats.sequential`.
    """
    rules = dict.fromkeys(caution.rule for caution in cautions)
    return [_REMEDIES[rule] for rule in rules if rule in _REMEDIES]


def _few_errors(nonzero_count: int) -> Caution:
    return Caution(
        "few errors",
        nonzero_count,
        MINIMUM_NONZERO,
        f"Only {nonzero_count} sampled unit(s) differ from zero: the upper limit is far too low, "
        "and the two-sided interval covers much less than it says.",
    )


def _nearly_all_errors(share: float) -> Caution:
    return Caution(
        "nearly all errors",
        share,
        HIGHEST_ERROR_SHARE,
        f"{share:.0%} of the sampled units are in error: the lower limit may be too high. "
        "Use an exact or minimum-sum bound.",
    )


def _skewed(skewness: float, sample_count: int) -> Caution | None:
    needed = COCHRAN_FACTOR * skewness**2
    if sample_count >= needed:
        return None
    side = "upper limit is likely too low" if skewness > 0 else "lower limit is likely too high"
    return Caution(
        "skewness",
        sample_count,
        needed,
        f"With a skewness of {skewness:.2f} normal limits want {needed:,.0f} units or more: the {side}.",
    )


def count_cautions(item_count: int, sample_count: int) -> tuple[Caution, ...]:
    """Return what speaks against normal limits for a count of items."""
    cautions = []
    if item_count < MINIMUM_NONZERO:
        cautions.append(_few_errors(item_count))
    if item_count > HIGHEST_ERROR_SHARE * sample_count:
        cautions.append(_nearly_all_errors(item_count / sample_count))
    if 0 < item_count < sample_count:
        share = item_count / sample_count
        skewed = _skewed((1 - 2 * share) / math.sqrt(share * (1 - share)), sample_count)
        cautions += [skewed] if skewed else []
    return tuple(cautions)


def value_cautions(
    values: Sequence[float], *, skewness: float | None, stratum_sizes: Sequence[int] | None = None
) -> tuple[Caution, ...]:
    """Return what speaks against Student or normal limits for a mean of differences.

    Parameters
    ----------
    values
        The sampled differences.
    skewness
        Population skewness of the values; None if undefined.
    stratum_sizes
        Sample size of each stratum; None for an unrestricted sample.
    """
    nonzero_count = sum(value != 0 for value in values)
    cautions = []
    if len(values) < MINIMUM_SAMPLE:
        cautions.append(
            Caution(
                "small sample",
                len(values),
                MINIMUM_SAMPLE,
                f"{len(values)} sampled unit(s); OIG audits ask for at least {MINIMUM_SAMPLE}.",
            )
        )
    if nonzero_count < MINIMUM_NONZERO:
        cautions.append(_few_errors(nonzero_count))
    if nonzero_count > HIGHEST_ERROR_SHARE * len(values):
        cautions.append(_nearly_all_errors(nonzero_count / len(values)))
    if skewness is not None and skewness < LOWEST_SKEWNESS:
        cautions.append(
            Caution(
                "negative skewness",
                skewness,
                LOWEST_SKEWNESS,
                f"The differences are skewed to the left ({skewness:.2f}): the lower limit may be too high.",
            )
        )
    skewed = None if skewness is None else _skewed(skewness, len(values))
    cautions += [skewed] if skewed else []
    small = [size for size in stratum_sizes or () if size < MINIMUM_PER_STRATUM]
    if small:
        cautions.append(
            Caution(
                "small stratum",
                min(small),
                MINIMUM_PER_STRATUM,
                f"{len(small)} stratum/strata with fewer than {MINIMUM_PER_STRATUM} sampled units.",
            )
        )
    return tuple(cautions)
