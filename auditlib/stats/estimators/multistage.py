"""Attribute and variable appraisals of cluster, two-stage, three-stage and Rao-Hartley-Cochran samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, finite_values, same_length, sample_of_universe, whole
from auditlib.stats.estimators.cautions import Caution, is_above_rounding, unit_cautions
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.expansion import ExpandedTotal, add_strata, expand, expand_count, expand_values

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class SampledUnit:
    """A unit reviewed through a random sample of its elements.

    Parameters
    ----------
    size
        Elements in the unit.
    total
        Their estimated total, with its variance.
    """

    size: int
    total: ExpandedTotal

    @classmethod
    def from_values(cls, size: int, values: Sequence[float], *, where: str = "a sampled unit") -> SampledUnit:
        """Return the unit from the values of its sampled elements."""
        return cls(size, expand_values(values, universe_count=size, where=where))

    @classmethod
    def from_count(
        cls, size: int, *, item_count: int, sample_count: int, where: str = "a sampled unit"
    ) -> SampledUnit:
        """Return the unit from the items found among its sampled elements."""
        return cls(size, expand_count(item_count, sample_count, universe_count=size, where=where))


@dataclass(frozen=True, slots=True)
class PrimaryUnit:
    """A primary unit of a three-stage sample: its number of secondary units, and those that were sampled."""

    secondary_count: int
    secondary: tuple[SampledUnit, ...]

    def expanded(self) -> ExpandedTotal:
        """Return the unit's estimated total."""
        parts = [unit.total for unit in self.secondary]
        return expand(parts, universe_count=self.secondary_count, where="a primary unit")

    def expanded_size(self) -> float:
        """Return the unit's estimated number of elements."""
        sizes = [ExpandedTotal(unit.size) for unit in self.secondary]
        return expand(sizes, universe_count=self.secondary_count, where="a primary unit").total

    def residual(self, share: float) -> ExpandedTotal:
        """Return the estimated total of item minus share over the unit's elements."""
        parts = [
            ExpandedTotal(unit.total.total - share * unit.size, unit.total.variance)
            for unit in self.secondary
        ]
        return expand(parts, universe_count=self.secondary_count, where="a primary unit")


@dataclass(frozen=True, slots=True)
class ShareAndTotal:
    """A share by the ratio estimator and a total by the unbiased one, both with normal limits.

    Parameters
    ----------
    share
        Items per element.
    total
        Items in the universe.
    unbiased_share, ratio_total
        Where the elements of the universe are known: the total per element, and the ratio times the elements.
    """

    share: Estimate
    total: Estimate
    unbiased_share: Estimate | None = None
    ratio_total: Estimate | None = None


def _normal(expanded: ExpandedTotal, method: str, cautions: tuple[Caution, ...]) -> Estimate:
    return Estimate(expanded.total, math.sqrt(max(0.0, expanded.variance)), None, method, cautions)


def _has_spread(expanded: ExpandedTotal) -> bool:
    return is_above_rounding(math.sqrt(max(0.0, expanded.variance)), expanded.total)


def _cautions_of(
    parts: Sequence[ExpandedTotal], universe_count: int, *, has_spread: bool
) -> tuple[Caution, ...]:
    if len(parts) == universe_count and not any(part.variance for part in parts):
        return ()
    return unit_cautions([(1.0, [part.total for part in parts])], has_spread=has_spread)


def _expanded(parts: Sequence[ExpandedTotal], universe_count: int, method: str) -> Estimate:
    total = expand(parts, universe_count=universe_count)
    return _normal(total, method, _cautions_of(parts, universe_count, has_spread=_has_spread(total)))


def two_stage_total(units: Sequence[SampledUnit], *, universe_count: int) -> Estimate:
    """Return the total of a two-stage sample, with normal limits.

    Parameters
    ----------
    units
        The sampled primary units.
    universe_count
        Primary units in the universe.

    Notes
    -----
    The variance keeps the term within primary units, N/n sum of M (M - m) s^2 / m.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-17 to 3-23 (values) and 2-17 (counts).
    """
    return _expanded([unit.total for unit in units], universe_count, "two-stage appraisal")


def three_stage_total(units: Sequence[PrimaryUnit], *, universe_count: int) -> Estimate:
    """Return the total of a three-stage sample, with normal limits.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-24 (values) and 2-25 (counts).
    """
    return _expanded([unit.expanded() for unit in units], universe_count, "three-stage appraisal")


def cluster_total(totals: Sequence[float], *, universe_count: int) -> Estimate:
    """Return the total of a cluster sample in which every sampled cluster was reviewed completely."""
    expanded = expand_values(totals, universe_count=universe_count)
    is_whole = len(totals) == universe_count
    cautions = () if is_whole else unit_cautions([(1.0, totals)], has_spread=_has_spread(expanded))
    return _normal(expanded, "cluster appraisal", cautions)


