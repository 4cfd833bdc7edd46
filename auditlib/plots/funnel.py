"""A funnel: the rate of each person by how much was reviewed, with the limits that chance explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.plots.theme import (
    BLUE,
    INK,
    ORANGE,
    PERCENT_LABEL,
    QUIET,
    finished,
    inline,
    nothing_to_show,
)
from auditlib.stats.trends.control_charts import funnel_limits
from auditlib.text import percent

if TYPE_CHECKING:
    import altair as alt

_WIDTH, _HEIGHT, _STEPS = 520, 260, 60
_NEAR = 0.05
_LEVELS = {"95 %": 0.95, "99.8 %": 0.998}


def funnel(
    rows: pl.DataFrame,
    *,
    by: str,
    common_rate: float | None,
    design_effect: float,
    title: str,
    unit: str = "codes",
    sentences: tuple[str, ...] = (),
    target: float | None = None,
) -> alt.LayerChart:
    """Return a dot for each person, named, with funnel limits at 95 % and 99.8 % about the common rate.

    Parameters
    ----------
    rows, by, common_rate, design_effect
        Of `auditlib.measures.compared_with_rest.RestComparison`.
    title
        What the rates are.
    unit
        What the denominators count.
    sentences
        What the comparison shows, in words.
    target
        Share at which to draw the target's line.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    if rows.is_empty() or common_rate is None:
        return nothing_to_show(title, "no chart was reviewed to the end")
    volumes = [int(volume) for volume in rows["denominator_count"]]
    most, least = max(volumes), max(1, min(volumes) // 2)
    totals = sorted({round(least + (1.1 * most - least) * step / _STEPS) for step in range(_STEPS + 1)})
    curves = [
        {"total": limit.total, "side": f"{name} {side}", "at": value}
        for name, chance in _LEVELS.items()
        for limit in funnel_limits(
            totals, common_share=common_rate, confidence=chance, method="normal", overdispersion=design_effect
        )
        for side, value in (("lower", limit.lower), ("upper", limit.upper))
    ]
    shown = rows.with_columns(
        name=pl.col(by).cast(pl.String),
        differs=pl.col("is_different").fill_null(value=False),
        counts=pl.format("{} of {}", "numerator_count", "denominator_count"),
        rate_words=pl.col("rate").map_elements(percent, pl.String),
    )
    lowest = min([*shown["rate"], *(float(str(one["at"])) for one in curves), target or 1.0])
    floor = max(0.0, int((lowest - 0.01) * 20) / 20)
    scale = alt.Scale(domain=[floor, 1], nice=False)
    x_scale = alt.Scale(domain=[0, round(1.15 * most)], nice=False)
    y_axis = alt.Axis(labelExpr=PERCENT_LABEL, title=None, tickCount=5)
    x = alt.X(
        "denominator_count:Q", title=f"{unit} reviewed", scale=x_scale, axis=alt.Axis(grid=False, tickCount=6)
    )
    limits = (
        alt.Chart(inline(curves))
        .mark_line(color=QUIET, strokeWidth=1)
        .encode(
            x=alt.X("total:Q", scale=x_scale),
            y=alt.Y("at:Q", scale=scale, axis=y_axis),
            detail="side:N",
            strokeDash=alt.condition(
                "indexof(datum.side, '95 %') == 0", alt.value([5, 3]), alt.value([1, 2])
            ),
        )
    )
    names = (
        alt.Chart(
            inline(
                [one for one in curves if one["total"] == totals[-1] and str(one["side"]).endswith("lower")]
            )
        )
        .transform_calculate(words="replace(datum.side, ' lower', '')")
        .mark_text(align="left", dx=4, color=QUIET)
        .encode(x=alt.X("total:Q", scale=x_scale), y=alt.Y("at:Q", scale=scale), text="words:N")
    )
    lines = [(common_rate, f"all {percent(common_rate)}", BLUE)]
    if target is not None:
        lines.append((target, f"target {percent(target)}", INK))
    marks = []
    for place, (at, words, colour) in enumerate(sorted(lines, reverse=True)):
        mark = alt.Chart(inline([{"at": at, "words": words}]))
        marks += [
            mark.mark_rule(
                color=colour, strokeWidth=1.5, strokeDash=[6, 4] if colour == INK else [1, 0]
            ).encode(y=alt.Y("at:Q", scale=scale)),
            mark.mark_text(align="left", dx=6, dy=8 if place else -2, color=colour).encode(
                x=alt.value(_WIDTH), y=alt.Y("at:Q", scale=scale), text="words:N"
            ),
        ]
    people = alt.Chart(inline(shown)).encode(
        x=x,
        y=alt.Y("rate:Q", scale=scale),
        tooltip=[
            alt.Tooltip("name:N", title=by.removesuffix("_id").replace("_", " ")),
            alt.Tooltip("rate_words:N", title="rate"),
            alt.Tooltip("counts:N", title="counts"),
            alt.Tooltip("conclusion:N", title="against the rest"),
        ],
    )
    dots = people.mark_point(filled=True, color=BLUE, size=60, opacity=1).transform_filter("!datum.differs")
    apart = people.mark_point(
        filled=True, shape="diamond", color=ORANGE, size=130, opacity=1
    ).transform_filter("datum.differs")
    labels = (
        alt.Chart(inline(_labels(shown, width=1.15 * most, height=1 - floor)))
        .mark_text(align="left", dx=8, dy=-6)
        .encode(x=alt.X("denominator_count:Q", scale=x_scale), y=alt.Y("rate:Q", scale=scale), text="words:N")
    )
    return finished(
        alt.LayerChart(layer=[limits, names, *marks, dots, apart, labels]).properties(
            width=_WIDTH, height=_HEIGHT
        ),
        title,
        *sentences,
        "Lines: what chance explains about the rate of all. Diamonds differ from the rest by the test."
        + (" The scale does not start at 0." if floor > 0 else ""),
    )


def _labels(rows: pl.DataFrame, *, width: float, height: float) -> list[dict[str, object]]:
    """Return one label for dots so close together that their names would cover each other."""
    labels: list[tuple[list[str], float, float]] = []
    for name, rate, total in (
        rows.sort("rate", "denominator_count").select("name", "rate", "denominator_count").iter_rows()
    ):
        near = next(
            (
                one
                for one in labels
                if abs(one[1] - rate) < _NEAR * height and abs(one[2] - total) < 2 * _NEAR * width
            ),
            None,
        )
        if near is None:
            labels.append(([name], rate, total))
        else:
            near[0].append(name)
    return [
        {"words": ", ".join(sorted(names)), "rate": rate, "denominator_count": total}
        for names, rate, total in labels
    ]
