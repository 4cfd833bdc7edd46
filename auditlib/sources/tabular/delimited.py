"""Delimited records as text, each with the byte at which it starts; broken records are rejected.

polars parses the cells, but it reports no offsets and lets one stray quote swallow the rows after it.
Therefore the bytes are first cut into records by counting quotes, and only whole records are parsed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.sources.documents.chart_text import UTF16_MARKS
from auditlib.sources.rejected_rows import rejected_rows, whole_file

_BOM = b"\xef\xbb\xbf"
_QUOTE, _LF, _CR = 0x22, 0x0A, 0x0D
SEPARATORS: Final = (",", ";", "\t", "|")
"""Possible separators; the one that occurs most in the header is used."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

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
    """

    columns: tuple[str, ...]
    frame: pl.DataFrame
    rejected: pl.DataFrame


def separator_of(head: bytes, *, header_row: int = 1) -> str:
    """Return the separator used in the header line in the head of a file."""
    line = _line(head, header_row)
    return max(SEPARATORS, key=lambda mark: line.count(mark.encode()))


def header_names(head: bytes, *, separator: str | None = None, header_row: int = 1) -> tuple[str, ...]:
    """Return the column names in the header line of a file, lower-case; empty if it is not a header.

    Separators after the last name, as some programs write them, name no columns.
    """
    cells = _header_cells(head, separator=separator, header_row=header_row)
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _header_cells(head: bytes, *, separator: str | None, header_row: int) -> tuple[str, ...]:
    line = _line(head, header_row)
    if b"\0" in line or line.startswith(UTF16_MARKS):
        return ()
    try:
        text = line.decode(_encoding(line)).rstrip("\r")
        mark = separator or separator_of(head, header_row=header_row)
        cells = next(csv.reader([text], strict=True, delimiter=mark), [])
    except (UnicodeDecodeError, csv.Error):
        return ()
    return tuple(plain_name(cell) for cell in cells)


def plain_name(name: str) -> str:
    """Return a column's name normalized for comparison: lower-case, runs of blanks as one blank."""
    return " ".join(name.lower().split())


def _line(head: bytes, number: int) -> bytes:
    lines = head.removeprefix(_BOM).lstrip(b"\r\n").split(b"\n", number)
    return lines[number - 1] if len(lines) >= number else b""


def read_records(
    content: bytes, *, source_file_id: int, kind: str, separator: str | None = None, header_row: int = 1
) -> Records:
    """Split a delimited file into records, quoted cells of several lines included.

    Parameters
    ----------
    content
        The bytes of the file: UTF-8, with or without a byte-order mark, or Windows-1252; lines ended by LF
        or CRLF.
    source_file_id
        File that the rejected records belong to.
    kind
        Name of a record in its rejected row: ``encounter`` or ``code``.
    separator
        Separator between cells; by default the one that the header uses.
    header_row
        Line number of the header, from 1; lines above it are skipped.

    Notes
    -----
    If quotes are balanced, a record may span lines. If a quote opens inside a cell or never closes, every
    line is read separately: the lines at fault are rejected and the others loaded. Empty lines are skipped.
    """
    mark = separator or separator_of(content, header_row=header_row)
    columns = header_names(content, separator=mark, header_row=header_row)
    if not columns or len(set(columns)) < len(columns) or "" in columns:
        rejected = whole_file(
            source_file_id,
            "there is no header that names each column once",
            "one different name for each column in the first line, or 'header_row:' in a mapping",
        )
        return Records((), pl.DataFrame(), rejected)

    cut = _cut(content, ord(mark), across_lines=True)
    if cut.is_misquoted.any():
        cut = _cut(content, ord(mark), across_lines=False)
    cut = cut.without(header_row)
    width = len(_header_cells(content, separator=mark, header_row=header_row))
    is_ragged = ~cut.is_misquoted & (cut.separator_counts != width - 1)
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
    encoding = _encoding(content)
    unnamed = tuple(f"unnamed column {place + 1}" for place in range(len(columns), width))
    frame = _cells(
        content, cut, is_whole, (*columns, *unnamed), separator=mark, encoding=encoding
    ).with_columns(
        source_offset=pl.Series(cut.starts[is_whole], dtype=pl.Int64),
        record_number=pl.Series(numbers[is_whole], dtype=pl.Int64),
    )
    if unnamed:
        is_extra = pl.any_horizontal(pl.col(unnamed).is_not_null())
        extra = rejected_rows(
            source_file_id,
            kind,
            frame.filter(is_extra),
            reason="a cell is filled below no header",
            expected="a header for each column that is filled",
        )
        rejected = pl.concat([rejected, extra])
        frame = frame.filter(~is_extra).drop(unnamed)
    frame = frame.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    if encoding == "utf-8" and _is_utf8(content):
        return Records(columns, frame, rejected)
    is_garbled = pl.any_horizontal(
        pl.col(columns).str.contains(_REPLACEMENT, literal=True).fill_null(value=False)
    )
    garbled = rejected_rows(
        source_file_id,
        kind,
        frame.filter(is_garbled),
        reason="the record holds bytes that are not UTF-8"
        if encoding == "utf-8"
        else "the record holds bytes that are not Windows-1252",
        expected="UTF-8 text",
    )
    return Records(columns, frame.filter(~is_garbled), pl.concat([rejected, garbled]))


