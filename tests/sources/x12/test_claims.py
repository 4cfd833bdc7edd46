from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.schema.core import CLAIM_ADDRESS, CLAIM_TABLES, PATIENT
from auditlib.schema.core_columns import PATIENT_KEYS
from auditlib.sources.batch import OFFSET_BITS
from tests.sources.x12 import texts


def _rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return frame.select(columns).rows()


def test_professional_claim_is_read_in_full(tmp_path: Path) -> None:
    data = texts.professional()
    tables, rejected, formats = texts.read(data, tmp_path)
    assert rejected.is_empty()
    assert formats == ["837P"]
    claim = tables["claim"].row(0, named=True)
    patient_id = claim.pop("patient_id")
    offset = data.index(b"CLM*E1")
    keys = {column.name: claim.pop(column.name) for column in PATIENT_KEYS}
    assert (keys["member_end"], keys["family_name_sound"], keys["given_name_sound"]) == (None, "M14", "O41")
    assert claim == {
        "billing_tax_id": None,
        "batch_number": "77",
        "claim_id": (5 << OFFSET_BITS) + offset,
        "form": "P",
        "patient_control_number": "E1",
        "payer_id": "P0001",
        "payer_name": "FIRST PAYER",
        "payer_sequence": "P",
        "filing_code": "CI",
        "frequency_code": "1",
        "original_reference_number": None,
        "submit_date": date(2026, 2, 10),
        "type_of_bill": None,
        "place_of_service": "11",
        "billing_provider_id": "1999999984",
        "rendering_provider_id": "1999999992",
        "billing_taxonomy_code": None,
        "rendering_taxonomy_code": None,
        "from_date": date(2026, 1, 5),
        "to_date": date(2026, 1, 7),
        "admit_date": None,
        "discharge_status_code": None,
        "drg_code": None,
        "charge_amount": Decimal("150.50"),
        "source_file_id": 5,
        "source_offset": offset,
    }
    assert tables["patient"].filter(patient_id=patient_id).select("birth_date", "sex").rows() == [
        (date(1960, 2, 29), "F")
    ]


def test_professional_lines_are_read_in_full(tmp_path: Path) -> None:
    data = texts.professional()
    line = texts.read(data, tmp_path)[0]["claim_line"]
    first, second = line.head(2).drop("claim_id", "source_file_id").rows(named=True)
    assert first == {
        "line_number": 1,
        "code_system": "CPT",
        "code": "99213",
        "modifier_1": "25",
        "modifier_2": "GT",
        "modifier_3": "59",
        "modifier_4": "76",
        "from_date": date(2026, 1, 5),
        "to_date": date(2026, 1, 5),
        "unit_count": Decimal("1.0000"),
        "unit_code": "UN",
        "charge_amount": Decimal("100.00"),
        "diagnosis_pointer_1": 1,
        "diagnosis_pointer_2": 2,
        "diagnosis_pointer_3": None,
        "diagnosis_pointer_4": None,
        "revenue_code": None,
        "place_of_service": None,
        "ndc": None,
        "ndc_unit_count": None,
        "ndc_unit_code": None,
        "oral_cavity_codes": None,
        "line_control_number": "L1",
        "source_offset": data.index(b"SV1*HC:99213"),
    }
    assert second["code"] == "J1100"
    assert second["code_system"] == "HCPCS"
    assert second["unit_count"] == Decimal("2.5")
    assert second["place_of_service"] == "12"
    assert second["ndc"] == "00409123401"
    assert second["line_control_number"] is None
    assert (second["from_date"], second["to_date"]) == (date(2026, 1, 6), date(2026, 1, 7))


def test_diagnoses_have_roles_pointers_and_no_dots(tmp_path: Path) -> None:
    frame = texts.read(texts.professional(), tmp_path)[0]["claim_diagnosis"]
    columns = ("diagnosis_number", "pointer_number", "code_system", "code", "code_role")
    assert _rows(frame, *columns) == [
        (1, 1, "ICD-10-CM", "E119", "principal"),
        (2, 2, "ICD-10-CM", "I10", "secondary"),
        (3, 3, "ICD-10-CM", "J449", "secondary"),
        (1, 1, "ICD-10-CM", "Z0000", "principal"),
    ]


