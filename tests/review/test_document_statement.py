"""Statements on documents: by the desk, by Python, in the report, and in a check."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import StoreError, UsageError
from auditlib.review.document_statement import DocumentStatement, fold_statements, statement_frame
from auditlib.workbench import Workbench
from tests.workbench.records import NOW, SAMPLE, VISITS, records_workbench

CHART = VISITS[1]


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "ws")


def test_what_is_stated_is_listed_reported_and_checked(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    assert "Nothing is stated" in repr(audit.document_statements())
    audit.state_document(CHART, 1, {"signature": "missing", "legible pages": "met"})
    before = len(bench.workspace.ledger().events())
    audit.state_document(CHART, 1, {"legible pages": "met", "signature": "missing"})
    assert len(bench.workspace.ledger().events()) == before
    assert audit.document_statements().note == "1 of 2 missing."
    section = next(
        one for one in bench.reports.contents(SAMPLE).sections if one.heading == "Record requirements"
    )
    assert section.facts[0] == ("Signature", "missing in 1 of 1 documents stated")
    outcomes = bench.checks.run().frame.filter(check_id="REC-01")
    assert outcomes.select("outcome", "finding_count", "eligible_count").row(0) == ("failed", 1, 2)
    audit.state_document(CHART, 1, {})
    assert bench.checks.run().frame.filter(check_id="REC-01")["outcome"].item() == "not checked"


def test_the_latest_word_counts_and_a_blind_reviewer_sees_their_own(bench: Workbench) -> None:
    bench.audit(SAMPLE).plan_review(["Rita", "Sam"], second_share=1.0, blind=["first reviewer"])
    for name, state in (("Rita", "missing"), ("Sam", "met")):
        own = Workbench(bench.workspace, user=name, clock=lambda: NOW)
        own.audit(SAMPLE).state_document(CHART, 1, {"signature": state})
        assert own.audit(SAMPLE).document_statements().frame["requirement_state"].to_list() == [state]
    latest = statement_frame(bench.workspace.ledger().events())
    assert latest.select("requirement_state", "stated_by").rows() == [("met", "Sam")]


@pytest.mark.parametrize(("number", "states"), [(0, {}), (1, {"ink": "met"}), (1, {"signature": "perhaps"})])
def test_a_statement_must_be_of_what_is_asked(number: int, states: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        DocumentStatement(CHART, number, states)


def test_events_of_another_version_are_refused(bench: Workbench) -> None:
    ledger = bench.workspace.ledger()
    event = ledger.append(
        kind="document stated", audit="q1", subject="E1", actor="Ada", payload={}, recorded_at=NOW
    )
    with pytest.raises(StoreError, match="no statement on a document"):
        fold_statements([event])
