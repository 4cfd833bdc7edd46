"""How often each reviewer was overruled: what an adjudicator decided against their verdicts."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.review.adjudication import RECORD, with_items
from auditlib.text import counted

_CHART: Final = ("audit", "encounter_id")
_ITEM: Final = (*_CHART, "item")


def overruled_reviewers(
    verdicts: pl.DataFrame, charts: pl.DataFrame, disagreements: pl.DataFrame, times: pl.DataFrame
) -> pl.DataFrame:
    """Return how the verdicts of each reviewer stand beside the final ones.

    Parameters
    ----------
    verdicts, charts
        Frames of `auditlib.review.verdict_frame` and `auditlib.review.chart_frame`, of every reviewer.
    disagreements
        Of `auditlib.review.FinalVerdicts`: what they judge differently, decided or open.
    times
        Frame of `auditlib.review.chart_time.chart_time_frame`: what the review desk measured.

    Returns
    -------
    polars.DataFrame
        reviewer; chart_count; second_chart_count (also completed by another); median_minutes (of the charts
        that the review desk timed, null where it timed none); code_count (codes of these charts that all
        agree on or that are adjudicated: the coder's, and those that anybody added); disagreement_count (of
        them adjudicated); overruled_count (decided otherwise than this reviewer); and agreed_with_final, the
        share of code_count
        that was not overruled, null without codes.
    """
    timed = times.select(*_CHART, "reviewer", minutes=pl.col("seconds") / 60)
    done = charts.with_columns(is_second=pl.len().over(_CHART) > 1).join(
        timed, on=[*_CHART, "reviewer"], how="left"
    )
    second = done.filter("is_second").select(*_CHART, "reviewer")
    items = with_items(verdicts).join(second, on=[*_CHART, "reviewer"], how="semi").select(_ITEM).unique()
    # Whoever was overruled on whether there is a record judged nothing else of the chart.
    about_record = disagreements.filter(pl.col("item") == RECORD).select(*_ITEM).unique()
    is_overruled = (pl.col("result") != pl.col("final_result")).fill_null(value=False)
    unseen = disagreements.filter((pl.col("item") == RECORD) & is_overruled).select(*_CHART, "reviewer")
    is_open = disagreements.filter(pl.col("adjudicator").is_null()).select(_ITEM).unique()
    judged = pl.concat(
        [
            items.join(second, on=_CHART, how="inner").join(unseen, on=[*_CHART, "reviewer"], how="anti"),
            about_record.join(second, on=_CHART, how="inner"),
        ]
    ).join(is_open, on=_ITEM, how="anti")
    decided = disagreements.filter(pl.col("adjudicator").is_not_null())
    counts = judged.group_by("reviewer").agg(code_count=pl.len().cast(pl.Int64))
    overruled = decided.group_by("reviewer").agg(
        disagreement_count=pl.len().cast(pl.Int64), overruled_count=is_overruled.sum().cast(pl.Int64)
    )
    share = 1 - pl.col("overruled_count") / pl.col("code_count")
    return (
        done.group_by("reviewer")
        .agg(
            chart_count=pl.len().cast(pl.Int64),
            second_chart_count=pl.col("is_second").sum().cast(pl.Int64),
            median_minutes=pl.col("minutes").median(),
        )
        .join(counts, on="reviewer", how="left")
        .join(overruled, on="reviewer", how="left")
        .with_columns(pl.col("code_count", "disagreement_count", "overruled_count").fill_null(0))
        .with_columns(agreed_with_final=pl.when(pl.col("code_count") > 0).then(share))
        .sort("reviewer")
    )


def overruled_sentence(disagreements: pl.DataFrame) -> str:
    """Return how many verdicts adjudicators overruled, in words."""
    decided = disagreements.filter(pl.col("adjudicator").is_not_null())
    if decided.is_empty():
        return "Overruled by an adjudicator: none, because no disagreement was decided."
    overruled_count = decided.filter(pl.col("result") != pl.col("final_result")).height
    items = counted(decided.select(_ITEM).n_unique(), "disagreement")
    return f"Overruled by an adjudicator: {counted(overruled_count, 'verdict')}, in {items} decided."


def disputes_sentence(disputes: pl.DataFrame) -> str:
    """Return how many disputes of coders were upheld, in words.

    Parameters
    ----------
    disputes
        From `auditlib.audits.rebuttals.decided_disputes`.
    """
    if disputes.is_empty():
        return "Disputes of coders upheld: none, because none was decided."
    decided = disputes.unique(["audit", "encounter_id", "found"])
    return f"Disputes of coders upheld: {decided['is_upheld'].sum():,} of {decided.height:,} decided."
