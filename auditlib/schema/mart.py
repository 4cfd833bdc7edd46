"""Contracts of the ``mart`` tables: what was computed from core and ref, rebuilt at will."""

from __future__ import annotations

from auditlib.schema.contract import Column, ColumnType, Table

TEXT, INTEGER, DATE, MONEY = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.DATE, ColumnType.MONEY
BOOLEAN, TIMESTAMP = ColumnType.BOOLEAN, ColumnType.TIMESTAMP

FINDING = Table(
    "mart",
    "finding",
    "One violation of one check by one code, line or claim",
    ("check_id", "finding_number"),
    (
        Column("check_id", TEXT, "Check, as DX-01", required=True),
        Column("finding_number", INTEGER, "Position among the findings of the check, from 1", required=True),
        Column("check_version", TEXT, "Version of the check's rule", required=True),
        Column("severity", TEXT, "F fatal, D denied, R review, I information", required=True),
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column(
            "item_number", INTEGER, "Position of the code or line in its claim or encounter", required=True
        ),
        Column("code_system", TEXT, "System of the code at fault"),
        Column("code", TEXT, "Code at fault"),
        Column("related_code", TEXT, "The other code of a pair, or the expected one"),
        Column("service_date", DATE, "Date on which the rule was applied"),
        Column("detail", TEXT, "The finding in one sentence", required=True),
        Column("release", TEXT, "Release of the code set that was used"),
        Column(
            "at_stake_amount",
            MONEY,
            "Charge of the lines that may go unpaid for it, or what a reduced payment lacks; null where it "
            "is of no one line or not known",
        ),
    ),
)

FINDING_SUMMARY = Table(
    "mart",
    "finding_summary",
    "The outcome of one check",
    ("check_id",),
    (
        Column("check_id", TEXT, "Check", required=True),
        Column("title", TEXT, "What it looks for", required=True),
        Column("severity", TEXT, "F fatal, D denied, R review, I information", required=True),
        Column("unit", TEXT, "What one row of the denominator is", required=True),
        Column("outcome", TEXT, "passed, failed, not checked, not applicable or not run", required=True),
        Column(
            "eligible_count",
            INTEGER,
            "Denominator: units to which the rule applies and that could be checked",
            required=True,
        ),
        Column("finding_count", INTEGER, "Numerator: units that violate it", required=True),
        Column("not_checked_count", INTEGER, "Units that could not be checked", required=True),
        Column("not_checked_reason", TEXT, "What is missing"),
        Column("loaded_through", TIMESTAMP, "When the last file was loaded that it has judged, in UTC"),
    ),
)

UNFINISHED = "unfinished"
"""In the place of the hash of a model's SELECT, while its rows are made in several transactions."""

MODEL_BUILD = Table(
    "mart",
    "model_build",
    "The SELECT by which a model was built last; one that differs is built anew before it is read",
    ("model",),
    (
        Column("model", TEXT, "Model, as claim_outcome", required=True),
        Column(
            "sql_sha256",
            TEXT,
            "SHA-256 of its SELECT, in hexadecimal; 'unfinished' while not all of its rows are made",
            required=True,
        ),
        Column(
            "code_sets",
            TEXT,
            "Code-set tables of which its rows were made, each with the mark of its last change; null where "
            "it reads none, or one changed at the same time",
        ),
    ),
)

PAYER_RESPONSE = Table(
    "mart",
    "payer_response",
    "One claim payment that answers a chain of claims",
    ("remit_claim_id",),
    (
        Column("chain_id", INTEGER, "First claim of the chain", required=True),
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("claim_status_code", TEXT, "Claim status of the payment"),
        Column("charge_amount", MONEY, "Charge that the payment states", required=True),
        Column("paid_amount", MONEY, "What it pays", required=True),
        Column("submitted_amount", MONEY, "Charge of the claim that it answers", required=True),
        Column("payment_date", DATE, "When it was paid"),
        Column("is_primary", BOOLEAN, "From the primary payer", required=True),
        Column("is_reversal", BOOLEAN, "Takes back an earlier payment", required=True),
        Column("is_reversed", BOOLEAN, "An answer that a reversal took back", required=True),
        Column(
            "answer_number",
            INTEGER,
            "Position among the primary payer's answers, from 1; null for reversals and other payers",
        ),
    ),
)

