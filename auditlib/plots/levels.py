"""Levels of visits before and after a day, one small panel per provider and kind of visit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.plots.theme import BLUE, GREY, PERCENT_LABEL, QUIET, finished, inline, nothing_to_show
from auditlib.text import format_date, level

if TYPE_CHECKING:
    import altair as alt

HIGHEST_LEVELS: Final = "two highest levels"
_COLUMNS, _MOST_PANELS = 3, 9
_PANEL_WIDTH, _PANEL_HEIGHT = 210, 120
_PANEL: Final = ("provider_id", "visit_kind")


def levels_before_and_after(
    changes: pl.DataFrame, *, first_day_after: dt.date
) -> alt.FacetChart | alt.LayerChart:
    """Return the share of each level among a provider's visits of a kind, before a day beside from it on.

    Parameters
    ----------
    changes
        Of `auditlib.measures.visit_level_change.visit_level_change`.
    first_day_after
        First day of the second period.

    Notes
    -----
    Providers without visits in one of the periods are left out; of the others, the panels with most visits
    are drawn. The heading has the change of the two highest levels with its interval.
    """
    import altair as alt  # noqa: PLC0415 - altair is slow to import

    day = format_date(first_day_after)
    title = f"Levels of visits before {day} and since"
    both = changes.filter(pl.col("before_visit_count") > 0, pl.col("after_visit_count") > 0)
    if both.is_empty():
        return nothing_to_show(title, f"no provider has visits of one kind before {day} and since")
    panels = (
        both.select(*_PANEL, total=pl.col("before_visit_count") + pl.col("after_visit_count"))
        .unique()
        .sort("total", *_PANEL, descending=[True, False, False])
    )
    drawn = both.join(panels.head(_MOST_PANELS), on=list(_PANEL), maintain_order="right_left")
    headings = drawn.group_by(*_PANEL, maintain_order=True).map_groups(_headed)
    shares = headings.filter(pl.col("level") != HIGHEST_LEVELS)
    rows = pl.concat(
        shares.select(
            "panel",
            "level",
            period=pl.lit(period),
            share=f"{word}_share",
            visit_count=f"{word}_count",
        )
        for word, period in (("before", "before"), ("after", "since"))
    )
    order = headings["panel"].unique(maintain_order=True).to_list()
    chart: alt.FacetChart = (
        alt.Chart(inline(rows))
        .mark_bar()
        .encode(
            x=alt.X("level:N", title=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("period:N", sort=["before", "since"]),
            y=alt.Y(
                "share:Q",
                title=None,
                axis=alt.Axis(labelExpr=PERCENT_LABEL, tickCount=4),
                scale={"zero": True},
            ),
            color=alt.Color(
                "period:N",
                title=None,
                scale=alt.Scale(domain=["before", "since"], range=[GREY, BLUE]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("level:N", title="level"),
                alt.Tooltip("period:N", title="period"),
                alt.Tooltip("share:Q", title="share", format=".1%"),
                alt.Tooltip("visit_count:Q", title="visits", format=","),
            ],
        )
        .properties(width=_PANEL_WIDTH, height=_PANEL_HEIGHT)
        .facet(
            facet=alt.Facet(
                "panel:N",
                title=None,
                sort=order,
                header=alt.Header(labelExpr="split(datum.value, '\\n')", labelLimit=0, labelColor=QUIET),
            ),
            columns=min(_COLUMNS, len(order)),
            spacing=26,
        )
        .resolve_scale(x="independent", xOffset="independent")
    )
    confidence = both["confidence"][0]
    left_out = changes.select(_PANEL).unique().height - len(order)
    return finished(
        chart,
        title,
        f"Share of each code among the visits of a kind; the change with its {level(confidence)} interval.",
        "Other patients or other rules may be the reason."
        + (
            f" Not drawn: {left_out:,} with fewer visits, or with visits in one period only."
            if left_out
            else ""
        ),
    )


def _headed(panel: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one panel with its heading: who, how many visits, and the change of the highest."""
    provider, kind, before, after = panel.row(0)[:2] + panel.select(
        "before_visit_count", "after_visit_count"
    ).row(0)
    lines = [f"{provider}, {kind}", f"{before:,} visits before, {after:,} since"]
    for row in panel.filter(level=HIGHEST_LEVELS).iter_rows(named=True):
        limits = " to ".join(_signed(row[name]) for name in ("lower", "upper"))
        lines += [f"{HIGHEST_LEVELS} {_signed(row['difference'])} points", f"({limits})"]
    return panel.with_columns(panel=pl.lit("\n".join(lines)))


def _signed(difference: float) -> str:
    return f"{100 * difference:+.1f}"
