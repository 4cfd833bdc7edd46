"""Work on denials by command: what is entered, acknowledged, refused and undone."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditlib.cli import main
from auditlib.ledger import Ledger
from auditlib.measures import overturn_model
from auditlib.measures.overturn_model import OverturnModel
from auditlib.workbench import Workbench
from tests.made_once import empty_workspace
from tests.tables import fill
from tests.x12_texts import professional_claims, remittance

REASONS = [
    {
        "reason_code": code,
        "label": "Refused",
        "denial_category": category,
        "is_denial": True,
        "reason_kind": "refused",
        "stated_by": "project",
    }
    for code, category in (("50", "medical necessity"), ("197", "authorization"))
]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A denied claim, a claim that waits, and a payment of a claim that was never loaded."""
    fill(empty_workspace(tmp_path / "w").warehouse(), {"ref.denial_reason": REASONS})
    wb = Workbench.open(tmp_path / "w")
    claims, answers = tmp_path / "claims.837", tmp_path / "answers.835"
    claims.write_text(professional_claims([("A1", "100"), ("A2", "200")]), encoding="utf-8")
    answers.write_text(remittance([("A1", "100", "0"), ("A9", "300", "120")], reason="50"), encoding="utf-8")
    wb.files.load([claims, answers])
    return wb.workspace.root


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["-w", str(root), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def entered(run: Run, *words: str) -> str:
    code, out, err = run("denials", *words)
    assert code == 0, err
    assert out.startswith("Entered in the ledger. ")
    return out.removeprefix("Entered in the ledger. ").strip()


def refused(run: Run, *words: str) -> str:
    code, out, err = run("denials", *words)
    assert (code, out) == (2, ""), (out, err)
    return err


def listed(run: Run, verb: str, name: str) -> dict[str, dict[str, Any]]:
    code, out, err = run("--json", "denials", verb)
    assert code == 0, err
    return {row["patient_control_number"]: row for row in json.loads(out)[name]}


def test_an_appeal_from_its_assignment_to_its_end(run: Run, root: Path) -> None:
    assert entered(run, "assign", "A1", "--to", "bob") == "A1 is now: assigned; assigned to bob."
    assert "note: order asked for" in entered(run, "note", "A1", "order asked for")
    assert "ground: clinical validation" in entered(run, "state-ground", "A1", "clinical validation")
    assert "payer's answer (Feb 1, 2026)" in refused(run, "appeal-sent", "A1", "--on", "2026-01-31")
    assert "out of order" in refused(run, "appeal-sent", "A1", "--on", "2026-02-10", "--level", "2")
    assert "No appeal" in refused(run, "appeal-decided", "A1", "won", "--on", "2026-02-10")
    assert "appeal level 1; appealed Feb 10, 2026" in entered(run, "appeal-sent", "A1", "--on", "2/10/2026")
    assert "already" in refused(run, "appeal-sent", "A1", "--on", "2026-02-11")
    assert "before the appeal" in refused(run, "appeal-decided", "A1", "lost", "--on", "2026-02-09")
    assert "brings no dollars" in refused(
        run, "appeal-decided", "A1", "lost", "--on", "2026-02-20", "--amount", "50"
    )
    assert "lost; " in entered(run, "appeal-decided", "A1", "lost", "--on", "2026-02-20")
    assert "decided already" in refused(run, "appeal-decided", "A1", "won", "--on", "2026-02-21")
    assert "before the decision" in refused(run, "appeal-sent", "A1", "--on", "2026-02-15")
    assert "appeal level 2" in entered(run, "appeal-sent", "A1", "--on", "2026-02-25")
    # A wrong entry is undone; both stay on record.
    undone = entered(run, "undo", "A1")
    assert undone.startswith(f"Undone: appeal sent, entered by {getpass.getuser()} on ")
    assert ". A1 is now: lost;" in undone
    assert listed(run, "worklist", "worklist")["A1"]["state"] == "lost"
    assert "more than the charges, $100.00" in refused(
        run, "close", "A1", "written off", "--on", "2026-03-01", "--amount", "1000"
    )
    assert "written off $100.00" in entered(
        run, "close", "A1", "written off", "--on", "2026-03-01", "--amount", "100"
    )
    assert "has ended: written off" in refused(run, "appeal-sent", "A1", "--on", "2026-03-02")
    assert "A1" not in listed(run, "worklist", "worklist")
    assert "Undone: denial closed" in entered(run, "undo", "A1")
    assert "A1" in listed(run, "worklist", "worklist")
    assert len(Ledger(root / "ledger.db").events()) == 9


def test_dollars_with_a_wrong_digit_are_refused_or_pointed_at(run: Run) -> None:
    entered(run, "appeal-sent", "A1", "--on", "2026-02-10")
    won = ("appeal-decided", "A1", "won", "--on", "2026-02-20")
    assert "no amount in dollars" in refused(run, *won, "--amount", "95,40")
    said = entered(run, *won, "--amount", "$1,000.00")
    assert "recovered $1,000.00" in said
    assert said.endswith("More than the charges of A1, $100.00: undo it if a digit is wrong.")
    entered(run, "undo", "A1")
    # Dollars that nobody gave are said to be none.
    assert "recovered $0.00" in entered(run, *won)


def test_the_list_of_commands_says_what_each_enters(run: Run) -> None:
    code, out, _ = run("denials", "--help")
    rows = [line for line in out.splitlines() if line.startswith("  ")]
    verbs = ("assign", "note", "state-ground", "appeal-sent", "appeal-decided")
    verbs += ("records-requested", "records-sent", "close", "undo")
    assert code == 0
    assert all(any(re.match(rf"  {verb} +(Enter|Undo) ", row) for row in rows) for verb in verbs)


def test_records_are_asked_for_and_sent_on_a_claim_that_waits(run: Run) -> None:
    assert "No request" in refused(run, "records-sent", "A2", "--on", "2026-03-01")
    assert "before the claim was sent" in refused(run, "records-requested", "A2", "--on", "2025-12-01")
    assert "is before the request" in refused(
        run, "records-requested", "A2", "--on", "2026-03-01", "--due", "2026-02-01"
    )
    said = entered(run, "records-requested", "A2", "--on", "2026-03-01", "--due", "2026-04-15")
    assert said == "A2 is now: open; records requested Mar 1, 2026; records due Apr 15, 2026."
    row = listed(run, "worklist", "worklist")["A2"]
    assert (row["action"], row["records_due_date"]) == ("send records", "2026-04-15")
    assert listed(run, "records", "requests")["A2"]["records_state"] == "late"
    assert "before the request" in refused(run, "records-sent", "A2", "--on", "2026-02-28")
    assert "records sent Mar 5, 2026" in entered(run, "records-sent", "A2", "--on", "2026-03-05")
    assert listed(run, "records", "requests")["A2"]["records_state"] == "sent"


def test_a_payment_without_a_claim_is_worked_on_and_closed(run: Run) -> None:
    row = listed(run, "unmatched", "payments")["A9"]
    assert (row["paid_amount"], row["needed"]) == (
        "120.00",
        "the 837 of this account; or its number as it was sent",
    )
    code, out, _ = run("denials", "worklist")
    assert (code, "1 payment ($120.00) without a claim" in out) == (0, True)
    entered(run, "assign", "A1", "A9", "--to", "bob")
    entered(run, "note", "A9", "asked the clearinghouse")
    row = listed(run, "unmatched", "payments")["A9"]
    assert (row["assignee"], row["last_note"]) == ("bob", "asked the clearinghouse")
    assert "There is no claim to a primary payer A9" in refused(
        run, "appeal-sent", "A9", "--on", "2026-03-01"
    )
    assert "before what it closes" in refused(run, "close", "A9", "settled", "--on", "2026-01-01")
    assert "A9 is now: settled" in entered(run, "close", "A9", "settled", "--on", "2026-03-01")
    assert "A9" not in listed(run, "unmatched", "payments")


def test_what_cannot_be_is_refused_and_enters_nothing(run: Run) -> None:
    assert "There is no claim" in refused(run, "note", "ZZ", "a note")
    assert "There is no claim" in refused(run, "assign", "A1", "ZZ", "--to", "bob")
    assert "No line of claim A2 is denied" in refused(run, "appeal-sent", "A2", "--on", "2026-03-01")
    assert "is in the future" in refused(run, "appeal-sent", "A1", "--on", "2999-01-01")
    assert "no amount" in refused(run, "close", "A1", "paid", "--on", "2026-03-01", "--amount", "ten")
    assert "below 0" in refused(run, "close", "A1", "paid", "--on", "2026-03-01", "--amount=-1")
    assert "Nothing is recorded" in refused(run, "undo", "A1")
    assert "of Jan 1, 2026" in refused(run, "note", "A1", "a note", "--first-day", "2026-01-01")
    assert listed(run, "worklist", "worklist")["A1"]["state"] == "open"


def test_the_chance_is_learned_once_for_a_state_of_the_warehouse(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[dt.date] = []
    learn = overturn_model.overturn_model

    def counted(lines: pl.DataFrame, day: dt.date) -> OverturnModel:
        learned.append(day)
        return learn(lines, day)

    monkeypatch.setattr(overturn_model, "overturn_model", counted)
    wb = Workbench.open(root)
    for _ in range(3):
        wb.denials.worklist()
    wb.denials.note("A1", "a note")
    assert wb.denials.worklist().frame["last_note"].to_list() == ["a note"]
    assert len(learned) == 1
    later = tmp_path / "later.835"
    later.write_text(remittance([("A2", "200", "0")], reason="197"), encoding="utf-8")
    wb.files.load(later)
    assert wb.denials.worklist().frame.height == 2
    assert len(learned) == 2
