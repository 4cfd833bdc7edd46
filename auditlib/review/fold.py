"""What the ledger's events amount to: for each reviewer and chart, the verdicts that stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from auditlib.ledger import Event
from auditlib.review.verdict import Verdict, VerdictKey, verdict_of

REVIEW_KINDS: Final = ("chart opened", "verdict", "verdict withdrawn", "chart completed", "chart reopened")

# Audit, reviewer, encounter.
ChartKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class StandingVerdict:
    """A verdict that no later one replaced, and the event that recorded it."""

    verdict: Verdict
    event: Event


@dataclass(slots=True)
class ChartReview:
    """One reviewer's work on one chart so far."""

    opened_at: datetime | None = None
    completed_at: datetime | None = None
    last_event: Event | None = None
    standing: dict[VerdictKey, StandingVerdict] = field(default_factory=dict)


def fold(reviews: dict[ChartKey, ChartReview], events: Iterable[Event]) -> dict[ChartKey, ChartReview]:
    """Carry events, in the ledger's order, into the reviews that earlier ones left, and return these."""
    for event in events:
        if event.kind not in REVIEW_KINDS:
            continue
        review = reviews.setdefault((event.audit, event.actor, event.subject), ChartReview())
        review.last_event = event
        if event.kind == "verdict":
            verdict = verdict_of(event)
            review.standing[verdict.key] = StandingVerdict(verdict, event)
        elif event.kind == "verdict withdrawn":
            review.standing.pop(verdict_of(event).key, None)
        elif event.kind == "chart opened":
            review.opened_at = review.opened_at or event.recorded_at
        else:
            review.completed_at = event.recorded_at if event.kind == "chart completed" else None
    return reviews
