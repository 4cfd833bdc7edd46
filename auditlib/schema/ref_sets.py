"""Contracts of the ``ref`` tables that only releases loaded by the user fill: edits, fees, lists, changes."""

from __future__ import annotations

from auditlib.schema.contract import Column, ColumnType, Table

TEXT, INTEGER, DATE, BOOLEAN = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.DATE, ColumnType.BOOLEAN
MONEY, QUANTITY, TIMESTAMP = ColumnType.MONEY, ColumnType.QUANTITY, ColumnType.TIMESTAMP

_SYSTEM = Column("code_system", TEXT, "Name of the code set in ref.release", required=True)
_EFFECTIVE = (
    Column("effective_from", DATE, "First day in force", required=True),
    Column("effective_to", DATE, "Last day in force, null while in force"),
    Column("release", TEXT, "Release of the publisher", required=True),
)

RELEASE_CHANGE = Table(
    "ref",
    "release_change",
    "One change of one code by loading a release, compared with the previous release on the same dates",
    ("code_system", "release", "recorded_at", "code", "change_kind"),
    (
        _SYSTEM,
        Column("release", TEXT, "Release that was loaded", required=True),
        Column("previous_release", TEXT, "Release that it superseded", required=True),
        Column("previous_sha256", TEXT, "SHA-256 of the file of that release", required=True),
        Column("recorded_at", TIMESTAMP, "When, in UTC", required=True),
        Column("code", TEXT, "Code, or empty for the release as a whole", required=True),
        Column("change_kind", TEXT, "added, removed, retitled, billable, heading or dates", required=True),
        Column("before", TEXT, "Value in the previous release"),
        Column("after", TEXT, "Value in the new release"),
    ),
)

CODE_CONVERSION = Table(
    "ref",
    "code_conversion",
    "One code and one code that was used before it existed",
    ("code_system", "code", "previous_code", "effective_from", "release"),
    (
        _SYSTEM,
        Column("code", TEXT, "Code that is assigned now", required=True),
        Column("previous_code", TEXT, "Code that was assigned before", required=True),
        Column("previous_code_to", TEXT, "Last code of a range of previous codes, else null"),
        *_EFFECTIVE,
    ),
)

CODE_LIST = Table(
    "ref",
    "code_list",
    "One code on one list that a rule refers to, as the POA-exempt list",
    ("list_name", "code_system", "code", "effective_from", "release"),
    (
        Column(
            "list_name", TEXT, "POA exempt, a list of a code editor (MCE, OCE) or of services", required=True
        ),
        Column("code_system", TEXT, "ICD-10-CM, ICD-10-PCS, CPT or HCPCS", required=True),
        Column("code", TEXT, "Upper-case without dots", required=True),
        *_EFFECTIVE,
    ),
)

INDEX_TERM = Table(
    "ref",
    "index_term",
    "One entry of an alphabetic index and one code that it leads to",
    ("index_name", "code_system", "code", "term", "release"),
    (
        Column(
            "index_name", TEXT, "Which index: of diseases, external causes, neoplasms, drugs", required=True
        ),
        Column("code_system", TEXT, "ICD-10-CM", required=True),
        Column("code", TEXT, "Billable or header code, upper-case without dots", required=True),
        Column("term", TEXT, "Words of the entry and of those above it, separated by commas", required=True),
        *_EFFECTIVE,
    ),
)

PROCEDURE_AXIS = Table(
    "ref",
    "procedure_axis",
    "One character that is valid in one position of one row of a table of ICD-10-PCS",
    ("code_system", "table_code", "row_number", "place", "character", "release"),
    (
        Column("code_system", TEXT, "ICD-10-PCS", required=True),
        Column("table_code", TEXT, "First three characters of the table's codes", required=True),
        Column("row_number", INTEGER, "Row of the table, from 1; 0 for places 1 to 3", required=True),
        Column("place", INTEGER, "Place of the character in the code, 1 to 7", required=True),
        Column("axis", TEXT, "Meaning of the position, as body part or approach", required=True),
        Column("character", TEXT, "The character", required=True),
        Column("label", TEXT, "What it means there", required=True),
        Column("definition", TEXT, "Definition of an operation; null elsewhere"),
        *_EFFECTIVE,
    ),
)

