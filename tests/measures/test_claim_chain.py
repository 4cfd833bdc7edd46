from __future__ import annotations

import datetime as dt

from auditlib.warehouse import Warehouse
from tests.measures.story import Claim, Payment, Story, tell

JAN, FEB, MAR, APR, MAY = (dt.date(2026, month, 20) for month in range(1, 6))
OTHER_DAY = dt.date(2026, 1, 25)


def chains(
    warehouse: Warehouse, *claims: Claim, payments: tuple[Payment, ...] = ()
) -> list[tuple[object, ...]]:
    tell(warehouse, Story(list(claims), list(payments)))
    rows = warehouse.query("models/claim_chain")
    return list(zip(rows["chain_id"], rows["relation"], rows["chain_method"], strict=True))


def test_all_that_followed_an_original_is_one_chain(warehouse: Warehouse) -> None:
    found = chains(
        warehouse,
        Claim(),
        Claim(submit=FEB, frequency="7"),
        Claim(submit=MAR),
        Claim(submit=APR, frequency="8"),
        Claim(submit=FEB, frequency="5"),
        Claim(submit=FEB, payer="P02", sequence="S"),
    )
    same = "encounter, payer and first day"
    assert found == [
        (1, "original", "first of its chain"),
        (1, "replacement", same),
        (1, "resubmission", same),
        (1, "void", same),
        (1, "late charge", same),
        (1, "to a later payer", "nearest claim of its number"),
    ]


def test_two_practices_that_share_number_payer_and_day_do_not_share_a_chain(warehouse: Warehouse) -> None:
    found = chains(
        warehouse,
        Claim(biller="1234567893"),
        Claim(biller="1987654320"),
        Claim(biller="1987654320", frequency="7", submit=FEB),
    )
    assert [chain_id for chain_id, _, _ in found] == [1, 2, 2]


def test_a_replacement_under_another_number_is_found_by_the_payers_number(
    warehouse: Warehouse,
) -> None:
    found = chains(
        warehouse,
        Claim("E1"),
        Claim("E1-A", frequency="7", submit=MAR, refers_to="ICN1"),
        Claim("E1-B", frequency="8", submit=MAY, refers_to="ICN2"),
        payments=(Payment(FEB, 80, control="ICN1"), Payment(APR, 70, number="E1-A", control="ICN2")),
    )
    referred = "the payer's control number"
    assert found == [
        (1, "original", "first of its chain"),
        (1, "replacement", referred),
        (1, "void", referred),
    ]


def test_a_reference_to_two_claims_or_to_none_is_not_guessed(warehouse: Warehouse) -> None:
    alone = "first known; its original is not loaded"
    found = chains(
        warehouse,
        Claim("E1"),
        Claim("E2"),
        Claim("E3", frequency="7", submit=MAR, refers_to="ICN1"),
        Claim("E4", frequency="7", submit=MAR, refers_to="ICN9"),
        payments=(Payment(FEB, 80, control="ICN1"), Payment(FEB, 80, number="E2", control="ICN1")),
    )
    assert found[2:] == [(3, "replacement", alone), (4, "replacement", alone)]


def test_claims_that_refer_to_each_other_on_one_day_make_no_circle(warehouse: Warehouse) -> None:
    found = chains(
        warehouse,
        Claim("E1", frequency="7", submit=JAN, refers_to="ICN2"),
        Claim("E2", frequency="7", submit=JAN, refers_to="ICN1"),
        payments=(Payment(FEB, 80, control="ICN1"), Payment(FEB, 80, number="E2", control="ICN2")),
    )
    assert [chain_id for chain_id, _, _ in found] == [1, 1]


def test_a_follower_of_another_day_joins_the_only_original(warehouse: Warehouse) -> None:
    found = chains(warehouse, Claim(), Claim(frequency="7", submit=FEB, from_date=OTHER_DAY))
    assert found[1] == (1, "replacement", "encounter and payer, another first day")


def test_a_claim_to_a_later_payer_that_fits_two_encounters_is_not_placed(
    warehouse: Warehouse,
) -> None:
    found = chains(
        warehouse,
        Claim(biller="1234567893"),
        Claim(biller="1987654320"),
        Claim(biller="1111111112", payer="P02", sequence="S", submit=FEB),
        Claim("E9", payer="P02", sequence="S"),
    )
    assert found[2:] == [
        (None, "to a later payer", "unplaced: claims of several encounters fit equally"),
        (None, "to a later payer", "unplaced: no claim to the first payer has its number"),
    ]
