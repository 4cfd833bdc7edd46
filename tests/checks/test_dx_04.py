"""DX-04: seventh characters and placeholders. The codes are invented, in the form of real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Result, Rows, claim, code, diagnoses, release

CODES = [
    code("S7200", billable=False),
    code("S72001", billable=False, parent="S7200"),
    *(code(f"S72001{character}", parent="S72001") for character in "ADS"),
    code("T1490", billable=False),
    *(code(f"T1490X{character}", parent="T1490") for character in "AD"),
    code("W19", billable=False),
    code("W19XXXA", parent="W19"),
    code("I10"),
    code("E119"),
    code("M25551"),
    # Nothing here may be billed as an ICD-10-CM code, or on another day.
    code("S72001Z", billable=False),
    code("V00XXXA", billable=False),
    code("Z98", billable=False),
    {**code("Z97"), "code_system": "ICD-9-CM"},
    code("Z96", of="FY2025", first=dt.date(2024, 10, 1), last=dt.date(2025, 9, 30)),
    code("Z95", of="FY2027", first=dt.date(2026, 10, 1), last=None),
    code("S72001R", of="FY2027", first=dt.date(2026, 10, 1), last=None),
]


def judged_codes(
    judge: Judge,
    *codes: str,
    day: dt.date | None = dt.date(2026, 1, 15),
    ref: Mapping[str, Rows] | None = None,
) -> Result:
    ref = {"ref.release": [release()], "ref.code": CODES} if ref is None else ref
    claims = [claim(from_date=day, to_date=day)]
    return judge("DX-04", {**ref, "core.claim": claims, "core.claim_diagnosis": diagnoses(*codes)})


@pytest.mark.parametrize(
    ("wrong", "related", "detail"),
    [
        ("S72001", None, "S72.001 lacks the seventh character; it can be A, D, S."),
        (
            "T1490",
            None,
            "T14.90 lacks the seventh character; it can be A, D, after the placeholder X: T14.90XA.",
        ),
        ("W19", None, "W19 lacks the seventh character; it can be A, after the placeholder X: W19.XXXA."),
        ("T1490A", "T1490XA", "T14.90A lacks the placeholder X: the code is T14.90XA."),
        ("W19A", "W19XXXA", "W19.A lacks the placeholder X: the code is W19.XXXA."),
        ("W19XA", "W19XXXA", "W19.XA lacks the placeholder X: the code is W19.XXXA."),
        ("S72001K", None, "S72.001K has the seventh character K; it can be A, D, S."),
        ("I10XXXA", "I10", "I10.XXXA: the code without a seventh character is I10."),
        ("E119XXD", "E119", "E11.9XXD: the code without a seventh character is E11.9."),
        ("M25551A", "M25551", "M25.551A: the code without a seventh character is M25.551."),
    ],
)
def test_each_fault_says_what_the_code_should_be(
    judge: Judge, wrong: str, related: str | None, detail: str
) -> None:
    result = judged_codes(judge, "S72001A", "E119", wrong)
    # A code without a seventh character is not counted; the wrong one is.
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 2, 0)
    assert result.of("item_number", "code", "related_code", "detail", "release", "at_stake_amount") == [
        (3, wrong, related, detail, "FY2026", None)
    ]


@pytest.mark.parametrize(
    ("near_miss", "eligible_count"),
    [
        ("S72001S", 1),
        ("W19XXXA", 1),
        # More than the seventh character is missing: a heading, DX-02.
        ("S7200", 0),
        # Nothing like it exists: DX-01.
        ("Z99XXXQ", 1),
        ("T1490K", 0),
        ("W19K", 0),
        ("I10 M25551 V00", 0),
        # Without the seventh character it is a heading, of another code system, or of another year.
        ("Z98XXXQ Z97XXXQ Z96XXXQ Z95XXXQ", 4),
    ],
)
def test_what_is_whole_or_wrong_in_another_way(judge: Judge, near_miss: str, eligible_count: int) -> None:
    result = judged_codes(judge, *near_miss.split())
    assert (result.eligible_count, result.findings) == (eligible_count, [])


@pytest.mark.parametrize(
    ("day", "finding_count"),
    [(dt.date(2025, 9, 30), 0), (FIRST_DAY, 1), (LAST_DAY, 1), (dt.date(2026, 10, 1), 0), (None, 0)],
)
def test_the_codes_of_the_day_decide(judge: Judge, day: dt.date | None, finding_count: int) -> None:
    result = judged_codes(judge, "S72001", "I10XXXA", day=day)
    assert len(result.findings) == 2 * finding_count
    assert result.not_checked_count == 2 * (1 - finding_count)


def test_claims_of_a_whole_list_an_old_list_and_no_list(judge: Judge) -> None:
    long_ago = dt.date(2020, 10, 1)
    old = release("FY2021", first=long_ago, last=dt.date(2021, 9, 30))
    days = (dt.date(2026, 1, 15), dt.date(2026, 1, 16), dt.date(2022, 1, 15), dt.date(2021, 1, 15))
    names = ("S72001", "S72001K", "W18XXXK", "I10XXXA", "V02A")
    tables = {
        "ref.release": [release(), {**old, "can_only_confirm": True}],
        "ref.code": [
            *(code(name, first=long_ago) for name in ("S72001A", "W18", "W18XXXA", "I10", "V02XXXD")),
            code("V02XXXA", first=long_ago, last=dt.date(2021, 9, 30)),
        ],
        "core.claim": [claim(n, from_date=day) for n, day in enumerate(days, start=1)],
        "core.claim_diagnosis": [row for n in range(1, 5) for row in diagnoses(*names, claim_id=n)],
    }
    result = judge("DX-04", tables)
    assert (result.eligible_count, result.not_checked_count) == (10, 10)
    assert result.of("claim_id", "code", "related_code", "detail") == [
        (claim_id, *found)
        for claim_id in (1, 2)
        for found in (
            ("S72001", None, "S72.001 lacks the seventh character; it can be A."),
            ("S72001K", None, "S72.001K has the seventh character K; it can be A."),
            ("W18XXXK", None, "W18.XXXK has the seventh character K; it can be A."),
            ("I10XXXA", "I10", "I10.XXXA: the code without a seventh character is I10."),
        )
    ]


def test_a_code_that_was_billable_on_other_days_is_left_to_the_check_of_dates(judge: Judge) -> None:
    before = {"first": dt.date(2024, 10, 1), "last": dt.date(2025, 9, 30)}
    ref = {
        "ref.release": [release(), release("FY2025", **before)],
        "ref.code": [*CODES, code("S72001", of="FY2025", **before), code("S72001K", of="FY2025", **before)],
    }
    assert judged_codes(judge, "S72001", "S72001K", ref=ref).findings == []


def test_characters_of_another_year_do_not_count(judge: Judge) -> None:
    before = {"first": dt.date(2024, 10, 1), "last": dt.date(2025, 9, 30)}
    ref = {
        "ref.release": [release(), release("FY2025", **before)],
        "ref.code": [*CODES, code("S72001Q", of="FY2025", **before), code("V01XXXA", of="FY2025", **before)],
    }
    result = judged_codes(judge, "S72001", "V01XXX", "V01A", ref=ref)
    assert result.of("code", "detail") == [
        ("S72001", "S72.001 lacks the seventh character; it can be A, D, S.")
    ]


def test_an_old_list_calls_nothing_wrong(judge: Judge) -> None:
    ref = {"ref.release": [{**release(), "can_only_confirm": True}], "ref.code": CODES}
    result = judged_codes(judge, "S72001", "S72001K", ref=ref)
    assert (result.outcome, result.not_checked_count) == ("not checked", 2)


def test_without_codes_a_long_code_is_not_checked(judge: Judge) -> None:
    result = judged_codes(judge, "S72001K", "S72001", ref={})
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 1)
    assert result.not_checked_reason == "Needs a whole list of ICD-10-CM codes for the date of service."


def test_encounters_not_yet_billed_and_old_code_systems(judge: Judge) -> None:
    tables = {
        "ref.release": [release()],
        "ref.code": CODES,
        "core.encounter": [{"encounter_id": "B1"}],
        "core.encounter_code": [
            {"encounter_id": "B1", "code_number": n, "code_system": system, "code": name, "code_role": role}
            for n, (system, name, role) in enumerate(
                [
                    ("ICD-10-CM", "W19", "external cause"),
                    ("ICD-9-CM", "W19", "secondary"),
                    ("ICD-9-CM", "S72001", "secondary"),
                ],
                start=1,
            )
        ],
    }
    result = judge("DX-04", tables)
    assert (result.eligible_count, result.of("encounter_id", "item_number")) == (1, [("B1", 1)])


def test_nothing_to_judge(judge: Judge) -> None:
    assert judge("DX-04", {"core.claim": [claim()]}).outcome == "not applicable"
