"""The canonical frame: one text for one list of units, independent of source file and row order.

The canonical text is a CSV file that any tool reads and ``sha256sum`` fingerprints:

- one row per unit, sorted by ``unit_id`` in byte order of its UTF-8, each id once;
- ``unit_id``, ``stratum`` and the other known columns first, further columns after them in byte order;
- UTF-8, lines ended by LF; amounts as plain decimals with two places, dates as YYYY-MM-DD;
- a null is an empty field, an empty text is ``""``; a field is quoted only where CSV needs it.

A unit's frame number is its row in that text, from 1. Negative amounts are allowed: a draw by ticket
ignores dollars, and the manifest counts and reports them.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import BadInputError
from auditlib.spreadsheet_cells import guarded_cells

KNOWN_COLUMNS: Final = (
    "unit_id",
    "stratum",
    "encounter_class",
    "coder_id",
    "payer_id",
    "payer_name",
    "service_date",
    "service_month",
    "charge_amount",
)
ORDER_RULE: Final = (
    "Rows are sorted by unit_id, ascending, in byte order of UTF-8; no unit_id is null and none occurs "
    "twice. A unit's frame number is its row in the frame file, from 1."
)

_MONEY = pl.Decimal(18, 2)
_MONEY_TEXT = r"^-?\d{1,16}(\.\d{1,2}0*)?$"
_DATE_TEXT = r"^\d{4}-\d{2}-\d{2}$"
_UNPRINTABLE = r"^$|^\s|\s$|[\x00-\x1f\x7f]"
_DOLLARS = "an amount in dollars and cents"
_UNUSUAL = r"[^!-~]|^$"
_SHOWN = 5
_FLOAT_NOISE = 1e-12


def canonical_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with canonical columns, types and order; a canonical frame is returned unchanged.

    Parameters
    ----------
    frame
        At least a column ``unit_id``. Columns ending in ``_amount`` hold money and those ending in ``_date``
        dates, as such or as text; every other column holds text, whole numbers or true and false.

    Raises
    ------
    BadInputError
        If there is no ``unit_id`` or no row, if an id is null, empty, repeated, padded with spaces or holds
        control characters, or if a value cannot be represented without loss.
    """
    if "unit_id" not in frame.columns:
        message = "The frame has no column 'unit_id'."
        raise BadInputError(message, hint=f"Its columns are {', '.join(frame.columns) or 'none'}.")
    if frame.height == 0:
        message = "The universe is empty: there is nothing to draw from."
        raise BadInputError(message, hint="Widen the dates or drop a filter.")
    columns = frame_columns(frame)
    units = frame.select(_canonical_column(frame[name]) for name in columns)
    _check_ids(units["unit_id"])
    if not units["unit_id"].is_sorted():
        units = units.sort("unit_id")
    repeated = units["unit_id"].filter(units["unit_id"] == units["unit_id"].shift())
    if len(repeated):
        named = ", ".join(repeated.unique(maintain_order=True).head(_SHOWN))
        message = f"{len(repeated):,} rows of the frame repeat the unit_id of another row, as {named}."
        raise BadInputError(message, hint="Each sampling unit must be one row: remove or merge the repeats.")
    return units


def frame_columns(frame: pl.DataFrame) -> tuple[str, ...]:
    """Return the columns of a frame in canonical order."""
    known = [name for name in KNOWN_COLUMNS if name in frame.columns]
    return (*known, *sorted((name for name in frame.columns if name not in KNOWN_COLUMNS), key=str.encode))


def frame_bytes(frame: pl.DataFrame) -> bytes:
    """Return the canonical text of a frame in UTF-8."""
    return csv_bytes(canonical_frame(frame))


