"""A proposed mapping while a person completes it: what is in doubt is confirmed, chosen or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal.column_profile import ColumnProfile
from auditlib.sources.tabular.proposal.entries import (
    FILL_IN,
    Entry,
    Proposal,
    ProposedColumn,
    constant_column,
    file_option,
)
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.sources.tabular.user_tables import cells_of, user_tables

_SAMPLE_ROWS: Final = 200
_MOST_SAMPLES: Final = 3
_LONGEST_SAMPLE: Final = 24


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """The columns of one sheet or file, as a draft offers them.

    Attributes
    ----------
    profiles
        Header to the profile of its column, in file order.
    samples
        Header to the forms of a few values, as ``A99.9``: never a value itself.
    """

    profiles: Mapping[str, ColumnProfile]
    samples: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, records: pl.DataFrame, columns: Sequence[ColumnProfile]) -> SheetColumns:
        """Return the columns of a sheet's records."""
        head = records.head(_SAMPLE_ROWS)
        return cls(
            {profile.header: profile for profile in columns},
            {profile.header: _forms(head[profile.header]) for profile in columns},
        )


@dataclass(slots=True)
class DraftField:
    """One column of a core table, or one option of the file, as the draft fills it.

    Attributes
    ----------
    column
        The proposed column; of an option of the file, its name and value.
    entry
        The table of the mapping that it belongs to; None for an option of the file.
    is_confirmed
        True once a person said that it is right.
    """

    column: ProposedColumn
    entry: Entry | None = None
    is_confirmed: bool = False

    @property
    def name(self) -> str:
        """``claim.from_date``; of an option of the file, ``file.decimal``."""
        return f"{self.entry.table if self.entry else 'file'}.{self.column.target}"

    @property
    def is_missing(self) -> bool:
        """True where a person has to give a header or a value."""
        return FILL_IN in self.column.value

    @property
    def is_open(self) -> bool:
        """True where a person has to decide before anything is loaded."""
        return self.is_missing or bool(self.column.doubts and not self.is_confirmed)


