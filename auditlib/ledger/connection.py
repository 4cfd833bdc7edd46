"""The ledger's database connections: none is kept open between calls, and writers wait for each other."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from auditlib.errors import StoreError, StoreLockedError, UsageError
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
    arguments: dict[str, object] = {"timeout": wait_seconds} if is_sqlite else {}
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        message = "The driver for the ledger's database is not installed."
        raise UsageError(message, hint="For PostgreSQL: pip install 'psycopg[binary]'.") from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        milliseconds = int(wait_seconds * 1000)

        def set_lock_timeout(connection: Connection) -> None:
            connection.exec_driver_sql(f"set local lock_timeout = {milliseconds}")

        event.listen(engine, "begin", set_lock_timeout)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # `_begin_sqlite` begins transactions, instead of the driver's guess by the first word of a statement.
    connection.isolation_level = None
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma fullfsync = on")


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
                _turn(engine.url, writing=writing, wait_seconds=wait_seconds),
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
                held.enter_context(_turn(engine.url, writing=True, wait_seconds=wait_seconds))
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


def _turn(url: URL, *, writing: bool, wait_seconds: float) -> AbstractContextManager[None]:
    """Return the writer's turn; readers need none, and PostgreSQL keeps the order of writers itself."""
    if not writing or url.get_backend_name() != "sqlite" or url.database is None:
        return nullcontext()
    return turn_to_write(Path(url.database), wait_seconds=wait_seconds)


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


def _as_store_error(error: DBAPIError, url: URL) -> StoreError:
    name = ledger_name(url)
    if _is_locked(error):
        return _locked(url)
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    reasons = {
        "SQLITE_NOTADB": "it is not a SQLite database, or its first page is damaged",
        "SQLITE_CORRUPT": "it is damaged",
        "SQLITE_CANTOPEN": "the file cannot be opened; its folder must exist and be writable",
        "SQLITE_READONLY": "it may not be written to",
        "SQLITE_FULL": "the disk is full",
        "SQLITE_IOERR": "the disk failed",
    }
    reason = next(
        (text for start, text in reasons.items() if str(code).startswith(start)), f"the database says {code}"
    )
    message = f"The ledger {name} cannot be used: {reason}."
    return StoreError(message, hint="Nothing was recorded. The file can be replaced by a copy from a backup.")
