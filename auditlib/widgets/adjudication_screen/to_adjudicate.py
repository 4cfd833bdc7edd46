"""What the adjudication screen needs: the charts whose reviewers differ, and where decisions go."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auditlib.audits.judged_items import JudgedItem
from auditlib.review import Chart, Verdict
from auditlib.review.stay_verdict import StayVerdict


@dataclass(frozen=True, slots=True)
class ChartToAdjudicate:
    """A chart whose reviewers differ.

    Parameters
    ----------
    encounter_id
        The chart.
    open_count, item_count
        Disagreements that are to be decided, and all of them.
    """

    encounter_id: str
    open_count: int
    item_count: int


class Adjudication(Protocol):
    """The adjudication of one audit by one person."""

    @property
    def audit(self) -> str:
        """Name of the audit."""

    @property
    def adjudicator(self) -> str:
        """Who decides."""

    def reading(self) -> AbstractContextManager[None]:
        """Return what keeps the data open for many questions."""

    def refresh(self) -> None:
        """Read documents and reviews anew."""

    def charts(self) -> Sequence[ChartToAdjudicate]:
        """Return the charts that this person may adjudicate, with disagreements decided or open."""

    def own_chart_count(self) -> int:
        """Return how many charts with disagreements this person reviewed or coded, and may not adjudicate."""

    def chart(self, encounter_id: str) -> Chart:
        """Return a chart without what is hidden; the same object while it is the same."""

    def items(self, encounter_id: str) -> Sequence[JudgedItem]:
        """Return what the reviewers judged of a chart, as it is now."""

    def agreement(self) -> str:
        """Return how far the reviewers agree, in words with counts and limits."""

    def hidden_from_reviewers(self) -> Sequence[str]:
        """Return what the reviewers judged without."""

    def hidden(self, encounter_id: str | None) -> Sequence[str]:
        """Return the levels that are hidden from the adjudicator."""

    def evidence_status(self, chart: Chart, item: JudgedItem, letter: str) -> str:
        """Return what the sentence of a reviewer says of the code, in words."""

    def decide(
        self,
        encounter_id: str,
        item: str,
        follow: str | Verdict | StayVerdict,
        *,
        reason: str,
        recorded_at: datetime,
    ) -> None:
        """Record a decision."""

    def withdraw(self, encounter_id: str, item: str, *, recorded_at: datetime) -> None:
        """Record that a decision is taken back."""

    def unblind(self, encounter_id: str, level: str, *, reason: str, recorded_at: datetime) -> None:
        """Record that something hidden is opened."""
