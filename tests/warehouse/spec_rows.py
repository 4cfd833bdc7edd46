"""Rows in which every check finds something: what its spec tests ask, case beside case in one warehouse.

``python -m tests.warehouse.spec_rows`` runs the spec tests and writes ``spec_rows.json`` anew. Tests that
compare engines need rows that reach many branches, and no answers.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest

from auditlib.checks import Check, all_checks
from auditlib.checks.runner import run_check, tables_of
from auditlib.schema import ALL_TABLES, ColumnType
from auditlib.warehouse import Warehouse, Writer, graph
from tests.checks import cases as spec_tests
from tests.mutation.spec_cases import is_spec_case
from tests.tables import TABLES, rows_frame

_FILE: Final = Path(__file__).with_suffix(".json")
_CASES_OF_A_CHECK: Final = 2
_CASES_TRIED: Final = 4
_APART: Final = 10_000_000
_NUMBERS: Final = frozenset({"claim_id", "source_file_id", "remit_claim_id", "remittance_id"})
_NAMES: Final = frozenset(
    {"patient_id", "encounter_id", "document_id", "patient_control_number", "original_reference_number"}
)
Rows = Mapping[str, Sequence[Mapping[str, object]]]


class _Keeper:
    """A plugin of pytest: keeps the loaded rows of the cases of each check in which it finds most."""

    def __init__(self) -> None:
        self.cases: dict[str, list[tuple[int, str, Rows]]] = {}
        self._name = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        asked: Counter[str] = Counter()
        chosen = []
        for item in filter(is_spec_case, items):
            parameters = item.callspec.params if hasattr(item, "callspec") else {}
            text = f"{parameters!r} {inspect.getsource(item.obj)}"
            named = [check.id for check in all_checks() if check.id in text]
            if any(asked[check_id] < _CASES_TRIED for check_id in named):
                asked.update(named)
                chosen.append(item)
        items[:] = chosen

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._name = item.nodeid
        with patch.object(spec_tests, "run_check", self._run_and_keep):
            return (yield)

    def _run_and_keep(self, writer: Writer, check: Check) -> None:
        run_check(writer, check)
        select = writer._connection.select
        found = int(select("select count(*) from mart.finding where check_id = $id", {"id": check.id}).item())
        kept = self.cases.setdefault(check.id, [])
        if len(kept) == _CASES_OF_A_CHECK and found <= kept[-1][0]:
            return
        reached = tables_of((check,))
        reached |= {name for model in graph.needed_for(reached) for name in model.depends_on}
        rows = {
            table.full_name: select(f"select * from {table.full_name} where {condition}", None).to_dicts()
            for table, condition in graph.loaded_rows().items()
            if table.full_name in reached and table.schema != "mart"
        }
        kept.append((found, self._name, rows))
        kept.sort(key=lambda case: (-case[0], case[1]))
        del kept[_CASES_OF_A_CHECK:]


def fill_with_spec_rows(warehouse: Warehouse) -> None:
    """Add the rows to a warehouse, each case's under ids of its own; of two with one key the first stays."""
    with warehouse.writing() as writer:
        for name, rows in json.loads(_FILE.read_text(encoding="utf-8")).items():
            table = TABLES[name]
            types = {column.name: column.type for column in table.columns}
            typed = [
                {column: _typed(types[column], value) for column, value in row.items() if column in types}
                for row in rows
            ]
            frame = rows_frame(table, typed).unique(list(table.key), keep="first", maintain_order=True)
            writer.remove(table, frame.select(table.key))
            writer.append(table, frame)


def _typed(kind: ColumnType, value: Any) -> object:  # noqa: ANN401 - whatever JSON holds
    match kind:
        case ColumnType.DATE if value is not None:
            return dt.date.fromisoformat(value)
        case ColumnType.TIMESTAMP if value is not None:
            return dt.datetime.fromisoformat(value)
        case ColumnType.MONEY | ColumnType.QUANTITY if value is not None:
            return Decimal(value)
        case _:
            return value


def _collected() -> dict[str, list[dict[str, object]]]:
    keeper = _Keeper()
    folder = Path(__file__).parents[1] / "checks"
    code = pytest.main([str(folder), "-q", "--no-header", "-p", "no:cacheprovider"], plugins=[keeper])
    if code != pytest.ExitCode.OK:
        message = "The spec tests fail."
        raise RuntimeError(message)
    together: dict[str, list[dict[str, object]]] = {table.full_name: [] for table in ALL_TABLES}
    seen: set[tuple[str, str]] = set()
    cases = [case for check_id in sorted(keeper.cases) for case in keeper.cases[check_id]]
    for number, (_, _, tables) in enumerate(cases, start=1):
        for name, rows in tables.items():
            for row in rows:
                own = {
                    column: _apart(column, value, number) if name.startswith("core.") else value
                    for column, value in row.items()
                    if value is not None
                }
                shown = json.dumps(own, default=str, sort_keys=True)
                if (name, shown) not in seen:
                    seen.add((name, shown))
                    together[name].append(json.loads(shown))
    return {name: rows for name, rows in together.items() if rows and name != "ref.line_rule"}


def _apart(column: str, value: object, number: int) -> object:
    if column in _NUMBERS and isinstance(value, int):
        return value + number * _APART
    return f"{value} case {number}" if column in _NAMES and isinstance(value, str) else value


if __name__ == "__main__":
    lines = [
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"
        for name, rows in _collected().items()
    ]
    _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
