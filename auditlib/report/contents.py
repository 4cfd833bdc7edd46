"""What a report holds, apart from how it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class SumOf:
    """The value of a column is the sum of columns of its row, less others: net = overpaid - underpaid."""

    added: tuple[str, ...]
    subtracted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """The value of a column is one column of its row over another; in the total row, total over total."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class ShareOfTotal:
    """The value of a column is another column of its row over that column's total."""

    part: str


Formula = SumOf | Ratio | ShareOfTotal


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
    totals
        Columns that are added up in a last row.
    total_label
        What stands first in that row.
    formulas
        Column name to how its values come from other columns: a workbook holds the formula, with the value
        beside it, wherever the formula gives the value.
    quotation
        Column whose text stands in quotation marks beneath its row: the sentence of the record.
    remark
        Column whose text stands beneath its row, after the quotation.
    rows
        Title of the table that holds the rows behind the figures of this one; empty if it is its own.
    """

    title: str
    frame: pl.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    holds_people: bool = True
    row_limit: int | None = 60
    totals: tuple[str, ...] = ()
    total_label: str = "All"
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    quotation: str = ""
    remark: str = ""
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ReportChart:
    """A drawn chart: SVG text, and in words what it shows for those who cannot see it.

    Parameters
    ----------
    title, svg, description
        Heading, drawing, and what the drawing shows.
    names_people
        Whether the drawing shows coders, charts or days, so that a de-identified report leaves it out.
    """

    title: str
    svg: str
    description: str
    names_people: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or statement with its label, and where its rows and its definition are.

    Parameters
    ----------
    label, value
        What it is called, and what it is.
    rows
        Title of the table that holds its rows; empty: the first table of that measure, if there is one.
    measure
        Name of the measure in `auditlib.report.definitions`; empty: the label, if that is a measure.
    """

    label: str
    value: str
    rows: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on.

    Parameters
    ----------
    role
        As what somebody signs: 'Prepared by', 'Lead auditor'.
    name
        Who signs, if known.
    is_dated
        Whether a line for the day stands beside it.
    """

    role: str
    name: str = ""
    is_dated: bool = False

    @property
    def text(self) -> str:
        """What stands under the line."""
        return ", ".join(filter(None, (self.name, self.role)))


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the report with what stands under it, in this order.

    Parameters
    ----------
    heading
        Heading; empty for a part that goes on without one, as in a letter.
    paragraphs, facts, charts, tables, notes
        What stands under it.
    row_notes
        Notes about single units, charts or people; a de-identified report leaves them out.
    starts_page
        Whether it starts on a new page in print.
    signatures
        Lines to sign on at its end.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str] | Fact, ...] = ()
    charts: tuple[ReportChart, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    notes: tuple[str, ...] = ()
    row_notes: tuple[str, ...] = ()
    starts_page: bool = False
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What makes a report a letter; its sections are the body, without numbers.

    Parameters
    ----------
    sender, address
        Lines of the sender and of the addressee.
    salutation
        As 'Dear colleague,'.
    closing
        As 'Sincerely,'; empty for none.
    signatures
        Lines to sign on.
    """

    sender: tuple[str, ...]
    address: tuple[str, ...]
    salutation: str
    closing: str = ""
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContents:
    """All of one report.

    Parameters
    ----------
    title
        Title of the report; the subject of a letter.
    subtitle
        What it is about, in one line.
    made_at
        As of when it is made; the only time that goes into the files.
    made_by
        Who made it.
    software_version
        Name and version of the program.
    headline
        The few figures that a reader takes away.
    sections
        The body.
    confidentiality
        What of patients the report holds, above everything else and at the head of each page; empty if it
        holds nothing.
    letter
        Addressee, salutation and signatures, if the report is a letter.
    people
        Ids of coders and providers whom a text may name, so that a de-identified report withholds them; no
        format shows them.
    """

    title: str
    subtitle: str
    made_at: dt.datetime
    made_by: str
    software_version: str
    headline: tuple[tuple[str, str] | Fact, ...]
    sections: tuple[Section, ...]
    confidentiality: str = ""
    letter: Letter | None = None
    people: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """Every table, in order."""
        return tuple(table for section in self.sections for table in section.tables)


def fact_of(given: tuple[str, str] | Fact) -> Fact:
    """Return a fact that may be given as label and value only."""
    return given if isinstance(given, Fact) else Fact(*given)
