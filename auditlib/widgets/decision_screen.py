"""What the screens of decisions have alike: a chart, gestures that count once, code suggestions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import MappingProxyType
from typing import Final

from auditlib.errors import UsageError
from auditlib.review import Chart, StayVerdict, Verdict
from auditlib.review.stay_verdict import DRG, SYSTEM_OF_FACT
from auditlib.widgets.review_desk.chart_requests import (
    CodeFinder,
    GestureNumbers,
    NoteOnSearch,
    PageDrawer,
    matches_of,
    page_of,
)
from auditlib.widgets.review_desk.gestures import stay_verdict_of_message, verdict_of_message
from auditlib.widgets.review_desk.screen_values import chart_values, choices, stay_verdict_values
from auditlib.widgets.screen import Screen

_LONGEST_WORDS: Final = 4_000


class DecisionScreen(Screen):
    """A screen with a list of what is to be decided on a chart, and the chart itself.

    Parameters
    ----------
    clock
        Gives the time, with its zone.
    find_codes, note_on_search
        Suggest codes while one is typed, and say whether their system is loaded.
    draw_page
        Gives a page of a PDF or scan.
    own_kinds
        The workspace's own kinds of error, each with the standard kind that it belongs to.

    Notes
    -----
    A gesture of a view has a number that counts upwards; one that comes twice is applied once. A gesture that
    fails leaves everything as it was, and the answer says why.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        find_codes: CodeFinder,
        note_on_search: NoteOnSearch,
        draw_page: PageDrawer,
        own_kinds: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._clock = clock
        self._find_codes = find_codes
        self._note_on_search = note_on_search
        self._draw_page = draw_page
        self._own_kinds = own_kinds
        self._gestures = GestureNumbers()
        self._sent_chart: dict[str, Chart] = {}
        self._saved_at: datetime | None = None
        super().__init__()

    @property
    @abstractmethod
    def _chart(self) -> Chart | None:
        """The chart on the screen."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[None]:
        """Return what keeps the data open, so that many questions do not each open them."""

    @abstractmethod
    def _refresh(self) -> None:
        """Read anew what may have been loaded since."""

    @abstractmethod
    def _apply(self, message: Mapping[str, object]) -> dict[str, object]:
        """Do what a gesture asks for, and return what the answer says of it beside the status."""

    @abstractmethod
    def _status(self) -> dict[str, object]:
        """Return what the screen shows, without the chart."""

    def _answer(self, message: Mapping[str, object]) -> dict[str, object]:
        if message.get("kind") == "find":
            return {"kind": "matches", **self._guarded(lambda: self._matches(message))}
        if message.get("kind") == "page":
            named = {name: message.get(name) for name in ("document_number", "page_number")}
            return {
                "kind": "page",
                **named,
                **self._guarded(lambda: page_of(message, self._chart, self._draw_page)),
            }
        is_new = message.get("kind") == "ready"
        if is_new:
            self._refresh()
        outcome = {} if is_new else self._guarded(lambda: self._apply_once(message))
        status = self._guarded(lambda: {"status": self._whole_status()})
        chart = self._guarded(lambda: self._chart_to_send(message, always=is_new))
        offered = {"choices": choices(self._own_kinds), "can_find": True} if is_new else {}
        return {"kind": "screen", **offered, **status, **chart, **outcome}

    def _apply_once(self, message: Mapping[str, object]) -> dict[str, object]:
        if not self._gestures.is_new(message):
            return {}
        with self._reading():
            return self._apply(message)

    def _whole_status(self) -> dict[str, object]:
        saved = None if self._saved_at is None else f"{self._saved_at:%H:%M:%S}"
        with self._reading():
            return {**self._status(), "saved_at": saved}

    def _saved(self) -> datetime:
        """Return the time of a decision that is being recorded, which the screen then shows as saved."""
        self._saved_at = self._clock()
        return self._saved_at

    def _chart_to_send(self, message: Mapping[str, object], *, always: bool) -> dict[str, object]:
        """Return the chart if this view does not have it as it is now."""
        chart, view = self._chart, str(message.get("view"))
        if chart is None:
            self._sent_chart.pop(view, None)
            return {"chart": None}
        if not always and self._sent_chart.get(view) is chart:
            return {}
        self._sent_chart[view] = chart
        return {"chart": chart_values(chart, has_pages=True)}

    def _matches(self, message: Mapping[str, object]) -> dict[str, object]:
        return matches_of(message, self._chart, self._find_codes, self._note_on_search)

    def _verdict_of(self, chart: Chart, values: Mapping[str, object]) -> Verdict | StayVerdict:
        """Return the verdict of a form, on a code or on a fact of the stay."""
        if values.get("kind") == "stay":
            billed = billed_value(chart, str(values.get("fact")))
            return stay_verdict_of_message(chart.encounter_id, billed, values, self._texts)
        codes = tuple(code.assigned for code in chart.codes)
        return verdict_of_message(chart.encounter_id, codes, values, self._texts)

    def _texts(self, encounter_id: str) -> dict[int, str]:
        """Return the text of each document of the chart on the screen, by number."""
        chart = self._chart
        if chart is None or chart.encounter_id != encounter_id:
            return {}
        return {document.document_number: document.text for document in chart.documents}


def billed_value(chart: Chart, fact: str) -> str | None:
    """Return the DRG or the discharge status of a stay as billed."""
    return chart.billed_drg_code if fact == DRG else chart.discharge_status_code


def fact_values(
    chart: Chart, fact: str, verdict: StayVerdict | None, texts: Mapping[int, str]
) -> dict[str, object]:
    """Return a fact of a stay as its form shows it."""
    return {
        "fact": fact,
        "code_system": SYSTEM_OF_FACT[fact],
        "billed": billed_value(chart, fact),
        "verdict": stay_verdict_values(verdict, texts),
    }


def words_of(message: Mapping[str, object], name: str) -> str:
    """Return a line of text that a screen sent; empty where it sent none.

    Raises
    ------
    UsageError
        If it is too long.
    """
    words = message.get(name)
    text = words.strip() if isinstance(words, str) else ""
    if len(text) > _LONGEST_WORDS:
        message_text = f"The {name.replace('_', ' ')} is longer than {_LONGEST_WORDS:,} characters."
        raise UsageError(message_text, hint="Shorten it.")
    return text


def visit_words(chart: Chart, first: str) -> str:
    """Return the line below a screen's title: what visit it is."""
    age = None if chart.age is None else f"{chart.age} y"
    return " · ".join(part for part in (first, age, chart.sex) if part)


def chart_beside(open_counts: Mapping[str, int], encounter_id: str | None, where: str) -> str | None:
    """Return the chart that a key leads to: the next, the previous, or the next with something to decide.

    Parameters
    ----------
    open_counts
        What is to be decided in each chart, in the order of the list.
    encounter_id
        The chart on the screen.
    where
        next, previous, or next open, which goes round again.
    """
    names = list(open_counts)
    if not names:
        return encounter_id
    place = names.index(encounter_id) if encounter_id is not None and encounter_id in names else 0
    if where == "next open":
        turned = [*names[place + 1 :], *names[: place + 1]]
        return next((name for name in turned if open_counts[name]), encounter_id)
    step = 1 if where == "next" else -1
    return names[min(max(place + step, 0), len(names) - 1)]


def chart_named(text: str, names: Sequence[str]) -> str:
    """Return the chart of an account, or of its number in the list.

    Raises
    ------
    UsageError
        If the list has none such.
    """
    if text in names:
        return text
    if text.isdecimal() and 0 < int(text) <= len(names):
        return names[int(text) - 1]
    message = f"'{text}' is no chart of this list."
    raise UsageError(message, hint=f"Type an account, or a number from 1 to {len(names):,}.")
