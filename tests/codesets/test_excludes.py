from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.codesets.readers.icd10.excludes import CodeRange, excluded_ranges

CODES = sorted(
    [
        *("E08", "E0842", "E0843", "E11", "E1142", "E1151", "E1152", "E13", "E1342"),
        *("S02", "S020XXA", "S020XXB", "S02101B", "I69", "I6923", "I69231", "I69123", "I6992", "I69923"),
        *("F10", "F1026", "F1096", "F1116", "A37", "A3701", "A3710", "F11151", "F11159", "F11951"),
    ]
)


def pairs(note: str) -> list[tuple[str, str]]:
    return [(codes.first, codes.last) for codes in excluded_ranges(note, CODES)]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("one category (E10.-)", [("E10", "E10")]),
        ("one subcategory (O24.4-)", [("O244", "O244")]),
        ("one code (P70.2)", [("P702", "P702")]),
        ("a stray dot (Z00.12.-)", [("Z0012", "Z0012")]),
        ("a range (I60-I69)", [("I60", "I69")]),
        ("a range of codes (Z76.1-Z76.2)", [("Z761", "Z762")]),
        ("a range with dashes (R10.1-R10.4-)", [("R101", "R104")]),
        ("several (K50.014, K50.114, K51.-)", [("K50014", "K50014"), ("K50114", "K50114"), ("K51", "K51")]),
        ("a comma too many (K50.014, K50.114,)", [("K50014", "K50014"), ("K50114", "K50114")]),
        ("a parenthesis too many (J91.0))", [("J910", "J910")]),
        ("other parentheses (G6PD) before the code (D75.A)", [("D75A", "D75A")]),
        ("a code before the list, any type in A15 (J65)", [("J65", "J65")]),
        ("no parentheses H90.-", [("H90", "H90")]),
        ("an open parenthesis (Z89.52-", [("Z8952", "Z8952")]),
        ("a category with a letter (C7A.-, O9A)", [("C7A", "C7A"), ("O9A", "O9A")]),
        ("the category that begins with two letters (QA0.-)", [("QA0", "QA0")]),
    ],
)
def test_codes_named_by_a_note(note: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(note) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("after the dot (E08-E13 with .42)", ["E0842", "E1142", "E1342"]),
        ("a range after the dot (E08-E13 with .51-.52)", ["E1151", "E1152"]),
        ("a seventh character (S02.- with 7th character B)", ["S020XXB", "S02101B"]),
        ("without a blank (S02.-with seventh character A)", ["S020XXA"]),
        ("a fifth character (F10-F19 with 5th character .6)", ["F1026", "F1096", "F1116"]),
        ("a hyphen (A37 with fifth-character 1)", ["A3701"]),
        ("two characters (F11-F19 with fifth to sixth characters 51)", ["F11151", "F11951"]),
        ("the end of the code (I69. with final characters -23)", ["I69123", "I69923"]),
        ("no parentheses F10.0-F11.9 with 5th character 6", ["F1026", "F1096", "F1116"]),
    ],
)
def test_conditions_on_characters_are_looked_up(note: str, expected: list[str]) -> None:
    assert pairs(note) == [(code, code) for code in expected]


@pytest.mark.parametrize(
    "note",
    [
        "current injury - see injury of joint by body region",
        "see categories E08-E10, E11, E13 with ketoacidosis",
        "open fracture (S52.- with open fracture 7th character)",
        "specified adverse effects (A00-R94 and T80-T88.6, T88.8)",
        "chronic diseases (I05-I09) unless rheumatic fever is also present",
        "classified in S06.1- to S06.6-, code to specified injury",
        "an abbreviation (CAD)",
        "",
    ],
)
def test_a_note_without_codes_or_with_a_condition_in_words_names_none(note: str) -> None:
    assert pairs(note) == []


codes = st.from_regex(r"[A-Z][0-9]{2}[0-9A-Z]{0,4}", fullmatch=True)


@given(codes, codes, codes)
def test_a_range_holds_what_lies_between_and_what_begins_with_its_ends(
    one: str, other: str, code: str
) -> None:
    first, last = sorted((one, other))
    expected = code.startswith((first, last)) or first < code < last
    assert (code in CodeRange(first, last)) == expected


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(note: str) -> None:
    excluded_ranges(note, CODES)
