"""Edits of hospital stays: present on admission and the Medicare Code Editor. The lists are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Result, Rows, claim, diagnoses

EDITOR = "Medicare Code Editor"
LISTS = {
    "POA exempt": ["Z370", "V0001XA"],
    "MCE newborn only": ["P0700"],
    "MCE pediatric only": ["Z0012"],
    "MCE maternity only": ["O80"],
    "MCE adult only": ["C61"],
    "MCE female only": ["O80"],
    "MCE male only": ["C61", "N401"],
    "MCE principal manifestation": ["N08"],
    "MCE principal external cause": ["W19XXXA"],
    "MCE principal questionable admit": ["I10"],
    "MCE principal unacceptable": ["B950", "Z5189"],
    "MCE principal requires secondary": ["Z5188"],
    "MCE unspecified laterality": ["G8100"],
}
OTHER_DAYS = {"effective_from": dt.date(2010, 10, 1), "effective_to": dt.date(2011, 9, 30)}


def stay(
    judge: Judge,
    check_id: str,
    codes: Sequence[str],
    *,
    poa: Sequence[str | None] = (),
    born: dt.date | None = dt.date(1980, 5, 5),
    sex: str | None = "F",
    admit: dt.date = dt.date(2026, 1, 10),
    last: dt.date = dt.date(2026, 1, 15),
    lists: Mapping[str, Sequence[str]] = LISTS,
    list_days: tuple[dt.date, dt.date] = (FIRST_DAY, LAST_DAY),
    extra: Mapping[str, Rows] | None = None,
    **claim_columns: object,
) -> Result:
    """One stay with the codes, the first as principal; the lists hold on ``list_days``."""
    rows = [*diagnoses(codes[0], role="principal"), *diagnoses(*codes[1:], start=2)]
    for row, indicator in zip(rows, poa, strict=False):
        row["poa_indicator"] = indicator
    first, final = list_days
    releases = [
        {"code_system": system, "release": name, "effective_from": first, "effective_to": final}
        for system, name in [("POA exempt", "FY2026"), (EDITOR, "v43")]
    ]
    columns = {"form": "I", "type_of_bill": "111", "admit_date": admit, "from_date": admit, "to_date": last}
    return judge(
        check_id,
        {
            "ref.release": releases,
            "ref.code_list": [
                {
                    "list_name": name,
                    "code_system": "ICD-10-CM",
                    "code": listed,
                    "effective_from": first,
                    "effective_to": final,
                    "release": "FY2026" if name == "POA exempt" else "v43",
                }
                for name, codes_listed in lists.items()
                for listed in codes_listed
            ],
            "core.patient": [{"patient_id": "patient one", "birth_date": born, "sex": sex}],
            "core.claim": [claim(**(columns | claim_columns))],
            "core.claim_diagnosis": rows,
            **(extra or {}),
        },
    )


def counts(result: Result) -> tuple[str, int, int]:
    return result.outcome, result.eligible_count, result.not_checked_count


# Present on admission


@pytest.mark.parametrize(
    ("code", "indicator", "detail"),
    [
        ("I10", None, "I10 lacks its present-on-admission indicator."),
        ("I10", "1", "I10 has the indicator 1 (exempt), and is not on the list of exempt codes."),
        ("I10", "X", "I10 has the present-on-admission indicator X; it can be Y, N, U or W."),
        ("Z370", "X", "Z37.0 has the present-on-admission indicator X; it can be Y, N, U or W."),
        *(("I10", indicator, None) for indicator in "YNUW"),
        ("Z370", None, None),
        ("Z370", "1", None),
        ("Z370", "Y", None),
    ],
)
def test_an_indicator_of_a_stay(judge: Judge, code: str, indicator: str | None, detail: str | None) -> None:
    result = stay(judge, "DX-19", ["E119", code], poa=["Y", indicator])
    assert (result.eligible_count, result.not_checked_count) == (2, 0)
    expected = [] if detail is None else [(2, "ICD-10-CM", code, detail, "FY2026", None)]
    columns = ("item_number", "code_system", "code", "detail", "release", "at_stake_amount")
    assert result.of(*columns) == expected


def test_a_stay_without_any_indicator_is_not_checked(judge: Judge) -> None:
    assert counts(stay(judge, "DX-19", ["E119", "I10"])) == ("not checked", 0, 2)


@pytest.mark.parametrize(
    ("file_format", "found", "not_checked_count"),
    [
        ("837I", ["I10", "E119"], 0),
        ("encounter code table", ["I10", "E119"], 0),
        ("RIF inpatient", ["E119"], 1),
        ("FHIR", ["E119"], 1),
        (None, ["I10", "E119"], 0),
    ],
)
def test_a_principal_diagnosis_of_an_extract_may_have_no_place_for_its_indicator(
    judge: Judge, file_format: str | None, found: list[str], not_checked_count: int
) -> None:
    files = [{"source_file_id": 0, "format": file_format}] if file_format else []
    extra: dict[str, Rows] = {"core.source_file": files}
    result = stay(judge, "DX-19", ["I10", "J449", "E119"], poa=[None, "Y", None], extra=extra)
    assert [code for (code,) in result.of("code")] == found
    assert result.not_checked_count == not_checked_count


def test_a_wrong_indicator_of_an_extract_is_found(judge: Judge) -> None:
    extra: dict[str, Rows] = {"core.source_file": [{"source_file_id": 0, "format": "RIF inpatient"}]}
    assert stay(judge, "DX-19", ["I10"], poa=["X"], extra=extra).of("code") == [("I10",)]


@pytest.mark.parametrize("check_id", ["DX-19", "DX-27"])
@pytest.mark.parametrize("lists", [{}, {"MCE adult only": ["C61"]}])
def test_without_the_list_no_indicator_is_checked(
    judge: Judge, check_id: str, lists: dict[str, list[str]]
) -> None:
    result = stay(judge, check_id, ["E119", "I10"], poa=["Y", "X"], lists=lists)
    assert (result.outcome, result.eligible_count) == ("not checked", 0)
    assert str(result.not_checked_reason).startswith("Needs the POA exempt list for the date of service")


@pytest.mark.parametrize("columns", [{"type_of_bill": "131"}, {"type_of_bill": "181"}, {"form": "P"}])
@pytest.mark.parametrize("check_id", ["DX-19", "DX-27", "MCE-02", "MCE-04", "MCE-06", "MCE-09", "MCE-20"])
def test_other_claims_than_hospital_stays_take_no_part(
    judge: Judge, check_id: str, columns: dict[str, object]
) -> None:
    result = stay(judge, check_id, ["W19XXXA", "O80"], poa=["Y"], born=dt.date(1950, 1, 1), **columns)
    assert result.outcome == "not applicable"


def test_admitting_diagnoses_need_no_indicator(judge: Judge) -> None:
    rows = diagnoses("R079", role="admitting", start=2)
    tables = {
        "core.claim_diagnosis": [{**diagnoses("I10", role="principal")[0], "poa_indicator": "Y"}, *rows]
    }
    assert counts(stay(judge, "DX-19", ["I10"], extra=tables)) == ("passed", 1, 0)


@pytest.mark.parametrize(
    ("code", "indicator", "is_found"),
    [("Z370", "Y", 1), ("Z370", "N", 1), ("Z370", "U", 1), ("Z370", "W", 1), ("I10", "Y", 0)],
)
def test_an_indicator_on_an_exempt_code(judge: Judge, code: str, indicator: str, is_found: int) -> None:
    result = stay(judge, "DX-27", [code, "Z370", "Z370"], poa=[indicator, "1", None])
    assert result.eligible_count == 1
    assert len(result.findings) == is_found


def test_what_an_indicator_on_an_exempt_code_says(judge: Judge) -> None:
    result = stay(judge, "DX-27", ["I10", "Z370"], poa=["Y", "W"])
    assert result.of("item_number", "code_system", "detail", "release") == [
        (2, "ICD-10-CM", "Z37.0 is exempt, and has the present-on-admission indicator W.", "FY2026")
    ]


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (dt.date(2025, 9, 30), "not checked"),
        (FIRST_DAY, "failed"),
        (LAST_DAY, "failed"),
        (dt.date(2026, 10, 1), "not checked"),
    ],
)
@pytest.mark.parametrize("check_id", ["DX-19", "DX-27", "MCE-02", "MCE-04", "MCE-20"])
def test_the_list_of_the_last_day_decides(judge: Judge, check_id: str, last: dt.date, outcome: str) -> None:
    codes = ["W19XXXA", "Z370", "G8100", "I10", "O80"]
    days = {"admit": last - dt.timedelta(days=2), "last": last, "born": dt.date(1940, 1, 1)}
    result = stay(judge, check_id, codes, poa=["1", "Y", "Y", "Q", "Y"], **days)  # type: ignore[arg-type]
    assert result.outcome == outcome


def test_a_later_release_of_the_same_days_decides(judge: Judge) -> None:
    extra = {
        "ref.release": [
            {
                "code_system": EDITOR,
                "release": "v43.1",
                "effective_from": dt.date(2026, 1, 1),
                "effective_to": LAST_DAY,
            },
            {"code_system": EDITOR, "release": "v43", "effective_from": FIRST_DAY, "effective_to": LAST_DAY},
        ],
        "ref.code_list": [
            {
                "list_name": "MCE principal manifestation",
                "code_system": "ICD-10-CM",
                "code": name,
                "release": of,
            }
            for name, of in [("N08", "v43"), ("Q081", "v43.1")]
        ],
    }
    assert stay(judge, "MCE-06", ["N08"], extra=extra).outcome == "passed"


def test_a_later_release_of_the_same_days_has_its_own_codes(judge: Judge) -> None:
    extra = {
        "ref.release": [
            {
                "code_system": EDITOR,
                "release": "v43.1",
                "effective_from": dt.date(2026, 1, 1),
                "effective_to": LAST_DAY,
            },
            {"code_system": EDITOR, "release": "v43", "effective_from": FIRST_DAY, "effective_to": LAST_DAY},
        ],
        "ref.code_list": [
            {
                "list_name": "MCE principal manifestation",
                "code_system": "ICD-10-CM",
                "code": name,
                "release": of,
            }
            for name, of in [("N08", "v43"), ("Q081", "v43.1")]
        ],
    }
    assert stay(judge, "MCE-06", ["Q081"], extra=extra).of("code", "release") == [("Q081", "v43.1")]


@pytest.mark.parametrize(
    ("check_id", "name", "outcome"),
    [
        ("MCE-02", "W19XXXA", "passed"),
        ("MCE-04", "O80", "passed"),
        ("MCE-06", "N08", "passed"),
        ("MCE-08", "I10", "passed"),
        ("MCE-09", "B950", "passed"),
        ("MCE-20", "G8100", "passed"),
        ("DX-19", "Z370", "failed"),
        ("DX-27", "Z370", "passed"),
    ],
)
def test_only_diagnoses_of_the_release_in_force_count(
    judge: Judge, check_id: str, name: str, outcome: str
) -> None:
    """Each list is there by a code that nobody has; the coded one is of procedures or another release."""
    rows = [
        {"list_name": list_name, "code_system": system, "code": listed, "release": of}
        for list_name in LISTS
        for system, listed, of in [
            ("ICD-10-CM", "Q999", "FY2026" if list_name == "POA exempt" else "v43"),
            ("ICD-10-PCS", name, "FY2026" if list_name == "POA exempt" else "v43"),
            ("ICD-10-CM", name, "v42"),
        ]
    ]
    rows += [
        {"list_name": f"{kind} of something else", "code_system": "ICD-10-CM", "code": name, "release": of}
        for kind, of in (("MCE", "v43"), ("POA", "FY2026"))
    ]
    result = stay(
        judge,
        check_id,
        [name, "Q998"],
        poa=["1" if check_id == "DX-19" else "Y"],
        born=dt.date(1940, 1, 1),
        extra={"ref.code_list": rows},
    )
    assert result.outcome == outcome


@pytest.mark.parametrize(
    "check_id", ["MCE-02", "MCE-04", "MCE-06", "MCE-08", "MCE-09", "MCE-20", "DX-19", "DX-27"]
)
def test_lists_of_the_day_of_another_stay_do_not_count(judge: Judge, check_id: str) -> None:
    later = dt.date(2026, 10, 1)
    columns = {"form": "I", "type_of_bill": "111"}
    two = [
        claim(1, admit_date=later, from_date=later, to_date=later, **columns),
        claim(2, patient_id="somebody else", **columns),
    ]
    rows = [
        {**row, "poa_indicator": "Y"}
        for claim_id in (1, 2)
        for row in diagnoses("Q999", role="principal", claim_id=claim_id)
    ]
    result = stay(judge, check_id, ["I10"], extra={"core.claim": two, "core.claim_diagnosis": rows})
    unknown_age = check_id == "MCE-04"
    assert counts(result)[1:] == ((0, 2) if unknown_age else (1, 1))


# Principal diagnoses


@pytest.mark.parametrize(
    ("check_id", "code", "detail"),
    [
        ("MCE-02", "W19XXXA", "W19.XXXA is an external cause and cannot be the principal diagnosis."),
        ("MCE-06", "N08", "N08 is a manifestation and cannot be the principal diagnosis."),
        ("MCE-08", "I10", "I10 as principal diagnosis rarely justifies an admission."),
        ("MCE-09", "B950", "B95.0 is not acceptable as principal diagnosis."),
    ],
)
def test_a_principal_diagnosis_on_a_list(judge: Judge, check_id: str, code: str, detail: str) -> None:
    result = stay(judge, check_id, [code, "E119", code])
    assert counts(result) == ("failed", 1, 0)
    assert result.of("item_number", "code_system", "code", "detail", "release", "at_stake_amount") == [
        (1, "ICD-10-CM", code, detail, "v43", None)
    ]


@pytest.mark.parametrize("check_id", ["MCE-02", "MCE-06", "MCE-08", "MCE-09"])
def test_listed_codes_may_be_secondary(judge: Judge, check_id: str) -> None:
    assert counts(stay(judge, check_id, ["E119", "W19XXXA", "N08", "I10", "B950"])) == ("passed", 1, 0)


@pytest.mark.parametrize("check_id", ["MCE-02", "MCE-06", "MCE-08", "MCE-09", "MCE-04", "MCE-20"])
def test_a_version_without_the_list_checks_nothing(judge: Judge, check_id: str) -> None:
    lists = {"MCE wrong performed": ["Y6551"], "POA exempt": ["Z370"]}
    assert counts(stay(judge, check_id, ["W19XXXA"], lists=lists)) == ("not checked", 0, 1)


@pytest.mark.parametrize("code", ["Z5189", "Z5188"])
def test_codes_that_need_a_secondary_diagnosis(judge: Judge, code: str) -> None:
    assert stay(judge, "MCE-09", [code]).of("code", "detail") == [
        (code, f"{code[:3]}.{code[3:]} is acceptable as principal diagnosis only beside a secondary one.")
    ]


@pytest.mark.parametrize("code", ["Z5189", "Z5188"])
def test_codes_beside_a_secondary_diagnosis(judge: Judge, code: str) -> None:
    assert stay(judge, "MCE-09", [code, "E119"]).outcome == "passed"


def test_a_secondary_diagnosis_of_another_bill_of_the_encounter_does_not_count(judge: Judge) -> None:
    day = dt.date(2026, 1, 15)
    two = [
        claim(
            number,
            form="I",
            type_of_bill="111",
            patient_control_number="A1",
            payer_id=f"P0{number}",
            from_date=day,
            to_date=day,
        )
        for number in (1, 2)
    ]
    rows = [
        *diagnoses("Z5189", role="principal"),
        *diagnoses("I10", role="principal", claim_id=2),
        *diagnoses("E119", claim_id=2, start=2),
    ]
    result = stay(judge, "MCE-09", ["Z5189"], extra={"core.claim": two, "core.claim_diagnosis": rows})
    assert result.of("claim_id", "code") == [(1, "Z5189")]


def test_a_secondary_diagnosis_of_another_unbilled_stay_does_not_count(judge: Judge) -> None:
    coded = [
        {
            "encounter_id": name,
            "code_number": number,
            "code_system": "ICD-10-CM",
            "code": code,
            "code_role": role,
        }
        for name, number, code, role in [
            ("B1", 1, "Z5189", "principal"),
            ("B2", 1, "Z5189", "principal"),
            ("B2", 2, "E119", "secondary"),
        ]
    ]
    days = {"admit_date": dt.date(2026, 1, 10), "discharge_date": dt.date(2026, 1, 15)}
    extra: dict[str, Rows] = {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.encounter": [
            {"encounter_id": name, "encounter_class": "inpatient", **days} for name in ("B1", "B2")
        ],
        "core.encounter_code": coded,
    }
    assert stay(judge, "MCE-09", ["I10"], extra=extra).of("encounter_id") == [("B1",)]


# Age and sex


@pytest.mark.parametrize(
    ("code", "age", "is_found"),
    [
        *(("P0700", age, age > 0) for age in (0, 1, 30)),
        *(("Z0012", age, age > 17) for age in (0, 17, 18)),
        *(("O80", age, not 9 <= age <= 64) for age in (8, 9, 64, 65)),
        *(("C61", age, age < 15) for age in (14, 15, 124)),
        *(("E119", age, False) for age in (0, 90)),
    ],
)
def test_age_bands(judge: Judge, code: str, age: int, is_found: bool) -> None:  # noqa: FBT001
    born = dt.date(2026 - age, 1, 10)
    result = stay(judge, "MCE-04", [code], born=born)
    assert (result.eligible_count, len(result.findings)) == (1, int(is_found))


@pytest.mark.parametrize(
    ("born", "is_found"),
    [
        # Eighteen since the day before admission, on it, during the stay, on its last day, the day after.
        (dt.date(2008, 1, 9), True),
        (dt.date(2008, 1, 10), True),
        (dt.date(2008, 1, 12), False),
        (dt.date(2008, 1, 15), False),
        (dt.date(2008, 1, 16), False),
    ],
)
def test_a_birthday_during_the_stay(judge: Judge, born: dt.date, is_found: bool) -> None:  # noqa: FBT001
    assert len(stay(judge, "MCE-04", ["Z0012"], born=born).findings) == int(is_found)


def test_whoever_fits_on_the_last_day_is_no_finding(judge: Judge) -> None:
    assert stay(judge, "MCE-04", ["C61"], born=dt.date(2011, 1, 15)).outcome == "passed"


def test_what_an_age_conflict_says(judge: Judge) -> None:
    result = stay(judge, "MCE-04", ["E119", "O80"], born=dt.date(1940, 1, 1))
    said = "O80 is for maternity (9 to 64 years); the patient is of another age."
    assert result.of("item_number", "code_system", "code", "detail", "release") == [
        (2, "ICD-10-CM", "O80", said, "v43")
    ]


@pytest.mark.parametrize(
    ("code", "meant_for"),
    [
        ("P0700", "a newborn (0 years)"),
        ("Z0012", "a child (0 to 17 years)"),
        ("C61", "an adult (15 to 124 years)"),
    ],
)
def test_whom_an_age_conflict_names(judge: Judge, code: str, meant_for: str) -> None:
    born = dt.date(2020, 1, 1) if code == "C61" else dt.date(1940, 1, 1)
    (said,) = stay(judge, "MCE-04", [code], born=born).of("detail")
    assert str(said[0]).endswith(f" is for {meant_for}; the patient is of another age.")


def test_a_code_on_two_age_lists_is_one_finding(judge: Judge) -> None:
    lists = {**LISTS, "MCE newborn only": ["P0700"], "MCE pediatric only": ["P0700"]}
    assert len(stay(judge, "MCE-04", ["P0700"], lists=lists).findings) == 1


@pytest.mark.parametrize("born", [None, dt.date(1890, 1, 1), dt.date(1901, 1, 10), dt.date(2027, 1, 1)])
def test_without_a_possible_age_nothing_is_checked(judge: Judge, born: dt.date | None) -> None:
    assert counts(stay(judge, "MCE-04", ["O80"], born=born)) == ("not checked", 0, 1)


@pytest.mark.parametrize("missing", [name for name in LISTS if name.endswith("only") and "male" not in name])
def test_all_four_age_lists_are_needed(judge: Judge, missing: str) -> None:
    others = {"MCE male only": ["C61"], "MCE female only": ["O80"]}
    lists = others | {name: codes for name, codes in LISTS.items() if name != missing}
    assert counts(stay(judge, "MCE-04", ["E119"], lists=lists)) == ("not checked", 0, 1)


OLD_DAYS = (dt.date(2015, 9, 1), dt.date(2026, 9, 30))


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (dt.date(2024, 9, 29), "failed"),
        (dt.date(2024, 9, 30), "failed"),
        (dt.date(2024, 10, 1), "not applicable"),
        (dt.date(2015, 9, 30), "not applicable"),
        (dt.date(2015, 10, 1), "failed"),
    ],
)
def test_sex_conflicts_end_in_september_2024(judge: Judge, last: dt.date, outcome: str) -> None:
    result = stay(judge, "MCE-05", ["O80"], sex="M", admit=last, last=last, list_days=OLD_DAYS)
    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("code", "sex", "detail"),
    [
        ("O80", "M", "O80 is on the list for females only; the patient is male."),
        ("C61", "F", "C61 is on the list for males only; the patient is female."),
        ("N401", "F", "N40.1 is on the list for males only; the patient is female."),
        ("O80", "F", None),
        ("C61", "M", None),
        ("E119", "M", None),
    ],
)
def test_sex_conflicts(judge: Judge, code: str, sex: str, detail: str | None) -> None:
    day = dt.date(2024, 5, 5)
    result = stay(judge, "MCE-05", [code], sex=sex, admit=day, last=day, list_days=OLD_DAYS)
    assert result.of("code", "detail", "release") == ([] if detail is None else [(code, detail, "v43")])
    assert (result.outcome, result.eligible_count) == ("passed" if detail is None else "failed", 1)


@pytest.mark.parametrize("missing", ["MCE female only", "MCE male only"])
def test_both_lists_of_sex_are_needed(judge: Judge, missing: str) -> None:
    day = dt.date(2024, 5, 5)
    lists = {name: codes for name, codes in LISTS.items() if name != missing}
    result = stay(judge, "MCE-05", ["E119"], sex="M", admit=day, last=day, list_days=OLD_DAYS, lists=lists)
    assert counts(result) == ("not checked", 0, 1)


@pytest.mark.parametrize("sex", ["U", None])
def test_an_unknown_sex_is_not_checked(judge: Judge, sex: str | None) -> None:
    day = dt.date(2024, 5, 5)
    result = stay(judge, "MCE-05", ["O80", "C61"], sex=sex, admit=day, last=day, list_days=OLD_DAYS)
    assert counts(result) == ("not checked", 0, 2)


@pytest.mark.parametrize(
    ("kind", "code", "outcome"),
    [("condition", "45", "not applicable"), ("value", "45", "failed"), ("condition", "44", "failed")],
)
def test_condition_code_45_confirms_a_sex_conflict(judge: Judge, kind: str, code: str, outcome: str) -> None:
    day = dt.date(2024, 5, 5)
    extra = {"core.claim_code": [{"claim_id": 1, "claim_code_number": 1, "code_kind": kind, "code": code}]}
    result = stay(judge, "MCE-05", ["O80"], sex="M", admit=day, last=day, list_days=OLD_DAYS, extra=extra)
    assert result.outcome == outcome


SEX_DAY = dt.date(2024, 5, 5)


def of_procedures(judge: Judge, **extra: Rows) -> Result:
    """MCE-05 with a list of procedures for females, and a patient of each sex."""
    listed = {"code_system": "ICD-10-PCS", "release": "v43", "effective_from": OLD_DAYS[0]}
    lists = [
        {**listed, "list_name": f"MCE {sex} only", "code": code}
        for sex, code in (("female", "0UT90ZZ"), ("male", "0VT00ZZ"))
    ]
    patients = [{"patient_id": "man", "sex": "M"}, {"patient_id": "woman", "sex": "F"}]
    none: dict[str, Rows] = {"core.claim": [], "core.claim_diagnosis": [], "core.patient": patients}
    given = {name.replace("__", "."): rows for name, rows in extra.items()}
    return stay(judge, "MCE-05", ["I10"], list_days=OLD_DAYS, extra={**none, "ref.code_list": lists, **given})


def test_procedures_of_two_bills_of_one_encounter(judge: Judge) -> None:
    days = {"admit_date": SEX_DAY, "from_date": SEX_DAY, "to_date": SEX_DAY}
    bill = {"form": "I", "type_of_bill": "111", "patient_control_number": "A1", "patient_id": "man", **days}
    procedure = {"procedure_number": 1, "code_system": "ICD-10-PCS", "code": "0UT90ZZ", "code_role": "other"}
    both: dict[str, Rows] = {
        "core__claim": [claim(number, payer_id=f"P0{number}", **bill) for number in (1, 2)],
        "core__claim_procedure": [{"claim_id": number, **procedure} for number in (1, 2)],
    }
    result = of_procedures(judge, **both)
    assert (result.eligible_count, result.of("claim_id")) == (2, [(1,), (2,)])


def test_a_condition_code_is_of_its_claim(judge: Judge) -> None:
    days = {"admit_date": SEX_DAY, "from_date": SEX_DAY, "to_date": SEX_DAY}
    bill = {"form": "I", "type_of_bill": "111", "patient_id": "man", **days}
    result = of_procedures(
        judge,
        core__claim=[claim(number, **bill) for number in (1, 2, 3)],
        core__claim_diagnosis=[
            row for n in (1, 2, 3) for row in diagnoses("O80", role="principal", claim_id=n)
        ],
        core__claim_code=[{"claim_id": 2, "claim_code_number": 1, "code_kind": "condition", "code": "45"}],
    )
    assert counts(result) == ("passed", 2, 0)


def test_procedures_of_two_stays_that_are_not_yet_billed(judge: Judge) -> None:
    coded = {"code_number": 1, "code_system": "ICD-10-PCS", "code": "0UT90ZZ", "code_role": "procedure"}
    days = {"admit_date": SEX_DAY, "discharge_date": SEX_DAY, "encounter_class": "inpatient"}
    result = of_procedures(
        judge,
        core__encounter=[
            {"encounter_id": name, "patient_id": patient, **days}
            for name, patient in (("B1", "man"), ("B2", "woman"))
        ],
        core__encounter_code=[{"encounter_id": name, **coded} for name in ("B1", "B2")],
    )
    assert (result.eligible_count, result.of("encounter_id")) == (2, [("B1",)])


# Unspecified side


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (dt.date(2022, 3, 31), "not applicable"),
        (dt.date(2022, 4, 1), "failed"),
        (dt.date(2022, 4, 2), "failed"),
    ],
)
def test_unspecified_codes_are_looked_at_since_april_2022(judge: Judge, last: dt.date, outcome: str) -> None:
    result = stay(judge, "MCE-20", ["E119", "G8100"], admit=last, last=last, list_days=OLD_DAYS)
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.of("item_number", "code_system", "detail", "release") == [
            (2, "ICD-10-CM", "G81.00 leaves the side open, and a code with the side exists.", "v43")
        ]


def test_a_stay_that_is_not_yet_billed(judge: Judge) -> None:
    coded = [
        {
            "encounter_id": name,
            "code_number": number,
            "code_system": "ICD-10-CM",
            "code": code,
            "code_role": role,
            "poa_indicator": indicator,
        }
        for name in ("B1", "B2")
        for number, code, role, indicator in [(1, "O80", "principal", "Y"), (2, "E119", "secondary", None)]
    ]
    days = {"admit_date": dt.date(2026, 1, 10), "discharge_date": dt.date(2026, 1, 15)}
    extra: dict[str, Rows] = {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.encounter": [
            {"encounter_id": "B1", "encounter_class": "inpatient", "patient_id": "patient one", **days},
            {"encounter_id": "B2", "encounter_class": "office", "patient_id": "patient one", **days},
        ],
        "core.encounter_code": coded,
    }
    result = stay(judge, "DX-19", ["I10"], extra=extra)
    assert result.of("claim_id", "encounter_id", "item_number", "code") == [(None, "B1", 2, "E119")]


def test_the_age_in_a_stay_that_is_not_yet_billed(judge: Judge) -> None:
    coded = {
        "encounter_id": "B1",
        "code_number": 1,
        "code_system": "ICD-10-CM",
        "code": "O80",
        "code_role": "principal",
    }
    days = {"admit_date": dt.date(2026, 1, 10), "discharge_date": dt.date(2026, 1, 15)}
    extra: dict[str, Rows] = {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.encounter": [
            {"encounter_id": "B1", "encounter_class": "inpatient", "patient_id": "patient one", **days}
        ],
        "core.encounter_code": [coded],
    }
    result = stay(judge, "MCE-04", ["I10"], born=dt.date(1940, 1, 1), extra=extra)
    assert result.of("encounter_id", "code") == [("B1", "O80")]


@pytest.mark.parametrize(
    "check_id", ["DX-19", "DX-27", "MCE-02", "MCE-04", "MCE-05", "MCE-08", "MCE-09", "MCE-20"]
)
def test_no_stay_at_all(judge: Judge, check_id: str) -> None:
    assert judge(check_id, {"core.claim": [claim()]}).outcome == "not applicable"
