"""Code systems by URI, and the choice among the codings of a concept.

A concept may have codings in several systems. The first known system in the order of these tables is used; a
code in an unknown system is never guessed.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes import normalised
from auditlib.codes.systems import CARC, CPT, ICD9CM, ICD10CM, ICD10PCS, PLACE_OF_SERVICE, RARC
from auditlib.sources.paid_claims import service_system

BLUE_BUTTON: Final = "https://bluebutton.cms.gov/resources/"
_CMS: Final = "https://www.cms.gov/Medicare"
VARIABLES: Final = f"{BLUE_BUTTON}variables/"
HCPCS_BY_SHAPE: Final = "HCPCS by shape"
NDC: Final = "NDC"
REVENUE: Final = "revenue code"
GROUP: Final = "adjustment group"
GROUP_AND_REASON: Final = "adjustment group and reason"

DIAGNOSIS_SYSTEMS: Final = {
    "http://hl7.org/fhir/sid/icd-10-cm": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "http://hl7.org/fhir/sid/icd-10": ICD10CM,
    "http://hl7.org/fhir/sid/icd-9-cm": ICD9CM,
    "urn:oid:2.16.840.1.113883.6.103": ICD9CM,
}
PROCEDURE_SYSTEMS: Final = {
    "http://www.cms.gov/Medicare/Coding/ICD10": ICD10PCS,
    "https://www.cms.gov/Medicare/Coding/ICD10": ICD10PCS,
    "http://hl7.org/fhir/sid/icd-10-pcs": ICD10PCS,
    "urn:oid:2.16.840.1.113883.6.4": ICD10PCS,
    "http://hl7.org/fhir/sid/icd-10": ICD10PCS,
    "http://www.cms.gov/Medicare/Coding/ICD9": ICD9CM,
    "https://www.cms.gov/Medicare/Coding/ICD9": ICD9CM,
    "http://hl7.org/fhir/sid/icd-9-cm": ICD9CM,
    "urn:oid:2.16.840.1.113883.6.104": ICD9CM,
}
SERVICE_SYSTEMS: Final = {
    "http://www.ama-assn.org/go/cpt": CPT,
    "urn:oid:2.16.840.1.113883.6.12": CPT,
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": HCPCS_BY_SHAPE,
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": HCPCS_BY_SHAPE,
    "http://terminology.hl7.org/CodeSystem/HCPCS-all-codes": HCPCS_BY_SHAPE,
    "urn:oid:2.16.840.1.113883.6.285": HCPCS_BY_SHAPE,
    f"{BLUE_BUTTON}codesystem/hcpcs": HCPCS_BY_SHAPE,
    f"{VARIABLES}hcpcs_cd": HCPCS_BY_SHAPE,
    f"{_CMS}/Medicare-Fee-for-Service-Payment/ProspMedicareFeeSvcPmtGen/HIPPSCodes": "HIPPS",
    "http://www.ada.org/cdt": "CDT",
    "http://ada.org/cdt": "CDT",
}
NDC_SYSTEMS: Final = {
    "http://hl7.org/fhir/sid/ndc": NDC,
    "urn:oid:2.16.840.1.113883.6.69": NDC,
}
# Blue Button uses NUBC's system for another indicator, and has its own system for the revenue code.
REVENUE_SYSTEMS: Final = {
    f"{VARIABLES}rev_cntr": REVENUE,
    "https://www.nubc.org/CodeSystem/RevenueCodes": REVENUE,
    f"{VARIABLES}fiss/rev-cd": REVENUE,
}
PLACE_SYSTEMS: Final = {
    f"{_CMS}/Coding/place-of-service-codes/Place_of_Service_Code_Set": PLACE_OF_SERVICE,
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes": PLACE_OF_SERVICE,
    f"{VARIABLES}line_place_of_srvc_cd": PLACE_OF_SERVICE,
}
REASON_SYSTEMS: Final = {
    **{
        f"{protocol}{host}/codes/{kind}": name
        for protocol in ("https://", "http://")
        for host in ("x12.org", "www.x12.org")
        for kind, name in (
            ("claim-adjustment-reason-codes", CARC),
            ("remittance-advice-remark-codes", RARC),
            ("claim-adjustment-group-codes", GROUP),
        )
    },
    "http://www.wpc-edi.com/reference/codelists/healthcare/claim-adjustment-reason-codes": CARC,
    "http://www.wpc-edi.com/reference/codelists/healthcare/remittance-advice-remark-codes": RARC,
    "http://terminology.hl7.org/CodeSystem/X12ClaimAdjustmentReasonCodes": CARC,
    f"{VARIABLES}fiss/aco-red-carc": CARC,
    "http://terminology.hl7.org/CodeSystem/X12RemittanceAdviceRemarkCodes": RARC,
    f"{VARIABLES}fiss/aco-red-rarc": RARC,
    f"{VARIABLES}fiss/aco-red-cagc": GROUP,
    **{f"{VARIABLES}rev_cntr_{number}_ansi_cd": GROUP_AND_REASON for number in ("1st", "2nd", "3rd", "4th")},
}
NOT_A_MODIFIER: Final = "http://unitsofmeasure.org"
"""System of the drug units that Blue Button lists with the modifiers."""


def codings_of(frame: pl.DataFrame, column: str, keys: list[str]) -> pl.DataFrame:
    """Return one row per coding of a list column: the keys, ``system`` and ``code`` as in the file."""
    codings = (
        frame.select(*keys, pl.col(column).alias("coding"))
        .drop_nulls("coding")
        .explode("coding", empty_as_null=False)
        .unnest("coding")
    )
    return codings.filter(pl.col("code").str.strip_chars() != "").with_columns(
        pl.col("code").str.strip_chars(), pl.col("system").str.strip_chars().str.strip_chars_end("/")
    )


def chosen(
    frame: pl.DataFrame, column: str, keys: list[str], systems: dict[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one coding of each concept, and the concepts without a known code system.

    Parameters
    ----------
    frame
        One row per concept, identified by its keys.
    column
        Name of the list column of codings.
    keys
        Names of the columns that identify a concept.
    systems
        URI to code system, in order of preference.

    Returns
    -------
    tuple
        The keys with ``code_system`` and ``code`` of the concepts that have a code in a known system, and the
        keys of those that have codes in others only.
    """
    codings = codings_of(frame, column, keys)
    order = {uri: number for number, uri in enumerate(systems)}
    known = codings.with_columns(
        pl.col("system").replace_strict(order, default=None, return_dtype=pl.Int64).alias("preference"),
        pl.col("system").replace_strict(systems, default=None, return_dtype=pl.String).alias("code_system"),
    )
    # A code under the HCPCS URI in the form of a CPT code is CPT.
    in_hcpcs = pl.col("code_system") == HCPCS_BY_SHAPE
    by_shape = pl.when(in_hcpcs).then(service_system("code")).otherwise("code_system").alias("code_system")
    chosen_codings = (
        known.drop_nulls("preference")
        .sort("preference", maintain_order=True)
        .unique(keys, keep="first", maintain_order=True)
        .with_columns(normalised("code"))
        .with_columns(by_shape)
        .drop_nulls("code")
        .select(*keys, "code_system", "code")
    )
    unknown = codings.select(keys).unique(maintain_order=True).join(chosen_codings, on=keys, how="anti")
    return chosen_codings, unknown
