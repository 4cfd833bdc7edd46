"""Every drawn unit with what was paid, what would have been right, and why they differ."""

from __future__ import annotations

import polars as pl


def unit_payments(
    units: pl.DataFrame, findings: pl.DataFrame, paid: pl.DataFrame, *, unit: str
) -> tuple[pl.DataFrame, str]:
    """Return the units in the order drawn with their dollars, and a sentence on what these rest on.

    Parameters
    ----------
    units
        From `auditlib.report.packs.review_findings.unit_results`.
    findings
        One row an error, with encounter_id, code_number, error_kind and payment_difference.
    paid
        ``unit_id`` and ``paid_amount``; a unit that no payer answered has no row.
    unit
        The sampling unit.

    Returns
    -------
    polars.DataFrame
        draw_number, unit_id, stratum, role, paid_amount, audited_amount, difference_amount, result,
        error_kind, reviewer and completed_date. Paid less audited is the difference: plus overpaid, minus
        underpaid. Where a unit has an error without dollars, difference and audited are null.
    str
        What paid and audited rest on.
    """
    if unit == "code":
        place = pl.format("{}-{}", "encounter_id", "code_number")
        key, errors = "unit_id", findings.drop_nulls("code_number").with_columns(unit_id=place)
    else:
        key, errors = "encounter_id", findings
    by_unit = errors.group_by(key).agg(
        error_kind=pl.col("error_kind").unique().sort().str.join(", "),
        known_difference=pl.col("payment_difference").sum().cast(pl.Decimal(18, 2)),
        is_unpriced=pl.col("payment_difference").is_null().any(),
    )
    is_counted = pl.col("error_count").is_not_null()
    difference = (
        pl.when(~is_counted | pl.col("is_unpriced").fill_null(value=False))
        .then(None)
        .otherwise(pl.col("known_difference").fill_null(0))
        .cast(pl.Decimal(18, 2))
    )
    joined = (
        units.join(by_unit, on=key, how="left", maintain_order="left")
        .join(paid, on="unit_id", how="left", maintain_order="left")
        .with_columns(difference_amount=difference)
        .with_columns(
            audited_amount=(pl.col("paid_amount") - pl.col("difference_amount")).cast(pl.Decimal(18, 2))
        )
    )
    whole = unit in {"encounter", "claim"}
    note = (
        "Paid is what payers paid for the unit's claims in all, reversals netted. Difference is the sum of "
        "what the "
        "verdicts say, paid less right: plus is overpaid, minus underpaid; a unit with an error that is not "
        "priced has "
        "none. Audited is paid less the difference."
        if whole
        else f"What was paid for a {unit} is not recorded by itself. Difference is the sum of what the "
        "verdicts say, paid less right."
    )
    return (
        joined.select(
            "draw_number",
            "unit_id",
            "stratum",
            "role",
            "paid_amount",
            "audited_amount",
            "difference_amount",
            "result",
            "error_kind",
            "reviewer",
            completed_date=pl.col("completed_at").dt.date(),
        ),
        note,
    )
