"""The ledger itself: append, read, verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from auditlib.errors import LedgerBrokenError, LedgerMovedOnError, StoreError, UsageError
from auditlib.ledger.anchors import Anchor, AnchorKeeper, Anchors
from auditlib.ledger.chain import Chain, home_of
from auditlib.ledger.check import LedgerCheck
from auditlib.ledger.connection import Connection, Database, in_transaction, writing_transaction
from auditlib.ledger.event import (
    FIRST_PREVIOUS_HASH,
    KINDS,
    Event,
    canonical_json,
    chained_hash,
    instant_text,
    require_line,
)
from auditlib.ledger.proof import Proof, broken, event_of, last_stored_number, verified_hash
from auditlib.ledger.tables import (
    EVENT_COLUMNS,
    INSERT,
    OBJECTS,
    POSTGRESQL_PROTECTION,
    SCHEMA_VERSIONS,
    WRITING_LOCK,
    EventRow,
)
from auditlib.progress import Progress, SilentProgress

_MAKING_LOCK: Final = 837_835
_TABLES: Final = {
    "sqlite": "select name from sqlite_master where type = 'table' and substr(name, 1, 7) <> 'sqlite_'",
    "postgresql": "select relname from pg_catalog.pg_class where relkind in ('r', 'p') "
    "and relname in ('event', 'ledger_schema') and pg_catalog.pg_table_is_visible(oid)",
}
_COPIED_AT_ONCE: Final = 1_000
_CHART_COMPLETED: Final = "chart completed"
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
    anchors
        Where anchors are kept: at each completed chart, and by time. By default none is.

    Raises
    ------
    StoreError
        If the ledger is missing and must not be created, or the file is damaged, is not a ledger, or was
        written by another version.
    StoreLockedError
        If it stays locked for longer than ``wait_seconds``.
    """

    def __init__(
        self,
        url_or_path: str | Path,
        *,
        wait_seconds: float = 30.0,
        make_if_absent: bool = True,
        anchors: AnchorKeeper | None = None,
    ) -> None:
        self._database = Database.at(url_or_path, wait_seconds=wait_seconds)
        self._anchors = anchors
        self._acting_user: str | None = None
        self._name = self._database.name
        self._is_sqlite = self._database.path is not None
        self._batch: _Batch | None = None
        # Connecting alone would create a SQLite file.
        if not make_if_absent and self._database.path is not None and not self._database.path.is_file():
            raise self._absent()
        if not in_transaction(self._database, self._is_made, writing=False):
            if not make_if_absent:
                raise self._absent()
            in_transaction(self._database, self._make, writing=True)

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
        with writing_transaction(self._database) as connection:
            self._lock(connection)
            last_number, last_hash = self._last(connection)
            batch = self._batch = _Batch(connection, last_number, last_hash, last_number + 1)
            try:
                yield
                self._require_stored(connection, batch.events)
            finally:
                self._batch = None
        self._keep_anchor(batch.events)

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

        def work(connection: Connection) -> None:
            connection.execute(
                f"insert into event ({EVENT_COLUMNS}) select {EVENT_COLUMNS} from event where 1 = 0"
            )

        self._in_transaction(work, writing=True)

    def _in_transaction(self, work: Callable[[Connection], _Result], *, writing: bool) -> _Result:
        if self._batch is not None:
            return work(self._batch.connection)
        return in_transaction(self._database, work, writing=writing)

    def _lock(self, connection: Connection) -> None:
        if not self._is_sqlite:
            # Readers continue; another writer waits until this transaction is over.
            connection.execute(f"select pg_advisory_xact_lock({WRITING_LOCK})")

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
            If the kind is unknown, a heading is blank, or the payload is not JSON; or if a shared ledger's
            database knows the caller by another name than the actor's, or in no role for the kind.
        StoreLockedError
            If another process holds the ledger; nothing was recorded.
        LedgerBrokenError
            If the database took the event and does not hold it; nothing was recorded.
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
            connection.execute(INSERT, row)
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
            if batch is None:
                self._require_stored(connection, [appended])
            else:
                batch.last_number, batch.last_hash = event_number, own_hash
                batch.events.append(appended)
            return appended

        appended = self._in_transaction(work, writing=True)
        if self._batch is None:
            self._keep_anchor([appended])
        return appended

    def _require_stored(self, connection: Connection, events: Sequence[Event]) -> None:
        """Raise if the database does not hold events that it took, as they were given."""
        if not events:
            return
        if not self._is_sqlite:
            # What was to happen at the end happens now, and cannot take them away after this look.
            connection.execute("set constraints all immediate")
        stored = self._read(
            connection, "event_number >= :first_number", {"first_number": events[0].event_number}
        )
        if stored != events:
            message = (
                f"The ledger {self._name} took event {events[0].event_number} and does not hold it as given."
            )
            raise LedgerBrokenError(
                message,
                hint="Nothing was recorded. Something was added to its database: 'auditlib ledger verify' "
                "names it.",
            )

    def _read(
        self,
        connection: Connection,
        condition: str,
        values: Mapping[str, object],
        most: int | None = None,
    ) -> list[Event]:
        """Return the events that meet a condition, in order; or only so many of them."""
        limit = "" if most is None else f" limit {most:d}"
        query = f"select {EVENT_COLUMNS} from event where {condition} order by event_number{limit}"
        rows = map(EventRow._make, connection.rows(query, values))
        return [event_of(row, name=self._name) for row in rows]

    def _keep_anchor(self, events: Sequence[Event]) -> None:
        if self._anchors is None or not events:
            return
        last = events[-1]
        if any(event.kind == _CHART_COMPLETED for event in events) or self._anchors.is_due(last.recorded_at):
            check = LedgerCheck(last.event_number, last.hash)
            self._anchors.keep(check, recorded_at=last.recorded_at, chain=self.chain())

    def chain(self) -> Chain:
        """Return where this ledger lies, and what the hash of each of its events is."""
        return Chain(home_of(self._database.path, self._database.url), self._hash_of)

    def _hash_of(self, event_number: int) -> str | None:
        row = self._in_transaction(
            lambda connection: connection.first(
                "select hash from event where event_number = :number", {"number": event_number}
            ),
            writing=False,
        )
        return None if row is None else str(row[0])

    def acting_user(self) -> str | None:
        """Return who acts by the database's knowledge; None where it knows nobody, as a file does."""
        if not self._is_sqlite and self._acting_user is None:
            self._acting_user = self._in_transaction(
                lambda connection: str(connection.value("select session_user")),
                writing=False,
            )
        return self._acting_user

    def events(
        self,
        *,
        audit: str | None = None,
        kinds: Sequence[str] | None = None,
        after: int = 0,
        most: int | None = None,
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
        most
            Only so many of them, the first.

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
            ][:most]
        conditions, values = ["event_number > :after"], dict[str, object](after=after)
        if audit is not None:
            conditions.append("audit = :audit")
            values["audit"] = audit
        if kinds is not None:
            named = {f"kind_{number}": kind for number, kind in enumerate(kinds)}
            conditions.append(f"kind in ({', '.join(f':{name}' for name in named) or 'null'})")
            values |= named

        def work(connection: Connection) -> list[Event]:
            return self._read(connection, " and ".join(conditions), values, most)

        return self._in_transaction(work, writing=False)

    def verify(
        self,
        *,
        since: LedgerCheck | Iterable[LedgerCheck | Anchor] | None = None,
        progress: Progress | None = None,
    ) -> LedgerCheck:
        """Prove the ledger, and return its event count and last hash.

        Its tables, indexes and triggers are as auditlib made them; every hash of the chain is computed anew;
        what is read by an index is what the table holds; and the pages of a SQLite file are sound. Someone
        who rewrites all of it can recompute the hashes; only an earlier check that is stored outside the
        ledger proves that nothing before it was rewritten.

        Parameters
        ----------
        since
            Earlier results, as printed in a report; their last event must still be there.
        progress
            Shown to whoever waits.

        Raises
        ------
        LedgerBrokenError
            If an event was changed, removed, added or moved; the message names the first bad event number. If
            an index, a trigger or an anchor was changed, it names that.
        """
        given = [since] if isinstance(since, LedgerCheck) else list(since or ())
        anchors = [each if isinstance(each, Anchor) else Anchor(each, "what was given") for each in given]

        def work(connection: Connection) -> LedgerCheck:
            proof = Proof(connection, self._name, Anchors(anchors), progress or SilentProgress())
            return proof.run()

        return self._in_transaction(work, writing=False)

    def copy_into(self, other: Ledger) -> LedgerCheck:
        """Copy all events into an empty ledger, as they are; return what was copied.

        Raises
        ------
        UsageError
            If the other holds events.
        LedgerBrokenError
            If an event does not follow the one before it.
        """
        query = f"select {EVENT_COLUMNS} from event order by event_number"

        def read(connection: Connection) -> LedgerCheck:
            def write(into: Connection) -> LedgerCheck:
                other._lock(into)
                if other._last(into)[0]:
                    message = f"The ledger {other._name} holds events already."
                    raise UsageError(message, hint="A backup is brought back into an empty ledger only.")
                if not other._is_sqlite:
                    into.execute("set local auditlib.restoring = on")
                event_count, head_hash = 0, FIRST_PREVIOUS_HASH
                rows = map(EventRow._make, connection.rows(query))
                while part := list(islice(rows, _COPIED_AT_ONCE)):
                    for row in part:
                        event_count += 1
                        head_hash = verified_hash(
                            row, event_number=event_count, previous_hash=head_hash, name=self._name
                        )
                    into.execute_many(INSERT, [row._asdict() for row in part])
                return LedgerCheck(event_count, head_hash)

            return other._in_transaction(write, writing=True)

        return self._in_transaction(read, writing=False)

    def _last(self, connection: Connection) -> tuple[int, str]:
        row = connection.first("select event_number, hash from event order by event_number desc limit 1")
        last_number, last_hash = row or (0, FIRST_PREVIOUS_HASH)
        if last_number < last_stored_number(connection):
            raise broken(self._name, last_number + 1, "was removed from the end")
        return last_number, last_hash

    def _has_newer(self, connection: Connection, seen: int, fields: Mapping[str, str]) -> bool:
        same = "".join(f" and {name} = :{name}" for name in fields)
        query = f"select event_number from event where event_number > :seen{same} limit 1"
        return connection.first(query, {**fields, "seen": seen}) is not None

    def _absent(self) -> StoreError:
        message = f"There is no ledger at {self._name}, and the decisions recorded in it are gone with it."
        return StoreError(
            message,
            hint="Restore it from a backup. It is not replaced by an empty one: without a backup, begin a "
            "new workspace, in another folder, with 'auditlib init'.",
        )

    def _is_made(self, connection: Connection) -> bool:
        names = {name for (name,) in connection.rows(_TABLES[self._database.kind])}
        if "ledger_schema" not in names:
            if self._is_sqlite and names:
                message = f"{self._name} is a database, but not a ledger."
                raise StoreError(message, hint="Give the path of a ledger, or of a file that does not exist.")
            return False
        version = connection.value("select version from ledger_schema")
        newest = SCHEMA_VERSIONS[self._database.kind]
        if version not in range(1, newest + 1) or "event" not in names:
            message = f"The ledger {self._name} has version {version}; this auditlib writes {newest}."
            raise StoreError(message, hint="Use the auditlib that wrote it, or a newer one.")
        return True

    def _make(self, connection: Connection) -> None:
        if not self._is_sqlite:
            connection.execute(f"select pg_advisory_xact_lock({_MAKING_LOCK})")
        # Another process may have created it while this one waited for the lock.
        if not self._is_made(connection):
            for statement in OBJECTS[self._database.kind]:
                connection.execute(statement)
            newest = SCHEMA_VERSIONS[self._database.kind]
            connection.execute(f"insert into ledger_schema (version) values ({newest})")

    def upgrade(self) -> bool:
        """Give a ledger of an earlier version what protects one of this version; return False if it has it.

        No event is touched. In PostgreSQL it takes the ledger's owner, who may make roles.
        """

        def work(connection: Connection) -> bool:
            newest = SCHEMA_VERSIONS[self._database.kind]
            if connection.value("select version from ledger_schema") == newest:
                return False
            for statement in POSTGRESQL_PROTECTION:
                connection.execute(statement)
            connection.execute(f"update ledger_schema set version = {newest}")
            return True

        return self._in_transaction(work, writing=True)
