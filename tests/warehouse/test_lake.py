"""The lake: loaded rows as Parquet files by month, of which only what changed is written."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from auditlib.errors import StoreError
from auditlib.schema.core import CLAIM, CLAIM_LINE
from auditlib.schema.mart import FINDING
from auditlib.warehouse import Warehouse, graph
from auditlib.warehouse.lake import Lake, Written
from tests.tables import fill, rows_frame

CLAIM_FILES = "core/claim/month=*/*.parquet"


def claim(number: int, day: dt.date | None) -> dict[str, object]:
    return {"claim_id": number, "from_date": day, "charge_amount": Decimal("10.25")}


def written(lake: Lake, warehouse: Warehouse) -> dict[str, Written]:
    with lake.changing() as record:
        return {
            table.table: table
            for table in warehouse.write_lake(lake, record, {CLAIM: "true", CLAIM_LINE: "true"})
        }


@pytest.fixture
def lake(tmp_path: Path, warehouse: Warehouse) -> Lake:
    january, february = dt.date(2026, 1, 31), dt.date(2026, 2, 1)
    fill(
        warehouse,
        {
            "core.claim": [claim(1, january), claim(2, february), claim(3, None)],
            "core.claim_line": [{"claim_id": 1, "line_number": 1}, {"claim_id": 2, "line_number": 1}],
        },
    )
    return Lake(tmp_path / "lake")


def test_rows_lie_in_the_month_of_their_claim(lake: Lake, warehouse: Warehouse) -> None:
    written(lake, warehouse)
    assert {path.name for path in lake.place("core.claim").iterdir()} == {
        "month=2026-01",
        "month=2026-02",
        "month=undated",
    }
    assert {path.name for path in lake.place("core.claim_line").iterdir()} == {
        "month=2026-01",
        "month=2026-02",
    }


def test_duckdb_and_polars_read_the_rows_of_the_warehouse(lake: Lake, warehouse: Warehouse) -> None:
    written(lake, warehouse)
    with warehouse._reading() as connection:
        expected = connection.select("select * from core.claim order by claim_id", None)
    by_polars = pl.scan_parquet(lake.place("core.claim"), hive_partitioning=True).sort("claim_id").collect()
    assert by_polars.select(expected.columns).equals(expected)
    by_duckdb = duckdb.sql(
        f"select claim_id, charge_amount, month from read_parquet('{lake.folder / CLAIM_FILES}', "
        "hive_partitioning = true, hive_types_autocast = false) order by claim_id"
    ).fetchall()
    assert by_duckdb == [
        (1, Decimal("10.25"), "2026-01"),
        (2, Decimal("10.25"), "2026-02"),
        (3, Decimal("10.25"), "undated"),
    ]


def test_a_new_month_leaves_the_others_as_they_are(lake: Lake, warehouse: Warehouse) -> None:
    assert written(lake, warehouse)["core.claim"] == Written("core.claim", 3, 3, 3)
    before = {path: path.stat().st_mtime_ns for path in lake.folder.glob(CLAIM_FILES)}
    fill(warehouse, {"core.claim": [claim(4, dt.date(2026, 3, 1))]})
    assert written(lake, warehouse)["core.claim"] == Written("core.claim", 4, 4, 1)
    assert before.items() <= {path: path.stat().st_mtime_ns for path in lake.folder.glob(CLAIM_FILES)}.items()


def test_a_month_whose_rows_changed_is_written_again_and_one_without_rows_goes(
    lake: Lake, warehouse: Warehouse
) -> None:
    written(lake, warehouse)
    with warehouse.writing() as writer:
        writer.delete_where(CLAIM, "claim_id = 1")
        writer._connection.execute("update core.claim set charge_amount = 11 where claim_id = 2", None)
    assert written(lake, warehouse)["core.claim"] == Written("core.claim", 2, 2, 1)
    rows = pl.read_parquet(lake.place("core.claim"), hive_partitioning=True).sort("claim_id")
    assert rows.select("claim_id", "charge_amount", "month").rows() == [
        (2, Decimal("11.00"), "2026-02"),
        (3, Decimal("10.25"), "undated"),
    ]


def test_only_tables_that_a_transaction_wrote_are_read(lake: Lake, warehouse: Warehouse) -> None:
    assert written(lake, warehouse).keys() == {"core.claim", "core.claim_line"}
    assert written(lake, warehouse) == {}
    fill(warehouse, {"core.claim_line": [{"claim_id": 2, "line_number": 2}]})
    assert written(lake, warehouse) == {"core.claim_line": Written("core.claim_line", 3, 2, 1)}
    # The months of lines are those of their claims.
    with warehouse.writing() as writer:
        writer._connection.execute("update core.claim set from_date = null where claim_id = 2", None)
    assert written(lake, warehouse).keys() == {"core.claim", "core.claim_line"}


def test_rows_whose_condition_reads_another_table_follow_from_it(lake: Lake, warehouse: Warehouse) -> None:
    tables = {CLAIM_LINE: "claim_id in (select claim.claim_id from core.claim as claim)", CLAIM: "true"}
    both = {"core.claim_line", "core.claim"}
    for expected in (both, set()):
        with lake.changing() as record:
            assert {table.table for table in warehouse.write_lake(lake, record, tables)} == expected
    fill(warehouse, {"core.claim": [claim(9, None)]})
    with lake.changing() as record:
        assert {table.table for table in warehouse.write_lake(lake, record, tables)} == both


def test_a_transaction_that_vanished_wrote_nothing(lake: Lake, warehouse: Warehouse) -> None:
    written(lake, warehouse)
    with pytest.raises(ZeroDivisionError), warehouse.writing() as writer:
        writer.delete_where(CLAIM, "true")
        _ = 1 // 0
    assert written(lake, warehouse) == {}


def test_a_file_that_is_only_touched_is_not_read_again_and_one_that_changed_is(tmp_path: Path) -> None:
    warehouse, lake = Warehouse.create(tmp_path / "warehouse.duckdb"), Lake(tmp_path / "lake")
    fill(warehouse, {"core.claim": [claim(1, dt.date(2026, 1, 31))], "core.claim_line": []})
    written(lake, warehouse)
    before = warehouse.path.stat()
    os.utime(warehouse.path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    assert written(lake, warehouse) == {}
    with warehouse.writing() as writer:
        writer._connection.execute("update core.claim set charge_amount = 10.26", None)
    # The days and the size of a file prove nothing.
    os.utime(warehouse.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert written(lake, warehouse)["core.claim"] == Written("core.claim", 1, 1, 1)


def test_a_table_that_an_earlier_version_wrote_goes_by_the_file(tmp_path: Path) -> None:
    warehouse, lake = Warehouse.create(tmp_path / "warehouse.duckdb"), Lake(tmp_path / "lake")
    written(lake, warehouse)
    assert written(lake, warehouse) == {}
    with warehouse._open(read_only=False) as connection:
        rows = rows_frame(CLAIM, [claim(1, None)])
        connection.insert("core.claim", ", ".join(CLAIM.column_names), rows)
    assert written(lake, warehouse)["core.claim"].row_count == 1


@pytest.mark.parametrize("step", ["_remove_others", "put"])
def test_what_was_interrupted_goes_on(
    lake: Lake, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"auditlib.warehouse.lake.{step}", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            written(lake, warehouse)
    assert lake.record().tables == {"core.claim": {}}
    assert written(lake, warehouse)["core.claim"] == Written("core.claim", 3, 3, 3)


def test_a_month_whose_removal_was_interrupted_goes_all_the_same(
    lake: Lake, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(lake, warehouse)
    with warehouse.writing() as writer:
        writer.delete_where(CLAIM, "claim_id = 1")
    with monkeypatch.context() as patch:
        patch.setattr("auditlib.warehouse.lake._remove_others", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            written(lake, warehouse)
    written(lake, warehouse)
    assert not (lake.place("core.claim") / "month=2026-01").exists()


def test_a_folder_with_other_files_is_no_lake(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(StoreError, match="no lake"), Lake(tmp_path).changing():
        pass


def test_rows_that_models_add_are_not_loaded_rows() -> None:
    conditions = {table.name: condition for table, condition in graph.loaded_rows().items()}
    assert "origin = 'claim'" in conditions["encounter"]
    assert conditions["claim"] == "true"
    assert "claim_link" not in conditions
    assert FINDING.name in conditions
