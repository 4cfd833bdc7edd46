"""Small tables for spec tests: give the columns that matter, the contract fills in the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from auditlib.schema import ALL_TABLES, ColumnType, Table
from auditlib.warehouse import Warehouse, Writer

TABLES = {table.full_name: table for table in ALL_TABLES}
_FILLERS: dict[ColumnType, object] = {
    ColumnType.TEXT: "",
    ColumnType.INTEGER: 0,
    ColumnType.MONEY: Decimal("0.00"),
    ColumnType.QUANTITY: Decimal(0),
    ColumnType.DATE: dt.date(2026, 1, 15),
    ColumnType.TIMESTAMP: dt.datetime(2026, 1, 15),  # noqa: DTZ001 - stored times carry no zone
    ColumnType.BOOLEAN: False,
    ColumnType.DOUBLE: 0.0,
}


def rows_frame(table: Table, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Return the rows as a frame of the contract; required columns not given take a neutral value."""
    unknown = {name for row in rows for name in row} - set(table.column_names)
    if unknown:
        message = f"{table.full_name} has no columns {sorted(unknown)}"
        raise KeyError(message)
    filled = [
        {
            column.name: row.get(column.name, _FILLERS[column.type] if column.required else None)
            for column in table.columns
        }
        for row in rows
    ]
    return pl.DataFrame(filled, schema=table.polars_schema)


def empty(warehouse: Warehouse) -> None:
    """Make every table that has rows anew, without any."""
    with warehouse._open(read_only=False) as connection:
        filled = connection.select(
            "select schema_name || '.' || table_name from duckdb_tables() where estimated_size > 0", None
        )
        for name in filled.to_series():
            if name in TABLES:
                connection.execute(f"drop table {name}; {TABLES[name].ddl}", None)


def fill(warehouse: Warehouse, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """Put rows into tables, by full table name such as ``core.claim``."""
    with warehouse.writing() as writer:
        append(writer, tables)
        if not tables.keys().isdisjoint({"core.claim", "core.encounter"}):
            for name in ("claim_encounter", "claim_role"):
                writer.derive(TABLES[f"core.{name}"], f"models/{name}")


def append(writer: Writer, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    """Put rows into tables within a transaction, and derive nothing."""
    for name, rows in tables.items():
        writer.append(TABLES[name], rows_frame(TABLES[name], rows))
