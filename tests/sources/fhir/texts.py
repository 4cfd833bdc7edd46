"""Small resources made by hand for the tests."""

from __future__ import annotations

import json
from pathlib import Path

NPI = "http://hl7.org/fhir/sid/us-npi"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CARC = "https://x12.org/codes/claim-adjustment-reason-codes"
RARC = "https://x12.org/codes/remittance-advice-remark-codes"
GROUP = "https://x12.org/codes/claim-adjustment-group-codes"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
CARIN = "http://hl7.org/fhir/us/carin-bb/CodeSystem"


def concept(system: str, code: str) -> dict:
    """A concept with one coding."""
    return {"coding": [{"system": system, "code": code}]}


def judged(code: str, value: float | None = None, *reasons: tuple[str, str]) -> dict:
    """One adjudication."""
    told: dict = {"category": concept(ADJUDICATION, code)}
    if value is not None:
        told["amount"] = {"value": value, "currency": "USD"}
    if reasons:
        told["reason"] = {"coding": [{"system": system, "code": reason} for system, reason in reasons]}
    return told


def explanation(**changes: object) -> dict:
    """A professional claim of two lines, one of them denied."""
    return {
        "resourceType": "ExplanationOfBenefit",
        "id": "EOB1",
        "status": "active",
        "use": "claim",
        "outcome": "complete",
        "identifier": [{"type": concept(f"{CARIN}/C4BBIdentifierType", "uc"), "value": "PAYER-7"}],
        "type": concept("http://terminology.hl7.org/CodeSystem/claim-type", "professional"),
        "patient": {"reference": "Patient/P1"},
        "billablePeriod": {"start": "2026-03-01", "end": "2026-03-01"},
        "created": "2026-04-01",
        "insurer": {"identifier": {"value": "PLAN"}, "display": "Sample Plan"},
        "provider": {"identifier": {"system": NPI, "value": "1234567893"}},
        "careTeam": [
            {
                "provider": {"identifier": {"system": NPI, "value": "1999999992"}},
                "role": concept(f"{CARIN}/C4BBClaimCareTeamRole", "rendering"),
            }
        ],
        "supportingInfo": [
            {
                "category": concept(f"{CARIN}/C4BBSupportingInfoType", "patientaccountnumber"),
                "valueString": "ACCOUNT-1",
            },
            {
                "category": concept(f"{CARIN}/C4BBSupportingInfoType", "clmrecvddate"),
                "timingDate": "2026-03-05",
            },
        ],
        "diagnosis": [
            {
                "sequence": 2,
                "diagnosisCodeableConcept": concept(ICD10, "e11.9"),
                "type": [concept(f"{CARIN}/C4BBClaimDiagnosisType", "secondary")],
            },
            {
                "sequence": 1,
                "diagnosisCodeableConcept": concept(ICD10, "I10"),
                "type": [concept("http://terminology.hl7.org/CodeSystem/ex-diagnosistype", "principal")],
            },
        ],
        "item": [
            {
                "sequence": 1,
                "diagnosisSequence": [1, 2],
                "productOrService": concept(CPT, "99213"),
                "modifier": [concept(HCPCS, "25")],
                "servicedDate": "2026-03-01",
                "quantity": {"value": 1},
                "adjudication": [
                    judged("submitted", 150.10),
                    judged("eligible", 100),
                    judged("deductible", 20),
                    judged("copay", 5.5),
                    judged("benefit", 74.5),
                ],
            },
            {
                "sequence": 2,
                "diagnosisSequence": [2],
                "productOrService": concept(HCPCS, "J1100"),
                "servicedPeriod": {"start": "2026-03-01", "end": "2026-03-02"},
                "quantity": {"value": 2.5},
                "adjudication": [
                    judged("submitted", 50),
                    judged("benefit", 0),
                    judged("denialreason", None, (CARC, "16"), (GROUP, "CO"), (RARC, "n56")),
                ],
            },
        ],
        "total": [{"category": concept(ADJUDICATION, "submitted"), "amount": {"value": 200.10}}],
        "payment": {"amount": {"value": 74.5}, "date": "2026-03-20"},
        **changes,
    }


def bundle(*resources: dict) -> dict:
    """A Bundle of resources, its type last."""
    entries = [{"fullUrl": f"urn:x:{number}", "resource": one} for number, one in enumerate(resources)]
    return {"entry": entries, "type": "collection", "resourceType": "Bundle"}


def written(path: Path, *resources: object, indent: int | None = None) -> Path:
    """A file of resources, one a line, or one over several lines."""
    path.write_text("\n".join(json.dumps(one, indent=indent) for one in resources), encoding="utf-8")
    return path
