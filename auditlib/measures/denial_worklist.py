"""Worklists of denials: what to do, by when, and what it is likely to bring; and the draft of an appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.appeal_levels import AppealLevel
from auditlib.measures.claim_work import with_next_level, with_work
from auditlib.measures.denied_claim import DeniedClaim
from auditlib.measures.denied_lines import PAID, reason_number
from auditlib.measures.record_requests import RECORD_REQUESTS, SENT
from auditlib.nearest import unknown_name
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import ENDED, WorkState
from auditlib.text import long_date

Order = Literal["expected", "amount", "deadline"]
_ORDERS: Final = {
    "expected": (("expected_amount", "not_paid_amount", "claim_id"), [True, True, False]),
    "amount": (("not_paid_amount", "claim_id"), [True, False]),
    "deadline": (("due", "not_paid_amount", "claim_id"), [False, True, False]),
}
"""By what each order sorts, and what of it comes down from the most."""
APPEAL, CORRECT, SEND, UNKNOWN = "appeal", "corrected claim", "send records", "not known"
PATIENT: Final = "patient's share"
AWAIT: Final = "await answer"
_WAITING: Final = ("open", "late")
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
    "fatal_checks": pl.String(),
    "records_state": pl.String(),
    "records_due_date": pl.Date(),
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
    fatal: Mapping[int, str] | None = None,
    requests: pl.DataFrame | None = None,
    with_requests_alone: bool = True,
) -> pl.DataFrame:
    """Return the claims with denied lines that are not paid, or whose records are asked for.

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
        By expected dollars, by dollars, or by deadline (of records or of an appeal, whichever comes
        first); what is not known comes last.
    fatal
        By claim_id the checks whose fatal findings stand on it.
    requests
        Requests for records, as from `auditlib.measures.record_requests.record_requests`.
    with_requests_alone
        Whether claims are listed whose records are asked for and of which nothing is denied.

    Returns
    -------
    polars.DataFrame
        One row a claim: rank, claim_id, patient_control_number, payer_name, from_date, codes, reason_codes,
        reasons, remark_codes, stated_ground, latest_denial_date, not_paid_amount (charge; 0 where nothing
        is denied), action ('appeal', 'corrected claim', 'send records', 'await answer', "patient's share",
        'not known'),
        fatal_checks, records_state and records_due_date, level, last_appeal_date, days_left (to the first of
        both; null where no deadline is known), chance (of its dollars), expected_amount, assignee, state and
        last_note.

    Raises
    ------
    UsageError
        If there is no such order.

    Notes
    -----
    A claim that was refused as unprocessable has had no initial determination: it asks for a corrected claim
    and has no deadline of appeal. One on which a fatal finding of our own stands asks for a corrected claim
    too, and keeps its deadline. Where all that is unpaid is the patient's (group PR) there is no appeal. The
    deadline of the first level runs from the earliest of the latest denials of its lines, that of a later
    level from the decision of the last appeal; an appeal that waits for its decision has none. Work that has
    ended is not listed.
    """
    kind = "order"
    if order not in get_args(Order):
        raise unknown_name(kind, order, get_args(Order))
    expected = (pl.col("denied_amount").cast(pl.Float64) * pl.col("chance")).sum()
    is_patients = pl.col("group_code").eq("PR").fill_null(value=False)
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
            (pl.col("denial_category") == "documentation").filter(~is_patients).all().alias("wants_records"),
            pl.col("hardness").eq("unmapped").filter(~is_patients).all().alias("is_unmapped"),
            is_patients.all().alias("is_patients"),
            pl.when(pl.col("chance").null_count() == 0).then(expected).alias("expected"),
        )
    )
    asked = pl.DataFrame(schema=RECORD_REQUESTS) if requests is None else requests
    named = pl.DataFrame(
        list((fatal or {}).items()), schema={"claim_id": pl.Int64, "fatal_checks": pl.String}, orient="row"
    )
    worked = (
        with_next_level(with_work(claims, work), levels, "latest_denial_date")
        .join(named, on="claim_id", how="left")
        .join(asked.select("claim_id", "records_state", "records_due_date"), on="claim_id", how="left")
        .with_columns(action=_action())
    )
    is_appealed = ~pl.col("is_unprocessable") & (pl.col("action") != PATIENT)
    listed = worked.with_columns(
        pl.when(is_appealed).then(pl.col("level", "last_appeal_date")),
        stated_ground=pl.coalesce("user_ground", "stated_ground"),
        expected_amount=pl.col("expected").round(2).cast(_MONEY),
    )
    if with_requests_alone:
        alone = asked.filter(_is_waiting()).join(claims, on="claim_id", how="anti")
        unpaid = pl.lit(0).cast(_MONEY)
        listed = pl.concat(
            [
                listed,
                with_work(alone.drop("assignee", "last_note"), work).with_columns(
                    not_paid_amount=unpaid, stated_ground=pl.lit("not stated"), action=pl.lit(SEND)
                ),
            ],
            how="diagonal",
        )
    by, is_descending = _ORDERS[order]
    due = pl.min_horizontal("last_appeal_date", "records_due_date")
    return (
        listed.filter(~pl.col("state").is_in(ENDED))
        .with_columns(pl.when(_is_waiting()).then("records_due_date"))
        .with_columns(
            due=due,
            days_left=(due - pl.lit(as_of)).dt.total_days(),
            chance=pl.when(pl.col("not_paid_amount") != 0).then(
                pl.col("expected_amount").cast(pl.Float64) / pl.col("not_paid_amount").cast(pl.Float64)
            ),
        )
        .sort(*by, descending=is_descending, nulls_last=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
        .select(pl.col(name).cast(kind) for name, kind in _LISTED.items())
    )


def _action() -> pl.Expr:
    return (
        pl.when("is_unprocessable")
        .then(pl.lit(CORRECT))
        .when("is_patients")
        .then(pl.lit(PATIENT))
        .when(pl.col("fatal_checks").is_not_null())
        .then(pl.lit(CORRECT))
        .when((pl.col("wants_records") | _is_waiting()) & pl.col("records_state").eq_missing(SENT))
        .then(pl.lit(AWAIT))
        .when(pl.col("wants_records") | _is_waiting())
        .then(pl.lit(SEND))
        .when("is_unmapped")
        .then(pl.lit(UNKNOWN))
        .otherwise(pl.lit(APPEAL))
    )


def _is_waiting() -> pl.Expr:
    return pl.col("records_state").is_in(_WAITING).fill_null(value=False)


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
        If the claim asks for a corrected claim, or what is unpaid is the patient's share.
    """
    if row["action"] == CORRECT and lines["is_unprocessable"].any():
        message = "This claim was refused as unprocessable (reason 16, remark MA130): there is no appeal."
        raise UsageError(message, hint="Correct what the remarks name and send the claim again.")
    if row["action"] == CORRECT:
        message = f"Our own checks have a fatal finding on this claim: {row['fatal_checks']}."
        raise UsageError(
            message, hint="Send a corrected claim, or accept the finding: auditlib checks accept."
        )
    if row["action"] == PATIENT:
        message = "What is unpaid is the patient's share (group PR): there is nothing to appeal."
        raise UsageError(message, hint="Bill the patient, or the payer that covers the day.")
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