def stratified_cluster_total(strata: Sequence[tuple[Sequence[float], int]]) -> Estimate:
    """Return the total over strata of clusters, each given as (cluster totals, clusters in the stratum).

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), p. 3-77.
    """
    parts = [
        expand_values(totals, universe_count=universe_count, where=f"stratum {number}")
        for number, (totals, universe_count) in enumerate(strata, start=1)
    ]
    expanded = add_strata(parts)
    sampled = [(count / len(totals), totals) for totals, count in strata if len(totals) < count]
    cautions = unit_cautions(sampled, has_spread=_has_spread(expanded)) if sampled else ()
    return _normal(expanded, "stratified cluster appraisal", cautions)


def stratified_multistage_total(strata: Sequence[Estimate]) -> Estimate:
    """Return the sum of independent estimates, one for each stratum, with normal limits.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 3-82 to 3-89.
    """
    parts = [ExpandedTotal(stratum.point, stratum.standard_error**2) for stratum in strata]
    # Each stratum stands for itself: a caution about one is a caution about the sum.
    cautions = {caution.rule: caution for stratum in strata for caution in stratum.cautions}
    return _normal(add_strata(parts), "stratified multistage appraisal", tuple(cautions.values()))


def _ratio(
    residuals: Sequence[ExpandedTotal], total: Estimate, elements: float, universe_count: int, method: str
) -> Estimate:
    variance = expand(residuals, universe_count=universe_count).variance
    has_spread = _has_spread(ExpandedTotal(total.point, variance))
    of_residuals = _cautions_of(residuals, universe_count, has_spread=has_spread)
    found = {caution.rule: caution for caution in (*total.cautions, *of_residuals)}
    return Estimate(
        total.point / elements, math.sqrt(max(0.0, variance)) / elements, None, method, tuple(found.values())
    )


def _require_elements(elements: float) -> float:
    if elements <= 0:
        message = "The sampled units hold no elements: a share of them is undefined."
        raise UsageError(message)
    return elements


def two_stage_share(
    units: Sequence[SampledUnit], *, universe_count: int, element_total: int | None = None
) -> ShareAndTotal:
    """Return the share of items among elements, and their total, from a two-stage attribute sample.

    Parameters
    ----------
    units
        The sampled primary units, made by `SampledUnit.from_count`.
    universe_count
        Primary units in the universe.
    element_total
        Elements in the universe; None if unknown.

    Notes
    -----
    The share is the ratio estimator, its variance linearised about the share. With the elements of the
    universe known there is the unbiased share besides: the unbiased total per element. It varies with the
    sizes of the drawn units, the ratio with little else than the shares in them.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 2-17 and 2-18.
    """
    total = two_stage_total(units, universe_count=universe_count)
    sizes = expand_values([unit.size for unit in units], universe_count=universe_count)
    elements = _require_elements(sizes.total)
    share = total.point / elements
    parts = [ExpandedTotal(unit.total.total - share * unit.size, unit.total.variance) for unit in units]
    ratio = _ratio(parts, total, elements, universe_count, "two-stage ratio appraisal")
    if element_total is None:
        return ShareAndTotal(ratio, total)
    known = whole(element_total, "element_total", minimum=sum(unit.size for unit in units))
    return ShareAndTotal(ratio, total, total.scaled(1 / known), ratio.scaled(known))


def three_stage_share(units: Sequence[PrimaryUnit], *, universe_count: int) -> ShareAndTotal:
    """Return the share of items among elements, and their total, from a three-stage attribute sample.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 2-25 and 2-26.
    """
    total = three_stage_total(units, universe_count=universe_count)
    sizes = [unit.expanded_size() for unit in units]
    elements = _require_elements(expand_values(sizes, universe_count=universe_count).total)
    share = total.point / elements
    parts = [unit.residual(share) for unit in units]
    return ShareAndTotal(_ratio(parts, total, elements, universe_count, "three-stage ratio appraisal"), total)


@dataclass(frozen=True, slots=True)
class ClusterStratum:
    """A stratum of clusters reviewed completely.

    Parameters
    ----------
    item_counts, element_counts
        Items and elements of each sampled cluster.
    universe_count
        Clusters in the stratum.
    element_total
        Elements in the stratum; None if unknown, then it is estimated from the sampled clusters.
    """

    item_counts: Sequence[int]
    element_counts: Sequence[int]
    universe_count: int
    element_total: float | None = None


def _others(stratum: ClusterStratum) -> list[int]:
    pairs = zip(stratum.item_counts, stratum.element_counts, strict=True)
    return [elements - items for items, elements in pairs]


