from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.trends.change_point import LEAST_CLUSTERS_ASIDE, change_point

clusters = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 5)), min_size=2, max_size=30
).map(lambda rows: [(right, right + wrong, period) for right, wrong, period in rows])


def oracle(rows: list[tuple[int, int, int]]) -> tuple[int | None, float]:
    """The largest standardised difference by its definition, split by split."""
    whole = sum(total for _, total, _ in rows)
    if not whole:
        return None, 0.0
    share = sum(count for count, _, _ in rows) / whole
    best: tuple[int | None, float] = (None, 0.0)
    for first in sorted({period for _, _, period in rows})[1:]:
        before = [row for row in rows if row[2] < first]
        after = [row for row in rows if row[2] >= first]
        if min(len(before), len(after)) < LEAST_CLUSTERS_ASIDE:
            continue
        early, late = sum(total for _, total, _ in before), sum(total for _, total, _ in after)
        moved = abs(sum(count - share * total for count, total, _ in before))
        value = moved / math.sqrt(early * late / whole) if early and late else 0.0
        if best[0] is None or value > best[1] + 1e-12:
            best = (first, value)
    return best


@settings(max_examples=100, deadline=None)
@given(clusters)
def test_the_statistic_is_that_of_the_definition(rows: list[tuple[int, int, int]]) -> None:
    counts, totals, periods = zip(*rows, strict=True)
    found = change_point(counts, totals, periods, seed=1, permutation_count=19)
    first, statistic = oracle(rows)
    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    assert (found.first_period is None) == (first is None)
    assert 1 / 20 <= found.p_value <= 1


def test_the_p_value_is_that_of_all_orders() -> None:
    # Ten charts of one code in two months; the ways to put the four errors are counted exactly.
    counts, periods = [1, 1, 1, 1, 1, 0, 0, 0, 1, 0], [1] * 5 + [2] * 5
    found = change_point(counts, [1] * 10, periods, seed=3, permutation_count=19_999)
    extreme = sum(
        math.comb(5, wrong) * math.comb(5, 4 - wrong) for wrong in range(5) if abs(wrong - 2) >= 2
    ) / math.comb(10, 4)
    assert found.p_value == pytest.approx(extreme, abs=0.01)
    assert found.first_period == 2


def test_a_planted_drift_is_found_in_its_month() -> None:
    generator = np.random.default_rng(5)
    periods = np.repeat(np.arange(12), 12)
    totals = generator.integers(2, 7, periods.size)
    counts = generator.binomial(totals, np.where(periods >= 7, 0.75, 0.95))
    found = change_point(counts.tolist(), totals.tolist(), periods.tolist(), seed=1)
    assert found.first_period in (6, 7, 8)
    assert found.p_value < 0.005


def test_the_order_within_a_month_and_the_seed_do_not_matter_to_the_statistic() -> None:
    counts, totals, periods = [3, 0, 2, 2, 1, 3] * 3, [3] * 18, [1, 2, 3] * 6
    found = change_point(counts, totals, periods, seed=1)
    turned = change_point(counts[::-1], totals[::-1], periods[::-1], seed=2)
    assert turned.statistic == pytest.approx(found.statistic)
    assert change_point(counts, totals, periods, seed=1) == found


def test_false_alarms_hold_the_level_however_alike_the_codes_of_a_chart_are() -> None:
    generator = np.random.default_rng(11)
    alarms = 0
    for seed in range(300):
        # All codes of a chart right or all wrong: a test of codes would give an alarm every other time.
        totals = generator.integers(1, 12, 48)
        counts = totals * (generator.random(48) < 0.9)
        periods = np.repeat(np.arange(12), 4)
        found = change_point(
            counts.tolist(), totals.tolist(), periods.tolist(), seed=seed, permutation_count=99
        )
        alarms += found.p_value <= 0.05
    assert alarms / 300 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


def test_too_few_charts_and_bad_counts() -> None:
    assert change_point([1] * 9, [1] * 9, [1] * 4 + [2] * 5, seed=1).first_period is None
    assert change_point([0] * 12, [0] * 12, [1] * 6 + [2] * 6, seed=1).p_value == 1
    assert change_point([1] * 12, [1] * 12, [1] * 6 + [2] * 6, seed=1).p_value == 1
    with pytest.raises(UsageError, match="between 0 and"):
        change_point([2], [1], [1], seed=1)
    with pytest.raises(UsageError):
        change_point([1], [1, 2], [1], seed=1)
