"""The payment of the line of a deleted code, which is the payment difference where nothing was entered."""

from __future__ import annotations

import polars as pl

from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.payment_difference import WHOLE_LINE
from auditlib.warehouse import Warehouse


def with_line_payments(warehouse: Warehouse, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts with the whole payment of its line for each deleted code that nobody priced.

    Parameters
    ----------
    warehouse
        With the claims and the payments.
    verdicts
        Rows of `auditlib.review.verdict_frame`.

    Returns
    -------
    polars.DataFrame
        The same rows. A deleted code has ``payment_difference`` and ``payment_difference_basis`` 'whole
        payment of the line' where one line billed it and the primary payer's latest answer paid that line;
        it stays null where the line is denied, the payment is not known, or more than one line has the code.
    """
    is_open = (pl.col("action") == "delete") & pl.col("payment_difference").is_null()
    charts = verdicts.filter(is_open)["encounter_id"].unique().sort().to_list()
    if not charts:
        return verdicts
    paid = warehouse.query("queries/audits/payment_of_code", {"encounter_ids": charts})
    joined = verdicts.join(
        paid, on=["encounter_id", "code_system", "code"], how="left", maintain_order="left"
    )
    is_paid = is_open & pl.col("line_paid_amount").is_not_null()
    return joined.with_columns(
        payment_difference=pl.when(is_paid).then("line_paid_amount").otherwise("payment_difference"),
        payment_difference_basis=pl.when(is_paid)
        .then(pl.lit(WHOLE_LINE))
        .otherwise("payment_difference_basis"),
    ).select(pl.col(name).cast(dtype) for name, dtype in VERDICT_COLUMNS.items())
