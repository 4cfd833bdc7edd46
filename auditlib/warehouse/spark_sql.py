"""The SQL of models, checks and measures as Apache Spark runs it: sqlglot translates, this mends what it leaves.

Each difference between the two engines has a rule here, so that no model needs a second text.
"""

from __future__ import annotations

from functools import cache
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
    # A backslash in a text is a backslash in both engines: sqlglot doubles it.
    "spark.sql.parser.escapedStringLiterals": "false",
    # A money column keeps its cents whatever it is multiplied by; too many digits are an error.
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
}
"""Settings of the session under which the translated SQL means the same."""


def view_name(table: str) -> str:
    """Return the name under which Spark sees a table, as ``core__claim``: a view of the session, in no schema."""
    return table.replace(".", "__")


@cache
def spark_sql(sql: str) -> str:
    """Translate one SELECT from DuckDB to Spark.

    Parameters
    ----------
    sql
        In the subset that both engines share; ``tests/checks/test_dialect.py`` holds every file to it.

    Returns
    -------
    str
        It reads views named by `view_name`, and parameters as ``:name``.

    Raises
    ------
    sqlglot.errors.UnsupportedError
        If it uses what Spark does not have.
    """
    tree = annotate_types(sqlglot.parse_one(sql, read="duckdb"), schema=_columns(), dialect="duckdb")
    return tree.transform(_mended).sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


@cache
def _columns() -> MappingSchema:
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for table in ALL_TABLES:
        types = {column.name: column.type.value for column in table.columns}
        tables.setdefault(table.schema, {})[table.name] = types
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
    call = exp.Anonymous(this="listagg", expressions=[text, node.args.get("separator") or exp.Literal.string(",")])
    if order is None:
        return call
    return exp.WithinGroup(this=call, expression=exp.Order(expressions=order.expressions))
