"""The review screen: a chart beside its codes, every action by button and by key, durable before it moves."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import anywidget

from auditlib.errors import UsageError
from auditlib.review import CODE_SYSTEMS, Chart, FoundCode, ReviewSession
from auditlib.widgets.guard import guarded
from auditlib.widgets.review_desk.gestures import apply_gesture
from auditlib.widgets.review_desk.screen import chart_values, choices, found_values, status_values

_STATIC: Final = Path(__file__).parents[1] / "static"
_LONGEST_SEARCH: Final = 100
_FOUND_AT_MOST: Final = 8

CodeFinder = Callable[[str, str, date | None], Sequence[FoundCode]]


class ReviewCard(anywidget.AnyWidget):
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

    Notes
    -----
    Charts travel to the browser in messages and are no part of the widget's saved state: a notebook stored
    with its widgets holds no chart text. The output itself holds counts only.
    """

    _esm = _STATIC / "review_card.js"
    _css = _STATIC / "review_card.css"

    def __init__(
        self,
        session: ReviewSession,
        chart_source: Callable[[str], Chart],
        clock: Callable[[], datetime],
        *,
        find_codes: CodeFinder | None = None,
    ) -> None:
        self._session = session
        self._chart_source = chart_source
        self._clock = clock
        self._find_codes = find_codes
        self._chart: Chart | None = None
        self._answered: dict[str, int] = {}
        # Whoever is shown a chart has opened it: the ledger is also the log of access.
        session.open_chart(session.encounter_id, recorded_at=clock())
        super().__init__()
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        progress = self._session.progress
        return (
            f"Review of audit {self._session.audit!r} by {self._session.reviewer!r}: "
            f"{progress.completed_chart_count} of {progress.chart_count} charts completed, "
            f"{progress.decided_code_count} of {progress.code_count} codes decided"
        )

    def _repr_mimebundle_(self, **kwargs: dict) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = f"<p>{html.escape(repr(self))}</p>"
        return bundle

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        """Answer one message of the browser; what goes wrong is said on the screen, for Jupyter hides it."""
        message: Mapping[str, object] = content if isinstance(content, dict) else {}
        view, sequence = message.get("view"), message.get("sequence")
        answer: dict[str, object] = {"view": view, "sequence": sequence}
        if message.get("kind") == "find":
            self.send({"kind": "found", **answer, **self._guarded(lambda: self._found(message))})
            return
        is_new = message.get("kind") == "ready"
        problem = self._guarded(self._refreshed if is_new else lambda: self._apply(view, sequence, message))
        chart = self._guarded(lambda: self._chart_to_send(always=is_new))
        status = self._guarded(lambda: {"status": status_values(self._session)})
        offered = {"choices": choices(), "can_find": self._find_codes is not None} if is_new else {}
        self.send({"kind": "screen", **answer, **offered, **status, **chart, **problem})

    def _apply(self, view: object, sequence: object, message: Mapping[str, object]) -> dict[str, object]:
        if not isinstance(view, str) or not isinstance(sequence, int):
            text = "The screen sent a message without its number."
            raise UsageError(text, hint="Run the cell again.")
        if sequence <= self._answered.get(view, 0):
            return {}
        self._answered[view] = sequence
        apply_gesture(self._session, message, recorded_at=self._clock())
        return {}

    def _refreshed(self) -> dict[str, object]:
        self._session.refresh()
        return {}

    def _chart_to_send(self, *, always: bool) -> dict[str, object]:
        """Return the session's chart if the browser does not have it yet."""
        encounter_id = self._session.encounter_id
        if self._chart is None or self._chart.encounter_id != encounter_id:
            self._chart = None
            chart = self._chart_source(encounter_id)
            if tuple(code.assigned for code in chart.codes) != self._session.assigned(encounter_id):
                text = "The codes of this chart are not those of the worklist."
                raise UsageError(text, hint="Data were loaded anew: run the notebook from the start.")
            self._chart = chart
            always = True
        return {"chart": chart_values(self._chart)} if always else {}

    def _found(self, message: Mapping[str, object]) -> dict[str, object]:
        code_system, text = message.get("code_system"), message.get("text")
        if self._find_codes is None or code_system not in CODE_SYSTEMS or not isinstance(text, str):
            return {"codes": []}
        on = None if self._chart is None else self._chart.discharge_date or self._chart.admit_date
        found = self._find_codes(str(code_system), text[:_LONGEST_SEARCH], on)
        return {"codes": [found_values(code) for code in found[:_FOUND_AT_MOST]]}

    def _guarded(self, work: Callable[[], dict[str, object]]) -> dict[str, object]:
        return guarded(work, screen="review screen")
