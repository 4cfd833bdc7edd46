"""How long reviewers worked on charts, by the time that the review desk measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.review.fold import REVIEW_KINDS, ChartKey

IDLE_SECONDS: Final = 120
"""A chart's time stops after so long without key, click or scroll, and while the desk is not in view."""
_DAY_SECONDS: Final = 86_400
_SECONDS: Final = "seconds"
_LEFT: Final = "left"
TIME_COLUMNS: Final = {
    "audit": pl.String(),
    "reviewer": pl.String(),
    "encounter_id": pl.String(),
    "seconds": pl.Float64(),
}


def completion_payload(seconds: float | None) -> dict[str, object]:
    """Return what the completion of a chart says of the time spent on it; nothing if that is not known.

    Raises
    ------
    UsageError
        If it is no time within a day.
    """
    return {} if seconds is None else {_SECONDS: _require_seconds(seconds)}


def move_payload(left: str, seconds: float | None) -> dict[str, object]:
    """Return what the opening of a chart says of the time that was spent on the chart left for it.

    Raises
    ------
    UsageError
        If it is no time within a day.
    """
    return {} if seconds is None else {_LEFT: left, _SECONDS: _require_seconds(seconds)}


def add_seconds(totals: dict[ChartKey, float], events: Iterable[Event]) -> dict[ChartKey, float]:
    """Add to the seconds of each chart what events say of it, and return the totals.

    Events of reviews that nothing timed, as replayed ones and those of earlier versions, say nothing.
    """
    for event in events:
        seconds = event.payload.get(_SECONDS) if event.kind in REVIEW_KINDS else None
        if not isinstance(seconds, int | float):
            continue
        chart = event.payload.get(_LEFT, event.subject)
        key = (event.audit, event.actor, str(chart))
        totals[key] = totals.get(key, 0.0) + float(seconds)
    return totals


def chart_time_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per reviewer and chart that was timed: `TIME_COLUMNS`."""
    totals: Mapping[ChartKey, float] = add_seconds({}, events)
    rows = [(*key, seconds) for key, seconds in totals.items()]
    return pl.DataFrame(rows, schema=TIME_COLUMNS, orient="row").sort("audit", "reviewer", "encounter_id")


def review_time(charts: pl.DataFrame, times: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return how long each reviewer worked on a chart and on a code.

    Parameters
    ----------
    charts
        Frame of `auditlib.review.chart_frame`: the completed charts.
    times
        Frame of `chart_time_frame`.
    verdicts
        Frame of `auditlib.review.verdict_frame`.

    Returns
    -------
    polars.DataFrame
        reviewer; chart_count (completed); timed_chart_count (of them timed); code_count (codes judged on
        these); minutes in all; minutes_per_chart and median_minutes_per_chart over the timed charts; and
        minutes_per_code. The last three are null where nothing was timed.
    """
    key = ["audit", "reviewer", "encounter_id"]
    code_counts = verdicts.group_by(key).agg(code_count=pl.len().cast(pl.Int64))
    timed = (
        charts.select(key)
        .join(times, on=key, how="left")
        .join(code_counts, on=key, how="left")
        .with_columns(minutes=pl.col("seconds") / 60, code_count=pl.col("code_count").fill_null(0))
    )
    is_timed = pl.col("minutes").is_not_null()
    return (
        timed.group_by("reviewer")
        .agg(
            chart_count=pl.len().cast(pl.Int64),
            timed_chart_count=is_timed.sum().cast(pl.Int64),
            code_count=pl.col("code_count").filter(is_timed).sum(),
            minutes=pl.col("minutes").sum(),
            minutes_per_chart=pl.col("minutes").mean(),
            median_minutes_per_chart=pl.col("minutes").median(),
        )
        .with_columns(
            minutes_per_code=pl.when(pl.col("code_count") > 0, pl.col("timed_chart_count") > 0).then(
                pl.col("minutes") / pl.col("code_count")
            )
        )
        .sort("reviewer")
    )


def _require_seconds(seconds: float) -> float:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not math.isfinite(seconds) or not 0 <= seconds <= _DAY_SECONDS:
        message = "The time spent on the chart is no time within a day."
        raise UsageError(message, hint="Give seconds from 0 to 86,400, or none.")
    return round(float(seconds), 1)
