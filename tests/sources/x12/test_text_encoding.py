"""X12 in UTF-16, with or without a mark, is read with the places of its own bytes; EBCDIC is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.sources.x12 import is_ebcdic_x12, is_utf_16_x12, looks_like_x12
from tests.sources.x12 import texts
from tests.sources.x12.test_line_breaks import wrapped
from tests.sources.x12.test_passages import _all_passages

NAME = "MAPLÉ\N{EURO SIGN}S ŁÓDŹ"


@pytest.mark.parametrize("width", [80, 100_000])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_reads_as_one_byte_for_each_character(tmp_path: Path, encoding: str, width: int) -> None:
    plain = texts.professional(line_break="") + texts.remittance(line_break="")
    data = wrapped(plain, width, b"\r\n").decode().encode(encoding)
    assert looks_like_x12(data)
    assert is_utf_16_x12(data)
    expected, _, _ = texts.read(plain, tmp_path)
    tables, rejected, _ = texts.read(data, tmp_path, chunk_byte_count=700)
    assert rejected.is_empty()
    assert "encoding" in tables["file_note"]["note_kind"].to_list()
    for name, column in (
        ("claim_line", "charge_amount"),
        ("remit_line", "paid_amount"),
        ("claim_diagnosis", "code"),
    ):
        assert tables[name][column].to_list() == expected[name][column].to_list()
    for offset in tables["claim"]["source_offset"]:
        assert (
            data[offset:]
            .decode(encoding[:6] + ("-be" if encoding.endswith("be") else "-le"))
            .startswith("CLM")
        )
    shown = _all_passages(data, tmp_path)
    expected_shown = _all_passages(plain, tmp_path)
    for one, other in zip(shown, expected_shown, strict=True):
        for passage, plain_passage in zip(one, other, strict=True):
            assert passage.segments == plain_passage.segments
            assert data[passage.source_offset :].startswith(passage.data)


def test_letters_of_other_languages_are_kept_or_replaced_and_reported(tmp_path: Path) -> None:
    data = texts.professional().decode().replace("FIRST PAYER", NAME).encode("utf-16")
    tables, rejected, _ = texts.read(data, tmp_path)
    unknown = "\N{REPLACEMENT CHARACTER}"
    assert tables["claim"]["payer_name"][0] == f"MAPLÉ\N{EURO SIGN}S {unknown}ÓD{unknown}"
    assert "control characters" in rejected["reason"][0]


def test_ebcdic_is_known_by_its_first_bytes() -> None:
    for page in ("cp037", "cp500", "cp1140"):
        assert is_ebcdic_x12(texts.professional(line_break="").decode().encode(page))
    for text in (b"", b"ISA", "ÉâÁ*00 plain text in Latin letters".encode("latin-1"), texts.professional()):
        assert not is_ebcdic_x12(text)
