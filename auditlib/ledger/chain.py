"""A chain of events as its anchors see it: where it lies, and what the hash of an event is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_MACHINE_ID: Final = Path("/etc/machine-id")
_CODE_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Home:
    """Where a ledger lies, which tells it from a copy: the events of both are the same.

    Parameters
    ----------
    place
        Its file, or server and database.
    machine
        A code of the machine of a file; empty where the system gives it no number.
    """

    place: str
    machine: str = ""

    def is_same(self, other: Home) -> bool:
        """Return whether both are one; a machine without a number may be any."""
        machines = {self.machine, other.machine} - {""}
        return self.place == other.place and len(machines) <= 1


@dataclass(frozen=True, slots=True)
class Chain:
    """What is asked of a ledger before an anchor of it is kept beside others.

    Parameters
    ----------
    home
        Where it lies.
    hash_of
        Returns the hash of an event by its number; None if there is no such event.
    """

    home: Home
    hash_of: Callable[[int], str | None]


def home_of(path: Path | None, url: str) -> Home:
    """Return where the ledger in a file or a database lies, without the name of who opens it."""
    if path is not None:
        return Home(str(path.resolve()), _machine())
    parts = urlsplit(url)
    return Home(f"{parts.hostname or ''}:{parts.port or ''}{parts.path or '/'}")


@cache
def _machine() -> str:
    try:
        number = _MACHINE_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(f"auditlib {number}".encode()).hexdigest()[:_CODE_LENGTH] if number else ""
