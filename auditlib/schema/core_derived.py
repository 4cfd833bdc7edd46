"""Contracts of the ``core`` tables that follow from loaded rows."""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import BOOLEAN, DATE, INTEGER, MONEY, ORIGIN, QUANTITY, TEXT

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


RELEASE_DAY = Table(
    "core",
    "release_day",
    "One day on which an ICD-10-CM diagnosis was coded, with the release in force",
    ("service_date",),
    (
        Column("service_date", DATE, "Date by which a code is judged", required=True),
        Column("release", TEXT, "Release of the codes in force, or null where none is loaded"),
        Column(
            "can_only_confirm",
            BOOLEAN,
            "The release proves the codes that it holds and never calls one invalid",
            required=True,
        ),
        Column("note_release", TEXT, "Release of the notes in force, or null where none is loaded"),
    ),
)


DIAGNOSIS_DAY = Table(
    "core",
    "diagnosis_day",
    "One day with the ICD-10-CM diagnoses that can be checked, or with those that cannot",
    ("service_date", "is_checked"),
    (
        Column("service_date", DATE, "Date by which a code is judged, null where the file gives none"),
        Column("is_checked", BOOLEAN, "The release in force can judge them", required=True),
        Column("diagnosis_count", INTEGER, "How many", required=True),
    ),
)


DIAGNOSIS_CODE = Table(
    "core",
    "diagnosis_code",
    "One ICD-10-CM code that is coded or that a release names",
    ("code",),
    (
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column("shown_code", TEXT, "Code with its dot", required=True),
        Column("is_known", BOOLEAN, "A loaded release holds it, as a code or as a header", required=True),
        Column("is_header", BOOLEAN, "Known, and billable in no loaded release", required=True),
        Column("first_day", DATE, "First day on which it may be billed"),
        Column("last_day", DATE, "Last day on which it may be billed; 9999-12-31 where none is set"),
    ),
)


CLAIM_ENCOUNTER = Table(
    "core",
    "claim_encounter",
    "The encounter that one claim bills",
    ("claim_id",),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column(
            "encounter_id",
            TEXT,
            "Encounter: the patient control number, or number~billing provider~patient where other claims "
            "took the number first",
            required=True,
        ),
    ),
)


CLAIM_ROLE = Table(
    "core",
    "claim_role",
    "One claim: to whom it was sent, and whether it opens or follows",
    ("claim_id",),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("encounter_key", TEXT, "Encounter that it bills, known or not", required=True),
        Column("encounter_id", TEXT, "Encounter that it bills, or null where no encounter is known"),
        Column("payer_key", TEXT, "Payer's id, else its name, else empty", required=True),
        Column(
            "payer_sequence", TEXT, "P primary, S secondary, T tertiary; P where not given", required=True
        ),
        Column("frequency_code", TEXT, "Claim frequency; 1 where not given", required=True),
        Column(
            "series_key",
            TEXT,
            "What a claim and its corrections share: form, payer, turn, day, encounter, biller, patient",
        ),
        Column("is_primary", BOOLEAN, "Sent to the primary payer", required=True),
        Column(
            "is_original", BOOLEAN, "To the primary payer, and neither replacement nor void", required=True
        ),
        Column(
            "is_follower",
            BOOLEAN,
            "Follows another claim: late charge, adjustment, replacement or void",
            required=True,
        ),
    ),
)


CLAIM_GROUP = Table(
    "core",
    "claim_group",
    "One claim to the primary payer, with the first claim that bills the same services",
    ("claim_id",),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("head_id", INTEGER, "First claim of its group", required=True),
        Column(
            "is_other_day",
            BOOLEAN,
            "Follows the only original of its encounter and payer, which has another first day",
            required=True,
        ),
    ),
)


CLAIM_REFERENCE = Table(
    "core",
    "claim_reference",
    "One group of claims without an original that refers to an earlier group",
    ("head_id",),
    (
        Column("head_id", INTEGER, "First claim of the group", required=True),
        Column("earlier_id", INTEGER, "First claim of the group that it refers to", required=True),
    ),
)


CLAIM_ORIGIN = Table(
    "core",
    "claim_origin",
    "One group of claims without an original, with the group at which its references end",
    ("head_id",),
    (
        Column("head_id", INTEGER, "First claim of the group", required=True),
        Column("origin_id", INTEGER, "First claim of the group that refers to no earlier one", required=True),
    ),
)


BILLED_ENCOUNTER = Table(
    "core",
    "billed_encounter",
    "One encounter known from claims only, with the claim that describes it",
    ("encounter_id",),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("claim_id", INTEGER, "Latest claim to its first payer", required=True),
        Column(
            "encounter_class",
            TEXT,
            "office, emergency, outpatient surgery, inpatient or other",
            required=True,
        ),
    ),
)


_AGREES = "1 agrees, 0 unknown, -1 differs"

NAMED_CLAIM = Table(
    "core",
    "named_claim",
    "One claim that a claim payment names by reference",
    ("remit_claim_id", "claim_id"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("is_other_patient", BOOLEAN, "The answer names another patient than the claim", required=True),
        Column("is_answered", BOOLEAN, "The only one that is not another patient's", required=True),
    ),
)

