"""What each element becomes: small resources in, rows out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.fhir import read_fhir
from auditlib.sources.tabular.coded_encounter import pseudonym
from tests.reading import gathered
from tests.sources.fhir.texts import (
    ADJUDICATION,
    CARC,
    CARIN,
    CPT,
    GROUP,
    HCPCS,
    ICD10,
    NPI,
    PCS,
    bundle,
    concept,
    explanation,
    judged,
    written,
)

DAY = dt.date(2026, 3, 1)
Read = Callable[..., dict[str, pl.DataFrame]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read resources as one file of lines."""

    def reader(*resources: object) -> dict[str, pl.DataFrame]:
        return gathered(read_fhir(written(tmp_path / "file.ndjson", *resources), source_file_id=1))

    return reader


def test_a_claim_has_its_header(read: Read) -> None:
    claim = read(explanation())["claim"].row(0, named=True)
    expected = {
        "claim_id": 1 << 40,
        "form": "P",
        "patient_control_number": "ACCOUNT-1",
        "patient_id": pseudonym("", "P1"),
        "payer_id": "PLAN",
        "payer_name": "Sample Plan",
        "payer_sequence": "P",
        "frequency_code": None,
        "submit_date": None,
        "billing_provider_id": "1234567893",
        "rendering_provider_id": "1999999992",
        "from_date": DAY,
        "to_date": DAY,
        "charge_amount": Decimal("200.10"),
        "source_file_id": 1,
        "source_offset": 0,
    }
    assert {name: claim[name] for name in expected} == expected


def test_diagnoses_keep_their_order_and_the_principal_is_named(read: Read) -> None:
    found = read(explanation())["claim_diagnosis"]
    columns = ["diagnosis_number", "pointer_number", "code_system", "code", "code_role"]
    assert found.select(columns).rows() == [
        (1, 2, "ICD-10-CM", "E119", "secondary"),
        (2, 1, "ICD-10-CM", "I10", "principal"),
    ]


def test_without_roles_the_first_diagnosis_is_principal(read: Read) -> None:
    codes = [{"sequence": n, "diagnosisCodeableConcept": concept(ICD10, f"A0{n}")} for n in (1, 2)]
    assert read(explanation(diagnosis=codes))["claim_diagnosis"]["code_role"].to_list() == [
        "principal",
        "secondary",
    ]


def test_of_several_principal_diagnoses_the_first_counts_and_poa_is_read(read: Read) -> None:
    principal = [concept("http://terminology.hl7.org/CodeSystem/ex-diagnosistype", "principal")]
    extension = {
        "url": "https://bluebutton.cms.gov/resources/variables/clm_poa_ind_sw2",
        "valueCoding": {"code": "n"},
    }
    codes = [
        {
            "sequence": 1,
            "diagnosisCodeableConcept": concept(ICD10, "I10"),
            "type": principal,
            "onAdmission": concept("x", "y"),
        },
        {
            "sequence": 2,
            "diagnosisCodeableConcept": concept(ICD10, "I11"),
            "type": principal,
            "extension": [extension],
        },
    ]
    found = read(explanation(diagnosis=codes))["claim_diagnosis"]
    assert found.select("code_role", "poa_indicator").rows() == [("principal", "Y"), ("secondary", "N")]


def test_a_code_in_an_unknown_system_is_not_loaded_and_the_known_of_two_is_taken(read: Read) -> None:
    both = {"coding": [{"system": "http://snomed.info/sct", "code": "1"}, {"system": ICD10, "code": "I10"}]}
    codes = [
        {"sequence": 1, "diagnosisCodeableConcept": both},
        {"sequence": 2, "diagnosisCodeableConcept": concept("http://snomed.info/sct", "2")},
    ]
    found = read(explanation(diagnosis=codes))
    assert found["claim_diagnosis"]["code"].to_list() == ["I10"]
    assert "in no known code system" in found["rejected"]["reason"].item()


