from __future__ import annotations

import datetime as dt

import pytest

from auditlib.warehouse import Warehouse
from tests.measures.story import Cas, Claim, Payment, Story, money, outcome, outcomes

FEB, MAR, APR, MAY = (dt.date(2026, month, 1) for month in (2, 3, 4, 5))
DENIED = Payment(FEB, 0, [Cas("CO", "197", 100)])
PAID = Payment(FEB, 80, [Cas("CO", "45", 20)])


def picked(row: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def test_a_claim_without_payment_has_no_response_yet(warehouse: Warehouse) -> None:
    row = outcome(warehouse, Story([Claim()]))
    assert picked(row, "first_response", "final_outcome", "response_count", "is_reworked") == (
        "no response yet",
        "no response yet",
        0,
        False,
    )
    assert row["denied_amount"] == money(0)
    assert row["first_response_date"] is None


@pytest.mark.parametrize(
    ("payment", "state"),
    [
        pytest.param(PAID, "paid", id="paid with a contractual write-off"),
        pytest.param(DENIED, "denied", id="nothing paid and a denial reaches the charge"),
        pytest.param(Payment(FEB, 0, [Cas("PR", "1", 100)]), "paid", id="all of it the patient's deductible"),
        pytest.param(Payment(FEB, 0, [Cas("CO", "45", 100)]), "paid", id="all of it a contractual write-off"),
        pytest.param(Payment(FEB, 0, [Cas("OA", "23", 100)]), "paid", id="all of it paid by a prior payer"),
        pytest.param(Payment(FEB, 0, [Cas("PR", "50", 100)]), "denied", id="a denial left to the patient"),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "45", 40), Cas("CO", "50", 60)]),
            "denied",
            id="what the contract left is denied",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("PR", "1", 60), Cas("CO", "50", 40)]),
            "paid",
            id="the deductible took part of it",
        ),
        pytest.param(Payment(FEB, 60, [Cas("CO", "50", 40)]), "paid", id="part of a paid line was cut"),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "X99", 100)]),
            "unpaid, reason unmapped",
            id="an unmapped reason covers the charge",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "X99", 99), Cas("CO", "45", 1)]),
            "unpaid, reason unmapped",
            id="an unmapped reason with the contract",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "X99", 40), Cas("PR", "1", 60)]),
            "paid",
            id="an unmapped reason beside the deductible",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "X99", 100)], status="4"),
            "denied",
            id="an unmapped reason and status 4",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("PR", "1", 100)], status="4"), "paid", id="the deductible and status 4"
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "X99", 100, None)], lines=[]),
            "unpaid, reason unmapped",
            id="an unmapped reason at the claim level",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "50", 60, 1), Cas("CO", "X99", 40, 2)], lines=[(60, 0), (40, 0)]),
            "partly denied",
            id="one line denied, the other unmapped",
        ),
        pytest.param(
            Payment(
                FEB,
                30,
                [Cas("CO", "50", 50, 1), Cas("CO", "45", 20, 2)],
                lines=[(50, 0), (50, 30)],
                billed_lines=["L1", "L1"],
            ),
            "paid",
            id="a line that the payer split, paid in one part",
        ),
        pytest.param(
            Payment(
                FEB,
                0,
                [Cas("CO", "50", 50, 1), Cas("CO", "45", 50, 2)],
                lines=[(50, 0), (50, 0)],
                billed_lines=["L1", "L1"],
            ),
            "denied",
            id="a line that the payer split, denied and written off",
        ),
        pytest.param(
            Payment(FEB, 80, [Cas("CO", "X99", 20)]), "paid", id="an unmapped reason beside a payment"
        ),
        pytest.param(Payment(FEB, 0, [Cas("CR", "50", 100)]), "paid", id="a group that is no denial group"),
        pytest.param(
            Payment(FEB, 0, [], status="4"), "denied", id="status 4, nothing paid, no reason at all"
        ),
        pytest.param(
            Payment(FEB, 80, [Cas("CO", "45", 20)], status="4"), "paid", id="status 4 alone says nothing"
        ),
        pytest.param(Payment(FEB, 0, [Cas("CO", "50", 100, None)]), "denied", id="denied at the claim level"),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "50", 100, None)], lines=[]),
            "denied",
            id="denied at the claim level, no lines",
        ),
        pytest.param(
            Payment(FEB, 70, [Cas("CO", "50", 30, None)], lines=[(100, 100)]),
            "partly denied",
            id="claim-level cut",
        ),
        pytest.param(
            Payment(FEB, 60, [Cas("CO", "50", 40, 2)], lines=[(60, 60), (40, 0)]),
            "partly denied",
            id="one line of two",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("PR", "1", 60, 1), Cas("CO", "50", 40, 2)], lines=[(60, 0), (40, 0)]),
            "partly denied",
            id="one line denied, the other left to the patient",
        ),
        pytest.param(
            Payment(FEB, 0, [Cas("CO", "50", 100, 1)], lines=[(100, 0), (0, 0)]),
            "denied",
            id="a free line beside it",
        ),
    ],
)
def test_denial_is_judged_by_what_was_paid_and_why_not(
    warehouse: Warehouse, payment: Payment, state: str
) -> None:
    row = outcome(warehouse, Story([Claim()], [payment]))
    assert picked(row, "first_response", "final_outcome", "is_reworked") == (state, state, False)
    assert (row["denied_amount"] != money(0)) == ("denied" in state)
    assert row["first_response_date"] == FEB


