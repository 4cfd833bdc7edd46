"""The running bound of a sequential review: limits after each chart, beside the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import BLUE, PERCENT_LABEL, VERMILION, finished, inline, nothing_to_show
from auditlib.text import level, percent

if TYPE_CHECKING:
    import altair as alt

_TITLE = "Share of {} in error, as reviewed so far"


def running_bound_chart(
    looks: pl.DataFrame, *, threshold: float, confidence: float, sentence: str, quantity: str = "charts"
) -> alt.LayerChart:
    """Return the limits after each chart as a band, the rate so far as a line, the threshold dashed.

    Parameters
    ----------
    looks
        One row per chart: reviewed_count, error_count, rate, lower, upper.
    threshold, confidence
        Rate to decide about, and level of all limits together.
    sentence
        Whether the review may stop, shown below the title.
    quantity
        What the shares are of: charts or dollars.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    if looks.is_empty():
        return nothing_to_show(_TITLE.format(quantity), "no chart is completed yet in the order drawn")
    rows = looks.with_columns(
        label=pl.struct("lower", "upper").map_elements(
            lambda row: f"{percent(row['lower'])} to {percent(row['upper'])}", pl.String
        )
    )
    base = alt.Chart(inline(rows)).encode(
        x=alt.X("reviewed_count:Q", title="charts reviewed, in the order drawn", axis=alt.Axis(format=",d")),
        tooltip=[
            alt.Tooltip("reviewed_count:Q", title="charts reviewed"),
            alt.Tooltip("error_count:Q", title="in error"),
            alt.Tooltip("label:N", title="limits"),
        ],
    )
    axis = alt.Axis(labelExpr=PERCENT_LABEL, title=None, tickCount=5)
    band = base.mark_area(color=BLUE, opacity=0.2, interpolate="step-after").encode(
        y=alt.Y("lower:Q", axis=axis, scale=alt.Scale(domain=[0, 1])), y2="upper:Q"
    )
    edges = [
        base.mark_line(color=BLUE, strokeWidth=1, interpolate="step-after").encode(y=f"{limit}:Q")
        for limit in ("lower", "upper")
    ]
    line = base.mark_line(color=BLUE, strokeWidth=2).encode(y="rate:Q")
    mark = alt.Chart(inline([{"at": threshold, "words": f"threshold {percent(threshold)}"}]))
    rule = mark.mark_rule(strokeDash=[5, 4], color=VERMILION, strokeWidth=1.5).encode(y="at:Q")
    words = mark.mark_text(align="right", dx=-4, dy=-7, color=VERMILION).encode(
        x=alt.value(520), y="at:Q", text="words:N"
    )
    return finished(
        alt.LayerChart(layer=[band, *edges, line, rule, words]).properties(width=520, height=200),
        _TITLE.format(quantity),
        sentence,
        f"Band: limits that hold after every chart at once, at {level(confidence)}; line: share so far.",
    )