ORPHAN_REVERSAL = Table(
    "mart",
    "orphan_reversal",
    "One reversal whose payment was never loaded",
    ("remit_claim_id",),
    (Column("remit_claim_id", INTEGER, "Claim payment with status 22", required=True),),
)

DENIAL_REASON_DAY = Table(
    "mart",
    "denial_reason_day",
    "One adjustment reason as one payer gave it on one day of payment",
    ("reason_code", "payer_id", "payer_name", "filing_code", "payment_day"),
    (
        Column("reason_code", TEXT, "Claim adjustment reason code", required=True),
        Column("payer_id", TEXT, "Payer's identifier in capitals, empty where not given"),
        Column("payer_name", TEXT, "Payer's name in capitals, empty where not given"),
        Column("filing_code", TEXT, "Claim filing indicator, empty where not given"),
        Column("payment_day", DATE, "Day of payment; 9999-12-31 where not given", required=True),
        Column(
            "reason_day_id", INTEGER, "Number of the row, made from its key: the same whatever else is loaded"
        ),
        Column("is_denial", BOOLEAN, "Its kind is 'refused'", required=True),
        Column("reason_kind", TEXT, "Kind of the reason, as refused or contractual"),
        Column("label", TEXT, "Short label"),
        Column("denial_category", TEXT, "Class of the reason"),
        Column("check_id", TEXT, "Checks that would have caught it, comma-separated"),
        Column("owner", TEXT, "Desk that works on it"),
        Column("is_preventable", TEXT, "yes, no or unknown"),
    ),
)

ADJUSTMENT_CLASS = Table(
    "mart",
    "adjustment_class",
    "One adjustment of an answer of the primary payer, with what it is",
    ("remit_claim_id", "adjustment_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("adjustment_number", INTEGER, "Position among its adjustments, from 1", required=True),
        Column("line_number", INTEGER, "Line of the claim payment, or null for the claim level"),
        Column("group_code", TEXT, "CO, PR, OA or PI"),
        Column("reason_code", TEXT, "Claim adjustment reason code"),
        Column("adjustment_amount", MONEY, "Amount taken off the charge", required=True),
        Column("adjustment_class", TEXT, "denial, unmapped, contractual or other", required=True),
        Column("reason_day_id", INTEGER, "Row of denial_reason_day, null where the reason is unmapped"),
    ),
)

LINE_DECISION = Table(
    "mart",
    "line_decision",
    "One line of an answer of the primary payer, denied or not",
    ("remit_claim_id", "line_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("line_number", INTEGER, "Line of the claim payment", required=True),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
        Column("contractual_amount", MONEY, "What the contract takes off the line", required=True),
        Column("is_denied", BOOLEAN, "The payer refused the line", required=True),
        Column("is_unmapped", BOOLEAN, "Unpaid for reasons of no list, so that it may be denied"),
    ),
)

CLAIM_DECISION = Table(
    "mart",
    "claim_decision",
    "One answer of the primary payer, with what it denied",
    ("remit_claim_id",),
    (
        Column("chain_id", INTEGER, "First claim of the chain that it answers", required=True),
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("is_denied", BOOLEAN, "The payer refused the whole claim", required=True),
        Column("is_unmapped", BOOLEAN, "Unpaid as a whole for reasons of no list, so that it may be denied"),
        Column("denied_amount", MONEY, "Charge that it denied", required=True),
        Column("unmapped_amount", MONEY, "Further charge that is unpaid for reasons of no list"),
        Column(
            "is_duplicate_denial",
            BOOLEAN,
            "Only refuses a second submission, after an earlier answer",
            required=True,
        ),
    ),
)

