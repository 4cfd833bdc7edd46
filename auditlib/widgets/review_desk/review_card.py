"""The review screen: a chart beside its codes, every action by button and by key, durable before it moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import ClassVar

import polars as pl

from auditlib.errors import UsageError
from auditlib.review import Chart, FoundCode, MachineCoder, ReviewSession
from auditlib.review.blindness import Blindness
from auditlib.widgets.bundle import script, style
from auditlib.widgets.review_desk.chart_requests import (
    CodeFinder,
    GestureNumbers,
    NoteOnSearch,
    PageDrawer,
    StayGrouper,
    group_of,
    matches_of,
    page_of,
)
from auditlib.widgets.review_desk.dropped_files import Attachments, DroppedFiles
from auditlib.widgets.review_desk.gestures import apply_gesture
from auditlib.widgets.review_desk.queue_values import queue_changes, queue_values
from auditlib.widgets.review_desk.screen_values import (
    chart_values,
    choices,
    query_values,
    status_values,
)
from auditlib.widgets.screen import Screen


class ReviewCard(Screen):
    """The screen on which a reviewer decides, code by code and chart by chart.

    Parameters
    ----------
    session
        What is decided and what is next; each gesture calls one of its methods.
    chart_source
        Gives the chart of an encounter of the worklist.
    clock
        Gives the moment of a decision, with a time zone.
    find_codes
        Gives the codes of a system that match a code or words on a date, to aid typing.
    note_on_search
        Says of the same search whether its code system is not loaded; an empty text if it is.
    prepare_search
        Called when the screen is there: what a search needs can be made before the first one.
    draw_page
        Gives a page of a PDF or scan by encounter, number of the document, and number of the page.
    find_mentions
        Gives for a chart what its record says of a code's title, in words or None.
    queue_facts
        Gives what the queue is sorted and filtered by: a frame of `auditlib.audits.review_queue`.
    attachments
        Where files are attached to charts and taken back; None where none can be attached.
    suggested_by
        The machine coder whose codes charts may hold as suggestions.
    find_group
        Gives the DRG of a chart's codes as audited; None where no grouper is installed.

    Notes
    -----
    The output of the cell holds counts only.
    """

    _esm = script("review_card")
    _css = style("review_card")
    screen_name: ClassVar[str] = "review screen"

    def __init__(
        self,
        session: ReviewSession,
        chart_source: Callable[[str], Chart],
        clock: Callable[[], datetime],
        *,
        find_codes: CodeFinder | None = None,
        note_on_search: NoteOnSearch | None = None,
        prepare_search: Callable[[], None] = lambda: None,
        draw_page: PageDrawer | None = None,
        find_mentions: Callable[[Chart], Callable[[str], str | None]] | None = None,
        queue_facts: Callable[[], pl.DataFrame] | None = None,
        attachments: Attachments | None = None,
        suggested_by: MachineCoder | None = None,
        find_group: StayGrouper | None = None,
    ) -> None:
        self._session = session
        self._chart_source = chart_source
        self._clock = clock
        self._find_codes = find_codes
        self._note_on_search = note_on_search
        self._prepare_search = prepare_search
        self._draw_page = draw_page
        self._find_mentions = find_mentions
        self._mentions: tuple[Chart, Callable[[str], str | None]] | None = None
        self._read_queue_facts = queue_facts
        self._attachments = attachments
        self._dropped = None if attachments is None else DroppedFiles(attachments)
        self._suggested_by = suggested_by
        self._find_group = find_group
        self._queue_facts: pl.DataFrame | None = None
        self._chart: Chart | None = None
        self._shown_blindness = Blindness()
        self._gestures = GestureNumbers()
        # Whoever is shown a chart has opened it: the ledger is also the log of access.
        session.open_chart(session.encounter_id, recorded_at=clock())
        super().__init__()

    def __repr__(self) -> str:
        progress = self._session.progress
        return (
            f"Review of audit {self._session.audit!r} by {self._session.reviewer!r}: "
            f"{progress.completed_chart_count} of {progress.chart_count} charts completed, "
            f"{progress.decided_code_count} of {progress.code_count} codes decided"
        )

    def _answer(self, message: Mapping[str, object]) -> dict[str, object]:
        """Apply a gesture, or search, and return what the screen shows from now on."""
        if message.get("kind") == "find":
            return {"kind": "matches", **self._guarded(lambda: self._matches(message))}
        if message.get("kind") == "page":
            named = {name: message.get(name) for name in ("document_number", "page_number")}
            page = self._guarded(lambda: page_of(message, self._chart, self._draw_page))
            return {"kind": "page", **named, **page}
        if message.get("kind") == "group":
            group = self._guarded(lambda: group_of(message, self._chart, self._session, self._find_group))
            return {"kind": "group", **group}
        if message.get("kind") == "queue":
            return {"kind": "queue", **self._guarded(self._queue)}
        is_new = message.get("kind") == "ready"
        problem = self._guarded(self._refresh if is_new else lambda: self._apply(message))
        chart = self._guarded(lambda: self._chart_to_send(always=is_new))
        status = self._guarded(self._status)
        offered = self._offered() if is_new else {}
        if is_new:
            self._prepare_search()
        return {"kind": "screen", **offered, **status, **chart, **self._queue_changes(), **problem}

    def _offered(self) -> dict[str, object]:
        most_bytes = 0 if self._attachments is None else self._attachments.most_bytes
        return {
            "choices": choices(self._session.own_kinds, most_attachment_bytes=most_bytes),
            "can_find": self._find_codes is not None,
            "audit": self._session.audit,
            "reviewer": self._session.reviewer,
        }

    def _queue(self) -> dict[str, object]:
        """Return the whole queue; what changes in it later comes with the answers."""
        if self._read_queue_facts is not None:
            self._queue_facts = self._read_queue_facts()
        self._session.take_changed_charts()
        return {"queue": queue_values(self._queue_facts, self._session.states)}

    def _queue_changes(self) -> dict[str, object]:
        changed = self._session.take_changed_charts()
        changes = queue_changes(self._queue_facts, self._session.states, changed)
        return {"queue_changes": changes} if changes else {}

    def _apply(self, message: Mapping[str, object]) -> dict[str, object]:
        if not self._gestures.is_new(message):
            return {}
        if message.get("kind") in {"attach", "take back"}:
            self._change_attachments(message)
            return {}
        apply_gesture(self._session, message, texts=self._texts, recorded_at=self._clock())
        return {}

    def _status(self) -> dict[str, object]:
        status = status_values(self._session, _texts_of(self._chart))
        day = self._clock().astimezone(UTC).date()
        queries = self._session.queries(self._session.encounter_id)
        return {"status": {**status, "queries": [query_values(query, day) for query in queries]}}

    def _change_attachments(self, message: Mapping[str, object]) -> None:
        """Take a part of a file, or take an attached document back; the chart is then read and sent anew."""
        encounter_id, number = message.get("encounter_id"), message.get("document_number")
        if self._dropped is None or self._attachments is None or encounter_id not in self._session.states:
            text = "The screen sent a file that cannot be attached here."
            raise UsageError(text, hint="Use 'auditlib audit attach'.")
        if message.get("kind") == "attach":
            if self._dropped.take(message):
                self._chart = None
            return
        if not isinstance(number, int):
            text = "The screen named no document."
            raise UsageError(text, hint="Run the cell again.")
        self._attachments.take_back(str(encounter_id), number, str(message.get("reason") or ""))
        self._chart = None

    def _texts(self, encounter_id: str) -> dict[int, str]:
        """Return the text of each document of a chart, which need not be the one on the screen."""
        is_shown = self._chart is not None and self._chart.encounter_id == encounter_id
        return _texts_of(self._chart if is_shown else self._chart_source(encounter_id))

    def _refresh(self) -> dict[str, object]:
        self._session.refresh()
        return {}

    def _chart_to_send(self, *, always: bool) -> dict[str, object]:
        """Return the session's chart if the browser does not have it yet, or has it with more hidden."""
        encounter_id = self._session.encounter_id
        blindness = self._session.blindness(encounter_id)
        chart = self._chart
        if chart is None or chart.encounter_id != encounter_id or blindness != self._shown_blindness:
            self._chart, self._shown_blindness = None, blindness
            chart = self._chart_source(encounter_id)
            if tuple(code.assigned for code in chart.codes) != self._session.assigned(encounter_id):
                text = "The codes of this chart are not those of the worklist."
                raise UsageError(text, hint="Data were loaded anew: run the notebook from the start.")
            self._chart = chart
            always = True
        if not always:
            return {}
        attached = None if self._attachments is None else self._attachments.numbers(encounter_id)
        if self._suggested_by is not None and chart.suggestions:
            moment = self._clock()
            self._session.show_suggestions(
                encounter_id, self._suggested_by, chart.suggestions, recorded_at=moment
            )
        has_pages = self._draw_page is not None
        return {
            "chart": chart_values(
                chart, has_pages=has_pages, hidden_levels=blindness.levels, attached=attached or ()
            )
        }

    def _matches(self, message: Mapping[str, object]) -> dict[str, object]:
        return matches_of(message, self._chart, self._find_codes, self._note_on_search, self._mention_of)

    def _mention_of(self, code: FoundCode) -> str | None:
        """Return what the record of the chart says of a code's title, unless suggestions are hidden."""
        chart = self._chart
        if self._find_mentions is None or chart is None or code.description is None:
            return None
        if "highlights" in chart.hidden_fields:
            return None
        if self._mentions is None or self._mentions[0] is not chart:
            self._mentions = (chart, self._find_mentions(chart))
        return self._mentions[1](code.description)


def _texts_of(chart: Chart | None) -> dict[int, str]:
    documents = () if chart is None else chart.documents
    return {document.document_number: document.text for document in documents}
