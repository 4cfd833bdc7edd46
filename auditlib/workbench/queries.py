"""The queries to providers of one audit: checked, sent, answered, withdrawn, and how long they are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.ledger import Event
from auditlib.report.result import Result, missing
from auditlib.review.provider_query import (
    QUERY_OPEN,
    ProviderQuery,
    QueryDraft,
    QueryEntry,
    fold_queries,
)
from auditlib.review.query_checklist import CheckPoint
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_TITLE: Final = "Queries to providers"
_NONE: Final = "No query to a provider is recorded in audit '{name}'."
QUERY_COLUMNS: Final = {
    "query_id": pl.String(),
    "encounter_id": pl.String(),
    "query_state": pl.String(),
    "day_count": pl.Int64(),
    "provider": pl.String(),
    "question": pl.String(),
    "indicators": pl.String(),
    "options": pl.String(),
    "warnings": pl.String(),
    "sent_by": pl.String(),
    "sent_date": pl.Date(),
    "answer": pl.String(),
    "answer_words": pl.String(),
    "answered_date": pl.Date(),
    "entered_by": pl.String(),
    "withdrawn_reason": pl.String(),
}
"""Columns of `Queries.list`."""


@answers_on_record
class Queries:
    """The queries to providers of an audit.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    audit
        The audit.
    events
        Gives the events of the audit as they are now.
    charts
        Gives the encounters of the audit.
    """

    def __init__(
        self,
        context: Context,
        audit: Audit,
        events: Callable[[], Sequence[Event]],
        charts: Callable[[], Sequence[str]],
    ) -> None:
        self._charts = charts
        self._context = context
        self._audit = audit
        self._events = events

    def list(self, *, as_of: dt.date | None = None) -> Result:
        """Return one row per query: what was asked of whom, its state, and the days that it is or was open.

        Who reviews the audit blind to the other reviewers is shown their own queries only.

        Parameters
        ----------
        as_of
            The day to which the days of an open query count; today by default.
        """
        day = as_of or self._today
        own = self._context.user if self._audit.hidden else None
        queries = fold_queries(self._events(), sent_by=own).values()
        frame = pl.DataFrame([_row(query, day) for query in queries], schema=QUERY_COLUMNS)
        if frame.is_empty():
            return missing(_NONE.format(name=self._audit.name), _TITLE, frame=frame)
        open_count = frame.filter(pl.col("query_state") == QUERY_OPEN).height
        return Result(
            frame, f"{_TITLE} of '{self._audit.name}'", note=f"{open_count:,} of {frame.height:,} open."
        )

    def check(
        self, question: str, *, indicators: Sequence[str], options: Sequence[str] = (), provider: str
    ) -> tuple[CheckPoint, ...]:
        """Return the points of the checklist that a query would not meet; nothing is recorded."""
        return QueryDraft(question, tuple(indicators), tuple(options), provider).check()

    def send(
        self,
        encounter_id: str,
        question: str,
        *,
        indicators: Sequence[str],
        options: Sequence[str] = (),
        provider: str,
    ) -> ProviderQuery:
        """Record that a query was sent to a provider, and return it with the warnings of the checklist.

        Parameters
        ----------
        encounter_id
            The chart, one of the sample.
        question
            The question in words.
        indicators
            What the record says that makes it necessary, one fact each.
        options
            The choices; *other* and *cannot be determined* are added. None for an open question.
        provider
            To whom it goes.

        Raises
        ------
        UsageError
            If the chart is not of the audit, or the query could lead to an answer; the message says how.
        """
        self._context.require_known("chart", encounter_id, self._charts())
        draft = QueryDraft(question, tuple(indicators), tuple(options), provider)
        return self._entry.send(
            encounter_id, draft, actor=self._context.user, recorded_at=self._context.now()
        )

    def answer(
        self, query_id: str, answer: str | None = None, *, words: str | None = None, on: dt.date | None = None
    ) -> ProviderQuery:
        """Record the provider's answer to an open query, of today by default.

        Parameters
        ----------
        query_id
            Its id, as Q1.
        answer
            The choice taken; none for an open question.
        words
            The provider's words; needed for an open question and for the choice *other*.
        on
            The day of the answer.

        Raises
        ------
        UsageError
            If there is no such open query, or the answer does not fit it.
        """
        self._require_shown(query_id)
        return self._entry.answer(
            query_id,
            answer=answer,
            words=words,
            answered_on=on or self._today,
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def withdraw(self, query_id: str, *, reason: str) -> ProviderQuery:
        """Record that an open query waits for no answer any more, and why."""
        self._require_shown(query_id)
        return self._entry.withdraw(
            query_id, reason=reason, actor=self._context.user, recorded_at=self._context.now()
        )

    def _require_shown(self, query_id: str) -> None:
        own = self._context.user if self._audit.hidden else None
        self._context.require_known("query", query_id, fold_queries(self._events(), sent_by=own))

    @property
    def _today(self) -> dt.date:
        return self._context.now().astimezone(dt.UTC).date()

    @property
    def _entry(self) -> QueryEntry:
        return QueryEntry(self._context.ledger, self._audit.name)


def _row(query: ProviderQuery, as_of: dt.date) -> dict[str, object]:
    draft = query.draft
    return {
        "query_id": query.query_id,
        "encounter_id": query.encounter_id,
        "query_state": query.state,
        "day_count": query.day_count(as_of),
        "provider": draft.provider,
        "question": draft.question,
        "indicators": "; ".join(draft.indicators),
        "options": "; ".join(draft.options) or None,
        "warnings": " ".join(query.warnings) or None,
        "sent_by": query.sent_by,
        "sent_date": query.sent_at.astimezone(dt.UTC).date(),
        "answer": query.answer,
        "answer_words": query.answer_words,
        "answered_date": query.answered_on,
        "entered_by": query.entered_by,
        "withdrawn_reason": query.withdrawn_reason,
    }
