"""The adjudication screen without a browser: what it shows, what it hides, what it records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditlib.audits.sentence_status import sentence_status, status_of_evidence
from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.errors import UsageError
from auditlib.review import EvidencePassage, decision_frame
from auditlib.review.blindness import UNBLINDED
from auditlib.workbench import Workbench
from tests.widgets.example_charts import HOSTILE
from tests.widgets.example_reviews import AUDIT, NOTE, open_adjudication, workbench
from tests.widgets.screen_line import ScreenLine

CHANGE = {
    "action": "change",
    "code_number": 3,
    "corrected": {"code_system": "ICD-10-CM", "code": "E66.812", "code_role": "secondary"},
    "error_kind": "not specific",
    "cause": "coder rule",
    "comment": None,
    "evidence": {
        "document_number": 1,
        "start": NOTE.index("3. Obesity"),
        "end": NOTE.index("3. Obesity") + 20,
    },
}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return workbench(tmp_path / "w")


@pytest.fixture
def opened(bench: Workbench) -> Callable[..., ScreenLine]:
    def start(adjudicator: str = "Zoe") -> ScreenLine:
        return ScreenLine(open_adjudication(bench.workspace.root, adjudicator))

    return start


def letter_of(line: ScreenLine, key: str, action: str) -> str:
    return str(next(one["label"] for one in line.row(key)["judgements"] if one["action"] == action))


def decisions(bench: Workbench) -> list[dict[str, Any]]:
    return decision_frame(bench.workspace.ledger().events(audit=AUDIT)).to_dicts()


def test_both_verdicts_stand_side_by_side_and_agreed_items_are_closed(
    opened: Callable[..., ScreenLine],
) -> None:
    line = opened()
    assert line.status["encounter_id"] == "A0002"
    line.press("open", chart="A0003")
    assert [(row["billed"], row["state"]) for row in line.status["rows"]] == [
        ("M17.12", "agreed"),
        ("S83.241A", "open"),
        ("E66.9", "open"),
        ("99213-25", "open"),
        ("20610", "agreed"),
        ("J3301-JZ x40", "agreed"),
    ]
    by_action = {one["action"]: one for one in line.row("2")["judgements"]}
    assert set(by_action) == {"agree", "delete"}
    assert by_action["delete"]["why"] == "unsupported code · coder rule · 6 min on the chart"
    assert by_action["delete"]["evidence"]["status"] == "Possibility"
    assert by_action["delete"]["evidence"]["sentence"] == "Possible tear of the medial meniscus, right knee."
    place = by_action["delete"]["evidence"]["passage"]
    assert NOTE[place["start"] : place["end"]] == "Possible tear of the medial meniscus, right knee."
    assert (line.status["chart_open_count"], line.status["differing_count"], line.status["open_count"]) == (
        3,
        3,
        5,
    )
    agreement = line.ask(kind="agreement")["agreement"]
    assert "9 of 14 codes judged the same (64.3 %), AC1 0.32" in agreement
    assert "2 of 5 charts the same throughout" in agreement


def test_names_coder_and_payer_are_in_no_message_until_opened(
    opened: Callable[..., ScreenLine], bench: Workbench
) -> None:
    line = opened()
    line.press("open", chart="A0003")
    said = json.dumps(line.sent)
    assert not [hidden for hidden in ("Ann", '"Bo"', "C09", "Northway", "412") if hidden in said]
    assert line.status["hidden"] == ["reviewers", "coder", "payer"]

    answer = line.press("unblind", level="payer", reason=" ")
    assert "needs its reason" in answer["error"]["message"]
    answer = line.press("unblind", level="codes", reason="Why not.")
    assert "not hidden" in answer["error"]["message"]
    answer = line.press("unblind", level="payer", reason="A question of the payer's rule.")
    assert "Northway Health" in json.dumps(answer["chart"])
    assert "C09" not in json.dumps(answer)
    line.press("unblind", level="reviewers", reason="To talk to both.")
    assert {one["reviewer"] for one in line.row("2")["judgements"]} == {"Ann", "Bo"}
    # The payer is open in this chart only, the names in all.
    answer = line.press("open", chart="A0005")
    assert "Northway" not in json.dumps(answer)
    assert line.status["hidden"] == ["coder", "payer"]
    events = bench.workspace.ledger().events(audit=AUDIT, kinds=[UNBLINDED])
    assert [(event.actor, event.subject, event.payload["level"]) for event in events] == [
        ("Zoe", "A0003", "payer"),
        ("Zoe", AUDIT, "reviewers"),
    ]


def test_a_decision_follows_a_reviewer_or_is_a_verdict_of_ones_own(
    opened: Callable[..., ScreenLine], bench: Workbench
) -> None:
    line = opened()
    line.press("open", chart="A0003")
    letter = letter_of(line, "2", "delete")
    answer = line.press("decide", item="2", follow=letter, reason="Uncertain.")
    assert "error" not in answer
    assert (line.row("2")["state"], line.row("2")["follows"]) == ("decided", letter)
    assert line.status["saved_at"] == "09:00:00"
    line.press("decide", item="3", verdict=CHANGE, reason="Class 2.")
    assert line.row("3")["final"] == {"action": "change", "after": "E66.812"}
    agree = {"action": "agree", "code_number": 4}
    line.press("decide", item="4", verdict=agree, reason="Separate work.")
    assert line.status["chart_open_count"] == 0
    assert [(row["item"], row["is_third"], row["reason"]) for row in decisions(bench)] == [
        ("2", False, "Uncertain."),
        ("3", True, "Class 2."),
        ("4", True, "Separate work."),
    ]
    assert decisions(bench)[1]["evidence_document_id"] == "A0003:1"
    final = bench.audit(AUDIT).reviewed.final
    assert final.verdicts.filter(encounter_id="A0003")["action"].to_list() == [
        "change", "delete", "change", "agree", "agree", "agree",
    ]  # fmt: skip
    line.press("next open")
    assert line.status["encounter_id"] == "A0005"

    line.press("open", chart="2")
    line.press("withdraw", item="3")
    assert line.row("3")["state"] == "open"
    assert len(decisions(bench)) == 2
    kinds = [event.kind for event in bench.workspace.ledger().events(audit=AUDIT)][-4:]
    assert kinds == ["adjudicated"] * 3 + ["adjudication withdrawn"]


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"item": "2", "follow": "A", "reason": ""}, "needs its reason"),
        ({"item": "2", "follow": "C", "reason": "So."}, "none of the reviewers"),
        ({"item": "1", "follow": "A", "reason": "So."}, "do not differ"),
        ({"item": "2", "follow": "A", "reason": "So.", "encounter_id": "A0001"}, "was for the chart before"),
        ({"item": "2", "verdict": CHANGE, "reason": "So."}, "about another code"),
        ({"item": "3", "verdict": {**CHANGE, "code_number": 99}, "reason": "So."}, "there is no code"),
        ({"item": "2", "follow": "A", "reason": "x" * 5000}, "longer than"),
    ],
)
def test_a_gesture_that_does_not_fit_is_refused_and_nothing_is_recorded(
    opened: Callable[..., ScreenLine], bench: Workbench, message: dict[str, Any], problem: str
) -> None:
    line = opened()
    line.press("open", chart="A0003")
    answer = line.press("decide", **message)
    assert problem in answer["error"]["message"]
    assert line.status["encounter_id"] == "A0003"
    assert line.status["saved_at"] is None
    assert decisions(bench) == []


def test_a_message_that_comes_twice_counts_once(opened: Callable[..., ScreenLine], bench: Workbench) -> None:
    line = opened()
    line.press("open", chart="A0003")
    twice = {
        "kind": "decide",
        "item": "2",
        "follow": "A",
        "reason": "So.",
        "sequence": 7,
        "encounter_id": "A0003",
    }
    line.ask(**twice)
    assert "error" not in line.ask(**twice)
    assert len(decisions(bench)) == 1


def test_nothing_is_left_when_all_is_decided(opened: Callable[..., ScreenLine], bench: Workbench) -> None:
    assert repr(opened().screen) == "Adjudication of audit 'ortho': 5 disagreements to decide"
    audit = bench.audit(AUDIT)
    for chart, item in audit.disagreements().frame.select("encounter_id", "item").rows():
        audit.adjudicate(chart, item, follow="A", reason="So.")
    assert repr(opened().screen) == "Adjudication of audit 'ortho': 0 disagreements to decide"
    line = opened()
    assert line.status["open_count"] == 0
    # A reviewer who now says the same as the other leaves nothing to show.
    unlike = bench.audit("other", encounter_ids=["A0001"])
    empty = ScreenLine(unlike.adjudicate_screen("Zoe"))
    assert empty.status["nothing"] == "All agreed items closed themselves. Nothing to decide."
    assert "no chart of this list" in empty.press("open", chart="A0001")["error"]["message"]


def test_who_reviewed_a_chart_does_not_adjudicate_it(bench: Workbench) -> None:
    audit = bench.audit(AUDIT)
    with pytest.raises(UsageError, match="You review it blind to coder, payer"):
        audit.adjudicate_screen("Ann")
    for level in ("coder", "payer"):
        audit.unblind(level, reason="The review is over.", reviewer="Ann")
    line = ScreenLine(audit.adjudicate_screen("Ann"))
    assert (line.status["chart_count"], line.status["encounter_id"]) == (0, None)
    assert line.status["own_chart_words"].startswith("3 charts with disagreements that you reviewed or coded")
    answer = line.press("decide", item="2", follow="A", reason="Mine.", encounter_id="A0003")
    assert "was for the chart before" in answer["error"]["message"]


def test_the_record_is_decided_before_the_codes(tmp_path: Path) -> None:
    bench = workbench(tmp_path / "w", "Bo")
    audit = bench.audit(AUDIT)
    audit.session("Bo").reopen_chart("A0001", recorded_at=bench.audit(AUDIT)._context.now())
    audit.state_record("A0001", "missing")
    line = ScreenLine(open_adjudication(bench.workspace.root))
    line.press("open", chart="A0001")
    assert [(row["key"], row["is_record"], row["billed"]) for row in line.status["rows"]] == [
        ("record", True, "the record")
    ]
    line.press("decide", item="record", follow=letter_of(line, "record", "not missing"), reason="It is here.")
    assert [row["key"] for row in line.status["rows"]] == ["record", "1", "2"]
    assert {row["state"] for row in line.status["rows"]} == {"decided", "agreed"}


def test_hostile_text_is_sent_as_text_and_in_no_output(opened: Callable[..., ScreenLine]) -> None:
    line = opened()
    comments = [one["comment"] for one in line.row("2")["judgements"]]
    assert HOSTILE in comments
    bundle = line.screen._repr_mimebundle_()
    assert bundle is not None
    assert HOSTILE not in json.dumps(bundle[0])
    assert HOSTILE not in json.dumps(line.screen.get_state(), default=str)


def test_codes_are_suggested_and_pages_that_are_not_there_refused(opened: Callable[..., ScreenLine]) -> None:
    line = opened()
    found = line.ask(kind="find", sequence=1, code_system="ICD-10-CM", text="E66.81")
    assert [code["shown"] for code in found["codes"]] == ["E66.811"]
    assert line.ask(kind="find", sequence=2, code_system="SNOMED", text="x")["codes"] == []
    assert "does not have" in line.ask(kind="page", document_number=9, page_number=1)["error"]["message"]
    assert "without its number" in line.ask(kind="decide")["error"]["message"]
    assert "not known" in line.press("dance")["error"]["message"]


def test_a_sentence_says_of_a_title_whether_it_asserts_it(bench: Workbench) -> None:
    from auditlib.audits.chart_reader import read_chart  # noqa: PLC0415 - beside its only use

    chart = read_chart(bench.workspace.warehouse(), "A0003")

    def status(sentence: str, title: str) -> str:
        start = NOTE.index(sentence)
        passage = EvidencePassage.of("A0003:1", NOTE, start, start + len(sentence))
        return sentence_status(chart, passage, title)

    assert status("Possible tear of the medial meniscus", "Other tear of medial meniscus") == "Possibility"
    assert status("Obesity, class 1.", "Obesity, unspecified") == "Supports"
    assert status("McMurray equivocal.", "Other tear of medial meniscus") == "Does not name it"
    # With the titles of the codes in its place, as on the desk: class 1 has a code of its own.
    start = NOTE.index("Obesity, class 1.")
    passage = EvidencePassage.of("A0003:1", NOTE, start, start + len("Obesity, class 1."))
    siblings = SiblingTitles(bench.workspace.warehouse())
    assert status_of_evidence(chart, 3, passage, siblings) == "Contradicts"
    assert status_of_evidence(chart, 3, None, siblings) == "Evidence"
    assert status_of_evidence(chart, 99, passage, siblings) == "Evidence"
    gone = replace(chart, documents=())
    passage = EvidencePassage.of("A0003:1", NOTE, 0, 10)
    assert sentence_status(gone, passage, "Obesity, unspecified") == "Does not name it"