LINK_CANDIDATE = Table(
    "core",
    "link_candidate",
    "One claim that a claim payment may answer: one that it names, else a claim of its control number whose "
    "days of service meet",
    ("remit_claim_id", "claim_id"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("claim_id", INTEGER, "Claim that it names, or of its control number", required=True),
        Column(
            "patient_match",
            INTEGER,
            "4 member number and given name, 3 member number, 2 name, 1 name by its sound or beside another "
            "member number, or the end of a masked number; 0 unknown, -1 another patient",
            required=True,
        ),
        Column("member_match", INTEGER, "2 member number, 1 its end, 0 unknown, -1 differs", required=True),
        Column("day_match", INTEGER, "2 same first day, 1 the days meet, 0 unknown", required=True),
        Column("payer_match", INTEGER, _AGREES, required=True),
        Column("sequence_match", INTEGER, "1 processed as the payer that it was sent to", required=True),
        Column(
            "payee_match",
            INTEGER,
            "1 NPI or tax number agrees, 0 unknown, -1 the one known differs, -2 both differ",
            required=True,
        ),
        Column("charge_match", INTEGER, "1 equal, 0 less than the claim's, -1 more", required=True),
        Column("facility_match", INTEGER, _AGREES, required=True),
        Column(
            "line_match",
            INTEGER,
            "2 all its lines are on the claim with their charges, 1 without, -1 none is; 0 unknown, some, or "
            "not compared because nothing is in doubt",
            required=True,
        ),
        Column("frequency_match", INTEGER, _AGREES, required=True),
        Column(
            "control_match",
            INTEGER,
            "1 where the claim refers to the payer's control number of the payment",
            required=True,
        ),
        Column("is_timely", BOOLEAN, "Paid within 90 days after it was sent, or unknown", required=True),
        Column("contradiction", TEXT, "Why the payment cannot answer the claim, or null"),
        Column("is_named", BOOLEAN, "The response names the claim by reference"),
        Column("has_control_number", BOOLEAN, "The payment has the claim's control number"),
    ),
)


LINK_CHOICE = Table(
    "core",
    "link_choice",
    "One claim payment that a claim fits well enough, with the claim that fits it best",
    ("remit_claim_id",),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("claim_id", INTEGER, "Claim that fits best; of equal ones the latest", required=True),
        Column("basis", TEXT, "What is enough for the link, as patient or days and charge", required=True),
        Column("candidate_count", INTEGER, "Claims that fit equally well", required=True),
        Column("is_one_chain", BOOLEAN, "These are one claim and its corrections", required=True),
        Column("is_named", BOOLEAN, "The response names the claim", required=True),
        Column("is_reversal", BOOLEAN, "The payment is a reversal", required=True),
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
        Column("evidence", TEXT, "All that agrees, and what differs; null where it answers no claim"),
    ),
)


ACKNOWLEDGED_ENVELOPE = Table(
    "core",
    "acknowledged_envelope",
    "One acknowledgment that names an interchange, group or transaction of a loaded file",
    ("acknowledgment_id",),
    (
        Column("acknowledgment_id", INTEGER, "Acknowledgment", required=True),
        Column("candidate_count", INTEGER, "How many it may be about", required=True),
        Column("sent_file_id", INTEGER, "File of the only one, or null"),
        Column("sent_offset", INTEGER, "Byte of its header in that file, or null"),
    ),
)


FRONT_END_REJECTION = Table(
    "core",
    "front_end_rejection",
    "One rejection of one claim before adjudication: by a 277CA, a 999 or 997, or a TA1",
    ("answer_id", "status_number", "claim_id"),
    (
        Column("claim_id", INTEGER, "Claim, or null where it is not loaded"),
        Column("answer_id", INTEGER, "Claim status, or acknowledgment, that rejects it", required=True),
        Column("status_number", INTEGER, "Which status of its segment; 1 otherwise", required=True),
        Column("transaction_kind", TEXT, "277CA, 999, 997 or TA1", required=True),
        Column(
            "rejection_level",
            TEXT,
            "claim, line, provider, receiver or source of a 277CA; transaction, group or interchange",
            required=True,
        ),
        Column("patient_control_number", TEXT, "The provider's account number, or null where unknown"),
        Column(
            "rejection_code",
            TEXT,
            "Status category and status code of a 277CA; else verdict and error codes",
            required=True,
        ),
        Column("entity_code", TEXT, "Whom the status is about"),
        Column("rejected_by", TEXT, "Payer or clearinghouse, or null where the answer names none"),
        Column("rejection_date", DATE, "Day of the status, else of the answer"),
        Column(
            "later_accepted_date", DATE, "Day on which a later 277CA accepted the claim, or null if none did"
        ),
        *ORIGIN,
    ),
)


CLAIM_CHAIN = Table(
    "core",
    "claim_chain",
    "The chain of claims that one claim belongs to: an original with all that followed it",
    ("claim_id",),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("chain_id", INTEGER, "First claim of its chain, or null where no one chain fits"),
        Column(
            "relation",
            TEXT,
            "original, resubmission, replacement, void, late charge, adjustment, or to a later payer",
            required=True,
        ),
        Column("chain_method", TEXT, "How its chain was found, or why not", required=True),
    ),
)


BALANCE = Table(
    "core",
    "balance",
    "One claim, claim payment, line or remittance whose money does not add up by one rule",
    ("source_file_id", "source_offset", "balance_rule"),
    (
        Column(
            "balance_rule",
            TEXT,
            "claim charge, line payment, claim payment, payment charge or remittance payment",
            required=True,
        ),
        Column("claim_id", INTEGER, "Claim whose charge is not that of its lines"),
        Column("remittance_id", INTEGER, "Remittance of what does not add up; null for a line"),
        Column("remit_claim_id", INTEGER, "Claim payment that does not add up, or whose line does not"),
        Column("line_number", INTEGER, "Line of the claim payment that does not add up"),
        Column("computed_amount", MONEY, "What the parts make", required=True),
        Column("stated_amount", MONEY, "What the file states", required=True),
        Column("difference_amount", MONEY, "Computed less stated", required=True),
        *ORIGIN,
    ),
)


