"""The cases of the checks' own tests, put together: rows in which almost every check finds something.

`tests.warehouse.recorded_cases` writes ``judged_cases.jsonl``: for each check one case of its tests,
which may be that of other checks too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditlib.schema import ALL_TABLES, ColumnType
from auditlib.warehouse import Writer, graph
from tests.tables import TABLES, rows_frame

Rows = Sequence[Mapping[str, Any]]
CASES = Path(__file__).with_name("judged_cases.jsonl")
APART = 1_000
_TYPES = {table.full_name: {column.name: column.type for column in table.columns} for table in ALL_TABLES}
_IDS = {"claim_id", "source_file_id", "remit_claim_id", "remittance_id"}
_NAMES = {"patient_id", "encounter_id", "document_id", "patient_control_number", "original_reference_number"}


def judged_cases() -> dict[str, dict[str, Rows]]:
    """Return the case of each check, or of several by their ids in one text: rows by full table name."""
    cases: dict[str, dict[str, Rows]] = defaultdict(dict)
    text = CASES.read_text(encoding="utf-8") if CASES.exists() else ""
    for line in text.splitlines():
        check_ids, name, rows = json.loads(line)
        cases[check_ids][name] = [
            {column: _read(name, column, value) for column, value in row.items()} for row in rows
        ]
    return cases


def write_cases(kept: Mapping[str, Mapping[str, Rows]]) -> None:
    """Write cases, a table of a case in a line; what is null is left out."""
    lines = [
        json.dumps(
            [check_ids, name, [{k: v for k, v in row.items() if v is not None} for row in rows]], default=str
        )
        for check_ids, case in sorted(kept.items())
        for name, rows in sorted(case.items())
    ]
    CASES.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read(table: str, column: str, value: Any) -> Any:  # noqa: ANN401 - of any type of a column
    if value is None:
        return None
    match _TYPES[table][column]:
        case ColumnType.DATE:
            return dt.date.fromisoformat(value)
        case ColumnType.TIMESTAMP:
            return dt.datetime.fromisoformat(value)
        case ColumnType.MONEY | ColumnType.QUANTITY:
            return Decimal(str(value))
        case _:
            return value


def together(chosen: Mapping[str, Mapping[str, Rows]]) -> dict[str, list[dict[str, Any]]]:
    """Return cases as one set of rows: each its own claims and patients, and the code sets of all."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, case in enumerate(chosen.values(), start=1):
        for name, given in case.items():
            rows[name] += [
                {column: _apart(column, value, number) for column, value in row.items()}
                if name.startswith("core.")
                else dict(row)
                for row in given
            ]
    keys = {table.full_name: table.key for table in ALL_TABLES}
    return {name: _first_by_key(given, keys[name]) for name, given in rows.items()}


def add_cases(writer: Writer) -> None:
    """Add rows in which nearly every check finds something; of code sets what is not there yet."""
    loaded = {table.full_name for table in graph.loaded_rows() if table.schema != "mart"}
    for name, rows in together(judged_cases()).items():
        if name in loaded:
            table, given = TABLES[name], rows_frame(TABLES[name], rows)
            known = writer.matching_keys(table, given.select(table.key))
            writer.append(table, given.join(known, on=table.key, how="anti", nulls_equal=True))


def _apart(column: str, value: Any, number: int) -> Any:  # noqa: ANN401 - of any type of a column
    if column in _IDS and isinstance(value, int):
        return number * APART * APART + value
    return f"{value} of case {number}" if column in _NAMES and isinstance(value, str) else value


def _first_by_key(rows: list[dict[str, Any]], key: tuple[str, ...]) -> list[dict[str, Any]]:
    return list({tuple(row.get(name) for name in key): row for row in reversed(rows)}.values())
