"""Queries to providers: what the checklist refuses, and the state as a fold over events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Ledger
from auditlib.review import ReviewSession
from auditlib.review.provider_query import QUERY_KINDS, QueryDraft, QueryEntry, fold_queries
from auditlib.review.query_checklist import OTHER, UNDETERMINED, check_query, offered

SENT_AT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
FACTS = ("Echo: ejection fraction 30 %", "Furosemide IV")
KINDS = ("systolic", "diastolic")
ASKED = "Which kind of heart failure was treated?"
CHART = "E00001"


def draft(
    question: str = ASKED, indicators: tuple[str, ...] = FACTS, options: tuple[str, ...] = KINDS
) -> QueryDraft:
    return QueryDraft(question, indicators, options, "Dr Lee")


def refusals(query: QueryDraft) -> list[str]:
    return [point.words for point in query.check() if point.is_refused]


def warnings(query: QueryDraft) -> list[str]:
    return [point.words for point in query.check() if not point.is_refused]


def test_a_query_that_leaves_the_provider_free_passes() -> None:
    assert draft().check() == ()
    assert draft(options=()).check() == ()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (draft(indicators=()), "No clinical indicator"),
        (draft("Which kind? It changes the DRG."), "payment or of quality figures ('DRG')"),
        (draft(indicators=("EF 30 %", "An MCC if named")), "('MCC')"),
        (draft(options=("systolic", "diastolic", "no reimbursement")), "('reimbursement')"),
        (draft("Which kind? It is worth $ 4,000."), "('$ 4')"),
        (draft(options=("systolic",)), "Only one choice"),
        (draft(options=("systolic", OTHER, UNDETERMINED)), "Only one choice"),
        (draft(options=("systolic", "Systolic")), "offered twice"),
        (draft("Do you agree that it was heart failure?"), "leads to an answer ('Do you agree')"),
        (draft("It should be documented as acute."), "leads to an answer"),
        (draft("Was the heart failure systolic?"), "names 'systolic', which no stated fact does"),
    ],
)
def test_what_is_refused(query: QueryDraft, said: str) -> None:
    assert any(said in words for words in refusals(query)), query.check()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (draft("Was it systolic?", ("Cardiology: systolic failure",)), "names 'systolic' and not the other"),
        (draft("Was it present on admission?", FACTS, ("yes", "no")), "Yes or no"),
        (draft(indicators=("CC: short of breath",)), "'CC' can be read"),
        (draft("Say which kind it was.", FACTS, ()), "do not end in a question"),
    ],
)
def test_what_is_warned_of(query: QueryDraft, said: str) -> None:
    assert refusals(query) == []
    assert any(said in words for words in warnings(query)), query.check()


@pytest.mark.parametrize(
    "words",
    [
        "Patient denies chest pain, discharged home.",
        "Moderate drug use; repaid in full no.",
        "Compared with the prior film, acute.",
        "Range of motion full; 5 cc injected.",
    ],
)
def test_words_of_medicine_are_no_words_of_payment(words: str) -> None:
    assert check_query(ASKED, [words], KINDS) == ()


def test_a_question_that_names_every_choice_names_none_more() -> None:
    assert draft("Was it systolic or diastolic?").check() == ()


def test_other_and_cannot_be_determined_are_always_offered() -> None:
    assert offered(KINDS) == (*KINDS, OTHER, UNDETERMINED)
    assert offered(["a", "b", "Other: ____", "Clinically unable to determine"]) == (
        "a",
        "b",
        "Other: ____",
        "Clinically unable to determine",
    )
    assert offered([]) == ()
    assert offered(["a", "determined by echo"])[-1] == UNDETERMINED


@pytest.mark.parametrize(
    "fields",
    [
        {"question": " "},
        {"indicators": ("two\nlines",)},
        {"options": ("x" * 501, "y")},
        {"options": tuple(map(str, range(13)))},
    ],
)
def test_a_draft_must_be_plain_text(fields: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(UsageError):
        draft(**fields)  # type: ignore[arg-type]


def send(ledger: Ledger, chart: str = CHART, actor: str = "Ada", query: QueryDraft | None = None) -> str:
    entry = QueryEntry(ledger, "october")
    return entry.send(chart, query or draft(), actor=actor, recorded_at=SENT_AT).query_id


def test_a_refused_query_is_not_recorded(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match=r"not sent.*No clinical indicator.*Only one choice"):
        send(ledger, query=draft(indicators=(), options=("systolic",)))
    assert ledger.events() == []


def test_a_query_is_open_and_then_answered(ledger: Ledger) -> None:
    assert send(ledger) == "Q1"
    assert send(ledger, query=draft(options=())) == "Q2"
    queries = fold_queries(ledger.events())
    first = queries["Q1"]
    assert (first.state, first.encounter_id, first.sent_by) == ("query open", CHART, "Ada")
    assert first.draft.options == (*KINDS, OTHER, UNDETERMINED)
    assert first.day_count(dt.date(2026, 11, 12)) == 10
    entry = QueryEntry(ledger, "october")
    later = SENT_AT + dt.timedelta(days=9)

    def answered(
        query_id: str, answer: str | None, words: str | None, on: dt.date = dt.date(2026, 11, 9)
    ) -> None:
        entry.answer(query_id, answer=answer, words=words, answered_on=on, actor="Bo", recorded_at=later)

    for answer, words, said in (
        ("acute", None, "none of the choices"),
        (OTHER, None, "provider's words"),
        (None, "systolic", "none of the choices"),
    ):
        with pytest.raises(UsageError, match=said):
            answered("Q1", answer, words)
    for day in (dt.date(2026, 11, 1), dt.date(2026, 11, 12)):
        with pytest.raises(UsageError, match="before the sending or to come"):
            answered("Q1", "systolic", None, day)
    answered("Q1", "systolic", None)
    with pytest.raises(UsageError, match="No choices were offered"):
        answered("Q2", "systolic", None)
    answered("Q2", None, "Systolic, since 2024.")
    queries = fold_queries(ledger.events())
    assert [query.state for query in queries.values()] == ["answered", "answered"]
    assert (queries["Q1"].answer, queries["Q1"].entered_by) == ("systolic", "Bo")
    assert queries["Q2"].answer_words == "Systolic, since 2024."
    assert queries["Q1"].day_count(dt.date(2027, 1, 1)) == 7
    with pytest.raises(UsageError, match="no such open query"):
        answered("Q1", "diastolic", None)


def test_a_query_is_withdrawn_with_its_reason(ledger: Ledger) -> None:
    send(ledger)
    entry = QueryEntry(ledger, "october")
    with pytest.raises(UsageError, match="reason of the withdrawal"):
        entry.withdraw("Q1", reason=" ", actor="Ada", recorded_at=SENT_AT)
    withdrawn = entry.withdraw("Q1", reason="Found.", actor="Ada", recorded_at=SENT_AT)
    assert (withdrawn.state, withdrawn.withdrawn_reason) == ("withdrawn", "Found.")
    assert fold_queries(ledger.events())["Q1"] == withdrawn
    assert send(ledger) == "Q2"


def test_a_reviewer_sees_their_own_queries_and_whoever_answers_them(
    ledger: Ledger, open_session: Callable[..., ReviewSession]
) -> None:
    session = open_session("Ada")
    query = session.send_query(CHART, draft(), recorded_at=SENT_AT)
    send(ledger, "E00002", actor="Bo")
    session.refresh()
    assert session.states[CHART].open_query_count == 1
    assert session.states["E00002"].open_query_count == 0
    assert session.queries("E00002") == ()
    with pytest.raises(UsageError, match="no such query"):
        session.withdraw_query("Q2", reason="Not mine.", recorded_at=SENT_AT)
    QueryEntry(ledger, "october").answer(
        query.query_id,
        answer=UNDETERMINED,
        words=None,
        answered_on=SENT_AT.date(),
        actor="Bo",
        recorded_at=SENT_AT,
    )
    session.refresh()
    assert session.states[CHART].open_query_count == 0
    assert session.queries(CHART)[0].answer == UNDETERMINED
    assert open_session("Ada").queries(CHART) == session.queries(CHART)
    assert open_session("Bo").queries(CHART) == ()


def test_events_of_another_version_are_refused(ledger: Ledger) -> None:
    for payload in ({"query_id": "Q1"}, {}, {"query_id": "Q1", "indicators": "x"}):
        event = ledger.append(
            kind=QUERY_KINDS[0],
            audit="october",
            subject=CHART,
            actor="Ada",
            payload=payload,
            recorded_at=SENT_AT,
        )
        with pytest.raises(StoreError, match="holds no query"):
            fold_queries([event])
