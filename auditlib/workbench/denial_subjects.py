"""What work on denials is entered about: a claim, or a payment without one, found by number or id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.denial_worklist import claim_key
from auditlib.measures.unmatched_payments import payment_key, payments_without_claim
from auditlib.review.claim_entries import ClaimKey
from auditlib.text import format_date
from auditlib.warehouse import Warehouse

_ASKED = {"number": pl.String, "claim_id": pl.Int64}


@dataclass(frozen=True, slots=True)
class Subject:
    """A claim to a primary payer, or a payment without a claim.

    Parameters
    ----------
    key
        By what the ledger knows it.
    is_payment
        Whether it is a payment without a claim.
    answered_on
        Day of its first denial; of a payment, its own day. None where nothing is denied, or no day is known.
    sent_on, requested_on
        When the claim was sent, and when a file last asked for records of it.
    charge_amount
        Charges in dollars; None of a payment.
    claim_id
        Of a claim; None of a payment.
    """

    key: ClaimKey
    is_payment: bool
    answered_on: dt.date | None
    sent_on: dt.date | None = None
    requested_on: dt.date | None = None
    charge_amount: Decimal | None = None
    claim_id: int | None = None


def known_claims(
    warehouse: Warehouse, *, numbers: Sequence[str] = (), claim_ids: Sequence[int] = ()
) -> pl.DataFrame:
    """Return what is known of the original claims with one of the numbers or ids."""
    asked: list[dict[str, str | int | None]] = [{"number": number, "claim_id": None} for number in numbers]
    asked += [{"number": None, "claim_id": claim_id} for claim_id in claim_ids]
    return warehouse.query(
        "queries/denials/known_claim", frames={"_asked": pl.DataFrame(asked, schema=_ASKED)}
    )


def find_subjects(
    warehouse: Warehouse,
    named: Sequence[int | str],
    *,
    first_day: dt.date | None = None,
    may_be_payment: bool = False,
) -> list[Subject]:
    """Return for each number or id the one claim, or payment without a claim, that it names.

    Parameters
    ----------
    warehouse
        Where they are loaded.
    named
        Patient control numbers, or ids.
    first_day
        First day of service, to choose among several with one number.
    may_be_payment
        Whether a payment without a claim may be meant.

    Raises
    ------
    UsageError
        If there is none of a number or id, or more than one.
    """
    claims = known_claims(
        warehouse,
        numbers=[one for one in named if isinstance(one, str)],
        claim_ids=[one for one in named if isinstance(one, int)],
    )
    known = [(row, row["claim_id"], _claim(row)) for row in claims.iter_rows(named=True)]
    if may_be_payment:
        payments = payments_without_claim(warehouse)
        is_named = pl.col("patient_control_number").is_in([one for one in named if isinstance(one, str)])
        is_meant = pl.col("remit_claim_id").is_in([one for one in named if isinstance(one, int)])
        known += [
            (row, row["remit_claim_id"], _payment(row))
            for row in payments.filter(is_named | is_meant).iter_rows(named=True)
        ]
    by_name: dict[int | str, list[tuple[dt.date | None, Subject]]] = {}
    for row, number, subject in known:
        if first_day is None or row["from_date"] == first_day:
            for name in (number, row["patient_control_number"]):
                by_name.setdefault(name, []).append((row["from_date"], subject))
    return [_only(name, by_name.get(name, []), first_day, may_be_payment=may_be_payment) for name in named]


def _only(
    name: int | str,
    found: Sequence[tuple[dt.date | None, Subject]],
    first_day: dt.date | None,
    *,
    may_be_payment: bool,
) -> Subject:
    if not found:
        what = "claim or payment without a claim" if may_be_payment else "claim to a primary payer"
        of_day = "" if first_day is None else f" of {format_date(first_day)}"
        message = f"There is no {what} {name}{of_day}."
        raise UsageError(message, hint="Give its patient control number, as the worklist shows it.")
    if len(found) > 1:
        several = ", ".join(_described(day, one) for day, one in found)
        message = f"Number {name} is of {len(found)}, by first day: {several}."
        raise UsageError(
            message, hint="Add the first day (--first-day), or give the id from the worklist's frame."
        )
    return found[0][1]


def _claim(row: Mapping[str, Any]) -> Subject:
    return Subject(
        claim_key(row),
        is_payment=False,
        answered_on=row["denial_date"],
        sent_on=row["submit_date"],
        requested_on=row["request_date"],
        charge_amount=row["charge_amount"],
        claim_id=row["claim_id"],
    )


def _payment(row: Mapping[str, Any]) -> Subject:
    return Subject(payment_key(row), is_payment=True, answered_on=row["payment_date"])


def _described(day: dt.date | None, one: Subject) -> str:
    shown = "no day" if day is None else format_date(day)
    return f"{shown} (payment without a claim)" if one.is_payment else shown