CODE_CATEGORY = Table(
    "ref",
    "code_category",
    "One category of one code in a classification",
    ("scheme", "code_system", "code", "category", "release"),
    (
        Column("scheme", TEXT, "Classification, as CCSR, CC or MCC, CMS-HCC V28", required=True),
        Column("code_system", TEXT, "ICD-10-CM or ICD-10-PCS", required=True),
        Column("code", TEXT, "Upper-case without dots", required=True),
        Column("category", TEXT, "Category, as END002 or MCC", required=True),
        Column("category_title", TEXT, "Publisher's title of the category"),
        Column("is_inpatient_default", BOOLEAN, "True if it is the one for inpatient stays", required=True),
        Column("is_outpatient_default", BOOLEAN, "True if it is the one for outpatients", required=True),
        *_EFFECTIVE,
    ),
)

CC_EXCLUSION = Table(
    "ref",
    "cc_exclusion",
    "One principal diagnosis with which the complications of an exclusion set do not count",
    ("exclusion_set", "code"),
    (
        Column("exclusion_set", TEXT, "Class of the scheme 'CC exclusion set'", required=True),
        Column("code", TEXT, "Principal diagnosis, upper-case without dots", required=True),
        Column("release", TEXT, "Version that first had the set", required=True),
    ),
)

HCPCS_DETAIL = Table(
    "ref",
    "hcpcs_detail",
    "Facts of the HCPCS file about one code or modifier, besides titles",
    ("code_system", "code", "release"),
    (
        Column("code_system", TEXT, "HCPCS or modifier", required=True),
        Column("code", TEXT, "Code or modifier", required=True),
        Column("coverage_code", TEXT, "Medicare coverage, as C carrier judgment or S not covered by statute"),
        Column("pricing_indicator", TEXT, "How it is priced; several separated by blanks"),
        Column("multiple_pricing_indicator", TEXT, "Whether one or several methods price it"),
        Column("statute_reference", TEXT, "Section of the Act that bars it"),
        Column("cross_reference", TEXT, "Codes to use instead; several separated by blanks"),
        Column("betos_code", TEXT, "Berenson-Eggers type of service"),
        Column("type_of_service", TEXT, "Medicare type of service; several without separator"),
        Column("added_date", DATE, "When it entered the list", required=True),
        Column("action_date", DATE, "When the last action took effect"),
        Column("action_code", TEXT, "Last action, as A added, D discontinued, N none"),
        *_EFFECTIVE,
    ),
)

PTP_EDIT = Table(
    "ref",
    "ptp_edit",
    "One range of dates on which two procedures are not paid together",
    ("setting", "column_1_code", "column_2_code", "effective_from", "release"),
    (
        Column("setting", TEXT, "practitioner or hospital", required=True),
        Column("column_1_code", TEXT, "Procedure that is paid", required=True),
        Column("column_2_code", TEXT, "Procedure that is not paid beside it", required=True),
        Column("modifier_indicator", TEXT, "0 no modifier helps, 1 one may, 9 not applicable", required=True),
        Column("is_before_1996", BOOLEAN, "True if the edit is older than 1996", required=True),
        Column("rationale", TEXT, "Publisher's reason"),
        *_EFFECTIVE,
    ),
)

MUE = Table(
    "ref",
    "mue",
    "The most units of one procedure that are likely for one patient on one day",
    ("setting", "code", "release"),
    (
        Column("setting", TEXT, "practitioner, outpatient hospital or supplier", required=True),
        Column("code", TEXT, "CPT or HCPCS code", required=True),
        Column("most_unit_count", INTEGER, "Most units", required=True),
        Column(
            "adjudication_indicator",
            TEXT,
            "1 by claim line, 2 by day as policy, 3 by day as clinical",
            required=True,
        ),
        Column("rationale", TEXT, "Publisher's reason"),
        *_EFFECTIVE,
    ),
)

