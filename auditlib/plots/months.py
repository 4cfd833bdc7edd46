"""Denial rate by month, one small panel per payer."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import (
    BLUE,
    GREY,
    INK,
    PERCENT_LABEL,
    QUIET,
    finished,
    inline,
    nothing_to_show,
    only_measure,
)
from auditlib.text import format_share, level

if TYPE_CHECKING:
    import altair as alt

_COLUMNS = 3
_PANEL_WIDTH = 225
_HEADING_CHARACTERS = 34


def denial_rate_by_month(
    rates: pl.DataFrame, *, measure: str | None = None, month_basis: str = "submission"
) -> alt.FacetChart | alt.LayerChart:
    """Return one panel per payer: the rate by month with its interval.

    Parameters
    ----------
    rates
        Rates of `auditlib.measures.denials.denial_rates` by payer and month.
    measure
        Which measure to show, by default the frame's first.
    month_basis
        What the months are, for the subtitle: 'submission' or 'response'.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    chosen, name = only_measure(rates, measure)
    title = f"{name.capitalize()} by payer and month" if name else "Denial rate by payer and month"
    rows = chosen.filter(pl.col("month").is_not_null() & pl.col("rate").is_not_null()).sort(
        "payer_id", "month"
    )
    if rows.is_empty():
        return nothing_to_show(title, "no claim has been answered")
    # A date with a time is local; a bare date would be read as UTC and fall into the previous month.
    rows = rows.with_columns(
        payer=_headings(rows),
        month=pl.col("month").dt.strftime("%Y-%m-01T00:00:00"),
    )
    top = _top(rows)
    month = alt.X(
        "month:T",
        title=None,
        axis=alt.Axis(format="%b %y", labelAngle=-45, tickCount={"interval": "month", "step": 3}, grid=False),
    )
    base = alt.Chart().encode(
        x=month,
        tooltip=[
            alt.Tooltip("payer:N", title="payer"),
            alt.Tooltip("month:T", title="month", format="%b %Y"),
            alt.Tooltip("rate:Q", title=name, format=".1%"),
            alt.Tooltip("numerator_count:Q", title="denied", format=","),
            alt.Tooltip("denominator_count:Q", title="answered", format=","),
            alt.Tooltip("lower:Q", title="lower limit", format=".1%"),
            alt.Tooltip("upper:Q", title="upper limit", format=".1%"),
        ],
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(labelExpr=PERCENT_LABEL, title=None, tickCount=4)
    whiskers = base.mark_rule(color=GREY, strokeWidth=1.5).encode(
        y=alt.Y("lower:Q", scale=scale, axis=axis), y2="upper:Q"
    )
    line = base.mark_line(color=BLUE, strokeWidth=1.5).encode(y=alt.Y("rate:Q", scale=scale))
    dots = base.mark_point(filled=True, color=INK, size=28, opacity=1).encode(y=alt.Y("rate:Q", scale=scale))
    layers = [whiskers, line, dots]
    is_range = rows.filter(pl.col("rate_with_unmapped") != pl.col("rate")).height > 0
    if is_range:
        ticks = base.mark_tick(color=INK, thickness=1.5, size=9).encode(
            y=alt.Y("rate_with_unmapped:Q", scale=scale)
        )
        layers.append(ticks)
    payers = rows["payer"].unique(maintain_order=True).to_list()
    chart = (
        alt.LayerChart(layer=layers, data=inline(rows))
        .properties(width=_PANEL_WIDTH, height=120)
        .facet(
            facet=alt.Facet(
                "payer:N",
                title=None,
                sort=payers,
                header=alt.Header(labelExpr="split(datum.value, '\\n')", labelLimit=0, labelColor=QUIET),
            ),
            columns=min(_COLUMNS, len(payers)),
            spacing=26,
        )
    )
    confidence, method = rows["confidence"][0], rows["interval_method"][0]
    return finished(
        chart,
        title,
        f"By month of {month_basis}, of claims answered; bars are {level(confidence)} {method} intervals.",
        "One scale for all panels. Months whose bars overlap need not differ."
        + (" Ticks: the rate if unmapped reasons are denials." if is_range else ""),
    )


def _headings(rows: pl.DataFrame) -> pl.Expr:
    """Return the heading of each row's panel: payer in whole lines, then counts beside the rate."""
    headings = {}
    for (payer, name), months in rows.group_by("payer_id", "payer_name", maintain_order=True):
        denied, answered = int(months["numerator_count"].sum()), int(months["denominator_count"].sum())
        lines = textwrap.wrap(f"{payer}  {name}", _HEADING_CHARACTERS) or ["payer not named"]
        headings[payer] = "\n".join(
            [*lines, f"{denied:,} of {answered:,}, {format_share(denied / answered)}"]
        )
    return pl.col("payer_id").replace_strict(headings, return_dtype=pl.String)


def _top(rows: pl.DataFrame) -> float:
    """Return the top of the scale: above all rates and the whole of every interval."""
    highest, uppermost = rows.select(pl.col("rate_with_unmapped").max(), upper_max=pl.col("upper").max()).row(
        0
    )
    return float(min(1.0, 1.02 * max(highest, uppermost)))
