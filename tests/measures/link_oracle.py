"""The rule of claim_link once more, in plain Python over the facts of one payment and its claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Row: TypeAlias = Mapping[str, object]


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _same(one: object, other: object) -> bool:
    return one is not None and one == other


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _patient(payment: Row, claim: Row) -> int:
    """4 to 1 by how surely it is the claim's patient, 0 unknown, -1 another one."""
    sounds = _text(payment["given_name_sound"]), _text(claim["given_name_sound"])
    given_same = _same(payment["given_name_key"], claim["given_name_key"])
    given_alike = bool(all(sounds)) and (sounds[0].startswith(sounds[1]) or sounds[1].startswith(sounds[0]))
    if all(sounds) and not given_same and not given_alike:
        return -1
    numbers = {claim["member_key"], claim["member_stem_key"]} - {None}
    if payment["member_key"] in numbers or _same(payment["member_stem_key"], claim["member_key"]):
        return 4 if given_same else 3
    family_same = _same(payment["family_name_key"], claim["family_name_key"])
    is_named = family_same and given_same
    if _differ(payment["member_key"], claim["member_key"]) and _same(payment["payer_id"], claim["payer_id"]):
        return 1 if is_named else -1
    family_alike = family_same or _same(payment["family_name_sound"], claim["family_name_sound"])
    if _differ(payment["family_name_key"], claim["family_name_key"]) and not family_alike:
        return -1
    if is_named:
        return 2
    is_masked_alike = payment["member_key"] is None and _same(payment["member_end"], claim["member_end"])
    return 1 if is_masked_alike or (family_alike and (given_same or given_alike)) else 0


def _days(payment: Row, claim: Row) -> int | None:
    """2 the same first day, 1 they meet, 0 unknown, None they do not meet."""
    first, begins = payment["from_date"], claim["from_date"]
    if not isinstance(first, dt.date) or not isinstance(begins, dt.date):
        return 0
    last, ends = payment["to_date"] or first, claim["to_date"] or begins
    assert isinstance(last, dt.date)
    assert isinstance(ends, dt.date)
    if last < begins or first > ends:
        return None
    return 2 if first == begins else 1


def possible(payment: Row, claim: Row) -> bool:
    """Return True if nothing contradicts that the payment answers the claim; lines and facility apart."""
    if _days(payment, claim) is None or _patient(payment, claim) < 0:
        return False
    paid_on, begins = payment["payment_date"], claim["from_date"]
    if (
        isinstance(paid_on, dt.date)
        and isinstance(begins, dt.date)
        and payment["status"] != "25"
        and paid_on < begins
    ):
        return False
    return not (
        _differ(payment["payee_npi"], claim["billing_provider_id"])
        and _differ(payment["payee_tax_id"], claim["billing_tax_id"])
    )


def enough(payment: Row, claim: Row) -> bool:
    """Return True if what agrees beside the control number is enough; of claims that are possible."""
    patient, days = _patient(payment, claim), _days(payment, claim)
    charge_same = payment["charge"] == claim["charge"]
    payer_same = _same(payment["payer_id"], claim["payer_id"])
    payee_same = _same(payment["payee_npi"], claim["billing_provider_id"]) or _same(
        payment["payee_tax_id"], claim["billing_tax_id"]
    )
    payee_differs = not payee_same and (
        _differ(payment["payee_npi"], claim["billing_provider_id"])
        or _differ(payment["payee_tax_id"], claim["billing_tax_id"])
    )
    if payee_differs:
        return patient >= 2 and days == 2 and charge_same
    paid_on, sent = payment["payment_date"], claim["submit_date"]
    assert isinstance(paid_on, dt.date)
    assert isinstance(sent, dt.date)
    timely = 0 <= (paid_on - sent).days <= 90
    if patient >= 2 and (days or (charge_same and timely)):
        return True
    if patient == 1 and days and (charge_same or payer_same):
        return True
    if patient == 1 and charge_same and timely and (payer_same or payee_same):
        return True
    if days:
        less = float(str(payment["charge"])) < float(str(claim["charge"]))
        return charge_same or (days == 2 and less and payer_same)
    return charge_same and payer_same and timely


def fitting(payment: Row, claims: Sequence[Row]) -> list[Row]:
    """Return the claims of its control number that the payment may be linked to."""
    return [
        claim
        for claim in claims
        if claim["number"] == payment["number"] and possible(payment, claim) and enough(payment, claim)
    ]


def best_patient(payment: Row, claims: Sequence[Row]) -> list[Row]:
    """Return those of the fitting claims whose patient agrees best: the link is among them."""
    fit = fitting(payment, claims)
    best = max((_patient(payment, claim) for claim in fit), default=0)
    return [claim for claim in fit if _patient(payment, claim) == best]
