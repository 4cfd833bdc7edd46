"""A report's tables as a workbook: one sheet a table, values as values, sums as formulas, text as text."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from auditlib.errors import UsageError
from auditlib.report.contents import Formula, Ratio, ReportContents, ReportTable, SumOf
from auditlib.report.deidentify import without_identifiers
from auditlib.report.formatting import Kind, TableColumn, Withheld, written
from auditlib.report.layout import DEFINITIONS_HEADING, Link, PlacedReport, made_sentence, placed
from auditlib.report.small_counts import without_small_counts
from auditlib.report.table import prepared
from auditlib.report.totals import is_same, total_row, usual_formulas, values_of
from auditlib.spreadsheet_cells import runs_in_spreadsheet

_MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_LONGEST_HEAD = 100
_LETTER_PAPER = 1
_MANY_COLUMNS = 8
_CONTENTS = "Contents"
_CUT = " ... (cut)"
_LEAST_WIDTH, _MOST_WIDTH, _ROWS_MEASURED = 8, 60, 200
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.AMOUNT: "$#,##0.00;-$#,##0.00",
    Kind.SHARE: "0.0%",
    Kind.NUMBER: "#,##0.####",
    Kind.DATE: "mmm d, yyyy",
    Kind.MONTH: "mmm yyyy",
    Kind.TIME: "yyyy-mm-dd hh:mm",
}
SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def write_xlsx(
    path: Path, contents: ReportContents, *, suppress_below: int | None = None, deidentified: bool = False
) -> Path:
    """Write the tables of the report, a sheet each, after a first sheet that lists them.

    Parameters, result and errors are those of `auditlib.report.formats.Writer`.
    """
    withheld: tuple[str, ...] = ()
    if deidentified:
        contents, withheld = without_identifiers(contents)
    report = placed(contents, suppress_below=suppress_below)
    if suppress_below is not None:
        contents = without_small_counts(contents, below=suppress_below)
    partial = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(str(partial), SAFE) as workbook:
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
        places = _places(report, names)
        cover = _Sheet(workbook.add_worksheet(_CONTENTS), styles, places)
        _write_cover(cover, contents, report, names, (*withheld, *report.notices))
        for name, table in zip(names, contents.tables, strict=True):
            sheet = _Sheet(workbook.add_worksheet(name), styles, places)
            _write_table(sheet, table, suppress_below=suppress_below)
            _set_print(sheet.sheet, report)
        if report.definitions:
            sheet = _Sheet(workbook.add_worksheet(DEFINITIONS_HEADING), styles, places)
            _write_definitions(sheet, report)
            _set_print(sheet.sheet, report)
        _set_print(cover.sheet, report)
    return partial.replace(path)


def _places(report: PlacedReport, names: list[str]) -> dict[str, str]:
    """Return the cell of each anchor of the report, as a link within the workbook."""
    tables = [table.anchor for section in report.sections for table in section.tables]
    cells = {anchor: f"internal:'{name}'!A1" for anchor, name in zip(tables, names, strict=True)}
    for number, one in enumerate(report.definitions, 1):
        cells[one.anchor] = f"internal:'{DEFINITIONS_HEADING}'!A{number}"
        cells[one.definition.measure] = cells[one.anchor]
    return cells


def _set_print(sheet: Any, report: PlacedReport) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Say on each printed page what it is, that it is confidential, and its number."""
    sheet.set_landscape()
    sheet.set_paper(_LETTER_PAPER)
    sheet.fit_to_pages(1, 0)
    # An ampersand begins a code there: a field, a font, a picture.
    head, confidential = (
        re.sub(r"\s*&\s*", " and ", text) for text in (report.title, report.confidentiality)
    )
    sheet.set_header(f"&L{head[:_LONGEST_HEAD]}&R{confidential[:_LONGEST_HEAD]}")
    sheet.set_footer(f"&LAs of {report.as_of}&RPage &P of &N")


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
        link = {"font_color": "#0a58a6", "underline": 1}
        self.link = workbook.add_format({**top, **link, "text_wrap": True, "num_format": "@"})
        self.linked_head = workbook.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", **link}
        )
        self.by_kind = {
            kind: workbook.add_format({**top, "num_format": shown}) for kind, shown in _NUMBER_FORMATS.items()
        }
        self.total = workbook.add_format({**top, "bold": True, "top": 1, "num_format": "@"})
        self.total_by_kind = {
            kind: workbook.add_format({**top, "bold": True, "top": 1, "num_format": shown})
            for kind, shown in _NUMBER_FORMATS.items()
        }


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A worksheet under way, with the formats of its workbook."""

    sheet: Any
    styles: _Styles
    places: Mapping[str, str]

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
        # A spreadsheet that exports text as CSV would let the next one run it: the prefix keeps it text.
        if runs_in_spreadsheet(cut):
            self.sheet.write_string(row, place, cut, self.styles.guarded)
        elif cut:
            self.sheet.write_string(row, place, cut, self.styles.text if wrapped else None)

    def write_formula(self, row: int, place: int, formula: str, value: object, kind: Kind) -> None:
        """Write a formula with its value beside it, for readers that do not calculate."""
        cached = float(value) if isinstance(value, Decimal) else value
        shown = self.styles.by_kind.get(kind, self.styles.by_kind[Kind.NUMBER])
        self.sheet.write_formula(row, place, formula, shown, cached)

    def write_link(self, row: int, place: int, text: str, link: Link | None) -> None:
        """Write text that leads to its place in the workbook, if it leads anywhere."""
        if link is not None and text and not runs_in_spreadsheet(text):
            self.sheet.write_url(row, place, self.places[link.anchor], self.styles.link, text[:_LONGEST_TEXT])
        else:
            self.write_text(row, place, text)


def _write_cover(
    cover: _Sheet,
    contents: ReportContents,
    report: PlacedReport,
    names: list[str],
    withheld: tuple[str, ...],
) -> None:
    cover.sheet.set_column(0, 0, 34)
    cover.sheet.set_column(1, 1, 100)
    cover.sheet.write_string(0, 0, contents.title, cover.styles.title)
    opening = (contents.subtitle, made_sentence(contents), contents.confidentiality, *withheld)
    row = 1
    for text in filter(None, opening):
        cover.write_text(row, 0, text, wrapped=False)
        row += 1
    row += 1
    for fact in report.headline:
        cover.write_link(row, 0, fact.label, fact.definition)
        cover.write_link(row, 1, fact.value, fact.rows)
        row += 1
    row += 1
    tables = [table for section in report.sections for table in section.tables]
    for name, placed_table, table in zip(names, tables, contents.tables, strict=True):
        cover.write_link(row, 0, name, Link(name, placed_table.anchor))
        cover.write_text(row, 1, " ".join(filter(None, (table.title + ".", table.note))))
        row += 1
    for section in report.sections:
        facts = (f"{fact.label}: {fact.value}" for fact in section.facts)
        signatures = (f"{signature.text}:" for signature in section.signatures)
        for place, text in enumerate((*section.paragraphs, *facts, *section.notes, *signatures)):
            row += place == 0
            cover.write_text(row, 0, section.heading if place == 0 else "")
            cover.write_text(row, 1, text)
            row += 1


def _write_definitions(into: _Sheet, report: PlacedReport) -> None:
    into.sheet.set_column(0, 0, 34)
    into.sheet.set_column(1, 1, 100)
    for row, one in enumerate(report.definitions):
        into.write_text(row, 0, one.definition.measure)
        into.write_text(row, 1, f"{one.definition.text} More: docs/measures/{one.definition.page}.md.")


def _write_table(into: _Sheet, table: ReportTable, *, suppress_below: int | None) -> None:
    if table.frame.height + bool(table.totals) > _MOST_ROWS:
        message = f"The table '{table.title}' has {table.frame.height:,} rows; a sheet holds {_MOST_ROWS:,}."
        raise UsageError(message, hint="Write fewer months or payers into one report.")
    columns, rows = prepared(
        table.frame, table.labels, suppress_below=suppress_below if table.holds_people else None
    )
    sheet = into.sheet
    sheet.freeze_panes(1, 1 if len(columns) > _MANY_COLUMNS else 0)
    sheet.repeat_rows(0)
    totals = (
        total_row(columns, rows, table.totals, table.formulas, label=table.total_label)
        if table.totals and rows and len(rows) == table.frame.height
        else []
    )
    measures = table.frame["measure"].unique() if "measure" in table.frame.columns else ()
    for place, column in enumerate(columns):
        _write_head(into, place, column, [str(measure) for measure in measures])
        values = [row[place] for row in (*rows[:_ROWS_MEASURED], *filter(None, [totals]))]
        sheet.set_column(place, place, _width(column, values))
    formulas = {**usual_formulas(columns), **table.formulas}
    places = {column.name: place for place, column in enumerate(columns)}
    checked = {name: formula for name, formula in formulas.items() if name in places}
    given = {name: values_of(formula, places, rows) for name, formula in checked.items()}
    for number, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            if column.name in given and is_same(value, given[column.name][number - 1]):
                text = _formula(checked[column.name], places, number, len(rows))
                into.write_formula(number, place, text, value, column.kind)
            else:
                into.write(number, place, value, column.kind)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    _write_totals(into, columns, totals, table, len(rows))


def _write_head(into: _Sheet, place: int, column: TableColumn, measures: list[str]) -> None:
    """Write the head of a column; that of a rate leads to its definition."""
    defined = [into.places[measure] for measure in measures if measure in into.places]
    if defined and column.name in {"rate", "measure"}:
        into.sheet.write_url(0, place, min(defined), into.styles.linked_head, column.label)
    else:
        into.sheet.write_string(0, place, column.label, into.styles.head)


def _write_totals(
    into: _Sheet, columns: Sequence[TableColumn], totals: list[object], table: ReportTable, row_count: int
) -> None:
    places = {column.name: place for place, column in enumerate(columns)}
    number = row_count + 1
    for place, (column, value) in enumerate(zip(columns, totals, strict=False)):
        shown = into.styles.total_by_kind.get(column.kind, into.styles.total)
        formula = table.formulas.get(column.name)
        if value is None or isinstance(value, (str, Withheld)):
            into.sheet.write_string(
                number, place, "" if value is None else written(value, column.kind), shown
            )
            continue
        if isinstance(formula, Ratio):
            text = _formula(formula, places, number, row_count)
        else:
            text = f"=SUM({xl_range(1, place, row_count, place)})"
        into.sheet.write_formula(
            number, place, text, shown, float(value) if isinstance(value, Decimal) else value
        )


def _formula(formula: Formula, places: Mapping[str, int], row: int, row_count: int) -> str:
    """Return a formula as a spreadsheet writes it."""

    def cell(name: str) -> str:
        return str(xl_rowcol_to_cell(row, places[name]))

    match formula:
        case SumOf(added, subtracted):
            return f"={'+'.join(map(cell, added))}{''.join(f'-{cell(name)}' for name in subtracted)}"
        case Ratio(part, whole):
            return f"={cell(part)}/{cell(whole)}"
        case _:
            column = xl_range_abs(1, places[formula.part], row_count, places[formula.part])
            return f"={cell(formula.part)}/SUM({column})"


def _width(column: TableColumn, values: list[object]) -> int:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(_MOST_WIDTH, max(_LEAST_WIDTH, len(column.label), longest) + 3)


def _sheet_names(tables: tuple[ReportTable, ...]) -> list[str]:
    """Return short, permitted names, each once in any case."""
    taken = {_CONTENTS.lower(), DEFINITIONS_HEADING.lower(), "history"}
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
