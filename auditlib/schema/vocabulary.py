"""The closed lists of words for some columns; rows of a user's file with other words are rejected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from auditlib.codes.systems import CPT, HCPCS, ICD9CM, ICD10CM, ICD10PCS

DIAGNOSIS_ROLES: Final = ("principal", "secondary", "admitting", "reason for visit", "external cause")
PROCEDURE_ROLES: Final = ("principal", "other")
HUMAN: Final = "human"
MODEL: Final = "model"

WORDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("patient", "sex"): ("F", "M", "U"),
    ("encounter", "encounter_class"): ("office", "emergency", "outpatient surgery", "inpatient", "other"),
    ("encounter_code", "code_system"): (ICD10CM, ICD10PCS, CPT, HCPCS, ICD9CM),
    ("encounter_code", "code_role"): (*DIAGNOSIS_ROLES, "procedure"),
    ("encounter_code", "code_source"): (HUMAN, MODEL),
    ("document", "document_type"): (
        "physician note",
        "lab report",
        "discharge summary",
        "operative report",
        "other",
    ),
    ("claim", "form"): ("P", "I", "D", "R"),
    ("claim", "payer_sequence"): ("P", "S", "T"),
    ("claim_diagnosis", "code_system"): (ICD10CM, ICD9CM),
    ("claim_diagnosis", "code_role"): DIAGNOSIS_ROLES,
    ("claim_procedure", "code_system"): (ICD10PCS, ICD9CM),
    ("claim_procedure", "code_role"): PROCEDURE_ROLES,
    ("claim_line", "code_system"): (CPT, HCPCS, "CDT", "HIPPS", "NDC"),
    ("remit_line", "code_system"): (CPT, HCPCS, "CDT", "HIPPS", "NDC"),
    ("adjustment", "group_code"): ("CO", "PR", "OA", "PI", "CR"),
}
"""Table and column to the words as stored; a file may use any case."""
