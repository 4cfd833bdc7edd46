from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditlib.schema.core import DOCUMENT, REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents import chart_text, documents
from auditlib.sources.documents.documents import looks_like_documents, read_documents
from auditlib.sources.documents.loose_documents import (
    is_loose_document,
    looks_like_document,
    read_document,
)
from tests.sources.documents.texts import RTF, docx, pdf, scan

NOTE = {
    "document_type": "physician note",
    "title": "Visit",
    "author_role": "nurse",
    "written_at": None,
    "text": "Fine.",
}
GOOD = json.dumps({"encounter_id": "E00001", "documents": [NOTE]}).encode()


def read_lines(path: Path, *lines: bytes) -> list[SourceBatch]:
    path.write_bytes(b"\n".join(lines))
    batches = list(read_documents(path, source_file_id=9))
    for batch in batches:
        assert batch.frames["document"].schema == DOCUMENT.polars_schema
        assert batch.rejected.schema == REJECTED_RECORD.polars_schema
    return batches


def other(encounter_id: str) -> bytes:
    return GOOD.replace(b"E00001", encounter_id.encode())


def test_each_line_is_the_documents_of_one_encounter(tmp_path: Path) -> None:
    two = json.dumps(
        {"encounter_id": "E00002", "documents": [NOTE, {**NOTE, "document_type": "Lab Report"}]}
    ).encode()
    (batch,) = read_lines(tmp_path / "d.ndjson", b"\xef\xbb\xbf" + GOOD, b"", two + b"\r")
    assert (batch.format, batch.transaction_count) == ("document", 2)
    assert batch.rejected.is_empty()
    assert batch.frames["document"].select("document_id", "document_type", "source_offset").rows() == [
        ("E00001:1", "physician note", 0),
        ("E00002:1", "physician note", len(GOOD) + 5),
        ("E00002:2", "lab report", len(GOOD) + 5),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "it is not JSON"),
        (b"7", "it is not a JSON object"),
        (b'"\xff"', "the line is not UTF-8"),
        (GOOD, "encounter_id occurs earlier in this file"),
        (b'{"documents": []}', "encounter_id is missing, too long or holds control characters"),
        (b'{"encounter_id": "X"}', "documents is missing or is not a list"),
        (b'{"encounter_id": "X", "documents": [{"text": "\\udc00"}]}', "it is not JSON"),
        (b"[" * 50_000, "it is not JSON"),
    ],
)
def test_a_bad_line_is_not_loaded_and_the_rest_is_loaded(tmp_path: Path, line: bytes, reason: str) -> None:
    (batch,) = read_lines(tmp_path / "d.ndjson", GOOD, line, other("E00003"))
    assert batch.transaction_count == 3
    assert batch.frames["document"]["encounter_id"].to_list() == ["E00001", "E00003"]
    assert batch.rejected.select("segment", "source_offset", "record_number", "reason").rows() == [
        ("line", len(GOOD) + 1, 2, reason)
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("text", "document 1: it is not a JSON object"),
        ({**NOTE, "text": None}, "document 1: text is missing or is not text"),
        ({**NOTE, "text": " "}, "document 1: the document is empty"),
        ({**NOTE, "text": "a\0b"}, "document 1: the document holds NUL characters"),
        (
            {"document_type": "physician note", "file": "/etc/passwd"},
            "document 1: file leads out of the chart's folder",
        ),
    ],
)
def test_a_bad_document_is_not_loaded_and_its_neighbour_is_loaded(
    tmp_path: Path, entry: object, reason: str
) -> None:
    line = json.dumps({"encounter_id": "E00001", "documents": [entry, NOTE]}).encode()
    (batch,) = read_lines(tmp_path / "d.ndjson", line)
    assert batch.frames["document"]["document_id"].to_list() == ["E00001:2"]
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [("document", 1, reason)]


def test_lines_and_documents_over_the_limit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_text, "LARGEST_DOCUMENT", 50)
    monkeypatch.setattr(documents, "_LARGEST_LINE", 400)
    long_text = json.dumps({"encounter_id": "E00002", "documents": [{**NOTE, "text": "x" * 51}]}).encode()
    (batch,) = read_lines(tmp_path / "d.ndjson", b"y" * 1300, long_text, GOOD, b"z" * 900)
    assert batch.frames["document"]["encounter_id"].to_list() == ["E00001"]
    assert batch.rejected.select("source_offset", "record_number", "reason").rows() == [
        (0, 1, "the line is too long"),
        (1301, 2, "document 1: the document is too large"),
        (1301 + len(long_text) + len(GOOD) + 2, 4, "the line is too long"),
    ]


def test_a_long_file_is_a_stream_of_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_LINES_PER_BATCH", 2)
    batches = read_lines(
        tmp_path / "d.ndjson", *(other(f"E{number:05}") for number in range(5)), other("E00001")
    )
    assert [batch.transaction_count for batch in batches] == [2, 2, 2, 0]
    assert sum(batch.frames["document"].height for batch in batches) == 5
    assert batches[2].rejected["reason"].to_list() == ["encounter_id occurs earlier in this file"]


