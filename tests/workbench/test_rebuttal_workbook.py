"""Answers by file: a workbook goes out, comes back hostile, damaged or whole, and each row's fate is said."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from auditlib.audits.rebuttal_file import FINDINGS_SHEET
from auditlib.errors import BadInputError, LedgerMovedOnError, UsageError
from auditlib.review import CorrectedCode, Verdict
from auditlib.review.rebuttal_entry import AnswerGiven
from auditlib.sources.workbook_cells import WorkbookCell, read_cells
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.workbench.records import BARE, CODES, NOW, SAMPLE, VISITS, records_workbench

CODER = "C1"
OWN = [visit for visit in VISITS if visit not in BARE and int(visit[1:]) % 2][:3]
OTHER = next(visit for visit in VISITS if visit not in BARE and not int(visit[1:]) % 2)
HEAD_ROW = 5
ID, CHART, ANSWER, EVIDENCE = 1, 2, 11, 12
DISPUTE = "disputes the finding"
Cells = dict[tuple[int, int], str]


def make_findings(root: Path) -> None:
    bench = records_workbench(root)
    for visit in (*OWN, OTHER):
        review(bench, visit, "99212")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    workspace = Workspace.open(copied("forty-visits-four-findings", make_findings, tmp_path / "ws"))
    return Workbench(workspace, user="Ada", clock=lambda: NOW)


def review(bench: Workbench, visit: str, code: str) -> None:
    rita = bench.audit(SAMPLE).session("Rita")
    if rita.is_completed(visit):
        rita.reopen_chart(visit, recorded_at=NOW)
    rita.open_chart(visit, recorded_at=NOW)
    corrected = CorrectedCode("CPT", code, "procedure")
    rita.decide(
        Verdict(
            visit, "change", 2, "CPT", "99213", corrected, "wrong code", "coder rule", comment="=1+1 low"
        ),
        recorded_at=NOW,
    )
    rita.decide(Verdict(visit, "agree", 1, *CODES[0][:2]), recorded_at=NOW)
    rita.complete_chart(visit, recorded_at=NOW, go_on=False)


@pytest.fixture
def sent(bench: Workbench, tmp_path: Path) -> Path:
    return bench.audit(SAMPLE).rebuttal_workbook(tmp_path / "out.xlsx", CODER)


def texts(path: Path) -> Cells:
    return {place: cell.text for place, cell in read_cells(path)[FINDINGS_SHEET].items()}


def rows_of(cells: Cells) -> dict[str, int]:
    return {text: row for (row, column), text in cells.items() if column == CHART and row > HEAD_ROW}


def written(path: Path, cells: Cells, formulas: dict[tuple[int, int], str] | None = None) -> Path:
    """Write the cells as a person's spreadsheet program would save them."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(FINDINGS_SHEET)
        for (row, column), text in cells.items():
            sheet.write_string(row - 1, column - 1, text)
        for (row, column), formula in (formulas or {}).items():
            sheet.write_formula(row - 1, column - 1, formula, value=DISPUTE)
    return path


def answered(sent: Path, tmp_path: Path, change: Callable[[Cells, dict[str, int]], None]) -> Path:
    cells = texts(sent)
    rows = rows_of(cells)
    for number, visit in enumerate(OWN):
        cells[rows[visit], ANSWER] = ["agrees", DISPUTE, "disputes the cause"][number]
        cells[rows[visit], EVIDENCE] = ["", "=see note", "Template."][number]
    change(cells, rows)
    return written(tmp_path / "back.xlsx", cells)


def event_count(bench: Workbench) -> int:
    return len(bench.workspace.ledger().events())


def fates(bench: Workbench, path: Path) -> list[tuple[str | None, str]]:
    frame = bench.audit(SAMPLE).load_rebuttals(path, CODER).fates
    return [(row["encounter_id"], row["fate"]) for row in frame.iter_rows(named=True)]


def as_filled_in(_cells: Cells, _rows: dict[str, int]) -> None:
    """Leave the answers as they are."""


def test_the_workbook_holds_this_coders_findings_and_no_formula(bench: Workbench, sent: Path) -> None:
    cells = texts(sent)
    assert list(rows_of(cells)) == OWN
    sheets = read_cells(sent)
    assert not any(cell.is_formula for sheet in sheets.values() for cell in sheet.values())
    assert OTHER not in {cell.text for sheet in sheets.values() for cell in sheet.values()}
    assert "=1+1 low" in cells.values()
    lists = {cell.text for cell in sheets["Code lists"].values()}
    assert {"as billed", "changed", "99213", "99212"} <= lists
    with zipfile.ZipFile(sent) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<sheetProtection" in sheet
    assert "fitToWidth" in sheet or "fitToHeight" in sheet
    assert "agrees,disputes the finding,disputes the cause" in sheet
    frame = bench.audit(SAMPLE).rebuttals(coder=CODER).frame
    assert frame["due_date"].unique().to_list() == [dt.date(2026, 11, 9)]
    assert frame["state"].unique().to_list() == ["answer awaited"]


