"""What a universe is worth, from sampled values: unrestricted, stratified, post-stratified, two samples."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, finite_values, same_length, sample_of_universe
from auditlib.stats.estimators.cautions import (
    Caution,
    is_above_rounding,
    no_spread,
    summary_cautions,
    value_cautions,
)
from auditlib.stats.estimators.estimate import Estimate, LimitRule, degrees_for
from auditlib.stats.estimators.expansion import add_strata, expand_values
from auditlib.stats.estimators.moments import (
    EstimateShape,
    Moments,
    effective_freedom,
    estimate_skewness,
    moments,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class VariableAppraisal:
    """An unrestricted variable appraisal.

    Parameters
    ----------
    moments
        Shape of the sample.
    mean, total
        Estimates per unit and for the universe.
    universe_count
        Units in the universe.
    """

    moments: Moments
    mean: Estimate
    total: Estimate
    universe_count: int


def appraise_values(
    values: Sequence[float],
    *,
    universe_count: int,
    limits: LimitRule = "t",
    where: str = "the universe",
) -> VariableAppraisal:
    """Return the appraisal of a simple random sample of values.

    Parameters
    ----------
    values
        One for each sampled unit, zeros included.
    universe_count
        Units in the universe.
    limits
        "t" with n - 1 degrees of freedom as RAT-STATS has it, or "z" as R's survey package has by default.
    where
        Name of the universe for messages.

    Raises
    ------
    UsageError
        For missing values, a sample larger than the universe, or one unit that stands for several.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-2 to 3-7.

    Examples
    --------
    >>> appraisal = appraise_values([100.0, 0.0, 0.0, 50.0], universe_count=40)
    >>> appraisal.total.point
    1500.0
    """
    numbers = finite_values(values, f"values of {where}")
    expanded = expand_values(numbers, universe_count=universe_count, where=where)
    shape = moments(numbers)
    total = Estimate(
        expanded.total,
        math.sqrt(expanded.variance),
        degrees_for(limits, len(numbers) - 1),
        "unrestricted variable appraisal",
    )
    if len(numbers) < universe_count:
        skewness = estimate_skewness([(1.0, numbers)])
        total = replace(
            total,
            cautions=value_cautions(
                numbers,
                total_skewness=skewness,
                has_spread=is_above_rounding(total.standard_error, total.point),
            ),
            shape=EstimateShape.of_values(numbers, skewness=skewness),
        )
    return VariableAppraisal(shape, total.scaled(1 / universe_count), total, universe_count)


def differences(examined: Sequence[float], audited: Sequence[float]) -> list[float]:
    """Return examined minus audited, unit by unit: what the difference estimator works on."""
    first, second = finite_values(examined, "examined"), finite_values(audited, "audited")
    same_length(first, second, ("examined", "audited"))
    return [before - after for before, after in zip(first, second, strict=True)]


@dataclass(frozen=True, slots=True)
class ValueStratum:
    """One stratum of a variable sample: the sampled values and the number of units in the stratum."""

    values: Sequence[float]
    universe_count: int


@dataclass(frozen=True, slots=True)
class StratifiedVariableAppraisal:
    """A stratified variable appraisal: the total over strata, and each stratum by itself."""

    total: Estimate
    strata: tuple[VariableAppraisal, ...]


def appraise_strata(
    strata: Sequence[ValueStratum], *, limits: LimitRule = "z"
) -> StratifiedVariableAppraisal:
    """Return the appraisal of a stratified random sample.

    Parameters
    ----------
    strata
        Every stratum needs two sampled units, or all of its units.
    limits
        Of the overall total: "z" as RAT-STATS has it, or "t" with n - L degrees of freedom as SAS, R and
        svy have. The limits of each stratum are Student's in both.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-8 to 3-16.
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    appraisals = tuple(
        appraise_values(stratum.values, universe_count=stratum.universe_count, where=f"stratum {number}")
        for number, stratum in enumerate(strata, start=1)
    )
    parts = [
        expand_values(stratum.values, universe_count=stratum.universe_count, where=f"stratum {number}")
        for number, stratum in enumerate(strata, start=1)
    ]
    expanded = add_strata(parts)
    reviewed_count = sum(len(stratum.values) for stratum in strata)
    total = Estimate(
        expanded.total,
        math.sqrt(expanded.variance),
        degrees_for(limits, reviewed_count - len(strata)),
        "stratified variable appraisal",
        *_doubts(
            strata,
            [part.variance for part in parts],
            has_spread=is_above_rounding(math.sqrt(expanded.variance), expanded.total),
        ),
    )
    return StratifiedVariableAppraisal(total, appraisals)


