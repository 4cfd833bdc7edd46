"""Overpayments of reviewed claims, with what is entered of them, what was taken back, and the last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from auditlib.measures.denial_worklist import claim_key
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.refund_rule import (
    OverpaymentDays,
    governed_by,
    look_back,
    refund_deadline,
)
from auditlib.review.refund_work import RefundState
from auditlib.text import format_date, format_dollars
from auditlib.warehouse import Warehouse

NOT_IDENTIFIED: Final = "not identified"
DUE: Final = "due"
OVERDUE: Final = "overdue"
NO_LAST_DAY: Final = "no last day"
DISCLOSED: Final = "disclosed"
REFUNDED: Final = "refunded"
REFUNDED_LATE: Final = "refunded late"
TAKEN_BACK: Final = "taken back"
NO_FINDING: Final = "no finding stands"
NOTHING_PAID: Final = "nothing was paid"
OUTSIDE: Final = "outside of the look-back"
STATES: Final = (
    *(OVERDUE, DUE, NO_LAST_DAY, NOT_IDENTIFIED, DISCLOSED),
    *(REFUNDED, REFUNDED_LATE, TAKEN_BACK, NO_FINDING, NOTHING_PAID, OUTSIDE),
)
"""States of an overpayment, those first of which something is to be done."""

_MONEY: Final = pl.Decimal(18, 2)
_ZERO: Final = Decimal(0)
_WEEKEND: Final = {5: "a Saturday", 6: "a Sunday"}
REFUND_COLUMNS: Final = pl.Schema(
    {
        "payer_name": pl.String(),
        "governed_by": pl.String(),
        "patient_control_number": pl.String(),
        "from_date": pl.Date(),
        "refund_state": pl.String(),
        "refund_due_date": pl.Date(),
        "days_left": pl.Int64(),
        "overpaid_amount": _MONEY,
        "to_refund_amount": _MONEY,
        "refund_reason": pl.String(),
        "refund_method": pl.String(),
        "identified_date": pl.Date(),
        "refunded_amount": _MONEY,
        "refunded_date": pl.Date(),
        "taken_back_amount": _MONEY,
        "underpaid_amount": _MONEY,
        "paid_amount": _MONEY,
        "finding_count": pl.Int64(),
        "unpriced_count": pl.Int64(),
        "audits": pl.String(),
        "found_date": pl.Date(),
        "look_back": pl.String(),
        "refund_rule": pl.String(),
        "due_basis": pl.String(),
        "refund_source": pl.String(),
        "payer_id": pl.String(),
        "claim_id": pl.Int64(),
    }
)
"""Columns of `refund_listing`."""


def overpaid_findings(warehouse: Warehouse, judged: JudgedCodes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what the final verdicts of audits find overpaid, by claim, and the findings without a claim.

    Parameters
    ----------
    warehouse
        With the claims.
    judged
        From `auditlib.measures.judged_codes.judged_codes`: each chart once, by its latest completed review.

    Returns
    -------
    tuple of polars.DataFrame
        One row a claim with an overpaid finding: claim_id, audits, found_date (the review), finding_count,
        unpriced_count (errors without dollars), found_amount and underpaid_amount in dollars, found_reason.
        Then the overpaid findings that no claim, or more than one, can be about.
    """
    errors = judged.codes.filter(~pl.col("is_right")).with_row_index("finding_number")
    errors = errors.with_columns(pl.col("finding_number").cast(pl.Int64))
    tied = warehouse.query(
        "queries/refunds/claim_of_finding",
        frames={"_finding": errors.select("finding_number", "encounter_id", "code")},
    )
    found = errors.join(tied, on="finding_number", how="left", maintain_order="left")
    difference = pl.col("payment_difference")
    by_claim = (
        found.drop_nulls("claim_id")
        .sort("audit", "finding_number")
        .group_by("claim_id", maintain_order=True)
        .agg(
            audits=pl.col("audit").unique(maintain_order=True).str.join(", "),
            found_date=pl.col("reviewed_date").max(),
            finding_count=(difference > 0).sum().cast(pl.Int64),
            unpriced_count=difference.is_null().sum().cast(pl.Int64),
            found_amount=difference.filter(difference > 0).sum().cast(_MONEY),
            underpaid_amount=(-difference.filter(difference < 0).sum()).cast(_MONEY),
            found_reason=pl.concat_str("code", pl.lit(": "), "error_kind")
            .filter(difference > 0)
            .unique(maintain_order=True)
            .str.join("; "),
        )
        .filter(pl.col("finding_count") > 0)
    )
    return by_claim, found.filter(pl.col("claim_id").is_null() & (difference > 0))


