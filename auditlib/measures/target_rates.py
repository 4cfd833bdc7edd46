"""Rates of accuracy over all audits against a target: met, not met, cannot be told, or too few charts."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from auditlib.measures.accuracy import WEIGHTED
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.rates import CONFIDENCE, clustered_rates
from auditlib.stats.arguments import one_of, probability
from auditlib.stats.intervals.clustered_share import METHOD

Score = Literal["codes", "payment"]
By = Literal["coder", "provider", "specialty", "facility", "family", "month", "audit"]

COLUMN_OF: Final[dict[By, str]] = {
    "coder": "coder_id",
    "provider": "provider_id",
    "specialty": "specialty",
    "facility": "facility_id",
    "family": "code_family",
    "month": "month",
    "audit": "audit",
}
SCORES: Final[tuple[Score, ...]] = ("codes", "payment")
CODES_RIGHT: Final = "codes right"
PAID_RIGHTLY: Final = "charts paid rightly"
LEAST_CHARTS: Final = 30
MET, NOT_MET, CANNOT_BE_TOLD, TOO_FEW = "met", "not met", "cannot be told", "too few"
_NO_CHART: Final = "no chart was reviewed to the end"
_NO_CODES: Final = "the reviewers found no codes in these charts"


def chart_counts(judged: JudgedCodes, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return one row per chart, or per chart and family, with the counts that every score is made of.

    Parameters
    ----------
    judged
        From `auditlib.measures.judged_codes.judged_codes`.
    by
        Columns of the result beside the chart's: ``("code_family",)`` splits a chart by the families of its
        codes.

    Returns
    -------
    polars.DataFrame
        The columns of `JudgedCodes.charts`, ``by``, right_count, reviewer_code_count, coder_code_count,
        union_count, error_count, material_error_count, unpriced_error_count, overpaid_amount,
        underpaid_amount (both at least 0), chart_count (1), clean_count, paid_rightly_count, and
        paid_or_unpriced_count, which is 1 unless an error is known to have changed the payment.
    """
    of_codes = [name for name in by if name not in judged.charts.columns]
    is_error = ~pl.col("is_right")
    difference = pl.col("payment_difference")
    sums = judged.codes.group_by("encounter_id", *of_codes).agg(
        right_count=pl.col("is_right").sum().cast(pl.Int64),
        reviewer_code_count=pl.col("reviewer_code_count").sum(),
        coder_code_count=pl.col("coder_code_count").sum(),
        union_count=pl.col("union_count").sum(),
        error_count=is_error.sum().cast(pl.Int64),
        material_error_count=pl.col("is_material").fill_null(value=False).sum().cast(pl.Int64),
        unpriced_error_count=(is_error & difference.is_null()).sum().cast(pl.Int64),
        overpaid_amount=difference.filter(difference > 0).sum(),
        underpaid_amount=-difference.filter(difference < 0).sum(),
    )
    # Without a split by codes, a chart that has none is a chart without error.
    joined = judged.charts.join(
        sums, on="encounter_id", how="inner" if of_codes else "left", maintain_order="left"
    )
    counts = [name for name in sums.columns if name.endswith("_count")]
    amounts = [name for name in sums.columns if name.endswith("_amount")]
    one, zero = pl.lit(1, pl.Int64), pl.lit(0, pl.Int64)
    has_material, has_unpriced = pl.col("material_error_count") > 0, pl.col("unpriced_error_count") > 0
    return joined.with_columns(
        pl.col(counts).fill_null(0), pl.col(amounts).fill_null(0).cast(pl.Decimal(18, 2))
    ).with_columns(
        chart_count=one,
        clean_count=pl.when(pl.col("error_count") == 0).then(one).otherwise(zero),
        paid_rightly_count=pl.when(has_material | has_unpriced).then(zero).otherwise(one),
        paid_or_unpriced_count=pl.when(has_material).then(zero).otherwise(one),
    )


