from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from auditlib.errors import BadInputError, StoreError, StoreLockedError, UsageError
from auditlib.schema import Column, Table
from auditlib.schema.core import CLAIM, SOURCE_FILE
from auditlib.schema.core_derived import STANDING_CLAIM
from auditlib.warehouse import Warehouse, store
from auditlib.warehouse.connection import Connection
from tests.tables import fill, rows_frame

HOLD = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


FORK = """
import os, sys
from pathlib import Path
from auditlib.schema import Column, Table
from auditlib.warehouse import Warehouse, store
from auditlib.warehouse.connection import Connection
ask = lambda: Warehouse(Path(sys.argv[1])).query("queries/loading/table_counts")
ask()
child = os.fork()
ask()
if child:
    assert os.waitpid(child, 0)[1] == 0
print("parent" if child else "child", end=" ", flush=True)
if not child:
    os._exit(0)
"""


def claim_count(warehouse: Warehouse) -> int:
    return int(
        warehouse.query("queries/loading/table_counts")
        .filter(pl.col("table_name") == "claim")["row_count"]
        .item()
    )


def test_a_row_written_is_read_back_to_the_cent(tmp_path: Path) -> None:
    warehouse = Warehouse.create(tmp_path / "w.duckdb")
    with warehouse.writing() as writer:
        writer.append(
            CLAIM, rows_frame(CLAIM, [{"claim_id": 1, "charge_amount": Decimal("123456789012.34")}])
        )
    counts = warehouse.query("queries/loading/table_counts")
    assert counts.filter(pl.col("table_name") == "claim")["row_count"].item() == 1
    assert warehouse.query("queries/files/loaded_totals")["charge_amount"].sum() == Decimal(0)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    warehouse = Warehouse.create(tmp_path / "w.duckdb")
    with pytest.raises(BadInputError), warehouse.writing() as writer:
        writer.append(CLAIM, rows_frame(CLAIM, [{"claim_id": 1}]))
        writer.append(CLAIM, pl.DataFrame({"claim_id": [2]}))
    assert claim_count(warehouse) == 0


def test_a_locked_file_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    Warehouse.create(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreLockedError, match=rf"process {holder.pid}"):
            Warehouse(path, wait_seconds=0.2).query("queries/loading/table_counts")
        holder.kill()
    assert claim_count(Warehouse(path)) == 0


def test_a_writer_in_this_process_does_not_break_a_reader(tmp_path: Path) -> None:
    warehouse = Warehouse.create(tmp_path / "w.duckdb", wait_seconds=0.2)
    with warehouse.writing() as writer:
        writer.append(SOURCE_FILE, rows_frame(SOURCE_FILE, [{"source_file_id": 1}]))
        with pytest.raises(StoreLockedError):
            warehouse.query("queries/loading/table_counts")


def test_a_reader_in_this_process_keeps_a_writer_waiting_until_the_last_has_ended(tmp_path: Path) -> None:
    warehouse = Warehouse.create(tmp_path / "w.duckdb", wait_seconds=0.2)
    with warehouse.kept_open():
        with warehouse.kept_open():
            assert claim_count(warehouse) == 0
        with pytest.raises(StoreLockedError), warehouse.writing():
            pass
    fill(warehouse, {"core.claim": [{"claim_id": 1}]})
    assert claim_count(warehouse) == 1


def test_a_limit_of_memory_ends_with_its_block(tmp_path: Path) -> None:
    warehouse = Warehouse.create(tmp_path / "warehouse.duckdb")

    def limit() -> str:
        with warehouse.kept_open(), warehouse._reading() as connection:
            return connection.select("select current_setting('memory_limit') as said", None)["said"][0]

    before = limit()
    with warehouse.kept_open(most_memory_mb=100):
        assert limit() == "95.3 MiB"
    assert limit() == before != "95.3 MiB"


def test_a_connection_takes_at_most_half_of_the_memory_of_the_machine(tmp_path: Path) -> None:
    warehouse = Warehouse.create(tmp_path / "warehouse.duckdb")
    # Without a limit DuckDB takes 80 % of what the machine, or the container, has.
    named = "select current_setting('memory_limit') as size"
    with duckdb.connect() as free:
        (most,) = free.execute(named).fetchone()
    with warehouse.writing() as writer:
        of_write = writer._connection.select(named, None)["size"][0]
    with warehouse._reading() as connection:
        of_read = connection.select(named, None)["size"][0]
    for half in (of_write, of_read):
        assert mebibytes(half) == pytest.approx(mebibytes(most) * 0.5 / 0.8, rel=0.02)


