"""Checks on a workspace's own history, and the same claims under the edits of later days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from auditlib.checks import run_checks
from auditlib.errors import UsageError
from auditlib.measures.check_history import back_test, back_test_reasons, look_ahead, under_release
from auditlib.scratch import PREFIX
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.checks.cases import claim, code, diagnoses, line, release
from tests.measures.story import Cas, Claim, Payment, Story, tell
from tests.tables import fill

FEB, MAR = dt.date(2026, 2, 1), dt.date(2026, 3, 1)


def found(check_id: str, number: int, claim_id: int, **columns: object) -> dict[str, object]:
    neutral = {"code_system": "ICD-10-CM", "code": "I10", "item_number": 1}
    return {"check_id": check_id, "finding_number": number, "claim_id": claim_id, **neutral, **columns}


@pytest.fixture
def answered(warehouse: Warehouse) -> Warehouse:
    """Claims 1 denied, 2 paid, 3 denied in part, 4 without an answer; findings on all of them."""
    story = Story(
        [Claim("E1"), Claim("E2"), Claim("E3"), Claim("E4")],
        [
            Payment(FEB, 0, [Cas("CO", "146", 100)], number="E1"),
            Payment(FEB, 80, [Cas("CO", "45", 20)], number="E2"),
            Payment(MAR, 60, [Cas("CO", "16", 40, 2)], lines=[(60, 60), (40, 0)], number="E3"),
        ],
        {
            "mart.finding": [
                found("DX-01", 1, 1),
                found("DX-01", 2, 1, item_number=2),
                found("DX-01", 3, 2),
                found("DX-01", 4, 4),
                found("DX-13", 1, 2),
                found("DX-22", 1, 3),
                found("PTP-01", 1, 3, code_system="HCPCS", code="Q9999", at_stake_amount=7),
                found("PTP-02", 1, 1, code_system="HCPCS", code="Q9999", at_stake_amount=30),
            ],
        },
    )
    tell(warehouse, story)
    return warehouse


def test_what_payers_answered_to_the_claims_of_a_check(answered: Warehouse) -> None:
    rows = {row["check_id"]: row for row in back_test(answered, minutes_a_finding=6).iter_rows(named=True)}
    names = (
        *("finding_count", "claim_count", "denied_claim_count", "explained_claim_count", "denied_amount"),
        *("paid_claim_count", "false_alarms_per_hit"),
    )
    assert {check_id: tuple(row[name] for name in names) for check_id, row in rows.items()} == {
        # 146 names DX-01; the fourth claim has no answer and counts as neither.
        "DX-01": (4, 3, 1, 1, Decimal("100.00"), 1, 1.0),
        "DX-13": (1, 1, 0, 0, Decimal("0.00"), 1, None),
        # A diagnosis stands for its claim, of which a part was denied.
        "DX-22": (1, 1, 1, 1, Decimal("40.00"), 0, 0.0),
        # No line with the code of the finding was denied.
        "PTP-01": (1, 1, 0, 0, Decimal("0.00"), 1, None),
        # No more than the charge of the line was at stake.
        "PTP-02": (1, 1, 1, 0, Decimal("30.00"), 0, 0.0),
    }
    assert rows["DX-01"]["reviewer_hours"] == pytest.approx(0.4)
    assert rows["DX-01"]["denied_amount_per_hour"] == pytest.approx(250)


def test_denied_claims_by_reason(answered: Warehouse) -> None:
    rows = back_test_reasons(answered).select(
        "check_id", "denial_reason_code", "is_reason_of_check", "denied_amount"
    )
    assert rows.rows() == [
        ("DX-01", "146", True, Decimal("100.00")),
        ("DX-22", "16", True, Decimal("40.00")),
        ("PTP-02", "146", False, Decimal("30.00")),
    ]


def test_no_findings_and_no_minutes(warehouse: Warehouse) -> None:
    assert back_test(warehouse).is_empty()
    with pytest.raises(UsageError, match="0 minutes are no time"):
        back_test(warehouse, minutes_a_finding=0)


@pytest.mark.slow
def test_the_same_claims_under_the_codes_of_later_days(workspace: Workspace) -> None:
    warehouse = workspace.warehouse()
    ended, begun = dt.date(2026, 1, 20), dt.date(2026, 1, 21)
    fill(
        warehouse,
        {
            "ref.release": [release(first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31))],
            "ref.code": [
                code("I10", first=dt.date(2026, 1, 1), last=ended),
                code("I11", first=begun, last=dt.date(2026, 12, 31)),
            ],
            "core.claim": [claim()],
            "core.claim_line": [line()],
            "core.claim_diagnosis": diagnoses("I10", "I11"),
        },
    )
    with warehouse.writing() as writer:
        graph.run(writer)
    run_checks(warehouse)
    before = warehouse.query("queries/checks/finding_summary")
    later = look_ahead(warehouse, day_count=6)
    row = later.filter(check_id="DX-03").row(0, named=True)
    # On 15 January I11 is not yet in force, on 21 January I10 no longer.
    assert (row["finding_count"], row["later_finding_count"]) == (1, 1)
    assert (row["new_finding_count"], row["gone_finding_count"]) == (1, 1)
    same = look_ahead(warehouse, day_count=1).filter(check_id="DX-03").row(0, named=True)
    assert (same["new_finding_count"], same["gone_finding_count"]) == (0, 0)
    beyond = look_ahead(warehouse, day_count=365).filter(check_id="DX-03").row(0, named=True)
    assert (beyond["later_eligible_count"], beyond["later_not_checked_count"]) == (0, 2)
    assert warehouse.query("queries/checks/finding_summary").equals(before)
    assert not [path for path in workspace.root.iterdir() if path.name.startswith(PREFIX + "ahead")]


def test_the_same_claims_under_a_release_of_later_days(workspace: Workspace) -> None:
    warehouse = workspace.warehouse()
    first, ended = dt.date(2026, 10, 1), dt.date(2026, 9, 30)
    kept, begun = {"of": "FY2027", "first": first, "last": None}, dt.date(2027, 4, 1)
    fill(
        warehouse,
        {
            "ref.release": [release(), release("FY2027", first=first, last=dt.date(2027, 9, 30))],
            "ref.code": [
                *(code(name) for name in ("I10", "I11")),
                code("I11", **kept),
                code("I12", **kept),
                code("I13", of="FY2027", first=begun, last=None),
                code("I14", of="FY2027", first=dt.date(2026, 1, 1), last=ended),
            ],
            "core.claim": [claim()],
            "core.claim_line": [line()],
            "core.claim_diagnosis": diagnoses("I10", "I11", "I12", "I13", "I14"),
        },
    )
    with warehouse.writing() as writer:
        graph.run(writer)
    run_checks(warehouse)
    before = warehouse.query("queries/checks/finding_key")
    later = under_release(warehouse, code_system="ICD-10-CM", release="FY2027")
    rows = {row["check_id"]: row for row in later.iter_rows(named=True)}
    # Now I12 and I13 are of later days; under FY2027 as it begins, I10, I13 and I14 are no codes.
    assert (rows["DX-03"]["finding_count"], rows["DX-03"]["later_finding_count"]) == (2, 0)
    assert (rows["DX-01"]["finding_count"], rows["DX-01"]["later_finding_count"]) == (0, 3)
    assert rows["DX-01"]["later_eligible_count"] == 5
    assert warehouse.query("queries/checks/finding_key").equals(before)


def test_a_release_that_is_not_loaded_is_refused(workspace: Workspace) -> None:
    warehouse = workspace.warehouse()
    fill(warehouse, {"ref.release": [release()]})
    for code_system, shown in (("ICD-10-CM", "FY2026"), ("ICD-10-PCS", "ICD-10-CM")):
        with pytest.raises(UsageError) as raised:
            under_release(warehouse, code_system=code_system, release="FY2031")
        assert shown in str(raised.value)


@pytest.mark.parametrize(
    "asked",
    [{}, {"day_count": 9, "release": "FY2026"}, {"release": "FY2026"}, {"code_set": "ICD-10-CM"}],
)
def test_days_or_a_release(workspace: Workspace, asked: dict[str, object]) -> None:
    checks = Workbench.open(workspace.root).checks
    with pytest.raises(UsageError, match="either by days, or by a release"):
        checks.look_ahead(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("day_count", [0, 4000, -4000])
def test_days_that_lead_nowhere(workspace: Workspace, day_count: int) -> None:
    with pytest.raises(UsageError, match="cannot be moved"):
        look_ahead(workspace.warehouse(), day_count=day_count)
