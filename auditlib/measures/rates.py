"""Rates from numerators and denominators, with intervals: the only place that computes them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from auditlib.stats.intervals.proportion import wilson_interval

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
    rated = pl.DataFrame(
        {
            "rate": [part / whole if whole else None for part, whole in pairs],
            "lower": [limit.lower if limit else None for limit in limits],
            "upper": [limit.upper if limit else None for limit in limits],
            "confidence": [limit.confidence if limit else None for limit in limits],
            "interval_method": [limit.method if limit else None for limit in limits],
            "undefined_reason": [None if whole else empty for _, whole in pairs],
        },
        schema=_RATE_TYPES,
    )
    identified = counts.select(
        pl.lit(measure).alias("measure"),
        *by,
        pl.col(numerator).cast(pl.Int64).alias("numerator_count"),
        pl.col(denominator).cast(pl.Int64).alias("denominator_count"),
    )
    return pl.concat([identified, rated], how="horizontal")


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