FIRST_AND_LATEST_ANSWER = Table(
    "mart",
    "first_and_latest_answer",
    "One answer of the primary payer, duplicate denials left out",
    ("remit_claim_id",),
    (
        Column("chain_id", INTEGER, "First claim of the chain that it answers", required=True),
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("is_first", BOOLEAN, "Belongs to the first answer", required=True),
        Column("is_latest", BOOLEAN, "Belongs to the latest state", required=True),
    ),
)

FIRST_DENIAL = Table(
    "mart",
    "first_denial",
    "One chain of claims of which the primary payer denied something",
    ("chain_id",),
    (
        Column("chain_id", INTEGER, "First claim of the chain", required=True),
        Column("denied_amount", MONEY, "Charge that the first denial denied", required=True),
        Column("reason_code", TEXT, "Reason of the largest denied amount in it"),
        Column("group_code", TEXT, "Group of that reason"),
        Column("reason_day_id", INTEGER, "What it means: row of denial_reason_day, null where unmapped"),
    ),
)

CLAIM_OUTCOME = Table(
    "mart",
    "claim_outcome",
    "One original claim to its primary payer, with all that became of it",
    ("claim_id",),
    (
        Column(
            "claim_id",
            INTEGER,
            "Claim of frequency 1 (or the first known) to the primary payer",
            required=True,
        ),
        Column("encounter_id", TEXT, "Encounter"),
        Column("patient_control_number", TEXT, "The provider's account number", required=True),
        Column("form", TEXT, "P, I, D or R", required=True),
        Column("payer_id", TEXT, "Payer"),
        Column("payer_name", TEXT, "Payer's name"),
        Column("submit_date", DATE, "First submission"),
        Column("from_date", DATE, "First date of service"),
        Column("charge_amount", MONEY, "Charge of the first submission", required=True),
        Column("response_count", INTEGER, "Claim payments that answer it, reversals included", required=True),
        Column(
            "first_response",
            TEXT,
            "paid, partly denied, denied, 'unpaid, reason unmapped', or no response yet",
            required=True,
        ),
        Column("first_response_date", DATE, "Payment date of the first answer"),
        Column(
            "denied_amount", MONEY, "Charge of denied lines in the first answer that denied", required=True
        ),
        Column("denial_reason_code", TEXT, "Reason of the largest denied amount in it"),
        Column("denial_group_code", TEXT, "Group of that reason"),
        Column("denial_reason_day_id", INTEGER, "What it means: row of denial_reason_day"),
        Column("unmapped_amount", MONEY, "Charge of the first answer that is unpaid for reasons of no list"),
        Column("may_be_denied", BOOLEAN, "The first answer denies all if unmapped reasons are denials"),
        Column(
            "is_reworked",
            BOOLEAN,
            "A replacement claim or a reversal with correction followed",
            required=True,
        ),
        Column(
            "final_outcome",
            TEXT,
            "paid, partly denied, denied, 'unpaid, reason unmapped', reversed, or no response yet",
            required=True,
        ),
        Column("paid_amount", MONEY, "Net payment of the primary payer after reversals", required=True),
        Column("secondary_paid_amount", MONEY, "Net payment of the other payers", required=True),
        Column("patient_responsibility_amount", MONEY, "PR adjustments of the last answer", required=True),
    ),
)

