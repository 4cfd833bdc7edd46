"""Models, checks and measures on an existing Apache Spark, over Spark Connect and a lake."""

from __future__ import annotations

import atexit
import shutil
import socket
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

import polars as pl

from auditlib.errors import MissingExtraError, StoreError, UsageError
from auditlib.schema import ALL_TABLES, ColumnType, Table
from auditlib.scratch import scratch_folder
from auditlib.version import __version__
from auditlib.warehouse import graph
from auditlib.warehouse.engine import Answer, Argument, spark_url
from auditlib.warehouse.executor_calls import ANSWERS, answer, pickled_arguments, unpickled_answers
from auditlib.warehouse.graph import Model, tables_read
from auditlib.warehouse.lake import Lake, LakeRecord, month_of, put
from auditlib.warehouse.spark_sql import SETTINGS, spark_query, translation_sha256, view_name
from auditlib.warehouse.store import read_sql

if TYPE_CHECKING:
    from auditlib.warehouse.store import Warehouse

_PORT: Final = 15002
_ANSWERS_WITHIN_SECONDS: Final = 10.0
_OF_PATTERNS: Final = "*?[]{}\\"
_TYPES: Final = {
    ColumnType.TEXT: "string",
    ColumnType.INTEGER: "bigint",
    ColumnType.MONEY: "decimal(18,2)",
    ColumnType.QUANTITY: "decimal(18,4)",
    ColumnType.DATE: "date",
    ColumnType.TIMESTAMP: "timestamp_ntz",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DOUBLE: "double",
    ColumnType.BYTES: "binary",
}
_TABLES: Final = {table.full_name: table for table in ALL_TABLES}


# The version of a table's rows, and the folders of the lake that hold them.
_Held: TypeAlias = tuple[str, tuple[str, ...]]


@cache
def spark_engine(engine: str, lake: Path) -> SparkEngine:
    """Return the engine at an address over a lake; a process holds one session with it.

    Raises
    ------
    UsageError
        If the address is of no Spark.
    """
    return SparkEngine(engine, Lake(lake))


