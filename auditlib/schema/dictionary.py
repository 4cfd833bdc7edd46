"""The data dictionary as a page: every core table and column, written from the contracts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auditlib.schema.contract import Column, ColumnType, Table
from auditlib.schema.core import CORE_TABLES
from auditlib.schema.vocabulary import WORDS

COMMAND: Final = "python -m auditlib.schema.dictionary docs/data_dictionary.md"
"""Command that regenerates the page after a change of a contract."""

_TYPES: Final = {
    ColumnType.TEXT: "text",
    ColumnType.INTEGER: "whole number",
    ColumnType.MONEY: "amount, 2 decimals",
    ColumnType.QUANTITY: "quantity, 4 decimals",
    ColumnType.DATE: "date",
    ColumnType.TIMESTAMP: "time",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.DOUBLE: "number",
    ColumnType.BYTES: "bytes",
}
_UNITS: Final = (
    ("_amount", "US dollars"),
    ("byte_count", "bytes"),
    ("_count", "count"),
    ("_number", "position, from 1"),
    ("_offset", "bytes from the start"),
    ("_quantity", "units"),
    ("_at", "local time, UTC for loaded_at"),
)
_HEAD: Final = f"""# Data dictionary

Every table of the schema `core` and its columns, written from the contracts in `auditlib/schema` by
`auditlib files dictionary` (do not edit it; `{COMMAND}`). What comes from a file ends in `source_file_id` and
`source_offset`. Codes are stored upper-case without dots. A table of yours (CSV, XLSX, Parquet) may use these
names as headers; [loading.md](loading.md) explains how, and how other headers are mapped to them.

"Comes from" names X12 segments and elements (837 and 835), FHIR paths and RIF columns where they are known.

"""


def dictionary_page() -> str:
    """Return the page as Markdown."""
    return (
        _HEAD
        + "\n".join(f"- [{table.name}](#{table.name}): {table.row}" for table in CORE_TABLES)
        + ("\n\n" + "\n".join("\n".join(_section(table)) for table in CORE_TABLES))
    )


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"{table.row}. Key: {', '.join(f'`{name}`' for name in table.key)}.\n"
    yield "| column | type | unit | must be there | meaning | comes from |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for column in table.columns:
        yield f"| {' | '.join(_cells(table, column))} |"
    yield ""


def _cells(table: Table, column: Column) -> tuple[str, ...]:
    words = WORDS.get((table.name, column.name))
    # Where a closed list is known, the meaning is completed by it, unless it says the words itself.
    has_words = words is None or all(word in column.description for word in words)
    meaning = (
        column.description if has_words or words is None else f"{column.description}: {', '.join(words)}"
    )
    unit = next((unit for end, unit in _UNITS if column.name.endswith(end)), "")
    is_measured = column.type is not ColumnType.TEXT or unit.startswith("US")
    return (
        f"`{column.name}`",
        _TYPES[column.type],
        unit if is_measured else "",
        "yes" if column.required else "",
        _escaped(meaning),
        _escaped(column.source),
    )


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "\\<")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(dictionary_page(), encoding="utf-8")
