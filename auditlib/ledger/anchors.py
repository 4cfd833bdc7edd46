"""Anchors of a ledger: kept line by line in files, and compared with its events."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from auditlib.errors import AuditError, LedgerBrokenError, UsageError
from auditlib.ledger.chain import Chain, Home
from auditlib.ledger.check import LedgerCheck
from auditlib.ledger.event import FIRST_PREVIOUS_HASH, instant_text

# The longest line names a path of 4,096 bytes, each written as \\uXXXX.
_LAST_LINE_BYTES: Final = 32_768
_WAIT_SECONDS: Final = 1.0
_NO_LINE: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """An earlier check, and where it is kept.

    Parameters
    ----------
    check
        The count of events and the hash of the last of them.
    kept_in
        For messages: a file with its line, or how it was given.
    """

    check: LedgerCheck
    kept_in: str


class AnchorFile:
    """A file with one anchor a line, each line with a hash over itself and the line before.

    Parameters
    ----------
    path
        The file; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def anchors(self) -> list[Anchor]:
        """Return its anchors; none if there is no such file.

        Raises
        ------
        LedgerBrokenError
            If a line was edited or removed.
        OSError
            If it cannot be read.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        anchors, line_hash = [], _NO_LINE
        # What follows the last line's end was being written when its process was killed.
        for number, line in enumerate(content.split(b"\n")[:-1], start=1):
            entry = _entry_of(line)
            if entry is None or entry.line_hash != _line_hash(line_hash, entry):
                message = (
                    f"Line {number} of the anchors in {self.path} was edited, or one before it was removed."
                )
                raise LedgerBrokenError(
                    message,
                    hint="Compare the file with a copy of it, kept elsewhere or in a backup. This says "
                    "nothing of the ledger; 'auditlib ledger verify --since' takes an anchor from elsewhere.",
                )
            line_hash = entry.line_hash
            anchors.append(Anchor(LedgerCheck.from_anchor(entry.anchor), f"line {number} of {self.path}"))
        return anchors

    def last_recorded_at(self) -> datetime | None:
        """Return the time of the last anchor; None if there is none that can be read."""
        try:
            entry = self._last()
        except OSError:
            return None
        return None if entry is None else datetime.fromisoformat(entry.recorded_at)

    def owner(self) -> Home | None:
        """Return where the ledger lies whose anchors are kept here; None if its lines name none."""
        try:
            entry = self._last()
        except OSError:
            return None
        return None if entry is None else entry.home

    def add(
        self,
        check: LedgerCheck,
        *,
        recorded_at: datetime,
        chain: Chain | None = None,
        is_moved: bool = False,
    ) -> str:
        """Add an anchor; return why that cannot be, as a sentence, or nothing if it is done.

        Parameters
        ----------
        check, recorded_at
            The anchor, and its time.
        chain
            Of which ledger it is: a copy of the one that owns the file adds nothing, and neither does one
            whose events are not those of the last anchor. None asks nothing.
        is_moved
            Whether the ledger was moved to where it lies now, and owns the file on.
        """
        # The lock would make a folder that is not there, as that of a disk which is not connected.
        if not self.path.parent.is_dir():
            return f"There is no folder {self.path.parent}."
        try:
            with FileLock(self.path.with_name(f".{self.path.name}.lock")).acquire(timeout=_WAIT_SECONDS):
                last = self._last()
                refused = "" if chain is None else self._refused(last, chain, is_moved=is_moved)
                if not refused:
                    entry = _Entry(
                        check.anchor, instant_text(recorded_at), None if chain is None else chain.home, ""
                    )
                    self._add(entry, last)
                return refused
        except (OSError, Timeout):
            return f"{self.path} cannot be written to now."

    def _refused(self, last: _Entry | None, chain: Chain, *, is_moved: bool) -> str:
        if last is None:
            return ""
        if last.home is not None and not last.home.is_same(chain.home) and not is_moved:
            return owned_elsewhere(self.path, last.home)
        check = LedgerCheck.from_anchor(last.anchor)
        if check.event_count:
            try:
                own_hash = chain.hash_of(check.event_count)
            except AuditError:
                return f"{self.path} could not be compared with the ledger."
            if own_hash != check.head_hash:
                return f"{self.path} ends with an anchor of other events than this ledger holds."
        return ""

    def _add(self, entry: _Entry, last: _Entry | None) -> None:
        line = entry.line(_NO_LINE if last is None else last.line_hash)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as opened:
            opened.seek(max(0, opened.seek(0, os.SEEK_END) - _LAST_LINE_BYTES))
            tail = opened.read()
            unfinished_size = len(tail) - (tail.rfind(b"\n") + 1)
            opened.seek(opened.tell() - unfinished_size)
            opened.truncate()
            opened.write(line)
            opened.flush()
            os.fsync(opened.fileno())

    def _last(self) -> _Entry | None:
        with suppress(FileNotFoundError), self.path.open("rb") as opened:
            opened.seek(max(0, opened.seek(0, os.SEEK_END) - _LAST_LINE_BYTES))
            lines = opened.read().split(b"\n")[:-1]
            return _entry_of(lines[-1]) if lines else None
        return None


def owned_elsewhere(path: Path, owner: Home) -> str:
    """Return the sentence on a file of anchors that belongs to a ledger elsewhere."""
    return (
        f"{path} holds the anchors of the ledger {owner.place}, and nothing is written there from here: a "
        "copy of that workspace names files of its own in workspace.toml, and one that was moved says so by "
        "'auditlib ledger anchor --moved-here'."
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    anchor: str
    recorded_at: str
    home: Home | None
    line_hash: str

    def line(self, previous: str) -> bytes:
        """Return it as a line after one of that hash."""
        home = {} if self.home is None else {"ledger": self.home.place, "machine": self.home.machine}
        content = {"anchor": self.anchor, "recorded_at": self.recorded_at, **home}
        return json.dumps({**content, "line_sha256": _line_hash(previous, self)}).encode() + b"\n"


def _entry_of(line: bytes) -> _Entry | None:
    """Return what a line says; None if it is not one of an anchor."""
    try:
        content = json.loads(line)
        LedgerCheck.from_anchor(content["anchor"])
        instant_text(datetime.fromisoformat(content["recorded_at"]))
        home = Home(str(content["ledger"]), str(content["machine"])) if "ledger" in content else None
        return _Entry(content["anchor"], content["recorded_at"], home, content["line_sha256"])
    except (ValueError, KeyError, TypeError, AttributeError, UsageError):
        return None


def _line_hash(previous: str, entry: _Entry) -> str:
    # Lines of an earlier version name no ledger.
    home = "" if entry.home is None else f" {entry.home.machine} {entry.home.place}"
    hashed = f"{previous} {entry.anchor} {entry.recorded_at}{home}"
    return hashlib.sha256(hashed.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class AnchorKeeper:
    """Where anchors are kept, and how often one is due besides at completed charts.

    Parameters
    ----------
    files
        The files. The first lies beside the ledger, is copied with it, and is the one by which the time is
        measured; the others belong to the ledger that keeps anchors in them, and to no copy of it.
    interval
        After so long the next event has one.
    """

    files: Sequence[AnchorFile]
    interval: timedelta = timedelta(hours=1)

    def is_due(self, recorded_at: datetime) -> bool:
        """Return True if the last anchor is not of the last interval, or of a time to come."""
        last = self.files[0].last_recorded_at()
        return last is None or not last <= recorded_at < last + self.interval

    def keep(
        self, check: LedgerCheck, *, recorded_at: datetime, chain: Chain, is_moved: bool = False
    ) -> list[str]:
        """Add an anchor to every file; return a sentence for each of those where that could not be done.

        The event is on record by then: that an anchor is missing shows when the ledger is verified.
        """
        beside, *elsewhere = self.files
        said = [
            beside.add(check, recorded_at=recorded_at),
            *(file.add(check, recorded_at=recorded_at, chain=chain, is_moved=is_moved) for file in elsewhere),
        ]
        return [sentence for sentence in said if sentence]


class Anchors:
    """Anchors, compared with the events one by one."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._by_count: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._by_count.setdefault(anchor.check.event_count, []).append(anchor)
        self._disagreeing: list[Anchor] = []
        self.proved_count = 0
        if any(each.check.head_hash != FIRST_PREVIOUS_HASH for each in self._by_count.get(0, ())):
            message = "The anchor belongs to no ledger: before the first event the hash is 64 zeros."
            raise UsageError(message)

    @property
    def event_count(self) -> int:
        """Least number of events."""
        return max(self._by_count, default=0)

    def compare(self, event_number: int, own_hash: str) -> bool:
        """Compare the anchors of one event; return True if one proves all events up to it."""
        kept = self._by_count.get(event_number, ())
        self._disagreeing += (each for each in kept if each.check.head_hash != own_hash)
        if not any(each.check.head_hash == own_hash for each in kept):
            return False
        self.proved_count = event_number
        return True

    def edited(self) -> Iterator[Anchor]:
        """Yield those that disagree although an anchor of the same or a later event agrees."""
        return (each for each in self._disagreeing if each.check.event_count <= self.proved_count)

    def first_contradiction(self) -> Anchor | None:
        """Return the first that disagrees with events which no other anchor proves."""
        return next((each for each in self._disagreeing if each.check.event_count > self.proved_count), None)
