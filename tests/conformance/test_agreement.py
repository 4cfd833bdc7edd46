"""The comparison itself, on small invented answers; the other editor is not needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from tests.conformance.agreement import OurAnswers, by_edit, compared
from tests.conformance.drawn_stays import CodePools, Stay, draw_stays, stay_tables

DAY, FIRST_DAY = dt.date(2023, 5, 5), dt.date(2022, 10, 1)
UPDATE = "an update of the year is not loaded"
AGE_LISTS = ("MCE newborn only", "MCE pediatric only", "MCE maternity only", "MCE adult only")
FINDING = {"claim_id": pl.Int64(), "check_id": pl.String(), "code_system": pl.String()} | {
    "item_number": pl.Int64(),
    "code": pl.String(),
    "detail": pl.String(),
}


def ours(
    *findings: tuple[str, str],
    listed: tuple[str, ...] = (),
    update: bool = False,
    day: dt.date = DAY,
    age: tuple[int, int] = (40, 40),
    has_lists: bool = True,
    in_list: tuple[str, ...] = (),
) -> OurAnswers:
    """One stay: W19XXXA principal, C61 second, I10 admitting diagnosis; findings as (check, code)."""
    items = {"W19XXXA": 1, "C61": 2, "I10": 3}
    rows = [(1, check, "ICD-10-CM", items[code], code, f"{code} says so") for check, code in findings]
    return OurAnswers(
        stays=pl.DataFrame(
            {
                "claim_id": [1],
                "day": [day],
                "age_years": [age[0]],
                "last_age_years": [age[1]],
                "sex": ["F"],
                "has_diagnoses": [has_lists],
                "has_procedures": [True],
            }
        ),
        codes=pl.DataFrame(
            {
                "claim_id": [1, 1, 1],
                "code_system": ["ICD-10-CM"] * 3,
                "item_number": [1, 2, 3],
                "code": list(items),
                "is_admitting": [False, False, True],
            }
        ),
        findings=pl.DataFrame(rows, schema=FINDING, orient="row"),
        listed_days=pl.DataFrame(
            {"day": [day] * len(listed), "list_name": list(listed), "release": ["v1"] * len(listed)},
            schema={"day": pl.Date(), "list_name": pl.String(), "release": pl.String()},
        ),
        list_codes=pl.DataFrame(
            {
                "list_name": ["MCE adult only"],
                "code_system": ["ICD-10-CM"],
                "code": ["C61"],
                "release": ["v1"],
            }
        ),
        updates=pl.DataFrame(
            [(day, "ICD-10-CM", FIRST_DAY)] if update else [],
            schema={"day": pl.Date(), "code_system": pl.String(), "listed_from": pl.Date()},
            orient="row",
        ),
        listed_codes=pl.DataFrame(
            [("ICD-10-CM", code, FIRST_DAY, dt.date(9999, 12, 31)) for code in in_list],
            schema={"code_system": pl.String(), "code": pl.String()}
            | {"first_day": pl.Date(), "last_day": pl.Date()},
            orient="row",
        ),
    )


def theirs(**edits: int) -> pl.DataFrame:
    rows = [(1, edit, count) for edit, count in edits.items()]
    schema = {"claim_id": pl.Int64(), "edit": pl.String(), "other_count": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def reason(answers: OurAnswers, others: pl.DataFrame, edit: str, *, is_valid: bool = True) -> str:
    rows = compared(answers, others, lambda *_: is_valid)
    return str(rows.filter(edit=edit)["reason"].item())


@pytest.mark.parametrize(
    ("answers", "others", "edit", "expected"),
    [
        (ours(("DX-18", "W19XXXA")), theirs(E_CODE_AS_PDX=1), "E_CODE_AS_PDX", "agrees"),
        (ours(), theirs(), "E_CODE_AS_PDX", "agrees"),
        (ours(), theirs(E_CODE_AS_PDX=1), "E_CODE_AS_PDX", "unexplained"),
        (ours(("DX-18", "W19XXXA")), theirs(), "E_CODE_AS_PDX", "unexplained"),
        (ours(("DX-01", "C61")), theirs(INVALID_CODE=1), "INVALID_CODE", "agrees"),
        (ours(("DX-01", "C61"), ("DX-04", "C61")), theirs(INVALID_CODE=1), "INVALID_CODE", "agrees"),
        (ours(("DX-01", "I10")), theirs(), "INVALID_CODE", "agrees"),
        (ours(("DX-01", "I10")), theirs(INVALID_ADMIT_DX=1), "INVALID_ADMIT_DX", "agrees"),
        (ours(("DX-01", "C61")), theirs(), "INVALID_CODE", "unexplained"),
        (ours(has_lists=False), theirs(INVALID_CODE=1), "INVALID_CODE", "not checked"),
        (ours(has_lists=False), theirs(), "INVALID_ADMIT_DX", "not checked"),
        # Without the lists of the day; with three of the four; with all, by an age that cannot be.
        (ours(), theirs(AGE_CONFLICT=1), "AGE_CONFLICT", "not checked"),
        (ours(listed=AGE_LISTS[:3]), theirs(AGE_CONFLICT=1), "AGE_CONFLICT", "not checked"),
        (ours(listed=AGE_LISTS), theirs(AGE_CONFLICT=1), "AGE_CONFLICT", "unexplained"),
        (ours(listed=AGE_LISTS, age=(125, 125)), theirs(AGE_CONFLICT=1), "AGE_CONFLICT", "not checked"),
        # An edit that is not in use on the day has nothing to check, and must not fire.
        (ours(day=dt.date(2024, 10, 1)), theirs(), "SEX_CONFLICT", "agrees"),
        (ours(day=dt.date(2024, 10, 1)), theirs(SEX_CONFLICT=1), "SEX_CONFLICT", "unexplained"),
        (ours(day=dt.date(2024, 9, 30)), theirs(SEX_CONFLICT=1), "SEX_CONFLICT", "not checked"),
        (ours(), theirs(NEVER_HEARD_OF=2), "NEVER_HEARD_OF", "not checked"),
    ],
)
def test_what_agrees(answers: OurAnswers, others: pl.DataFrame, edit: str, expected: str) -> None:
    assert reason(answers, others, edit) == expected


def test_a_code_that_is_not_valid_there_explains_one_finding_and_no_more() -> None:
    expected = "the code is not valid on the day, and judged no further there"
    answers = ours(("DX-18", "W19XXXA"))
    assert reason(answers, theirs(), "E_CODE_AS_PDX", is_valid=False) == expected
    assert reason(answers, theirs(E_CODE_AS_PDX=2), "E_CODE_AS_PDX", is_valid=False) == "unexplained"


def judged_since(*, first: bool, later: bool) -> Callable[[str, str, int], bool]:
    """What the other program says of C61 on the first day of the list and later; all else is valid."""
    return lambda _, code, day: code != "C61" or (later if day > 20221001 else first)


@pytest.mark.parametrize(
    ("answers", "count", "first", "later", "expected"),
    [
        # Began with an update: found by ours, not in the loaded list, and valid there since.
        (ours(("DX-03", "C61"), update=True), 0, False, True, UPDATE),
        (ours(("DX-03", "C61"), update=True, in_list=("C61",)), 0, False, True, "unexplained"),
        (ours(("DX-03", "C61"), update=True), 0, True, True, "unexplained"),
        (ours(("DX-03", "C61"), update=True), 0, False, False, "unexplained"),
        (ours(("DX-03", "C61")), 0, False, True, "unexplained"),
        # Ended with one: passed by ours, in the loaded list, and valid there no longer.
        (ours(update=True, in_list=("C61",)), 1, True, False, UPDATE),
        (ours(update=True), 1, True, False, "unexplained"),
        (ours(update=True, in_list=("C61",)), 1, False, False, "unexplained"),
        (ours(update=True, in_list=("C61",)), 2, True, False, "unexplained"),
        (ours(in_list=("C61",)), 1, True, False, "unexplained"),
    ],
)
def test_an_update_that_is_not_loaded_explains_what_it_changed(
    answers: OurAnswers, count: int, *, first: bool, later: bool, expected: str
) -> None:
    rows = compared(answers, theirs(INVALID_CODE=count), judged_since(first=first, later=later))
    assert str(rows.filter(edit="INVALID_CODE")["reason"].item()) == expected


@pytest.mark.parametrize(
    ("age", "count", "expected"),
    [
        ((14, 15), 1, "the age fits on the last day of the stay"),
        ((14, 14), 1, "unexplained"),
        ((14, 15), 2, "unexplained"),
    ],
)
def test_a_birthday_during_the_stay(age: tuple[int, int], count: int, expected: str) -> None:
    answers = ours(listed=AGE_LISTS, age=age)
    assert reason(answers, theirs(AGE_CONFLICT=count), "AGE_CONFLICT") == expected


def with_procedures(*codes: str, age: int = 40) -> OurAnswers:
    """The same stay with procedures; 0SR40JZ is not covered over 60."""
    answers = ours(
        listed=("MCE noncovered always", "MCE noncovered over60", "MCE limited coverage"), age=(age, age)
    )
    rows = pl.DataFrame({"item_number": range(1, len(codes) + 1), "code": codes}).select(
        claim_id=pl.lit(1, pl.Int64),
        code_system=pl.lit("ICD-10-PCS"),
        item_number="item_number",
        code="code",
        is_admitting=pl.lit(value=False),
    )
    listed = pl.DataFrame(
        {
            "list_name": ["MCE noncovered over60"],
            "code_system": ["ICD-10-PCS"],
            "code": ["0SR40JZ"],
            "release": ["v1"],
        }
    )
    return replace(answers, codes=pl.concat([answers.codes, rows]), list_codes=listed)


@pytest.mark.parametrize(
    ("answers", "count", "expected"),
    [
        (with_procedures("0FYG0Z0"), 1, "pancreas transplants depend on diagnoses that the table leaves out"),
        (with_procedures("0FYG0Z0"), 2, "unexplained"),
        (with_procedures("0FYG0Z2"), 1, "unexplained"),
        (with_procedures("0SR40JZ", age=-1), 1, "an age below 0 counts as above 60 there"),
        (with_procedures("0SR40JZ", age=-1), 2, "unexplained"),
        (with_procedures("0SR40JZ", "0FYG0Z0", age=-1), 2, "an age below 0 counts as above 60 there"),
        (with_procedures("0SR40JZ", "0FYG0Z0", age=-1), 3, "unexplained"),
        (with_procedures("0SR40JZ", age=60), 1, "unexplained"),
    ],
)
def test_procedures_that_are_not_covered(answers: OurAnswers, count: int, expected: str) -> None:
    assert reason(answers, theirs(NON_COVERED=count), "NON_COVERED") == expected


def test_a_pancreas_transplant_that_ours_miss_is_not_explained() -> None:
    transplant = with_procedures("0FYG0Z0")
    finding = pl.DataFrame(
        [(1, "MCE-17", "ICD-10-PCS", 1, "0FYG0Z0", "says so")], schema=FINDING, orient="row"
    )
    expected = "pancreas transplants depend on diagnoses that the table leaves out"
    assert reason(replace(transplant, findings=finding), theirs(), "LIMITED_COVERAGE") == expected
    assert reason(transplant, theirs(LIMITED_COVERAGE=1), "LIMITED_COVERAGE") == "unexplained"


def test_the_table_counts_every_stay_once_an_edit() -> None:
    rows = compared(ours(("DX-18", "W19XXXA")), theirs(E_CODE_AS_PDX=1, OTHER=1), lambda *_: True)
    table = by_edit(rows)
    assert table["edit"][-1] == "OTHER"
    known = table.filter(pl.col("edit") != "OTHER")
    assert set((known["compared"] + known["not_checked"]).to_list()) == {1}
    assert table.filter(edit="E_CODE_AS_PDX").row(0) == ("2", "E_CODE_AS_PDX", 1, 1, 1, 0, 0, 0)


POOLS = CodePools(["I10", "W19XXXA", "C61"], ["0DTJ4ZZ"], ["I50"], {"MCE adult only": ["C61"]})


def drawn(seed: int) -> list[Stay]:
    return draw_stays(seed, 300, dt.date(2021, 1, 1), dt.date(2026, 12, 31), POOLS)


def test_a_seed_gives_the_same_stays() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_stays_are_drawn_at_the_boundaries() -> None:
    stays = drawn(1)
    assert {-1, 0, 15, 64, 65, 124, 125} <= {stay.age_years for stay in stays}
    assert {stay.sex for stay in stays} == {"F", "M", "U"}
    assert all(dt.date(2021, 1, 1) <= stay.discharged <= dt.date(2026, 12, 31) for stay in stays)
    assert any(stay.principal in stay.secondary for stay in stays)
    assert any((stay.discharged - stay.admitted).days == 3 for stay in stays)
    assert any(stay.discharged.month == 9 and stay.discharged.day == 30 for stay in stays)


def test_stays_as_rows() -> None:
    stays = drawn(1)
    frames = {table.name: frame for table, frame in stay_tables(stays).items()}
    diagnosis = frames["claim_diagnosis"]
    assert frames["claim"].height == frames["patient"].height == 300
    assert diagnosis.filter(code_role="principal").height == 300
    assert diagnosis.filter(code_role="admitting").height == sum(stay.admitting is not None for stay in stays)
    assert diagnosis.height == sum(1 + len(stay.secondary) + bool(stay.admitting) for stay in stays)
    assert frames["claim_procedure"].height == sum(len(stay.procedures) for stay in stays)
