"""The mapping screen in a real JupyterLab: see what is in doubt, decide, try, load."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets
from tests.ui.conftest import use_theme
from tests.widgets.test_mapping_screen import TEXT

if TYPE_CHECKING:
    from tests.ui.conftest import NotebookPage

SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")


def test_a_table_is_mapped_tried_and_loaded(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    root, table = tmp_path / "w", tmp_path / "charges.csv"
    workspace_with_code_sets(root)
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


WIDE_HEADER = (
    "Claim Number,Patient Account Number,Medical Record Number,Primary Insurance Company Name,Rendering NPI,"
    "Billing NPI,Service From Date,Service To Date,Place of Service,CPT Code,Mod 1,Mod 2,Mod 3,Mod 4,Units,"
    "Line Charge Amount,Claim Total Charge,Dx Ptr,Department,Comments,Patient Name,City,"
    + ",".join(f"Diagnosis Code {number}" for number in range(1, 19))
)
WIDE_ROW = (
    "W{n},A{n},M{n},Invented Health,1234567893,1245319599,05/0{n}/2026,05/0{n}/2026,11,99213,25,,,,1,130.00,"
    '130.00,1,IM,,"DOE, JANE",X,I10' + ",E11.9" * 5 + "," * 12
)


def _wide_table(folder: Path) -> Path:
    table = folder / "wide.csv"
    table.write_text("\n".join([WIDE_HEADER, *(WIDE_ROW.format(n=n) for n in (4, 5))]) + "\n")
    return table


def _workbook_of_two_sheets(folder: Path) -> Path:
    path = folder / "two_sheets.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, number in (("January and February", "1"), ("March", "2")):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Visit #", "DOS", "Insurance", "CPT", "Mod", "Dx 1", "Dx 2", "Charge"])
        sheet.write_row(
            1, 0, [f"V{number}", "05/14/2026", "Invented Health", "99213", "25", "I10", "", "90.00"]
        )
    book.close()
    return path


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@pytest.mark.parametrize("written", [_wide_table, _workbook_of_two_sheets])
def test_nothing_of_the_screen_is_cut_at_the_width_of_a_small_laptop(
    open_notebook: Callable[..., NotebookPage],
    tmp_path: Path,
    written: Callable[[Path], Path],
    theme: str,
) -> None:
    root, table = tmp_path / "w", written(tmp_path)
    workspace_with_code_sets(root)
    cell = f"from auditlib import Workbench; Workbench.open({str(root)!r}).files.map({str(table)!r})"
    page = open_notebook(cell, width=1280, height=2600).page
    use_theme(page, f"JupyterLab {theme}")
    page.get_by_role("button", name="Try it", exact=True).wait_for()
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"mapping_{table.stem}_{theme}.png")
    overflowing = page.evaluate(
        """() => [...document.querySelectorAll('.jp-OutputArea-output, .widget-hbox')]
            .filter(one => one.scrollWidth > one.clientWidth + 1)
            .map(one => one.innerText.slice(0, 80))"""
    )
    assert overflowing == []
