"""The code browser in a real JupyterLab, by keys alone."""

from __future__ import annotations

from collections.abc import Callable

from tests.ui.conftest import NotebookPage

CELL = "from tests.widgets.example_codes import open_code_browser\nopen_code_browser()"


def test_codes_are_searched_opened_and_found_in_the_tree_by_keys(
    open_notebook: Callable[..., NotebookPage],
) -> None:
    notebook = open_notebook(CELL)
    page = notebook.page
    screen = page.locator(".auditlib-codes")
    screen.locator(".row[data-key='E11']").wait_for()
    press = page.keyboard.press

    screen.locator("[role=tree]").focus()
    press("ArrowDown")
    press("ArrowRight")
    screen.locator(".row[data-key='E112']").wait_for()
    press("ArrowRight")
    press("ArrowRight")
    screen.locator(".row[data-key='E1122']").wait_for()
    press("ArrowDown")
    press("Enter")
    screen.locator(".page h4", has_text="E11.22 Type 2 diabetes mellitus").wait_for()
    press("ArrowLeft")
    press("ArrowLeft")
    screen.locator(".row[data-key='E1122']").wait_for(state="detached")

    # Letters that are shortcuts of JupyterLab do nothing to the notebook.
    cell_count = notebook.cell_count
    press("d")
    press("d")
    assert notebook.cell_count == cell_count

    press("/")
    page.keyboard.type("hypertenshun")
    screen.locator(".row.chosen[data-key='I10']").wait_for()
    press("Enter")
    screen.locator(".page h4", has_text="I10 Essential").wait_for()

    press("Escape")
    screen.locator(".row[data-key='Z99']").wait_for()
    page.keyboard.type("t2dm ckd")
    screen.locator(".row.chosen[data-key='E1122']").wait_for()
    press("Enter")
    screen.locator(".page h4", has_text="E11.22").wait_for()
    screen.get_by_role("button", name="t Show in tree").click()
    screen.locator(".row.chosen[data-key='E1122'][aria-level='4']").wait_for()

    press("/")
    page.keyboard.type("z99")
    screen.locator(".row.chosen[data-key='Z99']").wait_for()
    press("Enter")
    screen.locator(".page h4", has_text="<script>").wait_for()
    assert page.evaluate("window.hacked") is None
    assert screen.locator(".page img").count() == 0