DENIED_LINE = Table(
    "mart",
    "denied_line",
    "One billed line that the primary payer denied, counted once",
    ("claim_id", "denial_number"),
    (
        Column("claim_id", INTEGER, "First claim of the chain", required=True),
        Column(
            "denial_number", INTEGER, "Position among the denied lines of the claim, from 1", required=True
        ),
        Column("remit_claim_id", INTEGER, "Claim payment that denied it first", required=True),
        Column("line_number", INTEGER, "Line of that payment; null for what was denied beyond the lines"),
        Column("code", TEXT, "Procedure as billed, else the revenue code"),
        Column("is_initial", BOOLEAN, "The first answer to the claim denied it", required=True),
        Column("denial_date", DATE, "Payment date of the first denial"),
        Column("denied_amount", MONEY, "Charge that the first denial denied", required=True),
        Column("group_code", TEXT, "Group of the reason with the largest amount in the first denial"),
        Column("reason_code", TEXT, "That reason; null where the payer gave none"),
        Column("reason_day_id", INTEGER, "What it means: row of denial_reason_day, null where unmapped"),
        Column("remark_codes", TEXT, "Remarks of the line and of the claim, comma-separated"),
        Column(
            "stated_ground",
            TEXT,
            "coding downgrade, clinical validation, medical necessity, or not stated",
            required=True,
        ),
        Column(
            "is_unprocessable",
            BOOLEAN,
            "Refused as unprocessable (reason 16 with remark MA130): no appeal, a corrected claim",
            required=True,
        ),
        Column("denial_count", INTEGER, "Answers that denied the line", required=True),
        Column("latest_denial_date", DATE, "Payment date of the latest denial"),
        Column("latest_reason_code", TEXT, "Reason with the largest amount in the latest denial"),
        Column(
            "final_state",
            TEXT,
            "paid, still denied, reversed, 'unpaid, reason unmapped' or not in the latest answer",
            required=True,
        ),
    ),
)

TAKE_BACK = Table(
    "mart",
    "take_back",
    "One provider-level adjustment, with the claim that it takes money back from",
    ("remittance_id", "adjustment_number"),
    (
        Column("remittance_id", INTEGER, "Remittance", required=True),
        Column(
            "adjustment_number",
            INTEGER,
            "Position among the provider adjustments of the remittance, from 1",
            required=True,
        ),
        Column(
            "kind",
            TEXT,
            "recovery, recovery deferred, balance carried forward, balance settled, refund, adjustment, "
            "interest, penalty, withholding, levy or tax, not reimbursable, or other",
            required=True,
        ),
        Column("adjustment_amount", MONEY, "As in the file: positive lowers the payment", required=True),
        Column("claim_id", INTEGER, "First claim of the chain that it is tied to, null where none is loaded"),
        Column("remit_claim_id", INTEGER, "Claim payment by which it is tied"),
        Column("tied_by", TEXT, "What ties it; null where nothing does"),
        Column("why_not_tied", TEXT, "Why no claim is known; null where one is"),
        Column(
            "open_amount",
            MONEY,
            "Of what was carried forward or deferred, the dollars not yet taken back; null for the others",
        ),
        Column(
            "not_carried_amount",
            MONEY,
            "Of a balance settled, the dollars that no loaded remittance carried forward",
        ),
    ),
)

RECORD_REQUEST = Table(
    "mart",
    "record_request",
    "One day on which a payer asked for records of a claim",
    ("claim_id", "request_number"),
    (
        Column("claim_id", INTEGER, "First claim of the chain", required=True),
        Column("request_number", INTEGER, "Position among the requests of the claim, from 1", required=True),
        Column("request_date", DATE, "Day of the payment or of the status", required=True),
        Column("asked_in", TEXT, "remittance or status report", required=True),
        Column("asked_by", TEXT, "Reasons, remarks and categories that ask, comma-separated", required=True),
        Column("answer_date", DATE, "First later answer of the primary payer; null where none came"),
    ),
)

MART_TABLES = (
    FINDING,
    FINDING_SUMMARY,
    MODEL_BUILD,
    PAYER_RESPONSE,
    ORPHAN_REVERSAL,
    DENIAL_REASON_DAY,
    ADJUSTMENT_CLASS,
    LINE_DECISION,
    CLAIM_DECISION,
    FIRST_AND_LATEST_ANSWER,
    FIRST_DENIAL,
    CLAIM_OUTCOME,
    DENIED_LINE,
    TAKE_BACK,
    RECORD_REQUEST,
)
