from __future__ import annotations

import pytest

from tests.checks.cases import Judge, Result, claim, diagnoses, line


def one_line(judge: Judge, *pointers: int | None, form: str = "P", codes: int = 3) -> Result:
    columns = {f"diagnosis_pointer_{n}": pointer for n, pointer in enumerate(pointers, start=1)}
    return judge(
        "DX-22",
        {
            "core.claim": [claim(form=form)],
            "core.claim_line": [line(**{"diagnosis_pointer_1": None, **columns})],
            "core.claim_diagnosis": diagnoses(*("E119", "I10", "N182")[:codes]),
        },
    )


@pytest.mark.parametrize("pointers", [(1,), (3, 2, 1), (2, 2), (1, None, 3)])
def test_pointers_that_mean_a_diagnosis(judge: Judge, pointers: tuple[int | None, ...]) -> None:
    result = one_line(judge, *pointers)
    assert (result.outcome, result.eligible_count) == ("passed", 1)


@pytest.mark.parametrize(
    ("pointers", "detail"),
    [
        ((), "Pointer 1 is missing."),
        ((None, 2), "Pointer 1 is missing."),
        ((0,), "Pointer 1 is not a diagnosis number."),
        ((1, 13), "Pointer 2 is 13, which is out of range."),
        ((1, 2, 4), "Pointer 3 means diagnosis 4, and the claim has 3."),
        ((1, 2, 3, 12), "Pointer 4 means diagnosis 12, and the claim has 3."),
        ((5, 13), "Pointer 1 means diagnosis 5, and the claim has 3."),
    ],
)
def test_one_finding_a_line_for_its_first_fault(
    judge: Judge, pointers: tuple[int | None, ...], detail: str
) -> None:
    result = one_line(judge, *pointers)
    assert (result.outcome, result.eligible_count) == ("failed", 1)
    assert result.of("claim_id", "item_number", "code", "detail") == [(1, 1, "G0463", detail)]


@pytest.mark.parametrize(
    ("pointers", "outcome"), [((), "not applicable"), ((2,), "passed"), ((5,), "failed")]
)
def test_a_dental_line_may_go_without_pointers(judge: Judge, pointers: tuple[int, ...], outcome: str) -> None:
    assert one_line(judge, *pointers, form="D").outcome == outcome


def test_a_dental_pointer_ends_at_four(judge: Judge) -> None:
    assert one_line(judge, 5, form="D").of("detail") == [("Pointer 1 is 5, which is out of range.",)]


def test_institutional_lines_have_no_pointers(judge: Judge) -> None:
    assert one_line(judge, form="I").outcome == "not applicable"


@pytest.mark.parametrize(("pointers", "outcome"), [((), "not applicable"), ((1,), "failed")])
def test_a_claim_without_diagnoses(judge: Judge, pointers: tuple[int, ...], outcome: str) -> None:
    assert one_line(judge, *pointers, codes=0).outcome == outcome


def test_a_pointer_does_not_mean_a_code_of_another_role(judge: Judge) -> None:
    tables = {
        "core.claim": [claim()],
        "core.claim_line": [line(diagnosis_pointer_2=2)],
        "core.claim_diagnosis": [
            *diagnoses("E119", role="principal"),
            *diagnoses("W19XXXA", role="external cause", start=2),
        ],
    }
    assert judge("DX-22", tables).of("detail") == [("Pointer 2 means diagnosis 2, and the claim has 1.",)]


def test_without_all_diagnoses_nothing_is_judged(judge: Judge) -> None:
    claims = [claim(n, source_offset=100 * n, source_file_id=1) for n in (1, 2, 3)]
    tables = {
        "core.claim": claims,
        "core.claim_line": [line(1, n, diagnosis_pointer_2=2) for n in (1, 2, 3)],
        "core.claim_diagnosis": [row for n in (1, 2, 3) for row in diagnoses("E119", claim_id=n)],
        "core.rejected_record": [
            {"source_offset": 250, "segment": "HI", "source_file_id": 1},
            {"source_offset": 350, "segment": "DTP", "source_file_id": 1},
            {"source_offset": 150, "segment": "HI", "source_file_id": 2},
        ],
    }
    result = judge("DX-22", tables)
    assert result.of("claim_id") == [(1,), (3,)]
    assert (result.eligible_count, result.not_checked_count) == (2, 1)
    assert result.not_checked_reason is not None
    assert "all of them loaded" in result.not_checked_reason


@pytest.mark.parametrize(
    ("file_format", "pointers", "outcome"),
    [
        ("837P", (None,), "failed"),
        ("FHIR", (None,), "not checked"),
        ("RIF carrier", (None,), "not checked"),
        ("CSV table", (None,), "not checked"),
        ("CSV table", (1, None), "failed"),
        ("FHIR", (1, None), "passed"),
        ("FHIR", (4,), "failed"),
    ],
)
def test_a_file_that_leaves_pointers_out_proves_nothing(
    judge: Judge, file_format: str, pointers: tuple[int | None, ...], outcome: str
) -> None:
    tables = {
        "core.source_file": [{"source_file_id": 1, "format": file_format}],
        "core.claim": [claim(source_file_id=1)],
        "core.claim_line": [
            line(number, diagnosis_pointer_1=pointer) for number, pointer in enumerate(pointers, start=1)
        ],
        "core.claim_diagnosis": diagnoses("E119", "I10", "N182"),
    }
    assert judge("DX-22", tables).outcome == outcome
