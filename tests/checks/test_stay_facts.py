"""Edits of a stay and of its procedures: MCE-03, 05, 11, 14 to 19, PX-04. The lists are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Result, Rows, claim, diagnoses

EDITOR = "Medicare Code Editor"
VENTILATED = "5A1955Z"
LISTS: Mapping[str, Sequence[str]] = {
    "MCE noncovered always": ["00F3XZZ", "0SR20JZ"],
    "MCE noncovered over60": ["0SR40JZ", "0SR20JZ"],
    "MCE limited coverage": ["02YA0Z0"],
    "MCE female only": ["0UT90ZZ"],
    "MCE male only": ["0VT00ZZ"],
}


def stay(
    judge: Judge,
    check_id: str,
    *procedures: str,
    codes: Sequence[str] = ("I10",),
    done: dt.date | None = None,
    born: dt.date | None = dt.date(1980, 5, 5),
    sex: str | None = "F",
    admit: dt.date | None = dt.date(2026, 1, 10),
    last: dt.date | None = dt.date(2026, 1, 15),
    lists: Mapping[str, Sequence[str]] = LISTS,
    list_days: tuple[dt.date, dt.date] = (FIRST_DAY, LAST_DAY),
    extra: Mapping[str, Rows] | None = None,
    **claim_columns: object,
) -> Result:
    first, final = list_days
    columns = {
        "form": "I",
        "type_of_bill": "111",
        "admit_date": admit,
        "from_date": admit,
        "to_date": last,
        "discharge_status_code": "01",
    }
    rows = [*diagnoses(codes[0], role="principal"), *diagnoses(*codes[1:], start=2)]
    return judge(
        check_id,
        {
            "ref.release": [
                {"code_system": EDITOR, "release": "v43", "effective_from": first, "effective_to": final}
            ],
            "ref.code_list": [
                {
                    "list_name": name,
                    "code_system": "ICD-10-PCS",
                    "code": code,
                    "effective_from": first,
                    "effective_to": final,
                    "release": "v43",
                }
                for name, listed in lists.items()
                for code in listed
            ],
            "core.patient": [{"patient_id": "patient one", "birth_date": born, "sex": sex}],
            "core.claim": [claim(**(columns | claim_columns))],
            "core.claim_diagnosis": rows,
            "core.claim_procedure": [
                {
                    "claim_id": 1,
                    "procedure_number": number,
                    "code_system": "ICD-10-PCS",
                    "code": code,
                    "code_role": "other",
                    "procedure_date": done,
                }
                for number, code in enumerate(procedures, start=1)
            ],
            **(extra or {}),
        },
    )


def counts(result: Result) -> tuple[str, int, int]:
    return result.outcome, result.eligible_count, result.not_checked_count


def encounter(**columns: object) -> dict[str, Rows]:
    """A stay that is not yet billed, beside an office visit, in the place of the claim."""
    days = {"admit_date": dt.date(2026, 1, 10), "discharge_date": dt.date(2026, 1, 12)}
    coded = [
        {"code_number": 1, "code_system": "ICD-10-CM", "code": "I10", "code_role": "principal"},
        {"code_number": 2, "code_system": "ICD-10-CM", "code": "I10", "code_role": "secondary"},
        {"code_number": 3, "code_system": "ICD-10-CM", "code": "Y6551", "code_role": "secondary"},
        *(
            {
                "code_number": number,
                "code_system": "ICD-10-PCS",
                "code": code,
                "code_role": "procedure",
                "code_date": dt.date(2026, 1, 13),
            }
            for number, code in enumerate((VENTILATED, "00F3XZZ", "02YA0Z0"), start=4)
        ),
    ]
    return {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.claim_procedure": [],
        "core.encounter": [
            {
                "encounter_id": name,
                "encounter_class": kind,
                "patient_id": "patient one",
                "discharge_status_code": "99",
                **days,
                **columns,
            }
            for name, kind in (("B1", "inpatient"), ("B2", "office"))
        ],
        "core.encounter_code": [{"encounter_id": name, **row} for name in ("B1", "B2") for row in coded],
    }


@pytest.mark.parametrize(
    ("check_id", "item_number"),
    [
        ("MCE-03", 2),
        ("MCE-11", 5),
        ("MCE-14", 0),
        ("MCE-16", 0),
        ("MCE-17", 6),
        ("MCE-18", 3),
        ("MCE-19", 4),
        ("PX-04", 4),
    ],
)
def test_a_stay_that_is_not_yet_billed(judge: Judge, check_id: str, item_number: int) -> None:
    result = stay(judge, check_id, born=dt.date(2026, 3, 1), extra=encounter())
    assert result.of("claim_id", "encounter_id", "item_number")[0] == (None, "B1", item_number)
    assert {found for (found,) in result.of("encounter_id")} == {"B1"}


@pytest.mark.parametrize("columns", [{"type_of_bill": "131"}, {"type_of_bill": "181"}, {"form": "P"}])
@pytest.mark.parametrize(
    "check_id", ["MCE-03", "MCE-11", "MCE-14", "MCE-15", "MCE-16", "MCE-17", "MCE-18", "MCE-19", "PX-04"]
)
def test_other_bills_take_no_part(judge: Judge, check_id: str, columns: dict[str, object]) -> None:
    days = {"admit": dt.date(2024, 1, 1), "last": dt.date(2024, 1, 2)}
    result = stay(
        judge,
        check_id,
        *(VENTILATED, "00F3XZZ", "02YA0Z0"),
        codes=["I10", "I10", "Y6551"],
        sex="U",
        done=dt.date(2026, 5, 5),
        **days,  # type: ignore[arg-type]
        **columns,
    )
    assert result.outcome == "not applicable"


# A secondary diagnosis that repeats the principal one


def test_a_secondary_diagnosis_that_repeats_the_principal_one(judge: Judge) -> None:
    result = stay(judge, "MCE-03", codes=["I10", "E119", "I10", "E119", "I10"])
    assert counts(result) == ("failed", 4, 0)
    assert result.of("item_number", "code_system", "code", "related_code", "release", "at_stake_amount") == [
        (number, "ICD-10-CM", "I10", None, None, None) for number in (3, 5)
    ]
    assert set(result.of("detail")) == {("I10 is the principal diagnosis already.",)}


def test_a_repeated_external_cause_counts_too(judge: Judge) -> None:
    rows = [
        *diagnoses("W19XXXA", role="principal"),
        *diagnoses("W19XXXA", role="external cause", start=2),
        *diagnoses("W19XXXA", role="admitting", start=3),
    ]
    result = stay(judge, "MCE-03", extra={"core.claim_diagnosis": rows})
    assert (result.eligible_count, result.of("item_number")) == (1, [(2,)])


def test_without_a_principal_diagnosis_nothing_is_repeated(judge: Judge) -> None:
    result = stay(judge, "MCE-03", extra={"core.claim_diagnosis": diagnoses("I10", "I10")})
    assert result.outcome == "not applicable"


def test_the_principal_diagnosis_of_another_stay_does_not_count(judge: Judge) -> None:
    two = [
        claim(number, form="I", type_of_bill="111", admit_date=FIRST_DAY, from_date=FIRST_DAY)
        for number in (1, 2)
    ]
    rows = [
        *diagnoses("I10", role="principal"),
        *diagnoses("E119", start=2),
        *diagnoses("E119", role="principal", claim_id=2),
        *diagnoses("I10", claim_id=2, start=2),
    ]
    result = stay(judge, "MCE-03", extra={"core.claim": two, "core.claim_diagnosis": rows})
    assert counts(result) == ("passed", 2, 0)


def test_the_principal_diagnosis_of_another_unbilled_stay_does_not_count(judge: Judge) -> None:
    tables = dict(encounter())
    coded = [
        {
            "encounter_id": name,
            "code_number": number,
            "code_system": "ICD-10-CM",
            "code": code,
            "code_role": role,
        }
        for name, codes in (("B1", ("I10", "E119")), ("B2", ("E119", "I10")))
        for number, (code, role) in enumerate(zip(codes, ("principal", "secondary"), strict=True), start=1)
    ]
    days = {"admit_date": dt.date(2026, 1, 10), "discharge_date": dt.date(2026, 1, 12)}
    stays = [{"encounter_id": name, "encounter_class": "inpatient", **days} for name in ("B1", "B2")]
    extra = {**tables, "core.encounter": stays, "core.encounter_code": coded}
    assert counts(stay(judge, "MCE-03", extra=extra)) == ("passed", 2, 0)


@pytest.mark.parametrize(
    ("check_id", "expected"),
    [
        ("MCE-03", ("passed", 2, 0)),
        ("MCE-11", ("failed", 3, 0)),
        ("MCE-17", ("failed", 3, 0)),
        ("MCE-19", ("failed", 1, 0)),
        ("PX-04", ("failed", 3, 0)),
        ("MCE-05", ("not applicable", 0, 0)),
    ],
)
def test_two_bills_of_one_encounter_are_judged_apart(
    judge: Judge, check_id: str, expected: tuple[str, int, int]
) -> None:
    day = dt.date(2026, 1, 10)
    two = [
        claim(
            number,
            form="I",
            type_of_bill="111",
            patient_control_number="A1",
            payer_id=f"P0{number}",
            admit_date=day,
            from_date=day,
            to_date=day,
        )
        for number in (1, 2)
    ]
    rows = [
        *diagnoses("I10", role="principal"),
        *diagnoses("E119", start=2),
        *diagnoses("E119", role="principal", claim_id=2),
        *diagnoses("I10", claim_id=2, start=2),
    ]
    done = dt.date(2026, 1, 11)
    procedures = (VENTILATED, "00F3XZZ", "02YA0Z0")
    tables = {"core.claim": two, "core.claim_diagnosis": rows}
    assert counts(stay(judge, check_id, *procedures, done=done, extra=tables)) == expected


# Coverage


@pytest.mark.parametrize(
    ("code", "age", "detail"),
    [
        ("00F3XZZ", 40, "00F3XZZ is a procedure that Medicare does not cover."),
        ("0SR40JZ", 59, None),
        ("0SR40JZ", 60, None),
        ("0SR40JZ", 61, "0SR40JZ is a procedure that Medicare does not cover over 60 years of age."),
        # On both lists.
        ("0SR20JZ", 70, "0SR20JZ is a procedure that Medicare does not cover."),
        ("02YA0Z0", 70, None),
    ],
)
def test_procedures_that_are_not_covered(judge: Judge, code: str, age: int, detail: str | None) -> None:
    result = stay(judge, "MCE-11", "0DTJ4ZZ", code, born=dt.date(2026 - age, 1, 10))
    assert (result.eligible_count, result.not_checked_count) == (2, 0)
    assert result.of("item_number", "code_system", "code", "detail", "release", "at_stake_amount") == (
        [] if detail is None else [(2, "ICD-10-PCS", code, detail, "v43", None)]
    )


def test_an_unknown_age_is_not_over_60(judge: Judge) -> None:
    assert stay(judge, "MCE-11", "0SR40JZ", "00F3XZZ", born=None).of("code") == [("00F3XZZ",)]


def test_procedures_with_limited_coverage(judge: Judge) -> None:
    result = stay(judge, "MCE-17", "00F3XZZ", "02YA0Z0", "0DTJ4ZZ")
    assert counts(result) == ("failed", 3, 0)
    assert result.of("item_number", "code_system", "code", "detail", "release") == [
        (2, "ICD-10-PCS", "02YA0Z0", "Medicare covers 02YA0Z0 only in some cases.", "v43")
    ]


@pytest.mark.parametrize("check_id", ["MCE-11", "MCE-17"])
@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (dt.date(2025, 9, 30), "not checked"),
        (FIRST_DAY, "failed"),
        (LAST_DAY, "failed"),
        (dt.date(2026, 10, 1), "not checked"),
    ],
)
def test_the_list_of_the_last_day_decides(judge: Judge, check_id: str, last: dt.date, outcome: str) -> None:
    admit = last - dt.timedelta(days=5)
    assert stay(judge, check_id, "00F3XZZ", "02YA0Z0", admit=admit, last=last).outcome == outcome


@pytest.mark.parametrize("check_id", ["MCE-11", "MCE-17"])
def test_a_version_without_the_list_checks_nothing(judge: Judge, check_id: str) -> None:
    lists = {"MCE noncovered over60": ["00F3XZZ"], "MCE female only": ["02YA0Z0"]}
    assert counts(stay(judge, check_id, "00F3XZZ", "02YA0Z0", lists=lists)) == ("not checked", 0, 2)


@pytest.mark.parametrize("check_id", ["MCE-11", "MCE-17"])
def test_the_list_of_another_day_does_not_count(judge: Judge, check_id: str) -> None:
    later = dt.date(2026, 10, 1)
    listed_day = claim(2, form="I", type_of_bill="111", to_date=dt.date(2026, 1, 15))
    own = claim(1, form="I", type_of_bill="111", admit_date=later, from_date=later, to_date=later)
    tables = {"core.claim": [own, listed_day], "core.claim_diagnosis": diagnoses("I10", claim_id=2)}
    result = stay(judge, check_id, "00F3XZZ", "02YA0Z0", extra=tables)
    assert counts(result) == ("not checked", 0, 2)


@pytest.mark.parametrize("check_id", ["MCE-11", "MCE-17"])
def test_only_procedures_on_the_list_count(judge: Judge, check_id: str) -> None:
    rows = [
        {"list_name": name, "code_system": system, "code": code, "release": "v43"}
        for name in LISTS
        for system, code in (("ICD-10-PCS", "0QQQQQQ"), ("ICD-10-CM", "00F3XZZ"), ("ICD-10-CM", "02YA0Z0"))
    ]
    result = stay(judge, check_id, "00F3XZZ", "02YA0Z0", extra={"ref.code_list": rows})
    assert counts(result) == ("passed", 2, 0)


@pytest.mark.parametrize("check_id", ["MCE-11", "MCE-17", "MCE-19", "PX-04"])
def test_a_stay_without_procedures(judge: Judge, check_id: str) -> None:
    assert stay(judge, check_id).outcome == "not applicable"


def test_lists_hold_on_days_without_an_icd_10_cm_diagnosis(judge: Judge) -> None:
    assert stay(judge, "MCE-17", "02YA0Z0", extra={"core.claim_diagnosis": []}).outcome == "failed"


# Age, sex and discharge status


@pytest.mark.parametrize(
    ("born", "detail"),
    [
        (dt.date(1901, 1, 11), None),
        (dt.date(1901, 1, 10), "The patient would be older than 124 years."),
        (dt.date(1901, 1, 9), "The patient would be older than 124 years."),
        # Born on the day of admission, during the stay, on its last day and after it.
        (dt.date(2025, 1, 15), None),
        (dt.date(2026, 1, 10), None),
        (dt.date(2026, 1, 12), None),
        (dt.date(2026, 1, 15), None),
        (dt.date(2026, 1, 16), "The date of birth is after the stay."),
    ],
)
def test_ages_that_can_be(judge: Judge, born: dt.date, detail: str | None) -> None:
    result = stay(judge, "MCE-14", born=born)
    assert counts(result) == ("passed" if detail is None else "failed", 1, 0)
    assert result.of("item_number", "code", "detail", "service_date") == (
        [] if detail is None else [(0, None, detail, dt.date(2026, 1, 15))]
    )


@pytest.mark.parametrize("extra", [{}, {"core.patient": []}])
def test_without_a_date_of_birth_no_age_is_checked(judge: Judge, extra: dict[str, Rows]) -> None:
    assert counts(stay(judge, "MCE-14", born=None, extra=extra)) == ("not checked", 0, 1)


def test_without_a_day_of_admission_the_first_day_of_service_counts(judge: Judge) -> None:
    result = stay(judge, "MCE-14", born=dt.date(2026, 2, 1), admit=None, from_date=dt.date(2026, 1, 10))
    assert counts(result) == ("failed", 1, 0)


def test_without_a_last_day_no_age_is_checked(judge: Judge) -> None:
    result = stay(judge, "MCE-14", born=dt.date(1890, 1, 1), last=None, from_date=None)
    assert counts(result) == ("not checked", 0, 1)


def test_without_any_day_no_age_is_checked(judge: Judge) -> None:
    result = stay(judge, "MCE-14", admit=None, last=None, from_date=None)
    assert counts(result) == ("not checked", 0, 1)


@pytest.mark.parametrize(
    ("sex", "last", "outcome"),
    [
        ("U", dt.date(2015, 9, 30), "not applicable"),
        ("U", dt.date(2015, 10, 1), "failed"),
        ("U", dt.date(2024, 9, 30), "failed"),
        ("U", dt.date(2024, 10, 1), "not applicable"),
        ("F", dt.date(2024, 9, 30), "passed"),
        ("M", dt.date(2024, 9, 30), "passed"),
        (None, dt.date(2024, 9, 30), "not applicable"),
    ],
)
def test_the_sex_that_the_editor_takes(judge: Judge, sex: str | None, last: dt.date, outcome: str) -> None:
    result = stay(judge, "MCE-15", sex=sex, admit=last, last=last)
    assert result.outcome == outcome
    assert result.eligible_count == int(outcome != "not applicable")
    if outcome == "failed":
        said = [(0, "The sex on the claim is neither female nor male.", last)]
        assert result.of("item_number", "detail", "service_date") == said


@pytest.mark.parametrize(("sex", "is_found"), [("U", True), ("F", False)])
def test_the_sex_in_a_stay_that_is_not_yet_billed(judge: Judge, sex: str, is_found: bool) -> None:  # noqa: FBT001
    days = {"admit_date": dt.date(2024, 1, 10), "discharge_date": dt.date(2024, 1, 12)}
    result = stay(judge, "MCE-15", sex=sex, extra=encounter(**days))
    assert result.of("claim_id", "encounter_id") == ([(None, "B1")] if is_found else [])


VALID_STATUSES = [
    *("01", "02", "03", "04", "05", "06", "07", "20", "21", "30", "43", "50", "51", "61", "62", "63", "64"),
    *("65", "66", "69", "70", *(str(number) for number in range(81, 96))),
]


def test_discharge_statuses(judge: Judge) -> None:
    last = dt.date(2026, 1, 15)
    stays = [
        claim(number, form="I", type_of_bill="111", to_date=last, discharge_status_code=f"{number:02}")
        for number in range(100)
    ]
    result = stay(judge, "MCE-16", extra={"core.claim": stays})
    assert counts(result) == ("failed", 100, 0)
    assert result.of("claim_id", "item_number", "detail", "service_date") == [
        (number, 0, f"A hospital stay cannot have the discharge status {number:02}.", last)
        for number in range(100)
        if f"{number:02}" not in VALID_STATUSES
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("1", ("passed", 1, 0)),
        ("8", ("failed", 1, 0)),
        (" 1", ("passed", 1, 0)),
        ("home", ("not checked", 0, 1)),
        ("001", ("not checked", 0, 1)),
        (None, ("not applicable", 0, 0)),
    ],
)
def test_discharge_statuses_in_other_forms(
    judge: Judge, status: str | None, expected: tuple[str, int, int]
) -> None:
    assert counts(stay(judge, "MCE-16", discharge_status_code=status)) == expected


# Wrong surgery and ventilation


@pytest.mark.parametrize("code", ["Y6551", "Y6552", "Y6553"])
def test_wrong_surgery(judge: Judge, code: str) -> None:
    result = stay(judge, "MCE-18", codes=["I10", code])
    assert counts(result) == ("failed", 2, 0)
    said = f"Y65.{code[3:]} says that the surgery was wrong: Medicare does not pay for it."
    assert result.of("item_number", "code_system", "code", "detail", "release") == [
        (2, "ICD-10-CM", code, said, None)
    ]


def test_other_misadventures(judge: Judge) -> None:
    assert counts(stay(judge, "MCE-18", codes=["I10", "Y658", "Y654", "Y655"])) == ("passed", 4, 0)


@pytest.mark.parametrize(
    ("frequency", "outcome"), [("0", "not applicable"), ("1", "failed"), (None, "failed")]
)
def test_a_no_pay_claim_is_right_to_name_wrong_surgery(
    judge: Judge, frequency: str | None, outcome: str
) -> None:
    result = stay(judge, "MCE-18", codes=["I10", "Y6551"], frequency_code=frequency)
    assert result.outcome == outcome


@pytest.mark.parametrize(("days", "is_found"), [(0, True), (3, True), (4, False), (5, False)])
def test_ventilation_of_more_than_96_hours(judge: Judge, days: int, is_found: bool) -> None:  # noqa: FBT001
    last = dt.date(2026, 1, 10) + dt.timedelta(days=days)
    result = stay(judge, "MCE-19", "5A1945Z", VENTILATED, last=last)
    assert counts(result) == ("failed" if is_found else "passed", 1, 0)
    said = f"5A1955Z says more than 96 hours of ventilation; from admission to discharge are {days} days."
    assert result.of("item_number", "code_system", "code", "related_code", "detail") == (
        [(2, "ICD-10-PCS", VENTILATED, "5A1945Z", said)] if is_found else []
    )


@pytest.mark.parametrize("columns", [{"admit": None}, {"last": None, "from_date": None}])
def test_without_the_days_no_ventilation_is_checked(judge: Judge, columns: dict[str, None]) -> None:
    result = stay(judge, "MCE-19", VENTILATED, **columns)  # type: ignore[arg-type]
    assert counts(result) == ("not checked", 0, 1)


# Sex and procedures


@pytest.mark.parametrize(
    ("code", "sex", "detail"),
    [
        ("0UT90ZZ", "M", "0UT90ZZ is on the list for females only; the patient is male."),
        ("0VT00ZZ", "F", "0VT00ZZ is on the list for males only; the patient is female."),
        ("0UT90ZZ", "F", None),
        ("0VT00ZZ", "M", None),
        ("0DTJ4ZZ", "M", None),
    ],
)
def test_procedures_and_sex(judge: Judge, code: str, sex: str, detail: str | None) -> None:
    last = dt.date(2024, 5, 5)
    days = (dt.date(2023, 10, 1), dt.date(2024, 9, 30))
    result = stay(judge, "MCE-05", code, sex=sex, admit=last, last=last, list_days=days)
    assert (result.eligible_count, result.not_checked_count) == (2, 0)
    assert result.of("item_number", "code_system", "code", "detail") == (
        [] if detail is None else [(1, "ICD-10-PCS", code, detail)]
    )


def test_procedures_of_other_bills_have_no_sex_conflict(judge: Judge) -> None:
    last = dt.date(2024, 5, 5)
    days = (dt.date(2023, 10, 1), dt.date(2024, 9, 30))
    result = stay(
        judge, "MCE-05", "0UT90ZZ", sex="M", admit=last, last=last, list_days=days, type_of_bill="131"
    )
    assert result.outcome == "not applicable"


# The date of a procedure


@pytest.mark.parametrize(
    ("done", "filing", "detail"),
    [
        (dt.date(2026, 1, 15), "MA", None),
        (dt.date(2026, 1, 16), "MA", "0DTJ4ZZ is dated after the last day of the stay."),
        (dt.date(2026, 1, 16), "CI", "0DTJ4ZZ is dated after the last day of the stay."),
        (dt.date(2026, 1, 10), "MA", None),
        (dt.date(2026, 1, 7), "MA", None),
        (dt.date(2026, 1, 6), "MA", "0DTJ4ZZ is dated more than three days before the admission."),
        (dt.date(2026, 1, 6), "CI", None),
        (dt.date(2026, 1, 6), None, None),
    ],
)
def test_the_date_of_a_procedure(judge: Judge, done: dt.date, filing: str | None, detail: str | None) -> None:
    result = stay(judge, "PX-04", "0DTJ4ZZ", done=done, filing_code=filing)
    assert counts(result) == ("passed" if detail is None else "failed", 1, 0)
    assert result.of("item_number", "code_system", "code", "detail", "service_date") == (
        [] if detail is None else [(1, "ICD-10-PCS", "0DTJ4ZZ", detail, dt.date(2026, 1, 15))]
    )


def test_a_procedure_without_a_date(judge: Judge) -> None:
    assert stay(judge, "PX-04", "0DTJ4ZZ").outcome == "not applicable"


def test_without_the_last_day_no_date_is_checked(judge: Judge) -> None:
    done = dt.date(2026, 1, 1)
    result = stay(judge, "PX-04", "0DTJ4ZZ", done=done, last=None, from_date=None, filing_code="MA")
    assert counts(result) == ("not checked", 0, 1)
