"""A control chart of months: rates, limits that vary with their codes, a target, and what breaks a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import BLUE, INK, ORANGE, PERCENT_LABEL, QUIET, finished, inline, nothing_to_show
from auditlib.text import percent

if TYPE_CHECKING:
    import altair as alt

_STEP, _LEAST_WIDTH, _HEIGHT = 56, 420, 220
_ROOM = 0.02


def control_chart(
    months: pl.DataFrame, *, title: str, sentences: tuple[str, ...] = (), target: float | None = None
) -> alt.LayerChart:
    """Return the rate of each month with limits, centre, target and n; months that are not complete dashed.

    Parameters
    ----------
    months
        ``months`` of `auditlib.measures.accuracy_trend.MonthChart`.
    title
        What the rates are, and of whom.
    sentences
        What the chart shows, in words, below the title.
    target
        Share at which to draw the target's line.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    if months.is_empty():
        return nothing_to_show(title, "no chart with a date was reviewed to the end")
    rows = months.sort("month").with_columns(
        label=pl.col("month").dt.strftime("%b %y"),
        size=pl.format("{} of {}", "right_count", "code_count"),
        charts=pl.format("{} charts", "chart_count"),
        rate_words=pl.col("rate").map_elements(percent, pl.String),
        words=pl.when("is_outside").then(pl.lit("outside")).otherwise(pl.lit("")),
    )
    has_limits = rows["centre"].null_count() < rows.height
    lowest, highest = _ends(rows, target)
    order = rows["label"].to_list()
    scale = alt.Scale(domain=[lowest, highest], nice=False, zero=False)
    x = alt.X("label:O", sort=order, title=None, axis=alt.Axis(labelAngle=0, ticks=False, grid=False))
    axis = alt.Axis(labelExpr=PERCENT_LABEL, title=None, tickCount=5, grid=True)
    base = alt.Chart().encode(
        x=x,
        tooltip=[
            alt.Tooltip("label:N", title="month"),
            alt.Tooltip("rate_words:N", title="rate"),
            alt.Tooltip("size:N", title="counts"),
            alt.Tooltip("charts:N", title="charts"),
        ],
    )
    y = alt.Y("rate:Q", scale=scale, axis=axis)
    complete, open_months = "datum.is_complete", "!datum.is_complete"
    layers: list[alt.Chart] = []
    if has_limits:
        layers += [
            base.mark_line(color=QUIET, strokeDash=[2, 3], interpolate="step", strokeWidth=1).encode(
                y=alt.Y(f"{side}:Q", scale=scale, axis=axis)
            )
            for side in ("lower", "upper")
        ]
        layers.append(
            base.mark_line(color=BLUE, strokeWidth=1, opacity=0.7).encode(y=alt.Y("centre:Q", scale=scale))
        )
    layers += [
        base.mark_line(color=BLUE, strokeWidth=1.5).encode(y=y).transform_filter(complete),
        base.mark_point(filled=True, color=BLUE, size=45, opacity=1)
        .encode(y=y)
        .transform_filter(f"{complete} && !datum.is_outside"),
        base.mark_point(filled=False, color=BLUE, size=60, opacity=1, strokeDash=[2, 2])
        .encode(y=y)
        .transform_filter(open_months),
        base.mark_point(filled=True, shape="diamond", color=ORANGE, size=130, opacity=1)
        .encode(y=y)
        .transform_filter("datum.is_outside"),
        base.mark_text(dy=16, fontSize=12).encode(y=y, text="words:N").transform_filter("datum.is_outside"),
        base.mark_text(baseline="top", color=QUIET, fontSize=12).encode(
            y=alt.value(_HEIGHT + 22), text="code_count:Q"
        ),
    ]
    layers += _named_lines(rows, target, has_limits=has_limits, scale=scale)
    notes = [
        "Under each month: its codes or charts."
        + (" The scale does not start at 0." if lowest > 0 else "")
        + (" Open circles: months that are not complete." if not rows["is_complete"].all() else "")
        + (" Dotted: three-sigma limits." if has_limits else "")
    ]
    width = max(_LEAST_WIDTH, _STEP * rows.height)
    return finished(
        alt.LayerChart(layer=layers, data=inline(rows)).properties(width=width, height=_HEIGHT),
        title,
        *sentences,
        *notes,
    )


def _ends(rows: pl.DataFrame, target: float | None) -> tuple[float, float]:
    """Return the ends of the scale: all rates and limits, and the target, in steps of 5 %."""
    shown = [value for name in ("rate", "lower", "upper") for value in rows[name].drop_nulls()]
    shown += [] if target is None else [target]
    lowest, highest = min(shown), max(shown)
    return max(0.0, int((lowest - _ROOM) * 20) / 20 if lowest > _ROOM else 0.0), min(
        1.0, -(-(highest + _ROOM) * 20 // 1) / 20
    )


def _named_lines(
    rows: pl.DataFrame, target: float | None, *, has_limits: bool, scale: alt.Scale
) -> list[alt.Chart]:
    """Return the target's line and the names of target and centre, right of the last month."""
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    width = max(_LEAST_WIDTH, _STEP * rows.height)
    names = []
    layers = []
    if has_limits:
        centre = float(rows["centre"].drop_nulls()[0])
        names.append({"at": centre, "words": f"centre {percent(centre)}", "colour": BLUE})
    if target is not None:
        mark = alt.Chart(inline([{"at": target}]))
        layers.append(
            mark.mark_rule(color=INK, strokeWidth=1.5, strokeDash=[6, 4]).encode(y=alt.Y("at:Q", scale=scale))
        )
        names.append({"at": target, "words": f"target {percent(target)}", "colour": INK})
    if names:
        shift = 0
        # Two names on nearly one line: the higher one goes up, the lower one down.
        if len(names) > 1 and abs(float(str(names[0]["at"])) - float(str(names[1]["at"]))) < _ROOM:
            shift = 8
        names.sort(key=lambda one: float(str(one["at"])), reverse=True)
        for place, one in enumerate(names):
            layers.append(
                alt.Chart(inline([one]))
                .mark_text(align="left", dx=6, dy=-shift if place == 0 else shift, color=str(one["colour"]))
                .encode(x=alt.value(width), y=alt.Y("at:Q", scale=scale), text="words:N")
            )
    return layers
