"""Sampling plans side by side: results of simulated audits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import (
    BLUE,
    GREY,
    ORANGE,
    PERCENT_LABEL,
    PURPLE,
    QUIET,
    VERMILION,
    finished,
    inline,
    nothing_to_show,
)
from auditlib.text import percent

if TYPE_CHECKING:
    import altair as alt

_TITLE = "Sampling plans tried on this universe"
_COLOURS = (BLUE, ORANGE, VERMILION, PURPLE, GREY)
_PANEL_WIDTH, _STEP = 150, 18
_PANELS = (
    ("mean_charts", "charts, mean"),
    ("precision", "precision (half width / total)"),
    ("coverage", "interval holds"),
    ("decided", "threshold decided"),
)


def compare_plans(simulated: pl.DataFrame) -> alt.HConcatChart | alt.LayerChart:
    """Return dots for charts, precision, coverage and decisions, by plan (row) and error pattern (colour).

    Parameters
    ----------
    simulated
        One row per plan and pattern: plan, pattern, runs, mean_charts, hours, precision (or null), coverage,
        above_chance, below_chance and confidence.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    if simulated.is_empty():
        return nothing_to_show(_TITLE, "no plan was tried")
    rows = simulated.with_columns(
        decided=pl.col("above_chance") + pl.col("below_chance"),
        charts_text=pl.format("{}", pl.col("mean_charts").round(0).cast(pl.Int64)),
        **{
            f"{name}_text": pl.col(name).map_elements(percent, pl.String, skip_nulls=False)
            for name in ("precision", "coverage", "above_chance", "below_chance")
        },
    )
    plans = rows["plan"].unique(maintain_order=True).to_list()
    patterns = rows["pattern"].unique(maintain_order=True).to_list()
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(len(patterns))]
    base = alt.Chart().encode(
        yOffset=alt.YOffset("pattern:N", sort=patterns),
        color=alt.Color(
            "pattern:N",
            sort=patterns,
            scale=alt.Scale(domain=patterns, range=colours),
            legend=alt.Legend(title="assumed errors", orient="top", labelLimit=300),
        ),
        tooltip=[
            alt.Tooltip("plan:N"),
            alt.Tooltip("pattern:N", title="assumed errors"),
            alt.Tooltip("charts_text:N", title="charts, mean"),
            alt.Tooltip("hours:Q", format=",.0f"),
            alt.Tooltip("precision_text:N", title="precision"),
            alt.Tooltip("coverage_text:N", title="interval holds"),
            alt.Tooltip("above_chance_text:N", title="decides: above the threshold"),
            alt.Tooltip("below_chance_text:N", title="decides: below the threshold"),
        ],
    )
    panels = []
    for number, (column, title) in enumerate(_PANELS):
        is_count = column == "mean_charts"
        scale = alt.Scale(domain=[0, 1]) if column in {"coverage", "decided"} else alt.Scale(zero=True)
        axis = (
            alt.Axis(format=",d", tickCount=4) if is_count else alt.Axis(labelExpr=PERCENT_LABEL, tickCount=4)
        )
        dots = base.mark_point(filled=True, size=70, opacity=1).encode(
            x=alt.X(f"{column}:Q", title=title, scale=scale, axis=axis),
            y=alt.Y(
                "plan:N",
                sort=plans,
                title=None,
                axis=alt.Axis(labels=number == 0, ticks=False, domain=False, grid=True, labelLimit=260),
            ),
        )
        layers: list[alt.Chart] = [dots]
        if column == "coverage":
            nominal = alt.Chart(inline([{"at": simulated["confidence"][0]}]))
            layers.insert(
                0, nominal.mark_rule(strokeDash=[5, 4], color=QUIET).encode(x=alt.X("at:Q", scale=scale))
            )
        panels.append(alt.LayerChart(layer=layers).properties(width=_PANEL_WIDTH, height=alt.Step(_STEP)))
    runs = int(simulated["runs"].max() or 0)  # type: ignore[arg-type]  # a whole number
    return finished(
        alt.HConcatChart(hconcat=panels, data=inline(rows), spacing=24),
        _TITLE,
        f"{runs:,} simulated audits of each plan; the dashed line is the stated confidence.",
    )
