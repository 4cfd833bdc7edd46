"""Accuracy of coding, from completed reviews: code over code, record over record, and the errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from auditlib.measures.rates import CONFIDENCE, count_rates, total_by
from auditlib.warehouse import Warehouse

Dimension = Literal["coder_id", "coded_month", "encounter_class", "reviewer"]
ErrorDimension = Literal["error_kind", "cause", "coder_id", "coded_month", "encounter_class", "action"]

CODE_OVER_CODE = "code over code"
PRECISION = "precision"
JACCARD = "Jaccard"
RECORD_OVER_RECORD = "record over record"
SHARE_OF_ERRORS = "share of errors"
ERROR_COUNTS = ("change_count", "delete_count", "add_count", "no_record_count")


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


def code_accuracy(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    by: Sequence[Dimension] = ("coder_id",),
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return code-over-code accuracy, precision and Jaccard of the codes in completed charts.

    Parameters
    ----------
    warehouse, verdicts, charts
        As for `chart_accuracy`.
    by
        Dimensions of the rates; empty for all charts together.
    confidence
        Two-sided level of the Wilson intervals.

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
    The interval assumes independent codes; codes of one chart are not quite independent, so it is slightly
    narrow.

    References
    ----------
    AHIMA, "Benchmarking to Improve Coding Accuracy and Productivity", 2009 (code over code, with the
    reviewer's codes as denominator).
    """
    charted = chart_accuracy(warehouse, verdicts, charts)
    agree, change, delete, add, no_record = (
        pl.col(f"{action}_count") for action in ("agree", "change", "delete", "add", "no_record")
    )
    counted = total_by(
        charted, by, ["agree_count", "change_count", "delete_count", "add_count", "no_record_count"]
    ).with_columns(
        reviewer_code_count=agree + change + add + no_record,
        coder_code_count=agree + change + delete + no_record,
        union_count=agree + change * 2 + delete + add + no_record,
    )
    parts = (
        (CODE_OVER_CODE, "reviewer_code_count", "the reviewers found no codes in these charts"),
        (PRECISION, "coder_code_count", "the coders gave no codes in these charts"),
        (JACCARD, "union_count", "these charts hold no codes"),
    )
    unreviewed = "no chart was reviewed to the end" if charted.is_empty() else None
    rates = [
        count_rates(
            counted,
            measure,
            by=by,
            numerator="agree_count",
            denominator=denominator,
            empty=unreviewed or empty,
            confidence=confidence,
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
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return record-over-record accuracy: completed charts without any error over completed charts.

    Parameters and columns are those of `code_accuracy`, one row for each value of the dimensions.
    """
    charted = chart_accuracy(warehouse, verdicts, charts).with_columns(
        chart_count=pl.lit(1, pl.Int64),
        clean_chart_count=(pl.sum_horizontal(ERROR_COUNTS) == 0).cast(pl.Int64),
    )
    return count_rates(
        total_by(charted, by, ["clean_chart_count", "chart_count"]),
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
    confidence
        Two-sided level of the Wilson intervals.

    Returns
    -------
    polars.DataFrame
        Rates: numerator_count errors of the kind, denominator_count all errors of the group.
    """
    errors = warehouse.query("measures/review_error", frames={"verdict": verdicts, "reviewed_chart": charts})
    dimensions = [*within, by]
    counted = total_by(errors, dimensions, ["error_count"])
    whole = pl.col("error_count").sum()
    counted = counted.with_columns(all_error_count=whole.over(within) if within else whole)
    return count_rates(
        counted,
        SHARE_OF_ERRORS,
        by=dimensions,
        numerator="error_count",
        denominator="all_error_count",
        empty="no errors were found",
        confidence=confidence,
    ).sort([*within, "numerator_count", by], descending=[*(False for _ in within), True, False])