STANDING_CLAIM = Table(
    "core",
    "standing_claim",
    "One claim that is no void and that no void took back",
    ("claim_id",),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("encounter_id", TEXT, "Encounter that it bills, or null where no encounter is known"),
        Column(
            "compared_claim_id",
            INTEGER,
            "First of the patient's claims whose lines are compared: to one payer in one turn; or itself",
            required=True,
        ),
        Column(
            "edit_setting",
            TEXT,
            "Whose edits apply: practitioner or hospital, with Medicaid before it; null where none do",
        ),
        Column("place_of_service", TEXT, "Place of service of the claim"),
        Column(
            "first_claim_of_provider",
            INTEGER,
            "First claim of the patient and provider; null where one is not known",
        ),
        Column(
            "first_claim_of_group",
            INTEGER,
            "First claim of the patient and billing provider; null where one is not known",
        ),
    ),
)


PROCEDURE_LINE = Table(
    "core",
    "procedure_line",
    "One service line with a procedure code on a claim that stands, as edits of a day compare it",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("encounter_id", TEXT, "Encounter that the claim bills, or null where none is known"),
        Column(
            "edit_setting",
            TEXT,
            "Whose edits apply: practitioner or hospital, with Medicaid before it; null where none do",
        ),
        Column("code_system", TEXT, "CPT or HCPCS"),
        Column("code", TEXT, "Procedure code", required=True),
        Column("from_date", DATE, "First date of service"),
        Column("unit_count", QUANTITY, "Units; 1 where not given", required=True),
        Column("daily_unit_count", QUANTITY, "Units of one day of the line, rounded", required=True),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
        Column("modifiers", TEXT, "All modifiers of the line, each between blanks; null where it has none"),
        Column("place_of_service", TEXT, "Place of service of the line, else of the claim"),
        Column(
            "has_unbundling_modifier",
            BOOLEAN,
            "Has an NCCI modifier other than 59 and X{EPSU}",
            required=True,
        ),
        Column("is_stated_distinct", BOOLEAN, "Has modifier 59, XE, XS, XP or XU", required=True),
        Column("first_claim_of_provider", INTEGER, "As in standing_claim"),
        Column("first_claim_of_group", INTEGER, "As in standing_claim"),
    ),
)


PROCEDURE_CODE_DAY = Table(
    "core",
    "procedure_code_day",
    "One CPT or HCPCS code on one day of service, and whether the lists that are loaded have it on that day",
    ("code_system", "code", "service_date"),
    (
        Column("code_system", TEXT, "CPT or HCPCS", required=True),
        Column("code", TEXT, "Procedure code", required=True),
        Column("service_date", DATE, "Day of service; null where the file gives none"),
        Column("line_count", INTEGER, "Lines with the code on that day", required=True),
        Column("is_checked", BOOLEAN, "A list proves that it was or was not in force", required=True),
        Column("is_in_force", BOOLEAN, "A list has it on the day", required=True),
        Column("first_day", DATE, "First day on which a loaded list has it; null where none has it"),
        Column("last_day", DATE, "Last such day; 9999-12-31 where none is set"),
        Column("title", TEXT, "Publisher's title in the list of the day; null where it has none"),
        Column("release", TEXT, "Release in force, or null where none is loaded"),
    ),
)


FEE_RELEASE_DAY = Table(
    "core",
    "fee_release_day",
    "One day of service and the release of the physician fee schedule that counts for it",
    ("service_date",),
    (
        Column("service_date", DATE, "Day of service", required=True),
        Column("release", TEXT, "Release of the fee schedule", required=True),
    ),
)


LINE_MODIFIER = Table(
    "core",
    "line_modifier",
    "One modifier of one service line with a procedure code, on a claim that stands",
    ("claim_id", "line_number", "modifier"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("modifier", TEXT, "Modifier", required=True),
        Column("service_date", DATE, "Day of service"),
    ),
)


GLOBAL_PROCEDURE = Table(
    "core",
    "global_procedure",
    "One service line with a procedure that has a global period, on a professional claim that stands",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("code", TEXT, "Procedure code", required=True),
        Column("service_date", DATE, "Day of the procedure", required=True),
        Column(
            "global_days",
            INTEGER,
            "Days after the procedure that its payment includes: 0, 10 or 90",
            required=True,
        ),
        Column("patient_id", TEXT, "Pseudonymous patient"),
        Column("group_id", TEXT, "As in visit_line"),
        Column("provider_id", TEXT, "As in visit_line"),
        Column("specialty", TEXT, "As in visit_line"),
        Column("release", TEXT, "Release of the fee schedule", required=True),
    ),
)


VISIT_LINE = Table(
    "core",
    "visit_line",
    "One service line with a visit (evaluation and management) on a professional claim that stands",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("encounter_id", TEXT, "Encounter that the claim bills, or null where none is known"),
        Column("code_system", TEXT, "CPT or HCPCS"),
        Column("code", TEXT, "Procedure code", required=True),
        Column("visit_kind", TEXT, "Kind of visit, as new office visit", required=True),
        Column("service_date", DATE, "Day of service"),
        Column("modifiers", TEXT, "As in procedure_line"),
        Column("place_of_service", TEXT, "As in procedure_line"),
        Column("patient_id", TEXT, "Pseudonymous patient"),
        Column(
            "group_id", TEXT, "Tax number of the billing provider, else its NPI; null where neither is known"
        ),
        Column("provider_id", TEXT, "Who rendered the visit, else who billed it"),
        Column("specialty", TEXT, "Taxonomy code of who rendered the visit; null where not given"),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
        Column("first_claim_of_provider", INTEGER, "As in standing_claim"),
        Column("first_claim_of_group", INTEGER, "As in standing_claim"),
    ),
)


