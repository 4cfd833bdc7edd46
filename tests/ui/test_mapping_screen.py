"""The mapping screen in a real JupyterLab: see what is in doubt, decide, try, load."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.workbench import Workbench
from tests.widgets.test_mapping_screen import TEXT

if TYPE_CHECKING:
    from tests.ui.conftest import NotebookPage

SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")


def test_a_table_is_mapped_tried_and_loaded(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    root, table = tmp_path / "w", tmp_path / "charges.csv"
    Workbench.create(root)
    table.write_text(TEXT)
    cell = f"from auditlib import Workbench; Workbench.open({str(root)!r}).files.map({str(table)!r})"
    page = open_notebook(cell, height=1400).page
    button = lambda name: page.get_by_role("button", name=name, exact=True)  # noqa: E731 - read as one word
    button("Load").click()
    page.get_by_role("alert").get_by_text("Still to be decided").wait_for()
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / "mapping_screen.png")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_text("Nothing is left to check").wait_for()
    page.get_by_label("claim: unused column", exact=True).select_option("ref")
    button("Try it").click()
    page.get_by_text("Tried: nothing was loaded.").wait_for()
    button("Load").click()
    page.get_by_text("Tried: nothing was loaded.").wait_for(state="detached")
    page.locator(".jp-OutputArea").get_by_text("loaded", exact=True).first.wait_for()
    assert Workbench.open(root).claims.totals().frame["claim_count"].sum() == 2
