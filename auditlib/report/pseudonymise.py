"""A report with keyed codes in place of ids and people, and with days moved by patient: still of patients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from auditlib.report.contents import ReportContents, ReportTable
from auditlib.report.deidentify import (
    KEPT,
    days_to_years,
    is_id,
    known_values,
    only_counts,
    person_of,
    with_texts,
)

PSEUDONYMISED: Final = (
    "Pseudonymised, and still protected health information (PHI): whoever has the workspace's key knows the "
    "patients. Not de-identified under 45 CFR 164.514(b)."
)
_SAID: Final = (
    "Ids and people have codes made with the workspace's key, the same in every report. Days in rows of an "
    "encounter are moved by up to half a year, all of a patient by the same number; other days are years."
)
_CODE_LENGTH: Final = 10
_MOST_DAYS: Final = 182
_ROW: Final = "encounter_id"


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Codes and shifts of one workspace.

    Parameters
    ----------
    keyed
        Returns the keyed hash of a text, in hexadecimal.
    patient_of
        Encounter to the patient's pseudonym.
    """

    keyed: Callable[[str], str]
    patient_of: Mapping[str, str]

    def code(self, kind: str, value: str) -> str:
        """Return the code of an id or person: the same wherever the value stands."""
        return f"{kind}-{self.keyed(f'report|{value}')[:_CODE_LENGTH]}"

    def shift_days(self, encounter_id: str) -> int:
        """Return by how many days the days of an encounter move: one number a patient, never 0."""
        patient = self.patient_of.get(encounter_id, encounter_id)
        number = int(self.keyed(f"shift|{patient}"), 16) % (2 * _MOST_DAYS)
        return number - _MOST_DAYS if number < _MOST_DAYS else number - _MOST_DAYS + 1


def pseudonymised(contents: ReportContents, pseudonyms: Pseudonyms) -> ReportContents:
    """Return a report with keyed codes and moved days, labelled as still of patients.

    Texts that people wrote are withheld as in a de-identified report; so is the text of a chart.
    """
    people, ids = known_values(contents)
    codes = {value: pseudonyms.code("id", value) for value in ids}
    codes |= {name: pseudonyms.code(noun, name) for noun, names in people.items() for name in names}
    scrubbed = days_to_years(codes)
    unnamed = with_texts(contents, scrubbed, lambda table: _table(table, pseudonyms, scrubbed))
    return replace(
        unnamed,
        confidentiality=PSEUDONYMISED,
        subtitle=" ".join(filter(None, (unnamed.subtitle, _SAID))),
    )


def _table(table: ReportTable, pseudonyms: Pseudonyms, scrubbed: Callable[[str], str]) -> ReportTable:
    frame = table.frame
    shift = (
        frame[_ROW].map_elements(pseudonyms.shift_days, return_dtype=pl.Int64)
        if _ROW in frame.columns
        else None
    )
    columns: list[pl.Series] = []
    for name, kind in frame.schema.items():
        values = frame[name]
        if kind == pl.Date or isinstance(kind, pl.Datetime):
            columns.append(_moved(values, shift))
        elif kind == pl.String and (noun := person_of(name)) is not None:
            columns.append(_coded(values, noun, pseudonyms))
        elif kind == pl.String and is_id(name):
            columns.append(_coded(values, "id", pseudonyms))
        elif kind == pl.String and name in KEPT:
            columns.append(values.map_elements(scrubbed, return_dtype=pl.String))
        elif kind == pl.Boolean or (kind.is_numeric() and only_counts(name)):
            columns.append(values)
    return replace(
        table,
        title=scrubbed(table.title),
        frame=pl.DataFrame(columns),
        note=scrubbed(table.note),
        rows=scrubbed(table.rows),
        quotation="",
        remark="",
    )


def _moved(values: pl.Series, shift: pl.Series | None) -> pl.Series:
    if shift is None:
        return values.dt.year().cast(pl.String)
    days = values.cast(pl.Date)
    moved = [
        None if day is None or count is None else day + dt.timedelta(days=count)
        for day, count in zip(days, shift, strict=True)
    ]
    return pl.Series(values.name, moved, dtype=pl.Date)


def _coded(values: pl.Series, kind: str, pseudonyms: Pseudonyms) -> pl.Series:
    return values.map_elements(
        lambda value: ", ".join(pseudonyms.code(kind, one) for one in value.split(", ")),
        return_dtype=pl.String,
    )
