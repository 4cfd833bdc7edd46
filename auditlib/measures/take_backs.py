"""Take-backs: provider-level adjustments (PLB) tied to the claims that they take money back from."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.text import format_dollars
from auditlib.warehouse import Warehouse

TAKE_BACK_KINDS: Final = (
    "recovery",
    "recovery deferred",
    "balance carried forward",
    "balance settled",
    "refund",
    "adjustment",
)
"""What moves money of claims; interest, penalties, levies and the like are other adjustments."""

_MONEY: Final = pl.Decimal(18, 2)


def take_backs(warehouse: Warehouse) -> pl.DataFrame:
    """Return the provider-level adjustments, take-backs first and latest first, each with its claim.

    Returns
    -------
    polars.DataFrame
        One row a provider-level adjustment: kind, payer_name, payment_date, reference_number,
        adjustment_amount (dollars; positive lowers the payment), patient_control_number, tied_by or
        why_not_tied, open_amount (dollars carried forward or deferred that are not yet taken back),
        not_carried_amount (dollars settled that no loaded remittance carried forward), reversal_date,
        reversed_accounts (those whose reversals an untied balance may carry), reason_code (PLB03-1),
        trace_number, provider_id, file_name, source_offset, claim_id, remit_claim_id, remittance_id and
        adjustment_number.
    """
    return warehouse.query("measures/take_back")


def take_back_totals(adjustments: pl.DataFrame) -> pl.DataFrame:
    """Return what is tied and what is not, by kind, in counts and dollars.

    Parameters
    ----------
    adjustments
        As from `take_backs`.

    Returns
    -------
    polars.DataFrame
        kind, adjustment_count, adjustment_amount (positive lowered payments), tied_count, tied_amount,
        not_tied_count, not_tied_amount, open_amount and not_carried_amount (null where a kind has none);
        those of `TAKE_BACK_KINDS` first.
    """
    is_tied = pl.col("tied_by").is_not_null()
    amount = pl.col("adjustment_amount")
    rank = pl.col("kind").replace_strict(
        {kind: number for number, kind in enumerate(TAKE_BACK_KINDS)},
        default=len(TAKE_BACK_KINDS),
        return_dtype=pl.Int64,
    )
    return (
        adjustments.group_by("kind")
        .agg(
            pl.len().cast(pl.Int64).alias("adjustment_count"),
            amount.sum().cast(_MONEY),
            is_tied.sum().cast(pl.Int64).alias("tied_count"),
            amount.filter(is_tied).sum().cast(_MONEY).alias("tied_amount"),
            (~is_tied).sum().cast(pl.Int64).alias("not_tied_count"),
            amount.filter(~is_tied).sum().cast(_MONEY).alias("not_tied_amount"),
            *(
                pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).cast(_MONEY).alias(name)
                for name in ("open_amount", "not_carried_amount")
            ),
        )
        .sort(rank, "kind")
    )


def take_back_note(adjustments: pl.DataFrame) -> str:
    """Return in one sentence how many dollars of `take_backs` are tied, not tied and open."""
    of_claims = adjustments.filter(pl.col("kind").is_in(TAKE_BACK_KINDS))
    if of_claims.is_empty():
        return "No loaded remittance takes anything back."
    taken = of_claims.filter(pl.col("adjustment_amount") > 0)
    tied = taken.filter(pl.col("tied_by").is_not_null())["adjustment_amount"].sum()
    opened = of_claims["open_amount"].sum()
    return (
        f"Taken back: {format_dollars(taken['adjustment_amount'].sum())}, of it tied to claims "
        f"{format_dollars(tied)}. Carried forward or deferred and still open: {format_dollars(opened)}."
    )


def payment_steps(warehouse: Warehouse) -> pl.DataFrame:
    """Return the steps from what was paid on claims to what was received, kind by kind.

    Returns
    -------
    polars.DataFrame
        step, adjustment_count (null for sums), step_amount in dollars: paid on claims; less each kind of
        provider-level adjustment; remittances that do not add up, where there are any; paid in all (BPR02).
    """
    money = {row["table_name"]: row for row in warehouse.query("queries/files/money_totals").to_dicts()}
    totals = take_back_totals(take_backs(warehouse))
    paid, received = money["remit_claim"]["paid_amount"], money["remittance"]["payment_amount"]
    steps = [("paid on claims", None, paid)]
    steps += [
        (row["kind"], row["adjustment_count"], -row["adjustment_amount"])
        for row in totals.iter_rows(named=True)
    ]
    rest = received - sum(amount for _, _, amount in steps)
    if rest:
        steps.append(("remittances that do not add up", None, rest))
    steps.append(("paid in all", None, received))
    return pl.DataFrame(
        steps,
        schema={"step": pl.String, "adjustment_count": pl.Int64, "step_amount": _MONEY},
        orient="row",
    )
