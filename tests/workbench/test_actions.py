"""A corrective action is planned, done, and confirmed by a re-audit or not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.review import CorrectedCode, Verdict
from auditlib.review.corrective_action import fold_actions
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from tests.workbench.records import BARE, CODES, NOW, SAMPLE, VISITS, records_workbench

WHOLE = [visit for visit in VISITS if visit not in BARE]
TODAY = NOW.date()
DUE = dt.date(2026, 11, 30)


def review(bench: Workbench, audit: str, *, wrong: int, cause: str = "coder rule") -> None:
    """Complete every chart that has documents; in the first ones the visit's level is changed."""
    session = bench.audit(audit).session("Rita")
    for place, visit in enumerate(WHOLE):
        session.open_chart(visit, recorded_at=NOW)
        corrected = CorrectedCode("CPT", "99212", "procedure")
        verdict = Verdict(visit, "agree", 2, *CODES[1][:2])
        if place < wrong:
            verdict = Verdict(visit, "change", 2, *CODES[1][:2], corrected, "wrong code", cause)
        session.decide(verdict, recorded_at=NOW)
        session.decide(Verdict(visit, "agree", 1, *CODES[0][:2]), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = records_workbench(tmp_path / "ws")
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="4", count=40), name="q2")
    review(bench, SAMPLE, wrong=24)
    return bench


def state(bench: Workbench, as_of: dt.date = TODAY) -> str:
    return str(bench.audit(SAMPLE).actions(as_of=as_of).frame["action_state"].item())


def test_an_action_is_open_overdue_done_and_confirmed(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    action = audit.corrective.plan("Teach levels of visits.", owner="Lee", due=DUE, cause="coder rule")
    assert action == "A1"
    assert state(bench) == "open"
    assert state(bench, DUE) == "open"
    assert state(bench, DUE + dt.timedelta(days=1)) == "overdue"
    with pytest.raises(UsageError, match="not done"):
        audit.corrective.reaudit(action, "q2")
    audit.corrective.done(action, result="Taught on a Friday.")
    assert state(bench, DUE + dt.timedelta(days=1)) == "done"
    audit.corrective.reaudit(action, "q2")
    assert state(bench) == "done"
    review(bench, "q2", wrong=2)
    row = bench.audit(SAMPLE).actions().frame.row(0, named=True)
    assert row["action_state"] == "confirmed by re-audit"
    # 24 of 30 charts of two codes had one wrong, then 2.
    assert (row["before_share"], row["after_share"]) == (36 / 60, 58 / 60)
    assert row["before_lower"] < 36 / 60 < row["before_upper"] < row["after_lower"]
    assert (row["before_chart_count"], row["after_chart_count"]) == (30, 30)
    assert row["p_value"] < 0.05


def test_a_reaudit_without_improvement_does_not_confirm(bench: Workbench) -> None:
    corrective = bench.audit(SAMPLE).corrective
    corrective.plan("Teach levels of visits.", owner="Lee", due=DUE, cause="coder rule")
    corrective.plan("Give better templates.", owner="Kim", due=DUE, cause="documentation missing")
    corrective.plan("Sit beside the coder.", owner="Kim", due=DUE, coder="C1")
    for action in ("A1", "A2", "A3"):
        corrective.done(action, result="Done.")
        corrective.reaudit(action, "q2")
    review(bench, "q2", wrong=23)
    frame = bench.audit(SAMPLE).actions().frame
    assert frame["action_state"].to_list() == ["done, not confirmed by re-audit"] * 3
    # No error of the second cause was found in either audit.
    assert frame["before_share"].to_list()[1] == 1
    assert frame["before_chart_count"].to_list()[2] == len([v for v in WHOLE if int(v[1:]) % 2])


def test_what_is_not_valid_is_refused(bench: Workbench) -> None:
    corrective = bench.audit(SAMPLE).corrective
    with pytest.raises(UsageError, match="one coder, one cause or one finding"):
        corrective.plan("Teach.", owner="Lee", due=DUE)
    with pytest.raises(UsageError, match="cause is not a known one"):
        corrective.plan("Teach.", owner="Lee", due=DUE, cause="haste")
    with pytest.raises(UsageError, match="no finding of that id"):
        corrective.plan("Teach.", owner="Lee", due=DUE, finding="0" * 16)
    with pytest.raises(UsageError, match="coder"):
        corrective.plan("Teach.", owner="Lee", due=DUE, coder="C77")
    with pytest.raises(UsageError, match="is past"):
        corrective.plan("Teach.", owner="Lee", due=dt.date(2026, 1, 1), coder="C1")
    action = corrective.plan("Teach.", owner="Lee", due=DUE, coder="C1")
    with pytest.raises(UsageError, match="between the day"):
        corrective.done(action, result="Done.", on=dt.date(2026, 10, 1))
    corrective.withdraw(action, reason="The coder has left.")
    assert fold_actions(bench.workspace.ledger().events(audit=SAMPLE)) == {}
    with pytest.raises(UsageError, match="no corrective action A1"):
        corrective.done(action, result="Done.")
    assert corrective.plan("Teach all.", owner="Lee", due=DUE, cause="coder rule") == "A2"


def test_an_action_by_command(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> tuple[int, str]:
        code = main(["-w", str(bench.workspace.root), "audit", *words])
        return code, capsys.readouterr().out

    assert (
        run(
            "action",
            "Teach.",
            "--owner",
            "Lee",
            "--due",
            "2099-12-31",
            "--cause",
            "coder rule",
            "--audit",
            SAMPLE,
        )[0]
        == 0
    )
    assert run("action", "A1", "--done", "Taught.", "--audit", SAMPLE)[0] == 0
    code, out = run("actions", SAMPLE)
    assert code == 0
    assert "cause coder rule" in out
    assert " done" in out
    assert run("action", "A1", "--audit", SAMPLE)[0] == 2