def refund_listing(
    warehouse: Warehouse,
    findings: pl.DataFrame,
    states: Mapping[ClaimKey, RefundState],
    entered: pl.DataFrame,
    *,
    as_of: dt.date,
) -> pl.DataFrame:
    """Return the overpayments of claims: found by audits, or entered by users, each with its last day.

    Parameters
    ----------
    warehouse
        With claims, payments and take-backs.
    findings
        From `overpaid_findings`.
    states
        What the ledger says, from `auditlib.review.refund_work.fold_refunds`.
    entered
        ``claim_id`` and ``identified_date`` of the claims in ``states`` that are loaded.
    as_of
        The day of looking.

    Returns
    -------
    polars.DataFrame
        `REFUND_COLUMNS`, by payer, by `STATES` and by last day. Dollars are not offset by underpayments, of
        the claim or of others. to_refund_amount is what is left of the overpayment, no more than was paid,
        after refunds and what the payer took back since the review; null where that is not known.
    """
    known = (
        pl.concat(
            [
                findings.select("claim_id", known_date="found_date"),
                entered.select("claim_id", known_date="identified_date"),
            ]
        )
        .group_by("claim_id")
        .agg(pl.col("known_date").min())
        .sort("claim_id")
    )
    claims = warehouse.query("queries/refunds/claim_payment", frames={"_claim": known})
    joined = claims.join(findings, on="claim_id", how="left", maintain_order="left")
    rows = [
        _row(row, states.get(claim_key(row), RefundState()), as_of) for row in joined.iter_rows(named=True)
    ]
    rank = {state: number for number, state in enumerate(STATES)}
    listing = pl.DataFrame(rows, schema=REFUND_COLUMNS)
    return listing.sort(
        "payer_name",
        pl.col("refund_state").replace_strict(rank, return_dtype=pl.Int64),
        "refund_due_date",
        "patient_control_number",
        nulls_last=True,
    )


def _row(claim: Mapping[str, Any], state: RefundState, as_of: dt.date) -> dict[str, object]:
    days = OverpaymentDays(
        state.governed_by or governed_by(claim["filing_code"]),
        identified_on=state.identified_on,
        investigation_started_on=state.investigation_started_on,
        investigation_ended_on=state.investigation_ended_on,
        cost_report_due_on=state.cost_report_due_on,
        contract_due_on=state.contract_due_on,
        first_received_on=claim["first_received_date"],
        last_received_on=claim["last_received_date"],
    )
    deadline, back = refund_deadline(days, as_of=as_of), look_back(days, as_of=as_of)
    found = claim["found_amount"]
    overpaid = state.stated_amount if state.stated_amount is not None else found
    paid, taken = claim["paid_amount"], claim["taken_back_amount"]
    returned = state.refunded_amount + (taken or _ZERO)
    counted = overpaid if overpaid is None or paid is None else min(overpaid, paid)
    left = None if counted is None else max(counted - returned, _ZERO)
    why = [*_doubts(claim, state, overpaid, as_of), deadline.why]
    what = _state(state, deadline.due_on, counted, left, is_within=back.is_within, as_of=as_of)
    if deadline.due_on is not None and deadline.due_on.weekday() in _WEEKEND:
        why.append(
            f"{format_date(deadline.due_on)} is {_WEEKEND[deadline.due_on.weekday()]}: no text that was read "
            "moves it."
        )
    is_running = what in {OVERDUE, DUE}
    return {
        **{name: claim[name] for name in REFUND_COLUMNS if name in claim},
        "governed_by": days.governed_by,
        "refund_state": what,
        "refund_due_date": deadline.due_on,
        "days_left": (deadline.due_on - as_of).days if is_running and deadline.due_on else None,
        "overpaid_amount": overpaid,
        "to_refund_amount": left,
        "refund_reason": state.reason or claim["found_reason"],
        "refund_method": state.method,
        "identified_date": state.identified_on,
        "refunded_amount": state.refunded_amount,
        "refunded_date": state.refunded_on,
        "look_back": back.why,
        "refund_rule": deadline.rule,
        "due_basis": " ".join(why),
        "refund_source": deadline.source,
    }


