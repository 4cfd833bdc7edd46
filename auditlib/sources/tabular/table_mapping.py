"""Mappings: which columns of a user's tables fill which columns of the core tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from auditlib.schema.contract import Table
from auditlib.sources.tabular.delimited import plain_name

Take = Literal["first", "min", "max", "sum"]
Decimals = Literal["comma", "point"]
RangeDay = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one column of a core table is filled.

    Attributes
    ----------
    columns
        Headers of the values; several headers give one row each.
    constant
        The value of every row, instead of columns.
    join
        Headers whose values, joined by a bar, make one id.
    format
        Form of a date or time, as ``%m/%d/%Y``; ``excel`` for Excel's day numbers.
    values
        Translations of words in the file; other words stay.
    empty
        Words that mean an empty cell.
    multiply_by
        Factor for an amount, as 0.01 for cents.
    pad
        Width to which numbers are padded with zeros on the left.
    separators, width
        Separators between the values of a cell with several, or the width of each.
    has_modifiers
        True if modifiers follow the code in its cell, as in 99213-25.
    decimal
        Decimal mark of an amount or quantity; None if the values decide.
    times
        Header of the quantity that an amount is multiplied by, as the price of one unit.
    day
        Which day to take of a cell that holds the first and the last, as 05/04/2026 - 05/06/2026.
    take
        Which value to take for rows that `TableRule.one_row_per` merges.
    line
        Line of the mapping file, for messages.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    join: tuple[str, ...] = ()
    format: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    multiply_by: str | None = None
    pad: int | None = None
    separators: tuple[str, ...] = ()
    width: int | None = None
    has_modifiers: bool = False
    decimal: Decimals | None = None
    times: str | None = None
    day: RangeDay | None = None
    take: Take | None = None
    line: int = 0

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that the rule names."""
        return (*self.columns, *self.join, *([self.times] if self.times else []))


@dataclass(frozen=True, slots=True)
class TableRule:
    """How to fill one core table from the records of a sheet or file.

    Attributes
    ----------
    table, fields
        The table, and the rule for each column.
    one_row_per
        The column by whose values records are merged into one row each.
    sheet
        The workbook sheet that it applies to; None for all.
    once_per
        Headers that identify what records repeat: of records alike in them, the first alone fills the table.
    only_rows, leave_out_rows
        For each header the words, in lower case, of records that alone fill the table, or do not fill it.
    only_filled
        Headers that a record fills, or it does not fill the table.
    line
        Line of the mapping file, for messages.
    is_part
        True if the same records fill other tables too; then a record without a code is skipped without a
        fault.
    other_places
        The other rules that take a service of the same records, as those of CPT 2 beside CPT 1.
    """

    table: Table
    fields: Mapping[str, FieldRule]
    one_row_per: str | None = None
    sheet: str | None = None
    once_per: tuple[str, ...] = ()
    only_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leave_out_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_filled: tuple[str, ...] = ()
    line: int = 0
    is_part: bool = False
    other_places: tuple[TableRule, ...] = ()

    @property
    def takes_all_records(self) -> bool:
        """True if no kind of records is left out."""
        return not (self.only_rows or self.leave_out_rows or self.only_filled)

    def missing_from(self, columns: Sequence[str]) -> dict[str, int]:
        """Return the headers missing from a file, each with the line of the mapping that names it."""
        headers_in_file = set(columns)
        named = [(name, rule.line) for rule in self.fields.values() for name in rule.headers]
        of_rows = (*self.once_per, *self.only_rows, *self.leave_out_rows, *self.only_filled)
        named += [(name, self.line) for name in of_rows]
        return {name: line for name, line in named if plain_name(name) not in headers_in_file}


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A mapping file: how to read the file, and which tables it fills.

    Attributes
    ----------
    tables
        The tables that it fills.
    header_row, header_rows
        First row of the header, from 1, and the number of rows that it spans.
    separator, encoding
        Separator between cells and encoding of a delimited file; None if the file shows them.
    sheet
        The workbook sheet to read; None for all that are not hidden.
    decimal
        Decimal mark of all amounts and quantities; None if the values decide.
    fill_down
        Headers whose empty cells take the value above.
    total_rows
        For each header the words, in lower case, that make a row one of totals.
    finds_totals
        False if no row is recognised as one of totals by its label or its sum.
    name, line
        Name of the mapping file, and the line of its ``file:`` options, for messages.
    """

    tables: tuple[TableRule, ...]
    header_row: int = 1
    header_rows: int = 1
    separator: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    decimal: Decimals | None = None
    fill_down: tuple[str, ...] = ()
    total_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    finds_totals: bool = True
    name: str = "the mapping"
    line: int = 1


def direct_rule(table: Table, columns: Sequence[str], names: Sequence[str]) -> TableRule:
    """Return the rule for a table whose headers are the data dictionary's names."""
    return TableRule(table, {name: FieldRule((name,)) for name in columns if name in names})
