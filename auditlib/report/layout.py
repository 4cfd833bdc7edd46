"""A report as every page shows it: cells as text, anchors and links, and what is withheld, said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from auditlib.errors import UsageError
from auditlib.report.contents import (
    Fact,
    Letter,
    ReportContents,
    ReportTable,
    Section,
    Signature,
    fact_of,
)
from auditlib.report.definitions import DEFINITIONS, Definition, definition_of
from auditlib.report.deidentify import without_identifiers
from auditlib.report.drawing import plain_drawing
from auditlib.report.small_counts import without_small_counts
from auditlib.report.table import DisplayTable, display_table
from auditlib.text import format_date
from auditlib.text import printable as without_controls

UPRIGHT_CHARACTERS, SIDEWAYS_CHARACTERS = 112, 152
"""Characters of small type on a line of an upright page and of one that lies on its side."""
BETWEEN_COLUMNS = 3
"""Characters that columns keep between them."""
_WIDEST_COLUMN, _FAIR_COLUMN, _LONGEST_WORD = 40, 24, 18
DEFINITIONS_HEADING, DEFINITIONS_ANCHOR = "Definitions", "definitions"
# Word's bookmarks have 40 characters at most; the rest is for a number.
_LONGEST_ANCHOR = 34
_NO_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another place of the report."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PlacedFact:
    """A label with its value, and where its rows and its definition are."""

    label: str
    value: str
    rows: Link | None
    definition: Link | None


@dataclass(frozen=True, slots=True)
class PlacedChart:
    """A drawing that is known to be one, with its title and description."""

    title: str
    svg: str
    description: str


@dataclass(frozen=True, slots=True)
class ColumnWidth:
    """Characters that a column needs if its texts break, and that it would like to have."""

    least: int
    ideal: int


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table that is ready to be read.

    Parameters
    ----------
    anchor
        Where links to it lead.
    shown
        Columns, cells and notes.
    beneath
        For each row the quotation and the remark that stand beneath it; empty where the table has neither.
    rows, definitions
        Where the rows behind its figures are, and the definitions of its measures.
    widths
        Of each column.
    """

    anchor: str
    shown: DisplayTable
    beneath: tuple[tuple[str, str], ...]
    rows: Link | None
    definitions: tuple[Link, ...]
    widths: tuple[ColumnWidth, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page that lies on its side."""
        fair = (max(width.least, min(width.ideal, _FAIR_COLUMN)) + BETWEEN_COLUMNS for width in self.widths)
        return sum(fair) > UPRIGHT_CHARACTERS


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A section with its number and anchor; ``number`` is empty in a letter."""

    anchor: str
    number: str
    heading: str
    starts_page: bool
    paragraphs: tuple[str, ...]
    facts: tuple[PlacedFact, ...]
    charts: tuple[PlacedChart, ...]
    withheld_charts: tuple[str, ...]
    tables: tuple[PlacedTable, ...]
    notes: tuple[str, ...]
    signatures: tuple[Signature, ...]

    @property
    def opens_sideways(self) -> bool:
        """Whether its heading stands on a page that lies on its side: a wide table follows at once."""
        return bool(self.tables) and self.tables[0].is_wide and not self.charts


@dataclass(frozen=True, slots=True)
class PlacedDefinition:
    """A definition with its anchor."""

    anchor: str
    definition: Definition


@dataclass(frozen=True, slots=True)
class PlacedReport:
    """All of a report as a page shows it, in order.

    Parameters
    ----------
    made, as_of
        By whom, when and with what it was made, as a sentence; and the day.
    notices
        What is withheld, a sentence each.
    definitions
        Of every measure that the report shows.
    """

    title: str
    subtitle: str
    made: str
    as_of: str
    author: str
    software_version: str
    confidentiality: str
    notices: tuple[str, ...]
    headline: tuple[PlacedFact, ...]
    sections: tuple[PlacedSection, ...]
    definitions: tuple[PlacedDefinition, ...]
    letter: Letter | None


def printable(text: str) -> str:
    """Return text with what neither a page nor XML can hold made visible, and line ends of one kind."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NO_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", without_controls(lines))


def placed(
    contents: ReportContents, *, suppress_below: int | None = None, deidentified: bool = False
) -> PlacedReport:
    """Return a report as every page shows it.

    Parameters
    ----------
    contents
        The report.
    suppress_below
        Withhold counts of 1 to one less than this, and all charts, which show counts; None shows all.
    deidentified
        Leave out what names a patient, a chart or a person; see `auditlib.report.deidentify`.

    Raises
    ------
    BadInputError
        If a chart is no plain drawing.
    UsageError
        If a figure or table names a table for its rows that the report does not have.
    """
    notices: list[str] = []
    if deidentified:
        contents, said = without_identifiers(contents)
        notices += said
    if suppress_below is not None:
        contents = without_small_counts(contents, below=suppress_below)
        notices.append(
            f"Counts below {suppress_below} and what would give them away are withheld; charts, which show "
            "counts, and rows on single units are left out."
        )
    defined = tuple(dict.fromkeys(_measures(contents)))
    anchors = _Anchors(contents, defined)
    return PlacedReport(
        title=printable(contents.title),
        subtitle=printable(contents.subtitle),
        made=made_sentence(contents),
        as_of=format_date(contents.made_at),
        author=printable(contents.made_by),
        software_version=contents.software_version,
        confidentiality=printable(contents.confidentiality),
        notices=tuple(notices),
        headline=tuple(anchors.fact(fact_of(given)) for given in contents.headline),
        sections=tuple(
            _section(section, number, anchors, suppress_below, is_letter=contents.letter is not None)
            for number, section in enumerate(contents.sections, 1)
        ),
        definitions=tuple(
            PlacedDefinition(anchors.of_definition[measure], DEFINITIONS[measure]) for measure in defined
        ),
        letter=None if contents.letter is None else _cleaned_letter(contents.letter),
    )


def _cleaned_letter(letter: Letter) -> Letter:
    return Letter(
        tuple(map(printable, letter.sender)),
        tuple(map(printable, letter.address)),
        printable(letter.salutation),
        printable(letter.closing),
        _cleaned_signatures(letter.signatures),
    )


def _cleaned_signatures(signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    return tuple(
        replace(signature, role=printable(signature.role), name=printable(signature.name))
        for signature in signatures
    )


def made_sentence(contents: ReportContents) -> str:
    """Return when, by whom and with what a report was made."""
    by = f" by {printable(contents.made_by)}" if contents.made_by else ""
    at = f"{format_date(contents.made_at)}, {contents.made_at:%H:%M} UTC"
    return f"Made {at}{by} with {contents.software_version}."


class _Anchors:
    """Every place of a report that a link may lead to, each with a name of its own."""

    def __init__(self, contents: ReportContents, defined: Sequence[str]) -> None:
        self._taken: set[str] = {DEFINITIONS_ANCHOR}
        self.of_sections = [self._new(section.heading or "part") for section in contents.sections]
        self._tables = contents.tables
        self.of_tables = [self._new(f"table {table.title}") for table in contents.tables]
        self.of_definition = {measure: self._new(f"definition {measure}") for measure in defined}
        self._by_title: dict[str, str] = {}
        self._by_measure: dict[str, Link] = {}
        for table, anchor in zip(contents.tables, self.of_tables, strict=True):
            self._by_title.setdefault(table.title, anchor)
            for measure in _measures_of(table):
                self._by_measure.setdefault(measure, Link(table.title, anchor))
        self._next_table = iter(self.of_tables)

    def _new(self, words: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "part"
        base = base if base[0].isalpha() else f"part-{base}"
        base = base[:_LONGEST_ANCHOR].rstrip("-")
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}-{number}", number + 1
        self._taken.add(name)
        return name

    def next_table(self) -> str:
        """Return the anchor of the next table in order."""
        return next(self._next_table)

    def table(self, title: str) -> Link | None:
        """Return the link to a table by its title; None for no title."""
        if not title:
            return None
        if title not in self._by_title:
            message = f"The report has no table '{title}', which is named as the rows of a figure."
            raise UsageError(message, hint=f"Tables: {', '.join(self._by_title)}.")
        return Link(title, self._by_title[title])

    def definition(self, measure: str) -> Link | None:
        """Return the link to the definition of a measure, if the report has one."""
        found = definition_of(measure)
        if found is None or found.measure not in self.of_definition:
            return None
        return Link(found.measure, self.of_definition[found.measure])

    def fact(self, fact: Fact) -> PlacedFact:
        """Return a fact with its links."""
        definition = self.definition(fact.measure or fact.label)
        rows = self.table(fact.rows)
        if rows is None and definition is not None:
            rows = self._by_measure.get(definition.text)
        return PlacedFact(printable(fact.label), printable(fact.value), rows, definition)


def _section(
    section: Section, number: int, anchors: _Anchors, suppress_below: int | None, *, is_letter: bool
) -> PlacedSection:
    is_shown = suppress_below is None
    return PlacedSection(
        anchor=anchors.of_sections[number - 1],
        number="" if is_letter else str(number),
        heading=printable(section.heading),
        starts_page=section.starts_page,
        paragraphs=tuple(map(printable, section.paragraphs)),
        facts=tuple(anchors.fact(fact_of(given)) for given in section.facts),
        charts=tuple(
            PlacedChart(printable(chart.title), plain_drawing(chart.svg), printable(chart.description))
            for chart in section.charts
            if is_shown
        ),
        withheld_charts=tuple(printable(chart.title) for chart in section.charts if not is_shown),
        tables=tuple(_table(table, anchors, suppress_below) for table in section.tables),
        notes=tuple(map(printable, (*section.notes, *section.row_notes))),
        signatures=_cleaned_signatures(section.signatures),
    )


def _table(table: ReportTable, anchors: _Anchors, suppress_below: int | None) -> PlacedTable:
    beneath = [name for name in (table.quotation, table.remark) if name in table.frame.columns]
    shown = _cleaned(
        display_table(
            table.frame.drop(beneath),
            title=printable(table.title),
            labels=table.labels,
            row_limit=table.row_limit,
            suppress_below=suppress_below if table.holds_people else None,
            note=table.note,
            totals=table.totals,
            total_label=table.total_label,
            formulas=table.formulas,
        )
    )
    measures = filter(None, (anchors.definition(measure) for measure in _measures_of(table)))
    return PlacedTable(
        anchor=anchors.next_table(),
        shown=shown,
        beneath=tuple(_beneath(table, len(shown.rows))) if beneath else (),
        rows=anchors.table(table.rows),
        definitions=tuple(dict.fromkeys(measures)),
        widths=tuple(_column_width(shown, place) for place in range(len(shown.columns))),
    )


def _cleaned(shown: DisplayTable) -> DisplayTable:
    """Return a table whose labels, cells and notes hold nothing that a page cannot."""
    return DisplayTable(
        shown.title,
        tuple(replace(column, label=printable(column.label)) for column in shown.columns),
        tuple(tuple(map(printable, row)) for row in shown.rows),
        tuple(map(printable, shown.notes)),
        tuple(map(printable, shown.totals)),
    )


def _beneath(table: ReportTable, row_count: int) -> Iterator[tuple[str, str]]:
    for row in table.frame.head(row_count).iter_rows(named=True):
        quotation, remark = (
            printable(str(row[name])) if name and row.get(name) is not None else ""
            for name in (table.quotation, table.remark)
        )
        yield quotation.strip(), remark.strip()


def _column_width(shown: DisplayTable, place: int) -> ColumnWidth:
    cells = [
        shown.columns[place].label,
        *(row[place] for row in (*shown.rows, *filter(None, [shown.totals]))),
    ]
    word = max((_room(word) for text in cells for word in text.split()), default=1)
    longest = max((_room(text) for text in cells[1:]), default=1)
    least = min(word, _LONGEST_WORD)
    return ColumnWidth(least, max(least, min(longest, _WIDEST_COLUMN)))


def _room(text: str) -> int:
    """Return the room of a text in average characters: figures and capitals are a quarter wider."""
    return len(text) + (sum(map(str.isdigit, text)) + sum(map(str.isupper, text))) // 4


def _measures_of(table: ReportTable) -> list[str]:
    if "measure" not in table.frame.columns:
        return []
    return [str(measure) for measure in table.frame["measure"].unique(maintain_order=True).drop_nulls()]


def _measures(contents: ReportContents) -> Iterator[str]:
    """Yield the measures that a report defines, in the order of its figures and tables."""
    headline = contents.headline if contents.letter is None else ()
    facts = (*headline, *(given for section in contents.sections for given in section.facts))
    for given in facts:
        fact = fact_of(given)
        if (found := definition_of(fact.measure or fact.label)) is not None:
            yield found.measure
    for table in contents.tables:
        for measure in _measures_of(table):
            if (found := definition_of(measure)) is not None:
                yield found.measure
