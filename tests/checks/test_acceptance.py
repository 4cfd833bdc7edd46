"""Exceptions: what they fit, until when they hold, and that they never hide a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from auditlib.checks.acceptance import (
    AcceptedScope,
    accept,
    acceptances,
    accepted_findings,
    withdraw_acceptance,
)
from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace
from tests.tables import fill

DAY = dt.date(2026, 3, 1)
MOMENT = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)


def finding(check_id: str, number: int, claim_id: int | None, **columns: object) -> dict[str, object]:
    neutral = {"item_number": 1, "code": "I10", "encounter_id": f"E{claim_id or 9}"}
    return {"check_id": check_id, "finding_number": number, "claim_id": claim_id, **neutral, **columns}


@pytest.fixture
def ledger(workspace: Workspace) -> Ledger:
    return workspace.ledger()


@pytest.fixture
def found(warehouse: Warehouse) -> Warehouse:
    claims = [
        {"claim_id": 1, "patient_control_number": "A1", "payer_id": "P01"},
        {"claim_id": 2, "patient_control_number": "A2", "payer_id": "P02"},
    ]
    findings = [
        finding("DX-13", 1, 1),
        finding("DX-13", 2, 1, item_number=2),
        finding("DX-13", 3, 2, code="E119"),
        finding("DX-06", 1, 2),
        finding("DX-06", 2, None),
    ]
    fill(warehouse, {"core.claim": claims, "mart.finding": findings})
    return warehouse


def accepted_by(ledger: Ledger, scope: AcceptedScope, until: dt.date | None = None) -> int:
    return accept(ledger, scope, reason="payer's rule", until=until, actor="auditor one", recorded_at=MOMENT)


@pytest.mark.parametrize(
    ("scope", "accepted"),
    [
        ({"check_id": "DX-13", "claim": "A1", "item_number": 2}, [("DX-13", 2)]),
        ({"claim": "A1"}, [("DX-13", 1), ("DX-13", 2)]),
        ({"claim": "A2", "check_id": "DX-06"}, [("DX-06", 1)]),
        ({"claim": "E9"}, [("DX-06", 2)]),
        ({"check_id": "DX-13", "payer_id": "P02"}, [("DX-13", 3)]),
        ({"check_id": "DX-13", "code": "I10"}, [("DX-13", 1), ("DX-13", 2)]),
        ({"check_id": "DX-13", "code": "Z00"}, []),
    ],
)
def test_what_an_exception_fits(
    found: Warehouse, ledger: Ledger, scope: Mapping[str, Any], accepted: list[tuple[str, int]]
) -> None:
    accepted_by(ledger, AcceptedScope(**scope))
    rows = accepted_findings(found, ledger, as_of=DAY)
    assert rows.select("check_id", "finding_number").rows() == accepted
    assert set(rows["accepted_because"]) <= {"payer's rule"}


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"check_id": "DX-13"},
        {"payer_id": "P01"},
        {"code": "I10"},
        {"claim": "A1", "item_number": 1},
        {"check_id": "DX-13", "code": "I10", "item_number": 1},
    ],
)
def test_an_exception_says_what_it_accepts(scope: Mapping[str, Any]) -> None:
    with pytest.raises(UsageError, match="not said which findings"):
        AcceptedScope(**scope)


@pytest.mark.parametrize(("day", "count"), [(1, 2), (5, 2), (6, 0)])
def test_an_exception_holds_to_its_last_day(found: Warehouse, ledger: Ledger, day: int, count: int) -> None:
    accepted_by(ledger, AcceptedScope(claim="A1"), until=dt.date(2026, 3, 5))
    assert accepted_findings(found, ledger, as_of=dt.date(2026, 3, day)).height == count
    assert acceptances(ledger).height == 1


def test_a_withdrawn_exception_no_longer_holds_and_stays_on_record(found: Warehouse, ledger: Ledger) -> None:
    number = accepted_by(ledger, AcceptedScope(claim="A1"))
    other = accepted_by(ledger, AcceptedScope(claim="A2"))
    withdraw_acceptance(ledger, number, reason="rule ended", actor="auditor two", recorded_at=MOMENT)
    assert acceptances(ledger)["acceptance_number"].to_list() == [other]
    assert accepted_findings(found, ledger, as_of=DAY).height == 2
    assert [event.kind for event in ledger.events()] == [
        "finding accepted",
        "finding accepted",
        "finding acceptance withdrawn",
    ]
    with pytest.raises(UsageError, match=f"No exception {number} stands"):
        withdraw_acceptance(ledger, number, reason="again", actor="auditor two", recorded_at=MOMENT)


def test_two_exceptions_accept_a_finding_once(found: Warehouse, ledger: Ledger) -> None:
    accepted_by(ledger, AcceptedScope(claim="A1"))
    accepted_by(ledger, AcceptedScope(check_id="DX-13", code="I10"))
    assert accepted_findings(found, ledger, as_of=DAY).height == 2


def test_without_exceptions_nothing_is_accepted(found: Warehouse, ledger: Ledger) -> None:
    none = accepted_findings(found, ledger, as_of=DAY)
    accepted_by(ledger, AcceptedScope(claim="A1"))
    some = accepted_findings(found, ledger, as_of=DAY)
    assert (none.height, none.schema) == (0, some.schema)


def test_an_exception_needs_a_reason_and_a_day_to_come(ledger: Ledger) -> None:
    scope = AcceptedScope(claim="A1")
    with pytest.raises(UsageError, match="needs its reason"):
        accept(ledger, scope, reason=" ", until=None, actor="auditor one", recorded_at=MOMENT)
    with pytest.raises(UsageError, match="has ended already"):
        accepted_by(ledger, scope, until=dt.date(2026, 2, 28))
    assert ledger.events() == []
