"""Presets: mappings of layouts that are published, each a file of this folder's ``presets``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final, cast

import polars as pl
import yaml

from auditlib.errors import BadInputError
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal.column_choice import ColumnChoice
from auditlib.sources.tabular.proposal.column_profile import (
    ColumnProfile,
    date_form_of,
    holds_codes_of,
)
from auditlib.sources.tabular.proposal.entries import Entry, quoted
from auditlib.sources.tabular.table_mapping import FieldRule, TableRule
from auditlib.sources.tabular.user_tables import needed_cells

_FOLDER: Final = Path(__file__).resolve().parent / "presets"
# The layout says what a column means; values do not prove it.
_BY_LAYOUT: Final = 0.95
_PARTS: Final = "\n---\n"


@dataclass(frozen=True, slots=True)
class Preset:
    """The mapping of one published layout.

    Attributes
    ----------
    name
        Name of its file.
    layout
        Whose layout it is, and of which file.
    version, source
        Which version of it, and where it is published.
    recognised_by
        Headers that a file of this layout has, and seldom another.
    not_loaded
        What of the layout no table takes, and why.
    tables
        Its rules; none if nothing of the layout can be loaded.
    checks
        What a person should decide of a column, as ``claim.charge_amount``.
    needs
        Table to the column whose codes must be of a code system, for the table to be filled.
    also_called
        Header to the names that it has in other versions.
    """

    name: str
    layout: str
    version: str
    source: str
    recognised_by: tuple[str, ...]
    not_loaded: str
    tables: tuple[TableRule, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    also_called: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of a mapping made by it."""
        known = f"Mapped by the preset '{self.name}': {self.layout}, {self.version}."
        return (known, f"Not loaded: {self.not_loaded}") if self.not_loaded else (known,)


@cache
def presets() -> tuple[Preset, ...]:
    """Return all presets, in the order of their names."""
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.yaml")))


def preset_list() -> pl.DataFrame:
    """Return a row a preset: its name, layout and version, what it fills, what is not loaded, its source."""
    rows = [
        {
            "preset": preset.name,
            "layout": preset.layout,
            "version": preset.version,
            "fills": ", ".join(dict.fromkeys(rule.table.name for rule in preset.tables)) or "nothing",
            "not_loaded": preset.not_loaded,
            "source": preset.source,
        }
        for preset in presets()
    ]
    return pl.DataFrame(rows)


def preset_of_header(columns: Collection[str]) -> Preset | None:
    """Return the preset of the layout that a header has; of several, the one known by most headers."""
    fitting = [preset for preset in presets() if set(preset.recognised_by) <= set(columns)]
    return max(fitting, key=lambda preset: len(preset.recognised_by), default=None)


def preset_entries(preset: Preset, table: ColumnChoice, file_name: str) -> Iterator[Entry]:
    """Yield the tables that a file of a published layout fills, by the columns that it has.

    Raises
    ------
    BadInputError
        If nothing of the file can be loaded; the message says what it is and why.
    """
    profiles = {column.header: column for column in table.columns}
    entries = [
        entry
        for rule in preset.tables
        if _holds_what_it_needs(preset, rule, table, profiles)
        and (entry := _entry(preset, rule, table, profiles)) is not None
    ]
    if not entries:
        message = f"{file_name} is of the layout '{preset.layout}', of which nothing is loaded: "
        message += preset.not_loaded or "it has no code of a system that is."
        raise BadInputError(message, hint="'auditlib files presets' lists the layouts that are loaded.")
    yield from entries


def _holds_what_it_needs(
    preset: Preset, rule: TableRule, table: ColumnChoice, profiles: Mapping[str, ColumnProfile]
) -> bool:
    need = preset.needs.get(rule.table.name)
    if need is None:
        return True
    header = need["column"]
    return header in profiles and holds_codes_of(table.records[header], need["code_system"])


def _entry(
    preset: Preset, rule: TableRule, table: ColumnChoice, profiles: Mapping[str, ColumnProfile]
) -> Entry | None:
    entry = Entry(rule.table.name, one_row_per=rule.one_row_per)
    places = _places_in_file(preset, rule, profiles)
    if not places:
        return None
    for target, field_rule in rule.fields.items():
        check = preset.checks.get(f"{rule.table.name}.{target}")
        doubts = (check,) if check else ()
        if field_rule.constant is not None:
            entry.constant(target, field_rule.constant, *doubts, comment="the layout says so")
            continue
        headers = field_rule.join or field_rule.columns
        if len(headers) > 1 and not field_rule.join:
            headers = tuple(headers[place] for place in places)
        found = [_called(preset, header, profiles) for header in headers]
        columns = [profiles[header] for header in found if header is not None]
        if len(columns) < len(headers):
            if target in needed_cells(rule.table):
                entry.missing(target, f"the file lacks {headers[0]}")
            continue
        if field_rule.join:
            entry.join(target, columns, *doubts)
        else:
            entry.take(target, _as_days(table, target, columns), _options(field_rule), *doubts)
    return entry


def _places_in_file(preset: Preset, rule: TableRule, profiles: Mapping[str, ColumnProfile]) -> list[int]:
    """Return the places in the lists of headers that the file has; one place if there are no lists."""
    lists = [field_rule.columns for field_rule in rule.fields.values() if len(field_rule.columns) > 1]
    if not lists:
        return [0]
    codes = rule.fields["code"].columns if "code" in rule.fields else lists[0]
    return [place for place, header in enumerate(codes) if _called(preset, header, profiles) is not None]


def _called(preset: Preset, header: str, profiles: Mapping[str, ColumnProfile]) -> str | None:
    """Return a header as the file has it, under the name of another version if need be."""
    return next((name for name in (header, *preset.also_called.get(header, ())) if name in profiles), None)


def _as_days(table: ColumnChoice, target: str, columns: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return columns without the doubts that their headers raise, and days with their form."""
    plain = [
        replace(
            column,
            doubts=tuple(doubt for doubt in column.doubts if doubt.endswith("another form")),
            meaning=None,
            words=(),
            confidence=_BY_LAYOUT,
        )
        for column in columns
    ]
    if not target.endswith("_date"):
        return plain
    return [replace(column, date_form=date_form_of(table.records[column.header])) for column in plain]


def _options(rule: FieldRule) -> list[str]:
    options = []
    if rule.values:
        pairs = ", ".join(f"{quoted(word)}: {quoted(meant)}" for word, meant in rule.values.items())
        options.append(f"values: {{{pairs}}}")
    if rule.empty:
        options.append(f"empty: [{', '.join(map(quoted, rule.empty))}]")
    if rule.take:
        options.append(f"take: {rule.take}")
    return options


def _read(path: Path) -> Preset:
    about_text, _, rules_text = path.read_text(encoding="utf-8").partition(_PARTS)
    about = cast("dict[str, object]", yaml.safe_load(about_text))
    tables = parse_mapping(rules_text, name=path.name).tables if rules_text.strip() else ()
    return Preset(
        name=path.stem,
        layout=str(about["layout"]),
        version=str(about["version"]),
        source=str(about["source"]),
        recognised_by=tuple(cast("list[str]", about["recognised_by"])),
        not_loaded=" ".join(str(about.get("not_loaded", "")).split()),
        tables=tables,
        checks=cast("dict[str, str]", about.get("checks", {})),
        needs=cast("dict[str, dict[str, str]]", about.get("needs", {})),
        also_called=cast("dict[str, list[str]]", about.get("also_called", {})),
    )
