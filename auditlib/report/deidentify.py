"""A report without what names a patient, a chart or a person: ids, names, texts of people, days."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from auditlib.report.contents import (
    Fact,
    Letter,
    ReportContents,
    ReportTable,
    Section,
    Signature,
    fact_of,
)
from auditlib.report.labels import label_of
from auditlib.text import counted

WITHHELD: Final = "[withheld]"
_SAID: Final = (
    "De-identified (safe harbor): people have numbers in a random order in place of names; of days only the "
    "year stays, ages of 90 and over are one group, and of ZIP codes the first three digits stay, or 000."
)
DEIDENTIFIED: Final = "De-identified (safe harbor): without ids, names, texts of people and days."

# Texts that name no one. A text column that is not listed is withheld, so that a new one is safe.
KEPT: Final = frozenset(
    {
        "action",
        "action_state",
        "after",
        "answer",
        "authority",
        "before",
        "billed_code",
        "audited_code",
        "category",
        "cause",
        "change",
        "check_id",
        "check_version",
        "code",
        "code_category",
        "code_family",
        "code_role",
        "code_system",
        "conclusion",
        "corrected_code",
        "corrected_code_system",
        "decision",
        "denial_category",
        "denial_reason_code",
        "discharge_status_code",
        "drg_code",
        "error_kind",
        "error_severity",
        "explained_by",
        "filing_code",
        "final_outcome",
        "first_response",
        "form",
        "format",
        "frequency_code",
        "interval_method",
        "load_status",
        "measure",
        "modifier_1",
        "modifier_2",
        "modifier_3",
        "modifier_4",
        "ndc",
        "ndc_unit_code",
        "no_count_reason",
        "oral_cavity_codes",
        "outcome",
        "payer_id",
        "payer_name",
        "payment_difference_basis",
        "payment_origin",
        "place_of_service",
        "poa_indicator",
        "publisher",
        "query_state",
        "reason_codes",
        "reason_label",
        "rebuttal",
        "rebuttal_state",
        "record_status",
        "related_code",
        "release",
        "requirement",
        "requirement_state",
        "result",
        "revenue_code",
        "rework",
        "role",
        "score_of",
        "severity",
        "specialty",
        "stratum",
        "target_state",
        "title",
        "type_of_bill",
        "undefined_reason",
        "unit_code",
        "visit_result",
        "unit",
    }
)
_PEOPLE: Final = ("coder", "reviewer", "provider", "auditor", "adjudicator", "actor")
_ID_ENDINGS: Final = ("_id", "_number", "_name")
_COUNTING_NUMBERS: Final = frozenset({"finding_number", "example_number"})
_SHORTEST_ID, _LONGEST_ID = 2, 64
_SHORTEST_NUMBER: Final = 5
_OLDEST_AGE: Final = 90
_AGES: Final = frozenset({"age", "age_years"})
_BIRTH: Final = "birth"
_ZIP_LENGTH: Final = 3
_ZIP_ENDINGS: Final = ("zip", "zip_code", "postal_code")
# 2000 census, by the guidance of HHS: 17 areas; the last four are those that the 2010 census adds.
_SMALL_AREAS: Final = frozenset(
    {"036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830"}
    | {"831", "878", "879", "884", "890", "893"}
    | {"205", "369", "753", "772"}
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAYS: Final = re.compile(
    rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (\d{{4}})(?:,? \d\d:\d\d(?::\d\d)?(?: UTC)?)?\b"
    rf"|\b\d{{1,2}} {_MONTH} (\d{{4}})\b"
    rf"|\b{_MONTH} (\d{{4}})\b"
    r"|\b(\d{4})-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?)?(?![\d-])"
    r"|\b\d{1,2}/\d{1,2}/(\d{4})\b"
)
_DAYS_WITHOUT_YEAR: Final = re.compile(rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?!,? \d{{4}})")


@dataclass(frozen=True, slots=True)
class _Names:
    """What stands in the place of ids and people's names, and of the names of strata if these hold one."""

    by_value: dict[str, str]
    strata: dict[str, str]

    def scrubbed(self, text: str) -> str:
        """Return text without them, and with years in the place of days."""
        if self.by_value:
            text = self._pattern().sub(lambda found: self.by_value[found[0]], text)
        text = _DAYS.sub(lambda found: next(filter(None, found.groups())), text)
        return _DAYS_WITHOUT_YEAR.sub(WITHHELD, text)

    def _pattern(self) -> re.Pattern[str]:
        # The longest first, so that an id within another does not cut it.
        values = sorted(self.by_value, key=lambda value: (-len(value), value))
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, values))})(?!\w)")