def stratified_cluster_share(strata: Sequence[ClusterStratum]) -> ShareAndTotal:
    """Return the share of items among elements, and their total, from a stratified cluster sample.

    Notes
    -----
    In each stratum the items per element of the sampled clusters are multiplied by the elements of the
    stratum; the variance is that of the residuals, N (N - n) s_d^2 / n.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), p. 2-66.
    """
    parts, elements, weighted, sampled = [], [], [], []
    for number, stratum in enumerate(strata, start=1):
        items = finite_values(stratum.item_counts, "item_counts")
        sizes = finite_values(stratum.element_counts, "element_counts")
        same_length(items, sizes, ("item_counts", "element_counts"))
        for item_count, size in zip(items, sizes, strict=True):
            if not 0 <= item_count <= size:
                message = f"A cluster of stratum {number} has more items than elements, or fewer than none."
                raise UsageError(message)
        share = math.fsum(items) / _require_elements(math.fsum(sizes))
        residuals = [item_count - share * size for item_count, size in zip(items, sizes, strict=True)]
        sample_count, universe_count = sample_of_universe(
            len(sizes), stratum.universe_count, where=f"stratum {number}"
        )
        element_total = (
            universe_count / sample_count * math.fsum(sizes)
            if stratum.element_total is None
            else finite(stratum.element_total, "element_total", minimum=math.fsum(sizes))
        )
        spread = expand_values(residuals, universe_count=universe_count, where=f"stratum {number}")
        parts.append(ExpandedTotal(share * element_total, spread.variance))
        elements.append(element_total)
        if sample_count < universe_count:
            weighted.append((universe_count / sample_count, residuals))
            sampled.append(stratum)
    # Clusters with any items, and clusters with anything else, must both be several.
    kinds = ([stratum.item_counts for stratum in sampled], [_others(stratum) for stratum in sampled])
    expanded = add_strata(parts)
    found = (
        [
            unit_cautions(weighted, has_spread=_has_spread(expanded)),
            *(unit_cautions([(1.0, part) for part in kind]) for kind in kinds),
        ]
        if sampled
        else [()]
    )
    cautions = {caution.rule: caution for group in found for caution in group if caution.rule != "skewness"}
    cautions |= {caution.rule: caution for caution in found[0]}
    total = _normal(expanded, "stratified cluster appraisal", tuple(cautions.values()))
    return ShareAndTotal(total.scaled(1 / math.fsum(elements)), total)


@dataclass(frozen=True, slots=True)
class RhcUnit:
    """A primary unit drawn from one random group.

    Parameters
    ----------
    size, group_size
        Its measure of size, and that of its group together.
    total
        Its total, read off or estimated from further stages.
    """

    size: float
    group_size: float
    total: ExpandedTotal


def rhc_total(units: Sequence[RhcUnit], *, group_counts: Sequence[int]) -> Estimate:
    """Return the total of a Rao-Hartley-Cochran sample, with normal limits.

    Parameters
    ----------
    units
        The selected primary units, one for each group.
    group_counts
        Number of primary units in each group.

    Notes
    -----
    With q_i the group's share of all size and z_i = total_i / (size_i / all size): total = sum q_i z_i;
    variance = (sum N_i^2 - N) / (N^2 - sum N_i^2) sum q_i (z_i - total)^2 + sum (group_size_i / size_i) V_i.

    References
    ----------
    J. N. K. Rao, H. O. Hartley and W. G. Cochran, JRSS B 24 (1962), 482-491; OIG, RAT-STATS Companion
    Manual (2010), pp. 3-35 (two stages) and 3-48 (three stages).
    """
    same_length(units, group_counts, ("units", "group_counts"))
    if len(units) < 2:  # noqa: PLR2004  a variance needs two groups
        message = "One selected unit leaves the standard error undefined."
        raise UsageError(message, hint="Draw at least two groups.")
    for unit in units:
        finite(unit.group_size, "group_size", minimum=finite(unit.size, "size"))
        if unit.size <= 0:
            message = "Every size must be positive."
            raise UsageError(message)
    all_size = math.fsum(unit.group_size for unit in units)
    counts = [whole(count, "a group count", minimum=1) for count in group_counts]
    unit_count = sum(counts)
    squares = sum(count * count for count in counts)
    shares = [unit.group_size / all_size for unit in units]
    scaled = [unit.total.total / (unit.size / all_size) for unit in units]
    total = math.fsum(share * value for share, value in zip(shares, scaled, strict=True))
    spread = math.fsum(share * (value - total) ** 2 for share, value in zip(shares, scaled, strict=True))
    between = (squares - unit_count) / (unit_count * unit_count - squares) * spread
    within = math.fsum(unit.group_size / unit.size * unit.total.variance for unit in units)
    parts = [share * value for share, value in zip(shares, scaled, strict=True)]
    expanded = ExpandedTotal(total, between + within)
    is_whole = len(units) == unit_count and not within
    cautions = () if is_whole else unit_cautions([(1.0, parts)], has_spread=_has_spread(expanded))
    return _normal(expanded, "RHC appraisal", cautions)
