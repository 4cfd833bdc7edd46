"""Remittances made up, written as 835 and read: equal to the cent, and balanced."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.schema.core import BALANCE, CORE_TABLES, SOURCE_FILE
from auditlib.warehouse import Warehouse
from tests.sources.x12 import texts
from tests.tables import rows_frame

TABLES = {table.name: table for table in CORE_TABLES}
READ = ("remittance", "remit_claim", "remit_line", "adjustment", "provider_adjustment")
Adjustment = tuple[str, str, Decimal]


@dataclass(frozen=True)
class Line:
    """A service line whose payment follows from its charge and adjustments."""

    code: str
    charge: Decimal
    adjustments: list[Adjustment]

    @property
    def paid(self) -> Decimal:
        return self.charge - sum((amount for *_, amount in self.adjustments), Decimal(0))


@dataclass(frozen=True)
class Payment:
    """A claim payment; without lines its charge stands alone."""

    number: str
    status: str
    alone: Decimal
    adjustments: list[Adjustment]
    lines: list[Line]

    @property
    def charge(self) -> Decimal:
        return sum((line.charge for line in self.lines), Decimal(0)) if self.lines else self.alone

    @property
    def paid(self) -> Decimal:
        taken = [*self.adjustments, *(one for line in self.lines for one in line.adjustments)]
        return self.charge - sum((amount for *_, amount in taken), Decimal(0))


amounts = st.integers(-99_999, 999_999).map(lambda cents: Decimal(cents) / 100)
adjustments = st.lists(
    st.tuples(st.sampled_from(["CO", "PR", "OA", "PI"]), st.sampled_from(["45", "1", "253", "97"]), amounts),
    max_size=9,
)
lines = st.builds(
    Line, code=st.sampled_from(["99213", "J1100", "80053"]), charge=amounts, adjustments=adjustments
)
payments = st.builds(
    Payment,
    number=st.text("ABC123", min_size=1, max_size=20),
    status=st.sampled_from(["1", "2", "4", "22"]),
    alone=amounts,
    adjustments=adjustments,
    lines=st.lists(lines, max_size=4),
)


def _sixes(values: list[Any]) -> list[list[Any]]:
    return [values[start : start + 6] for start in range(0, len(values), 6)]


def _cas(given: list[Adjustment]) -> list[str]:
    """Write adjustments: those of a group together, six to a segment."""
    return [
        f"CAS*{group}*" + "**".join(f"{reason}*{amount}" for _, reason, amount in some)
        for group in ("CO", "PR", "OA", "PI")
        for some in _sixes([one for one in given if one[0] == group])
    ]


def _ordered(given: list[Adjustment]) -> list[Adjustment]:
    return [one for group in ("CO", "PR", "OA", "PI") for one in given if one[0] == group]


def _written(paid: list[Payment], provider_adjustments: list[Decimal], total: Decimal) -> list[str]:
    body = [f"BPR*I*{total}*C*ACH************20260301", "TRN*1*T-1*1999999999", "N1*PR*PAYER", "LX*1"]
    for payment in paid:
        body.append(f"CLP*{payment.number}*{payment.status}*{payment.charge}*{payment.paid}**12*ICN")
        body += _cas(payment.adjustments)
        for line in payment.lines:
            body += [
                f"SVC*HC:{line.code}*{line.charge}*{line.paid}",
                "DTM*472*20260105",
                *_cas(line.adjustments),
            ]
    for some in _sixes(provider_adjustments):
        body.append("PLB*1999999984*20261231*" + "*".join(f"WO:R*{amount}" for amount in some))
    return body


@given(
    st.lists(payments, max_size=5),
    st.lists(amounts, max_size=8),
    st.sampled_from([{}, {"terminator": "\n", "line_break": ""}, {"element": "|", "component": ">"}]),
    st.sampled_from([200, 1 << 20]),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_equal_and_balanced(
    warehouse: Warehouse,
    tmp_path: Path,
    paid: list[Payment],
    provider_adjustments: list[Decimal],
    delimiters: dict[str, str],
    chunk_byte_count: int,
) -> None:
    total = sum((one.paid for one in paid), Decimal(0)) - sum(provider_adjustments, Decimal(0))
    one = texts.transaction("835", _written(paid, provider_adjustments, total))
    data = texts.written(texts.group("HP", one, version="005010X221A1"), **delimiters)
    tables, rejected, _ = texts.read(data, tmp_path, chunk_byte_count=chunk_byte_count)
    assert rejected.is_empty()
    assert tables["file_note"].is_empty()
    assert tables["remittance"]["payment_amount"].to_list() == [total]
    claims = tables["remit_claim"].select("patient_control_number", "claim_status_code")
    assert claims.rows() == [(one.number, one.status) for one in paid]
    money = tables["remit_claim"].select("charge_amount", "paid_amount").rows()
    assert money == [(one.charge, one.paid) for one in paid]
    read_lines = tables["remit_line"].select("line_number", "code", "charge_amount", "paid_amount").rows()
    assert read_lines == [
        (number, line.code, line.charge, line.paid)
        for payment in paid
        for number, line in enumerate(payment.lines, 1)
    ]
    read = tables["adjustment"].select("line_number", "group_code", "reason_code", "adjustment_amount").rows()
    assert read == [
        (number, *adjustment)
        for payment in paid
        for number, given in enumerate([payment.adjustments, *(line.adjustments for line in payment.lines)])
        for adjustment in _ordered(given)
        for number in [number or None]
    ]
    assert tables["provider_adjustment"]["adjustment_amount"].to_list() == provider_adjustments
    with warehouse.writing() as writer:
        writer.replace(SOURCE_FILE, rows_frame(SOURCE_FILE, [{"source_file_id": 5, "file_name": "one"}]))
        for name in READ:
            writer.replace(TABLES[name], tables[name])
        writer.derive(BALANCE, "models/balance")
    assert warehouse.query("queries/measures/balance_found", {"balance_rule": None}).is_empty()
