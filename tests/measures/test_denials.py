from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from auditlib.measures.denials import (
    denial_rates,
    denial_reasons,
    denials_caught,
    denials_caught_total,
    denied_dollars,
    overturn_rates,
)
from auditlib.measures.outcomes import outcome_flow
from auditlib.measures.totals import claim_totals, file_totals, matching_methods, unmatched_payments
from auditlib.report.table import display_table
from auditlib.warehouse import Warehouse
from tests.measures.story import Cas, Claim, Payment, Story, money, tell
from tests.tables import fill

FEB, MAR, APR = (dt.date(2026, month, 1) for month in (2, 3, 4))
DENIAL, WRITE_OFF = [Cas("CO", "197", 100)], [Cas("CO", "45", 20)]


@pytest.fixture
def six_claims(warehouse: Warehouse) -> Warehouse:
    """Six claims: three denied (one in part, one overturned, one unmapped), two paid, one unanswered."""
    story = Story(
        [
            Claim("E1"),
            Claim("E1", submit=MAR, frequency="7"),
            Claim("E2"),
            Claim("E3", payer="P02"),
            Claim("E4", payer="P02", submit=FEB),
            Claim("E5", payer="P02", submit=FEB),
            Claim("E6", payer="P03"),
        ],
        [
            Payment(FEB, 0, DENIAL, number="E1"),
            Payment(APR, 80, WRITE_OFF, number="E1", frequency="7"),
            Payment(FEB, 80, WRITE_OFF, number="E2"),
            Payment(FEB, 60, [Cas("CO", "16", 40, 2)], lines=[(60, 60), (40, 0)], number="E3", payer="P02"),
            Payment(MAR, 0, [Cas("PI", "X99", 100)], number="E4", payer="P02", status="4"),
            Payment(MAR, 80, WRITE_OFF, number="E5", payer="P02"),
            Payment(MAR, 10, WRITE_OFF, number="E9", payer="P02"),
        ],
        {
            "mart.finding": [
                {"check_id": "DX-22", "finding_number": 1, "claim_id": 4},
                {"check_id": "DX-22", "finding_number": 2, "claim_id": 4},
                {"check_id": "DX-01", "finding_number": 1, "claim_id": 1},
            ],
            "mart.finding_summary": [
                {"check_id": "DX-22", "outcome": "failed"},
                {"check_id": "DX-01", "outcome": "not checked"},
            ],
        },
    )
    tell(warehouse, story)
    return warehouse


def counts(rates: pl.DataFrame, measure: str, *by: str) -> list[tuple[object, ...]]:
    return (
        rates.filter(pl.col("measure") == measure).select(*by, "numerator_count", "denominator_count").rows()
    )


def test_initial_denial_rate_by_payer(six_claims: Warehouse) -> None:
    rates = denial_rates(six_claims)
    assert counts(rates, "initial denial rate", "payer_id") == [("P01", 1, 2), ("P02", 1, 3), ("P03", 0, 0)]
    assert counts(rates, "partial denial rate", "payer_id") == [("P01", 0, 2), ("P02", 1, 3), ("P03", 0, 0)]
    assert counts(rates, "initial denial rate, partial included") == [(1, 2), (2, 3), (0, 0)]
    undefined = rates.filter(pl.col("payer_id") == "P03")
    assert undefined["rate"].null_count() == undefined.height
    assert set(undefined["undefined_reason"]) == {"no claim has been answered"}


def test_denial_rate_by_month_of_submission_and_of_answer(six_claims: Warehouse) -> None:
    measure = "initial denial rate, partial included"
    january, february, march = (dt.date(2026, month, 1) for month in (1, 2, 3))
    assert counts(denial_rates(six_claims, by=("month",)), measure, "month") == [
        (january, 2, 3),
        (february, 1, 2),
    ]
    answered = denial_rates(six_claims, by=("month",), month_basis="response")
    assert counts(answered, measure, "month") == [(february, 2, 3), (march, 1, 2), (None, 0, 0)]


def test_denied_dollars_are_of_answered_charges(six_claims: Warehouse) -> None:
    row = denied_dollars(six_claims, by=()).row(0, named=True)
    assert (row["numerator_amount"], row["denominator_amount"]) == (money(240), money(500))
    assert row["rate"] == pytest.approx(0.48)


def test_overturned_denials(six_claims: Warehouse) -> None:
    assert counts(overturn_rates(six_claims), "overturned denials", "payer_id") == [
        ("P01", 1, 1),
        ("P02", 0, 2),
        ("P03", 0, 0),
    ]


def test_reasons_costliest_first_with_a_row_for_unmapped(six_claims: Warehouse) -> None:
    reasons = denial_reasons(six_claims)
    names = ("reason_label", "reason_codes", "denied_count", "denied_amount", "overturned_count")
    assert reasons.select(names).rows() == [
        ("No authorization", "CO-197", 1, money(100), 1),
        ("unmapped", "PI-X99", 1, money(100), 0),
        ("Lacks information", "CO-16", 1, money(40), 0),
    ]
    assert reasons["amount_share"].sum() == pytest.approx(1)
    by_payer = denial_reasons(six_claims, by=("payer",))
    assert by_payer.group_by("payer_id").agg(pl.col("count_share").sum().round(9)).sort(
        "payer_id"
    ).rows() == [
        ("P01", 1.0),
        ("P02", 1.0),
    ]


