from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.schema import CORE_TABLES
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents import chart_text, documents
from auditlib.sources.documents.charts import chart_files, looks_like_chart, read_chart

TABLES = {table.name: table for table in CORE_TABLES}
CHART: Mapping[str, object] = {
    "encounter_id": "A0001",
    "encounter_class": "office",
    "birth_date": "1958-02-11",
    "sex": "F",
    "admit_date": "2026-01-13",
    "discharge_date": "2026-01-13",
    "facility_id": "1999900012",
    "provider_id": "1999900020",
    "coder_id": "C01",
    "coded_date": "2026-01-15",
    "discharge_status_code": None,
    "billed_drg_code": None,
    "documents": [
        {
            "file": "01_physician_note.txt",
            "document_type": "physician note",
            "title": "Office visit",
            "author_role": "family physician",
            "written_at": "2026-01-13T10:20:00",
        },
        {"file": "02_lab_report.txt", "document_type": "lab report"},
    ],
    "codes": [
        {"code_system": "ICD-10-CM", "code": "E11.22", "code_role": "principal", "poa_indicator": None},
        {
            "code_system": "HCPCS",
            "code": "J1885",
            "modifiers": ["JZ"],
            "unit_count": 4,
            "code_date": "2026-01-13",
        },
    ],
}


def chart(folder: Path, **changes: object) -> Path:
    home = folder / "A0001"
    home.mkdir(exist_ok=True)
    (home / "01_physician_note.txt").write_bytes(
        "\ufeffHPI: café au lait macule.\r\nPlan: none.\r\n".encode()
    )
    (home / "02_lab_report.txt").write_bytes("Temp 37°".encode("cp1252"))
    path = home / "encounter.json"
    path.write_text(json.dumps({**CHART, **changes}), encoding="utf-8")
    return path


def read(path: Path) -> SourceBatch:
    (batch,) = read_chart(path, source_file_id=5)
    for name, frame in batch.frames.items():
        assert frame.schema == TABLES[name].polars_schema
    return batch


def with_document(folder: Path, **changes: object) -> SourceBatch:
    entry = {"file": "01_physician_note.txt", "document_type": "physician note", **changes}
    return read(
        chart(folder, documents=[entry, {"file": "02_lab_report.txt", "document_type": "lab report"}])
    )


def with_code(folder: Path, entry: object) -> SourceBatch:
    return read(
        chart(folder, codes=[entry, {"code_system": "ICD-10-CM", "code": "I10", "code_role": "secondary"}])
    )


def test_a_chart_is_its_encounter_patient_codes_and_documents(tmp_path: Path) -> None:
    batch = read(chart(tmp_path))
    assert (batch.format, batch.transaction_count) == ("chart", 1)
    assert batch.rejected.is_empty()
    (encounter,) = batch.frames["encounter"].rows(named=True)
    assert (encounter["encounter_id"], encounter["coded_date"]) == ("A0001", dt.date(2026, 1, 15))
    assert batch.frames["patient"].select("patient_id", "birth_date").rows() == [
        (encounter["patient_id"], dt.date(1958, 2, 11))
    ]
    note, lab = batch.frames["document"].rows(named=True)
    assert note["text"] == "HPI: café au lait macule.\nPlan: none.\n"
    assert note["written_at"] == dt.datetime(2026, 1, 13, 10, 20)  # noqa: DTZ001 - local time, as written
    assert (note["document_id"], lab["document_id"]) == ("A0001:1", "A0001:2")
    assert (lab["text"], lab["title"], lab["author_role"], lab["written_at"]) == (
        "Temp 37°",
        "Lab report",
        None,
        None,
    )
    codes = batch.frames["encounter_code"]
    assert codes.select("code_number", "code", "code_role", "modifier_1", "unit_count").rows() == [
        (1, "E1122", "principal", None, None),
        (2, "J1885", "procedure", "JZ", Decimal("4.0000")),
    ]
    assert set(codes["source_offset"]) == {0}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"not json", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[1]", "it is not a JSON object"),
        (b'{"encounter_id": "\\ud800"}', "it is not JSON"),
        (b'{"encounter_id": "\xe9"}', "the file is not UTF-8"),
        (b'{"encounter_id": ["A"]}', "encounter_id is not text"),
        (b'{"encounter_id": "A", "codes": {}}', "codes is not a list"),
        (
            b'{"encounter_id": "A", "encounter_class": "spa", "admit_date": "2026-01-01"}',
            "encounter_class is not known",
        ),
        (
            b'{"encounter_class": "office", "admit_date": "2026-13-01"}',
            "encounter_id is missing; admit_date is not a date",
        ),
    ],
)
def test_a_chart_without_a_readable_encounter_is_not_loaded_whole(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "encounter.json"
    path.write_bytes(content)
    batch = read(path)
    assert all(frame.is_empty() for frame in batch.frames.values())
    assert batch.rejected["reason"].to_list() == [reason]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"file": "absent.txt"}, "the file does not exist"),
        ({"file": None}, "file is missing"),
        ({"file": 7}, "the file does not exist"),
        ({"file": ["x"]}, "file is not text"),
        ({"file": "."}, "the file does not exist"),
        ({"file": "../secret.txt"}, "file leads out of the chart's folder"),
        ({"file": "/etc/passwd"}, "file leads out of the chart's folder"),
        ({"file": "link.txt"}, "file leads out of the chart's folder"),
        ({"file": "a\0b.txt"}, "file is not a file name"),
        ({"file": "empty.txt"}, "the document is empty"),
        ({"file": "binary.txt"}, "the file is not text in a known encoding"),
        ({"file": "unknown.txt"}, "the file is not text in a known encoding"),
        ({"document_type": "scan"}, "document_type is not known"),
        ({"written_at": "yesterday"}, "written_at is not a time"),
        ({"author": "x"}, "unknown keys: author"),
    ],
)
def test_a_document_that_cannot_be_read_is_not_loaded_alone(
    tmp_path: Path, changes: Mapping[str, object], reason: str
) -> None:
    (tmp_path / "secret.txt").write_text("not of this chart", encoding="utf-8")
    home = chart(tmp_path).parent
    (home / "empty.txt").write_bytes(b" \r\n")
    (home / "binary.txt").write_bytes("no mark".encode("utf-16-le"))
    (home / "unknown.txt").write_bytes(b"\x81\x8d")
    (home / "link.txt").symlink_to(tmp_path / "secret.txt")
    batch = with_document(tmp_path, **changes)
    assert batch.frames["document"]["document_number"].to_list() == [2]
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [
        ("document", 1, f"document 1: {reason}")
    ]