def without_identifiers(contents: ReportContents) -> tuple[ReportContents, tuple[str, ...]]:
    """Return a report without what names a patient, a chart or a person, and what was withheld.

    Parameters
    ----------
    contents
        The report.

    Returns
    -------
    tuple of ReportContents and sentences
        Columns of ids, of names and of texts that people wrote are gone, as every text column is that is not
        known to name no one. Coders, reviewers and providers have numbers in place of names, the same in the
        whole report; so have strata if one of their names holds a person's. Days and months are years. Notes
        on single units and charts that name people are gone. Ids and names that a table held are gone from
        titles, paragraphs and notes, too.

    Notes
    -----
    The rule is after the safe harbor of 45 CFR 164.514(b)(2). What a person typed into a title or objective
    is cleaned of the ids, names and days that the report knows, and has to be read before it leaves.
    """
    names = _names(contents)
    scrubbed = _once_a_text(names.scrubbed)
    columns: dict[str, None] = {}
    note_count = sum(len(section.row_notes) for section in contents.sections)
    chart_titles = [
        chart.title for section in contents.sections for chart in section.charts if chart.names_people
    ]
    unnamed = replace(
        with_texts(contents, scrubbed, lambda table: _table(table, scrubbed, names.strata, columns)),
        confidentiality=DEIDENTIFIED,
    )
    said = [_SAID]
    if names.strata:
        said.append("Strata have numbers in a random order in place of names, as a name holds a person's.")
    if columns:
        said.append(f"Columns withheld: {', '.join(columns)}.")
    if note_count:
        said.append(f"Withheld: {counted(note_count, 'note')} on single units.")
    if chart_titles:
        said.append(
            f"Charts left out, because they name coders or days: {counted(len(chart_titles), 'chart')}."
        )
    return unnamed, tuple(said)


