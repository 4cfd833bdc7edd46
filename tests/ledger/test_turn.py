"""Writers take turns, the longest waiting first, and a dead one keeps nobody waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auditlib.errors import StoreLockedError
from auditlib.ledger import Event, Ledger
from auditlib.ledger.turn import TurnTimeoutError, turn_to_write
from tests.ledger.test_processes import start


def places(ledger_path: Path) -> list[str]:
    return sorted(path.name for path in ledger_path.parent.glob(".ledger.db.turn-*"))


def test_who_came_first_writes_first(ledger_path: Path) -> None:
    order: list[int] = []
    # The last may look at the queue as often as it likes: it is not its turn.
    with ThreadPoolExecutor(8) as pool:

        def wait(number: int) -> None:
            with turn_to_write(ledger_path, wait_seconds=60):
                order.append(number)

        with turn_to_write(ledger_path, wait_seconds=60):
            for number in range(8):
                pool.submit(wait, number)
                while len(places(ledger_path)) < number + 2:
                    time.sleep(0.001)
    assert order == list(range(8))
    assert places(ledger_path) == []


def test_one_at_a_time_has_the_turn(ledger_path: Path) -> None:
    inside, most = [0], [0]
    lock = threading.Lock()

    def write(_: int) -> None:
        with turn_to_write(ledger_path, wait_seconds=60):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.001)
            with lock:
                inside[0] -= 1

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    assert most == [1]


def test_the_place_of_a_dead_writer_is_passed_over_and_removed(ledger_path: Path) -> None:
    ledger_path.with_name(".ledger.db.turn-00000000000000000001-1-0").touch()
    with turn_to_write(ledger_path, wait_seconds=60):
        assert len(places(ledger_path)) == 1
    assert places(ledger_path) == []


def test_a_turn_that_does_not_come_is_said_and_leaves_no_place(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    impatient = Ledger(ledger_path, wait_seconds=0.1)
    with turn_to_write(ledger_path, wait_seconds=60):
        with pytest.raises(TurnTimeoutError), turn_to_write(ledger_path, wait_seconds=0.05):
            pass
        with pytest.raises(StoreLockedError, match="in use by another process"):
            record(impatient)
        with pytest.raises(StoreLockedError, match="in use by another process"), impatient.batch():
            pass
        assert len(places(ledger_path)) == 1
        assert ledger.events() == []
    record(impatient)
    assert [event.event_number for event in ledger.events()] == [1]


def test_of_four_writers_that_are_killed_and_replaced_no_acknowledged_event_is_lost(
    ledger_path: Path,
) -> None:
    processes = [start(ledger_path, f"reviewer {n}", 100_000) for n in range(4)]
    acknowledged: list[int] = []
    for n in range(5):
        killed = processes.pop(0)
        assert killed.stdout is not None
        # Each lives for other appends of its own, so that it is killed in another place.
        acknowledged += [int(killed.stdout.readline()) for _ in range(3 + 5 * n)]
        killed.kill()
        acknowledged += [int(line) for line in killed.stdout.read().split()]
        killed.wait()
        killed.stdout.close()
        if n == 0:
            processes.append(start(ledger_path, "replacement", 100_000))
    assert processes == []
    assert len(acknowledged) == len(set(acknowledged))
    ledger = Ledger(ledger_path)
    numbers = {event.event_number for event in ledger.events()}
    assert set(acknowledged) <= numbers
    # Of each that was killed one event may stand that it did not come to acknowledge.
    assert len(numbers) - len(acknowledged) <= 5
    assert ledger.verify().event_count == len(numbers)
