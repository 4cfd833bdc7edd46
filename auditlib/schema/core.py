"""Contracts of the ``core`` tables: what was loaded, one row per the thing the table is named for.

Codes are upper-case without dots. Every row from a file carries ``source_file_id`` and ``source_offset``,
the byte at which its segment or record starts.
"""

from __future__ import annotations

from auditlib.schema.contract import Column, ColumnType, Table

TEXT, INTEGER, MONEY, QUANTITY = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.MONEY, ColumnType.QUANTITY
DATE, TIMESTAMP, BOOLEAN = ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.BOOLEAN

_ORIGIN = (
    Column("source_file_id", INTEGER, "File the row came from", required=True),
    Column(
        "source_offset",
        INTEGER,
        "Byte of the file at which the row's segment or record starts",
        required=True,
    ),
)
_MODIFIERS = tuple(
    Column(f"modifier_{n}", TEXT, f"Modifier {n}", f"SV1-01/SV2-02/SVC01 component {n + 2}")
    for n in range(1, 5)
)

SOURCE_FILE = Table(
    "core",
    "source_file",
    "One file that was given to load",
    ("source_file_id",),
    (
        Column("source_file_id", INTEGER, "Number of the file in this workspace", required=True),
        Column("file_name", TEXT, "Name of the file without its folder", required=True),
        Column("file_path", TEXT, "Where it was read from", required=True),
        Column("sha256", TEXT, "SHA-256 of its bytes, in hexadecimal", required=True),
        Column(
            "format",
            TEXT,
            "837P, 837I, 837D, 835, encounter table, encounter code table, chart, document",
            required=True,
        ),
        Column("byte_count", INTEGER, "Size in bytes", required=True),
        Column("transaction_count", INTEGER, "ST/SE transactions, or records of a table", required=True),
        Column("encounter_count", INTEGER, "Encounters loaded from it", required=True),
        Column("claim_count", INTEGER, "Claims loaded from it", required=True),
        Column(
            "line_count", INTEGER, "Service lines loaded from it, of claims and of remittances", required=True
        ),
        Column("charge_amount", MONEY, "Sum of claim charges (CLM02 or CLP03)", required=True),
        Column("paid_amount", MONEY, "Sum of payments (CLP04)", required=True),
        Column("rejected_count", INTEGER, "Records of the file that were set aside", required=True),
        Column("load_status", TEXT, "loaded, loaded with rejects, or rejected", required=True),
        Column("loaded_at", TIMESTAMP, "When, in UTC", required=True),
    ),
)

REJECTED_RECORD = Table(
    "core",
    "rejected_record",
    "One record, or whole file, that was set aside instead of loaded",
    ("source_file_id", "source_offset", "reason"),
    (
        *_ORIGIN,
        Column("segment", TEXT, "Segment identifier or record kind", required=True),
        Column(
            "record_number", INTEGER, "Position of the segment or record in the file, from 1", required=True
        ),
        Column("reason", TEXT, "What is wrong with it", required=True),
        Column("expected", TEXT, "What was expected instead", required=True),
    ),
)

PATIENT = Table(
    "core",
    "patient",
    "One patient, under a pseudonym",
    ("patient_id",),
    (
        Column(
            "patient_id",
            TEXT,
            "First 16 hexadecimal digits of a SHA-256 over payer-independent identifiers",
            required=True,
        ),
        Column("birth_date", DATE, "Date of birth", "DMG02"),
        Column("sex", TEXT, "F, M or U", "DMG03"),
        *_ORIGIN,
    ),
)

ENCOUNTER = Table(
    "core",
    "encounter",
    "One visit or stay that was coded",
    ("encounter_id",),
    (
        Column(
            "encounter_id",
            TEXT,
            "The provider's account number of the visit, the claim's patient control number",
            required=True,
        ),
        Column(
            "encounter_class",
            TEXT,
            "office, emergency, outpatient surgery, inpatient or other",
            required=True,
        ),
        Column("patient_id", TEXT, "Pseudonymous patient"),
        Column("admit_date", DATE, "First day of the visit or stay", required=True),
        Column("discharge_date", DATE, "Last day of the visit or stay", required=True),
        Column("facility_id", TEXT, "NPI of the facility or practice"),
        Column("provider_id", TEXT, "NPI of the attending or rendering provider"),
        Column("coder_id", TEXT, "Who coded it"),
        Column("coded_date", DATE, "When it was coded"),
        Column("discharge_status_code", TEXT, "Patient discharge status"),
        Column("billed_drg_code", TEXT, "MS-DRG that was billed"),
        Column(
            "origin",
            TEXT,
            "'encounter' if a coder's file gave it, 'claim' if it was derived from a claim",
            required=True,
        ),
        *_ORIGIN,
    ),
)