def _doubts(
    strata: Sequence[ValueStratum], variances: Sequence[float], *, has_spread: bool
) -> tuple[tuple[Caution, ...], EstimateShape | None]:
    """Return the cautions about normal limits, and their shape, of the strata not reviewed whole."""
    sampled = [
        (stratum, variance)
        for stratum, variance in zip(strata, variances, strict=True)
        if len(stratum.values) < stratum.universe_count
    ]
    if not sampled:
        return (), None
    pooled = [float(value) for stratum, _ in sampled for value in stratum.values]
    sizes = [len(stratum.values) for stratum, _ in sampled]
    skewness = estimate_skewness(
        [(stratum.universe_count / len(stratum.values), stratum.values) for stratum, _ in sampled]
    )
    freedom = effective_freedom(
        [(variance, size) for (_, variance), size in zip(sampled, sizes, strict=True)]
    )
    cautions = value_cautions(
        pooled,
        total_skewness=skewness,
        stratum_sizes=sizes,
        freedom=freedom,
        reviewed_count=sum(len(stratum.values) for stratum in strata),
        has_spread=has_spread,
    )
    return cautions, EstimateShape.of_values(pooled, skewness=skewness, freedom=freedom)


@dataclass(frozen=True, slots=True)
class PostStratifiedAppraisal:
    """A post-stratified variable appraisal: the total, and each stratum's part of it."""

    total: Estimate
    strata: tuple[Estimate, ...]