def test_partial_denial_counts_the_charge_of_the_denied_lines(warehouse: Warehouse) -> None:
    payment = Payment(FEB, 60, [Cas("CO", "45", 10, 2), Cas("CO", "50", 30, 2)], lines=[(60, 60), (40, 0)])
    row = outcome(warehouse, Story([Claim()], [payment]))
    assert picked(row, "denied_amount", "denial_reason_code", "denial_group_code") == (money(40), "50", "CO")


def test_the_reason_is_the_one_with_the_largest_denied_amount(warehouse: Warehouse) -> None:
    payment = Payment(FEB, 0, [Cas("CO", "197", 30, 1), Cas("PR", "50", 70, 2)], lines=[(30, 0), (70, 0)])
    row = outcome(warehouse, Story([Claim()], [payment]))
    assert picked(row, "denied_amount", "denial_reason_code", "denial_group_code") == (money(100), "50", "PR")


def test_two_denials_of_one_claim_count_once(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(), Claim(submit=MAR, frequency="7")],
        [DENIED, Payment(APR, 0, [Cas("CO", "50", 100)], frequency="7")],
    )
    row = outcome(warehouse, story)
    assert picked(
        row, "first_response", "final_outcome", "denied_amount", "denial_reason_code", "is_reworked"
    ) == (
        "denied",
        "denied",
        money(100),
        "197",
        True,
    )


def test_a_denied_claim_replaced_and_paid(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(), Claim(submit=MAR, frequency="7")],
        [DENIED, Payment(APR, 80, [Cas("CO", "45", 20)], frequency="7")],
    )
    row = outcome(warehouse, story)
    assert picked(row, "claim_id", "first_response", "final_outcome", "is_reworked") == (
        1,
        "denied",
        "paid",
        True,
    )
    assert picked(row, "denied_amount", "paid_amount", "response_count") == (money(100), money(80), 2)


def test_a_reversal_with_its_correction_is_netted(warehouse: Warehouse) -> None:
    story = Story(
        [Claim()],
        [
            PAID,
            Payment(MAR, -80, [Cas("CO", "45", -20)], status="22", charge=-100),
            Payment(MAR, 0, [Cas("CO", "50", 100)]),
        ],
    )
    row = outcome(warehouse, story)
    assert picked(row, "first_response", "final_outcome", "is_reworked") == ("paid", "denied", True)
    assert picked(row, "paid_amount", "denied_amount", "response_count") == (money(0), money(100), 3)