DOCUMENT = Table(
    "core",
    "document",
    "One document of an encounter's chart",
    ("document_id",),
    (
        Column(
            "document_id",
            TEXT,
            "encounter_id, a colon, and the document's number in the chart",
            required=True,
        ),
        Column("encounter_id", TEXT, "Encounter that it documents", required=True),
        Column("document_number", INTEGER, "Position in the chart, from 1", required=True),
        Column(
            "document_type",
            TEXT,
            "physician note, lab report, discharge summary, operative report or other",
            required=True,
        ),
        Column("title", TEXT, "Heading shown to the reader", required=True),
        Column("author_role", TEXT, "Role of its author, as attending physician or laboratory"),
        Column("written_at", TIMESTAMP, "When it was written, local time"),
        Column("text", TEXT, "The document, plain text", required=True),
        *_ORIGIN,
    ),
)

ENCOUNTER_CODE = Table(
    "core",
    "encounter_code",
    "One code that the coder assigned to an encounter",
    ("encounter_id", "code_number"),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("code_number", INTEGER, "Position in the encounter's list of codes, from 1", required=True),
        Column("code_system", TEXT, "ICD-10-CM, ICD-10-PCS, CPT or HCPCS", required=True),
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column(
            "code_role", TEXT, "principal, secondary, admitting, external cause or procedure", required=True
        ),
        Column("poa_indicator", TEXT, "Present on admission: Y, N, U, W or 1"),
        Column("code_date", DATE, "Date of the procedure, or null for a diagnosis"),
        *_MODIFIERS,
        Column("unit_count", QUANTITY, "Units of a procedure or supply"),
        *_ORIGIN,
    ),
)

CLAIM = Table(
    "core",
    "claim",
    "One claim as submitted (a replacement is a claim of its own)",
    ("claim_id",),
    (
        Column(
            "claim_id",
            INTEGER,
            "source_file_id shifted left by 40 bits plus source_offset of the CLM segment",
            required=True,
        ),
        Column("form", TEXT, "P professional, I institutional, D dental", "ST03/GS08", required=True),
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
        *_ORIGIN,
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
        *_ORIGIN,
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
        *_ORIGIN,
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
        *_MODIFIERS,
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
        Column("line_control_number", TEXT, "The provider's number for the line", "REF*6R"),
        *_ORIGIN,
    ),
)

REMITTANCE = Table(
    "core",
    "remittance",
    "One 835 transaction",
    ("remittance_id",),
    (
        Column(
            "remittance_id",
            INTEGER,
            "source_file_id shifted left by 40 bits plus source_offset of the ST segment",
            required=True,
        ),
        Column("payer_name", TEXT, "Payer", "N1*PR 02"),
        Column("payer_id", TEXT, "Payer's identifier", "N1*PR 04, else REF*2U"),
        Column("payee_id", TEXT, "NPI or tax number of the payee", "N1*PE 04"),
        Column("trace_number", TEXT, "Check or EFT number", "TRN02"),
        Column("payment_date", DATE, "Effective date of the payment", "BPR16"),
        Column("payment_amount", MONEY, "Total payment", "BPR02", required=True),
        *_ORIGIN,
    ),
)

REMIT_CLAIM = Table(
    "core",
    "remit_claim",
    "One claim payment of a remittance (a reversal is one of its own)",
    ("remit_claim_id",),
    (
        Column(
            "remit_claim_id",
            INTEGER,
            "source_file_id shifted left by 40 bits plus source_offset of the CLP segment",
            required=True,
        ),
        Column("remittance_id", INTEGER, "Remittance", required=True),
        Column("patient_control_number", TEXT, "The provider's account number", "CLP01", required=True),
        Column("claim_status_code", TEXT, "How the payer processed it", "CLP02"),
        Column(
            "charge_amount", MONEY, "Charge as adjudicated, negative on a reversal", "CLP03", required=True
        ),
        Column("paid_amount", MONEY, "Payment, negative on a reversal", "CLP04", required=True),
        Column("patient_responsibility_amount", MONEY, "Information only; never used to balance", "CLP05"),
        Column("filing_code", TEXT, "Claim filing indicator", "CLP06"),
        Column("payer_claim_control_number", TEXT, "The payer's number for the claim", "CLP07"),
        Column("facility_code", TEXT, "Facility type", "CLP08"),
        Column("frequency_code", TEXT, "Claim frequency", "CLP09"),
        Column("drg_code", TEXT, "Diagnosis related group", "CLP11"),
        Column("from_date", DATE, "First date of service", "DTM*232, else the lines' first"),
        Column("to_date", DATE, "Last date of service", "DTM*233, else the lines' last"),
        Column("received_date", DATE, "When the payer received the claim", "DTM*050"),
        *_ORIGIN,
    ),
)

