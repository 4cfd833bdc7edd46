"""Excel workbooks and Parquet files as text cells, in the form of a CSV file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from auditlib.errors import BadInputError
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.rejected_rows import whole_file
from auditlib.sources.safe_xml import children, parse_xml
from auditlib.sources.tabular.delimited import Records, joined_names, plain_name

PARQUET_MAGIC: Final = b"PAR1"
LARGEST_UNPACKED: Final = 512 * 1024 * 1024
"""Largest unpacked size of a workbook, in bytes; larger ones are refused."""

MOST_CELLS: Final = 60_000_000
_SPARSE: Final = 200
_PART: Final = re.compile(r"xl/(?:worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_CELL: Final = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})\d')
_Reference = tuple[bytes, bytes, bytes]
_CHUNK: Final = 1 << 22
_OVERLAP: Final = 64
_WIDEST: Final = 16_384
_DEEPEST: Final = 1_048_576
_EXPECTED: Final = "a workbook that Excel can open, or its sheets saved as CSV"


def is_workbook(path: Path) -> bool:
    """Return True if a file is an Excel workbook (.xlsx): a ZIP that contains xl/workbook.xml."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower() == "xl/workbook.xml" for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def hidden_sheets(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets of a workbook that Excel does not show."""
    return tuple(sheet.name for sheet in sheets_of(path) if sheet.is_hidden)


def read_workbook(
    path: Path,
    *,
    source_file_id: int,
    sheet: str | None = None,
    named: Collection[str] = (),
    header_row: int = 1,
    header_rows: int = 1,
) -> Iterator[tuple[str, Records]]:
    """Yield the sheets of a workbook that are not empty and not hidden, with their records.

    Parameters
    ----------
    path
        An .xlsx file.
    source_file_id
        File that rejected records belong to.
    sheet
        The one sheet to read; by default all that are not hidden.
    named
        Hidden sheets to read too.
    header_row, header_rows
        First row of the header, from 1, and how many it spans.

    Notes
    -----
    Numbers are taken as stored, without Excel's display format; dates as 2026-01-31 00:00:00. The value of a
    cell that is merged over several rows is carried down within it.
    ``source_offset`` and ``record_number`` are the row's position below the header.

    Raises
    ------
    BadInputError
        If it is damaged, unpacks to too much, or has no such sheet.
    """
    merged = _check_size(path)
    parts = {each.name: each for each in sheets_of(path)}
    try:
        book = fastexcel.read_excel(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            message = f"{path.name} has no sheet '{sheet}'."
            raise BadInputError(message, hint=f"Its sheets are {', '.join(names)}.")
        hidden = {each.name for each in parts.values() if each.is_hidden} - set(named)
        for name in [name for name in names if name not in hidden] if sheet is None else [sheet]:
            cells = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            if cells.height >= header_row:
                part = parts[name].part if name in parts else ""
                areas = _areas(path, part, merged.get(part, set()))
                yield name, _with_header(cells, areas, source_file_id, header_row, header_rows)
    except fastexcel.FastExcelError as error:
        message = f"{path.name} is a damaged or protected workbook."
        raise BadInputError(message, hint=f"Expected {_EXPECTED}.") from error


def read_parquet(path: Path, *, source_file_id: int) -> Records:
    """Return the records of a Parquet file, every value as text.

    Raises
    ------
    BadInputError
        If it is damaged, or holds lists or structures.
    """
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        message = f"{path.name} is a damaged Parquet file."
        raise BadInputError(message, hint="Expected a whole Parquet file of plain columns.") from error
    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind == pl.Binary]
    if nested:
        message = f"{path.name} has columns that hold lists, structures or bytes: {', '.join(nested[:10])}."
        raise BadInputError(message, hint="Expected one plain value in each column.")
    texts = frame.select(_as_text(name, kind) for name, kind in frame.schema.items())
    return _records(texts.rename(plain_name), source_file_id)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    if kind.is_decimal():
        return text.str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "")
    # A float column shows a whole number as 100.0; digits past the tenth are noise of binary fractions.
    return pl.col(name).round(10).cast(pl.String).str.replace(r"\.0$", "") if kind.is_float() else text