def appraise_poststrata(strata: Sequence[ValueStratum], *, universe_count: int) -> PostStratifiedAppraisal:
    """Return the appraisal of a simple random sample that was split into strata after the draw.

    Parameters
    ----------
    strata
        The sampled values that fell into each stratum, and the stratum's known number of units.
    universe_count
        Units in the universe: the sum over the strata.

    Notes
    -----
    v(T_i) = (N - n) / n N_i s_i^2 + N / n^2 (N - N_i) s_i^2; the second term has no finite correction. R's
    postStratify linearises and leaves it out.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-91 to 3-98; Cochran, Sampling Techniques (1977), 5A.42.
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    if sum(stratum.universe_count for stratum in strata) != universe_count:
        message = f"The strata do not add up to the universe of {universe_count} units."
        raise UsageError(message)
    sample_count = sum(len(stratum.values) for stratum in strata)
    sample_of_universe(sample_count, universe_count)
    method = "post-stratified variable appraisal"
    estimates = []
    for number, stratum in enumerate(strata, start=1):
        where = f"stratum {number}"
        sample_of_universe(len(stratum.values), stratum.universe_count, where=where)
        shape = moments(stratum.values)
        if shape.standard_deviation is None and stratum.universe_count > 1:
            message = f"One sampled unit in {where} leaves the standard error undefined."
            raise UsageError(message, hint="Merge the stratum with a neighbour.")
        spread = (shape.standard_deviation or 0.0) ** 2
        variance = (universe_count - sample_count) / sample_count * stratum.universe_count * spread
        variance += universe_count / sample_count**2 * (universe_count - stratum.universe_count) * spread
        estimates.append(Estimate(shape.mean * stratum.universe_count, math.sqrt(variance), None, method))
    total = math.fsum(estimate.point for estimate in estimates)
    error = math.sqrt(math.fsum(estimate.standard_error**2 for estimate in estimates))
    pooled = [float(value) for stratum in strata for value in stratum.values]
    sizes = [len(stratum.values) for stratum in strata]
    estimate = Estimate(total, error, None, method)
    if sample_count < universe_count:
        skewness = estimate_skewness(
            [(stratum.universe_count / len(stratum.values), stratum.values) for stratum in strata]
        )
        estimate = replace(
            estimate,
            cautions=tuple(
                # Here chance decides the sizes: small ones are a reason to doubt, not a guideline.
                replace(caution, rule="small post-stratum") if caution.rule == "small stratum" else caution
                for caution in value_cautions(
                    pooled,
                    total_skewness=skewness,
                    stratum_sizes=sizes,
                    has_spread=is_above_rounding(error, total),
                )
            ),
            shape=EstimateShape.of_values(
                pooled,
                skewness=skewness,
                # A small post-stratum with much of the variance leaves few degrees of freedom.
                freedom=effective_freedom(
                    [
                        (part.standard_error**2, len(stratum.values))
                        for part, stratum in zip(estimates, strata, strict=True)
                        if len(stratum.values) > 1
                    ]
                ),
            ),
        )
    return PostStratifiedAppraisal(estimate, tuple(estimates))


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """Mean, standard deviation (divisor n - 1) and, where known, skewness of a sample of `count` values."""

    count: int
    mean: float
    standard_deviation: float
    skewness: float | None = None

    @classmethod
    def from_values(cls, values: Sequence[float]) -> SampleSummary:
        """Return the summary of at least two values."""
        shape = moments(finite_values(values, "values", minimum_count=2))
        return cls(shape.value_count, shape.mean, shape.standard_deviation or 0.0, shape.skewness)


def appraise_unknown_universe(
    containers: SampleSummary, elements: SampleSummary, *, container_count: int
) -> Estimate:
    """Return the total when the number of elements is itself estimated, with normal limits.

    Parameters
    ----------
    containers
        Elements per container (documents per drawer) in a sample of containers.
    elements
        Value per element in an independent sample of elements.
    container_count
        Containers in the universe.

    Notes
    -----
    Variance of a product of two independent estimates, with the minus term; the finite correction of the
    elements uses their estimated number.

    References
    ----------
    L. A. Goodman, "On the Exact Variance of Products", JASA 55 (1960), 708-713; OIG, RAT-STATS Companion
    Manual (2010), pp. 3-99 to 3-105.
    """
    for summary, name in ((containers, "containers"), (elements, "elements")):
        finite(summary.mean, f"mean of {name}")
        finite(summary.standard_deviation, f"standard_deviation of {name}", minimum=0)
    sample_count, universe_count = sample_of_universe(
        containers.count, container_count, minimum=2, where="containers"
    )
    element_total = universe_count * containers.mean
    if elements.count < 2 or elements.count > element_total:  # noqa: PLR2004  a spread needs two elements
        message = f"{elements.count} element(s) cannot be a sample of an estimated {element_total:.0f}."
        raise UsageError(message)
    count_variance = (
        universe_count * (universe_count - sample_count) * containers.standard_deviation**2 / sample_count
    )
    mean_variance = (
        elements.standard_deviation**2 / elements.count * (element_total - elements.count) / element_total
    )
    variance = (
        element_total**2 * mean_variance + elements.mean**2 * count_variance - mean_variance * count_variance
    )
    cautions = summary_cautions(
        [(containers.count, containers.skewness), (elements.count, elements.skewness)]
    )
    is_census = sample_count == universe_count and elements.count >= element_total
    total, error = element_total * elements.mean, math.sqrt(max(0.0, variance))
    if not is_census and not is_above_rounding(error, total):
        cautions = (no_spread(), *cautions)
    return Estimate(total, error, None, "unknown universe size", cautions)
