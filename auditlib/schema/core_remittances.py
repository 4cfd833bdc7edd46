"""Contracts of the ``core`` tables that an 835 fills."""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import DATE, INTEGER, MODIFIERS, MONEY, ORIGIN, PATIENT_KEYS, QUANTITY, TEXT
from auditlib.schema.core_coordination import STATED

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
        Column("payee_npi", TEXT, "NPI of the payee", "N1*PE 04 under XX"),
        Column(
            "payee_tax_id", TEXT, "Tax number of the payee, digits only", "REF*TJ, else N1*PE 04 under FI"
        ),
        *ORIGIN,
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
        Column(
            "crossover_payer_id", TEXT, "Payer to which this one forwarded the claim: identifier", "NM1*TT 09"
        ),
        Column("crossover_payer_name", TEXT, "Payer to which this one forwarded the claim", "NM1*TT 03"),
        *PATIENT_KEYS,
        *ORIGIN,
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
        *MODIFIERS,
        Column("submitted_code", TEXT, "Procedure as submitted where the payer changed it", "SVC06-2"),
        Column("revenue_code", TEXT, "Revenue code", "SVC04"),
        Column("charge_amount", MONEY, "Charge of the line", "SVC02", required=True),
        Column("paid_amount", MONEY, "Payment of the line", "SVC03", required=True),
        Column("allowed_amount", MONEY, "Allowed amount", "AMT*B6"),
        Column("unit_count", QUANTITY, "Paid units; 1 where the element is empty", "SVC05"),
        Column("submitted_unit_count", QUANTITY, "Units as submitted where the payer changed them", "SVC07"),
        Column("from_date", DATE, "First date of service", "DTM*472 or DTM*150"),
        Column("to_date", DATE, "Last date of service", "DTM*472 or DTM*151"),
        Column("line_control_number", TEXT, "The provider's number for the line", "REF*6R"),
        *ORIGIN,
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
        *ORIGIN,
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
        *ORIGIN,
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
        *ORIGIN,
    ),
)


PROVIDER_SUMMARY = Table(
    "core",
    "provider_summary",
    "What a remittance sums up of one provider, facility type and fiscal year",
    ("source_file_id", "source_offset"),
    (
        Column("remittance_id", INTEGER, "Remittance", required=True),
        Column("provider_id", TEXT, "Provider identifier", "TS301"),
        Column("facility_code", TEXT, "Facility type", "TS302"),
        Column("fiscal_period_date", DATE, "End of the provider's fiscal year", "TS303"),
        Column("claim_count", INTEGER, "Claims that are summed up", "TS304"),
        Column("charge_amount", MONEY, "Their charges", "TS305"),
        *ORIGIN,
    ),
)


REMIT_AMOUNT = Table(
    "core",
    "remit_amount",
    "One amount or quantity that an 835 states for information, and for which no other column is made",
    ("source_file_id", "source_offset", "element_number"),
    (
        Column("remittance_id", INTEGER, "Remittance", required=True),
        Column("remit_claim_id", INTEGER, "Claim payment that it is about, null above claim level"),
        Column("line_number", INTEGER, "Line of the claim payment, null at claim level"),
        *STATED,
    ),
)


ANSWERED_ADDRESS = Table(
    "core",
    "answered_address",
    "One address under which an answer names the claim that it answers",
    ("remit_claim_id", "preference"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("preference", INTEGER, "The first that a loaded claim has decides; from 0", required=True),
        Column(
            "address",
            TEXT,
            "As in claim_address",
            "FHIR ClaimResponse.request, ExplanationOfBenefit.claim",
            required=True,
        ),
        Column("patient_id", TEXT, "Pseudonymous patient, where the answer names one by id"),
        *ORIGIN,
    ),
)


REMITTANCE_TABLES = (
    REMITTANCE,
    REMIT_CLAIM,
    REMIT_LINE,
    ADJUSTMENT,
    REMARK,
    PROVIDER_ADJUSTMENT,
    PROVIDER_SUMMARY,
    REMIT_AMOUNT,
    ANSWERED_ADDRESS,
)