def test_a_document_over_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_text, "LARGEST_DOCUMENT", 20)
    batch = with_document(tmp_path)
    assert batch.frames["document"]["text"].to_list() == ["Temp 37°"]
    assert batch.rejected["reason"].to_list() == ["document 1: the document is too large"]


def test_a_chart_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "encounter.json"
    with path.open("wb") as stream:
        stream.truncate(documents.LARGEST_DOCUMENT + 1)
    assert read(path).rejected["reason"].to_list() == ["the file is too large"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("I10", "it is not a JSON object"),
        ({"code_system": "CPT", "code": None}, "code is missing"),
        ({"code_system": "LOINC", "code": "1"}, "code_system is not known"),
        ({"code_system": "CPT", "code": "99213", "modifiers": "25"}, "modifiers is not a list of modifiers"),
        (
            {"code_system": "CPT", "code": "99213", "modifiers": ["1"] * 5},
            "modifiers is not a list of modifiers",
        ),
        (
            {"code_system": "CPT", "code": "99213", "modifiers": [["25"]]},
            "modifiers is not a list of modifiers",
        ),
        ({"code_system": "CPT", "code": "99213", "modifiers": ["x"]}, "modifier_1 is not a modifier"),
        ({"code_system": "CPT", "code": True}, "code is not text"),
        ({"code_system": "CPT", "code": "99213", "unit_count": "one"}, "unit_count is not a quantity"),
        ({"code_system": "CPT", "code": "99213", "unit_count": float("nan")}, "unit_count is not text"),
        ({"code_system": "ICD-10-CM", "code": "I10", "poa": "Y"}, "unknown keys: poa"),
    ],
)
def test_a_code_that_cannot_be_read_is_not_loaded_alone(tmp_path: Path, entry: object, reason: str) -> None:
    batch = with_code(tmp_path, entry)
    assert batch.frames["encounter_code"]["code_number"].to_list() == [2]
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [
        ("code", 1, f"code 1: {reason}")
    ]


def test_keys_of_the_encounter_that_nobody_reads_are_reported(tmp_path: Path) -> None:
    batch = read(chart(tmp_path, insurance="x"))
    assert batch.frames["encounter"].height == 1
    assert batch.rejected["reason"].to_list() == ["unknown keys: insurance"]


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    path = chart(tmp_path)
    hostile = "<script>alert(1)</script> '; drop table core.document; -- \u202e {{7*7}}"
    (path.parent / "01_physician_note.txt").write_text(hostile, encoding="utf-8")
    assert read(path).frames["document"]["text"][0] == hostile


def test_a_chart_tells_which_files_are_its_own(tmp_path: Path) -> None:
    path = chart(tmp_path)
    assert chart_files(path) == {
        (path.parent / name).resolve() for name in ("01_physician_note.txt", "02_lab_report.txt")
    }
    path.write_text('{"documents": [{"file": "a\\u0000"}, 7, {"file": 1}]}', encoding="utf-8")
    assert chart_files(path) == frozenset()
    path.write_text("{", encoding="utf-8")
    assert chart_files(path) == frozenset()


def test_charts_are_recognised_by_their_content() -> None:
    assert looks_like_chart(b'\xef\xbb\xbf\r\n{ "encounter_id": "A", "encounter_class": "office"')
    assert not looks_like_chart(b'{"encounter_id": "A", "documents": []}')
    assert not looks_like_chart(b"ISA*00*")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(CHART)), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"encounter_id": JSON, "documents": JSON, "codes": JSON, "sex": JSON}))
def test_no_json_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, changes: Mapping[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "encounter.json"
    path.write_text(json.dumps({**CHART, **changes}), encoding="utf-8")
    batch = read(path)
    assert batch.frames["encounter"].height + batch.rejected.height > 0
