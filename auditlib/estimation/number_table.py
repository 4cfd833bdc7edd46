"""CSV files of figures, read by column; error messages name column and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from auditlib.errors import BadInputError
from auditlib.sampling.frame import read_text_table

# Larger figures are typing errors, and their squares exceed the computation's range.
_LARGEST = Decimal(10**15)


@dataclass(frozen=True, slots=True)
class NumberTable:
    """The fields of a CSV file as text.

    Parameters
    ----------
    name
        Name of the file, for messages.
    rows
        One row per line of the file; the first line has the column names.
    """

    name: str
    rows: pl.DataFrame

    def has(self, *columns: str) -> bool:
        """Return True if the file has all these columns."""
        return set(columns) <= set(self.rows.columns)

    def texts(self, column: str) -> list[str]:
        """Return a column as text; raise if the column is missing or a field is empty."""
        if column not in self.rows.columns:
            message = f"{self.name} has no column '{column}'."
            raise BadInputError(message, hint=f"Its columns are {', '.join(self.rows.columns)}.")
        values = [(value or "").strip() for value in self.rows[column]]
        empty = next((number for number, value in enumerate(values, start=2) if not value), None)
        if empty is not None:
            message = f"{self.name}: column '{column}' is empty in line {empty:,}."
            raise BadInputError(message, hint="Write 0 for nothing; a missing record counts in full.")
        return values

    def numbers(self, column: str) -> list[float]:
        """Return a column as finite numbers."""
        return [float(value) for value in self._decimals(column)]

    def counts(self, column: str) -> list[int]:
        """Return a column as whole numbers, 0 or more."""
        values = self._decimals(column)
        for number, value in enumerate(values, start=2):
            if value < 0 or value != int(value):
                message = f"{self.name}: column '{column}' is not a count in line {number:,}."
                raise BadInputError(message, hint="A count is a whole number, 0 or more.")
        return [int(value) for value in values]

    def groups(self, columns: Sequence[str]) -> list[NumberTable]:
        """Return one table for each combination of the columns' values, in order of first appearance."""
        for column in columns:
            self.texts(column)
        parts = self.rows.partition_by(list(columns), maintain_order=True)
        return [NumberTable(self.name, part) for part in parts]

    def only(self, column: str) -> int:
        """Return the count that all rows of a group have in a column."""
        values = set(self.counts(column))
        if len(values) != 1:
            message = f"{self.name}: column '{column}' has several counts where one is needed."
            raise BadInputError(message, hint="All rows of one stratum or unit must have the same count.")
        return values.pop()

    def _decimals(self, column: str) -> list[Decimal]:
        decimals = []
        for number, text in enumerate(self.texts(column), start=2):
            try:
                value = Decimal(text)
            except InvalidOperation:
                value = Decimal("NaN")
            if not value.is_finite():
                message = f"{self.name}: column '{column}' is not a number in line {number:,}."
                raise BadInputError(message, hint="Write 1234.50, without $ and without commas.")
            if abs(value) > _LARGEST:
                message = f"{self.name}: column '{column}' is too large in line {number:,}."
                raise BadInputError(message, hint="Figures must be below 10^15.")
            decimals.append(value)
        return decimals


def _as_meant(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return fields without blanks around them, and columns by their names in lower case."""
    meant = [column.strip().lower() for column in rows.columns]
    repeated = next((column for column, count in Counter(meant).items() if count > 1), None)
    if repeated is not None:
        message = f"{name} has several columns '{repeated}', which differ in case or blanks."
        raise BadInputError(message, hint="Leave one of them.")
    return rows.select(pl.all().str.strip_chars()).rename(dict(zip(rows.columns, meant, strict=True)))


def read_number_table(path: Path, *, required: Iterable[str] = ()) -> NumberTable:
    """Return the figures in a CSV file.

    Raises
    ------
    BadInputError
        If the file cannot be read, has no rows or lacks a required column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"The file {path.name} cannot be read."
        raise BadInputError(message, hint="Give the path of a CSV file.") from error
    if not content.strip():
        message = f"The file {path.name} is empty."
        raise BadInputError(message, hint="The first line names the columns.")
    try:
        rows = read_text_table(content.removeprefix(b"\xef\xbb\xbf"), subject=f"file {path.name}")
    except BadInputError as error:
        message = f"The file {path.name} cannot be read as a CSV table in UTF-8."
        hint = "Save it as CSV in UTF-8, with commas between the fields and none within a number."
        raise BadInputError(message, hint=hint) from error
    table = NumberTable(path.name, _as_meant(path.name, rows))
    if rows.is_empty():
        message = f"The file {path.name} has no rows."
        raise BadInputError(
            message, hint="Give one row per sampled unit, below one line with the column names."
        )
    for column in required:
        table.texts(column)
    return table
