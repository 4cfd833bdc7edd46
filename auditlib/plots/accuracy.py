"""Accuracy by coder: a dot for the rate, a line for its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import (
    BLUE,
    PERCENT_LABEL,
    QUIET,
    VERMILION,
    finished,
    inline,
    nothing_to_show,
    only_measure,
)
from auditlib.text import level, percent

if TYPE_CHECKING:
    import altair as alt

_ROW_HEIGHT = 26
_NO_RANKING = "The order may be chance: intervals do not say whether two rates differ."
_MEANINGS = {
    "code over code": "codes the reviewer agreed with / codes the reviewer arrived at",
    "precision": "codes the reviewer agreed with / codes the coder gave",
    "Jaccard": "codes the reviewer agreed with / codes in either list",
    "record over record": "charts without any error / charts reviewed",
}


def accuracy_by_coder(
    rates: pl.DataFrame,
    *,
    measure: str | None = None,
    by: str = "coder_id",
    reference: float | None = None,
    comparison: str = "",
) -> alt.LayerChart:
    """Return dots with intervals, one row per coder, the highest rate on top.

    Parameters
    ----------
    rates
        Rates of `auditlib.measures.accuracy`, by coder or another single dimension.
    measure
        Which measure to show, by default the frame's first.
    by
        The dimension: one row of the chart for each value.
    reference
        Share at which to draw a line, such as an agreed minimum; by default none.
    comparison
        What a test of all pairs shows, in a sentence, as
        `auditlib.measures.coder_comparison.CoderComparison.sentence`.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    chosen, name = only_measure(rates, measure)
    title = f"Accuracy by {by.removesuffix('_id').replace('_', ' ')}: {name}" if name else "Accuracy"
    defined = chosen.filter(pl.col("rate").is_not_null())
    if defined.is_empty():
        return nothing_to_show(title, "no chart was reviewed to the end")
    rows = chosen.sort("rate", "denominator_count", descending=True, nulls_last=True).with_columns(
        counts=pl.when(pl.col("rate").is_not_null())
        .then(pl.format("{} of {}", "numerator_count", "denominator_count"))
        .otherwise(pl.lit("")),
        label=pl.col("rate").map_elements(percent, pl.String, skip_nulls=False),
        interval=pl.struct("lower", "upper").map_elements(
            lambda limits: f"{percent(limits['lower'])} to {percent(limits['upper'])}", pl.String
        ),
    )
    lowest = min(float(defined["lower"].min() or 0), reference if reference is not None else 1.0)  # type: ignore[arg-type]
    floor = max(0.0, (int(lowest * 20) - 1) / 20)
    order = rows[by].to_list()
    base = alt.Chart().encode(
        y=alt.Y(f"{by}:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, grid=True)),
        tooltip=[
            alt.Tooltip(f"{by}:N", title=by.removesuffix("_id").replace("_", " ")),
            alt.Tooltip("label:N", title=name),
            alt.Tooltip("counts:N", title="counts"),
            alt.Tooltip("interval:N", title="interval"),
        ],
    )
    scale = alt.Scale(domain=[floor, 1], nice=False)
    axis = alt.Axis(labelExpr=PERCENT_LABEL, title=_MEANINGS.get(name, name), tickCount=8, labelFlush=False)
    whiskers = base.mark_rule(strokeWidth=2, color=BLUE).encode(
        x=alt.X("lower:Q", scale=scale, axis=axis), x2="upper:Q"
    )
    dots = base.mark_point(filled=True, size=90, color=BLUE, opacity=1).encode(x=alt.X("rate:Q", scale=scale))
    rate_text = base.mark_text(align="left", fontWeight=600).encode(x=alt.value(542), text="label:N")
    count_text = base.mark_text(align="left", color=QUIET).encode(x=alt.value(602), text="counts:N")
    layers = [whiskers, dots, rate_text, count_text]
    if reference is not None:
        mark = alt.Chart(inline([{"at": reference, "words": f"reference {percent(reference)}"}]))
        layers = [
            mark.mark_rule(strokeDash=[5, 4], color=VERMILION, strokeWidth=1.5).encode(
                x=alt.X("at:Q", scale=scale)
            ),
            mark.mark_text(align="right", dx=-5, dy=-7, color=VERMILION, baseline="bottom").encode(
                x=alt.X("at:Q", scale=scale), y=alt.value(0), text="words:N"
            ),
            *layers,
        ]
    confidence, method = defined["confidence"][0], defined["interval_method"][0]
    return finished(
        alt.LayerChart(layer=layers, data=inline(rows)).properties(
            width=530, height=_ROW_HEIGHT * len(order)
        ),
        title,
        f"Dots are rates, lines their {level(confidence)} {method} intervals; right of them rate and counts.",
        comparison or _NO_RANKING,
    )
