"""The adjudication screen: two verdicts on a code side by side, and the decision between them by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final

from auditlib.audits.judged_items import DECIDED, OPEN, JudgedItem, Judgement
from auditlib.errors import UsageError
from auditlib.review import Chart
from auditlib.review.adjudication import RECORD
from auditlib.review.stay_verdict import STAY_FACTS
from auditlib.text import counted
from auditlib.widgets.adjudication_screen.to_adjudicate import Adjudication
from auditlib.widgets.bundle import script, style
from auditlib.widgets.decision_screen import (
    DecisionScreen,
    chart_beside,
    chart_named,
    fact_values,
    visit_words,
    words_of,
)
from auditlib.widgets.review_desk.chart_requests import CodeFinder, NoteOnSearch, PageDrawer
from auditlib.widgets.review_desk.screen_values import evidence_values

NOTHING_TO_DECIDE: Final = "All agreed items closed themselves. Nothing to decide."


class AdjudicationScreen(DecisionScreen):
    """The screen on which an adjudicator decides what reviewers judge differently.

    Parameters
    ----------
    adjudication
        The disagreements, and where decisions go.
    clock, find_codes, note_on_search, draw_page, own_kinds
        As for `auditlib.widgets.decision_screen.DecisionScreen`.

    Notes
    -----
    The output of the cell holds counts only.
    """

    _esm = script("adjudication_screen")
    _css = style("adjudication_screen")
    screen_name: ClassVar[str] = "adjudication screen"

    def __init__(
        self,
        adjudication: Adjudication,
        clock: Callable[[], datetime],
        *,
        find_codes: CodeFinder,
        note_on_search: NoteOnSearch,
        draw_page: PageDrawer,
        own_kinds: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._adjudication = adjudication
        charts = adjudication.charts()
        first = next((chart for chart in charts if chart.open_count), next(iter(charts), None))
        self._encounter_id = None if first is None else first.encounter_id
        super().__init__(
            clock,
            find_codes=find_codes,
            note_on_search=note_on_search,
            draw_page=draw_page,
            own_kinds=own_kinds,
        )

    def __repr__(self) -> str:
        charts = self._adjudication.charts()
        open_count = sum(chart.open_count for chart in charts)
        left = f"{counted(open_count, 'disagreement')} to decide" if charts else NOTHING_TO_DECIDE
        return f"Adjudication of audit {self._adjudication.audit!r}: {left}"

    @property
    def _chart(self) -> Chart | None:
        return None if self._encounter_id is None else self._adjudication.chart(self._encounter_id)

    def _answer(self, message: Mapping[str, object]) -> dict[str, object]:
        """Answer a message; how far the reviewers agree comes by itself, for nothing waits for it."""
        if message.get("kind") == "agreement":
            return {
                "kind": "agreement",
                **self._guarded(lambda: {"agreement": self._adjudication.agreement()}),
            }
        return super()._answer(message)

    def _reading(self) -> AbstractContextManager[None]:
        return self._adjudication.reading()

    def _refresh(self) -> None:
        self._adjudication.refresh()

    def _apply(self, message: Mapping[str, object]) -> dict[str, object]:
        kind, encounter_id = message.get("kind"), message.get("encounter_id")
        charts = self._adjudication.charts()
        names = [chart.encounter_id for chart in charts]
        if kind == "open":
            self._encounter_id = chart_named(words_of(message, "chart"), names)
            return {}
        if encounter_id != self._encounter_id or self._encounter_id is None:
            text = "The key was for the chart before; this one stays."
            raise UsageError(text)
        if kind in {"next", "previous", "next open"}:
            self._encounter_id = chart_beside(
                {chart.encounter_id: chart.open_count for chart in charts}, self._encounter_id, str(kind)
            )
        elif kind == "unblind":
            self._adjudication.unblind(
                self._encounter_id,
                words_of(message, "level"),
                reason=words_of(message, "reason"),
                recorded_at=self._saved(),
            )
        elif kind in {"decide", "withdraw"}:
            self._decide(self._encounter_id, message)
        else:
            text = "The screen sent a gesture that is not known."
            raise UsageError(text, hint="Run the cell again.")
        return {}

    def _decide(self, encounter_id: str, message: Mapping[str, object]) -> None:
        item, moment = words_of(message, "item"), self._clock()
        if message.get("kind") == "withdraw":
            self._adjudication.withdraw(encounter_id, item, recorded_at=moment)
        else:
            verdict = message.get("verdict")
            chart = self._adjudication.chart(encounter_id)
            follow = (
                self._verdict_of(chart, verdict) if isinstance(verdict, dict) else words_of(message, "follow")
            )
            self._adjudication.decide(
                encounter_id, item, follow, reason=words_of(message, "reason"), recorded_at=moment
            )
        self._saved()

    def _status(self) -> dict[str, object]:
        adjudication = self._adjudication
        charts = adjudication.charts()
        own = adjudication.own_chart_count()
        whole: dict[str, object] = {
            "audit": adjudication.audit,
            "chart_count": len(charts),
            "open_count": sum(chart.open_count for chart in charts),
            "own_chart_words": (
                f"{counted(own, 'chart')} with disagreements that you reviewed or coded: another decides."
                if own
                else ""
            ),
            "reviewers_without": list(adjudication.hidden_from_reviewers()),
            "hidden": list(adjudication.hidden(self._encounter_id)),
        }
        place = next(
            (number for number, one in enumerate(charts) if one.encounter_id == self._encounter_id), None
        )
        chart = self._chart
        if place is None or chart is None:
            return {**whole, "encounter_id": None, "rows": [], "nothing": NOTHING_TO_DECIDE}
        items = adjudication.items(chart.encounter_id)
        rows = [self._row(chart, item) for item in items]
        return {
            **whole,
            "encounter_id": chart.encounter_id,
            "chart_number": place + 1,
            "about": visit_words(chart, chart.encounter_class),
            "letters": sorted({one.label for item in items for one in item.judgements}),
            "rows": rows,
            "differing_count": sum(item.state in {OPEN, DECIDED} for item in items),
            "chart_open_count": sum(item.state == OPEN for item in items),
        }

    def _row(self, chart: Chart, item: JudgedItem) -> dict[str, object]:
        code = next((one for one in chart.codes if one.assigned.code_number == item.code_number), None)
        return {
            "key": item.item,
            "code_number": item.code_number,
            "is_record": item.item == RECORD,
            "stay": fact_values(chart, item.item, None, {}) if item.item in STAY_FACTS else None,
            "billed": item.billed,
            "title": None if code is None else code.short_description,
            "state": item.state,
            "judgements": [self._judgement(chart, item, one) for one in item.judgements],
            "final": None if item.final is None else _verdict_values(item.final),
            "follows": item.follows,
            "adjudicator": item.adjudicator,
            "reason": item.reason,
        }

    def _judgement(self, chart: Chart, item: JudgedItem, one: Judgement) -> dict[str, object]:
        texts = {document.document_number: document.text for document in chart.documents}
        evidence = None
        if one.evidence is not None:
            title = next(
                (
                    document.title
                    for document in chart.documents
                    if document.document_number == one.evidence.document_number
                ),
                "",
            )
            status = self._adjudication.evidence_status(chart, item, one.label)
            evidence = {**evidence_values(one.evidence, texts), "status": status, "document": title}
        minutes = None if one.minute_count is None else f"{one.minute_count:.0f} min on the chart"
        return {
            **_verdict_values(one),
            "label": one.label,
            "reviewer": one.reviewer,
            "why": " · ".join(filter(None, (one.error_kind, one.cause, minutes))),
            "comment": one.comment,
            "evidence": evidence,
        }


def _verdict_values(one: Judgement) -> dict[str, object]:
    return {"action": one.action, "after": one.after}
