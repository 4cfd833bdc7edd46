"""Encounters, codes, documents and the recorded audit as tables and JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tools.synthetic.coding import CoderCode
from tools.synthetic.encounters import Encounter
from tools.synthetic.notes import Document

REVIEWER = "R01"
_ENCOUNTER_COLUMNS = (
    "encounter_id",
    "encounter_class",
    "patient_id",
    "birth_date",
    "sex",
    "admit_date",
    "discharge_date",
    "facility_id",
    "provider_id",
    "coder_id",
    "coded_date",
    "discharge_status_code",
    "billed_drg_code",
)
_CODE_COLUMNS = (
    "encounter_id",
    "code_number",
    "code_system",
    "code",
    "code_role",
    "poa_indicator",
    "code_date",
    "modifier_1",
    "modifier_2",
    "modifier_3",
    "modifier_4",
    "unit_count",
)
_MODIFIER_COUNT = 4


def encounter_table(encounters: Iterable[tuple[Encounter, str | None]]) -> str:
    """Return encounters.csv of encounters with their billed DRG."""
    rows = (
        (
            row.encounter_id,
            row.encounter_class,
            None,
            row.patient.birth_date,
            row.patient.sex,
            row.first,
            row.last,
            row.facility_id,
            row.provider_id,
            row.coder_id,
            row.coded_date,
            row.discharge_status_code,
            drg,
        )
        for row, drg in encounters
    )
    return _table(_ENCOUNTER_COLUMNS, rows)


def code_table(codes: Iterable[tuple[str, Sequence[CoderCode]]]) -> str:
    """Return encounter_codes.csv of encounter ids with the codes that the coder gave."""
    rows = (
        (
            encounter_id,
            number,
            row.code.code_system,
            row.code.code,
            row.code.code_role,
            row.code.poa_indicator,
            row.code.code_date,
            *row.code.modifiers[:_MODIFIER_COUNT],
            *[None] * (_MODIFIER_COUNT - len(row.code.modifiers)),
            row.code.unit_count,
        )
        for encounter_id, coded in codes
        for number, row in enumerate(coded, start=1)
    )
    return _table(_CODE_COLUMNS, rows)


def document_lines(charts: Iterable[tuple[str, Sequence[Document]]]) -> str:
    """Return documents.ndjson: one line an encounter."""
    return _json_lines(
        {
            "encounter_id": encounter_id,
            "documents": [
                {
                    "document_type": row.document_type,
                    "title": row.title,
                    "author_role": row.author_role,
                    "written_at": row.written_at.isoformat(),
                    "text": row.text,
                }
                for row in documents
            ],
        }
        for encounter_id, documents in charts
    )


def verdict_lines(
    charts: Iterable[tuple[str, Sequence[Mapping[str, object]]]], *, reviewer: str = REVIEWER
) -> str:
    """Return a recorded audit: one line a chart."""
    return _json_lines(
        {"encounter_id": encounter_id, "reviewer": reviewer, "verdicts": list(verdicts)}
        for encounter_id, verdicts in charts
    )


def _json_lines(records: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value
