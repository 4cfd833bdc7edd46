"""Intervals for a share of items that come in clusters, such as the codes of charts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditlib.errors import UsageError
from auditlib.stats.arguments import STANDARD_NORMAL, confidence_level, finite_values, same_length
from auditlib.stats.estimators.estimate import student_quantile
from auditlib.stats.intervals.proportion import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD: Final = "chart-clustered Wilson"
ONE_CLUSTER: Final = 1
# Of a chart wholly right and one wholly wrong, added where the spread is measured: see the notes below.
_PRIOR_CLUSTERS: Final = 0.1
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """What a share over clusters rests on: sums over the clusters that have any items.

    Parameters
    ----------
    cluster_count
        Clusters with at least one item.
    count, total
        Items with the property, and items. With weights, scaled so that ``total`` stays the number of items.
    count_squares, count_by_total, total_squares
        Sums of count squared, count times total, and total squared, cluster by cluster.
    """

    cluster_count: int
    count: float
    total: float
    count_squares: float
    count_by_total: float
    total_squares: float

    @property
    def share(self) -> float:
        """The share of items with the property."""
        return self.count / self.total

    @property
    def least_effective_total(self) -> float:
        """Items that the clusters are worth if those of a cluster are all alike."""
        return self.total**2 / self.total_squares

    @property
    def design_effect(self) -> float:
        """By how much the variance exceeds that of as many independent items; at least 1."""
        return shared_design_effect([self])

    @property
    def spread(self) -> float:
        """Sum over clusters of (count - share x total) squared, times k / (k - 1); 0 for one cluster."""
        if self.cluster_count == ONE_CLUSTER:
            return 0.0
        share = self.share
        squares = self.count_squares - 2 * share * self.count_by_total + share**2 * self.total_squares
        return max(0.0, squares) * self.cluster_count / (self.cluster_count - 1)

    @property
    def effective_total(self) -> float:
        """Independent items that would say as much as these."""
        return self.total / self.design_effect


def shared_design_effect(groups: Sequence[ClusterSums]) -> float:
    """Return the design effect of the clusters of all groups together, each about its own share; at least 1.

    For one group it is that of `clustered_interval`, whose notes give the formula.
    """
    spread_groups = [group for group in groups if group.cluster_count > ONE_CLUSTER]
    total = math.fsum(group.total for group in groups)
    squares = math.fsum(group.total_squares for group in groups)
    share = min(1.0, math.fsum(group.count for group in groups) / total)
    weight = _PRIOR_CLUSTERS * (share**2 + (1 - share) ** 2) / sum(group.cluster_count for group in groups)
    spread = math.fsum(group.spread for group in spread_groups) + weight * squares
    independent = math.fsum(group.total * group.share * max(0.0, 1 - group.share) for group in spread_groups)
    return max(1.0, spread / (independent + weight * total))


def cluster_sums(
    counts: Sequence[float], totals: Sequence[float], weights: Sequence[float] | None = None
) -> ClusterSums:
    """Return the sums of a share over clusters.

    Parameters
    ----------
    counts, totals
        For each cluster the items with the property, and all items; 0 <= count <= total.
    weights
        For each cluster the number of clusters of the universe that it represents; None counts all alike.

    Raises
    ------
    UsageError
        If no cluster has an item (the share is undefined), or a number is out of range.
    """
    same_length(counts, totals, ("counts", "totals"))
    parts, wholes = finite_values(counts, "counts"), finite_values(totals, "totals")
    weighting = [1.0] * len(parts) if weights is None else finite_values(weights, "weights")
    same_length(weighting, parts, ("weights", "counts"))
    if any(not 0 <= part <= whole for part, whole in zip(parts, wholes, strict=True)):
        message = "Each count of a cluster must lie between 0 and the cluster's total."
        raise UsageError(message)
    if any(weight <= 0 for weight in weighting):
        message = "Each weight of a cluster must be above 0."
        raise UsageError(message)
    rows = [row for row in zip(parts, wholes, weighting, strict=True) if row[1] > 0]
    if not rows:
        message = "A share over no items is undefined."
        raise UsageError(message, hint="Report it as missing, with the reason, instead of as 0.")
    scale = math.fsum(whole for _, whole, _ in rows) / math.fsum(weight * whole for _, whole, weight in rows)
    scaled = [(scale * weight * part, scale * weight * whole) for part, whole, weight in rows]
    return ClusterSums(
        len(rows),
        math.fsum(part for part, _ in scaled),
        math.fsum(whole for _, whole in scaled),
        math.fsum(part * part for part, _ in scaled),
        math.fsum(part * whole for part, whole in scaled),
        math.fsum(whole * whole for _, whole in scaled),
    )


def clustered_interval(sums: ClusterSums, *, confidence: float = 0.95) -> Interval:
    """Return the limits of a share over clusters: Wilson's, with the items that the clusters are worth.

    Parameters
    ----------
    sums
        From `cluster_sums`.
    confidence
        Two-sided level between 0 and 1.

    Returns
    -------
    Interval
        Always inside 0..1; the lower limit is exactly 0 at share 0, the upper exactly 1 at share 1.

    Notes
    -----
    With x of m items in each of k clusters and r = sum x / sum m, the design effect is

        k / (k - 1) sum (x - r m)^2 / (M r (1 - r)),    M = sum m,

    the variance of a ratio over clusters by that of M independent items. Where the rarer kind of items is in
    few clusters, that ratio is near 1 by chance alone; so a tenth of an average cluster wholly right and a
    tenth of one wholly wrong are added to its numerator and denominator, each in proportion to how little the
    share itself allows for it. With no item of the rarer kind, or one cluster, nothing shows how alike the
    items of a cluster are: the clusters then count as if all items of each were alike, M^2 / sum m^2. The
    effective number M / design effect is multiplied by (z / t)^2 with Student's t of k - 1 degrees of
    freedom, though not below M^2 / sum m^2. Measured coverage: ``tests/reference/clusters.md``.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 6.5 (ratio over clusters); L. Kish, Survey
    Sampling (1965), section 8.2 (design effect); E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998),
    193-201 (effective size, with t for few clusters); E. B. Wilson, JASA 22 (1927), 209-212.

    Examples
    --------
    >>> alike = clustered_interval(cluster_sums([12, 12, 12, 0], [12, 12, 12, 12]))
    >>> mixed = clustered_interval(cluster_sums([9, 9, 9, 9], [12, 12, 12, 12]))
    >>> round(alike.lower, 2), round(mixed.lower, 2)
    (0.26, 0.52)
    """
    z = STANDARD_NORMAL.inv_cdf((1 + confidence_level(confidence)) / 2)
    return Interval(*_limits(sums, z, effective_total(sums, confidence=confidence)), confidence, METHOD)


def effective_total(sums: ClusterSums, *, confidence: float) -> float:
    """Return the independent items that the clusters are worth at a level, few clusters allowed for."""
    if sums.cluster_count == ONE_CLUSTER:
        return sums.effective_total
    upper = (1 + confidence_level(confidence)) / 2
    reach = STANDARD_NORMAL.inv_cdf(upper) / student_quantile(upper, sums.cluster_count - 1)
    effective = sums.effective_total
    return max(min(sums.least_effective_total, effective), effective * reach**2)


def _limits(sums: ClusterSums, z: float, effective: float) -> tuple[float, float]:
    share = min(1.0, sums.share)
    scale = 1 + z * z / effective
    centre = (share + z * z / (2 * effective)) / scale
    half = z * math.sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective)) / scale
    lower = 0.0 if sums.count <= 0 else max(0.0, centre - half)
    upper = 1.0 if sums.count >= sums.total * (1 - _ROUNDING) else min(1.0, centre + half)
    return lower, upper
