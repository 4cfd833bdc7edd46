"""What adds up and what does not, against the plain arithmetic and the published remittances."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.measures.balances import BALANCE_RULES, balance_totals, unbalanced
from auditlib.schema.core import (
    ADJUSTMENT,
    BALANCE,
    CLAIM,
    CLAIM_LINE,
    PROVIDER_ADJUSTMENT,
    REMIT_CLAIM,
    REMIT_LINE,
    REMITTANCE,
    SOURCE_FILE,
)
from auditlib.warehouse import Warehouse
from tests.reference.remittance_balance import BalancedClaim, BalancedLine, expected_payment
from tests.tables import rows_frame

Rows = list[dict[str, object]]
cents = st.integers(-300, 300).map(lambda number: Decimal(number) / 100)


@dataclass(frozen=True)
class Remittance:
    """One 835 transaction in plain numbers."""

    claims: Sequence[BalancedClaim]
    provider_adjustments: Sequence[Decimal]
    payment: Decimal


def put(
    warehouse: Warehouse, remittance: Remittance, submitted: Sequence[tuple[Decimal, list[Decimal]]] = ()
) -> None:
    """Store a remittance and claims with their lines in the place of what is stored, and compare."""
    payments: Rows = []
    lines: Rows = []
    adjustments: Rows = []
    for number, claim in enumerate(remittance.claims, 1):
        owner = {"remit_claim_id": number, "source_offset": 100 * number}
        money = {"charge_amount": claim.charge_amount, "paid_amount": claim.paid_amount}
        payments.append({**owner, "remittance_id": 7, **money})
        given = [(None, amount) for amount in claim.adjustment_amounts]
        for line_number, line in enumerate(claim.lines, 1):
            place = {**owner, "line_number": line_number, "source_offset": 100 * number + line_number}
            lines.append({**place, "charge_amount": line.charge_amount, "paid_amount": line.paid_amount})
            given += [(line_number, amount) for amount in line.adjustment_amounts]
        adjustments += [
            {**owner, "adjustment_number": place, "line_number": line_number, "adjustment_amount": amount}
            for place, (line_number, amount) in enumerate(given, 1)
        ]
    tables: dict[object, Rows] = {
        SOURCE_FILE: [{"source_file_id": 0, "file_name": "one.835"}],
        REMITTANCE: [{"remittance_id": 7, "payment_amount": remittance.payment}],
        REMIT_CLAIM: payments,
        REMIT_LINE: lines,
        ADJUSTMENT: adjustments,
        PROVIDER_ADJUSTMENT: [
            {"remittance_id": 7, "adjustment_number": number, "adjustment_amount": amount}
            for number, amount in enumerate(remittance.provider_adjustments, 1)
        ],
        CLAIM: [
            {"claim_id": number, "charge_amount": charge, "source_offset": 10_000 + number}
            for number, (charge, _) in enumerate(submitted)
        ],
        CLAIM_LINE: [
            {"claim_id": number, "line_number": place, "charge_amount": amount}
            for number, (_, amounts) in enumerate(submitted)
            for place, amount in enumerate(amounts, 1)
        ],
    }
    with warehouse.writing() as writer:
        for table, rows in tables.items():
            writer.replace(table, rows_frame(table, rows))
        writer.derive(BALANCE, "models/balance")


def by_rule(warehouse: Warehouse, column: str = "unbalanced_count") -> dict[str, object]:
    return dict(balance_totals(warehouse).select("balance_rule", column).iter_rows())


lines = st.builds(
    BalancedLine, charge_amount=cents, paid_amount=cents, adjustment_amounts=st.lists(cents, max_size=2)
)
claims = st.builds(
    BalancedClaim,
    charge_amount=cents,
    paid_amount=cents,
    adjustment_amounts=st.lists(cents, max_size=2),
    lines=st.lists(lines, max_size=3),
)


@given(
    st.lists(claims, max_size=4),
    st.lists(cents, max_size=2),
    cents,
    st.lists(st.tuples(cents, st.lists(cents, max_size=3)), max_size=3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_difference_is_that_of_plain_arithmetic(
    warehouse: Warehouse,
    paid: list[BalancedClaim],
    provider_adjustments: list[Decimal],
    payment: Decimal,
    submitted: list[tuple[Decimal, list[Decimal]]],
) -> None:
    put(warehouse, Remittance(paid, provider_adjustments, payment), submitted)
    wanted: list[tuple[str, int, Decimal]] = []
    due = expected_payment([claim.paid_amount for claim in paid], provider_adjustments)
    wanted.append(("remittance payment", 0, due - payment))
    for number, claim in enumerate(paid, 1):
        wanted.append(("claim payment", 100 * number, claim.difference()))
        wanted.append(("payment charge", 100 * number, -claim.charge_difference()))
        wanted += [
            ("line payment", 100 * number + place, line.difference())
            for place, line in enumerate(claim.lines, 1)
        ]
    wanted += [
        ("claim charge", 10_000 + number, sum(amounts, Decimal(0)) - charge)
        for number, (charge, amounts) in enumerate(submitted)
    ]
    found = unbalanced(warehouse)
    named = found.select("balance_rule", "source_offset", "difference_amount").rows()
    assert sorted(named) == sorted(row for row in wanted if row[2])
    difference = found["computed_amount"] - found["stated_amount"]
    assert (difference == found["difference_amount"]).all()
    counts = {rule: sum(1 for row in wanted if row[0] == rule and row[2]) for rule in BALANCE_RULES}
    assert by_rule(warehouse) == {rule: counts[rule] for rule in by_rule(warehouse)}
    assert by_rule(warehouse, "eligible_count").get("claim payment", 0) == len(paid)


def test_one_rule_is_listed_alone(warehouse: Warehouse) -> None:
    put(warehouse, Remittance([BalancedClaim(Decimal(5), Decimal(4))], [], Decimal(9)), [(Decimal(3), [])])
    assert unbalanced(warehouse)["balance_rule"].to_list() == [
        "remittance payment",
        "claim payment",
        "claim charge",
    ]
    row = unbalanced(warehouse, "claim payment").row(0, named=True)
    assert (row["file_name"], row["computed_amount"], row["stated_amount"]) == ("one.835", 5, 4)


def _money(values: Sequence[float]) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


@pytest.mark.field
def test_published_remittances(warehouse: Warehouse, field_data: Path) -> None:
    cases = json.loads((field_data / "reference" / "audit_statistics_cases.json").read_text())["cases"]
    published = [case for case in cases if case["method"] == "835_balancing"]
    assert len(published) >= 4
    for case in published:
        claims = [
            BalancedClaim(
                *_money([claim["charge"], claim["paid"]]),
                _money(claim["cas"]),
                [
                    BalancedLine(*_money([line["charge"], line["paid"]]), _money(line["cas"]))
                    for line in claim.get("lines", [])
                ],
            )
            for claim in case["inputs"]["claims"]
        ]
        payment = _money([case["inputs"]["bpr02"]])[0]
        put(warehouse, Remittance(claims, _money(case["inputs"]["plb"]), payment))
        broken = set(unbalanced(warehouse).filter(pl.col("balance_rule") != "payment charge")["balance_rule"])
        expected = case["expected"]
        assert all(expected["claims_balance"]) == ("claim payment" not in broken), case["id"]
        assert expected["transaction_balance"] == ("remittance payment" not in broken), case["id"]
        if not expected["transaction_balance"]:
            row = unbalanced(warehouse, "remittance payment").row(0, named=True)
            assert row["computed_amount"] == _money([expected["computed_bpr"]])[0]