def test_a_correction_that_stands_before_its_reversal_in_the_file(warehouse: Warehouse) -> None:
    reversal = Payment(MAR, 0, [Cas("CO", "197", -100)], status="22", charge=-100)
    row = outcome(warehouse, Story([Claim()], [DENIED, Payment(MAR, 80, [Cas("CO", "45", 20)]), reversal]))
    assert picked(row, "first_response", "final_outcome", "is_reworked") == ("denied", "paid", True)


def test_a_payment_taken_back_and_not_replaced_is_reversed(warehouse: Warehouse) -> None:
    reversal = Payment(MAR, -80, [Cas("CO", "45", -20)], status="22", charge=-100)
    row = outcome(warehouse, Story([Claim(), Claim(submit=FEB, frequency="8")], [PAID, reversal]))
    assert picked(row, "first_response", "final_outcome", "is_reworked", "paid_amount") == (
        "paid",
        "reversed",
        False,
        money(0),
    )


def test_a_reversal_whose_payment_was_never_seen_leaves_the_correction_standing(warehouse: Warehouse) -> None:
    reversal = Payment(FEB, -80, [], status="22", charge=-100)
    row = outcome(warehouse, Story([Claim()], [reversal, Payment(MAR, 80, [Cas("CO", "45", 20)])]))
    assert picked(row, "first_response", "final_outcome", "is_reworked") == ("paid", "paid", True)


def test_a_secondary_payer_changes_neither_response_nor_denial(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(), Claim(submit=MAR, payer="P02", sequence="S")],
        [
            Payment(FEB, 80, [Cas("PR", "2", 20)]),
            Payment(APR, 0, [Cas("CO", "50", 100)], status="2", payer="P02"),
        ],
    )
    row = outcome(warehouse, story)
    assert picked(row, "first_response", "final_outcome", "response_count", "denied_amount") == (
        "paid",
        "paid",
        1,
        money(0),
    )
    assert row["patient_responsibility_amount"] == money(20)


def test_money_of_a_secondary_payer_is_kept_apart_with_and_without_a_claim_to_it(
    warehouse: Warehouse,
) -> None:
    story = Story(
        [Claim("E1"), Claim("E1", submit=MAR, payer="P02", sequence="S"), Claim("E2")],
        [
            Payment(FEB, 80, [Cas("PR", "2", 20)]),
            Payment(APR, 15, [Cas("OA", "23", 80), Cas("PR", "2", 5)], status="2", payer="P02"),
            Payment(FEB, 80, [Cas("PR", "2", 20)], number="E2", status="19"),
            Payment(MAR, 20, [Cas("OA", "23", 80)], number="E2", status="2", payer="P03"),
            Payment(APR, -20, [Cas("OA", "23", -80)], number="E2", status="22", payer="P03", charge=-100),
        ],
    )
    rows = outcomes(warehouse, story)
    assert [picked(row, "paid_amount", "secondary_paid_amount", "final_outcome") for row in rows] == [
        (money(80), money(15), "paid"),
        (money(80), money(0), "paid"),
    ]
    assert [row["response_count"] for row in rows] == [1, 1]


def test_a_refused_duplicate_is_a_denial_but_leaves_the_claim_paid(warehouse: Warehouse) -> None:
    story = Story([Claim(), Claim(submit=FEB)], [PAID, Payment(MAR, 0, [Cas("OA", "18", 100)])])
    row = outcome(warehouse, story)
    assert picked(row, "first_response", "final_outcome", "denial_reason_code", "denied_amount") == (
        "paid",
        "paid",
        "18",
        money(100),
    )
    assert not row["is_reworked"]


