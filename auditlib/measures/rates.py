"""Rates from numerators and denominators, with intervals: the only place that computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from auditlib.stats.intervals.clustered_share import ClusterSums, clustered_interval
from auditlib.stats.intervals.proportion import Interval, wilson_interval

CONFIDENCE = 0.95
NOT_A_SAMPLE = "none: dollars are not independent trials"

_RATE_TYPES: dict[str, pl.DataType] = {
    "rate": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "confidence": pl.Float64(),
    "interval_method": pl.String(),
    "undefined_reason": pl.String(),
}


def total_by(frame: pl.DataFrame, by: Sequence[str], sums: Sequence[str]) -> pl.DataFrame:
    """Return sums by dimensions; without dimensions one row, even for an empty frame.

    Parameters
    ----------
    frame
        Counts or amounts whose rows do not overlap.
    by
        Dimensions to keep, in order.
    sums
        Columns to sum.
    """
    added = [pl.col(name).sum().cast(frame.schema[name]) for name in sums]
    return _grouped(frame, by, added)


def _grouped(frame: pl.DataFrame, by: Sequence[str], added: Sequence[pl.Expr]) -> pl.DataFrame:
    return frame.group_by(by).agg(added).sort(by, nulls_last=True) if by else frame.select(added)


def count_rates(
    counts: pl.DataFrame,
    measure: str,
    *,
    by: Sequence[str],
    numerator: str,
    denominator: str,
    empty: str,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return a share of counts with its Wilson interval, one row for each row of ``counts``.

    Parameters
    ----------
    counts
        Frame that holds the dimensions and both counts.
    measure
        Name of the measure, put into the first column.
    by
        Dimension columns to keep.
    numerator, denominator
        Columns of whole numbers; the numerator is part of the denominator.
    empty
        Why the rate is undefined if the denominator is 0.
    confidence
        Two-sided level of the interval.

    Returns
    -------
    polars.DataFrame
        measure, the dimensions, numerator_count, denominator_count, rate, lower, upper, confidence,
        interval_method and undefined_reason; a rate over 0 is null with the reason.
    """
    pairs = list(zip(counts[numerator].to_list(), counts[denominator].to_list(), strict=True))
    limits = [wilson_interval(part, whole, confidence=confidence) if whole else None for part, whole in pairs]
    rates = [part / whole if whole else None for part, whole in pairs]
    identified = _identified(counts, measure, by, numerator, denominator)
    return pl.concat([identified, _rated(rates, limits, empty)], how="horizontal")


def clustered_rates(
    charts: pl.DataFrame,
    measure: str,
    *,
    by: Sequence[str],
    numerator: str,
    denominator: str,
    empty: str,
    confidence: float = CONFIDENCE,
    interval_method: str | None = None,
) -> pl.DataFrame:
    """Return a share of what charts hold, with an interval that takes charts, not codes, as independent.

    Parameters
    ----------
    charts
        One row per chart with the dimensions, both counts and perhaps ``weight``: how many charts of the
        universe it represents. With weights the rate is weighted; the counts stay those of the charts.
    interval_method
        Name of the interval; by default `auditlib.stats.intervals.clustered_share.METHOD`.
    measure, by, numerator, denominator, empty, confidence
        As for `count_rates`, whose columns are returned, one row for each value of the dimensions.
    """
    sums = chart_sums(charts, by=by, numerator=numerator, denominator=denominator)
    found = [_cluster_sums(row) if row["total"] else None for row in sums.iter_rows(named=True)]
    limits = [None if one is None else clustered_interval(one, confidence=confidence) for one in found]
    if interval_method is not None:
        limits = [None if one is None else replace(one, method=interval_method) for one in limits]
    rates = [None if one is None else one.share for one in found]
    identified = _identified(sums, measure, by, "numerator_count", "denominator_count")
    return pl.concat([identified, _rated(rates, limits, empty)], how="horizontal")