def _state(
    state: RefundState,
    due_on: dt.date | None,
    counted: Decimal | None,
    left: Decimal | None,
    *,
    is_within: bool | None,
    as_of: dt.date,
) -> str:
    is_late = due_on is not None and state.refunded_on is not None and state.refunded_on > due_on
    # What audits had found when it was identified may be withdrawn or overturned since.
    is_overturned = counted is None and state.found_amount is not None
    ordered = (
        (NOTHING_PAID, counted == 0),
        (TAKEN_BACK, left == 0 and not state.refunded_amount),
        (REFUNDED_LATE, left == 0 and is_late),
        (REFUNDED, left == 0),
        (OUTSIDE, is_within is False),
        (NO_FINDING, is_overturned),
        (DISCLOSED, state.disclosed_on is not None),
        (NOT_IDENTIFIED, state.identified_on is None),
        (NO_LAST_DAY, due_on is None),
        (OVERDUE, due_on is not None and as_of > due_on),
    )
    return next((name for name, holds in ordered if holds), DUE)


def _doubts(
    claim: Mapping[str, Any], state: RefundState, overpaid: Decimal | None, as_of: dt.date
) -> list[str]:
    """Return what is to be settled about the dollars of a claim, or about when it was identified."""
    said = []
    paid, found = claim["paid_amount"], claim["found_amount"]
    if overpaid is not None and paid is None:
        said.append("What was paid is not known.")
    elif overpaid is not None and overpaid > paid:
        said.append(f"More is found overpaid than was paid, {format_dollars(paid)}: no more counts.")
    if claim["taken_back_before_amount"]:
        said.append(
            f"{format_dollars(claim['taken_back_before_amount'])} were taken back before the review: settle "
            "whether the finding counts them."
        )
    if state.stated_amount is None and state.identified_on is not None and found != state.found_amount:
        then, now = (
            "nothing" if amount is None else format_dollars(amount) for amount in (state.found_amount, found)
        )
        said.append(f"Audits found {then} overpaid when it was identified, and find {now} now.")
    elif overpaid is None:
        said.append("The amount is not known.")
    if state.stated_amount is not None and found is not None and found != state.stated_amount:
        said.append(f"Audits find {format_dollars(found)}; the amount entered counts.")
    if state.disclosed_on is not None:
        said.append(
            f"Disclosed on {format_date(state.disclosed_on)}: once that is acknowledged, the last day for "
            "returning is suspended until a settlement (42 CFR 401.305(b)(2))."
        )
    by_law = (state.governed_by or governed_by(claim["filing_code"])) in {"medicare", "medicaid"}
    found_on = claim["found_date"]
    if by_law and state.identified_on is None and found_on is not None and found_on <= as_of:
        said.append(
            f"Found by the review of {format_date(found_on)}: if it is known since then, the days run since "
            "then."
        )
    return said


def refund_totals(listing: pl.DataFrame) -> pl.DataFrame:
    """Return the claims and dollars of `refund_listing` by payer and state.

    Returns
    -------
    polars.DataFrame
        payer_name, governed_by, refund_state, claim_count, overpaid_amount, to_refund_amount,
        unknown_amount_count (claims whose dollars are not known) and first_due_date.
    """
    return listing.group_by("payer_name", "governed_by", "refund_state", maintain_order=True).agg(
        claim_count=pl.len().cast(pl.Int64),
        overpaid_amount=pl.col("overpaid_amount").sum().cast(_MONEY),
        to_refund_amount=pl.col("to_refund_amount").sum().cast(_MONEY),
        unknown_amount_count=pl.col("to_refund_amount").is_null().sum().cast(pl.Int64),
        first_due_date=pl.col("refund_due_date").min(),
    )