def test_an_empty_file_has_no_documents(tmp_path: Path) -> None:
    (batch,) = read_lines(tmp_path / "d.ndjson", b"")
    assert batch.transaction_count == 0
    assert batch.frames["document"].is_empty()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lab_report.txt", (1, "lab report", "Lab report")),
        ("03_operative_report.txt", (3, "operative report", "Operative report")),
        ("02-Discharge Summary.TXT", (2, "discharge summary", "Discharge summary")),
        ("physician_note_2.txt", (1, "physician note", "Physician note")),
        ("00_other_wound care.txt", (1, "other", "Other wound care")),
    ],
)
def test_the_name_of_a_lone_document_tells_number_and_type(
    tmp_path: Path, name: str, expected: tuple[int, str, str]
) -> None:
    path = tmp_path / "A0001" / name
    path.parent.mkdir()
    path.write_text("Text.", encoding="utf-8")
    (batch,) = read_document(path, source_file_id=2)
    (row,) = batch.frames["document"].rows(named=True)
    assert (row["document_number"], row["document_type"], row["title"]) == expected
    assert (row["encounter_id"], row["document_id"]) == ("A0001", f"A0001:{expected[0]}")
    assert batch.format == "document file"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("progress note.txt", ("physician note", "Progress note")),
        ("H&P.txt", ("physician note", "H&P")),
        ("HP final.txt", ("physician note", "Hp final")),
        ("OP REPORT 1.txt", ("operative report", "Op report")),
        ("discharge_summary_final.txt", ("discharge summary", "Discharge summary final")),
        ("DC Summary (2).txt", ("discharge summary", "Dc summary")),
        ("2026-01-05 consult.txt", ("physician note", "Consult")),
        ("20260105_labs.txt", ("lab report", "Labs")),
        ("Path Report - smith, j.txt", ("lab report", "Path report smith, j")),
        ("my_lab_report.txt", ("lab report", "My lab report")),
        ("7.txt", ("other", "Other")),
        ("00_wound care.txt", ("other", "Wound care")),
        ("shopping list.txt", ("other", "Shopping list")),
    ],
)
def test_a_document_is_typed_by_the_names_that_people_give_and_never_refused_for_one(
    tmp_path: Path, name: str, expected: tuple[str, str]
) -> None:
    path = tmp_path / "A 1 & 2" / name
    path.parent.mkdir()
    path.write_text("Things to do.", encoding="utf-8")
    assert is_loose_document(path, path.read_bytes())
    (batch,) = read_document(path, source_file_id=2)
    (row,) = batch.frames["document"].rows(named=True)
    assert (row["document_type"], row["title"]) == expected
    assert row["encounter_id"] == "A 1 & 2"
    assert batch.rejected.is_empty()


@pytest.mark.parametrize("name", ["scan0001", "note.2026", "H&P", "x.dat"])
@pytest.mark.parametrize(
    "content", [pdf("Words"), scan("Words"), docx("<w:p><w:r><w:t>Words</w:t></w:r></w:p>"), RTF]
)
def test_a_document_is_known_by_its_content_whatever_its_name(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert is_loose_document(tmp_path / name, content)


def test_a_day_in_a_name_is_no_place_in_the_chart(tmp_path: Path) -> None:
    home = tmp_path / "A0001"
    home.mkdir()
    names = ("01-05-2026 note.txt", "2026-01-06 note.txt", "20260107 note.txt")
    for name in names:
        (home / name).write_text("Text.", encoding="utf-8")
    numbers = [
        batch.frames["document"]["document_number"].item()
        for name in names
        for batch in read_document(home / name, source_file_id=2)
    ]
    assert numbers == [1, 2, 3]


def test_lone_documents_of_one_folder_have_different_numbers(tmp_path: Path) -> None:
    home = tmp_path / "A0001"
    home.mkdir()
    for name in ("lab_report.txt", "physician_note.txt", "02_other.txt", "readme.md"):
        (home / name).write_text("Text.", encoding="utf-8")
    ids = [
        batch.frames["document"]["document_id"].item()
        for path in sorted(home.glob("*.txt"))
        for batch in read_document(path, source_file_id=2)
    ]
    assert ids == ["A0001:2", "A0001:3", "A0001:4"]


@pytest.mark.parametrize("content", [b"", b"a\0b", b"\x81\x8d"])
def test_a_lone_file_that_is_no_text_is_one_rejected_record(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "physician_note.txt"
    path.write_bytes(content)
    (batch,) = read_document(path, source_file_id=2)
    assert batch.frames["document"].is_empty()
    assert batch.rejected["segment"].to_list() == ["file"]


def test_documents_are_recognised_by_their_content() -> None:
    assert looks_like_documents(GOOD + b"\n{")
    assert looks_like_documents(GOOD[:40])
    assert not looks_like_documents(b'{"encounter_id": "A", "encounter_class": "office", "documents": []}')
    assert not looks_like_documents(b'{\n"encounter_id": "A",\n"documents": []}')
    hostile = json.dumps({"encounter_id": "A", "documents": [{**NOTE, "text": '"encounter_class"'}]}).encode()
    assert looks_like_documents(hostile)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"CHIEF COMPLAINT: cough\nHPI: three days.", True),
        ("Temp 37°\n".encode("cp1252"), True),
        ("Temp 37°".encode()[:-1], True),
        (b"Na | K | Cl\n140 | 4 | 101\n", True),
        (b"ISA*00*          *00*", False),
        (b"ST*837*0001~", False),
        (b'{"a": 1}', False),
        (b"<html>", False),
        (b"a|b|c|d|e|f\n1|2|3|4|5|6\n", False),
        (b"a|b|c|d|e|f\n1|2|3|4|5|6|\n", False),
        (b"1|2" * 30, False),
        ("CHIEF COMPLAINT: cough\nHPI: three days.".encode("utf-16"), True),
        ("ISA*00*          *00*".encode("utf-16"), False),
        (b"  \n", False),
        (b"", False),
    ],
)
def test_prose_is_told_from_tables_and_transactions(head: bytes, expected: bool) -> None:  # noqa: FBT001 - a parameter
    assert looks_like_document(head) is expected