EARLIER_VISIT = Table(
    "core",
    "earlier_visit",
    "One visit of a new patient whom somebody saw in the three years before",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column(
            "same_specialty_date",
            DATE,
            "Last visit to the provider, or to one of the group and specialty; null where there is none",
        ),
        Column(
            "unknown_specialty_date",
            DATE,
            "Last visit to another of the group, the specialty of one of them not given; else null",
        ),
    ),
)


PROCEDURAL_VISIT = Table(
    "core",
    "procedural_visit",
    "One service line with a practitioner's visit, other than preventive, and the minor procedure of the day",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("encounter_id", TEXT, "Encounter that the claim bills, or null where none is known"),
        Column("code_system", TEXT, "CPT or HCPCS"),
        Column("code", TEXT, "Code of the visit", required=True),
        Column("service_date", DATE, "Day of service"),
        Column("modifiers", TEXT, "As in procedure_line"),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
        Column("procedure_code", TEXT, "Minor procedure of the provider's day, or null"),
        Column("release", TEXT, "Fee schedule that says so"),
        Column("is_checked", BOOLEAN, "Provider's day and its fee schedule are known", required=True),
    ),
)


COMPLEXITY_LINE = Table(
    "core",
    "complexity_line",
    "One service line for the complexity of a visit (G2211) from 2024",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("encounter_id", TEXT, "Encounter that the claim bills, or null where none is known"),
        Column("code_system", TEXT, "HCPCS"),
        Column("code", TEXT, "G2211", required=True),
        Column("service_date", DATE, "Day of service", required=True),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
        Column("filing_code", TEXT, "Kind of payer, or null where the claim does not say it"),
        Column("visit_code", TEXT, "Office visit with modifier 25 of the claim's day, or null"),
        Column("has_preventive_service", BOOLEAN, "The claim's day has one of Part B", required=True),
    ),
)


STATED_MINUTES = Table(
    "core",
    "stated_minutes",
    "One encounter and day for which its documents state one total of minutes",
    ("encounter_id", "service_date"),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("service_date", DATE, "Day of service", required=True),
        Column("minute_count", INTEGER, "Total minutes that the record states", required=True),
    ),
)


TIMED_MINUTES = Table(
    "core",
    "timed_minutes",
    "One encounter and day for which its documents state one total of minutes of timed services",
    ("encounter_id", "service_date"),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("service_date", DATE, "Day of service", required=True),
        Column("minute_count", INTEGER, "Minutes of timed services that the record states", required=True),
    ),
)


VISIT_RULE = Table(
    "core",
    "visit_rule",
    "One code of a kind of visit, and the days between which its level is chosen so",
    ("code", "first_date"),
    (
        Column("visit_kind", TEXT, "Kind of visit, as new office visit", required=True),
        Column("code", TEXT, "CPT number", required=True),
        Column("level_number", INTEGER, "Place of the code in its kind, from 0", required=True),
        Column("least_minutes", INTEGER, "Least minutes; null where time does not choose the code"),
        Column("first_date", DATE, "First day of service", required=True),
        Column("last_date", DATE, "Last day of service; 9999-12-31 while in force", required=True),
    ),
)


LEVELED_VISIT = Table(
    "core",
    "leveled_visit",
    "One service line of a visit whose level has rules here, on a professional claim that stands",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("encounter_id", TEXT, "Encounter that the claim bills, or null where none is known"),
        Column("code_system", TEXT, "CPT or HCPCS"),
        Column("code", TEXT, "Procedure code", required=True),
        Column("service_date", DATE, "Day of service", required=True),
        Column("visit_kind", TEXT, "Kind of visit, as new office visit", required=True),
        Column("level_number", INTEGER, "Place of the billed code in its kind, from 0", required=True),
        Column("provider_id", TEXT, "Who rendered the visit, else who billed it"),
        Column("minute_count", INTEGER, "Total minutes that the record states; null where not known"),
        Column("minutes_level_number", INTEGER, "Place of the code that they support; null for none"),
        Column("minutes_code", TEXT, "The code that they support; null for none"),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
    ),
)


EDIT_RELEASE_DAY = Table(
    "core",
    "edit_release_day",
    "One day of service, setting and kind of NCCI edit for which a loaded file counts",
    ("service_date", "edit_setting", "edit_kind"),
    (
        Column("service_date", DATE, "Day of service", required=True),
        Column("edit_setting", TEXT, "practitioner or hospital", required=True),
        Column("edit_kind", TEXT, "pair, units or add-on", required=True),
        Column("quarter_from", DATE, "First day of the quarter of the file", required=True),
    ),
)


PAIRED_PROCEDURE = Table(
    "core",
    "paired_procedure",
    "One procedure of a provider's day that an NCCI edit does not pay beside another of that day",
    ("first_claim_of_provider", "service_date", "column_2_code", "column_1_code"),
    (
        Column("first_claim_of_provider", INTEGER, "First claim of the patient and provider", required=True),
        Column("service_date", DATE, "Day of service", required=True),
        Column("column_2_code", TEXT, "Procedure that is not paid", required=True),
        Column("column_1_code", TEXT, "Procedure that is paid", required=True),
        Column("modifier_indicator", TEXT, "0 no modifier helps, 1 one may", required=True),
        Column(
            "is_paid_code_unbundled",
            BOOLEAN,
            "A line of the paid code has a modifier that counts",
            required=True,
        ),
        Column("release", TEXT, "Release of the edit", required=True),
    ),
)


