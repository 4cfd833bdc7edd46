"""The refund listing: dollars left of an overpayment, states, and what is not decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import pytest

from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.refunds import overpaid_findings, refund_listing, refund_totals
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.refund_work import RefundState
from auditlib.warehouse import Warehouse
from tests.made_once import empty_workspace
from tests.measures.story import Claim, Payment, Story, money, tell

PAID, REVIEWED, LATER = dt.date(2026, 2, 2), dt.date(2026, 5, 4), dt.date(2026, 6, 1)
KNOWN, LOOKED = dt.date(2026, 5, 10), dt.date(2026, 6, 15)
WANTED = frozenset({"mart.claim_outcome", "mart.take_back"})
OLD, AGAIN, EARLY = dt.date(2020, 3, 2), dt.date(2021, 3, 2), dt.date(2026, 3, 2)
OLD_SERVICE = dt.date(2020, 2, 3)
FOUND = {
    "finding_count": 2,
    "unpriced_count": 0,
    "underpaid_amount": money(0),
    "found_reason": "99214: level",
}


def corrected(number: str, day: dt.date) -> list[Payment]:
    return [
        Payment(PAID, 90, number=number),
        Payment(day, -90, status="22", charge=-100, number=number),
        Payment(day, 50, number=number),
    ]


# Each case is a claim of its own, so that all are loaded once.
CASES: dict[str, tuple[Claim, Sequence[Payment], tuple[float, dt.date] | None]] = {
    "paid": (Claim("PAID", filing="MB"), [Payment(PAID, 90, number="PAID")], None),
    "corrected": (Claim("CORR", filing="MB"), corrected("CORR", LATER), None),
    "corrected, recovered": (
        Claim("BOTH", filing="MB"),
        corrected("BOTH", LATER),
        (40, dt.date(2026, 6, 8)),
    ),
    "recovered": (Claim("RECO", filing="MB"), [Payment(PAID, 90, number="RECO")], (30, LATER)),
    "corrected early": (Claim("EARLY", filing="MB"), corrected("EARLY", EARLY), None),
    "paid little": (Claim("LITTLE", filing="MB"), [Payment(PAID, 30, number="LITTLE")], None),
    "paid nothing": (Claim("ZERO", filing="MB"), [Payment(PAID, 0, number="ZERO")], None),
    "unanswered": (Claim("NONE", filing="MB"), [], None),
    "no filing": (Claim("BLANK"), [Payment(PAID, 90, number="BLANK")], None),
    "plan": (Claim("PLAN", filing="16"), [Payment(PAID, 90, number="PLAN")], None),
    "old": (
        Claim("OLD", filing="MB", submit=OLD_SERVICE, from_date=OLD_SERVICE),
        [Payment(OLD, 90, number="OLD", from_date=OLD_SERVICE)],
        None,
    ),
    "reopened": (
        Claim("REOPEN", filing="MB", submit=OLD_SERVICE, from_date=OLD_SERVICE),
        [
            Payment(OLD, 90, number="REOPEN", from_date=OLD_SERVICE),
            Payment(AGAIN, -90, status="22", charge=-100, number="REOPEN", from_date=OLD_SERVICE),
            Payment(AGAIN, 95, number="REOPEN", from_date=OLD_SERVICE),
        ],
        None,
    ),
    "one of two": (Claim("TWO", filing="MB"), [], None),
    "other of two": (Claim("TWO", payer="P02", filing="CI"), [], None),
}
NUMBER_OF = {case: number for number, case in enumerate(CASES, start=1)}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    made = empty_workspace(tmp_path_factory.mktemp("refunds") / "w").warehouse()
    more: dict[str, list[dict[str, object]]] = {"core.remittance": [], "core.provider_adjustment": []}
    for place, (claim, _, recovery) in enumerate(CASES.values(), start=900):
        if recovery is not None:
            amount, day = recovery
            more["core.remittance"].append({"remittance_id": place, "payer_id": "P01", "payment_date": day})
            more["core.provider_adjustment"].append(
                {
                    "remittance_id": place,
                    "adjustment_number": 1,
                    "reason_code": "WO",
                    "reference_number": claim.number,
                    "adjustment_amount": money(amount),
                }
            )
    more["core.claim_line"] = [
        {"claim_id": NUMBER_OF[case], "line_number": line, "code": code, "charge_amount": money(50)}
        for case, codes in (("one of two", ("93000", "99213")), ("other of two", ("99213",)))
        for line, code in enumerate(codes, start=1)
    ]
    claims = [claim for claim, _, _ in CASES.values()]
    payments = [payment for _, own, _ in CASES.values() for payment in own]
    tell(made, Story(claims, payments, more), wanted=WANTED)
    return made


def listing(
    warehouse: Warehouse,
    case: str,
    *,
    found: float | None = 40,
    state: RefundState | None = None,
    as_of: dt.date = LOOKED,
) -> dict[str, object]:
    """Return the row of the listing of a case, with what audits find and what is entered of it."""
    claim = CASES[case][0]
    row = {"claim_id": NUMBER_OF[case], "audits": "q1", "found_date": REVIEWED, **FOUND}
    findings = pl.DataFrame(
        [] if found is None else [{**row, "found_amount": money(found)}],
        schema={
            "claim_id": pl.Int64,
            "audits": pl.String,
            "found_date": pl.Date,
            "finding_count": pl.Int64,
            "unpriced_count": pl.Int64,
            "found_amount": pl.Decimal(18, 2),
            "underpaid_amount": pl.Decimal(18, 2),
            "found_reason": pl.String,
        },
    )
    entered = pl.DataFrame(
        [] if state is None else [(NUMBER_OF[case], state.identified_on)],
        schema={"claim_id": pl.Int64, "identified_date": pl.Date},
        orient="row",
    )
    assert claim.from_date is not None
    key = ClaimKey(claim.number, "P01", claim.from_date.isoformat())
    rows = refund_listing(warehouse, findings, {} if state is None else {key: state}, entered, as_of=as_of)
    assert rows.height == 1
    return rows.row(0, named=True)


def identified(**more: object) -> RefundState:
    return RefundState(identified_on=KNOWN, reason="level", found_amount=money(40), **more)  # type: ignore[arg-type]


def test_not_identified_yet(warehouse: Warehouse) -> None:
    row = listing(warehouse, "paid")
    assert (row["refund_state"], row["refund_due_date"], row["to_refund_amount"]) == (
        "not identified",
        None,
        Decimal(40),
    )
    assert "the days run since then" in str(row["due_basis"])
    assert row["look_back"] == "Within six years of Feb 2, 2026."


@pytest.mark.parametrize(
    ("as_of", "state", "days_left"),
    [(dt.date(2026, 7, 9), "due", 0), (dt.date(2026, 7, 10), "overdue", -1)],
)
def test_due_to_the_last_day(warehouse: Warehouse, as_of: dt.date, state: str, days_left: int) -> None:
    row = listing(warehouse, "paid", state=identified(), as_of=as_of)
    assert row["refund_due_date"] == dt.date(2026, 7, 9)
    assert (row["refund_state"], row["days_left"]) == (state, days_left)


@pytest.mark.parametrize(
    ("on", "amount", "state", "left"),
    [
        (dt.date(2026, 6, 1), 40, "refunded", 0),
        (dt.date(2026, 7, 20), 40, "refunded late", 0),
        (dt.date(2026, 6, 1), 15, "due", 25),
        (dt.date(2026, 6, 1), 60, "refunded", 0),
    ],
)
def test_refunds(warehouse: Warehouse, on: dt.date, amount: float, state: str, left: float) -> None:
    refunded = identified(refunded_amount=money(amount), refunded_on=on, method="claims adjustment")
    row = listing(warehouse, "paid", state=refunded)
    assert (row["refund_state"], row["to_refund_amount"]) == (state, money(left))


def test_what_the_payer_took_back_since_the_review_counts_once(warehouse: Warehouse) -> None:
    row = listing(warehouse, "corrected")
    assert (row["taken_back_amount"], row["to_refund_amount"]) == (money(40), money(0))
    assert row["refund_state"] == "taken back"
    # The recovery (PLB) that follows the reversal moves the same dollars.
    row = listing(warehouse, "corrected, recovered")
    assert row["taken_back_amount"] == money(40)
    row = listing(warehouse, "recovered")
    assert (row["taken_back_amount"], row["to_refund_amount"]) == (money(30), money(10))


def test_what_was_taken_back_before_the_review_is_left_to_settle(warehouse: Warehouse) -> None:
    row = listing(warehouse, "corrected early")
    assert (row["taken_back_amount"], row["to_refund_amount"]) == (money(0), money(40))
    assert "$40.00 were taken back before the review" in str(row["due_basis"])


def test_no_more_than_was_paid(warehouse: Warehouse) -> None:
    row = listing(warehouse, "paid little")
    assert (row["overpaid_amount"], row["to_refund_amount"]) == (money(40), money(30))
    assert "no more counts" in str(row["due_basis"])
    assert listing(warehouse, "paid nothing")["refund_state"] == "nothing was paid"


def test_unknown_stays_unknown(warehouse: Warehouse) -> None:
    unanswered = listing(warehouse, "unanswered", state=identified())
    assert (unanswered["paid_amount"], unanswered["to_refund_amount"]) == (None, money(40))
    assert unanswered["look_back"] == "Cannot be decided: the day of payment is not known."
    assert "What was paid is not known." in str(unanswered["due_basis"])
    no_filing = listing(warehouse, "no filing", state=identified())
    assert (no_filing["governed_by"], no_filing["refund_state"]) == ("not known", "no last day")
    # Since 2025 it is identified before it is quantified.
    without_dollars = listing(
        warehouse, "paid", found=None, state=RefundState(identified_on=KNOWN, reason="level")
    )
    assert (without_dollars["refund_state"], without_dollars["to_refund_amount"]) == ("due", None)
    assert "The amount is not known." in str(without_dollars["due_basis"])


def test_an_overturned_finding_keeps_its_entry(warehouse: Warehouse) -> None:
    row = listing(warehouse, "paid", found=None, state=identified())
    assert row["refund_state"] == "no finding stands"
    assert "Audits found $40.00 overpaid when it was identified, and find nothing now." in str(
        row["due_basis"]
    )
    lower = listing(warehouse, "paid", found=15, state=identified())
    assert (lower["refund_state"], lower["to_refund_amount"]) == ("due", money(15))
    assert "find $15.00 now" in str(lower["due_basis"])


def test_an_amount_that_is_entered_counts(warehouse: Warehouse) -> None:
    row = listing(warehouse, "paid", state=identified(stated_amount=money(55)))
    assert row["to_refund_amount"] == money(55)
    assert "Audits find $40.00; the amount entered counts." in str(row["due_basis"])


def test_older_than_six_years_and_reopened(warehouse: Warehouse) -> None:
    known = RefundState(identified_on=KNOWN, found_amount=money(40))
    row = listing(warehouse, "old", state=known)
    assert row["refund_state"] == "outside of the look-back"
    row = listing(warehouse, "reopened", state=known)
    assert row["refund_state"] == "due"
    assert str(row["look_back"]).startswith("Cannot be decided: paid first on Mar 2, 2020")


def test_a_disclosure_and_a_plan(warehouse: Warehouse) -> None:
    disclosed = identified(disclosed_on=LATER, refunded_on=LATER, method="OIG self-disclosure")
    assert listing(warehouse, "paid", state=disclosed)["refund_state"] == "disclosed"
    plan = listing(warehouse, "plan", state=identified())
    assert (plan["governed_by"], plan["refund_state"]) == ("medicare advantage", "no last day")
    assert "422.326" in str(plan["refund_source"])


def test_a_last_day_on_a_weekend_is_said(warehouse: Warehouse) -> None:
    saturday = RefundState(identified_on=dt.date(2026, 5, 5), found_amount=money(40))
    row = listing(warehouse, "paid", state=saturday)
    assert row["refund_due_date"] == dt.date(2026, 7, 4)
    assert "Jul 4, 2026 is a Saturday: no text that was read moves it." in str(row["due_basis"])


def test_a_finding_is_of_the_one_claim_that_it_can_be_about(warehouse: Warehouse) -> None:
    rows = [
        ("PAID", "99213", 10.0),
        ("PAID", "99214", 5.5),
        ("PAID", "99215", -3.0),
        ("PAID", "99216", None),
        ("TWO", "93000", 7.0),
        ("TWO", "99213", 8.0),
        ("UNBILLED", "99213", 9.0),
        ("PLAN", "99213", -4.0),
    ]
    codes = pl.DataFrame(
        [
            ("q1", number, code, False, None if dollars is None else money(dollars), REVIEWED, "level")
            for number, code, dollars in rows
        ],
        schema={
            "audit": pl.String,
            "encounter_id": pl.String,
            "code": pl.String,
            "is_right": pl.Boolean,
            "payment_difference": pl.Decimal(18, 2),
            "reviewed_date": pl.Date,
            "error_kind": pl.String,
        },
        orient="row",
    )
    by_claim, untied = overpaid_findings(warehouse, JudgedCodes(codes, codes, "review"))
    found = by_claim.sort("claim_id").select(
        *("claim_id", "finding_count", "unpriced_count", "found_amount", "underpaid_amount", "found_reason")
    )
    # What is underpaid on a claim is not offset, and a claim that is underpaid alone is not listed.
    assert found.rows() == [
        (NUMBER_OF["paid"], 2, 1, money(15.5), money(3), "99213: level; 99214: level"),
        (NUMBER_OF["one of two"], 1, 0, money(7), money(0), "93000: level"),
    ]
    assert untied.select("encounter_id", "code").rows() == [("TWO", "99213"), ("UNBILLED", "99213")]


def test_totals_keep_unknown_dollars_apart() -> None:
    rows = pl.DataFrame(
        {
            "payer_name": ["A", "A", "B"],
            "governed_by": ["medicare", "medicare", "contract"],
            "refund_state": ["due", "due", "no last day"],
            "overpaid_amount": [money(40), None, money(5)],
            "to_refund_amount": [money(30), None, money(5)],
            "refund_due_date": [dt.date(2026, 7, 9), dt.date(2026, 7, 1), None],
        }
    )
    totals = refund_totals(rows)
    assert totals.select(
        "claim_count", "to_refund_amount", "unknown_amount_count", "first_due_date"
    ).rows() == [
        (2, money(30), 1, dt.date(2026, 7, 1)),
        (1, money(5), 0, None),
    ]
