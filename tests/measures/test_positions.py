from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from auditlib.measures.positions import POSITIONS, claim_positions, position_totals
from auditlib.warehouse import Warehouse
from tests.measures.story import Cas, Claim, Payment, Story, tell
from tests.measures.test_claim_outcome_oracle import stories
from tests.tables import empty

FEB, MAR, APR = (dt.date(2026, month, 1) for month in (2, 3, 4))
PAID = Payment(FEB, 80, [Cas("CO", "45", 15), Cas("PR", "2", 5)])
BACK = Payment(MAR, -80, [Cas("CO", "45", -15), Cas("PR", "2", -5)], status="22", charge=-100)


def position(warehouse: Warehouse, *payments: Payment) -> dict[str, object]:
    tell(warehouse, Story([Claim()], list(payments)))
    (row,) = claim_positions(warehouse).to_dicts()
    return row


@pytest.mark.parametrize(
    ("payments", "expected", "paid", "unbalanced"),
    [
        ([], "no answer", 0, 0),
        ([PAID], "answered and paid", 80, 0),
        ([Payment(FEB, 0, [Cas("CO", "50", 100)])], "answered, nothing paid", 0, 0),
        ([PAID, BACK], "taken back", 0, 0),
        ([PAID, BACK, Payment(MAR, 90, [Cas("CO", "45", 10)])], "answered and paid", 90, 0),
        ([PAID, Payment(APR, 80, [Cas("CO", "45", 20)])], "answered more than once", 160, 0),
        ([Payment(FEB, 30, [Cas("CO", "45", 10)], charge=40)], "answered in part", 30, 0),
        ([Payment(FEB, 70, [Cas("CO", "45", 20)])], "answered and paid", 70, 10),
        ([Payment(FEB, 0, status="25", charge=100)], "no answer", 0, 0),
    ],
)
def test_the_position_of_a_claim(
    warehouse: Warehouse, payments: list[Payment], expected: str, paid: int, unbalanced: int
) -> None:
    row = position(warehouse, *payments)
    assert (row["position"], row["paid_amount"], row["unbalanced_amount"]) == (expected, paid, unbalanced)


def test_what_stands_is_told_by_who_bears_it(warehouse: Warehouse) -> None:
    row = position(
        warehouse,
        PAID,
        BACK,
        Payment(APR, 60, [Cas("CO", "45", 15), Cas("PR", "1", 10, None), Cas("OA", "23", 15)]),
    )
    amounts = [
        row[f"{name}_amount"]
        for name in ("provider_liability", "patient_responsibility", "other_adjustment", "adjudicated")
    ]
    assert amounts == [15, 10, 15, 100]
    assert (row["answer_count"], row["reversal_count"]) == (3, 1)


@pytest.fixture(scope="module")
def shared() -> Warehouse:
    return Warehouse.in_memory()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_every_claim_has_one_position_and_no_dollar_is_lost(shared: Warehouse, story: Story) -> None:
    warehouse = shared
    empty(warehouse)
    tell(warehouse, story)
    linked = {
        remit_claim_id
        for remit_claim_id, claim_id in warehouse.query("models/claim_link")
        .select("remit_claim_id", "claim_id")
        .rows()
        if claim_id is not None
    }
    paid = sum(
        Decimal(str(payment.paid))
        for remit_claim_id, payment in enumerate(story.payments, start=101)
        if remit_claim_id in linked and payment.status not in {"23", "25"}
    )
    totals = position_totals(warehouse)
    assert totals["claim_count"].sum() == len(story.claims)
    assert totals["paid_amount"].sum() == paid
    assert set(totals["position"]) <= set(POSITIONS)
