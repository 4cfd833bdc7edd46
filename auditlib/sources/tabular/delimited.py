"""Delimited records as text, each with the byte at which it starts; broken records are rejected.

polars parses the cells, but it reports no offsets and lets one stray quote swallow the rows after it.
Therefore the bytes are first cut into records by counting quotes, and only whole records are parsed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.sources.rejected_rows import rejected_rows, whole_file
from auditlib.sources.tabular.table_text import decoder_of, start_of, stated_separator, table_text

_QUOTE, _LF, _CR = 0x22, 0x0A, 0x0D
SEPARATORS: Final = (",", ";", "\t", "|")
"""Possible separators; the one that occurs most in the header is used."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# A quote that opens at the start of a cell and does not close.
_OPEN_CELL = re.compile(rb'(?:^|[,;\t|])"(?:[^"]|"")*\Z')
# A header cell of more lines is a stray quote.
_MOST_LINES = 20

_Positions = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one file: cells as text, stripped, empty cells null.

    Parameters
    ----------
    columns
        Column names of the header, lower-case.
    frame
        These columns, ``source_offset`` and ``record_number`` (from 1, without the header).
    rejected
        Rows of ``core.rejected_record`` for records that could not be split into cells.
    is_typed
        True if the file stores numbers as numbers.
    merged
        Of merged cells of a workbook: column to the numbers of the records that took the value above.
    """

    columns: tuple[str, ...]
    frame: pl.DataFrame
    rejected: pl.DataFrame
    is_typed: bool = False
    merged: Mapping[str, Sequence[int]] = field(default_factory=dict)


def header_names(
    head: bytes,
    *,
    separator: str | None = None,
    header_row: int = 1,
    header_rows: int = 1,
    encoding: str | None = None,
) -> tuple[str, ...]:
    """Return the column names in the header of a file, lower-case; empty if it is not a header.

    Separators after the last name, as some programs write them, name no columns.
    """
    header = _header(table_text(head, encoding), separator, header_row, header_rows)
    return header.names


@dataclass(frozen=True, slots=True)
class _Header:
    """The header of a file: its separator, names, number of cells, and where the records begin."""

    separator: str
    names: tuple[str, ...]
    width: int
    end: int


def _header(text: bytes, separator: str | None, header_row: int, header_rows: int) -> _Header:
    rows = [_row(text, header_row + below) for below in range(header_rows)]
    lines = [text[start:end] for start, end in rows]
    mark = separator or stated_separator(text) or separator_of(lines[-1])
    cells = [_cells_of_header(line, mark) for line in lines]
    width = max(map(len, cells))
    names = joined_names([[*row, *[""] * (width - len(row))] for row in cells])
    while names and not names[-1]:
        names = names[:-1]
    return _Header(mark, names if all(cells) else (), width, rows[-1][1])


def separator_of(header: bytes) -> str:
    """Return the separator that a header uses: the one that occurs most outside of quotes."""
    outside = b"".join(header.split(b'"')[::2])
    return max(SEPARATORS, key=lambda mark: outside.count(mark.encode()))


def joined_names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of columns whose header spans several rows of equal length, joined by blanks.

    A name in an upper row covers the empty cells to its right.

    Examples
    --------
    >>> joined_names([["", "Dx", ""], ["Claim", "1", "2"]])
    ('claim', 'dx 1', 'dx 2')
    """
    *upper, last = rows
    covering = []
    for row in upper:
        name, covered = "", []
        for cell in row:
            name = cell or name
            covered.append(name)
        covering.append(covered)
    return tuple(plain_name(" ".join(cells)) for cells in zip(*covering, last, strict=True))


def _cells_of_header(line: bytes, separator: str) -> list[str]:
    if b"\0" in line:
        return []
    try:
        text = line.decode(_encoding(line)).rstrip("\r\n")
        # A head that ends within a character of UTF-16, or none, has no header.
        return [] if _REPLACEMENT in text else next(csv.reader([text], strict=True, delimiter=separator), [])
    except (UnicodeDecodeError, csv.Error):
        return []


def plain_name(name: str) -> str:
    """Return a column's name normalized for comparison: lower-case, runs of blanks as one blank."""
    return " ".join(name.lower().split())


def _row(text: bytes, number: int) -> tuple[int, int]:
    """Return where a row begins and ends, by its number from the first line that is not empty."""
    start = start_of(text)
    while text[start : start + 1] in {b"\r", b"\n"}:
        start += 1
    end = start
    for _ in range(number):
        start = end
        end = _row_end(text, start)
    return start, end


def _row_end(text: bytes, start: int) -> int:
    """Return the end of a row: after the first line end that is not within a quoted cell."""
    end = first = (text.find(b"\n", start) + 1) or len(text)
    for _ in range(_MOST_LINES):
        if not _OPEN_CELL.search(text[start:end]):
            return end
        if end == len(text):
            break
        end = (text.find(b"\n", end) + 1) or len(text)
    return first


