"""A report's tables as a workbook: one sheet a table, values as values, text as text."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from auditlib.errors import UsageError
from auditlib.report.contents import ReportContents, ReportTable, fact_of
from auditlib.report.deidentify import without_identifiers
from auditlib.report.formatting import Kind, TableColumn, Withheld, written
from auditlib.report.layout import made_sentence
from auditlib.report.table import prepared

_MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_CUT = " ... (cut)"
_LEAST_WIDTH, _MOST_WIDTH, _ROWS_MEASURED = 8, 60, 200
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
# A spreadsheet that exports text as CSV would let the next one run it: the prefix keeps it text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.AMOUNT: "$#,##0.00;-$#,##0.00",
    Kind.SHARE: "0.0%",
    Kind.NUMBER: "#,##0.####",
    Kind.DATE: "mmm d, yyyy",
    Kind.MONTH: "mmm yyyy",
    Kind.TIME: "yyyy-mm-dd hh:mm",
}
_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def write_xlsx(
    path: Path, contents: ReportContents, *, suppress_below: int | None = None, deidentified: bool = False
) -> Path:
    """Write the tables of the report, a sheet each, after a first sheet that lists them.

    Parameters
    ----------
    path
        File to write; one that is there is replaced as a whole.
    contents
        The report.
    suppress_below
        Withhold counts of 1 to one less than this; None (internal workpapers) shows all.
    deidentified
        Leave out what names a patient, a chart or a person; see `auditlib.report.deidentify`.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    UsageError
        If a table has more rows than a sheet can hold.
    """
    withheld: tuple[str, ...] = ()
    if deidentified:
        contents, withheld = without_identifiers(contents)
    if suppress_below is not None:
        withheld += (f"Counts below {suppress_below} and what would give them away are withheld.",)
    partial = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(str(partial), _SAFE) as workbook:
        workbook.set_properties(
            {
                "title": contents.title,
                "subject": contents.subtitle,
                "author": contents.made_by,
                "comments": contents.software_version,
                "created": contents.made_at.replace(tzinfo=None),
            }
        )
        styles = _Styles(workbook)
        names = _sheet_names(contents.tables)
        cover = _Sheet(workbook.add_worksheet("Contents"), styles)
        _write_cover(cover, contents, names, withheld)
        for name, table in zip(names, contents.tables, strict=True):
            sheet = _Sheet(workbook.add_worksheet(name), styles)
            _write_table(sheet, table, suppress_below=suppress_below)
    return partial.replace(path)


class _Styles:
    """The formats of a workbook."""

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        top = {"valign": "top"}
        self.title = workbook.add_format({"bold": True, "font_size": 16})
        self.head = workbook.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"})
        self.text = workbook.add_format({**top, "text_wrap": True, "num_format": "@"})
        self.guarded = workbook.add_format(
            {**top, "text_wrap": True, "num_format": "@", "quote_prefix": True}
        )
        self.by_kind = {
            kind: workbook.add_format({**top, "num_format": shown}) for kind, shown in _NUMBER_FORMATS.items()
        }


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A worksheet under way, with the formats of its workbook."""

    sheet: Any
    styles: _Styles

    def write(self, row: int, place: int, value: object, kind: Kind) -> None:
        """Write a value as what it is; nothing for null."""
        if value is None:
            return
        if isinstance(value, bool | Withheld) or kind is Kind.CODE:
            self.write_text(row, place, written(value, kind))
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(row, place, value, self.styles.by_kind[kind])
        elif isinstance(value, (int, float, Decimal)) and math.isfinite(value):
            shown = self.styles.by_kind.get(kind, self.styles.by_kind[Kind.NUMBER])
            self.sheet.write_number(row, place, value, shown)
        else:
            self.write_text(row, place, str(value))

    def write_text(self, row: int, place: int, text: str, *, wrapped: bool = True) -> None:
        """Write text that no spreadsheet takes for a formula; what a cell cannot hold is cut, and says so."""
        cut = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - len(_CUT)] + _CUT
        if cut.startswith(_FORMULA_STARTS):
            self.sheet.write_string(row, place, cut, self.styles.guarded)
        elif cut:
            self.sheet.write_string(row, place, cut, self.styles.text if wrapped else None)


def _write_cover(
    cover: _Sheet, contents: ReportContents, names: list[str], withheld: tuple[str, ...]
) -> None:
    cover.sheet.set_column(0, 0, 34)
    cover.sheet.set_column(1, 1, 100)
    cover.sheet.write_string(0, 0, contents.title, cover.styles.title)
    lines: list[tuple[str, str]] = [
        (contents.subtitle, ""),
        (made_sentence(contents), ""),
        *(((contents.confidentiality, ""),) if contents.confidentiality else ()),
        ("", ""),
        *((fact.label, fact.value) for fact in map(fact_of, contents.headline)),
        ("", ""),
        *((said, "") for said in withheld),
    ]
    lines += [
        (name, " ".join(filter(None, (table.title + ".", table.note))))
        for name, table in zip(names, contents.tables, strict=True)
    ]
    for section in contents.sections:
        facts = (f"{fact.label}: {fact.value}" for fact in map(fact_of, section.facts))
        told = [*section.paragraphs, *facts, *section.notes, *section.row_notes]
        lines += [
            ("", ""),
            *((section.heading if place == 0 else "", text) for place, text in enumerate(told)),
        ]
    for number, (left, right) in enumerate(lines, start=1):
        cover.write_text(number, 0, left, wrapped=bool(right))
        cover.write_text(number, 1, right)


def _write_table(into: _Sheet, table: ReportTable, *, suppress_below: int | None) -> None:
    if table.frame.height > _MOST_ROWS:
        message = f"The table '{table.title}' has {table.frame.height:,} rows; a sheet holds {_MOST_ROWS:,}."
        raise UsageError(message, hint="Write fewer months or payers into one report.")
    columns, rows = prepared(
        table.frame, table.labels, suppress_below=suppress_below if table.holds_people else None
    )
    sheet, styles = into.sheet, into.styles
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.label, styles.head)
        sheet.set_column(place, place, _width(column, [row[place] for row in rows[:_ROWS_MEASURED]]))
    for number, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            into.write(number, place, value, column.kind)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _width(column: TableColumn, values: list[object]) -> int:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(_MOST_WIDTH, max(_LEAST_WIDTH, len(column.label), longest) + 3)


def _sheet_names(tables: tuple[ReportTable, ...]) -> list[str]:
    """Return short, permitted names, each once in any case."""
    taken = {"contents", "history"}
    names = []
    for table in tables:
        base = _NOT_IN_NAMES.sub(" ", table.title).strip()[:_LONGEST_NAME].strip() or "Table"
        name, number = base, 2
        while name.lower() in taken:
            ending = f" {number}"
            name, number = base[: _LONGEST_NAME - len(ending)] + ending, number + 1
        taken.add(name.lower())
        names.append(name)
    return names