def test_dependent_is_the_patient_and_other_payers_stay_out(tmp_path: Path) -> None:
    tables, _, _ = texts.read(texts.professional(), tmp_path)
    claim = tables["claim"].row(1, named=True)
    assert claim["payer_id"] == "P0001"
    assert claim["payer_sequence"] == "P"
    assert claim["frequency_code"] == "7"
    assert claim["original_reference_number"] == "OLD-REFERENCE"
    patient = tables["patient"].filter(patient_id=claim["patient_id"]).row(0, named=True)
    assert (patient["birth_date"], patient["sex"]) == (date(2015, 3, 1), "M")
    assert tables["claim_line"].filter(claim_id=claim["claim_id"])["from_date"].to_list() == [
        date(2026, 1, 10)
    ]


def test_institutional_claim_is_read_in_full(tmp_path: Path) -> None:
    tables, rejected, formats = texts.read(texts.institutional(), tmp_path)
    assert rejected.is_empty()
    assert formats == ["837I"]
    claim = tables["claim"].row(0, named=True)
    expected = {
        "form": "I",
        "type_of_bill": "111",
        "place_of_service": None,
        "from_date": date(2026, 1, 1),
        "to_date": date(2026, 1, 4),
        "admit_date": date(2026, 1, 1),
        "discharge_status_code": "01",
        "drg_code": "470",
        "rendering_provider_id": "1999999992",
    }
    assert {name: claim[name] for name in expected} == expected
    assert _rows(tables["claim_diagnosis"], "code", "code_role", "poa_indicator", "pointer_number") == [
        ("M1711", "principal", "Y", 1),
        ("M1711", "admitting", None, None),
        ("R079", "reason for visit", None, None),
        ("I10", "secondary", "N", 2),
        ("W010XXA", "external cause", "Y", None),
    ]
    assert _rows(
        tables["claim_procedure"], "procedure_number", "code_system", "code", "code_role", "procedure_date"
    ) == [
        (1, "ICD-10-PCS", "0SRD0JZ", "principal", date(2026, 1, 2)),
        (2, "ICD-10-PCS", "0SRC0JZ", "other", date(2026, 1, 3)),
    ]
    assert _rows(
        tables["claim_line"], "revenue_code", "code", "code_system", "unit_code", "unit_count", "from_date"
    ) == [
        ("0120", None, None, "DA", Decimal(3), None),
        ("0360", "27447", "CPT", "UN", Decimal(1), date(2026, 1, 2)),
    ]


def test_dental_claim_is_read_in_full(tmp_path: Path) -> None:
    tables, rejected, formats = texts.read(texts.dental(), tmp_path)
    assert rejected.is_empty()
    assert formats == ["837D"]
    assert _rows(tables["claim"], "form", "place_of_service", "from_date") == [("D", "11", date(2026, 1, 15))]
    columns = ("code_system", "code", "unit_count", "charge_amount", "from_date", "diagnosis_pointer_1")
    assert _rows(tables["claim_line"], *columns) == [
        ("CDT", "D2391", Decimal(1), Decimal(210), date(2026, 1, 15), 1)
    ]


@pytest.mark.parametrize(
    ("qualifier", "system", "role"),
    [
        ("BK", "ICD-9-CM", "principal"),
        ("bf", "ICD-9-CM", "secondary"),
        ("BJ", "ICD-9-CM", "admitting"),
        ("PR", "ICD-9-CM", "reason for visit"),
        ("BN", "ICD-9-CM", "external cause"),
        ("aBk", "ICD-10-CM", "principal"),
    ],
)
def test_every_diagnosis_qualifier_is_known(tmp_path: Path, qualifier: str, system: str, role: str) -> None:
    claim = ["CLM*E1*1***11:B:1", f"HI*{qualifier}:250.00", "LX*1", "SV1*HC:99213*1*UN*1***1"]
    body = [*texts.BILLING, *texts.SUBSCRIBER, *claim]
    tables, _, _ = texts.read(texts.written(texts.group("HC", texts.transaction("837", body))), tmp_path)
    assert _rows(tables["claim_diagnosis"], "code_system", "code", "code_role") == [(system, "25000", role)]


