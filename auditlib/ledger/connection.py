"""The ledger's database connections: none is kept open between calls, and writers wait for each other."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from sqlite3 import dbapi2
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from auditlib.errors import MissingExtraError, StoreError, StoreLockedError, UsageError
from auditlib.ledger.settle import Settling
from auditlib.ledger.tables import WRONG_ACTOR
from auditlib.ledger.turn import TurnTimeoutError, turn_to_write

Result = TypeVar("Result")
Values = Mapping[str, object]

_PAUSE_SECONDS: Final = 0.01
_READ_AT_ONCE: Final = 1_000
_LOCKED_SQLITE: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_LOCK_NOT_AVAILABLE_POSTGRESQL: Final = "55P03"
_FILE_URL: Final = "sqlite:///"
_PASSWORD: Final = re.compile(r"(?<=:)[^/]*(?=@)|(?<=password=)[^&]*")
_NAMED_VALUE: Final = re.compile(r"(?<!:):([a-z_0-9]+)")


@dataclass(frozen=True, slots=True)
class Database:
    """Where a ledger is kept, and how connections to it are opened.

    Parameters
    ----------
    path
        The SQLite file; None for a database in PostgreSQL.
    url
        Of the PostgreSQL database; empty for a file.
    wait_seconds
        How long a connection waits for another process.
    """

    path: Path | None
    url: str
    wait_seconds: float

    @classmethod
    def at(cls, url_or_path: str | Path, *, wait_seconds: float) -> Database:
        """Return the database of a ledger: a path is a SQLite file, a text with ``://`` is a URL.

        Raises
        ------
        UsageError
            If the URL cannot be read, or names a database other than SQLite or PostgreSQL.
        MissingExtraError
            If PostgreSQL's driver is not installed.
        """
        if isinstance(url_or_path, Path) or "://" not in url_or_path:
            return cls(Path(url_or_path), "", wait_seconds)
        if url_or_path.startswith(_FILE_URL):
            return cls(Path(url_or_path.removeprefix(_FILE_URL)), "", wait_seconds)
        try:
            parts = urlsplit(url_or_path)
            _ = parts.port
        except ValueError as error:
            message = f"The ledger's URL cannot be read: {type(error).__name__}."
            raise UsageError(message, hint="A path, or postgresql+psycopg://user@host/database.") from None
        if parts.scheme not in {"postgresql", "postgresql+psycopg"}:
            message = f"A ledger cannot be kept in {parts.scheme}."
            raise UsageError(message, hint="SQLite (a path) or PostgreSQL (postgresql+psycopg://...).")
        _postgresql_driver()
        return cls(None, url_or_path, wait_seconds)

    @property
    def kind(self) -> str:
        """The database: ``sqlite`` or ``postgresql``."""
        return "postgresql" if self.path is None else "sqlite"

    @property
    def name(self) -> str:
        """The ledger's name for messages: its path, or its URL without password."""
        return _PASSWORD.sub("***", self.url) if self.path is None else str(self.path)

    @property
    def errors(self) -> type[Exception]:
        """What its driver raises."""
        driver = _postgresql_driver() if self.path is None else sqlite3
        errors: type[Exception] = driver.Error
        return errors

    def connect(self) -> Connection:
        """Open a connection, which is its caller's to close."""
        if self.path is not None:
            return Connection(_connected(self.path, wait_seconds=self.wait_seconds), self)
        url = self.url.replace("postgresql+psycopg:", "postgresql:", 1)
        return Connection(
            _postgresql_driver().connect(url, connect_timeout=max(2, int(self.wait_seconds))), self
        )


@cache
def _postgresql_driver() -> Any:  # noqa: ANN401 - an extra, typed only where it is installed
    try:
        import psycopg  # noqa: PLC0415 - only a ledger in PostgreSQL needs it
    except ModuleNotFoundError as error:
        purpose = "A ledger in PostgreSQL"
        raise MissingExtraError(purpose, "postgresql") from error
    return psycopg


