"""A list of claims as a file that a spreadsheet opens: XLSX, or CSV whose texts begin no formula."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
import xlsxwriter

from auditlib.errors import UsageError
from auditlib.report.labels import label_of
from auditlib.report.xlsx import SAFE
from auditlib.scratch import written_aside
from auditlib.spreadsheet_cells import guarded_cells

ENDINGS: Final = (".xlsx", ".csv")
_MOST_ROWS: Final = 1_000_000
_WIDTH_CHARACTERS: Final = 18


def require_new_list(path: Path) -> Path:
    """Return the path of a list that is to be written, which is that of no file yet.

    Raises
    ------
    UsageError
        If the ending is neither .xlsx nor .csv, or the file is there.
    """
    if path.suffix.lower() not in ENDINGS or path.exists():
        message = f"{path.name} is no new .xlsx or .csv file."
        raise UsageError(message, hint="Name a file that is not there yet.")
    return path


def write_claim_list(path: Path, claims: pl.DataFrame) -> Path:
    """Write rows with a head of labels; a file that is there is not replaced.

    Raises
    ------
    UsageError
        As `require_new_list` does, and if it cannot be written.
    """
    require_new_list(path)
    labelled = claims.rename({name: label_of(name) for name in claims.columns})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(path) as aside:
            if path.suffix.lower() == ".csv":
                guarded_cells(labelled).write_csv(aside)
            else:
                _write_workbook(aside, labelled)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise UsageError(message, hint="Name a file in a folder that you may write to.") from error
    return path


def _write_workbook(path: Path, rows: pl.DataFrame) -> None:
    if rows.height > _MOST_ROWS:
        message = f"{rows.height:,} claims do not fit into a sheet."
        raise UsageError(message, hint="Write CSV, or select fewer claims.")
    with xlsxwriter.Workbook(str(path), SAFE) as workbook:
        sheet = workbook.add_worksheet("Claims")
        head = workbook.add_format({"bold": True, "bottom": 1})
        formats = {
            name: workbook.add_format({"num_format": "mmm d, yyyy" if kind == pl.Date else "#,##0.00"})
            for name, kind in rows.schema.items()
            if kind == pl.Date or kind.is_decimal()
        }
        for place, name in enumerate(rows.columns):
            sheet.write_string(0, place, name, head)
            sheet.write_column(1, place, rows[name].to_list(), formats.get(name))
        sheet.set_column(0, len(rows.columns) - 1, _WIDTH_CHARACTERS)
        sheet.autofilter(0, 0, rows.height, len(rows.columns) - 1)
        sheet.freeze_panes(1, 1)
