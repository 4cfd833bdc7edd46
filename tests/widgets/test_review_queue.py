"""The queue of the review desk without a browser: sent once, then by differences; charts gone to by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditlib.audits.chart_reader import mention_finder
from auditlib.audits.review_queue import QUEUE_COLUMNS
from auditlib.ledger import Ledger
from auditlib.review import AssignedCode, FoundCode, ReviewSession
from auditlib.review.blindness import Blindness
from auditlib.review.session import ChartState
from auditlib.widgets import ReviewCard
from auditlib.widgets.review_desk.queue_values import queue_values, state_words
from tests.widgets.conftest import Browser
from tests.widgets.example_charts import CHARTS, WORKLIST, open_session, queue_facts

MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def browser(ledger_path: Path, open_browser: Callable[..., Browser]) -> Browser:
    card = ReviewCard(open_session(ledger_path), CHARTS.__getitem__, lambda: MOMENT, queue_facts=queue_facts)
    return open_browser(card)


def queue(browser: Browser) -> dict[str, Any]:
    answer = browser.send(kind="queue", view="view-1")
    assert answer["kind"] == "queue"
    found: dict[str, Any] = answer["queue"]
    return found


def test_a_queue_is_sent_whole_with_what_is_withheld_by_name(browser: Browser) -> None:
    browser.ready()
    assert queue(browser) == {
        "encounter_id": ["A0001", "A0002", "A0003"],
        "group": ["to do", "to do", "to do"],
        "state": ["to do", "to do", "to do"],
        "account": ["ACC-1", "ACC-2", None],
        "stratum": ["office", "inpatient", None],
        "coder": [None, "C09", "C09"],
        "finding_count": [3, 0, 0],
        "check_ids": [["DX-06", "DX-13"], [], []],
        "dollars": [None, 1234.5, None],
        "dollar_words": [None, "$1,234.50", None],
        "round": [1, 2, 1],
        "hidden": [["coder", "dollars"], [], []],
    }


def test_after_the_whole_queue_only_charts_that_changed_are_sent(browser: Browser) -> None:
    browser.ready()
    queue(browser)
    answer = browser.press("decide", action="agree", code_number=1)
    assert answer["queue_changes"] == [["A0001", "to do", "1 of 4 codes"]]
    assert "queue_changes" not in browser.press("decide", action="agree", code_number=1)
    browser.press("go", to="A0002")
    browser.press("decide", action="agree", code_number=1)
    done = browser.press("complete")
    # It is completed by another reviewer too, and they differ.
    assert ["A0002", "waiting", "not adjudicated"] in done["queue_changes"]
    assert queue(browser)["state"] == ["1 of 4 codes", "not adjudicated", "to do"]
    assert browser.press("reopen", encounter_id="A0002")["queue_changes"] == [["A0002", "to do", "reopened"]]


def test_what_another_window_decided_comes_with_the_next_answer(browser: Browser, ledger_path: Path) -> None:
    browser.ready()
    queue(browser)
    other = open_session(ledger_path)
    other.state_record("A0003", "missing", place="archive asked", recorded_at=MOMENT)
    changes = browser.press("decide", action="agree", code_number=1)["queue_changes"]
    assert changes == [["A0001", "to do", "1 of 4 codes"], ["A0003", "to do", "record missing"]]


def test_a_chart_is_gone_to_by_name_with_the_time_on_the_one_that_is_left(
    browser: Browser, ledger: Ledger
) -> None:
    browser.ready()
    answer = browser.press("go", to="A0003", seconds=12.34)
    assert (answer["status"]["encounter_id"], answer["status"]["chart_number"]) == ("A0003", 3)
    assert ledger.events()[-1].payload == {"left": "A0001", "seconds": 12.3}
    assert browser.press("previous", seconds=1)["status"]["seconds"] == 0.0
    assert browser.press("previous")["status"]["seconds"] == 12.3


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"kind": "go", "to": "A0009"}, "no such chart"),
        ({"kind": "go", "to": None}, "no such chart"),
        ({"kind": "go", "to": ["A0002"]}, "no such chart"),
        ({"kind": "go", "to": "A0002", "encounter_id": "A0003"}, "chart before"),
        ({"kind": "go", "to": "A0002", "seconds": "9"}, "no number"),
        ({"kind": "go", "to": "A0002", "seconds": -1}, "no time within a day"),
        ({"kind": "unblind", "level": "everything", "reason": "why"}, "nothing that can be opened"),
        ({"kind": "unblind", "level": "payer", "reason": "why"}, "not hidden"),
        ({"kind": "unblind", "level": "payer", "reason": " "}, "needs its reason"),
    ],
)
def test_what_cannot_be_gone_to_or_opened_is_said_and_recorded_nowhere(
    browser: Browser, ledger: Ledger, message: dict[str, object], said: str
) -> None:
    browser.ready()
    before = ledger.verify()
    assert said in browser.press(**message)["error"]["message"]
    assert ledger.verify() == before


def test_a_code_that_is_found_says_what_the_record_says_of_it_unless_that_is_hidden(
    open_browser: Callable[..., Browser], tmp_path: Path
) -> None:
    def notes(blindness: Blindness) -> list[tuple[str, str | None]]:
        session = ReviewSession(
            Ledger(tmp_path / f"{len(blindness.hidden)}.db"),
            audit="october",
            reviewer="Ada",
            worklist=WORKLIST,
            without_documents=(),
            blindness=blindness,
        )
        card = ReviewCard(
            session,
            lambda name: blindness.of_chart(CHARTS[name]),
            lambda: MOMENT,
            find_codes=lambda system, *_: [
                FoundCode(system, "I10", "Essential (primary) hypertension"),
                FoundCode(system, "I509", "Heart failure, unspecified"),
                FoundCode(system, "C61", "Malignant neoplasm of prostate"),
                FoundCode(system, "99214", None),
            ],
            find_mentions=mention_finder,
        )
        browser = open_browser(card)
        browser.ready()
        found = browser.send(kind="find", view="view-1", sequence=1, code_system="ICD-10-CM", text="x")
        return [(code["code"], code["in_record"]) for code in found["codes"]]

    assert notes(Blindness()) == [
        ("I10", "in the record"),
        ("I509", "negated"),
        ("C61", None),
        ("99214", None),
    ]
    hidden = notes(Blindness.of(["machine suggestion"]))
    assert [note for _, note in hidden] == [None] * 4


def test_the_time_on_a_chart_stays_with_its_completion(browser: Browser, ledger: Ledger) -> None:
    browser.ready()
    for number in (1, 2, 3, 4):
        browser.press("decide", action="agree", code_number=number)
    browser.press("complete", seconds=372.05)
    assert ledger.events(kinds=["chart completed"])[0].payload == {"seconds": 372.1}


def test_a_queue_without_facts_has_charts_and_states(
    open_browser: Callable[..., Browser], ledger_path: Path
) -> None:
    card = ReviewCard(open_session(ledger_path), CHARTS.__getitem__, lambda: MOMENT)
    assert set(queue(open_browser(card))) == {"encounter_id", "group", "state"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ChartState(4), ("to do", "to do")),
        (ChartState(4, decided_count=1), ("to do", "1 of 4 codes")),
        (ChartState(4, changed_count=1), ("to do", "0 of 4 codes")),
        (ChartState(4, decided_count=4, is_completed=True), ("done", "agreed")),
        (ChartState(4, decided_count=4, changed_count=3, is_completed=True), ("done", "3 changed")),
        (ChartState(4, decided_count=4, is_reopened=True), ("to do", "reopened")),
        (ChartState(4, record_status="missing"), ("to do", "record missing")),
        (ChartState(4, record_status="missing", is_completed=True), ("waiting", "record missing")),
        (ChartState(4, record_status="reviewed elsewhere"), ("to do", "to do")),
        (ChartState(4, open_query_count=2), ("waiting", "query open")),
        (
            ChartState(4, open_query_count=1, is_completed=True),
            ("waiting", "completed with an open query"),
        ),
        (ChartState(4, open_query_count=1, record_status="missing"), ("to do", "record missing")),
    ],
)
def test_each_state_of_a_chart_has_its_word_and_its_part_of_the_queue(
    state: ChartState, words: tuple[str, str]
) -> None:
    assert state_words(state) == words


def test_a_queue_of_ten_thousand_charts_is_one_message_of_a_megabyte_or_two(ledger_path: Path) -> None:
    charts = [f"E{number:05}" for number in range(10_000)]
    codes = tuple(AssignedCode(number, "ICD-10-CM", "I10", "secondary") for number in range(1, 9))
    session = ReviewSession(
        Ledger(ledger_path),
        audit="large",
        reviewer="Ada",
        worklist=dict.fromkeys(charts, codes),
        without_documents=(),
    )
    facts = queue_facts().clear()
    facts = pl.concat(
        [
            facts,
            pl.DataFrame({"encounter_id": charts}).with_columns(
                *(
                    pl.lit(None, kind).alias(name)
                    for name, kind in QUEUE_COLUMNS.items()
                    if name not in {"encounter_id", "is_not_adjudicated"}
                ),
                is_not_adjudicated=pl.lit(value=False),
                hidden=pl.lit([], pl.List(pl.String)),
            ),
        ],
        how="diagonal",
    )
    assert len(json.dumps(queue_values(facts, session.states))) < 2_000_000
    assert session.progress.code_count == 80_000
