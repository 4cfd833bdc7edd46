"""The report holds every finding with its codes before and after, and every drawn unit."""

from __future__ import annotations

import datetime as dt
import html
import zipfile
from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.report.contents import Section, fact_of
from auditlib.review import CorrectedCode, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.workbench import Workbench
from tests.workbench.records import BARE, NOW, SAMPLE, VISITS, records_workbench

WRONG = [visit for visit in VISITS if visit not in BARE][:3]
DAY = dt.date(2025, 3, 4)
COMMENT = "One <problem>, no drug management."


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "ws")


def review(bench: Workbench, encounter_id: str, *, is_wrong: bool, audit: str = SAMPLE) -> None:
    session = bench.audit(audit).session()
    session.open_chart(encounter_id, recorded_at=NOW)
    for code in session.assigned(encounter_id):
        about = {"encounter_id": encounter_id, "code_number": code.code_number}
        coded = {"code_system": code.code_system, "code": code.code}
        if is_wrong and code.code == "99213":
            verdict = Verdict(
                action="change",
                corrected=CorrectedCode("CPT", "99212", "procedure"),
                error_kind="wrong code",
                cause="coder rule",
                comment=COMMENT,
                **about,
                **coded,
            )
        else:
            verdict = Verdict(action="agree", **about, **coded)
        session.decide(verdict, recorded_at=NOW)
    session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)


def test_findings_and_units_stand_in_the_report(bench: Workbench) -> None:
    done = [visit for visit in VISITS if visit not in BARE]
    for visit in done:
        review(bench, visit, is_wrong=visit in WRONG)
    bench.audit(SAMPLE).state_record(BARE[0], "missing")
    contents = bench.reports.contents()
    answer, findings, *_, units = contents.sections
    facts = said(answer)
    assert facts["Found"] == (
        f"4 of {len(done) + 1} encounters that count are in error, "
        "1 of these because the record is missing: 5 findings in all."
    )
    assert facts["Still open"] == f"{len(BARE) - 1} not reviewed to the end."
    rows = findings.tables[0].frame
    changed = rows.filter(error_kind="wrong code")
    assert changed.select("encounter_id", "before", "after", "comment").rows() == [
        (visit, "99213", "99212", COMMENT) for visit in WRONG
    ]
    assert set(changed["coder_id"]) <= {"C0", "C1"}
    assert rows.filter(encounter_id=BARE[0])["after"].to_list() == ["(nothing)"] * 2
    drawn = units.tables[0].frame
    manifest = bench.audit(SAMPLE).manifest
    assert drawn["unit_id"].to_list() == [unit.unit_id for unit in manifest.selected]
    results = dict(drawn.select("unit_id", "result").iter_rows())
    assert {results[visit] for visit in WRONG} == {"in error"}
    assert results[BARE[0]] == "record missing"
    assert {results[visit] for visit in BARE[1:]} == {"not reviewed to the end"}
    assert drawn["error_count"].sum() == rows.height


def test_files_hold_every_finding_and_unit(bench: Workbench) -> None:
    for visit in VISITS[1:4]:
        review(bench, visit, is_wrong=True)
    page, workbook = bench.reports.write()
    text = page.read_text()
    assert html.escape(COMMENT, quote=False) in text or html.escape(COMMENT) in text
    assert all(visit in text for visit in VISITS)
    with zipfile.ZipFile(workbook) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "no drug management" in strings
    assert all(visit in strings for visit in VISITS)


def test_reviewers_who_differ_leave_no_finding(bench: Workbench) -> None:
    visit = WRONG[0]
    review(bench, visit, is_wrong=True)
    other = Workbench(bench.workspace, user="Bo", clock=lambda: NOW)
    review(other, visit, is_wrong=False)
    contents = bench.reports.contents()
    (table,) = contents.sections[1].tables
    assert table.frame.is_empty()
    units = contents.sections[-1].tables[0].frame
    assert units.filter(unit_id=visit)["result"].item() == "not adjudicated"
    assert "1 not adjudicated" in said(contents.sections[0])["Still open"]


def said(section: Section) -> dict[str, str]:
    return {fact.label: fact.value for fact in map(fact_of, section.facts)}


def answer_of(bench: Workbench, audit: str, rule: MissingRecordRule | None = None) -> dict[str, str]:
    return said(bench.reports.contents(audit, missing_rule=rule).sections[0])


