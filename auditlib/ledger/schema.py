"""The objects of a ledger's database, compared with what they should be, one by one.

A trigger that swallows, a rule, another index or a policy that hides rows changes what is recorded or read,
while every event keeps its hash.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache

from auditlib.ledger.connection import Connection
from auditlib.ledger.tables import OBJECTS, POSTGRESQL_FUNCTIONS, POSTGRESQL_TRIGGERS, EventRow

_SQLITE_OBJECTS = "select type || ' ' || name, coalesce(sql, '') from sqlite_master"

# Each row is one object: its kind and name, and all of it that matters.
_POSTGRESQL_OBJECTS = """
with own as (
  select oid, relname, relowner, relnamespace, relkind, relpersistence, relrowsecurity, relacl from pg_class
  where oid in ('event'::regclass, 'ledger_schema'::regclass)
), place as (
  select nspname || '.' as prefix from pg_namespace join own on pg_namespace.oid = relnamespace limit 1
)
select 'table ' || relname,
  relkind::text || relpersistence::text || case when relrowsecurity then ' with row security' else '' end
from own
union all
select 'column ' || relname || '.' || attname,
  format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
    || case when atthasdef then ' with default' else '' end
from pg_attribute join own on own.oid = attrelid where attnum > 0 and not attisdropped
union all
select 'index ' || indexrelid::regclass::text,
  replace(pg_get_indexdef(indexrelid), (select prefix from place), '')
    || case when indisvalid and indisready then '' else ' (not valid)' end
from pg_index join own on own.oid = indrelid
union all
select 'trigger ' || tgname, replace(pg_get_triggerdef(pg_trigger.oid), (select prefix from place), '')
    || case tgenabled when 'O' then '' else ' (disabled)' end
from pg_trigger join own on own.oid = tgrelid where not tgisinternal
union all
select distinct 'function ' || proname,
  prosrc || case when prosecdef then ' security definer' else '' end || coalesce(proconfig::text, '')
from pg_trigger join own on own.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid where not tgisinternal
union all
select 'rule ' || rulename, pg_get_ruledef(pg_rewrite.oid) from pg_rewrite join own on own.oid = ev_class
union all
select 'policy ' || polname, polcmd::text from pg_policy join own on own.oid = polrelid
union all
select 'inheritance of ' || relname, inhrelid::regclass::text || ' ' || inhparent::regclass::text
from pg_inherits join own on own.oid in (inhrelid, inhparent)
union all
select 'grant on ' || relname || ' to ' || coalesce(pg_get_userbyid(nullif(grantee, 0)), 'everybody'),
  privilege_type
from own, aclexplode(relacl)
where grantee <> relowner and privilege_type not in ('SELECT', 'INSERT')
"""


def unexpected_objects(connection: Connection) -> list[str]:
    """Return one phrase for each table, index, trigger or grant that is missing, added or changed."""
    if connection.is_sqlite:
        found, expected = _objects(connection.rows(_SQLITE_OBJECTS)), _sqlite_objects()
    else:
        found, expected = _objects(connection.rows(_POSTGRESQL_OBJECTS)), _postgresql_objects()
    return [
        *(f"the {name} is missing" for name in sorted(expected.keys() - found.keys())),
        *(f"the {name} does not belong to it" for name in sorted(found.keys() - expected.keys())),
        *(
            f"the {name} was changed"
            for name in sorted(expected.keys() & found.keys())
            if expected[name] != found[name]
        ),
    ]


def _objects(rows: Iterable[tuple[object, ...]]) -> dict[str, str]:
    return {str(name): " ".join(str(definition).split()) for name, definition in rows}


@cache
def _sqlite_objects() -> Mapping[str, str]:
    """Return what a new ledger in SQLite is made of."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in OBJECTS["sqlite"]:
            connection.execute(statement)
        return _objects(connection.execute(_SQLITE_OBJECTS))


@cache
def _postgresql_objects() -> Mapping[str, str]:
    """Return what a new ledger in PostgreSQL is made of, in the words of its catalogue."""
    objects = {
        "table event": "rp",
        "table ledger_schema": "rp",
        "index event_pkey": "CREATE UNIQUE INDEX event_pkey ON event USING btree (event_number)",
        "index event_by_audit": "CREATE INDEX event_by_audit ON event USING btree (audit, event_number)",
        "index ledger_schema_pkey": "CREATE UNIQUE INDEX ledger_schema_pkey ON ledger_schema "
        "USING btree (version)",
        **{f"column event.{name}": "text not null" for name in EventRow._fields},
        # A number that is a key has a counter, which nobody asks: numbers are always given.
        "column event.event_number": "integer not null with default",
        "column ledger_schema.version": "integer not null with default",
    }
    for name, definition in POSTGRESQL_TRIGGERS.items():
        objects[f"trigger {name}"] = _as_catalogued(definition)
    for name, body in POSTGRESQL_FUNCTIONS.items():
        objects[f"function {name}"] = " ".join(body.split())
    return objects


def _as_catalogued(trigger: str) -> str:
    """Return a statement that makes a trigger as the catalogue writes it: all but names in capitals."""
    names = {*POSTGRESQL_FUNCTIONS, *POSTGRESQL_TRIGGERS, "event"}
    words = (word if word.removesuffix("()") in names else word.upper() for word in trigger.split())
    return " ".join(words)
