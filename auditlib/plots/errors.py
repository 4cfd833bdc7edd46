"""Errors by kind: bars with counts and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import BLUE, finished, inline, nothing_to_show
from auditlib.text import counted, percent

if TYPE_CHECKING:
    import altair as alt

_ROW_HEIGHT = 28


def errors_by_kind(shares: pl.DataFrame, *, by: str = "error_kind") -> alt.LayerChart:
    """Return bars of error counts, most frequent on top.

    Parameters
    ----------
    shares
        Rates of `auditlib.measures.accuracy.error_shares`, by a single dimension.
    by
        The dimension: 'error_kind', 'cause', ...
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    title = f"Errors by {by.removeprefix('error_').removesuffix('_id')}"
    if shares.is_empty():
        return nothing_to_show(title, "the completed reviews found no error")
    rows = shares.sort("numerator_count", by, descending=[True, False]).with_columns(
        words=pl.struct("numerator_count", "rate").map_elements(
            lambda row: f"{row['numerator_count']:,}  ({percent(row['rate'])})", pl.String
        )
    )
    base = alt.Chart(inline(rows)).encode(
        y=alt.Y(f"{by}:N", sort=rows[by].to_list(), title=None, axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X("numerator_count:Q", axis=None),
        tooltip=[
            alt.Tooltip(f"{by}:N", title=by.replace("_", " ")),
            alt.Tooltip("numerator_count:Q", title="errors", format=","),
            alt.Tooltip("rate:Q", title="share of errors", format=".1%"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=17)
    words = base.mark_text(align="left", dx=6).encode(text="words:N")
    total = int(shares["denominator_count"][0])
    return finished(
        alt.LayerChart(layer=[bars, words]).properties(width=480, height=_ROW_HEIGHT * rows.height),
        title,
        f"{counted(total, 'error')} in completed reviews; count and share of all errors.",
    )