class SparkEngine:
    """An `Engine` on Apache Spark.

    Parameters
    ----------
    engine
        As ``spark:sc://host:15002``.
    lake
        Where loaded rows are written and models are kept; all machines of Spark see it under its path.

    Raises
    ------
    UsageError
        If it names no Spark, or Spark cannot read a lake there.
    """

    def __init__(self, engine: str, lake: Lake) -> None:
        self.url = spark_url(engine)
        self.lake = lake
        address(lake.folder)
        self._shown: dict[str, str] = {}
        self._lake_state: tuple[int, ...] = ()

    def prepare(self, warehouse: Warehouse, names: Collection[str]) -> None:
        """Write what changed of the warehouse into the lake, and build the models that this reaches.

        Raises
        ------
        MissingExtraError
            If the client of Spark is not installed.
        StoreError
            If Spark is out of reach or gives up.
        """
        tables = sorted({table for name in names for table in tables_read(read_sql(name))})
        held = self._built_up(warehouse, tables)
        for name in tables:
            self._show(name, *held[name])

    def build_models(self, warehouse: Warehouse) -> None:
        """Build every model, whether a query reads it or not.

        Raises
        ------
        MissingExtraError
            If the client of Spark is not installed.
        StoreError
            If Spark is out of reach or gives up.
        """
        self._built_up(warehouse, {model.table for model in graph.models()})

    def _built_up(self, warehouse: Warehouse, tables: Collection[str]) -> Mapping[str, _Held]:
        """Write what changed and build what tables need; return the version and the folders of each table."""
        _ = self._session
        with self.lake.changing() as record:
            if self.lake.state != self._lake_state:
                # Spark keeps the names of the files, which somebody else has written anew since.
                self._shown.clear()
            warehouse.write_lake(self.lake, record, graph.loaded_rows())
            held: dict[str, _Held] = {name: (record.version(name), (name,)) for name in record.tables}
            for model in graph.needed_for(tables):
                held[model.table] = self._built(model, held, record)
            self._lake_state = self.lake.state
        return held

    def select(
        self,
        *names: str,
        params: Mapping[str, object] | None = None,
        frames: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """Run one SELECT, put together from named files, on what was prepared.

        Raises
        ------
        StoreError
            If Spark is out of reach or gives up.
        """
        with _our_errors():
            for name, frame in (frames or {}).items():
                rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
                # Of a frame without rows the client does not take the types from the columns.
                given = (
                    self._session.sql(_empty(frame))
                    if frame.is_empty()
                    else self._session.createDataFrame(rows)
                )
                given.createOrReplaceTempView(name)
            with self._ready("".join(map(read_sql, names)), dict(params or {})) as select:
                return pl.DataFrame(self._session.sql(select, args=dict(params or {})).toArrow())

    def call_each(
        self, function: Callable[[Argument], Iterable[Answer]], arguments: Sequence[Argument]
    ) -> list[list[Answer]]:
        """Call a function of auditlib on Spark's machines, for each argument in a task of its own.

        Raises
        ------
        StoreError
            If Spark is out of reach or gives up, or its machines have no auditlib or another version of it.
        """
        hint = f"Its log says why. auditlib {__version__} and pyarrow must be installed for its Python."
        with _our_errors(hint):
            given = pickled_arguments(arguments).to_arrow(compat_level=pl.CompatLevel.oldest())
            rows = self._session.createDataFrame(given).repartition(max(len(arguments), 1))
            called = rows.mapInArrow(partial(answer, function, __version__), ANSWERS)
            answers = unpickled_answers(pl.DataFrame(called.toArrow()), len(arguments))
        return cast("list[list[Answer]]", answers)

    @contextmanager
    def _ready(self, sql: str, params: dict[str, object]) -> Iterator[str]:
        """Keep what a SELECT reads often while it runs; give it as Spark runs it."""
        query = spark_query(sql)
        with scratch_folder(self.lake.folder, "spark") as scratch:
            for name, select in query.steps:
                place = address(scratch / name)
                rows = self._session.sql(select, args=params)
                rows.write.parquet(place)
                self._session.read.schema(rows.schema).parquet(place).createOrReplaceTempView(name)
            yield query.select

    def _built(self, model: Model, held: Mapping[str, _Held], record: LakeRecord) -> _Held:
        """Build a model if what it follows from has changed; return its table's version and folders."""
        read = sorted({*model.depends_on, *model.loaded, *([model.table] if model.part else [])})
        said = [
            translation_sha256(),
            _TABLES[model.table].ddl,
            model.sql_sha256,
            *(f"{name} {held[name][0]}" for name in read),
        ]
        version = sha256("\n".join(said).encode()).hexdigest()
        folder = f"{_TABLES[model.table].schema}.{model.name}"
        before = held[model.table][1] if model.part else ()
        if record.models.get(model.name) != version:
            record.models.pop(model.name, None)
            self.lake.keep(record)
            for name in read:
                self._show(name, *held[name])
            with _our_errors():
                self._write(model, folder)
            record.models[model.name] = version
            self.lake.keep(record)
        return version, (*before, folder)

    def _write(self, model: Model, folder: str) -> None:
        table, place = _TABLES[model.table], self.lake.place(folder)
        sql = read_sql(model.query)
        if not model.start:
            self._write_rows(table, sql, place)
            return
        # Repeated until no row changes, each time on the rows of the time before.
        start = _TABLES[model.start]
        renamed = zip(start.column_names, table.column_names, strict=True)
        columns = ", ".join(f"row.{old} as {new}" for old, new in renamed)
        self._write_rows(table, f"select {columns} from {model.start} as row", place)
        later = place.with_name(f".{model.name}.pass")
        row_count = self._read(table, (folder,)).count()
        for _ in range(row_count.bit_length() + 1):
            rows = self._read(table, (folder,))
            rows.createOrReplaceTempView(view_name(model.table))
            self._write_rows(table, sql, later)
            passed = self._session.read.schema(_schema(table)).parquet(address(later))
            changed = passed.exceptAll(rows).count()
            shutil.rmtree(place)
            later.rename(place)
            if not changed:
                return
        message = f"{model.table} does not come to rest: rows of {model.start} form a circle."
        raise StoreError(message, hint="This is a defect: report it.")

    def _write_rows(self, table: Table, sql: str, place: Path) -> None:
        """Write the rows of a SELECT in the types of a table's columns."""
        columns = ", ".join(
            f"cast({column.name} as {_TYPES[column.type]}) as {column.name}" for column in table.columns
        )
        # A query of a program that was killed goes on for minutes: it must not write where the next one does.
        with scratch_folder(self.lake.folder, "model") as scratch, self._ready(sql, {}) as select:
            made = scratch / place.name
            self._session.sql(f"select {columns} from ({select}) as derived").write.parquet(address(made))
            place.parent.mkdir(parents=True, exist_ok=True)
            put(made, place)

    def _show(self, name: str, version: str, folders: tuple[str, ...]) -> None:
        """Let queries see the rows of a table, unless they see them already."""
        if self._shown.get(name) == version:
            return
        with _our_errors():
            self._read(_TABLES[name], folders).createOrReplaceTempView(view_name(name))
        self._shown[name] = version

    def _read(self, table: Table, folders: tuple[str, ...]) -> Any:  # noqa: ANN401 - pyspark may be absent
        columns = list(table.column_names)
        frame = None
        for folder in folders:
            place = self.lake.place(folder)
            has_months = folder == table.full_name and bool(month_of(table))
            if not place.exists():
                continue
            schema = f"{_schema(table)}, month string" if has_months else _schema(table)
            part = self._session.read.schema(schema).parquet(address(place)).select(*columns)
            frame = part if frame is None else frame.unionAll(part)
        if frame is not None:
            return frame
        nulls = ", ".join(f"cast(null as {_TYPES[column.type]}) as {column.name}" for column in table.columns)
        return self._session.sql(f"select {nulls} where false")

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - pyspark may be absent
        try:
            with warnings.catch_warnings(), _of_a_session():
                warnings.simplefilter("ignore", FutureWarning)
                from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415 - an extra, and slow
        except ImportError as error:
            purpose = "Running on Apache Spark"
            raise MissingExtraError(purpose, "spark") from error
        _require_answer(self.url)
        with _our_errors():
            session = SparkSession.builder.remote(self.url).create()
            # At the end of the program it would ask a Spark that is gone, for minutes, to forget its models.
            atexit.unregister(session.client._on_exit)  # noqa: SLF001 - there is no other way
            for name, value in SETTINGS.items():
                session.conf.set(name, value)
        return session


def address(place: Path) -> str:
    """Return a path as Spark reads it, which takes no signs for others: ``%20`` is no blank.

    Raises
    ------
    UsageError
        If it has a sign that Spark takes for any text.
    """
    if found := sorted(set(place.as_posix()) & set(_OF_PATTERNS)):
        message = f"Spark reads no lake at {place}: its path has {' '.join(found)}."
        raise UsageError(message, hint="Name another folder as 'lake' in workspace.toml.")
    return f"file:///{place.as_posix().lstrip('/')}"


@contextmanager
def _of_a_session() -> Iterator[None]:
    """Let Spark's client be imported by a program without a file, which it would end as a test of its own."""
    if hasattr(sys, "ps1"):
        yield
        return
    sys.ps1 = ""
    try:
        yield
    finally:
        del sys.ps1


def _empty(frame: pl.DataFrame) -> str:
    """Return a SELECT with the columns of a frame and no row."""
    columns = ", ".join(f"cast(null as {_type(kind)}) as {name}" for name, kind in frame.schema.items())
    return f"select {columns} where false"


def _type(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Decimal):
        return f"decimal({kind.precision},{kind.scale})"
    return next((spark for column, spark in _TYPES.items() if column.polars == kind), "string")


def _schema(table: Table) -> str:
    return ", ".join(f"{column.name} {_TYPES[column.type]}" for column in table.columns)


def _require_answer(url: str) -> None:
    """Raise if nothing listens at the address: the client itself would try again for many minutes."""
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or _PORT)
    try:
        socket.create_connection(place, timeout=_ANSWERS_WITHIN_SECONDS).close()
    except OSError as error:
        message = f"No Spark answers at {place[0]}:{place[1]}."
        hint = "Start Spark Connect there (start-connect-server.sh), or run without --engine."
        raise StoreError(message, hint=hint) from error


@contextmanager
def _our_errors(hint: str = "Its log says why. Run it again, or without --engine.") -> Iterator[None]:
    """Turn what Spark meets into an error of ours, without the values that its own messages hold."""
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra

    try:
        with warnings.catch_warnings():
            # With each frame it says that new versions of pandas are not fully supported: none is used here.
            warnings.simplefilter("ignore", FutureWarning)
            yield
    except PySparkException as error:
        message = f"Spark gave up a query ({error.getCondition() or type(error).__name__})."
        raise StoreError(message, hint=hint) from error
