"""A deleted code is priced by the payment of its own line, and never guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import pytest

from auditlib.audits.line_payments import line_payments, with_line_payments
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.payment_difference import ENTERED, NOT_AGREED, WHOLE_LINE
from auditlib.warehouse import Warehouse, graph
from tests.measures.story import Cas, Claim, Payment, Story, money
from tests.tables import fill

FEB, MAR = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
VISIT, STRIP = "99213", "20610"
BOTH = [(60, 45), (40, 25.5)]
PAID = Payment(FEB, 70.5, [Cas("CO", "45", 15, 1), Cas("CO", "45", 14.5, 2)], lines=BOTH)
REVERSAL = Payment(MAR, -70.5, status="22", charge=-100, lines=[(-60, -45), (-40, -25.5)])


def deleted(code: str = STRIP, system: str = "CPT", **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "audit": "q1",
        "reviewer": "R",
        "encounter_id": "E1",
        "code_number": 2,
        "action": "delete",
        "code_system": system,
        "code": code,
    }
    return row | more


def priced(
    warehouse: Warehouse,
    payments: Sequence[Payment],
    verdict: dict[str, object],
    *,
    codes: Sequence[str] = (VISIT, STRIP),
    listed: Sequence[str] = (VISIT, STRIP),
    paid_codes: Sequence[str] | None = None,
    changes: dict[str, dict[str, object]] | None = None,
    claims: Sequence[Claim] = (Claim(),),
) -> tuple[object, object]:
    tables = Story(claims, payments).tables()
    tables["core.encounter"] = [{"encounter_id": "E1"}]
    tables["core.encounter_code"] = [
        {"encounter_id": "E1", "code_number": number, "code_system": "CPT", "code": code}
        for number, code in enumerate(listed, start=1)
    ]
    tables["core.claim_line"] = [
        {"claim_id": claim_id, "line_number": number, "code_system": "CPT", "code": code}
        for claim_id in range(1, len(claims) + 1)
        for number, code in enumerate(codes, start=1)
    ]
    tables["core.remit_line"] = [
        row | {"code_system": "CPT", "code": (paid_codes or codes)[int(str(row["line_number"])) - 1]}
        for row in tables["core.remit_line"]
    ]
    for name, change in (changes or {}).items():
        tables[name] = [row | change for row in tables[name]]
    fill(warehouse, tables)
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"mart.claim_outcome"})
    verdicts = pl.DataFrame([verdict], schema=VERDICT_COLUMNS)
    frame = with_line_payments(verdicts, line_payments(warehouse, verdicts["encounter_id"]))
    assert frame.schema == VERDICT_COLUMNS
    return frame.select("payment_difference", "payment_difference_basis").row(0)


def test_a_deleted_code_is_overpaid_by_the_payment_of_its_line(warehouse: Warehouse) -> None:
    assert priced(warehouse, [PAID], deleted()) == (Decimal("25.50"), WHOLE_LINE)


def test_the_latest_answer_counts(warehouse: Warehouse) -> None:
    corrected = Payment(MAR, 65, [Cas("CO", "45", 35, 1)], lines=[(60, 45), (40, 20)])
    assert priced(warehouse, [PAID, REVERSAL, corrected], deleted()) == (money(20), WHOLE_LINE)


def test_what_a_reviewer_entered_stays(warehouse: Warehouse) -> None:
    entered = deleted(payment_difference=Decimal("3.00"), payment_difference_basis=ENTERED)
    assert priced(warehouse, [PAID], entered) == (Decimal("3.00"), ENTERED)


def test_what_reviewers_do_not_agree_on_stays_open(warehouse: Warehouse) -> None:
    contested = deleted(payment_difference_basis=NOT_AGREED)
    assert priced(warehouse, [PAID], contested) == (None, NOT_AGREED)


@pytest.mark.parametrize("action", ["agree", "change", "add", "no record"])
def test_only_a_deleted_code_is_priced_by_its_line(warehouse: Warehouse, action: str) -> None:
    assert priced(warehouse, [PAID], deleted(action=action)) == (None, None)


DENIED = Payment(FEB, 45, [Cas("CO", "45", 15, 1), Cas("CO", "50", 40, 2)], lines=[(60, 45), (40, 0)])
DEDUCTIBLE = Payment(FEB, 45, [Cas("CO", "45", 15, 1), Cas("PR", "1", 40, 2)], lines=[(60, 45), (40, 0)])
AT_CLAIM = Payment(FEB, 60.5, [Cas("CO", "45", 39.5, None)], lines=BOTH)


@pytest.mark.parametrize(
    "payments",
    [
        pytest.param([], id="no remittance"),
        pytest.param([PAID, REVERSAL], id="reversed"),
        pytest.param([DENIED], id="the line denied"),
        pytest.param([DEDUCTIBLE], id="the line left to the patient"),
        pytest.param([AT_CLAIM], id="lines that do not add up to the claim"),
        pytest.param([Payment(FEB, 70.5, [], lines=[])], id="no lines"),
        pytest.param(
            [Payment(FEB, 70.5, [], status="2", lines=BOTH, payer="P02")], id="only a secondary payer"
        ),
    ],
)
def test_a_line_that_was_not_paid_by_the_primary_payer_prices_nothing(
    warehouse: Warehouse, payments: list[Payment]
) -> None:
    assert priced(warehouse, payments, deleted()) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"listed": (STRIP, STRIP)}, id="listed twice"),
        pytest.param({"codes": (STRIP, STRIP)}, id="billed and paid on two lines"),
        pytest.param({"codes": (STRIP, STRIP), "paid_codes": (VISIT, STRIP)}, id="billed on two lines"),
        pytest.param({"paid_codes": (STRIP, STRIP)}, id="paid on two lines"),
        pytest.param({"paid_codes": (VISIT, "20605")}, id="another code paid"),
        pytest.param({"changes": {"core.remit_line": {"submitted_code": STRIP}}}, id="the payer changed it"),
        pytest.param({"changes": {"core.remit_claim": {"drg_code": "470"}}}, id="paid by the DRG"),
        pytest.param({"listed": (VISIT,)}, id="not in the coder's list"),
    ],
)
def test_what_is_not_one_line_with_one_payment_prices_nothing(
    warehouse: Warehouse, given: dict[str, object]
) -> None:
    assert priced(warehouse, [PAID], deleted(), **given) == (None, None)  # type: ignore[arg-type]


def test_two_claims_of_a_visit_that_bill_the_code_price_nothing(warehouse: Warehouse) -> None:
    later = dt.date(2026, 1, 6)
    claims = [Claim(), Claim(from_date=later)]
    payments = [PAID, Payment(MAR, 70.5, PAID.adjustments, lines=BOTH, from_date=later)]
    assert priced(warehouse, payments, deleted(), claims=claims) == (None, None)


def test_a_diagnosis_has_no_line(warehouse: Warehouse) -> None:
    assert priced(warehouse, [PAID], deleted("I10", "ICD-10-CM")) == (None, None)
