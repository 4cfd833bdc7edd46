"""Contracts of the ``core`` tables that an 837 fills."""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import DATE, INTEGER, MODIFIERS, MONEY, ORIGIN, PATIENT_KEYS, QUANTITY, TEXT

CLAIM = Table(
    "core",
    "claim",
    "One claim as submitted (a replacement is a claim of its own)",
    ("claim_id",),
    (
        Column(
            "claim_id",
            INTEGER,
            "source_file_id shifted left by 40 bits plus source_offset of CLM, resource or first row",
            required=True,
        ),
        Column(
            "form", TEXT, "P professional, I institutional, D dental, R pharmacy", "ST03/GS08", required=True
        ),
        Column(
            "patient_control_number",
            TEXT,
            "The provider's account number for the claim",
            "CLM01",
            required=True,
        ),
        Column("patient_id", TEXT, "Pseudonymous patient"),
        Column("payer_id", TEXT, "Payer's identifier", "2010BB NM109"),
        Column("payer_name", TEXT, "Payer's name", "2010BB NM103"),
        Column("payer_sequence", TEXT, "P primary, S secondary, T tertiary", "SBR01"),
        Column("filing_code", TEXT, "Claim filing indicator, as MB Medicare or MC Medicaid", "SBR09"),
        Column("frequency_code", TEXT, "1 original, 7 replacement, 8 void", "CLM05-3"),
        Column(
            "original_reference_number",
            TEXT,
            "Payer's control number of the claim this one replaces",
            "REF*F8",
        ),
        Column("submit_date", DATE, "Date the batch was made", "BHT04"),
        Column(
            "type_of_bill",
            TEXT,
            "Type of bill, four characters with the frequency, without the leading zero three",
            "CLM05-1 and -3",
        ),
        Column("place_of_service", TEXT, "Place of service of the claim", "CLM05-1"),
        Column("billing_provider_id", TEXT, "NPI of the billing provider", "2010AA NM109"),
        Column("rendering_provider_id", TEXT, "NPI of the rendering or attending provider", "2310 NM109"),
        Column("billing_taxonomy_code", TEXT, "Specialty of the billing provider", "2000A PRV03"),
        Column(
            "rendering_taxonomy_code",
            TEXT,
            "Specialty of the rendering or attending provider",
            "2310 PRV03",
        ),
        Column(
            "from_date",
            DATE,
            "First date of service of the claim",
            "DTP*434, else the lines' first",
        ),
        Column("to_date", DATE, "Last date of service of the claim", "DTP*434, else the lines' last"),
        Column("admit_date", DATE, "Admission", "DTP*435"),
        Column("discharge_status_code", TEXT, "Patient discharge status", "CL103"),
        Column("drg_code", TEXT, "Diagnosis related group", "HI*DR"),
        Column("charge_amount", MONEY, "Charge of the claim", "CLM02", required=True),
        Column("billing_tax_id", TEXT, "Tax number of the billing provider, digits only", "2010AA REF*EI"),
        Column("batch_number", TEXT, "The sender's number for the batch, which a 277CA repeats", "BHT03"),
        *PATIENT_KEYS,
        *ORIGIN,
    ),
)


CLAIM_DIAGNOSIS = Table(
    "core",
    "claim_diagnosis",
    "One diagnosis code on a claim",
    ("claim_id", "diagnosis_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "diagnosis_number",
            INTEGER,
            "Position among the diagnoses of the claim, in order of the file, from 1",
            required=True,
        ),
        Column(
            "pointer_number",
            INTEGER,
            "What a line's pointer means by it: 1 principal (ABK/BK), then ABF/BF in order; else null",
        ),
        Column("code_system", TEXT, "ICD-10-CM (AB.. qualifiers) or ICD-9-CM", required=True),
        Column("code", TEXT, "Code, upper-case without dots", "HI component 2", required=True),
        Column(
            "code_role",
            TEXT,
            "principal, secondary, admitting, reason for visit or external cause",
            "HI component 1",
            required=True,
        ),
        Column("poa_indicator", TEXT, "Present on admission", "HI component 9"),
        *ORIGIN,
    ),
)


