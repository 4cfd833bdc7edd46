"""Cells that hold several codes, or a code with its modifiers, are cut where the mapping says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import BadInputError
from auditlib.sources.tabular.mapping_file import parse_mapping
from tests.sources.tabular.flat_export import HEADER, claims, codes, mapping_of, read, reasons

MODIFIERS = [f"modifier_{number}" for number in range(1, 5)]


def test_the_apostrophe_by_which_excel_marks_text_is_removed(tmp_path: Path) -> None:
    batch = read(tmp_path / "x.csv", f"{HEADER}\n'000123,2026-01-05,'99213,1,'110.00,'I10,,P\n", mapping_of())
    assert claims(batch) == [("000123", "110.00")]
    assert (codes(batch), codes(batch, "claim_line")) == (["I10"], ["99213"])


@pytest.mark.parametrize(
    ("cell", "separator"),
    [
        ('"I10,E11.9"', "comma"),
        ('"I10, E11.9,"', '","'),
        ("I10;E11.9", "semicolon"),
        ("I10|E11.9", "bar"),
        ("I10/E11.9", "slash"),
        ("I10  E11.9", "blank"),
        ("I10\tE11.9", "tab"),
        ('"I10\nE11.9"', "line end"),
        ('"I10\r\nE11.9\r\n"', "line end"),
        ('"I10; E11.9"', "[comma, semicolon]"),
        ("I10 + E11.9", '" + "'),
    ],
)
def test_a_cell_of_several_diagnoses_gives_a_row_for_each(tmp_path: Path, cell: str, separator: str) -> None:
    body = f"{HEADER}\nC1,2026-01-05,99213,1,110.00,{cell},,P\nC2,2026-01-06,99213,1,80.00,J06.9,,P\n"
    mapping = mapping_of(diagnosis=f'{{column: "Dx 1", separator: {separator}}}')
    batch = read(tmp_path / "x.csv", body, mapping)
    rows = batch.frames["claim_diagnosis"].select("code", "diagnosis_number", "code_role").rows()
    assert rows == [("I10", 1, "principal"), ("E119", 2, "secondary"), ("J069", 1, "principal")]
    assert reasons(batch) == []
    assert claims(batch) == [("C1", "110.00"), ("C2", "80.00")]


def test_lists_in_several_columns_are_cut_in_their_order(tmp_path: Path) -> None:
    body = f'{HEADER}\nC1,2026-01-05,99213,1,110.00,"I10,E11.9","J44.9,M17.11",P\n'
    mapping = mapping_of(diagnosis='{column: ["Dx 1", "Dx 2"], separator: comma}')
    assert codes(read(tmp_path / "x.csv", body, mapping)) == ["I10", "E119", "J449", "M1711"]


@pytest.mark.parametrize(
    ("indicators", "expected"),
    [
        ("Y;N", [("I10", "Y"), ("E119", "N")]),
        (";N", [("I10", None), ("E119", "N")]),
        ("", [("I10", None), ("E119", None)]),
        ("Y", []),
    ],
)
def test_indicators_are_cut_beside_their_codes(
    tmp_path: Path, indicators: str, expected: list[tuple[str, str | None]]
) -> None:
    mapping = """tables:
  - table: claim_diagnosis
    columns:
      claim_id: id
      code_system: {constant: ICD-10-CM}
      code: {column: dx, separator: semicolon}
      poa_indicator: {column: poa, separator: semicolon}
