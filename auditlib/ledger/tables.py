"""The ledger's two tables, and the triggers that make the database refuse to change an event."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Column, Index, Integer, MetaData, Table, Text, event

SCHEMA_VERSION: Final = 1

METADATA: Final = MetaData()

LEDGER_SCHEMA: Final = Table("ledger_schema", METADATA, Column("version", Integer, primary_key=True))

EVENT: Final = Table(
    "event",
    METADATA,
    Column("event_number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("audit", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("event_by_audit", "audit", "event_number"),
    # SQLite then remembers the largest number ever stored, so that events removed from the end are noticed.
    sqlite_autoincrement=True,
)

# The insert trigger also stops INSERT OR REPLACE, which overwrites a row without firing the delete trigger.
_SQLITE_TRIGGERS = (
    """
    create trigger event_is_never_updated before update on event
    begin select raise(abort, 'the ledger is append-only: an event cannot be updated'); end
    """,
    """
    create trigger event_is_never_deleted before delete on event
    begin select raise(abort, 'the ledger is append-only: an event cannot be deleted'); end
    """,
    """
    create trigger event_follows_the_last before insert on event
    when new.event_number is not (select coalesce(max(event_number), 0) + 1 from event)
    begin select raise(abort, 'the ledger is append-only: an event follows the last one'); end
    """,
)

_POSTGRESQL_TRIGGERS = (
    """
    create function event_is_append_only() returns trigger language plpgsql as $body$
    begin raise exception 'the ledger is append-only'; end
    $body$
    """,
    """
    create trigger event_is_never_changed before update or delete or truncate on event
    for each statement execute function event_is_append_only()
    """,
)

for _dialect, _statements in (("sqlite", _SQLITE_TRIGGERS), ("postgresql", _POSTGRESQL_TRIGGERS)):
    for _statement in _statements:
        _trigger = DDL(_statement)  # type: ignore[no-untyped-call]  # SQLAlchemy 2.1 leaves DDL untyped
        event.listen(EVENT, "after_create", _trigger.execute_if(dialect=_dialect))