def test_denials_that_our_checks_find_on_the_same_claim(six_claims: Warehouse) -> None:
    # E3 is claim 4, and its reason 16 names DX-22; the reason of E1 does not name the check of its finding.
    caught = denials_caught(six_claims)
    names = ("reason_label", "checked_count", "numerator_count", "denominator_count", "caught_amount")
    assert caught.select(names).rows() == [
        ("No authorization", 0, 0, 1, money(0)),
        ("unmapped", 0, 0, 1, money(0)),
        ("Lacks information", 1, 1, 1, money(40)),
    ]
    assert counts(denials_caught_total(six_claims), "denials caught by checks") == [(1, 3)]


def test_the_flow_holds_every_original_claim_once(six_claims: Warehouse) -> None:
    flow = outcome_flow(six_claims)
    names = ("first_response", "rework", "final_outcome", "claim_count", "charge_amount")
    assert flow.select(names).rows() == [
        ("paid", "not reworked", "paid", 2, money(200)),
        ("partly denied", "not reworked", "partly denied", 1, money(100)),
        ("denied", "not reworked", "denied", 1, money(100)),
        ("denied", "reworked", "paid", 1, money(100)),
        ("no response yet", "not reworked", "no response yet", 1, money(100)),
    ]
    assert flow["claim_count"].sum() == claim_totals(six_claims)["original_claim_count"].sum() == 6


def test_claims_that_were_loaded(six_claims: Warehouse) -> None:
    row = claim_totals(six_claims).row(0, named=True)
    assert (row["form"], row["claim_count"], row["account_count"], row["original_claim_count"]) == (
        "P",
        7,
        6,
        6,
    )
    assert (row["replacement_claim_count"], row["charge_amount"]) == (1, Decimal("700.00"))


def test_unmatched_payments_are_a_rate_with_reasons(six_claims: Warehouse) -> None:
    rates = unmatched_payments(six_claims)
    assert counts(rates, "unmatched payments", "payer_id") == [("P01", 0, 3), ("P02", 1, 4)]
    assert rates["reasons"].to_list() == ["", "no claim has its control number"]
    assert rates["unmatched_paid_amount"].to_list() == [money(0), money(10)]
    assert matching_methods(six_claims)["payment_count"].sum() == 7


def test_an_empty_warehouse_gives_undefined_rates_and_empty_tables(warehouse: Warehouse) -> None:
    assert denial_rates(warehouse).is_empty()
    assert denial_rates(warehouse, by=())["rate"].to_list() == [None] * 3
    assert denied_dollars(warehouse, by=())["undefined_reason"].to_list() == [
        "no list of denial reasons is loaded"
    ]
    assert overturn_rates(warehouse, by=())["undefined_reason"].to_list() == ["no claim was denied"]
    assert denials_caught_total(warehouse)["rate"].to_list() == [None]
    empty = (
        denial_reasons,
        denials_caught,
        outcome_flow,
        claim_totals,
        unmatched_payments,
        matching_methods,
        file_totals,
    )
    assert all(measure(warehouse).is_empty() for measure in empty)


def outcome(claim_id: int, first: str, final: str, denied: int) -> dict[str, object]:
    return {
        "claim_id": claim_id,
        "payer_id": "P01",
        "first_response": first,
        "final_outcome": final,
        "charge_amount": money(100),
        "denied_amount": money(denied),
        "denial_group_code": "OA",
        "denial_reason_code": "18",
    }


def test_a_refused_second_submission_of_a_paid_claim_is_no_denial(warehouse: Warehouse) -> None:
    reason = {"reason_code": "18", "label": "twice", "is_denial": True, "effective_from": dt.date(1995, 1, 1)}
    outcomes = [
        outcome(1, "paid", "paid", 100),
        outcome(2, "denied", "paid", 100),
        outcome(3, "paid", "denied", 100),
    ]
    fill(warehouse, {"ref.denial_reason": [reason], "mart.claim_outcome": outcomes})
    found = denial_reasons(warehouse)
    assert found.select("denied_count", "overturned_count").row(0) == (2, 1)
    assert denials_caught_total(warehouse)["denominator_count"].to_list() == [2]


def test_without_a_list_of_reasons_no_denial_rate_is_defined(warehouse: Warehouse) -> None:
    fill(warehouse, {"mart.claim_outcome": [outcome(1, "denied", "denied", 100)]})
    rates = denial_rates(warehouse, by=())
    assert rates["rate"].to_list() == [None] * 3
    assert set(rates["undefined_reason"]) == {"no list of denial reasons is loaded"}


def test_unmapped_reasons_make_the_rate_a_range(warehouse: Warehouse) -> None:
    unmapped = [Cas("CO", "X99", 100)]
    part = Payment(FEB, 60, [Cas("CO", "X99", 40, 2)], lines=[(60, 60), (40, 0)], number="E4")
    story = Story(
        [Claim(f"E{n}") for n in range(1, 5)],
        [
            Payment(FEB, 0, DENIAL, number="E1"),
            Payment(FEB, 0, unmapped, number="E2"),
            Payment(FEB, 80, WRITE_OFF, number="E3"),
            part,
        ],
    )
    tell(warehouse, story)
    rates = denial_rates(warehouse, by=())
    assert rates.select("rate", "rate_with_unmapped").rows() == [(0.25, 0.5), (0.0, 0.25), (0.25, 0.75)]
    dollars = denied_dollars(warehouse, by=()).row(0, named=True)
    assert (dollars["rate"], dollars["rate_with_unmapped"]) == (0.25, 0.6)
    text = display_table(rates.filter(pl.col("measure") == "initial denial rate")).rows[0]
    assert text[-1].endswith("; up to 50.0 % if unmapped reasons are denials")
