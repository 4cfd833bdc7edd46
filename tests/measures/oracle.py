"""The rule of claim_outcome once more, as plain Python over one account number at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.measures.story import DENIAL_REASONS, Claim, Payment, money

IS_DENIAL = {code: is_denial for code, _, _, is_denial, _ in DENIAL_REASONS}
FOLLOWERS = {"5", "6", "7", "8"}
Numbered = tuple[int, Claim]
Paid = tuple[int, Payment]


def expected_outcomes(
    claims: Sequence[Claim], payments: Sequence[Payment], links: Mapping[int, int | None]
) -> dict[int, dict[str, object]]:
    """Claim id to what ``mart.claim_outcome`` must say of it; ids as `Story` gives them."""
    chains: dict[int, list[Numbered]] = {}
    by_number: dict[str, list[Numbered]] = defaultdict(list)
    for claim_id, claim in enumerate(claims, start=1):
        by_number[claim.number].append((claim_id, claim))
    home: dict[int, int] = {}
    for group in by_number.values():
        heads = _chains([item for item in group if item[1].sequence == "P"])
        for head_id, members in heads.items():
            chains[head_id] = members
            home.update({claim_id: head_id for claim_id, _ in members})
        for claim_id, claim in group:
            if claim.sequence != "P" and heads:
                near = max(
                    heads,
                    key=lambda head: (
                        claims[head - 1].from_date == claim.from_date,
                        claims[head - 1].submit or dt.date.min,
                        head,
                    ),
                )
                home[claim_id] = near
    answers: dict[int, list[tuple[int, Payment, int]]] = defaultdict(list)
    for remit_claim_id, payment in enumerate(payments, start=101):
        linked = links[remit_claim_id]
        if linked in home and payment.status not in ("23", "25"):
            answers[home[linked]].append((remit_claim_id, payment, linked))
    return {head: _outcome(head, chains[head], answers[head], claims) for head in chains}


def _chains(primary: list[Numbered]) -> dict[int, list[Numbered]]:
    days = {claim.from_date for _, claim in primary if claim.frequency not in FOLLOWERS}
    by_day: dict[dt.date | None, list[Numbered]] = defaultdict(list)
    for claim_id, claim in primary:
        day = claim.from_date
        if day not in days and len(days) == 1:
            day = next(iter(days))
        by_day[day].append((claim_id, claim))
    ordered = [
        sorted(
            members, key=lambda item: (item[1].frequency in FOLLOWERS, item[1].submit or dt.date.min, item[0])
        )
        for members in by_day.values()
    ]
    return {members[0][0]: members for members in ordered}


def _outcome(
    head: int, members: list[Numbered], answers: list[tuple[int, Payment, int]], claims: Sequence[Claim]
) -> dict[str, object]:
    later_payers = {payment.payer for _, payment, _ in answers if payment.status in ("2", "3", "20", "21")}
    primary, other = [], []
    for item in answers:
        _, payment, linked = item
        claim = claims[linked - 1]
        own = payment.payer == claim.payer or payment.payer not in later_payers
        (primary if claim.sequence == "P" and own else other).append(item)
    primary.sort(key=lambda item: (item[1].date, item[0]))
    reversals = [item for item in primary if item[1].status == "22"]
    responses = [item for item in primary if item[1].status != "22"]
    standing = _standing(responses, reversals)
    judged = [_judge(payment) for _, payment, _ in responses]
    duplicate = [index > 0 and one.whole and set(one.reasons) == {"18"} for index, one in enumerate(judged)]

    first = _upto(
        [i for i in range(len(responses)) if not duplicate[i]], responses, money(claims[head - 1].charge)
    )
    back = [i for i in reversed(range(len(responses))) if standing[i] and not duplicate[i]]
    last = _upto(back, responses, money(claims[responses[back[0]][2] - 1].charge)) if back else []

    denials: list[int] = [i for i in range(len(responses)) if judged[i].denied > 0]
    if denials and denials[0] in first:
        denials = [i for i in denials if i in first]
    denials = denials if denials and denials[0] in first else denials[:1]
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for i in denials:
        for (reason, group), amount in _reason_amounts(responses[i][1], whole=judged[i].whole).items():
            amounts[reason, group] += amount
    reason = min(amounts, key=lambda key: (-amounts[key], key)) if amounts else (None, None)

    first_state = _state([judged[i] for i in first])
    return {
        "claim_id": head,
        "response_count": len(primary),
        "first_response": first_state or "no response yet",
        "first_response_date": min((responses[i][1].date for i in first), default=None),
        "denied_amount": sum((judged[i].denied for i in denials), Decimal(0)),
        "denial_reason_code": reason[0],
        "denial_group_code": reason[1],
        "unmapped_amount": sum((judged[i].unmapped for i in first), Decimal(0)),
        "may_be_denied": bool(first)
        and not all(judged[i].whole for i in first)
        and all(judged[i].whole or judged[i].may_be_whole for i in first),
        "is_reworked": _is_reworked(
            head,
            members,
            responses,
            reversals,
            standing,
            first=first if any(judged[i].denied for i in first) else [],
        ),
        "final_outcome": _state([judged[i] for i in last])
        or ("reversed" if first_state else "no response yet"),
        "paid_amount": sum((money(payment.paid) for _, payment, _ in primary), Decimal(0)),
        "secondary_paid_amount": sum((money(payment.paid) for _, payment, _ in other), Decimal(0)),
        "patient_responsibility_amount": sum(
            (money(cas.amount) for i in last for cas in responses[i][1].adjustments if cas.group == "PR"),
            Decimal(0),
        ),
    }


def _standing(
    responses: list[tuple[int, Payment, int]], reversals: list[tuple[int, Payment, int]]
) -> list[bool]:
    result = []
    for index, (remit_claim_id, payment, _) in enumerate(responses):
        same = (payment.charge, payment.paid)
        rank = 1 + sum((earlier.charge, earlier.paid) == same for _, earlier, _ in responses[:index])
        taken_back = sum(
            (abs(reversal.charge), abs(reversal.paid)) == same
            and (reversal.date, reversal_id) > (payment.date, remit_claim_id)
            for reversal_id, reversal, _ in reversals
        )
        result.append(taken_back < rank)
    return result


def _upto(order: list[int], responses: list[tuple[int, Payment, int]], charge: Decimal) -> list[int]:
    taken, running = [], Decimal(0)
    for step, index in enumerate(order):
        running += money(responses[index][1].charge)
        if step == 0 or running <= charge:
            taken.append(index)
    return taken


def _kind(group: str, reason: str) -> str:
    if group not in ("CO", "PI", "OA", "PR"):
        return "other"
    if reason not in IS_DENIAL:
        return "unmapped"
    if IS_DENIAL[reason]:
        return "denial"
    return "contractual" if group in ("CO", "PI") else "other"


def _sums(payment: Payment, line: int | None) -> dict[str, Decimal]:
    sums = dict.fromkeys(("denial", "unmapped", "contractual", "other"), Decimal(0))
    for cas in payment.adjustments:
        if cas.line == line:
            sums[_kind(cas.group, cas.reason)] += money(cas.amount)
    return sums


def _lines(payment: Payment) -> list[tuple[float, float]]:
    return [(payment.charge, payment.paid)] if payment.lines is None else list(payment.lines)


def _refused_lines(payment: Payment) -> tuple[set[int], set[int]]:
    """The lines that are denied, and those that would be if unmapped reasons were denials."""
    lines = _lines(payment)
    names = payment.billed_lines or [str(n) for n in range(len(lines))]
    denied: set[int] = set()
    unmapped: set[int] = set()
    for name in set(names):
        parts = [n for n in range(1, len(lines) + 1) if names[n - 1] == name]
        charge = sum((money(lines[n - 1][0]) for n in parts), Decimal(0))
        off = {
            kind: sum(_sums(payment, n)[kind] for n in parts)
            for kind in ("denial", "unmapped", "contractual")
        }
        if charge <= 0 or any(lines[n - 1][1] for n in parts) or sum(off.values()) < charge:
            continue
        charged = {n for n in parts if lines[n - 1][0] > 0}
        if off["denial"] > 0:
            denied |= charged
        elif off["unmapped"] > 0:
            unmapped |= charged
    return denied, unmapped


@dataclass(frozen=True)
class Judged:
    """One answer: whether it denies all, how much it denies, and what of it may be denied."""

    whole: bool
    denied: Decimal
    reasons: list[str]
    may_be_whole: bool
    unmapped: Decimal


def _judge(payment: Payment) -> Judged:
    charge, lines = money(payment.charge), _lines(payment)
    denied, unmapped = _refused_lines(payment)
    level = _sums(payment, None)
    denied_lines = sum((money(lines[n - 1][0]) for n in denied), Decimal(0))
    unmapped_lines = sum((money(lines[n - 1][0]) for n in unmapped), Decimal(0))
    rest = sum(
        (
            _sums(payment, n)["contractual"]
            for n in range(1, len(lines) + 1)
            if n not in denied and n not in unmapped
        ),
        Decimal(0),
    )
    charged = {n for n, (line_charge, _) in enumerate(lines, start=1) if line_charge > 0}
    off = level["denial"] + level["unmapped"] + level["contractual"] + denied_lines + unmapped_lines + rest
    kinds = [_kind(cas.group, cas.reason) for cas in payment.adjustments]
    unpaid = charge > 0 and payment.paid <= 0
    whole = unpaid and (
        (bool(charged) and charged == denied)
        or (level["denial"] > 0 and off >= charge)
        or (payment.status == "4" and (not kinds or "unmapped" in kinds))
    )
    may_be = (
        unpaid
        and not whole
        and ((bool(unmapped) and charged == denied | unmapped) or (level["unmapped"] > 0 and off >= charge))
    )
    partial = min(max(charge, Decimal(0)), denied_lines + max(level["denial"], Decimal(0)))
    reasons = [c.reason for c in payment.adjustments if _kind(c.group, c.reason) in ("denial", "unmapped")]
    further = Decimal(0) if whole else charge - min(charge, partial) if may_be else unmapped_lines
    return Judged(whole, charge if whole else partial, reasons, may_be, further)


def _reason_amounts(payment: Payment, *, whole: bool) -> dict[tuple[str, str], Decimal]:
    denied, _ = _refused_lines(payment)
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for cas in payment.adjustments:
        kind = _kind(cas.group, cas.reason)
        if (kind == "denial" and (cas.line is None or cas.line in denied)) or (
            kind == "unmapped" and (whole or cas.line in denied)
        ):
            amounts[cas.reason, cas.group] += money(cas.amount)
    return amounts


def _state(judged: list[Judged]) -> str | None:
    if not judged:
        return None
    if not sum(one.denied for one in judged):
        return "unpaid, reason unmapped" if all(one.whole or one.may_be_whole for one in judged) else "paid"
    return "denied" if all(one.whole for one in judged) else "partly denied"


def _is_reworked(
    head: int,
    members: list[Numbered],
    responses: list[tuple[int, Payment, int]],
    reversals: list[tuple[int, Payment, int]],
    standing: list[bool],
    *,
    first: list[int],
) -> bool:
    later = [claim for claim_id, claim in members if claim_id != head]
    if any(claim.frequency in ("5", "6", "7") for claim in later):
        return True
    if reversals and any(
        stands and item[1].date >= reversals[0][1].date
        for item, stands in zip(responses, standing, strict=True)
    ):
        return True
    answered = min((responses[i][1].date for i in first), default=None)
    return any(
        claim.frequency not in FOLLOWERS and answered is not None and claim.submit is not None
        and claim.submit >= answered
        for claim in later
    )  # fmt: skip
