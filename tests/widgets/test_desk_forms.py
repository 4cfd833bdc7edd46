"""The forms of the desk without a browser: level of a visit, query to the provider, a dropped file."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review.query_checklist import OTHER, UNDETERMINED
from auditlib.widgets import ReviewCard
from auditlib.widgets.review_desk.dropped_files import DroppedFiles
from auditlib.widgets.review_desk.screen_values import chart_values
from tests.widgets.conftest import Browser
from tests.widgets.example_charts import CHARTS, open_card, open_session

VISIT = {"service_date": "2025-03-04", "problems": "low", "data": "low", "risk": "moderate", "minutes": None}
QUERY = {
    "question": "Which stage was treated?",
    "indicators": ["eGFR 48"],
    "options": ["stage 3a", "stage 3b"],
    "provider": "Dr Lee",
}


def test_ticks_are_kept_with_agreement_and_with_what_the_verdict_becomes(
    browser: Browser, ledger: Ledger
) -> None:
    codes = browser.ready()["chart"]["codes"]
    assert [code["visit_rule"] is not None for code in codes] == [False, False, False, True]
    answer = browser.press("visit", code_number=4, visit=VISIT)
    verdict = answer["status"]["verdicts"]["4"]
    assert (verdict["action"], verdict["visit"]) == ("agree", VISIT)
    assert "The record supports 99213 by low decision making" in verdict["visit_sentence"]
    corrected = {"code_system": "CPT", "code": "99213", "code_role": "procedure", "modifiers": ["25"]}
    answer = browser.press(
        "decide",
        action="change",
        code_number=4,
        corrected=corrected,
        error_kind="wrong code",
        cause="coder rule",
    )
    assert answer["status"]["verdicts"]["4"]["visit"] == VISIT
    answer = browser.press("visit", code_number=4, visit={**VISIT, "minutes": 35})
    verdict = answer["status"]["verdicts"]["4"]
    assert (verdict["action"], verdict["visit"]["minutes"]) == ("change", 35)
    assert [event.payload.get("action") for event in ledger.events()] == [None, "agree", "change", "change"]


@pytest.mark.parametrize(
    ("number", "visit"),
    [(1, VISIT), (4, None), (4, {**VISIT, "problems": "severe"}), (9, VISIT), ("x", VISIT)],
)
def test_ticks_that_do_not_fit_are_refused(
    browser: Browser, ledger: Ledger, number: object, visit: object
) -> None:
    browser.ready()
    assert "error" in browser.press("visit", code_number=number, visit=visit)
    assert len(ledger.events()) == 1


def test_a_query_is_checked_sent_answered_and_shown(browser: Browser, ledger: Ledger) -> None:
    browser.ready()
    refused = browser.press("query", **{**QUERY, "options": ["stage 3a"]})
    assert "Only one choice" in refused["error"]["message"]
    sent = browser.press("query", **QUERY)
    query = sent["status"]["queries"][0]
    assert (query["query_id"], query["is_open"]) == ("Q1", True)
    assert query["options"] == ["stage 3a", "stage 3b", OTHER, UNDETERMINED]
    assert sent["queue_changes"] == [["A0001", "waiting", "query open"]]
    assert "error" in browser.press("answer query", query_id="Q1", answer="stage 4", words=None)
    answered = browser.press("answer query", query_id="Q1", answer="stage 3a", words=None)
    assert answered["status"]["queries"][0]["state"] == "answered"
    assert answered["queue_changes"] == [["A0001", "to do", "to do"]]
    browser.press("query", **{**QUERY, "options": []})
    withdrawn = browser.press("withdraw query", query_id="Q2", reason="Found.")
    assert [query["state"] for query in withdrawn["status"]["queries"]] == ["answered", "withdrawn"]
    kinds = [event.kind for event in ledger.events()]
    assert kinds == ["chart opened", "query sent", "query answered", "query sent", "query withdrawn"]


def test_requirements_of_a_document_are_kept_and_taken_back(browser: Browser, ledger: Ledger) -> None:
    ready = browser.ready()
    assert ready["choices"]["requirement_states"] == ["met", "missing"]
    states = {"signature": "missing", "date of service": "met"}
    said = browser.press("document", document_number=1, states=states)
    assert said["status"]["documents"] == {"1": states}
    assert "error" in browser.press("document", document_number=1, states={"ink": "met"})
    assert browser.press("document", document_number=1, states={})["status"]["documents"] == {}
    assert [event.kind for event in ledger.events()] == ["chart opened", "document stated", "document stated"]


def test_a_chart_is_completed_with_an_open_query_only_when_that_is_said(
    browser: Browser, ledger: Ledger
) -> None:
    browser.ready()
    for number in (1, 2, 3, 4):
        browser.press("decide", action="agree", code_number=number)
    browser.press("query", **QUERY)
    refused = browser.press("complete", seconds=4)
    assert refused["error"]["message"] == "Query Q1 is open to the provider: the chart is not completed."
    assert "error" in browser.press("complete", with_open_query="yes")
    done = browser.press("complete", seconds=4, with_open_query=True)
    assert ["A0001", "waiting", "completed with an open query"] in done["queue_changes"]
    counts = [done["status"][f"completed_{what}_count"] for what in ("chart", "with_open_query")]
    assert counts == [1, 1]
    completed = next(event for event in ledger.events() if event.kind == "chart completed")
    assert completed.payload == {"seconds": 4.0, "open_queries": ["Q1"]}
    answered = browser.press("answer query", query_id="Q1", answer="stage 3a", encounter_id="A0001")
    assert ["A0001", "done", "agreed"] in answered["queue_changes"]
    assert answered["status"]["completed_with_open_query_count"] == 0


def test_a_stay_is_judged_by_its_form_and_a_proposal_is_made_of_the_codes_as_audited(
    browser: Browser, ledger: Ledger
) -> None:
    assert browser.ready()["status"]["stay"] == []
    assert "error" in browser.press("stay", fact="DRG", corrected="193", cause="coder rule")
    opened = browser.press("next", seconds=1)
    facts = [(one["fact"], one["billed"], one["verdict"]) for one in opened["status"]["stay"]]
    assert facts == [("discharge status", "01", None), ("DRG", "194", None)]
    assert (opened["chart"]["paid_drg"], opened["queue_changes"]) == ("195", [["A0002", "to do", "to do"]])
    assert browser.send(kind="find", code_system="MS-DRG", text="193")["codes"][0]["code"] == "193"
    # By one code; then by two.
    group = {"kind": "group", "encounter_id": "A0002", "drg": "193", "grouper": "drgpy 0.2.1 v43"}
    assert browser.send(kind="group", view="view-1", encounter_id="A0002").items() >= group.items()
    corrected = {"code_system": "ICD-10-CM", "code": "J9601", "code_role": "secondary", "modifiers": []}
    browser.press("decide", action="add", corrected=corrected, error_kind="missed code", cause="coder rule")
    assert browser.send(kind="group", view="view-1", encounter_id="A0002")["drg"] == "194"
    agreed = browser.press("stay", fact="discharge status", corrected="1", cause="coder rule")
    assert agreed["status"]["stay"][0]["verdict"]["action"] == "agree"
    text = CHARTS["A0002"].documents[0].text
    start = text.index("Pneumonia")
    said = {"cause": "coder rule", "comment": "MCC is documented.", "payment_difference": "-1200"}
    passage = {"document_number": 1, "start": start, "end": start + 9}
    for value in ("19", "1934", "x", "000"):
        refused = browser.press("stay", fact="DRG", corrected=value, **{**said, "cause": None})
        assert "error" in refused, value
    changed = browser.press("stay", fact="DRG", corrected="193", **said, evidence=passage)
    verdict = changed["status"]["stay"][1]["verdict"]
    assert (verdict["action"], verdict["corrected"], verdict["payment_difference"]) == (
        "change",
        "193",
        "-1200.00",
    )
    assert verdict["evidence"]["sentence"] == "Pneumonia"
    browser.press("decide", action="agree", code_number=1)
    done = browser.press("complete", seconds=4)
    assert ["A0002", "done", "2 changed"] in done["queue_changes"]
    kinds = [event.kind for event in ledger.events() if event.kind.startswith("stay")]
    assert kinds == ["stay judged", "stay judged"]


def test_verdicts_on_a_stay_are_there_after_reopening_until_they_are_taken_back(
    browser: Browser, open_browser: Callable[..., Browser], ledger_path: Path
) -> None:
    browser.ready()
    browser.press("next", seconds=1)
    browser.press("stay", fact="DRG", corrected="193", cause="coder rule")
    again = open_browser(open_card(ledger_path))
    assert again.ready()["status"]["stay"][1]["verdict"]["corrected"] == "193"
    taken = again.press("withdraw stay", fact="DRG")
    assert taken["status"]["stay"][1]["verdict"] is None
    assert "no such verdict" in again.press("withdraw stay", fact="DRG")["error"]["message"]
    again.press("record", status="missing", place=None)
    assert "record is missing" in again.press("stay", fact="DRG", corrected="194")["error"]["message"]


class Kept:
    """Attachments that are kept in memory."""

    def __init__(self, most_bytes: int = 1 << 20) -> None:
        self.most_bytes = most_bytes
        self.files: list[tuple[str, str, bytes]] = []
        self.taken_back: list[tuple[str, int, str]] = []

    def attach(self, encounter_id: str, name: str, data: bytes) -> None:
        if name.endswith(".exe"):
            message = "A file with this ending cannot be attached."
            raise UsageError(message)
        self.files.append((encounter_id, name, data))

    def take_back(self, encounter_id: str, document_number: int, reason: str) -> None:
        if not reason:
            message = "The reason is missing."
            raise UsageError(message)
        self.taken_back.append((encounter_id, document_number, reason))

    def numbers(self, encounter_id: str) -> frozenset[int]:
        return frozenset({2} if encounter_id == "A0001" else ())


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def dropping(kept: Kept, browser: Browser) -> Browser:
    browser.card._attachments = kept
    browser.card._dropped = DroppedFiles(kept)
    browser.ready()
    return browser


def part(data: bytes, number: int = 0, count: int = 1, name: str = "scan.pdf") -> dict[str, object]:
    return {"name": name, "part": number, "part_count": count, "data": base64.b64encode(data).decode()}


def test_a_dropped_file_comes_in_parts_and_the_chart_is_sent_anew(dropping: Browser, kept: Kept) -> None:
    first = dropping.press("attach", **part(b"one ", 0, 2))
    assert "chart" not in first
    assert kept.files == []
    last = dropping.press("attach", **part(b"two", 1, 2))
    assert kept.files == [("A0001", "scan.pdf", b"one two")]
    assert last["chart"]["encounter_id"] == "A0001"


@pytest.mark.parametrize(
    "message",
    [
        part(b"late", 1, 2),
        part(b"x" * (1 << 20) + b"x"),
        part(b"x", name="run.exe"),
        {**part(b"x"), "encounter_id": "none"},
        {**part(b"x"), "data": 7},
        {**part(b"x"), "data": "not base64!"},
        {**part(b"x"), "part": "0"},
    ],
)
def test_what_cannot_be_attached_is_said(dropping: Browser, kept: Kept, message: dict[str, object]) -> None:
    assert "error" in dropping.press("attach", **message)
    assert kept.files == []


def test_only_an_attached_document_can_be_taken_back_and_with_a_reason(dropping: Browser, kept: Kept) -> None:
    documents = dropping.ready()["chart"]["documents"]
    assert [document["is_attached"] for document in documents] == [False, True, False]
    for refused in ({}, {"document_number": "2", "reason": "x"}, {"document_number": 2}):
        assert "error" in dropping.press("take back", **refused)
    answer = dropping.press("take back", document_number=2, reason="Of another patient.")
    assert kept.taken_back == [("A0001", 2, "Of another patient.")]
    assert answer["chart"]["encounter_id"] == "A0001"


def test_a_desk_without_attachments_takes_none(browser: Browser) -> None:
    assert browser.ready()["choices"]["most_attachment_bytes"] == 0
    assert "error" in browser.press("attach", **part(b"x"))


def test_the_desk_says_how_large_a_file_may_be(ledger_path: Path) -> None:
    card = ReviewCard(
        open_session(ledger_path),
        CHARTS.__getitem__,
        lambda: datetime(2026, 1, 2, tzinfo=UTC),
        attachments=Kept(5),
    )
    assert card._offered()["choices"]["most_attachment_bytes"] == 5


def test_a_chart_says_its_day_for_the_rules_of_visits() -> None:
    values = chart_values(CHARTS["A0001"])
    day = CHARTS["A0001"].discharge_date or CHARTS["A0001"].admit_date
    assert values["service_day"] == (day and day.isoformat())