BARRED_LINE = Table(
    "core",
    "barred_line",
    "One service line and what the pair edits of its day say of it",
    ("claim_id", "line_number", "pair_result"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column(
            "pair_result", TEXT, "never paid, in want of a modifier, or paid for a modifier", required=True
        ),
        Column("column_1_code", TEXT, "Procedure that is paid; the first of several", required=True),
        Column("release", TEXT, "Release of the edit", required=True),
    ),
)


UNIT_LIMIT = Table(
    "core",
    "unit_limit",
    "One billed procedure, setting and quarter with the published limit of its units",
    ("limit_number",),
    (
        Column("limit_number", INTEGER, "Its number here", required=True),
        Column("edit_setting", TEXT, "practitioner or hospital", required=True),
        Column("quarter_from", DATE, "First day of the quarter", required=True),
        Column("code", TEXT, "Procedure code", required=True),
        Column("most_unit_count", INTEGER, "Most units", required=True),
        Column(
            "adjudication_indicator",
            TEXT,
            "1 by claim line, 2 by day as policy, 3 by day as clinical",
            required=True,
        ),
        Column("release", TEXT, "Release of the limit", required=True),
    ),
)


COUNTED_UNITS = Table(
    "core",
    "counted_units",
    "Units as their limit counts them: of one service line, or of one procedure on a provider's day",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim of its first line", required=True),
        Column("line_number", INTEGER, "Its first line", required=True),
        Column("limit_number", INTEGER, "Number of its unit limit; null where none is published"),
        Column(
            "is_judged",
            BOOLEAN,
            "A limit is published and, where it is by day, patient and provider are known",
            required=True,
        ),
        Column("unit_count", QUANTITY, "Units of the line or the day", required=True),
        Column("charge_amount", MONEY, "Charge of all its lines", required=True),
    ),
)


ADD_ON_LINE = Table(
    "core",
    "add_on_line",
    "One service line whose code is an add-on code on its day",
    ("claim_id", "line_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("line_number", INTEGER, "Line of the claim", required=True),
        Column("edit_type", TEXT, "1 primaries listed, 2 none listed, 3 some listed", required=True),
        Column("has_listed_primary", BOOLEAN, "A listed primary was billed that day", required=True),
        Column(
            "has_other_procedure", BOOLEAN, "A procedure that is no add-on was billed that day", required=True
        ),
        Column("is_day_known", BOOLEAN, "Patient, billing provider and day are known", required=True),
        Column("release", TEXT, "Release of the edit", required=True),
    ),
)


FIRST_LISTED_DIAGNOSIS = Table(
    "core",
    "first_listed_diagnosis",
    "The ICD-10-CM diagnosis that one claim, or one encounter that has no claim, lists first",
    ("claim_id", "encounter_id"),
    (
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column("item_number", INTEGER, "Its number in core.diagnosis", required=True),
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column("service_date", DATE, "Date by which the code is judged, null where the file gives none"),
    ),
)


BILL_DIAGNOSIS = Table(
    "core",
    "bill_diagnosis",
    "One ICD-10-CM code of a bill, however often it is given",
    ("bill_number", "code"),
    (
        Column(
            "bill_number",
            INTEGER,
            "The claim; for an encounter not yet billed a number below zero of this table's own",
            required=True,
        ),
        Column("code_number", INTEGER, "Place of the code among all that occur", required=True),
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column("item_number", INTEGER, "Its first number in core.diagnosis", required=True),
        Column("is_first_listed", BOOLEAN, "The bill lists it first", required=True),
        Column(
            "list_position",
            INTEGER,
            "First place among principal (0) and secondary diagnoses, null for a mere external cause",
        ),
        Column("mention_count", INTEGER, "How often the bill gives it", required=True),
        Column("service_date", DATE, "Date by which the code is judged, null where the file gives none"),
    ),
)


SIDED_CODE = Table(
    "core",
    "sided_code",
    "One ICD-10-CM code of a paired part of the body, with the side that its title says",
    ("code",),
    (
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column(
            "side",
            TEXT,
            "right, left, bilateral, or open: unspecified",
            required=True,
        ),
        Column(
            "pair_key",
            TEXT,
            "Category and title without the side, one for a pair",
            required=True,
        ),
        Column("bilateral_code", TEXT, "Of a right or left code, the one that names both"),
    ),
)


HOSPITAL_STAY = Table(
    "core",
    "hospital_stay",
    "One hospital stay, billed or coded and not yet billed, with the patient's age and sex",
    ("claim_id", "encounter_id"),
    (
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column("patient_id", TEXT, "Patient; null where not known"),
        Column("sex", TEXT, "F, M or U; null where the patient is not known"),
        Column("admit_date", DATE, "Day of admission, null where the file gives none"),
        Column("first_date", DATE, "Day of admission, else the first day of service"),
        Column("last_date", DATE, "Last day of the stay or of its bill"),
        Column("admission_age_years", INTEGER, "Age on the first day; null where not known"),
        Column("last_age_years", INTEGER, "Age on the last day; null where not known"),
        Column("discharge_status_code", TEXT, "Patient discharge status"),
        Column("drg", TEXT, "Billed payment group, three digits; null where the claim has none"),
    ),
)