def _with_header(
    cells: pl.DataFrame, areas: Sequence[_Area], source_file_id: int, header_row: int, header_rows: int
) -> Records:
    """Use some rows as the header; empty columns without a name are dropped."""
    first = header_row + header_rows - 1
    body = cells.slice(first)
    names_in_rows = [[cell or "" for cell in row] for row in cells.slice(header_row - 1, header_rows).rows()]
    header = joined_names(names_in_rows)
    is_empty = [column.null_count() == body.height for column in body.iter_columns()]
    used = [
        place for place, (name, empty) in enumerate(zip(header, is_empty, strict=True)) if name or not empty
    ]
    names = [header[place] for place in used]
    if not names or len(set(names)) < len(names) or "" in names:
        rejected = whole_file(
            source_file_id,
            "there is no header that names each column once",
            "one different name for each column in the first line, or 'header_row:' in a mapping",
        )
        return Records((), pl.DataFrame(), rejected)
    chosen = body.select(
        pl.col(body.columns[place]).alias(name) for place, name in zip(used, names, strict=True)
    )
    merged: dict[str, list[int]] = {}
    for area in areas:
        if area.column in used and area.top > first:
            carried = range(area.top - first + 1, min(area.bottom - first, chosen.height) + 1)
            merged.setdefault(names[used.index(area.column)], []).extend(carried)
    number = pl.int_range(1, pl.len() + 1)
    filled = chosen.with_columns(
        pl.when(number.is_in(numbers)).then(pl.col(name).forward_fill()).otherwise(pl.col(name)).alias(name)
        for name, numbers in merged.items()
    )
    records = _records(filled, source_file_id)
    # A row that holds nothing but what it is merged into is no record.
    own = chosen.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    kept = records.frame.filter(pl.col("record_number").is_in((own.arg_true() + 1).implode()))
    return replace(records, frame=kept, merged=merged)


@dataclass(frozen=True, slots=True)
class _Area:
    """A merged cell: its place among the columns in use, from 0, and its first and last row, from 1."""

    column: int
    top: int
    bottom: int


def _areas(path: Path, part: str, references: Collection[_Reference]) -> list[_Area]:
    """Return the merged cells of a sheet that span several rows."""
    areas = [
        _Area(_number_of_letters(left), int(top), int(bottom))
        for left, top, bottom in sorted(references)
        if int(bottom) > int(top)
    ]
    if not areas:
        return []
    # Columns are counted from the first that has a cell.
    with zipfile.ZipFile(path) as archive:
        first = min((_number_of_letters(cell) for cell in _CELL.findall(archive.read(part))), default=1)
    return [_Area(area.column - first, area.top, area.bottom) for area in areas]


