"""The warehouse: named queries in, frames out; writes in one transaction."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import polars as pl

from auditlib.errors import StoreError, UsageError
from auditlib.schema import ALL_TABLES, Column, Table
from auditlib.schema.core import CLAIM_LINK, DERIVED_TABLES, ENCOUNTER, ENCOUNTER_CODE
from auditlib.warehouse.connection import (
    Connection,
    DuckConnection,
    UnknownNameError,
    let_go,
    no_warehouse,
    open_memory,
    opened,
)
from auditlib.warehouse.engine import Engine, runs_on_an_engine
from auditlib.warehouse.lake import Lake, LakeRecord, Written

Params = Mapping[str, object]
Frames = Mapping[str, pl.DataFrame]

# What models alone fill follows from the others.
_MARKED = frozenset(table.full_name for table in ALL_TABLES if table not in DERIVED_TABLES)
_MADE = frozenset(
    table.full_name
    for table in ALL_TABLES
    if table in DERIVED_TABLES or table.schema == "mart" or table in (ENCOUNTER, ENCOUNTER_CODE)
)
"""The tables that models fill, some of them beside files."""

_BEARS_CONTRACTS = CLAIM_LINK.full_name
"""The table whose comment says which contracts the file has; one that models fill has no mark of its own."""

_COMMENT_TEXT_OR_TABLE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\b[a-z]+\.[a-z_0-9]+\b", re.DOTALL)


@cache
def read_sql(name: str) -> str:
    """Return the text of ``auditlib/sql/<name>.sql``.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    resource = files("auditlib").joinpath("sql", *f"{name}.sql".split("/"))
    if not resource.is_file():
        message = f"There is no query named '{name}'."
        raise UsageError(
            message, hint="Queries are the files below auditlib/sql, named like 'measures/response_count'."
        )
    return resource.read_text(encoding="utf-8")


@cache
def _reads_what_is_made(name: str) -> bool:
    """Return whether a named query reads a table that models fill."""
    return not _MADE.isdisjoint(_COMMENT_TEXT_OR_TABLE.findall(read_sql(name)))


def reading_copies(sql: str, copies: Mapping[str, str]) -> str:
    """Return a SELECT that reads copies, by the names of the tables in whose place they stand."""
    return _COMMENT_TEXT_OR_TABLE.sub(lambda found: copies.get(found[0], found[0]), sql)


