"""Queries to providers: sent, answered, withdrawn; the rules, and the state as a fold over events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review.query_checklist import CheckPoint, check_query, is_other, offered
from auditlib.review.rebuttal import require_words
from auditlib.text import is_plain

SENT: Final = "query sent"
ANSWERED: Final = "query answered"
WITHDRAWN: Final = "query withdrawn"
QUERY_KINDS: Final = (SENT, ANSWERED, WITHDRAWN)

QUERY_OPEN: Final = "query open"
COMPLETED_WITH_OPEN_QUERY: Final = "completed with an open query"
QUERY_STATES: Final = (QUERY_OPEN, "answered", "withdrawn")
MOST_OPTIONS: Final = 12
_LONGEST_LINE: Final = 500
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class QueryDraft:
    """A query before it is sent.

    Parameters
    ----------
    question
        The question in words.
    indicators
        What the record says that makes it necessary, one fact each.
    options
        The choices; *other* and *cannot be determined* are added where they are not among them. None for an
        open question.
    provider
        To whom it goes.

    Raises
    ------
    UsageError
        If something is empty, too long or no plain text.
    """

    question: str
    indicators: tuple[str, ...]
    options: tuple[str, ...]
    provider: str

    def __post_init__(self) -> None:
        require_words("question to the provider", self.question)
        for name, lines in (("clinical indicator", self.indicators), ("choice", self.options)):
            if len(lines) > MOST_OPTIONS or not all(_is_line(line, _LONGEST_LINE) for line in lines):
                message = f"A {name} of the query is not valid."
                raise UsageError(
                    message,
                    hint=f"At most {MOST_OPTIONS}, each one line of at most {_LONGEST_LINE} characters.",
                )
        if not _is_line(self.provider, _LONGEST_NAME):
            message = "It is not said to which provider the query goes."
            raise UsageError(message, hint="Name the provider in one line.")

    def check(self) -> tuple[CheckPoint, ...]:
        """Return the points of the checklist that it does not meet; see `check_query`."""
        return check_query(self.question, self.indicators, self.options)


@dataclass(frozen=True, slots=True)
class ProviderQuery:
    """One query and what became of it.

    Parameters
    ----------
    query_id
        Q1, Q2, ... in the order of the audit.
    encounter_id, draft
        The chart, and what was sent; its choices are all that were offered.
    warnings
        Points of the checklist that warned when it was sent.
    sent_by, sent_at
        Who sent it and when.
    answer, answer_words, answered_on, entered_by
        The choice taken, the provider's words, the day, and who entered it; None where there is no answer.
    withdrawn_reason, withdrawn_on
        Why it does not wait for an answer any more, and since which day.
    """

    query_id: str
    encounter_id: str
    draft: QueryDraft
    warnings: tuple[str, ...]
    sent_by: str
    sent_at: dt.datetime
    answer: str | None = None
    answer_words: str | None = None
    answered_on: dt.date | None = None
    entered_by: str | None = None
    withdrawn_reason: str | None = None
    withdrawn_on: dt.date | None = None

    @property
    def state(self) -> str:
        """One of `QUERY_STATES`."""
        if self.withdrawn_on is not None:
            return QUERY_STATES[2]
        return QUERY_OPEN if self.answered_on is None else QUERY_STATES[1]

    def day_count(self, as_of: dt.date) -> int:
        """Return the days from sending to the answer or withdrawal; of an open one, to the day given."""
        end = self.answered_on or self.withdrawn_on or as_of
        return max((end - _day(self.sent_at)).days, 0)


def fold_queries(
    events: Iterable[Event], queries: Mapping[str, ProviderQuery] | None = None, *, sent_by: str | None = None
) -> dict[str, ProviderQuery]:
    """Return the queries of one audit by their ids, from its events in ledger order.

    Parameters
    ----------
    events
        The events; those of other kinds are passed over.
    queries
        The state after earlier events.
    sent_by
        Only the queries of this person, with whoever answered them.

    Raises
    ------
    StoreError
        If an event cannot be read, because another version wrote it.
    """
    folded = dict(queries or {})
    for event in events:
        if event.kind not in QUERY_KINDS:
            continue
        try:
            _apply(folded, event, sent_by)
        except (UsageError, KeyError, TypeError, ValueError) as error:
            message = f"Event {event.event_number} of the ledger holds no query that can be read."
            raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.") from error
    return folded


def completed_with_open_query(events: Sequence[Event], *, reviewer: str | None = None) -> frozenset[str]:
    """Return the charts that a reviewer completed while a query of theirs is open.

    Parameters
    ----------
    events
        The events of one audit, in ledger order.
    reviewer
        Only the charts of this reviewer.
    """
    is_completed: dict[tuple[str, str], bool] = {}
    for event in events:
        if event.kind in {"chart completed", "chart reopened"}:
            is_completed[event.actor, event.subject] = event.kind == "chart completed"
    waiting = (
        query for query in fold_queries(events, sent_by=reviewer).values() if query.state == QUERY_OPEN
    )
    return frozenset(
        query.encounter_id for query in waiting if is_completed.get((query.sent_by, query.encounter_id))
    )


def _apply(queries: dict[str, ProviderQuery], event: Event, sent_by: str | None) -> None:
    payload = event.payload
    query_id = str(payload["query_id"])
    if event.kind == SENT:
        if sent_by in {None, event.actor}:
            queries[query_id] = ProviderQuery(
                query_id,
                event.subject,
                QueryDraft(
                    str(payload["question"]),
                    _texts(payload["indicators"]),
                    _texts(payload["options"]),
                    str(payload["provider"]),
                ),
                _texts(payload["warnings"]),
                event.actor,
                event.recorded_at,
            )
        return
    query = queries.get(query_id)
    if query is None:
        if sent_by is None:
            raise KeyError(query_id)
    elif event.kind == ANSWERED:
        queries[query_id] = replace(
            query,
            answer=None if payload["answer"] is None else str(payload["answer"]),
            answer_words=None if payload["words"] is None else str(payload["words"]),
            answered_on=dt.date.fromisoformat(str(payload["answered"])),
            entered_by=event.actor,
        )
    else:
        queries[query_id] = replace(
            query, withdrawn_reason=str(payload["reason"]), withdrawn_on=_day(event.recorded_at)
        )


class QueryEntry:
    """Enters the queries of one audit into the ledger.

    Parameters
    ----------
    ledger
        Where they are recorded.
    audit
        The audit.
    """

    def __init__(self, ledger: Ledger, audit: str) -> None:
        self._ledger = ledger
        self._audit = audit

    def send(
        self, encounter_id: str, draft: QueryDraft, *, actor: str, recorded_at: dt.datetime
    ) -> ProviderQuery:
        """Record that a query was sent, and return it with its id and the warnings of the checklist.

        Parameters
        ----------
        encounter_id
            The chart.
        draft
            The query.
        actor, recorded_at
            Who sends it, and when.

        Raises
        ------
        UsageError
            If a point of the checklist refuses it; the message names each.
        """
        points = draft.check()
        refused = [point.words for point in points if point.is_refused]
        if refused:
            message = f"The query is not sent, because it could lead to an answer. {' '.join(refused)}"
            raise UsageError(message, hint="Change the words, and send it again.")
        with self._ledger.batch():
            sent = self._ledger.events(audit=self._audit, kinds=[SENT])
            query_id = f"Q{len(sent) + 1}"
            payload = {
                "query_id": query_id,
                "question": draft.question.strip(),
                "indicators": list(draft.indicators),
                "options": list(offered(draft.options)),
                "provider": draft.provider.strip(),
                "warnings": [point.words for point in points],
            }
            event = self._append(SENT, encounter_id, payload, actor, recorded_at)
        return fold_queries([event])[query_id]

    def answer(
        self,
        query_id: str,
        *,
        answer: str | None,
        words: str | None,
        answered_on: dt.date,
        actor: str,
        recorded_at: dt.datetime,
    ) -> ProviderQuery:
        """Record the provider's answer to an open query.

        Parameters
        ----------
        query_id
            Its id.
        answer
            The choice taken; None for an open question.
        words
            The provider's words; needed for an open question and for the choice *other*.
        answered_on
            The day of the answer.
        actor, recorded_at
            Who enters it, and when.

        Raises
        ------
        UsageError
            If there is no such open query, the answer is none that was offered, or the day is before the
            sending or to come.
        """
        with self._ledger.batch():
            query = self._open_query(query_id)
            options = query.draft.options
            if options and answer not in options:
                message = "The answer is none of the choices that were offered."
                raise UsageError(message, hint=f"Choose among: {'; '.join(options)}.")
            if not options and answer is not None:
                message = "No choices were offered: the answer is in the provider's words."
                raise UsageError(message, hint="Give the words.")
            needs_words = answer is None or is_other(answer)
            said = require_words("provider's words", words) if needs_words or words is not None else None
            if not _day(query.sent_at) <= answered_on <= _day(recorded_at):
                message = f"The day of the answer, {answered_on}, is before the sending or to come."
                raise UsageError(message, hint=f"It was sent on {_day(query.sent_at)}.")
            payload = {
                "query_id": query_id,
                "answer": answer,
                "words": said,
                "answered": answered_on.isoformat(),
            }
            event = self._append(ANSWERED, query.encounter_id, payload, actor, recorded_at)
        return fold_queries([event], {query_id: query})[query_id]

    def withdraw(self, query_id: str, *, reason: str, actor: str, recorded_at: dt.datetime) -> ProviderQuery:
        """Record that an open query waits for no answer any more, and why.

        Raises
        ------
        UsageError
            If there is no such open query, or no reason.
        """
        said = require_words("reason of the withdrawal", reason)
        with self._ledger.batch():
            query = self._open_query(query_id)
            payload = {"query_id": query_id, "reason": said}
            event = self._append(WITHDRAWN, query.encounter_id, payload, actor, recorded_at)
        return fold_queries([event], {query_id: query})[query_id]

    def _open_query(self, query_id: str) -> ProviderQuery:
        queries = fold_queries(self._ledger.events(audit=self._audit, kinds=list(QUERY_KINDS)))
        query = queries.get(query_id)
        if query is None or query.state != QUERY_OPEN:
            still = [name for name, one in queries.items() if one.state == QUERY_OPEN]
            message = "There is no such open query in the audit."
            raise UsageError(message, hint=f"Open are: {', '.join(still) or 'none'}.")
        return query

    def _append(
        self,
        kind: str,
        encounter_id: str,
        payload: Mapping[str, object],
        actor: str,
        recorded_at: dt.datetime,
    ) -> Event:
        return self._ledger.append(
            kind=kind,
            audit=self._audit,
            subject=encounter_id,
            actor=actor,
            payload=payload,
            recorded_at=recorded_at,
        )


def _is_line(text: str, longest: int) -> bool:
    return bool(text.strip()) and len(text) <= longest and is_plain(text)


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise TypeError
    return tuple(map(str, values))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()