INPATIENT_DIAGNOSIS = Table(
    "core",
    "inpatient_diagnosis",
    "One principal, secondary or external cause diagnosis of a hospital stay, with the patient's age and sex",
    ("claim_id", "encounter_id", "item_number"),
    (
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column("item_number", INTEGER, "Its number in core.diagnosis", required=True),
        Column("code", TEXT, "Code, upper-case without dots", required=True),
        Column("principal_code", TEXT, "Code that the stay lists first; null where none is marked"),
        Column("is_principal", BOOLEAN, "The stay lists it first", required=True),
        Column("poa_indicator", TEXT, "Present on admission"),
        Column("service_date", DATE, "Last day of the stay, null where the file gives none"),
        Column("sex", TEXT, "F, M or U; null where the patient is not known"),
        Column("admission_age_years", INTEGER, "Age on the day of admission; null where not known"),
        Column("last_age_years", INTEGER, "Age on the last day; null where not known"),
    ),
)


CODED_PROCEDURE = Table(
    "core",
    "coded_procedure",
    "One ICD-10-PCS procedure of a claim, or of an encounter that has no claim, as it was coded",
    ("claim_id", "encounter_id", "item_number"),
    (
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column(
            "item_number",
            INTEGER,
            "procedure_number of the claim or code_number of the encounter",
            required=True,
        ),
        Column("code", TEXT, "Code", required=True),
        Column("procedure_date", DATE, "When it was done, null where the file gives none"),
        Column("service_date", DATE, "Date by which the code is judged, null where the file gives none"),
    ),
)


ICD_PROCEDURE = Table(
    "core",
    "icd_procedure",
    "One ICD-10-PCS procedure of a claim, or of an encounter that has no claim",
    ("claim_id", "encounter_id", "item_number"),
    (
        Column("claim_id", INTEGER, "Claim, or null for an encounter not yet billed"),
        Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
        Column(
            "item_number",
            INTEGER,
            "procedure_number of the claim or code_number of the encounter",
            required=True,
        ),
        Column("code", TEXT, "Code", required=True),
        Column("service_date", DATE, "Date by which the code is judged, null where the file gives none"),
        Column("release", TEXT, "Release of ICD-10-PCS in force, or null where none is loaded"),
        Column("is_checked", BOOLEAN, "The release in force can judge the code", required=True),
        Column("is_valid", BOOLEAN, "A loaded release lets it be billed on the day", required=True),
        Column("first_day", DATE, "First day on which it may be billed, null where no release holds it"),
        Column("last_day", DATE, "Last such day; 9999-12-31 where none is set"),
    ),
)


LIST_RELEASE_DAY = Table(
    "core",
    "list_release_day",
    "One day with a code and one list of codes of which a loaded release is effective on it",
    ("service_date", "list_name"),
    (
        Column("service_date", DATE, "Date by which a code is judged", required=True),
        Column(
            "list_name", TEXT, "POA exempt, a list of a code editor (MCE, OCE) or of services", required=True
        ),
        Column("release", TEXT, "Release in force", required=True),
    ),
)


NOTED_CODE = Table(
    "core",
    "noted_code",
    'One code or range of codes that a "code first" or "use additional" note names',
    ("release", "note_kind", "note_code", "note_number", "named_from", "named_to"),
    (
        Column("release", TEXT, "Release of the notes", required=True),
        Column("note_kind", TEXT, "code first or use additional", required=True),
        Column("note_code", TEXT, "Code, section or chapter that carries the note", required=True),
        Column("note_number", INTEGER, "Position among the notes of that kind there", required=True),
        Column("named_from", TEXT, "First code named; codes that start with it are meant", required=True),
        Column("named_to", TEXT, "Last code named; equal to the first where it is no range", required=True),
    ),
)


VISIT_CODE = Table(
    "core",
    "visit_code",
    "One code of a visit, whose kind has more than one level",
    ("code",),
    (
        Column("code", TEXT, "Code of the visit", required=True),
        Column("visit_kind", TEXT, "Kind, within which the higher number is the higher level", required=True),
    ),
)


_OF_ANSWER = (
    Column("claim_id", INTEGER, "Claim that it answers", required=True),
    Column("encounter_id", TEXT, "Encounter, or null where no encounter is known"),
)

ANSWERED_LINE = Table(
    "core",
    "answered_line",
    "One billed procedure, as one of the primary payer's latest answers has it",
    ("remit_claim_id", "line_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("line_number", INTEGER, "Its first line for the billed line", required=True),
        *_OF_ANSWER,
        Column("claim_line_number", INTEGER, "Line of the claim, or null where none fits"),
        Column("form", TEXT, "P, I, D or R", required=True),
        Column("payer_key", TEXT, "Payer's identifier, else its name in capitals", required=True),
        Column("payer", TEXT, "Payer's name, else its identifier"),
        Column("filing_code", TEXT, "Claim filing indicator of the payment"),
        Column("payment_date", DATE, "When it was paid"),
        Column("service_date", DATE, "First day of service of the line"),
        Column("code_system", TEXT, "System of the paid code"),
        Column("billed_code", TEXT, "Code as billed", required=True),
        Column("paid_code", TEXT, "Code by which the payer decided", required=True),
        Column("billed_unit_count", QUANTITY, "Units as billed; null where they are not known or no units"),
        Column("paid_unit_count", QUANTITY, "Units paid"),
        Column("charge_amount", MONEY, "Charge of the line", required=True),
        Column("paid_amount", MONEY, "Payment of the line", required=True),
        Column(
            "allowed_amount",
            MONEY,
            "As stated, else the payment with the patient's share and what another payer, capitation or "
            "sequestration took off",
            required=True,
        ),
        Column("taken_off_amount", MONEY, "Adjustments other than the patient's share", required=True),
        Column(
            "contractual_amount",
            MONEY,
            "Those that the contract or a rule of reduction takes off",
            required=True,
        ),
        Column("patient_share_amount", MONEY, "Adjustments of group PR", required=True),
        Column("is_paid_by_group", BOOLEAN, "The stay was paid by its DRG", required=True),
        Column("is_refused", BOOLEAN, "Denied, or unpaid for reasons of no list", required=True),
    ),
)


