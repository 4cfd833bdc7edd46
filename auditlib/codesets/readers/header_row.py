"""Tables whose header is not in the first row, since publishers put notices above it.

The header row is found by its headings, in workbooks and in delimited text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl

from auditlib.codesets.readers.published import PublishedFile
from auditlib.errors import BadInputError

_LOOK_AT: Final = 60
_TEXT: Final = pl.String()
# A notice may be one very long cell.
_LONGEST_CELL: Final = 1 << 20

Table = pl.DataFrame


def normalized_heading(cell: str | None) -> str:
    """Return a heading normalized for comparison: lower-case, single blanks, no line breaks."""
    return " ".join((cell or "").lower().replace("_", " ").split())


@lru_cache(maxsize=1)
def top_rows(file: PublishedFile) -> list[list[str]]:
    """Return the cells of a file's first rows as normalized headings, cached for all layouts."""
    if file.is_workbook:
        rows = file.rows.head(_LOOK_AT).rows()
    else:
        stream = io.StringIO(file.text[: 1 << 17], newline="")
        rows = _first_rows(stream, _separator(file))
    return [[normalized_heading(cell) for cell in row] for row in rows]


def _first_rows(stream: io.StringIO, separator: str) -> list[tuple[str, ...]]:
    rows = []
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader(stream, delimiter=separator):
            rows.append(tuple(row))
            if len(rows) == _LOOK_AT:
                break
    except csv.Error:
        return rows
    return rows


def _separator(file: PublishedFile) -> str:
    return "\t" if file.text[: 1 << 14].count("\t") > file.text[: 1 << 14].count(",") // 4 else ","


def header_number(rows: Sequence[Sequence[str]], *headings: str) -> int | None:
    """Return the position of the first row that has these headings, in any order, or None."""
    required = set(headings)
    return next((number for number, row in enumerate(rows) if required <= set(row)), None)


def table_below(file: PublishedFile, row_number: int) -> pl.DataFrame:
    """Return the rows below a header row as text; repeated headings are numbered.

    Raises
    ------
    BadInputError
        If the file cannot be read as a table.
    """
    if file.is_workbook:
        names = _unique([normalized_heading(cell) for cell in file.rows.row(row_number)])
        body = file.rows.slice(row_number + 1)
        body.columns = names
    else:
        names, body = _delimited(file, row_number)
    trimmed = body.select(pl.all().str.strip_chars())
    blank = pl.all_horizontal(pl.all().is_null() | (pl.all() == ""))
    return trimmed.filter(~blank).select(pl.when(pl.all() != "").then(pl.all()))


def _delimited(file: PublishedFile, row_number: int) -> tuple[list[str], pl.DataFrame]:
    separator = _separator(file)
    stream = io.StringIO(file.text, newline="")
    # Read line by line, so that the stream is positioned after the header.
    reader = csv.reader(iter(stream.readline, ""), delimiter=separator)
    header = next(row for number, row in enumerate(reader) if number == row_number)
    names = _unique([normalized_heading(cell) for cell in header])
    body = file.text[stream.tell() :]
    if not body.strip():
        return names, pl.DataFrame(schema=dict.fromkeys(names, _TEXT))
    try:
        frame = pl.read_csv(
            io.BytesIO(body.encode()),
            has_header=False,
            separator=separator,
            schema=dict.fromkeys(names, _TEXT),
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError as error:
        message = f"{file.name} cannot be read as a table below its header."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.") from error
    return names, frame


def _unique(names: Sequence[str]) -> list[str]:
    unique: dict[str, None] = {}
    for position, name in enumerate(names, start=1):
        known = name or f"column {position}"
        numbered = (f"{known} {number}" for number in range(2, len(names) + 2))
        unique[known if known not in unique else next(one for one in numbered if one not in unique)] = None
    return list(unique)


def yyyymmdd(column: str) -> pl.Expr:
    """Return the dates of a column such as 20261001; anything else is null."""
    return pl.col(column).str.to_date("%Y%m%d", strict=False)
