"""The code browser without a browser: messages in, tree, hits and pages out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import comm
import polars as pl
import pytest

from auditlib.codesets.search import CodeTree
from auditlib.errors import StoreLockedError
from auditlib.widgets import CodeBrowser
from auditlib.widgets.bundle import script
from tests.widgets.example_charts import HOSTILE
from tests.widgets.example_codes import open_code_browser

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def screen() -> CodeBrowser:
    return open_code_browser()


@pytest.fixture
def ask(screen: CodeBrowser, monkeypatch: pytest.MonkeyPatch) -> Ask:
    outbox: list[dict[str, Any]] = []

    def publish(_comm: object, _kind: str, data: dict[str, Any] | None = None, **_: object) -> None:
        if data and data.get("method") == "custom":
            outbox.append(data["content"])

    monkeypatch.setattr(comm.DummyComm, "publish_msg", publish)

    def send(content: object = None, **message: object) -> dict[str, Any]:
        outbox.clear()
        sent = {"view": "v", "sequence": 1, **message} if content is None else content
        screen._handle_msg({"buffers": [], "content": {"data": {"method": "custom", "content": sent}}})
        return outbox[-1] if outbox else {}

    return send


def keys(answer: dict[str, Any]) -> list[str]:
    return [node["key"] for node in answer["nodes"]]


def test_the_tree_is_given_level_by_level(ask: Ask) -> None:
    assert ask(kind="ready")["systems"] == ["ICD-10-CM"]
    top = ask(kind="children", code_system="ICD-10-CM", key="")
    assert keys(top) == ["E11", "I10", "Z99"]
    assert [node["is_leaf"] for node in top["nodes"]] == [False, True, True]
    below = ask(kind="children", code_system="ICD-10-CM", key="E11")
    assert [node["shown"] for node in below["nodes"]] == ["E11.2", "E11.9"]


def test_a_search_answers_with_its_number(ask: Ask) -> None:
    answer = ask(kind="search", text="t2dm ckd", sequence=7, billable_only=True)
    assert (answer["sequence"], keys(answer)[0]) == (7, "E1122")
    assert "E11" in keys(ask(kind="search", text="t2dm", billable_only=False))
    assert ask(kind="search", text="hypertenshun")["nodes"][0]["shown"] == "I10"
    assert keys(ask(kind="search", text="?" * 10_000)) == []


def test_a_search_for_a_procedure_names_the_systems_that_are_not_loaded(ask: Ask) -> None:
    assert ask(kind="search", text="office visit")["note"].startswith(
        "CPT titles are not loaded for 2026-01-01"
    )
    assert "CPT and ICD-10-PCS" in ask(kind="search", text="knee arthroscopy")["note"]
    assert ask(kind="search", text="t2dm")["note"] == ""


def test_a_page_comes_with_its_place_in_the_tree(ask: Ask) -> None:
    page = ask(kind="page", code_system="ICD-10-CM", key="E1122")["page"]
    assert page["title"].startswith("E11.22 Type 2")
    assert page["path"] == ["E11", "E112", "E1122"]
    assert ["Use additional code", ["N18.-"]] in [list(section) for section in page["sections"]]
    json.dumps(page)


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "page", "code_system": "ICD-10-CM", "key": "nonesuch"},
        {"kind": "page", "code_system": "../..", "key": "E11"},
        {"kind": "page"},
        {"kind": "search", "text": 7},
        {"kind": "children", "code_system": None, "key": ""},
    ],
)
def test_what_cannot_be_had_is_said(ask: Ask, message: dict[str, object]) -> None:
    assert ask(**message)["error"]["message"]


@pytest.mark.parametrize("content", [7, [], {}, {"kind": None}, {"kind": ["search"]}, {"kind": "drop table"}])
def test_what_is_no_message_is_not_answered(ask: Ask, content: object) -> None:
    assert ask(content) == {}


def test_a_warehouse_that_is_locked_shows_under_the_screen(
    ask: Ask, screen: CodeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "The warehouse is in use by another process."
        raise StoreLockedError(message, hint="Wait for it.")

    monkeypatch.setattr(screen._source, "search", refuse)
    assert ask(kind="search", text="asthma")["error"] == {
        "message": "The warehouse is in use by another process.",
        "hint": "Wait for it.",
    }


def test_codes_of_a_group_are_shown_with_their_dot(
    ask: Ask, screen: CodeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release without a tabular list has no headings: many codes are grouped by how they start."""
    numbers = range(70)
    codes = pl.DataFrame(
        {
            "code_system": "ICD-10-CM",
            "code": [f"E11{number:02}" for number in numbers],
            "long_description": "a code",
            "is_billable": True,
            "parent_code": pl.Series([None for _ in numbers], dtype=pl.String),
            "effective_from": dt.date(2025, 10, 1),
        }
    )
    tree = CodeTree(codes)
    monkeypatch.setattr(screen._source, "tree", lambda _date: tree)
    groups = ask(kind="children", code_system="ICD-10-CM", key="")["nodes"]
    assert [group["shown"] for group in groups] == [f"E11.{tens}" for tens in range(7)]
    assert groups[2]["description"] == "E11.20 to E11.29"


def test_abbreviations_of_a_page_are_written_out(ask: Ask) -> None:
    labels = [label for label, _ in ask(kind="page", code_system="ICD-10-CM", key="E1122")["page"]["facts"]]
    assert {
        "Complication (CC) or major one (MCC)",
        "Risk category (HCC)",
        "Clinical category (CCSR)",
        "Exempt from present on admission (POA)",
    } <= set(labels)


def test_titles_travel_as_text_and_not_in_the_saved_state(ask: Ask, screen: CodeBrowser) -> None:
    assert ask(kind="page", code_system="ICD-10-CM", key="Z99")["page"]["title"] == f"Z99 {HOSTILE}"
    assert "diabetes" not in json.dumps({name: str(value) for name, value in screen.get_state().items()})


def test_the_output_of_a_cell_says_what_it_is(screen: CodeBrowser) -> None:
    bundle, _ = screen._repr_mimebundle_()
    assert bundle["text/html"] == "<p>Browser of code sets, as in force on 2026-01-01</p>"


def test_the_script_never_makes_markup_of_text() -> None:
    text = script("code_browser").read_text(encoding="utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
        assert way not in text
    assert '"data-lm-suppress-shortcuts": "true"' in text