ANSWERED_STAY = Table(
    "core",
    "answered_stay",
    "One of the primary payer's latest answers to a claim, where either states a payment group (DRG)",
    ("remit_claim_id",),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        *_OF_ANSWER,
        Column("payer", TEXT, "Payer's name, else its identifier"),
        Column("filing_code", TEXT, "Claim filing indicator of the payment"),
        Column("payment_date", DATE, "When it was paid"),
        Column("service_date", DATE, "Last day of the stay"),
        Column("billed_drg", TEXT, "Group as billed, three digits; null where it is not stated so"),
        Column("paid_drg", TEXT, "Group as paid, three digits; null where it is not stated so"),
        Column("billed_weight", QUANTITY, "Relative weight of the billed group on the day"),
        Column("paid_weight", QUANTITY, "Relative weight of the paid group on the day"),
        Column("release", TEXT, "Release of the weights"),
        Column("paid_amount", MONEY, "Payment of the claim", required=True),
        Column("is_denied", BOOLEAN, "The payer refused the claim", required=True),
    ),
)


CONTRACT_LINE = Table(
    "core",
    "contract_line",
    "One answered line whose billed code the user's fee table has for its payer, day and modifiers",
    ("remit_claim_id", "line_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("line_number", INTEGER, "Its first line for the billed line", required=True),
        Column("fee_amount", MONEY, "Fee of one unit", required=True),
        Column(
            "contract_amount", MONEY, "Fee of the billed units, at most the charge of the line", required=True
        ),
        Column("release", TEXT, "The user's fee table", required=True),
    ),
)


PAYMENT_REDUCTION = Table(
    "core",
    "payment_reduction",
    "One billed line, or one stay, that the primary payer paid otherwise than it was billed",
    ("remit_claim_id", "line_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("line_number", INTEGER, "Its line, or 0 for the payment group of a stay", required=True),
        Column("reduction", TEXT, "As in reduced_payment", required=True),
        *_OF_ANSWER,
        Column("item_number", INTEGER, "Line of the claim, or 0 for the claim", required=True),
        Column("payer_key", TEXT, "Payer's identifier, else its name in capitals; null of a stay"),
        Column("payer", TEXT, "Payer's name, else its identifier"),
        Column("filing_code", TEXT, "Claim filing indicator of the payment"),
        Column("payment_date", DATE, "When it was paid"),
        Column("service_date", DATE, "Day of service"),
        Column("code_system", TEXT, "System of the codes; MS-DRG for a group"),
        Column("billed_code", TEXT, "Code or group as billed", required=True),
        Column("paid_code", TEXT, "Code or group as paid", required=True),
        Column("billed_unit_count", QUANTITY, "Units as billed"),
        Column("paid_unit_count", QUANTITY, "Units as paid"),
        Column("billed_weight", QUANTITY, "Relative weight of the billed group, of a stay"),
        Column("paid_weight", QUANTITY, "Relative weight of the paid group, of a stay"),
        Column("allowed_amount", MONEY, "What the payer allowed; of a stay, what it paid", required=True),
        Column("contract_amount", MONEY, "What the contract allows, where the user's fee table has it"),
        Column("release", TEXT, "Release of the relative weights, or the user's fee table"),
    ),
)


REDUCED_PAYMENT = Table(
    "core",
    "reduced_payment",
    "One billed line, or one stay, that the primary payer paid as less than was billed",
    ("remit_claim_id", "line_number"),
    (
        Column("remit_claim_id", INTEGER, "Claim payment", required=True),
        Column("line_number", INTEGER, "Its line, or 0 for the payment group of a stay", required=True),
        Column(
            "reduction",
            TEXT,
            "code, payment group, units, visit level, bundled or below contract",
            required=True,
        ),
        *_OF_ANSWER,
        Column("item_number", INTEGER, "Line of the claim, or 0 for the claim", required=True),
        Column("payer", TEXT, "Payer's name, else its identifier"),
        Column("payment_date", DATE, "When it was paid"),
        Column("appeal_by_date", DATE, "Last day to appeal where the law sets it: Medicare fee-for-service"),
        Column("service_date", DATE, "Day of service"),
        Column("code_system", TEXT, "System of the codes; MS-DRG for a group"),
        Column("billed_code", TEXT, "Code or group as billed", required=True),
        Column("paid_code", TEXT, "Code or group as paid", required=True),
        Column("billed_unit_count", QUANTITY, "Units as billed"),
        Column("paid_unit_count", QUANTITY, "Units as paid"),
        Column("lost_amount", MONEY, "Estimated payment that it lacks; null where nothing shows it"),
        Column("allowed_amount", MONEY, "What the payer allowed; of a stay, what it paid", required=True),
        Column("contract_amount", MONEY, "What the contract allows, where the user's fee table has it"),
        Column("payment_text", TEXT, "Payer, day, loss and last day to appeal in words", required=True),
        Column("release", TEXT, "Release of the relative weights, or the user's fee table"),
    ),
)