"""
    batch = read(tmp_path / "x.csv", f"id,dx,poa\nC1,I10;E11.9,{indicators}\n", mapping)
    assert batch.frames["claim_diagnosis"].select("code", "poa_indicator").rows() == expected
    uneven = (1, "poa_indicator holds another number of values than code")
    assert reasons(batch) == ([] if expected else [uneven, uneven])


@pytest.mark.parametrize(
    ("cell", "code", "modifiers"),
    [
        ("99213-25", "99213", ["25", None, None, None]),
        ("99213 25 59", "99213", ["25", "59", None, None]),
        ("99213 - 25", "99213", ["25", None, None, None]),
        ('"99213,25,59"', "99213", ["25", "59", None, None]),
        ("99213:25:59:RT:LT", "99213", ["25", "59", "RT", "LT"]),
        ("9921325", "99213", ["25", None, None, None]),
        ("j1885-jw", "J1885", ["JW", None, None, None]),
        ("0001F-1P", "0001F", ["1P", None, None, None]),
        ("99213", "99213", [None, None, None, None]),
    ],
)
def test_modifiers_after_a_code_are_its_modifiers(
    tmp_path: Path, cell: str, code: str, modifiers: list[str | None]
) -> None:
    body = f"{HEADER}\nC1,2026-01-05,{cell},1,110.00,I10,,P\n"
    batch = read(tmp_path / "x.csv", body, mapping_of(code="{column: CPT, has_modifiers: true}"))
    assert batch.frames["claim_line"].select("code", *MODIFIERS).rows() == [(code, *modifiers)]
    assert reasons(batch) == []


@pytest.mark.parametrize("cell", ["99213-2", "99213-25-59-RT-LT-GT", "9921-25", "99213 left"])
def test_what_is_no_code_with_modifiers_is_not_loaded(tmp_path: Path, cell: str) -> None:
    body = f"{HEADER}\nC1,2026-01-05,{cell},1,110.00,I10,,P\n"
    batch = read(tmp_path / "x.csv", body, mapping_of(code="{column: CPT, has_modifiers: true}"))
    assert batch.frames["claim_line"].is_empty()
    assert batch.rejected.height == 1


def test_modifiers_of_the_cell_come_before_those_of_other_columns_and_each_once(tmp_path: Path) -> None:
    mapping = """tables:
  - table: claim_line
    columns:
      claim_id: id
      charge_amount: {constant: 1}
      code: {column: cpt, has_modifiers: true}
      modifier_1: m1
      modifier_2: m2
"""
    rows = "A,99213-25,25,rt\nA,99213,,59\nA,99213-25-59-RT,LT,GT\n"
    batch = read(tmp_path / "x.csv", f"id,cpt,m1,m2\n{rows}", mapping)
    assert batch.frames["claim_line"].select(MODIFIERS).rows() == [
        ("25", "RT", None, None),
        (None, "59", None, None),
    ]
    assert reasons(batch) == [(3, "the code and its modifiers hold more than 4 modifiers")]


def test_a_code_of_seven_characters_is_no_code_with_a_modifier(tmp_path: Path) -> None:
    mapping = """tables:
  - table: encounter_code
    columns:
      encounter_id: id
      code_system: system
      code: {column: code, has_modifiers: true, separator: semicolon}
"""
    rows = "A,ICD-10-PCS,0SRC0J9\nA,CPT,99213-25;36415\n"
    batch = read(tmp_path / "x.csv", f"id,system,code\n{rows}", mapping)
    assert batch.frames["encounter_code"].select("code", "modifier_1").rows() == [
        ("0SRC0J9", None),
        ("99213", "25"),
        ("36415", None),
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (mapping_of(code="{column: CPT, separator: comma}"), "line 12: several codes of a cell would repeat"),
        (mapping_of(lines=", from_date: {column: DOS, has_modifiers: true}"), "from_date has no modifiers"),
        (mapping_of(code="{column: CPT, has_modifiers: maybe}"), "has_modifiers is 'maybe'"),
        (mapping_of(code="{column: CPT, decimal: comma}"), "code is no amount"),
        (mapping_of(file="decimal: dot"), "line 1: decimal is 'dot'"),
        (mapping_of(file="encoding: ebcdic"), "line 1: encoding is 'ebcdic'"),
        (mapping_of(file="header_rows: 9"), "line 1: header_rows is 9"),
        (mapping_of(file="total_rows: all"), "line 1: total_rows is neither 'none' nor"),
        (mapping_of().replace("payer_name: Payer", "payer_name: {column: Payer, separator: comma}"),
         "payer_name holds one value"),
    ],
)  # fmt: skip
def test_an_option_in_the_wrong_place_is_named_with_its_line(mapping: str, message: str) -> None:
    with pytest.raises(BadInputError) as raised:
        parse_mapping(mapping, name="map.yaml")
    assert message in raised.value.message
    assert str(raised.value.hint).startswith("Expected ")


def test_headers_of_options_that_a_file_lacks_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"'Visit' \(line 1\)"):
        read(tmp_path / "x.csv", f"{HEADER}\n", mapping_of(file="fill_down: [Visit]"))