def chart_sums(charts: pl.DataFrame, *, by: Sequence[str], numerator: str, denominator: str) -> pl.DataFrame:
    """Return by dimensions the fields of `ClusterSums`, with ``numerator_count`` and ``denominator_count``.

    Without dimensions there is one row, even for an empty frame. Parameters are those of `clustered_rates`.
    """
    weight = pl.col("weight") if "weight" in charts.columns else pl.lit(1.0)
    part, whole = (weight * pl.col(name) for name in (numerator, denominator))
    scale = pl.col("denominator_count") / pl.col("weighted_total")
    # In this order a share of all is exactly 1, as the quotient of equal sums is.
    count = pl.col("count") / pl.col("weighted_total") * pl.col("denominator_count")
    added = [
        pl.col(numerator).sum().cast(pl.Int64).alias("numerator_count"),
        pl.col(denominator).sum().cast(pl.Int64).alias("denominator_count"),
        (pl.col(denominator) > 0).sum().cast(pl.Int64).alias("cluster_count"),
        whole.sum().alias("weighted_total"),
        part.sum().alias("count"),
        (part * part).sum().alias("count_squares"),
        (part * whole).sum().alias("count_by_total"),
        (whole * whole).sum().alias("total_squares"),
    ]
    squares = ("count_squares", "count_by_total", "total_squares")
    return (
        _grouped(charts, by, added)
        .with_columns(
            pl.col("denominator_count").cast(pl.Float64).alias("total"),
            count,
            *(pl.col(name) * scale**2 for name in squares),
        )
        .drop("weighted_total")
    )


def groups_to_compare(sums: pl.DataFrame, by: str) -> dict[str, ClusterSums]:
    """Return the sums of each value of a dimension that has any code, for a comparison."""
    return {str(row[by]): _cluster_sums(row) for row in sums.iter_rows(named=True) if row["total"]}


def _cluster_sums(row: dict[str, Any]) -> ClusterSums:
    return ClusterSums(**{name: row[name] for name in ClusterSums.__slots__})


def _identified(
    counts: pl.DataFrame, measure: str, by: Sequence[str], numerator: str, denominator: str
) -> pl.DataFrame:
    return counts.select(
        pl.lit(measure).alias("measure"),
        *by,
        pl.col(numerator).cast(pl.Int64).alias("numerator_count"),
        pl.col(denominator).cast(pl.Int64).alias("denominator_count"),
    )


def _rated(rates: Sequence[float | None], limits: Sequence[Interval | None], empty: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rate": rates,
            "lower": [limit.lower if limit else None for limit in limits],
            "upper": [limit.upper if limit else None for limit in limits],
            "confidence": [limit.confidence if limit else None for limit in limits],
            "interval_method": [limit.method if limit else None for limit in limits],
            "undefined_reason": [empty if rate is None else None for rate in rates],
        },
        schema=_RATE_TYPES,
    )


def amount_shares(
    amounts: pl.DataFrame, measure: str, *, by: Sequence[str], numerator: str, denominator: str, empty: str
) -> pl.DataFrame:
    """Return a share of money, without an interval because dollars are not independent trials.

    The parameters are those of `count_rates`; the columns too, with ``numerator_amount`` and
    ``denominator_amount`` instead of the counts.
    """
    pairs = list(zip(amounts[numerator].to_list(), amounts[denominator].to_list(), strict=True))
    rated = pl.DataFrame(
        {
            "rate": [float(part / whole) if whole else None for part, whole in pairs],
            "lower": [None] * len(pairs),
            "upper": [None] * len(pairs),
            "confidence": [None] * len(pairs),
            "interval_method": [NOT_A_SAMPLE if whole else None for _, whole in pairs],
            "undefined_reason": [None if whole else empty for _, whole in pairs],
        },
        schema=_RATE_TYPES,
    )
    identified = amounts.select(
        pl.lit(measure).alias("measure"),
        *by,
        pl.col(numerator).alias("numerator_amount"),
        pl.col(denominator).alias("denominator_amount"),
    )
    return pl.concat([identified, rated], how="horizontal")
