"""The payment of the line of a deleted code, which is the payment difference where nothing was entered."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.review.payment_difference import WHOLE_LINE
from auditlib.warehouse import Warehouse

_COLUMNS: Final = {
    **dict.fromkeys(("encounter_id", "code_system", "code"), pl.String()),
    "line_paid_amount": pl.Decimal(18, 2),
}


def line_payments(warehouse: Warehouse, encounter_ids: pl.Series) -> pl.DataFrame:
    """Return what was paid for the codes of charts, where one line shows it.

    Parameters
    ----------
    warehouse
        With the claims and the payments.
    encounter_ids
        The charts.

    Returns
    -------
    polars.DataFrame
        ``encounter_id``, ``code_system``, ``code`` and ``line_paid_amount``: a row where one line billed the
        code and the primary payer's latest answer paid that line. None where the line is denied, the payment
        is not known, or more than one line has the code.
    """
    charts = encounter_ids.unique().sort().to_list()
    if not charts:
        return pl.DataFrame(schema=_COLUMNS)
    return warehouse.query("queries/audits/payment_of_code", {"encounter_ids": charts})


def with_line_payments(verdicts: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts with the whole payment of its line for each deleted code that nobody priced.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame`.
    payments
        From `line_payments`.

    Returns
    -------
    polars.DataFrame
        The same rows. A deleted code with such a payment has it as ``payment_difference``, with the
        ``payment_difference_basis`` 'whole payment of the line'. What reviewers entered stays, and so does
        what they do not agree on.
    """
    if payments.is_empty():
        return verdicts
    joined = verdicts.join(
        payments, on=["encounter_id", "code_system", "code"], how="left", maintain_order="left"
    )
    is_priced = (
        (pl.col("action") == "delete")
        & pl.col("payment_difference_basis").is_null()
        & pl.col("line_paid_amount").is_not_null()
    )
    return joined.with_columns(
        payment_difference=pl.when(is_priced).then("line_paid_amount").otherwise("payment_difference"),
        payment_difference_basis=pl.when(is_priced)
        .then(pl.lit(WHOLE_LINE))
        .otherwise("payment_difference_basis"),
    ).drop("line_paid_amount")
