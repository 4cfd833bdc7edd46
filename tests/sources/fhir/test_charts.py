"""Encounters, their codes and documents; patients; and what is told of claims again."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path

import polars as pl

from auditlib.sources.fhir import read_fhir
from auditlib.workbench import Workbench
from tests.made_once import workspace_with_code_sets
from tests.reading import gathered
from tests.sources.fhir.texts import CPT, ICD10, NPI, bundle, concept, explanation, written

SNOMED = "http://snomed.info/sct"


def visit(**changes: object) -> dict:
    return {
        "resourceType": "Encounter",
        "id": "V1",
        "status": "finished",
        "class": {"code": "IMP"},
        "subject": {"reference": "Patient/P1"},
        "period": {"start": "2026-01-02T23:30:00-05:00", "end": "2026-01-05"},
        "participant": [{"individual": {"identifier": {"system": NPI, "value": "1234567893"}}}],
        "diagnosis": [
            {"condition": {"reference": "Condition/C2"}, "rank": 1},
            {"condition": {"reference": "Condition/C1"}, "rank": 2},
        ],
        **changes,
    }


def condition(number: str, code: dict, **changes: object) -> dict:
    return {
        "resourceType": "Condition",
        "id": number,
        "encounter": {"reference": "Encounter/V1"},
        "code": code,
        **changes,
    }


def note(content_type: str, data: bytes, **changes: object) -> dict:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": concept("http://loinc.org", "18842-5"),
        "date": "2026-01-05T10:11:12-05:00",
        "context": {"encounter": [{"reference": "Encounter/V1"}]},
        "content": [{"attachment": {"contentType": content_type, "data": base64.b64encode(data).decode()}}],
        **changes,
    }


def _read(tmp_path: Path, *resources: dict) -> dict[str, pl.DataFrame]:
    return gathered(read_fhir(written(tmp_path / "b.json", bundle(*resources)), source_file_id=1))


def test_an_encounter_and_its_codes(tmp_path: Path) -> None:
    snomed_first = {"coding": [{"system": SNOMED, "code": "1"}, {"system": ICD10, "code": "E11.9"}]}
    procedure = {
        "resourceType": "Procedure",
        "id": "R1",
        "status": "completed",
        "encounter": {"reference": "Encounter/V1"},
        "code": concept(CPT, "47562"),
        "performedPeriod": {"start": "2026-01-03"},
    }
    found = _read(
        tmp_path,
        {"resourceType": "Patient", "id": "P1", "birthDate": "1970-01-02", "gender": "male"},
        visit(),
        condition("C1", snomed_first),
        condition("C2", concept(ICD10, "I10")),
        condition("C3", concept(SNOMED, "1")),
        condition("C4", concept(ICD10, "I11"), verificationStatus=concept("x", "refuted")),
        condition("C5", concept(ICD10, "I11"), encounter=None),
        procedure,
        {**procedure, "status": "not-done"},
    )
    encounter = found["encounter"].row(0, named=True)
    assert (encounter["encounter_id"], encounter["encounter_class"]) == ("V1", "inpatient")
    assert (encounter["admit_date"], encounter["discharge_date"]) == (
        dt.date(2026, 1, 2),
        dt.date(2026, 1, 5),
    )
    assert encounter["patient_id"] == found["patient"]["patient_id"].item()
    assert encounter["provider_id"] == "1234567893"
    columns = ["code_number", "code_system", "code", "code_role", "code_date"]
    assert found["encounter_code"].select(columns).rows() == [
        (1, "ICD-10-CM", "E119", "secondary", None),
        (2, "ICD-10-CM", "I10", "principal", None),
        (1001, "CPT", "47562", "procedure", dt.date(2026, 1, 3)),
    ]
    assert found["rejected"].height == 4


def test_encounters_that_did_not_take_place_or_have_no_days_are_not_loaded(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        visit(id="A", status="cancelled"),
        visit(id="B", period={}),
        visit(id="C", period={"start": "2026-01-02"}),
        visit(id="D", period={"start": "2026-01-02", "end": "2026-01-01"}),
        visit(id="E" * 40),
        visit(id="F", **{"class": {"code": "AMB"}}, period={"start": "2026-01-02"}),
    )
    assert found["encounter"]["encounter_id"].to_list() == ["F"]
    assert found["encounter"]["discharge_date"].to_list() == [dt.date(2026, 1, 2)]
    assert found["rejected"].height == 5


def test_numbers_go_on_from_chunk_to_chunk(tmp_path: Path) -> None:
    codes = [condition(f"C{number}", concept(ICD10, f"A{number}")) for number in range(10, 40)]
    path = written(tmp_path / "c.ndjson", *codes)
    found = gathered(read_fhir(path, source_file_id=1, chunk_byte_count=1_000))["encounter_code"]
    assert found["code_number"].to_list() == list(range(1, 31))
    assert found["code_role"].to_list() == ["principal"] + ["secondary"] * 29


def test_documents_are_typed_and_others_not_loaded(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        note("text/plain", b"HOSPITAL COURSE\r\nWell."),
        note(
            "text/html", b"<h1>Plan</h1><p>Rest &amp; fluids</p>", type=concept("http://loinc.org", "11504-8")
        ),
        note("text/plain", b"Words.", type=None),
        note("image/png", b"\x89PNG"),
        note("text/plain", b""),
        note("text/plain", b"x", status="superseded"),
        note("text/plain", b"x", context={}),
        note("text/plain", b"x", content=[{"attachment": {"contentType": "text/plain", "url": "Binary/1"}}]),
        note("text/plain", b"x", content=[{"attachment": {"contentType": "text/plain", "data": "%%%"}}]),
    )
    documents = found["document"]
    assert documents["document_id"].to_list() == ["V1:1", "V1:2", "V1:3"]
    assert documents["document_type"].to_list() == ["discharge summary", "operative report", "other"]
    assert documents["text"][0] == "HOSPITAL COURSE\nWell."
    assert "Rest & fluids" in documents["text"][1]
    assert documents["written_at"][0] == dt.datetime(2026, 1, 5, 10, 11, 12)  # noqa: DTZ001 - local time as written
    assert found["rejected"].height == 6


def test_a_claim_is_told_again_whatever_its_file(tmp_path: Path) -> None:
    """Blanks, order of keys, elements that are not read, and when it was sent make no difference."""
    patient = {"resourceType": "Patient", "id": "P1", "birthDate": "1970-01-02"}
    first = written(tmp_path / "1.json", explanation(), indent=2)
    again = dict(reversed(explanation(created="2026-05-01", meta={"versionId": "2"}).items()))
    second = written(tmp_path / "2.json", bundle(again, patient, explanation(id="NEW")))
    clock = lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC)  # noqa: E731 - read as one word
    workbench = Workbench.open(workspace_with_code_sets(tmp_path / "W"), clock=clock)
    report = workbench.files.load([first, second])
    assert report.files["claim_count"].to_list() == [1, 1]
    assert report.files["remit_claim_count"].to_list() == [1, 1]
    rejected = workbench.files.not_loaded().frame
    assert "1.json already holds it" in rejected["reason"].item()
    money = {
        row["table_name"]: row["row_count"]
        for row in workbench.files.money_totals().frame.iter_rows(named=True)
    }
    assert money["claim"] == money["remit_claim"] == 2
    assert json.loads(first.read_text())["id"] == "EOB1"
    assert workbench.claims.matching_methods().frame["is_matched"].all()
