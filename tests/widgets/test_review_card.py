"""The card without a browser: messages in, events in the ledger, the screen out."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from auditlib.errors import StoreLockedError
from auditlib.ledger import Event, Ledger
from auditlib.review import Chart, ReviewSession
from auditlib.widgets import ReviewCard
from auditlib.widgets.bundle import script
from auditlib.widgets.review_desk.screen_values import page_values
from tests.widgets.conftest import Browser
from tests.widgets.example_charts import CHARTS, HOSTILE, NOTE, open_bare_card, open_session
from tests.widgets.example_scans import SENTENCE, draw, open_scans_card, scans_chart

CHANGE = {
    "action": "change",
    "code_number": 1,
    "corrected": {
        "code_system": "ICD-10-CM",
        "code": "e11.22",
        "code_role": "principal",
        "poa_indicator": "Y",
    },
    "error_kind": "not specific",
    "cause": "coder oversight",
    "comment": "kidney disease in the plan",
}
ADD = {
    "action": "add",
    "corrected": {"code_system": "ICD-10-CM", "code": "N18.31", "code_role": "secondary"},
    "error_kind": "missed code",
    "cause": "coder oversight",
}


def test_a_screen_that_is_ready_gets_the_chart_and_where_the_session_stands(browser: Browser) -> None:
    answer = browser.ready()
    assert answer["kind"] == "screen"
    assert answer["choices"]["error_kinds"]["add"] == ["missed code"]
    assert answer["can_find"] is True
    assert [document["title"] for document in answer["chart"]["documents"]] == [
        "Office visit",
        "Metabolic panel and A1c",
        "Nursing record",
    ]
    assert dict(answer["chart"]["header"])["Patient"] == "4f1c22ab90de7731, 64 y, F"
    assert dict(answer["chart"]["header"])["Charge"] == "$1,234.50"
    assert answer["chart"]["codes"][0]["shown"] == "E11.9"
    assert answer["chart"]["codes"][3]["unit_count"] == "1"
    assert answer["chart"]["codes"][0]["poa_meaning"] == "present on admission"
    assert answer["chart"]["codes"][3]["poa_meaning"] is None
    assert answer["choices"]["poa_indicators"][0] == ["Y", "Y: present on admission"]
    finding = answer["chart"]["codes"][1]["findings"][0]
    assert (finding["severity"], finding["severity_words"]) == ("F", "fatal")
    assert finding["severity_meaning"] == "A claim with this error would be returned"
    assert [fact.partition(":")[0] for fact in finding["facts"]] == ["Accepted", "Fix", "Authority"]
    assert finding["facts"][0] == "Accepted: until Dec 31, 2026, because The payer takes both in 2026."
    assert answer["status"] == {
        "encounter_id": "A0001",
        "chart_number": 1,
        "chart_count": 3,
        "completed_chart_count": 0,
        "completed_with_open_query_count": 0,
        "code_count": 5,
        "decided_code_count": 0,
        "is_completed": False,
        "first_undecided": 1,
        "to_decide_count": 4,
        "seconds": 0.0,
        "needs_record_statement": False,
        "record": None,
        "documents": {},
        "stay": [],
        "verdicts": {"1": None, "2": None, "3": None, "4": None},
        "added": [],
        "queries": [],
    }
    json.dumps(answer)


def test_highlights_stand_where_a_browser_counts_them(browser: Browser) -> None:
    """A browser counts in UTF-16; the syringe in the note takes two of its units."""
    codes = browser.ready()["chart"]["codes"]
    units = NOTE.encode("utf-16-le")
    shown = [
        units[2 * mark["start"] : 2 * mark["end"]].decode("utf-16-le")
        for code in codes
        for mark in code["highlights"]
        if mark["document_number"] == 1
    ]
    assert shown == [
        "HISTORY: 64-year-old woman with type 2 diabetes for eleven years.",
        "Type 2 diabetes mellitus with diabetic chronic kidney disease, stage 3a.",
        "Essential hypertension, not at goal.",
        "No heart failure.",
    ]
    assert [mark["negated"] for mark in codes[2]["highlights"]] == [True]


def test_every_gesture_is_one_event_before_it_is_answered(browser: Browser, ledger: Ledger) -> None:
    browser.ready()
    browser.press("decide", **CHANGE)
    browser.press("decide", action="agree", code_number=2)
    browser.press("decide", **ADD)
    browser.press("withdraw", code_number=2)
    browser.press("withdraw", corrected=ADD["corrected"])
    answer = browser.press(
        "decide", action="delete", code_number=2, error_kind="unsupported code", cause="coder rule"
    )
    assert "error" not in answer
    assert answer["status"]["verdicts"]["1"]["corrected"]["shown"] == "E11.22"
    assert answer["status"]["verdicts"]["2"]["action"] == "delete"
    assert answer["status"]["added"] == []
    assert "chart" not in answer
    assert [(event.kind, event.payload.get("action")) for event in ledger.events()] == [
        ("chart opened", None),
        ("verdict", "change"),
        ("verdict", "agree"),
        ("verdict", "add"),
        ("verdict withdrawn", "agree"),
        ("verdict withdrawn", "add"),
        ("verdict", "delete"),
    ]


def knee(*modifiers: str, units: str | None = None) -> dict[str, Any]:
    """Return how the screen says that the injection of a knee was missed."""
    joint = {"code_system": "CPT", "code": "20610", "code_role": "procedure", "unit_count": units}
    return {**ADD, "corrected": {**joint, "modifiers": list(modifiers)}}


def rows_added(answer: dict[str, Any]) -> list[str]:
    return [added["row_key"] for added in answer["status"]["added"]]


def test_a_code_missed_on_both_sides_has_two_rows_and_each_is_changed_and_taken_back_apart(
    browser: Browser, ledger: Ledger
) -> None:
    browser.ready()
    browser.press("decide", **knee("RT"))
    answer = browser.press("decide", **knee("lt"))
    assert rows_added(answer) == ["+CPT/20610/RT", "+CPT/20610/LT"]
    # The same again replaces: two units instead of one.
    answer = browser.press("decide", **knee("LT", units="2"))
    assert [(each["row_key"], each["corrected"]["unit_count"]) for each in answer["status"]["added"]] == [
        ("+CPT/20610/RT", None),
        ("+CPT/20610/LT", "2"),
    ]
    answer = browser.press("decide", **knee("RT", "59"), replaces=knee("RT")["corrected"])
    assert rows_added(answer) == ["+CPT/20610/59/RT", "+CPT/20610/LT"]
    refused = browser.press("decide", **knee("LT"), replaces=knee("59", "RT")["corrected"])
    assert "already added" in refused["error"]["message"]
    gone = browser.press("decide", **knee("50"), replaces=knee("RT")["corrected"])
    assert "no such added code" in gone["error"]["message"]
    assert "no verdict" in browser.press("withdraw", corrected=knee()["corrected"])["error"]["message"]
    assert rows_added(gone) == ["+CPT/20610/59/RT", "+CPT/20610/LT"]
    answer = browser.press("withdraw", corrected=knee("LT")["corrected"])
    assert rows_added(answer) == ["+CPT/20610/59/RT"]
    # A screen that opens anew knows the same from the ledger.
    assert rows_added(browser.ready()) == ["+CPT/20610/59/RT"]
    assert [event.kind for event in ledger.events()][-1] == "verdict withdrawn"


def test_completing_sends_the_next_chart(browser: Browser, session: ReviewSession) -> None:
    browser.ready()
    for number in (1, 2, 3, 4):
        browser.press("decide", action="agree", code_number=number)
    answer = browser.press("complete")
    assert (answer["chart"]["encounter_id"], answer["status"]["chart_number"]) == ("A0002", 2)
    back = browser.press("previous")
    assert (back["chart"]["encounter_id"], back["status"]["is_completed"]) == ("A0001", True)
    assert browser.press("reopen")["status"]["is_completed"] is False
    assert browser.press("next")["status"]["encounter_id"] == "A0002"
    assert session.encounter_id == "A0002"


def test_a_verdict_goes_to_the_chart_that_was_on_the_screen_when_the_key_was_pressed(
    browser: Browser, session: ReviewSession
) -> None:
    browser.ready()
    browser.press("next")
    answer = browser.press("decide", encounter_id="A0001", action="agree", code_number=2)
    assert "error" not in answer
    assert session.current_verdict("A0001", 2) is not None
    assert session.undecided("A0002") == (1,)


def test_a_move_asked_for_on_a_chart_that_is_left_moves_nothing(
    browser: Browser, session: ReviewSession
) -> None:
    browser.ready()
    browser.press("next", encounter_id="A0001")
    answer = browser.press("next", encounter_id="A0001")
    assert "chart before" in answer["error"]["message"]
    assert session.encounter_id == "A0002"


def test_a_message_that_comes_twice_counts_once(browser: Browser, ledger: Ledger) -> None:
    browser.ready()
    message = {"kind": "next", "view": "view-9", "sequence": 1, "encounter_id": "A0001"}
    browser.send(**message)
    before = ledger.verify()
    answer = browser.send(**message)
    assert "error" not in answer
    assert ledger.verify() == before


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"kind": "decide", "action": "agree", "code_number": 9}, "no code"),
        ({"kind": "decide", "action": "agree", "code_number": True}, "no code"),
        ({"kind": "decide", "action": "agree", "code_number": "1"}, "no code"),
        ({"kind": "decide", "action": "obliterate", "code_number": 1}, "action is not a known one"),
        ({"kind": "decide", "action": "agree"}, "code_number is needed"),
        (
            {"kind": "decide", "action": "delete", "code_number": 1, "error_kind": "wrong code"},
            "cause is needed",
        ),
        (
            {"kind": "decide", "action": "agree", "code_number": 1, "comment": 7},
            "comment of a verdict is text",
        ),
        ({"kind": "decide", **CHANGE, "corrected": {"code": "E1122"}}, "code system is not a known one"),
        ({"kind": "decide", **CHANGE, "corrected": "E1122"}, "cannot be read"),
        ({"kind": "complete"}, "codes 1, 2, 3, 4 undecided"),
        ({"kind": "reopen"}, "nothing to reopen"),
        ({"kind": "previous"}, "first chart"),
        ({"kind": "withdraw", "code_number": 1}, "no verdict on this code"),
        ({"kind": "withdraw", "corrected": ADD["corrected"]}, "no verdict on this code"),
        ({"kind": "drop table event"}, "not known"),
        ({"kind": "next", "encounter_id": "../../etc/passwd"}, "not in the worklist"),
        ({"kind": "next", "encounter_id": None}, "not in the worklist"),
        ({"kind": "next", "sequence": "1"}, "without its number"),
        ({"kind": "next", "view": None}, "without its number"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_and_recorded_nowhere(
    browser: Browser, ledger: Ledger, message: dict[str, object], said: str
) -> None:
    browser.ready()
    before = ledger.verify()
    answer = browser.press(**message)
    assert said in answer["error"]["message"]
    assert answer["status"]["decided_code_count"] == 0
    assert ledger.verify() == before


@pytest.mark.parametrize("content", [None, 7, [], {}, {"kind": None}])
def test_whatever_a_browser_sends_is_answered(browser: Browser, content: object) -> None:
    browser.card._handle_msg({"buffers": [], "content": {"data": {"method": "custom", "content": content}}})


def test_a_ledger_that_is_locked_shows_under_the_screen(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, session: ReviewSession
) -> None:
    browser.ready()

    def refuse(**_: object) -> Event:
        message = "The ledger is in use by another process, which did not let go in time."
        raise StoreLockedError(message, hint="Nothing was recorded.")

    monkeypatch.setattr(session._ledger, "append", refuse)
    answer = browser.press("decide", action="agree", code_number=1)
    assert answer["error"] == {
        "message": "The ledger is in use by another process, which did not let go in time.",
        "hint": "Nothing was recorded.",
    }
    assert answer["status"]["verdicts"]["1"] is None


def test_a_defect_is_shown_without_the_words_of_the_exception(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, session: ReviewSession
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(NOTE)

    monkeypatch.setattr(session, "decide", fail)
    answer = browser.press("decide", action="agree", code_number=1)
    assert "ValueError in test_review_card.py" in answer["error"]["message"]
    assert "diabetes" not in json.dumps(answer["error"])


def test_a_chart_that_cannot_be_had_is_said_and_left_again(
    ledger_path: Path, open_browser: Callable[..., Browser]
) -> None:
    def charts(encounter_id: str) -> Chart:
        if encounter_id == "A0002":
            return CHARTS["A0001"]
        return CHARTS[encounter_id]

    card = ReviewCard(open_session(ledger_path), charts, lambda: datetime(2026, 11, 2, tzinfo=UTC))
    browser = open_browser(card)
    browser.ready()
    answer = browser.press("next")
    assert "not those of the worklist" in answer["error"]["message"]
    assert answer["status"]["encounter_id"] == "A0002"
    assert "chart" not in answer
    assert browser.press("next")["chart"]["encounter_id"] == "A0003"


def test_codes_are_found_while_one_types(browser: Browser) -> None:
    browser.ready()
    found = browser.send(kind="find", view="view-1", sequence=1, code_system="ICD-10-CM", text="e11.2")
    assert [code["shown"] for code in found["codes"]] == ["E11.22", "E11.21"]
    for bad in ({"code_system": "SNOMED", "text": "e11"}, {"code_system": "ICD-10-CM", "text": 3}, {}):
        assert browser.send(kind="find", view="view-1", sequence=2, **bad)["codes"] == []


def test_a_code_system_that_is_not_loaded_is_named_while_one_types(browser: Browser) -> None:
    browser.ready()
    request = {"kind": "find", "view": "view-1", "sequence": 1}
    missing = browser.send(**request, code_system="CPT", text="office visit")
    assert (missing["codes"], missing["note"]) == ([], "CPT titles are not loaded.")
    assert browser.send(**request, code_system="ICD-10-CM", text="e11.2")["note"] == ""


def test_a_screen_opened_again_shows_what_another_process_recorded(
    open_browser: Callable[..., Browser],
) -> None:
    here, there = open_browser(), open_browser()
    there.press("decide", action="agree", code_number=1)
    assert here.ready()["status"]["verdicts"]["1"]["action"] == "agree"


def test_a_card_made_again_resumes_at_the_same_chart_and_code(open_browser: Callable[..., Browser]) -> None:
    first = open_browser()
    first.press("next")
    first.press("previous")
    first.press("decide", action="agree", code_number=1)
    status = open_browser().ready()["status"]
    assert (status["encounter_id"], status["first_undecided"]) == ("A0001", 2)


def test_the_output_of_a_cell_is_counts_and_stays_the_same(browser: Browser) -> None:
    browser.ready()
    bundle, _ = browser.card._repr_mimebundle_()
    words = "Review of audit 'october' by 'Ada': 0 of 3 charts completed, 0 of 5 codes decided"
    assert bundle["text/plain"] == words == repr(browser.card)
    assert bundle["text/html"] == f"<p>{words.replace(chr(39), '&#x27;')}</p>"


def test_no_chart_text_is_in_the_state_that_a_notebook_may_save(browser: Browser) -> None:
    browser.ready()
    browser.press("next")
    state = json.dumps({name: str(value) for name, value in browser.card.get_state().items()})
    assert "Pneumonia" not in state
    assert "diabetes" not in state


def test_hostile_text_travels_as_text(browser: Browser) -> None:
    browser.ready()
    chart = browser.press("next")["chart"]
    assert chart["documents"][0]["text"].startswith(HOSTILE)


def test_a_page_is_sent_as_a_picture_with_its_words_when_it_is_looked_at(
    open_browser: Callable[..., Browser], ledger_path: Path
) -> None:
    browser = open_browser(open_scans_card(ledger_path))
    documents = browser.ready()["chart"]["documents"]
    assert [[page["text_origin"] for page in document["pages"]] for document in documents] == [
        ["file", "file"],
        ["none"],
        [],
    ]
    asked = {"view": "view-1", "encounter_id": "S0001", "document_number": 1, "page_number": 2}
    answer = browser.send(kind="page", **asked)
    assert {name: answer[name] for name in asked} == asked
    picture = base64.b64decode(answer["image"])
    assert len(picture) < 300_000
    assert Image.open(io.BytesIO(picture)).width == 1000
    text = documents[0]["text"]
    start, end = documents[0]["pages"][1]["start"], documents[0]["pages"][1]["end"]
    assert [text[word[0] : word[1]] for word in answer["words"]] == text[start:end].split()
    assert text[start:end].split("\n")[1] == SENTENCE


@pytest.mark.parametrize(
    "asked",
    [
        {"encounter_id": "S0001", "document_number": 1, "page_number": 3},
        {"encounter_id": "S0001", "document_number": 3, "page_number": 1},
        {"encounter_id": "S0001", "document_number": "1", "page_number": [2]},
        {},
    ],
)
def test_a_page_that_the_chart_does_not_have_is_refused(
    open_browser: Callable[..., Browser], ledger_path: Path, asked: dict[str, object]
) -> None:
    browser = open_browser(open_scans_card(ledger_path))
    browser.ready()
    answer = browser.send(kind="page", view="view-1", **asked)
    assert "does not have" in answer["error"]["message"]
    assert "image" not in answer


def test_the_words_of_a_page_stand_where_a_browser_counts_them() -> None:
    chart = scans_chart()
    page = draw(chart.encounter_id, 1, 1)
    # A syringe before the page's text is one character, and two units of a browser.
    shifted = page._replace(words=tuple((start + 1, end + 1, *box) for start, end, *box in page.words))
    plain = page_values("S0001", page, chart.documents[0].text)
    moved = page_values("S0001", shifted, "\U0001f489" + chart.documents[0].text)
    assert [word[0] + 2 for word in plain["words"]] == [word[0] for word in moved["words"]]
    assert [word[1] + 2 for word in plain["words"]] == [word[1] for word in moved["words"]]


def test_the_script_never_makes_markup_of_text() -> None:
    text = script("review_card").read_text(encoding="utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
        assert way not in text


@pytest.fixture
def bare(ledger_path: Path, open_browser: Callable[..., Browser]) -> Browser:
    """A screen on a chart without documents."""
    moment = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    return open_browser(open_bare_card(ledger_path, clock=lambda: moment))


def test_a_chart_without_documents_is_not_judged_before_its_record_is_spoken_of(
    bare: Browser, ledger: Ledger
) -> None:
    answer = bare.ready()
    assert answer["choices"]["record_statuses"] == ["missing", "partly missing", "reviewed elsewhere"]
    assert (answer["status"]["needs_record_statement"], answer["status"]["record"]) == (True, None)
    before = ledger.verify()
    for kind, message in (
        ("decide", {"action": "agree", "code_number": 1}),
        ("decide", CHANGE),
        ("decide", {**CHANGE, "action": "delete", "corrected": None, "error_kind": "unsupported code"}),
        ("decide", ADD),
        ("complete", {}),
        ("record", {"status": "reviewed elsewhere"}),
        ("record", {"status": "reviewed elsewhere", "place": " "}),
        ("record", {"status": "reviewed elsewhere", "place": 7}),
        ("record", {"status": "seen by me", "place": "here"}),
        ("record", {}),
        ("record", {"status": "missing", "place": "x" * 301}),
        ("withdraw record", {}),
    ):
        assert "error" in bare.press(kind, **message), message
    assert ledger.verify() == before

    answer = bare.press("record", status="reviewed elsewhere", place="binder 7")
    assert answer["status"]["record"] == {"status": "reviewed elsewhere", "place": "binder 7"}
    assert bare.press("decide", action="agree", code_number=1)["status"]["verdicts"]["1"]
    assert "error" not in bare.press("withdraw record")
    assert "no documents" in bare.press("decide", action="agree", code_number=2)["error"]["message"]
    kinds = [event.kind for event in ledger.events()]
    assert kinds == ["chart opened", "record stated", "verdict", "record statement withdrawn"]


def test_a_missing_record_is_completed_without_verdicts(bare: Browser, ledger: Ledger) -> None:
    bare.ready()
    status = bare.press("record", status="missing", place="archive asked twice")["status"]
    assert (status["first_undecided"], status["to_decide_count"]) == (None, 0)
    refused = bare.press("decide", action="agree", code_number=1)
    assert "record is missing: none of its codes can be judged" in refused["error"]["message"]
    assert bare.press("complete")["status"]["encounter_id"] == "B0002"
    assert [event.kind for event in ledger.events()][-2:] == ["chart completed", "chart opened"]


def test_of_a_partly_missing_record_a_code_without_support_needs_no_verdict(bare: Browser) -> None:
    bare.ready()
    bare.press("record", status="partly missing")
    status = bare.press("decide", action="agree", code_number=1)["status"]
    assert (status["first_undecided"], status["to_decide_count"]) == (2, 0)
    assert bare.press("complete")["status"]["encounter_id"] == "B0002"
    assert "codes 1, 2, 3, 4 undecided" in bare.press("complete")["error"]["message"]


KIDNEY = "Type 2 diabetes mellitus with diabetic chronic kidney disease, stage 3a."


def in_units(text: str, sentence: str) -> dict[str, int]:
    """Return where a sentence stands as a browser counts."""
    start = len(text[: text.index(sentence)].encode("utf-16-le")) // 2
    return {"start": start, "end": start + len(sentence.encode("utf-16-le")) // 2}


def test_a_sentence_and_dollars_join_the_verdict_and_come_back(browser: Browser, ledger: Ledger) -> None:
    browser.ready()
    passage = {"document_number": 1, **in_units(NOTE, KIDNEY)}
    answer = browser.press("decide", **CHANGE, evidence=passage, payment_difference="-$1,045.2")
    assert "error" not in answer
    shown = answer["status"]["verdicts"]["1"]
    assert shown["evidence"] == {"sentence": KIDNEY, "passage": passage}
    assert shown["payment_difference"] == "-1045.20"
    event = ledger.events()[-1]
    stored = event.payload["evidence"]
    assert isinstance(stored, dict)
    assert NOTE[stored["start"] : stored["end"]] == KIDNEY
    assert stored["document_id"] == "A0001:1"
    # A screen that opens anew knows the same from the ledger; the next verdict on the code replaces both.
    assert browser.ready()["status"]["verdicts"]["1"]["evidence"]["sentence"] == KIDNEY
    answer = browser.press("decide", **CHANGE)
    assert answer["status"]["verdicts"]["1"]["evidence"] is None
    assert answer["status"]["verdicts"]["1"]["payment_difference"] is None


def test_evidence_goes_to_the_chart_that_was_on_the_screen(browser: Browser, session: ReviewSession) -> None:
    browser.ready()
    browser.press("next")
    passage = {"document_number": 1, **in_units(NOTE, KIDNEY)}
    answer = browser.press("decide", encounter_id="A0001", **CHANGE, evidence=passage)
    assert "error" not in answer
    verdict = session.current_verdict("A0001", 1)
    assert verdict is not None
    assert verdict.evidence is not None
    assert verdict.evidence.sentence(NOTE) == KIDNEY


@pytest.mark.parametrize(
    "wrong",
    [
        {"evidence": {"document_number": 9, "start": 0, "end": 5}},
        {"evidence": {"document_number": 1, "start": 0, "end": len(NOTE) + 5}},
        {"evidence": {"document_number": 1, "start": 5, "end": 5}},
        {"evidence": {"document_number": 1, "start": "0", "end": 5}},
        {"evidence": KIDNEY},
        {"payment_difference": "forty"},
        {"payment_difference": "1e9"},
    ],
)
def test_evidence_or_dollars_that_cannot_be_are_refused(
    browser: Browser, ledger: Ledger, wrong: dict[str, Any]
) -> None:
    browser.ready()
    before = ledger.verify()
    assert "error" in browser.press("decide", **CHANGE, **wrong)
    assert ledger.verify() == before
