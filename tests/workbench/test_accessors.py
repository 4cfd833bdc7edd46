from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.report.result import Notice, Result, missing
from auditlib.sampling import SampleRequest, Universe
from auditlib.warehouse import graph
from auditlib.widgets import ActionPanel, ReviewStart, TextField
from auditlib.workbench import Workbench
from tests.checks.cases import claim, line
from tests.tables import fill
from tests.widgets.test_sample_planner import small_workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return small_workbench(tmp_path / "w")


def draw(bench: Workbench, name: str, seed: str = "5") -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed=seed, count=4), name=name)


def test_without_a_name_the_latest_audit_is_taken(bench: Workbench) -> None:
    draw(bench, "first")
    draw(bench, "second", seed="6")
    assert bench.audit().name == "second"
    assert bench.audit("first").name == "first"
    assert bench.samples.list().frame["audit"].to_list() == ["first", "second"]


def test_an_unknown_audit_names_the_nearest(bench: Workbench) -> None:
    draw(bench, "october")
    with pytest.raises(UsageError, match="no audit 'octobre'") as raised:
        bench.audit("octobre")
    assert "october" in str(raised.value)


def test_where_nothing_is_drawn_every_answer_says_so(bench: Workbench) -> None:
    audit = bench.audit()
    answers = [
        audit,
        audit.sample(),
        audit.accuracy("coder_id"),
        audit.accuracy("coder_id").where(measure="code over code"),
        audit.accuracy("coder_id").plot(),
        audit.errors(),
        audit.verdicts(),
        audit.without_documents(),
        audit.verify(),
        audit.memo(),
        audit.review(),
        bench.samples.list(),
    ]
    assert {repr(answer) for answer in answers} == {repr(audit)}
    assert "wb.samples.plan()" in repr(audit)
    with pytest.raises(UsageError, match="No sample is drawn"):
        audit.estimate()


