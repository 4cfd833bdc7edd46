from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.schema.core import CLAIM, CLAIM_DIAGNOSIS
from auditlib.schema.ref import CODE_EXCLUSION, RELEASE
from auditlib.warehouse import Warehouse
from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Rows, claim, diagnoses, judged, release
from tests.tables import rows_frame


def exclusion(bearer: str, excluded: str, *, number: int = 1, of: str = "FY2026") -> dict[str, object]:
    """One range of one note; ``bearer`` and ``excluded`` are a code, or two with a hyphen."""
    first, _, last = bearer.partition("-")
    excluded_first, _, excluded_last = excluded.partition("-")
    return {
        "code_system": "ICD-10-CM",
        "code": bearer,
        "code_from": first,
        "code_to": last or first,
        "excluded_from": excluded_first,
        "excluded_to": excluded_last or excluded_first,
        "note_number": number,
        "release": of,
        "effective_from": FIRST_DAY,
        "effective_to": LAST_DAY,
    }


def note(bearer: str, text: str, *, number: int = 1) -> dict[str, object]:
    return {
        "code_system": "ICD-10-CM",
        "code": bearer,
        "note_kind": "excludes1",
        "note_number": number,
        "note_text": text,
        "release": "FY2026",
    }


def on_claim(*codes: str) -> dict[str, Rows]:
    return {
        "ref.release": [release()],
        "ref.code_exclusion": [
            exclusion("E11", "E10"),
            exclusion("E11", "O244", number=2),
            exclusion("E10", "E11"),
            exclusion("A15-A19", "J60-J65"),
            exclusion("R00-R99", "R05"),
            exclusion("F8081", "I6923"),
        ],
        "ref.code_note": [
            note("E11", "type 1 diabetes (E10.-)"),
            note("E11", "diabetes of pregnancy (O24.4-)", number=2),
            note("E10", "type 2 diabetes (E11.-)"),
            note("A15-A19", "dust disease with tuberculosis (J60-J65)"),
        ],
        "core.claim": [claim()],
        "core.claim_diagnosis": diagnoses(*codes),
    }


def test_a_pair_is_found_once_though_both_codes_bear_a_note(judge: Judge) -> None:
    result = judge("DX-06", on_claim("I10", "E1165", "E109"))
    assert (result.outcome, result.eligible_count) == ("failed", 3)
    assert result.of("severity", "item_number", "code", "related_code", "release", "detail") == [
        ("R", 2, "E1165", "E109", "FY2026", "Excludes1 note at E11: type 1 diabetes (E10.-)")
    ]


@pytest.mark.parametrize("codes", [("E1165", "O24410"), ("O24410", "E1165")])
def test_either_order_on_the_claim(judge: Judge, codes: tuple[str, str]) -> None:
    result = judge("DX-06", on_claim(*codes))
    assert result.of("code", "related_code", "detail") == [
        ("E1165", "O24410", "Excludes1 note at E11: diabetes of pregnancy (O24.4-)")
    ]
    assert result.findings[0]["item_number"] == codes.index("E1165") + 1


def test_a_note_at_a_section_and_a_range_with_inner_and_longer_codes(judge: Judge) -> None:
    result = judge("DX-06", on_claim("A179", "J628", "J65", "J66", "J659"))
    assert result.of("code", "related_code") == [("A179", "J628"), ("A179", "J65"), ("A179", "J659")]
    assert result.findings[0]["detail"] == (
        "Excludes1 note at A15-A19: dust disease with tuberculosis (J60-J65)"
    )


def test_a_longer_code_is_named_and_a_shorter_or_neighbouring_one_is_not(judge: Judge) -> None:
    result = judge("DX-06", on_claim("F8081", "I692", "I69231", "I6924"))
    assert result.of("code", "related_code", "detail") == [
        ("F8081", "I69231", "Excludes1 note at F80.81: the two are not coded together")
    ]


@pytest.mark.parametrize(
    ("code", "is_named"), [("E080", True), ("E083", True), ("E0839", True), ("E084", False), ("E0840", False)]
)
def test_a_range_ends_with_its_last_code_and_what_is_below_that(
    judge: Judge, code: str, *, is_named: bool
) -> None:
    # A range runs through the tabular list: E08-E08.3 stops before E08.4, though that is below E08 as well.
    tables = {**on_claim("B20", code), "ref.code_exclusion": [exclusion("B20", "E08-E083")]}
    assert judge("DX-06", tables).of("code", "related_code") == ([("B20", code)] if is_named else [])


def test_a_code_inside_its_own_exclusion_is_not_set_against_itself(judge: Judge) -> None:
    # R05 lies in the section whose note excludes it: set against the rest of it, never against another R05.
    assert judge("DX-06", on_claim("R051", "R052")).outcome == "passed"


def test_a_code_that_the_note_excludes_is_set_against_the_rest_of_the_section(judge: Judge) -> None:
    assert judge("DX-06", on_claim("R051", "R074")).of("code", "related_code") == [("R074", "R051")]


def test_a_repeated_code_makes_no_second_pair(judge: Judge) -> None:
    result = judge("DX-06", on_claim("E1165", "E109", "E1165", "E109"))
    assert result.eligible_count == 1
    assert result.of("item_number", "code") == [(1, "E1165")]


