"""Table contracts: columns with types and units, key, and meaning of a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import polars as pl

from auditlib.errors import BadInputError


class ColumnType(Enum):
    """The types a table may use, each with its DuckDB and polars form."""

    TEXT = "VARCHAR"
    INTEGER = "BIGINT"
    MONEY = "DECIMAL(18,2)"
    QUANTITY = "DECIMAL(18,4)"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"
    BOOLEAN = "BOOLEAN"
    DOUBLE = "DOUBLE"
    BYTES = "BLOB"

    @property
    def polars(self) -> pl.DataType:
        """The polars type."""
        return _POLARS_TYPES[self]


_POLARS_TYPES: dict[ColumnType, pl.DataType] = {
    ColumnType.TEXT: pl.String(),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.MONEY: pl.Decimal(18, 2),
    ColumnType.QUANTITY: pl.Decimal(18, 4),
    ColumnType.DATE: pl.Date(),
    ColumnType.TIMESTAMP: pl.Datetime("us"),
    ColumnType.BOOLEAN: pl.Boolean(),
    ColumnType.DOUBLE: pl.Float64(),
    ColumnType.BYTES: pl.Binary(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table contract.

    Parameters
    ----------
    name
        snake_case; money ends in ``_amount``, dates in ``_date``, counts in ``_count``,
        positions in ``_number``.
    type
        One of `ColumnType`.
    description
        What the value means, in one sentence without a full stop.
    source
        Where it comes from: segment and element of an X12 file, or the column of a tabular file.
    required
        False where the value may be null.
    """

    name: str
    type: ColumnType
    description: str
    source: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The contract of one table; ``row`` says what one row is."""

    schema: str
    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def __hash__(self) -> int:
        # Tables are keys wherever rows are read: the hash of all columns took a tenth of reading small files.
        return hash((self.schema, self.name))

    @property
    def full_name(self) -> str:
        """``schema.name``."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in table order."""
        return tuple(column.name for column in self.columns)

    @property
    def polars_schema(self) -> dict[str, pl.DataType]:
        """Name to polars type, in table order."""
        return {column.name: column.type.polars for column in self.columns}

    @property
    def ddl(self) -> str:
        """``create table if not exists``; names come from this module, never from a file."""
        lines = [
            f"  {column.name} {column.type.value}{' not null' if column.required else ''}"
            for column in self.columns
        ]
        return f"create table if not exists {self.full_name} (\n" + ",\n".join(lines) + "\n)"

    def empty(self) -> pl.DataFrame:
        """Return a frame with the columns and no rows."""
        return pl.DataFrame(schema=self.polars_schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Order and cast the columns of a frame to this contract; absent optional columns become null.

        Parameters
        ----------
        frame
            Any frame whose columns are among this table's.

        Raises
        ------
        BadInputError
            If a column is unknown, a required one is absent or null, or a value does not fit its type.
        """
        names = self.column_names
        unknown = [name for name in frame.columns if name not in names]
        absent = [
            column.name for column in self.columns if column.required and column.name not in frame.columns
        ]
        if unknown or absent:
            message = f"Table {self.full_name} cannot take this frame: unknown {unknown}, absent {absent}."
            raise BadInputError(message, hint=f"Its columns are {', '.join(self.column_names)}.")
        try:
            conformed = frame if frame.schema == pl.Schema(self.polars_schema) else self._cast(frame)
        except pl.exceptions.InvalidOperationError as error:
            message = f"Table {self.full_name}: a column holds values that do not fit its type."
            raise BadInputError(message, hint=f"Types are {self.polars_schema}.") from error
        nulls = [
            column.name for column in self.columns if column.required and conformed[column.name].null_count()
        ]
        if nulls:
            message = f"Table {self.full_name}: required columns hold nulls: {', '.join(nulls)}."
            raise BadInputError(message)
        return conformed

    def _cast(self, frame: pl.DataFrame) -> pl.DataFrame:
        given = frame.schema
        return frame.select(
            pl.col(name)
            if given.get(name) == kind
            else (pl.col(name) if name in given else pl.lit(None)).cast(kind, strict=True).alias(name)
            for name, kind in self.polars_schema.items()
        )
