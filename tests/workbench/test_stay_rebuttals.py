"""Findings on discharge status and DRG that their coder disputes: by screen, by file and by command."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.review import StayVerdict
from auditlib.sources.workbook_cells import read_cells
from auditlib.workbench import Workbench
from tests.made_once import copied
from tests.widgets.example_stays import bench_of, reviewed_stays
from tests.widgets.screen_line import ScreenLine
from tests.widgets.test_rebuttal_screen import answered, finding

DISPUTE = "disputes the finding"


def _make(root: Path) -> None:
    """Adjudicate S1 as Ann judged it; coder C1 was sent three findings on stays and one on a code."""
    bench = bench_of(reviewed_stays(root))
    audit = bench.audit("q1")
    audit.adjudicate("S1", "2", follow="Ann", reason="Not documented.")
    audit.adjudicate("S1", "DRG", follow="Ann", reason="MCC is documented.")
    audit.rebuttal.send("C1")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return bench_of(copied("four-stays-sent", _make, tmp_path / "w"), "Zoe")


def dollars(bench: Workbench, chart: str) -> list[tuple[Any, ...]]:
    reviewed = bench.audit("q1").reviewed
    columns = ("code", "payment_difference")
    return [
        *reviewed.final.verdicts.filter(encounter_id=chart, action="delete").select(columns).rows(),
        *reviewed.final_stays.verdicts.filter(encounter_id=chart, action="change").select(columns).rows(),
    ]


def test_a_disputed_drg_is_upheld_as_the_screen_said_and_the_dollars_of_its_codes_count_again(
    bench: Workbench,
) -> None:
    line = ScreenLine(bench.audit("q1").rebuttal_screen())
    assert line.status["encounter_id"] == "S1"
    assert line.status["counts"] == "2 codes billed, 1 audited"
    assert line.status["changes"] == (
        "0 changed · 1 deleted · 0 added · 0 resequenced · 1 as billed · of the stay 2 changed"
    )
    rows = [(row["before"], row["after"], row["change"]) for row in line.status["rows"]]
    assert rows == [
        ("J18.9", "J18.9", "as billed"),
        ("E11.9", "(nothing)", "deleted"),
        ("DRG 194", "DRG 193", "changed"),
        ("discharge status 01", "discharge status 03", "changed"),
    ]
    assert dollars(bench, "S1") == [("E119", 0), ("194", 4000), ("01", 0)]
    said = {"finding_id": finding(line, "DRG 194")["finding_id"], "coder": "C1"}
    line.press("answer", **said, answer=DISPUTE, evidence="No MCC was treated.")
    row = finding(line, "DRG 194")
    assert (row["is_open"], row["score_if_upheld"], row["stay"]["billed"]) == (True, [1, 1], "194")
    assert row["stay"]["verdict"]["corrected"] == "193"
    assert ["DRG, as audited", "0 of 1", "0.0 %"] in line.status["scores"]
    assert "error" not in line.press("decide", **said, decision="upheld", reason="It was not.")
    row = finding(line, "DRG 194")
    assert (row["decision"], row["counts_as"]) == ("upheld", "DRG 194, as billed")
    assert ["DRG, as decided", "1 of 1", "100.0 %"] in line.status["scores"]
    assert dollars(bench, "S1") == [("E119", 500), ("01", None)]
    scores = bench.audit("q1").rebuttal.scores().frame.filter(measure="DRG accuracy")
    columns = ("score_of", "name", "before_numerator_count", "after_numerator_count")
    assert scores.select(*columns, "after_denominator_count").rows() == [
        ("audit", "all", 1, 2, 3),
        ("coder", "C1", 0, 1, 2),
        ("coder", "C2", 1, 1, 1),
        ("chart", "S1", 0, 1, 1),
    ]
    # The codes keep their own score.
    code_over_code = bench.audit("q1").rebuttal.scores().frame.filter(score_of="audit").head(1)
    assert code_over_code.select("before_rate").rows() == code_over_code.select("after_rate").rows()
    line.press("withdraw", finding_id=row["finding_id"])
    assert finding(line, "DRG 194")["is_open"]
    assert dollars(bench, "S1") == [("E119", 0), ("194", 4000), ("01", 0)]


def test_another_value_or_another_cause_counts_instead(bench: Workbench) -> None:
    line = ScreenLine(bench.audit("q1").rebuttal_screen())
    audit = bench.audit("q1")
    for fact, answer in (("DRG", DISPUTE), ("discharge status", "disputes the cause")):
        found = audit.rebuttal.find("S1", fact).finding_id
        audit.rebuttal.answer(found, answer, coder="C1", evidence="See the note.")
    line.ready()
    form = {
        "kind": "stay",
        "fact": "DRG",
        "corrected": "192",
        "cause": "coder rule",
        "payment_difference": "90",
    }
    drg = finding(line, "DRG 194")["finding_id"]
    line.press("decide", finding_id=drg, decision="upheld", verdict=form, reason="CC, and no MCC.")
    assert finding(line, "DRG 194")["counts_as"] == "DRG 192 (coder rule)"
    status = finding(line, "discharge status 01")
    assert (status["is_about_cause"], status["score_if_upheld"]) == (True, [0, 1])
    form = {"kind": "stay", "fact": "discharge status", "corrected": "03", "cause": "system or charge master"}
    line.press("decide", finding_id=status["finding_id"], decision="upheld", verdict=form, reason="Yes.")
    assert (
        finding(line, "discharge status 01")["counts_as"] == "discharge status 03 (system or charge master)"
    )
    final = audit.reviewed.final_stays.verdicts.filter(encounter_id="S1", action="change")
    assert final.select("corrected_code", "cause", "payment_difference").rows() == [
        ("192", "coder rule", Decimal(90)),
        ("03", "system or charge master", 0),
    ]


def test_a_workbook_with_stays_goes_out_and_its_answers_come_back(bench: Workbench, tmp_path: Path) -> None:
    audit = bench.audit("q1")
    sent = audit.rebuttal_workbook(tmp_path / "out.xlsx", "C1")
    lists = {cell.text for cell in read_cells(sent)["Code lists"].values()}
    assert {"DRG 193", "discharge status 03"} <= lists
    back = answered(
        sent,
        tmp_path / "back.xlsx",
        ("agrees", ""),
        (DISPUTE, "No MCC was treated."),
        ("disputes the cause", "The system sends 01."),
        ("agrees", ""),
    )
    loaded = audit.load_rebuttals(back, "C1")
    assert loaded.sentence == "4 answers of coder C1 entered from back.xlsx."
    rows = audit.rebuttals().frame.select("encounter_id", "before", "answer", "state").rows()
    assert rows == [
        ("S1", "E11.9", "agrees", "agrees"),
        ("S1", "DRG 194", DISPUTE, "dispute open"),
        ("S1", "discharge status 01", "disputes the cause", "dispute open"),
        ("S2", "DRG 194", "agrees", "agrees"),
    ]
    progress = bench.audits().frame.row(0, named=True)
    assert (progress["state"], progress["waits_for"]) == ("rebuttal", "who decides disputes, 2 disputes")


def test_a_stay_is_answered_and_decided_by_command(
    bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(verb: str, *words: str) -> tuple[int, str]:
        code = main(["-w", str(bench.workspace.root), "audit", verb, *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    # A command takes the day from the clock of the machine.
    late = ("--late-reason", "On leave.")
    listed = json.loads(run("rebuttals", "q1", "--json")[1])["rebuttals"]
    (drg,) = [
        row["finding_id"] for row in listed if (row["encounter_id"], row["before"]) == ("S2", "DRG 194")
    ]
    assert run("rebut", drg, "disputes-finding", "--coder", "C1", "--evidence", "No MCC.", *late)[0] == 0
    decide = ("decide", drg, "upheld", "--reason", "CC alone.", "--decided-by", "Zoe")
    code, said = run(*decide, "--error-kind", "wrong code")
    assert code != 0
    assert "has no error kind" in said
    assert run(*decide, "--code", "195", "--cause", "guideline change")[0] == 0
    final = bench.audit("q1").reviewed.final_stays.verdicts.filter(encounter_id="S2")
    assert final.select("corrected_code", "cause").rows() == [("195", "guideline change")]
    assert bench.audit("q1").rebuttal.find("S2", "drg").finding_id == drg


def test_a_decision_on_another_fact_or_value_is_refused(bench: Workbench) -> None:
    rebuttal = bench.audit("q1").rebuttal
    found = rebuttal.find("S1", "DRG")
    rebuttal.answer(found.finding_id, DISPUTE, coder="C1", evidence="No.")
    for becomes in (
        StayVerdict("S1", "discharge status", "agree", "01"),
        StayVerdict("S2", "DRG", "agree", "194"),
        StayVerdict("S1", "DRG", "agree", "195"),
        StayVerdict("S1", "DRG", "change", "194", "193", "coder rule", "Other words."),
    ):
        with pytest.raises(UsageError):
            rebuttal.decide(found.finding_id, "upheld", becomes=becomes, reason="So.")
    with pytest.raises(UsageError, match="0 findings"):
        rebuttal.find("S3", "DRG")


def test_who_judged_a_stay_alone_does_not_decide_on_its_rebuttal(bench: Workbench) -> None:
    found = bench.audit("q1").rebuttal.find("S2", "DRG")
    bench.audit("q1").rebuttal.answer(found.finding_id, DISPUTE, coder="C1", evidence="No.")
    with pytest.raises(UsageError, match="judged this chart"):
        bench_of(bench.workspace.root, "Ann").audit("q1").rebuttal.decide(
            found.finding_id, "stands", reason="So."
        )


def test_the_report_says_of_each_change_of_a_stay_what_became_of_it_in_every_format(
    bench: Workbench,
) -> None:
    audit = bench.audit("q1")
    for chart in ("S1", "S2"):
        found = audit.rebuttal.find(chart, "DRG").finding_id
        audit.rebuttal.answer(found, DISPUTE, coder="C1", evidence="No MCC was treated.")
    audit.rebuttal.decide(audit.rebuttal.find("S2", "DRG").finding_id, "upheld", reason="It was not.")
    page, book, pdf = bench.reports.write("q1", formats=("html", "xlsx", "pdf"))
    texts = {
        "html": page.read_text(encoding="utf-8"),
        "pdf": " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split()),
        "xlsx": " ".join(cell.text for sheet in read_cells(book).values() for cell in sheet.values()),
    }
    for name, text in texts.items():
        for words in ("Changes of discharge status and DRG", "2 of 3 stays right", "dispute open", "DRG 194"):
            assert words in text, (name, words)