ADD_ON_CODE = Table(
    "ref",
    "add_on_code",
    "One add-on code with one procedure that it may be added to",
    ("add_on_code", "primary_code", "effective_from", "release"),
    (
        Column("add_on_code", TEXT, "Code that is never alone", required=True),
        Column("primary_code", TEXT, "Code it is added to; empty where contractors decide", required=True),
        Column("edit_type", TEXT, "1 primaries listed, 2 none listed, 3 some listed", required=True),
        *_EFFECTIVE,
    ),
)

FEE_SCHEDULE = Table(
    "ref",
    "fee_schedule",
    "Relative values and payment indicators of one procedure and modifier",
    ("code", "modifier", "release"),
    (
        Column("code", TEXT, "CPT or HCPCS code", required=True),
        Column("modifier", TEXT, "26, TC, 53, or empty", required=True),
        Column("status_code", TEXT, "A active, B bundled, I not valid for Medicare, ...", required=True),
        Column("work_rvu", QUANTITY, "Relative value of the work"),
        Column("nonfacility_practice_rvu", QUANTITY, "Of the practice's expense, outside facilities"),
        Column("facility_practice_rvu", QUANTITY, "Of the practice's expense, in facilities"),
        Column("malpractice_rvu", QUANTITY, "Of malpractice insurance"),
        Column("nonfacility_total_rvu", QUANTITY, "Sum outside facilities"),
        Column("facility_total_rvu", QUANTITY, "Sum in facilities"),
        Column("professional_technical_indicator", TEXT, "PC/TC indicator"),
        Column("global_days", TEXT, "000, 010, 090, XXX, YYY, ZZZ or MMM"),
        Column("multiple_procedure_indicator", TEXT, "How several procedures of a day are reduced"),
        Column("bilateral_indicator", TEXT, "How a bilateral procedure is paid"),
        Column("assistant_indicator", TEXT, "Whether an assistant at surgery is paid"),
        Column("co_surgeon_indicator", TEXT, "Whether co-surgeons are paid"),
        Column("team_indicator", TEXT, "Whether a team is paid"),
        Column("endoscopic_base_code", TEXT, "Base code of its family of endoscopies"),
        Column("conversion_factor", QUANTITY, "Dollars of one relative value unit"),
        Column("preoperative_share", QUANTITY, "Part of the global package before the operation"),
        Column("intraoperative_share", QUANTITY, "Part of the operation, with the days in hospital after it"),
        Column("postoperative_share", QUANTITY, "Part of the care after discharge"),
        Column("imaging_family_indicator", TEXT, "Family of diagnostic imaging; 88 for all since 2011"),
        Column("nonfacility_capped_practice_rvu", QUANTITY, "Practice's expense of the outpatient cap"),
        Column("facility_capped_practice_rvu", QUANTITY, "The same in facilities"),
        Column("capped_malpractice_rvu", QUANTITY, "Malpractice insurance of the outpatient cap"),
        *_EFFECTIVE,
    ),
)

FEE_LOCALITY = Table(
    "ref",
    "fee_locality",
    "Cost indices of one payment locality",
    ("contractor", "locality", "release"),
    (
        Column("contractor", TEXT, "Medicare contractor", required=True),
        Column("state", TEXT, "State", required=True),
        Column("locality", TEXT, "Number of the locality", required=True),
        Column("locality_name", TEXT, "Name of the locality"),
        Column("work_index", QUANTITY, "Geographic index of work", required=True),
        Column("practice_index", QUANTITY, "Of practice expense", required=True),
        Column("malpractice_index", QUANTITY, "Of malpractice insurance", required=True),
        *_EFFECTIVE,
    ),
)

OUTPATIENT_RATE = Table(
    "ref",
    "outpatient_rate",
    "Status and rate of one procedure for hospital outpatients",
    ("code", "release"),
    (
        Column("code", TEXT, "CPT or HCPCS code", required=True),
        Column(
            "status_indicator", TEXT, "How it is paid, as S, T, N packaged or C inpatient only", required=True
        ),
        Column("ambulatory_group", TEXT, "Ambulatory payment classification; null where none"),
        Column("relative_weight", QUANTITY, "Relative weight"),
        Column("payment_amount", MONEY, "National rate"),
        Column("national_copayment_amount", MONEY, "National copayment before adjustment"),
        Column("minimum_copayment_amount", MONEY, "Least copayment before adjustment"),
        *_EFFECTIVE,
    ),
)