@dataclass(slots=True)
class MappingDraft:
    """A mapping that begins as a proposal and is completed field by field.

    Attributes
    ----------
    proposal
        What was proposed.
    sheets
        Name of a sheet, empty for a file without sheets, to its columns.
    fields
        Every field, those of the file first.
    """

    proposal: Proposal
    sheets: Mapping[str, SheetColumns]
    fields: list[DraftField] = field(init=False)

    def __post_init__(self) -> None:
        options = [DraftField(option) for option in self.proposal.file_options]
        self.fields = options + [
            DraftField(column, entry) for entry in self.proposal.entries for column in entry.columns
        ]

    @property
    def open_fields(self) -> list[DraftField]:
        """What a person still has to decide."""
        return [one for one in self.fields if one.is_open]

    def columns_of(self, entry: Entry) -> SheetColumns:
        """Return the columns of the sheet that a table of the mapping is filled from."""
        only = next(iter(self.sheets.values()))
        return only if entry.sheet is None else self.sheets[entry.sheet]

    def unused_headers(self, entry: Entry) -> list[str]:
        """Return the headers of the table's sheet that no field of that sheet uses."""
        used = {
            header
            for one in self.fields
            if one.entry is not None and one.entry.sheet == entry.sheet
            for header in (*one.column.headers, *one.entry.headers)
        }
        return [header for header in self.columns_of(entry).profiles if header not in used]

    def free_targets(self, entry: Entry) -> list[str]:
        """Return the columns of the entry's table that nothing fills yet."""
        filled = {one.column.target for one in self.fields if one.entry is entry}
        return [name for name in cells_of(user_tables()[entry.table]) if name not in filled]

    def confirm(self, one: DraftField, *, is_right: bool = True) -> None:
        """Say that a doubtful field is right as it is."""
        one.is_confirmed = is_right

    def choose(self, one: DraftField, header: str) -> None:
        """Fill a field from another column of the file.

        Raises
        ------
        UsageError
            If the file has no such header, or the field is an option of the file.
        """
        one.column = self._taken(one.entry, one.column.target, header)
        one.is_confirmed = False

    def set_constant(self, one: DraftField, value: str) -> None:
        """Give a field one value for all rows.

        Raises
        ------
        UsageError
            If the value is empty.
        """
        if not value.strip():
            message = f"{one.name} is empty."
            raise UsageError(message, hint="Write the value that every row has.")
        target = one.column.target
        one.column = (
            file_option(target, value.strip())
            if one.entry is None
            else constant_column(target, value.strip(), comment="chosen")
        )
        one.is_confirmed = True

    def leave_out(self, one: DraftField) -> None:
        """Fill nothing from this field."""
        self.fields.remove(one)

    def add(self, entry: Entry, target: str, header: str) -> DraftField:
        """Fill a further column of a table from a header.

        Raises
        ------
        UsageError
            If the table has no such column or it is filled, or the file has no such header.
        """
        if target not in self.free_targets(entry):
            message = f"{entry.table} has no free column '{target}'."
            raise UsageError(message, hint=f"Free are {', '.join(self.free_targets(entry))}.")
        added = DraftField(self._taken(entry, target, header), entry)
        last = max(place for place, one in enumerate(self.fields) if one.entry is entry)
        self.fields.insert(last + 1, added)
        return added

    @property
    def text(self) -> str:
        """The mapping file as it stands; what is still open is marked CHECK."""
        shown = [one for one in self.fields if one.entry is not None]
        entries = [
            replace(entry, columns=[_settled(one) for one in shown if one.entry is entry])
            for entry in self.proposal.entries
        ]
        headers = {header for one in shown for header in one.column.headers}
        headers |= {header for entry in entries for header in entry.headers}
        left = tuple(
            (sheet, tuple(name for name in names if name not in headers))
            for sheet, names in self.proposal.not_proposed
        )
        return replace(
            self.proposal,
            entries=tuple(entry for entry in entries if entry.columns),
            file_options=tuple(_settled(one) for one in self.fields if one.entry is None),
            not_proposed=tuple((sheet, names) for sheet, names in left if names),
        ).text

    def mapping(self) -> TableMapping:
        """Return the finished mapping.

        Raises
        ------
        UsageError
            If something is still to be decided.
        BadInputError
            If the mapping lacks what its tables need.
        """
        if to_decide := self.open_fields:
            names = ", ".join(dict.fromkeys(one.name for one in to_decide))
            message = f"Still to be decided: {names}."
            raise UsageError(message, hint="Tick what is right, choose another column, or leave it out.")
        return parse_mapping(self.text, name=f"the mapping of {self.proposal.name}")

    def _taken(self, entry: Entry | None, target: str, header: str) -> ProposedColumn:
        profile = self.columns_of(entry).profiles.get(header) if entry is not None else None
        if entry is None or profile is None:
            message = f"No column of the file is called '{header[:40]}'."
            raise UsageError(message, hint="Choose one of the headers that the file has.")
        scratch = Entry(entry.table, entry.one_row_per, entry.sheet)
        scratch.take(target, [profile])
        return scratch.columns[0]


def _settled(one: DraftField) -> ProposedColumn:
    return one.column if one.is_open else replace(one.column, doubts=())


def _forms(values: pl.Series) -> tuple[str, ...]:
    """Return the forms of the first different values, digits as 9 and letters as A and a."""
    forms = (
        values.drop_nulls()
        .str.slice(0, _LONGEST_SAMPLE)
        .str.replace_all(r"\p{N}", "9")
        .str.replace_all(r"\p{Lu}", "A")
        .str.replace_all(r"[\p{L}\p{M}&&[^A]]", "a")
        .unique(maintain_order=True)
    )
    return tuple(forms.head(_MOST_SAMPLES))
