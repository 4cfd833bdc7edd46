"""PX-01 and PX-02: ICD-10-PCS codes and their days. The codes are invented, in the form of real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from tests.checks import cases
from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Result, Rows, claim

BEFORE = {"first": dt.date(2024, 10, 1), "last": dt.date(2025, 9, 30)}


def code(name: str, **columns: object) -> dict[str, object]:
    return {**cases.code(name, **columns), "code_system": "ICD-10-PCS"}  # type: ignore[arg-type]


def release(
    name: str = "FY2026", *, first: dt.date = FIRST_DAY, last: dt.date = LAST_DAY
) -> dict[str, object]:
    return {**cases.release(name, first=first, last=last), "code_system": "ICD-10-PCS"}


REF: Mapping[str, Rows] = {
    "ref.release": [release(), release("FY2025", **BEFORE)],
    "ref.code": [
        code("0DTJ4ZZ"),
        code("0DT", billable=False),
        code("0DTJ4ZZ", of="FY2025", **BEFORE),
        code("0OLD4ZZ", of="FY2025", **BEFORE),
        code("0NEW4ZZ"),
    ],
}


def procedures(*codes: str, claim_id: int = 1, code_system: str = "ICD-10-PCS") -> list[dict[str, object]]:
    return [
        {
            "claim_id": claim_id,
            "procedure_number": number,
            "code_system": code_system,
            "code": name,
            "code_role": "other",
        }
        for number, name in enumerate(codes, start=1)
    ]


def judged_codes(
    judge: Judge,
    check_id: str,
    codes: Sequence[str],
    *,
    last: dt.date = dt.date(2026, 1, 15),
    first: dt.date | None = None,
    ref: Mapping[str, Rows] = REF,
    type_of_bill: str = "111",
) -> Result:
    stay = claim(form="I", type_of_bill=type_of_bill, from_date=first or last, to_date=last)
    return judge(check_id, {**ref, "core.claim": [stay], "core.claim_procedure": procedures(*codes)})


@pytest.mark.parametrize("name", ["0DTJ4Z", "0DTJ4ZQ", "0DT", "ODTJ4ZZ"])
def test_a_code_that_no_release_lets_be_billed(judge: Judge, name: str) -> None:
    result = judged_codes(judge, "PX-01", ["0DTJ4ZZ", name])
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 2, 0)
    assert result.of("item_number", "code_system", "code", "detail", "release", "at_stake_amount") == [
        (2, "ICD-10-PCS", name, f"{name} is not an ICD-10-PCS code.", "FY2026", None)
    ]


def test_codes_of_other_days_are_not_called_invalid(judge: Judge) -> None:
    assert judged_codes(judge, "PX-01", ["0DTJ4ZZ", "0OLD4ZZ", "0NEW4ZZ"]).outcome == "passed"


@pytest.mark.parametrize(
    ("name", "last", "detail"),
    [
        ("0OLD4ZZ", dt.date(2025, 9, 30), None),
        ("0OLD4ZZ", dt.date(2025, 10, 1), "0OLD4ZZ is not valid on 2025-10-01: its last day was 2025-09-30."),
        ("0OLD4ZZ", dt.date(2025, 10, 2), "0OLD4ZZ is not valid on 2025-10-02: its last day was 2025-09-30."),
        ("0NEW4ZZ", dt.date(2025, 9, 30), "0NEW4ZZ is not valid on 2025-09-30: its first day is 2025-10-01."),
        ("0NEW4ZZ", dt.date(2025, 10, 1), None),
        ("0NEW4ZZ", dt.date(2026, 9, 30), None),
        ("0DTJ4ZZ", dt.date(2025, 10, 1), None),
        ("0QQQQQQ", dt.date(2025, 10, 1), None),
    ],
)
def test_a_code_on_another_day_than_its_own(
    judge: Judge, name: str, last: dt.date, detail: str | None
) -> None:
    result = judged_codes(judge, "PX-02", [name], last=last)
    assert result.of("code", "detail") == ([] if detail is None else [(name, detail)])
    assert (result.eligible_count, result.not_checked_count) == (1, 0)


def test_a_code_between_two_of_its_own_days(judge: Judge) -> None:
    days = {"first": dt.date(2023, 10, 1), "last": dt.date(2024, 9, 30)}
    ref = {
        **REF,
        "ref.code": [code("0GAP4ZZ"), code("0GAP4ZZ", of="FY2024", **days)],
    }
    result = judged_codes(judge, "PX-02", ["0GAP4ZZ"], last=dt.date(2025, 1, 15), ref=ref)
    assert result.of("detail") == [("0GAP4ZZ is not valid on 2025-01-15.",)]


@pytest.mark.parametrize(
    ("type_of_bill", "outcome"), [("111", "failed"), ("181", "failed"), ("131", "passed")]
)
def test_a_stay_is_judged_by_its_last_day(judge: Judge, type_of_bill: str, outcome: str) -> None:
    days = {"first": dt.date(2025, 9, 28), "last": dt.date(2025, 10, 2)}
    assert judged_codes(judge, "PX-02", ["0OLD4ZZ"], type_of_bill=type_of_bill, **days).outcome == outcome


@pytest.mark.parametrize("check_id", ["PX-01", "PX-02"])
@pytest.mark.parametrize(
    ("last", "ref"),
    [(dt.date(2026, 10, 1), REF), (dt.date(2024, 9, 30), REF), (dt.date(2026, 1, 15), {})],
)
def test_days_without_a_release_are_not_checked(
    judge: Judge, check_id: str, last: dt.date, ref: Mapping[str, Rows]
) -> None:
    result = judged_codes(judge, check_id, ["0DTJ4ZQ", "0OLD4ZZ"], last=last, ref=ref)
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 2)


@pytest.mark.parametrize("check_id", ["PX-01", "PX-02"])
def test_an_old_list_confirms_and_never_calls_a_code_invalid(judge: Judge, check_id: str) -> None:
    ref = {**REF, "ref.release": [{**release(), "can_only_confirm": True}]}
    result = judged_codes(judge, check_id, ["0DTJ4ZZ", "0DTJ4ZQ", "0OLD4ZZ"], ref=ref)
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 1, 2)


def test_a_whole_list_decides_over_an_old_one(judge: Judge) -> None:
    ref = {**REF, "ref.release": [{**release("z old"), "can_only_confirm": True}, release()]}
    assert judged_codes(judge, "PX-01", ["0DTJ4ZQ"], ref=ref).of("release") == [("FY2026",)]


def test_procedures_of_the_older_code_set_take_no_part(judge: Judge) -> None:
    tables = {
        **REF,
        "core.claim": [claim(form="I", type_of_bill="111")],
        "core.claim_procedure": procedures("4709", code_system="ICD-9-CM"),
    }
    assert judge("PX-01", tables).outcome == "not applicable"


def test_a_stay_that_is_not_yet_billed(judge: Judge) -> None:
    days = {"admit_date": dt.date(2025, 9, 28), "discharge_date": dt.date(2025, 10, 2)}
    tables = {
        **REF,
        "core.encounter": [
            {"encounter_id": "B1", "encounter_class": "inpatient", **days},
            {"encounter_id": "B2", "encounter_class": "office", **days},
        ],
        "core.encounter_code": [
            {
                "encounter_id": name,
                "code_number": 1,
                "code_system": system,
                "code": "0OLD4ZZ",
                "code_role": "procedure",
            }
            for name, system in [("B1", "ICD-10-PCS"), ("B2", "ICD-10-PCS")]
        ],
    }
    result = judge("PX-02", tables)
    assert (result.eligible_count, result.of("claim_id", "encounter_id")) == (2, [(None, "B1")])


@pytest.mark.parametrize("check_id", ["PX-01", "PX-02"])
def test_nothing_to_judge(judge: Judge, check_id: str) -> None:
    assert judge(check_id, {"core.claim": [claim()]}).outcome == "not applicable"
