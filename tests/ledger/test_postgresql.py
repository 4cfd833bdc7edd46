"""The same ledger on PostgreSQL, for a team: who acts is the database's user, in the roles it was granted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from auditlib.audits.backup import restore
from auditlib.errors import LedgerBrokenError, StoreError, StoreLockedError, UsageError
from auditlib.ledger import KINDS, Event, Ledger
from auditlib.ledger.roles import ROLES, ROLES_BY_KIND
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.ledger.test_processes import APPENDER
from tests.made_once import empty_workspace
from tests.postgresql_server import Server


def test_three_processes_append_fifteen_each(url: str) -> None:
    # The path that the appender gives to the ledger is a URL here.
    source = APPENDER.replace("Path(sys.argv[1])", "sys.argv[1]")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", source, url, "reviewer", "15"], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    acknowledged = [
        int(line) for process in processes for line in process.communicate(timeout=120)[0].split()
    ]
    assert sorted(acknowledged) == list(range(1, 46))
    assert Ledger(url).verify().event_count == 45


@pytest.mark.parametrize("statement", ["update event set actor = 'x'", "delete from event", "truncate event"])
def test_the_database_itself_refuses_to_change_an_event(
    server: Server, url: str, database: str, record: Callable[..., Event], statement: str
) -> None:
    ledger = Ledger(url)
    record(ledger)
    with pytest.raises(psycopg.Error, match="append-only"):
        server.execute(database, statement)
    with pytest.raises(psycopg.Error, match="permission denied"):
        server.execute(database, statement, user="reviewer")
    assert ledger.verify().event_count == 1


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "alter table event disable trigger event_is_never_changed",
            "trigger event_is_never_changed was changed",
        ),
        ("drop trigger event_is_its_actors on event", "trigger event_is_its_actors is missing"),
        ("create rule swallow as on insert to event do instead nothing", "rule swallow does not belong"),
        ("create index other on event (kind)", "index other does not belong"),
        ("drop index event_by_audit", "index event_by_audit is missing"),
        ("grant update on event to reviewer", "grant on event to reviewer does not belong"),
        ("alter table event enable row level security", "table event was changed"),
        (
            """
            create or replace function event_is_its_actors() returns trigger language plpgsql as
            $$ begin return new; end $$
            """,
            "function event_is_its_actors was changed",
        ),
    ],
)
def test_an_object_that_was_changed_is_named(
    server: Server, shared_url: str, shared_database: str, statement: str, named: str
) -> None:
    ledger = Ledger(shared_url)
    assert ledger.verify().notes == ()
    proof = Ledger(server.url(shared_database))
    with closing(proof._database.connect()) as connection:
        connection.execute(statement)
        proof._in_transaction = lambda work, **_: work(connection)  # type: ignore[method-assign, assignment]
        with pytest.raises(LedgerBrokenError, match=named):
            proof.verify()


@pytest.fixture(scope="module")
def shared_database(server: Server) -> str:
    server.make_reviewers_ledger("together")
    return "together"


@pytest.fixture(scope="module")
def shared_url(server: Server, shared_database: str) -> str:
    return server.url(shared_database, "reviewer")


def test_a_change_behind_its_back_is_named(
    server: Server, url: str, database: str, record: Callable[..., Event]
) -> None:
    ledger = Ledger(url)
    for _ in range(3):
        record(ledger)
    server.execute(
        database,
        "alter table event disable trigger event_is_never_changed",
        "update event set actor = 'x' where event_number = 2",
        "alter table event enable trigger event_is_never_changed",
    )
    with pytest.raises(LedgerBrokenError, match="event 2:"):
        ledger.verify()


def test_an_event_that_the_database_swallows_is_not_acknowledged(
    server: Server, url: str, database: str, record: Callable[..., Event]
) -> None:
    ledger = Ledger(url)
    record(ledger)
    # Fires at the end of the transaction, after all that was asked in it.
    server.execute(
        database,
        "alter table event disable trigger event_is_never_changed",
        "create function swallow() returns trigger language plpgsql security definer as "
        "$$ begin delete from event where event_number = new.event_number; return null; end $$",
        "create constraint trigger swallow after insert on event deferrable initially deferred "
        "for each row execute function swallow()",
    )
    with pytest.raises(LedgerBrokenError, match="does not hold it"):
        record(ledger)
    with pytest.raises(LedgerBrokenError, match="trigger swallow does not belong"):
        ledger.verify()


def test_a_ledger_that_stays_locked_is_said_to_be(
    server: Server, url: str, database: str, record: Callable[..., Event]
) -> None:
    record(Ledger(url))
    impatient = Ledger(url, wait_seconds=0.3)
    with server.connect(database) as holder:
        holder.execute("lock table event in exclusive mode")
        with pytest.raises(StoreLockedError):
            record(impatient)


def test_a_server_that_is_away_is_said_without_the_password(server: Server) -> None:
    away = server.url("nowhere").replace("owner@", "owner:secret@")
    with pytest.raises(StoreError, match="cannot be used") as caught:
        Ledger(away, wait_seconds=0.3)
    assert "secret" not in str(caught.value)


def test_who_acts_is_the_databases_user_and_may_record_what_a_role_allows(
    server: Server, database: str, record: Callable[..., Event]
) -> None:
    server.make_ledger(
        database,
        cora=("coder",),
        ann=("auditor",),
        ada=("adjudicator",),
        max_m=("manager",),
        nobody_yet=(),
        beth=("auditor", "adjudicator"),
    )
    may = {
        "cora": {"rebuttal received", "comment"},
        "ann": {"verdict", "rebuttal received", "comment"},
        "ada": {"adjudicated", "comment"},
        "max_m": {"rebuttal received", "review planned", "comment"},
        "beth": {"verdict", "adjudicated", "rebuttal received", "comment"},
    }
    kinds = {"verdict", "adjudicated", "review planned", "rebuttal received", "comment"}
    for user, allowed in may.items():
        ledger = Ledger(server.url(database, user))
        assert ledger.acting_user() == user
        for kind in sorted(kinds):
            if kind in allowed:
                assert record(ledger, kind=kind, actor=user).actor == user
            else:
                with pytest.raises(UsageError, match=f"{user} may not record: {kind}"):
                    record(ledger, kind=kind, actor=user)
        with pytest.raises(UsageError, match=f"you are {user}, and record under no other name"):
            record(ledger, kind="comment", actor="somebody else")
    with pytest.raises(StoreError, match="may read it and not write to it"):
        record(Ledger(server.url(database, "nobody_yet")), kind="comment", actor="nobody_yet")
    # Nor by hand, past auditlib.
    forged = (
        "insert into event select event_number + 1, kind, audit, subject, 'ann', payload, recorded_at, hash, "
        "hash from event order by event_number desc limit 1"
    )
    with pytest.raises(psycopg.Error, match="record under no other name"):
        server.execute(database, forged, user="cora")
    owner = Ledger(server.url(database))
    assert owner.verify().event_count == sum(map(len, may.values()))


def test_every_kind_with_roles_is_a_kind() -> None:
    assert set(ROLES_BY_KIND) <= set(KINDS)


def test_a_ledger_of_the_version_before_says_so_and_is_upgraded_by_its_owner(
    server: Server, url: str, database: str, record: Callable[..., Event]
) -> None:
    record(Ledger(url))
    server.execute(
        database,
        "drop trigger event_is_its_actors on event",
        "drop function event_is_its_actors",
        "update ledger_schema set version = 1",
    )
    ledger = Ledger(url)
    (note,) = ledger.verify().notes
    assert "earlier version (1)" in note
    assert record(ledger, actor="anybody").event_number == 2
    with pytest.raises(StoreError):
        ledger.upgrade()
    owners = Ledger(server.url(database))
    assert owners.upgrade()
    assert not owners.upgrade()
    assert ledger.verify().notes == ()
    with pytest.raises(UsageError, match="under no other name"):
        record(ledger, actor="anybody")


def test_a_workspace_on_it_is_used_under_the_databases_name_and_backed_up(
    server: Server, database: str, tmp_path: Path
) -> None:
    server.make_ledger(database, reviewer=ROLES)
    workspace = empty_workspace(tmp_path / "w")
    workspace.ledger_path.unlink()
    with (workspace.root / "workspace.toml").open("a") as config:
        config.write(f'ledger_url = "{server.url(database, "reviewer")}"\n')
    workspace = Workspace.open(workspace.root)
    assert Workbench(workspace).user == "reviewer"
    with pytest.raises(UsageError, match="In this ledger you are reviewer"):
        Workbench(workspace, user="somebody else")
    bench = Workbench(workspace)
    for number in range(3):
        bench.workspace.ledger().append(
            kind="chart completed",
            audit="a",
            subject=f"E{number}",
            actor="reviewer",
            payload={},
            recorded_at=bench.now(),
        )
    made = bench.backup(tmp_path / "backups", ledger_only=True)
    # As a file, for whoever has no server; and into another database, for its owner.
    restored = restore(made.path, tmp_path / "as a file")
    assert Ledger(tmp_path / "as a file" / "ledger.db").verify() == restored.check
    # The backup itself went on record when it was made.
    assert bench.ledger.verify().event_count == restored.check.event_count + 1
    assert Workspace.open(tmp_path / "as a file").ledger_url is None
    server.execute("postgres", f"create database {database}_again")
    url = server.url(f"{database}_again")
    restore(made.path, tmp_path / "on a server", ledger_url=url)
    assert Workspace.open(tmp_path / "on a server").ledger().verify() == restored.check
    with pytest.raises(UsageError, match="holds events already"):
        restore(made.path, tmp_path / "twice", ledger_url=url)
    # Only its owner may bring events back under other names.
    server.make_ledger(f"{database}_other", beth=ROLES)
    with pytest.raises(UsageError, match="you are beth"):
        Ledger(made.path / "ledger.db").copy_into(Ledger(server.url(f"{database}_other", "beth")))
