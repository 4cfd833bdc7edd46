"""The same ledger on PostgreSQL, for a team; skipped without a server's programs and the psycopg driver."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from auditlib.errors import LedgerBrokenError, StoreError, StoreLockedError
from auditlib.ledger import Event, Ledger
from tests.ledger.test_processes import APPENDER


def _server_program(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(places[-1]) if places else None)


def _unprivileged_user() -> str | None:
    """Name whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL refuses root, and there is no user 'postgres'")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    initdb, postgres = _server_program("initdb"), _server_program("pg_ctl")
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL's programs are not installed")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("the driver psycopg is not installed")
    user = _unprivileged_user()
    home = Path(tempfile.mkdtemp(prefix="pg"))
    if user is not None:
        shutil.chown(home, user)
    data = home / "data"

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=60)

    run(initdb, "-D", str(data), "-U", "auditor", "-A", "trust", "--no-sync")
    run(
        postgres,
        "-D",
        str(data),
        "-w",
        "-l",
        str(home / "log"),
        "-o",
        f"-c listen_addresses= -k {home}",
        "start",
    )
    yield f"postgresql+psycopg://auditor@/{{}}?host={home}"
    run(postgres, "-D", str(data), "-m", "immediate", "stop")
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    name = f"ledger_{abs(hash(request.node.name))}"
    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    return server.format(name)


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_four_processes_append_fifty_each(url: str) -> None:
    # The path that the appender gives to the ledger is a URL here.
    source = APPENDER.replace("Path(sys.argv[1])", "sys.argv[1]")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", source, url, f"reviewer {n}", "50"], stdout=subprocess.PIPE, text=True
        )
        for n in range(4)
    ]
    acknowledged = [
        int(line) for process in processes for line in process.communicate(timeout=120)[0].split()
    ]
    assert sorted(acknowledged) == list(range(1, 201))
    assert Ledger(url).verify().event_count == 200


def test_events_come_back_as_they_were_given(url: str, record: Callable[..., Event]) -> None:
    ledger = Ledger(url)
    given = [record(ledger, payload={"comment": "naïve ☃", "number": n}) for n in range(3)]
    assert Ledger(url).events() == given
    assert [event.event_number for event in ledger.events(audit="october", after=2)] == [3]


@pytest.mark.parametrize("statement", ["update event set actor = 'x'", "delete from event", "truncate event"])
def test_the_database_itself_refuses_to_change_an_event(
    url: str, record: Callable[..., Event], statement: str
) -> None:
    ledger = Ledger(url)
    record(ledger)
    with pytest.raises(DBAPIError, match="append-only"):
        execute(url, statement)
    assert ledger.verify().event_count == 1


def test_a_change_behind_its_back_is_named(url: str, record: Callable[..., Event]) -> None:
    ledger = Ledger(url)
    for _ in range(3):
        record(ledger)
    execute(
        url,
        "drop trigger event_is_never_changed on event",
        "update event set actor = 'x' where event_number = 2",
    )
    with pytest.raises(LedgerBrokenError, match="event 2:"):
        ledger.verify()


def test_a_ledger_that_stays_locked_is_said_to_be(url: str, record: Callable[..., Event]) -> None:
    record(Ledger(url))
    impatient = Ledger(url, wait_seconds=0.3)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as holder:
        holder.execute(text("lock table event in exclusive mode"))
        with pytest.raises(StoreLockedError):
            record(impatient)


def test_a_server_that_is_away_is_said_without_the_password(server: str) -> None:
    away = server.format("nowhere").replace("auditor@", "auditor:secret@")
    with pytest.raises(StoreError, match="cannot be used") as caught:
        Ledger(away, wait_seconds=0.3)
    assert "secret" not in str(caught.value)
