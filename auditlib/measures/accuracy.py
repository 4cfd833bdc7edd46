"""Accuracy of coding, from completed reviews: code over code, record over record, and the errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import polars as pl

from auditlib.measures.rates import CONFIDENCE, clustered_rates, count_rates, total_by
from auditlib.stats.intervals.clustered_share import METHOD
from auditlib.warehouse import Warehouse

Dimension = Literal["coder_id", "coded_month", "encounter_class", "reviewer"]
ErrorDimension = Literal[
    "error_kind", "cause", "error_severity", "coder_id", "coded_month", "encounter_class", "action"
]

CODE_OVER_CODE = "code over code"
PRECISION = "precision"
JACCARD = "Jaccard"
RECORD_OVER_RECORD = "record over record"
SHARE_OF_ERRORS = "share of errors"
# Jaccard is no share of trials: its limits have Wilson's shape only, and their width from the charts.
JACCARD_METHOD = "spread-of-charts"
WEIGHTED = "weighted"
_ERROR_COUNTS = ("change_count", "delete_count", "add_count", "no_record_count")


def chart_accuracy(warehouse: Warehouse, verdicts: pl.DataFrame, charts: pl.DataFrame) -> pl.DataFrame:
    """Return the verdicts of each completed chart, counted by action.

    Parameters
    ----------
    warehouse
        The warehouse with the encounters, including coder and coding date.
    verdicts
        One row per reviewed code, the latest verdict, as from `auditlib.review`.
    charts
        One row per chart and reviewer with ``completed_at``, null while the chart is not complete.

    Returns
    -------
    polars.DataFrame
        One row per chart: encounter_id, audit, reviewer, coder_id, encounter_class, coded_month, agree_count,
        change_count, delete_count, add_count, and no_record_count: codes that no record supports, which the
        rule for missing records counts as errors.

    Notes
    -----
    A chart that several reviewers completed counts once, by the latest completed review.
    """
    return warehouse.query("measures/chart_accuracy", frames={"verdict": verdicts, "reviewed_chart": charts})


def with_code_counts(charts: pl.DataFrame) -> pl.DataFrame:
    """Return the charts of `chart_accuracy` with the counts that rates of accuracy are made of.

    They are reviewer_code_count, coder_code_count and union_count, as in the notes of `code_accuracy`, and
    chart_count, which is 1, and clean_chart_count, which is 1 for a chart without any error.
    """
    agree, change, delete, add, no_record = (
        pl.col(f"{action}_count") for action in ("agree", "change", "delete", "add", "no_record")
    )
    return charts.with_columns(
        reviewer_code_count=agree + change + add + no_record,
        coder_code_count=agree + change + delete + no_record,
        union_count=agree + change * 2 + delete + add + no_record,
        chart_count=pl.lit(1, pl.Int64),
        clean_chart_count=(pl.sum_horizontal(_ERROR_COUNTS) == 0).cast(pl.Int64),
    )


def code_accuracy(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    by: Sequence[Dimension] = ("coder_id",),
    weights: pl.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return code-over-code accuracy, precision and Jaccard of the codes in completed charts.

    Parameters
    ----------
    warehouse, verdicts, charts
        As for `chart_accuracy`.
    by
        Dimensions of the rates; empty for all charts together.
    weights
        ``encounter_id`` and ``weight``, how many charts of the universe a chart represents, where charts were
        not drawn alike; charts without a weight do not count. None counts all charts alike.
    confidence
        Two-sided level of the intervals.

    Returns
    -------
    polars.DataFrame
        Rates as from `auditlib.measures.rates.count_rates`, three for each value of the dimensions.

    Notes
    -----
    With verdicts counted as agree, change, delete (unsupported) and add (missed): code over code is
    agree / (agree + change + add), whose denominator is the reviewer's codes (it is the recall); precision is
    agree / (agree + change + delete), over the coder's codes; Jaccard is agree over the union of both lists,
    agree + 2 change + delete + add, because a changed code is once in each list. A code without a record that
    supports it is in every denominator: nobody can say what the reviewer's list would hold instead.
    The intervals take charts as independent, not codes: see
    `auditlib.stats.intervals.clustered_share.clustered_interval`. So do those of Jaccard, which is no share
    of trials: only their shape is Wilson's.

    References
    ----------
    AHIMA, "Benchmarking to Improve Coding Accuracy and Productivity", 2009 (code over code, with the
    reviewer's codes as denominator).
    """
    charted = _weighted(with_code_counts(chart_accuracy(warehouse, verdicts, charts)), weights)
    parts = (
        (CODE_OVER_CODE, "reviewer_code_count", "the reviewers found no codes in these charts"),
        (PRECISION, "coder_code_count", "the coders gave no codes in these charts"),
        (JACCARD, "union_count", "these charts hold no codes"),
    )
    unreviewed = "no chart was reviewed to the end" if charted.is_empty() else None
    rates = [
        clustered_rates(
            charted,
            measure,
            by=by,
            numerator="agree_count",
            denominator=denominator,
            empty=unreviewed or empty,
            confidence=confidence,
            interval_method=_method(JACCARD_METHOD if measure == JACCARD else METHOD, weights),
        )
        for measure, denominator, empty in parts
    ]
    return pl.concat(rates)