DRG = Table(
    "ref",
    "drg",
    "One diagnosis related group",
    ("drg", "release"),
    (
        Column("drg", TEXT, "Three digits", required=True),
        Column("title", TEXT, "Publisher's title", required=True),
        Column("major_category", TEXT, "Major diagnostic category; null before assignment to one"),
        Column("drg_type", TEXT, "medical or surgical"),
        Column("weight", QUANTITY, "Relative weight; null where the file has none"),
        Column("geometric_stay_days", QUANTITY, "Geometric mean of the length of stay"),
        Column("arithmetic_stay_days", QUANTITY, "Arithmetic mean of the length of stay"),
        Column("is_post_acute", BOOLEAN, "On the list of post-acute transfers; null where the file has none"),
        *_EFFECTIVE,
    ),
)

LINE_RULE = Table(
    "ref",
    "line_rule",
    "One code or modifier to which a rule on service lines applies, as the project's own table has it",
    ("rule", "code", "value", "effective_from"),
    (
        Column(
            "rule", TEXT, "What the rows of one rule say, as visit or contradictory modifiers", required=True
        ),
        Column("code", TEXT, "Procedure code, modifier or kind of visit", required=True),
        Column(
            "value", TEXT, "What the rule says of it: kind of visit, the other modifier, place", required=True
        ),
        Column("effective_from", DATE, "First day of service", required=True),
        Column("effective_to", DATE, "Last day of service, null while in force"),
        Column("source", TEXT, "Whose rule it is", required=True),
    ),
)

CONTRACT_FEE = Table(
    "ref",
    "contract_fee",
    "What one payer's contract allows for one unit of one procedure, as the user's own fee table has it",
    ("payer", "code", "modifier", "effective_from"),
    (
        Column("payer", TEXT, "Identifier or name of the payer", required=True),
        Column("code", TEXT, "CPT or HCPCS code", required=True),
        Column("modifier", TEXT, "Modifier for which the fee holds, or empty", required=True),
        Column("fee_amount", MONEY, "Dollars allowed for one unit, patient's share included", required=True),
        Column("effective_from", DATE, "First day of service", required=True),
        Column("effective_to", DATE, "Last day of service, null while in force"),
        Column("release", TEXT, "The user's file", required=True),
    ),
)

PROVIDER_RATE = Table(
    "ref",
    "provider_rate",
    "Where one provider is paid and at which rates, as the user's own table has it",
    ("provider", "effective_from"),
    (
        Column(
            "provider", TEXT, "NPI of the rendering or billing provider; empty for all others", required=True
        ),
        Column("contractor", TEXT, "Medicare contractor of the payment locality, as in ref.fee_locality"),
        Column("locality", TEXT, "Number of the payment locality"),
        Column("base_rate_amount", MONEY, "Dollars of an inpatient stay of relative weight 1"),
        Column("wage_index", QUANTITY, "Wage index of the hospital for outpatient rates"),
        Column(
            "is_qualifying_participant",
            BOOLEAN,
            "True for a qualifying participant of an advanced payment model (QPP conversion factor)",
        ),
        Column("effective_from", DATE, "First day of service", required=True),
        Column("effective_to", DATE, "Last day of service, null while in force"),
        Column("release", TEXT, "The user's file", required=True),
    ),
)

SET_TABLES = (
    RELEASE_CHANGE,
    CODE_CONVERSION,
    CODE_LIST,
    INDEX_TERM,
    PROCEDURE_AXIS,
    CODE_CATEGORY,
    CC_EXCLUSION,
    HCPCS_DETAIL,
    PTP_EDIT,
    MUE,
    ADD_ON_CODE,
    FEE_SCHEDULE,
    FEE_LOCALITY,
    OUTPATIENT_RATE,
    DRG,
    LINE_RULE,
    CONTRACT_FEE,
    PROVIDER_RATE,
)
