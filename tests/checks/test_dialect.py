"""Checks and measures are written once for DuckDB and Spark, in the SQL that means the same in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from auditlib.checks.check_query import CHECK_TAIL
from auditlib.warehouse.graph import tables_read

SQL = Path(str(files("auditlib").joinpath("sql")))
QUERIES = sorted(path for layer in ("checks", "measures", "models") for path in (SQL / layer).glob("*.sql"))
TAIL = (SQL / f"{CHECK_TAIL}.sql").read_text(encoding="utf-8")


def whole(path: Path) -> str:
    """The query as it runs: a check's file with the tail that every check ends in."""
    return path.read_text(encoding="utf-8") + (TAIL if path.parent.name == "checks" else "")


# Approximate or differently defined in one of the two engines.
FORBIDDEN_FUNCTIONS = {
    *("quantile", "quantile_cont", "quantile_disc", "percentile_cont", "percentile_disc", "median", "mode"),
    *(
        "approx_quantile",
        "approx_count_distinct",
        "hash",
        "random",
        "list_filter",
        "list_transform",
        "list_reduce",
    ),
    *(
        "unnest",
        "generate_series",
        "range",
        "struct_pack",
        "columns",
        "query_table",
        "list_slice",
        "array_slice",
    ),
}
FORBIDDEN_NODES: dict[type[exp.Expr], str] = {
    exp.Pivot: "pivot",
    exp.Lambda: "lambda",
    exp.Slice: "list slicing",
    exp.Bracket: "list access",
    exp.Unnest: "unnest",
    exp.Explode: "unnest",
    exp.Quantile: "quantile",
    exp.PercentileCont: "percentile_cont",
    exp.PercentileDisc: "percentile_disc",
    exp.ApproxQuantile: "approx_quantile",
    exp.Median: "median",
    exp.IntDiv: "integer division",
}


def faults(sql: str) -> Iterator[str]:
    """Name what a query uses and should not."""
    trees = sqlglot.parse(sql, read="duckdb")
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        yield "not one select"
        return
    for node in trees[0].walk():
        yield from (name for kind, name in FORBIDDEN_NODES.items() if isinstance(node, kind))
        yield from (name for name, is_fault in FORBIDDEN_FORMS.items() if is_fault(node))
        if isinstance(node, exp.Func):
            name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            yield from {name} & FORBIDDEN_FUNCTIONS


def _is_safe_divisor(divisor: exp.Expr) -> bool:
    inner = divisor.unnest()
    while isinstance(inner, exp.Cast):
        inner = inner.this.unnest()
    return isinstance(inner, exp.Nullif) or (isinstance(inner, exp.Literal) and float(inner.this) != 0)


FORBIDDEN_FORMS: dict[str, Callable[[exp.Expr], bool]] = {
    "asof join": lambda node: isinstance(node, exp.Join) and "ASOF" in {node.method, node.kind},
    "group by all": lambda node: isinstance(node, exp.Group) and bool(node.args.get("all")),
    "select *": lambda node: isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count),
    "recursion": lambda node: isinstance(node, exp.With) and node.recursive,
    "filter over a window": lambda node: isinstance(node, exp.Window) and isinstance(node.this, exp.Filter),
    "division without nullif": lambda node: (
        isinstance(node, exp.Div | exp.Mod) and not _is_safe_divisor(node.expression)
    ),
    "type of one engine": lambda node: (
        isinstance(node, exp.DataType) and node.is_type("hugeint", "uhugeint", "interval")
    ),
}


