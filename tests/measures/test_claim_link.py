from __future__ import annotations

import datetime as dt

from auditlib.warehouse import Warehouse
from tests.measures.story import SERVICE_DATE, Claim, Payment, Story, tell

FEB, MAR, APR = (dt.date(2026, month, 1) for month in (2, 3, 4))
OTHER_DAY = dt.date(2026, 1, 20)


def links(warehouse: Warehouse, story: Story) -> list[tuple[int | None, str]]:
    tell(warehouse, story)
    rows = warehouse.query("models/claim_link")
    return list(zip(rows["claim_id"], rows["link_method"], strict=True))


def test_the_only_claim_of_the_number_that_agrees(warehouse: Warehouse) -> None:
    story = Story([Claim("E1"), Claim("E2")], [Payment(FEB, 80, number="E2")])
    assert links(warehouse, story) == [(2, "days and charge")]


def test_no_claim_has_the_number(warehouse: Warehouse) -> None:
    assert links(warehouse, Story([Claim("E1")], [Payment(FEB, 80, number="E9")])) == [
        (None, "unmatched: no claim has its control number")
    ]


def test_the_number_alone_is_not_enough(warehouse: Warehouse) -> None:
    story = Story([Claim(charge=70)], [Payment(FEB, 80, payer="P09", from_date=OTHER_DAY)])
    assert links(warehouse, story) == [(None, "unmatched: other days of service")]


def test_an_account_number_used_for_two_visits_is_told_apart_by_date(warehouse: Warehouse) -> None:
    story = Story([Claim(), Claim(from_date=OTHER_DAY)], [Payment(FEB, 80, from_date=OTHER_DAY)])
    assert links(warehouse, story) == [(2, "days and charge")]


def test_two_visits_without_anything_to_tell_them_apart_are_not_guessed(warehouse: Warehouse) -> None:
    story = Story([Claim(), Claim(from_date=OTHER_DAY)], [Payment(FEB, 80, from_date=None)])
    assert links(warehouse, story) == [(None, "ambiguous: several claims fit equally")]


def test_charge_tells_two_visits_apart_where_dates_do_not(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(), Claim(from_date=OTHER_DAY, charge=70)], [Payment(FEB, 60, charge=70, from_date=None)]
    )
    assert links(warehouse, story) == [(2, "charge and payer")]


def test_original_and_replacement_are_one_chain(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(), Claim(submit=MAR, frequency="7")],
        [Payment(FEB, 0), Payment(APR, 80), Payment(APR, 0, frequency="1"), Payment(FEB, 0, frequency="7")],
    )
    assert [claim_id for claim_id, _ in links(warehouse, story)] == [1, 2, 1, 2]
    latest = [
        evidence.endswith("; latest claim of its chain")
        for evidence in warehouse.query("models/claim_link")["evidence"]
    ]
    assert latest == [True, True, False, False]


def test_payer_then_sequence_tell_primary_from_secondary(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(), Claim(payer="P02", sequence="S", submit=MAR), Claim(sequence="T", submit=MAR)],
        [
            Payment(FEB, 80, status="1"),
            Payment(APR, 10, status="2", payer="P02"),
            Payment(APR, 10, status="3"),
            Payment(FEB, -80, status="22", charge=-100, payer="P02"),
        ],
    )
    assert [claim_id for claim_id, _ in links(warehouse, story)] == [1, 2, 3, 2]


def test_a_payment_that_crossed_over_belongs_to_the_primary_claim(warehouse: Warehouse) -> None:
    story = Story([Claim()], [Payment(MAR, 20, status="2", payer="P07")])
    assert links(warehouse, story) == [(1, "days and charge")]


def test_payers_are_the_same_by_name_in_any_case(warehouse: Warehouse) -> None:
    remittance = {"remittance_id": 900, "payer_id": "9", "payer_name": " PAYER p01 ", "payment_date": FEB}
    paid = {
        "remit_claim_id": 901,
        "remittance_id": 900,
        "patient_control_number": "E1",
        "from_date": SERVICE_DATE,
    }
    story = Story([Claim()], more={"core.remittance": [remittance], "core.remit_claim": [paid]})
    assert links(warehouse, story) == [(1, "first day and payer")]
