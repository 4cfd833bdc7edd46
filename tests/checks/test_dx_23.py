"""DX-23: the age bands of the editor's lists outside of hospital stays. The lists are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Result, Rows, claim, diagnoses

LISTS: Mapping[str, Sequence[str]] = {
    "MCE newborn only": ["P0700"],
    "MCE pediatric only": ["Z0012", "P0700"],
    "MCE maternity only": ["O80"],
    "MCE adult only": ["C61"],
}
DAY = dt.date(2026, 1, 15)


def judged(
    judge: Judge,
    *codes: str,
    born: dt.date | None,
    lists: Mapping[str, Sequence[str]] = LISTS,
    code_system: str = "ICD-10-CM",
    extra: Mapping[str, Rows] | None = None,
    **columns: object,
) -> Result:
    dated = {"effective_from": FIRST_DAY, "effective_to": LAST_DAY, "release": "v43"}
    listed = [
        {"list_name": name, "code_system": code_system, "code": code, **dated}
        for name, names in lists.items()
        for code in names
    ]
    # A list of another release, and one code of each list that no test uses: by it the list is there.
    others = [
        {
            "list_name": "MCE newborn only",
            "code_system": "ICD-10-CM",
            "code": "E119",
            **dated,
            "release": "v1",
        },
        *({"list_name": name, "code_system": "ICD-10-CM", "code": "Q999", **dated} for name in lists),
    ]
    tables: dict[str, Rows] = {
        "ref.release": [{"code_system": "Medicare Code Editor", **dated}],
        "ref.code_list": [*listed, *others],
        "core.patient": [{"patient_id": "patient one", "birth_date": born, "sex": "F"}],
        "core.claim": [claim(**({"from_date": DAY, "to_date": DAY} | columns))],
        "core.claim_diagnosis": diagnoses(*codes),
    }
    return judge("DX-23", {**tables, **(extra or {})})


@pytest.mark.parametrize(
    ("code", "age", "is_found"),
    [
        *(("Z0012", age, age > 17) for age in (0, 17, 18)),
        *(("O80", age, not 9 <= age <= 64) for age in (8, 9, 64, 65)),
        *(("C61", age, age < 15) for age in (14, 15, 124)),
        *(("E119", age, False) for age in (0, 90)),
    ],
)
def test_age_bands(judge: Judge, code: str, age: int, is_found: bool) -> None:  # noqa: FBT001
    # Of that age since the day of service.
    result = judged(judge, code, born=dt.date(2026 - age, 1, 15))
    assert (result.eligible_count, len(result.findings)) == (1, int(is_found))


@pytest.mark.parametrize(
    ("code", "age", "is_found"), [("Z0012", 17, False), ("O80", 8, True), ("C61", 14, True)]
)
def test_the_birthday_is_on_the_next_day(judge: Judge, code: str, age: int, is_found: bool) -> None:  # noqa: FBT001
    result = judged(judge, code, born=dt.date(2026 - age - 1, 1, 16))
    assert len(result.findings) == int(is_found)


@pytest.mark.parametrize(
    ("born", "is_found"), [(dt.date(2025, 1, 15), True), (dt.date(2025, 1, 16), False), (DAY, False)]
)
def test_newborns_are_those_before_their_first_birthday(
    judge: Judge,
    born: dt.date,
    is_found: bool,  # noqa: FBT001
) -> None:
    lists = {**LISTS, "MCE pediatric only": ["Z0012"]}
    assert len(judged(judge, "P0700", born=born, lists=lists).findings) == int(is_found)


def test_what_it_says(judge: Judge) -> None:
    result = judged(judge, "E119", "O80", "O80", born=dt.date(1940, 1, 1))
    said = "O80 is for patients of 9 to 64 years as a rule; the patient is of another age."
    assert (result.outcome, result.eligible_count) == ("failed", 2)
    assert result.of("item_number", "code_system", "code", "detail", "release", "service_date") == [
        (2, "ICD-10-CM", "O80", said, "v43", DAY)
    ]


def test_a_code_on_two_lists_is_one_finding(judge: Judge) -> None:
    result = judged(judge, "P0700", born=dt.date(1940, 1, 1))
    assert result.of("detail") == [
        ("P07.00 is for patients of 0 to 17 years as a rule; the patient is of another age.",)
    ]


@pytest.mark.parametrize("born", [None, dt.date(1890, 1, 1), dt.date(1901, 1, 15), dt.date(2026, 1, 16)])
def test_without_a_possible_age_nothing_is_checked(judge: Judge, born: dt.date | None) -> None:
    result = judged(judge, "O80", born=born)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def test_without_the_patient_nothing_is_checked(judge: Judge) -> None:
    result = judged(judge, "O80", born=None, extra={"core.patient": []})
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize("missing", LISTS)
def test_all_four_lists_are_needed(judge: Judge, missing: str) -> None:
    lists = {name: codes for name, codes in LISTS.items() if name != missing} | {"MCE male only": ["E119"]}
    result = judged(judge, "E119", "E119", "I10", born=dt.date(1940, 1, 1), lists=lists)
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 9, 30), "not checked"),
        (FIRST_DAY, "failed"),
        (LAST_DAY, "failed"),
        (dt.date(2026, 10, 1), "not checked"),
    ],
)
def test_the_list_of_the_day_decides(judge: Judge, day: dt.date, outcome: str) -> None:
    columns = {"from_date": day, "to_date": day}
    assert judged(judge, "O80", born=dt.date(1940, 1, 1), **columns).outcome == outcome  # type: ignore[arg-type]


def test_a_list_of_procedures_says_nothing_of_diagnoses(judge: Judge) -> None:
    assert judged(judge, "O80", born=dt.date(1940, 1, 1), code_system="ICD-10-PCS").outcome == "passed"


def test_a_hospital_stay_is_judged_elsewhere(judge: Judge) -> None:
    columns = {"form": "I", "type_of_bill": "111"}
    result = judged(judge, "O80", born=dt.date(1940, 1, 1), **columns)  # type: ignore[arg-type]
    assert result.outcome == "not applicable"


@pytest.mark.parametrize(("kind", "outcome"), [("office", "failed"), ("inpatient", "not applicable")])
def test_an_encounter_not_yet_billed(judge: Judge, kind: str, outcome: str) -> None:
    days = {"admit_date": DAY, "discharge_date": DAY}
    row = {"code_number": 1, "code_system": "ICD-10-CM", "code": "O80", "code_role": "secondary"}
    extra: dict[str, Rows] = {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.encounter": [
            {"encounter_id": "B1", "encounter_class": kind, "patient_id": "patient one", **days}
        ],
        "core.encounter_code": [{"encounter_id": "B1", **row}],
    }
    result = judged(judge, "O80", born=dt.date(1940, 1, 1), extra=extra)
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.of("claim_id", "encounter_id", "item_number") == [(None, "B1", 1)]


def test_a_stay_of_the_same_encounter_takes_out_no_other_bill(judge: Judge) -> None:
    two = [
        claim(form="I", type_of_bill="111", patient_control_number="A1", from_date=DAY, to_date=DAY),
        claim(2, patient_control_number="A1", from_date=DAY, to_date=DAY),
    ]
    rows = [*diagnoses("O80"), *diagnoses("O80", claim_id=2)]
    extra: dict[str, Rows] = {"core.claim": two, "core.claim_diagnosis": rows}
    result = judged(judge, "O80", born=dt.date(1940, 1, 1), extra=extra)
    assert (result.eligible_count, result.of("claim_id")) == (1, [(2,)])


def test_an_inpatient_encounter_takes_out_no_other_encounter(judge: Judge) -> None:
    days = {"admit_date": DAY, "discharge_date": DAY}
    row = {"code_number": 1, "code_system": "ICD-10-CM", "code": "O80", "code_role": "secondary"}
    extra: dict[str, Rows] = {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.encounter": [
            {"encounter_id": name, "encounter_class": kind, "patient_id": "patient one", **days}
            for name, kind in (("B1", "inpatient"), ("B2", "office"))
        ],
        "core.encounter_code": [{"encounter_id": name, **row} for name in ("B1", "B2")],
    }
    result = judged(judge, "O80", born=dt.date(1940, 1, 1), extra=extra)
    assert (result.eligible_count, result.of("encounter_id")) == (1, [("B2",)])
