"""What the browser may ask for: a message names ids and choices, is checked, and becomes one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from auditlib.errors import UsageError
from auditlib.review import (
    AssignedCode,
    CorrectedCode,
    EvidencePassage,
    RecordStatement,
    ReviewSession,
    Verdict,
)
from auditlib.review.blindness import BLIND_TO
from auditlib.review.document_statement import DocumentStatement
from auditlib.review.provider_query import QueryDraft
from auditlib.review.stay_verdict import StayVerdict, same_value
from auditlib.review.verdict import addition_key
from auditlib.review.visit_rationale import VisitRationale
from auditlib.widgets.review_desk.screen_values import character_offset

GESTURES: Final = (
    "decide",
    "withdraw",
    "record",
    "withdraw record",
    "complete",
    "reopen",
    "next",
    "previous",
    "go",
    "unblind",
    "visit",
    "query",
    "answer query",
    "withdraw query",
    "document",
    "stay",
    "withdraw stay",
)
_MOVES: Final = ("complete", "next", "previous", "go")
_DECISION_FIELDS: Final = (
    "action",
    "error_kind",
    "own_kind",
    "severity",
    "cause",
    "comment",
    "corrected",
    "payment_difference",
)

DocumentTexts = Callable[[str], Mapping[int, str]]
"""Gives the text of each document of a chart, by number."""


def apply_gesture(
    session: ReviewSession,
    message: Mapping[str, object],
    *,
    texts: DocumentTexts,
    recorded_at: datetime,
) -> None:
    """Do what a message asks for, on the chart and code that were on the screen when the key was pressed.

    Parameters
    ----------
    session
        The reviewer's session.
    message
        Of the browser.
    texts
        Gives the documents of a chart, in which evidence has its place.
    recorded_at
        When it was asked for.

    Raises
    ------
    UsageError
        If the message is not a gesture, or what it asks for is not possible.
    """
    kind, encounter_id = message.get("kind"), message.get("encounter_id")
    if not isinstance(encounter_id, str) or encounter_id not in session.states:
        message_text = "The screen named a chart that is not in the worklist."
        raise UsageError(message_text, hint="Run the cell again.")
    if kind == "decide":
        replaced = message.get("replaces")
        session.decide(
            _verdict(session, encounter_id, message, texts),
            recorded_at=recorded_at,
            replaces=None if replaced is None else CorrectedCode.from_values(replaced),
        )
    elif kind == "withdraw":
        session.withdraw(_verdict_on(session, encounter_id, message), recorded_at=recorded_at)
    elif kind == "reopen":
        session.reopen_chart(encounter_id, recorded_at=recorded_at)
    elif kind == "stay":
        session.judge_stay(_stay_verdict(session, encounter_id, message, texts), recorded_at=recorded_at)
    elif isinstance(kind, str) and kind in _OF_FORMS:
        _OF_FORMS[kind](session, encounter_id, message, recorded_at)
    elif kind in _MOVES and encounter_id != session.encounter_id:
        message_text = "That key was for the chart before: this one stays."
        raise UsageError(message_text)
    elif kind in _MOVES:
        _move(session, encounter_id, message, recorded_at)
    else:
        message_text = "The screen sent a gesture that is not known."
        raise UsageError(message_text, hint=f"Known are: {', '.join(GESTURES)}.")


def _move(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    """Leave the chart, with the time that was spent on it since it was opened."""
    kind, seconds = message.get("kind"), message.get("seconds")
    if seconds is not None and not isinstance(seconds, int | float):
        text = "The screen sent a time that is no number."
        raise UsageError(text, hint="Run the cell again.")
    if kind == "complete":
        session.complete_chart(
            encounter_id,
            recorded_at=recorded_at,
            seconds=seconds,
            with_open_query=message.get("with_open_query") is True,
        )
    elif kind == "next":
        session.next_chart(recorded_at=recorded_at, seconds=seconds)
    elif kind == "previous":
        session.previous_chart(recorded_at=recorded_at, seconds=seconds)
    else:
        to = message.get("to")
        if not isinstance(to, str) or to not in session.states:
            text = "There is no such chart in the queue."
            raise UsageError(text, hint="Type its number, its encounter or its account.")
        session.open_chart(to, recorded_at=recorded_at, seconds=seconds)


def _unblind(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    level = next((level for level in BLIND_TO if level == message.get("level")), None)
    if level is None:
        text = "The screen named nothing that can be opened."
        raise UsageError(text, hint=f"Choose among: {', '.join(BLIND_TO)}.")
    session.unblind(encounter_id, level, reason=str(message.get("reason") or ""), recorded_at=recorded_at)


def _tick_visit(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    """Record what is ticked for a visit with the verdict on it, or with agreement where there is none."""
    visit = VisitRationale.from_values(message.get("visit"))
    number = message.get("code_number")
    if isinstance(number, int) and session.current_verdict(encounter_id, number) is None:
        agreed = verdict_of_message(
            encounter_id,
            session.assigned(encounter_id),
            {"action": "agree", "code_number": number},
            lambda _: {},
        )
        session.decide(replace(agreed, visit=visit), recorded_at=recorded_at)
        return
    verdict = _verdict_on(session, encounter_id, message)
    session.decide(replace(verdict, visit=visit), recorded_at=recorded_at)


def _query(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    kind, query_id = message.get("kind"), str(message.get("query_id"))
    if kind == "query":
        draft = QueryDraft(
            str(message.get("question") or ""),
            _lines(message.get("indicators")),
            _lines(message.get("options")),
            str(message.get("provider") or ""),
        )
        session.send_query(encounter_id, draft, recorded_at=recorded_at)
    elif kind == "withdraw query":
        session.withdraw_query(query_id, reason=str(message.get("reason") or ""), recorded_at=recorded_at)
    else:
        answer, words = (message.get(name) for name in ("answer", "words"))
        session.answer_query(
            query_id,
            answer=None if answer is None else str(answer),
            words=None if words is None else str(words),
            answered_on=recorded_at.astimezone(UTC).date(),
            recorded_at=recorded_at,
        )


def _state_document(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    session.state_document(DocumentStatement.from_payload(encounter_id, message), recorded_at=recorded_at)


def _withdraw_stay(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    session.withdraw_stay_verdict(encounter_id, str(message.get("fact")), recorded_at=recorded_at)


def _stay_verdict(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], texts: DocumentTexts
) -> StayVerdict:
    """Return the verdict on a fact of the stay; which value was billed is the session's to say."""
    fact = str(message.get("fact"))
    return stay_verdict_of_message(encounter_id, session.stay(encounter_id).get(fact), message, texts)