CLAIM_PROCEDURE = Table(
    "core",
    "claim_procedure",
    "One ICD procedure code on an institutional claim",
    ("claim_id", "procedure_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "procedure_number",
            INTEGER,
            "Position among the ICD procedures of the claim, from 1",
            required=True,
        ),
        Column("code_system", TEXT, "ICD-10-PCS (BB.. qualifiers) or ICD-9-CM", required=True),
        Column("code", TEXT, "Code", "HI component 2", required=True),
        Column("code_role", TEXT, "principal or other", "HI component 1", required=True),
        Column("procedure_date", DATE, "When it was done", "HI component 4"),
        *ORIGIN,
    ),
)


CLAIM_LINE = Table(
    "core",
    "claim_line",
    "One service line of a claim",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Position of the line in the claim, from 1", required=True),
        Column(
            "code_system",
            TEXT,
            "CPT or HCPCS by the code's shape under qualifier HC; null where the line has no procedure",
        ),
        Column("code", TEXT, "Procedure or supply code", "SV101-2, SV202-2, SV301-2"),
        *MODIFIERS,
        Column("from_date", DATE, "First date of service", "DTP*472"),
        Column("to_date", DATE, "Last date of service", "DTP*472"),
        Column("unit_count", QUANTITY, "Units or days", "SV104, SV205, SV306"),
        Column("unit_code", TEXT, "UN units, MJ minutes, DA days", "SV103, SV204"),
        Column("charge_amount", MONEY, "Charge of the line", "SV102, SV203, SV302", required=True),
        *(
            Column(
                f"diagnosis_pointer_{n}",
                INTEGER,
                f"Diagnosis pointer {n}; 0 where it is not a number",
                f"SV107-{n}",
            )
            for n in range(1, 5)
        ),
        Column("revenue_code", TEXT, "Revenue code", "SV201"),
        Column("place_of_service", TEXT, "Place of service of the line", "SV105"),
        Column("ndc", TEXT, "National drug code", "LIN03"),
        Column("ndc_unit_count", QUANTITY, "Units of the drug", "CTP04"),
        Column("ndc_unit_code", TEXT, "UN units, ML, GR, ME or F2", "CTP05-1"),
        Column(
            "oral_cavity_codes",
            TEXT,
            "Areas of the mouth of a dental line; several separated by blanks",
            "SV304",
        ),
        Column("line_control_number", TEXT, "The provider's number for the line", "REF*6R"),
        *ORIGIN,
    ),
)


CLAIM_CODE = Table(
    "core",
    "claim_code",
    "One condition, occurrence, value or treatment code of a claim",
    ("claim_id", "claim_code_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "claim_code_number", INTEGER, "Position among these codes of the claim, from 1", required=True
        ),
        Column(
            "code_kind",
            TEXT,
            "condition, occurrence, occurrence span, value, treatment, anesthesia principal or "
            "anesthesia other",
            "HI component 1: BG, BH, BI, BE, TC, BP, BO",
            required=True,
        ),
        Column("code", TEXT, "Code", "HI component 2", required=True),
        Column("from_date", DATE, "Date of the occurrence, or first of its span", "HI component 4"),
        Column("to_date", DATE, "Last date of the span, or the date of the occurrence", "HI component 4"),
        Column("value_amount", MONEY, "What a value code is worth: dollars or a count", "HI component 5"),
        *ORIGIN,
    ),
)


CLAIM_TOOTH = Table(
    "core",
    "claim_tooth",
    "One tooth of a dental service line",
    ("claim_id", "line_number", "tooth_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("tooth_number", INTEGER, "Position among the teeth of the line, from 1", required=True),
        Column("tooth_code", TEXT, "Tooth", "TOO02"),
        Column("surface_codes", TEXT, "Surfaces; several separated by blanks", "TOO03"),
        *ORIGIN,
    ),
)


CLAIM_ADDRESS = Table(
    "core",
    "claim_address",
    "One address under which an answer may name a claim",
    ("claim_id", "address"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "address",
            TEXT,
            "Claim/id, full URL (https, urn in lower case), */Claim/id where no server is known, with and "
            "without its version; identifier:system|value, identifier:|value",
            "FHIR id, fullUrl, meta.versionId, identifier",
            required=True,
        ),
        Column("patient_id", TEXT, "Pseudonymous patient, where the claim names one by id"),
        *ORIGIN,
    ),
)


CLAIM_TABLES = (
    CLAIM,
    CLAIM_DIAGNOSIS,
    CLAIM_PROCEDURE,
    CLAIM_CODE,
    CLAIM_LINE,
    CLAIM_TOOTH,
    CLAIM_ADDRESS,
)