def test_lines_have_codes_modifiers_pointers_days_units_and_charges(read: Read) -> None:
    lines = read(explanation())["claim_line"]
    columns = [
        "line_number",
        "code_system",
        "code",
        "modifier_1",
        "diagnosis_pointer_1",
        "diagnosis_pointer_2",
    ]
    assert lines.select(columns).rows() == [
        (1, "CPT", "99213", "25", 1, 2),
        (2, "HCPCS", "J1100", None, 2, None),
    ]
    columns = ["from_date", "to_date", "unit_count", "charge_amount", "line_control_number"]
    assert lines.select(columns).rows() == [
        (DAY, DAY, Decimal(1), Decimal("150.10"), "1"),
        (DAY, dt.date(2026, 3, 2), Decimal("2.5"), Decimal(50), "2"),
    ]


def test_the_answer_is_a_remittance_with_the_patients_share_and_the_reason(read: Read) -> None:
    found = read(explanation())
    remittance = found["remittance"].row(0, named=True)
    assert (remittance["payment_amount"], remittance["payment_date"]) == (
        Decimal("74.50"),
        dt.date(2026, 3, 20),
    )
    paid = found["remit_claim"].row(0, named=True)
    assert paid["patient_control_number"] == "ACCOUNT-1"
    assert paid["payer_claim_control_number"] == "PAYER-7"
    assert (paid["claim_status_code"], paid["received_date"]) == ("1", dt.date(2026, 3, 5))
    assert found["remit_line"].select("paid_amount", "allowed_amount").rows() == [
        (Decimal("74.50"), Decimal(100)),
        (Decimal(0), None),
    ]
    columns = ["line_number", "group_code", "reason_code", "adjustment_amount"]
    assert found["adjustment"].select(columns).rows() == [
        (1, "PR", "1", Decimal(20)),
        (1, "PR", "3", Decimal("5.50")),
        # Told without an amount, on a line for which nothing was paid: the whole charge.
        (2, "CO", "16", Decimal(50)),
    ]
    assert found["remark"].select("line_number", "remark_code").rows() == [(2, "N56")]


def test_a_reason_without_group_or_amount_on_a_paid_line_is_other_and_nothing(read: Read) -> None:
    item = explanation()["item"][0]
    item["adjudication"].append(judged("denialreason", None, (CARC, "45")))
    found = read(explanation(item=[item]))["adjustment"].tail(1)
    assert found.select("group_code", "reason_code", "adjustment_amount").rows() == [("OA", "45", Decimal(0))]


def test_an_amount_with_its_reason_is_kept(read: Read) -> None:
    item = explanation()["item"][0]
    item["adjudication"].append(judged("denialreason", 50.1, (CARC, "45"), (GROUP, "CO")))
    found = read(explanation(item=[item]))["adjustment"].tail(1)
    assert found.select("group_code", "adjustment_amount").rows() == [("CO", Decimal("50.10"))]


def test_medicares_variables_overrule_the_codes_beside_them(read: Read) -> None:
    variable = "https://bluebutton.cms.gov/resources/variables/"

    def told(code: str, name: str, value: float) -> dict:
        category = concept(ADJUDICATION, code)
        category["coding"].append({"system": "x", "code": variable + name})
        return {"category": category, "amount": {"value": value}}

    item = {
        "sequence": 1,
        "adjudication": [
            told("submitted", "rev_cntr_rate_amt", 9),
            told("submitted", "rev_cntr_tot_chrg_amt", 40),
        ],
        "revenue": concept("https://www.nubc.org/CodeSystem/RevenueCodes", "450"),
    }
    resource = explanation(
        item=[item], total=[], payment={}, type=concept(f"{variable}nch_clm_type_cd", "40")
    )
    found = read(resource)
    assert found["claim"].select("form", "charge_amount").rows() == [("I", Decimal(40))]
    assert found["claim_line"].select("revenue_code", "charge_amount").rows() == [("0450", Decimal(40))]
    assert found["remit_claim"].is_empty()


def test_a_type_of_bill_is_one_code_or_three(read: Read) -> None:
    institutional = concept("http://terminology.hl7.org/CodeSystem/claim-type", "institutional")

    def bill(code: str) -> dict:
        return {
            "category": concept(f"{CARIN}/C4BBSupportingInfoType", "typeofbill"),
            "code": concept("https://www.nubc.org/CodeSystem/TypeOfBill", code),
        }

    variable = "https://bluebutton.cms.gov/resources/variables/"
    facility = {"extension": [{"url": f"{variable}clm_fac_type_cd", "valueCoding": {"code": "1"}}]}
    kind = [{"url": f"{variable}clm_srvc_clsfctn_type_cd", "valueCoding": {"code": "3"}}]
    found = read(
        explanation(type=institutional, supportingInfo=[bill("0117")]),
        explanation(type=institutional, supportingInfo=[bill("1")], facility=facility, extension=kind),
    )["claim"]
    assert found.select("type_of_bill", "frequency_code").rows() == [("117", "7"), ("131", "1")]


