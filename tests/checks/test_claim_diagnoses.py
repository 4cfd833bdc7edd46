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
        (["S72001B", "S72001C"], None),
        (["Z4789", "S72001S"], None),
        (
            ["S72001S", "S82001A"],
            (
                "S72001S",
                None,
                "S72.001S is a sequela and is listed first; the condition that remains goes before it.",
            ),
        ),
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


def test_codes_with_a_phase_of_care(judge: Judge) -> None:
    codes = ["S72001A", "T1490XA", "M8000XA", "M8440XA", "M9701XA", "M4840XA", "M4850XA"]
    assert judged_codes(judge, "DX-05", codes).eligible_count == len(codes)


def test_a_phase_of_another_claim_role_or_code_set(judge: Judge) -> None:
    rows = [
        *diagnoses("S72001A", role="principal"),
        *diagnoses("S72001D", role="reason for visit", start=2),
        {**diagnoses("S72001D", start=3)[0], "code_system": "ICD-9-CM"},
        *diagnoses("E119", "S72001D", claim_id=2),
    ]
    result = judge("DX-05", {"core.claim": [claim(), claim(2)], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 2)


def test_aftercare_that_is_not_listed_first_says_nothing(judge: Judge) -> None:
    rows = diagnoses("Z4789", "S72001A")
    assert judge("DX-05", {"core.claim": [claim()], "core.claim_diagnosis": rows}).outcome == "passed"


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


def test_only_places_of_a_claim_are_counted(judge: Judge) -> None:
    rows = [*diagnoses("R05", "R06", role="admitting"), *diagnoses(*CODES[:26], start=3)]
    claims = [claim(form="I"), claim(2, form="I")]
    only_admitting = diagnoses("R05", claim_id=2, role="admitting")
    result = judge("DX-21", {"core.claim": claims, "core.claim_diagnosis": [*rows, *only_admitting]})
    assert result.of("item_number", "detail") == [(28, "26 diagnoses; an institutional claim holds 25.")]
    assert result.eligible_count == 1


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
        *diagnoses("Y9289", role="reason for visit", start=5),
        {**diagnoses("Y9289", start=6)[0], "code_system": "ICD-9-CM"},
    ]
    result = judge("DX-26", {"core.claim": [claim(), claim(2)], "core.claim_diagnosis": rows})
    assert (result.outcome, result.eligible_count) == ("passed", 2)


def test_two_places_and_two_activities(judge: Judge) -> None:
    result = judged_codes(judge, "DX-26", ["S72001A", "Y9301", "Y92009", "Y9289", "Y9302"])
    assert result.of("code", "related_code") == [("Y9289", "Y92009"), ("Y9302", "Y9301")]


def test_places_on_two_bills_of_one_encounter(judge: Judge) -> None:
    bills = [claim(number, patient_control_number="A1", payer_id=f"P0{number}") for number in (1, 2)]
    rows = [*diagnoses("Y92009", "Y9289"), *diagnoses("Y92838", "Y9210", claim_id=2)]
    result = judge("DX-26", {"core.claim": bills, "core.claim_diagnosis": rows})
    assert result.of("claim_id", "related_code") == [(1, "Y92009"), (2, "Y92838")]


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