REMIT_LINE = Table(
    "core",
    "remit_line",
    "One service line of a claim payment",
    ("remit_claim_id", "line_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("line_number", INTEGER, "Position of the line in the claim payment, from 1", required=True),
        Column("code_system", TEXT, "CPT, HCPCS, or null for revenue codes and others"),
        Column("code", TEXT, "Adjudicated procedure", "SVC01-2"),
        *_MODIFIERS,
        Column("submitted_code", TEXT, "Procedure as submitted where the payer changed it", "SVC06-2"),
        Column("revenue_code", TEXT, "Revenue code", "SVC04"),
        Column("charge_amount", MONEY, "Charge of the line", "SVC02", required=True),
        Column("paid_amount", MONEY, "Payment of the line", "SVC03", required=True),
        Column("allowed_amount", MONEY, "Allowed amount", "AMT*B6"),
        Column("unit_count", QUANTITY, "Paid units; 1 where the element is empty", "SVC05"),
        Column("from_date", DATE, "First date of service", "DTM*472 or DTM*150"),
        Column("to_date", DATE, "Last date of service", "DTM*472 or DTM*151"),
        Column("line_control_number", TEXT, "The provider's number for the line", "REF*6R"),
        *_ORIGIN,
    ),
)

ADJUSTMENT = Table(
    "core",
    "adjustment",
    "One adjustment of a claim payment or of one of its lines",
    ("remit_claim_id", "adjustment_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column(
            "adjustment_number",
            INTEGER,
            "Position among the adjustments of the claim payment, from 1",
            required=True,
        ),
        Column("line_number", INTEGER, "Line of the claim payment, null at claim level"),
        Column("group_code", TEXT, "CO, PR, OA, PI or CR", "CAS01"),
        Column("reason_code", TEXT, "Claim adjustment reason code (CARC)", "CAS02, 05, 08, 11, 14, 17"),
        Column(
            "adjustment_amount",
            MONEY,
            "Amount taken off the charge; negative adds",
            "CAS03, 06, 09, 12, 15, 18",
            required=True,
        ),
        Column("adjustment_quantity", QUANTITY, "Units taken off", "CAS04, 07, 10, 13, 16, 19"),
        *_ORIGIN,
    ),
)

REMARK = Table(
    "core",
    "remark",
    "One remark code on a claim payment or on one of its lines",
    ("remit_claim_id", "remark_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column(
            "remark_number", INTEGER, "Position among the remarks of the claim payment, from 1", required=True
        ),
        Column("line_number", INTEGER, "Line of the claim payment, null at claim level"),
        Column(
            "remark_code",
            TEXT,
            "Remittance advice remark code (RARC)",
            "LQ02 under HE, MIA05 20-23, MOA03-07",
            required=True,
        ),
        *_ORIGIN,
    ),
)

PROVIDER_ADJUSTMENT = Table(
    "core",
    "provider_adjustment",
    "One provider-level adjustment of a remittance",
    ("remittance_id", "adjustment_number"),
    (
        Column("remittance_id", INTEGER, "Remittance", required=True),
        Column(
            "adjustment_number",
            INTEGER,
            "Position among the provider adjustments of the remittance, from 1",
            required=True,
        ),
        Column("provider_id", TEXT, "Provider identifier", "PLB01"),
        Column("fiscal_period_date", DATE, "End of the provider's fiscal year", "PLB02"),
        Column("reason_code", TEXT, "Why", "PLB03-1"),
        Column("reference_number", TEXT, "What it refers to", "PLB03-2"),
        Column(
            "adjustment_amount", MONEY, "As in the file: positive lowers the payment", "PLB04", required=True
        ),
        *_ORIGIN,
    ),
)

DIAGNOSIS = Table(
    "core",
    "diagnosis",
    "One diagnosis code of a claim, or of an encounter that has no claim: what the diagnosis checks look at",
    ("claim_id", "encounter_id", "item_number"),
    (
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column(
            "item_number",
            INTEGER,
            "diagnosis_number of the claim or code_number of the encounter",
            required=True,
        ),
        Column("code_system", TEXT, "ICD-10-CM or ICD-9-CM", required=True),
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column("code_role", TEXT, "As in claim_diagnosis and encounter_code", required=True),
        Column("poa_indicator", TEXT, "Present on admission"),
        Column("service_date", DATE, "Date by which the code is judged, null where the file gives none"),
    ),
)

CLAIM_LINK = Table(
    "core",
    "claim_link",
    "One claim payment matched to the claim that it answers, or not matched",
    ("remit_claim_id",),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("claim_id", INTEGER, "Claim that it answers, or null"),
        Column("link_method", TEXT, "How it was matched, or why not", required=True),
    ),
)

DERIVED_TABLES = (DIAGNOSIS, CLAIM_LINK)
"""Rebuilt after every load by the query of the same name below ``auditlib/sql/core``."""

CLAIM_TABLES = (CLAIM, CLAIM_DIAGNOSIS, CLAIM_PROCEDURE, CLAIM_LINE)
REMITTANCE_TABLES = (REMITTANCE, REMIT_CLAIM, REMIT_LINE, ADJUSTMENT, REMARK, PROVIDER_ADJUSTMENT)
CHART_TABLES = (PATIENT, ENCOUNTER, DOCUMENT, ENCOUNTER_CODE)
CORE_TABLES = (
    SOURCE_FILE,
    REJECTED_RECORD,
    *CHART_TABLES,
    *CLAIM_TABLES,
    *REMITTANCE_TABLES,
    *DERIVED_TABLES,
)
