"""The ledger's database connections: none is kept open between calls, and writers wait for each other."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sqlite3 import dbapi2
from typing import Final, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from auditlib.errors import MissingExtraError, StoreError, StoreLockedError, UsageError
from auditlib.ledger.settle import Settling
from auditlib.ledger.tables import WRONG_ACTOR
from auditlib.ledger.turn import TurnTimeoutError, turn_to_write

Result = TypeVar("Result")

_WRITING: Final = "ledger_writing"
_PAUSE_SECONDS: Final = 0.01
_LOCKED_SQLITE: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_LOCK_NOT_AVAILABLE_POSTGRESQL: Final = "55P03"


def database_url(url_or_path: str | Path) -> URL:
    """Return the database of a ledger: a path is a SQLite file, a text with ``://`` is a URL.

    Raises
    ------
    UsageError
        If the URL cannot be read, or names a database other than SQLite or PostgreSQL.
    """
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return URL.create("sqlite", database=str(url_or_path))
    try:
        url = make_url(url_or_path)
    except (ArgumentError, ValueError) as error:
        message = f"The ledger's URL cannot be read: {type(error).__name__}."
        raise UsageError(message, hint="A path, or postgresql+psycopg://user@host/database.") from None
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        message = f"A ledger cannot be kept in {url.get_backend_name()}."
        raise UsageError(message, hint="SQLite (a path) or PostgreSQL (postgresql+psycopg://...).")
    return url


@lru_cache(maxsize=16)
def make_engine(url: URL, *, wait_seconds: float) -> Engine:
    """Return an engine without a pool, so that forks, kernels and threads share no connection.

    One serves all ledgers of a database: it keeps the statements as compiled.
    """
    is_sqlite = url.get_backend_name() == "sqlite"
    arguments: dict[str, object] = {} if is_sqlite else {"connect_timeout": max(2, int(wait_seconds))}
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        purpose = "A ledger in PostgreSQL"
        raise MissingExtraError(purpose, "postgresql") from error
    if is_sqlite:
        path = Path(url.database or "")

        def connect(*_: object) -> sqlite3.Connection:
            return _connected(path, wait_seconds=wait_seconds)

        event.listen(engine, "do_connect", connect)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        milliseconds = int(wait_seconds * 1000)

        def set_lock_timeout(connection: Connection) -> None:
            connection.exec_driver_sql(f"set local lock_timeout = {milliseconds}")

        event.listen(engine, "begin", set_lock_timeout)
    return engine


def _connected(path: Path, *, wait_seconds: float) -> sqlite3.Connection:
    # `_begin_sqlite` begins transactions, instead of the driver's guess by the first word of a statement.
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


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("begin immediate" if is_writing else "begin")


def in_transaction(
    engine: Engine, work: Callable[[Connection], Result], *, writing: bool, wait_seconds: float
) -> Result:
    """Return the result of the work, done in one transaction on a separate connection.

    Raises
    ------
    StoreLockedError
        If another process holds the ledger for longer than ``wait_seconds``.
    StoreError
        If the database cannot be read or written.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            with (
                engine.connect().execution_options(**{_WRITING: writing}) as connection,
                _settled_turn(connection, writing=writing, wait_seconds=wait_seconds),
                connection.begin(),
            ):
                return work(connection)
        except TurnTimeoutError as error:
            raise _locked(engine.url) from error
        except DBAPIError as error:
            # While another process makes or recovers the file, SQLite says "busy" without waiting.
            if _is_locked(error) and time.monotonic() < deadline:
                time.sleep(_PAUSE_SECONDS)
                continue
            raise _as_store_error(error, engine.url) from error
        except UnicodeDecodeError as error:
            # SQLite's own message about a damaged page quotes it.
            message = f"The ledger {ledger_name(engine.url)} cannot be used: it is damaged."
            raise StoreError(message, hint=_DAMAGED) from error
        except SQLAlchemyError as error:
            raise _unusable(error, engine.url) from error


@contextmanager
def writing_transaction(engine: Engine, *, wait_seconds: float) -> Iterator[Connection]:
    """Open one transaction for many writes; it is committed at the end, or rolled back if something fails.

    Raises
    ------
    StoreLockedError
        If another process holds the ledger for longer than ``wait_seconds``.
    StoreError
        If the database cannot be read or written.
    """
    deadline = time.monotonic() + wait_seconds
    with ExitStack() as held:
        while True:
            try:
                opened = held.enter_context(engine.connect().execution_options(**{_WRITING: True}))
                held.enter_context(_settled_turn(opened, writing=True, wait_seconds=wait_seconds))
                transaction = opened.begin()
                break
            except TurnTimeoutError as error:
                raise _locked(engine.url) from error
            except DBAPIError as error:
                held.close()
                if _is_locked(error) and time.monotonic() < deadline:
                    time.sleep(_PAUSE_SECONDS)
                    continue
                raise _as_store_error(error, engine.url) from error
        try:
            with transaction:
                yield opened
        except DBAPIError as error:
            raise _as_store_error(error, engine.url) from error
        except SQLAlchemyError as error:
            raise _unusable(error, engine.url) from error


@contextmanager
def _settled_turn(connection: Connection, *, writing: bool, wait_seconds: float) -> Iterator[None]:
    """Hold the writer's turn, and end once what was committed in it is in the ledger's own file.

    Readers need no turn, and PostgreSQL keeps the order of writers itself.
    """
    url = connection.engine.url
    if not writing or url.get_backend_name() != "sqlite" or url.database is None:
        yield
        return
    ledger = Path(url.database)
    with turn_to_write(ledger, wait_seconds=wait_seconds) as turn:
        yield
        driver = connection.connection.driver_connection
        settling = Settling(ledger, cast("sqlite3.Connection", driver))
        settling.by(turn)
    settling.wait()


def _unusable(error: SQLAlchemyError, url: URL) -> StoreError:
    message = f"The ledger {ledger_name(url)} cannot be used: {type(error).__name__}."
    return StoreError(message)


def ledger_name(url: URL) -> str:
    """Return the ledger's name for messages: its path, or its URL without password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.render_as_string(hide_password=True)


def _is_locked(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary code; the rest tells which kind of busy (recovery, snapshot, timeout).
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _LOCKED_SQLITE
    return getattr(cause, "sqlstate", None) == _LOCK_NOT_AVAILABLE_POSTGRESQL


def _locked(url: URL) -> StoreLockedError:
    message = f"The ledger {ledger_name(url)} is in use by another process, which did not finish in time."
    return StoreLockedError(
        message, hint="Nothing was recorded. Try again; if it does not help, close the other kernel."
    )


def _as_store_error(error: DBAPIError, url: URL) -> StoreError | UsageError:
    name = ledger_name(url)
    if _is_locked(error):
        return _locked(url)
    code = str(getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None))
    if code == WRONG_ACTOR:
        # The trigger's own words: names of users, roles and kinds.
        words = str(error.orig).partition("\n")[0]
        return UsageError(
            words, hint="Nothing was recorded. Roles are granted by the ledger's administrator."
        )
    trouble = next((each for each in _TROUBLES if code.startswith(each.codes)), None)
    if trouble is None:
        return StoreError(f"The ledger {name} cannot be used: the database says {code}.", hint=_NOT_DAMAGED)
    reason, hint = trouble.reason, trouble.hint
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").parent.is_dir():
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
