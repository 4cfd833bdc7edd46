"""The adjudication screen in a real JupyterLab: decided by keys alone, with hostile text, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.review import decision_frame
from auditlib.workspace import Workspace
from tests.ui.decision_page import DecisionPage
from tests.widgets.example_reviews import AUDIT

if TYPE_CHECKING:
    from tests.ui.conftest import NotebookPage


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def open_screen(open_notebook: Callable[..., NotebookPage], root: Path) -> Callable[..., DecisionPage]:
    def start(**size: int) -> DecisionPage:
        cell = (
            "from pathlib import Path; from tests.widgets.example_reviews import open_adjudication\n"
            f"open_adjudication(Path({str(root)!r}))"
        )
        return DecisionPage(open_notebook(cell, **size).page, "auditlib-adjudication")

    return start


def decided(root: Path) -> list[tuple[object, ...]]:
    frame = decision_frame(Workspace.open(root).ledger().events(audit=AUDIT))
    columns = ("encounter_id", "item", "reviewer", "is_third", "corrected_code", "reason")
    return frame.select(columns).rows()


def test_disagreements_are_decided_by_keyboard_alone(
    open_screen: Callable[..., DecisionPage], root: Path
) -> None:
    page = open_screen(height=720)
    # The screen has the focus from the start; nothing is clicked in this test.
    page.wait_for_chart("A0002")
    page.press("Enter")
    page.wait_for_message("nothing is chosen for you")
    page.press("g")
    page.type("A0003")
    page.press("Enter")
    page.wait_for_chart("A0003")
    page.wait_for_focus_on("2")

    page.press("s")
    page.wait_for_message("Sentence 1 of 2")
    page.press("s")
    page.wait_for_message("Sentence 2 of 2")
    assert page.screen.locator(".text mark.evidence").count() == 2
    page.press("Escape")
    # A choice shows, can be taken back, and decides nothing.
    page.press("1")
    page.wait_for_choice("As A")
    page.press("2")
    page.wait_for_choice("As B")
    page.press("u")
    assert page.screen.locator("[aria-pressed=true]").count() == 0
    assert decided(root) == []

    page.press("1", "Enter")
    page.wait_for_message("Say why")
    page.type("Uncertain diagnosis, outpatient.")
    page.press("Enter")
    page.wait_for_focus_on("3")
    page.wait_for_row("2", "as A")

    # Another verdict, with the form of the review desk.
    page.press("3", "c")
    page.type("E66.811")
    page.screen.locator("[role=option]", has_text="E66.811").wait_for()
    page.press("Enter", "Enter")
    page.wait_for_choice("Another verdict: change E66.811")
    page.press("Enter")
    page.type("Class 1 is stated.")
    page.press("Enter")
    page.wait_for_row("3", "own verdict")
    page.wait_for_focus_on("4")
    page.press("k", "u")
    page.wait_for_row("3", "to decide")

    assert decided(root) == [("A0003", "2", "Zoe", False, None, "Uncertain diagnosis, outpatient.")]
    page.press("Escape")
    page.assert_left()


def test_a_reason_is_typed_on_while_messages_come(
    open_notebook: Callable[..., NotebookPage], root: Path
) -> None:
    cell = f"""
import asyncio
from pathlib import Path
from tests.widgets.example_reviews import open_adjudication
screen = open_adjudication(Path({str(root)!r}))
async def send_always():
    while True:
        await asyncio.sleep(0.05)
        for view in screen._sent_chart:
            screen.send({{"kind": "screen", "view": view}})
sending = asyncio.get_running_loop().create_task(send_always())
screen
"""
    page = DecisionPage(open_notebook(cell).page, "auditlib-adjudication")
    page.press("1", "Enter")
    page.wait_for_message("Say why")
    keyboard, reason = page.page.keyboard, page.screen.locator("[name=reason]")
    keyboard.type("As stated in Aug.", delay=60)
    assert reason.input_value() == "As stated in Aug."
    page.press("ArrowLeft", "ArrowLeft")
    keyboard.type("ddd", delay=60)
    assert reason.input_value() == "As stated in Audddg."
    page.press("Enter")
    page.screen.locator("td", has_text="as A").first.wait_for()
    assert [row[-1] for row in decided(root)] == ["As stated in Audddg."]


def test_hostile_text_stays_text(open_screen: Callable[..., DecisionPage]) -> None:
    page = open_screen()
    page.press("s", "1")
    page.screen.get_by_text("<script>window.hacked").first.wait_for()
    page.screen.locator(".text mark", has_text="<script>").first.wait_for()
    assert page.page.evaluate("window.hacked === undefined")
    assert page.screen.locator("script, img").count() == 0


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_is_cut_at_1280_by_720_and_axe_finds_no_serious_fault(
    open_screen: Callable[..., DecisionPage], theme: str
) -> None:
    page = open_screen(width=1280, height=720)
    page.use_theme(theme)
    page.press("l")
    page.wait_for_chart("A0003")
    page.press("1")
    page.wait_for_choice("As A")
    page.assert_sound(f"verdicts_{theme.lower()}")
    page.press("3", "c")
    page.screen.locator("[role=option]").first.wait_for()
    page.assert_sound(f"form_{theme.lower()}")
    page.press("Escape", "Escape", "s")
    page.wait_for_message("Sentence 1 of 2")
    page.assert_sound(f"chart_{theme.lower()}")