HIGH_RISK_DIAGNOSIS = Table(
    "core",
    "high_risk_diagnosis",
    "One patient, one year of service and one of the OIG's high-risk groups of diagnoses that claims have",
    ("patient_id", "service_year", "risk_group"),
    (
        Column("patient_id", TEXT, "Patient", required=True),
        Column("service_year", INTEGER, "Calendar year of service", required=True),
        Column("risk_group", TEXT, "As acute stroke, embolism or lung cancer", required=True),
        Column(
            "claim_count", INTEGER, "Claims with it in the year, each with its corrections", required=True
        ),
        Column("claim_id", INTEGER, "Latest of them", required=True),
        Column("encounter_id", TEXT, "Encounter of that claim, or null where none is known"),
        Column("item_number", INTEGER, "diagnosis_number in that claim", required=True),
        Column("code", TEXT, "Its code there", required=True),
        Column("service_date", DATE, "First day in the year on which it is coded", required=True),
        Column("is_confirmed", BOOLEAN, "Claims have what the condition would bring with it", required=True),
        Column("is_known", BOOLEAN, "The loaded claims reach far enough to tell", required=True),
    ),
)


RISK_CATEGORY_YEAR = Table(
    "core",
    "risk_category_year",
    "One patient, one year of service and one risk category (CMS-HCC V28) of the claims' diagnoses",
    ("patient_id", "service_year", "category"),
    (
        Column("patient_id", TEXT, "Patient", required=True),
        Column("service_year", INTEGER, "Calendar year of service", required=True),
        Column("category", TEXT, "Category; empty for diagnoses of days without a loaded map", required=True),
        Column("claim_id", INTEGER, "Latest claim with it", required=True),
        Column("encounter_id", TEXT, "Encounter of that claim, or null where none is known"),
        Column("item_number", INTEGER, "diagnosis_number in that claim", required=True),
        Column("code", TEXT, "Its code there", required=True),
        Column("service_date", DATE, "Date by which the code is judged"),
        Column("is_mapped", BOOLEAN, "A map is loaded for the days", required=True),
        Column("has_acceptable_source", BOOLEAN, "A claim of a source that counts has it", required=True),
        Column("is_only_assessed", BOOLEAN, "Only wellness and home visits have it", required=True),
    ),
)

GROUPED_STAY = Table(
    "core",
    "grouped_stay",
    "One hospital stay on a claim, with the payment group that a grouper gives its codes",
    ("claim_id",),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("grouper", TEXT, "Package and version of the grouper, as drgpy 0.2.1 v43.1", required=True),
        Column("drg", TEXT, "Group, three digits", required=True),
    ),
)

STAY_WITHOUT_DIAGNOSIS = Table(
    "core",
    "stay_without_diagnosis",
    "One complication (CC or MCC) of a grouped stay, without which its group is another",
    ("claim_id", "item_number"),
    (
        Column("claim_id", INTEGER, "Claim", required=True),
        Column("item_number", INTEGER, "diagnosis_number of the claim", required=True),
        Column("code", TEXT, "Diagnosis", required=True),
        Column("drg", TEXT, "Group of the stay without it, three digits", required=True),
    ),
)

GROUPED_TABLES = (GROUPED_STAY, STAY_WITHOUT_DIAGNOSIS)
"""Filled by `auditlib.checks.group_stays`, since no SELECT groups a stay."""


DERIVED_TABLES = (
    CLAIM_ENCOUNTER,
    BILLED_ENCOUNTER,
    CLAIM_ROLE,
    DIAGNOSIS,
    RELEASE_DAY,
    DIAGNOSIS_DAY,
    DIAGNOSIS_CODE,
    FIRST_LISTED_DIAGNOSIS,
    BILL_DIAGNOSIS,
    SIDED_CODE,
    HOSPITAL_STAY,
    INPATIENT_DIAGNOSIS,
    CODED_PROCEDURE,
    ICD_PROCEDURE,
    LIST_RELEASE_DAY,
    NOTED_CODE,
    NAMED_CLAIM,
    LINK_CANDIDATE,
    LINK_CHOICE,
    CLAIM_LINK,
    CLAIM_GROUP,
    CLAIM_REFERENCE,
    CLAIM_ORIGIN,
    CLAIM_CHAIN,
    ACKNOWLEDGED_ENVELOPE,
    FRONT_END_REJECTION,
    BALANCE,
    STANDING_CLAIM,
    PROCEDURE_LINE,
    PROCEDURE_CODE_DAY,
    FEE_RELEASE_DAY,
    LINE_MODIFIER,
    GLOBAL_PROCEDURE,
    VISIT_LINE,
    EARLIER_VISIT,
    PROCEDURAL_VISIT,
    COMPLEXITY_LINE,
    STATED_MINUTES,
    TIMED_MINUTES,
    VISIT_RULE,
    LEVELED_VISIT,
    EDIT_RELEASE_DAY,
    PAIRED_PROCEDURE,
    BARRED_LINE,
    UNIT_LIMIT,
    COUNTED_UNITS,
    ADD_ON_LINE,
    VISIT_CODE,
    ANSWERED_LINE,
    ANSWERED_STAY,
    CONTRACT_LINE,
    PAYMENT_REDUCTION,
    REDUCED_PAYMENT,
    HIGH_RISK_DIAGNOSIS,
    RISK_CATEGORY_YEAR,
)
"""In the order of the data dictionary; each is filled by the model of its name (``auditlib/sql/models``)."""
