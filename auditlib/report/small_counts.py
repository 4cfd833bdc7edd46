"""A report's small counts withheld, in its tables and in its sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from auditlib.report.contents import Fact, ReportContents, ReportTable, Section, fact_of
from auditlib.report.suppress import names_single_units

ROWS_WITHHELD: Final = "Rows on single units are withheld."
SENTENCE_WITHHELD: Final = "[A sentence with a small count is withheld.]"
_VALUE_WITHHELD: Final = "withheld"
# Numbers that count nothing: days, codes, versions, dollars, fractions and percentages.
_NUMBER: Final = re.compile(r"(?<![\w$.,:/#-])(\d{1,3}(?:,\d{3})+|\d+)(?![\w%:/-]|[.,]\d| %| percent)")
_PART_OF_WHOLE: Final = re.compile(r"(?<![\w.,])([\d,]+) of (?:the )?([\d,]+)(?![\w%]|[.,]\d)")
_DAY: Final = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?|\b\d{4}-\d\d-\d\d\b"
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def says_small_count(text: str, *, below: int) -> bool:
    """Return whether a text has a count of 1 to ``below`` - 1, or leaves one of a whole.

    Examples
    --------
    >>> says_small_count("3 of 40 charts", below=11), says_small_count("36 of 40 charts", below=11)
    (True, True)
    >>> says_small_count("95 % of 40 charts, Nov 3, 2026", below=11)
    False
    """
    plain = _DAY.sub("", text)
    if any(0 < _number(found) < below for found in _NUMBER.findall(plain)):
        return True
    return any(0 < _number(whole) - _number(part) < below for part, whole in _PART_OF_WHOLE.findall(plain))


def without_small_counts(contents: ReportContents, *, below: int) -> ReportContents:
    """Return a report without rows on single units, and without sentences and figures that say a small count.

    The counts of its tables are withheld where they are shown: see `auditlib.report.suppress`.
    """
    return replace(
        contents,
        subtitle=_text(contents.subtitle, below),
        headline=tuple(_fact(fact_of(given), below) for given in contents.headline),
        sections=tuple(_section(section, below) for section in contents.sections),
    )


def _section(section: Section, below: int) -> Section:
    return replace(
        section,
        paragraphs=tuple(_text(text, below) for text in section.paragraphs),
        facts=tuple(_fact(fact_of(given), below) for given in section.facts),
        tables=tuple(_table(table, below) for table in section.tables),
        notes=tuple(_text(text, below) for text in section.notes),
        row_notes=(),
    )


def _table(table: ReportTable, below: int) -> ReportTable:
    if not table.holds_people:
        return table
    note = _text(table.note, below)
    if not names_single_units(table.frame.columns):
        return replace(table, note=note)
    return replace(table, frame=table.frame.clear(), note=f"{note} {ROWS_WITHHELD}".strip(), totals=())


def _fact(fact: Fact, below: int) -> Fact:
    return replace(fact, value=_VALUE_WITHHELD) if says_small_count(fact.value, below=below) else fact


def _text(text: str, below: int) -> str:
    sentences = _SENTENCE_END.split(text)
    kept = [SENTENCE_WITHHELD if says_small_count(one, below=below) else one for one in sentences]
    return " ".join(kept)


def _number(text: str) -> int:
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else 0
