"""Comparison of shares over clusters, such as the accuracy of coders over their charts, pair by pair."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from auditlib.errors import UsageError
from auditlib.stats.arguments import STANDARD_NORMAL, confidence_level, probability
from auditlib.stats.estimators.estimate import student_probability, student_quantile
from auditlib.stats.intervals.clustered_share import ONE_CLUSTER, ClusterSums, shared_design_effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POWER: Final = 0.8
LEAST_CLUSTERS: Final = 2


@dataclass(frozen=True, slots=True)
class PairComparison:
    """Whether the shares of two groups differ.

    Parameters
    ----------
    first, second
        The groups.
    difference
        First share minus second.
    p_value
        Two-sided chance of a difference at least this large where there is none.
    adjusted_p_value
        The same, corrected for all pairs that were compared.
    is_different
        Whether the corrected chance is at most 1 minus the confidence.
    detectable_difference
        The least difference that these clusters would have shown with the stated power; None where it is more
        than any difference of shares can be.
    """

    first: str
    second: str
    difference: float
    p_value: float
    adjusted_p_value: float
    is_different: bool
    detectable_difference: float | None


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number: the chance of one false alarm among all is kept.

    References
    ----------
    S. Holm, Scandinavian Journal of Statistics 6 (1979), 65-70.

    Examples
    --------
    >>> [round(value, 3) for value in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    values = [probability(value, "a p-value") for value in p_values]
    adjusted = [0.0] * len(values)
    largest = 0.0
    for rank, position in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[position]))
        adjusted[position] = largest
    return adjusted


def difference_test(
    first: ClusterSums, second: ClusterSums, *, least_design_effect: float = 1.0
) -> tuple[float, float]:
    """Return the two-sided p-value of a difference of shares, and its degrees of freedom.

    Parameters
    ----------
    first, second
        The groups.
    least_design_effect
        That of more groups together, where they are known; a group's own counts if it is larger.

    Raises
    ------
    UsageError
        If a group has a single cluster.

    Notes
    -----
    The score test with effective numbers: with n1, n2 the items that the clusters are worth and r the share
    of both groups weighted by them, t = (r1 - r2) / sqrt(r (1 - r) (1 / n1 + 1 / n2)), by Student's t with
    Satterthwaite's degrees of freedom from the numbers of clusters. Simulated false alarms:
    ``tests/reference/clusters.md``.

    References
    ----------
    J. N. K. Rao and A. J. Scott, Biometrics 48 (1992), 577-585 (effective numbers for clustered shares);
    F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114.
    """
    if min(first.cluster_count, second.cluster_count) <= ONE_CLUSTER:
        message = "A group of one cluster shows no spread: it cannot be compared."
        raise UsageError(message, hint="Review at least two charts of each.")
    size, other_size = (_effective(group, least_design_effect) for group in (first, second))
    share = (size * first.share + other_size * second.share) / (size + other_size)
    error = math.sqrt(max(0.0, share * (1 - share)) * (1 / size + 1 / other_size))
    degrees = (1 / size + 1 / other_size) ** 2 / (
        1 / size**2 / (first.cluster_count - 1) + 1 / other_size**2 / (second.cluster_count - 1)
    )
    difference = first.share - second.share
    p_value = 1.0 if error == 0 else 2 * student_probability(-abs(difference) / error, degrees)
    return p_value, degrees


def _effective(group: ClusterSums, least_design_effect: float) -> float:
    return group.total / max(group.design_effect, least_design_effect)


def compare_pairs(groups: Mapping[str, ClusterSums], *, confidence: float = 0.95) -> list[PairComparison]:
    """Return every pair of groups compared, the smallest p-value first.

    Parameters
    ----------
    groups
        The sums of each group; those with a single cluster are left out.
    confidence
        The chance of no false alarm among all pairs, where no two groups differ.

    Notes
    -----
    The detectable difference d is the least with |d| >= (t of the first step of Holm's rule + z of the power)
    times the standard error at the mean of the higher share and the higher share minus d.
    """
    alarm = 1 - confidence_level(confidence)
    comparable = {name: sums for name, sums in groups.items() if sums.cluster_count >= LEAST_CLUSTERS}
    pairs = list(combinations(comparable, 2))
    if not pairs:
        return []
    shared = shared_design_effect(list(comparable.values()))
    tests = [
        difference_test(comparable[first], comparable[second], least_design_effect=shared)
        for first, second in pairs
    ]
    adjusted = holm([p_value for p_value, _ in tests])
    found = [
        PairComparison(
            first,
            second,
            comparable[first].share - comparable[second].share,
            p_value,
            adjusted_p_value,
            adjusted_p_value <= alarm,
            _detectable(
                comparable[first],
                comparable[second],
                shared,
                reach=student_quantile(1 - alarm / len(pairs) / 2, degrees) + STANDARD_NORMAL.inv_cdf(POWER),
            ),
        )
        for (first, second), (p_value, degrees), adjusted_p_value in zip(pairs, tests, adjusted, strict=True)
    ]
    return sorted(found, key=lambda pair: (pair.p_value, pair.first, pair.second))


def _detectable(first: ClusterSums, second: ClusterSums, shared: float, *, reach: float) -> float | None:
    higher = max(first.share, second.share)
    spread = reach**2 * (1 / _effective(first, shared) + 1 / _effective(second, shared))
    # d^2 = spread * q (1 - q) with q = higher - d / 2: a quadratic in d.
    leading = 1 + spread / 4
    linear = spread * (0.5 - higher)
    constant = -spread * higher * (1 - higher)
    difference = (-linear + math.sqrt(linear**2 - 4 * leading * constant)) / (2 * leading)
    return difference if difference <= higher else None
