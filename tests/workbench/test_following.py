from __future__ import annotations

import datetime as dt
import json

import pytest

from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.measures.story import Cas, Claim, Payment, Story, tell

FEB, MAR, APR = (dt.date(2026, month, 1) for month in (2, 3, 4))
STORY = Story(
    [Claim(), Claim(submit=MAR, frequency="7", refers_to="ICN1"), Claim("E2")],
    [
        Payment(FEB, 80, [Cas("CO", "45", 20)], control="ICN1", frequency="1"),
        Payment(APR, -80, [Cas("CO", "45", -20)], status="22", charge=-100, control="ICN1", frequency="1"),
        Payment(APR, 60, [Cas("CO", "45", 40)], control="ICN2", frequency="7"),
        Payment(APR, 5, number="E1", payer="P77", from_date=None, charge=40),
    ],
    more={"core.source_file": [{"source_file_id": 0, "file_name": "told.edi"}]},
)


@pytest.fixture
def workbench(workspace: Workspace) -> Workbench:
    tell(workspace.warehouse(), STORY)
    return Workbench.open(workspace.root)


def test_the_history_of_an_account_is_in_order_with_the_net_payment(workbench: Workbench) -> None:
    history = workbench.claims.history("E1").frame
    assert history.select("step_number", "event", "net_paid_amount", "adjustments").rows() == [
        (1, "claim: original", 0, None),
        (2, "payment, status 1", 80, "CO-45 20.00"),
        (3, "claim: replacement", 80, None),
        (4, "reversal", 0, "CO-45 -20.00"),
        (5, "payment, status 1", 60, "CO-45 40.00"),
        (1, "payment, status 1", 5, None),
    ]
    unmatched = history.filter(history["chain_id"].is_null())
    assert unmatched["how_linked"].to_list() == ["unmatched: too little agrees besides the control number"]


def test_a_number_that_nothing_has_is_told(workbench: Workbench) -> None:
    with pytest.raises(UsageError, match="No claim and no payment"):
        workbench.claims.history("E9")


def test_positions_are_listed_by_name_only(workbench: Workbench) -> None:
    assert workbench.claims.positions("taken back").frame["claim_id"].to_list() == [1]
    assert workbench.claims.position_totals().frame["claim_count"].sum() == 3
    with pytest.raises(UsageError, match="no position 'lost'"):
        workbench.claims.positions("lost")


def test_the_commands_say_the_same(workbench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(workbench.workspace.root)
    assert main(["-w", root, "claims", "history", "E1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["events"]) == 6
    assert main(["-w", root, "claims", "history", "E1"]) == 0
    shown = capsys.readouterr().out
    assert "reversal" in shown
    assert "Payments that answer no loaded claim:" in shown
    assert main(["-w", root, "claims", "positions", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert {row["position"]: row["claim_count"] for row in figures["positions"]} == {
        "no answer": 1,
        "taken back": 1,
        "answered and paid": 1,
    }
    assert sum(row["payment_count"] for row in figures["payments"]) == len(STORY.payments)
    assert main(["-w", root, "claims", "positions", "no answer", "--limit", "0"]) == 0
    assert "1 more" in capsys.readouterr().out
    assert main(["-w", root, "claims", "positions", "lost"]) == 2
