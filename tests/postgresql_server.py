"""A PostgreSQL server of one's own, started for tests and stopped after them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from auditlib.ledger import Ledger
from auditlib.ledger.roles import ROLES

OWNER = "owner"
_REQUIRED = "AUDITLIB_REQUIRE_POSTGRESQL"


class PostgresqlMissingError(Exception):
    """There is no server to start."""


class Server:
    """A running server; whoever connects over its socket is who they say they are."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql+psycopg://{user}@/{database}?host={self._home}"

    def connect(self, database: str, user: str = OWNER, *, autocommit: bool = False) -> psycopg.Connection:
        url = self.url(database, user).replace("+psycopg", "")
        return psycopg.connect(url, autocommit=autocommit)

    def execute(self, database: str, *statements: str, user: str = OWNER) -> None:
        with self.connect(database, user=user, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def make_ledger(self, database: str, **roles_by_user: tuple[str, ...]) -> None:
        """Make a database with a ledger, and its users, each with roles."""
        self.execute("postgres", f"create database {database}")
        Ledger(self.url(database))
        for user, roles in roles_by_user.items():
            self.execute(
                database,
                f"do $$ begin create role {user} login; exception when duplicate_object then null; end $$",
                *(f"grant {database}_{role} to {user}" for role in roles),
            )

    def make_reviewers_ledger(self, database: str) -> str:
        """Make a ledger whose user `reviewer` may record everything; return its URL."""
        self.make_ledger(database, reviewer=ROLES)
        return self.url(database, "reviewer")


def is_required() -> bool:
    """Return True where a missing server is a failure."""
    return os.environ.get(_REQUIRED) == "1"


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server, as another user where this one is root, and stop it afterwards.

    Raises
    ------
    PostgresqlMissingError
        If its programs are not installed.
    """
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    user = _unprivileged_user()
    # In memory: what is proved is the ledger, not the disk beneath the server.
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="pg", dir=memory if memory.is_dir() else None))
    if user is not None:
        shutil.chown(home, user)
    data = str(home / "data")

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=120)

    try:
        run(initdb, "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c fsync=off -c max_connections=40 -k {home}"
        run(pg_ctl, "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield Server(home)
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _program(name: str) -> str:
    # Debian keeps them out of the way of its own wrappers.
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(places[-1]) if places else None)
    if found is None:
        message = f"PostgreSQL's {name} is not installed"
        raise PostgresqlMissingError(message)
    return found


def _unprivileged_user() -> str | None:
    """Name whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        message = "PostgreSQL refuses root, and there is no user 'postgres'"
        raise PostgresqlMissingError(message) from None
