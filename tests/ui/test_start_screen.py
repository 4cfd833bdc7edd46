"""The start screen in a real JupyterLab: an audit planned and opened by keys alone, in both themes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from tests.made_once import empty_workspace
from tests.ui.conftest import NotebookPage, use_theme
from tests.ui.page_faults import serious_violations
from tests.ui.start_gestures import BUTTON_OF_PLAN, CUT, plan_by_keys
from tests.widgets.test_sample_planner import small_workbench
from tests.x12_texts import professional_claims

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")


def opened(
    open_notebook: Callable[..., NotebookPage], root: Path, *, user: str = "R01", **page: int
) -> tuple[NotebookPage, Locator]:
    cell = f"from auditlib import Workbench; Workbench.open({str(root)!r}, user={user!r}).start()"
    notebook = open_notebook(cell, **page)
    screen = notebook.page.locator(".auditlib-start")
    screen.locator(".next").wait_for()
    return notebook, screen


def test_an_audit_is_planned_and_opened_by_keys_alone(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    small_workbench(root)
    # It is loaded anew below, which a page of many tests is not.
    notebook, screen = opened(open_notebook, root, height=720, in_own_page=True)
    page, press = notebook.page, notebook.page.keyboard.press
    cells = notebook.cell_count
    screen.focus()
    # A letter without a meaning here does nothing to the notebook.
    press("d")
    press("d")
    assert notebook.cell_count == cells

    plan_by_keys(page, screen, name="q1", of_count=240)
    page.locator(".auditlib-review").wait_for()
    screen.get_by_text("Review of q1").wait_for()
    bench = Workbench.open(root)
    assert bench.samples.names() == ["q1"]
    assert bench.audit("q1").plan.plan.loads == {"R01": 5}
    assert page.evaluate("document.activeElement.closest('.auditlib-review') !== null")

    # Back by keys, and in again: the chosen audit is the next thing.
    press("Shift+Tab")
    press("Enter")
    screen.get_by_text("Next: review 5 charts of audit q1").wait_for()
    assert screen.locator("tr.on").inner_text().split()[0] == "q1"
    press("Enter")
    screen.get_by_role("button", name="1 R01").wait_for()
    press("1")
    page.locator(".auditlib-review").wait_for()
    assert len(bench.workspace.ledger().events(kinds=["sample drawn", "review planned"])) == 2

    # A page that is loaded anew draws nothing and shows what is open.
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    page.locator(".auditlib-start").get_by_text("Review of q1").wait_for()
    assert len(bench.workspace.ledger().events(kinds=["sample drawn", "review planned"])) == 2


def test_what_is_wrong_with_a_plan_is_said_at_its_field_and_esc_leads_out(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    bench = small_workbench(root)
    bench.samples.draw(Universe("All"), SampleRequest("simple", seed="1", count=4), name="q1")
    hostile = "<img src=x onerror=window.hacked=1>"
    bench.audit("q1").plan_review([hostile, "Bo"], second_share=0)
    notebook, screen = opened(open_notebook, root, height=720)
    page, press = notebook.page, notebook.page.keyboard.press
    assert screen.locator("img").count() == 0
    screen.get_by_text(hostile).first.wait_for()
    screen.focus()
    press("Enter")
    # Nobody is chosen where there are several.
    screen.get_by_role("heading", name="Who are you?").wait_for()
    assert screen.locator(".who button.main").count() == 0
    press("Escape")
    press("2")
    press("Enter")
    screen.get_by_text("Give the audit a name").wait_for()
    assert page.evaluate("document.activeElement.name") == "name"
    page.keyboard.type("q1")
    screen.get_by_label("Seed").fill("7")
    press("Enter")
    screen.get_by_role("status").get_by_text("There is an audit 'q1' already").wait_for()
    press("Escape")
    screen.locator(".next").wait_for()
    press("Escape")
    assert page.evaluate("document.activeElement.closest('.auditlib-start') === null")
    assert page.evaluate("window.hacked") is None
    assert bench.samples.names() == ["q1"]


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_nothing_is_cut_at_1280_pixels_and_axe_finds_no_serious_fault(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path, theme: str
) -> None:
    root = tmp_path / "w"
    bench = small_workbench(root)
    for name in (
        "q1",
        "An audit with a name of many words that is nearly a hundred characters long and not cut short",
    ):
        bench.samples.draw(Universe("All"), SampleRequest("simple", seed="1", count=4), name=name)
    bench.audit("q1").plan_review(["R01", "Bo"], second_share=0.5)
    notebook, screen = opened(open_notebook, root, width=1280, height=720)
    page = notebook.page
    use_theme(page, f"JupyterLab {theme}")
    for name, keys in (
        ("overview", ""),
        ("keys", "?"),
        ("plan", "?2"),
        ("load", "Escape i"),
        ("demo", "Escape 6"),
        ("who", "Escape Enter"),
    ):
        screen.focus()
        for key in keys.split() if " " in keys else keys:
            page.keyboard.press(key)
        if name == "who":
            screen.get_by_role("heading", name="Who are you?").wait_for()
        sound(page, screen, f"start_{name}_{theme.lower()}")
    screen.locator(".who").press("Escape")
    page.keyboard.press("2")
    assert screen.locator(BUTTON_OF_PLAN).is_visible()


def test_an_empty_workspace_leads_from_files_to_the_next_step_and_offers_the_demo(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    empty_workspace(root)
    claims = tmp_path / "claims.837"
    claims.write_text(professional_claims([("C1", "100.00")]), encoding="ascii")
    notebook, screen = opened(open_notebook, root, width=1280, height=720)
    page, press = notebook.page, notebook.page.keyboard.press
    screen.get_by_text("Next: load your files.").wait_for()
    assert screen.locator(".steps [aria-current=step]").inner_text() == "● load"
    sound(page, screen, "start_first")
    screen.focus()
    press("6")
    folder = screen.get_by_label("A folder of its own")
    assert folder.input_value() == str(tmp_path / "w-demo")
    folder.fill(str(root))
    press("Enter")
    screen.get_by_role("status").get_by_text("the demo is never made there").wait_for()
    press("Escape")
    screen.locator(".next").wait_for()
    press("Enter")
    page.keyboard.type(str(claims))
    press("Enter")
    press("Enter")
    screen.get_by_text("Next: run the checks on what is loaded.").wait_for()
    screen.get_by_role("status").get_by_text("1 file loaded.").wait_for()
    assert not (tmp_path / "w-demo").exists()


def sound(page: Page, screen: Locator, name: str) -> None:
    """Find nothing cut and no serious fault; take a picture where pictures are wanted."""
    if SCREENSHOTS:
        screen.scroll_into_view_if_needed()
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")
    assert screen.evaluate(CUT) == []
    assert serious_violations(page, within=".auditlib-start") == []