class Writer:
    """What may be done inside `Warehouse.writing`: all of it lands, or none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def changed_tables(self) -> frozenset[str]:
        """Full names of the tables of which the transaction has changed rows so far."""
        return frozenset(self._connection.changed)

    def table_marks(self) -> dict[str, str | None]:
        """Return the mark of the transaction that last wrote each table; of one that this one wrote, None."""
        return {**_table_marks(self._connection), **dict.fromkeys(self._connection.written)}

    def append(self, table: Table, frame: pl.DataFrame) -> int:
        """Add the rows of a frame that fits the table's contract; return how many."""
        rows = table.conform(frame)
        self._connection.insert(table.full_name, ", ".join(table.column_names), rows)
        return rows.height

    def append_parquet(self, table: Table, paths: list[Path]) -> None:
        """Add the rows of Parquet files that hold exactly the table's columns."""
        columns = ", ".join(table.column_names)
        self._connection.execute(
            f"insert into {table.full_name} ({columns}) select {columns} from read_parquet($paths)",
            {"paths": [str(path) for path in paths]},
        )

    def replace(self, table: Table, frame: pl.DataFrame) -> int:
        """Put the rows of a frame in the place of all rows of the table; return how many."""
        self._connection.execute(f"delete from {table.full_name}", None)
        return self.append(table, frame)

    def remove(self, table: Table, keys: pl.DataFrame) -> None:
        """Take away the rows that agree with a row of ``keys`` in all of its columns."""
        same = " and ".join(f"{table.full_name}.{name} = _outgoing.{name}" for name in keys.columns)
        self._connection.show("_outgoing", keys)
        self._connection.execute(
            f"delete from {table.full_name} where exists (select 1 from _outgoing where {same})", None
        )
        self._connection.hide("_outgoing")

    def end(self, table: Table, keys: pl.DataFrame, last_day: dt.date) -> None:
        """Let the rows that agree with a row of ``keys``, and would hold beyond a day, end on it."""
        same = " and ".join(f"{table.full_name}.{name} = _ending.{name}" for name in keys.columns)
        self._connection.show("_ending", keys)
        self._connection.execute(
            f"update {table.full_name} set effective_to = cast($last_day as date) "
            "where effective_from <= cast($last_day as date) "
            "and coalesce(effective_to, date '9999-12-31') > cast($last_day as date) "
            f"and exists (select 1 from _ending where {same})",
            {"last_day": last_day},
        )
        self._connection.hide("_ending")

    def matching_keys(self, table: Table, keys: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of ``keys`` that agree with a row of the table in all of their columns."""
        names = ", ".join(f"_asked.{name}" for name in keys.columns)
        same = " and ".join(f"{table.full_name}.{name} = _asked.{name}" for name in keys.columns)
        self._connection.show("_asked", keys)
        found = self._connection.select(
            f"select distinct {names} from _asked where exists "
            f"(select 1 from {table.full_name} where {same})",
            None,
        )
        self._connection.hide("_asked")
        return found

    def derive(self, table: Table, name: str) -> None:
        """Put the rows of a named SELECT in the place of all rows of the table."""
        self._connection.execute(f"delete from {table.full_name}", None)
        self.add(table, name)

    def add(self, table: Table, name: str) -> None:
        """Add the rows of a named SELECT to the table."""
        columns = ", ".join(table.column_names)
        self._connection.execute(
            f"insert into {table.full_name} ({columns}) select {columns} from ({read_sql(name)}) as derived",
            None,
        )

    def derive_repeatedly(self, table: Table, name: str, *, start: Table) -> None:
        """Fill the table from ``start``, and put a named SELECT in its place until that changes no row.

        Raises
        ------
        StoreError
            If rows still change after as many passes as doubling distances can need.
        """
        self._connection.execute(f"delete from {table.full_name}", None)
        self._repeat(table, table.full_name, read_sql(name), start, start.full_name)

    def _repeat(self, table: Table, target: str, sql: str, start: Table, started_from: str) -> None:
        columns, first = ", ".join(table.column_names), ", ".join(start.column_names)
        self._connection.execute(f"insert into {target} ({columns}) select {first} from {started_from}", None)
        row_count = int(self._connection.select(f"select count(*) as row_count from {target}", None).item())
        for _ in range(row_count.bit_length() + 1):
            self._connection.execute(
                f"create or replace temporary table _pass as select {columns} from ({sql}) as derived", None
            )
            changed = self._connection.select(
                f"select count(*) as row_count from (select {columns} from _pass except "
                f"select {columns} from {target}) as changed",
                None,
            )
            if not changed.item():
                break
            self._connection.execute(f"delete from {target}", None)
            self._connection.execute(f"insert into {target} ({columns}) select {columns} from _pass", None)
        else:
            message = f"{table.full_name} does not come to rest: rows of {start.full_name} form a circle."
            raise StoreError(message, hint="Nothing of this step was kept. This is a defect: report it.")
        self._connection.execute("drop table if exists temp._pass", None)

    def copy_rows(self, name: str, source: str, conditions: Sequence[str]) -> None:
        """Copy the rows of a table, or of a copy, that meet one of some conditions, each with its place.

        Parameters
        ----------
        name
            Of the temporary table.
        source
            The table, or such a copy of it.
        conditions
            They exclude each other.
        """
        place = "" if source.startswith("cut_") else "rowid as row_place, "
        rows = " union all ".join(f"select {place}* from {source} where {each}" for each in conditions)
        self._connection.execute(f"create or replace temporary table {name} as {rows}", None)

    def delete_copied(self, table: Table, copy: str, condition: str, copies: Mapping[str, str]) -> None:
        """Delete the rows of a copy that meet a condition of a model's header, there and in the table."""
        owned = reading_copies(condition, copies)
        self._connection.execute(
            f"delete from {table.full_name} where rowid in (select row_place from {copy} where {owned})", None
        )
        self._connection.execute(f"delete from {copy} where {owned}", None)

    def derive_copy(self, name: str, table: Table, query: str, copies: Mapping[str, str]) -> None:
        """Make rows of a table by a named SELECT from copies of what it reads, as a temporary table."""
        columns = ", ".join(table.column_names)
        sql = reading_copies(read_sql(query), copies)
        self._connection.execute(
            f"create or replace temporary table {name} as select {columns} from ({sql}) as derived", None
        )

    def derive_copy_repeatedly(
        self, name: str, table: Table, query: str, copies: Mapping[str, str], *, start: Table
    ) -> None:
        """Make rows of a table as `derive_repeatedly` does, as `derive_copy` does."""
        columns = ", ".join(table.column_names)
        self._connection.execute(
            f"create or replace temporary table {name} as "
            f"select {columns} from {table.full_name} where false",
            None,
        )
        sql = reading_copies(read_sql(query), {**copies, table.full_name: name})
        self._repeat(table, name, sql, start, copies.get(start.full_name, start.full_name))

    def add_copied(self, table: Table, name: str, conditions: Sequence[str] = ("true",)) -> None:
        """Add the rows of such a temporary table that meet one of some conditions."""
        columns = ", ".join(table.column_names)
        for each in conditions:
            self._connection.execute(
                f"insert into {table.full_name} ({columns}) select {columns} from {name} where {each}", None
            )

    def add_to_copy(self, name: str, table: Table, added: str) -> None:
        """Add the rows of one temporary table to another that holds rows of the same table."""
        columns = ", ".join(table.column_names)
        self._connection.execute(f"insert into {name} ({columns}) select {columns} from {added}", None)

    def count(self, source: str) -> int:
        """Return the number of rows of a table, or of a SELECT in brackets."""
        return int(
            self._connection.select(f"select count(*) as row_count from {source} as counted", None).item()
        )

    def has_rows(self, name: str) -> bool:
        """Return whether a table has a row."""
        return self._connection.has_rows(name)

    def distinct_values(self, table: Table, column: str) -> pl.Series:
        """Return the different values of a column, without null."""
        sql = f"select distinct {column} from {table.full_name} where {column} is not null order by {column}"
        return self._connection.select(sql, None)[column]

    def replace_values(self, table: Table, column: str, values: pl.Series, others: pl.Series) -> None:
        """Put other values in the place of values of a column, row by row of the two series."""
        self._connection.show("_replaced", pl.DataFrame({"value": values, "other": others}))
        self._connection.execute(
            f"update {table.full_name} set {column} = _replaced.other from _replaced "
            f"where {table.full_name}.{column} = _replaced.value",
            None,
        )
        self._connection.hide("_replaced")

    def clear(self, table: Table) -> None:
        """Delete all rows of the table."""
        self._connection.execute(f"delete from {table.full_name}", None)

    def show(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame visible to statements as a temporary table, until `drop_kept`."""
        self._connection.show(name, frame)

    def keep(self, name: str, *parts: str) -> None:
        """Keep the rows of a SELECT, put together from named files, as the temporary table ``name``."""
        select = "".join(map(read_sql, parts))
        self._connection.execute(f"create or replace temporary table {name} as {select}", None)

    def run_on(self, name: str, read: str, *parts: str, params: Params | None = None) -> None:
        """Run a named statement on a SELECT, put together from named files, which it reads as ``read``."""
        select = "".join(map(read_sql, parts))
        self._connection.execute(f"with {read} as (\n{select}\n)\n{read_sql(name)}", params)

    def drop_kept(self, name: str) -> None:
        """Drop such a table."""
        self._connection.hide(name)

    def list_keys(self, name: str, column: str, source: str, condition: str) -> None:
        """Add the values of a column, of rows that meet a condition, to a temporary list of keys."""
        self._connection.execute(
            f"insert into {name} select distinct {column} from {source} where {column} is not null "
            f"and {condition}",
            None,
        )

    def delete_where(self, table: Table, condition: str) -> None:
        """Delete the rows that meet a condition of ours or of a model's header, never one from a file."""
        self._connection.execute(f"delete from {table.full_name} where {condition}", None)

    def move_dates(self, table: Table, columns: Sequence[str], day_count: int) -> None:
        """Move every date of some columns by a number of days."""
        if columns:
            moved = ", ".join(f"{name} = {name} + {int(day_count)}" for name in columns)
            self._connection.execute(f"update {table.full_name} set {moved}", None)

    def hold_since(
        self, table: Table, release: str, code_system: str, asked: dt.date, first: dt.date
    ) -> None:
        """Let what a release holds on a day hold from an earlier day on, without end, alone of its system.

        Parameters
        ----------
        table
            A table of releases; one without ``code_system`` keeps the rows of other releases.
        release, code_system
            The release.
        asked
            The day of which its rows are kept; its other rows are deleted.
        first
            Their new first day.
        """
        name = table.full_name
        own = "release = $release"
        if "code_system" in table.column_names:
            own += " and code_system = $code_system"
            others = f"delete from {name} where code_system = $code_system and release <> $release"
            self._connection.execute(others, {"release": release, "code_system": code_system})
        params = {"release": release} | ({"code_system": code_system} if "code_system" in own else {})
        self._connection.execute(
            f"delete from {name} where {own} and (effective_from > cast($asked as date) "
            "or coalesce(effective_to, date '9999-12-31') < cast($asked as date))",
            {**params, "asked": asked},
        )
        self._connection.execute(
            f"update {name} set effective_from = least(effective_from, cast($first as date)), "
            f"effective_to = null where {own}",
            {**params, "first": first},
        )

    def delete_places(self, table: Table, places: pl.DataFrame) -> None:
        """Delete the rows of files from ``first_offset`` to before ``end_offset``."""
        self._connection.show("_places", places)
        self._connection.execute(
            f"delete from {table.full_name} as t where exists (select 1 from _places as p where "
            "t.source_file_id = p.source_file_id and t.source_offset >= p.first_offset "
            "and t.source_offset < p.end_offset)",
            None,
        )
        self._connection.hide("_places")

    def query(self, name: str, params: Params | None = None, *, frames: Frames | None = None) -> pl.DataFrame:
        """Run a named SELECT on what the transaction sees."""
        return _query(self._connection, name, params, frames)

    def run(self, name: str, params: Params | None = None) -> None:
        """Run a named script for its effect."""
        self._connection.execute(read_sql(name), params)

    def land(self) -> None:
        """Let all that was done so far land; the rest is a transaction of its own."""
        _land(self._connection)
        self._connection.execute("begin transaction", None)


FileStamp = tuple[int, int]


class Warehouse:
    """The analytical store of one workspace.

    Parameters
    ----------
    path
        The DuckDB file. No connection is held open for long between calls.
    wait_seconds
        How long a call waits for another process that holds the file.
    engine
        Runs checks, measures and the frames of samples in the place of DuckDB; by default none does.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 30.0, engine: Engine | None = None) -> None:
        self.path = path
        self.engine = engine
        self._wait_seconds = wait_seconds
        self._memory: DuckConnection | None = None
        self._finished_state: tuple[FileStamp | None, FileStamp | None] | None = None

    @classmethod
    def create(cls, path: Path, *, wait_seconds: float = 30.0) -> Warehouse:
        """Make the file with all schemas and tables; an existing one gains what it lacks of them."""
        warehouse = cls(path, wait_seconds=wait_seconds)
        # One that may not be written says so before work that ends in writing it.
        if path.exists() and os.access(path, os.W_OK):
            with warehouse._reading() as connection:
                if _is_whole(connection):
                    return warehouse
        with opened(path, read_only=False, wait_seconds=wait_seconds, may_create=True) as connection:
            _make_tables(connection)
        return warehouse

    @classmethod
    def in_memory(cls) -> Warehouse:
        """Make an empty warehouse that lives as long as this object."""
        warehouse = cls(Path(":memory:"))
        warehouse._memory = open_memory()
        _make_tables(warehouse._memory)
        return warehouse

    @classmethod
    def scratch(cls) -> Warehouse:
        """Make a warehouse without tables, for queries that read nothing but the frames given to them."""
        warehouse = cls(Path(":memory:"))
        warehouse._memory = open_memory()
        return warehouse

    def query(self, name: str, params: Params | None = None, *, frames: Frames | None = None) -> pl.DataFrame:
        """Run a named SELECT and return its rows.

        Parameters
        ----------
        name
            Path of the file below ``auditlib/sql``, without its ending.
        params
            Values of the ``$parameters``; one that the query does not use is an error.
        frames
            Frames that the query reads as tables, by name.

        Raises
        ------
        UsageError
            If no query has that name.
        StoreError
            If the warehouse is absent, locked, damaged, of an earlier version, or being made anew.
        """
        if self.engine is not None and runs_on_an_engine(name):
            return self._query_elsewhere(self.engine, name, params, frames)
        with self._reading() as connection:
            try:
                if _reads_what_is_made(name):
                    self._require_finished(connection)
                return _query(connection, name, params, frames)
            except UnknownNameError as error:
                self._refuse_earlier_version(connection, error)
                raise

    def _query_elsewhere(
        self, engine: Engine, name: str, params: Params | None, frames: Frames | None
    ) -> pl.DataFrame:
        """Run a named SELECT on an engine; its columns are of the types that DuckDB would give."""
        engine.prepare(self, [name])
        rows = engine.select(name, params=params, frames=frames)
        with self._reading() as connection:
            schema = _query(connection, name, params, frames, is_for_types=True).schema
        return rows.select(pl.col(column).cast(kind) for column, kind in schema.items())

    def write_lake(
        self,
        lake: Lake,
        record: LakeRecord,
        tables: Mapping[Table, str],
        *,
        advance: Callable[[], None] = lambda: None,
    ) -> list[Written]:
        """Write the rows of tables that changed since the last time into a lake, which its caller holds.

        Parameters
        ----------
        lake, record
            What is written into, and what it holds.
        tables
            Each with the condition of the rows that are meant.
        advance
            Called after each table.
        """
        with self._reading() as connection:
            self._require_finished(connection)
            # What no transaction of this version wrote goes by the file.
            stamp = self.stamp()
            by_file = {} if stamp is None else {table.full_name: f"file {stamp}" for table in ALL_TABLES}
            marks = by_file | _table_marks(connection)
            return lake.write_tables(connection, tables, marks, record, advance=advance)

    def select_guarded(self, sql: str, *, most_seconds: float) -> pl.DataFrame:
        """Run one SELECT that a user wrote: the warehouse is read only, no file or address is reached.

        Raises
        ------
        BadInputError
            If it names what is not there, fails on the data, or takes too long.
        """
        with self._open(read_only=True, guarded=True) as connection:
            self._require_finished(connection)
            return connection.select_bounded(sql, most_seconds=most_seconds)

    def stamp(self) -> FileStamp | None:
        """Return what changes when the file is written; None for a warehouse in memory."""
        return _stamp_of(self.path) if self._memory is None else None

    def let_go(self) -> None:
        """Let go of the file, which stays attached for a moment after a query, as who removes it needs."""
        if self._memory is None:
            let_go(self.path)

    def copy_to(self, path: Path) -> None:
        """Copy the file while nobody can write it; writers wait.

        Raises
        ------
        StoreLockedError
            If another process writes it for longer than it is waited for.
        StoreError
            If the copy cannot be written.
        """
        with self._reading():
            for source, target in ((self.path, path), (_log_of(self.path), _log_of(path))):
                if source.exists():
                    _copy_elsewhere(source, target)

    @contextmanager
    def kept_open(self, *, most_memory_mb: int | None = None) -> Iterator[None]:
        """Keep the file open for reading, so that many queries in a row do not each open it.

        Nobody can write meanwhile; a query within the block is one as ever.

        Parameters
        ----------
        most_memory_mb
            What the file's pages and the queries may take together, as long as no other thread reads the
            file too; what needs more goes to temporary files.
        """
        with self._open(read_only=True, most_memory_mb=most_memory_mb):
            yield

    @contextmanager
    def writing(self, *, finishing: bool = False) -> Iterator[Writer]:
        """Open one transaction; it lands when the block ends and vanishes if the block raises.

        Parameters
        ----------
        finishing
            The block makes what is not all made; no other one begins before that.

        Raises
        ------
        StoreError
            If the warehouse is absent, locked, damaged, of an earlier version, or not all made.
        """
        with self._open(read_only=False) as connection:
            if not finishing:
                self._require_finished(connection)
            connection.execute("begin transaction", None)
            try:
                yield Writer(connection)
            except BaseException as error:
                connection.roll_back()
                if isinstance(error, UnknownNameError):
                    self._refuse_earlier_version(connection, error)
                raise
            _land(connection)

    def require_finished(self) -> None:
        """Refuse to begin long work where no transaction could begin at its end.

        Raises
        ------
        StoreError
            If what models make is not all made, since a rebuild was stopped.
        """
        with self._reading() as connection:
            self._require_finished(connection)

    def _require_finished(self, connection: Connection) -> None:
        """Refuse models of which some rows are made and others not: a rebuild was stopped."""
        # A rebuild that was stopped left nothing of a warehouse in memory.
        if self._memory is not None:
            return
        # Asked once of a state of the file: many queries in a row ask it.
        state = (self.stamp(), _stamp_of(_log_of(self.path)))
        if state == self._finished_state:
            return
        try:
            unfinished = _query(connection, "queries/loading/unfinished_build", None, None).item()
        except UnknownNameError as error:
            self._refuse_earlier_version(connection, error)
            raise
        if unfinished:
            message = f"What follows from the files in {self.path.name} is not all made yet."
            hint = (
                "Unless something is making it now, run 'auditlib workspace upgrade' to its end. Nothing "
                "that was loaded is lost."
            )
            raise StoreError(message, hint=hint)
        if state[0] is not None:
            self._finished_state = state

    def _refuse_earlier_version(self, connection: Connection, error: UnknownNameError) -> None:
        """Say so where the file lacks what the contracts have; else the name is a defect of the query."""
        if any(_lacking_columns(connection).values()):
            message = f"The warehouse {self.path.name} was made by an earlier version of auditlib."
            hint = "Run 'auditlib init' on the workspace: it adds what is missing. Then load as before."
            raise StoreError(message, hint=hint) from error

    @contextmanager
    def _reading(self) -> Iterator[DuckConnection]:
        with self._open(read_only=True) as connection:
            yield connection

    @contextmanager
    def _open(
        self, *, read_only: bool, guarded: bool = False, most_memory_mb: int | None = None
    ) -> Iterator[DuckConnection]:
        if self._memory is not None:
            cursor = self._memory.cursor()
            try:
                yield cursor
            finally:
                cursor.close()
            return
        if not self.path.exists():
            raise no_warehouse(self.path)
        with opened(
            self.path,
            read_only=read_only,
            wait_seconds=self._wait_seconds,
            guarded=guarded,
            most_memory_mb=most_memory_mb,
        ) as connection:
            yield connection


def _land(connection: Connection) -> None:
    """Give each table that a transaction wrote a mark that no other transaction gives, and commit it."""
    mark = uuid.uuid4().hex
    marked = sorted(connection.written & _MARKED)
    if marked:
        connection.execute("; ".join(f"comment on table {name} is '{mark}'" for name in marked), None)
    connection.execute("commit", None)


def _table_marks(connection: Connection) -> dict[str, str]:
    """Return the mark of the transaction that last wrote each table; one without a mark is left out."""
    marks = connection.select(
        "select concat(schema_name, '.', table_name) as full_name, comment from duckdb_tables() "
        "where database_name = current_database() and comment is not null and full_name <> $bears_contracts",
        {"bears_contracts": _BEARS_CONTRACTS},
    )
    return dict(marks.iter_rows())


def _make_tables(connection: Connection) -> None:
    for schema in dict.fromkeys(table.schema for table in ALL_TABLES):
        connection.execute(f"create schema if not exists {schema}", None)
    for table, lacking in _lacking_columns(connection).items():
        if len(lacking) == len(table.columns):
            connection.execute(table.ddl, None)
        elif table in DERIVED_TABLES and any(column.required for column in lacking):
            # Its model, whose SELECT is another one too, fills it again.
            connection.execute(f"drop table {table.full_name}", None)
            connection.execute(table.ddl, None)
        else:
            _add_columns(connection, table, lacking)
    _allow_nulls(connection)
    connection.execute(f"comment on table {_BEARS_CONTRACTS} is '{_contracts_sha256()}'", None)


@cache
def _contracts_sha256() -> str:
    return sha256("\n".join(table.ddl for table in ALL_TABLES).encode()).hexdigest()


def _is_whole(connection: Connection) -> bool:
    """Return whether the file has all that the contracts have, as `_make_tables` leaves it."""
    tables = connection.select(
        "select concat(schema_name, '.', table_name) as full_name, column_count, comment "
        "from duckdb_tables() where database_name = current_database()",
        None,
    )
    found = {name: (count, comment) for name, count, comment in tables.iter_rows()}
    # To look up the names of all columns takes three times as long.
    _, contracts = found.get(_BEARS_CONTRACTS, (0, None))
    if contracts == _contracts_sha256() and all(
        len(table.columns) == found.get(table.full_name, (0, None))[0] for table in ALL_TABLES
    ):
        return True
    return not any(_lacking_columns(connection).values()) and not _needlessly_filled(connection)


def _lacking_columns(connection: Connection) -> dict[Table, list[Column]]:
    """Return the columns of the contracts that the file has not, table by table."""
    known = connection.select(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal", None
    )
    columns: dict[str, set[str]] = {}
    for schema, name, column in known.iter_rows():
        columns.setdefault(f"{schema}.{name}", set()).add(column)
    return {
        table: [column for column in table.columns if column.name not in columns.get(table.full_name, ())]
        for table in ALL_TABLES
    }


def _add_columns(connection: Connection, table: Table, lacking: list[Column]) -> None:
    """Give a table of an earlier version the columns it lacks; one that may not be null cannot be made up."""
    required = [column.name for column in lacking if column.required]
    if required:
        message = f"{table.full_name} was made by an earlier version and lacks {', '.join(required)}."
        hint = "Move warehouse.duckdb away, run 'auditlib init' on the workspace, and load the files again."
        raise StoreError(message, hint=hint)
    for column in lacking:
        connection.execute(
            f"alter table {table.full_name} add column {column.name} {column.type.value}", None
        )


def _allow_nulls(connection: Connection) -> None:
    """Let columns of a table of an earlier version be null where the contract lets them now."""
    for full_name, column in _needlessly_filled(connection):
        connection.execute(f"alter table {full_name} alter column {column} drop not null", None)


def _needlessly_filled(connection: Connection) -> list[tuple[str, str]]:
    """Return the columns, with their tables, that may not be null though the contract lets them."""
    filled = connection.select(
        "select concat(schema_name, '.', table_name) as full_name, column_name from duckdb_columns() "
        "where not internal and not is_nullable",
        None,
    )
    optional = {
        (table.full_name, column.name)
        for table in ALL_TABLES
        for column in table.columns
        if not column.required
    }
    return [named for named in filled.iter_rows() if named in optional]


def _query(
    connection: Connection,
    name: str,
    params: Params | None,
    frames: Frames | None,
    *,
    is_for_types: bool = False,
) -> pl.DataFrame:
    given = frames or {}
    for table_name, frame in given.items():
        connection.show(table_name, frame)
    sql = read_sql(name)
    rows = connection.select(f"select * from (\n{sql}\n) limit 0" if is_for_types else sql, params)
    for table_name in given:
        connection.hide(table_name)
    return rows


def _stamp_of(path: Path) -> FileStamp | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _copy_elsewhere(source: Path, target: Path) -> None:
    """Copy a file in a process of its own: closing it in this one would let go of DuckDB's lock on it."""
    program = (
        "import os, shutil, sys\n"
        "shutil.copyfile(*sys.argv[1:])\n"
        "os.chmod(sys.argv[2], 0o600)\n"
        "with open(sys.argv[2], 'rb+') as copied: os.fsync(copied.fileno())\n"
    )
    command = [sys.executable, "-I", "-c", program, str(source), str(target)]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:  # noqa: S603 - our own
        message = f"The warehouse could not be copied to {target}."
        raise StoreError(message, hint="The warehouse is as it was. Look at the disk that the copy goes to.")
