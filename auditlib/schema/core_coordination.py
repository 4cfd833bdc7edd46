"""Contracts of the ``core`` tables for what an 837 says of other payers, and for amounts beside charges.

Other payers' adjustments stand here, never in ``adjustment``: a provider repeats them, no payer sent them.
"""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import DATE, INTEGER, MODIFIERS, MONEY, ORIGIN, QUANTITY, TEXT

CLAIM_OTHER_PAYER = Table(
    "core",
    "claim_other_payer",
    "One other payer of a claim, with what it decided of the claim as a whole",
    ("claim_id", "other_payer_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "other_payer_number",
            INTEGER,
            "Position among the other payers of the claim, from 1",
            required=True,
        ),
        Column("payer_sequence", TEXT, "P primary, S secondary, T tertiary, A to H beyond", "2320 SBR01"),
        Column(
            "relationship_code", TEXT, "What the patient is to the other payer's subscriber", "2320 SBR02"
        ),
        Column("group_number", TEXT, "Number of the insured group or policy", "2320 SBR03"),
        Column("insurance_type_code", TEXT, "Type of insurance", "2320 SBR05"),
        Column("filing_code", TEXT, "Claim filing indicator", "2320 SBR09"),
        Column("payer_id", TEXT, "The other payer's identifier", "2330B NM1*PR 09"),
        Column("payer_name", TEXT, "The other payer's name", "2330B NM1*PR 03"),
        Column(
            "payer_claim_control_number", TEXT, "The other payer's number for the claim", "2330B REF*F8 02"
        ),
        Column("adjudication_date", DATE, "When the other payer decided", "2330B DTP*573"),
        Column("paid_amount", MONEY, "What the other payer paid", "2320 AMT*D"),
        Column("non_covered_amount", MONEY, "What the other payer does not cover at all", "2320 AMT*A8"),
        Column("remaining_liability_amount", MONEY, "What the patient still owes", "2320 AMT*EAF"),
        Column("benefits_assignment_code", TEXT, "Y where benefits are assigned to the provider", "OI03"),
        Column("release_code", TEXT, "Consent to release information", "OI06"),
        Column(
            "remark_codes",
            TEXT,
            "Remark codes; several separated by blanks",
            "2320 MIA05 20-23, MOA03-07",
        ),
        *ORIGIN,
    ),
)


LINE_ADJUDICATION = Table(
    "core",
    "line_adjudication",
    "What one other payer decided of one service line of a claim",
    ("claim_id", "adjudication_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "adjudication_number",
            INTEGER,
            "Position among the adjudications of the claim's lines, from 1",
            required=True,
        ),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("payer_id", TEXT, "The other payer, as in claim_other_payer", "2430 SVD01"),
        Column("paid_amount", MONEY, "What it paid for the line", "2430 SVD02", required=True),
        Column("code_system", TEXT, "CPT, HCPCS, or null for others", "2430 SVD03-1"),
        Column("code", TEXT, "Procedure that it paid", "2430 SVD03-2"),
        *(
            Column(column.name, column.type, column.description, f"2430 SVD03-{number}")
            for number, column in enumerate(MODIFIERS, 3)
        ),
        Column("revenue_code", TEXT, "Revenue code", "2430 SVD04"),
        Column("unit_count", QUANTITY, "Units that it paid", "2430 SVD05"),
        Column(
            "bundled_line_number",
            INTEGER,
            "Line into which the payer bundled this one, or from which it split it",
            "2430 SVD06",
        ),
        Column("adjudication_date", DATE, "When it decided", "2430 DTP*573"),
        Column("remaining_liability_amount", MONEY, "What the patient still owes", "2430 AMT*EAF"),
        *ORIGIN,
    ),
)


CLAIM_ADJUSTMENT = Table(
    "core",
    "claim_adjustment",
    "One adjustment by another payer, as an 837 repeats it; those of 835 files are in adjustment",
    ("claim_id", "adjustment_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "adjustment_number",
            INTEGER,
            "Position among the other payers' adjustments of the claim, from 1",
            required=True,
        ),
        Column("other_payer_number", INTEGER, "Other payer of the claim, null at line level"),
        Column("line_number", INTEGER, "Line of the claim, null at claim level"),
        Column(
            "adjudication_number",
            INTEGER,
            "Adjudication of the line that it explains; null at claim level and where no SVD is before it",
        ),
        Column("group_code", TEXT, "CO, PR, OA, PI or CR", "2320 or 2430 CAS01"),
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


STATED = (
    Column("segment", TEXT, "AMT, QTY, MIA, MOA or TS2", required=True),
    Column(
        "element_number",
        INTEGER,
        "Element that holds the value: with MIA, MOA and TS2 it tells what is stated",
        required=True,
    ),
    Column("qualifier", TEXT, "What an AMT or QTY states", "AMT01, QTY01"),
    Column("stated_amount", MONEY, "The amount, null where a quantity or rate is stated"),
    Column("stated_quantity", QUANTITY, "The quantity, days or rate, null where an amount is stated"),
    *ORIGIN,
)
"""An amount or quantity that is information: nothing balances by it."""


CLAIM_AMOUNT = Table(
    "core",
    "claim_amount",
    "One amount or quantity that an 837 states beside the charges, and for which no other column is made",
    ("source_file_id", "source_offset", "element_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("other_payer_number", INTEGER, "Other payer that states it, or null"),
        Column("line_number", INTEGER, "Line of the claim, null at claim level"),
        *STATED,
    ),
)


COORDINATION_TABLES = (CLAIM_OTHER_PAYER, LINE_ADJUDICATION, CLAIM_ADJUSTMENT, CLAIM_AMOUNT)
