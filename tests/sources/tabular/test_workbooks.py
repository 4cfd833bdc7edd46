"""Hidden sheets, merged cells and headers of two rows in workbooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from auditlib.loading.load import load_files
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.tables import read_table
from auditlib.sources.tabular.workbooks import hidden_sheets
from auditlib.workspace import Workspace
from tests.sources.tabular.flat_export import HEADER, claims, codes, mapping_of, read, reasons

Cells = Sequence[Sequence[object]]
FIRST = ["C1", "2026-01-05", "99213", 1, 110, "I10", "", "P"]
SECOND = ["", "2026-01-05", "36415", 1, 9, "E11.9", "", "P"]
OTHER = ["C2", "2026-01-06", "99212", 1, 80, "J06.9", "", "P"]
CHARGES = [HEADER.split(","), FIRST, OTHER]


def workbook(path: Path, sheets: dict[str, Cells], change: Callable[[xlsxwriter.Workbook], None]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
        change(book)
    return path


def merging(*areas: str) -> Callable[[xlsxwriter.Workbook], None]:
    """Return a change that merges areas of the first sheet: the value that is there goes first."""

    def change(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        for area in areas:
            reference, _, value = area.partition("=")
            sheet.merge_range(reference, float(value) if value.isdigit() else value)

    return change


def test_a_claim_number_merged_over_its_lines_is_carried_down(tmp_path: Path) -> None:
    rows = [HEADER.split(","), FIRST, SECOND, OTHER, ["", "2026-01-07", "99212", 1, 7, "I10", "", "P"]]
    path = workbook(tmp_path / "x.xlsx", {"S": rows}, merging("A2:A3=C1"))
    batch = read(path, None, mapping_of())
    assert claims(batch) == [("C1", "119.00"), ("C2", "80.00")]
    assert codes(batch) == ["I10", "E119", "J069"]
    # The last row has no claim number, and no merged cell gives it one.
    assert {number for number, _ in reasons(batch)} == {4}


def test_a_charge_merged_over_lines_counts_once(tmp_path: Path) -> None:
    rows = [HEADER.split(","), FIRST, SECOND, ["Total", "", "", "", 119]]
    path = workbook(tmp_path / "x.xlsx", {"S": rows}, merging("A2:A3=C1", "E2:E3=119"))
    batch = read(path, None, mapping_of())
    assert claims(batch) == [("C1", "119.00")]
    assert reasons(batch) == [(2, "charge_amount is missing"), (3, "a row of totals, by its label")]


def test_merged_cells_of_a_sheet_that_begins_elsewhere_and_across_columns(tmp_path: Path) -> None:
    def change(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        for row, cells in enumerate([HEADER.split(","), FIRST, SECOND, OTHER], start=3):
            sheet.write_row(row, 2, cells)
        sheet.merge_range("C5:C6", "C1")
        sheet.merge_range("C8:F8", "Grand total")
        sheet.write("G8", 199)

    path = workbook(tmp_path / "x.xlsx", {"S": []}, change)
    batch = read(path, None, mapping_of(file="header_row: 4"))
    assert claims(batch) == [("C1", "119.00"), ("C2", "80.00")]
    assert reasons(batch) == [(4, "a row of totals, by its label")]


def test_a_header_of_two_rows_with_merged_groups(tmp_path: Path) -> None:
    top = ["Claim", "", "Line", "", "", "Dx", "", "Payer"]
    names = ["No", "Day", "CPT", "Qty", "Charge", "1", "2", "Name"]
    path = workbook(
        tmp_path / "x.xlsx",
        {"S": [top, names, FIRST, OTHER]},
        merging("A1:B1=Claim", "C1:E1=Line", "F1:G1=Dx"),
    )
    mapping = (
        mapping_of(file="header_rows: 2", code="Line CPT")
        .replace("Claim\n", "Claim No\n").replace("claim_id: Claim,", "claim_id: Claim No,")
        .replace("DOS", "Claim Day").replace("Charge", "Line Charge").replace("Qty", "Line Qty")
        .replace("payer_name: Payer", "payer_name: Payer Name")
    )  # fmt: skip
    assert claims(read(path, None, mapping)) == [("C1", "110.00"), ("C2", "80.00")]
    second_only = mapping_of(file="header_row: 2").replace("Claim\n", "No\n").replace(": Claim,", ": No,")
    second_only = second_only.replace("DOS", "Day").replace("Payer", "Name").replace("Dx ", "")
    assert claims(read(path, None, second_only)) == [("C1", "110.00"), ("C2", "80.00")]


def test_a_hidden_sheet_is_left_out_and_said_and_read_if_it_is_named(tmp_path: Path) -> None:
    old = [HEADER.split(","), ["C9", *FIRST[1:]]]
    summary = [["Month", "Claims"], ["Jan", 2], ["Total", 2]]
    sheets: dict[str, Cells] = {"Charges": CHARGES, "Old": old, "Older": old, "Summary": summary}

    def change(book: xlsxwriter.Workbook) -> None:
        book.get_worksheet_by_name("Old").hide()
        book.get_worksheet_by_name("Older").very_hidden()

    path = workbook(tmp_path / "x.xlsx", sheets, change)
    assert hidden_sheets(path) == ("Old", "Older")
    batches = list(read_table(path, source_file_id=3, mapping=parse_mapping(mapping_of(), name="m")))
    assert claims(batches[0]) == [("C1", "110.00"), ("C2", "80.00")]
    said = [reason for batch in batches[1:] for _, reason in reasons(batch)]
    assert [reason.partition(":")[2].split("'")[1] for reason in said] == ["Summary", "Old", "Older"]
    assert [" is hidden" in reason for reason in said] == [False, True, True]
    named = parse_mapping(mapping_of(file="sheet: Old"), name="m")
    (batch,) = read_table(path, source_file_id=3, mapping=named)
    assert claims(batch) == [("C9", "110.00")]


def test_a_copy_of_a_sheet_loads_no_claim_twice(workspace: Workspace, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", {"A": CHARGES, "A (2)": CHARGES}, lambda _: None)
    load_files(
        workspace, [path],
        loaded_at=dt.datetime(2026, 11, 23, 9, 0),  # noqa: DTZ001 - stored times carry no zone
        mapping=parse_mapping(mapping_of(), name="m"),
    )  # fmt: skip
    totals = workspace.warehouse().query("queries/files/money_totals")
    counted = {
        row["table_name"]: row["row_count"] for row in totals.iter_rows(named=True) if row["row_count"]
    }
    assert counted == {"claim": 2, "claim_line": 2}


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_file_that_lists_no_sheets_hides_none(tmp_path: Path, part: str) -> None:
    import zipfile  # noqa: PLC0415 - the only test that takes an archive apart

    path = workbook(tmp_path / "x.xlsx", {"S": CHARGES}, lambda _: None)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, b"<" if name == part else whole.read(name))
    assert hidden_sheets(broken) == ()