def _once_a_text(scrub: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function that cleans each text once."""
    known: dict[str, str] = {}

    def scrubbed(text: str) -> str:
        if text not in known:
            known[text] = scrub(text)
        return known[text]

    return scrubbed


def _names(contents: ReportContents) -> _Names:
    people, ids = known_values(contents)
    known = {name for name in contents.people if _is_recognisable(name)}
    replacements = {value: WITHHELD for value in ids | known if _SHORTEST_ID <= len(value) <= _LONGEST_ID}
    # The order of names would give them away: see `_strata_codes`.
    key = _key_of(contents)
    for noun, persons in people.items():
        order = sorted(filter(None, persons), key=lambda name: hmac.digest(key, _bytes(name), "sha256"))
        replacements |= {name: f"{noun} {number}" for number, name in enumerate(order, 1)}
    everybody = set(contents.people).union(*people.values()) - {""}
    strata = _strata_codes(contents, everybody)
    return _Names({**strata, **replacements}, strata)


def known_values(contents: ReportContents) -> tuple[dict[str, set[str]], set[str]]:
    """Return the people whom a report's tables name, by what they are, and the ids that they hold."""
    people: dict[str, set[str]] = {}
    ids: set[str] = set()
    for table in contents.tables:
        for name, values in _texts(table.frame):
            if (noun := person_of(name)) is not None:
                people.setdefault(noun, set()).update(one for value in values for one in value.split(", "))
            elif is_id(name):
                ids.update(values)
    if contents.made_by:
        people.setdefault("reviewer", set()).add(contents.made_by)
    return people, ids


def is_id(name: str) -> bool:
    """Return whether a text column holds ids."""
    return name not in KEPT and name.endswith(_ID_ENDINGS)


def days_to_years(replacements: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that puts other words in the place of ids and names, and years in that of days."""
    fit = {value: other for value, other in replacements.items() if _is_recognisable(value)}
    return _once_a_text(_Names(fit, {}).scrubbed)


def with_texts(
    contents: ReportContents,
    scrubbed: Callable[[str], str],
    made: Callable[[ReportTable], ReportTable],
) -> ReportContents:
    """Return a report with its texts cleaned, without notes on single units, people and their drawings.

    Parameters
    ----------
    contents
        The report.
    scrubbed, made
        What becomes of a text, and of a table.
    """
    return replace(
        contents,
        title=scrubbed(contents.title),
        subtitle=scrubbed(contents.subtitle),
        made_by="",
        headline=tuple(_fact(fact_of(given), scrubbed) for given in contents.headline),
        sections=tuple(_section(section, scrubbed, made) for section in contents.sections),
        letter=None if contents.letter is None else _letter(contents.letter),
        people=(),
    )


def safe_zip(code: str) -> str:
    """Return the first three digits of a ZIP code, or 000 where fewer than 20,000 people share them.

    References
    ----------
    45 CFR 164.514(b)(2)(i)(B). The areas are those of the 2000 census that the guidance of HHS lists, and
    those that the 2010 census adds.

    Examples
    --------
    >>> safe_zip("10001-2345"), safe_zip("03601"), safe_zip("?")
    ('100', '000', '000')
    """
    first = code.strip()[:_ZIP_LENGTH]
    return first if len(first) == _ZIP_LENGTH and first.isdigit() and first not in _SMALL_AREAS else "000"


def safe_age(years: float) -> str:
    """Return an age in years; 90 and over are one group (45 CFR 164.514(b)(2)(i)(C)).

    Examples
    --------
    >>> safe_age(89), safe_age(90), safe_age(103)
    ('89', '90 and over', '90 and over')
    """
    return f"{int(years)}" if years < _OLDEST_AGE else f"{_OLDEST_AGE} and over"


def _is_recognisable(name: str) -> bool:
    """Return whether an id can be recognised in a text: a short number could be any count."""
    return len(name) >= _SHORTEST_ID and not (name.isdigit() and len(name) < _SHORTEST_NUMBER)


def key_of_rows(contents: ReportContents) -> Callable[[str], str]:
    """Return a keyed hash, by a key that only one who has all rows of the report can make."""
    key = _key_of(contents)
    return lambda text: hmac.digest(key, _bytes(text), "sha256").hex()


def _strata_codes(contents: ReportContents, people: set[str]) -> dict[str, str]:
    """Return a number for each stratum if the name of any of them holds a person's; else nothing."""
    strata = {
        value
        for table in contents.tables
        for name, values in _texts(table.frame)
        if name == "stratum"
        for value in values
    }
    if not people:
        return {}
    # A stratum may name the person as part of it: 'coder_C07', 'C07, inpatient'.
    anybody = re.compile(
        rf"(?<![^\W_])(?:{'|'.join(re.escape(name) for name in sorted(people))})(?![^\W_])", re.IGNORECASE
    )
    if not any(anybody.search(stratum) for stratum in strata):
        return {}
    # The order of names would give them away. What the report withholds repeats the order, and nobody who
    # reads what is left can.
    key = _key_of(contents)
    order = sorted(strata, key=lambda name: hmac.digest(key, _bytes(name), "sha256"))
    return {name: f"no. {number}" for number, name in enumerate(order, 1)}


def _key_of(contents: ReportContents) -> bytes:
    """Return a key that only one who has all rows of the report can make."""
    rows = hashlib.sha256()
    for table in contents.tables:
        rows.update(_bytes(repr(table.frame.rows())))
    return rows.digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _texts(frame: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    for name, kind in frame.schema.items():
        if kind == pl.String:
            yield name, frame[name].drop_nulls().unique().to_list()


def person_of(name: str) -> str | None:
    """Return what a person is whom a column names, as coder; None for a column of nobody."""
    return next((noun for noun in _PEOPLE if noun in name), None)


def _section(
    section: Section, scrubbed: Callable[[str], str], made: Callable[[ReportTable], ReportTable]
) -> Section:
    return replace(
        section,
        heading=scrubbed(section.heading),
        paragraphs=tuple(map(scrubbed, section.paragraphs)),
        facts=tuple(_fact(fact_of(given), scrubbed) for given in section.facts),
        charts=tuple(chart for chart in section.charts if not chart.names_people),
        tables=tuple(map(made, section.tables)),
        notes=tuple(map(scrubbed, section.notes)),
        row_notes=(),
        signatures=_unnamed(section.signatures),
    )


def _unnamed(signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    return tuple(replace(signature, name="") for signature in signatures)


def _fact(fact: Fact, scrubbed: Callable[[str], str]) -> Fact:
    return replace(fact, label=scrubbed(fact.label), value=scrubbed(fact.value), rows=scrubbed(fact.rows))


def _table(
    table: ReportTable, scrubbed: Callable[[str], str], strata: Mapping[str, str], columns: dict[str, None]
) -> ReportTable:
    kept: list[pl.Expr] = []
    gone: list[str] = []
    for name, kind in table.frame.schema.items():
        column = pl.col(name)
        if _BIRTH in name:
            # Even the year says of whom is 90 or over.
            gone.append(table.labels.get(name) or label_of(name))
        elif isinstance(kind, pl.Date | pl.Datetime) or kind in (pl.Date, pl.Datetime):
            kept.append(column.dt.year().cast(pl.String))
        elif name == "stratum" and strata:
            kept.append(column.replace(dict(strata)))
        elif kind == pl.String and (person_of(name) is not None or name in KEPT):
            kept.append(column.map_elements(scrubbed, return_dtype=pl.String))
        elif kind.is_numeric() and name in _AGES:
            kept.append(column.map_elements(safe_age, return_dtype=pl.String))
        elif kind == pl.String and name.endswith(_ZIP_ENDINGS):
            kept.append(column.map_elements(safe_zip, return_dtype=pl.String))
        elif kind == pl.Boolean or (kind.is_numeric() and only_counts(name)):
            kept.append(column)
        else:
            gone.append(table.labels.get(name) or label_of(name))
    columns.update(dict.fromkeys(gone))
    said = f"Withheld: {', '.join(gone)}." if gone else ""
    return replace(
        table,
        title=scrubbed(table.title),
        frame=_in_order_of_numbers(table.frame, strata).select(kept),
        note=" ".join(filter(None, (scrubbed(table.note), said))),
        rows=scrubbed(table.rows),
    )


def _in_order_of_numbers(frame: pl.DataFrame, strata: Mapping[str, str]) -> pl.DataFrame:
    """Return rows that follow the names of strata in the order of their numbers; any other order stays."""
    if not strata or "stratum" not in frame.columns:
        return frame
    names = frame["stratum"].unique(maintain_order=True)
    if not names.is_sorted():
        return frame
    numbers = {name: place for place, name in enumerate(strata)}
    return frame.sort(pl.col("stratum").replace_strict(numbers, default=None), maintain_order=True)


def only_counts(name: str) -> bool:
    """Return whether a number counts or measures, and is no id, place or age."""
    return name in _COUNTING_NUMBERS or not name.endswith(("_number", "_id", "_offset", "age"))


def _letter(letter: Letter) -> Letter:
    return replace(
        letter,
        sender=(),
        address=("Name and address withheld",),
        salutation="Dear colleague,",
        signatures=_unnamed(letter.signatures),
    )
