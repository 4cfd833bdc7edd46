"""The core tables that a user's table can fill, by the contracts, and the table that a header identifies.

These are the tables filled from a file's rows, without those about files themselves, the pages of documents,
and derived ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from auditlib.schema.contract import Column, ColumnType, Table
from auditlib.schema.core import CORE_TABLES, DERIVED_TABLES, FILE_TABLES, MACHINE_CODE, ORIGINAL_TABLES
from auditlib.schema.core_columns import PATIENT_KEYS
from auditlib.sources.tabular.coded_encounter import CODE_CELLS, ENCOUNTER_CELLS

_ORIGIN: Final = ("source_file_id", "source_offset")
# Columns that only a reader can fill: a table's own words would stand in those that hold hashes of names.
_OF_READERS: Final = ("origin", "original_id", *(column.name for column in PATIENT_KEYS))
_OWN_CELLS: Final = {"encounter": ENCOUNTER_CELLS, "encounter_code": CODE_CELLS}
# Columns that a reader fills by a rule of docs/loading.md if the file does not have them.
_OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "encounter": frozenset({"discharge_date", "origin"}),
    "encounter_code": frozenset({"code_number", "code_role"}),
    "claim": frozenset({"claim_id", "patient_control_number"}),
    "claim_diagnosis": frozenset({"code_role"}),
    "claim_procedure": frozenset({"code_role"}),
    "document": frozenset({"document_id", "document_number", "document_type", "title"}),
}
_NUMBERED: Final = re.compile(r"(.+)_1")


def user_tables() -> Mapping[str, Table]:
    """Return the tables that a user's file can fill, by name."""
    # A model's codes come as rows of encounter codes whose source says so.
    others = {*FILE_TABLES, *DERIVED_TABLES, *ORIGINAL_TABLES, MACHINE_CODE}
    return {
        table.name: table
        for table in CORE_TABLES
        if table not in others and set(_ORIGIN) <= set(table.column_names)
    }


def cells_of(table: Table) -> tuple[str, ...]:
    """Return the column names that a user's file may have for a table."""
    return _OWN_CELLS.get(
        table.name, tuple(name for name in table.column_names if name not in {*_ORIGIN, *_OF_READERS})
    )


def needed_cells(table: Table) -> frozenset[str]:
    """Return the column names that a user's file must have for a table."""
    cells = set(cells_of(table))
    optional = _OPTIONAL.get(table.name, frozenset[str]())
    return frozenset(
        column.name
        for column in table.columns
        if column.required
        and column.name in cells
        and column.name not in optional
        and column is not position_column(table)
    )


def position_column(table: Table) -> Column | None:
    """Return the column that numbers rows within their parent, which a file may omit."""
    *parents, last = (column for name in table.key for column in table.columns if column.name == name)
    return last if parents and last.name.endswith("_number") and last.type is ColumnType.INTEGER else None


def is_user_id(column: Column) -> bool:
    """Return True if a column holds the number for an id that a user's file has as text."""
    return column.type is ColumnType.INTEGER and column.name.endswith("_id")


def list_targets(table: Table) -> Mapping[str, tuple[str, ...]]:
    """Return the names that fill several columns from one cell, as ``modifiers``."""
    names = cells_of(table)
    targets = {}
    for name in names:
        if parts := _NUMBERED.fullmatch(name):
            stem = parts[1]
            targets[f"{stem}s"] = tuple(other for other in names if re.fullmatch(rf"{stem}_\d+", other))
    return targets


def tables_of_header(header: Iterable[str]) -> list[Table]:
    """Return the tables that a header fits, several if it fits them equally.

    All required columns must be there; of several such tables, those with the most columns remain.
    """
    names = set(header)
    fitting = [table for table in user_tables().values() if names >= needed_cells(table)]
    known = {table.name: len(names & set(cells_of(table))) for table in fitting}
    return [table for table in fitting if known[table.name] == max(known.values())]


def nearest_table(header: Iterable[str]) -> tuple[Table, list[str]] | None:
    """Return the table that a header is nearly of, and the required columns that it lacks, or None.

    Most of the header are columns of that table, and it has at least half of what is required.
    """
    names = set(header)
    near = [
        (len(needed_cells(table) - names), table)
        for table in user_tables().values()
        if 2 * len(names & set(cells_of(table))) > len(names)
        and 2 * len(names & needed_cells(table)) >= len(needed_cells(table))
    ]
    if not near:
        return None
    _, table = min(near, key=lambda one: one[0])
    return table, sorted(needed_cells(table) - names)


def table_of_header(header: Iterable[str], *, called: str = "") -> Table | None:
    """Return the table that a header fits, or None; ``called`` is the name of the file or sheet.

    If a header fits several tables equally, the name of the file or sheet decides.
    """
    fitting = tables_of_header(header)
    if len(fitting) > 1:
        plain = re.sub(r"[^a-z]+", "_", called.lower()).strip("_")
        fitting = [table for table in fitting if table.name in {plain, plain.removesuffix("s")}]
    return fitting[0] if len(fitting) == 1 else None
