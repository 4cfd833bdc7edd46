"""Rejections before adjudication, on each level at which they are stated; crossovers and orphans."""

from __future__ import annotations

import datetime as dt

import pytest

from auditlib.measures.outcomes import clean_claim_rate, outcome_flow
from auditlib.measures.positions import claim_positions
from auditlib.warehouse import Warehouse, graph
from tests.measures.story import SUBMIT_DATE as SENT
from tests.measures.story import Cas, Claim, Payment, Story, tell

FEB, MAR, APR = (dt.date(2026, month, 1) for month in (2, 3, 4))
REJECTED = "rejected before adjudication"


def status(level: str, category: str = "A7", **more: object) -> dict[str, object]:
    number = {"patient_control_number": "E1"} if level == "claim" else {"batch_trace_number": "B1"}
    return {
        "claim_status_id": 500,
        "status_number": 1,
        "transaction_kind": "277CA",
        "status_level": level,
        "status_category_code": category,
        "status_code": "562",
        "status_date": dt.date(2026, 1, 12),
        **number,
        **more,
    }


def positions(warehouse: Warehouse, story: Story) -> list[str]:
    tell(warehouse, story)
    with warehouse.writing() as writer:
        graph.run(writer)
    return claim_positions(warehouse)["position"].to_list()


@pytest.mark.parametrize("category", ["A3", "A6", "A7", "A8"])
def test_a_claim_is_rejected_by_its_number(warehouse: Warehouse, category: str) -> None:
    story = Story([Claim(), Claim("E2")], more={"core.claim_status": [status("claim", category)]})
    assert positions(warehouse, story) == [REJECTED, "no answer"]


@pytest.mark.parametrize(
    ("day", "expected"), [(13, "no answer"), (12, REJECTED), (11, REJECTED), (None, REJECTED)]
)
def test_a_later_acceptance_ends_a_rejection(warehouse: Warehouse, day: int | None, expected: str) -> None:
    accepted = status("claim", "A2", claim_status_id=501, status_date=dt.date(2026, 1, day) if day else None)
    story = Story([Claim()], more={"core.claim_status": [status("claim"), accepted]})
    assert positions(warehouse, story) == [expected]
    flow = outcome_flow(warehouse)
    assert flow["first_response"].to_list() == [REJECTED]
    assert flow["final_outcome"].to_list() == ["no response yet" if expected == "no answer" else REJECTED]
    rate = clean_claim_rate(warehouse)
    assert rate["front_end_rejected_count"].to_list() == [1]


@pytest.mark.parametrize("category", ["A1", "A2", "A0"])
def test_what_was_taken_is_not_rejected(warehouse: Warehouse, category: str) -> None:
    assert positions(
        warehouse, Story([Claim()], more={"core.claim_status": [status("claim", category)]})
    ) == ["no answer"]


@pytest.mark.parametrize(
    ("level", "provider", "expected"),
    [("receiver", None, [REJECTED, REJECTED]), ("provider", "1234567893", [REJECTED, "no answer"])],
)
def test_a_batch_and_a_provider_are_rejected_with_their_claims(
    warehouse: Warehouse, level: str, provider: str | None, expected: list[str]
) -> None:
    story = Story(
        [],
        more={
            "core.claim": [
                {
                    "claim_id": claim_id,
                    "form": "P",
                    "patient_control_number": f"E{claim_id}",
                    "billing_provider_id": biller,
                    "batch_number": "B1",
                    "submit_date": SENT,
                }
                for claim_id, biller in ((1, "1234567893"), (2, "1003000126"))
            ],
            "core.claim_status": [status(level, provider_id=provider)],
        },
    )
    assert positions(warehouse, story) == expected


def test_a_rejected_claim_that_was_sent_again_and_paid_is_reworked_and_in_the_denial_rate(
    warehouse: Warehouse,
) -> None:
    story = Story(
        [Claim(), Claim(submit=dt.date(2026, 1, 20))],
        [Payment(FEB, 80, [Cas("CO", "45", 20)])],
        {"core.claim_status": [status("claim")]},
    )
    assert positions(warehouse, story) == [REJECTED, "answered and paid"]
    assert outcome_flow(warehouse).select("first_response", "rework", "final_outcome").rows() == [
        (REJECTED, "reworked", "paid")
    ]
    rate = clean_claim_rate(warehouse).row(0, named=True)
    assert (rate["numerator_count"], rate["denominator_count"], rate["front_end_rejected_count"]) == (0, 1, 1)


def test_a_rejected_transaction_rejects_the_claims_in_it(warehouse: Warehouse) -> None:
    def envelope(level: str, offset: int, number: str, file: int = 1) -> dict[str, object]:
        return {
            "envelope_level": level,
            "control_number": number,
            "code": "837" if file == 1 else "999",
            "source_file_id": file,
            "source_offset": offset,
        }

    story = Story(
        [],
        more={
            "core.source_file": [{"source_file_id": 1, "load_status": "loaded"}],
            "core.envelope": [
                envelope("transaction", 100, "0001"),
                envelope("transaction", 500, "0002"),
                {**envelope("group", 10, "9", 2), "envelope_date": dt.date(2026, 1, 13)},
            ],
            "core.acknowledgment": [
                {
                    "acknowledgment_id": 700,
                    "transaction_kind": "999",
                    "acknowledgment_level": "transaction",
                    "transaction_code": "837",
                    "control_number": "0001",
                    "status_code": "R",
                    "source_file_id": 2,
                    "source_offset": 50,
                }
            ],
            "core.claim": [
                {
                    "claim_id": claim_id,
                    "form": "P",
                    "patient_control_number": f"E{claim_id}",
                    "source_file_id": 1,
                    "source_offset": offset,
                }
                for claim_id, offset in ((1, 200), (2, 600))
            ],
        },
    )
    assert positions(warehouse, story) == [REJECTED, "no answer"]


FIRST = Payment(FEB, 120, [Cas("CO", "45", 50), Cas("PR", "2", 30)], status="19", charge=200)


@pytest.mark.parametrize("later_status", ["2", "3"])
def test_payers_answer_a_claim_in_turn(warehouse: Warehouse, later_status: str) -> None:
    later = Payment(MAR, 20, [Cas("OA", "23", 170), Cas("PR", "2", 10)], later_status, 200, payer="P07")
    assert positions(warehouse, Story([Claim(charge=200)], [FIRST, later])) == ["answered and paid"]
    (row,) = claim_positions(warehouse).to_dicts()
    assert (row["paid_amount"], row["patient_responsibility_amount"], row["unbalanced_amount"]) == (
        140,
        10,
        0,
    )


def test_a_later_payer_that_takes_back_leaves_the_first_answer(warehouse: Warehouse) -> None:
    later = Payment(MAR, 30, [Cas("OA", "23", 170)], "2", 200, payer="P07")
    back = Payment(APR, -30, [Cas("OA", "23", -170)], "22", -200, payer="P07")
    assert positions(warehouse, Story([Claim(charge=200)], [FIRST, later, back])) == ["answered and paid"]
    (row,) = claim_positions(warehouse).to_dicts()
    assert (row["paid_amount"], row["patient_responsibility_amount"]) == (120, 30)


@pytest.mark.parametrize("payments", [[], [Payment(APR, 70, [Cas("CO", "45", 30)])]])
def test_a_reversal_whose_payment_is_not_loaded_is_an_orphan(
    warehouse: Warehouse, payments: list[Payment]
) -> None:
    back = Payment(MAR, -60, [Cas("CO", "45", -40)], "22", -100)
    assert positions(warehouse, Story([Claim()], [back, *payments])) == ["reversal without its payment"]
