"""The rebuttal screen in a real JupyterLab: disputes, files and actions by keys alone, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.ledger import Event
from auditlib.review.corrective_action import PLANNED
from auditlib.review.rebuttal import DECIDED, DECISION_WITHDRAWN, SENT
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
            "from pathlib import Path; from tests.widgets.example_reviews import open_rebuttals\n"
            f"open_rebuttals(Path({str(root)!r}))"
        )
        return DecisionPage(open_notebook(cell, **size).page, "auditlib-rebuttal")

    return start


def recorded(root: Path, *kinds: str) -> list[Event]:
    return Workspace.open(root).ledger().events(audit=AUDIT, kinds=kinds)


def test_disputes_are_decided_by_keyboard_alone(open_screen: Callable[..., DecisionPage], root: Path) -> None:
    page = open_screen(height=720)
    # The screen has the focus from the start, on the first dispute; nothing is clicked in this test.
    page.wait_for_chart("A0003")
    page.wait_for_focus_on("2")
    page.press("2", "Tab", "Tab")
    page.type("system")
    page.press("Enter")
    page.wait_for_choice("cause is now system or charge master")
    page.press("Enter")
    page.type("The encoder was late.")
    page.press("Enter")
    page.wait_for_row("2", "upheld")
    page.wait_for_focus_on("3")

    page.press("s")
    page.wait_for_message("Sentence 1 of 2, the coder")
    page.press("Escape", "1", "Enter")
    page.wait_for_message("Say why")
    page.type("Continued, not evaluated.")
    page.press("Enter")
    page.wait_for_row("3", "stands")
    page.press("u")
    page.wait_for_row("3", "to decide")
    events = recorded(root, DECIDED, DECISION_WITHDRAWN)
    assert [(event.kind, event.actor, event.payload.get("decision")) for event in events] == [
        (DECIDED, "Lee", "upheld"),
        (DECIDED, "Lee", "stands"),
        (DECISION_WITHDRAWN, "Lee", None),
    ]

    page.press("h")
    page.wait_for_chart("A0001")
    page.press("g")
    page.type("A0002")
    page.press("Enter")
    page.wait_for_chart("A0002")
    page.press("e", "Enter")
    page.wait_for_message("Written:")
    assert (root / "rebuttal_ortho_C04.xlsx").exists()
    assert {event.payload["coder"] for event in recorded(root, SENT)} == {"C04", "C09"}

    page.press("w", "n", "Tab")
    page.type("Teach modifier 25")
    page.press("Tab")
    page.type("Lee")
    page.press("Tab")
    page.type("2026-12-31")
    page.press("Enter")
    page.wait_for_row("A1", "Teach modifier 25")
    assert [event.payload["owner"] for event in recorded(root, PLANNED)] == ["Lee"]
    page.press("w", "Escape")
    page.assert_left()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_is_cut_at_1280_by_720_and_axe_finds_no_serious_fault(
    open_screen: Callable[..., DecisionPage], theme: str
) -> None:
    page = open_screen(width=1280, height=720)
    page.use_theme(theme)
    page.press("j", "1")
    page.wait_for_choice("Finding stands")
    page.assert_sound(f"dispute_{theme.lower()}")
    page.press("Escape", "s")
    page.wait_for_message("Sentence 1 of 2")
    page.assert_sound(f"chart_{theme.lower()}")
    page.press("Escape", "e")
    page.screen.get_by_role("button", name="Write", exact=False).first.wait_for()
    page.assert_sound(f"write_{theme.lower()}")
    page.press("Escape", "w", "n")
    page.assert_sound(f"action_{theme.lower()}")


def test_hostile_text_stays_text(open_screen: Callable[..., DecisionPage]) -> None:
    page = open_screen()
    page.press("g")
    page.type("A0002")
    page.press("Enter")
    page.wait_for_chart("A0002")
    page.press("j", "s")
    page.screen.locator(".text mark", has_text="<script>").first.wait_for()
    assert page.page.evaluate("window.hacked === undefined")
    assert page.screen.locator("script, img").count() == 0
