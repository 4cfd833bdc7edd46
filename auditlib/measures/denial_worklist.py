"""Worklists of denials: what to do, by when, and what it is likely to bring; and the draft of an appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, get_args

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.appeal_levels import AppealLevel, level_of
from auditlib.measures.denied_claim import DeniedClaim
from auditlib.measures.denied_lines import PAID, reason_number
from auditlib.nearest import unknown_name
from auditlib.review.denial_work import APPEALED, ClaimKey, WorkState
from auditlib.text import long_date

Order = Literal["expected", "amount", "deadline"]
_ORDERS: Final = {
    "expected": (("expected_amount", "not_paid_amount", "claim_id"), [True, True, False]),
    "amount": (("not_paid_amount", "claim_id"), [True, False]),
    "deadline": (("last_appeal_date", "not_paid_amount", "claim_id"), [False, True, False]),
}
"""By what each order sorts, and what of it comes down from the most."""
ENDED: Final = ("won", "written off", "paid", "not pursued")
APPEAL, CORRECT, SEND, UNKNOWN = "appeal", "corrected claim", "send records", "not known"
_MONEY: Final = pl.Decimal(18, 2)
_LISTED: Final[dict[str, pl.DataType]] = {
    "rank": pl.Int64(),
    "claim_id": pl.Int64(),
    "patient_control_number": pl.String(),
    "payer_name": pl.String(),
    "from_date": pl.Date(),
    "codes": pl.String(),
    "reason_codes": pl.String(),
    "reasons": pl.String(),
    "remark_codes": pl.String(),
    "stated_ground": pl.String(),
    "latest_denial_date": pl.Date(),
    "not_paid_amount": _MONEY,
    "action": pl.String(),
    "level": pl.String(),
    "last_appeal_date": pl.Date(),
    "days_left": pl.Int64(),
    "chance": pl.Float64(),
    "expected_amount": _MONEY,
    "assignee": pl.String(),
    "state": pl.String(),
    "last_note": pl.String(),
}


def claim_key(row: Mapping[str, Any]) -> ClaimKey:
    """Return by what the ledger knows the claim of a denied line."""
    first_day = "" if row["from_date"] is None else row["from_date"].isoformat()
    return ClaimKey(row["patient_control_number"], row["payer_id"], first_day)


def worklist(
    lines: pl.DataFrame,
    levels: Sequence[AppealLevel],
    work: Mapping[ClaimKey, WorkState],
    as_of: dt.date,
    *,
    order: Order = "expected",
) -> pl.DataFrame:
    """Return the claims with denied lines that are not paid and that somebody may still work on.

    Parameters
    ----------
    lines
        Denied lines with their ``chance``, as from `OverturnModel.with_chances`.
    levels
        Levels of appeal, as from `auditlib.measures.appeal_levels.read_appeal_levels`.
    work
        What the ledger says, as from `auditlib.review.denial_work.DenialWork.states`.
    as_of
        The day of looking.
    order
        By expected dollars, by dollars, or by deadline; what is not known comes last.

    Returns
    -------
    polars.DataFrame
        One row a claim: rank, claim_id, patient_control_number, payer_name, from_date, codes, reason_codes,
        reasons, remark_codes, stated_ground, latest_denial_date, not_paid_amount (charge), action ('appeal',
        'corrected claim', 'send records', 'not known'), level, last_appeal_date and days_left (null where the
        deadline is not known), chance (of its dollars), expected_amount, assignee, state and last_note.

    Raises
    ------
    UsageError
        If there is no such order.

    Notes
    -----
    A claim that was refused as unprocessable has had no initial determination: it asks for a corrected claim
    and has no deadline of appeal. The deadline of the first level runs from the earliest of the latest
    denials of its lines, that of a later level from the decision of the last appeal; an appeal that waits for
    its decision has none.
    """
    kind = "order"
    if order not in get_args(Order):
        raise unknown_name(kind, order, get_args(Order))
    expected = (pl.col("denied_amount").cast(pl.Float64) * pl.col("chance")).sum()
    claims = (
        lines.filter(pl.col("final_state") != PAID)
        .group_by("claim_id")
        .agg(
            pl.col("patient_control_number", "payer_id", "payer_name", "filing_code", "from_date").first(),
            pl.col("code").drop_nulls().unique().sort().str.join(", ").alias("codes"),
            reason_number().drop_nulls().unique().sort().str.join(", ").alias("reason_codes"),
            pl.col("reason_label").unique().sort().str.join("; ").alias("reasons"),
            pl.col("remark_codes").drop_nulls().unique().sort().str.join(", ").alias("remark_codes"),
            pl.col("stated_ground").unique().sort().str.join(", ").alias("stated_ground"),
            pl.col("latest_denial_date").min(),
            pl.col("denied_amount").sum().cast(_MONEY).alias("not_paid_amount"),
            pl.col("is_unprocessable").any(),
            (pl.col("denial_category") == "documentation").all().alias("wants_records"),
            pl.col("hardness").eq("unmapped").all().alias("is_unmapped"),
            pl.when(pl.col("chance").null_count() == 0).then(expected).alias("expected"),
        )
    )
    rows = [
        row
        for claim in claims.iter_rows(named=True)
        for row in [_listed(claim, levels, work.get(claim_key(claim), WorkState()), as_of)]
        if row["state"] not in ENDED
    ]
    by, is_descending = _ORDERS[order]
    return (
        pl.DataFrame([row | {"rank": None} for row in rows], schema=_LISTED)
        .sort(*by, descending=is_descending, nulls_last=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    )


def _listed(
    claim: Mapping[str, Any], levels: Sequence[AppealLevel], state: WorkState, as_of: dt.date
) -> dict[str, Any]:
    level = None
    if claim["is_unprocessable"]:
        action = CORRECT
    elif claim["wants_records"]:
        action = SEND
    else:
        action = UNKNOWN if claim["is_unmapped"] else APPEAL
    if not claim["is_unprocessable"]:
        level = level_of(
            levels,
            state.level_number + 1,
            payer_id=claim["payer_id"],
            payer_name=claim["payer_name"],
            filing_code=claim["filing_code"],
        )
    decided = state.decision_date if state.level_number else claim["latest_denial_date"]
    due = None
    if level is not None and decided is not None and state.state != APPEALED:
        due = level.due_date(decided)
    amount = claim["not_paid_amount"]
    expected = None if claim["expected"] is None else round(Decimal(str(claim["expected"])), 2)
    return {name: claim[name] for name in _LISTED if name in claim} | {
        "stated_ground": state.stated_ground or claim["stated_ground"],
        "action": action,
        "level": None if level is None else level.level,
        "last_appeal_date": due,
        "days_left": None if due is None else (due - as_of).days,
        "chance": float(expected / amount) if expected is not None and amount else None,
        "expected_amount": expected,
        "assignee": state.assignee,
        "state": state.state,
        "last_note": state.last_note,
    }


def appeal_letter(claim: DeniedClaim, row: Mapping[str, Any], lines: pl.DataFrame, on: dt.date) -> str:
    """Return the draft of an appeal from what the files say; brackets mark what they do not.

    Parameters
    ----------
    claim
        The claim.
    row
        Its row of the `worklist`.
    lines
        Its denied lines.
    on
        Date of the letter.

    Raises
    ------
    UsageError
        If the claim was refused as unprocessable: it asks for a corrected claim.
    """
    if row["action"] == CORRECT:
        message = "This claim was refused as unprocessable (reason 16, remark MA130): there is no appeal."
        raise UsageError(message, hint="Correct what the remarks name and send the claim again.")
    numbers = claim.history["reference_number"].drop_nulls().unique(maintain_order=True).to_list()
    level = "appeal" if row["level"] is None else f"request for {row['level']}"
    due = (
        "not known: see the contract"
        if row["last_appeal_date"] is None
        else long_date(row["last_appeal_date"])
    )
    unpaid = lines.filter(pl.col("final_state") != PAID).with_columns(reason=reason_number())
    first_day = "[not in the files]" if row["from_date"] is None else long_date(row["from_date"])
    denied = [_denied_line(line) for line in unpaid.iter_rows(named=True)]
    found = [
        f"- {finding['check_id']}: {finding['detail']}" for finding in claim.findings.iter_rows(named=True)
    ]
    checked = ["Before sending: our checks have findings on this claim.", *found, ""] if found else []
    return "\n".join(
        [
            long_date(on),
            f"To: {row['payer_name']}",
            f"Subject: {level}",
            "",
            "Patient: [name and member number]",
            f"Our account number: {claim.patient_control_number}",
            f"Your claim number: {', '.join(numbers) or '[not in the files]'}",
            f"First day of service: {first_day}",
            f"Charge of the claim: ${claim.outcome['charge_amount'].item():,}",
            f"Last day to appeal: {due}",
            "",
            "You denied:",
            *denied,
            f"The ground, as stated: {row['stated_ground']}.",
            "",
            "We ask you to review this decision, because [reason, with the record that shows it].",
            "",
            "Enclosed: [remittance advice, record of the visit, order, other]",
            "",
            *checked,
            "[name, title, telephone]",
        ]
    )


def _denied_line(line: Mapping[str, Any]) -> str:
    """Return a denied line as a letter names it."""
    code = "whole claim" if line["code"] is None else line["code"]
    day = "" if line["denial_date"] is None else f" on {long_date(line['denial_date'])}"
    why = (
        ", no reason given"
        if line["reason"] is None
        else f", reason {line['reason']} ({line['reason_label']})"
    )
    remarks = f", remarks {line['remark_codes']}" if line["remark_codes"] else ""
    return f"- {code}: ${line['denied_amount']:,} denied{day}{why}{remarks}"
