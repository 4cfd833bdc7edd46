"""Remittances: the answers of one payer to one payee on one day, with what is settled beside the claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tools.synthetic.dice import Dice
from tools.synthetic.episodes import RemitClaim
from tools.synthetic.organisation import GROUP, HOSPITAL, Organisation

_INTEREST_PAYER = "P08"
_RECOUPING_PAYERS = {"P03": 0.12, "P05": 0.1, "P01": 0.06}
_SLOW_DAYS = 32
_LEAST_FOR_RECOUPMENT = 60_000


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """Money settled beside the claims; a positive amount lowers the payment."""

    reason: str
    reference: str
    cents: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """One 835 transaction."""

    payer_id: str
    payee: Organisation
    paid_on: date
    trace: str
    remits: tuple[RemitClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]

    @property
    def payment_cents(self) -> int:
        """What is paid: the claims less the provider adjustments."""
        claims = sum(remit.decision.paid_cents for remit in self.remits)
        return claims - sum(row.cents for row in self.provider_adjustments)


def make_transactions(dice: Dice, remits: Iterable[RemitClaim]) -> list[Transaction]:
    """Group answers into transactions by payer, payee and day; no payment is ever below zero."""
    groups: dict[tuple[str, str, date], list[RemitClaim]] = defaultdict(list)
    for remit in remits:
        form = "P" if remit.claim.visit.is_professional else "I"
        groups[(remit.claim.payer_id, form, remit.paid_on)].append(remit)
    transactions = []
    owed: dict[tuple[str, str], tuple[str, int]] = {}
    for (payer_id, form, paid_on), rows in sorted(groups.items(), key=lambda item: item[0]):
        trace = f"{payer_id}{paid_on:%y%m%d}{form}"
        total = sum(row.decision.paid_cents for row in rows)
        settled = _settled(dice.fork(trace), payer_id, rows, total, trace)
        if (payer_id, form) in owed:
            earlier, cents = owed.pop((payer_id, form))
            settled.append(ProviderAdjustment("FB", earlier, cents))
        left = total - sum(row.cents for row in settled)
        if left < 0:
            settled.append(ProviderAdjustment("FB", trace, left))
            owed[(payer_id, form)] = (trace, -left)
        transactions.append(
            Transaction(
                payer_id=payer_id,
                payee=GROUP if form == "P" else HOSPITAL,
                paid_on=paid_on,
                trace=trace,
                remits=tuple(rows),
                provider_adjustments=tuple(settled),
            )
        )
    return transactions


def _settled(
    dice: Dice, payer_id: str, rows: list[RemitClaim], total: int, trace: str
) -> list[ProviderAdjustment]:
    settled = []
    if payer_id == _INTEREST_PAYER:
        slow = sum(
            row.decision.paid_cents
            for row in rows
            if row.decision.paid_cents > 0 and (row.paid_on - row.claim.submit_date).days > _SLOW_DAYS
        )
        if slow // 100 > 0:
            settled.append(ProviderAdjustment("L6", f"LATE{trace}", -(slow // 100)))
    if total > _LEAST_FOR_RECOUPMENT and dice.chance(_RECOUPING_PAYERS.get(payer_id, 0)):
        cents = 100 * dice.between(40, 400)
        settled.append(ProviderAdjustment("WO", f"OLD{payer_id}{dice.digits(6)}", cents))
    return settled
