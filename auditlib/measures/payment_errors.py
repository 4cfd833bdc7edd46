"""Errors and their dollars: those that changed the payment apart from those that did not, over and under."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from auditlib.measures.judged_codes import JudgedCodes
from auditlib.stats.arguments import one_of

ErrorsBy = Literal["kind", "cause", "coder", "provider", "family", "role", "month", "action"]
ERROR_COLUMN_OF: Final[dict[ErrorsBy, str]] = {
    "kind": "error_kind",
    "cause": "cause",
    "coder": "coder_id",
    "provider": "provider_id",
    "family": "code_family",
    "role": "code_role",
    "month": "month",
    "action": "action",
}


def payment_errors(judged: JudgedCodes, *, by: ErrorsBy = "kind") -> pl.DataFrame:
    """Return the errors by a dimension, with what they did to the payment, the costliest first.

    Parameters
    ----------
    judged
        From `auditlib.measures.judged_codes.judged_codes`.
    by
        kind, cause, coder, provider, family (of codes), role (of the code), month or action.

    Returns
    -------
    polars.DataFrame
        The dimension's column, error_count, chart_count (with such an error), material_error_count (changed
        the payment), no_effect_error_count (priced at zero: coding variance), unpriced_error_count,
        overpaid_count, underpaid_count, overpaid_amount, underpaid_amount, net_amount (over less under) and
        absolute_amount (both together), by absolute_amount and then error_count, descending.

    Raises
    ------
    UsageError
        If ``by`` is none of these.
    """
    one_of(by, "by", tuple(ERROR_COLUMN_OF))
    column = ERROR_COLUMN_OF[by]
    difference = pl.col("payment_difference")
    over, under = difference > 0, difference < 0

    def counted(condition: pl.Expr) -> pl.Expr:
        return condition.sum().cast(pl.Int64)

    errors = (
        judged.codes.filter(~pl.col("is_right"))
        .group_by(column)
        .agg(
            error_count=pl.len().cast(pl.Int64),
            chart_count=pl.col("encounter_id").n_unique().cast(pl.Int64),
            material_error_count=counted(difference != 0),
            no_effect_error_count=counted(difference == 0),
            unpriced_error_count=counted(difference.is_null()),
            overpaid_count=counted(over),
            underpaid_count=counted(under),
            overpaid_amount=difference.filter(over).sum().cast(pl.Decimal(18, 2)),
            underpaid_amount=-difference.filter(under).sum().cast(pl.Decimal(18, 2)),
        )
    )
    overpaid, underpaid = pl.col("overpaid_amount"), pl.col("underpaid_amount")
    return errors.with_columns(
        underpaid_amount=underpaid.cast(pl.Decimal(18, 2)),
        net_amount=(overpaid - underpaid).cast(pl.Decimal(18, 2)),
        absolute_amount=(overpaid + underpaid).cast(pl.Decimal(18, 2)),
    ).sort("absolute_amount", "error_count", column, descending=[True, True, False], nulls_last=True)
