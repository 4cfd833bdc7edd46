"""The state of each reviewer's chart review, computed from the ledger's events: the current verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from auditlib.ledger import Event
from auditlib.review.record_statement import RecordStatement, record_statement_of
from auditlib.review.verdict import (
    Verdict,
    VerdictKey,
    addition_key,
    is_known_by_code_alone,
    replaced_addition,
    verdict_of,
)

VERDICT_KINDS: Final = frozenset({"verdict", "verdict withdrawn"})
REVIEW_KINDS: Final = (
    "chart opened",
    "verdict",
    "verdict withdrawn",
    "record stated",
    "record statement withdrawn",
    "chart completed",
    "chart reopened",
)

# Audit, reviewer, encounter.
ChartKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CurrentVerdict:
    """A verdict that was not replaced or withdrawn, and the event that recorded it."""

    verdict: Verdict
    event: Event


@dataclass(frozen=True, slots=True)
class CurrentStatement:
    """A statement on a record that was not replaced or withdrawn, and the event that recorded it."""

    statement: RecordStatement
    event: Event


@dataclass(slots=True)
class ChartReview:
    """One reviewer's review of one chart so far."""

    opened_at: datetime | None = None
    completed_at: datetime | None = None
    last_event: Event | None = None
    record: CurrentStatement | None = None
    current: dict[VerdictKey, CurrentVerdict] = field(default_factory=dict)


def fold(reviews: dict[ChartKey, ChartReview], events: Iterable[Event]) -> dict[ChartKey, ChartReview]:
    """Apply events, in ledger order, to the reviews from earlier events, and return the reviews."""
    for event in events:
        if event.kind not in REVIEW_KINDS:
            continue
        review = reviews.setdefault((event.audit, event.actor, event.subject), ChartReview())
        review.last_event = event
        if event.kind == "verdict":
            _record(review, event)
        elif event.kind == "verdict withdrawn":
            _withdraw(review, event)
        elif event.kind == "record stated":
            review.record = CurrentStatement(record_statement_of(event), event)
        elif event.kind == "record statement withdrawn":
            review.record = None
        elif event.kind == "chart opened":
            review.opened_at = review.opened_at or event.recorded_at
        else:
            review.completed_at = event.recorded_at if event.kind == "chart completed" else None
    return reviews


def _record(review: ChartReview, event: Event) -> None:
    verdict, replaced = verdict_of(event), replaced_addition(event)
    before = verdict.key if replaced is None else addition_key(replaced)
    if before != verdict.key and before in review.current:
        review.current.pop(verdict.key, None)
        # A changed addition keeps its place among the others.
        review.current = {
            verdict.key if key == before else key: entry for key, entry in review.current.items()
        }
    review.current[verdict.key] = CurrentVerdict(verdict, event)


def _withdraw(review: ChartReview, event: Event) -> None:
    withdrawn = verdict_of(event).key
    review.current.pop(withdrawn, None)
    if is_known_by_code_alone(event):
        # Its reviewer saw no other addition of the code, so that none was left on the screen.
        of_code = [key for key in review.current if key[:2] == withdrawn[:2]]
        for key in of_code:
            del review.current[key]