def test_there_are_queries() -> None:
    assert {path.stem for path in QUERIES} >= {"dx_01", "dx_06", "dup_01"}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_query_uses_the_common_subset(path: Path) -> None:
    assert sorted(set(faults(whole(path)))) == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_query_translates_to_spark(path: Path) -> None:
    sql = whole(path)
    translated = sqlglot.transpile(
        sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    assert len(translated) == 1
    assert isinstance(sqlglot.parse_one(translated[0], read="spark"), exp.Query)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_query_reads_only_the_layers_below_it(path: Path) -> None:
    allowed = {
        "checks": {"core", "ref"},
        "measures": {"core", "ref", "mart"},
        "models": {"core", "ref", "mart"},
    }[path.parent.name]
    tree = sqlglot.parse_one(whole(path), read="duckdb")
    assert {found.db for found in tree.find_all(exp.Table) if found.db} <= allowed


@pytest.mark.parametrize("path", sorted((SQL / "checks").glob("*.sql")), ids=lambda path: path.stem)
def test_a_check_has_its_denominator_and_its_violations(path: Path) -> None:
    tree = sqlglot.parse_one(whole(path), read="duckdb")
    named = {cte.alias: cte.this.named_selects for cte in tree.find_all(exp.CTE)}
    # A name given twice would count the wrong column.
    assert len(named["eligible"]) == len(set(named["eligible"]))
    assert {"is_checked", "counted_as"} <= set(named["eligible"])
    assert "violating" in named
    assert tree.named_selects == [
        *("eligible_count", "not_checked_count", "claim_id", "encounter_id", "item_number", "code_system"),
        *("code", "related_code", "service_date", "detail", "release", "at_stake_amount"),
    ]


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select a.x from a asof join b on a.t >= b.t", "asof join"),
        ("pivot a on x using sum(y)", "not one select"),
        ("select x from (pivot a on x using sum(y))", "pivot"),
        ("select x[1:2] as y from a", "list slicing"),
        ("select quantile_cont(x, 0.5) as y from a", "percentile_cont"),
        ("select percentile_cont(0.5) within group (order by x) as y from a", "percentile_cont"),
        ("select median(x) as y from a", "median"),
        ("select x, count(*) as n from a group by all", "group by all"),
        ("select list_transform(x, lambda v: v + 1) as y from a", "lambda"),
        ("select count(*) filter (where x) over (order by y) as n from a", "filter over a window"),
        ("select x / y as z from a", "division without nullif"),
        ("select x / 0 as z from a", "division without nullif"),
        ("select x // y as z from a", "integer division"),
        ("select cast(x as hugeint) as z from a", "type of one engine"),
        ("select unnest(x) as z from a", "unnest"),
        ("select * from a", "select *"),
        ("select a.* from a", "select *"),
        ("select hash(x) as z from a", "hash"),
        ("with recursive b as (select 1 as x union all select x from b) select x from b", "recursion"),
        ("select 1; select 2", "not one select"),
        ("delete from a", "not one select"),
    ],
)
def test_the_test_itself_finds_what_is_forbidden(sql: str, fault: str) -> None:
    assert fault in set(faults(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "select x / nullif(y, 0) as z from a",
        "select x / cast(nullif(y, 0) as double) as z from a",
        "select x / 100.0 as z, count(*) as n from a group by x",
        "select sum(case when x then 1 else 0 end) over (order by y) as n from a where z = $z",
    ],
)
def test_what_is_allowed(sql: str) -> None:
    assert list(faults(sql)) == []


@pytest.mark.parametrize("path", QUERIES, ids=[path.stem for path in QUERIES])
def test_the_graph_knows_the_tables_that_a_query_reads(path: Path) -> None:
    tree = sqlglot.parse_one(whole(path), read="duckdb")
    read = {f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db}
    assert set(tables_read(whole(path))) == read


def test_a_table_named_in_a_comment_or_a_value_is_not_read() -> None:
    sql = "-- of core.claim\nselect 'core.payer' as said from core.claim_line -- not mart.finding"
    assert tables_read(sql) == ("core.claim_line",)


def test_a_table_is_read_however_its_name_is_written() -> None:
    sql = 'SELECT 1 FROM Core.Claim /* core.payer */ JOIN "core"."claim_line" ON true JOIN ref . code ON true'
    assert tables_read(sql) == ("core.claim", "core.claim_line", "ref.code")
