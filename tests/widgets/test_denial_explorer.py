"""The denial explorer without a browser: numbers, gestures, what a notebook keeps."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import polars as pl
import pytest

from auditlib.measures.denied_lines import claims_of, where
from auditlib.measures.denied_selection import DIMENSIONS
from auditlib.widgets.accuracy_screen.element import html_of
from auditlib.widgets.denial_explorer import DenialExplorer
from auditlib.widgets.denial_explorer.claim_rows import MOST_CLAIMS
from auditlib.widgets.denial_explorer.page import NOTHING, page
from tests.widgets.example_denials import (
    HOSTILE,
    ExampleWork,
    claim_parts,
    denied_lines,
    findings,
    open_screen,
)
from tests.widgets.test_accuracy_screen import texts


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    return denied_lines()


def gesture(screen: DenialExplorer, kind: str, **asked: object) -> dict[str, Any]:
    answer = screen._answer({"kind": kind, **asked})
    assert answer is not None
    return answer


def toggle(screen: DenialExplorer, dimension: str, value: str | None) -> dict[str, Any]:
    number = screen.selection.values[dimension].index(value)
    return gesture(screen, "toggle", dimension=dimension, value=number)


def buttons(node: object) -> list[dict[str, Any]]:
    """Return the attributes of every button of a page."""
    if not isinstance(node, list):
        return []
    tag, attributes, *children = node
    own = [attributes] if tag == "number" else []
    return own + [one for child in children for one in buttons(child)]


def bars_of(node: object) -> dict[tuple[str, int], dict[str, Any]]:
    return {
        (one["rows"]["toggle"], one["rows"]["value"]): one for one in buttons(node) if "toggle" in one["rows"]
    }


def test_each_bar_says_the_numbers_of_the_claims_that_it_leads_to() -> None:
    screen = open_screen()
    toggle(screen, "payer_name", "Harbor Senior Plan")
    for one in (None, "authorization"):
        shown = toggle(screen, "denial_category", one)["page"] if one else gesture(screen, "ready")["page"]
        wanted = dict(screen.choice.wanted)
        bars = bars_of(shown)
        assert len({name for name, _ in bars}) == len(DIMENSIONS)
        for (name, number), bar in bars.items():
            screen.choice = screen.choice.with_values(name, (number,))
            claims = screen.chosen_claims()
            said = re.search(r": ([\d,]+) claims?, ([\d,]+) lines?, \$([\d,]+) denied", bar["aria-label"])
            assert said is not None, bar
            numbers = [int(part.replace(",", "")) for part in said.groups()]
            assert numbers == [
                claims.height,
                claims["line_count"].sum(),
                pytest.approx(float(claims["denied_amount"].sum()), abs=0.51),
            ], bar
            screen.choice = screen.choice.with_values(name, wanted.get(name, ()))


def test_a_bar_filters_all_other_dimensions_and_not_its_own() -> None:
    screen = open_screen()
    before = bars_of(gesture(screen, "ready")["page"])
    after = bars_of(toggle(screen, "payer_name", "Harbor Senior Plan")["page"])
    payers = [key for key in before if key[0] == "payer_name"]
    assert [before[key]["aria-label"] for key in payers] == [after[key]["aria-label"] for key in payers]
    pressed = [key for key, bar in after.items() if bar["aria-pressed"] == "true"]
    assert pressed == [("payer_name", screen.selection.values["payer_name"].index("Harbor Senior Plan"))]
    claims = screen.chosen_claims()
    assert set(claims["payer_name"]) == {"Harbor Senior Plan"}
    two = toggle(screen, "payer_name", "Cedar River Health")["page"]
    assert set(screen.chosen_claims()["payer_name"]) == {"Harbor Senior Plan", "Cedar River Health"}
    assert "payer Harbor Senior Plan or Cedar River Health" in texts(two)


def test_a_finding_selects_the_lines_that_it_counts(lines: pl.DataFrame) -> None:
    screen = open_screen()
    shown = gesture(screen, "finding", value=0)["page"]
    assert "Cedar River Health denied 8 of 12 claims." in texts(shown)
    behind = where(lines, findings()["filters"][0])
    assert 0 < behind.height < lines.height
    assert screen.chosen_claims().rows() == claims_of(behind).rows()
    assert "There is no such finding" in gesture(screen, "finding", value=1)["error"]["message"]


def test_the_page_is_there_before_what_stands_out_is_found() -> None:
    is_found = threading.Event()

    def find() -> pl.DataFrame:
        assert is_found.wait(10)
        return findings()

    screen = open_screen(find=find)
    assert "is being looked for" in texts(gesture(screen, "ready")["page"])
    assert "is being looked for" in texts(gesture(screen, "findings")["section"])
    is_found.set()
    assert "Cedar River Health denied 8 of 12 claims." not in texts(screen._page(with_claims=False))
    gesture(screen, "finding", value=0)
    assert "Cedar River Health denied 8 of 12 claims." in texts(gesture(screen, "findings")["section"])


def test_gestures_are_undone_one_by_one_and_cleared_together() -> None:
    screen = open_screen()
    toggle(screen, "payer_name", "Harbor Senior Plan")
    toggle(screen, "code", None)
    gesture(screen, "basis")
    gesture(screen, "undo")
    assert set(screen.choice.wanted) == {"payer_name"}
    gesture(screen, "clear")
    assert screen.choice.wanted == {}
    gesture(screen, "undo")
    assert set(screen.choice.wanted) == {"payer_name"}
    gesture(screen, "clear", dimension="payer_name")
    assert screen.choice.wanted == {}
    for _ in range(4):
        gesture(screen, "undo")
    assert screen.choice.wanted == {}


def test_unmapped_reasons_are_a_bar_however_few_they_are(lines: pl.DataFrame) -> None:
    unmapped = lines.filter(reason_label="unmapped").head(1)
    many = pl.concat(
        [
            lines.filter(pl.col("reason_code").is_not_null(), pl.col("reason_label") != "unmapped")
            .head(40)
            .with_columns(reason_code=pl.lit(str(number)), denial_category=pl.lit(f"kind {number}"))
            for number in range(20)
        ]
    )
    screen = DenialExplorer(
        pl.concat([many, unmapped]),
        claim_parts=claim_parts,
        write_worklist=lambda _: "",
        write_claims=lambda _: "",
        draw_sample=lambda _: "",
    )
    shown = texts(gesture(screen, "ready")["page"])
    assert "CO-XX9 unmapped" in shown
    assert "13 more values" in shown
    opened = gesture(screen, "expand", dimension="denial_category")["page"]
    assert "kind 19" in texts(opened)
    assert "Fewer bars" in texts(opened)


def test_a_claim_opens_with_its_parts_and_only_denied_claims_do() -> None:
    screen = open_screen()
    claim = gesture(screen, "claim", claim=7)["claim"]
    words = texts(claim)
    assert "Claim A00007" in words
    assert "wb.encounter('E00007')" in words
    for part in ("Lines (1)", "Adjustments (1)", "History (1)", "Findings (0) none"):
        assert part in words
    for wrong in (999_999, "7; drop table", None):
        assert "not among the denied" in gesture(screen, "claim", claim=wrong)["error"]["message"]


def test_the_selection_becomes_a_list_or_a_sample() -> None:
    screen = open_screen()
    toggle(screen, "payer_name", "Harbor Senior Plan")
    count = screen.chosen_claims().height
    assert gesture(screen, "worklist")["words"] == f"{count} claims written to worklist.xlsx."
    assert gesture(screen, "export")["words"] == f"{count} claims written to worklist.csv."
    assert gesture(screen, "sample")["words"] == f"30 of {count} claims drawn, seed 837."
    screen.choice = (
        screen.choice.with_values("code", (0,)).with_values("provider_id", (0,)).with_values("reason", (4,))
    )
    assert screen.chosen_claims().is_empty()
    assert gesture(screen, "worklist")["error"]["message"] == "No claim is selected."


def cell(screen: DenialExplorer, payer: str, category: str) -> dict[str, Any]:
    numbers = screen.selection.numbers
    asked = {"payer": numbers["payer_name"][payer], "category": numbers["denial_category"][category]}
    return gesture(screen, "cell", **asked)


def test_a_cell_says_the_claims_that_it_leads_to_and_takes_itself_off() -> None:
    screen = open_screen()
    toggle(screen, "code", "99213")
    shown = gesture(screen, "ready")["page"]
    cells = [one for one in buttons(shown) if one.get("class") == "cell"]
    assert len(cells) == 5 * 5
    for one in cells[:7]:
        gesture(screen, "cell", payer=one["rows"]["cell"], category=one["rows"]["kind"])
        claims = screen.chosen_claims()
        assert f": {claims.height} claim" in one["aria-label"]
        gesture(screen, "cell", payer=one["rows"]["cell"], category=one["rows"]["kind"])
        assert set(screen.choice.wanted) == {"code"}
    cell(screen, "Harbor Senior Plan", "authorization")
    assert set(screen.choice.wanted) == {"code", "payer_name", "denial_category"}
    assert "There is no such value" in gesture(screen, "cell", payer=0, category=99)["error"]["message"]


def test_cells_are_shaded_against_all_payers_and_few_claims_are_not() -> None:
    screen = open_screen()
    shown = json.dumps(gesture(screen, "ready")["page"])
    assert "times the share of all payers" in shown
    for name in list(screen.selection.values["code"])[:1]:
        toggle(screen, "code", name)
    few = json.dumps(gesture(screen, "ready")["page"])
    assert "too few claims to compare" in few


def test_what_is_to_do_stands_beside_each_claim_and_what_is_not_known_is_a_word() -> None:
    screen = open_screen()
    first = gesture(screen, "ready")
    assert first["more"]
    assert "Next step" not in texts(first["page"])
    words = texts(gesture(screen, "work")["page"])
    for word in ("Next step, by", "nobody", "not known", "Chance of overturn: learned from 480"):
        assert word in words
    assert "1 payment without a claim" in words
    assert "no claim has the number" in words


def test_what_was_done_is_entered_once_and_shown() -> None:
    work = ExampleWork()
    screen = open_screen(work=work)
    done = gesture(screen, "enter", gesture="assign", claims=[7, 9], said={"assignee": "Wenger"})
    assert done["words"] == "2 entered: assign."
    assert work.entered == [("assign", [7, 9], {"assignee": "Wenger"})]
    assert "Wenger" in texts(gesture(screen, "order")["page"])
    refused = gesture(screen, "enter", gesture="assign", claims=[7], said={"assignee": "nobody"})
    assert refused["error"]["message"] == "That is nobody."
    for claims in ([], [7, 999_999], "7", None):
        wrong = gesture(screen, "enter", gesture="assign", claims=claims, said={"assignee": "Wenger"})
        assert "error" in wrong
    assert len(work.entered) == 1
    assert "We appeal claim 7." in texts(gesture(screen, "letter", claim=7)["claim"])


def test_the_page_of_a_payer_is_of_one_payer() -> None:
    screen = open_screen()
    assert "of one payer" in gesture(screen, "payer")["error"]["message"]
    toggle(screen, "payer_name", "Harbor Senior Plan")
    assert gesture(screen, "payer")["words"] == "Page of Harbor Senior Plan written."
    toggle(screen, "payer_name", "Cedar River Health")
    assert "of one payer" in gesture(screen, "payer")["error"]["message"]


def test_a_ground_that_is_stated_is_in_the_bars_and_what_is_chosen_stays() -> None:
    screen = open_screen()
    toggle(screen, "payer_name", "Harbor Senior Plan")
    toggle(screen, "stated_ground", "not stated")
    claim = int(screen.chosen_claims()["claim_id"][0])
    before = screen.chosen_claims().height
    assert "clinical validation" not in screen.selection.values["stated_ground"]
    done = gesture(screen, "enter", gesture="ground", claims=[claim], said={"ground": "clinical validation"})
    assert "clinical validation: 1 claim" in json.dumps(done["page"])
    assert screen.chosen_claims().height == before - 1
    assert set(screen.choice.wanted) == {"payer_name", "stated_ground"}


def test_claims_are_ordered_by_expected_dollars_and_by_deadline() -> None:
    screen = open_screen()
    work = screen._claim_work
    assert work is not None
    todo = work.rows(None).select("claim_id", "expected_amount", "days_left")
    for column, down in (("expected_amount", True), ("days_left", False)):
        shown = gesture(screen, "order")["page"]
        claims = [one["rows"]["claim"] for one in buttons(shown) if "claim" in one["rows"]]
        order = todo.sort(column, descending=down, nulls_last=True)[column].head(MOST_CLAIMS).to_list()
        keys = dict(zip(todo["claim_id"], todo[column], strict=True))
        assert [keys[claim] for claim in claims] == order
    # Its appeal is due on December 31, its records were on November 27: the first of both days counts.
    assert "claim:31" in json.dumps(shown)
    assert "Nov 27, 2026" in texts(shown)
    assert "by denied dollars" in texts(gesture(screen, "order")["page"])


@pytest.mark.parametrize(
    "asked",
    [{"dimension": "no such"}, {"dimension": "code", "value": 9999}, {"dimension": "code", "value": "x"}],
)
def test_what_a_page_of_other_lines_asks_is_refused(asked: dict[str, object]) -> None:
    screen = open_screen()
    assert "There is no such" in gesture(screen, "toggle", **asked)["error"]["message"]
    assert screen.choice.wanted == {}


def test_the_notebook_keeps_the_bars_and_no_account() -> None:
    screen = open_screen()
    kept, _ = screen._repr_mimebundle_() or ({}, {})
    html = kept["text/html"]
    assert "Which payer?" in html
    assert "Which payer denies for what?" in html
    assert "P00001" not in html
    assert not re.search(r"A\d{5}|E\d{5}", html)
    assert not re.search(r"A\d{5}|E\d{5}", json.dumps(screen.get_state(), default=str))
    assert "<img" not in html
    assert html_of(HOSTILE) in html


def test_no_denial_says_so() -> None:
    screen = DenialExplorer(
        denied_lines(claims=1).clear(),
        claim_parts=claim_parts,
        write_worklist=lambda _: "",
        write_claims=lambda _: "",
        draw_sample=lambda _: "",
    )
    assert repr(screen) == NOTHING
    assert texts(gesture(screen, "ready")["page"]) == NOTHING


def test_the_answer_adds_up(lines: pl.DataFrame) -> None:
    screen = open_screen()
    words = repr(screen)
    assert words.startswith(f"240 claims with {lines.height} denied lines:")
    assert words in texts(page(screen.selection, screen.choice))
    denied, paid, unpaid = (int(part.replace(",", "")) for part in re.findall(r"\$([\d,]+)", words))
    assert abs(denied - paid - unpaid) <= 1
