"""Add-on codes as fixed-width text without a header: columns are located by their contents.

The fields are in the order of the table: edit type, add-on code and its last day, primary code and its last
day, first and last day of the edit, remarks. Their positions are not published, but constant within a file: a
column is where every line has a code or a date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codesets.readers.edits_and_fees.ncci import CONTRACTOR_DECIDES, add_on_release
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError

_WIDTH: Final = 5
_DAY_WIDTH: Final = 7
_CODE: Final = r"^(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}|CCCCC)$"
_DAY: Final = r"^(?:19|20)[0-9]{2}[0-3][0-9]{2}$"
_RECORD: Final = re.compile(r"[123]? {0,2}(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})[ 0-9]")
_FIRST_DAY: Final = r"((?:19|20)[0-9]{2}[0-3][0-9]{2})"
_TYPE: Final = r"^[123]$"
_STARTS: Final = (0, 1, 2, 3)
_FARTHEST: Final = 60
_SAMPLE_LINES: Final = 500
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class _Columns:
    """Start of the fields, from 0; there is no type if lines begin with the code."""

    add_on: int
    primary: int
    first_day: int

    @property
    def has_type(self) -> bool:
        return self.add_on > 0


def is_add_on_text(file: PublishedFile) -> bool:
    """Return True if the columns are those of the add-on code text file."""
    head = file.data[: 1 << 16].decode("latin-1").splitlines()
    # The last line of the sample may be cut.
    return _columns(_records(head[:-1] or head)) is not None


def read_add_on_text(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the add-on codes; dates are year and day of the year.

    Raises
    ------
    BadInputError
        If the quarter is not known, or a line does not fit the columns.
    """
    lines = _records(file.lines)
    columns = _columns(lines)
    if columns is None:
        message = (
            f"{file.name}: add-on code, primary code or first day are not in the same columns of all lines."
        )
        raise BadInputError(message, hint="Take the publisher's file as downloaded; it may be truncated.")
    line = pl.col("line")
    add_on_end, primary_end = columns.add_on + _WIDTH, columns.primary + _WIDTH
    first_day_end = columns.first_day + _DAY_WIDTH
    primary = line.str.slice(columns.primary, _WIDTH)
    without_list = primary == CONTRACTOR_DECIDES
    cells = lines.to_frame().select(
        add_on_code=line.str.slice(columns.add_on, _WIDTH),
        primary_code=primary,
        edit_type=line.str.slice(0, columns.add_on).str.strip_chars()
        if columns.has_type
        else pl.when(without_list).then(pl.lit("2")).otherwise(pl.lit("1")),
        first_day=line.str.slice(columns.first_day, _DAY_WIDTH),
        add_on_last_day=line.str.slice(add_on_end, columns.primary - add_on_end).str.extract(_FIRST_DAY),
        primary_last_day=line.str.slice(primary_end, columns.first_day - primary_end).str.extract(_FIRST_DAY),
        edit_last_day=line.str.slice(first_day_end).str.extract(rf"^\s*{_FIRST_DAY}"),
    )
    return add_on_release(file, stated, cells)


def _records(lines: Sequence[str]) -> pl.Series:
    """Return the lines from the first record on, without a notice above it."""
    first = next((number for number, line in enumerate(lines) if _RECORD.match(line)), len(lines))
    return pl.Series("line", lines[first:], dtype=pl.String)


def _columns(records: pl.Series) -> _Columns | None:
    lines = records.head(_SAMPLE_LINES)
    if lines.len() < _FEWEST:
        return None

    def all_at(start: int, width: int, pattern: str) -> bool:
        return bool(lines.str.slice(start, width).str.contains(pattern).all())

    for add_on in _STARTS:
        if not all_at(add_on, _WIDTH, _CODE):
            continue
        has_type = add_on > 0 and bool(lines.str.slice(0, add_on).str.strip_chars().str.contains(_TYPE).all())
        if add_on > 0 and not has_type:
            continue
        after = range(add_on + _WIDTH, add_on + _FARTHEST)
        primary = next((at for at in after if all_at(at, _WIDTH, _CODE)), None)
        if primary is None:
            continue
        days = range(primary + _WIDTH, primary + _FARTHEST)
        first_day = next((at for at in days if all_at(at, _DAY_WIDTH, _DAY)), None)
        if first_day is not None:
            return _Columns(add_on, primary, first_day)
    return None
