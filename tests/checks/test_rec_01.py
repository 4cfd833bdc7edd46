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


REQUIREMENTS = ("signature", "author with credentials", "date of service", "legible pages")


@pytest.mark.parametrize("kind", ["physician note", "discharge summary", "operative report"])
def test_each_requirement_of_each_kind_of_document(judge: Judge, kind: str) -> None:
    result = judge("REC-01", stated(*((name, "missing") for name in REQUIREMENTS), kind=kind))
    assert result.eligible_count == 4
    expected = {f"Document E1:2: {name} is missing." for name in REQUIREMENTS}
    assert {str(detail) for (detail,) in result.of("detail")} == expected


def test_what_is_stated_of_another_document_says_nothing(judge: Judge) -> None:
    rows = stated(("signature", "missing"))
    other = {**rows["core.document"][0], "document_id": "E1:3", "document_number": 3}
    result = judge("REC-01", {**rows, "core.document": [*rows["core.document"], other]})
    assert (result.of("item_number"), result.not_checked_count) == ([(2,)], 7)


def test_a_document_whose_encounter_is_not_loaded_has_no_day(judge: Judge) -> None:
    rows = {**stated(("signature", "missing")), "core.encounter": []}
    assert judge("REC-01", rows).of("item_number", "service_date") == [(2, None)]


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
