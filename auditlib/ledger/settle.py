"""What was committed is brought into the ledger's own file before it is acknowledged.

SQLite commits into a write-ahead file beside the ledger and copies it into the ledger later. Until then a
copy of the ledger alone lacks the newest decisions, and nothing in it says so. So a writer returns only once
the write-ahead file is empty: who is last in the queue of writers copies it for all that came before, which
costs two waits for the disk for all of them together, and not one for each.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from auditlib.ledger.turn import Turn, is_waited_for

if sys.platform == "darwin":
    import fcntl

_LOOK_AGAIN_SECONDS: Final = 0.01
# So much is copied while others wait: some dozen decisions.
_COPY_BYTES: Final = 250_000
# Whoever was to copy may have been killed: at once where nobody is in the queue, else after this.
_SUSPICION_SECONDS: Final = 0.2
_EMPTY_QUEUE_SECONDS: Final = 0.02
_GIVE_UP_SECONDS: Final = 0.3
# A reader that is in the middle of the ledger keeps the write-ahead file from being emptied.
_READER_MILLISECONDS: Final = 100
_SALTS: Final = slice(16, 24)


class Settling:
    """One commit on its way from the write-ahead file into the ledger's own file.

    Parameters
    ----------
    ledger
        The ledger's file.
    connection
        The connection that committed.
    """

    def __init__(self, ledger: Path, connection: sqlite3.Connection) -> None:
        self._ledger = ledger
        self._connection = connection
        self._mark = self._write_ahead_mark()

    def by(self, turn: Turn) -> None:
        """Copy, if nobody waits for the turn who will copy it with their own."""
        if self._is_pending() and (turn.is_last() or self._size() > _COPY_BYTES):
            self._copy(patience_milliseconds=_READER_MILLISECONDS)

    def wait(self) -> None:
        """Return once the commit is copied; where a reader is in the way, once it is on the disk."""
        begun = empty_since = time.monotonic()
        while self._is_pending():
            now = time.monotonic()
            if is_waited_for(self._ledger):
                empty_since = now
            if now > min(begun + _SUSPICION_SECONDS, empty_since + _EMPTY_QUEUE_SECONDS):
                self._copy(patience_milliseconds=_READER_MILLISECONDS)
                if now > begun + _GIVE_UP_SECONDS:
                    break
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return
        _sync(_write_ahead_of(self._ledger))

    def _is_pending(self) -> bool:
        return self._mark is not None and self._write_ahead_mark() == self._mark

    def _size(self) -> int:
        with suppress(FileNotFoundError):
            return _write_ahead_of(self._ledger).stat().st_size
        return 0

    def _write_ahead_mark(self) -> bytes | None:
        """Return what names the write-ahead file since it was last empty; None while it is."""
        try:
            with _write_ahead_of(self._ledger).open("rb") as opened:
                return opened.read(_SALTS.stop)[_SALTS] or None
        except FileNotFoundError:
            return None

    def _copy(self, *, patience_milliseconds: int) -> None:
        # Nothing is lost if it fails: the commit stays in the write-ahead file.
        with suppress(sqlite3.Error):
            self._connection.execute(f"pragma busy_timeout = {patience_milliseconds}")
            self._connection.execute("pragma wal_checkpoint(truncate)").fetchall()


def _write_ahead_of(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}-wal")


def _sync(path: Path) -> None:
    with suppress(FileNotFoundError), path.open("rb+") as opened:
        if sys.platform == "darwin":
            fcntl.fcntl(opened, fcntl.F_FULLFSYNC)
        else:
            os.fsync(opened)
