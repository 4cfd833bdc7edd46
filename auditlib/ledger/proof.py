"""Proof of a ledger: its objects, its chain, both ways of reading it, and the pages of its file."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from auditlib.errors import LedgerBrokenError, UsageError
from auditlib.ledger.anchors import Anchors
from auditlib.ledger.check import LedgerCheck
from auditlib.ledger.connection import Connection
from auditlib.ledger.event import FIRST_PREVIOUS_HASH, Event, canonical_json, chained_hash, instant_text
from auditlib.ledger.schema import unexpected_objects
from auditlib.ledger.tables import EVENT_COLUMNS, SCHEMA_VERSIONS, EventRow
from auditlib.progress import Progress

_SHOWN_AT_ONCE: Final = 1_000
_INDEX: Final = "event_by_audit"
_BY_TABLE: Final = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")
_BY_INDEX: Final = ("enable_seqscan", "enable_bitmapscan", "enable_sort")


class Proof:
    """The proof of one ledger, in one transaction.

    Parameters
    ----------
    connection
        Opened to read.
    name
        The ledger's name for messages.
    anchors
        What is known of it from elsewhere.
    progress
        Shown to whoever waits.
    """

    def __init__(self, connection: Connection, name: str, anchors: Anchors, progress: Progress) -> None:
        self._connection = connection
        self._name = name
        self._anchors = anchors
        self._progress = progress
        self._is_sqlite = connection.is_sqlite
        self._notes: list[str] = []
        self._audits: list[str] = []
        self._audit_of: array[int] = array("I")

    def run(self) -> LedgerCheck:
        """Prove it.

        Raises
        ------
        LedgerBrokenError
            If anything of it does not hold.
        """
        last_number = self._connection.value("select max(event_number) from event") or 0
        self._progress.start("Proving the chain", total=last_number)
        event_count, head_hash, proved_until = self._prove_chain()
        self._prove_anchors(event_count)
        self._prove_objects()
        self._progress.start("Reading it by its index", total=event_count)
        self._prove_index(event_count)
        if self._is_sqlite:
            self._prove_pages()
        return LedgerCheck(
            event_count, head_hash, self._anchors.proved_count, proved_until, tuple(self._notes)
        )

    def _prove_objects(self) -> None:
        version = self._connection.value("select version from ledger_schema")
        if version != SCHEMA_VERSIONS[self._connection.database.kind]:
            self._notes.append(
                f"The ledger is of an earlier version ({version}), whole as far as that goes: "
                "'auditlib ledger upgrade' gives it what this version protects it with."
            )
            return
        unexpected = unexpected_objects(self._connection)
        if unexpected:
            message = f"The ledger {self._name} is not as auditlib made it: {'; '.join(unexpected)}."
            raise LedgerBrokenError(
                message,
                hint="What is read from it, or recorded in it, may be wrong. Record nothing more in it, and "
                "compare with a backup.",
            )

    def _prove_chain(self) -> tuple[int, str, datetime | None]:
        """Return the count of events, the hash of the last, and when the last that is proved was recorded."""
        way = " not indexed" if self._is_sqlite else ""
        query = f"select {EVENT_COLUMNS} from event{way} order by event_number"
        event_count, head_hash, proved_until, index_of_audit = 0, FIRST_PREVIOUS_HASH, None, dict[str, int]()
        last_time, backward = "", list[int]()
        for row in map(EventRow._make, self._rows(query, off=_BY_TABLE)):
            event_count += 1
            head_hash = verified_hash(row, event_number=event_count, previous_hash=head_hash, name=self._name)
            if self._anchors.compare(event_count, head_hash):
                proved_until = datetime.fromisoformat(row.recorded_at)
            if row.recorded_at < last_time:
                backward.append(event_count)
            last_time = row.recorded_at
            self._audit_of.append(index_of_audit.setdefault(row.audit, len(index_of_audit)))
        self._audits = list(index_of_audit)
        if backward:
            self._notes.append(
                f"{len(backward):,} events bear an earlier time than the event before them, first event "
                f"{backward[0]:,}: a clock was set back, or two machines' clocks differ."
            )
        return event_count, head_hash, proved_until

    def _prove_anchors(self, event_count: int) -> None:
        contradiction = self._anchors.first_contradiction()
        if contradiction is not None:
            what = f"differs from the earlier check in {contradiction.kept_in}"
            raise broken(self._name, contradiction.check.event_count, what)
        known_count = max(last_stored_number(self._connection), self._anchors.event_count)
        if event_count < known_count:
            raise broken(self._name, event_count + 1, "was removed from the end")
        if self._is_sqlite and event_count > last_stored_number(self._connection):
            raise broken(self._name, event_count, "is not one that the database counted")
        edited = next(self._anchors.edited(), None)
        if edited is not None:
            message = (
                f"The anchor of event {edited.check.event_count} in {edited.kept_in} was edited: "
                "the ledger differs from it, and agrees with another anchor of that event or a later one."
            )
            raise LedgerBrokenError(
                message, hint="The ledger is whole up to the last anchor. Find out who wrote to that file."
            )

    def _prove_index(self, event_count: int) -> None:
        """Read every event by the index that readers use; each must be there once, in the audit it is of."""
        way = f" indexed by {_INDEX}" if self._is_sqlite else ""
        query = f"select audit, event_number from event{way} order by audit, event_number"
        seen = bytearray(event_count)
        for audit, event_number in self._rows(query, off=_BY_INDEX):
            at = event_number - 1
            if not 0 <= at < event_count or seen[at] or self._audits[self._audit_of[at]] != audit:
                raise self._index_broken(event_number)
            seen[at] = 1
        if (missing := seen.find(0)) >= 0:
            raise self._index_broken(missing + 1)
        if not self._is_sqlite:
            numbers = "select event_number from event order by event_number"
            for expected, (event_number,) in enumerate(self._rows(numbers, off=_BY_INDEX), start=1):
                if event_number != expected:
                    raise self._index_broken(expected)

    def _prove_pages(self) -> None:
        found = self._connection.value("pragma integrity_check(1)")
        if found != "ok":
            message = f"The ledger {self._name} is damaged: pages of its file contradict each other."
            raise LedgerBrokenError(
                message,
                hint="The events are whole; the file is not to be written to any more. Bring back a backup "
                "with 'auditlib restore'.",
            )

    def _rows(self, query: str, *, off: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        for setting in () if self._is_sqlite else off:
            self._connection.execute(f"set local {setting} = off")
        for number, row in enumerate(self._connection.rows(query), start=1):
            if number % _SHOWN_AT_ONCE == 0:
                self._progress.advance(_SHOWN_AT_ONCE)
            yield row
        for setting in () if self._is_sqlite else off:
            self._connection.execute(f"set local {setting} = on")

    def _index_broken(self, event_number: int) -> LedgerBrokenError:
        message = (
            f"The ledger {self._name} is broken: read by the index {_INDEX}, event {event_number} is not "
            "where the table has it."
        )
        return LedgerBrokenError(
            message,
            hint="The events are whole; figures that were read by the index may be wrong. Record nothing "
            "more in this file: restore a backup, and verify it.",
        )


def verified_hash(row: EventRow, *, event_number: int, previous_hash: str, name: str) -> str:
    """Return the hash of a row that is the event it says it is and follows the one before.

    Raises
    ------
    LedgerBrokenError
        If it is not.
    """
    if row.event_number != event_number:
        raise broken(name, event_number, f"is missing (event {row.event_number} stands in its place)")
    event = event_of(row, name=name)
    try:
        is_canonical = (
            canonical_json(event.payload) == row.payload
            and instant_text(event.recorded_at) == row.recorded_at
        )
        expected = chained_hash(
            event_number=event.event_number,
            kind=event.kind,
            audit=event.audit,
            subject=event.subject,
            actor=event.actor,
            payload=event.payload,
            recorded_at=row.recorded_at,
            previous_hash=previous_hash,
        )
    except UsageError as error:
        raise broken(name, event_number, "was changed") from error
    if not is_canonical:
        raise broken(name, event_number, "was changed")
    if event.previous_hash != previous_hash or event.hash != expected:
        raise broken(name, event_number, "was changed, or does not follow the event before it")
    return expected


def event_of(row: EventRow, *, name: str) -> Event:
    """Return the event in a row.

    Raises
    ------
    LedgerBrokenError
        If it cannot be read.
    """
    try:
        return Event(
            event_number=row.event_number,
            kind=row.kind,
            audit=row.audit,
            subject=row.subject,
            actor=row.actor,
            payload=json.loads(row.payload),
            recorded_at=datetime.fromisoformat(row.recorded_at),
            previous_hash=row.previous_hash,
            hash=row.hash,
        )
    except (ValueError, TypeError) as error:
        raise broken(name, row.event_number, "cannot be read") from error


def last_stored_number(connection: Connection) -> int:
    """Return the largest event number that SQLite ever stored (0 for other databases)."""
    if not connection.is_sqlite:
        return 0
    return connection.value("select seq from sqlite_sequence where name = 'event'") or 0


def broken(name: str, event_number: int, what: str) -> LedgerBrokenError:
    """Return the error of a ledger that does not hold at an event."""
    message = f"The ledger {name} is broken at event {event_number}: it {what}."
    return LedgerBrokenError(
        message, hint="Events before it are intact. Compare with a backup; record nothing more in this file."
    )
