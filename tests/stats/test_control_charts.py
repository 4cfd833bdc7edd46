from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from auditlib.errors import UsageError
from auditlib.stats.trends.control_charts import funnel_limits, overdispersion_factor, p_chart, u_chart

JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9]
JUICE += [12, 7, 13, 9, 6]


def test_p_chart_of_the_textbook() -> None:
    chart = p_chart(JUICE, [50] * 30)
    assert round(chart.centre, 4) == 0.2313
    assert (round(chart.lower[0], 4), round(chart.upper[0], 4)) == (0.0524, 0.4102)
    assert [period for period, signal in enumerate(chart.is_signal) if signal] == [14, 22]
    revised = p_chart(JUICE, [50] * 30, excluded=[14, 22])
    assert round(revised.centre, 4) == 0.2150
    assert (round(revised.lower[0], 4), round(revised.upper[0], 4)) == (0.0407, 0.3893)


def test_u_chart_of_the_textbook() -> None:
    counts = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
    chart = u_chart(counts, [50] * 20)
    assert (round(chart.centre, 3), round(chart.upper[0], 5), chart.lower[0]) == (0.074, 0.18941, 0.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=20))
def test_limits_stay_inside_and_mirror(pairs: list[tuple[int, int]]) -> None:
    counts = [count for count, _ in pairs]
    totals = [count + other + 1 for count, other in pairs]
    chart = p_chart(counts, totals)
    mirrored = p_chart([total - count for count, total in zip(counts, totals, strict=True)], totals)
    assert all(
        0 <= low <= chart.centre <= high <= 1 for low, high in zip(chart.lower, chart.upper, strict=True)
    )
    assert mirrored.upper == pytest.approx([1 - low for low in chart.lower])
    assert mirrored.is_signal == chart.is_signal
    prime = p_chart(counts, totals, kind="Laney p'")
    assert math.isfinite(prime.sigma_z)


def test_laney_widens_overdispersed_limits() -> None:
    counts, totals = [9500, 9300, 9550, 9280, 9610, 9330], [10_000] * 6
    plain, prime = p_chart(counts, totals), p_chart(counts, totals, kind="Laney p'")
    assert any(plain.is_signal)
    assert not any(prime.is_signal)
    assert prime.sigma_z > 5


def test_a_rate_without_spread() -> None:
    chart = p_chart([0, 0, 0], [10, 20, 30], kind="Laney p'")
    assert chart.sigma_z == 1.0
    assert chart.upper == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("counts", "totals", "excluded", "words"),
    [
        ([1], [0], [], "undefined"),
        ([3], [2], [], "larger than"),
        ([1, 2], [5, 5], [2], "no period 2"),
        ([1, 2], [5, 5], [0, 1], "at least one period"),
    ],
)
def test_bad_charts_are_refused(
    counts: list[int], totals: list[int], excluded: list[int], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        p_chart(counts, totals, excluded=excluded)


@pytest.mark.parametrize("total", [5, 30, 400])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.95])
def test_exact_funnel_limits_bracket_the_binomial_quantiles(total: int, share: float) -> None:
    (limits,) = funnel_limits([total], common_share=share, confidence=0.95)
    low, high = stats.binom.ppf([0.025, 0.975], total, share)
    assert low - 1 <= limits.lower * total <= low
    assert high - 1 <= limits.upper * total <= high


def test_funnels_narrow_with_volume_and_widen_with_confidence() -> None:
    wide, narrow = funnel_limits([30, 3000], common_share=0.9, method="normal")
    assert narrow.upper - narrow.lower < wide.upper - wide.lower
    (sure,) = funnel_limits([3000], common_share=0.9, confidence=0.998, method="normal")
    assert sure.lower < narrow.lower
    (spread,) = funnel_limits([3000], common_share=0.9, method="normal", overdispersion=4.0)
    assert 0.9 - spread.lower == pytest.approx(2 * (0.9 - narrow.lower))
    assert funnel_limits([10], common_share=0.0)[0].upper == 0.0


def test_overdispersion_is_one_for_chance_and_larger_for_spread() -> None:
    assert overdispersion_factor([5, 5, 5], [10, 10, 10]) == 1.0
    assert overdispersion_factor([0, 0], [10, 10]) == 1.0
    assert overdispersion_factor([100, 900, 500, 100, 900], [1000] * 5) > 100
    with pytest.raises(UsageError, match="no overdispersion"):
        funnel_limits([10], common_share=0.5, overdispersion=2.0)
    with pytest.raises(UsageError, match="undefined"):
        overdispersion_factor([], [])
