"""What a report holds, apart from how it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A frame with its title.

    Parameters
    ----------
    title
        Heading, and name of its sheet in a workbook.
    frame
        The rows.
    labels
        Column name to label, with the unit where it needs one; usual columns have labels of their own.
    note
        Sentence below the table.
    holds_people
        Whether its counts are of patients' claims or charts, so that small ones may be withheld.
    row_limit
        Most rows on the page; a workbook holds all.
    """

    title: str
    frame: pl.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    holds_people: bool = True
    row_limit: int | None = 60


@dataclass(frozen=True, slots=True)
class ReportChart:
    """A drawn chart: SVG text, and in words what it shows for those who cannot see it."""

    title: str
    svg: str
    description: str


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the report with what stands under it, in this order."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    charts: tuple[ReportChart, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContents:
    """All of one report.

    Parameters
    ----------
    title
        Title of the report.
    subtitle
        What it is about, in one line.
    made_at
        When it was made; the time that goes into the files.
    made_by
        Who made it.
    software_version
        Name and version of the program.
    headline
        The few figures that a reader takes away: label and value.
    sections
        The body.
    confidentiality
        What of patients the report holds, above everything else; empty if it holds nothing.
    """

    title: str
    subtitle: str
    made_at: dt.datetime
    made_by: str
    software_version: str
    headline: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    confidentiality: str = ""

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """Every table, in order."""
        return tuple(table for section in self.sections for table in section.tables)
