"""Cells that hold two days, the first and the last: 05/04/2026 - 05/06/2026."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

_DAY: Final = (
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?|\d{8}"
    r"|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}"
)
_BETWEEN: Final = r"\s*(?:[-\u2013\u2014~;|,]|(?i:to|thru|through)|\s/\s)\s*"
DAY_RANGE: Final = rf"^\s*({_DAY}){_BETWEEN}({_DAY})\s*$"
"""Form of a cell with a first and a last day."""
_SHORT_RANGE: Final = rf"^\s*(\d{{1,2}}/\d{{1,2}}){_BETWEEN}(\d{{1,2}}/\d{{1,2}})/(\d{{2,4}})\s*$"
ANY_RANGE: Final = f"{DAY_RANGE}|{_SHORT_RANGE}"
"""Form of a cell with a first and a last day, of which the first may lack the year."""


def day_of_range(cell: pl.Expr, which: Literal["first", "last"]) -> pl.Expr:
    """Return the first or the last day of each cell; a cell with one day stays as it is."""
    is_short = cell.str.contains(_SHORT_RANGE)
    short = cell.str.replace(_SHORT_RANGE, "$1/$3" if which == "first" else "$2/$3")
    whole = cell.str.replace(DAY_RANGE, "$1" if which == "first" else "$2")
    return pl.when(is_short).then(short).otherwise(whole)
