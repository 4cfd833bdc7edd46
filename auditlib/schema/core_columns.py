"""Columns that several core tables have."""

from __future__ import annotations

from auditlib.schema.contract import Column, ColumnType

TEXT, INTEGER, MONEY, QUANTITY = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.MONEY, ColumnType.QUANTITY
DATE, TIMESTAMP, BOOLEAN = ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.BOOLEAN
DOUBLE, BYTES = ColumnType.DOUBLE, ColumnType.BYTES

ORIGIN = (
    Column("source_file_id", INTEGER, "File the row came from", required=True),
    Column(
        "source_offset",
        INTEGER,
        "Byte of the file at which the row's segment or record starts",
        required=True,
    ),
)
"""Where a row comes from: every table that a file fills ends in these."""

MODIFIERS = tuple(
    Column(f"modifier_{n}", TEXT, f"Modifier {n}", f"SV1-01/SV2-02/SVC01 component {n + 2}")
    for n in range(1, 5)
)
