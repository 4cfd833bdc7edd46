"""Shares over clusters: their intervals, and the comparison of groups."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from auditlib.errors import UsageError
from auditlib.stats.comparison.clustered_shares import compare_pairs, difference_test, holm
from auditlib.stats.intervals.clustered_share import cluster_sums, clustered_interval, effective_total
from auditlib.stats.intervals.proportion import wilson_interval

Z = 1.959963984540


def plain_limits(counts: list[float], totals: list[float], weights: list[float]) -> tuple[float, float]:
    """Chart by chart, by the notes of `clustered_interval`."""
    rows = [(x, m, w) for x, m, w in zip(counts, totals, weights, strict=True) if m]
    codes = sum(m for _, m, _ in rows)
    scale = codes / sum(w * m for _, m, w in rows)
    pairs = [(scale * w * x, scale * w * m) for x, m, w in rows]
    charts, r = len(pairs), sum(x for x, _ in pairs) / codes
    least = codes**2 / sum(m * m for _, m in pairs)
    if charts == 1:
        n = least
    else:
        spread = charts / (charts - 1) * sum((x - r * m) ** 2 for x, m in pairs)
        prior = 0.1 * (r * r + (1 - r) ** 2) / charts
        effect = (spread + prior * sum(m * m for _, m in pairs)) / (codes * r * (1 - r) + prior * codes)
        n = codes / max(1, effect)
        n = max(min(least, n), n * (Z / t.ppf(0.975, charts - 1)) ** 2)
    centre, scale = r + Z * Z / (2 * n), 1 + Z * Z / n
    half = Z * math.sqrt(max(0, r * (1 - r)) / n + Z * Z / (4 * n * n))
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


CHART = st.integers(0, 30).flatmap(
    lambda total: st.tuples(st.integers(0, total), st.just(total), st.sampled_from([1.0, 0.5, 7.0]))
)


@given(st.lists(CHART, min_size=1, max_size=40).filter(lambda rows: any(total for _, total, _ in rows)))
def test_the_limits_are_those_of_the_formula(rows: list[tuple[int, int, float]]) -> None:
    counts, totals, weights = (list(column) for column in zip(*rows, strict=True))
    found = clustered_interval(cluster_sums(counts, totals, weights))
    expected = plain_limits(counts, totals, weights)
    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-7)
    assert 0 <= found.lower <= found.upper <= 1


def test_one_code_a_chart_is_wilson_with_few_charts_allowed_for() -> None:
    sums = cluster_sums([1] * 95 + [0] * 5, [1] * 100)
    found, plain = clustered_interval(sums), wilson_interval(95, 100)
    assert sums.design_effect == pytest.approx(100 / 99, abs=0.01)
    assert (found.lower, found.upper) == pytest.approx((plain.lower, plain.upper), abs=0.004)


@pytest.mark.parametrize("right", [0, 12])
def test_all_right_or_all_wrong_counts_charts_not_codes(right: int) -> None:
    found, plain = (
        clustered_interval(cluster_sums([right] * 30, [12] * 30)),
        wilson_interval(right // 12 * 30, 30),
    )
    assert (found.lower, found.upper) == pytest.approx((plain.lower, plain.upper))


def test_one_chart_is_worth_one_code() -> None:
    assert effective_total(cluster_sums([11], [12]), confidence=0.95) == 1
    assert clustered_interval(cluster_sums([12], [12])).lower == pytest.approx(wilson_interval(1, 1).lower)


def test_one_more_error_never_raises_the_lower_limit_much_above_that_of_none() -> None:
    limits = [
        clustered_interval(cluster_sums([11] * wrong + [12] * (30 - wrong), [12] * 30)).lower
        for wrong in range(3)
    ]
    assert max(limits) - limits[0] < 0.06


def test_charts_wrong_as_a_whole_widen_and_even_spread_does_not_narrow() -> None:
    whole = clustered_interval(cluster_sums([12] * 27 + [0] * 3, [12] * 30))
    spread = clustered_interval(cluster_sums([11] * 18 + [10] * 9 + [12] * 3, [12] * 30))
    plain = wilson_interval(324, 360)
    assert whole.lower < 0.78 < spread.lower <= plain.lower


def test_a_long_chart_counts_as_what_it_is() -> None:
    """Nine tenths of the codes in one chart: little is known, however many the charts."""
    assert clustered_interval(cluster_sums([90] + [1] * 10, [90] + [1] * 10)).lower < 0.3


def test_weights_are_a_ratio_over_weighted_charts() -> None:
    sums = cluster_sums([9, 5], [10, 10], [3.0, 1.0])
    assert sums.share == pytest.approx((27 + 5) / 40)
    assert sums.total == pytest.approx(20)


@pytest.mark.parametrize(
    ("counts", "totals", "weights"),
    [
        ([], [], None),
        ([0], [0], None),
        ([2], [1], None),
        ([-1], [1], None),
        ([1], [1, 2], None),
        ([1], [1], [0.0]),
    ],
)
def test_bad_input_is_refused(counts: list[float], totals: list[float], weights: list[float] | None) -> None:
    with pytest.raises(UsageError):
        cluster_sums(counts, totals, weights)


def test_holm_is_that_of_r() -> None:
    # As p.adjust of R gives, method holm.
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([]) == []


def test_a_large_difference_is_shown_and_a_small_one_says_what_could_have_been() -> None:
    good, bad = cluster_sums([12] * 56 + [11] * 4, [12] * 60), cluster_sums([12] * 20 + [8] * 40, [12] * 60)
    pairs = compare_pairs({"C01": good, "C02": bad, "C03": good})
    assert [(pair.first, pair.second, pair.is_different) for pair in pairs] == [
        ("C01", "C02", True),
        ("C02", "C03", True),
        ("C01", "C03", False),
    ]
    assert pairs[2].p_value == 1
    assert 0.02 < (pairs[2].detectable_difference or 0) < 0.15


def test_the_same_codes_in_whole_charts_show_less() -> None:
    spread = [cluster_sums([12 - wrong] * 24, [12] * 24) for wrong in (1, 3)]
    whole = [cluster_sums([12] * (24 - wrong) + [0] * wrong, [12] * 24) for wrong in (2, 6)]
    assert difference_test(*spread)[0] < 0.01
    assert difference_test(*whole)[0] > 0.1


def test_coders_with_a_single_chart_are_not_compared() -> None:
    one, two = cluster_sums([12], [12]), cluster_sums([10, 2], [12, 12])
    assert compare_pairs({"C01": one, "C02": two}) == []
    with pytest.raises(UsageError, match="no spread"):
        difference_test(one, two)


def test_no_difference_can_be_shown_by_two_charts() -> None:
    few = cluster_sums([12, 12], [12, 12])
    assert compare_pairs({"C01": few, "C02": few})[0].detectable_difference is None
