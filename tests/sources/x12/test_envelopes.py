"""Delimiters, line breaks, interchanges and kinds of transaction."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.sources.x12 import looks_like_x12, read_x12
from tests.sources.x12 import texts

POSITIONS = ("source_offset", "claim_id", "remit_claim_id", "remittance_id")


def _without_positions(tables: dict[str, pl.DataFrame]) -> dict[str, list[tuple[object, ...]]]:
    return {name: frame.drop(POSITIONS, strict=False).rows() for name, frame in texts.loaded(tables).items()}


@pytest.mark.parametrize(
    "delimiters",
    [
        {"line_break": ""},
        {"line_break": "\r\n"},
        {"line_break": "\n        "},
        {"line_break": "\n" + " " * 40},
        {"terminator": "\n", "line_break": ""},
        {"terminator": "\r\n", "line_break": ""},
        {"terminator": "\x1c", "element": "\x1d", "component": "\x1f", "line_break": ""},
        {"terminator": "'", "element": "|", "component": ">"},
        {"element": "\t"},
    ],
)
def test_delimiters_and_line_breaks_change_nothing(tmp_path: Path, delimiters: dict[str, str]) -> None:
    for make in (texts.professional, texts.remittance):
        plain, _, _ = texts.read(make(), tmp_path)
        tables, rejected, _ = texts.read(make(**delimiters), tmp_path)
        assert rejected.is_empty()
        assert _without_positions(tables) == _without_positions(plain)


def test_byte_order_mark_and_leading_blanks_are_skipped(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf\r\n" + texts.professional()
    tables, rejected, _ = texts.read(data, tmp_path)
    assert rejected.is_empty()
    assert tables["claim"]["source_offset"].to_list() == [data.index(b"CLM*E1"), data.index(b"CLM*E2")]


@pytest.mark.parametrize("start", [b"GS*", b"ST*"])
@pytest.mark.parametrize(
    "delimiters", [{}, {"terminator": "\n", "line_break": ""}, {"terminator": "|", "line_break": ""}]
)
def test_file_may_start_at_group_or_transaction(
    tmp_path: Path, start: bytes, delimiters: dict[str, str]
) -> None:
    for make in (texts.professional, texts.remittance):
        whole = make(**delimiters)
        data = whole[whole.index(start) : whole.index(b"GE*")]
        plain, _, _ = texts.read(make(), tmp_path)
        assert looks_like_x12(data)
        assert _without_positions(texts.read(data, tmp_path)[0]) == _without_positions(plain)


def test_interchanges_with_other_delimiters_follow_each_other(tmp_path: Path) -> None:
    parts = [
        texts.professional(),
        texts.remittance(element="|", component=">", terminator="\n", line_break=""),
        texts.institutional(element="+", terminator="'"),
        texts.professional(),
    ]
    tables, rejected, _ = texts.read(b"".join(parts), tmp_path)
    assert rejected.is_empty()
    assert sorted(tables["claim"]["form"].to_list()) == list("IPPPP")
    assert tables["remit_claim"].height == 3


def test_interchanges_with_the_same_delimiters_are_read_together(tmp_path: Path) -> None:
    data = texts.professional() + texts.remittance() + texts.professional()
    tables, rejected, formats = texts.read(data, tmp_path)
    assert rejected.is_empty()
    assert formats == ["837P", "835"]
    offsets = tables["claim"]["source_offset"].to_list()
    assert [data[offset : offset + 6] for offset in offsets] == [b"CLM*E1", b"CLM*E2"] * 2


def test_composites_that_disagree_with_isa16_are_read_and_noted(tmp_path: Path) -> None:
    head, body = texts.professional().split(b"~", 1)
    tables, rejected, _ = texts.read(head + b"~" + body.replace(b":", b">"), tmp_path)
    plain, _, _ = texts.read(texts.professional(), tmp_path)
    assert _without_positions(tables) == _without_positions(plain)
    assert rejected.is_empty()
    notes = tables["file_note"].select("segment", "note_kind", "expected", "found", "severity").rows()
    assert notes == [("CLM", "component separator", "the separator of ISA16, ':'", "'>'", "I")]


def test_short_isa_elements_still_tell_the_delimiters(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(texts.professional().replace(b"          ", b"  "), tmp_path)
    assert rejected.is_empty()
    assert tables["claim"].height == 2


@pytest.mark.parametrize(
    ("kind", "version", "format_"),
    [
        ("278", "005010X217", "278"),
        ("271", "005010X279A1", "271"),
        ("ABC", "", "other"),
    ],
)
def test_other_transactions_are_named_and_not_loaded(
    tmp_path: Path, kind: str, version: str, format_: str
) -> None:
    one = texts.transaction(kind, ["BHT*0085*08*1", "HL*1**20*1", "NM1*PR*2*FIRST PAYER"], version=version)
    tables, rejected, formats = texts.read(texts.written(texts.group("HN", one, one, version="x")), tmp_path)
    assert texts.loaded(tables) == {}
    assert formats == [format_]
    assert rejected["segment"].to_list() == ["ST"]
    assert "not loaded yet" in rejected["reason"][0]


def test_interchange_acknowledgement_alone_is_read(tmp_path: Path) -> None:
    data = texts.written(["TA1*000000001*260210*0900*A*000"])
    tables, rejected, formats = texts.read(data, tmp_path)
    assert (formats, rejected.height) == (["TA1"], 0)
    assert tables["acknowledgment"]["status_code"].to_list() == ["A"]


def test_names_in_other_encodings_are_read(tmp_path: Path) -> None:
    for written in (b"CAF\xc9", "CAF\u00c9".encode()):
        tables, _, _ = texts.read(texts.remittance().replace(b"PR*FIRST", b"PR*" + written), tmp_path)
        assert tables["remittance"]["payer_name"].to_list() == ["CAF\u00c9 PAYER"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rubbish", "not X12"),
        ("ISA*00*".encode("utf-16"), "UTF-16"),
        ("ISA*00*".encode("utf-16-le"), "UTF-16"),
        (b"ISA*00*", "delimiters"),
        (b"hello, world\n", "not X12"),
        (b"ST*835*1~nothing", "delimiters"),
    ],
)
def test_what_is_not_x12_is_refused_with_its_reason(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "odd.837"
    path.write_bytes(data)
    with pytest.raises(BadInputError, match=words) as raised:
        list(read_x12(path, source_file_id=1))
    assert "odd.837" in raised.value.message
    assert raised.value.hint


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        list(read_x12(tmp_path / "none.837", source_file_id=1))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"ISA*00*          *00*", True),
        (b"\xef\xbb\xbf  ISA|00|          |00|", True),
        (b"GS*HC*A*B", True),
        (b"ST*835*0001~BPR", True),
        (b"note to file\nISA*00*          *00*          *ZZ*A", True),
        (b"STREET;TOWN\n", False),
        (b"encounter_id,code\n", False),
        (b"ISAAC NEWTON", False),
        (b"", False),
    ],
)
def test_x12_is_told_by_its_head(head: bytes, *, expected: bool) -> None:
    assert looks_like_x12(head) is expected
