"""What reviewers stated of documents, as findings of a check; what nobody stated is not checked."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.checks.cases import Judge, Rows

DAY = dt.date(2025, 3, 4)


def stated(*states: tuple[str, str], kind: str = "physician note") -> dict[str, Rows]:
    return {
        "core.encounter": [{"encounter_id": "E1", "admit_date": DAY, "discharge_date": DAY}],
        "core.document": [
            {"document_id": "E1:2", "encounter_id": "E1", "document_number": 2, "document_type": kind}
        ],
        "core.document_requirement": [
            {"encounter_id": "E1", "document_number": 2, "requirement": name, "requirement_state": state}
            for name, state in states
        ],
    }


@pytest.mark.parametrize(
    ("rows", "outcome", "counts"),
    [
        (stated(), "not checked", (0, 4)),
        (stated(("signature", "met")), "passed", (1, 3)),
        (stated(("signature", "missing"), ("date of service", "met")), "failed", (2, 2)),
        (stated(("signature", "missing"), kind="lab report"), "not applicable", (0, 0)),
        ({}, "not applicable", (0, 0)),
    ],
)
def test_the_outcome_by_what_is_stated(
    judge: Judge, rows: dict[str, Rows], outcome: str, counts: tuple[int, int]
) -> None:
    result = judge("REC-01", rows)
    assert (result.outcome, (result.eligible_count, result.not_checked_count)) == (outcome, counts)


def test_a_finding_names_document_and_requirement(judge: Judge) -> None:
    result = judge("REC-01", stated(("legible pages", "missing")))
    assert result.of("encounter_id", "item_number", "service_date", "detail") == [
        ("E1", 2, DAY, "Document E1:2: legible pages is missing.")
    ]
