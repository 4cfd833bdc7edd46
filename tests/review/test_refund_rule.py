"""The 60-day rule: the last day by each rule, the suspension, the cost report, the look-back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.review.refund_rule import (
    SOURCES,
    Deadline,
    OverpaymentDays,
    governed_by,
    look_back,
    refund_deadline,
)

_LOOKED = dt.date(2026, 11, 29)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _deadline(
    governs: str = "medicare",
    identified: str | None = None,
    started: str | None = None,
    ended: str | None = None,
    cost_report: str | None = None,
    contract: str | None = None,
    as_of: dt.date = _LOOKED,
) -> Deadline:
    days = OverpaymentDays(
        governs,  # type: ignore[arg-type]
        identified_on=_day(identified),
        investigation_started_on=_day(started),
        investigation_ended_on=_day(ended),
        cost_report_due_on=_day(cost_report),
        contract_due_on=_day(contract),
    )
    return refund_deadline(days, as_of=as_of)


@pytest.mark.parametrize(
    ("facts", "rule", "due"),
    [
        # Since 2025 it counts from knowing, whether quantified or not.
        ({"identified": "2025-01-01"}, "rule of 2025", "2025-03-02"),
        ({"identified": "2024-12-31"}, "rule of 2016", "2025-03-01"),
        # 60 days, of which 10 ran before the investigation: 50 are left after its end.
        (
            {"identified": "2025-02-01", "started": "2025-02-11", "ended": "2025-05-01"},
            "rule of 2025",
            "2025-06-20",
        ),
        # 180 days after it was identified are the longest suspension.
        (
            {"identified": "2025-02-01", "started": "2025-02-11", "ended": "2025-12-31"},
            "rule of 2025",
            "2025-09-19",
        ),
        ({"identified": "2025-02-01", "started": "2025-02-11"}, "rule of 2025", "2025-09-19"),
        # Who begins to investigate before knowing is suspended from knowing on.
        (
            {"identified": "2025-02-01", "started": "2025-01-05", "ended": "2025-03-03"},
            "rule of 2025",
            "2025-05-02",
        ),
        ({"identified": "2025-02-01", "started": "2025-04-03"}, "rule of 2025", "2025-04-02"),
        (
            {"identified": "2025-02-01", "started": "2025-01-05", "ended": "2025-01-20"},
            "rule of 2025",
            "2025-04-02",
        ),
        # By the rule of 2016 diligence takes six months at most, also where it ends after 2024.
        ({"identified": "2020-06-01", "started": "2020-03-01"}, "rule of 2016", "2020-07-31"),
        ({"identified": "2021-06-01", "started": "2020-08-31"}, "rule of 2016", "2021-04-29"),
        ({"identified": "2025-01-10", "started": "2024-05-01"}, "rule of 2016", "2024-12-31"),
        ({"identified": "2025-01-10", "started": "2024-10-01"}, "rule of 2025", "2025-09-07"),
        ({"identified": "2016-03-13"}, "statute", "2016-05-12"),
        ({"identified": "2010-03-22"}, "statute", None),
        (
            {"governs": "medicaid", "identified": "2025-02-01", "started": "2025-02-02"},
            "statute",
            "2025-04-02",
        ),
        # The later one of the two days.
        ({"identified": "2025-02-01", "cost_report": "2025-05-31"}, "rule of 2025", "2025-05-31"),
        ({"identified": "2025-02-01", "cost_report": "2025-03-31"}, "rule of 2025", "2025-04-02"),
        (
            {"governs": "medicaid", "identified": "2025-02-01", "cost_report": "2025-05-31"},
            "statute",
            "2025-05-31",
        ),
        # Unknown stays unknown.
        ({}, "rule of 2025", None),
        ({"governs": "contract", "identified": "2025-02-01"}, "contract", None),
        ({"governs": "contract", "contract": "2025-07-01"}, "contract", "2025-07-01"),
        ({"governs": "medicare advantage", "identified": "2025-02-01"}, "medicare advantage", None),
        ({"governs": "not known", "identified": "2025-02-01", "contract": "2025-07-01"}, "not known", None),
    ],
)
def test_last_day(facts: dict[str, str], rule: str, due: str | None) -> None:
    found = _deadline(**facts)
    assert (found.rule, found.due_on) == (rule, _day(due))
    assert found.why
    assert found.source == SOURCES[rule]


def test_a_day_on_a_weekend_is_not_moved() -> None:
    found = _deadline(identified="2025-02-04")
    assert found.due_on == dt.date(2025, 4, 5)
    assert found.due_on.weekday() == 5


def test_an_investigation_that_goes_on_gives_a_latest_day() -> None:
    going_on = _deadline(identified="2026-10-01", started="2026-10-05")
    assert not going_on.is_final
    assert "at the latest" in going_on.why
    assert _deadline(identified="2026-01-01", started="2026-01-05").is_final


def test_sources_say_what_was_not_read() -> None:
    assert "not read" in SOURCES["rule of 2025"]
    assert "not read" in SOURCES["rule of 2016"]
    assert "not read" not in SOURCES["statute"]


def test_days_that_cannot_be() -> None:
    with pytest.raises(UsageError, match="ends before it starts"):
        _deadline(identified="2025-02-01", started="2025-03-01", ended="2025-02-27")
    with pytest.raises(UsageError, match="ends before it starts"):
        _deadline(identified="2025-02-01", ended="2025-02-27")
    with pytest.raises(UsageError, match="governs"):
        _deadline("tricare")


@given(
    identified=st.dates(dt.date(2025, 1, 1), dt.date(2030, 1, 1)),
    started=st.integers(0, 90),
    length=st.none() | st.integers(0, 400),
)
def test_suspension_never_shortens_and_never_exceeds_180_days(
    identified: dt.date, started: int, length: int | None
) -> None:
    begun = identified + dt.timedelta(days=started)
    ended = None if length is None else begun + dt.timedelta(days=length)
    days = OverpaymentDays("medicare", identified, begun, ended)
    due = refund_deadline(days, as_of=dt.date(2031, 1, 1)).due_on
    assert due is not None
    assert 60 <= (due - identified).days <= 240


@pytest.mark.parametrize(
    ("code", "governs"),
    [
        ("MA", "medicare"),
        ("mb", "medicare"),
        ("MC", "medicaid"),
        ("16", "medicare advantage"),
        ("HM", "contract"),
    ],
)
def test_what_governs_a_payer(code: str, governs: str) -> None:
    assert governed_by(code) == governs


@pytest.mark.parametrize(
    ("first", "last", "identified", "is_within"),
    [
        ("2019-02-01", "2019-02-01", "2025-02-01", True),
        ("2019-02-01", "2019-02-01", "2025-02-02", False),
        ("2020-02-29", "2020-02-29", "2026-03-01", True),
        (None, None, "2025-02-01", None),
        # Paid anew after it was reopened: the days disagree.
        ("2018-01-01", "2021-01-01", "2025-02-01", None),
        ("2020-06-01", "2020-06-01", None, False),
    ],
)
def test_look_back_of_medicare(
    *, first: str | None, last: str | None, identified: str | None, is_within: bool | None
) -> None:
    days = OverpaymentDays(
        "medicare",
        identified_on=_day(identified),
        first_received_on=_day(first),
        last_received_on=_day(last),
    )
    assert look_back(days, as_of=_LOOKED).is_within is is_within


@pytest.mark.parametrize("governs", ["medicaid", "contract", "medicare advantage", "not known"])
def test_look_back_of_others_is_not_decided(governs: str) -> None:
    days = OverpaymentDays(governs, identified_on=_LOOKED)  # type: ignore[arg-type]
    assert look_back(days, as_of=_LOOKED).is_within is None
