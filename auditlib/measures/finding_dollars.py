"""Findings and their dollars by coder, provider, code family or error kind."""

from __future__ import annotations

from typing import Final

import polars as pl

ALL: Final = "All"
_MONEY: Final = pl.Decimal(18, 2)
RESULT_COLUMNS: Final = {
    "error_chart_count": pl.Int64(),
    "finding_count": pl.Int64(),
    "overpaid_amount": _MONEY,
    "underpaid_amount": _MONEY,
    "net_amount": _MONEY,
    "absolute_amount": _MONEY,
    "not_priced_count": pl.Int64(),
    "most_frequent_cause": pl.String(),
}


def finding_dollars(findings: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return the findings by one column, and all together in the last row.

    Parameters
    ----------
    findings
        One row a finding: encounter_id, cause, payment_difference (what was paid less what would have been
        right, null if it is not priced), and the column.
    by
        Name of that column.

    Returns
    -------
    polars.DataFrame
        The column and those of `RESULT_COLUMNS`, the largest absolute amount first; the last row is `ALL`,
        also where there is no finding. ``absolute_amount`` is overpaid and underpaid together,
        ``net_amount`` overpaid less underpaid. Codes and dollars add up to the last row; a chart with
        findings of several rows is in each of them, and once in the last. Of causes equally frequent the
        first by name is given.
    """
    rows = _results(findings, by).sort(
        "absolute_amount", "finding_count", by, descending=[True, True, False], nulls_last=True
    )
    total = _results(findings.with_columns(pl.lit(ALL).alias(by)), by)
    if total.is_empty():
        nothing = {name: None if kind == pl.String() else 0 for name, kind in RESULT_COLUMNS.items()}
        total = pl.DataFrame([{by: ALL, **nothing}], schema=rows.schema)
    return pl.concat([rows, total])


def _results(findings: pl.DataFrame, by: str) -> pl.DataFrame:
    difference = pl.col("payment_difference")
    results = findings.group_by(by).agg(
        error_chart_count=pl.col("encounter_id").n_unique(),
        finding_count=pl.len(),
        overpaid_amount=difference.filter(difference > 0).sum(),
        underpaid_amount=-difference.filter(difference < 0).sum(),
        net_amount=difference.sum(),
        absolute_amount=difference.abs().sum(),
        not_priced_count=difference.is_null().sum(),
        # Sorted first: of causes equally frequent the first by name.
        most_frequent_cause=pl.col("cause").drop_nulls().sort().mode(maintain_order=True).first(),
    )
    return results.select(
        pl.col(by).cast(pl.String), *(pl.col(name).cast(kind) for name, kind in RESULT_COLUMNS.items())
    )
