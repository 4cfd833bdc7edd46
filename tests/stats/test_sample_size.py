from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level
from auditlib.stats.sizes.sample_size import (
    attribute_sample_size,
    error_rate_sample_size,
    expected_difference,
    proportion_sample_size,
    variable_sample_size,
)
from auditlib.stats.sizes.stratified_size import (
    PlannedStratum,
    allocate,
    stratified_precision,
    stratified_sample_size,
)

PLAN = [PlannedStratum(100_000, 10_000, 5_000), PlannedStratum(500_000, 5_000, 4_000)]


@pytest.mark.parametrize(
    ("precision", "sizes"),
    [(0.01, (256, 421, 597, 1026)), (0.02, (64, 106, 150, 259)), (0.15, (1, 2, 3, 5)), (0.25, (0, 1, 1, 2))],
)
def test_probe_table_of_the_manual(precision: float, sizes: tuple[int, ...]) -> None:
    found = [
        variable_sample_size(
            mean=400, standard_deviation=50, universe_count=100_000, precision=precision, confidence=level
        )
        for level in (0.80, 0.90, 0.95, 0.99)
    ]
    assert tuple(size.count for size in found) == sizes
    assert all(size.count <= size.count_rounded_up <= size.count + 1 for size in found)
    assert all(size.is_small == (size.count < 30) for size in found)


@pytest.mark.parametrize(("precision", "size"), [(0.05, 4248), (0.15, 758), (0.25, 287)])
def test_expected_error_rate_of_the_manual(precision: float, size: int) -> None:
    found = error_rate_sample_size(
        error_rate=0.15,
        reported_total=3_000_000,
        reported_standard_deviation=125,
        universe_count=10_000,
        precision=precision,
        confidence=0.90,
    )
    assert found.count == size


def test_expected_difference_of_a_certain_error_is_the_value_itself() -> None:
    difference = expected_difference(error_rate=1.0, reported_mean=300, reported_standard_deviation=125)
    assert (difference.mean, difference.standard_deviation) == (300, 125)


def test_neyman_sizes_of_the_manual() -> None:
    size = stratified_sample_size(PLAN, precision=0.10, confidence=0.95)
    assert size.counts == (40, 157)
    assert size.total == 197
    assert size.complete_strata == ()


def test_fixed_total_of_the_manual() -> None:
    assert allocate(PLAN, sample_count=500).counts == (100, 400)
    reached = [
        100 * stratified_precision(PLAN, (100, 400), confidence=level) for level in (0.80, 0.90, 0.95, 0.99)
    ]
    assert [round(percent, 2) for percent in reached] == [4.09, 5.25, 6.26, 8.22]


STRATA = st.lists(
    st.builds(
        PlannedStratum,
        universe_count=st.integers(1, 5000),
        mean=st.floats(1, 1000),
        standard_deviation=st.floats(0, 5000),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(STRATA, st.floats(0.01, 0.5), st.sampled_from([0.8, 0.9, 0.95]))
def test_planned_strata_reach_their_precision(
    strata: list[PlannedStratum], precision: float, confidence: float
) -> None:
    size = stratified_sample_size(strata, precision=precision, confidence=confidence)
    assert all(count <= stratum.universe_count for count, stratum in zip(size.counts, strata, strict=True))
    counts = [max(1, count) for count in size.counts]
    assert stratified_precision(strata, counts, confidence=confidence) <= precision * (1 + 1e-6)


@settings(deadline=None)
@given(STRATA, st.data())
def test_allocation_spends_exactly_the_sample(strata: list[PlannedStratum], data: st.DataObject) -> None:
    total = data.draw(st.integers(1, sum(stratum.universe_count for stratum in strata)))
    size = allocate(strata, sample_count=total)
    assert size.total == total
    assert all(
        0 <= count <= stratum.universe_count for count, stratum in zip(size.counts, strata, strict=True)
    )


@settings(deadline=None, max_examples=40)
@given(
    universe=st.integers(2, 400),
    rate=st.sampled_from([0.0, 0.02, 0.1, 0.25, 0.5, 0.8, 0.97, 1.0]),
    width=st.floats(0.02, 0.5).map(lambda value: round(value, 3)),
    confidence=st.sampled_from([0.8, 0.9, 0.95]),
)
def test_attribute_size_is_the_smallest(universe: int, rate: float, width: float, confidence: float) -> None:
    tail = tail_level(confidence, one_sided=False)

    def is_narrow(count: int) -> bool:
        items = int(count * rate + 0.5 + 1e-9)
        low, high = hypergeometric_limits(items, count, universe, tail=tail)
        return high - low <= width * universe + 1e-9

    smallest = next(count for count in range(1, universe + 1) if is_narrow(count))
    found = attribute_sample_size(
        anticipated_rate=rate, universe_count=universe, width=width, confidence=confidence
    )
    assert found.count == smallest


@pytest.mark.parametrize(
    ("rate", "width", "published"),
    [
        (0.20, 0.06, (314, 488, 666, 1079)),
        (0.20, 0.05, (439, 680, 926, 1480)),
        (0.50, 0.06, (466, 725, 991, 1580)),
    ],
)
def test_attribute_sizes_are_at_most_six_below_the_program(
    rate: float, width: float, published: tuple[int, ...]
) -> None:
    for confidence, printed in zip((0.80, 0.90, 0.95, 0.99), published, strict=True):
        found = attribute_sample_size(
            anticipated_rate=rate, universe_count=10_000, width=width, confidence=confidence
        ).count
        assert printed - 6 <= found <= printed


def test_tricare_size() -> None:
    plan = {"anticipated_rate": 0.5, "precision": 0.1, "confidence": 0.9}
    assert proportion_sample_size(**plan).count == 68
    assert proportion_sample_size(**plan, universe_count=100).count == 41
    assert proportion_sample_size(**plan, universe_count=1).count == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mean": 0.0}, "mean of 0"),
        ({"precision": 0.0}, "above 0"),
        ({"standard_deviation": -1.0}, "at least 0"),
        ({"universe_count": 0}, "at least 1"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"rounding": "down"}, "nearest, up"),
    ],
)
def test_plans_that_cannot_be(changes: dict[str, object], words: str) -> None:
    plan: dict[str, object] = {
        "mean": 400.0,
        "standard_deviation": 50.0,
        "universe_count": 100,
        "precision": 0.1,
        "confidence": 0.9,
    }
    with pytest.raises(UsageError, match=words):
        variable_sample_size(**(plan | changes))  # type: ignore[arg-type]


def test_strata_that_cannot_be() -> None:
    with pytest.raises(UsageError, match="At least one"):
        stratified_sample_size([], precision=0.1, confidence=0.9)
    with pytest.raises(UsageError, match="total of 0"):
        stratified_sample_size([PlannedStratum(10, 0, 5)], precision=0.1, confidence=0.9)
    with pytest.raises(UsageError, match="larger than universe_count"):
        allocate([PlannedStratum(10, 1, 5)], sample_count=11)
    with pytest.raises(UsageError, match="larger than the stratum"):
        stratified_precision([PlannedStratum(10, 1, 5)], [11], confidence=0.9)


@pytest.mark.parametrize("rate", [0, 1])
def test_normal_theory_has_no_size_for_a_share_without_spread(rate: float) -> None:
    with pytest.raises(UsageError, match="knows no spread"):
        proportion_sample_size(anticipated_rate=rate, precision=0.1, confidence=0.9)
