"""What screens of charts are asked beside decisions: pages, codes that match; and which gesture is new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from auditlib.codes.systems import DISCHARGE_STATUS, MS_DRG
from auditlib.errors import UsageError
from auditlib.review import (
    CODE_SYSTEMS,
    AssignedCode,
    Chart,
    CorrectedCode,
    FoundCode,
    PageImage,
    ReviewSession,
)
from auditlib.review.stay_verdict import DRG
from auditlib.widgets.review_desk.screen_values import match_values, page_values

_LONGEST_SEARCH: Final = 100
_MOST_MATCHES: Final = 8

PageDrawer = Callable[[str, int, int], PageImage]
CodeFinder = Callable[[str, str, date | None], Sequence[FoundCode]]
NoteOnSearch = Callable[[str, str, date | None], str]
StayGrouper = Callable[[Chart, Sequence[AssignedCode | CorrectedCode], str | None], tuple[str, str] | None]
"""Gives the DRG of a chart's codes as audited, by the right discharge status, and the grouper's name."""
_SEARCHED: Final = (*CODE_SYSTEMS, DISCHARGE_STATUS, MS_DRG)
# A group of codes shows what checks find and what a program would code.
_HIDES_GROUP: Final = frozenset({"codes", "findings", "suggestions"})


class GestureNumbers:
    """The gestures of each view of a screen, which count upwards: one that comes twice is applied once."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def is_new(self, message: Mapping[str, object]) -> bool:
        """Return whether a gesture has not been applied yet; from now on it has.

        Raises
        ------
        UsageError
            If it has no number.
        """
        view, sequence = message.get("view"), message.get("sequence")
        if not isinstance(view, str) or not isinstance(sequence, int):
            text = "The screen sent a message without its number."
            raise UsageError(text, hint="Run the cell again.")
        if sequence <= self._last.get(view, 0):
            return False
        self._last[view] = sequence
        return True


def page_of(
    message: Mapping[str, object], chart: Chart | None, draw_page: PageDrawer | None
) -> dict[str, object]:
    """Return the page that a message names of a document of the chart on the screen.

    Raises
    ------
    UsageError
        If the chart has no such page, or none can be drawn.
    """
    numbers = message.get("document_number"), message.get("page_number")
    documents = () if chart is None else chart.documents
    document = next((one for one in documents if one.document_number == numbers[0]), None)
    pages = () if document is None else document.pages
    page = next((one for one in pages if one.page_number == numbers[1]), None)
    if draw_page is None or chart is None or document is None or page is None:
        text = "The screen named a page that this chart does not have."
        raise UsageError(text, hint="Run the cell again.")
    image = draw_page(chart.encounter_id, document.document_number, page.page_number)
    return page_values(chart.encounter_id, image, document.text)


def matches_of(
    message: Mapping[str, object],
    chart: Chart | None,
    find_codes: CodeFinder | None,
    note_on_search: NoteOnSearch | None,
    mention_of: Callable[[FoundCode], str | None] = lambda _: None,
) -> dict[str, object]:
    """Return the codes that match what was typed, on the day of the chart, with what `mention_of` says."""
    code_system, text = message.get("code_system"), message.get("text")
    if find_codes is None or code_system not in _SEARCHED or not isinstance(text, str):
        return {"codes": []}
    service_date = None if chart is None else chart.discharge_date or chart.admit_date
    request = (str(code_system), text[:_LONGEST_SEARCH], service_date)
    shown = find_codes(*request)[:_MOST_MATCHES]
    note = "" if note_on_search is None else note_on_search(*request)
    return {"codes": [match_values(code, mention_of(code)) for code in shown], "note": note}


def group_of(
    message: Mapping[str, object], chart: Chart | None, session: ReviewSession, find_group: StayGrouper | None
) -> dict[str, object]:
    """Return the DRG that the codes give as this reviewer leaves them; nothing where none can be said."""
    named = {"encounter_id": message.get("encounter_id")}
    if find_group is None or chart is None or chart.encounter_id != named["encounter_id"]:
        return named
    if DRG not in session.stay(chart.encounter_id) or _HIDES_GROUP & set(chart.hidden_fields):
        return named
    judged = session.stay_verdict(chart.encounter_id, DISCHARGE_STATUS)
    status = chart.discharge_status_code if judged is None or judged.corrected is None else judged.corrected
    found = find_group(chart, session.codes_as_audited(chart.encounter_id), status)
    return named if found is None else {**named, "drg": found[0], "grouper": found[1]}
