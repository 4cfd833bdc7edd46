"""When the textbook interval fails: rules that fire on the sample and travel with the estimate."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from auditlib.stats.estimators.moments import estimate_skewness

if TYPE_CHECKING:
    from collections.abc import Sequence

Side = Literal["lower", "upper", "both"]


@dataclass(frozen=True, slots=True)
class Caution:
    """A reason to doubt the textbook interval, as data to be printed beside the figure.

    Parameters
    ----------
    rule
        Short fixed name of the rule that fired.
    value, threshold
        What was found and the bound it broke.
    message
        One sentence for the reader.
    side
        The limit that may be wrong; both where either may.
    """

    rule: str
    value: float
    threshold: float
    message: str
    side: Side = "both"


# OIG's Office of Audit Services asks for these sizes (RAT-STATS Companion Manual, p. 3-97).
MINIMUM_NONZERO = 6
MINIMUM_PER_STRATUM = 20
MINIMUM_SAMPLE = 100
# Cochran's rule (Sampling Techniques, 1977, section 2.15): normal limits want n above 25 times squared
# skewness, so the skewness of the mean below a fifth.
COCHRAN_FACTOR = 25
# Beyond this skewness one limit is safe even in a small sample; with less, nearly all errors harm neither.
CLEAR_SKEWNESS = 0.5
HIGHEST_ERROR_SHARE = 0.8
# Up to so many units normal limits are short, and the sample cannot show how skewed the universe is.
MINIMUM_UNITS = 30
# A forecast of coverage allows for the degrees of freedom of dollars down to so many.
MINIMUM_FREEDOM = 20
# What authorities ask of a sample's size, whatever its limits cover.
GUIDELINES = frozenset({"small sample", "small stratum"})
# Limits made of the sample alone are short below this many values that stand out.
MINIMUM_DISTINCT = 50
MINIMUM_RATINGS = 25
# A standard error up to this share of its estimate is rounding: differences that are alike to the cent differ
# in their last binary digits.
_ROUNDING = 1e-10
HIGHEST_TAINT_SHARE = 0.4

# What holds where each rule fires.
_REMEDIES = {
    "few errors": "What holds with few errors: the exact limits for a count, Stringer's bound for a sample "
    "by dollars, or a sequential review.",
    "nearly all errors": "What holds when nearly all are wrong, for overpayments alone, not netted: the "
    "minimum-sum bound, or a sequential review.",
    "skewness": "What holds when amounts are skewed: a sequential review.",
    "negative skewness": "What holds when differences are skewed to the left: for overpayments alone, not "
    "netted, the minimum-sum bound or a sequential review. For a net total where large underpayments are "
    "rare: the limits by rank gaps, once the largest underpayment is stated.",
    "few units": "What holds with few units: the exact limits for a count, or a sequential review; for "
    "clusters Student's limits come nearer than normal ones.",
    "small stratum": "What holds with small strata: the exact limits of the strata, combined.",
}


def cautions_for(cautions: Sequence[Caution], sides: Sequence[str]) -> tuple[Caution, ...]:
    """Return the cautions that speak of the limits asked for.

    Parameters
    ----------
    cautions
        All about the textbook interval.
    sides
        "two-sided", "lower" or "upper", one or several.
    """
    wanted = {"both", *sides}
    return tuple(caution for caution in cautions if caution.side in wanted or "two-sided" in wanted)


def is_doubtful(cautions: Sequence[Caution]) -> bool:
    """Return True if a caution is about the limits, and not only about the size of the sample."""
    return any(caution.rule not in GUIDELINES for caution in cautions)


def remedies(cautions: Sequence[Caution]) -> list[str]:
    """Return which bounds hold where these cautions say that the textbook interval may not.

    Notes
    -----
    They are in `auditlib.stats.intervals` and `auditlib.stats.sequential`.
    """
    rules = dict.fromkeys(
        "negative skewness" if (caution.rule, caution.side) == ("skewness", "lower") else caution.rule
        for caution in cautions
    )
    return [_REMEDIES[rule] for rule in rules if rule in _REMEDIES]


def _few_errors(nonzero_count: int, *, side: Side = "upper") -> Caution:
    wrong = {"upper": "upper limit is far too low", "lower": "lower limit is far too high"}
    return Caution(
        "few errors",
        nonzero_count,
        MINIMUM_NONZERO,
        f"Only {nonzero_count} sampled unit(s) differ from zero: the "
        f"{wrong.get(side, 'limits are far too near the estimate')}, "
        "and the two-sided interval covers much less than it says.",
        side,
    )


def _side_of(values: Sequence[float]) -> Side:
    """Return the limit that rare values of these signs leave short."""
    if all(value >= 0 for value in values):
        return "upper"
    return "lower" if all(value <= 0 for value in values) else "both"


def _short_side(skewness: float) -> Side:
    """Return the limit that skewness leaves short, where it is clear; the other one is then safe."""
    if abs(skewness) <= CLEAR_SKEWNESS:
        return "both"
    return "upper" if skewness > 0 else "lower"


def is_above_rounding(standard_error: float, point: float) -> bool:
    """Return True if a standard error shows that sampled units differ, and not only how numbers are held."""
    return standard_error > _ROUNDING * abs(point)


def no_spread(*, side: Side = "both") -> Caution:
    """Return the caution about a standard error of 0 where not every unit was reviewed."""
    return Caution(
        "no spread",
        0,
        0,
        "The standard error is 0 although not every unit was reviewed: no sampled unit differs from another, "
        "so the limits equal the estimate and no confidence attaches to them.",
        side,
    )


def _few_units(unit_count: int, *, side: Side = "both") -> Caution:
    return Caution(
        "few units",
        unit_count,
        MINIMUM_UNITS,
        f"Of {unit_count} drawn units or clusters more than {MINIMUM_UNITS} would be wanted: how skewed they "
        "are cannot be judged, and the limits are likely too near the estimate.",
        side,
    )


def _nearly_all_errors(share: float, *, side: Side = "lower") -> Caution:
    return Caution(
        "nearly all errors",
        share,
        HIGHEST_ERROR_SHARE,
        f"{share:.0%} of the sampled units are in error: the lower limit may be too high. "
        "Use an exact bound, or for overpayments alone, not netted, the minimum sum.",
        side,
    )


def _skewed(total_skewness: float, sample_count: int) -> Caution | None:
    skewness = total_skewness * math.sqrt(sample_count)
    needed = COCHRAN_FACTOR * skewness**2
    if sample_count >= needed:
        return None
    side = "upper limit is likely too low" if skewness > 0 else "lower limit is likely too high"
    return Caution(
        "skewness",
        sample_count,
        needed,
        f"With a skewness of {skewness:.2f} normal limits want {needed:,.0f} units or more: the {side}.",
        "upper" if skewness > 0 else "lower",
    )


def _small_strata(stratum_sizes: Sequence[int], *, side: Side = "both") -> tuple[Caution, ...]:
    small = [size for size in stratum_sizes if size < MINIMUM_PER_STRATUM]
    if not small:
        return ()
    strata = "1 stratum" if len(small) == 1 else f"{len(small)} strata"
    message = f"{strata} with fewer than {MINIMUM_PER_STRATUM} sampled units, of those not reviewed whole."
    return (Caution("small stratum", min(small), MINIMUM_PER_STRATUM, message, side),)


def rare_cautions(item_count: int, sample_count: int) -> tuple[Caution, ...]:
    """Return the cautions about Wilson's interval: on average over all shares it covers what it says."""
    rarer = min(item_count, sample_count - item_count)
    if rarer >= MINIMUM_NONZERO:
        return ()
    message = f"Only {rarer} of one kind: Wilson's interval may cover less than it says; Clopper-Pearson's "
    return (Caution("few errors", rarer, MINIMUM_NONZERO, message + "and the hypergeometric one hold."),)