class Connection:
    """One connection to a ledger's database, whichever it is; statements name their values as ``:name``."""

    def __init__(self, driver: Any, database: Database) -> None:  # noqa: ANN401 - of one of two drivers
        self.driver = driver
        self.database = database
        self.is_sqlite = database.kind == "sqlite"

    def execute(self, statement: str, values: Values | None = None) -> Any:  # noqa: ANN401 - the driver's cursor
        """Run a statement; return the driver's cursor over what comes of it."""
        return _executed(self.driver, self._in_its_words(statement, values), values)

    def execute_many(self, statement: str, values: Sequence[Values]) -> None:
        """Run a statement once for each of some values."""
        self.driver.cursor().executemany(self._in_its_words(statement, values), values)

    def rows(self, query: str, values: Values | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, which are read a part at a time."""
        if self.is_sqlite:
            yield from self.execute(query, values)
            return
        # One with a name is read a part at a time.
        with self.driver.cursor(name="ledger_rows") as cursor:
            cursor.itersize = _READ_AT_ONCE
            yield from _executed(cursor, self._in_its_words(query, values), values)

    def first(self, query: str, values: Values | None = None) -> tuple[Any, ...] | None:
        """Return the first row of a query; None if it has none."""
        row: tuple[Any, ...] | None = self.execute(query, values).fetchone()
        return row

    def value(self, query: str) -> Any:  # noqa: ANN401 - of whatever type the column has
        """Return the first value of the first row of a query; None if it has no row."""
        row = self.first(query)
        return None if row is None else row[0]

    def _in_its_words(self, statement: str, values: object) -> str:
        return statement if self.is_sqlite or values is None else _NAMED_VALUE.sub(r"%(\1)s", statement)

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[None]:
        """Begin a transaction; it is committed at the end, or rolled back if something fails."""
        if self.is_sqlite:
            self.driver.execute("begin immediate" if writing else "begin")
        else:
            # Its driver begins one by itself.
            self.driver.execute(f"set local lock_timeout = {int(self.database.wait_seconds * 1000)}")
        try:
            yield
        except BaseException:
            with suppress(self.database.errors):
                self.driver.rollback()
            raise
        self.driver.commit()

    def close(self) -> None:
        """Close it."""
        self.driver.close()


def _executed(on: Any, statement: str, values: Values | None) -> Any:  # noqa: ANN401 - a connection or a cursor
    # Where no values are given, a percent sign is one.
    return on.execute(statement) if values is None else on.execute(statement, values)


def _connected(path: Path, *, wait_seconds: float) -> sqlite3.Connection:
    # `Connection.transaction` begins them, instead of the driver's guess by the first word of a statement.
    if path.is_file() and not os.access(path.parent, os.W_OK):
        connection = _connected_to_read(path, wait_seconds=wait_seconds)
    else:
        connection = dbapi2.connect(path, timeout=wait_seconds, isolation_level=None)
        connection.execute("pragma journal_mode = wal")
        # A commit reaches the disk when it is copied into the ledger: see `Settling`.
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma checkpoint_fullfsync = on")
    # Damaged text is found by its hash, and named.
    connection.text_factory = _text
    return connection


def _connected_to_read(path: Path, *, wait_seconds: float) -> sqlite3.Connection:
    """Return a connection to a ledger whose folder this account may not write into."""
    beside = [path.with_name(f"{path.name}-{ending}") for ending in ("wal", "shm")]
    write_ahead_size = beside[0].stat().st_size if beside[0].exists() else 0
    if write_ahead_size and not beside[1].exists():
        message = (
            f"The ledger {path} has decisions in {beside[0].name}, and its folder may not be written to."
        )
        raise StoreError(
            message,
            hint="Nothing is lost. Copy the folder whole to where it may be written to, and open it there.",
        )
    # Others may write it meanwhile if the files of their work are there; else nobody does.
    unchanging = "" if beside[1].exists() else "&immutable=1"
    name = f"file:{quote(str(path.resolve()))}?mode=ro{unchanging}"
    return dbapi2.connect(name, uri=True, timeout=wait_seconds, isolation_level=None)


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


@contextmanager
def _transaction(database: Database, *, writing: bool) -> Iterator[Connection]:
    with (
        closing(database.connect()) as connection,
        _settled_turn(connection, writing=writing),
        connection.transaction(writing=writing),
    ):
        yield connection


def in_transaction(database: Database, work: Callable[[Connection], Result], *, writing: bool) -> Result:
    """Return the result of the work, done in one transaction on a separate connection.

    Raises
    ------
    StoreLockedError
        If another process holds the ledger for longer than the database is waited for.
    StoreError
        If the database cannot be read or written.
    """
    deadline = time.monotonic() + database.wait_seconds
    while True:
        try:
            with _transaction(database, writing=writing) as connection:
                return work(connection)
        except TurnTimeoutError as error:
            raise _locked(database) from error
        except database.errors as error:
            # While another process makes or recovers the file, SQLite says "busy" without waiting.
            if _is_locked(error) and time.monotonic() < deadline:
                time.sleep(_PAUSE_SECONDS)
                continue
            raise _as_store_error(error, database) from error
        except UnicodeDecodeError as error:
            # SQLite's own message about a damaged page quotes it.
            message = f"The ledger {database.name} cannot be used: it is damaged."
            raise StoreError(message, hint=_DAMAGED) from error


@contextmanager
def writing_transaction(database: Database) -> Iterator[Connection]:
    """Open one transaction for many writes; it is committed at the end, or rolled back if something fails.

    Raises
    ------
    StoreLockedError
        If another process holds the ledger for longer than the database is waited for.
    StoreError
        If the database cannot be read or written.
    """
    deadline = time.monotonic() + database.wait_seconds
    try:
        with ExitStack() as held:
            while True:
                try:
                    connection = held.enter_context(_transaction(database, writing=True))
                    break
                except TurnTimeoutError as error:
                    raise _locked(database) from error
                except database.errors as error:
                    if not _is_locked(error) or time.monotonic() >= deadline:
                        raise
                    time.sleep(_PAUSE_SECONDS)
            yield connection
    except database.errors as error:
        raise _as_store_error(error, database) from error


@contextmanager
def _settled_turn(connection: Connection, *, writing: bool) -> Iterator[None]:
    """Hold the writer's turn, and end once what was committed in it is in the ledger's own file.

    Readers need no turn, and PostgreSQL keeps the order of writers itself.
    """
    ledger = connection.database.path
    if not writing or ledger is None:
        yield
        return
    with turn_to_write(ledger, wait_seconds=connection.database.wait_seconds) as turn:
        yield
        settling = Settling(ledger, connection.driver)
        settling.by(turn)
    settling.wait()


def _is_locked(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        # The low byte is the primary code; the rest tells which kind of busy (recovery, snapshot, timeout).
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _LOCKED_SQLITE
    return getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE_POSTGRESQL


def _locked(database: Database) -> StoreLockedError:
    message = f"The ledger {database.name} is in use by another process, which did not finish in time."
    return StoreLockedError(
        message, hint="Nothing was recorded. Try again; if it does not help, close the other kernel."
    )


def _as_store_error(error: Exception, database: Database) -> StoreError | UsageError:
    name = database.name
    if _is_locked(error):
        return _locked(database)
    code = str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None))
    if code == WRONG_ACTOR:
        # The trigger's own words: names of users, roles and kinds.
        words = str(error).partition("\n")[0]
        return UsageError(
            words, hint="Nothing was recorded. Roles are granted by the ledger's administrator."
        )
    trouble = next((each for each in _TROUBLES if code.startswith(each.codes)), None)
    if trouble is None:
        return StoreError(f"The ledger {name} cannot be used: the database says {code}.", hint=_NOT_DAMAGED)
    reason, hint = trouble.reason, trouble.hint
    if database.path is not None and not database.path.parent.is_dir():
        reason, hint = "its folder does not exist", "The folder must exist before a ledger can be made in it."
    return StoreError(f"The ledger {name} cannot be used: {reason}.", hint=hint)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What a database can meet: by which codes it says so, and what that means to its user."""

    codes: tuple[str, ...]
    reason: str
    hint: str


_DAMAGED: Final = (
    "Record nothing more in it, and keep the file as it is. 'auditlib restore' brings back a backup."
)
_NOT_DAMAGED: Final = "Nothing was recorded; what was recorded before is as it was."
_TROUBLES: Final = (
    _Trouble(
        ("SQLITE_NOTADB",),
        "it is not a SQLite database, or its first page is damaged",
        _DAMAGED,
    ),
    _Trouble(
        ("SQLITE_CORRUPT", "XX001", "XX002"),
        "it is damaged",
        _DAMAGED,
    ),
    _Trouble(
        ("SQLITE_FULL", "53100"),
        "the disk is full",
        f"{_NOT_DAMAGED} Make room on the disk, and decide again.",
    ),
    _Trouble(
        ("SQLITE_READONLY", "SQLITE_PERM", "42501", "25006"),
        "this account may read it and not write to it",
        f"{_NOT_DAMAGED} Ask for permission to write to the file and its folder; reading and "
        "'auditlib ledger verify' need none.",
    ),
    _Trouble(
        ("SQLITE_CANTOPEN", "SQLITE_AUTH", "28", "3D000"),
        "it cannot be opened by this account",
        f"{_NOT_DAMAGED} Look whether the ledger is there, and whether this account may read it.",
    ),
    _Trouble(
        ("SQLITE_IOERR", "58"),
        "the disk did not read or write",
        f"{_NOT_DAMAGED} Look at the disk, its quota and its connection; then 'auditlib ledger verify'.",
    ),
)
