"""The practice desk: the review desk on cases with a key, of which each mode opens what it may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import ClassVar, Final

from auditlib.errors import UsageError
from auditlib.practice.attempt import CALIBRATION, PracticeSession
from auditlib.practice.case import CaseKey, PracticeCase
from auditlib.review import Chart
from auditlib.widgets.bundle import script, style
from auditlib.widgets.practice_desk.practice_values import practice_chart, practice_values, shows_key
from auditlib.widgets.review_desk.chart_requests import CodeFinder, NoteOnSearch
from auditlib.widgets.review_desk.review_card import ReviewCard

_REFUSED: Final = frozenset(
    {
        "record",
        "withdraw record",
        "unblind",
        "query",
        "answer query",
        "withdraw query",
        "document",
        "attach",
        "take back",
    }
)


class PracticeCard(ReviewCard):
    """The desk on the cases of an attempt.

    Parameters
    ----------
    session
        The learner's session.
    cases
        The cases as they are shown.
    keys
        The keys by case, for practice. In a test and in a calibration the desk keeps none: what it does
        not have, nobody can find in it.
    clock, find_codes, note_on_search, prepare_search
        As of `auditlib.widgets.review_desk.review_card.ReviewCard`.
    walk_case
        The case that is led through the eight steps, or None.
    """

    _esm = script("practice_desk")
    _css = style("practice_desk")
    screen_name: ClassVar[str] = "practice desk"

    def __init__(
        self,
        session: PracticeSession,
        cases: Mapping[str, PracticeCase],
        keys: Mapping[str, CaseKey],
        clock: Callable[[], datetime],
        *,
        find_codes: CodeFinder,
        note_on_search: NoteOnSearch | None = None,
        prepare_search: Callable[[], None] = lambda: None,
        walk_case: str | None = None,
    ) -> None:
        self._practice = session
        self._cases = dict(cases)
        self._keys = dict(keys) if shows_key(session.start) else {}
        self._walk_case = walk_case
        self._titles: dict[tuple[str, str, date], str | None] = {}
        self._opened_afterwards: frozenset[str] = frozenset()
        super().__init__(
            session,
            self._case_chart,
            clock,
            find_codes=find_codes,
            note_on_search=note_on_search,
            prepare_search=prepare_search,
        )

    def __repr__(self) -> str:
        progress, start = self._practice.progress, self._practice.start
        return (
            f"{start.mode.capitalize()} on '{start.pack_name}' by {start.learner!r}: "
            f"{progress.completed_chart_count} of {progress.chart_count} cases completed"
        )

    def _apply(self, message: Mapping[str, object]) -> dict[str, object]:
        kind = message.get("kind")
        if kind == "hand in":
            if not self._practice.is_handed_in:
                self._practice.hand_in(recorded_at=self._clock())
            return {}
        if kind in _REFUSED:
            text = "A practice case has no such step."
            raise UsageError(text)
        return super()._apply(message)

    def _case_chart(self, case_id: str) -> Chart:
        key = self._keys.get(case_id)
        is_open = key is not None and self._practice.is_completed(case_id)
        return practice_chart(
            self._cases[case_id],
            with_codes=self._practice.start.mode == CALIBRATION,
            afterwards=key.afterwards if key is not None and is_open else (),
        )

    def _chart_to_send(self, *, always: bool) -> dict[str, object]:
        case_id = self._practice.encounter_id
        if (
            case_id in self._keys
            and case_id not in self._opened_afterwards
            and self._practice.is_completed(case_id)
        ):
            # The claim and the payer's answer are documents of the case from now on.
            self._opened_afterwards |= {case_id}
            self._chart, always = None, True
        return super()._chart_to_send(always=always)

    def _status(self) -> dict[str, object]:
        status = super()._status()["status"]
        assert isinstance(status, dict)  # noqa: S101 - the review desk's own status
        case_id = self._practice.encounter_id
        case = self._cases[case_id]
        for added in status["added"]:
            code = added["corrected"]
            code["description"] = self._title(code["code_system"], code["code"], case.discharge_date)
        practice = practice_values(
            self._practice,
            case,
            self._keys.get(case_id),
            is_walk=case_id == self._walk_case and bool(self._keys),
            now=self._clock(),
        )
        return {"status": {**status, "practice": practice}}

    def _title(self, code_system: str, code: str, day: date) -> str | None:
        """Return the title of a code that was entered, where its code set is loaded."""
        place = (code_system, code, day)
        if place not in self._titles and self._find_codes is not None:
            found = self._find_codes(code_system, code, day)
            self._titles[place] = next((each.description for each in found if each.code == code), None)
        return self._titles.get(place)
