"""Time on charts: kept with the events that leave a chart, and reported by chart and by code."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review import ReviewSession, Verdict, chart_frame, verdict_frame
from auditlib.review.chart_time import chart_time_frame, review_time

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def agree_with_all(session: ReviewSession, chart: str) -> int:
    codes = session.assigned(chart)
    for code in codes:
        agreed = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
        session.decide(agreed, recorded_at=NOW)
    return len(codes)


def test_the_time_of_every_visit_to_a_chart_adds_up(
    open_session: Callable[..., ReviewSession], ledger: Ledger
) -> None:
    session = open_session()
    first, second = session.encounter_ids[:2]
    session.open_chart(first, recorded_at=NOW)
    session.next_chart(recorded_at=NOW, seconds=61.04)
    session.previous_chart(recorded_at=NOW, seconds=5)
    code_count = agree_with_all(session, first)
    session.complete_chart(first, recorded_at=NOW, seconds=30.5)
    assert (session.seconds_on(first), session.seconds_on(second)) == (91.5, 5.0)
    # Another process knows the same.
    assert open_session().seconds_on(first) == 91.5
    assert chart_time_frame(ledger.events()).select("encounter_id", "seconds").rows() == [
        (first, 91.5),
        (second, 5.0),
    ]
    events = ledger.events()
    times = review_time(chart_frame(events), chart_time_frame(events), verdict_frame(events))
    assert times.rows(named=True) == [
        {
            "reviewer": session.reviewer,
            "chart_count": 1,
            "timed_chart_count": 1,
            "code_count": code_count,
            "minutes": pytest.approx(1.525),
            "minutes_per_chart": pytest.approx(1.525),
            "median_minutes_per_chart": pytest.approx(1.525),
            "minutes_per_code": pytest.approx(1.525 / code_count),
        }
    ]


def test_a_chart_that_nothing_timed_counts_as_completed_and_not_as_timed(
    open_session: Callable[..., ReviewSession], ledger: Ledger
) -> None:
    session = open_session()
    chart = session.encounter_ids[0]
    agree_with_all(session, chart)
    session.complete_chart(chart, recorded_at=NOW)
    assert ledger.events(kinds=["chart completed"])[0].payload == {}
    events = ledger.events()
    times = review_time(chart_frame(events), chart_time_frame(events), verdict_frame(events))
    columns = ("chart_count", "timed_chart_count", "code_count", "minutes_per_chart", "minutes_per_code")
    assert times.select(columns).rows() == [(1, 0, 0, None, None)]
    assert session.seconds_on(chart) == 0


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf, 86_401, True])
def test_a_time_that_cannot_be_is_refused_and_nothing_is_recorded(
    open_session: Callable[..., ReviewSession], ledger: Ledger, seconds: float
) -> None:
    session = open_session()
    before = ledger.verify()
    chart = session.encounter_ids[0]
    with pytest.raises(UsageError, match="no time within a day"):
        session.next_chart(recorded_at=NOW, seconds=seconds)
    assert session.encounter_id == chart
    assert ledger.verify() == before