def test_the_parts_of_a_claim_that_the_payer_split_count_together(warehouse: Warehouse) -> None:
    story = Story(
        [Claim()],
        [
            Payment(FEB, 50, [Cas("CO", "45", 10)], charge=60),
            Payment(MAR, 0, [Cas("CO", "50", 40)], charge=40),
        ],
    )
    row = outcome(warehouse, story)
    assert picked(row, "first_response", "final_outcome", "denied_amount", "is_reworked") == (
        "partly denied",
        "partly denied",
        money(40),
        False,
    )


def test_a_smaller_replacement_is_the_latest_state_alone(warehouse: Warehouse) -> None:
    story = Story(
        [Claim(charge=150), Claim(submit=MAR, frequency="7", charge=100)],
        [
            Payment(FEB, 0, [Cas("CO", "16", 150)], charge=150),
            Payment(APR, 80, [Cas("CO", "45", 20)], charge=100),
        ],
    )
    row = outcome(warehouse, story)
    assert picked(row, "charge_amount", "first_response", "final_outcome", "denied_amount") == (
        money(150),
        "denied",
        "paid",
        money(150),
    )


@pytest.mark.parametrize("status", ["23", "25"])
def test_a_forwarded_claim_and_a_predetermination_answer_nothing(warehouse: Warehouse, status: str) -> None:
    row = outcome(warehouse, Story([Claim()], [Payment(FEB, 0, [Cas("OA", "50", 100)], status=status)]))
    assert picked(row, "first_response", "response_count") == ("no response yet", 0)


def test_a_resubmission_after_the_answer_is_rework_and_one_before_it_is_not(warehouse: Warehouse) -> None:
    story = Story(
        [Claim("E1"), Claim("E1", submit=MAR), Claim("E2"), Claim("E2", submit=dt.date(2026, 1, 12))],
        [DENIED, Payment(FEB, 0, [Cas("CO", "197", 100)], number="E2")],
    )
    rows = outcomes(warehouse, story)
    assert [picked(row, "patient_control_number", "is_reworked") for row in rows] == [
        ("E1", True),
        ("E2", False),
    ]


def test_interim_bills_of_one_stay_are_claims_of_their_own(warehouse: Warehouse) -> None:
    later = dt.date(2026, 2, 5)
    story = Story(
        [Claim(frequency="2", form="I"), Claim(frequency="3", form="I", from_date=later, submit=MAR)],
        [Payment(FEB, 80, [Cas("CO", "45", 20)]), Payment(APR, 0, [Cas("CO", "50", 100)], from_date=later)],
    )
    rows = outcomes(warehouse, story)
    assert [picked(row, "claim_id", "first_response") for row in rows] == [(1, "paid"), (2, "denied")]


def test_a_replacement_with_another_service_date_joins_the_only_original(warehouse: Warehouse) -> None:
    story = Story([Claim(), Claim(frequency="7", submit=MAR, from_date=dt.date(2026, 1, 6))], [DENIED])
    row = outcome(warehouse, story)
    assert picked(row, "claim_id", "is_reworked", "final_outcome") == (1, True, "denied")


def test_a_replacement_whose_original_was_not_loaded_is_the_first_known(warehouse: Warehouse) -> None:
    row = outcome(warehouse, Story([Claim(frequency="7")], [PAID]))
    assert picked(row, "claim_id", "final_outcome", "is_reworked") == (1, "paid", False)


def test_the_reason_list_in_force_on_the_day_of_payment_decides(warehouse: Warehouse) -> None:
    ended = {"reason_code": "N1", "label": "Once a denial", "is_denial": True}
    story = Story(
        [Claim("E1"), Claim("E2")],
        [
            Payment(FEB, 0, [Cas("CO", "N1", 60), Cas("CO", "45", 40)], number="E1"),
            Payment(APR, 0, [Cas("CO", "N1", 60), Cas("CO", "45", 40)], number="E2"),
        ],
        {
            "ref.denial_reason": [
                {**ended, "effective_from": dt.date(2020, 1, 1), "effective_to": dt.date(2026, 2, 28)},
                {**ended, "effective_from": dt.date(2026, 3, 1), "is_denial": False},
            ]
        },
    )
    assert [row["first_response"] for row in outcomes(warehouse, story)] == ["denied", "paid"]


