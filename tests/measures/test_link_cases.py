"""Payments that real files brought, and others of their kinds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.workbench import Workbench
from auditlib.workspace import Workspace

FILES = "field_cases/claims"


def loaded(workspace: Workspace, folder: Path) -> Workbench:
    wb = Workbench(workspace)
    for load in sorted(part for part in folder.iterdir() if part.is_dir()) or [folder]:
        wb.files.load(load)
    return wb


@pytest.mark.field
@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("link_other_visit", "unmatched: other days of service"),
        ("link_paid_before_service", "unmatched: paid or received before the first day of service"),
    ],
)
def test_a_payment_of_something_else_is_unmatched(
    workspace: Workspace, field_data: Path, case: str, reason: str
) -> None:
    wb = loaded(workspace, field_data / FILES / case)
    assert wb.claims.unmatched().frame["reason"].to_list() == [reason]
    assert wb.claims.positions().frame["position"].to_list() == ["no answer"]
    assert wb.denials.rate().frame["denominator_count"].to_list() == [0, 0, 0]


@pytest.mark.field
def test_two_claims_of_one_number_are_told_apart_by_their_members(
    workspace: Workspace, field_data: Path
) -> None:
    wb = loaded(workspace, field_data / FILES / "link_by_member")
    positions = wb.claims.positions().frame.sort("claim_id")
    assert [int(paid) for paid in positions["paid_amount"]] == [60, 80]
    assert wb.claims.unmatched().frame.is_empty()


@pytest.mark.field
def test_a_claim_that_crossed_over_is_answered_in_turn(workspace: Workspace, field_data: Path) -> None:
    (row,) = loaded(workspace, field_data / FILES / "crossover").claims.positions().frame.to_dicts()
    amounts = [int(row[f"{name}_amount"]) for name in ("paid", "patient_responsibility", "unbalanced")]
    assert (row["position"], amounts) == ("answered and paid", [150, 0, 0])


@pytest.mark.field
def test_a_reversal_without_its_payment_is_called_so(workspace: Workspace, field_data: Path) -> None:
    wb = loaded(workspace, field_data / FILES / "orphan_reversal")
    assert wb.claims.positions().frame["position"].to_list() == ["reversal without its payment"]
    assert wb.claims.history("R1").frame["event"].to_list()[-1] == "reversal without its payment"


@pytest.mark.field
def test_a_rejection_before_adjudication_is_part_of_the_history(
    workspace: Workspace, field_data: Path
) -> None:
    wb = loaded(workspace, field_data / FILES / "277ca_reject_history")
    event = wb.claims.history("F4").frame.row(1, named=True)
    assert event["event_date"] == dt.date(2026, 1, 11)
    assert event["event"] == "rejected before adjudication: 277CA claim, A7 562"
    assert wb.claims.positions().frame["position"].to_list() == ["rejected before adjudication"]
    flow = wb.denials.outcomes().frame
    assert flow.select("first_response", "final_outcome").rows() == [("rejected before adjudication",) * 2]
    assert wb.claims.rejections().frame["claim_count"].to_list() == [1]
    assert wb.claims.clean_rate().frame.select("numerator_count", "denominator_count").row(0) == (0, 1)
    assert wb.denials.rate().frame["denominator_count"].to_list() == [0, 0, 0]
