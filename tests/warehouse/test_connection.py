"""How the file is held: by readers for a moment after their last query, and by none where a writer waits."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
        with pytest.raises(StoreLockedError, match="another task of this notebook or program has held it"):
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


WRITE_ONCE = """
import sys
from pathlib import Path
from auditlib.errors import StoreLockedError
from auditlib.warehouse import Warehouse
try:
    with Warehouse(Path(sys.argv[1]), wait_seconds=0).writing():
        print("written")
except StoreLockedError:
    print("locked")
"""


def written_by_another_process(warehouse: Warehouse) -> str:
    command = [sys.executable, "-c", WRITE_ONCE, str(warehouse.path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def memory_of(warehouse: Warehouse) -> int:
    """Return what its DuckDB may take, in megabytes."""
    instance = connection._databases[warehouse.path.resolve()].instance
    ((text,),) = instance.cursor().sql("select current_setting('memory_limit')").fetchall()
    number, unit = text.split()
    return int(float(number) * {"MiB": 1, "GiB": 1024, "TiB": 1024**2}[unit])


def in_a_thread(work: Callable[[], object]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def test_a_query_of_users_drops_no_lock_of_this_process(warehouse: Warehouse) -> None:
    def ask_guarded() -> None:
        with pytest.raises(StoreLockedError):
            warehouse.select_guarded("select 1 as one", most_seconds=5)

    with warehouse.writing():
        in_a_thread(ask_guarded)
        assert written_by_another_process(warehouse) == "locked"
    with warehouse.kept_open():
        in_a_thread(ask_guarded)
        assert written_by_another_process(warehouse) == "locked"
    assert warehouse.select_guarded("select 1 as one", most_seconds=5)["one"].to_list() == [1]
    assert written_by_another_process(warehouse) == "written"


def test_little_memory_is_for_a_thread_that_reads_alone(warehouse: Warehouse) -> None:
    ask(warehouse)
    usual = memory_of(warehouse)
    with warehouse.kept_open(most_memory_mb=100):
        ask(warehouse)
        with warehouse.kept_open(most_memory_mb=50):
            assert memory_of(warehouse) == 95
        in_a_thread(lambda: ask(warehouse))
        assert memory_of(warehouse) == usual
    with warehouse.kept_open():
        in_a_thread(lambda: ask_with_little(warehouse))
        assert memory_of(warehouse) == usual
    ask_with_little(warehouse)
    assert memory_of(warehouse) == 95
    ask(warehouse)
    assert memory_of(warehouse) == usual
    ask_with_little(warehouse)
    with warehouse.writing():
        assert memory_of(warehouse) == usual


def ask_with_little(warehouse: Warehouse) -> None:
    with warehouse.kept_open(most_memory_mb=100):
        ask(warehouse)


def test_a_limit_below_what_is_held_leaves_the_usual_one(warehouse: Warehouse) -> None:
    ask(warehouse)
    usual = memory_of(warehouse)
    instance = connection._databases[warehouse.path.resolve()].instance
    # Rows that are being read can go nowhere.
    instance.execute("set temp_directory = ''")
    instance.execute("create temp table held as select range as a, repeat('x', 300) as b from range(900000)")
    ask_with_little(warehouse)
    assert memory_of(warehouse) == usual


def test_a_stop_right_after_attaching_leaves_no_lock(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(Path, "unlink", stop)
        with pytest.raises(KeyboardInterrupt), warehouse.writing():
            pass
    assert ask(warehouse) == 0
    warehouse.let_go()
    assert written_by_another_process(warehouse) == "written"


def test_a_stop_while_others_hold_the_guard_still_ends_the_reading(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StoppedOnce:
        """The guard, of which the first wait is stopped."""

        was_stopped = False

        def acquire(self) -> bool:
            if not self.was_stopped:
                self.was_stopped = True
                raise KeyboardInterrupt
            return guard.acquire()

        def release(self) -> None:
            guard.release()

    guard = connection._databases_guard
    monkeypatch.setattr(connection, "_give_way", lambda _: None)
    reading = warehouse.kept_open()
    reading.__enter__()
    with monkeypatch.context() as stopped:
        stopped.setattr(connection, "_databases_guard", StoppedOnce())
        with pytest.raises(KeyboardInterrupt):
            reading.__exit__(None, None, None)
    assert connection._databases[warehouse.path.resolve()].reader_count == 0


def test_a_file_that_was_moved_away_is_not_made_anew(warehouse: Warehouse) -> None:
    ask(warehouse)
    warehouse.let_go()
    warehouse.path.rename(warehouse.path.with_name("moved.duckdb"))
    with (
        pytest.raises(StoreError, match="There is no warehouse"),
        connection.opened(warehouse.path, read_only=False, wait_seconds=0),
    ):
        pass
    assert not warehouse.path.exists()


def test_a_folder_with_rows_beside_a_file_goes_with_the_duckdb(warehouse: Warehouse) -> None:
    ask(warehouse)
    path = warehouse.path.resolve()
    spilled = connection._databases[path]
    spilled.instance.execute("set memory_limit = '32MB'")
    spilled.instance.execute(
        "create temp table w as select range as a, repeat('x', 300) as b from range(300000)"
    )
    assert spilled.spill.exists()
    warehouse.let_go()
    ask(warehouse)
    assert connection._databases[path] is not spilled
    assert not spilled.spill.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_child_of_a_process_that_reads_takes_a_duckdb_of_its_own(warehouse: Warehouse) -> None:
    with warehouse.kept_open():
        child = os.fork()
        if not child:
            os._exit(0 if not connection._databases else 1)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
