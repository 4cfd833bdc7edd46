"""A session without a screen: every decision is one event, and the state is the fold of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest

from auditlib.errors import StoreLockedError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review import (
    AssignedCode,
    CorrectedCode,
    ReviewProgress,
    ReviewSession,
    Verdict,
    chart_frame,
    verdict_frame,
    worklist_from,
)
from tests.review.conftest import NOON, WORKLIST, add, agree, change


def decide_all(session: ReviewSession, encounter_id: str) -> None:
    for number in session.undecided(encounter_id):
        session.decide(agree(encounter_id, number), recorded_at=NOON)


def test_each_decision_is_one_event(session: ReviewSession, ledger: Ledger) -> None:
    session.decide(agree("E00001", 1), recorded_at=NOON)
    session.decide(change("E00001", 2, "I119"), recorded_at=NOON)
    events = ledger.events()
    assert [(event.kind, event.subject, event.actor, event.audit) for event in events] == [
        ("verdict", "E00001", "Ada", "october")
    ] * 2
    assert session.current_verdict("E00001", 2) == change("E00001", 2, "I119")
    assert session.undecided("E00001") == (3,)


def test_the_same_verdict_again_records_nothing(session: ReviewSession, ledger: Ledger) -> None:
    first = session.decide(agree("E00001", 1), recorded_at=NOON)
    assert session.decide(agree("E00001", 1), recorded_at=NOON + timedelta(seconds=1)) == first
    assert len(ledger.events()) == 1


def test_a_later_verdict_wins_and_the_earlier_one_stays_in_the_ledger(
    session: ReviewSession, ledger: Ledger
) -> None:
    session.decide(agree("E00001", 1), recorded_at=NOON)
    session.decide(change("E00001", 1, "E1122"), recorded_at=NOON)
    assert [event.payload["action"] for event in ledger.events()] == ["agree", "change"]
    frame = verdict_frame(ledger.events())
    assert frame.select("code_number", "action", "code", "corrected_code").rows() == [
        (1, "change", "E119", "E1122")
    ]


def test_a_withdrawn_verdict_leaves_the_code_undecided_and_the_added_code_gone(
    session: ReviewSession, ledger: Ledger
) -> None:
    session.decide(agree("E00001", 1), recorded_at=NOON)
    session.decide(add("E00001", "N183"), recorded_at=NOON)
    session.withdraw(agree("E00001", 1), recorded_at=NOON)
    session.withdraw(add("E00001", "N183"), recorded_at=NOON)
    assert session.undecided("E00001") == (1, 2, 3)
    assert session.added("E00001") == ()
    assert verdict_frame(ledger.events()).height == 0
    with pytest.raises(UsageError, match="no such verdict"):
        session.withdraw(agree("E00001", 1), recorded_at=NOON)
    assert len(ledger.events()) == 4


def test_completing_goes_on_to_the_next_chart_and_records_its_opening(
    session: ReviewSession, ledger: Ledger
) -> None:
    session.open_chart("E00001", recorded_at=NOON)
    with pytest.raises(UsageError, match="codes 1, 2, 3 undecided"):
        session.complete_chart("E00001", recorded_at=NOON)
    decide_all(session, "E00001")
    session.complete_chart("E00001", recorded_at=NOON)
    assert session.encounter_id == "E00002"
    assert [(event.kind, event.subject) for event in ledger.events()][-2:] == [
        ("chart completed", "E00001"),
        ("chart opened", "E00002"),
    ]
    assert session.progress == ReviewProgress(3, 1, 4, 3)


def test_a_completed_chart_refuses_changes_until_it_is_reopened(session: ReviewSession) -> None:
    session.complete_chart("E00003", recorded_at=NOON)
    for attempt in (
        lambda: session.decide(add("E00003", "N183"), recorded_at=NOON),
        lambda: session.complete_chart("E00003", recorded_at=NOON),
    ):
        with pytest.raises(UsageError, match="chart is completed"):
            attempt()
    session.reopen_chart("E00003", recorded_at=NOON)
    session.decide(add("E00003", "N183"), recorded_at=NOON)
    with pytest.raises(UsageError, match="nothing to reopen"):
        session.reopen_chart("E00003", recorded_at=NOON)


def test_a_session_resumes_at_the_chart_touched_last(open_session: Callable[..., ReviewSession]) -> None:
    first = open_session()
    assert first.encounter_id == "E00001"
    first.open_chart("E00002", recorded_at=NOON)
    assert open_session().encounter_id == "E00002"
    first.previous_chart(recorded_at=NOON)
    first.decide(agree("E00001", 1), recorded_at=NOON)
    resumed = open_session()
    assert (resumed.encounter_id, resumed.first_undecided("E00001")) == ("E00001", 2)


def test_a_session_killed_between_completing_and_opening_resumes_at_the_next_chart(
    open_session: Callable[..., ReviewSession],
) -> None:
    session = open_session()
    decide_all(session, "E00001")
    session.complete_chart("E00001", recorded_at=NOON, go_on=False)
    assert open_session().encounter_id == "E00002"


def test_the_worklist_ends_at_both_ends(session: ReviewSession) -> None:
    with pytest.raises(UsageError, match="first chart"):
        session.previous_chart(recorded_at=NOON)
    session.next_chart(recorded_at=NOON)
    session.next_chart(recorded_at=NOON)
    with pytest.raises(UsageError, match="last chart"):
        session.next_chart(recorded_at=NOON)


def test_when_all_is_done_the_session_stays(session: ReviewSession) -> None:
    for encounter_id in session.encounter_ids:
        decide_all(session, encounter_id)
        session.complete_chart(encounter_id, recorded_at=NOON)
    assert session.encounter_id == "E00003"
    assert session.progress == ReviewProgress(3, 3, 4, 4)


def test_another_process_is_seen_after_refresh(open_session: Callable[..., ReviewSession]) -> None:
    here, there = open_session(), open_session()
    there.decide(agree("E00001", 1), recorded_at=NOON)
    assert here.undecided("E00001") == (1, 2, 3)
    here.refresh()
    assert here.undecided("E00001") == (2, 3)
    there.complete_chart("E00003", recorded_at=NOON)
    with pytest.raises(UsageError, match="chart was completed in another window"):
        here.decide(add("E00003", "N183"), recorded_at=NOON)


def test_reviewers_do_not_see_each_others_verdicts(
    open_session: Callable[..., ReviewSession], ledger: Ledger
) -> None:
    ada, grace = open_session("Ada"), open_session("Grace")
    ada.decide(agree("E00001", 1), recorded_at=NOON)
    grace.decide(change("E00001", 1, "E1122"), recorded_at=NOON)
    ada.refresh()
    assert ada.current_verdict("E00001", 1) == agree("E00001", 1)
    assert verdict_frame(ledger.events()).select("reviewer", "action").rows() == [
        ("Ada", "agree"),
        ("Grace", "change"),
    ]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict("E99999", "agree", 1, "ICD-10-CM", "E119"), "not in the worklist"),
        (Verdict("E00001", "agree", 1, "ICD-10-CM", "E118"), "another code than the one at position 1"),
        (Verdict("E00001", "agree", 9, "ICD-10-CM", "E119"), "another code than the one at position 9"),
        (change("E00001", 1, "E119"), "same as the coder's"),
        (change("E00001", 3, "99214", "units"), "same as the coder's"),
        (
            Verdict(
                "E00001", "add", corrected=CorrectedCode("ICD-10-CM", "I10", "secondary", "Y"),
                error_kind="missed code", cause="coder oversight",
            ),
            "already in the list, at position 2",
        ),
    ],
)  # fmt: skip
def test_a_verdict_that_does_not_fit_the_chart_is_refused(
    session: ReviewSession, ledger: Ledger, verdict: Verdict, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        session.decide(verdict, recorded_at=NOON)
    assert ledger.events() == []


def test_the_order_of_secondary_codes_may_be_the_only_error(session: ReviewSession) -> None:
    session.decide(change("E00001", 2, "I10", "sequencing"), recorded_at=NOON)


def test_a_verdict_on_a_code_that_is_gone_does_not_count(session: ReviewSession, ledger: Ledger) -> None:
    session.decide(agree("E00002", 1), recorded_at=NOON)
    reloaded = {**WORKLIST, "E00002": (AssignedCode(1, "ICD-10-CM", "J150", "principal"),)}
    after = ReviewSession(ledger, audit="october", reviewer="Ada", worklist=reloaded, without_documents=())
    assert after.undecided("E00002") == (1,)


def test_a_ledger_that_cannot_be_written_leaves_the_state_as_it_was(
    session: ReviewSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> Event:
        message = "locked"
        raise StoreLockedError(message)

    monkeypatch.setattr(ledger, "append", refuse)
    with pytest.raises(StoreLockedError):
        session.decide(agree("E00001", 1), recorded_at=NOON)
    with pytest.raises(StoreLockedError):
        session.next_chart(recorded_at=NOON)
    assert session.undecided("E00001") == (1, 2, 3)
    assert session.encounter_id == "E00001"


def test_an_empty_worklist_says_what_to_do(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match=r"no charts to review[\s\S]*Draw a sample"):
        ReviewSession(ledger, audit="october", reviewer="Ada", worklist={}, without_documents=())


def test_the_frames_have_their_columns_without_any_event() -> None:
    assert verdict_frame([]).columns[:12] == [
        "audit", "reviewer", "encounter_id", "code_number", "action", "code_system", "code",
        "corrected_code_system", "corrected_code", "error_kind", "cause", "recorded_at",
    ]  # fmt: skip
    assert chart_frame([]).columns == [
        "audit", "reviewer", "encounter_id", "opened_at", "completed_at", "record_status", "record_place",
    ]  # fmt: skip


def test_the_chart_frame_holds_completed_charts_only(session: ReviewSession, ledger: Ledger) -> None:
    session.open_chart("E00003", recorded_at=NOON)
    session.complete_chart("E00003", recorded_at=NOON + timedelta(minutes=5))
    assert chart_frame(ledger.events()).rows() == [
        (
            "october",
            "Ada",
            "E00003",
            NOON.replace(tzinfo=None),
            NOON.replace(tzinfo=None) + timedelta(minutes=5),
            None,
            None,
        )
    ]
    session.reopen_chart("E00003", recorded_at=NOON)
    assert chart_frame(ledger.events()).height == 0


def test_a_worklist_is_made_from_a_sample_and_the_table_of_codes() -> None:
    diagnosis = {"code_number": 1, "code_system": "ICD-10-CM", "code": "I10", "code_role": "principal"}
    procedure = {"code_number": 2, "code_system": "CPT", "code": "99213", "code_role": "procedure"}
    rows = [
        {
            "encounter_id": "E2",
            **procedure,
            "modifier_1": "25",
            "modifier_2": None,
            "unit_count": Decimal("1.0000"),
        },
        {"encounter_id": "E2", **diagnosis},
        {"encounter_id": "E9", **diagnosis},
    ]
    worklist = worklist_from(["E2", "E1"], pl.DataFrame(rows))
    assert list(worklist) == ["E2", "E1"]
    assert worklist["E1"] == ()
    assert worklist["E2"] == (
        AssignedCode(1, "ICD-10-CM", "I10", "principal"),
        AssignedCode(2, "CPT", "99213", "procedure", None, ("25",), Decimal(1)),
    )
