from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.document_list import (
    listed_files,
    looks_like_document_list,
    read_document_list,
)
from auditlib.sources.documents.documents import read_documents
from auditlib.sources.find_files import collect_files
from tests.sources.documents.texts import RTF, pdf


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "1.pdf").write_bytes(pdf("Discharge summary\nHome"))
    (scans / "2.rtf").write_bytes(RTF)
    (scans / "3.txt").write_text("Na 140", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    return tmp_path


def read(path: Path, content: str) -> SourceBatch:
    path.write_text(content, encoding="utf-8")
    (batch,) = read_document_list(path, source_file_id=4)
    return batch


def test_a_table_says_which_file_documents_which_encounter(listed: Path) -> None:
    content = (
        "encounter_id;file;document_type;title;written_at;page\n"
        "A1;scans/1.pdf;;;;7\nA2;scans/2.rtf;;Hernia;2026-01-05T10:20:00;1\nA1;scans/3.txt;lab report;;;1\n"
    )
    path = listed / "list.csv"
    batch = read(path, content)
    assert looks_like_document_list(content.encode())
    assert batch.frames["document"].select(
        "document_id", "document_type", "title", "source_offset"
    ).rows() == [
        ("A1:1", "discharge summary", "Discharge summary", 54),
        ("A2:1", "operative report", "Hernia", 74),
        ("A1:2", "lab report", "Lab report", 119),
    ]
    assert batch.rejected["reason"].to_list() == ["columns that were not read: page"]
    assert collect_files([listed]) == [path, listed / "secret.txt"]


def test_what_a_list_names_wrongly_is_not_loaded_alone(listed: Path) -> None:
    path = listed / "in" / "list.csv"
    path.parent.mkdir()
    (path.parent / "ok.txt").write_text("Plan: rest", encoding="utf-8")
    batch = read(path, "encounter_id,file\nA1,../secret.txt\n,ok.txt\nA1,none.txt\nA1,ok.txt\nA1,\n")
    assert batch.frames["document"]["document_id"].to_list() == ["A1:3"]
    assert batch.rejected.select("record_number", "reason").rows() == [
        (1, "document 1: file leads out of the chart's folder"),
        (2, "encounter_id is missing, too long or holds control characters"),
        (3, "document 2: the file does not exist"),
        (5, "document 4: file is missing"),
    ]


def test_lines_of_json_may_name_files_too(listed: Path) -> None:
    entries = [{"file": "scans/1.pdf"}, {"text": "Plan: rest"}, {"file": 7}, "x"]
    path = listed / "list.ndjson"
    path.write_text(
        json.dumps({"encounter_id": "A1", "documents": entries}) + '\n{"file": [\n', encoding="utf-8"
    )
    (batch,) = read_documents(path, source_file_id=4)
    assert batch.frames["document"].select("document_id", "document_type").rows() == [
        ("A1:1", "discharge summary"),
        ("A1:2", "other"),
    ]
    assert listed_files(path) == {(listed / "scans" / "1.pdf").resolve()}


def test_other_files_name_none(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for content in (b"", b"a,b\n1,2\n", b"encounter_id,file\nA,a\0b\n", b"encounter_id,file,file\nA,b,c\n"):
        path.write_bytes(content)
        assert listed_files(path) == frozenset()
    assert listed_files(tmp_path / "none.csv") == frozenset()