def resampling_cautions(values: Sequence[float]) -> tuple[Caution, ...]:
    """Return the cautions about limits that know the sample's values only, as bootstrap-t and likelihood.

    Parameters
    ----------
    values
        The sampled values.
    """
    commonest = max(Counter(values).values())
    others = len(values) - commonest
    if others >= MINIMUM_DISTINCT:
        return ()
    message = (
        f"Only {others} sampled value(s) differ from the commonest: limits made of the sample alone cover "
    )
    return (Caution("few values", others, MINIMUM_DISTINCT, message + "less than they say."),)


def agreement_cautions(table: Sequence[Sequence[int]]) -> tuple[Caution, ...]:
    """Return the cautions about limits for an agreement: what few charts the answer hangs on."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    agreed = sum(row[position] for position, row in enumerate(table))
    rarest = min(*(count for count in (*rows, *columns) if count), sum(rows) - agreed, agreed)
    if rarest >= MINIMUM_RATINGS:
        return ()
    message = (
        f"Only {rarest} chart(s) disagree, agree or fall into one category: the limits, which hang on them, "
    )
    return (Caution("few ratings", rarest, MINIMUM_RATINGS, message + "may be too narrow."),)


def multinomial_cautions(taints: Sequence[float], *, sample_count: int) -> tuple[Caution, ...]:
    """Return the cautions about the multinomial-Dirichlet bound, whose prior expects few errors."""
    share = math.fsum(taints) / sample_count
    if share <= HIGHEST_TAINT_SHARE:
        return ()
    message = (
        f"{share:.0%} of the sampled dollars are wrong: the multinomial bound is made for few errors and may "
    )
    return (Caution("many errors", share, HIGHEST_TAINT_SHARE, message + "be too low. Stringer's holds."),)


def count_cautions(
    item_count: int,
    sample_count: int,
    *,
    total_skewness: float | None = None,
    stratum_sizes: Sequence[int] = (),
    has_spread: bool = True,
) -> tuple[Caution, ...]:
    """Return the cautions about normal limits for a count of items.

    Parameters
    ----------
    item_count, sample_count
        Items found and units reviewed, over all strata.
    total_skewness
        Of the estimated total, if the sample is stratified.
    stratum_sizes
        Sample size of each stratum that was not reviewed whole.
    has_spread
        Whether the standard error is above 0, by `is_above_rounding`.
    """
    cautions = [] if has_spread else [no_spread()]
    if item_count < MINIMUM_NONZERO:
        cautions.append(_few_errors(item_count))
    if item_count > HIGHEST_ERROR_SHARE * sample_count:
        cautions.append(_nearly_all_errors(item_count / sample_count))
    if 0 < item_count < sample_count:
        share = item_count / sample_count
        if total_skewness is None:
            total_skewness = (1 - 2 * share) / math.sqrt(share * (1 - share) * sample_count)
        skewed = _skewed(total_skewness, sample_count)
        cautions += [skewed] if skewed else []
    return (*cautions, *_small_strata(stratum_sizes))


def planned_cautions(
    item_count: int, sample_count: int, *, stratum_sizes: Sequence[int] = ()
) -> tuple[Caution, ...]:
    """Return the cautions about normal limits of a planned sample, if it turns out as expected.

    Parameters
    ----------
    item_count, sample_count
        Units expected in error, and units to be drawn.
    stratum_sizes
        Units to be drawn in each stratum that is not reviewed whole.
    """
    few = (_few_units(sample_count),) if sample_count < MINIMUM_UNITS else ()
    return (*few, *count_cautions(item_count, sample_count, stratum_sizes=stratum_sizes))


def unit_cautions(
    strata: Sequence[tuple[float, Sequence[float]]], *, has_spread: bool = True
) -> tuple[Caution, ...]:
    """Return the cautions about normal limits for a sample of clusters or other primary units.

    Parameters
    ----------
    strata
        Of each stratum the weight of a sampled unit and the totals of the sampled units: what the variance
        is made of, so that their number and shape decide, not those of the elements.
    has_spread
        Whether the standard error is above 0, by `is_above_rounding`.
    """
    totals = [total for _, values in strata for total in values]
    freedom = len(totals) - len(strata)
    cautions = []
    if freedom < MINIMUM_UNITS:
        cautions.append(_few_units(len(totals)))
    nonzero_count = sum(total != 0 for total in totals)
    if nonzero_count < MINIMUM_NONZERO:
        cautions.append(_few_errors(nonzero_count, side=_side_of(totals)))
    if not has_spread or all(len(set(values)) == 1 for _, values in strata):
        cautions.append(no_spread())
    skewed = _skewed(estimate_skewness(strata), len(totals))
    cautions += [skewed] if skewed else []
    return tuple(cautions)


def summary_cautions(samples: Sequence[tuple[int, float | None]]) -> tuple[Caution, ...]:
    """Return the cautions about normal limits for a product of samples: their sizes and skewness."""
    cautions = []
    smallest = min(count for count, _ in samples)
    if smallest <= MINIMUM_UNITS:
        cautions.append(_few_units(smallest))
    for count, skewness in samples:
        skewed = None if skewness is None else _skewed(skewness / math.sqrt(count), count)
        cautions += [skewed] if skewed else []
    return tuple(cautions)


def value_cautions(
    values: Sequence[float],
    *,
    total_skewness: float,
    stratum_sizes: Sequence[int] | None = None,
    freedom: float | None = None,
    reviewed_count: int | None = None,
    has_spread: bool = True,
) -> tuple[Caution, ...]:
    """Return the cautions about Student or normal limits for a mean of differences, at whatever level.

    Parameters
    ----------
    values
        The sampled differences, without those of strata that were reviewed whole.
    total_skewness
        Skewness of the estimated total: what it means at a level, `limit_coverage.cautions_about` says.
    stratum_sizes
        Sample size of each stratum; None for an unrestricted sample.
    freedom
        Degrees of freedom of the standard error; None for those of one sample.
    reviewed_count
        Units reviewed, those of whole strata included; None for the number of values.
    has_spread
        Whether the standard error is above 0, by `is_above_rounding`.
    """
    nonzero_count = sum(value != 0 for value in values)
    cautions = []
    side = _short_side(total_skewness * math.sqrt(len(values)))
    reviewed = len(values) if reviewed_count is None else reviewed_count
    if not has_spread:
        cautions.append(no_spread(side="both" if nonzero_count else "upper"))
    if reviewed < MINIMUM_SAMPLE:
        cautions.append(
            Caution(
                "small sample",
                reviewed,
                MINIMUM_SAMPLE,
                f"{reviewed} sampled unit(s); OIG audits ask for at least {MINIMUM_SAMPLE}.",
            )
        )
    own_freedom = len(values) - len(stratum_sizes or (0,))
    if freedom is None:
        freedom = own_freedom
    if freedom < MINIMUM_FREEDOM or own_freedom < MINIMUM_UNITS:
        cautions.append(_few_units(min(len(values), math.floor(freedom) + 1), side=side))
    if nonzero_count < MINIMUM_NONZERO:
        cautions.append(_few_errors(nonzero_count, side=_side_of(values)))
    return (*cautions, *_small_strata(stratum_sizes or (), side=side))
