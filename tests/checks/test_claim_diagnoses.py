"""What the diagnoses of one claim say together: phases of care, how many, places and activities."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.checks.cases import Judge, Result, claim, diagnoses


def judged_codes(judge: Judge, check_id: str, codes: Sequence[str], **claim_columns: object) -> Result:
    rows = [*diagnoses(codes[0], role="principal"), *diagnoses(*codes[1:], start=2)]
    return judge(check_id, {"core.claim": [claim(**claim_columns)], "core.claim_diagnosis": rows})


@pytest.mark.parametrize(
    ("codes", "finding"),
    [
        # One injury in two phases of care.
        (
            ["S72001A", "S72001D"],
            ("S72001D", "S72001A", "S72.001D says subsequent care, and S72.001A does not."),
        ),
        (
            ["S72001D", "S72001B"],
            ("S72001B", "S72001D", "S72.001B says active treatment, and S72.001D does not."),
        ),
        (["T1490XD", "T1490XS"], ("T1490XS", "T1490XD", "T14.90XS says sequela, and T14.90XD does not.")),
        (
            ["M8000XA", "M8000XK"],
            ("M8000XK", "M8000XA", "M80.00XK says subsequent care, and M80.00XA does not."),
        ),
        (["S72001A", "S72001B"], None),
        (["S72001A", "S72002D"], None),
        (["S72001D", "S72001K"], None),
        # Sequela.
        (
            ["S72001S", "M25551"],
            (
                "S72001S",
                None,
                "S72.001S is a sequela and is listed first; the condition that remains goes before it.",
            ),
        ),
        (["M25551", "S72001S"], None),
        # Aftercare beside active treatment.
        (
            ["Z4789", "S72001A"],
            (
                "S72001A",
                "Z4789",
                "S72.001A says active treatment, and the first-listed Z47.89 says aftercare.",
            ),
        ),
        (
            ["Z4802", "S72001A"],
            (
                "S72001A",
                "Z4802",
                "S72.001A says active treatment, and the first-listed Z48.02 says aftercare.",
            ),
        ),
        (["Z4789", "S72001D"], None),
        (["S72001A", "Z4789"], None),
        (["Z4901", "S72001A"], None),
    ],
)
def test_phases_of_care(judge: Judge, codes: list[str], finding: tuple[str, str | None, str] | None) -> None:
    result = judged_codes(judge, "DX-05", codes)
    assert result.of("code", "related_code", "detail") == ([] if finding is None else [finding])
    assert result.outcome == ("passed" if finding is None else "failed")


@pytest.mark.parametrize(
    "code", ["O3100X1", "H401131", "C441021", "W19XXXA", "R402110", "E083211", "S72001", "M1A00X0", "S720010"]
)
def test_codes_without_a_phase_of_care_take_no_part(judge: Judge, code: str) -> None:
    assert judged_codes(judge, "DX-05", ["E119", code]).outcome == "not applicable"


def test_phases_on_two_claims_and_of_admitting_diagnoses(judge: Judge) -> None:
    rows = [
        *diagnoses("S72001A", role="principal"),
        *diagnoses("S72001D", role="admitting", start=2),
        *diagnoses("S72001D", claim_id=2),
    ]
    result = judge("DX-05", {"core.claim": [claim(), claim(2)], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 2)


def test_a_phase_once_a_bill(judge: Judge) -> None:
    assert judged_codes(judge, "DX-05", ["S72001A", "S72001A", "S72001D"]).eligible_count == 2


CODES = [f"A{number:02d}" for number in range(40)]


@pytest.mark.parametrize(
    ("form", "count", "detail"),
    [
        ("P", 12, None),
        ("P", 13, "13 diagnoses; a professional claim holds 12."),
        ("P", 20, "20 diagnoses; a professional claim holds 12."),
        ("I", 25, None),
        ("I", 26, "26 diagnoses; an institutional claim holds 25."),
        ("P", 1, None),
    ],
)
def test_how_many_diagnoses_a_claim_holds(judge: Judge, form: str, count: int, detail: str | None) -> None:
    result = judged_codes(judge, "DX-21", CODES[:count], form=form)
    first_too_many = 13 if form == "P" else 26
    expected = [] if detail is None else [(first_too_many, CODES[first_too_many - 1], detail, None)]
    assert result.of("item_number", "code", "detail", "at_stake_amount") == expected
    assert (result.outcome, result.eligible_count) == ("passed" if detail is None else "failed", 1)


@pytest.mark.parametrize("form", ["D", "R"])
def test_dental_and_pharmacy_claims_take_no_part(judge: Judge, form: str) -> None:
    assert judged_codes(judge, "DX-21", CODES, form=form).outcome == "not applicable"


@pytest.mark.parametrize("role", ["admitting", "reason for visit", "external cause"])
def test_diagnoses_with_places_of_their_own_do_not_count(judge: Judge, role: str) -> None:
    rows = [*diagnoses(*CODES[:25]), *diagnoses(*CODES[25:], role=role, start=26)]
    result = judge("DX-21", {"core.claim": [claim(form="I")], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 1)


@pytest.mark.parametrize(
    ("codes", "finding"),
    [
        (
            ["Y92009", "Y9289"],
            (3, "Y9289", "Y92009", "Y92.89 is a second place of occurrence, after Y92.009."),
        ),
        (["Y9301", "Y9302"], (3, "Y9302", "Y9301", "Y93.02 is a second activity, after Y93.01.")),
        (["Y92009", "Y9301"], None),
        (["Y92009", "Y92009"], None),
        (["Y92009"], None),
        (["Y9101", "Y9102", "Y990"], None),
    ],
)
@pytest.mark.parametrize("role", ["external cause", "secondary"])
def test_places_and_activities(
    judge: Judge, role: str, codes: list[str], finding: tuple[object, ...] | None
) -> None:
    rows = [*diagnoses("S72001A", role="principal"), *diagnoses(*codes, role=role, start=2)]
    result = judge("DX-26", {"core.claim": [claim()], "core.claim_diagnosis": rows})
    assert result.of("item_number", "code", "related_code", "detail") == (
        [] if finding is None else [finding]
    )
    kinds = {code[:3] for code in codes} & {"Y92", "Y93"}
    assert result.eligible_count == len(kinds)
    assert result.outcome == ("failed" if finding else "passed" if kinds else "not applicable")


def test_a_place_on_each_of_two_claims(judge: Judge) -> None:
    rows = [
        *diagnoses("Y92009"),
        *diagnoses("Y9289", claim_id=2),
        *diagnoses("Y9289", role="admitting", start=4),
    ]
    result = judge("DX-26", {"core.claim": [claim(), claim(2)], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 2)


def test_a_third_place_is_the_same_finding(judge: Judge) -> None:
    assert len(judged_codes(judge, "DX-26", ["S72001A", "Y92009", "Y9289", "Y92838"]).findings) == 1


@pytest.mark.parametrize("check_id", ["DX-05", "DX-26"])
def test_encounters_not_yet_billed(judge: Judge, check_id: str) -> None:
    codes = [("S72001S", "principal"), ("Y92009", "external cause"), ("Y9289", "external cause")]
    tables = {
        "core.encounter": [{"encounter_id": "B1"}],
        "core.encounter_code": [
            {
                "encounter_id": "B1",
                "code_number": n,
                "code_system": "ICD-10-CM",
                "code": name,
                "code_role": role,
            }
            for n, (name, role) in enumerate(codes, start=1)
        ],
    }
    result = judge(check_id, tables)
    assert result.of("claim_id", "encounter_id", "item_number") == [
        (None, "B1", 1 if check_id == "DX-05" else 3)
    ]


@pytest.mark.parametrize("check_id", ["DX-05", "DX-21", "DX-26"])
def test_nothing_to_judge(judge: Judge, check_id: str) -> None:
    assert judge(check_id, {"core.claim": [claim()]}).outcome == "not applicable"