def test_only_the_cells_for_the_answer_are_unlocked(sent: Path) -> None:
    with zipfile.ZipFile(sent) as archive:
        styles = archive.read("xl/styles.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.partition("<cellXfs")[2])
    unlocked = {str(number) for number, style in enumerate(formats) if 'locked="0"' in style}
    cells = re.findall(r'<c r="([A-Z]+)(\d+)" s="(\d+)"', sheet)
    assert {(column, int(row)) for column, row, style in cells if style in unlocked} == {
        (column, row) for column in "KL" for row in range(6, 9)
    }


def test_a_workbook_that_is_there_is_never_replaced(bench: Workbench, sent: Path) -> None:
    with pytest.raises(UsageError, match=r"no new \.xlsx file"):
        bench.audit(SAMPLE).rebuttal_workbook(sent, CODER)
    with pytest.raises(UsageError, match="no finding on codes of coder 'C7'"):
        bench.audit(SAMPLE).rebuttal_workbook(sent.with_name("c7.xlsx"), "C7")


def test_answers_are_entered_once_with_coder_and_who_loaded(
    bench: Workbench, sent: Path, tmp_path: Path
) -> None:
    back = answered(sent, tmp_path, as_filled_in)
    loaded = bench.audit(SAMPLE).load_rebuttals(back, CODER)
    assert loaded.entered_count == 3
    frame = bench.audit(SAMPLE).rebuttals(coder=CODER).frame
    assert frame.select("state", "coder_evidence", "entered_by", "coder_id").rows() == [
        ("agrees", None, "Ada", CODER),
        ("dispute open", "=see note", "Ada", CODER),
        ("dispute open", "Template.", "Ada", CODER),
    ]
    count = event_count(bench)
    assert fates(bench, back) == [(visit, "the same as recorded") for visit in OWN]
    assert event_count(bench) == count


def test_rows_may_be_sorted_and_deleted(bench: Workbench, sent: Path, tmp_path: Path) -> None:
    def change(cells: Cells, rows: dict[str, int]) -> None:
        first, last = rows[OWN[0]], rows[OWN[2]]
        for column in range(1, 20):
            swapped = cells.pop((first, column), None), cells.pop((last, column), None)
            if swapped[1] is not None:
                cells[first, column] = swapped[1]
            # The row of the first finding is deleted.

    back = answered(sent, tmp_path, change)
    assert fates(bench, back) == [
        (OWN[2], "entered"),
        (OWN[1], "entered"),
        (OWN[0], "not in the file"),
    ]


def put(visit: str, column: int, text: str) -> Callable[[Cells, dict[str, int]], None]:
    def change(cells: Cells, rows: dict[str, int]) -> None:
        cells[rows[visit], column] = text

    return change


def add_row(cells: Cells, _rows: dict[str, int]) -> None:
    cells[20, ANSWER] = DISPUTE


def list_twice(cells: Cells, rows: dict[str, int]) -> None:
    for column in range(1, 20):
        if (rows[OWN[0]], column) in cells:
            cells[12, column] = cells[rows[OWN[0]], column]
    cells[12, ANSWER], cells[12, EVIDENCE] = DISPUTE, "It is documented."


def sort_answers_apart(cells: Cells, rows: dict[str, int]) -> None:
    first, last = rows[OWN[0]], rows[OWN[2]]
    cells[first, ID], cells[last, ID] = cells[last, ID], cells[first, ID]


REFUSALS = (
    (put(OWN[1], ANSWER, "disputes teh finding"), "did you mean 'disputes the finding'"),
    (put(OWN[1], EVIDENCE, " "), "needs its evidence"),
    (put(OWN[1], ANSWER, ""), "evidence but no answer"),
    (put(OWN[1], ID, "f" * 16), "no finding of this audit"),
    (put(OWN[1], ID, ""), "row was added"),
    (add_row, "row was added"),
    (list_twice, "listed twice"),
    (sort_answers_apart, "sorted apart"),
    (put(OWN[1], 4, "99215"), "cells were changed"),
    (put(OWN[1], EVIDENCE, "x" * 4_001), "no plain text"),
)


def test_one_refused_row_keeps_all_from_being_entered(bench: Workbench, sent: Path, tmp_path: Path) -> None:
    count = event_count(bench)
    audit = bench.audit(SAMPLE)
    for change, problem in REFUSALS:
        back = answered(sent, tmp_path, change)
        loaded = audit.load_rebuttals(back, CODER)
        assert loaded.is_refused
        problems = loaded.fates.filter(fate="refused")["problem"].to_list()
        assert any(problem in str(said) for said in problems), problem
        assert "entered" not in loaded.fates["fate"].to_list()
    assert event_count(bench) == count


def test_a_formula_as_an_answer_is_refused(bench: Workbench, sent: Path, tmp_path: Path) -> None:
    cells = texts(sent)
    row = rows_of(cells)[OWN[0]]
    back = written(tmp_path / "back.xlsx", cells, {(row, ANSWER): '=CONCAT("disputes ","the finding")'})
    loaded = bench.audit(SAMPLE).load_rebuttals(back, CODER)
    assert "A formula is in 'Your answer'" in str(loaded.fates["problem"].drop_nulls().to_list())


def test_an_empty_workbook_enters_nothing(bench: Workbench, sent: Path) -> None:
    assert fates(bench, sent) == [(visit, "no answer") for visit in OWN]


def test_a_verdict_changed_meanwhile_is_not_answered(bench: Workbench, sent: Path, tmp_path: Path) -> None:
    back = answered(sent, tmp_path, as_filled_in)
    review(bench, OWN[1], "99211")
    assert fates(bench, back) == [
        (OWN[0], "entered"),
        (None, "the finding was changed since: not entered"),
        (OWN[2], "entered"),
    ]


def test_a_decided_finding_is_not_answered_again(bench: Workbench, sent: Path, tmp_path: Path) -> None:
    back = answered(sent, tmp_path, as_filled_in)
    bench.audit(SAMPLE).load_rebuttals(back, CODER)
    found = bench.audit(SAMPLE).rebuttals(coder=CODER).frame["finding_id"][1]
    bench.audit(SAMPLE).rebuttal.decide(found, "stands", reason="+The note has no drug management.")
    again = answered(sent, tmp_path, put(OWN[1], EVIDENCE, "Look again."))
    assert fates(bench, again)[1] == (OWN[1], "decided before: not entered")
    decided = bench.audit(SAMPLE).rebuttal_workbook(tmp_path / "decided.xlsx", CODER)
    cells = texts(decided)
    row = rows_of(cells)[OWN[1]]
    assert cells[row, 13] == "stands"
    assert cells[row, 15] == "+The note has no drug management."
    assert cells[rows_of(cells)[OWN[2]], ANSWER] == "disputes the cause"


def test_a_workbook_of_another_audit_or_coder_is_refused(
    bench: Workbench, sent: Path, tmp_path: Path
) -> None:
    for name, text in (("Audit", "q9"), ("Coder", "C0")):
        cells = texts(sent)
        place = next(place for place, value in cells.items() if value == name)
        cells[place[0], place[1] + 1] = text
        with pytest.raises(BadInputError, match=f"is of {name.lower()} '{text}'"):
            bench.audit(SAMPLE).load_rebuttals(written(tmp_path / f"{name}.xlsx", cells), CODER)


def test_a_late_workbook_needs_a_reason(bench: Workbench, sent: Path, tmp_path: Path) -> None:
    back = answered(sent, tmp_path, as_filled_in)
    later = Workbench(bench.workspace, user="Ada", clock=lambda: NOW + dt.timedelta(days=30))
    assert later.audit(SAMPLE).load_rebuttals(back, CODER).is_refused
    loaded = later.audit(SAMPLE).load_rebuttals(back, CODER, late_reason="On leave.")
    assert loaded.entered_count == 3


def damaged(kind: str, sent: Path, path: Path) -> Path:
    if kind in {"empty", "text"}:
        path.write_bytes(b"" if kind == "empty" else b"Finding,Your answer\n")
    elif kind == "cut":
        path.write_bytes(sent.read_bytes()[:-400])
    elif kind == "no sheet":
        with xlsxwriter.Workbook(str(path)) as book:
            book.add_worksheet("Other").write_string(0, 0, "Finding")
    else:
        with zipfile.ZipFile(sent) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if kind == "entity" and name.endswith("sheet1.xml"):
                    data = b'<!DOCTYPE x [<!ENTITY a "b">]>' + data.partition(b"?>")[2]
                if kind == "entity" or not name.endswith("sheet1.xml"):
                    new.writestr(name, data)
    return path


def test_a_damaged_workbook_is_refused_and_nothing_recorded(
    bench: Workbench, sent: Path, tmp_path: Path
) -> None:
    count = event_count(bench)
    for kind in ("empty", "text", "cut", "no sheet", "entity", "no part"):
        path = damaged(kind, sent, tmp_path / "bad.xlsx")
        with pytest.raises(BadInputError, match=r"bad\.xlsx is no workbook"):
            bench.audit(SAMPLE).load_rebuttals(path, CODER)
    assert event_count(bench) == count


def test_a_review_that_goes_on_while_loading_enters_nothing(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    entry = audit.rebuttal.entry()
    found = audit.rebuttals(coder=CODER).frame["finding_id"][0]
    review(bench, OWN[0], "99211")
    count = event_count(bench)
    with pytest.raises(LedgerMovedOnError):
        entry.answer([AnswerGiven(found, "agrees")], coder=CODER, actor="Ada", recorded_at=NOW)
    assert event_count(bench) == count


def test_cells_are_read_as_excel_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "rich.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, bold = book.add_worksheet("S"), book.add_format({"bold": True})
        sheet.write_rich_string("B2", "dis", bold, "putes")
        sheet.write_number("C3", 12)
        sheet.write_formula("D4", "=1+1", None, 2)
    assert read_cells(path)["S"] == {
        (2, 2): WorkbookCell("disputes", is_formula=False),
        (3, 3): WorkbookCell("12", is_formula=False),
        (4, 4): WorkbookCell("2", is_formula=True),
    }
