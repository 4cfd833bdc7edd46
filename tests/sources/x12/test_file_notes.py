"""Counts, control numbers and versions of envelopes: what disagrees is noted, and everything is loaded."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.x12 import texts

COLUMNS = ("segment", "note_kind", "expected", "found", "severity")
TRAILER = {"ISA": "IEA", "GS": "GE", "ST": "SE"}
within_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


def _notes(data: bytes, folder: Path, **options: int) -> list[tuple[str, ...]]:
    return texts.read(data, folder, **options)[0]["file_note"].select(COLUMNS).rows()


def test_a_good_file_has_no_notes_and_names_its_envelopes(tmp_path: Path) -> None:
    data = texts.professional() + texts.remittance()
    tables, rejected, _ = texts.read(data, tmp_path)
    assert tables["file_note"].is_empty()
    assert rejected.is_empty()
    first, group, transaction, *_ = tables["envelope"].drop("source_file_id").rows(named=True)
    assert first == {
        "envelope_level": "interchange",
        "control_number": "000000001",
        "code": "T",
        "sender_id": "SEND",
        "receiver_id": "TAKE",
        "envelope_date": date(2026, 2, 10),
        "implementation_version": "00501",
        "parent_offset": None,
        "source_offset": 0,
    }
    assert (group["code"], group["envelope_date"], group["parent_offset"]) == ("HC", date(2026, 2, 10), 0)
    assert (transaction["code"], transaction["control_number"]) == ("837", "0001")
    assert (transaction["parent_offset"], transaction["envelope_date"]) == (group["source_offset"], None)
    levels = tables["envelope"]["envelope_level"].to_list()
    assert levels == ["interchange", "group", "transaction"] * 2


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (b"SE*42*0001", b"SE*41*0001", ("SE", "segment count", "42", "41", "R")),
        (b"SE*42*0001", b"SE**0001", ("SE", "segment count", "42", "nothing", "R")),
        (b"SE*42*0001", b"SE*many*0001", ("SE", "segment count", "42", "many", "R")),
        (b"SE*42*0001", b"SE*42*0002", ("SE", "control number", "0001", "0002", "R")),
        (b"GE*1*1~", b"GE*2*1~", ("GE", "transaction count", "1", "2", "R")),
        (b"GE*1*1~", b"GE*1*01~", ("GE", "control number", "1", "01", "R")),
        (b"GE*1*1~", b"", ("GS", "trailer missing", "GE", "nothing", "R")),
        (b"IEA*1*", b"IEA*3*", ("IEA", "group count", "1", "3", "R")),
        (b"IEA*1*000000001~", b"", ("ISA", "trailer missing", "IEA", "nothing", "R")),
        (b"GE*1*1~", b"SE*1*1~GE*1*1~", ("SE", "trailer without header", "ST", "SE", "R")),
        (b"1*X*005010X222A1", b"1*X*004010X098A1", ("GS", "version", "00501", "004010X098A1", "I")),
        (b"837*0001*005010X222A1", b"837*0001*X", ("ST", "version", "005010X222A1", "X", "I")),
    ],
)
def test_what_disagrees_is_noted_and_everything_is_loaded(
    tmp_path: Path, old: bytes, new: bytes, note: tuple[str, ...]
) -> None:
    plain = texts.professional()
    assert old in plain
    data = plain.replace(old, new)
    tables, rejected, _ = texts.read(data, tmp_path)
    assert tables["claim"].height == 2
    assert rejected.is_empty()
    assert note in tables["file_note"].select(COLUMNS).rows()
    assert _notes(data, tmp_path, chunk_byte_count=300) == tables["file_note"].select(COLUMNS).rows()


def test_last_trailer_may_lack_its_terminator(tmp_path: Path) -> None:
    data = texts.professional().rstrip(b"~\n")
    assert _notes(data, tmp_path) == []
    wrong = data.replace(b"IEA*1*", b"IEA*2*")
    assert _notes(wrong, tmp_path) == [("IEA", "group count", "1", "2", "R")]


def test_file_without_interchange_needs_no_trailer_of_one(tmp_path: Path) -> None:
    data = texts.professional()
    group = data[data.index(b"GS*") : data.index(b"IEA*")]
    assert _notes(group, tmp_path) == []
    assert _notes(group[group.index(b"ST*") : group.index(b"GE*")], tmp_path) == []


def _oracle(tags: list[str]) -> list[tuple[str, str]]:
    """Walk the envelope segments one by one and name headers without trailer and trailers without header."""
    found = []
    for header, among in (("ISA", {"ISA", "IEA"}), ("GS", {"ISA", "GS", "GE", "IEA"}), ("ST", set(tags))):
        level = ["", *(tag for tag in tags if tag in among), ""]
        for before, after in pairwise(level):
            if before == header and after != TRAILER[header]:
                found.append((header, "trailer missing"))
            if after == TRAILER[header] and before != header:
                found.append((after, "trailer without header"))
    return sorted(found)


@within_folder
@given(
    st.lists(st.sampled_from(["ISA", "GS", "ST", "SE", "GE", "IEA"]), max_size=12),
    st.sampled_from([130, 300, 1 << 20]),
)
def test_pairs_are_found_as_by_walking(tmp_path: Path, tags: list[str], chunk_byte_count: int) -> None:
    isa = texts.professional().split(b"~")[0] + b"~"
    text = {
        "ISA": isa,
        "GS": b"GS*HC*S*T*20260210*0900*1*X*005010~",
        "ST": b"ST*837*0001~CLM*A*1***11:B:1~CLM*B*1***11:B:1~",
    }
    data = isa + b"".join(text.get(tag, tag.encode() + b"*1*1~") for tag in tags)
    tables, _, _ = texts.read(data, tmp_path, chunk_byte_count=chunk_byte_count)
    kinds = ("trailer missing", "trailer without header")
    notes = tables["file_note"].filter(pl.col("note_kind").is_in(kinds))
    assert sorted(notes.select("segment", "note_kind").rows()) == _oracle(["ISA", *tags])
