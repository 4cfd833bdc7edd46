"""Contracts of the ``core`` tables about the loaded files."""

from __future__ import annotations

from auditlib.schema.contract import Column, Table
from auditlib.schema.core_columns import BOOLEAN, DATE, INTEGER, MONEY, ORIGIN, TEXT, TIMESTAMP

SOURCE_FILE = Table(
    "core",
    "source_file",
    "One file that was loaded, or tried to be",
    ("source_file_id",),
    (
        Column("source_file_id", INTEGER, "Number of the file in this workspace", required=True),
        Column("file_name", TEXT, "Name of the file without its folder", required=True),
        Column("file_path", TEXT, "Where it was read from", required=True),
        Column("sha256", TEXT, "SHA-256 of its bytes, in hexadecimal", required=True),
        Column(
            "format",
            TEXT,
            "837P, 837I, 837D, 835, FHIR, RIF with its kind, encounter table, encounter code table, chart, "
            "document, document file",
            required=True,
        ),
        Column("byte_count", INTEGER, "Size in bytes", required=True),
        Column("interchange_count", INTEGER, "Interchanges of an X12 file", "ISA"),
        Column("group_count", INTEGER, "Functional groups of an X12 file", "GS"),
        Column(
            "transaction_count",
            INTEGER,
            "ST/SE transactions, FHIR resources, or records of a table",
            required=True,
        ),
        Column("encounter_count", INTEGER, "Encounters loaded from it", required=True),
        Column("claim_count", INTEGER, "Claims loaded from it", required=True),
        Column(
            "line_count",
            INTEGER,
            "Service lines loaded from it: of its claims, else of its remittances",
            required=True,
        ),
        Column(
            "charge_amount",
            MONEY,
            "Sum of the charges of its claims (CLM02, or CLP03 where it has none)",
            required=True,
        ),
        Column("paid_amount", MONEY, "Sum of payments (CLP04)", required=True),
        Column("rejected_count", INTEGER, "Records of the file that were not loaded", required=True),
        Column("note_count", INTEGER, "Notes on contradictions in the file, which was loaded"),
        Column("load_status", TEXT, "loaded, loaded with rejects, or rejected", required=True),
        Column("loaded_at", TIMESTAMP, "When, in UTC", required=True),
    ),
)


REJECTED_RECORD = Table(
    "core",
    "rejected_record",
    "One record, or whole file, that was not loaded",
    ("source_file_id", "source_offset", "reason"),
    (
        *ORIGIN,
        Column("segment", TEXT, "Segment identifier or record kind", required=True),
        Column(
            "record_number", INTEGER, "Position of the segment or record in the file, from 1", required=True
        ),
        Column("reason", TEXT, "What is wrong with it", required=True),
        Column("expected", TEXT, "What was expected instead", required=True),
    ),
)


SOURCE_TRANSACTION = Table(
    "core",
    "source_transaction",
    "One loaded 837 or 835 transaction, FHIR or RIF claim, by which duplicates in other files are found",
    ("source_file_id", "source_offset"),
    (
        Column(
            "fingerprint",
            TEXT,
            "SHA-256 of its segments between ST and SE without blanks, under the usual delimiters; of a FHIR "
            "claim, of the elements that are read; of a RIF claim, of its rows",
            required=True,
        ),
        Column("opening_fingerprint", TEXT, "SHA-256 of its segments above the first claim or level"),
        Column("is_truncated", BOOLEAN, "True if it ends without its trailer, as when cut off in transfer"),
        *ORIGIN,
    ),
)


ENVELOPE = Table(
    "core",
    "envelope",
    "One interchange, group or transaction of an X12 file, as its header names it",
    ("source_file_id", "source_offset"),
    (
        Column("envelope_level", TEXT, "interchange, group or transaction", "ISA, GS or ST", required=True),
        Column("control_number", TEXT, "The sender's number for it", "ISA13, GS06, ST02"),
        Column("code", TEXT, "T test or P production; functional identifier; kind", "ISA15, GS01, ST01"),
        Column("sender_id", TEXT, "Who sent it; null for a transaction", "ISA06, GS02"),
        Column("receiver_id", TEXT, "To whom; null for a transaction", "ISA08, GS03"),
        Column("envelope_date", DATE, "When it was made; null for a transaction", "ISA09, GS04"),
        Column("implementation_version", TEXT, "Version of the standard or guide", "ISA12, GS08, ST03"),
        Column("parent_offset", INTEGER, "source_offset of the header that contains it, or null"),
        *ORIGIN,
    ),
)


FILE_NOTE = Table(
    "core",
    "file_note",
    "One contradiction in a file that did not prevent loading",
    ("source_file_id", "source_offset", "note_kind"),
    (
        *ORIGIN,
        Column("segment", TEXT, "Segment that shows it", required=True),
        Column(
            "note_kind",
            TEXT,
            "segment count, transaction count, group count, control number, trailer missing, "
            "trailer without header, version, or component separator",
            required=True,
        ),
        Column("expected", TEXT, "Value expected from the rest of the file", required=True),
        Column("found", TEXT, "Value in the file", required=True),
        Column("severity", TEXT, "R review by a person, I information", required=True),
    ),
)


PSEUDONYM_KEY = Table(
    "core",
    "pseudonym_key",
    "The key under which the patients have their pseudonyms; one row, or none before the first load",
    ("key_check",),
    (
        Column(
            "key_check",
            TEXT,
            "Digits by which the key is known again, not the key",
            required=True,
        ),
    ),
)

EARLIER_PSEUDONYM = Table(
    "core",
    "earlier_pseudonym",
    "One patient whose pseudonym of before there was a key is part of an encounter's id",
    ("patient_id",),
    (
        Column("patient_id", TEXT, "Pseudonymous patient", required=True),
        Column("earlier_patient_id", TEXT, "The pseudonym that the encounter's id holds", required=True),
    ),
)

FILE_TABLES = (
    SOURCE_FILE,
    REJECTED_RECORD,
    SOURCE_TRANSACTION,
    ENVELOPE,
    FILE_NOTE,
    PSEUDONYM_KEY,
    EARLIER_PSEUDONYM,
)
