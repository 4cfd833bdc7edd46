"""Cells that a spreadsheet would run as a formula, made text: a CSV file says of no cell what it is."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

# A sign that opens a formula, also after blanks or as a full-width character; controls that hide one.
_OPENS: Final = r"^[\s\x00]*[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}]|^[\t\r\n]"
_OPENS_IN_PYTHON: Final = re.compile("^[\\s\x00]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_GUARD: Final = "'"
# Where lists are separated by semicolons, as in much of Europe, or by tabs, what follows one is a cell.
_OPENS_NEXT: Final = r"(?s)(.[;\t])([\s\x00]*[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}])"


def runs_in_spreadsheet(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula.

    Examples
    --------
    >>> runs_in_spreadsheet("=1+1"), runs_in_spreadsheet(" @SUM(A1)"), runs_in_spreadsheet("A-1")
    (True, True, False)
    """
    return _OPENS_IN_PYTHON.match(text) is not None


def guarded_cells(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with an apostrophe before each text, and each column's name, that may be a formula.

    Numbers and dates stay: what they are, no spreadsheet runs.
    """
    cells = rows.with_columns(
        pl.when(text.str.contains(_OPENS))
        .then(pl.concat_str(pl.lit(_GUARD), text))
        .otherwise(text)
        .alias(name)
        for name, kind in rows.schema.items()
        if kind == pl.String
        for text in [pl.col(name).str.replace_all(_OPENS_NEXT, f"${{1}}{_GUARD}${{2}}")]
    )
    return cells.rename({name: f"{_GUARD}{name}" for name in cells.columns if runs_in_spreadsheet(name)})
