"""Short-lived DuckDB connections: opened for one piece of work, with a bounded wait for the lock.

DuckDB lets one process write and keeps all others out meanwhile; every notebook is a process. So nothing
holds the file for longer than it works: a reader lets it go a moment after its last query, as most of a short
query is opening the file, and whoever finds it locked waits and tries again. The DuckDB itself, to which a
file is attached, stays as long as the process.
"""

from __future__ import annotations

import atexit
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl

from auditlib.errors import BadInputError, StoreError, StoreLockedError
from auditlib.scratch import scratch_name

_Config = dict[str, str | bool | int | float | list[str]]

_BYTES = {"MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_NO_DOWNLOADS: _Config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
# For a query that a user wrote: no file, no address, no setting that undoes this.
_GUARD = "set enable_external_access = false; set lock_configuration = true"
_ATTACHED = "warehouse"
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.05
_GIVING_WAY_SECONDS = 2 * _LONGEST_PAUSE_SECONDS
_STAY_SECONDS = 0.05
"""For how long a file stays attached after a query."""
_AWAITED_SECONDS = 1.0
"""For how long a sign that a writer waits holds: one that waits renews it, one that was killed does not."""
# Below these, threads that wait for rows take a fifth more of the processors and save no time.
_FEW_BYTES = 64_000_000
_FEW_ROWS = 122_880
"""What DuckDB never divides between threads."""
# Up to so many keys DuckDB leaves out the parts of a table that have none; of more it looks at every part.
_KEYS_THAT_SKIP_ROWS = 5_000
_WRITTEN = re.compile(
    r"\b(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from|merge\s+into)\s+(\w+\.\w+)", re.IGNORECASE
)
_MOST_STATEMENTS = 1000
_statements: dict[str, list[duckdb.Statement]] = {}
"""By their text: reading a long query takes as long as running it on few rows."""
_HELD = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")


class _Streaming(Protocol):
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class ArrowStream:
    """A frame or relation seen only through its Arrow stream.

    So DuckDB takes a polars frame without pyarrow; and polars, which otherwise remembers the relation's type
    for ever, leaves DuckDB nothing to complain of when the interpreter ends.
    """

    def __init__(self, streaming: _Streaming) -> None:
        self._streaming = streaming

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._streaming.__arrow_c_stream__(requested_schema)


class UnknownNameError(Exception):
    """A query names a table or column that the file does not have."""


class Connection(Protocol):
    """The two calls that are safe in every supported DuckDB, and what they need around them.

    Attributes
    ----------
    written
        The tables of a schema, as ``core.claim``, that its statements have written so far.
    changed
        Those of them of which they have changed rows.
    """

    written: set[str]
    changed: set[str]

    def select(self, sql: str, params: Mapping[str, object] | None) -> pl.DataFrame:
        """Run one SELECT and return its rows."""

    def execute(self, sql: str, params: Mapping[str, object] | None) -> None:
        """Run statements for their effect."""

    def has_rows(self, table: str) -> bool:
        """Return whether a table has a row."""

    def insert(self, table: str, columns: str, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to a table."""

    def show(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame visible as the temporary table ``name``."""

    def hide(self, name: str) -> None:
        """Drop a table that was shown."""

    def close(self) -> None:
        """Close the connection."""


class DuckConnection:
    """A `Connection` over one DuckDB connection object."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.written: set[str] = set()
        self.changed: set[str] = set()
        self._row_count = 0

    def select(self, sql: str, params: Mapping[str, object] | None) -> pl.DataFrame:
        """Run one SELECT and return its rows."""
        with _our_errors():
            return self._select(sql, params)

    def _select(self, sql: str, params: Mapping[str, object] | None) -> pl.DataFrame:
        (statement,) = self._parsed(sql)
        connection = self._connection
        relation = connection.sql(statement, params=dict(params)) if params else connection.sql(statement)
        return pl.DataFrame(ArrowStream(relation))

    def execute(self, sql: str, params: Mapping[str, object] | None) -> None:
        """Run statements for their effect."""
        with _our_errors():
            for statement in self._parsed(sql):
                counts = self._connection.execute(statement, dict(params) if params else None).fetchall()
                written = _written(statement.query)
                self.written |= written
                # What writes says of how many rows.
                if counts != [(0,)]:
                    self.changed |= written
                self._count_rows(sum(count for (count,) in counts if isinstance(count, int)))

    def _count_rows(self, count: int) -> None:
        """Use all threads once it has written, or been shown, more rows than one thread is for."""
        before = self._row_count
        self._row_count += count
        if before <= _FEW_ROWS < self._row_count:
            self._connection.execute(f"set threads = {_all_threads()}")

    def has_rows(self, table: str) -> bool:
        """Return whether a table has a row."""
        with _our_errors():
            (statement,) = self._parsed(f"select 1 as one from {table} limit 1")
            return self._connection.execute(statement).fetchone() is not None

    def roll_back(self) -> None:
        """End the transaction without its changes; one that could not be committed has ended already."""
        with suppress(duckdb.TransactionException):
            self._connection.execute("rollback")

    def _parsed(self, sql: str) -> list[duckdb.Statement]:
        """Return the statements of a text; those of a named query, which come again, are read once."""
        known = _statements.get(sql)
        if known is None:
            known = self._connection.extract_statements(sql)
            if len(_statements) >= _MOST_STATEMENTS:
                _statements.clear()
            _statements[sql] = known
        return known

    def insert(self, table: str, columns: str, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to a table; ``columns`` are named as in a statement."""
        self._run_with(f"insert into {table} ({columns}) select {columns} from _given", frame)

    def show(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame visible as the temporary table ``name``."""
        self._run_with(f"create or replace temporary table {name} as select * from _given", frame)

    def _run_with(self, statement: str, frame: pl.DataFrame) -> None:
        """Run a statement that reads a frame once, as ``_given``."""
        self._connection.register("_given", ArrowStream(frame))
        try:
            self.execute(statement, None)
        finally:
            self._connection.unregister("_given")

    def hide(self, name: str) -> None:
        """Drop a table that was shown."""
        self.execute(f"drop table if exists temp.{name}", None)

    def select_bounded(self, sql: str, *, most_seconds: float) -> pl.DataFrame:
        """Run one SELECT that a user wrote, and stop it after so many seconds.

        Raises
        ------
        BadInputError
            If it names what is not there, fails on the data, or takes too long.
        """
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            # It may have ended at this very moment.
            with suppress(duckdb.Error):
                self._connection.interrupt()

        timer = threading.Timer(most_seconds, stop)
        timer.start()
        try:
            return self._select(sql, None)
        except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
            # Names and places only: these errors are about the query, not about rows.
            message = f"The query does not fit the tables: {str(error).splitlines()[0]}"
            raise BadInputError(
                message, hint="The data dictionary has the tables and their columns."
            ) from error
        except (duckdb.Error, RuntimeError, pl.exceptions.PolarsError) as error:
            if is_late.is_set():
                message = f"The query took longer than {most_seconds:g} seconds and was stopped."
                raise BadInputError(message, hint="Join by equal keys, and read fewer rows.") from error
            message = f"The query fails on the rows that are loaded ({type(error).__name__})."
            raise BadInputError(message, hint="Look at casts, divisions and the sizes of numbers.") from error
        finally:
            timer.cancel()

    def limit_memory(self, most_memory_mb: int | None = None) -> None:
        """Let it take so many megabytes, or half of the memory; more than that goes to temporary files."""
        # The other half is for the rows that come out.
        limit = _half_of_memory() if most_memory_mb is None else f"{most_memory_mb}MB"
        # Where it holds more already it keeps what it may take.
        with suppress(duckdb.OutOfMemoryException):
            self._connection.execute(f"set memory_limit = '{limit}'")

    def cursor(self) -> DuckConnection:
        """Return a second connection to the same database."""
        return DuckConnection(self._connection.cursor())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@lru_cache(_MOST_STATEMENTS)
def _written(statement: str) -> frozenset[str]:
    """Return the full names of the tables that a statement writes."""
    return frozenset(name.lower() for name in _WRITTEN.findall(statement))


@contextmanager
def _our_errors() -> Iterator[None]:
    """Turn what a user can meet, as a full disk or a stop, into errors of ours; bugs stay bugs."""
    try:
        yield
    except (duckdb.IOException, duckdb.TransactionException) as error:
        # A disk without room for the log fails at the commit, under another name.
        if isinstance(error, duckdb.TransactionException) and "Could not write file" not in str(error):
            raise
        message = "The warehouse cannot be read or written: the disk may be full, or the file out of reach."
        raise StoreError(
            message, hint="Nothing of this step was kept. Make room and run it again."
        ) from error
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise UnknownNameError(str(error)) from error
    except duckdb.OutOfMemoryException as error:
        message = "There is not enough memory, or room for the warehouse's temporary files."
        raise StoreError(
            message, hint="Nothing of this step was kept. Load fewer files at a time."
        ) from error
    except (duckdb.InterruptException, RuntimeError) as error:
        if "interrupt" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


def open_memory() -> DuckConnection:
    """Open a database that lives as long as the connection."""
    return DuckConnection(duckdb.connect(":memory:", config={**_NO_DOWNLOADS, "threads": 1}))


@contextmanager
def opened(
    path: Path,
    *,
    read_only: bool,
    wait_seconds: float,
    guarded: bool = False,
    may_create: bool = False,
    most_memory_mb: int | None = None,
) -> Iterator[DuckConnection]:
    """Open the file, waiting up to ``wait_seconds`` for whoever holds it.

    Parameters
    ----------
    path
        The file.
    read_only
        Whether it is read, which several do at once, or written, which one does alone.
    wait_seconds
        How long it is waited for.
    guarded
        The connection can do nothing but read the file; within this process it is then its one user.
    may_create
        Whether writing makes a file that is not there.
    most_memory_mb
        What reading may take as long as no other thread reads too; by default half of the memory.

    Raises
    ------
    StoreLockedError
        If it stays locked; names the holder where DuckDB does.
    StoreError
        If the file is no DuckDB database, of a newer storage version, or not there.
    """
    path = path.resolve()
    if guarded:
        connection = _patiently(path, lambda: _guarded(path), wait_seconds)
        try:
            yield DuckConnection(connection)
        finally:
            _end_guarded(path, connection)
    elif read_only:
        _give_way(path)
        reader = _patiently(path, lambda: _attached(path, most_memory_mb), wait_seconds)
        try:
            yield DuckConnection(reader)
        finally:
            _detach(path, reader)
    else:
        writer = _free_to_write(path, wait_seconds, may_create=may_create)
        try:
            yield DuckConnection(writer)
        finally:
            _end_writing(path, writer)


def _free_to_write(path: Path, wait_seconds: float, *, may_create: bool) -> duckdb.DuckDBPyConnection:
    """Connect to a file that nobody else has then, letting readers know meanwhile that it is awaited."""
    writer = None
    try:
        writer = _patiently(
            path,
            lambda: _attached_to_write(path, may_create=may_create),
            wait_seconds,
            meanwhile=_say_awaited,
        )
    finally:
        # Where another waits too, it says so again.
        try:
            with suppress(OSError):
                _sign_of(path).unlink()
        except BaseException:
            # Stopped just now: nobody would let go of the file.
            if writer is not None:
                _end_writing(path, writer)
            raise
    return writer


def _guarded(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection that can do nothing but read the file; `_end_guarded` ends it.

    The locks of a file are the process's: to close it a second time would drop those of its other users.
    """
    with _databases_guard:
        database = _database_for(path, is_to_write=True)
        _let_go(path, database)
        database.is_written = True
    try:
        config: _Config = {**_NO_DOWNLOADS, "threads": _threads_for(path), "temp_directory": _spill(path)}
        connection = duckdb.connect(str(path), read_only=True, config=config)
        DuckConnection(connection).limit_memory()
        connection.execute(_GUARD)
    except BaseException:
        database.is_written = False
        raise
    return connection


def _end_guarded(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.close()
    finally:
        _databases[path].is_written = False


def _threads_for(path: Path) -> int:
    """Return for how many threads a file has rows."""
    return 1 if not path.exists() or path.stat().st_size < _FEW_BYTES else _all_threads()


@cache
def _all_threads() -> int:
    """Return how many threads DuckDB takes, which knows what a container may have."""
    with duckdb.connect(":memory:") as unlimited:
        ((count,),) = unlimited.sql("select current_setting('threads')").fetchall()
        return int(count)


@cache
def _half_of_memory() -> str:
    """Return half of the memory, as DuckDB takes it."""
    with duckdb.connect(":memory:") as unlimited:
        # 80 % of what the machine, or the container, has; DuckDB before 2.0 takes no percentages.
        ((default,),) = unlimited.sql("select current_setting('memory_limit')").fetchall()
    number, unit = default.split()
    return f"{float(number) * 0.5 / 0.8:.1f} {unit}"


@cache
def most_write_bytes() -> int:
    """Return the memory that a write may take, in bytes."""
    number, unit = _half_of_memory().split()
    return int(float(number) * _BYTES[unit])


def _spill(path: Path) -> str:
    return str(path.parent / scratch_name("spill"))


@dataclass
class _Database:
    """A DuckDB without a file, to which one is attached while it is read or written.

    Making it is most of opening a file, and attaching is most of a short query: so it is kept, and the file
    stays attached for a moment after the last query.
    """

    instance: duckdb.DuckDBPyConnection
    spill: Path
    reader_count: int = 0
    is_written: bool = False
    file_state: tuple[int, ...] | None = None
    """What was attached for reading; None while nothing is."""
    idle_since: float = 0.0
    is_timed: bool = False
    limited_by: int | None = None
    """The thread for which alone it may take less memory."""
    has_spilled: bool = False
    """Whether rows went to its folder, which it then needs as long as it lives."""

    @property
    def is_idle(self) -> bool:
        """Whether nobody reads or writes the file."""
        return not self.reader_count and not self.is_written


_databases: dict[Path, _Database] = {}
_databases_guard = threading.RLock()
_gives_way_from: dict[Path, float] = {}
_of_parent: list[_Database] = []


def _database_for(path: Path, *, is_to_write: bool) -> _Database:
    """Return the DuckDB of a file; a conflict, as DuckDB names it, where another thread is in the way."""
    database = _databases.get(path)
    if database is not None and database.has_spilled and database.is_idle and database.file_state is None:
        _forget(path)
        database = None
    if database is None:
        database = _databases[path] = _spare_database(path) or _new_database(path)
    elif database.is_written or (is_to_write and database.reader_count):
        message = f"Unique file handle conflict: {_OWN} uses {path.name}"
        raise duckdb.ConnectionException(message)
    return database


def _new_database(path: Path) -> _Database:
    spill = _spill(path)
    config: _Config = {**_NO_DOWNLOADS, "temp_directory": spill}
    instance = duckdb.connect(":memory:", config=config)
    DuckConnection(instance).limit_memory()
    return _Database(instance, Path(spill))


def _spare_database(path: Path) -> _Database | None:
    """Return a DuckDB whose own file nobody uses, made ready for another file."""
    for other in [other for other, database in _databases.items() if database.is_idle]:
        database, spill = _databases[other], _spill(path)
        try:
            _let_go(other, database)
            # Refused where rows of the other file went to its folder already.
            database.instance.execute("set temp_directory = ?", [spill])
        except duckdb.Error:
            _forget(other)
        else:
            spare = _Database(_databases.pop(other).instance, Path(spill))
            DuckConnection(spare.instance).limit_memory()
            return spare
    return None


def _limit(database: _Database, most_memory_mb: int | None) -> None:
    """Let a DuckDB take less memory for the first thread that reads, until another one reads too."""
    thread = threading.get_ident()
    if not database.reader_count and most_memory_mb is not None:
        DuckConnection(database.instance).limit_memory(most_memory_mb)
        database.limited_by = thread
    elif database.limited_by is not None and (not database.reader_count or database.limited_by != thread):
        _lift_limit(database)


def _lift_limit(database: _Database) -> None:
    if database.limited_by is not None:
        DuckConnection(database.instance).limit_memory()
        database.limited_by = None


def _attached(path: Path, most_memory_mb: int | None) -> duckdb.DuckDBPyConnection:
    """Return a connection that reads the file; `_detach` ends it."""
    with _databases_guard:
        database = _database_for(path, is_to_write=False)
        try:
            if not database.reader_count:
                _attach(path, database)
            _limit(database, most_memory_mb)
            reader = database.instance.cursor()
            reader.execute(f"use {_ATTACHED}")
        except BaseException:
            if not database.reader_count:
                _forget(path)
            raise
        database.reader_count += 1
        return reader


def _attached_to_write(path: Path, *, may_create: bool) -> duckdb.DuckDBPyConnection:
    """Return the one connection that uses the file; `_end_writing` ends it."""
    with _databases_guard:
        # It may have been moved away while it was waited for.
        if not may_create and not path.exists():
            raise no_warehouse(path)
        database = _database_for(path, is_to_write=True)
        try:
            _let_go(path, database)
            _lift_limit(database)
            # Written so that the older supported DuckDB can open what the newer one created.
            creating = "" if path.exists() else ", storage_version 'v1.5.0'"
            _attach_file(path, database, f"read_write{creating}")
            writer = database.instance.cursor()
            writer.execute(f"use {_ATTACHED}; set dynamic_or_filter_threshold = {_KEYS_THAT_SKIP_ROWS}")
        except BaseException:
            _forget(path)
            raise
        database.is_written = True
        return writer


def _end_writing(path: Path, writer: duckdb.DuckDBPyConnection) -> None:
    """Close a connection that writes the file, and let go of it."""
    database = _databases[path]
    try:
        writer.close()
        # It takes what was committed from the log into the file: where that fails, the log keeps it.
        database.instance.execute(f"detach {_ATTACHED}")
        database.has_spilled = database.spill.exists()
    except BaseException as error:
        with _databases_guard:
            _forget(path)
        if not isinstance(error, duckdb.Error):
            raise
    finally:
        database.is_written = False


def _attach(path: Path, database: _Database) -> None:
    """Attach the file unless it still is; another one in its place is another file."""
    state = _state_of(path)
    if state and database.file_state == state:
        return
    _let_go(path, database)
    _attach_file(path, database, "read_only")
    database.file_state = state


def _attach_file(path: Path, database: _Database, mode: str) -> None:
    quoted = str(path).replace("'", "''")
    database.instance.execute(f"set threads = {_threads_for(path)}")
    database.instance.execute(f"attach '{quoted}' as {_ATTACHED} (type duckdb, {mode})")


def _state_of(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        # Opening it says what is wrong.
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _detach(path: Path, reader: duckdb.DuckDBPyConnection) -> None:
    """Close a connection that reads the file; a moment after the last was closed the file is let go."""
    stopped = _held_although_stopped()
    try:
        database = _databases[path]
        database.reader_count -= 1
        reader.close()
        if database.reader_count:
            return
        database.idle_since = time.monotonic()
        if _is_awaited(path):
            _let_go(path, database)
        elif not database.is_timed:
            _let_go_after(_STAY_SECONDS, path, database)
    finally:
        _databases_guard.release()
        if stopped is not None:
            raise stopped


def _held_although_stopped() -> KeyboardInterrupt | None:
    """Wait for the guard to the end, as nobody else lets go of the file, and return who would stop it."""
    stopped = None
    while True:
        try:
            _databases_guard.acquire()
        except KeyboardInterrupt as error:
            stopped = error
        else:
            return stopped


def _let_go_after(seconds: float, path: Path, database: _Database) -> None:
    # By its path alone: a thread that had the DuckDB would keep it beyond the end of the interpreter.
    timer = threading.Timer(seconds, _let_go_if_idle, (path,))
    timer.daemon = True
    try:
        timer.start()
        database.is_timed = True
    except RuntimeError:
        # No thread can be started: nothing would let go of it later.
        database.is_timed = False
        _let_go(path, database)


def _let_go_if_idle(path: Path) -> None:
    with _databases_guard:
        database = _databases.get(path)
        if database is None or not database.is_timed:
            return
        left_seconds = database.idle_since + _STAY_SECONDS - time.monotonic()
        if left_seconds > 0 and database.is_idle:
            _let_go_after(left_seconds, path, database)
            return
        database.is_timed = False
        if database.is_idle:
            # Where detaching fails, the DuckDB is closed, and there is nobody to say it to.
            with suppress(duckdb.Error):
                _let_go(path, database)


def _let_go(path: Path, database: _Database) -> None:
    """Detach the file, which nobody reads; where that fails, the DuckDB that has it is closed."""
    if database.file_state is None:
        return
    database.file_state = None
    try:
        database.instance.execute(f"detach {_ATTACHED}")
        database.has_spilled = database.spill.exists()
    except BaseException:
        _forget(path)
        raise


def _forget(path: Path) -> None:
    database = _databases.pop(path, None)
    if database is not None:
        database.instance.close()


def let_go(path: Path) -> None:
    """Let go of a file at once, unless it is being read, as whoever writes or replaces it needs it free."""
    path = path.resolve()
    with _databases_guard:
        database = _databases.get(path)
        if database is not None and database.is_idle:
            _let_go(path, database)


def _forget_idle_databases() -> None:
    with _databases_guard:
        for path in [path for path, database in _databases.items() if database.is_idle]:
            _forget(path)


# A DuckDB that outlives the interpreter complains of what it has lost.
atexit.register(_forget_idle_databases)
atexit.register(_statements.clear)
if hasattr(os, "register_at_fork"):

    def _before_fork() -> None:
        """Forget, as the threads of a DuckDB do not live on in a child, and let none begin until then."""
        _databases_guard.acquire()
        _forget_idle_databases()

    def _leave_to_parent() -> None:
        """Begin anew in a child: what the parent's threads use has neither thread nor lock here."""
        _of_parent.extend(_databases.values())
        _databases.clear()
        _databases_guard.release()

    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_databases_guard.release,
        after_in_child=_leave_to_parent,
    )


def _sign_of(path: Path) -> Path:
    """Return the file by which a writer that waits lets readers know: none of them then stays attached."""
    return path.with_name(f"{path.name}.awaited")


def _give_way(path: Path) -> None:
    """Wait a moment before attaching a file that a writer awaits: it looks more often than that.

    Once a second at most: others may keep the writer out.
    """
    now = time.monotonic()
    with _databases_guard:
        is_attached = path in _databases and _databases[path].file_state is not None
        if is_attached or now < _gives_way_from.get(path, now) or not _is_awaited(path):
            return
        _gives_way_from[path] = now + _AWAITED_SECONDS
    time.sleep(_GIVING_WAY_SECONDS)


def _say_awaited(path: Path) -> None:
    sign = _sign_of(path)
    try:
        sign.touch(mode=0o600)
    except OSError:
        # Another account's is made anew. Where no file can be made, readers stay for their moment.
        with suppress(OSError):
            sign.unlink()
            sign.touch(mode=0o600)


def _is_awaited(path: Path) -> bool:
    try:
        renewed_at = _sign_of(path).stat().st_mtime
    except OSError:
        return False
    return abs(time.time() - renewed_at) < _AWAITED_SECONDS


def _patiently(
    path: Path,
    connect: Callable[[], duckdb.DuckDBPyConnection],
    wait_seconds: float,
    *,
    meanwhile: Callable[[Path], None] = lambda _: None,
) -> duckdb.DuckDBPyConnection:
    """Connect, waiting for whoever holds the file; ``meanwhile`` is called after each try."""
    give_up_at = time.monotonic() + wait_seconds
    pause_seconds = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return connect()
        except duckdb.Error as error:
            if not _is_lock(error):
                _require_permission(path, error)
                is_file = isinstance(error, (duckdb.IOException, duckdb.ConnectionException))
                why = "it is damaged or of another version" if is_file else type(error).__name__
                message = f"The warehouse {path.name} cannot be opened: {why}."
                raise StoreError(message, hint=_REMAKE_HINT) from error
            if time.monotonic() > give_up_at:
                raise StoreLockedError(_lock_message(path, error, wait_seconds), hint=_LOCK_HINT) from error
        except RuntimeError as error:
            if "interrupt" in str(error).lower():
                raise KeyboardInterrupt from error
            raise
        meanwhile(path)
        time.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)


def no_warehouse(path: Path) -> StoreError:
    """Return the error of a file that is not there."""
    message = f"There is no warehouse at {path}."
    return StoreError(message, hint="Run 'auditlib init' on the workspace; then load the files again.")


def _require_permission(path: Path, error: duckdb.Error) -> None:
    """Raise if the file is sound for all that is known, and this account or this disk is in the way."""
    text = str(error)
    signs = {
        "Permission denied": "this account may not open it, or may read it only",
        "read-only": "this account may not open it, or may read it only",
        "Read-only": "this account may not open it, or may read it only",
        "No space left": "the disk is full",
        "Input/output error": "the disk did not read or write",
    }
    reason = next((said for sign, said in signs.items() if sign in text), None)
    if reason is not None:
        message = f"The warehouse {path.name} cannot be opened: {reason}."
        raise StoreError(
            message, hint="It is as it was. Ask for permission, or make room, and try again."
        ) from error


_REMAKE_HINT = (
    "It holds nothing that cannot be made again: move it away, run 'auditlib init' on the workspace, and "
    "load the files again with 'auditlib load'."
)
_LOCK_HINT = "Wait until the other program has finished, or close it, and try again."
_OWN = "another task of this notebook or program"


def _is_lock(error: duckdb.Error) -> bool:
    text = str(error)
    # The second and third are another thread of this process, the last is Windows.
    signs = (
        "Could not set lock",
        "different configuration",
        "file handle conflict",
        "used by another process",
    )
    return any(sign in text for sign in signs)


def _lock_message(path: Path, error: duckdb.Error, wait_seconds: float) -> str:
    held = _HELD.search(str(error))
    unnamed = _OWN if _OWN in str(error) else "another program"
    holder = f"{Path(held['program']).name}, process {held['pid']}," if held else unnamed
    return f"The warehouse {path.name} is locked: {holder} has held it for over {wait_seconds:.0f} s."
