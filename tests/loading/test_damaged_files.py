"""A folder of damaged files is loaded: each file wholly or not at all, and counted as what it gave."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from auditlib.loading.file_report import OF_FILE
from auditlib.schema.core import CORE_TABLES
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.targets import TARGETS
from tests.sources.x12 import texts

_EACH = 4
_FILES = """
select source_file_id, load_status, claim_count, line_count, charge_amount, rejected_count
from core.source_file
"""
_ROWS = "select source_file_id, count(*) from core.{table} group by source_file_id"
_CHARGES = """
select source_file_id, sum(charge_amount)
from (
  select source_file_id, charge_amount from core.claim
  union all
  select source_file_id, charge_amount from core.remit_claim
)
group by source_file_id
"""
# Tables that follow from loaded rows, or tell of files, hold no rows of a file's own.
_OWN = [
    table.name
    for table in CORE_TABLES
    if "source_file_id" in table.column_names
    and table.name not in {"source_file", "rejected_record", "patient", *OF_FILE}
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of every kind that load reads, each damaged several times over."""
    dice = random.Random(23)
    found = tmp_path / "damaged"
    for name in ("x12", "tables", "charts"):
        target = TARGETS[name]
        for number, seed in enumerate(target.seeds()):
            changed = seed
            for step in range(_EACH):
                changed = MUTATIONS[target.mutation](changed, dice)[:16_384]
                path = found / f"{name}-{number}-{step}" / target.file_names[0]
                path.parent.mkdir(parents=True)
                path.write_bytes(changed)
    for number, cut in enumerate(range(0, len(texts.professional()), 97)):
        (found / f"cut-{number}.edi").write_bytes(texts.professional()[:cut])
    return found


def test_a_damaged_file_is_loaded_wholly_or_not_at_all(workspace: Workspace, folder: Path) -> None:
    report = Workbench(workspace).files.load(folder)
    with duckdb.connect(str(workspace.warehouse_path), read_only=True) as connection:
        files = {row[0]: row[1:] for row in connection.execute(_FILES).fetchall()}
        rows = {table: dict(connection.execute(_ROWS.format(table=table)).fetchall()) for table in _OWN}
        charges = dict(connection.execute(_CHARGES).fetchall())
    given = dict(report.files.group_by("load_status").len().iter_rows())
    assert min(given.get(status, 0) for status in ("loaded", "loaded with rejects", "rejected")) > 0
    for file_id, (status, claim_count, line_count, charge, rejected_count) in files.items():
        counts = {table: found.get(file_id, 0) for table, found in rows.items()}
        assert claim_count == counts["claim"] + counts["remit_claim"]
        assert line_count == counts["claim_line"] + counts["remit_line"]
        assert charge == charges.get(file_id, Decimal(0))
        assert status != "rejected" or not any(counts.values())
        assert (rejected_count > 0) == (status != "loaded")
    again = Workbench(workspace).files.load(folder)
    assert again.files.filter(pl.col("load_status").is_in(["loaded", "loaded with rejects"])).is_empty()