def _number_of_letters(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of a workbook: its name, its part of the archive, and whether Excel hides it."""

    name: str
    part: str
    is_hidden: bool


def sheets_of(path: Path) -> list[_Sheet]:
    """Return the sheets that a workbook lists; none if its list cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {name.lower(): name for name in archive.namelist()}
            book = parse_xml(archive.read(parts["xl/workbook.xml"]))
            links = parse_xml(archive.read(parts["xl/_rels/workbook.xml.rels"]))
    except (
        KeyError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        UnreadableError,
    ):
        return []
    targets = {
        link.get("Id"): (link.get("Target") or "").removeprefix("/xl/")
        for link in children(links, "Relationship")
    }
    return [
        _Sheet(
            sheet.get("name", ""),
            parts.get(f"xl/{targets.get(sheet.get('id'))}".lower(), ""),
            sheet.get("state", "visible") != "visible",
        )
        for sheet in children(book, "sheets", "sheet")
    ]


def _records(texts: pl.DataFrame, source_file_id: int) -> Records:
    stripped = pl.all().str.strip_chars()
    columns = tuple(texts.columns)
    if not columns or len(set(columns)) < len(columns):
        reason = "there is no header that names each column once"
        return Records((), pl.DataFrame(), whole_file(source_file_id, reason, "different names"))
    numbered = texts.select(pl.when(stripped != "").then(stripped).name.keep()).with_columns(
        source_offset=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        record_number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )
    filled = numbered.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    return Records(columns, filled, whole_file(source_file_id, "", "").clear(), is_typed=True)


def _check_size(path: Path) -> dict[str, set[_Reference]]:
    """Raise if a workbook is a decompression bomb, unpacking the parts to be read piece by piece.

    Returns the merged cells of each part: column, first and last row.

    An archive's stated sizes may be false. A sheet may also have one cell far from all others, for which a
    reader allocates every cell between.
    """
    left = LARGEST_UNPACKED
    merged: dict[str, set[_Reference]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not _PART.fullmatch(info.filename):
                    continue
                extent, cells, tail = _Extent(), 0, b""
                with archive.open(info) as part:
                    while piece := part.read(_CHUNK):
                        left -= len(piece)
                        if left < 0:
                            message = f"{path.name} unpacks to more than {LARGEST_UNPACKED >> 20} MB."
                            raise BadInputError(message, hint="Save its sheets as CSV and load these.")
                        extent.extend(tail + piece)
                        merged.setdefault(info.filename, set()).update(_MERGED.findall(tail + piece))
                        cells, tail = cells + piece.count(b"<c "), piece[-_OVERLAP:]
                if extent.cell_count > min(MOST_CELLS, 5_000_000 + _SPARSE * cells):
                    message = f"{path.name} has a sheet with cells far away from all others, or too many."
                    raise BadInputError(message, hint="Delete what is right of and below the table.")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        message = f"{path.name} is a damaged or protected workbook."
        raise BadInputError(message, hint=f"Expected {_EXPECTED}.") from error
    return merged


class _Extent:
    """Bounds of the columns and rows of a sheet's cells, from their first letters and digits.

    Each piece is searched once for a cell beyond the bounds, and again only after moving them, so that a
    sheet is searched little more than once.
    """

    def __init__(self) -> None:
        self._letters = b""
        self._digits = 4, 9

    @property
    def cell_count(self) -> int:
        """Largest number of cells within the bounds."""
        length, first = self._digits
        rows: int = min((first + 1) * 10 ** (length - 1), _DEEPEST)
        if len(self._letters) > 2:  # noqa: PLR2004 - columns AAA to XFD
            return rows * _WIDEST
        return rows * (26 if not self._letters else 26 * (self._letters[0] - ord("A") + 2))

    def extend(self, piece: bytes) -> None:
        """Extend the bounds to the cells of a piece of a sheet."""
        while (form := self._wider()) and (cell := re.search(form, piece)):
            self._letters = cell[1]
        while cell := re.search(self._deeper(), piece):
            self._digits = len(cell[1]), int(cell[1][:1])

    def _wider(self) -> bytes | None:
        if len(self._letters) > 2:  # noqa: PLR2004 - there is none wider
            return None
        if not self._letters:
            return rb' r="([A-Z]{2,3})\d'
        first = self._letters[:1]
        above = b"" if first == b"Z" else b"|[%c-Z][A-Z]" % (first[0] + 1)
        return rb' r="([A-Z]{3}' + above + rb")\d"

    def _deeper(self) -> bytes:
        length, first = self._digits
        above = b"" if first == 9 else b"|[%d-9]\\d{%d}" % (first + 1, length - 1)  # noqa: PLR2004 - the last digit
        return rb' r="[A-Z]{1,3}(\d{%d,9}' % (length + 1) + above + rb')"'