def target_rates(
    judged: JudgedCodes,
    *,
    by: By | None = None,
    score: Score = "codes",
    target: float | None = None,
    weights: pl.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return the accuracy of each value of a dimension, with counts, interval and what it says of a target.

    Parameters
    ----------
    judged
        From `auditlib.measures.judged_codes.judged_codes`.
    by
        The dimension; None for all charts together.
    score
        codes: right codes over the reviewer's codes (code over code). payment: charts that were paid rightly.
    target
        Share that should be reached, or None.
    weights
        ``audit``, ``encounter_id`` and ``weight`` where charts were not drawn alike; charts without one do
        not count.
    confidence
        Two-sided level of the intervals, which take charts as independent.

    Returns
    -------
    polars.DataFrame
        measure, the dimension's column, numerator_count, denominator_count, rate, lower, upper, confidence,
        interval_method, undefined_reason, chart_count, error_count, material_error_count,
        unpriced_error_count, unpriced_chart_count, rate_with_unpriced, overpaid_amount, underpaid_amount,
        net_amount, absolute_amount, target, target_state. Months are in order, other values by name.

    Notes
    -----
    Of charts paid rightly the rate counts a chart with an error that is not priced as not known to be paid
    rightly; ``rate_with_unpriced`` counts it as paid rightly, and the limits hold both: from the lower limit
    of the one to the upper limit of the other. ``target_state`` is too few under `LEAST_CHARTS` charts, met
    if the lower limit reaches the target, not met if the upper one does not, and else cannot be told.

    Raises
    ------
    UsageError
        If ``by`` or ``score`` is none of these, or the target is no share.
    """
    if by is not None:
        one_of(by, "by", tuple(COLUMN_OF))
    one_of(score, "score", SCORES)
    if target is not None:
        probability(target, "target")
    dimension = () if by is None else (COLUMN_OF[by],)
    counts = chart_counts(judged, by=dimension)
    if weights is not None:
        counts = counts.join(
            weights.select("audit", "encounter_id", "weight"),
            on=["audit", "encounter_id"],
            how="inner",
            maintain_order="left",
        )
    whole = "reviewer_code_count" if score == "codes" else "chart_count"
    part = "right_count" if score == "codes" else "paid_rightly_count"

    def rated(numerator: str) -> pl.DataFrame:
        return clustered_rates(
            counts,
            CODES_RIGHT if score == "codes" else PAID_RIGHTLY,
            by=dimension,
            numerator=numerator,
            denominator=whole,
            empty=_NO_CHART if counts.is_empty() else _NO_CODES,
            confidence=confidence,
            interval_method=METHOD if weights is None else f"{WEIGHTED} {METHOD}",
        )

    rates = rated(part).with_columns(rate_with_unpriced=pl.lit(None, pl.Float64))
    if score == "payment":
        highest = rated("paid_or_unpriced_count")
        rates = rates.with_columns(upper=highest["upper"], rate_with_unpriced=highest["rate"])
    sums = [
        pl.col("chart_count").sum(),
        *(pl.col(name).sum() for name in ("error_count", "material_error_count", "unpriced_error_count")),
        (pl.col("unpriced_error_count") > 0).sum().cast(pl.Int64).alias("unpriced_chart_count"),
        *(pl.col(name).sum().cast(pl.Decimal(18, 2)) for name in ("overpaid_amount", "underpaid_amount")),
    ]
    # In the order of `clustered_rates`, row by row.
    totals = (
        counts.group_by(dimension).agg(sums).sort(dimension, nulls_last=True)
        if dimension
        else counts.select(sums)
    )
    rates = pl.concat([rates, totals.drop(dimension)], how="horizontal").with_columns(
        net_amount=pl.col("overpaid_amount") - pl.col("underpaid_amount"),
        absolute_amount=pl.col("overpaid_amount") + pl.col("underpaid_amount"),
        target=pl.lit(target, pl.Float64),
    )
    return rates.with_columns(target_state=target_state())


def target_state() -> pl.Expr:
    """Return what lower, upper and chart_count say of the column ``target``; null where there is none."""
    return (
        pl.when(pl.col("target").is_null() | pl.col("rate").is_null())
        .then(pl.lit(None, pl.String))
        .when(pl.col("chart_count") < LEAST_CHARTS)
        .then(pl.lit(TOO_FEW))
        .when(pl.col("lower") >= pl.col("target"))
        .then(pl.lit(MET))
        .when(pl.col("upper") < pl.col("target"))
        .then(pl.lit(NOT_MET))
        .otherwise(pl.lit(CANNOT_BE_TOLD))
    )
