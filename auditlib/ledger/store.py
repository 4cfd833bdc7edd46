"""The ledger itself: append, read, verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import Connection, column, false, func, insert, inspect, select, table, text

from auditlib.errors import LedgerBrokenError, LedgerMovedOnError, StoreError, UsageError
from auditlib.ledger.check import Anchors, LedgerCheck
from auditlib.ledger.connection import (
    database_url,
    in_transaction,
    ledger_name,
    make_engine,
    writing_transaction,
)
from auditlib.ledger.event import (
    FIRST_PREVIOUS_HASH,
    KINDS,
    Event,
    canonical_json,
    chained_hash,
    instant_text,
    require_line,
)
from auditlib.ledger.tables import EVENT, LEDGER_SCHEMA, METADATA, SCHEMA_VERSION

if TYPE_CHECKING:
    from sqlalchemy import Row

_SQLITE_SEQUENCE: Final = table("sqlite_sequence", column("name"), column("seq"))
_READ_AT_ONCE: Final = 1_000
_MAKING_LOCK: Final = 837_835
_INSERT: Final = insert(EVENT)
_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Batch:
    """An open transaction that nobody else can write in: its events, and the number and hash before them."""

    connection: Connection
    last_number: int
    last_hash: str
    first_number: int
    events: list[Event] = field(default_factory=list)


class Ledger:
    """Append-only, hash-chained record of decisions, used by many processes at once.

    Parameters
    ----------
    url_or_path
        Path of a SQLite file (its folder must exist), or a PostgreSQL URL.
    wait_seconds
        How long a call waits for another process, in seconds.
    make_if_absent
        Whether to create a ledger that does not exist. If one must exist, an empty new one would hide the
        loss of its decisions.

    Raises
    ------
    StoreError
        If the ledger is missing and must not be created, or the file is damaged, is not a ledger, or was
        written by another version.
    StoreLockedError
        If it stays locked for longer than ``wait_seconds``.
    """

    def __init__(
        self, url_or_path: str | Path, *, wait_seconds: float = 30.0, make_if_absent: bool = True
    ) -> None:
        url = database_url(url_or_path)
        self._name = ledger_name(url)
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._wait_seconds = wait_seconds
        self._engine = make_engine(url, wait_seconds=wait_seconds)
        self._batch: _Batch | None = None
        # Connecting alone would create a SQLite file.
        if not make_if_absent and self._is_sqlite and not Path(url.database or "").is_file():
            raise self._absent()
        if not in_transaction(self._engine, self._is_made, writing=False, wait_seconds=wait_seconds):
            if not make_if_absent:
                raise self._absent()
            in_transaction(self._engine, self._make, writing=True, wait_seconds=wait_seconds)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Record many events in one transaction: all of them are on disk after it, or none if it fails.

        Meanwhile other processes cannot record; this ledger reads what it appended. A batch in a batch is
        part of the outer one.

        Raises
        ------
        StoreLockedError
            If another process holds the ledger; nothing was recorded.
        """
        if self._batch is not None:
            yield
            return
        with writing_transaction(self._engine, wait_seconds=self._wait_seconds) as connection:
            self._lock(connection)
            last_number, last_hash = self._last(connection)
            self._batch = _Batch(connection, last_number, last_hash, last_number + 1)
            try:
                yield
            finally:
                self._batch = None

    def require_writable(self) -> None:
        """Raise if no event can be recorded; none is.

        For who writes other files before the event that tells of them.

        Raises
        ------
        StoreLockedError
            If another process holds the ledger.
        StoreError
            If it can be read only.
        """
        nothing = select(EVENT).where(false())

        def work(connection: Connection) -> None:
            connection.execute(insert(EVENT).from_select(EVENT.c.keys(), nothing))

        self._in_transaction(work, writing=True)

    def _in_transaction(self, work: Callable[[Connection], _Result], *, writing: bool) -> _Result:
        if self._batch is not None:
            return work(self._batch.connection)
        return in_transaction(self._engine, work, writing=writing, wait_seconds=self._wait_seconds)

    def _lock(self, connection: Connection) -> None:
        if not self._is_sqlite:
            # Readers continue; another writer waits until this transaction is over.
            connection.execute(text("lock table event in exclusive mode"))

    def append(
        self,
        *,
        kind: str,
        audit: str,
        subject: str,
        actor: str,
        payload: Mapping[str, object],
        recorded_at: datetime,
        seen: int | None = None,
        seen_of_all: bool = False,
    ) -> Event:
        """Append one event, which is on disk when this returns, or in a `batch` when that ends.

        Parameters
        ----------
        kind, audit, subject, actor, payload, recorded_at
            Fields of the event: see `Event`.
        seen
            Number of the last event on which the decision to record this one rests (0 for none): if the same
            actor recorded another about the same subject of the audit since, nothing is added.
        seen_of_all
            Whether an event of any actor about that subject counts so, and not only of the same one.

        Raises
        ------
        UsageError
            If the kind is unknown, a heading is blank, or the payload is not JSON.
        StoreLockedError
            If another process holds the ledger; nothing was recorded.
        LedgerMovedOnError
            If there is an event after the one ``seen``; nothing was recorded.
        """
        if kind not in KINDS:
            message = f"There is no event of kind '{kind}'."
            raise UsageError(message, hint=f"Kinds are {', '.join(KINDS)}.")
        payload_text = canonical_json(payload)
        fields = {
            "kind": kind,
            "audit": require_line("audit", audit),
            "subject": require_line("subject", subject),
            "actor": require_line("actor", actor),
            "recorded_at": instant_text(recorded_at),
        }

        def work(connection: Connection) -> Event:
            batch = self._batch
            if batch is None:
                self._lock(connection)
                last_number, previous_hash = self._last(connection)
            else:
                last_number, previous_hash = batch.last_number, batch.last_hash
            is_behind = seen is not None and seen < last_number
            same = ("audit", "subject") if seen_of_all else ("audit", "subject", "actor")
            if is_behind and self._has_newer(connection, seen or 0, {name: fields[name] for name in same}):
                message = f"Another event about {subject} was recorded meanwhile."
                raise LedgerMovedOnError(message, hint="Nothing was recorded. Look again, and decide again.")
            event_number = last_number + 1
            content = json.loads(payload_text)
            own_hash = chained_hash(
                event_number=event_number, payload=content, previous_hash=previous_hash, **fields
            )
            row = {
                **fields,
                "event_number": event_number,
                "payload": payload_text,
                "previous_hash": previous_hash,
                "hash": own_hash,
            }
            connection.execute(_INSERT, row)
            appended = Event(
                event_number=event_number,
                kind=kind,
                audit=audit,
                subject=subject,
                actor=actor,
                payload=content,
                recorded_at=datetime.fromisoformat(fields["recorded_at"]),
                previous_hash=previous_hash,
                hash=own_hash,
            )
            if batch is not None:
                batch.last_number, batch.last_hash = event_number, own_hash
                batch.events.append(appended)
            return appended

        return self._in_transaction(work, writing=True)

    def events(
        self, *, audit: str | None = None, kinds: Sequence[str] | None = None, after: int = 0
    ) -> list[Event]:
        """Return events in order, optionally of one audit or some kinds only.

        Parameters
        ----------
        audit
            Only this audit's events.
        kinds
            Only events of these kinds.
        after
            Only events with a larger ``event_number``.

        Raises
        ------
        LedgerBrokenError
            If an event cannot be read.
        """
        unknown = [kind for kind in kinds or () if kind not in KINDS]
        if unknown:
            message = f"There are no events of kind {', '.join(map(repr, unknown))}."
            raise UsageError(message, hint=f"Kinds are {', '.join(KINDS)}.")
        if self._batch is not None and after >= self._batch.first_number - 1:
            # Nobody else can record meanwhile: what came after is what this batch appended.
            return [
                event
                for event in self._batch.events[after - self._batch.first_number + 1 :]
                if audit in (None, event.audit) and (kinds is None or event.kind in kinds)
            ]
        query = select(EVENT).where(EVENT.c.event_number > after).order_by(EVENT.c.event_number)
        if audit is not None:
            query = query.where(EVENT.c.audit == audit)
        if kinds is not None:
            query = query.where(EVENT.c.kind.in_(kinds))

        def work(connection: Connection) -> list[Event]:
            return [self._event_of(row) for row in connection.execute(query)]

        return self._in_transaction(work, writing=False)

    def verify(self, *, since: LedgerCheck | Iterable[LedgerCheck] | None = None) -> LedgerCheck:
        """Recompute every hash of the chain, and return the ledger's event count and last hash.

        This proves that the chain is intact. Someone who rewrites all of it can recompute the hashes; only an
        earlier check that is stored outside the ledger proves that nothing before it was rewritten.

        Parameters
        ----------
        since
            Earlier results, as printed in a report; their last event must still be there.

        Raises
        ------
        LedgerBrokenError
            If an event was changed, removed, added or moved; the message names the first bad event number.
        """
        query = select(EVENT).order_by(EVENT.c.event_number)
        anchors = Anchors(since)

        def work(connection: Connection) -> LedgerCheck:
            event_count, head_hash = 0, FIRST_PREVIOUS_HASH
            if not anchors.agree(event_count, head_hash):
                message = "The anchor belongs to no ledger: before the first event the hash is 64 zeros."
                raise UsageError(message)
            with connection.execution_options(yield_per=_READ_AT_ONCE).execute(query) as rows:
                for row in rows:
                    event_count += 1
                    head_hash = self._verified_hash(row, event_number=event_count, previous_hash=head_hash)
                    if not anchors.agree(event_count, head_hash):
                        raise self._broken(event_count, "differs from the earlier check")
            known_count = max(self._sequence(connection), anchors.event_count)
            if event_count < known_count:
                raise self._broken(event_count + 1, "was removed from the end")
            return LedgerCheck(event_count, head_hash)

        return self._in_transaction(work, writing=False)

    def _verified_hash(self, row: Row[tuple[object, ...]], *, event_number: int, previous_hash: str) -> str:
        if row.event_number != event_number:
            raise self._broken(event_number, f"is missing (event {row.event_number} stands in its place)")
        event = self._event_of(row)
        if canonical_json(event.payload) != row.payload or instant_text(event.recorded_at) != row.recorded_at:
            raise self._broken(event_number, "was changed")
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
        if event.previous_hash != previous_hash or event.hash != expected:
            raise self._broken(event_number, "was changed, or does not follow the event before it")
        return expected

    def _last(self, connection: Connection) -> tuple[int, str]:
        query = select(EVENT.c.event_number, EVENT.c.hash).order_by(EVENT.c.event_number.desc()).limit(1)
        row = connection.execute(query).first()
        last_number, last_hash = (0, FIRST_PREVIOUS_HASH) if row is None else (row.event_number, row.hash)
        if last_number < self._sequence(connection):
            raise self._broken(last_number + 1, "was removed from the end")
        return last_number, last_hash

    def _has_newer(self, connection: Connection, seen: int, fields: Mapping[str, str]) -> bool:
        same = [EVENT.c[name] == value for name, value in fields.items()]
        query = select(EVENT.c.event_number).where(EVENT.c.event_number > seen, *same).limit(1)
        return connection.execute(query).first() is not None

    def _sequence(self, connection: Connection) -> int:
        """Return the largest event number that SQLite ever stored (0 for other databases)."""
        if not self._is_sqlite:
            return 0
        query = select(_SQLITE_SEQUENCE.c.seq).where(_SQLITE_SEQUENCE.c.name == EVENT.name)
        return connection.execute(query).scalar() or 0

    def _event_of(self, row: Row[tuple[object, ...]]) -> Event:
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
            raise self._broken(row.event_number, "cannot be read") from error

    def _broken(self, event_number: int, what: str) -> LedgerBrokenError:
        message = f"The ledger {self._name} is broken at event {event_number}: it {what}."
        return LedgerBrokenError(
            message,
            hint="Events before it are intact. Compare with a backup; record nothing more in this file.",
        )

    def _absent(self) -> StoreError:
        message = f"There is no ledger at {self._name}, and the decisions recorded in it are gone with it."
        return StoreError(
            message,
            hint="Restore it from a backup. It is not replaced by an empty one: without a backup, begin a "
            "new workspace, in another folder, with 'auditlib init'.",
        )

    def _is_made(self, connection: Connection) -> bool:
        names = set(inspect(connection).get_table_names())
        if LEDGER_SCHEMA.name not in names:
            if self._is_sqlite and names:
                message = f"{self._name} is a database, but not a ledger."
                raise StoreError(message, hint="Give the path of a ledger, or of a file that does not exist.")
            return False
        version = connection.execute(select(LEDGER_SCHEMA.c.version)).scalar()
        if version != SCHEMA_VERSION or EVENT.name not in names:
            message = f"The ledger {self._name} has version {version}; this auditlib writes {SCHEMA_VERSION}."
            raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.")
        return True

    def _make(self, connection: Connection) -> None:
        if not self._is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(_MAKING_LOCK)))
        # Another process may have created it while this one waited for the lock.
        if not self._is_made(connection):
            METADATA.create_all(connection)
            connection.execute(insert(LEDGER_SCHEMA).values(version=SCHEMA_VERSION))