@pytest.mark.parametrize("role", ["admitting", "reason for visit"])
def test_what_was_known_at_the_door_takes_no_part(judge: Judge, role: str) -> None:
    tables = on_claim("E1165")
    tables["core.claim_diagnosis"] = [*diagnoses("E1165"), *diagnoses("E109", role=role, start=2)]
    assert judge("DX-06", tables).outcome == "not applicable"


def test_codes_of_two_claims_are_no_pair(judge: Judge) -> None:
    tables = on_claim("E1165")
    tables["core.claim"] = [claim(), claim(2)]
    tables["core.claim_diagnosis"] = [*diagnoses("E1165"), *diagnoses("E109", claim_id=2)]
    assert judge("DX-06", tables).outcome == "not applicable"


def test_an_encounter_without_a_claim_is_a_bill_of_its_own(judge: Judge) -> None:
    tables = on_claim("I10")
    tables["core.encounter"] = [{"encounter_id": "B1", "encounter_class": "office"}]
    tables["core.encounter_code"] = [
        {
            "encounter_id": "B1",
            "code_number": number,
            "code_system": "ICD-10-CM",
            "code": name,
            "code_role": "secondary",
        }
        for number, name in enumerate(("E1165", "E109"), start=1)
    ]
    result = judge("DX-06", tables)
    assert result.of("claim_id", "encounter_id", "item_number") == [(None, "B1", 1)]


def test_notes_of_another_code_system_say_nothing(judge: Judge) -> None:
    other = {"code_system": "ICD-10-GM"}
    tables = on_claim("E1165", "I10", "B20")
    tables["ref.code_exclusion"] = [
        *tables["ref.code_exclusion"],
        {**exclusion("E11", "I10"), **other},
        {**exclusion("B20", "E10"), "code": "E11", **other},
    ]
    assert judge("DX-06", tables).outcome == "passed"


def test_a_date_outside_the_release_is_not_checked(judge: Judge) -> None:
    tables = on_claim("E1165", "E109")
    tables["core.claim"] = [claim(from_date=dt.date(2026, 10, 1))]
    result = judge("DX-06", tables)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)
    assert result.not_checked_reason is not None
    assert "ICD-10-CM notes" in result.not_checked_reason


def test_a_release_without_notes_is_not_checked(judge: Judge) -> None:
    tables = {**on_claim("E1165", "E109"), "ref.code_exclusion": [], "ref.code_note": []}
    assert judge("DX-06", tables).outcome == "not checked"


@pytest.fixture(scope="module")
def shared() -> Warehouse:
    return Warehouse.in_memory()


codes = st.from_regex(r"[AB][01][0-2][0-2]?", fullmatch=True)
ranges = st.tuples(codes, codes).map(sorted).map("-".join) | codes
notes = st.lists(st.tuples(ranges, ranges, st.integers(1, 2)), max_size=6)
claims = st.lists(st.lists(codes, max_size=5), min_size=1, max_size=3)


def within(code: str, bounds: str) -> bool:
    first, _, last = bounds.partition("-")
    return code.startswith(last or first) or first <= code < (last or first)


def barred(one: str, other: str, exclusions: list[tuple[str, str, int]]) -> bool:
    """Say what a note means: a code under it, and not named by it, bars the codes that it names."""

    def named(code: str, bearer: str, number: int) -> bool:
        return any(within(code, named) for of, named, n in exclusions if (of, n) == (bearer, number))

    return any(
        within(first, bearer) and not named(first, bearer, number) and within(second, excluded)
        for bearer, excluded, number in exclusions
        for first, second in ((one, other), (other, one))
    )


@settings(max_examples=40, deadline=None)
@given(exclusions=notes, bills=claims)
def test_pairs_are_those_of_the_plain_reading(
    shared: Warehouse, exclusions: list[tuple[str, str, int]], bills: list[list[str]]
) -> None:
    rows = {
        (bearer, excluded, n): exclusion(bearer, excluded, number=n) for bearer, excluded, n in exclusions
    }
    # A release without any note is not checked: this one keeps the release checkable and matches nothing.
    rows["none"] = exclusion("Z99", "Z98")
    numbers = range(1, len(bills) + 1)
    with shared.writing() as writer:
        writer.replace(RELEASE, rows_frame(RELEASE, [release()]))
        writer.replace(CODE_EXCLUSION, rows_frame(CODE_EXCLUSION, list(rows.values())))
        writer.replace(CLAIM, rows_frame(CLAIM, [claim(number) for number in numbers]))
        writer.replace(
            CLAIM_DIAGNOSIS,
            rows_frame(
                CLAIM_DIAGNOSIS,
                [row for n, bill in zip(numbers, bills, strict=True) for row in diagnoses(*bill, claim_id=n)],
            ),
        )
    result = judged(shared, "DX-06")
    pairs = [
        (n, *pair)
        for n, bill in zip(numbers, bills, strict=True)
        for pair in combinations(sorted(set(bill)), 2)
    ]
    expected = sorted(pair for pair in pairs if barred(*pair[1:], exclusions))
    found = sorted(
        (claim_id, *sorted((str(one), str(other))))
        for claim_id, one, other in result.of("claim_id", "code", "related_code")
    )
    assert result.eligible_count == len(pairs)
    assert found == expected