def test_the_older_shape_of_blue_button_is_read(read: Read) -> None:
    item = {
        "sequence": 1,
        "service": concept("https://bluebutton.cms.gov/resources/codesystem/hcpcs", "G0008"),
        "diagnosisLinkId": [1],
        "net": {"value": 12.5},
    }
    resource = {
        "resourceType": "ExplanationOfBenefit",
        "id": "carrier-1",
        "status": "active",
        "identifier": [{"system": "https://bluebutton.cms.gov/resources/variables/clm_id", "value": "-17"}],
        "type": concept("http://hl7.org/fhir/ex-claimtype", "institutional"),
        "insurance": {"coverage": {"reference": "Coverage/1"}},
        "hospitalization": {"start": "2026-01-01", "end": "2026-01-03"},
        "billablePeriod": {"start": "2026-01-01", "end": "2026-01-03"},
        "information": [
            {
                "category": concept(
                    "x", "https://bluebutton.cms.gov/resources/variables/ptnt_dschrg_stus_cd"
                ),
                "code": concept("y", "1"),
            }
        ],
        "organization": {"identifier": {"system": NPI, "value": "1234567893"}},
        "totalCost": {"value": 12.5},
        "item": [item],
        "payment": {"amount": {"value": 3}},
    }
    found = read(resource)
    claim = found["claim"].row(0, named=True)
    assert (claim["patient_control_number"], claim["payer_id"], claim["form"]) == ("-17", "CMS", "I")
    assert (claim["admit_date"], claim["discharge_status_code"]) == (dt.date(2026, 1, 1), "01")
    assert claim["billing_provider_id"] == "1234567893"
    assert found["claim_line"].select("code", "diagnosis_pointer_1").rows() == [("G0008", 1)]


def test_one_object_where_the_standard_has_an_array_is_understood(read: Read) -> None:
    resource = explanation()
    resource["diagnosis"] = resource["diagnosis"][0]
    resource["careTeam"] = resource["careTeam"][0]
    resource["payment"] = [resource["payment"]]
    resource["unknown"] = {"deep": [1, {"x": None}]}
    found = read(resource, explanation(id="EOB2"))
    assert found["claim"].height == 2
    assert found["claim_diagnosis"].height == 3
    assert found["remit_claim"]["paid_amount"].to_list() == [Decimal("74.50")] * 2


@pytest.mark.parametrize("status", ["cancelled", "draft", "entered-in-error"])
def test_what_is_not_in_force_or_asks_beforehand_is_not_loaded(read: Read, status: str) -> None:
    found = read(explanation(status=status), explanation(use="predetermination"), explanation(id="good"))
    assert found["claim"].height == 1
    assert min(found["rejected"]["source_offset"].to_list()) == 0
    assert found["rejected"].height == 2


def test_a_claim_bills_and_a_response_answers_it(read: Read) -> None:
    claim = explanation(resourceType="Claim", total={"value": 200.1}, item=explanation()["item"][:1])
    claim["item"][0].pop("adjudication")
    claim["item"][0]["net"] = {"value": 200.1}
    claim["supportingInfo"] = []
    claim["insurance"] = [{"focal": True, "coverage": {"display": "Other Plan"}}]
    response = {
        "resourceType": "ClaimResponse",
        "id": "R1",
        "status": "active",
        "outcome": "complete",
        "identifier": [{"value": "PAYER-7"}],
        "request": {"reference": "Claim/EOB1"},
        "insurer": {"identifier": {"value": "PLAN"}},
        "payment": {"amount": {"value": 10}, "date": "2026-04-02"},
        "item": [{"itemSequence": 1, "adjudication": [judged("submitted", 200.1), judged("benefit", 10)]}],
    }
    found = read(claim, response, {**response, "outcome": "queued"})
    assert found["claim"].select("patient_control_number", "payer_name", "submit_date").rows() == [
        ("PAYER-7", "Other Plan", dt.date(2026, 4, 1))
    ]
    assert found["remit_claim"].select("patient_control_number", "charge_amount", "paid_amount").rows() == [
        ("PAYER-7", Decimal("200.10"), Decimal(10))
    ]
    assert found["remit_line"]["line_control_number"].to_list() == ["1"]
    assert "has no amount" in found["rejected"]["reason"].item()


