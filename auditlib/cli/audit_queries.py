"""`auditlib audit queries` and `query`: what providers are asked about a chart, and what they answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome, Screen, Table
from auditlib.cli.session import InSession
from auditlib.cli.values import AsOf, AuditName, converted_day
from auditlib.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

_On = Annotated[dt.date | None, Parameter(name="--on", converter=converted_day)]
_Indicators = Annotated[tuple[str, ...], Parameter(name="--indicator")]
_Options = Annotated[tuple[str, ...], Parameter(name="--option")]


def queries(audit: AuditName = None, *, as_of: AsOf = None, session: InSession) -> Outcome:
    """List the queries to providers: what was asked, of whom, the state, and how many days open.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    as_of
        The day to which open queries count; today by default.
    """
    chosen = session.workbench().audit(audit)
    listed = chosen.queries(as_of=as_of)
    return Outcome(
        lambda: {"audit": chosen.name, "queries": listed.frame},
        _query_screen(listed.frame, listed.missing or listed.note),
    )


def _query_screen(frame: pl.DataFrame, note: str) -> Screen:
    if not frame.is_empty():
        yield Table(
            ("id", "chart", "state", "days", "provider", "question", "answer"),
            [
                (
                    row["query_id"],
                    row["encounter_id"],
                    row["query_state"],
                    str(row["day_count"]),
                    row["provider"],
                    row["question"],
                    ": ".join(filter(None, (row["answer"], row["answer_words"]))),
                )
                for row in frame.iter_rows(named=True)
            ],
        )
    if note:
        yield note


def query(
    chart: str,
    question: str | None = None,
    *,
    provider: str | None = None,
    indicator: _Indicators = (),
    option: _Options = (),
    answer: str | None = None,
    words: str | None = None,
    on: _On = None,
    withdrawn: str | None = None,
    audit: AuditName = None,
    session: InSession,
) -> Outcome:
    """Record a query to a provider about a chart, or the answer to one, or that it was withdrawn.

    Parameters
    ----------
    chart
        The encounter; or the id of a query, as Q1, to answer or withdraw it.
    question
        The question in words; it must not lead to an answer.
    provider
        To whom it goes.
    indicator
        What the record says that makes it necessary; once for each fact.
    option
        A choice; once for each. "Other" and "cannot be determined" are added.
    answer
        The choice that the provider took.
    words
        The provider's words.
    on
        The day of the answer, as 2026-12-31 or 12/31/2026; today by default.
    withdrawn
        Why the query waits for no answer any more.
    audit
        Name of the audit; by default the latest sample.
    """
    steps = (question is not None, answer is not None or words is not None, withdrawn is not None)
    if sum(steps) != 1 or (on is not None and not steps[1]):
        message = "A query is sent, answered or withdrawn, one at a time."
        raise UsageError(
            message,
            hint="As in: E1 'Which kind?' --provider 'Dr Lee' --indicator 'EF 30 %' --option systolic "
            "--option diastolic; then Q1 --answer systolic, or Q1 --withdrawn 'Found in the record'.",
        )
    chosen = session.workbench_to_write().audit(audit)
    warnings: tuple[str, ...] = ()
    if question is not None:
        if provider is None:
            message = "It is not said to which provider the query goes."
            raise UsageError(message, hint="Give --provider.")
        sent = chosen.provider_queries.send(
            chart, question, indicators=indicator, options=option, provider=provider
        )
        warnings, query_id, said = sent.warnings, sent.query_id, f"sent to {provider}"
    elif withdrawn is not None:
        chosen.provider_queries.withdraw(chart, reason=withdrawn)
        query_id, said = chart, "withdrawn"
    else:
        chosen.provider_queries.answer(chart, answer, words=words, on=on)
        query_id, said = chart, "answered"
    return Outcome(
        lambda: {"audit": chosen.name, "query_id": query_id, "step": said, "warnings": list(warnings)},
        (f"Entered in '{chosen.name}', query {query_id}: {said}.", *(f"Look again: {w}" for w in warnings)),
    )
