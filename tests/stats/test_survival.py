from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from auditlib.errors import UsageError
from auditlib.stats.trends.survival import aalen_johansen, kaplan_meier, log_rank

MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
OTHER = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])
CLAIMS = st.lists(st.tuples(st.integers(1, 15), st.integers(0, 2)), min_size=1, max_size=30)


def test_leukaemia_maintenance_curves() -> None:
    curve = kaplan_meier(*MAINTAINED)
    assert [round(share, 3) for share in curve.survival] == [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184]
    assert (curve.median(), kaplan_meier(*OTHER).median()) == (31, 23)
    assert curve.at(0) == 1.0
    assert curve.at(30) == curve.at(23)
    groups = ["a"] * 11 + ["b"] * 12
    test = log_rank(MAINTAINED[0] + OTHER[0], MAINTAINED[1] + OTHER[1], groups)
    assert round(test.chi_square, 3) == 3.396
    assert round(test.p_value, 4) == 0.0653


# Freireich and others, Blood 21 (1963), 699-716: weeks of remission under 6-mercaptopurine and placebo.
MERCAPTOPURINE = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_remissions_of_leukaemia_with_greenwoods_errors_and_log_log_limits() -> None:
    # Published: share, error and 95 % limits by Stata's 'sts list' on the same data.
    published = {
        6: (0.8571, 0.0764, 0.6197, 0.9516),
        7: (0.8067, 0.0869, 0.5631, 0.9228),
        10: (0.7529, 0.0963, 0.5032, 0.8894),
        13: (0.6902, 0.1068, 0.4316, 0.8491),
        16: (0.6275, 0.1141, 0.3675, 0.8049),
        22: (0.5378, 0.1282, 0.2678, 0.7468),
        23: (0.4482, 0.1346, 0.1881, 0.6801),
    }
    curve = kaplan_meier(*MERCAPTOPURINE)
    found = {
        int(time): (round(share, 4), round(error, 4), round(lower, 4), round(upper, 4))
        for time, share, error, (lower, upper) in zip(
            curve.times, curve.survival, curve.standard_errors, curve.limits(), strict=True
        )
    }
    assert found == published
    assert (curve.median(), kaplan_meier(PLACEBO, [1] * 21).median()) == (23, 8)
    assert kaplan_meier(PLACEBO, [1] * 21).limits()[-1] == (0.0, 0.0)
    test = log_rank(
        MERCAPTOPURINE[0] + PLACEBO, MERCAPTOPURINE[1] + [1] * 21, ["6-MP"] * 21 + ["placebo"] * 21
    )
    assert round(test.chi_square, 2) == 16.79


def test_deaths_from_breast_cancer_and_from_other_causes() -> None:
    # J. M. Satagopan and others, British Journal of Cancer 91 (2004), 1229-1235, table 2: the first nine of
    # 305 patients; the others were followed longer.
    times, events = [7, 10, 14, 16, 18, 23, 24, 26, 27, 100], [0, 1, 0, 1, 2, 1, 0, 2, 1, 0]
    counts = [1] * 9 + [296]
    curve = kaplan_meier(times, [int(event > 0) for event in events], counts=counts)
    assert [round(100 * share, 1) for share in curve.survival] == [99.7, 99.3, 99.0, 98.7, 98.3, 98.0]
    assert curve.at_risk_counts == (304, 302, 301, 300, 298, 297)
    died = aalen_johansen(times, events, kind_count=2, counts=counts).incidence[0]
    steps = [later - earlier for earlier, later in zip((0.0, *died), died, strict=False)]
    assert [round(100 * step, 1) for step in steps] == [0.3, 0.3, 0.0, 0.3, 0.0, 0.3]


