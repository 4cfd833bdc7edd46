"""Contracts of the ``core`` tables that charts and tables of coded encounters fill."""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import (
    BOOLEAN,
    BYTES,
    DATE,
    DOUBLE,
    INTEGER,
    MODIFIERS,
    ORIGIN,
    QUANTITY,
    TEXT,
    TIMESTAMP,
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
        *ORIGIN,
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
        Column(
            "specialty",
            TEXT,
            "Specialty of that provider: a provider taxonomy code, or the words of the user",
        ),
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
        *ORIGIN,
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
        Column("original_id", TEXT, "Its file and pages, if it is a PDF or scan"),
        *ORIGIN,
    ),
)


DOCUMENT_ORIGINAL = Table(
    "core",
    "document_original",
    "One PDF or scan as it came, from which its pages are drawn",
    ("original_id",),
    (
        Column(
            "original_id",
            TEXT,
            "SHA-256 of the file and of the text that was read from it, in hexadecimal",
            required=True,
        ),
        Column("media_type", TEXT, "application/pdf, image/tiff, image/png or image/jpeg", required=True),
        Column("page_count", INTEGER, "Pages of the file", required=True),
        Column("content", BYTES, "The file's bytes", required=True),
        *ORIGIN,
    ),
)


DOCUMENT_PAGE = Table(
    "core",
    "document_page",
    "One page of a PDF or scan",
    ("original_id", "page_number"),
    (
        Column("original_id", TEXT, "The file", required=True),
        Column("page_number", INTEGER, "Position in the file, from 1", required=True),
        Column(
            "text_start", INTEGER, "Characters of the document's text before that of the page", required=True
        ),
        Column("text_end", INTEGER, "Characters of the document's text up to the page's end", required=True),
        Column(
            "text_origin",
            TEXT,
            "'file' if the file holds the text, 'OCR' if it was recognised, 'none' if no text was read",
            required=True,
        ),
        Column("ocr_confidence_percent", DOUBLE, "Mean confidence of its words by OCR, 0 to 100"),
        *ORIGIN,
    ),
)


DOCUMENT_WORD = Table(
    "core",
    "document_word",
    "One word of a page of a PDF or scan, with its box on the page",
    ("original_id", "page_number", "word_number"),
    (
        Column("original_id", TEXT, "The file", required=True),
        Column("page_number", INTEGER, "The page", required=True),
        Column("word_number", INTEGER, "Position on the page in reading order, from 1", required=True),
        Column("text_start", INTEGER, "Characters of the document's text before the word", required=True),
        Column("text_end", INTEGER, "Characters of the document's text up to the word's end", required=True),
        Column("left_share", DOUBLE, "Left edge of its box, as share of the page's width", required=True),
        Column("top_share", DOUBLE, "Upper edge, as share of the page's height", required=True),
        Column("right_share", DOUBLE, "Right edge, as share of the page's width", required=True),
        Column("bottom_share", DOUBLE, "Lower edge, as share of the page's height", required=True),
        Column(
            "ocr_confidence_percent", DOUBLE, "Confidence of the OCR, 0 to 100; null for text of the file"
        ),
        *ORIGIN,
    ),
)


_CODED = (
    Column("code_system", TEXT, "ICD-10-CM, ICD-10-PCS, CPT or HCPCS", required=True),
    Column("code", TEXT, "Code, upper-case without dots", required=True),
    Column(
        "code_role",
        TEXT,
        "principal, secondary, admitting, reason for visit, external cause or procedure",
        required=True,
    ),
    Column("poa_indicator", TEXT, "Present on admission: Y, N, U, W or 1"),
    Column("code_date", DATE, "Date of the procedure, or null for a diagnosis"),
    *MODIFIERS,
    Column("unit_count", QUANTITY, "Units of a procedure or supply"),
)
_CONFIDENCE_AND_SPAN = (
    Column("confidence_share", DOUBLE, "Confidence that a model stated for the code, from 0 to 1"),
    Column("span_document_number", INTEGER, "Document of the passage that was shown with the code"),
    Column("span_start", INTEGER, "Characters of that document's text before the passage"),
    Column("span_end", INTEGER, "Characters of that document's text up to the passage's end"),
)

ENCOUNTER_CODE = Table(
    "core",
    "encounter_code",
    "One code of an encounter as it is audited: its coder's, its claim's, or the only model's",
    ("encounter_id", "code_number"),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("code_number", INTEGER, "Position in the encounter's list of codes, from 1", required=True),
        *_CODED,
        Column("code_source", TEXT, "human or model; null if not stated"),
        Column("coder_name", TEXT, "Who or which model assigned it, if the file states it"),
        Column("coder_version", TEXT, "Version or prompt id of the model"),
        *_CONFIDENCE_AND_SPAN,
        *ORIGIN,
    ),
)

MACHINE_CODE = Table(
    "core",
    "machine_code",
    "One code that one version of a machine coder assigned to an encounter, beside those that are audited",
    ("encounter_id", "coder_name", "coder_version", "code_number"),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("coder_name", TEXT, "Name of the model", required=True),
        Column("coder_version", TEXT, "Version or prompt id of the model", required=True),
        Column(
            "code_number", INTEGER, "Position in that version's list of the encounter, from 1", required=True
        ),
        *_CODED,
        *_CONFIDENCE_AND_SPAN,
        *ORIGIN,
    ),
)


CHART_TABLES = (
    PATIENT,
    ENCOUNTER,
    DOCUMENT,
    DOCUMENT_ORIGINAL,
    DOCUMENT_PAGE,
    DOCUMENT_WORD,
    ENCOUNTER_CODE,
    MACHINE_CODE,
)
ORIGINAL_TABLES = (DOCUMENT_ORIGINAL, DOCUMENT_PAGE, DOCUMENT_WORD)

CARRIED_TEXT = Table(
    "core",
    "carried_text",
    "One note and how much of its text stands in earlier notes",
    ("document_id",),
    (
        Column("document_id", TEXT, "Document", required=True),
        Column("encounter_id", TEXT, "Encounter that it documents", required=True),
        Column("document_number", INTEGER, "Position in the chart, from 1", required=True),
        Column("patient_id", TEXT, "Patient; null where not known"),
        Column("note_date", DATE, "Day on which it was written, else the last day of the encounter"),
        Column("word_count", INTEGER, "Words", required=True),
        Column("own_word_count", INTEGER, "Words outside standard text", required=True),
        Column("carried_word_count", INTEGER, "Of these, words that earlier notes have", required=True),
        Column("source_document_id", TEXT, "The earlier note that has most of them; null where none has"),
        Column("is_same_patient", BOOLEAN, "That note is of the same patient"),
        Column("fingerprint", TEXT, "Hash of what was compared", required=True),
    ),
)

DOCUMENT_REQUIREMENT = Table(
    "core",
    "document_requirement",
    "One requirement of one document of which a reviewer said whether it is met",
    ("encounter_id", "document_number", "requirement"),
    (
        Column("encounter_id", TEXT, "Encounter", required=True),
        Column("document_number", INTEGER, "Position in the chart, from 1", required=True),
        Column(
            "requirement",
            TEXT,
            "signature, author with credentials, date of service or legible pages",
            required=True,
        ),
        Column("requirement_state", TEXT, "met or missing", required=True),
    ),
)

COMPUTED_TABLES = (CARRIED_TEXT, DOCUMENT_REQUIREMENT)
"""Tables that Python fills when the checks run: from other tables, and from the ledger."""