def test_older_version_is_read_without_st03(tmp_path: Path) -> None:
    body = [
        *texts.BILLING,
        *texts.SUBSCRIBER,
        "CLM*S1*9*A**0131:A:1",
        "HI*BK:4019*BF:25000",
        "LX*1",
        "SV2*0300**9*UN*1",
    ]
    data = texts.written(texts.group("HC", texts.transaction("837", body), version="004010X096A1"))
    tables, _, _ = texts.read(data, tmp_path)
    assert tables["claim"]["form"].to_list() == ["I"]


@pytest.mark.parametrize(("version", "form"), [("005010X223A2", "I"), ("005010X224A2", "D"), ("", "P")])
def test_form_of_a_claim_without_lines_comes_from_its_version(
    tmp_path: Path, version: str, form: str
) -> None:
    body = [*texts.BILLING, *texts.SUBSCRIBER, "CLM*S1*9***11:B:1"]
    group = texts.group("HC", texts.transaction("837", body, version=version), version="unknown")
    assert texts.read(texts.written(group), tmp_path)[0]["claim"]["form"].to_list() == [form]


def test_pointer_that_is_no_number_is_zero(tmp_path: Path) -> None:
    body = [
        *texts.BILLING,
        *texts.SUBSCRIBER,
        "CLM*E1*1***11:B:1",
        "HI*ABK:I10",
        "LX*1",
        "SV1*HC:99213*1*UN*1***A:1",
    ]
    line = texts.read(texts.written(texts.group("HC", texts.transaction("837", body))), tmp_path)[0][
        "claim_line"
    ]
    assert _rows(line, "diagnosis_pointer_1", "diagnosis_pointer_2", "diagnosis_pointer_3") == [(0, 1, None)]


def test_same_patient_has_one_pseudonym_and_twins_have_two(tmp_path: Path) -> None:
    twin = [segment.replace("OSCAR", "OTTO") for segment in texts.DEPENDENT]
    claim = ["CLM*E3*1***11:B:1", "LX*1", "SV1*HC:99213*1*UN*1***1"]
    body = [*texts.BILLING, *texts.SUBSCRIBER, *texts.DEPENDENT, *claim, *claim, *twin, *claim]
    tables, _, _ = texts.read(texts.written(texts.group("HC", texts.transaction("837", body))), tmp_path)
    first, again, other = tables["claim"]["patient_id"].to_list()
    assert first == again != other
    assert tables["patient"].height == 2


def test_tables_keep_their_contracts(tmp_path: Path) -> None:
    tables, _, _ = texts.read(texts.institutional(), tmp_path)
    for table in (*CLAIM_TABLES, PATIENT):
        if table is CLAIM_ADDRESS:
            # Only FHIR names claims by address.
            assert table.name not in tables
            continue
        assert table.conform(tables[table.name]).equals(tables[table.name])


def test_several_codes_in_one_composite_are_loaded_in_order(tmp_path: Path) -> None:
    data = texts.professional().replace(
        b"HI*ABK:E11.9*abf:I10*ABF:J449", b"HI*ABK:E11.9*ABF:E119:ABF:I10:ABF:J449*ABF:Z000"
    )
    tables, rejected, _ = texts.read(data, tmp_path)
    assert rejected.is_empty()
    first = tables["claim_diagnosis"].filter(pl.col("claim_id") == tables["claim"]["claim_id"][0])
    assert first.select("code", "diagnosis_number", "pointer_number").rows() == [
        ("E119", 1, 1),
        ("E119", 2, 2),
        ("I10", 3, 3),
        ("J449", 4, 4),
        ("Z000", 5, 5),
    ]
    for code, offset in first.select("code", "source_offset").rows()[2:]:
        assert data[offset:].startswith(b"ABF:" + code.encode())


@pytest.mark.field
def test_the_third_code_of_a_real_composite_is_loaded(field_data: Path, tmp_path: Path) -> None:
    data = (field_data / "field_cases/claims/hi_multi_in_one/h.837").read_bytes()
    tables, _, _ = texts.read(data, tmp_path)
    assert tables["claim_diagnosis"]["code"].to_list() == ["J0190", "E119", "I10"]
