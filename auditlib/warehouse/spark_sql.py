"""The SQL of models, checks and measures for Apache Spark: sqlglot translates, the rest is mended here.

Each difference between the two engines has a rule here, so that no model needs a second text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.schema import MappingSchema

from auditlib.schema import ALL_TABLES

SETTINGS: Final = {
    # What cannot be computed is an error, as in DuckDB, and not null.
    "spark.sql.ansi.enabled": "true",
    # Days and times have no zone.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "false",
    # A file that is gone or damaged is an error, and never a month without rows.
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    # A money column keeps its cents whatever it is multiplied by; too many digits are an error.
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
}
"""Settings of the session under which the translated SQL means the same."""
# Tables that a query reads, counted again for each time that what reads them is read.
_LONGEST_QUERY: Final = 32
_LEAST_KEPT: Final = 3


def view_name(table: str) -> str:
    """Return the view of the session, in no schema, by which Spark sees a table, as ``core__claim``."""
    return table.replace(".", "__")


@dataclass(frozen=True, slots=True)
class SparkQuery:
    """A SELECT for Spark, and what is computed before it.

    Parameters
    ----------
    steps
        Names of views, each with the SELECT whose rows it keeps; a later one may read an earlier one. Spark
        computes a common table expression anew wherever it is read: of a long query that has no end.
    select
        Reads them, tables as `view_name` names them, and parameters as ``:name``.
    """

    steps: tuple[tuple[str, str], ...]
    select: str


@cache
def translation_sha256() -> str:
    """Return what changes where another version translates otherwise."""
    return sha256(Path(__file__).read_bytes() + version("sqlglot").encode()).hexdigest()


@cache
def spark_query(sql: str) -> SparkQuery:
    """Translate one SELECT from DuckDB to Spark.

    Parameters
    ----------
    sql
        In the subset that both engines share; ``tests/checks/test_dialect.py`` holds every file to it.

    Raises
    ------
    sqlglot.errors.UnsupportedError
        If it uses what Spark does not have.
    """
    tree = annotate_types(sqlglot.parse_one(sql, read="duckdb"), schema=_columns(), dialect="duckdb")
    tree = tree.transform(_mended).transform(_counted)
    if not isinstance(tree, exp.Query):
        message = "Only a SELECT runs on Spark."
        raise TypeError(message)
    named = {cte.alias: cte.this for cte in tree.ctes}
    tree.set("with_", None)
    kept = _kept(named, tree)
    steps = [(_step(name), _written(named[name], named, kept)) for name in named if name in kept]
    return SparkQuery(tuple(steps), _written(tree, named, kept))


def _step(name: str) -> str:
    return f"step__{name}"


def _kept(named: Mapping[str, exp.Expr], last: exp.Expr) -> set[str]:
    """Return which common table expressions to keep: of a long query those read often that read much."""
    reads = {name: _names_read(query) for name, query in [*named.items(), ("", last)]}
    size: dict[str, int] = {}
    for name, read in reads.items():
        size[name] = sum(size.get(other, 1) for other in read)
    if size[""] <= _LONGEST_QUERY:
        return set()
    kept = set()
    for name in named:
        size[name] = sum(1 if other in kept else size.get(other, 1) for other in reads[name])
        if size[name] >= _LEAST_KEPT and sum(read.count(name) for read in reads.values()) > 1:
            kept.add(name)
    return kept


def _written(query: exp.Expr, named: Mapping[str, exp.Expr], kept: Collection[str]) -> str:
    """Write a query with the common table expressions that it needs and that are not kept."""
    needed, awaited = set(), _names_read(query)
    while awaited:
        name = awaited.pop()
        if name in named and name not in kept and name not in needed:
            needed.add(name)
            awaited += _names_read(named[name])
    whole = query.copy()
    assert isinstance(whole, exp.Query)  # noqa: S101 - as every common table expression
    for name in named:
        if name in needed:
            whole = whole.with_(name, as_=named[name].copy(), copy=False)
    for table in list(whole.find_all(exp.Table)):
        if table.name in kept:
            table.replace(exp.to_table(_step(table.name), alias=table.alias or table.name))
    return whole.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)


def _names_read(query: exp.Expr) -> list[str]:
    return [table.name for table in query.find_all(exp.Table)]


@cache
def _columns() -> MappingSchema:
    tables: dict[str, object] = {
        schema: {
            table.name: {column.name: column.type.value for column in table.columns}
            for table in ALL_TABLES
            if table.schema == schema
        }
        for schema in {table.schema for table in ALL_TABLES}
    }
    return MappingSchema(tables, dialect="duckdb")


def _mended(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Table() if node.db:
            return exp.to_table(view_name(f"{node.db}.{node.name}"), alias=node.alias or node.name)
        case exp.Parameter():
            return exp.Placeholder(this=node.name)
        case exp.Div():
            return _divided(node)
        case exp.Cast():
            return _rounded(node)
        case exp.GroupConcat():
            return _joined(node)
        case _:
            return node


def _counted(node: exp.Expr) -> exp.Expr:
    """Count places in eight bytes: Spark gives numbers of four, which overflow where they are multiplied."""
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber | exp.Rank | exp.DenseRank):
        return exp.cast(node, "bigint")
    return node


def _divided(node: exp.Div) -> exp.Expr:
    """Divide as doubles: Spark gives a decimal for two decimals, DuckDB a double."""
    return exp.Div(this=exp.cast(node.this, "double"), expression=exp.cast(node.expression, "double"))


def _rounded(node: exp.Cast) -> exp.Expr:
    """Round what becomes a whole number: Spark would cut off what is after the point."""
    kind = node.this.type
    if kind is None or not node.to.is_type(*exp.DataType.INTEGER_TYPES):
        return node
    if kind.is_type(*exp.DataType.FLOAT_TYPES):
        return exp.cast(exp.Anonymous(this="rint", expressions=[node.this]), node.to)
    if kind.is_type(exp.DType.DECIMAL):
        return exp.cast(exp.Anonymous(this="round", expressions=[node.this, exp.Literal.number(0)]), node.to)
    return node


def _joined(node: exp.GroupConcat) -> exp.Expr:
    """Join texts in the order that is asked for, which sqlglot drops."""
    order = node.this if isinstance(node.this, exp.Order) else None
    text = order.this if order else node.this
    call = exp.Anonymous(
        this="listagg", expressions=[text, node.args.get("separator") or exp.Literal.string(",")]
    )
    if order is None:
        return call
    return exp.WithinGroup(this=call, expression=exp.Order(expressions=order.expressions))