def read_records(
    content: bytes,
    *,
    source_file_id: int,
    kind: str,
    separator: str | None = None,
    header_row: int = 1,
    header_rows: int = 1,
    encoding: str | None = None,
) -> Records:
    """Split a delimited file into records, quoted cells of several lines included.

    Parameters
    ----------
    content
        The bytes of the file: UTF-8, with or without a byte-order mark, UTF-16 or Windows-1252; lines ended
        by LF, CRLF or CR.
    source_file_id
        File that the rejected records belong to.
    kind
        Name of a record in its rejected row: ``encounter`` or ``code``.
    separator
        Separator between cells; by default the one that a first line ``sep=;`` or the header uses.
    header_row, header_rows
        First row of the header, from 1, and how many it spans; rows above it are skipped.
    encoding
        One of `table_text.ENCODINGS`, where the file does not show it.

    Notes
    -----
    If quotes are balanced, a record may span lines. If a quote opens inside a cell or never closes, every
    line is read separately: the lines at fault are rejected and the others loaded. Empty lines are skipped,
    and so are separators after the last cell.
    """
    is_converted = decoder_of(content, encoding) is not None
    content = table_text(content, encoding)
    header = _header(content, separator, header_row, header_rows)
    mark, columns = header.separator, header.names
    named = [name for name in columns if name]
    if not named or len(set(named)) < len(named):
        return _without_header(source_file_id)

    cut = _cut(content, ord(mark), header.end, across_lines=True)
    if cut.is_misquoted.any():
        cut = _cut(content, ord(mark), header.end, across_lines=False)
    width = header.width
    surplus = _trailing_separators(content, cut, ord(mark), width)
    cell_counts = cut.separator_counts - surplus + 1
    # Separators after the last name of the header may lack below it.
    is_ragged = ~cut.is_misquoted & ((cell_counts < len(columns)) | (cell_counts > width))
    is_whole = ~(cut.is_misquoted | is_ragged)
    numbers = np.arange(1, len(cut.starts) + 1)

    rejected = pl.concat(
        rejected_rows(
            source_file_id,
            kind,
            pl.DataFrame({"source_offset": cut.starts[chosen], "record_number": numbers[chosen]}),
            reason=reason,
            expected=expected,
        )
        for chosen, reason, expected in (
            (
                cut.is_misquoted,
                "a quote opens inside a cell or never closes",
                "quotes around whole cells only",
            ),
            (is_ragged, "the number of cells is not that of the header", f"{width} cells"),
        )
    )
    coding = _encoding(content)
    names = [name or f"unnamed column {place}" for place, name in enumerate(columns, start=1)]
    spacers = [name for name in names if name not in named]
    spare = [f"unnamed column {place + 1}" for place in range(len(names), width)]
    columns = tuple(named)
    frame = _cells(
        content, cut, is_whole, surplus, (*names, *spare), separator=mark, encoding=coding
    ).with_columns(
        source_offset=pl.Series(cut.starts[is_whole], dtype=pl.Int64),
        record_number=pl.Series(numbers[is_whole], dtype=pl.Int64),
    )
    if spacers:
        # A column without a name and a value is a spacer; with a value, nobody knows what it is.
        if frame.select(pl.any_horizontal(pl.col(spacers).is_not_null().any())).item():
            return _without_header(source_file_id)
        frame = frame.drop(spacers)
    if spare:
        is_extra = pl.any_horizontal(pl.col(spare).is_not_null())
        extra = rejected_rows(
            source_file_id,
            kind,
            frame.filter(is_extra),
            reason="a cell is filled below no header",
            expected="a header for each column that is filled",
        )
        rejected = pl.concat([rejected, extra])
        frame = frame.filter(~is_extra).drop(spare)
    frame = frame.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    if coding == "utf-8" and _is_utf8(content) and not is_converted:
        return Records(columns, frame, rejected)
    is_garbled = pl.any_horizontal(
        pl.col(columns).str.contains(_REPLACEMENT, literal=True).fill_null(value=False)
    )
    garbled = rejected_rows(
        source_file_id,
        kind,
        frame.filter(is_garbled),
        reason="the record holds bytes that are not UTF-8"
        if coding == "utf-8"
        else "the record holds bytes that are not Windows-1252",
        expected="UTF-8 text, or 'encoding:' in a mapping",
    )
    return Records(columns, frame.filter(~is_garbled), pl.concat([rejected, garbled]))


def _without_header(source_file_id: int) -> Records:
    rejected = whole_file(
        source_file_id,
        "there is no header that names each column once",
        "one different name for each column in the first line, or 'header_row:' in a mapping",
    )
    return Records((), pl.DataFrame(), rejected)


@dataclass(frozen=True, slots=True)
class _Cut:
    """Start and end of records (after the line's LF), with separator counts and quote faults."""

    starts: _Positions
    ends: _Positions
    separator_counts: _Positions
    is_misquoted: _Flags


