"""Payments without a claim as a worklist: by dollars and age, with what would tie them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import ENDED, WorkState
from auditlib.warehouse import Warehouse

_NEEDED: Final = (
    ("no claim has its control number", "the 837 of this account; or its number as it was sent"),
    ("the claim that the response names is not loaded", "the claim that the response names"),
    ("other days of service", "the 837 of the days that were paid"),
    ("before the first day of service", "the 837 of an earlier visit under this account"),
    ("too little agrees", "days, charge, member number or name on both sides; or the payer's control number"),
    ("ambiguous", "the payer's control number on the claim (REF*F8), or days and lines in the remittance"),
)
_OTHERWISE: Final = "another look: the claims of this account contradict it"
_LISTED: Final[dict[str, pl.DataType]] = {
    "rank": pl.Int64(),
    "remit_claim_id": pl.Int64(),
    "patient_control_number": pl.String(),
    "payer_name": pl.String(),
    "payment_date": pl.Date(),
    "age_days": pl.Int64(),
    "claim_status_code": pl.String(),
    "charge_amount": pl.Decimal(18, 2),
    "paid_amount": pl.Decimal(18, 2),
    "payer_claim_control_number": pl.String(),
    "reason": pl.String(),
    "needed": pl.String(),
    "contradictions": pl.String(),
    "assignee": pl.String(),
    "state": pl.String(),
    "last_note": pl.String(),
    "file_name": pl.String(),
}


def payments_without_claim(warehouse: Warehouse) -> pl.DataFrame:
    """Return the claim payments that answer no loaded claim, as `unmatched_worklist` takes them."""
    return warehouse.query("queries/claims/unmatched_payment")


def payment_key(row: Mapping[str, Any]) -> ClaimKey:
    """Return by what the ledger knows a payment without a claim."""
    first_day = "" if row["from_date"] is None else row["from_date"].isoformat()
    day = "" if row["payment_date"] is None else row["payment_date"].isoformat()
    number = row["payer_claim_control_number"] or ""
    payment = f"{day} {number} {row['paid_amount']}"
    return ClaimKey(row["patient_control_number"], row["payer_id"], first_day, payment)


def unmatched_worklist(
    payments: pl.DataFrame, work: Mapping[ClaimKey, WorkState], as_of: dt.date
) -> pl.DataFrame:
    """Return the payments without a claim that nobody has closed, those of most dollars first.

    Parameters
    ----------
    payments
        As from `payments_without_claim`.
    work
        What the ledger says, as from `auditlib.review.denial_work.DenialWork.states`.
    as_of
        The day of looking.

    Returns
    -------
    polars.DataFrame
        rank, remit_claim_id, patient_control_number, payer_name, payment_date, age_days, claim_status_code,
        charge_amount, paid_amount, payer_claim_control_number, reason (why none is tied), needed (what would
        tie it), contradictions, assignee, state, last_note and file_name. By dollars paid or taken back, then
        by charge, then by age.
    """
    rows = []
    for row in payments.iter_rows(named=True):
        state = work.get(payment_key(row), WorkState())
        if state.state in ENDED:
            continue
        day = row["payment_date"]
        rows.append(
            {name: row[name] for name in _LISTED if name in row}
            | {
                "rank": None,
                "payer_name": row["payer"],
                "age_days": None if day is None else (as_of - day).days,
                "needed": next((needed for part, needed in _NEEDED if part in row["reason"]), _OTHERWISE),
                "assignee": state.assignee,
                "state": state.state,
                "last_note": state.last_note,
            }
        )
    return (
        pl.DataFrame(rows, schema=_LISTED)
        .sort(
            pl.col("paid_amount").abs(),
            pl.col("charge_amount").abs(),
            "age_days",
            "remit_claim_id",
            descending=[True, True, True, False],
            nulls_last=True,
        )
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    )