def test_a_missing_record_is_open_or_counted_or_excluded_by_the_rule(bench: Workbench) -> None:
    done = [visit for visit in VISITS if visit not in BARE]
    for visit in done:
        review(bench, visit, is_wrong=visit in WRONG)
    bench.audit(SAMPLE).state_record(BARE, "missing")
    counted = answer_of(bench, SAMPLE)
    assert counted["Found"] == (
        "13 of 40 encounters that count are in error, 10 of these because the record is missing: "
        "23 findings in all."
    )
    assert counted["Still open"] == "Nothing."
    assert "Not counted" not in counted
    excluded = answer_of(bench, SAMPLE, "excluded")
    assert excluded["Found"] == "3 of 30 encounters reviewed to the end are in error: 3 findings in all."
    assert excluded["Not counted"] == "10 record missing."
    assert excluded["Still open"] == "Nothing."
    waiting = answer_of(bench, SAMPLE, "not-reviewed")
    assert waiting["Still open"] == "10 record missing."
    assert waiting["How sure"].endswith("What is still open may change this.")


def test_a_chart_with_codes_left_out_is_not_counted_as_whole(bench: Workbench) -> None:
    session = bench.audit(SAMPLE).session()
    bench.audit(SAMPLE).state_record(BARE[0], "partly missing")
    session.refresh()
    session.open_chart(BARE[0], recorded_at=NOW)
    session.complete_chart(BARE[0], recorded_at=NOW, go_on=False)
    facts = answer_of(bench, SAMPLE, "excluded")
    assert facts["Found"] == "No chart that counts is reviewed to the end yet."
    assert facts["Not counted"] == "1 with codes excluded for lack of support."


def test_a_sampled_code_is_in_error_by_its_own_verdict(bench: Workbench) -> None:
    bench.samples.draw(
        Universe(name="Codes", unit="code"),
        SampleRequest("simple", seed="3", count=80),
        name="codes",
    )
    for visit in ("E01", "E02"):
        review(bench, visit, is_wrong=True, audit="codes")
    contents = bench.reports.contents("codes")
    results = dict(contents.sections[-1].tables[0].frame.select("unit_id", "result").iter_rows())
    assert [results[unit] for unit in ("E01-1", "E01-2", "E02-1", "E02-2")] == ["no error", "in error"] * 2
    facts = said(contents.sections[0])
    assert facts["Found"] == "2 of 4 codes reviewed to the end are in error: 2 findings in their charts."


def test_the_answer_says_neither_that_nothing_is_owed_nor_that_it_names_no_patients(bench: Workbench) -> None:
    contents = bench.reports.contents()
    assert "does not mean that nothing is owed" in said(contents.sections[0])["Owed"]
    page, workbook = bench.reports.write()
    assert contents.confidentiality.startswith("Confidential:")
    assert contents.confidentiality in page.read_text()
    with zipfile.ZipFile(workbook) as book:
        assert contents.confidentiality in book.read("xl/sharedStrings.xml").decode()


def test_levels_of_visits_stand_in_the_report(bench: Workbench) -> None:
    visit = WRONG[0]
    review(bench, visit, is_wrong=True)
    before = said(section_with(bench, "Evaluation and management"))
    assert before["Evaluation and management"] == "none recorded"
    audit = bench.audit(SAMPLE)
    level = audit.add_visit_level(
        visit, "99213", problems="straightforward", data="straightforward", risk="low", service_date=DAY
    )
    assert (level.result, level.supported) == ("over", "99212")
    section = section_with(bench, "Evaluation and management")
    assert said(section)["Evaluation and management"] == "Of 1 visit with what was ticked: 1 over."
    row = section.tables[0].frame.row(0, named=True)
    assert (row["before"], row["after"], row["visit_result"]) == ("99213", "99212", "over")
    assert row["visit_rationale"] == level.sentence
    assert bench.audit(SAMPLE).verdicts().frame["visit_result"].drop_nulls().to_list() == ["over"]
    with pytest.raises(UsageError, match="Only the code of a visit"):
        audit.add_visit_level(visit, "I10", minutes=20, service_date=DAY)
    # Its day of service is looked up.
    with pytest.raises(UsageError, match="Only the code of a visit"):
        audit.add_visit_level(visit, "I10", minutes=20)


def section_with(bench: Workbench, label: str) -> Section:
    return next(section for section in bench.reports.contents().sections if label in said(section))
