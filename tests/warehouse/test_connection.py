"""How the file is held: by readers for a moment after their last query, and by none where a writer waits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from auditlib.errors import StoreError, StoreLockedError
from auditlib.warehouse import Warehouse, connection
from tests.tables import fill

READ_ON = """
import sys
from pathlib import Path
from auditlib.warehouse import Warehouse
warehouse = Warehouse(Path(sys.argv[1]))
while True:
    warehouse.query("queries/loading/table_counts")
    print(flush=True)
"""


def ask(warehouse: Warehouse) -> int:
    """Return the number of claims."""
    counts = warehouse.query("queries/loading/table_counts")
    return int(counts.filter(table_name="claim")["row_count"].item())


def is_attached(warehouse: Warehouse) -> bool:
    return connection._databases[warehouse.path.resolve()].file_state is not None


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    # Longer than any pause of a busy machine.
    monkeypatch.setattr(connection, "_STAY_SECONDS", 30.0)
    return Warehouse.create(tmp_path / "w.duckdb", wait_seconds=0)


def test_a_file_stays_attached_for_a_moment_after_the_last_query(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.let_go()
    monkeypatch.setattr(connection, "_STAY_SECONDS", 0.5)
    for _ in range(3):
        ask(warehouse)
        assert is_attached(warehouse)
    with warehouse.kept_open():
        # The moment ends while it is read.
        time.sleep(0.7)
        assert is_attached(warehouse)
    give_up_at = time.monotonic() + 20
    while is_attached(warehouse):
        assert time.monotonic() < give_up_at
        time.sleep(0.01)
    assert ask(warehouse) == 0


def test_where_no_thread_can_be_started_a_file_is_let_go_at_once(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_timer: threading.Timer) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    connection._forget_idle_databases()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Timer, "start", no_thread)
        assert ask(warehouse) == 0
        assert not is_attached(warehouse)
    assert ask(warehouse) == 0
    assert is_attached(warehouse)


def test_a_write_of_this_process_right_after_a_query_waits_for_nothing(warehouse: Warehouse) -> None:
    assert ask(warehouse) == 0
    assert is_attached(warehouse)
    fill(warehouse, {"core.claim": [{"claim_id": 1}]})
    assert ask(warehouse) == 1


def test_another_file_in_its_place_is_read(warehouse: Warehouse, tmp_path: Path) -> None:
    other = Warehouse.create(tmp_path / "other.duckdb")
    fill(other, {"core.claim": [{"claim_id": 1}]})
    assert ask(warehouse) == 0
    other.let_go()
    other.path.replace(warehouse.path)
    assert ask(warehouse) == 1


def test_a_writer_that_waits_is_seen_and_one_that_was_killed_is_not(warehouse: Warehouse) -> None:
    sign = connection._sign_of(warehouse.path)
    with warehouse.kept_open(), pytest.raises(StoreLockedError), warehouse.writing():
        pass
    assert not sign.exists()
    ask(warehouse)
    assert is_attached(warehouse)
    sign.touch()
    ask(warehouse)
    assert not is_attached(warehouse)
    os.utime(sign, (time.time() - 60, time.time() - 60))
    ask(warehouse)
    assert is_attached(warehouse)


def test_readers_without_a_pause_let_a_writer_in(warehouse: Warehouse) -> None:
    patient = Warehouse(warehouse.path, wait_seconds=20)
    command = [sys.executable, "-c", READ_ON, str(warehouse.path)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        for reader in readers:
            assert reader.stdout is not None
            reader.stdout.readline()
        for number in range(5):
            fill(patient, {"core.claim": [{"claim_id": number}]})
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()
    assert ask(patient) == 5


def test_while_a_thread_writes_no_other_reads_or_writes(warehouse: Warehouse) -> None:
    with warehouse.writing():
        with pytest.raises(StoreLockedError):
            ask(warehouse)
        with pytest.raises(StoreLockedError), warehouse.writing():
            pass
        # It is being written, so it is not let go either.
        warehouse.let_go()
    assert ask(warehouse) == 0


def test_what_was_written_is_in_the_file_and_not_in_its_log(warehouse: Warehouse) -> None:
    fill(warehouse, {"core.claim": [{"claim_id": 1}]})
    assert [path.name for path in warehouse.path.parent.iterdir()] == ["w.duckdb"]
    warehouse.path.rename(warehouse.path.with_name("moved.duckdb"))
    assert ask(Warehouse(warehouse.path.with_name("moved.duckdb"))) == 1


def test_a_second_file_takes_the_duckdb_of_one_that_nobody_uses(warehouse: Warehouse, tmp_path: Path) -> None:
    first, second = warehouse.path.resolve(), (tmp_path / "other" / "w.duckdb").resolve()
    second.parent.mkdir()
    fill(warehouse, {"core.claim": [{"claim_id": 1}]})
    instance = connection._databases[first].instance
    other = Warehouse.create(second, wait_seconds=0)
    assert first not in connection._databases
    assert connection._databases[second].instance is instance
    ((spill,),) = instance.execute("select current_setting('temp_directory')").fetchall()
    assert Path(spill).parent == second.parent
    with other.kept_open():
        assert ask(warehouse) == 1
        assert connection._databases[first].instance is not instance
        assert ask(other) == 0


def test_a_duckdb_that_wrote_rows_beside_its_file_is_not_taken(warehouse: Warehouse, tmp_path: Path) -> None:
    ask(warehouse)
    instance = connection._databases[warehouse.path.resolve()].instance
    instance.execute("set memory_limit = '32MB'")
    instance.execute("create temp table wide as select range as a, repeat('x', 300) as b from range(300000)")
    second = tmp_path / "second.duckdb"
    Warehouse.create(second)
    assert connection._databases[second.resolve()].instance is not instance


def test_a_commit_without_room_on_the_disk_is_an_error_of_ours() -> None:
    with pytest.raises(StoreError, match="disk may be full"), connection._our_errors():
        message = (
            'TransactionContext Error: Failed to commit: Could not write file "w.duckdb.wal": No space left'
        )
        raise duckdb.TransactionException(message)
    with pytest.raises(duckdb.TransactionException), connection._our_errors():
        message = "TransactionContext Error: cannot start a transaction within a transaction"
        raise duckdb.TransactionException(message)
