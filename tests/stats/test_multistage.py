"""Unbiased by complete enumeration: over all samples, estimates and variances average to the truth."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest

from auditlib.errors import UsageError
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.expansion import ExpandedTotal
from auditlib.stats.estimators.multistage import (
    ClusterStratum,
    PrimaryUnit,
    RhcUnit,
    SampledUnit,
    cluster_total,
    rhc_total,
    stratified_cluster_share,
    stratified_cluster_total,
    stratified_multistage_total,
    three_stage_total,
    two_stage_share,
    two_stage_total,
)

UNIVERSE = ((3.0, 0.0, 8.0), (5.0, 5.0, 1.0, 2.0), (0.0, 9.0, 4.0))
TRUTH = sum(map(sum, UNIVERSE))


def test_two_stage_estimates_are_unbiased() -> None:
    estimates = []
    for pair in itertools.combinations(UNIVERSE, 2):
        samples = [list(itertools.combinations(unit, 2)) for unit in pair]
        weight = 1 / math.prod(map(len, samples)) / 3
        for chosen in itertools.product(*samples):
            units = [
                SampledUnit.from_values(len(unit), list(y)) for unit, y in zip(pair, chosen, strict=True)
            ]
            estimates.append((weight, two_stage_total(units, universe_count=3)))
    mean = sum(weight * estimate.point for weight, estimate in estimates)
    variance = sum(weight * (estimate.point - TRUTH) ** 2 for weight, estimate in estimates)
    expected = sum(weight * estimate.standard_error**2 for weight, estimate in estimates)
    assert mean == pytest.approx(TRUTH)
    assert expected == pytest.approx(variance)


def _partitions(units: tuple[int, ...], size: int) -> list[list[tuple[int, ...]]]:
    if not units:
        return [[]]
    head, rest = units[0], units[1:]
    return [
        [(head, *others), *tail]
        for others in itertools.combinations(rest, size - 1)
        for tail in _partitions(tuple(unit for unit in rest if unit not in others), size)
    ]


def test_rhc_estimates_are_unbiased() -> None:
    sizes = [4.0, 1.0, 3.0, 6.0, 2.0, 5.0]
    totals = [9.0, 3.0, 5.0, 14.0, 2.0, 11.0]
    groupings = _partitions(tuple(range(6)), 2)
    outcomes = []
    for grouping in groupings:
        group_sizes = [sum(sizes[unit] for unit in group) for group in grouping]
        for chosen in itertools.product(*grouping):
            weight = math.prod(sizes[unit] / size for unit, size in zip(chosen, group_sizes, strict=True))
            units = [
                RhcUnit(sizes[unit], size, ExpandedTotal(totals[unit]))
                for unit, size in zip(chosen, group_sizes, strict=True)
            ]
            outcomes.append((weight / len(groupings), rhc_total(units, group_counts=[2, 2, 2])))
    assert sum(weight for weight, _ in outcomes) == pytest.approx(1)
    assert sum(weight * estimate.point for weight, estimate in outcomes) == pytest.approx(sum(totals))
    variance = sum(weight * (estimate.point - sum(totals)) ** 2 for weight, estimate in outcomes)
    assert sum(weight * estimate.standard_error**2 for weight, estimate in outcomes) == pytest.approx(
        variance
    )


def test_three_stages_collapse_to_two_and_to_one() -> None:
    values = [[1.0, 4.0, 2.0], [6.0, 3.0]]
    units = [SampledUnit.from_values(5, y) for y in values]
    two = two_stage_total(units, universe_count=7)
    three = three_stage_total([PrimaryUnit(7, tuple(units))], universe_count=1)
    assert three.point == pytest.approx(two.point)
    assert three.standard_error == pytest.approx(two.standard_error)
    complete = [SampledUnit.from_values(len(y), y) for y in values]
    clusters = cluster_total([sum(y) for y in values], universe_count=7)
    assert two_stage_total(complete, universe_count=7) == replace(clusters, method="two-stage appraisal")
    assert {caution.rule for caution in clusters.cautions} == {"few units", "few errors"}


def test_counts_are_values_of_zero_and_one() -> None:
    by_count = SampledUnit.from_count(12, item_count=2, sample_count=5)
    by_value = SampledUnit.from_values(12, [1, 0, 0, 1, 0])
    assert by_count.total.total == pytest.approx(by_value.total.total)
    assert by_count.total.variance == pytest.approx(by_value.total.variance)


def test_two_stage_attributes_of_the_manual() -> None:
    sizes = [50, 45, 52, 42, 40, 65, 48, 58, 66, 56]
    reviewed = [10, 9, 10, 8, 8, 13, 10, 12, 13, 11]
    found = [4, 2, 5, 3, 2, 5, 3, 3, 4, 4]
    units = [
        SampledUnit.from_count(size, item_count=items, sample_count=sample)
        for size, sample, items in zip(sizes, reviewed, found, strict=True)
    ]
    result = two_stage_share(units, universe_count=90)
    assert round(100 * result.share.point, 2) == 33.78
    assert round(100 * result.share.standard_error, 2) == 2.85
    assert round(result.total.point) == 1587
    assert round(result.total.standard_error) == 165
    interval = result.total.interval(0.95)
    assert (round(interval.lower), round(interval.upper)) == (1263, 1911)


def test_strata_add_up() -> None:
    total = stratified_multistage_total([Estimate(24_077, 1_277, None, ""), Estimate(19_182, 873, None, "")])
    interval = total.interval(0.90)
    assert (total.point, round(total.standard_error)) == (43_259, 1_547)
    assert (round(interval.lower), round(interval.upper)) == (40_715, 45_803)
    clusters = stratified_cluster_total([([1.0, 3.0], 10), ([7.0, 7.0, 7.0], 3)])
    assert clusters.point == pytest.approx(41.0)
    assert clusters.standard_error == pytest.approx(math.sqrt(10 * 8 * 2 / 2))


def test_a_stratum_without_known_elements_is_expanded() -> None:
    result = stratified_cluster_share([ClusterStratum([1, 2], [4, 6], 10)])
    assert result.total.point == pytest.approx(15)
    assert result.share.point == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("items", "elements", "words"),
    [([3, 1], [2, 4], "more items than elements"), ([0, 0], [0, 0], "share of them is undefined")],
)
def test_impossible_clusters_are_refused(items: list[int], elements: list[int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        stratified_cluster_share([ClusterStratum(items, elements, 5)])


def test_single_units_are_refused() -> None:
    with pytest.raises(UsageError, match="undefined"):
        SampledUnit.from_count(4, item_count=1, sample_count=1)
    with pytest.raises(UsageError, match="undefined"):
        two_stage_total([SampledUnit.from_values(2, [1.0, 2.0])], universe_count=2)
    with pytest.raises(UsageError, match="undefined"):
        rhc_total([RhcUnit(1.0, 2.0, ExpandedTotal(3.0))], group_counts=[2])
    with pytest.raises(UsageError, match="positive"):
        rhc_total([RhcUnit(0.0, 2.0, ExpandedTotal(3.0))] * 2, group_counts=[2, 2])


def test_a_standard_error_that_is_rounding_is_no_spread() -> None:
    alike = [100.10 + 0.37 * number - (50.05 + 0.37 * number) for number in range(40)]
    assert len(set(alike)) > 1
    units = [RhcUnit(5.0, 20.0, ExpandedTotal(value)) for value in alike]
    for found in (cluster_total(alike, universe_count=160), rhc_total(units, group_counts=[4] * 40)):
        assert 0 < found.standard_error < 1e-9
        assert [caution.rule for caution in found.cautions if caution.rule == "no spread"]


def test_groups_of_one_unit_each_leave_nothing_to_chance() -> None:
    units = [RhcUnit(5.0, 5.0, ExpandedTotal(10.0)) for _ in range(40)]
    found = rhc_total(units, group_counts=[1] * 40)
    assert (found.point, found.standard_error, found.cautions) == (400, 0, ())
