"""Lists of claims as files: labels, whole numbers and dollars, no formula, no file replaced."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.report.claim_list import write_claim_list
from auditlib.scratch import scratch_name

CLAIMS = pl.DataFrame(
    {
        "patient_control_number": ["A1", "=1+1", None],
        "payer_name": ["Cedar", "@SUM(A1)", "-2"],
        "denied_amount": [Decimal("12.50"), Decimal("-3.00"), Decimal("0.00")],
    }
)


def test_texts_of_a_csv_begin_no_formula_and_numbers_stay(tmp_path: Path) -> None:
    path = write_claim_list(tmp_path / "new folder" / "list.csv", CLAIMS)
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    assert rows == ["A1,Cedar,12.50", "'=1+1,'@SUM(A1),-3.00", ",'-2,0.00"]


def test_texts_of_a_workbook_are_texts(tmp_path: Path) -> None:
    path = write_claim_list(tmp_path / "list.xlsx", CLAIMS)
    read = pl.read_excel(path, engine="calamine")
    assert read[:, 0].to_list() == ["A1", "=1+1", None]
    assert read[:, 1].to_list() == ["Cedar", "@SUM(A1)", "-2"]
    assert read[:, 2].to_list() == [12.5, -3.0, 0.0]


def test_no_file_is_replaced_and_no_other_kind_written(tmp_path: Path) -> None:
    write_claim_list(tmp_path / "list.csv", CLAIMS)
    for name in ("list.csv", "list.txt"):
        with pytest.raises(UsageError, match="no new"):
            write_claim_list(tmp_path / name, CLAIMS)


def test_what_a_killed_process_left_beside_a_list_goes_with_the_next_one(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = tmp_path / scratch_name("file").replace(str(os.getpid()), str(ended.pid))
    running = tmp_path / scratch_name("file")
    for folder in (left, running):
        folder.mkdir()
        (folder / "list.csv").write_text("rows")
    write_claim_list(tmp_path / "list.csv", pl.DataFrame({"claim_id": [1]}))
    assert {path.name for path in tmp_path.iterdir()} == {"list.csv", running.name}
