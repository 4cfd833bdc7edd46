from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.warehouse import Warehouse
from tests.measures.oracle import expected_outcomes
from tests.measures.story import SERVICE_DATE, Cas, Claim, Payment, Story, tell
from tests.tables import empty

DATES = st.sampled_from([dt.date(2026, month, 1) for month in (1, 2, 3)])
REASONS = st.sampled_from(["1", "45", "23", "18", "50", "197", "X99"])
GROUPS = st.sampled_from(["CO", "CO", "PR", "OA", "PI", "CR"])
SERVICE_DATES = st.sampled_from([SERVICE_DATE, SERVICE_DATE, SERVICE_DATE + dt.timedelta(days=9)])


@st.composite
def payments_of(draw: st.DrawFn, number: str, charges: list[int]) -> Payment:
    """One payment whose lines and adjustments balance more often than not."""
    charge = draw(st.sampled_from([*charges, 40]))
    cut = draw(st.sampled_from([charge, charge // 2]))
    line_charges = [charge] if cut == charge else [cut, charge - cut]
    adjustments: list[Cas] = []
    lines: list[tuple[float, float]] = []
    for line_number, line_charge in enumerate(line_charges, start=1):
        amounts = draw(
            st.sampled_from(
                [[], [line_charge], [line_charge // 4], [line_charge // 4, line_charge - line_charge // 4]]
            )
        )
        level = None if draw(st.integers(0, 5)) == 0 else line_number
        adjustments += [Cas(draw(GROUPS), draw(REASONS), amount, level) for amount in amounts]
        lines.append((line_charge, line_charge - sum(amounts)))
    return Payment(
        draw(DATES),
        sum(paid for _, paid in lines),
        adjustments,
        status=draw(st.sampled_from(["1", "1", "1", "4", "2", "23"])),
        charge=charge,
        lines=lines if draw(st.integers(0, 5)) else [],
        number=number,
        payer=draw(st.sampled_from(["P01", "P01", "P01", "P02"])),
        from_date=draw(SERVICE_DATES),
        billed_lines=draw(st.sampled_from([None, None, ["L1", "L1"]])),
    )


def reversal_of(payment: Payment, date: dt.date) -> Payment:
    """The payment with its signs turned."""
    return replace(
        payment,
        date=date,
        status="22",
        paid=-payment.paid,
        charge=-payment.charge,
        lines=[(-charge, -paid) for charge, paid in payment.lines or []],
        adjustments=[replace(cas, amount=-cas.amount) for cas in payment.adjustments],
    )


@st.composite
def accounts(draw: st.DrawFn, number: str) -> tuple[list[Claim], list[Payment]]:
    """The claims and payments of one account number."""
    claims = [
        Claim(
            number,
            charge=draw(st.sampled_from([100, 100, 150])),
            submit=draw(DATES),
            frequency=frequency,
            payer=payer,
            sequence=sequence,
            from_date=draw(SERVICE_DATES),
        )
        for frequency, payer, sequence in draw(
            st.lists(
                st.sampled_from([("1", "P01", "P"), ("7", "P01", "P"), ("8", "P01", "P"), ("1", "P02", "S")]),
                min_size=1,
                max_size=4,
            )
        )
    ]
    payments: list[Payment] = []
    for payment in draw(
        st.lists(payments_of(number, sorted({int(claim.charge) for claim in claims})), min_size=1, max_size=4)
    ):
        payments.append(payment)
        if draw(st.integers(0, 2)) == 0:
            payments.insert(draw(st.integers(0, len(payments))), reversal_of(payment, draw(DATES)))
    return claims, payments


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Many accounts at once, so that each run of the query proves much."""
    drawn = [draw(accounts(f"E{index}")) for index in range(draw(st.integers(1, 12)))]
    return Story(
        [claim for claims, _ in drawn for claim in claims],
        [paid for _, payments in drawn for paid in payments],
    )


@pytest.fixture(scope="module")
def shared() -> Warehouse:
    return Warehouse.in_memory()


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_the_query_and_the_plain_rule_agree(shared: Warehouse, story: Story) -> None:
    warehouse = shared
    empty(warehouse)
    tell(warehouse, story)
    links = dict(warehouse.query("models/claim_link").select("remit_claim_id", "claim_id").rows())
    expected = expected_outcomes(story.claims, story.payments, links)
    names = list(next(iter(expected.values()))) if expected else ["claim_id"]
    actual = {
        row["claim_id"]: row for row in warehouse.query("models/claim_outcome").select(names).to_dicts()
    }
    assert actual == expected
    linked = sum(
        (
            Decimal(str(p.paid))
            for i, p in enumerate(story.payments, start=101)
            if links[i] and p.status != "23"
        ),
        Decimal(0),
    )
    placed = sum((row["paid_amount"] + row["secondary_paid_amount"] for row in actual.values()), Decimal(0))
    without_primary = {claim.number for claim in story.claims} - {
        c.number for c in story.claims if c.sequence == "P"
    }
    lost = sum(
        (
            Decimal(str(p.paid))
            for i, p in enumerate(story.payments, start=101)
            if links[i] and p.status != "23" and p.number in without_primary
        ),
        Decimal(0),
    )
    assert placed == linked - lost