def record_accuracy(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    by: Sequence[Dimension] = ("coder_id",),
    weights: pl.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return record-over-record accuracy: completed charts without any error over completed charts.

    Parameters and columns are those of `code_accuracy`, one row for each value of the dimensions.
    """
    charted = _weighted(with_code_counts(chart_accuracy(warehouse, verdicts, charts)), weights)
    rates: Callable[..., pl.DataFrame] = count_rates
    if weights is None:
        charted = total_by(charted, by, ["clean_chart_count", "chart_count"])
    else:
        rates = partial(clustered_rates, interval_method=_method("Wilson", weights))
    return rates(
        charted,
        RECORD_OVER_RECORD,
        by=by,
        numerator="clean_chart_count",
        denominator="chart_count",
        empty="no chart was reviewed to the end",
        confidence=confidence,
    )


def error_shares(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    by: ErrorDimension = "error_kind",
    within: Sequence[ErrorDimension] = (),
    weights: pl.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return the errors by kind, cause or another dimension, most frequent first.

    Parameters
    ----------
    warehouse, verdicts, charts
        As for `chart_accuracy`.
    by
        Dimension of the errors.
    within
        Dimensions to group by first: ``("coder_id",)`` for shares within each coder.
    weights
        As for `code_accuracy`.
    confidence
        Two-sided level of the intervals, which take charts as independent, not errors.

    Returns
    -------
    polars.DataFrame
        Rates: numerator_count errors of the kind, denominator_count all errors of the group.
    """
    errors = warehouse.query("measures/review_error", frames={"verdict": verdicts, "reviewed_chart": charts})
    errors = _weighted(errors, weights)
    dimensions = [*within, by]
    chart = [*within, "encounter_id", *(["weight"] if weights is not None else [])]
    in_chart = errors.group_by(chart).agg(all_error_count=pl.col("error_count").sum())
    of_kind = errors.group_by([*dimensions, "encounter_id"]).agg(pl.col("error_count").sum())
    kinds = errors.select(dimensions).unique()
    # Every chart with an error counts for every kind, most of them with no error of it.
    grid = (
        kinds.join(in_chart, on=list(within), nulls_equal=True)
        if within
        else kinds.join(in_chart, how="cross")
    )
    by_chart = grid.join(of_kind, on=[*dimensions, "encounter_id"], how="left", nulls_equal=True)
    return clustered_rates(
        by_chart.with_columns(pl.col("error_count").fill_null(0)),
        SHARE_OF_ERRORS,
        by=dimensions,
        numerator="error_count",
        denominator="all_error_count",
        empty="no errors were found",
        confidence=confidence,
        interval_method=_method(METHOD, weights),
    ).sort([*within, "numerator_count", by], descending=[*(False for _ in within), True, False])


def _weighted(charted: pl.DataFrame, weights: pl.DataFrame | None) -> pl.DataFrame:
    if weights is None:
        return charted
    return charted.join(
        weights.select("encounter_id", "weight"), on="encounter_id", how="inner", maintain_order="left"
    )


def _method(method: str, weights: pl.DataFrame | None) -> str:
    return method if weights is None else f"{WEIGHTED} {method}"
