"""The coder answers a finding, somebody else decides, and one source of final verdicts follows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.audits.all_audits import all_reviewed
from auditlib.cli import main
from auditlib.errors import LedgerMovedOnError, UsageError
from auditlib.report.contents import fact_of
from auditlib.review import CorrectedCode, Verdict
from auditlib.widgets.accuracy_screen.page import page
from auditlib.widgets.accuracy_screen.rows_behind import rows_behind
from auditlib.workbench import Workbench
from auditlib.workbench.report_request import Pack
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.widgets.test_accuracy_screen import texts
from tests.workbench.records import BARE, CODES, NOW, SAMPLE, VISITS, agree_with_all, records_workbench

WHOLE = [visit for visit in VISITS if visit not in BARE]
CHANGED, DELETED, ADDED = WHOLE[:3]
EVIDENCE = "The note states 'chronic, stable'."
TODAY = NOW.date()
REASON = "The note supports the level billed."


def coder_of(visit: str) -> str:
    return f"C{int(visit[1:]) % 2}"


def wrong_verdict(visit: str) -> Verdict:
    if visit == CHANGED:
        corrected = CorrectedCode("CPT", "99212", "procedure")
        return Verdict(visit, "change", 2, "CPT", "99213", corrected, "wrong code", "coder rule")
    if visit == DELETED:
        return Verdict(
            visit, "delete", 1, *CODES[0][:2], error_kind="unsupported code", cause="coder oversight"
        )
    corrected = CorrectedCode("ICD-10-CM", "E119", "secondary")
    return Verdict(visit, "add", corrected=corrected, error_kind="missed code", cause="documentation missing")


def make_findings(root: Path) -> None:
    bench = records_workbench(root)
    session = bench.audit(SAMPLE).session("Rita")
    for visit in (CHANGED, DELETED, ADDED):
        session.open_chart(visit, recorded_at=NOW)
        verdict = wrong_verdict(visit)
        session.decide(verdict, recorded_at=NOW)
        for number in session.undecided(visit):
            system, code, _ = CODES[number - 1]
            session.decide(Verdict(visit, "agree", number, system, code), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)
    agree_with_all(bench, WHOLE[3:6], reviewer="Rita")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    workspace = Workspace.open(copied("forty-visits-three-findings", make_findings, tmp_path / "ws"))
    return Workbench(workspace, user="Ada", clock=lambda: NOW)


def finding_id(bench: Workbench, visit: str) -> str:
    row = bench.audit(SAMPLE).rebuttals().frame.filter(encounter_id=visit)
    return str(row["finding_id"].item())


def dispute(bench: Workbench, visit: str, answer: str = "disputes the finding") -> str:
    found = finding_id(bench, visit)
    bench.audit(SAMPLE).rebuttal.answer(found, answer, coder=coder_of(visit), evidence=EVIDENCE)
    return found


def state(bench: Workbench, visit: str, as_of: dt.date = TODAY) -> str:
    return str(bench.audit(SAMPLE).rebuttals(as_of=as_of).frame.filter(encounter_id=visit)["state"].item())


def test_the_workpaper_counts_the_rebuttals_as_the_report_does(bench: Workbench) -> None:
    def said(pack: Pack, name: str) -> str:
        sections = bench.reports.contents(SAMPLE, pack=pack).sections
        facts = (fact_of(fact) for section in sections for fact in section.facts)
        return {fact.label: fact.value for fact in facts}[name]

    assert said("workpaper", "Rebuttals") == "none recorded"
    dispute(bench, str(bench.audit(SAMPLE).rebuttals().frame["encounter_id"][0]))
    assert said("workpaper", "Rebuttals") == said("audit", "Rebuttal log")
    assert "1 dispute open" in said("workpaper", "Rebuttals")


def test_every_finding_has_a_row_that_says_what_was_billed_and_audited(bench: Workbench) -> None:
    frame = bench.audit(SAMPLE).rebuttals().frame
    assert frame.select("encounter_id", "coder_id", "before", "after", "state").rows() == [
        (CHANGED, coder_of(CHANGED), "99213", "99212", "none recorded"),
        (DELETED, coder_of(DELETED), "I10", "(nothing)", "none recorded"),
        (ADDED, coder_of(ADDED), "(nothing)", "E11.9, secondary", "none recorded"),
    ]
    assert frame["finding_id"].n_unique() == 3


def test_an_answer_is_awaited_until_its_last_day_and_then_missing(bench: Workbench) -> None:
    rebuttal = bench.audit(SAMPLE).rebuttal
    assert rebuttal.send(coder_of(CHANGED), working_days=5) >= 1
    assert rebuttal.send(coder_of(CHANGED), working_days=9) == 0
    row = bench.audit(SAMPLE).rebuttals().frame.filter(encounter_id=CHANGED)
    assert row["due_date"].item() == dt.date(2026, 11, 9)
    assert state(bench, CHANGED, dt.date(2026, 11, 9)) == "answer awaited"
    assert state(bench, CHANGED, dt.date(2026, 11, 10)) == "no answer"


def test_an_upheld_dispute_agrees_with_the_coder_everywhere(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    before = audit.accuracy().frame.row(0, named=True)
    found = dispute(bench, CHANGED)
    assert state(bench, CHANGED) == "dispute open"
    audit.rebuttal.decide(found, "upheld", reason=REASON)
    assert state(bench, CHANGED) == "upheld"
    after = bench.audit(SAMPLE).accuracy().frame.row(0, named=True)
    assert after["numerator_count"] == before["numerator_count"] + 1
    assert after["denominator_count"] == before["denominator_count"]
    scores = bench.audit(SAMPLE).rebuttal.scores().frame
    whole = scores.filter(score_of="audit", measure=before["measure"]).row(0, named=True)
    assert (whole["before_rate"], whole["after_rate"]) == (before["rate"], after["rate"])
    chart = scores.filter(score_of="chart").row(0, named=True)
    assert (chart["name"], chart["before_rate"], chart["after_rate"]) == (CHANGED, 0.5, 1.0)
    # All audits together follow the same verdicts.
    judged = all_reviewed(bench.workspace).final.verdicts.filter(encounter_id=CHANGED)
    assert judged["action"].to_list() == ["agree", "agree"]


def test_an_upheld_dispute_of_a_missed_code_removes_it(bench: Workbench) -> None:
    found = dispute(bench, ADDED)
    bench.audit(SAMPLE).rebuttal.decide(found, "upheld", reason=REASON)
    final = bench.audit(SAMPLE).reviewed.final
    assert final.verdicts.filter(encounter_id=ADDED)["action"].to_list() == ["agree", "agree"]
    row = bench.audit(SAMPLE).rebuttals().frame.filter(encounter_id=ADDED)
    assert row["counts_as"].item() == "(nothing): the code is not added"


def test_a_cause_that_is_upheld_changes_the_cause_alone(bench: Workbench) -> None:
    session = bench.audit(SAMPLE).session("Rita")
    session.reopen_chart(DELETED, recorded_at=NOW)
    session.complete_chart(DELETED, recorded_at=NOW, go_on=False)
    bench.audit(SAMPLE).add_to_verdict(DELETED, 1, payment_difference="12.50", reviewer="Rita")
    found = dispute(bench, DELETED, "disputes the cause")
    bench.audit(SAMPLE).rebuttal.decide(found, "upheld", reason=REASON, cause="guideline change")
    row = bench.audit(SAMPLE).reviewed.final.verdicts.filter(encounter_id=DELETED, code_number=1)
    assert row.select("action", "cause", "error_kind").row(0) == (
        "delete",
        "guideline change",
        "unsupported code",
    )
    assert str(row["payment_difference"].item()) == "12.50"


def test_a_finding_that_stands_counts_and_a_withdrawn_decision_opens_the_dispute(bench: Workbench) -> None:
    found = dispute(bench, CHANGED)
    rebuttal = bench.audit(SAMPLE).rebuttal
    rebuttal.decide(found, "upheld", reason=REASON)
    rebuttal.withdraw_decision(found, reason="Decided on the wrong chart.")
    assert state(bench, CHANGED) == "dispute open"
    assert bench.audit(SAMPLE).reviewed.final.verdicts.filter(encounter_id=CHANGED, action="change").height
    rebuttal.decide(found, "stands", reason=REASON)
    assert state(bench, CHANGED) == "stands"
    with pytest.raises(UsageError, match="is decided: stands"):
        rebuttal.withdraw(found)


def test_auditors_are_shown_with_the_disputes_of_their_findings(bench: Workbench) -> None:
    agree_with_all(bench, [DELETED], reviewer="Bea")
    rebuttal = bench.audit(SAMPLE).rebuttal
    rebuttal.decide(dispute(bench, CHANGED), "upheld", reason=REASON)
    rebuttal.decide(dispute(bench, ADDED), "stands", reason="The record does not say so.")
    assert bench.accuracy().auditors().sentence.endswith("Disputes of coders upheld: 1 of 2 decided.")
    figures = bench.accuracy_screen().figures
    words = texts(page(figures))
    assert "Bea 1 1 not known none decided none decided" in words
    assert "Rita 6 1 not known none decided 1 of 2" in words
    assert REASON in texts(rows_behind(figures, {"unit": "disputes", "reviewer": "Rita", "state": "upheld"}))
    assert "2 disputes" in texts(rows_behind(figures, {"unit": "disputes", "reviewer": "Rita"}))


def test_an_answer_can_be_taken_back_and_the_last_day_stays(bench: Workbench) -> None:
    bench.audit(SAMPLE).rebuttal.send(coder_of(CHANGED))
    found = dispute(bench, CHANGED)
    bench.audit(SAMPLE).rebuttal.withdraw(found)
    assert state(bench, CHANGED) == "answer awaited"


@pytest.mark.parametrize("who", ["Rita", " rita "])
def test_who_made_the_finding_decides_only_with_a_reason(bench: Workbench, who: str) -> None:
    found = dispute(bench, CHANGED)
    rebuttal = bench.audit(SAMPLE).rebuttal
    with pytest.raises(UsageError, match="judged this chart"):
        rebuttal.decide(found, "stands", reason=REASON, decided_by=who)
    with pytest.raises(UsageError, match="own coding"):
        rebuttal.decide(found, "stands", reason=REASON, decided_by=coder_of(CHANGED))
    rebuttal.decide(found, "stands", reason=REASON, decided_by=who, own_finding_reason="One auditor only.")
    row = bench.audit(SAMPLE).rebuttals().frame.filter(encounter_id=CHANGED)
    assert row["own_finding_reason"].item() == "One auditor only."
    with pytest.raises(UsageError, match="own coding"):
        rebuttal.withdraw_decision(found, reason="I was right.", decided_by=coder_of(CHANGED))
    bench.audit(SAMPLE).rebuttal.withdraw_decision(found, reason="Once more.", decided_by="RITA")
    bench.audit(SAMPLE).rebuttal.decide(found, "upheld", reason=REASON, decided_by="Dee")
    with pytest.raises(UsageError, match="judged this chart"):
        bench.audit(SAMPLE).rebuttal.withdraw_decision(found, reason="No.", decided_by="Rita")


def test_what_is_not_valid_is_refused_and_nothing_is_recorded(bench: Workbench) -> None:
    rebuttal = bench.audit(SAMPLE).rebuttal
    found = finding_id(bench, CHANGED)
    count = len(bench.workspace.ledger().events())
    coder = coder_of(CHANGED)
    with pytest.raises(UsageError, match="answer is not a known one"):
        rebuttal.answer(found, "disagrees", coder=coder, evidence=EVIDENCE)
    with pytest.raises(UsageError, match="evidence is empty"):
        rebuttal.answer(found, "disputes the finding", coder=coder, evidence="  ")
    with pytest.raises(UsageError, match="not on codes of coder"):
        rebuttal.answer(found, "agrees", coder="C9")
    with pytest.raises(UsageError, match="no finding of that id"):
        rebuttal.answer("0" * 16, "agrees", coder=coder)
    with pytest.raises(UsageError, match="not answered"):
        rebuttal.decide(found, "stands", reason=REASON)
    rebuttal.answer(found, "agrees", coder=coder)
    with pytest.raises(UsageError, match="nothing to decide"):
        rebuttal.decide(found, "stands", reason=REASON)
    assert len(bench.workspace.ledger().events()) == count + 1


def test_a_late_answer_needs_a_reason(bench: Workbench) -> None:
    bench.audit(SAMPLE).rebuttal.send(coder_of(CHANGED), working_days=1)
    found = finding_id(bench, CHANGED)
    later = Workbench(bench.workspace, user="Ada", clock=lambda: NOW + dt.timedelta(days=2))
    rebuttal = later.audit(SAMPLE).rebuttal
    with pytest.raises(UsageError, match="came after 2026-11-03"):
        rebuttal.answer(found, "agrees", coder=coder_of(CHANGED))
    rebuttal.answer(found, "agrees", coder=coder_of(CHANGED), late_reason="The coder was on leave.")
    row = later.audit(SAMPLE).rebuttals().frame.filter(encounter_id=CHANGED)
    assert row.select("state", "late_reason").row(0) == ("agrees", "The coder was on leave.")


def test_a_rebuttal_of_a_changed_finding_does_not_count_and_is_not_lost(bench: Workbench) -> None:
    found = dispute(bench, CHANGED)
    entry = bench.audit(SAMPLE).rebuttal.entry()
    bench.audit(SAMPLE).rebuttal.decide(found, "upheld", reason=REASON)
    session = bench.audit(SAMPLE).session("Rita")
    session.reopen_chart(CHANGED, recorded_at=NOW)
    corrected = CorrectedCode("CPT", "99211", "procedure")
    verdict = Verdict(CHANGED, "change", 2, "CPT", "99213", corrected, "wrong code", "coder rule")
    session.decide(verdict, recorded_at=NOW)
    session.complete_chart(CHANGED, recorded_at=NOW, go_on=False)
    final = bench.audit(SAMPLE).reviewed.final.verdicts.filter(encounter_id=CHANGED, code_number=2)
    assert final["corrected_code"].item() == "99211"
    rows = bench.audit(SAMPLE).rebuttals().frame.filter(encounter_id=CHANGED)
    assert rows.select("after", "state", "is_current").rows() == [
        ("99211", "none recorded", True),
        ("99212", "upheld", False),
    ]
    with pytest.raises(LedgerMovedOnError):
        entry.withdraw_decision(found, reason="Too late.", actor="Ada", recorded_at=NOW)


def test_a_second_reviewer_who_agrees_does_not_lose_the_rebuttal(bench: Workbench) -> None:
    found = dispute(bench, CHANGED)
    bench.audit(SAMPLE).rebuttal.decide(found, "upheld", reason=REASON)
    session = bench.audit(SAMPLE).session("Bo")
    session.open_chart(CHANGED, recorded_at=NOW)
    session.decide(wrong_verdict(CHANGED), recorded_at=NOW + dt.timedelta(hours=1))
    session.decide(Verdict(CHANGED, "agree", 1, *CODES[0][:2]), recorded_at=NOW)
    session.complete_chart(CHANGED, recorded_at=NOW + dt.timedelta(hours=1), go_on=False)
    assert state(bench, CHANGED) == "upheld"
    final = bench.audit(SAMPLE).reviewed.final
    assert final.charts.filter(encounter_id=CHANGED)["reviewer"].item() == "Bo"
    assert set(final.verdicts.filter(encounter_id=CHANGED)["action"]) == {"agree"}


def test_the_report_has_each_state_the_log_and_the_scores(bench: Workbench) -> None:
    findings = bench.reports.contents().sections[1].tables[0].frame
    assert findings["rebuttal"].to_list() == ["none recorded"] * 3
    assert "Rebuttals" not in {section.heading for section in bench.reports.contents().sections}
    rebuttal = bench.audit(SAMPLE).rebuttal
    rebuttal.decide(dispute(bench, CHANGED), "upheld", reason=REASON)
    rebuttal.decide(dispute(bench, DELETED), "stands", reason=REASON)
    rebuttal.answer(finding_id(bench, ADDED), "agrees", coder=coder_of(ADDED))
    rebuttal_action = bench.audit(SAMPLE).corrective
    rebuttal_action.plan("Teach Mrs. Smith.", owner="Lee", due=dt.date(2026, 12, 1), cause="coder rule")
    sections = {section.heading: section for section in bench.reports.contents().sections}
    findings = sections["Findings"].tables[0].frame
    assert dict(findings.select("encounter_id", "rebuttal").iter_rows()) == {
        DELETED: "stands",
        ADDED: "agrees",
    }
    assert sections["Rebuttals"].paragraphs == ("Of 3 findings: 1 agrees, 1 stands, 1 upheld.",)
    log, scores = (table.frame for table in sections["Rebuttals"].tables)
    assert dict(log.select("encounter_id", "decision_reason").iter_rows()) == {
        CHANGED: REASON,
        DELETED: REASON,
        ADDED: None,
    }
    assert scores.filter(score_of="chart")["name"].to_list() == [CHANGED]
    assert sections["Corrective actions"].tables[0].frame["action_state"].to_list() == ["open"]
    paths = bench.reports.write(formats=("html",), deidentified=True)
    text = paths[0].read_text(encoding="utf-8")
    assert all(said not in text for said in ("chronic, stable", REASON, "Smith"))


def test_rebuttals_by_command(bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> tuple[int, str]:
        code = main(["-w", str(bench.workspace.root), "audit", *words])
        return code, capsys.readouterr().out

    coder, book = coder_of(CHANGED), str(tmp_path / "out.xlsx")
    code, out = run("rebuttals", SAMPLE, "--out", book, "--coder", coder, "--days", "10")
    assert (code, "findings of coder" in out) == (0, True)
    code, out = run("rebuttals", SAMPLE, "--in", book, "--coder", coder)
    assert (code, "no answer" in out, "0 answers" in out) == (0, True, True)
    assert run("rebuttals", SAMPLE, "--in", book)[0] == 2
    found = finding_id(bench, CHANGED)
    words = ("rebut", found, "disputes-finding", "--coder", coder, "--evidence", EVIDENCE)
    assert run(*words, "--audit", SAMPLE)[0] == 0
    code, _ = run("decide", found, "upheld", "--reason", REASON, "--cause", "auditor error")
    assert code == 0
    code, out = run("rebuttals", SAMPLE, "--scores")
    assert code == 0
    assert f"{found}  {CHANGED}" in out
    assert "upheld" in out
    assert run("decide", found, "withdrawn", "--reason", "Wrong chart.")[0] == 0
    assert run("rebut", found, "withdrawn", "--coder", coder)[0] == 0
    assert state(bench, CHANGED) == "answer awaited"