def test_a_question_reads_the_ledger_once_and_later_ones_only_what_is_new(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(bench, "q1")
    asked: list[int] = []
    read = Ledger.events

    def counted(ledger: Ledger, *, audit: str | None = None, after: int = 0, **words: object) -> object:
        if audit == "q1":
            asked.append(after)
        return read(ledger, audit=audit, after=after, **words)

    audit = bench.audit("q1")
    monkeypatch.setattr(Ledger, "events", counted)
    first = audit.reviewed
    assert audit.reviewed is first
    assert asked == [0, 1]


def test_a_review_goes_on_record_only_when_its_button_is_pressed(bench: Workbench) -> None:
    draw(bench, "q1")
    before = bench.ledger.verify().event_count
    start = bench.audit("q1").review("Ann")
    assert isinstance(start, ReviewStart)
    assert (bench.ledger.verify().event_count, start.card) == (before, None)
    start.button.click()
    assert start.card is not None
    event = bench.workspace.ledger().events(audit="q1")[-1]
    assert (event.kind, event.actor) == ("chart opened", "Ann")


def test_a_review_without_a_reviewer_says_so_and_records_nothing(bench: Workbench) -> None:
    draw(bench, "q1")
    before = bench.ledger.verify().event_count
    start = bench.audit("q1").review("Ann")
    assert isinstance(start, ReviewStart)
    start.reviewer.value = " "
    start.button.click()
    assert "alert" in start.problem.value
    assert (start.card, bench.ledger.verify().event_count) == (None, before)


def test_a_panel_acts_when_its_button_is_pressed_and_shows_what_came_of_it() -> None:
    acted: list[str] = []

    def act(path: str, progress: object) -> Notice:
        assert progress is not None
        if path == "gone":
            message = "There is no file <gone>."
            raise UsageError(message, hint="Name another.")
        acted.append(path)
        return Notice(f"{path} is loaded")

    panel = ActionPanel("Load", button="Load", action=act, fields=[TextField("path", "File")])
    assert acted == []
    panel.button.click()
    assert "File is empty" in panel.outcome.value
    panel.inputs[0].value = "gone"
    panel.button.click()
    assert "&lt;gone&gt;" in panel.outcome.value
    assert "Name another." in panel.outcome.value
    panel.inputs[0].value = "claims.837"
    panel.button.click()
    assert acted == ["claims.837"]
    assert "claims.837 is loaded" in panel.outcome.value
    assert not panel.button.disabled


def test_files_are_loaded_from_their_panel(bench: Workbench, tmp_path: Path) -> None:
    panel = bench.files.load_panel()
    panel.inputs[0].value = str(tmp_path / "absent")
    panel.button.click()
    assert "alert" in panel.outcome.value


def test_a_result_hides_columns_limits_rows_and_knows_its_columns() -> None:
    frame = pl.DataFrame({"coder_id": ["C1", "C2", "C3"], "sha256": ["a", "b", "c"]})
    result = Result(frame, "Coders", hidden=("sha256",))
    assert "Sha256" not in repr(result)
    assert "2 of 3 rows." in repr(result.top(2))
    assert result.where(coder_id="C2").frame.height == 1
    with pytest.raises(UsageError, match="no column 'coder'"):
        result.where(coder="C2")
    with pytest.raises(UsageError, match="no picture of coders"):
        result.plot()
    assert "&lt;b&gt;" in missing("<b>")._repr_html_()


def test_an_encounter_that_is_not_there_is_named(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="no encounter 'E9999'"):
        bench.encounter("E9999")


def test_letters_of_claims_are_written_out() -> None:
    frame = pl.DataFrame({"group_code": ["PR", "XX"], "severity": ["F", None]})
    text = repr(Result(frame))
    assert "PR patient's share" in text
    assert "F fatal" in text


def test_checks_are_listed_with_what_they_need(bench: Workbench) -> None:
    listed = {row["check_id"]: row for row in bench.checks.list().frame.iter_rows(named=True)}
    assert listed["DX-13"]["needs"] == "nothing but the claim"
    assert listed["DX-13"]["title"] == bench.checks.show("DX-13").title


def test_checks_are_listed_with_what_they_lack_and_what_is_accepted(bench: Workbench) -> None:
    lines = [line(1, 999), line(2, 999)]
    fill(bench.workspace.warehouse(), {"core.claim": [claim(999)], "core.claim_line": lines})
    with bench.workspace.warehouse().writing() as writer:
        graph.run(writer)
    bench.checks.run()
    listed = {row["check_id"]: row for row in bench.checks.list().frame.iter_rows(named=True)}
    check_id = max(listed, key=lambda name: listed[name]["finding_count"])
    count = listed[check_id]["finding_count"]
    assert count > 0
    assert listed[check_id]["accepted_count"] == 0
    assert "auditlib codesets load FILE  # mue of 2026Q1" in listed["MUE-01"]["command"]
    assert listed["DUP-01"]["command"] == ""
    findings = bench.checks.findings(check_id)
    assert "accepted_because" in findings.hidden
    code = findings.frame["code"][0]
    number = bench.checks.accept(check_id, code=code, reason="billed so by contract")
    accepted = bench.checks.findings(check_id)
    assert "accepted_because" not in accepted.hidden
    assert len(accepted) == count
    of_code = accepted.frame.filter(code=code)
    assert set(of_code["accepted_because"]) == {"billed so by contract"}
    outcomes = bench.checks.outcomes().frame.filter(check_id=check_id).row(0, named=True)
    assert (outcomes["finding_count"], outcomes["accepted_count"]) == (count, of_code.height)
    assert bench.checks.accepted().frame["acceptance_number"].to_list() == [number]
    bench.checks.withdraw_acceptance(number, reason="contract ended")
    assert bench.checks.outcomes().frame["accepted_count"].sum() == 0
    with pytest.raises(UsageError, match="no check 'DX-99'"):
        bench.checks.accept("DX-99", code="I10", reason="none")


def test_no_findings_are_not_shown_as_passed_where_nothing_was_checked(bench: Workbench) -> None:
    fill(bench.workspace.warehouse(), {"core.claim": [claim(999)], "core.claim_line": [line(1, 999)]})
    with bench.workspace.warehouse().writing() as writer:
        graph.run(writer)
    bench.checks.run()
    of = {row["outcome"]: row["check_id"] for row in bench.checks.outcomes().frame.iter_rows(named=True)}
    assert (bench.checks.findings(of["not checked"]).missing or "").startswith("Not checked: ")
    assert "Nothing to check" in (bench.checks.findings(of["not applicable"]).missing or "")
    assert bench.checks.findings(of["passed"]).missing is None


def test_a_notebook_sizes_a_sample_as_the_command_line_does(bench: Workbench) -> None:
    sizing = bench.samples.size("discovery", universe_count=1000, rate=0.02, confidence=0.95)
    # The hypergeometric chance of no error among 20 of 1,000 falls to 5 % with 138 drawn.
    assert sizing.count == 138
    with pytest.raises(UsageError, match="either a rate or a history"):
        bench.samples.size("discovery", universe_count=1000, rate=0.02, history="q1")