def test_a_claim_that_tells_no_charge_is_not_loaded_and_a_line_without_one_is_noted(read: Read) -> None:
    bare = explanation(total=[], item=[{"sequence": 1}])
    partly = explanation(item=[{"sequence": 1, "productOrService": concept(CPT, "99213")}])
    found = read(bare, partly)
    assert found["claim"].height == found["claim_line"].height == 1
    assert found["claim_line"]["charge_amount"].item() == 0
    assert sorted(found["rejected"]["reason"].to_list()) == [
        "ExplanationOfBenefit not loaded: it has no amount, neither on the claim nor on its lines",
        "a line has no charge: taken as 0",
        "a line has no charge: taken as 0",
    ]


def test_procedures_replaced_claims_and_contained_people(read: Read) -> None:
    resource = explanation(
        procedure=[
            {
                "sequence": 2,
                "procedureCodeableConcept": concept(PCS, "0DTJ4ZZ"),
                "date": "2026-03-01T10:00:00Z",
            },
            {"sequence": 1, "procedureCodeableConcept": concept(PCS, "0FT44ZZ")},
        ],
        related=[
            {
                "claim": {"reference": "ExplanationOfBenefit/OLD"},
                "relationship": concept(
                    "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship", "prior"
                ),
            }
        ],
        contained=[
            {
                "resourceType": "Patient",
                "id": "who",
                "identifier": [{"value": "M1"}],
                "birthDate": "1970-01-02",
                "gender": "female",
            },
            {
                "resourceType": "Organization",
                "id": "org",
                "identifier": [{"value": "x"}, {"system": NPI, "value": "1"}],
            },
        ],
        patient={"reference": "#who"},
        provider={"reference": "#org"},
    )
    found = read(resource)
    assert found["claim_procedure"].select("code", "code_role", "procedure_date").rows() == [
        ("0DTJ4ZZ", "other", DAY),
        ("0FT44ZZ", "principal", None),
    ]
    claim = found["claim"].row(0, named=True)
    assert (claim["frequency_code"], claim["original_reference_number"]) == ("7", "OLD")
    assert claim["billing_provider_id"] == "1"
    assert found["patient"].select("patient_id", "birth_date", "sex").rows() == [
        (pseudonym("", "M1"), dt.date(1970, 1, 2), "F")
    ]


def test_drugs_extra_modifiers_and_odd_pointers(read: Read) -> None:
    ndc = "http://hl7.org/fhir/sid/ndc"
    item = {
        "sequence": 1,
        "diagnosisSequence": ["x"],
        "productOrService": concept(ndc, "00777310502"),
        "modifier": [
            concept("http://unitsofmeasure.org", "GG"),
            *(concept(HCPCS, code) for code in ("A1", "a2", "A3", "A4", "A5")),
        ],
        "net": {"value": 1},
    }
    found = read(explanation(item=[item]))
    line = found["claim_line"].row(0, named=True)
    assert (line["ndc"], line["code"], line["diagnosis_pointer_1"]) == ("00777310502", None, 0)
    assert [line[f"modifier_{n}"] for n in range(1, 5)] == ["A1", "A2", "A3", "A4"]
    # The line has no day of its own: it has its claim's, which is one day.
    assert line["from_date"] == DAY
    assert "more than four modifiers" in found["rejected"]["reason"].item()


def test_every_row_says_where_its_resource_starts(tmp_path: Path) -> None:
    path = written(tmp_path / "b.json", bundle(explanation(), explanation(id="EOB2")), indent=1)
    content = path.read_bytes()
    for frame in gathered(read_fhir(path, source_file_id=1)).values():
        for offset in frame["source_offset"].to_list():
            assert content[offset : offset + 1] == b"{"
            assert b'"resourceType"' in content[offset : offset + 40]
