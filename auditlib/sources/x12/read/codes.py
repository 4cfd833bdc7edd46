"""X12 qualifiers used by the readers, with the code systems they stand for."""

from __future__ import annotations

import numpy as np

from auditlib.sources.x12.read.segments import Codes, Field, Rows, Segments, packed

_BY_SHAPE = packed("HC")
_SYSTEMS = {"AD": "CDT", "HP": "HIPPS", "N4": "NDC", "ER": "jurisdiction", "IV": "HIEC", "WK": "ABC"}
_CPT, _HCPCS = 1, 2
PROCEDURE_SYSTEMS: list[str | None] = [None, "CPT", "HCPCS", *_SYSTEMS.values()]

DIAGNOSIS_ROLES = {
    "ABK": ("ICD-10-CM", "principal"),
    "BK": ("ICD-9-CM", "principal"),
    "ABF": ("ICD-10-CM", "secondary"),
    "BF": ("ICD-9-CM", "secondary"),
    "ABJ": ("ICD-10-CM", "admitting"),
    "BJ": ("ICD-9-CM", "admitting"),
    "APR": ("ICD-10-CM", "reason for visit"),
    "PR": ("ICD-9-CM", "reason for visit"),
    "ABN": ("ICD-10-CM", "external cause"),
    "BN": ("ICD-9-CM", "external cause"),
}
PROCEDURE_ROLES = {
    "BBR": ("ICD-10-PCS", "principal"),
    "BR": ("ICD-9-CM", "principal"),
    "BBQ": ("ICD-10-PCS", "other"),
    "BQ": ("ICD-9-CM", "other"),
}
CLAIM_CODE_KINDS = {
    "BG": "condition",
    "BH": "occurrence",
    "BI": "occurrence span",
    "BE": "value",
    "TC": "treatment",
    "BP": "anesthesia principal",
    "BO": "anesthesia other",
}


def procedure_systems(segments: Segments, qualifier: Codes, code: Field) -> Rows:
    """Return the code system of each procedure as its index in `PROCEDURE_SYSTEMS`.

    With HC, the form decides: four digits and one more digit or letter is CPT, all else HCPCS. Unknown
    qualifiers and missing codes have none.
    """
    system = np.where(segments.digits_and_one(code), _CPT, _HCPCS)
    other = qualifier != _BY_SHAPE
    if other.any():
        named = np.zeros(len(qualifier), dtype=np.int64)
        for place, known in enumerate(_SYSTEMS, _HCPCS + 1):
            named[qualifier == packed(known)] = place
        system = np.where(other, named, system)
    return np.where(code.present, system, 0)
