"""The practice desk without a browser: what each mode opens of the key, and what it never sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditlib.errors import UsageError
from auditlib.practice.case import CaseKey
from auditlib.practice.pack import read_pack
from auditlib.widgets import PracticeCard, PracticeStart
from tests.practice.examples import CASEBOOK, WALK, code
from tests.widgets.conftest import Browser
from tests.widgets.example_practice import open_practice


def added(words: str) -> dict[str, Any]:
    return {
        "action": "add",
        "corrected": code(words).to_values(),
        "error_kind": "missed code",
        "cause": "coder oversight",
    }


@pytest.fixture
def open_desk(open_browser: Callable[..., Browser], tmp_path: Path) -> Callable[..., Browser]:
    def start(mode: str = "practice", *cases: str) -> Browser:
        return open_browser(open_practice(tmp_path, mode, cases or ("C01", "C02")))  # type: ignore[arg-type]

    return start


def test_practice_shows_credit_and_rationale_after_each_code(open_desk: Callable[..., Browser]) -> None:
    browser = open_desk()
    ready = browser.ready()
    assert (ready["chart"]["codes"], ready["status"]["practice"]["feedback"]) == ([], {})
    answer = browser.press("decide", **added("CM M17.10 principal"))
    (feedback,) = answer["status"]["practice"]["feedback"].values()
    assert (feedback["outcome"], feedback["credit"]) == ("partly right", "50.0 %")
    assert feedback["reasons"] == ["The side is documented: an unspecified side is not enough."]
    (row,) = answer["status"]["added"]
    assert row["row_key"] in answer["status"]["practice"]["feedback"]
    assert row["corrected"]["description"] == "Unilateral primary osteoarthritis, unspecified knee"
    # Of what is missed nothing is sent before the case is completed.
    assert "result" not in answer["status"]["practice"]
    assert "J3301" not in json.dumps(answer)


def test_a_completed_case_shows_score_missed_codes_claim_and_answer(
    open_desk: Callable[..., Browser],
) -> None:
    browser = open_desk()
    browser.ready()
    for words in WALK[:2]:
        browser.press("decide", **added(words))
    answer = browser.press("complete", seconds=60)
    practice = answer["status"]["practice"]
    assert (answer["status"]["encounter_id"], answer["status"]["is_completed"]) == ("C01", True)
    assert practice["result"]["score"] == "66.7 %"
    (missed,) = practice["result"]["missed"]
    assert (missed["shown"], missed["support"][:13]) == ("HCPCS J3301-JZ, 4 units", "Triamcinolone")
    titles = [document["title"] for document in answer["chart"]["documents"]]
    assert [title[:6] for title in titles[-2:]] == ["Step 7", "Step 8"]
    refused = browser.press("reopen")
    assert "key of this case was shown" in refused["error"]["message"]


def test_the_first_case_walks_the_eight_steps(open_desk: Callable[..., Browser]) -> None:
    browser = open_desk()
    browser.ready()

    def done(answer: dict[str, Any]) -> list[bool]:
        return [step["is_done"] for step in answer["status"]["practice"]["steps"]]

    answers = [browser.press("decide", **added(words)) for words in WALK]
    answers.append(browser.press("complete", seconds=60))
    counts = [sum(done(answer)) for answer in answers]
    assert (counts, len(done(answers[0]))) == ([3, 4, 5, 8], 8)
    assert "steps" not in browser.press("next")["status"]["practice"]


@pytest.mark.parametrize("mode", ["test", "calibration"])
def test_what_a_test_or_calibration_sends_and_holds_has_nothing_of_a_key(
    open_desk: Callable[..., Browser], keys_of_casebook: dict[str, CaseKey], mode: str, tmp_path: Path
) -> None:
    if mode == "test":
        pytest.importorskip("cryptography")
    browser = open_desk(mode, "C04", "C15")
    answers = [browser.ready(), browser.press("decide", **added("CM T14.90XA principal"))]
    answers += [browser.press("next"), browser.send(kind="queue", view="view-1")]
    card = browser.card
    sent = json.dumps(answers) + json.dumps(card.get_state(), default=str) + repr(card)
    held = repr(vars(card)) if mode == "test" else ""
    written = b"".join(path.read_bytes() for path in (tmp_path / "attempts").iterdir()).decode("latin-1")
    for case_id in ("C04", "C15"):
        for item in keys_of_casebook[case_id].items:
            assert item.rationale not in sent + held + written
        assert keys_of_casebook[case_id].traps[0].rationale not in sent + held + written
    assert card._keys == {}
    assert "feedback" not in answers[1]["status"]["practice"]


@pytest.fixture(scope="module")
def keys_of_casebook() -> dict[str, CaseKey]:
    return dict(read_pack(CASEBOOK).keys)


def test_a_test_has_its_time_and_is_handed_in(open_desk: Callable[..., Browser]) -> None:
    pytest.importorskip("cryptography")
    browser = open_desk("test")
    left = browser.ready()["status"]["practice"]["seconds_left"]
    assert 0 < left <= 90 * 60
    browser.press("decide", **added(WALK[0]))
    assert browser.press("complete", seconds=5)["status"]["encounter_id"] == "C02"
    answer = browser.press("hand in")
    assert answer["status"]["practice"]["is_handed_in"]
    assert "error" not in browser.press("hand in")
    assert "handed in" in browser.press("decide", **added(WALK[0]))["error"]["message"]


def test_calibration_has_the_coders_codes_and_every_verdict(open_desk: Callable[..., Browser]) -> None:
    browser = open_desk("calibration", "C15")
    assert [each["shown"] for each in browser.ready()["chart"]["codes"]] == ["K35.80", "R10.31", "0DTJ4ZZ"]
    for number in (1, 3):
        browser.press("decide", action="agree", code_number=number)
    answer = browser.press("complete", seconds=5)
    assert "undecided" in answer["error"]["message"]


def test_steps_of_an_audit_are_refused(open_desk: Callable[..., Browser]) -> None:
    browser = open_desk()
    browser.ready()
    for kind in ("record", "query", "unblind", "attach"):
        assert "no such step" in browser.press(kind)["error"]["message"]


def test_what_was_entered_is_there_when_the_desk_is_opened_again(
    open_desk: Callable[..., Browser],
) -> None:
    first = open_desk()
    first.ready()
    first.press("decide", **added(WALK[0]))
    again = open_desk().ready()
    assert [each["corrected"]["shown"] for each in again["status"]["added"]] == ["M17.11"]


def test_nothing_is_written_before_the_button(tmp_path: Path) -> None:
    opened: list[tuple[object, ...]] = []

    def open_card(*choice: object) -> PracticeCard:
        opened.append(choice)
        if choice[2] == "test":
            message = "The keys lie open."
            raise UsageError(message)
        return open_practice(tmp_path)

    start = PracticeStart(["casebook"], learner="Ada", open_card=open_card)
    assert (opened, "opens by its button" in repr(start)) == ([], True)
    start.learner.value = " "
    start.start()
    assert "no name" in start.problem.value
    start.learner.value, start.mode.value = "Ada", "test"
    start.start()
    assert "keys lie open" in start.problem.value
    start.mode.value = "practice"
    start.start()
    assert opened[-1] == ("casebook", "Ada", "practice", False)
    assert start.children == (start.card,)
    assert "0 of 2 cases completed" in repr(start.card)
