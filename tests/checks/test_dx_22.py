from __future__ import annotations

import pytest

from tests.checks.cases import Judge, Result, Rows, claim, diagnoses, line


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


@pytest.mark.parametrize("pointers", [(1,), (3, 2, 1), (2, 2), (1, None, 3), (3, 1, 3, 1), (1, 3, 1, 3)])
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
        ((-1,), "Pointer 1 is not a diagnosis number."),
        *(
            ((1, *(None,) * (place - 2), pointer), f"Pointer {place} is not a diagnosis number.")
            for place in (2, 3, 4)
            for pointer in (0, -1)
        ),
        ((1, 4, 0), "Pointer 2 means diagnosis 4, and the claim has 3."),
        ((1, 1, 4, 0), "Pointer 3 means diagnosis 4, and the claim has 3."),
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


@pytest.mark.parametrize(
    ("pointer", "said"), [(4, "means diagnosis 4, and the claim has 3."), (5, "is 5, which is out of range.")]
)
def test_a_dental_pointer_ends_at_four(judge: Judge, pointer: int, said: str) -> None:
    assert one_line(judge, pointer, form="D").of("detail") == [(f"Pointer 1 {said}",)]


@pytest.mark.parametrize("pointers", [(), (1,)])
def test_institutional_lines_have_no_pointers(judge: Judge, pointers: tuple[int, ...]) -> None:
    assert one_line(judge, *pointers, form="I").outcome == "not applicable"


NUMBERS = (2, 60, 61, 62)


@pytest.mark.parametrize(
    ("pointers", "said"),
    [
        ((2, 60, 61, 62), None),
        ((61, 62, 61, 62), None),
        ((62, 61, 62, 61), None),
        ((2, 1), "means diagnosis 1, and the claim has 62."),
        ((2, 3), "means diagnosis 3, and the claim has 62."),
        ((2, 59), "is 59, which is out of range."),
    ],
)
def test_numbers_of_diagnoses_may_have_gaps(
    judge: Judge, pointers: tuple[int, ...], said: str | None
) -> None:
    tables = {
        "core.claim": [claim()],
        "core.claim_line": [line(**{f"diagnosis_pointer_{n}": p for n, p in enumerate(pointers, start=1)})],
        "core.claim_diagnosis": [
            *(row for number in NUMBERS for row in diagnoses("E119", start=number)),
            *diagnoses("W19XXXA", role="external cause", start=63),
        ],
    }
    assert judge("DX-22", tables).of("detail") == ([(f"Pointer 2 {said}",)] if said else [])


@pytest.mark.parametrize("pointer", [60, 61])
def test_of_a_high_number_only_it_or_those_above_60_are_there(judge: Judge, pointer: int) -> None:
    tables = {
        "core.claim": [claim()],
        "core.claim_line": [line(diagnosis_pointer_1=pointer)],
        "core.claim_diagnosis": [*diagnoses("E119"), *diagnoses("W19XXXA", role="external cause", start=2)],
    }
    assert judge("DX-22", tables).outcome == "failed"


@pytest.mark.parametrize("number", [61, 62])
def test_a_diagnosis_above_60_is_there(judge: Judge, number: int) -> None:
    pointers = {f"diagnosis_pointer_{place}": number for place in (1, 2, 3, 4)}
    tables = {
        "core.claim": [claim()],
        "core.claim_line": [line(**pointers)],
        "core.claim_diagnosis": [{**row, "pointer_number": number} for row in diagnoses("E119")],
    }
    assert judge("DX-22", tables).outcome == "passed"


def test_each_line_of_a_claim_has_its_own_fault(judge: Judge) -> None:
    tables = {
        "core.claim": [claim()],
        "core.claim_line": [
            line(1, diagnosis_pointer_1=9),
            line(2, diagnosis_pointer_1=1, diagnosis_pointer_2=8),
            line(3, diagnosis_pointer_1=1),
        ],
        "core.claim_diagnosis": diagnoses("E119"),
    }
    assert judge("DX-22", tables).of("item_number", "detail") == [
        (1, "Pointer 1 means diagnosis 9, and the claim has 1."),
        (2, "Pointer 2 means diagnosis 8, and the claim has 1."),
    ]


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        (None, "is missing."),
        (0, "is not a diagnosis number."),
        (1, "means diagnosis 1, and the claim has 0."),
    ],
)
@pytest.mark.parametrize("form", ["P", "D"])
@pytest.mark.parametrize("codes", [[], diagnoses("W19XXXA", role="external cause")])
def test_a_claim_without_a_diagnosis_to_mean(
    judge: Judge, codes: Rows, form: str, pointer: int | None, said: str
) -> None:
    tables = {
        "core.claim": [claim(form=form)],
        "core.claim_line": [line(diagnosis_pointer_1=pointer)],
        "core.claim_diagnosis": codes,
    }
    is_left_out = pointer is None and (form == "D" or not codes)
    expected = [] if is_left_out else [(f"Pointer 1 {said}",)]
    assert judge("DX-22", tables).of("detail") == expected


def test_pointers_of_another_file_say_nothing_of_one_without_any(judge: Judge) -> None:
    tables = {
        "core.source_file": [{"source_file_id": n, "format": "CSV table"} for n in (1, 2)],
        "core.claim": [claim(n, source_file_id=n) for n in (1, 2)],
        "core.claim_line": [line(1, 1, diagnosis_pointer_1=None), line(1, 2)],
        "core.claim_diagnosis": [row for n in (1, 2) for row in diagnoses("E119", claim_id=n)],
    }
    result = judge("DX-22", tables)
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 1, 1)


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


@pytest.mark.parametrize(("offset", "found"), [(200, [1, 3]), (299, [1, 3]), (300, [1, 2]), (999, [1, 2])])
def test_without_all_diagnoses_nothing_is_judged(judge: Judge, offset: int, found: list[int]) -> None:
    claims = [claim(n, source_offset=100 * n, source_file_id=1) for n in (1, 2, 3)]
    tables = {
        "core.claim": claims,
        "core.claim_line": [line(1, n, diagnosis_pointer_2=2) for n in (1, 2, 3)],
        "core.claim_diagnosis": [row for n in (1, 2, 3) for row in diagnoses("E119", claim_id=n)],
        "core.rejected_record": [
            {"source_offset": offset, "segment": "HI", "source_file_id": 1},
            {"source_offset": 350, "segment": "DTP", "source_file_id": 2 if offset == 999 else 1},
            {"source_offset": 150, "segment": "HI", "source_file_id": 2},
        ],
    }
    result = judge("DX-22", tables)
    assert [claim_id for (claim_id,) in result.of("claim_id")] == found
    assert (result.eligible_count, result.not_checked_count) == (2, 1)
    assert result.not_checked_reason is not None
    assert "all of them loaded" in result.not_checked_reason


@pytest.mark.parametrize(
    ("file_format", "pointers", "outcome"),
    [
        ("837P", (None,), "failed"),
        ("FHIR", (None,), "not checked"),
        ("RIF carrier", (None,), "not checked"),
        ("RIF carrier", (1, None), "passed"),
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
