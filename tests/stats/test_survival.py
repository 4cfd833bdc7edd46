from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
