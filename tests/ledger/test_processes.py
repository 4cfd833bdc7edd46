"""Many processes append at once, and any of them may be killed: what was acknowledged stays."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from auditlib.errors import StoreLockedError
from auditlib.ledger import Event, Ledger

# The child prints the number of each event once it is acknowledged.
APPENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from auditlib.ledger import Ledger

path, actor, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
ledger = Ledger(path)
for number in range(count):
    event = ledger.append(
        kind="verdict", audit="october", subject=f"E{number:05}", actor=actor,
        payload={"number": number}, recorded_at=datetime.now(UTC),
    )
    print(event.event_number, flush=True)
"""


def start(path: Path, actor: str, count: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", APPENDER, str(path), actor, str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_four_processes_append_fifty_each_to_a_ledger_that_none_of_them_made(ledger_path: Path) -> None:
    processes = [start(ledger_path, f"reviewer {n}", 50) for n in range(4)]
    acknowledged = [int(line) for process in processes for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    assert sorted(acknowledged) == list(range(1, 201))
    ledger = Ledger(ledger_path)
    assert ledger.verify().event_count == 200
    for n in range(4):
        own = [event.payload["number"] for event in ledger.events() if event.actor == f"reviewer {n}"]
        assert own == list(range(50))


def test_kill_minus_nine_loses_no_acknowledged_event(ledger_path: Path) -> None:
    ledger = Ledger(ledger_path)
    acknowledged_before = 0
    for round_number in range(8):
        process = start(ledger_path, f"round {round_number}", 100_000)
        assert process.stdout is not None
        # A different place each round: after some acknowledgements, wherever the next append then is.
        acknowledged = [int(process.stdout.readline()) for _ in range(1 + 7 * round_number)]
        process.kill()
        acknowledged += [int(line) for line in process.stdout.read().split()]
        process.wait()
        process.stdout.close()
        numbers = [event.event_number for event in ledger.events()]
        assert acknowledged[0] > acknowledged_before
        assert set(acknowledged) <= set(numbers)
        assert ledger.verify().event_count == len(numbers)
        # At most the one event that was on its way may stand without an acknowledgement.
        assert len(numbers) - acknowledged[-1] <= 1
        acknowledged_before = acknowledged[-1]


def test_threads_of_one_process_may_share_a_ledger(ledger: Ledger, record: Callable[..., Event]) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: record(ledger, payload={"number": number}), range(40)))
    assert ledger.verify().event_count == 40


def test_a_ledger_that_stays_locked_is_said_to_be(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    record(ledger)
    impatient = Ledger(ledger_path, wait_seconds=0.2)
    with closing(sqlite3.connect(ledger_path, isolation_level=None)) as holder:
        holder.execute("begin immediate")
        with pytest.raises(StoreLockedError, match="in use by another process"):
            record(impatient)
        assert len(impatient.events()) == 1
    record(impatient)
    assert ledger.verify().event_count == 2


def test_what_is_acknowledged_is_in_the_ledgers_own_file(
    ledger: Ledger, ledger_path: Path, tmp_path: Path, record: Callable[..., Event]
) -> None:
    alone = tmp_path / "alone.db"
    # A connection that stays open keeps SQLite from tidying up at the end of each append.
    with closing(sqlite3.connect(ledger_path)) as bystander:
        bystander.execute("select count(*) from event").fetchone()
        for number in range(1, 4):
            record(ledger)
            shutil.copyfile(ledger_path, alone)
            assert Ledger(alone).verify().event_count == number
            alone.unlink()
        with ledger.batch():
            record(ledger)
            record(ledger)
        assert ledger_path.with_name("ledger.db-wal").stat().st_size == 0
    with closing(ledger._database.connect()) as connection:
        # Copying the write-ahead file waits for the disk, at this level and above.
        assert connection.value("pragma synchronous") == 1


def test_a_reader_in_the_middle_of_the_ledger_keeps_nobody_from_recording(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    record(ledger)
    with closing(sqlite3.connect(ledger_path, isolation_level=None)) as reader:
        reader.execute("begin")
        assert reader.execute("select count(*) from event").fetchone() == (1,)
        record(ledger)
        assert reader.execute("select count(*) from event").fetchone() == (1,)
    record(ledger)
    assert ledger.verify().event_count == 3
