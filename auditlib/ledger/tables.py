"""The ledger's two tables, and the triggers that make the database refuse to change an event.

In PostgreSQL they also decide who may record what: an event's actor is the database's user, who needs a role
that the event's kind asks for.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from auditlib.ledger.roles import ROLES, ROLES_BY_KIND

SCHEMA_VERSIONS: Final = {"sqlite": 1, "postgresql": 2}
WRITING_LOCK: Final = 837_836
WRONG_ACTOR: Final = "AL001"


class EventRow(NamedTuple):
    """A row of the table of events, as it is stored."""

    event_number: int
    kind: str
    audit: str
    subject: str
    actor: str
    payload: str
    recorded_at: str
    previous_hash: str
    hash: str


EVENT_COLUMNS: Final = ", ".join(EventRow._fields)
INSERT: Final = (
    f"insert into event ({EVENT_COLUMNS}) values ({', '.join(f':{name}' for name in EventRow._fields)})"
)

_TABLES: Final = """
CREATE TABLE ledger_schema (
    version {number},
    PRIMARY KEY (version)
);
CREATE TABLE event (
    event_number {key},
    kind TEXT NOT NULL,
    audit TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    payload TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL{rest}
);
CREATE INDEX event_by_audit ON event (audit, event_number)
"""

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

_ROLES_OF_KINDS = "\n".join(
    f"    when '{kind}' then array[{', '.join(map(repr, roles))}]" for kind, roles in ROLES_BY_KIND.items()
)

# `auditlib.restoring` lets the ledger's owner, who could drop the trigger as well, bring back a backup.
POSTGRESQL_FUNCTIONS: Final = {
    "event_is_append_only": """
begin raise exception 'the ledger is append-only'; end
""",
    "event_is_its_actors": f"""
declare
  last_number bigint;
  wanted text[] := case new.kind
{_ROLES_OF_KINDS}
    else array[{", ".join(map(repr, ROLES))}] end;
begin
  perform pg_catalog.pg_advisory_xact_lock({WRITING_LOCK});
  execute pg_catalog.format('select coalesce(max(event_number), 0) from %I.event', tg_table_schema)
    into last_number;
  if new.event_number is distinct from last_number + 1 then
    raise exception 'the ledger is append-only: an event follows the last one';
  end if;
  if pg_catalog.current_setting('auditlib.restoring', true) = 'on' and pg_catalog.pg_has_role(
    session_user, (select relowner from pg_catalog.pg_class where oid = tg_relid), 'member') then
    return new;
  end if;
  if new.actor is distinct from session_user::text then
    raise exception 'In this ledger you are %, and record under no other name.', session_user
      using errcode = '{WRONG_ACTOR}';
  end if;
  if not exists (
    select from pg_catalog.pg_roles where pg_catalog.pg_has_role(session_user, oid, 'member') and rolname in (
      select pg_catalog.current_database() || '_' || one from pg_catalog.unnest(wanted) as one)) then
    raise exception '% may not record: % (that takes a role: %).', session_user, new.kind,
      pg_catalog.array_to_string(wanted, ', ') using errcode = '{WRONG_ACTOR}';
  end if;
  return new;
end
""",
}

POSTGRESQL_TRIGGERS: Final = {
    "event_is_never_changed": (
        "create trigger event_is_never_changed before delete or update or truncate on event "
        "for each statement execute function event_is_append_only()"
    ),
    "event_is_its_actors": (
        "create trigger event_is_its_actors before insert on event "
        "for each row execute function event_is_its_actors()"
    ),
}

# One role of each name in each database; a database's administrator grants them: grant audits_auditor to ann.
_POSTGRESQL_GRANTS = f"""
do $body$
declare one text; named text; place text := current_schema();
begin
  foreach one in array array[{", ".join(map(repr, ROLES))}] loop
    named := current_database() || '_' || one;
    if not exists (select from pg_roles where rolname = named) then
      execute format('create role %I nologin', named);
    end if;
    execute format('grant usage on schema %I to %I', place, named);
    execute format('grant select on event, ledger_schema to %I', named);
    execute format('grant insert on event to %I', named);
  end loop;
end
$body$
"""

POSTGRESQL_PROTECTION: Final = (
    *(
        f"create or replace function {name}() returns trigger language plpgsql as $body${body}$body$"
        for name, body in POSTGRESQL_FUNCTIONS.items()
    ),
    *(
        statement
        for name, trigger in POSTGRESQL_TRIGGERS.items()
        for statement in (f"drop trigger if exists {name} on event", trigger)
    ),
    _POSTGRESQL_GRANTS,
)
"""Statements that give a ledger in PostgreSQL its triggers and roles, or bring earlier ones up to date."""

# SQLite then remembers the largest number ever stored, so that events removed from the end are noticed.
_SQLITE_KEY: Final = "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"
_SQLITE_OBJECTS: Final = (
    *_TABLES.format(number="INTEGER NOT NULL", key=_SQLITE_KEY, rest="").split(";"),
    *_SQLITE_TRIGGERS,
)
_POSTGRESQL_OBJECTS: Final = (
    *_TABLES.format(
        number="SERIAL NOT NULL", key="SERIAL NOT NULL", rest=",\n    PRIMARY KEY (event_number)"
    ).split(";"),
    *POSTGRESQL_PROTECTION,
)
OBJECTS: Final = {"sqlite": _SQLITE_OBJECTS, "postgresql": _POSTGRESQL_OBJECTS}
"""Statements that make a ledger; SQLite keeps their words."""