def stay_verdict_of_message(
    encounter_id: str, billed: str | None, message: Mapping[str, object], texts: DocumentTexts
) -> StayVerdict:
    """Return the verdict on a fact of a stay that a form sent; the value as billed agrees.

    Parameters
    ----------
    encounter_id, billed
        The chart, and the value as billed.
    message
        With the fields of the form.
    texts
        Gives the documents of a chart.

    Raises
    ------
    UsageError
        If no such fact was billed, or the values are not those of a verdict.
    """
    fact, right = str(message.get("fact")), message.get("corrected")
    if billed is None or not isinstance(right, str):
        text = "The screen named no fact of this stay with its right value."
        raise UsageError(text, hint="Run the cell again.")
    evidence = message.get("evidence")
    said: dict[str, object] = {
        "fact": fact,
        "action": "agree",
        "billed": billed,
        "comment": message.get("comment"),
        "payment_difference": message.get("payment_difference"),
        "evidence": None if evidence is None else _passage(encounter_id, evidence, texts).to_values(),
    }
    # The form always has a cause; dollars beside a value that is agreed with are refused, not left out.
    if same_value(fact, right, billed):
        return StayVerdict.from_payload(encounter_id, said)
    changed = {"action": "change", "corrected": right, "cause": message.get("cause")}
    return StayVerdict.from_payload(encounter_id, {**said, **changed})


