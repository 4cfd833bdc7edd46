"""The SQL form of own rules: a file with a check's header and form, which may read `core` and `ref` only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.checks.check_query import CHECK_TAIL
from auditlib.checks.registry import Check, parse_header
from auditlib.errors import BadInputError
from auditlib.schema import ALL_TABLES
from auditlib.warehouse.store import read_sql

MOST_FINDINGS: Final = 1_000_000
MOST_SECONDS: Final = 120.0
_BEGIN: Final = "select * from (\n"
_BOUND: Final = f"\n) as judged limit {MOST_FINDINGS + 1}"
_MOST_BYTES: Final = 1_000_000
_READABLE: Final = frozenset(table.full_name for table in ALL_TABLES if table.schema in {"core", "ref"})


@dataclass(frozen=True, slots=True)
class QueryRule:
    """One rule in SQL.

    Parameters
    ----------
    check
        What its header says.
    sql
        Its SELECT, with the tail of every check, and no more findings than `MOST_FINDINGS`.
    """

    check: Check
    sql: str


def read_query_rule(path: Path, *, taken_ids: Collection[str]) -> QueryRule:
    """Read one file, and refuse all that is no SELECT of loaded tables.

    Raises
    ------
    BadInputError
        If its header is wrong, its id is taken, or its SQL may do more than read; the message says what.
    """
    try:
        text = path.read_bytes()[: _MOST_BYTES + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path.name} cannot be read."
        raise BadInputError(message, hint="Expected a text file in UTF-8.") from error
    if len(text) > _MOST_BYTES:
        message = f"{path.name} is longer than a rule can be."
        raise BadInputError(message, hint=f"At most {_MOST_BYTES:,} bytes.")
    check = parse_header(path.name, text)
    if check.id in taken_ids:
        message = f"{path.name}: the id {check.id} is taken by another check or rule."
        raise BadInputError(message, hint="Give your own rules a prefix of your own, as OWN-01.")
    whole = f"{text}\n{read_sql(CHECK_TAIL)}"
    require_reading_only(path.name, whole)
    return QueryRule(check, f"{_BEGIN}{whole}{_BOUND}")


def require_reading_only(file_name: str, sql: str) -> None:
    """Refuse SQL that is not one SELECT from tables of `core` and `ref` by functions that only compute.

    Raises
    ------
    BadInputError
        With what is not allowed.
    """
    # Costs a second to import: only who has rules in SQL pays it.
    import sqlglot  # noqa: PLC0415 - only who has rules of their own waits for it
    from sqlglot import exp  # noqa: PLC0415 - as above

    try:
        trees = sqlglot.parse(sql, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        message = f"{file_name} is no SQL that can be read: {str(error).splitlines()[0]}"
        raise BadInputError(message, hint=_FORM) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        message = f"{file_name} is not one SELECT."
        raise BadInputError(message, hint=_FORM)
    tree = trees[0]
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        fault = ""
        if isinstance(node, exp.Table):
            is_named = isinstance(node.this, exp.Identifier)
            full_name = f"{node.db}.{node.name}" if node.db else node.name
            if not is_named or node.catalog or full_name not in _READABLE | named:
                fault = f"reads '{full_name if is_named else node.sql(dialect='duckdb')}'"
        elif isinstance(node, exp.Anonymous | exp.ReadCSV | exp.ReadParquet):
            fault = f"calls '{node.name or type(node).__name__}'"
        elif isinstance(node, exp.DML | exp.DDL | exp.Command | exp.Into) and not isinstance(node, exp.Query):
            fault = f"has {type(node).__name__.lower()}"
        elif isinstance(node, exp.With) and node.recursive:
            fault = "is recursive"
        if fault:
            message = f"{file_name} {fault}, which a rule may not."
            raise BadInputError(message, hint=_FORM)


_FORM: Final = (
    "A rule is one SELECT, as docs/own_rules.md shows: it reads tables of core and ref and parts of its own, "
    "and calls the functions of standard SQL."
)
