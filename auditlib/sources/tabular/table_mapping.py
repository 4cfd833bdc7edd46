"""What a mapping says: how the columns of a user's tables fill the core tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from auditlib.schema.contract import Table
from auditlib.sources.tabular.delimited import plain_name

Take = Literal["first", "min", "max", "sum"]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one column of a core table is filled.

    Attributes
    ----------
    columns
        Headers that give it; several give a row each.
    constant
        The value of every row, in the place of columns.
    join
        Headers whose values, with a bar between, make one id.
    format
        Form of a date or time, as ``%m/%d/%Y``; ``excel`` for the number of a day as Excel counts.
    values
        What words of the file become; words that it does not name stay.
    empty
        Words that mean that there is no value.
    multiply_by
        Factor of an amount, as 0.01 for cents.
    pad
        Width to which digits are filled up with zeros on the left.
    separator, width
        What stands between the parts of a cell that holds several, or how long each is.
    take
        Which value stands for the rows that `TableRule.one_row_per` makes one.
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
    separator: str | None = None
    width: int | None = None
    take: Take | None = None
    line: int = 0

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that it names."""
        return (*self.columns, *self.join)


@dataclass(frozen=True, slots=True)
class TableRule:
    """How one core table is filled from the records of a sheet or file.

    Attributes
    ----------
    table, fields
        The table, and how its columns are filled.
    one_row_per
        The column of which each value makes one row, whatever number of records has it.
    sheet
        The sheet of a workbook that it is for; none for all.
    line
        Line of the mapping file, for messages.
    is_part
        True if the same records fill other tables too: one without a code is then no fault, and gives no row.
    """

    table: Table
    fields: Mapping[str, FieldRule]
    one_row_per: str | None = None
    sheet: str | None = None
    line: int = 0
    is_part: bool = False

    def missing_from(self, columns: Sequence[str]) -> dict[str, int]:
        """Return the headers that it names and a file lacks, each with the line that names it."""
        given = set(columns)
        return {
            name: rule.line
            for rule in self.fields.values()
            for name in rule.headers
            if plain_name(name) not in given
        }


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A mapping file: how the file is read, and the tables that it fills."""

    tables: tuple[TableRule, ...]
    header_row: int = 1
    separator: str | None = None
    sheet: str | None = None
    name: str = "the mapping"


def direct_rule(table: Table, columns: Sequence[str], names: Sequence[str]) -> TableRule:
    """Return the rule for a table whose headers are the names of the data dictionary."""
    return TableRule(table, {name: FieldRule((name,)) for name in columns if name in names})
