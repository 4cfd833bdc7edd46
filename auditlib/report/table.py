"""A frame as a table for people: in a notebook, in a report, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import polars as pl

from auditlib.codes.meanings import explained
from auditlib.report.contents import Formula
from auditlib.report.formatting import (
    ABSENT,
    Kind,
    TableColumn,
    Withheld,
    columns_of,
    dotted,
    format_rate,
    unbroken,
    written,
)
from auditlib.report.labels import counts_of
from auditlib.report.suppress import withhold_small_counts
from auditlib.report.totals import total_row
from auditlib.text import up_to_unmapped

_INTERVAL_PARTS = (
    "lower",
    "upper",
    "confidence",
    "interval_method",
    "undefined_reason",
    "rate_with_unmapped",
)
_CODE_COLUMNS = ("code", "related_code", "corrected_code")
_LINE = "border-bottom:1px solid var(--jp-border-color"
_STYLE = (
    "border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px;margin:4px 0",
    f"text-align:{{side}};padding:4px 10px;vertical-align:bottom;{_LINE}0, #7b8794)",
    f"text-align:{{side}};padding:3px 10px;vertical-align:top;{_LINE}2, #e4e7eb)",
)


@dataclass(frozen=True, slots=True)
class DisplayTable:
    """A table that is ready to be read: every cell is text.

    Parameters
    ----------
    title
        Heading, or nothing.
    columns
        Label and kind of each column.
    rows
        Cells, one tuple a row.
    notes
        Sentences below the table.
    totals
        Cells of a last row that adds up; empty if there is none.
    """

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        table, head, cell = _STYLE
        heads = "".join(
            f'<th scope="col" style="{head.format(side=_side(column))}">{escape(column.label)}</th>'
            for column in self.columns
        )

        def cells(row: Sequence[str], weight: str = "") -> str:
            return "".join(
                f'<td style="{cell.format(side=_side(column))}{weight}">{_cell(column, text)}</td>'
                for column, text in zip(self.columns, row, strict=True)
            )

        body = "".join(f"<tr>{cells(row)}</tr>" for row in self.rows)
        caption = (
            f'<div style="font-weight:600;margin-top:6px">{escape(self.title)}</div>' if self.title else ""
        )
        notes = "".join(
            f'<div style="color:var(--jp-ui-font-color2, #52606d);font-size:12px">{escape(note)}</div>'
            for note in self.notes
        )
        foot = f"<tfoot><tr>{cells(self.totals, ';font-weight:600')}</tr></tfoot>" if self.totals else ""
        inside = f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>{foot}"
        return f'{caption}<table style="{table}">{inside}</table>{notes}'

    def __repr__(self) -> str:
        labels = [column.label for column in self.columns]
        widths = [
            max(len(row[place]) for row in (labels, *self.rows, *filter(None, [self.totals])))
            for place in range(len(labels))
        ]
        lines = [self._line(labels, widths), self._line(["-" * width for width in widths], widths)]
        lines += [self._line(row, widths) for row in self.rows]
        lines += [self._line(self.totals, widths)] if self.totals else []
        return "\n".join([*([self.title] if self.title else []), *lines, *self.notes])

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = (
            text.rjust(width) if column.kind.is_number else text.ljust(width)
            for column, text, width in zip(self.columns, cells, widths, strict=True)
        )
        return "  ".join(padded).rstrip()


def display_table(
    frame: pl.DataFrame,
    *,
    title: str = "",
    labels: Mapping[str, str] | None = None,
    row_limit: int | None = 50,
    suppress_below: int | None = None,
    note: str = "",
    totals: Sequence[str] = (),
    total_label: str = "All",
    formulas: Mapping[str, Formula] | None = None,
) -> DisplayTable:
    """Return a frame as a table for people.

    Parameters
    ----------
    frame
        Any frame of the workbench. Columns rate, lower and upper become one, as '93.4 % (90.1-95.7 %)'; level
        and method of the interval become a note; a measure that is the same in all rows names the rate.
    title
        Heading of the table.
    labels
        Column name to label, where the usual one does not fit.
    row_limit
        Most rows shown; the rest is counted below. None shows all.
    suppress_below
        Withhold counts of 1 to one less than this; None shows all.
    note
        Sentence below the table.
    totals, total_label, formulas
        Columns added up in a last row, what stands first in it, and which columns follow from others; see
        `auditlib.report.contents.ReportTable`. A table with several measures has no such row.
    """
    is_wide = _holds_several_measures(frame)
    shown = frame if row_limit is None or is_wide else frame.head(row_limit)
    columns, rows = prepared(shown, labels or {}, suppress_below=suppress_below)
    notes = [note] if note else []
    # How many rows were left out would say how many groups are small.
    row_count = frame.height if len(rows) == shown.height else len(rows)
    added_up: list[list[object]] = []
    if totals and frame.height and not is_wide:
        every_row = (
            rows
            if shown.height == frame.height
            else prepared(frame, labels or {}, suppress_below=suppress_below)[1]
        )
        if len(every_row) == frame.height:
            added_up = [total_row(columns, every_row, totals, formulas or {}, label=total_label)]
    if "rate" in frame.columns:
        added_up = _with_whole_rates(columns, added_up)[1]
        columns, rows = _with_whole_rates(columns, rows)
        notes += _interval_notes(frame)
    if is_wide:
        columns, rows = _measures_beside_each_other(columns, rows)
        row_count, rows = len(rows), rows[:row_limit]
    if len(rows) < row_count:
        notes.append(f"{len(rows):,} of {row_count:,} rows.")
    if frame.is_empty():
        notes.append("No rows.")
    if suppress_below is not None:
        notes.append(f"Counts below {suppress_below} and what would give them away are withheld.")
    texts = tuple(
        tuple(written(value, column.kind) for column, value in zip(columns, row, strict=True)) for row in rows
    )
    total_texts = tuple(
        "" if value is None or value == ABSENT else written(value, column.kind)
        for row in added_up
        for column, value in zip(columns, row, strict=True)
    )
    return DisplayTable(title, tuple(columns), texts, tuple(notes), total_texts)


def prepared(
    frame: pl.DataFrame, labels: Mapping[str, str], *, suppress_below: int | None
) -> tuple[list[TableColumn], list[list[object]]]:
    """Return columns and values: codes with their dots, measures named, small counts withheld."""
    if "measure" in frame.columns and frame["measure"].n_unique() == 1:
        measure = str(frame["measure"][0])
        numerator, denominator = counts_of(measure)
        known = {"numerator_count": numerator, "denominator_count": denominator, "rate": measure.capitalize()}
        labels = {**known, **labels}
        frame = frame.drop("measure")
    for name in _CODE_COLUMNS:
        system = "corrected_code_system" if name == "corrected_code" else "code_system"
        if name in frame.columns and system in frame.columns:
            pairs = zip(frame[name], frame[system], strict=True)
            frame = frame.with_columns(
                pl.Series(name, [dotted(code, code_system) for code, code_system in pairs], dtype=pl.String)
            )
    columns = columns_of(frame, labels)
    names = frame.columns
    rows = [[explained(name, value) for name, value in zip(names, row, strict=True)] for row in frame.rows()]
    return columns, rows if suppress_below is None else withhold_small_counts(
        columns, rows, below=suppress_below
    )


def _with_whole_rates(
    columns: Sequence[TableColumn], rows: Sequence[list[object]]
) -> tuple[list[TableColumn], list[list[object]]]:
    """Put rate and interval into one cell."""
    places = {column.name: place for place, column in enumerate(columns)}
    kept = [place for place, column in enumerate(columns) if column.name not in _INTERVAL_PARTS]

    def value(row: list[object], name: str) -> object:
        return row[places[name]] if name in places else None

    whole = [
        [
            format_rate(*(value(row, name) for name in ("rate", "lower", "upper", "undefined_reason")))
            + up_to_unmapped(value(row, "rate"), value(row, "rate_with_unmapped"))
            if place == places["rate"]
            else row[place]
            for place in kept
        ]
        for row in rows
    ]
    shown = [
        TableColumn("rate", columns[place].label, Kind.RATE) if place == places["rate"] else columns[place]
        for place in kept
    ]
    return shown, whole


def _holds_several_measures(frame: pl.DataFrame) -> bool:
    """Return whether the same dimensions come back for each of several measures."""
    if not {"measure", "numerator_count", "rate"} <= set(frame.columns):
        return False
    dimensions = frame.columns[1 : frame.columns.index("numerator_count")]
    return bool(dimensions) and frame.select(dimensions).n_unique() < frame.height


def _measures_beside_each_other(
    columns: Sequence[TableColumn], rows: Sequence[list[object]]
) -> tuple[list[TableColumn], list[list[object]]]:
    """Give each measure a column, so that a payer or coder is one row."""
    names = [column.name for column in columns]
    part, whole, rate = (names.index(name) for name in ("numerator_count", "denominator_count", "rate"))
    measures = list(dict.fromkeys(str(row[0]) for row in rows))
    cells: dict[tuple[object, ...], dict[str, str]] = {}
    for row in rows:
        counts = f"{written(row[part], Kind.COUNT)} of {written(row[whole], Kind.COUNT)}"
        cells.setdefault(tuple(row[1:part]), {})[str(row[0])] = f"{row[rate]}, {counts}"
    wide = [
        *columns[1:part],
        *(TableColumn("rate", measure[:1].upper() + measure[1:], Kind.RATE) for measure in measures),
    ]
    return wide, [
        [*dimensions, *(found.get(measure) for measure in measures)] for dimensions, found in cells.items()
    ]


def _interval_notes(frame: pl.DataFrame) -> list[str]:
    if not {"confidence", "interval_method"} <= set(frame.columns):
        return []
    stated = frame.drop_nulls("interval_method")
    methods = stated.select("confidence", "interval_method").unique(maintain_order=True)
    notes = []
    for confidence, method in methods.rows():
        of = ""
        if methods.height > 1 and "measure" in frame.columns:
            measures = stated.filter(pl.col("interval_method") == method)["measure"]
            of = f" of {', '.join(measures.unique(maintain_order=True))}"
        if confidence is None:
            notes.append(f"Interval{of}: {method}.")
        else:
            notes.append(f"In brackets: {100 * confidence:.10g} % {method} interval{of}.")
    return notes


def _cell(column: TableColumn, text: str) -> str:
    return escape(unbroken(text) if column.kind.is_number else text)


def _side(column: TableColumn) -> str:
    return "right" if column.kind.is_number else "left"


__all__ = ["DisplayTable", "TableColumn", "Withheld", "display_table", "prepared"]
