"""Dates of RIF files: DD-MON-YYYY as Medicare's extracts have them, CCYYMMDD, and with hyphens."""

from __future__ import annotations

import polars as pl

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NUMBERS = {month: f"{number:02d}" for number, month in enumerate(_MONTHS, start=1)}
A_DAY = "a day such as 31-JAN-2026 or 20260131"


def day(column: str) -> pl.Expr:
    """Return the dates of a text column; null if not a date."""
    text = pl.col(column).str.to_uppercase()
    named = text.str.extract_groups(r"^([0-9]{1,2})-?([A-Z]{3})-?([0-9]{4})$")
    written = pl.concat_str(
        named.struct.field("3"),
        named.struct.field("2").replace_strict(_NUMBERS, default=None, return_dtype=pl.String),
        named.struct.field("1").str.zfill(2),
    )
    plain = pl.when(text.str.contains(r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}$")).then(text.str.replace_all("-", ""))
    return pl.coalesce(written, plain).str.to_date("%Y%m%d", strict=False).alias(column)