def mebibytes(size: str) -> float:
    number, unit = size.split()
    return float(number) * {"MiB": 1, "GiB": 1024, "TiB": 1024**2}[unit]


def test_between_two_queries_another_process_writes_and_the_file_may_be_another(tmp_path: Path) -> None:
    # A path is no part of a statement.
    folder = tmp_path / "Ada's"
    folder.mkdir()
    warehouse = Warehouse.create(folder / "w.duckdb", wait_seconds=0.2)
    assert claim_count(warehouse) == 0
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    other = Warehouse.create(tmp_path / "other.duckdb")
    fill(other, {"core.claim": [{"claim_id": 1}, {"claim_id": 2}]})
    other.path.replace(warehouse.path)
    assert claim_count(warehouse) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_that_is_forked_after_a_query_asks_its_own(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    Warehouse.create(path)
    done = subprocess.run(
        [sys.executable, "-c", FORK, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.returncode) == ("child parent ", 0), done.stderr


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreError):
        Warehouse(path).query("queries/loading/table_counts")


def test_an_absent_file_and_an_unknown_query_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no warehouse"):
        Warehouse(tmp_path / "none.duckdb").query("queries/loading/table_counts")
    with pytest.raises(UsageError, match="no query named"):
        Warehouse.in_memory().query("queries/none")


def test_frames_are_tables_to_the_query_and_gone_after_it(warehouse: Warehouse) -> None:
    fill(warehouse, {"core.claim": [{"claim_id": 1}, {"claim_id": 2}]})
    assert claim_count(warehouse) == 2


def test_a_table_of_an_earlier_version_gains_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    warehouse = Warehouse.create(path)
    with warehouse.writing() as writer:
        writer.append(SOURCE_FILE, rows_frame(SOURCE_FILE, [{"source_file_id": 1, "file_name": "a"}]))
    with duckdb.connect(path) as connection:
        connection.execute("alter table core.source_file drop column note_count")
    Warehouse.create(path)
    with duckdb.connect(path) as connection:
        assert connection.execute("select file_name, note_count from core.source_file").fetchall() == [
            ("a", None)
        ]
        connection.execute("alter table core.source_file drop column format")
    with pytest.raises(StoreError, match="earlier version and lacks format") as raised:
        Warehouse.create(path)
    assert raised.value.hint


def test_a_table_that_models_fill_is_made_anew_where_a_required_column_was_added(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    Warehouse.create(path)
    with duckdb.connect(path) as connection:
        connection.execute("alter table core.standing_claim drop column compared_claim_id")
        connection.execute("insert into core.standing_claim by name select 1 as claim_id where false")
    Warehouse.create(path)
    with duckdb.connect(path) as connection:
        columns = {row[0] for row in connection.execute("describe core.standing_claim").fetchall()}
    assert columns == set(STANDING_CLAIM.column_names)


def test_a_warehouse_of_an_earlier_version_says_so_and_gains_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    warehouse = Warehouse.create(path)
    connection = duckdb.connect(str(path))
    connection.execute("drop table core.claim_chain")
    connection.execute("alter table core.claim_link drop column claim_id")
    connection.close()
    with pytest.raises(StoreError, match="earlier version") as caught:
        warehouse.query("measures/claim_position")
    assert "auditlib init" in str(caught.value.hint)
    with pytest.raises(StoreError, match="earlier version"), warehouse.writing() as writer:
        writer.query("measures/claim_position")
    Warehouse.create(path)
    assert warehouse.query("measures/claim_position").is_empty()


def test_columns_are_looked_up_only_where_the_file_leaves_a_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    lacking = store._lacking_columns

    def noted(connection: Connection) -> dict[Table, list[Column]]:
        looked.append("")
        return lacking(connection)

    path = tmp_path / "w.duckdb"
    Warehouse.create(path)
    monkeypatch.setattr(store, "_lacking_columns", noted)
    Warehouse.create(path).let_go()
    assert not looked
    with duckdb.connect(path) as connection:
        connection.execute("alter table core.claim add column of_another_version integer")
    Warehouse.create(path).let_go()
    assert looked
    with duckdb.connect(path) as connection:
        connection.execute("alter table core.claim drop column of_another_version")
        connection.execute(f"comment on table {store._BEARS_CONTRACTS} is 'of another version'")
        connection.execute("alter table core.source_file alter column note_count set not null")
    Warehouse.create(path)
    with duckdb.connect(path) as connection:
        nullable = connection.execute(
            "select is_nullable from duckdb_columns() "
            "where table_name = 'source_file' and column_name = 'note_count'"
        ).fetchall()
    assert nullable == [(True,)]
