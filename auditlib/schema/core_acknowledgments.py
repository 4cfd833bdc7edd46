"""Contracts of the ``core`` tables for answers to what was sent: claim status, and acceptance."""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import DATE, INTEGER, MONEY, ORIGIN, TEXT

CLAIM_STATUS = Table(
    "core",
    "claim_status",
    "One status that a 277 gives to a claim, one of its lines, or a batch",
    ("claim_status_id", "status_number"),
    (
        Column(
            "claim_status_id",
            INTEGER,
            "source_file_id shifted left by 40 bits plus source_offset of the STC segment",
            required=True,
        ),
        Column(
            "status_number", INTEGER, "1 for STC01, 2 for STC10, 3 for STC11 of the segment", required=True
        ),
        Column(
            "transaction_kind",
            TEXT,
            "277CA (a payer or clearinghouse took or refused claims) or 277 (answer to a status request)",
            required=True,
        ),
        Column(
            "status_level",
            TEXT,
            "source, receiver (a batch), provider, claim or line",
            "HL03",
            required=True,
        ),
        Column("payer_id", TEXT, "Who answers", "NM1*PR or AY 09 at HL 20"),
        Column("payer_name", TEXT, "Who answers", "NM1*PR or AY 03 at HL 20"),
        Column("submitter_id", TEXT, "Who is answered", "NM109 at HL 21"),
        Column("provider_id", TEXT, "Billing provider", "NM109 at HL 19"),
        Column("response_date", DATE, "Date of the answer", "BHT04"),
        Column(
            "batch_trace_number",
            TEXT,
            "The sender's number for the batch that is answered (BHT03 of an 837)",
            "TRN*2 at HL 21",
        ),
        Column("trace_number", TEXT, "Trace at the level that the status is about", "TRN02"),
        Column(
            "patient_control_number",
            TEXT,
            "The provider's account number; null above claim level",
            "277CA: TRN02 of the patient; 277: REF*EJ",
        ),
        Column("payer_claim_control_number", TEXT, "The payer's number for the claim", "REF*1K"),
        Column("clearinghouse_number", TEXT, "The clearinghouse's number for the claim", "REF*D9"),
        Column("type_of_bill", TEXT, "Type of bill, as the file has it", "REF*BLT"),
        Column("line_number", INTEGER, "Position of the line among those of the claim's answer, from 1"),
        Column("line_control_number", TEXT, "The provider's number for the line", "REF*FJ"),
        Column("code", TEXT, "Procedure of the line", "SVC01-2"),
        Column("line_charge_amount", MONEY, "Charge of the line", "SVC02"),
        Column("status_category_code", TEXT, "Class of the status, as A1 taken or A7 refused", "STC01-1"),
        Column("status_code", TEXT, "Claim status code", "STC01-2"),
        Column("entity_code", TEXT, "Whom the status is about", "STC01-3"),
        Column("status_date", DATE, "Date of the status", "STC02"),
        Column("action_code", TEXT, "WQ taken, U refused", "STC03"),
        Column("charge_amount", MONEY, "Charge of what the status is about", "STC04"),
        Column("paid_amount", MONEY, "Payment; 277 only", "STC05"),
        Column("status_message", TEXT, "Free text", "STC12"),
        Column("from_date", DATE, "First date of service", "DTP*472"),
        Column("to_date", DATE, "Last date of service", "DTP*472"),
        *ORIGIN,
    ),
)


ACKNOWLEDGMENT = Table(
    "core",
    "acknowledgment",
    "One verdict on an interchange, group or transaction that was sent",
    ("acknowledgment_id",),
    (
        Column(
            "acknowledgment_id",
            INTEGER,
            "source_file_id shifted left by 40 bits plus source_offset of the TA1, AK1 or AK2 segment",
            required=True,
        ),
        Column("transaction_kind", TEXT, "TA1, 999 or 997", required=True),
        Column("acknowledgment_level", TEXT, "interchange, group or transaction", required=True),
        Column(
            "group_acknowledgment_id", INTEGER, "The group's verdict that a transaction's verdict is part of"
        ),
        Column("group_code", TEXT, "Functional identifier of the group, as HC for claims", "AK101"),
        Column("transaction_code", TEXT, "Kind of the transaction, as 837", "AK201"),
        Column(
            "control_number",
            TEXT,
            "Control number of what is acknowledged: ISA13, GS06 or ST02 as it was sent",
            "TA101, AK102, AK202",
        ),
        Column("implementation_version", TEXT, "Version that it was sent in", "AK103, AK203"),
        Column(
            "status_code",
            TEXT,
            "A accepted, E accepted with errors, P partly accepted, others rejected; null where missing",
            "TA104, AK901, IK501 or AK501",
        ),
        Column(
            "error_codes",
            TEXT,
            "Why; several separated by blanks; for TA1 the note code, 000 for none",
            "TA105, AK905-09, IK502-06 or AK502-06",
        ),
        Column("included_count", INTEGER, "Transactions that the group's trailer names", "AK902"),
        Column("received_count", INTEGER, "Transactions that arrived", "AK903"),
        Column("accepted_count", INTEGER, "Transactions that were accepted", "AK904"),
        *ORIGIN,
    ),
)


ACKNOWLEDGMENT_ERROR = Table(
    "core",
    "acknowledgment_error",
    "One error that a 999 or 997 reports of a transaction: a segment, or one of its elements",
    ("acknowledgment_id", "error_number"),
    (
        Column("acknowledgment_id", INTEGER, "Verdict on the transaction", required=True),
        Column(
            "error_number", INTEGER, "Position among the errors of the transaction, from 1", required=True
        ),
        Column("segment_code", TEXT, "Segment with the error", "IK301, AK301"),
        Column(
            "segment_number",
            INTEGER,
            "Position of that segment in the transaction, ST being 1",
            "IK302, AK302",
        ),
        Column("loop_code", TEXT, "Loop that the segment stands in", "IK303, AK303"),
        Column("element_number", INTEGER, "Element with the error; null for the segment", "IK401-1, AK401-1"),
        Column("component_number", INTEGER, "Component of the element, or null", "IK401-2, AK401-2"),
        Column("error_code", TEXT, "What is wrong", "IK304, AK304, IK403, AK403"),
        *ORIGIN,
    ),
)


ACKNOWLEDGMENT_TABLES = (CLAIM_STATUS, ACKNOWLEDGMENT, ACKNOWLEDGMENT_ERROR)
