"""What cannot be read is rejected with its place, and everything else is loaded."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.sources.x12 import texts

CLAIM = ["CLM*E1*10***11:B:1", "HI*ABK:I10", "LX*1", "SV1*HC:99213*10*UN*1***1", "DTP*472*D8*20260105"]
SECRET = "SECRETVALUE"


def _claims(*claims: list[str]) -> bytes:
    body = [*texts.BILLING, *texts.SUBSCRIBER, *(segment for claim in claims for segment in claim)]
    return texts.written(texts.group("HC", texts.transaction("837", body, version="005010X222A1")))


def _changed(claim: list[str], old: str, new: str) -> list[str]:
    assert any(old in segment for segment in claim)
    return [segment.replace(old, new) for segment in claim]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("E1*10*", f"E1*{SECRET}*", "CLM02"),
        ("E1*10*", "E1**", "CLM02"),
        ("E1*10*", "E1*1,000.00*", "CLM02"),
        ("E1*10*", "*10*", "CLM01"),
        ("E1*10*", "   *10*", "CLM01"),
    ],
)
def test_claim_without_what_it_needs_is_not_loaded_alone(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    data = _claims(CLAIM, _changed(CLAIM, old, new), CLAIM)
    tables, rejected, _ = texts.read(data, tmp_path)
    assert tables["claim"].height == tables["claim_line"].height == tables["claim_diagnosis"].height == 2
    row = rejected.row(0, named=True)
    assert rejected.height == 1
    assert reason in row["reason"]
    assert row["segment"] == "CLM"
    second = data.index(b"CLM*", data.index(b"CLM*") + 1)
    assert row["source_offset"] == second
    assert row["record_number"] == data[:second].count(b"~") + 1
    assert not any(SECRET in str(value) for value in row.values())


@pytest.mark.parametrize(
    ("old", "new", "segment", "column"),
    [
        ("*D8*20260105", "*D8*20260230", "DTP", "from_date"),
        ("*D8*20260105", "*RD8*20260105-X0260106", "DTP", "from_date"),
        ("*UN*1*", "*UN*many*", "SV1", "unit_count"),
    ],
)
def test_optional_value_that_cannot_be_read_is_null_and_noted(
    tmp_path: Path, old: str, new: str, segment: str, column: str
) -> None:
    tables, rejected, _ = texts.read(_claims(_changed(CLAIM, old, new)), tmp_path)
    assert tables["claim_line"][column].to_list() == [None]
    assert tables["claim"].height == 1
    assert rejected["segment"].to_list() == [segment]


def test_line_without_a_charge_is_not_loaded_alone(tmp_path: Path) -> None:
    claim = [*CLAIM, "LX*2", "SV1*HC:99214**UN*1", "LX*3", "SV1*HC:99215*5*UN*1"]
    tables, rejected, _ = texts.read(_claims(claim), tmp_path)
    assert tables["claim_line"]["line_number"].to_list() == [1, 3]
    assert rejected["segment"].to_list() == ["SV1"]


def test_cents_beyond_two_decimals_are_rounded_and_noted(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(_claims(_changed(CLAIM, "E1*10*", "E1*10.005*")), tmp_path)
    assert tables["claim"]["charge_amount"].to_list() == [Decimal("10.01")]
    assert rejected["reason"].str.contains("two decimals").all()
    assert rejected.height == 1


def test_zeros_beyond_two_decimals_are_no_matter(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(_claims(_changed(CLAIM, "E1*10*", "E1*10.5000*")), tmp_path)
    assert tables["claim"]["charge_amount"].to_list() == [Decimal("10.50")]
    assert rejected.is_empty()


@pytest.mark.parametrize("code", ["", " ", ".", " .. "])
def test_diagnosis_without_a_code_is_noted(tmp_path: Path, code: str) -> None:
    claim = _changed(CLAIM, "ABK:I10", f"ABK:I10*ABF:{code}*ABF:J449")
    tables, rejected, _ = texts.read(_claims(claim), tmp_path)
    assert tables["claim_diagnosis"]["diagnosis_number"].to_list() == [1, 2]
    assert rejected["segment"].to_list() == ["HI"]


def test_a_code_under_an_unknown_qualifier_is_noted_and_keeps_its_place(tmp_path: Path) -> None:
    claim = _changed(CLAIM, "ABK:I10", "ABK:I10*XYZ:E119*ABF:J449*LOI:Z000")
    tables, rejected, _ = texts.read(_claims(claim), tmp_path)
    found = tables["claim_diagnosis"].select("diagnosis_number", "pointer_number", "code").rows()
    assert found == [(1, 1, "I10"), (2, 3, "J449")]
    assert rejected["segment"].to_list() == ["HI"]
    assert "qualifier" in rejected["reason"].item()


def test_a_diagnosis_without_a_code_keeps_its_place(tmp_path: Path) -> None:
    tables, _, _ = texts.read(_claims(_changed(CLAIM, "ABK:I10", "ABK:I10*ABF:*ABF:J449")), tmp_path)
    assert tables["claim_diagnosis"]["pointer_number"].to_list() == [1, 3]


@pytest.mark.parametrize("character", ["\x01", "\x1b", "\x7f", "\x85"])
def test_control_characters_in_values_are_replaced_and_noted(tmp_path: Path, character: str) -> None:
    claim = _changed(CLAIM, "CLM*E1*", f"CLM*E{character}1*")
    tables, rejected, _ = texts.read(_claims(claim), tmp_path)
    assert tables["claim"]["patient_control_number"].to_list() == ["E\N{REPLACEMENT CHARACTER}1"]
    assert rejected["segment"].to_list() == ["CLM"]
    assert "control characters" in rejected["reason"].item()


def test_segments_without_identifier_are_noted(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(_claims([*CLAIM, "*IC*NOBODY", "toolong*1"]), tmp_path)
    assert tables["claim"].height == 1
    assert rejected["segment"].to_list() == ["unknown", "unknown"]


def test_segments_outside_of_transactions_are_noted_once_a_run(tmp_path: Path) -> None:
    data = texts.written(["NM1*85*2*LOST", "CLM*E1*1", "N3*X"], texts.group("HC"), ["REF*1*2"])
    tables, rejected, _ = texts.read(data, tmp_path)
    assert texts.loaded(tables) == {}
    assert rejected["segment"].to_list() == ["NM1", "REF"]


@pytest.mark.parametrize(
    ("field", "segment"), [("CLP*A*1*X*5", "CLP"), ("CLP*A*1*5*X", "CLP"), ("CLP*  *1*5*5", "CLP")]
)
def test_payment_without_what_it_needs_is_not_loaded_alone(tmp_path: Path, field: str, segment: str) -> None:
    body = [
        *texts.PAYMENT_HEADER,
        field,
        "CAS*CO*45*1",
        "SVC*HC:99213*5*5",
        "CLP*B*1*7*7",
        "SVC*HC:99213*7*7",
    ]
    tables, rejected, _ = texts.read(
        texts.written(texts.group("HP", texts.transaction("835", body))), tmp_path
    )
    assert tables["remit_claim"]["patient_control_number"].to_list() == ["B"]
    assert tables["remit_line"].height == 1
    assert tables["adjustment"].is_empty()
    assert rejected["segment"].to_list() == [segment]


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("CAS*CO*45*X", "adjustment"),
        ("SVC*HC:99213*X*7", "remit_line"),
        ("PLB*1*20261231*L6*X", "provider_adjustment"),
    ],
)
def test_part_of_a_payment_is_not_loaded_alone(tmp_path: Path, line: str, table: str) -> None:
    body = [*texts.PAYMENT_HEADER, "CLP*B*1*7*7", line]
    tables, rejected, _ = texts.read(
        texts.written(texts.group("HP", texts.transaction("835", body))), tmp_path
    )
    assert tables["remit_claim"].height == 1
    assert tables[table].is_empty()
    assert rejected["segment"].to_list() == [line[:3]]


def test_stray_lines_and_adjustments_are_noted(tmp_path: Path) -> None:
    body = [*texts.PAYMENT_HEADER, "CAS*CO*45*1", "SVC*HC:99213*7*7", "CLP*B*1*7*7"]
    tables, rejected, _ = texts.read(
        texts.written(texts.group("HP", texts.transaction("835", body))), tmp_path
    )
    assert tables["remit_line"].is_empty()
    assert rejected["segment"].to_list() == ["CAS", "SVC"]
    body = [*texts.BILLING, "SV1*HC:99213*7*UN*1"]
    tables, rejected, _ = texts.read(
        texts.written(texts.group("HC", texts.transaction("837", body))), tmp_path
    )
    assert rejected["segment"].to_list() == ["SV1"]


def test_claim_cut_off_by_the_end_of_the_file_is_loaded(tmp_path: Path) -> None:
    whole = _claims(CLAIM)
    data = whole[: whole.index(b"SV1") + 12]
    tables, rejected, _ = texts.read(data, tmp_path)
    assert tables["claim"].height == 1
    assert tables["claim_line"].is_empty()
    assert rejected["segment"].to_list() == ["SV1"]
    assert rejected["source_offset"].to_list() == [data.index(b"SV1")]
    assert rejected["record_number"].to_list() == [data.count(b"~") + 1]
    notes = tables["file_note"].select("segment", "note_kind", "source_offset").rows()
    assert notes == [(tag, "trailer missing", data.index(tag.encode() + b"*")) for tag in ("ISA", "GS", "ST")]


def test_trailer_without_a_terminator_is_no_fault(tmp_path: Path) -> None:
    _, rejected, _ = texts.read(_claims(CLAIM).rstrip(b"~\n") + b"\x1a", tmp_path)
    assert rejected.is_empty()
