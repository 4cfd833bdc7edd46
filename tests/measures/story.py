"""A claim and its payments stated in a few words, and what the measures make of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from auditlib.warehouse import Warehouse, graph
from tests.tables import fill

SERVICE_DATE = dt.date(2026, 1, 5)
SUBMIT_DATE = dt.date(2026, 1, 10)

DENIAL_REASONS: tuple[tuple[str, str, str, bool, str | None], ...] = (
    ("1", "Deductible", "not a denial", False, None),
    ("2", "Coinsurance", "not a denial", False, None),
    ("3", "Copay", "not a denial", False, None),
    ("23", "Prior payer", "not a denial", False, None),
    ("45", "Over the fee schedule", "not a denial", False, None),
    ("253", "Sequestration", "not a denial", False, None),
    ("16", "Lacks information", "technical", True, "DX-01, DX-22"),
    ("18", "Exact duplicate", "duplicate", True, "DUP-01"),
    ("50", "Not medically necessary", "medical necessity", True, None),
    ("146", "Diagnosis invalid for the date", "coding", True, "DX-01,DX-03"),
    ("197", "No authorization", "authorization", True, None),
)


def money(value: float | str | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Cas:
    """One adjustment; ``line`` None is the claim level."""

    group: str
    reason: str
    amount: float
    line: int | None = 1


@dataclass(frozen=True)
class Payment:
    """One claim payment; ``lines`` are (charge, paid), by default one line with the whole charge.

    ``billed_lines`` are their line control numbers.
    """

    date: dt.date
    paid: float
    adjustments: Sequence[Cas] = ()
    status: str = "1"
    charge: float = 100
    lines: Sequence[tuple[float, float]] | None = None
    number: str = "E1"
    payer: str = "P01"
    from_date: dt.date | None = SERVICE_DATE
    frequency: str | None = None
    control: str | None = None
    billed_lines: Sequence[str] | None = None
    filing: str | None = None


@dataclass(frozen=True)
class Claim:
    """One claim as submitted."""

    number: str = "E1"
    charge: float = 100
    submit: dt.date | None = SUBMIT_DATE
    frequency: str = "1"
    payer: str | None = "P01"
    sequence: str | None = "P"
    form: str = "P"
    from_date: dt.date | None = SERVICE_DATE
    refers_to: str | None = None
    biller: str | None = None
    filing: str | None = None


@dataclass
class Story:
    """Claims and payments, in the order of their files."""

    claims: Sequence[Claim]
    payments: Sequence[Payment] = ()
    more: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)

    def tables(self) -> dict[str, list[dict[str, object]]]:
        """The rows of the core and ref tables."""
        rows: dict[str, list[dict[str, object]]] = {
            name: []
            for name in (
                "core.claim",
                "core.remittance",
                "core.remit_claim",
                "core.remit_line",
                "core.adjustment",
            )
        }
        for claim_id, claim in enumerate(self.claims, start=1):
            rows["core.claim"].append(
                {
                    "claim_id": claim_id,
                    "form": claim.form,
                    "patient_control_number": claim.number,
                    "payer_id": claim.payer,
                    "payer_name": None if claim.payer is None else f"Payer {claim.payer}",
                    "payer_sequence": claim.sequence,
                    "frequency_code": claim.frequency,
                    "submit_date": claim.submit,
                    "from_date": claim.from_date,
                    "to_date": claim.from_date,
                    "charge_amount": money(claim.charge),
                    "original_reference_number": claim.refers_to,
                    "billing_provider_id": claim.biller,
                    "filing_code": claim.filing,
                }
            )
        for remit_claim_id, payment in enumerate(self.payments, start=101):
            self._pay(rows, remit_claim_id, payment)
        rows["ref.denial_reason"] = [
            {
                "reason_code": code,
                "label": label,
                "denial_category": category,
                "is_denial": is_denial,
                "check_id": check_id,
                "reason_kind": "refused" if is_denial else "contractual",
                "stated_by": "project",
            }
            for code, label, category, is_denial, check_id in DENIAL_REASONS
        ]
        for name, more in self.more.items():
            rows[name] = [*rows.get(name, []), *map(dict, more)]
        return rows

    def _pay(self, rows: dict[str, list[dict[str, object]]], remit_claim_id: int, payment: Payment) -> None:
        rows["core.remittance"].append(
            {
                "remittance_id": remit_claim_id,
                "payer_id": payment.payer,
                "payer_name": f"Payer {payment.payer}",
                "payment_date": payment.date,
            }
        )
        rows["core.remit_claim"].append(
            {
                "remit_claim_id": remit_claim_id,
                "remittance_id": remit_claim_id,
                "patient_control_number": payment.number,
                "claim_status_code": payment.status,
                "charge_amount": money(payment.charge),
                "paid_amount": money(payment.paid),
                "from_date": payment.from_date,
                "frequency_code": payment.frequency,
                "payer_claim_control_number": payment.control,
                "filing_code": payment.filing,
            }
        )
        lines = [(payment.charge, payment.paid)] if payment.lines is None else payment.lines
        for line_number, (charge, paid) in enumerate(lines, start=1):
            rows["core.remit_line"].append(
                {
                    "remit_claim_id": remit_claim_id,
                    "line_number": line_number,
                    "charge_amount": money(charge),
                    "paid_amount": money(paid),
                    "line_control_number": payment.billed_lines and payment.billed_lines[line_number - 1],
                }
            )
        for adjustment_number, adjustment in enumerate(payment.adjustments, start=1):
            rows["core.adjustment"].append(
                {
                    "remit_claim_id": remit_claim_id,
                    "adjustment_number": adjustment_number,
                    "line_number": adjustment.line,
                    "group_code": adjustment.group,
                    "reason_code": adjustment.reason,
                    "adjustment_amount": money(adjustment.amount),
                }
            )


def tell(
    warehouse: Warehouse, story: Story, *, wanted: Collection[str] = frozenset({"mart.claim_outcome"})
) -> None:
    """Load a story and derive what the loader derives from it, as far as tables are wanted."""
    fill(warehouse, story.tables())
    with warehouse.writing() as writer:
        graph.run(writer, wanted=wanted)


def outcomes(warehouse: Warehouse, story: Story) -> list[dict[str, object]]:
    """Tell a story and return the rows of ``mart.claim_outcome``."""
    tell(warehouse, story)
    return warehouse.query("models/claim_outcome").to_dicts()


def outcome(warehouse: Warehouse, story: Story) -> dict[str, object]:
    """Return the only outcome of a story."""
    rows = outcomes(warehouse, story)
    assert len(rows) == 1
    return rows[0]
