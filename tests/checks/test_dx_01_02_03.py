"""One code, three checks: no code (DX-01), a heading (DX-02), or of other dates (DX-03); never two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Rows, claim, code, diagnoses, release

DELETED_LAST_DAY = dt.date(2025, 9, 30)
VALIDITY_CHECKS = ("DX-01", "DX-02", "DX-03")


def code_set() -> dict[str, Rows]:
    deleted = {"first": dt.date(2024, 10, 1), "last": DELETED_LAST_DAY, "of": "deletions"}
    return {
        "ref.release": [release()],
        "ref.code": [
            code("E11", billable=False),
            code("E119", parent="E11"),
            code("I10"),
            code("G35", billable=False),
            code("G35A", parent="G35"),
            code("G35D", parent="G35"),
            code("G35", **deleted),
            code("Z999", **deleted),
        ],
        "ref.code_note": [
            {
                "code_system": "ICD-10-CM",
                "code": "G35",
                "note_kind": "replaced by",
                "note_number": number,
                "note_text": text,
                "release": "deletions",
            }
            for number, text in enumerate(("G35A", "G35D"), start=1)
        ],
    }


def on_claim(*codes: str, **columns: object) -> dict[str, Rows]:
    """Codes on a claim, and the same as ICD-9-CM codes after them, of which no check says anything."""
    old = [{**row, "code_system": "ICD-9-CM"} for row in diagnoses(*codes, start=len(codes) + 1)]
    rows = [*diagnoses(*codes), *old]
    return {**code_set(), "core.claim": [claim(**columns)], "core.claim_diagnosis": rows}


def test_dx_01_hits_only_what_is_in_no_release(judge: Judge) -> None:
    result = judge("DX-01", on_claim("I10", "E119", "E1199", "E11", "Z999", "G35"))
    assert (result.outcome, result.eligible_count) == ("failed", 6)
    assert result.of("item_number", "code", "service_date", "release", "detail") == [
        (3, "E1199", dt.date(2026, 1, 15), "FY2026", "E11.99 is not an ICD-10-CM code.")
    ]


def test_dx_02_hits_only_headings(judge: Judge) -> None:
    result = judge("DX-02", on_claim("I10", "E119", "E1199", "E11", "Z999", "G35"))
    assert (result.outcome, result.eligible_count) == ("failed", 6)
    assert result.of("item_number", "code", "detail") == [
        (4, "E11", "E11 is a heading and needs more characters: the first code below it is E11.9.")
    ]


def test_dx_02_names_a_code_below_that_holds_on_the_day(judge: Judge) -> None:
    first_year = {"of": "FY2025", "first": dt.date(2024, 10, 1), "last": DELETED_LAST_DAY}
    tables = {
        "ref.release": [release(), release("FY2025", first=dt.date(2024, 10, 1), last=DELETED_LAST_DAY)],
        "ref.code": [
            *(code(name, billable=False, **year) for name in ("E11", "G40") for year in (first_year, {})),
            code("E118", parent="E11", **first_year),
            code("E119", parent="E11"),
            # Begins in the spring: no example before.
            code("E110", parent="E11", first=dt.date(2026, 4, 1)),
        ],
        "core.claim": [claim(), claim(2, from_date=FIRST_DAY), claim(3, from_date=DELETED_LAST_DAY)],
        "core.claim_diagnosis": [row for n in (1, 2, 3) for row in diagnoses("E11", "G40", claim_id=n)],
    }
    e11, g40 = "E11 is a heading and needs more characters", "G40 is a heading and needs more characters."
    assert judge("DX-02", tables).of("claim_id", "release", "detail") == [
        (1, "FY2026", f"{e11}: the first code below it is E11.9."),
        (1, "FY2026", g40),
        (2, "FY2026", f"{e11}: the first code below it is E11.9."),
        (2, "FY2026", g40),
        (3, "FY2025", f"{e11}: the first code below it is E11.8."),
        (3, "FY2025", g40),
    ]


def test_dx_03_hits_codes_of_other_dates_and_names_what_replaced_them(judge: Judge) -> None:
    result = judge("DX-03", on_claim("I10", "E119", "E1199", "E11", "Z999", "G35"))
    assert (result.outcome, result.eligible_count) == ("failed", 6)
    assert result.of("item_number", "code", "related_code", "detail") == [
        (5, "Z999", None, "Z99.9 is not valid on 2026-01-15: its last day was 2025-09-30."),
        (
            6,
            "G35",
            "G35A, G35D",
            "G35 is not valid on 2026-01-15: its last day was 2025-09-30, and since then it is G35.A, G35.D.",
        ),
    ]


@pytest.mark.parametrize("check_id", VALIDITY_CHECKS)
@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_valid_codes_pass_on_the_first_and_the_last_day(judge: Judge, check_id: str, day: dt.date) -> None:
    result = judge(check_id, on_claim("I10", "E119", "G35A", from_date=day, to_date=day))
    assert (result.outcome, result.eligible_count, result.findings) == ("passed", 3, [])


@pytest.mark.parametrize("check_id", VALIDITY_CHECKS)
@pytest.mark.parametrize("day", [DELETED_LAST_DAY, dt.date(2026, 10, 1), None])
def test_outside_every_release_nothing_is_judged(judge: Judge, check_id: str, day: dt.date | None) -> None:
    result = judge(check_id, on_claim("G35", "E1199", "E11", from_date=day, to_date=day))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 3)
    assert result.not_checked_reason == "Needs a release of ICD-10-CM effective on the date of service."


@pytest.mark.parametrize("check_id", VALIDITY_CHECKS)
def test_without_any_release_nothing_is_judged(judge: Judge, check_id: str) -> None:
    result = judge(check_id, {"core.claim": [claim()], "core.claim_diagnosis": diagnoses("E1199")})
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


@pytest.mark.parametrize("check_id", VALIDITY_CHECKS)
def test_icd_9_is_not_eligible(judge: Judge, check_id: str) -> None:
    old = [{**row, "code_system": "ICD-9-CM"} for row in diagnoses("25000")]
    result = judge(check_id, {**code_set(), "core.claim": [claim()], "core.claim_diagnosis": old})
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not applicable", 0, 0)


def two_years() -> dict[str, Rows]:
    """Two releases side by side: a code that went, one that came, one that stayed."""
    first_year = {"of": "FY2025", "first": dt.date(2024, 10, 1), "last": DELETED_LAST_DAY}
    return {
        "ref.release": [release(), release("FY2025", first=dt.date(2024, 10, 1), last=DELETED_LAST_DAY)],
        "ref.code": [code("G35", **first_year), code("I10", **first_year), code("I10"), code("G35A")],
    }


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (DELETED_LAST_DAY, [("G35A", "G35.A is not valid on 2025-09-30: its first day is 2025-10-01.")]),
        (FIRST_DAY, [("G35", "G35 is not valid on 2025-10-01: its last day was 2025-09-30.")]),
    ],
)
def test_the_same_codes_on_two_days(judge: Judge, day: dt.date, found: list[tuple[str, str]]) -> None:
    tables = {
        **two_years(),
        "core.claim": [claim(from_date=day, to_date=day)],
        "core.claim_diagnosis": diagnoses("G35", "G35A", "I10"),
    }
    result = judge("DX-03", tables)
    assert result.of("code", "detail") == found
    assert result.eligible_count == 3


def test_a_code_between_two_times_in_force(judge: Judge) -> None:
    years = {"FY2025": 2024, "FY2027": 2026}
    tables = {
        "ref.release": [release()],
        "ref.code": [
            code("I10"),
            *(
                code("E118", of=name, first=dt.date(year, 10, 1), last=dt.date(year + 1, 9, 30))
                for name, year in years.items()
            ),
        ],
        "core.claim": [claim()],
        "core.claim_diagnosis": diagnoses("E118"),
    }
    assert judge("DX-03", tables).of("detail") == [("E11.8 is not valid on 2026-01-15.",)]


def test_overlapping_releases_count_each_code_once(judge: Judge) -> None:
    spring = dt.date(2026, 4, 1)
    tables = {
        "ref.release": [release(), release("FY2026 April", first=spring)],
        "ref.code": [code("I10"), code("I10", of="FY2026 April", first=spring), code("U999", first=spring)],
        "core.claim": [claim(from_date=dt.date(2026, 5, 1)), claim(2)],
        "core.claim_diagnosis": [*diagnoses("I10", "U999"), *diagnoses("I10", "U999", claim_id=2)],
    }
    result = judge("DX-03", tables)
    assert result.eligible_count == 4
    assert result.of("claim_id", "code", "release") == [(2, "U999", "FY2026")]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"form": "I", "type_of_bill": "0111"}, 0),
        ({"form": "I", "type_of_bill": "111"}, 0),
        ({"form": "I", "type_of_bill": "211"}, 0),
        ({"form": "I", "type_of_bill": "131"}, 1),
        ({"form": "I", "type_of_bill": None}, 1),
        ({"form": "P"}, 1),
    ],
)
def test_stays_are_judged_by_their_last_day_and_visits_by_their_first(
    judge: Judge, columns: Mapping[str, object], found: int
) -> None:
    tables = {
        **two_years(),
        "core.claim": [claim(from_date=dt.date(2025, 9, 28), to_date=dt.date(2025, 10, 3), **columns)],
        "core.claim_diagnosis": diagnoses("G35A"),
    }
    assert len(judge("DX-03", tables).findings) == found


def test_encounters_without_a_claim_are_judged_too(judge: Judge) -> None:
    encounters = [
        {"encounter_id": "A1", "encounter_class": "office"},
        {
            "encounter_id": "B1",
            "encounter_class": "inpatient",
            "admit_date": dt.date(2025, 9, 28),
            "discharge_date": dt.date(2025, 10, 3),
        },
    ]
    coded = [
        {
            "encounter_id": encounter_id,
            "code_number": number,
            "code_system": system,
            "code": name,
            "code_role": role,
        }
        for encounter_id in ("A1", "B1")
        for number, system, name, role in (
            (1, "ICD-10-CM", "E1199", "principal"),
            (2, "HCPCS", "G0463", "procedure"),
            (3, "ICD-10-PCS", "0DTJ4ZZ", "procedure"),
        )
    ]
    result = judge("DX-01", {**on_claim("I10"), "core.encounter": encounters, "core.encounter_code": coded})
    assert result.eligible_count == 2
    assert result.of("claim_id", "encounter_id", "item_number", "code", "service_date") == [
        (None, "B1", 1, "E1199", dt.date(2025, 10, 3))
    ]


def test_a_claim_names_its_encounter(judge: Judge) -> None:
    tables = {**on_claim("E1199"), "core.encounter": [{"encounter_id": "A1"}]}
    assert judge("DX-01", tables).of("claim_id", "encounter_id") == [(1, "A1")]


@pytest.mark.parametrize("check_id", ["DX-01", "DX-02", "DX-03"])
def test_an_old_list_confirms_a_code_and_never_calls_one_invalid(judge: Judge, check_id: str) -> None:
    old = {**release("old list"), "can_only_confirm": True}
    before = {"first": dt.date(2020, 10, 1), "last": dt.date(2021, 9, 30)}
    tables = {
        "core.claim": [claim()],
        # Held as a code; as a heading; on other days; not at all.
        "core.claim_diagnosis": diagnoses("E1165", "E116", "G35", "Z9999"),
        "ref.release": [old],
        "ref.code": [
            code("E1165", of="old list", parent="E116"),
            code("E116", of="old list", billable=False),
            code("G35", of="older", **before),
        ],
    }
    result = judge(check_id, tables)
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("passed", 1, 3)
    assert result.findings == []


def test_a_whole_list_of_the_same_days_decides_over_an_old_one(judge: Judge) -> None:
    tables = {
        "core.claim": [claim()],
        "core.claim_diagnosis": diagnoses("E1165", "Z9999"),
        "ref.release": [{**release("z old list"), "can_only_confirm": True}, release()],
        "ref.code": [code("E1165")],
    }
    result = judge("DX-01", tables)
    assert (result.eligible_count, result.not_checked_count) == (2, 0)
    assert result.of("code", "release") == [("Z9999", "FY2026")]
