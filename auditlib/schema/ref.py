"""Contracts of the ``ref`` tables: official code sets and the project's own lists, by effective date."""

from __future__ import annotations

from auditlib.schema.contract import Column, ColumnType, Table
from auditlib.schema.ref_sets import SET_TABLES

TEXT, INTEGER, DATE, BOOLEAN = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.DATE, ColumnType.BOOLEAN
TIMESTAMP = ColumnType.TIMESTAMP

_EFFECTIVE = (
    Column("effective_from", DATE, "First day in force", required=True),
    Column("effective_to", DATE, "Last day in force, null while in force"),
    Column("release", TEXT, "Release of the publisher", required=True),
)

RELEASE = Table(
    "ref",
    "release",
    "One release of a code set that was loaded",
    ("code_system", "release"),
    (
        Column("code_system", TEXT, "ICD-10-CM, place of service, denial reason, ...", required=True),
        Column("release", TEXT, "Name of the release, as FY2026 April", required=True),
        Column("publisher", TEXT, "Who publishes it", required=True),
        Column("effective_from", DATE, "First effective day", required=True),
        Column(
            "effective_to",
            DATE,
            "Last effective day; null if open",
        ),
        Column("file_name", TEXT, "File it was read from", required=True),
        Column("sha256", TEXT, "SHA-256 of that file", required=True),
        Column("row_count", INTEGER, "Codes in it", required=True),
        Column("loaded_at", TIMESTAMP, "When, in UTC", required=True),
        Column(
            "can_only_confirm",
            BOOLEAN,
            "True if it can only confirm codes, so that other codes are not checked; "
            "else a code that it does not have was not valid on its dates",
        ),
    ),
)

CODE = Table(
    "ref",
    "code",
    "One code of one code system in one release, for one range of dates",
    ("code_system", "code", "release", "effective_from"),
    (
        Column("code_system", TEXT, "ICD-10-CM, place of service, ...", required=True),
        Column("code", TEXT, "Upper-case without dots", required=True),
        Column("is_billable", BOOLEAN, "False for a header code, which needs more characters", required=True),
        Column("short_description", TEXT, "Short title"),
        Column("long_description", TEXT, "Full title", required=True),
        Column("parent_code", TEXT, "Code one step up, or null"),
        *_EFFECTIVE,
    ),
)

CODE_NOTE = Table(
    "ref",
    "code_note",
    "One instruction of the tabular list under one code, section or chapter",
    ("code_system", "release", "code", "note_kind", "note_number"),
    (
        Column("code_system", TEXT, "ICD-10-CM", required=True),
        Column(
            "code",
            TEXT,
            "Code, section (A00-A09) or chapter (chapter 1) that carries the note",
            required=True,
        ),
        Column(
            "note_kind",
            TEXT,
            "excludes1, excludes2, code first, use additional, code also, includes, inclusion term, "
            "note, or replaced by",
            required=True,
        ),
        Column("note_number", INTEGER, "Position among the notes of that kind there, from 1", required=True),
        Column("note_text", TEXT, "The note", required=True),
        *_EFFECTIVE,
    ),
)

CODE_EXCLUSION = Table(
    "ref",
    "code_exclusion",
    "One range of codes that an Excludes1 note bars beside one range of codes",
    ("release", "code", "code_from", "excluded_from", "excluded_to", "note_number"),
    (
        Column("code_system", TEXT, "ICD-10-CM", required=True),
        Column("code", TEXT, "Code, section or chapter that carries the note", required=True),
        Column(
            "code_from",
            TEXT,
            "First category or code that the note governs; a code starting with it is governed",
            required=True,
        ),
        Column("code_to", TEXT, "Last one; equal to code_from for a single code", required=True),
        Column(
            "excluded_from",
            TEXT,
            "First code named by the note, without dots or dashes; codes starting with it are meant",
            required=True,
        ),
        Column(
            "excluded_to",
            TEXT,
            "Last code named; equal to excluded_from where the note names no range",
            required=True,
        ),
        Column("note_number", INTEGER, "Which excludes1 note of the code", required=True),
        *_EFFECTIVE,
    ),
)

SEVENTH_CHARACTER = Table(
    "ref",
    "seventh_character",
    "One seventh character that a code requires",
    ("code_system", "release", "code", "character"),
    (
        Column("code_system", TEXT, "ICD-10-CM", required=True),
        Column("code", TEXT, "Code or category that has the list", required=True),
        Column("character", TEXT, "The seventh character", required=True),
        Column("meaning", TEXT, "Its meaning", required=True),
        *_EFFECTIVE,
    ),
)

DENIAL_REASON = Table(
    "ref",
    "denial_reason",
    "One adjustment reason in the project's wording, or as a user's own list has it",
    ("reason_code", "stated_by", "payer", "payer_class", "effective_from"),
    (
        Column("reason_code", TEXT, "Claim adjustment reason code (CARC)", required=True),
        Column("label", TEXT, "Short label, project's wording", required=True),
        Column(
            "denial_category",
            TEXT,
            "Class of the reason, as coding or authorization; 'not a denial' for adjustments",
            required=True,
        ),
        Column("is_denial", BOOLEAN, "True for the kind 'refused' only", required=True),
        Column("is_coding_related", TEXT, "yes, partly or no", required=True),
        Column("is_preventable", TEXT, "yes, no or unknown, before submission", required=True),
        Column("owner", TEXT, "Who can prevent it", required=True),
        Column(
            "check_id", TEXT, "Check of the catalogue that would have caught it, comma-separated, or null"
        ),
        Column("effective_from", DATE, "First day in force, null where it is not known"),
        Column("effective_to", DATE, "Last day in force, null while in force"),
        Column("release", TEXT, "Edition of the list, or the user's file", required=True),
        Column(
            "reason_kind",
            TEXT,
            "refused, reduced, patient share, other payer, contractual, capitation, informational or timing",
        ),
        Column("depends_on_remark", BOOLEAN, "True where only the remark code tells what is meant"),
        Column("payer_class", TEXT, "Class of payers for which it holds, null for all"),
        Column("payer", TEXT, "Identifier or name of the payer for which it holds, null for all"),
        Column("stated_by", TEXT, "project or user: the user's own list comes first"),
        Column("source", TEXT, "Whose statement it is"),
        Column("as_of_date", DATE, "Day on which the statement was made"),
    ),
)

CODE_BLOCK = Table(
    "ref",
    "code_block",
    "One chapter of a tabular list, or one section of a chapter",
    ("code_system", "release", "block", "code_from"),
    (
        Column("code_system", TEXT, "ICD-10-CM", required=True),
        Column("block", TEXT, "As its notes name it: chapter 1, or A00-A09", required=True),
        Column("block_kind", TEXT, "chapter or section", required=True),
        Column("title", TEXT, "Publisher's title", required=True),
        Column("code_from", TEXT, "First category of a run of the alphabet; D37-D48 has two", required=True),
        Column("code_to", TEXT, "Last category of the run", required=True),
        *_EFFECTIVE,
    ),
)

REF_TABLES = (
    RELEASE,
    CODE,
    CODE_BLOCK,
    CODE_NOTE,
    CODE_EXCLUSION,
    SEVENTH_CHARACTER,
    DENIAL_REASON,
    *SET_TABLES,
)
