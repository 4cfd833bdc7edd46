"""What was paid for a unit: a claim counts with those that replace it, however long the chain is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from auditlib.audits.paid_units import paid_units
from auditlib.warehouse import Warehouse, graph
from tests.measures.story import SUBMIT_DATE, Claim, Payment, Story
from tests.tables import fill

FEB, MAR, APR = dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2026, 4, 1)
SECOND = Claim(frequency="7", submit=SUBMIT_DATE + dt.timedelta(days=30))
THIRD = Claim(frequency="7", submit=SUBMIT_DATE + dt.timedelta(days=60))
FIRST_PAID = Payment(FEB, 60)
SECOND_PAID = [
    Payment(MAR, -60, status="22", charge=-100, lines=[(-100, -60)]),
    Payment(MAR, 80, frequency="7"),
]
THIRD_PAID = [
    Payment(APR, -80, status="22", charge=-100, lines=[(-100, -80)]),
    Payment(APR, 45.5, frequency="7"),
]


def paid(
    warehouse: Warehouse, claims: Sequence[Claim], payments: Sequence[Payment]
) -> tuple[dict[str, tuple[Decimal | None, int]], dict[str, Decimal | None]]:
    """Return what was paid for each claim, with the claims of its chart, and for each encounter."""
    tables = Story(claims, payments).tables()
    names = sorted({claim.number for claim in claims})
    tables["core.encounter"] = [{"encounter_id": name} for name in names]
    fill(warehouse, tables)
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"mart.claim_outcome"})
    claim_ids = [str(number) for number in range(1, len(claims) + 1)]
    of_claims = paid_units(warehouse, "claim", claim_ids)
    of_encounters = paid_units(warehouse, "encounter", names)
    return (
        {unit: (amount, count) for unit, amount, count in of_claims.iter_rows()},
        dict(of_encounters.iter_rows()),
    )


def test_each_claim_of_a_chain_has_what_the_last_answer_left(warehouse: Warehouse) -> None:
    chain = [Claim(), SECOND, THIRD]
    claims, encounters = paid(warehouse, chain, [FIRST_PAID, *SECOND_PAID, *THIRD_PAID])
    left = Decimal("45.50")
    assert claims == dict.fromkeys(("1", "2", "3"), (left, 1))
    assert encounters == {"E1": left}


def test_a_replacement_without_an_answer_has_what_was_paid_before_it(warehouse: Warehouse) -> None:
    claims, encounters = paid(warehouse, [Claim(), SECOND, THIRD], [FIRST_PAID, *SECOND_PAID])
    assert claims == dict.fromkeys(("1", "2", "3"), (Decimal(80), 1))
    assert encounters == {"E1": Decimal(80)}


def test_a_second_claim_of_the_chart_is_no_part_of_the_chain(warehouse: Warehouse) -> None:
    """A hospital's and a physician's claim: the chart is known only where both are answered."""
    hospital = Claim(form="I", charge=900)
    claims, encounters = paid(warehouse, [Claim(), SECOND, hospital], [FIRST_PAID, *SECOND_PAID])
    assert claims == {"1": (Decimal(80), 2), "2": (Decimal(80), 2), "3": (None, 2)}
    assert encounters == {"E1": None}


def test_a_chain_of_another_chart_is_not_counted(warehouse: Warehouse) -> None:
    other = [replace(payment, number="E2") for payment in (FIRST_PAID, *SECOND_PAID)]
    chains = [Claim(), Claim(number="E2"), replace(SECOND, number="E2")]
    claims, encounters = paid(warehouse, chains, [FIRST_PAID, *other])
    assert claims == {"1": (Decimal(60), 1), "2": (Decimal(80), 1), "3": (Decimal(80), 1)}
    assert encounters == {"E1": Decimal(60), "E2": Decimal(80)}
