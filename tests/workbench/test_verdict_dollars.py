"""Dollars and evidence of verdicts, from the command line and Python to what a person reads."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.review import EvidencePassage, Supplement, Verdict
from auditlib.review.evidence_passage import CHANGED, NOT_LOADED
from auditlib.workbench import Workbench
from tests.workbench.records import BARE, NOW, SAMPLE, VISITS, records_workbench

VISIT, OTHER = [visit for visit in VISITS if visit not in BARE][:2]
SENTENCE = "Seen for hypertension."


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    bench = records_workbench(tmp_path / "w")
    for visit in (VISIT, OTHER):
        session = bench.audit(SAMPLE).session()
        session.open_chart(visit, recorded_at=NOW)
        session.decide(Verdict(visit, "agree", 1, "ICD-10-CM", "I10"), recorded_at=NOW)
        wrong = {"error_kind": "unsupported code", "cause": "coder rule"}
        session.decide(Verdict(visit, "delete", 2, "CPT", "99213", **wrong), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)
    return bench


def shown(bench: Workbench, visit: str = VISIT) -> tuple[object, ...]:
    rows = bench.audit(SAMPLE).verdicts(encounter_id=visit).frame.filter(action="delete")
    return rows.select("evidence", "payment_difference", "payment_difference_basis").row(0)


def test_dollars_and_evidence_are_shown_with_the_verdict(bench: Workbench) -> None:
    assert shown(bench) == (None, None, None)
    audit = bench.audit(SAMPLE)
    audit.add_to_verdict(VISIT, "99213", payment_difference="45.20", evidence=SENTENCE)
    assert shown(bench) == (SENTENCE, Decimal("45.20"), "entered by the reviewer")
    assert audit.reviewed.final.verdicts["payment_difference"].drop_nulls().to_list() == [Decimal("45.20")]
    in_encounter = bench.encounter(VISIT).verdicts().frame.filter(action="delete")
    assert in_encounter.select("evidence", "payment_difference").row(0) == (SENTENCE, Decimal("45.20"))
    with pytest.raises(UsageError, match="not in any document"):
        audit.add_to_verdict(VISIT, 2, evidence="Seen for diabetes.")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "update core.document set text = 'Seen for nothing at all.' where document_id = $document_id",
            CHANGED,
        ),
        ("delete from core.document where document_id = $document_id", NOT_LOADED),
    ],
)
def test_a_document_that_is_gone_or_changed_is_said(bench: Workbench, statement: str, said: str) -> None:
    bench.audit(SAMPLE).add_to_verdict(VISIT, 2, evidence=SENTENCE)
    with bench.workspace.warehouse().writing() as writer:
        writer._connection.execute(statement, {"document_id": f"{VISIT}:1"})
    assert shown(bench)[0] == said


def test_a_file_prices_many_verdicts_or_none(bench: Workbench, tmp_path: Path) -> None:
    audit, path = bench.audit(SAMPLE), tmp_path / "findings.csv"
    path.write_text(f"encounter_id,code,payment_difference\n{VISIT},99213,12.50\n{OTHER},99999,3\n")
    before = bench.ledger.verify()
    with pytest.raises(UsageError, match="99999"):
        audit.add_to_verdicts(path)
    assert bench.ledger.verify() == before
    path.write_text(f"encounter_id,code,payment_difference\n{VISIT},99213,12.50\n{OTHER},99213,-3\n")
    assert audit.add_to_verdicts(path) == 2
    assert [shown(bench, visit)[1] for visit in (VISIT, OTHER)] == [Decimal("12.50"), Decimal("-3.00")]
    assert audit.add_to_verdicts([Supplement(VISIT, "2", Decimal(0))]) == 1
    assert shown(bench)[1] == Decimal("0.00")


def test_the_command_line_enters_what_python_enters(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(bench.workspace.root)
    record = ["-w", folder, "audit", "record", SAMPLE, "--reviewer", "Ada"]
    one = ["--encounter", VISIT, "--code", "99213"]
    assert main([*record, *one, "--underpaid", "45.20", "--evidence", SENTENCE]) == 0
    assert (
        f"Entered by Ada in '{SAMPLE}': dollars or evidence of 1 verdict, {VISIT}." in capsys.readouterr().out
    )
    assert shown(bench) == (SENTENCE, Decimal("-45.20"), "entered by the reviewer")
    path = tmp_path / "findings.csv"
    path.write_text(f"encounter_id,code,payment_difference\n{OTHER},99213,7\n")
    assert main([*record, "--findings", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["supplemented_count"] == 1
    assert shown(bench, OTHER)[1] == Decimal("7.00")


@pytest.mark.parametrize(
    "options",
    [
        ["--code", "99213", "--overpaid", "5"],
        ["--encounter", VISIT, "--overpaid", "5"],
        ["--encounter", VISIT, "--code", "99213"],
        ["--encounter", VISIT, "--code", "99213", "--overpaid", "5", "--underpaid", "5"],
        ["--encounter", VISIT, "--code", "99213", "--overpaid=-5"],
        ["--encounter", VISIT, "--code", "99213", "--overpaid", "5", "--status", "missing"],
        ["--encounter", VISIT, "--findings", "x.csv"],
    ],
)
def test_half_of_what_is_needed_is_refused(bench: Workbench, options: list[str]) -> None:
    before = bench.ledger.verify()
    assert main(["-w", str(bench.workspace.root), "audit", "record", SAMPLE, *options]) == 2
    assert bench.ledger.verify() == before


def test_recorded_verdicts_bring_evidence_that_is_in_the_chart(bench: Workbench, tmp_path: Path) -> None:
    third = [visit for visit in VISITS if visit not in BARE][2]
    evidence = EvidencePassage.of(f"{third}:1", SENTENCE, 0, len(SENTENCE)).to_values()
    wrong = {"error_kind": "unsupported code", "cause": "coder rule", "payment_difference": "8.00"}
    path = tmp_path / "recorded.ndjson"

    def replayed(cited: dict[str, object]) -> list[str]:
        verdicts = [
            {"code_number": 1, "action": "agree"},
            {"code_number": 2, "action": "delete", **wrong, "evidence": cited},
        ]
        path.write_text(json.dumps({"encounter_id": third, "reviewer": "Bo", "verdicts": verdicts}) + "\n")
        done = bench.audit(SAMPLE).replay(path)
        return [unused.reason for unused in done.unused if unused.encounter_id == third]

    assert "recorded verdict 2: the evidence is not in its document" in replayed({**evidence, "end": 4})
    assert replayed(evidence) == []
    assert shown(bench, third) == (SENTENCE, Decimal("8.00"), "entered by the reviewer")
