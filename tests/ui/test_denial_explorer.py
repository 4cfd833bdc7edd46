"""The denial explorer in a real JupyterLab: filter by keys, undo, open a claim, in both themes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ui.conftest import use_theme
from tests.ui.page_faults import serious_violations
from tests.ui.test_accuracy_screen import CUT

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.ui.conftest import NotebookPage

CELL = "from tests.widgets.example_denials import open_screen; open_screen()"
SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")


def focused(page: Page) -> str:
    return str(
        page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        )
    )


def test_keys_filter_open_a_claim_and_lead_out_in_both_themes(
    open_notebook: Callable[..., NotebookPage],
) -> None:
    page = open_notebook(CELL, width=1280, height=720).page
    screen = page.locator(".auditlib-denials.framed")
    screen.get_by_text("240 claims behind the selection").wait_for()
    screen.focus()

    page.keyboard.press("2")
    assert focused(page).startswith("Prairie Mutual Health: 48 claims") or "48 claims" in focused(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    screen.get_by_text("48 claims behind the selection").wait_for()
    pressed = focused(page)
    assert screen.locator("[aria-pressed=true]").get_attribute("aria-label") == pressed
    page.keyboard.press("4")
    page.keyboard.press(" ")
    # What is asked at once after a filter does not lose its page.
    page.keyboard.press("e")
    screen.locator(".chip").nth(1).wait_for()
    assert screen.locator("[aria-pressed=true]").count() == 2
    page.keyboard.press("u")
    screen.get_by_text("48 claims behind the selection").wait_for()

    for theme in ("Light", "Dark"):
        use_theme(page, f"JupyterLab {theme}")
        assert screen.evaluate(CUT) == []
        assert serious_violations(page, within=".auditlib-denials.framed") == []
        photograph(page, f"denial_explorer_{theme.lower()}")
    use_theme(page, "JupyterLab Light")

    screen.focus()
    page.keyboard.press("0")
    account = focused(page)
    page.keyboard.press("Enter")
    screen.get_by_role("heading", name=f"Claim {account}").wait_for()
    assert serious_violations(page, within=".auditlib-denials.framed") == []
    page.keyboard.press("Escape")
    screen.locator(".claim").wait_for(state="detached")
    assert focused(page) == account
    enter_work(page, screen)
    move_in_payers_by_kinds(page, screen)
    page.keyboard.press("w")
    screen.get_by_text("48 claims written to worklist.xlsx.").wait_for()
    page.keyboard.press("p")
    screen.get_by_text("30 of 48 claims drawn, seed 837.").wait_for()
    page.keyboard.press("?")
    assert screen.locator(".keys").is_visible()
    page.keyboard.press("b")
    screen.get_by_text("height: claims").wait_for()
    page.keyboard.press("Escape")
    screen.get_by_text("240 claims behind the selection").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('.jp-Notebook') !== null")
    assert page.evaluate("document.activeElement.closest('.auditlib-denials') === null")
    # A name that is markup stays a name.
    assert screen.locator("img").count() == 0
    assert page.title() != "run"


def enter_work(page: Page, screen: Locator) -> None:
    """Tick two claims, assign them, draft a letter of one and order all, with two filters on."""
    # Space ticks, a key opens the form, Enter enters it, and the cursor is back on the claim.
    page.keyboard.press(" ")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    second = focused(page)
    # What was done stays in reach while the claims scroll.
    assert screen.locator(".work").bounding_box()["y"] < 720  # type: ignore[index]
    page.keyboard.press("t")
    page.keyboard.type("Wenger, night desk")
    assert serious_violations(page, within=".auditlib-denials.framed") == []
    page.keyboard.press("Enter")
    screen.get_by_text("2 entered: assign.").wait_for()
    assert screen.get_by_text("Wenger, night desk").count() >= 1
    assert focused(page) == second
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert focused(page) == second
    page.keyboard.press("f")
    screen.get_by_role("heading", name=f"Draft of an appeal: claim {second}").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    screen.get_by_text("by expected dollars").wait_for()
    assert screen.evaluate(CUT) == []


def move_in_payers_by_kinds(page: Page, screen: Locator) -> None:
    """Go by rows and columns, select a cell by the mouse, and undo."""
    # In payers by kinds the arrows go by rows and columns; a cell selects both, by the mouse too.
    page.keyboard.press("h")
    first = focused(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == first
    cell = screen.locator(".cell").nth(3)
    count = cell.inner_text()
    cell.click()
    screen.get_by_text(f"{count} claims behind the selection").wait_for()
    screen.locator(".cell[aria-pressed=true]").click()
    screen.get_by_text("240 claims behind the selection").wait_for()
    page.keyboard.press("u")
    page.keyboard.press("u")
    screen.get_by_text("48 claims behind the selection").wait_for()


def photograph(page: Page, name: str) -> None:
    """Take a picture of each part of the screen as a window of 1280 by 720 shows it."""
    if not SCREENSHOTS:
        return
    folder = Path(SCREENSHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    for number, section in enumerate(page.locator(".auditlib-denials.framed .panel").all()):
        if number in {0, 1, 2, 5, 10, 14, 15}:
            section.evaluate("one => one.scrollIntoView({block: 'start'})")
            page.screenshot(path=folder / f"{name}_{number}.png")
