"""One thread for few rows, all for many; and any number of them gives the same rows in the same order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from auditlib.sampling.universe import Universe, build_frame
from auditlib.schema import ALL_TABLES
from auditlib.schema.core import SOURCE_FILE
from auditlib.warehouse import Warehouse, connection, graph
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace
from tests.tables import rows_frame
from tests.warehouse.asked_measures import Asked, asked_measures
from tests.warehouse.small_workspace import small_workspace

MANY = 8


def thread_count(warehouse: Warehouse, *, read_only: bool) -> int:
    with warehouse._open(read_only=read_only) as opened:
        return int(opened.select("select current_setting('threads') as n", None).item())


def test_a_small_file_is_read_and_written_by_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse.create(tmp_path / "w.duckdb")
    assert [thread_count(warehouse, read_only=way) for way in (True, False)] == [1, 1]
    monkeypatch.setattr(connection, "_FEW_BYTES", 1)
    monkeypatch.setattr(connection, "_all_threads", lambda: MANY)
    assert [thread_count(warehouse, read_only=way) for way in (False, True)] == [MANY, MANY]


def test_many_rows_are_written_by_all_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_FEW_ROWS", 2)
    monkeypatch.setattr(connection, "_all_threads", lambda: MANY)
    rows = rows_frame(SOURCE_FILE, [{"source_file_id": number} for number in range(3)])
    for warehouse in (Warehouse.create(tmp_path / "w.duckdb"), Warehouse.in_memory()):
        with warehouse.writing() as writer:
            asked = "select current_setting('threads') as n"
            writer.append(SOURCE_FILE, rows.head(2))
            assert writer._connection.select(asked, None).item() == 1
            writer.append(SOURCE_FILE, rows.tail(1))
            assert writer._connection.select(asked, None).item() == MANY


def test_any_number_of_threads_gives_the_same_rows_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_measures(Workbench.open(demo_workspace(tmp_path / "demo")))
    answers = []
    for count in (1, MANY):
        workbench = Workbench.open(small_workspace(tmp_path / f"of {count}"))
        monkeypatch.setattr(connection, "_threads_for", lambda _, count=count: count)
        for way in (False, True):
            assert thread_count(workbench.workspace.warehouse(), read_only=way) == count
        with workbench.workspace.warehouse().writing() as writer:
            graph.run(writer)
        workbench.checks.run()
        answers.append(answered(workbench.workspace.warehouse(), asked))
    ours, theirs = answers
    assert sum(frame.height for frame in ours.values()) > 10_000
    assert ours.keys() == theirs.keys()
    assert [name for name, frame in ours.items() if not frame.equals(theirs[name])] == []


def answered(warehouse: Warehouse, asked: Mapping[str, Asked]) -> dict[str, pl.DataFrame]:
    """Return the rows of all tables, without regard to order, and the answers to questions, in order."""
    found = {}
    with warehouse.kept_open(), warehouse._reading() as opened:
        for table in ALL_TABLES:
            found[table.full_name] = opened.select(f"select * from {table.full_name} order by all", None)
        for name, question in asked.items():
            found[name] = warehouse.query(name, question.params, frames=question.frames)
        for unit in ("claim", "line", "code", "encounter"):
            found[f"frame of {unit}"] = build_frame(warehouse, Universe(name="all", unit=unit))
    return found