def _lines(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else ()


def _state_record(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], recorded_at: datetime
) -> None:
    if message.get("kind") == "withdraw record":
        session.withdraw_record_statement(encounter_id, recorded_at=recorded_at)
        return
    stated = RecordStatement.from_payload(encounter_id, message)
    session.state_record(encounter_id, stated.status, place=stated.place, recorded_at=recorded_at)


def _verdict(
    session: ReviewSession, encounter_id: str, message: Mapping[str, object], texts: DocumentTexts
) -> Verdict:
    """Return the verdict of a message; which code stands at a position is the session's to say.

    What was ticked for the level of a visit stays with its code, whatever the verdict becomes.
    """
    verdict = verdict_of_message(encounter_id, session.assigned(encounter_id), message, texts)
    number = verdict.code_number
    before = None if number is None else session.current_verdict(encounter_id, number)
    return verdict if before is None else replace(verdict, visit=before.visit)


def verdict_of_message(
    encounter_id: str, codes: Sequence[AssignedCode], message: Mapping[str, object], texts: DocumentTexts
) -> Verdict:
    """Return the verdict that a form sent.

    Parameters
    ----------
    encounter_id, codes
        The chart and the coder's codes.
    message
        With the fields of the form.
    texts
        Gives the documents of a chart.

    Raises
    ------
    UsageError
        If there is no code at the position, or the values are not those of a verdict.
    """
    payload = {name: message.get(name) for name in _DECISION_FIELDS}
    evidence = message.get("evidence")
    if evidence is not None:
        payload["evidence"] = _passage(encounter_id, evidence, texts).to_values()
    number = message.get("code_number")
    if number is None:
        return Verdict.from_payload(encounter_id, payload)
    code = next((code for code in codes if code.code_number == number), None)
    if code is None or isinstance(number, bool):
        text = "The screen named a position at which there is no code."
        raise UsageError(text, hint="Run the cell again: the coder's list was loaded anew.")
    assigned = {"code_number": code.code_number, "code_system": code.code_system, "code": code.code}
    return Verdict.from_payload(encounter_id, {**payload, **assigned})


def _passage(encounter_id: str, evidence: object, texts: DocumentTexts) -> EvidencePassage:
    """Return a passage that the browser names by document and place, in characters."""
    values = evidence if isinstance(evidence, Mapping) else {}
    number, *places = (values.get(name) for name in ("document_number", "start", "end"))
    text = texts(encounter_id).get(number) if isinstance(number, int) else None
    whole = [place for place in places if isinstance(place, int)]
    if text is None or len(whole) != len(places):
        message = "The screen named a passage that this chart does not have."
        raise UsageError(message, hint="Run the cell again.")
    start, end = (character_offset(text, place) for place in whole)
    return EvidencePassage.of(f"{encounter_id}:{number}", text, start, end)


def _verdict_on(session: ReviewSession, encounter_id: str, message: Mapping[str, object]) -> Verdict:
    number = message.get("code_number")
    if isinstance(number, int):
        verdict = session.current_verdict(encounter_id, number)
    else:
        key = addition_key(CorrectedCode.from_values(message.get("corrected")))
        additions = session.added(encounter_id)
        verdict = next((addition for addition in additions if addition.key == key), None)
    if verdict is None:
        text = "There is no verdict on this code to take back."
        raise UsageError(text)
    return verdict


_OF_FORMS: Final[Mapping[str, Callable[[ReviewSession, str, Mapping[str, object], datetime], None]]] = {
    "record": _state_record,
    "withdraw record": _state_record,
    "unblind": _unblind,
    "visit": _tick_visit,
    "query": _query,
    "answer query": _query,
    "withdraw query": _query,
    "document": _state_document,
    "withdraw stay": _withdraw_stay,
}
