"""Many writers at once on one ledger, some of them killed: python -m benchmarks.ledger_writers --seconds 60.

Each writer is a process that appends one verdict after another, without a pause. Every second one of them is
killed with SIGKILL and another takes its place. Each writes down, after an append has returned, the event's
number and how long the append took; one that is written down and not in the ledger afterwards is lost.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path

import numpy as np

from auditlib.ledger import Ledger
from benchmarks.measure import put

KILL_EVERY_SECONDS = 1.0


def write(ledger_path: Path, notes: Path) -> None:
    """Append until killed or stopped."""
    ledger = Ledger(ledger_path)
    is_stopped = False

    def stop(*_: object) -> None:
        nonlocal is_stopped
        is_stopped = True

    signal.signal(signal.SIGTERM, stop)
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = 0
    while not is_stopped:
        begun = time.perf_counter()
        event = ledger.append(
            kind="verdict",
            audit="october",
            subject=f"E{number % 100:05}",
            actor=notes.stem,
            payload={"number": number, "comment": "The note gives no stage of the kidney disease."},
            recorded_at=datetime.now(UTC),
        )
        os.write(descriptor, f"{event.event_number} {time.perf_counter() - begun:.6f}\n".encode())
        number += 1


def run(folder: Path, writer_count: int, seconds: float, *, has_kills: bool) -> None:
    """Let the writers write, and print what came of it."""
    ledger_path = folder / "ledger.db"
    Ledger(ledger_path)
    draw = random.Random(20)
    started = 0

    def start() -> ForkProcess:
        nonlocal started
        started += 1
        # Forked: the start of an interpreter is no part of what is measured.
        writer = get_context("fork").Process(
            target=write, args=(ledger_path, folder / f"writer {started}.txt")
        )
        writer.start()
        return writer

    writers = [start() for _ in range(writer_count)]
    while len(list(folder.glob("writer *.txt"))) < writer_count:
        time.sleep(0.1)
    begun, killed = time.monotonic(), 0
    while time.monotonic() < begun + seconds:
        time.sleep(KILL_EVERY_SECONDS)
        if has_kills:
            place = draw.randrange(writer_count)
            writers[place].kill()
            writers[place].join()
            killed += 1
            writers[place] = start()
    for writer in writers:
        writer.terminate()
    for writer in writers:
        writer.join(60)
    # One that was started at the end may not have come to its handler of the signal.
    failed = sum(writer.exitcode not in (0, -signal.SIGTERM) for writer in writers)
    ran = time.monotonic() - begun
    lines = [line.split() for notes in folder.glob("writer *.txt") for line in notes.read_text().splitlines()]
    seconds_taken = np.array([float(taken) for _, taken in lines])
    ledger = Ledger(ledger_path)
    numbers = {event.event_number for event in ledger.events()}
    lost = {int(number) for number, _ in lines} - numbers
    processor = resource.getrusage(resource.RUSAGE_CHILDREN)
    used, there = processor.ru_utime + processor.ru_stime, ran * (os.cpu_count() or 1)
    median, high, highest, longest = np.percentile(seconds_taken, [50, 95, 99.9, 100]) * 1e3
    print(f"{writer_count} writers, {ran:.0f} s, {killed} killed, {failed} failed")
    print(f"{len(lines):,} appends acknowledged, {len(lines) / ran:,.0f} a second; {len(lost)} lost")
    print(f"{ledger.verify().event_count:,} events in the ledger, whose chain is intact")
    print(f"append: median {median:.0f} ms, p95 {high:.0f}, p99.9 {highest:.0f}, longest {longest:.0f} ms")
    put("lost", len(lost))
    put("longest append, ms", longest)
    print(f"over 1 s: {int((seconds_taken > 1).sum())}; processor time {used:.0f} s of {there:.0f} s")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--no-kills", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), given.writers, given.seconds, has_kills=not given.no_kills)


if __name__ == "__main__":
    main()
