"""The workbook in which a coder answers findings without the tool, and in which decisions go back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter

from auditlib.audits.rebuttal_file import (
    ANSWER_HEAD,
    AUDITED_HEAD,
    BILLED_HEAD,
    CHART_HEAD,
    EVIDENCE_HEAD,
    FINDING_HEAD,
    FINDINGS_SHEET,
)
from auditlib.review.rebuttal import ANSWERS, LONGEST_WORDS
from auditlib.scratch import written_aside
from auditlib.spreadsheet_cells import runs_in_spreadsheet
from auditlib.text import format_date

# Heading, column of the frame, width in characters.
_COLUMNS: Final = (
    (FINDING_HEAD, "finding_id", 18),
    (CHART_HEAD, "encounter_id", 11),
    ("What changes", "change", 11),
    (BILLED_HEAD, "before", 13),
    (AUDITED_HEAD, "after", 13),
    ("Error", "error_kind", 11),
    ("Cause", "cause", 12),
    ("Reviewer's reason", "comment", 21),
    ("Evidence in the chart", "evidence", 24),
    ("Answer by", "due_date", 11),
    (ANSWER_HEAD, "answer", 13),
    (EVIDENCE_HEAD, "coder_evidence", 28),
    ("Decision", "decision", 9),
    ("Counts as", "counts_as", 14),
    ("Reason of the decision", "decision_reason", 22),
    ("Decided by", "decided_by", 11),
)
# Hidden until something is decided, so that the page stays readable in print.
_OF_DECISION: Final = ("decision", "counts_as", "decision_reason", "decided_by")
_LIST_COLUMNS: Final = (
    ("Chart", "encounter_id", 16),
    ("Position", "code_number", 9),
    ("Billed", "before", 30),
    ("Audited", "after", 30),
    ("What changes", "change", 16),
    ("Error", "error_kind", 18),
)
_HOW: Final = (
    "For each finding choose your answer from the list in the yellow cell, and say why beside it: quote the "
    "sentence of the chart, or name the guideline. No other cell can be changed. Without an answer by the "
    "day given, the finding counts as not disputed."
)
_CONFIDENTIAL: Final = "Confidential: patient data"
_LEGAL_PAPER: Final = 5
_LONGEST_HEAD: Final = 80
_FIRST: Final = 5
_SAFE: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_rebuttal_workbook(
    path: Path,
    rebuttals: pl.DataFrame,
    code_lists: pl.DataFrame,
    *,
    audit: str,
    coder: str,
    made_at: dt.datetime,
    made_by: str,
) -> Path:
    """Write the findings of one coder, with cells for the answers, and the code lists of their charts.

    Parameters
    ----------
    path
        File to write; one that is there is replaced as a whole.
    rebuttals
        Rows of `auditlib.audits.rebuttals.rebuttal_frame` of the coder, with ``change``.
    code_lists
        From `auditlib.audits.rebuttals.code_lists`: every code of these charts, billed and audited.
    audit, coder
        What the workbook says it is.
    made_at, made_by
        When it was made and by whom.

    Returns
    -------
    pathlib.Path
        The file. A text that a spreadsheet would take for a formula is text; a decided finding is locked.
    """
    with written_aside(path) as aside, xlsxwriter.Workbook(str(aside), _SAFE) as workbook:
        workbook.set_properties(
            {
                "title": f"Findings of audit {audit} for coder {coder}",
                "author": made_by,
                "created": made_at.replace(tzinfo=None),
            }
        )
        formats = _formats(workbook)
        sheet = workbook.add_worksheet(FINDINGS_SHEET)
        _write_findings(sheet, formats, rebuttals, audit, coder)
        lists = workbook.add_worksheet("Code lists")
        _write_lists(lists, formats, code_lists)
        for one in (sheet, lists):
            one.protect("", {"format_columns": True, "format_rows": True})
            one.set_landscape()
            one.set_paper(_LEGAL_PAPER)
            one.fit_to_pages(1, 0)
            head = f"Audit {audit}, coder {coder}".replace("&", " and ")[:_LONGEST_HEAD]
            one.set_header(f"&L{head}&R{_CONFIDENTIAL}")
            one.set_footer("&RPage &P of &N")
    return path


def _formats(workbook: Any) -> dict[str, Any]:  # noqa: ANN401 - xlsxwriter has no types
    text = {"valign": "top", "text_wrap": True, "num_format": "@", "border": 1, "border_color": "#BFBFBF"}
    guard = {"quote_prefix": True}
    answer = {"locked": False, "bg_color": "#FFF8DC"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "how": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "name": workbook.add_format({"bold": True, "num_format": "@"}),
        "plain": workbook.add_format({"num_format": "@"}),
        "head": workbook.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "bg_color": "#EDEDED"}
        ),
        "text": workbook.add_format(text),
        "guarded text": workbook.add_format({**text, **guard}),
        "answer": workbook.add_format({**text, **answer}),
        "guarded answer": workbook.add_format({**text, **answer, **guard}),
    }


def _write_findings(
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    formats: Mapping[str, Any],
    rebuttals: pl.DataFrame,
    audit: str,
    coder: str,
) -> None:
    sheet.write_string(0, 0, "Findings to answer", formats["title"])
    for row, (name, value) in enumerate((("Audit", audit), ("Coder", coder)), start=1):
        sheet.write_string(row, 0, name, formats["name"])
        sheet.write_string(row, 1, value, formats["plain"])
    sheet.merge_range(3, 0, 3, len(_COLUMNS) - len(_OF_DECISION) - 1, _HOW, formats["how"])
    sheet.set_row(3, 32)
    _write_heads(sheet, formats, _COLUMNS, _FIRST - 1)
    sheet.freeze_panes(_FIRST, 2)
    sheet.repeat_rows(_FIRST - 1)
    for row, finding in enumerate(rebuttals.iter_rows(named=True), start=_FIRST):
        is_open = finding["decision"] is None
        for place, (_, name, _) in enumerate(_COLUMNS):
            is_answer = is_open and name in {"answer", "coder_evidence"}
            _write_cell(sheet, formats, (row, place), finding[name], "answer" if is_answer else "text")
    last = _FIRST + max(rebuttals.height, 1) - 1
    places = {name: place for place, (_, name, _) in enumerate(_COLUMNS)}
    if rebuttals["decision"].null_count() == rebuttals.height:
        hidden = [places[name] for name in _OF_DECISION]
        sheet.set_column(min(hidden), max(hidden), None, None, {"hidden": True})
    sheet.data_validation(
        _FIRST,
        places["answer"],
        last,
        places["answer"],
        {
            "validate": "list",
            "source": list(ANSWERS),
            "error_title": "Answer",
            "error_message": f"Choose one of: {', '.join(ANSWERS)}.",
        },
    )
    sheet.data_validation(
        _FIRST,
        places["coder_evidence"],
        last,
        places["coder_evidence"],
        {"validate": "length", "criteria": "<=", "value": LONGEST_WORDS},
    )


def _write_lists(sheet: Any, formats: Mapping[str, Any], code_lists: pl.DataFrame) -> None:  # noqa: ANN401
    _write_heads(sheet, formats, _LIST_COLUMNS, 0)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for row, code in enumerate(code_lists.iter_rows(named=True), start=1):
        for place, (_, name, _) in enumerate(_LIST_COLUMNS):
            _write_cell(sheet, formats, (row, place), code[name], "text")


def _write_heads(
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    formats: Mapping[str, Any],
    columns: Sequence[tuple[str, str, int]],
    row: int,
) -> None:
    for place, (head, _, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(row, place, head, formats["head"])


def _write_cell(
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    formats: Mapping[str, Any],
    place: tuple[int, int],
    value: object,
    kind: str,
) -> None:
    if value is None:
        sheet.write_blank(*place, None, formats[kind])
        return
    text = format_date(value) if isinstance(value, dt.date) else str(value)
    guard = "guarded " if runs_in_spreadsheet(text) else ""
    sheet.write_string(*place, text, formats[f"{guard}{kind}"])