@settings(deadline=None)
@given(CLAIMS)
def test_counts_stand_for_claims(claims: list[tuple[int, int]]) -> None:
    numbers = Counter(claims)
    times, events = [time for time, _ in claims], [event for _, event in claims]
    grouped = [time for time, _ in numbers], [event for _, event in numbers]
    counts = list(numbers.values())
    assert aalen_johansen(*grouped, kind_count=2, counts=counts) == aalen_johansen(
        times, events, kind_count=2
    )
    first, first_grouped = ([int(event == 1) for event in row] for row in (events, grouped[1]))
    assert kaplan_meier(grouped[0], first_grouped, counts=counts) == kaplan_meier(times, first)


def test_the_curve_is_the_librarys() -> None:
    for times, events in (MAINTAINED, OTHER, MERCAPTOPURINE):
        library = SurvfuncRight(np.asarray(times), np.asarray(events))
        curve = kaplan_meier(times, events)
        assert curve.survival == pytest.approx(library.surv_prob)
        kept = np.asarray(curve.survival) > 0
        assert np.asarray(curve.standard_errors)[kept] == pytest.approx(library.surv_prob_se[kept])


def test_the_comparison_of_several_groups_is_the_librarys() -> None:
    generator = np.random.default_rng(5)
    for group_count in (2, 3, 5):
        times, marks = generator.integers(1, 20, 80), generator.integers(0, 2, 80)
        groups = np.array([f"payer {place % group_count}" for place in range(80)])
        ours = log_rank(times.tolist(), marks.tolist(), groups.tolist())
        assert (ours.chi_square, ours.p_value) == pytest.approx(survdiff(times, marks, groups))


def _by_hand(claims: list[tuple[int, int]], kind: int) -> tuple[list[int], list[float]]:
    open_share, incidence, times, shares = 1.0, 0.0, [], []
    for time in sorted({time for time, event in claims if event}):
        at_risk = sum(other >= time for other, _ in claims)
        incidence += open_share * sum(claim == (time, kind) for claim in claims) / at_risk
        open_share *= 1 - sum(other == time and event > 0 for other, event in claims) / at_risk
        times.append(time)
        shares.append(incidence)
    return times, shares


@settings(deadline=None)
@given(CLAIMS)
def test_competing_events_agree_with_the_definition(claims: list[tuple[int, int]]) -> None:
    times, events = [time for time, _ in claims], [event for _, event in claims]
    result = aalen_johansen(times, events, kind_count=2)
    for kind in (1, 2):
        moments, shares = _by_hand(claims, kind)
        assert list(result.times) == moments
        assert result.incidence[kind - 1] == pytest.approx(shares)
    curve = kaplan_meier(times, [int(event > 0) for event in events])
    for position, time in enumerate(result.times):
        closed = sum(shares[position] for shares in result.incidence)
        assert closed == pytest.approx(1 - curve.at(time))
    assert all(later <= earlier for earlier, later in zip(curve.survival, curve.survival[1:], strict=False))
    assert all(error >= 0 for error in curve.standard_errors)


def test_nothing_happened_yet() -> None:
    curve = kaplan_meier([3, 5], [0, 0])
    assert curve.times == ()
    assert curve.at(100) == 1.0
    assert curve.median() is None
    assert aalen_johansen([3, 5], [0, 0], kind_count=2).incidence == ((), ())


@pytest.mark.parametrize(
    ("times", "events", "words"),
    [
        ([], [], "no claims"),
        ([1.0], [1, 0], "must be equal"),
        ([-1.0], [1], "at least 0"),
        ([float("nan")], [1], "finite"),
        ([1.0], [2], "above 1"),
    ],
)
def test_bad_claims_are_refused(times: list[float], events: list[int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        kaplan_meier(times, events)


def test_comparisons_need_two_groups_and_an_event() -> None:
    with pytest.raises(UsageError, match="two groups"):
        log_rank([1, 2], [1, 1], ["a", "a"])
    with pytest.raises(UsageError, match="No event"):
        log_rank([1, 2], [0, 0], ["a", "b"])
    for times, events in (([1, 2], [0, 1]), ([3, 3], [1, 1])):
        with pytest.raises(UsageError, match="cannot be compared"):
            log_rank(times, events, ["a", "b"])