def frame_sha256(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of the canonical text: what ``sha256sum`` prints for the written frame file."""
    return hashlib.sha256(frame_bytes(frame)).hexdigest()


def csv_bytes(table: pl.DataFrame, *, is_headed: bool = True) -> bytes:
    """Return a table as CSV under the quoting rules of the canonical text."""
    buffer = BytesIO()
    table.write_csv(
        buffer, include_header=is_headed, line_terminator="\n", quote_style="necessary", null_value=""
    )
    return buffer.getvalue()


def guarded_twin(path: Path, content: bytes) -> dict[Path, bytes]:
    """Return path and bytes of a copy of a table that may be opened in a spreadsheet, if the table may not.

    The table itself stays as it is hashed.
    """
    text = pl.read_csv(BytesIO(content), infer_schema=False)
    # A dollar amount below zero is a number, and no formula.
    cells = text.with_columns(pl.col(name).cast(_MONEY) for name in text.columns if name.endswith("_amount"))
    guarded = guarded_cells(cells)
    if guarded.equals(cells) and guarded.columns == cells.columns:
        return {}
    return {path.with_name(f"{path.stem}.to-open{path.suffix}"): csv_bytes(guarded)}


def read_text_table(content: bytes, *, subject: str) -> pl.DataFrame:
    """Return a CSV file's fields as text, nulls distinct from empty texts.

    Raises
    ------
    BadInputError
        If the bytes are not CSV in UTF-8.
    """
    try:
        return pl.read_csv(BytesIO(content), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        message = f"The {subject} cannot be read as a CSV table in UTF-8."
        raise BadInputError(message, hint="Restore the file that was written with the manifest.") from error


def _check_ids(unit_ids: pl.Series) -> None:
    if unit_ids.null_count():
        message = f"{unit_ids.null_count():,} rows of the frame have no unit_id."
        raise BadInputError(message, hint="Give every unit an id, or filter those rows out and record why.")
    unusual = unit_ids.filter(unit_ids.str.contains(_UNUSUAL))
    unreadable = unusual.str.contains(_UNPRINTABLE).sum()
    if unreadable:
        message = f"{unreadable:,} unit ids are empty, start or end with a space, or hold control characters."
        raise BadInputError(message, hint="Clean the ids: they must survive being printed and typed again.")


def _canonical_column(values: pl.Series) -> pl.Series:
    if values.name.endswith("_amount"):
        return _money(values)
    if values.name.endswith("_date"):
        return _date(values)
    if values.dtype == pl.String:
        return values
    if values.dtype.is_integer() or values.dtype in (pl.Boolean, pl.Categorical, pl.Enum, pl.Null, pl.Date):
        return values.cast(pl.String)
    message = f"Column '{values.name}' of the frame holds {values.dtype}, which has no single text form."
    raise BadInputError(
        message, hint="Give it as text; end its name in _amount if it is money, _date if a date."
    )


def _money(values: pl.Series) -> pl.Series:
    if values.dtype == _MONEY:
        return values
    if values.dtype == pl.String:
        is_money = values.str.contains(_MONEY_TEXT)
    elif values.dtype.is_float():
        cents = (values * 100).round()
        is_money = values.is_finite() & ((values * 100 - cents).abs() <= _FLOAT_NOISE * (1 + cents.abs()))
    elif values.dtype.is_decimal():
        is_money = values.cast(_MONEY, strict=False).cast(values.dtype, strict=False) == values
    elif values.dtype.is_integer() or values.dtype == pl.Null:
        is_money = pl.repeat(value=True, n=len(values), eager=True)
    else:
        is_money = pl.repeat(value=False, n=len(values), eager=True)
        _refuse(values, ~is_money, _DOLLARS)
    amounts = values.cast(_MONEY, strict=False)
    _refuse(values, (~is_money).fill_null(value=False) | amounts.is_null(), _DOLLARS)
    return amounts


def _date(values: pl.Series) -> pl.Series:
    if values.dtype in (pl.Date, pl.Null):
        return values.cast(pl.Date)
    if values.dtype == pl.String:
        dates = values.str.to_date("%Y-%m-%d", strict=False)
        is_wrong = dates.is_null() | (~values.str.contains(_DATE_TEXT)).fill_null(value=False)
    elif isinstance(values.dtype, pl.Datetime):
        dates = values.dt.date()
        is_wrong = values != values.dt.truncate("1d")
    else:
        dates, is_wrong = values, pl.repeat(value=True, n=len(values), eager=True)
    _refuse(values, is_wrong.fill_null(value=False), "a date as YYYY-MM-DD")
    return dates


def _refuse(values: pl.Series, is_wrong: pl.Series, expected: str) -> None:
    rows = (is_wrong & values.is_not_null()).arg_true()
    if len(rows):
        message = (
            f"Column '{values.name}' of the frame: {len(rows):,} values are not {expected}, "
            f"the first in row {rows[0] + 1:,}."
        )
        raise BadInputError(message, hint="Correct them at the source; nothing is rounded or guessed.")