def test_the_encounter_is_named_where_it_is_known(warehouse: Warehouse) -> None:
    story = Story(
        # Of a claim without any date no encounter is made.
        [Claim("E1"), Claim("E2", submit=None, from_date=None)],
        more={"core.encounter": [{"encounter_id": "E1"}]},
    )
    assert [row["encounter_id"] for row in outcomes(warehouse, story)] == ["E1", None]


def test_what_may_be_denied_is_counted_apart(warehouse: Warehouse) -> None:
    mixed = [Cas("CO", "50", 60, 1), Cas("CO", "X99", 40, 2)]
    payments = [
        Payment(FEB, 0, [Cas("CO", "X99", 100)], number="E1"),
        Payment(FEB, 0, mixed, lines=[(60, 0), (40, 0)], number="E2"),
        Payment(FEB, 60, [Cas("CO", "X99", 40, 2)], lines=[(60, 60), (40, 0)], number="E3"),
        Payment(FEB, 0, [Cas("CO", "X99", 100)], number="E4", status="4"),
    ]
    rows = outcomes(warehouse, Story([Claim(f"E{n}") for n in (1, 2, 3, 4)], payments))
    assert [picked(row, "unmapped_amount", "may_be_denied") for row in rows] == [
        (money(100), True),
        (money(40), True),
        (money(40), False),
        (money(0), False),
    ]
    assert picked(rows[3], "denial_reason_code", "denial_reason_day_id") == ("X99", None)


LISTED = {"label": "As listed", "denial_category": "listed", "is_coding_related": "no", "owner": "billing"}


def listed(code: str, kind: str, **more: object) -> dict[str, object]:
    return {**LISTED, "reason_code": code, "reason_kind": kind, "is_denial": kind == "refused", **more}


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([listed("24", "capitation", stated_by="project")], "paid"),
        (
            [
                listed("24", "capitation", stated_by="project"),
                listed("24", "refused", stated_by="project", payer_class="Medicare fee-for-service"),
            ],
            "denied",
        ),
        (
            [
                listed("24", "capitation", stated_by="user"),
                listed("24", "refused", stated_by="project", payer_class="Medicare fee-for-service"),
            ],
            "paid",
        ),
        (
            [
                listed("24", "capitation", stated_by="user"),
                listed("24", "refused", stated_by="user", payer="payer p01 "),
            ],
            "denied",
        ),
        (
            [
                listed("24", "capitation", stated_by="user", payer="payer p01 ", label="A"),
                listed("24", "refused", stated_by="user", payer="p01", label="B"),
            ],
            "denied",
        ),
        (
            [
                listed("24", "refused", stated_by="user", payer="payer p01 ", label="A"),
                listed("24", "capitation", stated_by="user", payer="p01", label="B"),
            ],
            "paid",
        ),
        (
            [
                listed("24", "capitation", stated_by="project"),
                listed("24", "refused", stated_by="user", payer="P02"),
            ],
            "paid",
        ),
        (
            [
                listed("24", "refused", stated_by="project", effective_to=dt.date(2026, 1, 31)),
                listed("24", "capitation", stated_by="project", effective_from=dt.date(2026, 2, 1)),
            ],
            "paid",
        ),
    ],
    ids=[
        "for all",
        "by class",
        "own list first",
        "own list by name of payer",
        "identifier, not name",
        "identifier as well",
        "another payer",
        "by day",
    ],
)
def test_what_a_reason_means_follows_from_list_payer_class_and_day(
    warehouse: Warehouse, rows: list[dict[str, object]], state: str
) -> None:
    payment = Payment(FEB, 0, [Cas("CO", "24", 100)], filing="MB")
    row = outcome(warehouse, Story([Claim()], [payment], {"ref.denial_reason": rows}))
    assert row["first_response"] == state
