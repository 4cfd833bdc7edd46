"""What may be listed first: DX-08 manifestations, DX-18 external causes, DX-25 "code first" notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from tests.checks.cases import FIRST_DAY, LAST_DAY, Judge, Result, Rows, claim, code, diagnoses, release


def note(name: str, text: str, number: int = 1, kind: str = "code first") -> dict[str, object]:
    return {
        "code_system": "ICD-10-CM",
        "code": name,
        "note_kind": kind,
        "note_number": number,
        "note_text": text,
        "effective_from": FIRST_DAY,
        "effective_to": LAST_DAY,
        "release": "FY2026",
    }


def exclusion() -> dict[str, object]:
    """Any exclusion: by it a release is known to have notes."""
    columns = ("code", "code_from", "code_to", "excluded_from", "excluded_to")
    dated = {"effective_from": FIRST_DAY, "release": "FY2026", "note_number": 1, "code_system": "ICD-10-CM"}
    return {**dict.fromkeys(columns, "Q00"), **dated}


def titled(name: str, title: str) -> dict[str, object]:
    return {**code(name), "long_description": title}


REF: Mapping[str, Rows] = {
    "ref.release": [release()],
    "ref.code": [
        titled("N08", "Glomerular disorders in diseases classified elsewhere"),
        titled("Q081", "Disorder of things in other diseases classified elsewhere"),
        titled("B9689", "Agents as the cause of diseases classified elsewhere"),
        titled("Q200", "Disorder in diseases classified elsewhere, without a note"),
        titled("D631", "Anemia in something chronic"),
        titled("N186", "Disease"),
        # A manifestation by its titles of other years only.
        {
            **titled("Q082", "Disorder in diseases classified elsewhere"),
            "effective_from": dt.date(2026, 10, 1),
        },
        {**titled("Q082", "Disorder in diseases classified elsewhere"), "effective_to": dt.date(2025, 9, 30)},
        titled("Q082", "Disorder"),
    ],
    "ref.code_note": [
        note("N08", "underlying disease, such as:"),
        note("N08", "gout (M1A.-, M10.-)", 2),
        note("Q08", "underlying disease"),
        note("B96", "underlying disease"),
        note("Q20", "a disease", kind="use additional"),
        note("D631", "underlying chronic kidney disease (N18.-)"),
        note("Q50", "heart failure due to hypertension (I11.0, I13.-)"),
        note("Q50", "something else (O00-O07; O10.4 to O10.8A)", 2),
        note("Q51", "underlying disease, if known (I11.0)"),
        note("Q52", "underlying poisoning (T36-T50) with fifth or sixth character 6"),
        note("Q53", "underlying neoplasm"),
        note("Q54", "neoplasm (C00-D49)"),
        note("Q55", "underlying disease, e.g. hypertension (I11.0)"),
        note("Q56", "underlying disease (Q56.1)"),
        note("Q57", "underlying disease"),
        note("Q57", "hypertension (I11.0)", kind="use additional"),
        note("Q58", "Underlying disease (I11.0)"),
        note("Q59", "a cause of the underlying disease (I11.0)"),
    ],
    "ref.code_exclusion": [exclusion()],
}


def judged_codes(
    judge: Judge,
    check_id: str,
    codes: Sequence[str],
    *,
    day: dt.date | None = dt.date(2026, 1, 15),
    ref: Mapping[str, Rows] = REF,
) -> Result:
    rows = [*diagnoses(codes[0], role="principal"), *diagnoses(*codes[1:], start=2)]
    claims = [claim(from_date=day, to_date=day)]
    return judge(check_id, {**ref, "core.claim": claims, "core.claim_diagnosis": rows})


@pytest.mark.parametrize("name", ["N08", "Q081"])
def test_a_manifestation_listed_first(judge: Judge, name: str) -> None:
    result = judged_codes(judge, "DX-08", [name, "N186"])
    assert (result.outcome, result.eligible_count) == ("failed", 1)
    assert result.of("item_number", "code", "release", "at_stake_amount") == [(1, name, "FY2026", None)]
    assert str(result.findings[0]["detail"]).endswith(
        " is a manifestation and is listed first; the disease that it comes from goes before it."
    )


def test_manifestations_of_two_days(judge: Judge) -> None:
    claims = [claim(n, from_date=dt.date(2026, 1, day)) for n, day in ((1, 15), (2, 15), (3, 16))]
    listed = [(1, "N08"), (2, "Q081"), (3, "N08")]
    rows = [row for n, name in listed for row in diagnoses(name, claim_id=n, role="principal")]
    result = judge("DX-08", {**REF, "core.claim": claims, "core.claim_diagnosis": rows})
    assert result.of("claim_id", "code") == listed


@pytest.mark.parametrize(
    "codes",
    [
        ["N186", "N08"],
        # Its title says nothing of other diseases, or only that it causes them.
        ["D631", "N186"],
        ["B9689"],
        # No "code first" note.
        ["Q200"],
        ["Z9999"],
        ["Q082"],
    ],
)
def test_what_is_no_manifestation_first(judge: Judge, codes: list[str]) -> None:
    assert judged_codes(judge, "DX-08", codes).outcome == "passed"


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2025, 9, 30), "not checked"),
        (FIRST_DAY, "failed"),
        (LAST_DAY, "failed"),
        (dt.date(2026, 10, 1), "not checked"),
        (None, "not checked"),
    ],
)
@pytest.mark.parametrize(("check_id", "codes"), [("DX-08", ["N08"]), ("DX-25", ["D631", "E119"])])
def test_titles_and_notes_of_the_day_decide(
    judge: Judge, check_id: str, codes: list[str], day: dt.date | None, outcome: str
) -> None:
    assert judged_codes(judge, check_id, codes, day=day).outcome == outcome


@pytest.mark.parametrize("check_id", ["DX-08", "DX-25"])
def test_codes_without_notes_are_not_checked(judge: Judge, check_id: str) -> None:
    ref = {**REF, "ref.code_note": [], "ref.code_exclusion": []}
    result = judged_codes(judge, check_id, ["N08"], ref=ref)
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def test_notes_without_codes_are_not_checked(judge: Judge) -> None:
    ref = {**REF, "ref.release": [{**release(), "code_system": "ICD-10-CM notes"}]}
    assert judged_codes(judge, "DX-08", ["N08"], ref=ref).outcome == "not checked"


@pytest.mark.parametrize("check_id", ["DX-08", "DX-18"])
def test_without_a_first_diagnosis_nothing_is_judged(judge: Judge, check_id: str) -> None:
    tables = {**REF, "core.claim": [claim()], "core.claim_diagnosis": diagnoses("N08", "W19XXXA")}
    assert judge(check_id, tables).outcome == "not applicable"


@pytest.mark.parametrize("name", ["V0001XA", "W19XXXA", "X58XXXA", "Y92009", "Y999"])
def test_an_external_cause_listed_first(judge: Judge, name: str) -> None:
    result = judged_codes(judge, "DX-18", [name, "S72001A"], ref={})
    assert (result.outcome, result.eligible_count) == ("failed", 1)
    assert result.of("item_number", "code", "detail") == [
        (1, name, f"{name[:3]}.{name[3:]} is an external cause and is listed first.")
    ]


@pytest.mark.parametrize("codes", [["S72001A", "W19XXXA"], ["U071"], ["Z0000"], ["T71111A", "X58XXXA"]])
def test_an_external_cause_after_the_injury(judge: Judge, codes: list[str]) -> None:
    assert judged_codes(judge, "DX-18", codes, ref={}).outcome == "passed"


def test_an_encounter_not_yet_billed(judge: Judge) -> None:
    tables = {
        **REF,
        "core.encounter": [{"encounter_id": "B1"}, {"encounter_id": "B2"}],
        "core.encounter_code": [
            {
                "encounter_id": name,
                "code_number": 1,
                "code_system": "ICD-10-CM",
                "code": code_,
                "code_role": role,
            }
            for name, code_, role in [("B1", "W19XXXA", "principal"), ("B2", "W19XXXA", "external cause")]
        ],
    }
    result = judge("DX-18", tables)
    assert (result.eligible_count, result.of("claim_id", "encounter_id")) == (1, [(None, "B1")])


@pytest.mark.parametrize(
    ("codes", "finding"),
    [
        # The underlying disease is wanted and not there, or comes later.
        (["D631", "E119"], ("D631", None)),
        (["E119", "D631"], ("D631", None)),
        (["D631", "N186"], ("D631", "N186")),
        (["N186", "D631"], None),
        (["E119", "N186", "D631"], None),
        # A partner that holds in some cases only: found where it comes later, never where it is absent.
        (["Q509", "I110"], ("Q509", "I110")),
        (["Q509", "I1300"], ("Q509", "I1300")),
        (["Q509", "O0789"], ("Q509", "O0789")),
        (["Q509", "O1049"], ("Q509", "O1049")),
        (["Q509", "O108A1"], ("Q509", "O108A1")),
        (["Q509", "O109"], None),
        (["Q509", "I119"], None),
        (["Q509"], None),
        (["I110", "Q509", "I1300"], None),
        (["Q510"], None),
        (["Q510", "I110"], ("Q510", "I110")),
        # Notes that name no codes, or set a condition on them.
        (["Q520", "T3696"], None),
        (["Q530"], None),
        (["Q540"], ("Q540", None)),
        (["Q540", "C61"], ("Q540", "C61")),
        (["Q550"], None),
        (["Q550", "I110"], ("Q550", "I110")),
        # A code that its own note names is no partner of itself.
        (["Q561"], ("Q561", None)),
        (["Q580"], ("Q580", None)),
        (["Q590"], None),
        (["N08", "M109"], ("N08", "M109")),
        (["N08", "E119"], None),
    ],
)
def test_code_first_notes(judge: Judge, codes: list[str], finding: tuple[str, str | None] | None) -> None:
    result = judged_codes(judge, "DX-25", codes)
    assert result.of("code", "related_code") == ([] if finding is None else [finding])
    assert result.not_checked_count == 0


def test_a_consequence_after_its_disease(judge: Judge) -> None:
    assert judged_codes(judge, "DX-25", ["N186", "D631"]).outcome == "passed"


def test_what_a_code_first_finding_says(judge: Judge) -> None:
    assert judged_codes(judge, "DX-25", ["D631", "N186"]).of("detail", "release") == [
        ('D63.1 stands before N18.6, which its "code first" note names.', "FY2026")
    ]


def test_what_a_missing_disease_says_and_what_counts(judge: Judge) -> None:
    result = judged_codes(judge, "DX-25", ["E119", "D631", "D631", "N08"])
    # Each code once a bill; codes without a note that names codes take no part.
    assert (result.eligible_count, result.of("item_number", "detail")) == (
        2,
        [(2, "D63.1 stands without the underlying disease that its note wants first.")],
    )


def test_admitting_diagnoses_are_no_partners(judge: Judge) -> None:
    rows = [*diagnoses("N186", role="admitting"), *diagnoses("D631", role="principal", start=2)]
    tables = {**REF, "core.claim": [claim()], "core.claim_diagnosis": rows}
    assert judge("DX-25", tables).of("code", "related_code") == [("D631", None)]


@pytest.mark.parametrize("code_", ["E119", "Q520", "Q530", "Q570"])
def test_no_diagnosis_under_such_a_note(judge: Judge, code_: str) -> None:
    assert judged_codes(judge, "DX-25", [code_, "I110"]).outcome == "not applicable"


def test_external_causes_are_listed_apart(judge: Judge) -> None:
    rows = [*diagnoses("D631", role="external cause"), *diagnoses("N186", role="external cause", start=2)]
    tables = {**REF, "core.claim": [claim()], "core.claim_diagnosis": rows}
    assert judge("DX-25", tables).outcome == "not applicable"
