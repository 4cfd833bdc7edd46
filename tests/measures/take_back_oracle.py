"""Which claim each provider-level adjustment takes money back from, and what is open, in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

KINDS = {
    "WO": ("recovery", "recovery deferred"),
    "FB": ("balance settled", "balance carried forward"),
    "72": ("refund", "refund"),
    "CS": ("adjustment", "adjustment"),
    "L6": ("interest", "interest"),
}
SEPARATORS = set(" -/#_.,|")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Remit:
    """One remittance."""

    remittance_id: int
    payer: str
    npi: str | None
    day: dt.date | None


@dataclass(frozen=True)
class Paid:
    """One claim payment; ``claim`` is the claim that it answers, None where none is loaded."""

    remit: Remit
    account: str
    control: str | None
    status: str
    amount: Decimal
    claim: int | None

    @property
    def key(self) -> str:
        return f"account {self.account}" if self.claim is None else f"claim {self.claim}"


@dataclass(frozen=True)
class Adjusted:
    """One provider-level adjustment."""

    remit: Remit
    number: int
    reason: str
    reference: str | None
    amount: Decimal


@dataclass(frozen=True)
class Tie:
    """What is expected of an adjustment."""

    kind: str
    key: str | None
    tied_by: str | None
    why_not: str | None
    open_amount: Decimal | None
    not_carried: Decimal | None


def ties(adjustments: Sequence[Adjusted], payments: Sequence[Paid]) -> dict[tuple[int, int], Tie]:
    """Return what is expected of each adjustment, by remittance and number."""
    named = {one: _by_number(one, payments) for one in adjustments}
    tied: dict[Adjusted, tuple[str, str]] = {
        one: found for one, found in named.items() if isinstance(found, tuple)
    }
    loose = [
        one
        for one in adjustments
        if one.reason in ("FB", "WO", "CS") and one not in tied and named[one] != SEVERAL
    ]
    reversed_in = {one.remit: _net_reversals(one.remit, payments) for one in loose}
    shared: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    since: dict[tuple[str, str, str], dt.date] = {}
    by_reversal: dict[Adjusted, tuple[str, str]] = {}
    for one in loose:
        if (key := _by_reversal(one, loose, reversed_in[one.remit])) is not None:
            by_reversal[one] = key
            if one.reference is not None:
                shared[_series(one)].add(key[0])
                day = one.remit.day or dt.date.min
                since[_series(one)] = min(day, since.get(_series(one), day))
    for one in loose:
        keys = shared.get(_series(one), set()) if one.reference is not None else set()
        if (
            one not in by_reversal
            and len(keys) == 1
            and since[_series(one)] <= (one.remit.day or dt.date.max)
        ):
            tied[one] = (min(keys), "reference of an adjustment that a reversal ties")
    tied |= by_reversal
    opened, not_carried = _balances(adjustments, tied)
    expected = {}
    for one in adjustments:
        key, tied_by = tied.get(one, (None, None))
        why = None
        if tied_by is None:
            why = named[one]
            if one.reason == "FB" and why in (NOTHING, NO_REFERENCE):
                why = _why_no_claim(one, reversed_in[one.remit], not_carried.get(one, ZERO))
        expected[one.remit.remittance_id, one.number] = Tie(
            KINDS[one.reason][one.amount < 0],
            key,
            tied_by,
            str(why) if why is not None else None,
            opened.get(one) if one.amount < 0 else None,
            not_carried.get(one) if one.reason == "FB" and one.amount >= 0 else None,
        )
    return expected


SEVERAL = "several claims have its number"
NOTHING = "no loaded payment has its number"
NO_REFERENCE = "it has no reference"


def _series(one: Adjusted) -> tuple[str, str, str]:
    return (one.remit.payer, one.remit.npi or "", one.reference or "")


def _preference(reference: str, paid: Paid) -> int | None:
    account, control = paid.account, paid.control
    found = []
    if control == reference:
        found.append(1)
    if reference.startswith(account) and reference != account:
        rest = reference[len(account) :]
        if control is not None and len(control) >= 5 and control in rest:
            found.append(2)
    if control is not None and reference.startswith(control) and reference != control:
        rest = reference[len(control) :]
        if len(account) >= 5 and account in rest:
            found.append(2)
        elif len(control) >= 8 and rest[0] in SEPARATORS:
            found.append(3)
    if account == reference:
        found.append(4)
    return min(found, default=None)


BASES = {
    1: "payer's control number",
    2: "account and payer's control number",
    3: "payer's control number at the beginning",
    4: "account number",
}


def _by_number(one: Adjusted, payments: Sequence[Paid]) -> tuple[str, str] | str:
    if one.reference is None:
        return NO_REFERENCE
    named = [(rank, paid) for paid in payments if (rank := _preference(one.reference, paid)) is not None]
    if not named:
        return NOTHING
    for is_fitting, why in (
        (lambda paid: paid.remit.payer == one.remit.payer, "its number is of another payer's payments"),
        (
            lambda paid: None in (paid.remit.npi, one.remit.npi) or paid.remit.npi == one.remit.npi,
            "its number is of another payee's payments",
        ),
        (
            lambda paid: (paid.remit.day or dt.date.min) <= (one.remit.day or dt.date.max),
            "its number is of later payments only",
        ),
    ):
        named = [(rank, paid) for rank, paid in named if is_fitting(paid)]
        if not named:
            return why
    return _of_one_claim(one, named)


def _of_one_claim(one: Adjusted, named: Sequence[tuple[int, Paid]]) -> tuple[str, str] | str:
    of_claim: dict[str, list[tuple[int, Paid]]] = defaultdict(list)
    for rank, paid in named:
        of_claim[paid.key].append((rank, paid))
    ranks = {key: min(rank for rank, _ in ranked) for key, ranked in of_claim.items()}
    for key, ranked in of_claim.items():
        moved = sum((paid.amount for rank, paid in ranked if rank == 4 and paid.amount > 0), ZERO)
        if ranks[key] == 4 and moved < abs(one.amount):
            del ranks[key]
    if not ranks:
        return "it moves more than was paid on the account that it names"
    best = min(ranks.values())
    keys = [key for key, rank in ranks.items() if rank == best]
    if len(keys) == 1:
        return keys[0], BASES[best]
    reversed_keys = [
        key
        for key in keys
        if any(paid.status == "22" and abs(paid.amount) == abs(one.amount) for _, paid in of_claim[key])
    ]
    if len(reversed_keys) == 1:
        return reversed_keys[0], f"{BASES[best]}, reversal of the same dollars"
    return SEVERAL


def _net_reversals(remit: Remit, payments: Iterable[Paid]) -> dict[str, Decimal]:
    own = [paid for paid in payments if paid.remit == remit]
    nets = {key: sum((paid.amount for paid in own if paid.key == key), ZERO) for key in {p.key for p in own}}
    reversed_keys = {paid.key for paid in own if paid.status == "22"}
    return {key: net for key, net in nets.items() if net < 0 and key in reversed_keys}


def _by_reversal(
    one: Adjusted, loose: Sequence[Adjusted], nets: dict[str, Decimal]
) -> tuple[str, str] | None:
    if one.amount >= 0:
        return None
    beside = [other for other in loose if other.remit == one.remit]
    if one.reason == "FB":
        if sum(other.reason == "FB" for other in beside) > 1 or len(nets) != 1:
            return None
        ((key, net),) = nets.items()
        return (key, "only reversal of its remittance") if net <= one.amount else None
    alike = [other for other in beside if other.reason != "FB" and other.amount == one.amount]
    keys = [key for key, net in nets.items() if net == one.amount]
    if len(alike) > 1 or len(keys) != 1:
        return None
    return keys[0], "reversal of the same dollars in its remittance"


def _why_no_claim(one: Adjusted, nets: dict[str, Decimal], not_carried: Decimal) -> str:
    if one.amount < 0:
        several = "several claims are reversed in its remittance"
        return several if len(nets) > 1 else "no one reversal of its remittance explains it"
    if not_carried > 0:
        return "the balance that it settles is not loaded"
    return "the balance that it settles is of no one claim"


def _balances(
    adjustments: Sequence[Adjusted], tied: dict[Adjusted, tuple[str, str]]
) -> tuple[dict[Adjusted, Decimal], dict[Adjusted, Decimal]]:
    """Return what is open of each carried adjustment and what each settling one finds not carried."""
    series: dict[object, list[Adjusted]] = defaultdict(list)
    for one in adjustments:
        if one.reason not in ("FB", "WO"):
            continue
        what: object = ("reference", one.reference) if one.reference is not None else ("own", one)
        if one.reason == "WO" and one in tied:
            what = ("claim", tied[one][0])
        series[one.remit.payer, one.remit.npi or "", one.reason, what].append(one)
    opened: dict[Adjusted, Decimal] = {}
    not_carried: dict[Adjusted, Decimal] = {}
    for members in series.values():
        queue: list[Adjusted] = []
        members.sort(
            key=lambda one: (
                one.remit.day or dt.date.max,
                one.amount >= 0,
                one.amount,
                (one.reference is None, one.reference or ""),
                one.remit.remittance_id,
                one.number,
            )
        )
        for one in members:
            if one.amount < 0:
                opened[one] = -one.amount
                queue.append(one)
                continue
            left = one.amount
            for carried in queue:
                taken = min(left, opened[carried])
                opened[carried] -= taken
                left -= taken
            not_carried[one] = left
    return opened, not_carried