def _cut(content: bytes, separator: int, first: int, *, across_lines: bool) -> _Cut:
    """Cut what follows a place at every LF, or with ``across_lines`` only at those outside of quotes."""
    octets = np.frombuffer(content, dtype=np.uint8)
    quotes, breaks, separators = (
        first + np.flatnonzero(octets[first:] == mark) for mark in (_QUOTE, _LF, separator)
    )
    if across_lines:
        breaks = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    starts = np.concatenate([[first], breaks + 1])
    ends = np.concatenate([breaks + 1, [len(content)]])
    padded = np.concatenate([octets, np.array([_LF, _LF], dtype=np.uint8)])
    lengths = ends - starts - (padded[ends - 1] == _LF)
    is_empty = (ends <= starts) | (lengths == 0) | ((lengths == 1) & (padded[starts] == _CR))
    starts, ends = starts[~is_empty], ends[~is_empty]

    separator_records = np.searchsorted(starts, separators, side="right") - 1
    quotes_before = np.searchsorted(quotes, starts)
    is_outside = (np.searchsorted(quotes, separators) - quotes_before[separator_records]) % 2 == 0
    separator_counts = np.bincount(separator_records[is_outside], minlength=len(starts))

    quote_records = np.searchsorted(starts, quotes, side="right") - 1
    is_opening = (np.arange(len(quotes)) - quotes_before[quote_records]) % 2 == 0
    previous = octets[np.maximum(quotes - 1, 0)]
    is_after_start = (quotes == starts[quote_records]) | np.isin(previous, (separator, _QUOTE))
    following, second = padded[quotes + 1], padded[quotes + 2]
    is_before_end = np.isin(following, (separator, _QUOTE, _LF)) | ((following == _CR) & (second == _LF))
    is_stray = np.where(is_opening, ~is_after_start, ~is_before_end)
    is_misquoted = np.bincount(quote_records, minlength=len(starts)) % 2 == 1
    is_misquoted[quote_records[is_stray]] = True
    return _Cut(starts, ends, separator_counts, is_misquoted)


def _trailing_separators(content: bytes, cut: _Cut, separator: int, width: int) -> _Positions:
    """Return how many separators follow the last cell of each record, of those that are too many."""
    surplus = np.maximum(cut.separator_counts - (width - 1), 0)
    octets = np.frombuffer(content, dtype=np.uint8)
    last = _last_places(octets, cut)
    for count in np.unique(surplus[surplus > 0]):
        rows = np.flatnonzero(surplus == count)
        before = last[rows, None] - np.arange(count)
        is_separators = (octets[np.maximum(before, 0)] == separator).all(axis=1)
        surplus[rows[~is_separators]] = 0
    return surplus


def _last_places(octets: npt.NDArray[np.uint8], cut: _Cut) -> _Positions:
    """Return the place of each record's last byte before its line end."""
    last = cut.ends - 1
    for mark in (_LF, _CR):
        last = last - (octets[np.maximum(last, 0)] == mark)
    return last


def _cells(
    content: bytes,
    cut: _Cut,
    is_whole: _Flags,
    surplus: _Positions,
    columns: tuple[str, ...],
    *,
    separator: str,
    encoding: str,
) -> pl.DataFrame:
    """Parse whole records into cells: stripped, and null if empty."""
    if not is_whole.any():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    octets = np.frombuffer(content, dtype=np.uint8)
    is_kept = np.zeros(len(octets) + 1, dtype=np.int8)
    # +1 at the start of a whole record, -1 at its end: the running sum marks its bytes.
    np.add.at(is_kept, cut.starts[is_whole], 1)
    np.add.at(is_kept, cut.ends[is_whole], -1)
    # Separators after the last cell are left out.
    is_longer = is_whole & (surplus > 0)
    after_last = _last_places(octets, cut)[is_longer] + 1
    np.add.at(is_kept, after_last - surplus[is_longer], -1)
    np.add.at(is_kept, after_last, 1)
    record_bytes = octets[np.cumsum(is_kept[:-1], dtype=np.int8).astype(np.bool_)].tobytes()
    if encoding != "utf-8":
        record_bytes = record_bytes.decode(encoding, errors="replace").encode()
    frame = pl.read_csv(
        record_bytes,
        has_header=False,
        schema=dict.fromkeys(columns, pl.String()),
        missing_columns="insert",
        separator=separator,
        encoding="utf8-lossy",
    )
    stripped = pl.all().str.strip_chars()
    return frame.select(pl.when(stripped != "").then(stripped).name.keep())


def _encoding(content: bytes) -> str:
    """Return Windows-1252 if there are bytes above ASCII and none of them are UTF-8, else UTF-8."""
    if _is_utf8(content) or not content.decode("utf-8", errors="ignore").isascii():
        return "utf-8"
    return "cp1252"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
