"""Writers of one ledger file take turns, the longest waiting first.

SQLite alone lets any waiting writer go next: with twenty of them one waited for ten seconds. A writer that
waits is an open file beside the ledger, named by the time at which it came. The system lets go of the file
with its process, however that ends; the next in line then removes it. Turns are only about fairness: that no
two write at once is SQLite's own lock.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

_NEXT_PAUSE_SECONDS: Final = 0.001
_SECONDS_A_PLACE: Final = 0.002
# Who is first for longer than this may be dead.
_SUSPICION_SECONDS: Final = 0.02
_NUMBERS: Final = itertools.count()


class TurnTimeoutError(Exception):
    """The turn did not come in time."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of one writer.

    Parameters
    ----------
    place
        The file that holds it; None where none could be made.
    """

    place: Path | None

    def is_last(self) -> bool:
        """Return True if nobody waits for the next turn."""
        if self.place is None:
            return True
        prefix = _prefix_of(self.place)
        with os.scandir(self.place.parent) as entries:
            return not any(
                entry.name.startswith(prefix) and entry.name > self.place.name for entry in entries
            )


def is_waited_for(ledger: Path) -> bool:
    """Return True if somebody has the turn, or waits for it."""
    ledger = ledger.resolve()
    with os.scandir(ledger.parent) as entries:
        return any(entry.name.startswith(f".{ledger.name}.turn-") for entry in entries)


@contextmanager
def turn_to_write(ledger: Path, *, wait_seconds: float) -> Iterator[Turn]:
    """Wait until every writer that came before has written, and write.

    Raises
    ------
    TurnTimeoutError
        If the turn does not come within ``wait_seconds``.
    """
    begun = time.monotonic()
    ledger = ledger.resolve()
    prefix = f".{ledger.name}.turn-"
    place = ledger.with_name(f"{prefix}{time.time_ns():020}-{os.getpid()}-{next(_NUMBERS)}")
    try:
        descriptor = _taken(place)
    except OSError:
        # A full disk or a folder that cannot be written: SQLite meets the same, and says which.
        yield Turn(None)
        return
    first, first_since = "", begun
    try:
        while ahead := _places_before(place, prefix):
            now = time.monotonic()
            if min(ahead) != first:
                first, first_since = min(ahead), now
            elif now >= first_since + _SUSPICION_SECONDS:
                first_since = now
                if _is_left(place.with_name(first)):
                    continue
            if now >= begun + wait_seconds:
                raise TurnTimeoutError
            time.sleep(_NEXT_PAUSE_SECONDS if len(ahead) == 1 else _SECONDS_A_PLACE * len(ahead))
        yield Turn(place)
    finally:
        os.close(descriptor)
        with suppress(OSError):
            place.unlink()


def _prefix_of(place: Path) -> str:
    return place.name[: place.name.rindex(".turn-") + len(".turn-")]


def _places_before(place: Path, prefix: str) -> list[str]:
    """Return the places of the writers that came before."""
    with os.scandir(place.parent) as entries:
        return [entry.name for entry in entries if entry.name.startswith(prefix) and entry.name < place.name]


if sys.platform == "win32":

    def _taken(place: Path) -> int:
        return os.open(place, os.O_CREAT | os.O_RDWR)

    def _is_left(place: Path) -> bool:
        """Remove the place of a writer that is gone; return whether it was."""
        # Windows removes no file that a process has open.
        try:
            place.unlink(missing_ok=True)
        except OSError:
            return False
        return True

else:

    def _taken(place: Path) -> int:
        """Return the descriptor of a place that is kept as long as it is open."""
        while True:
            descriptor = os.open(place, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # Another writer may have taken it for one that is left, before it was locked.
            if place.exists():
                return descriptor
            os.close(descriptor)

    def _is_left(place: Path) -> bool:
        """Remove the place of a writer that is gone; return whether it was."""
        try:
            descriptor = os.open(place, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            place.unlink(missing_ok=True)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True