@dataclass(frozen=True, slots=True)
class _Cut:
    """Start and end of records (after the line's LF), with separator counts and quote faults."""

    starts: _Positions
    ends: _Positions
    separator_counts: _Positions
    is_misquoted: _Flags

    def without(self, count: int) -> _Cut:
        return _Cut(
            self.starts[count:], self.ends[count:], self.separator_counts[count:], self.is_misquoted[count:]
        )


def _cut(content: bytes, separator: int, *, across_lines: bool) -> _Cut:
    """Cut at every LF, or with ``across_lines`` only at those with balanced quotes before them."""
    octets = np.frombuffer(content, dtype=np.uint8)
    quotes = np.flatnonzero(octets == _QUOTE)
    breaks = np.flatnonzero(octets == _LF)
    if across_lines:
        breaks = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    first = len(_BOM) if content.startswith(_BOM) else 0
    starts = np.concatenate([[first], breaks + 1])
    ends = np.concatenate([breaks + 1, [len(content)]])
    padded = np.concatenate([octets, np.array([_LF, _LF], dtype=np.uint8)])
    lengths = ends - starts - (padded[ends - 1] == _LF)
    is_empty = (ends <= starts) | (lengths == 0) | ((lengths == 1) & (padded[starts] == _CR))
    starts, ends = starts[~is_empty], ends[~is_empty]

    separators = np.flatnonzero(octets == separator)
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


def _cells(
    content: bytes, cut: _Cut, is_whole: _Flags, columns: tuple[str, ...], *, separator: str, encoding: str
) -> pl.DataFrame:
    """Parse whole records into cells: stripped, and null if empty."""
    if not is_whole.any():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String()))
    octets = np.frombuffer(content, dtype=np.uint8)
    is_kept = np.zeros(len(octets) + 1, dtype=np.int8)
    # +1 at the start of a whole record, -1 at its end: the running sum marks its bytes.
    np.add.at(is_kept, cut.starts[is_whole], 1)
    np.add.at(is_kept, cut.ends[is_whole], -1)
    record_bytes = octets[np.cumsum(is_kept[:-1], dtype=np.int8).astype(np.bool_)].tobytes()
    if encoding != "utf-8":
        record_bytes = record_bytes.decode(encoding, errors="replace").encode()
    frame = pl.read_csv(
        record_bytes,
        has_header=False,
        new_columns=list(columns),
        infer_schema=False,
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
