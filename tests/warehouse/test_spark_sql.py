"""What of the SQL is mended for Spark, and how."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from auditlib.errors import MissingExtraError, StoreError, UsageError
from auditlib.warehouse import Warehouse
from auditlib.warehouse.lake import Lake
from auditlib.warehouse.spark_engine import SparkEngine, address
from auditlib.warehouse.spark_sql import spark_query
from auditlib.warehouse.store import read_sql


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        (
            "select claim.claim_id from core.claim as claim",
            "SELECT claim.claim_id FROM core__claim AS claim",
        ),
        ("select a.x from b as a where a.x = $x", "SELECT a.x FROM b AS a WHERE a.x = :x"),
        (
            "select a.x / nullif(a.y, 0) as z from b as a",
            "SELECT CAST(a.x AS DOUBLE) / CAST(NULLIF(a.y, 0) AS DOUBLE) AS z FROM b AS a",
        ),
        (
            "select cast(line.unit_count as bigint) as z from core.claim_line as line",
            "SELECT CAST(ROUND(line.unit_count, 0) AS BIGINT) AS z FROM core__claim_line AS line",
        ),
        (
            "select cast(power(2, line.line_number) as bigint) as z from core.claim_line as line",
            "SELECT CAST(RINT(POWER(2, line.line_number)) AS BIGINT) AS z FROM core__claim_line AS line",
        ),
        (
            "select row_number() over (order by a.x / 2) as z from b as a",
            (
                "SELECT CAST(ROW_NUMBER() OVER (ORDER BY CAST(a.x AS DOUBLE) / CAST(2 AS DOUBLE) NULLS LAST) "
                "AS BIGINT) AS z FROM b AS a"
            ),
        ),
        (
            "select cast(line.line_number as bigint) as z from core.claim_line as line",
            "SELECT CAST(line.line_number AS BIGINT) AS z FROM core__claim_line AS line",
        ),
        (
            "select string_agg(a.x, ', ' order by a.y) as z from b as a",
            "SELECT LISTAGG(a.x, ', ') WITHIN GROUP (ORDER BY a.y NULLS LAST) AS z FROM b AS a",
        ),
        ("select a.x from b as a order by a.x", "SELECT a.x FROM b AS a ORDER BY a.x NULLS LAST"),
        ("select a.x from b as a order by a.x desc", "SELECT a.x FROM b AS a ORDER BY a.x DESC"),
        (
            "select concat(a.x, 'y') as z from b as a",
            "SELECT CONCAT(COALESCE(a.x, ''), 'y') AS z FROM b AS a",
        ),
        (
            "select date_diff('day', a.x, a.y) as z from b as a",
            "SELECT DATEDIFF(DAY, a.x, a.y) AS z FROM b AS a",
        ),
        (
            "select min(a.x) as z from b as a where regexp_matches(a.y, '^[0-9]+$')",
            "SELECT MIN(a.x) AS z FROM b AS a WHERE a.y RLIKE '^[0-9]+$'",
        ),
    ],
)
def test_a_difference_is_mended(duckdb: str, spark: str) -> None:
    assert spark_query(duckdb).select == spark
    assert spark_query(duckdb).steps == ()


def test_what_a_long_query_reads_often_is_kept() -> None:
    query = spark_query(read_sql("models/take_back"))
    names = [name for name, _ in query.steps]
    assert names
    assert all(name in query.select or any(name in later for _, later in query.steps) for name in names)
    assert query.select.count("core__remittance") < 10
    assert spark_query(read_sql("models/claim_role")).steps == ()


@pytest.mark.parametrize(
    "engine", ["spark", "spark:host:15002", "sc://host:15002", "spark:sc://", "duckdb:x"]
)
def test_an_address_of_no_spark_is_refused(engine: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no engine"):
        SparkEngine(engine, Lake(tmp_path))


def test_without_the_extra_it_says_which(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.session", None)
    engine = SparkEngine("spark:sc://127.0.0.1:1", Lake(tmp_path))
    with pytest.raises(MissingExtraError, match=r"auditlib\[spark\]"):
        engine.prepare(warehouse, ["measures/claim_total"])


def test_a_path_is_read_as_it_is_written_and_one_with_patterns_is_refused() -> None:
    assert address(Path("/shared/my audits/Ärzte/lake")) == "file:///shared/my audits/Ärzte/lake"
    for sign in "*?[]{}":
        with pytest.raises(UsageError, match="Spark reads no lake at"):
            SparkEngine("spark:sc://127.0.0.1:1", Lake(Path(f"/shared/q1{sign}/lake")))


def test_an_address_at_which_nothing_listens_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    engine = SparkEngine("spark:sc://127.0.0.1:1", Lake(tmp_path))
    with pytest.raises(StoreError, match=r"No Spark answers at 127\.0\.0\.1:1"):
        engine.prepare(warehouse, ["measures/claim_total"])
