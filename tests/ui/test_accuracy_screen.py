"""The accuracy screen in a real JupyterLab: walk by keys, open rows, change the target."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import use_theme
from tests.ui.page_faults import serious_violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.ui.conftest import NotebookPage

CELL = "from tests.widgets.example_accuracy import open_screen; open_screen()"
SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")
# Elements whose content is wider or higher than they are, and texts of charts that leave their chart.
CUT = """screen => {
    const parts = '.page, .table, table, td, th, p, h2, h3:not(.hidden-head), label, figure';
    const cut = [...screen.querySelectorAll(parts)]
        .filter(one => one.scrollWidth > one.clientWidth + 1)
        .map(one => `${one.tagName} ${one.className}: ${one.textContent.slice(0, 60)}`);
    const edge = screen.getBoundingClientRect();
    const outside = [...screen.querySelectorAll('svg text')]
        .filter(text => text.getBoundingClientRect().right > edge.right + 1)
        .map(text => text.textContent);
    return [...cut, ...outside];
}"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def opened(open_notebook: Callable[..., NotebookPage], **size: int) -> tuple[Page, Locator]:
    page = open_notebook(CELL, **size).page
    screen = page.locator(".auditlib-accuracy.framed")
    screen.get_by_text("432", exact=True).first.wait_for()
    return page, screen


def test_numbers_open_their_rows_by_keys_and_a_choice_counts_anew(
    open_notebook: Callable[..., NotebookPage],
) -> None:
    page, screen = opened(open_notebook, height=720)
    behind = screen.locator(".behind")

    screen.get_by_role("button", name="90.0 %", exact=True).first.focus()
    page.keyboard.press("Enter")
    behind.get_by_role("heading", name="48 codes: errors").wait_for()
    assert behind.get_by_role("row").count() == 49
    page.keyboard.press("Escape")
    behind.wait_for(state="detached")
    assert focused(page) == "90.0 %"
    page.keyboard.press("Tab")
    assert focused(page) == "432"

    month = screen.get_by_role("button", name="Aug 2026: 75.0 %, 30 of 40")
    month.focus()
    page.keyboard.press("Enter")
    behind.get_by_role("heading", name="40 codes: month 2026-08-01, in the reviewer's list").wait_for()
    screen.get_by_role("button", name="40 of 44", exact=True).click()
    behind.get_by_role("heading", name="40 codes: coder C07, kind units").wait_for()
    assert behind.count() == 1

    target = screen.get_by_label("Target, %")
    target.fill("80")
    page.keyboard.press("Enter")
    screen.get_by_text("The 80 % target is met:").wait_for()
    assert page.evaluate("document.activeElement.name") == "target"
    target.fill("all")
    page.keyboard.press("Tab")
    screen.get_by_text("'all' is no target.").wait_for()
    screen.get_by_label("Score").select_option("payment")
    screen.get_by_role("status").get_by_text("'all' is no target.").wait_for()
    target.fill("")
    page.keyboard.press("Tab")
    screen.get_by_text("of charts were paid rightly.").wait_for()

    screen.get_by_role("button", name="432", exact=True).focus()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('.jp-Notebook') !== null")
    assert page.evaluate("document.activeElement.closest('.auditlib-accuracy') === null")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_is_cut_at_1280_pixels_and_axe_finds_no_serious_fault(
    open_notebook: Callable[..., NotebookPage], theme: str
) -> None:
    page, screen = opened(open_notebook, width=1280, height=720)
    use_theme(page, f"JupyterLab {theme}")
    assert screen.evaluate(CUT) == []
    assert serious_violations(page, within=".auditlib-accuracy.framed") == []
    if SCREENSHOTS:
        photograph(page, screen, Path(SCREENSHOTS), f"accuracy_screen_{theme.lower()}")


def photograph(page: Page, screen: Locator, folder: Path, name: str) -> None:
    """Take a picture of each part of the screen as a window of 1280 by 720 shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, section in enumerate(screen.locator("section.sec").all()):
        section.evaluate("one => one.scrollIntoView({block: 'start'})")
        page.screenshot(path=folder / f"{name}_{number}.png")
    screen.locator("button.number").nth(12).click()
    screen.locator(".behind").wait_for()
    page.screenshot(path=folder / f"{name}_rows.png")
