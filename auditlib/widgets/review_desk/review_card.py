"""The review screen: a chart beside its codes, every action by button and by key, durable before it moves."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar, Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.review import CODE_SYSTEMS, Chart, FoundCode, MachineCoder, PageImage, ReviewSession
from auditlib.review.blindness import Blindness
from auditlib.widgets.bundle import script, style
from auditlib.widgets.review_desk.gestures import apply_gesture
from auditlib.widgets.review_desk.queue_values import queue_changes, queue_values
from auditlib.widgets.review_desk.screen_values import (
    chart_values,
    choices,
    match_values,
    page_values,
    query_values,
    status_values,
)
from auditlib.widgets.screen import Screen

_LONGEST_SEARCH: Final = 100
_MOST_MATCHES: Final = 8

PageDrawer = Callable[[str, int, int], PageImage]
CodeFinder = Callable[[str, str, date | None], Sequence[FoundCode]]
NoteOnSearch = Callable[[str, str, date | None], str]


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

    suggested_by
        The machine coder whose codes charts may hold as suggestions.
    attach_file
        Attaches a file to a chart by encounter, name and bytes; None where none can be attached.
    most_attachment_bytes
        Largest file that it takes.

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
        suggested_by: MachineCoder | None = None,
        attach_file: Callable[[str, str, bytes], None] | None = None,
        most_attachment_bytes: int = 0,
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
        self._suggested_by = suggested_by
        self._attach_file = attach_file
        self._most_attachment_bytes = most_attachment_bytes if attach_file else 0
        self._parts: dict[tuple[str, str, str], bytearray] = {}
        self._queue_facts: pl.DataFrame | None = None
        self._chart: Chart | None = None
        self._shown_blindness = Blindness()
        self._answered: dict[str, int] = {}
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
            page = {
                "document_number": message.get("document_number"),
                "page_number": message.get("page_number"),
            }
            return {"kind": "page", **page, **self._guarded(lambda: self._page(message))}
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
        return {
            "choices": choices(self._session.own_kinds, most_attachment_bytes=self._most_attachment_bytes),
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
        view, sequence = message.get("view"), message.get("sequence")
        if not isinstance(view, str) or not isinstance(sequence, int):
            text = "The screen sent a message without its number."
            raise UsageError(text, hint="Run the cell again.")
        if sequence <= self._answered.get(view, 0):
            return {}
        self._answered[view] = sequence
        if message.get("kind") == "attach":
            self._attach(message)
            return {}
        apply_gesture(self._session, message, texts=self._texts, recorded_at=self._clock())
        return {}

    def _status(self) -> dict[str, object]:
        status = status_values(self._session, _texts_of(self._chart))
        day = self._clock().astimezone(UTC).date()
        queries = self._session.queries(self._session.encounter_id)
        return {"status": {**status, "queries": [query_values(query, day) for query in queries]}}

    def _attach(self, message: Mapping[str, object]) -> None:
        """Take one part of a file that was dropped on the chart; with the last one it is attached."""
        encounter_id, name, data = (message.get(key) for key in ("encounter_id", "name", "data"))
        part, count = message.get("part"), message.get("part_count")
        if (
            self._attach_file is None
            or not isinstance(encounter_id, str)
            or encounter_id not in self._session.states
            or not isinstance(name, str)
            or not isinstance(data, str)
            or not isinstance(part, int)
            or not isinstance(count, int)
        ):
            text = "The screen sent a file that cannot be attached here."
            raise UsageError(text, hint="Use 'auditlib audit attach'.")
        key = (str(message.get("view")), encounter_id, name)
        if part == 0:
            # One file at a time: what was begun before and not ended is dropped.
            self._parts = {key: bytearray()}
        held = self._parts.get(key)
        if held is None:
            text = "A part of the file is missing."
            raise UsageError(text, hint="Drop the file again.")
        try:
            held += base64.b64decode(data, validate=True)
        except ValueError as error:
            text = "A part of the file is damaged."
            raise UsageError(text, hint="Drop the file again.") from error
        if len(held) > self._most_attachment_bytes:
            self._parts.clear()
            text = "The file is too large."
            raise UsageError(text, hint=f"At most {self._most_attachment_bytes >> 20} MB can be attached.")
        if part + 1 == count:
            self._parts.clear()
            self._attach_file(encounter_id, name, bytes(held))
            # The chart is read and sent anew, with its new document.
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
        if self._suggested_by is not None and chart.suggestions:
            moment = self._clock()
            self._session.show_suggestions(
                encounter_id, self._suggested_by, chart.suggestions, recorded_at=moment
            )
        has_pages = self._draw_page is not None
        return {"chart": chart_values(chart, has_pages=has_pages, hidden_levels=blindness.levels)}

    def _page(self, message: Mapping[str, object]) -> dict[str, object]:
        """Return a page of a document of the chart on the screen."""
        chart, numbers = self._chart, (message.get("document_number"), message.get("page_number"))
        documents = () if chart is None else chart.documents
        document = next((each for each in documents if each.document_number == numbers[0]), None)
        page = (
            next((each for each in document.pages if each.page_number == numbers[1]), None)
            if document
            else None
        )
        if self._draw_page is None or chart is None or document is None or page is None:
            text = "The screen named a page that this chart does not have."
            raise UsageError(text, hint="Run the cell again.")
        image = self._draw_page(chart.encounter_id, document.document_number, page.page_number)
        return page_values(chart.encounter_id, image, document.text)

    def _matches(self, message: Mapping[str, object]) -> dict[str, object]:
        code_system, text = message.get("code_system"), message.get("text")
        if self._find_codes is None or code_system not in CODE_SYSTEMS or not isinstance(text, str):
            return {"codes": []}
        service_date = None if self._chart is None else self._chart.discharge_date or self._chart.admit_date
        request = (str(code_system), text[:_LONGEST_SEARCH], service_date)
        codes = self._find_codes(*request)
        note = "" if self._note_on_search is None else self._note_on_search(*request)
        shown = codes[:_MOST_MATCHES]
        return {"codes": [match_values(code, self._mention_of(code)) for code in shown], "note": note}

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
