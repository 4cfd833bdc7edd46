"""Bits of a ledger's files flipped at random: python -m tests.ledger.flipped_bits --flips 2000.

A flip is found if verify refuses the ledger, and harmless if all that can be read of it is as it was and the
next decision is recorded and proved. Anything else is missed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditlib.errors import AuditError
from auditlib.ledger import Ledger

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
AUDITS = ("october", "november", "the audit of december with a long name")
# Commits, and is killed before what it committed is brought into the ledger's own file.
_KILLED = """
import sys, os, signal
from datetime import UTC, datetime
from pathlib import Path
from auditlib.ledger import Ledger, settle
settle.Settling.by = settle.Settling.wait = lambda *_: None
ledger = Ledger(Path(sys.argv[1]))
other = ledger._database.connect()
other.value("select 1")
for number in range(4):
    ledger.append(kind="verdict", audit="october", subject=f"K{number}", actor="a", payload={"n": number},
                  recorded_at=datetime.now(UTC))
os.kill(os.getpid(), signal.SIGKILL)
"""


def make_ledger(path: Path, event_count: int) -> Ledger:
    ledger = Ledger(path)
    with ledger.batch():
        for number in range(event_count):
            ledger.append(
                kind="verdict",
                audit=AUDITS[number % len(AUDITS)],
                subject=f"E{number:05}",
                actor="reviewer",
                payload={"action": "agree", "comment": "The note gives no stage." * (number % 3)},
                recorded_at=NOON + timedelta(seconds=number),
            )
    return ledger


def leave_write_ahead_file(path: Path) -> None:
    """Record four more events in a process that is killed with them in the write-ahead file."""
    process = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def read(ledger: Ledger) -> object:
    return ledger.events(), [ledger.events(audit=audit) for audit in AUDITS], ledger.events(after=7)


def flips(folder: Path, file_name: str, count: int, seed: int, *, known_count: int) -> Iterator[str]:
    """Flip one bit at a time of one file of a ledger, and yield what comes of it.

    ``known_count`` events were acknowledged: those after them may be there or not.
    """
    draw = random.Random(seed)
    sound = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}
    expected = None
    work = folder.parent / f"{folder.name} flipped"
    for _ in range(count):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        at, bit = draw.randrange(len(sound[file_name])), draw.randrange(8)
        for name, content in sound.items():
            (work / name).write_bytes(content)
        damaged = bytearray(sound[file_name])
        damaged[at] ^= 1 << bit
        (work / file_name).write_bytes(damaged)
        if expected is None:
            expected = known_events(folder, known_count)
        yield _outcome(work / "ledger.db", expected, known_count, f"{file_name}, byte {at}, bit {bit}")
    shutil.rmtree(work, ignore_errors=True)


def known_events(folder: Path, known_count: int) -> object:
    with tempfile.TemporaryDirectory() as copied:
        shutil.copyfile(folder / "ledger.db", Path(copied) / "ledger.db")
        ledger = Ledger(Path(copied) / "ledger.db")
        assert ledger.verify().event_count == known_count
        return read(ledger)


def _outcome(path: Path, expected: object, known_count: int, where: str) -> str:
    try:
        ledger = Ledger(path, make_if_absent=False, wait_seconds=1)
        check = ledger.verify()
    except AuditError:
        return "found"
    if check.event_count > known_count:
        # Events that were not acknowledged yet: they may stand, after all that were acknowledged.
        known = [event for event in ledger.events() if event.event_number <= known_count]
        return "harmless" if known == expected[0] else f"missed: {where}"  # type: ignore[index]
    if check.event_count < known_count or read(ledger) != expected:
        return f"missed: {where}"
    try:
        ledger.append(kind="comment", audit="october", subject="E1", actor="a", payload={}, recorded_at=NOON)
        is_recorded = ledger.verify().event_count == known_count + 1
    except AuditError:
        # Refused with words, and nothing lost: as after a flip in the file's format version.
        return "harmless"
    return "harmless" if is_recorded else f"missed: {where}"


def main() -> None:
    """Read the arguments, and print what came of the flips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=19)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "sound"
        folder.mkdir()
        make_ledger(folder / "ledger.db", 150)
        with closing(sqlite3.connect(folder / "ledger.db")) as opened:
            (page_count,) = opened.execute("pragma page_count").fetchone()
        outcomes = Counter(flips(folder, "ledger.db", given.flips, given.seed, known_count=150))
        print(f"ledger.db, {page_count} pages, {given.flips:,} flips: {dict(outcomes)}")
        leave_write_ahead_file(folder / "ledger.db")
        half = given.flips // 2
        outcomes = Counter(flips(folder, "ledger.db-wal", half, given.seed, known_count=150))
        print(f"ledger.db-wal after a kill, {half:,} flips: {dict(outcomes)}")


if __name__ == "__main__":
    main()
