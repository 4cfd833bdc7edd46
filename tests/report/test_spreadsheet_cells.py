"""No CSV that people open holds a cell that a spreadsheet runs; the hashed ones have a guarded copy."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import polars as pl
import pytest

import auditlib
from auditlib.sampling import SampleRequest, Universe
from auditlib.sampling.frame import csv_bytes, guarded_twin
from auditlib.spreadsheet_cells import guarded_cells, runs_in_spreadsheet
from auditlib.workbench import Workbench
from tests.made_once import empty_workspace
from tests.tables import fill

RUN = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\x00=1"]
PLAIN = ["A-1", "1=1", "", "Cedar", "'=1", None]
# Of each file that writes CSV without a guard, why.
UNGUARDED = {
    "sampling/frame.py": "the hashed text; guarded_twin lies beside it",
}


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_guarded_by_either_way(text: str) -> None:
    assert runs_in_spreadsheet(text)
    rows = guarded_cells(pl.DataFrame({text: [text], "count": [-1]}))
    assert rows.columns == [f"'{text}", "count"]
    assert rows.row(0) == (f"'{text}", -1)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
@pytest.mark.parametrize("separator", [";", "\t", "; "])
def test_what_would_run_as_the_next_cell_of_another_separator_is_guarded(separator: str, sign: str) -> None:
    cell = guarded_cells(pl.DataFrame({"text": [f"Doe{separator}{sign}cmd|'/C calc'!A0"]})).item()
    assert not any(runs_in_spreadsheet(part) for part in re.split("[;\t]", cell))


def test_other_texts_stay() -> None:
    rows = pl.DataFrame({"text": PLAIN})
    assert guarded_cells(rows).equals(rows)
    assert not any(runs_in_spreadsheet(text) for text in PLAIN if text is not None)


def test_every_writer_of_csv_guards_its_cells() -> None:
    root = Path(auditlib.__file__).parent
    bare = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"write_csv\(|csv\.(dict)?writer\(", line, re.IGNORECASE)
        and "guarded_cells(" not in line
    }
    assert bare == UNGUARDED.keys()


def test_a_sample_and_a_frozen_universe_have_guarded_copies_and_keep_their_hashes(tmp_path: Path) -> None:
    workspace = empty_workspace(tmp_path / "workspace")
    encounters = [
        {
            "encounter_id": number,
            "encounter_class": "office",
            "coder_id": "=HYPERLINK(A1)",
            "discharge_date": dt.date(2026, 1, 1),
        }
        for number in ("E1", "=E2", "E3")
    ]
    fill(workspace.warehouse(), {"core.encounter": encounters})
    bench = Workbench.open(workspace.root)
    bench.universes.freeze(Universe("all"))
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="5", count=3), name="q1")
    for folder, name in ((workspace.manifests, "q1.sample"), (workspace.manifests, "q1.frame")):
        original, copy = folder / f"{name}.csv", folder / f"{name}.to-open.csv"
        assert "=E2" in original.read_text().replace("'=E2", "")
        cells = pl.read_csv(copy, infer_schema=False)
        assert not any(
            runs_in_spreadsheet(text) for column in cells for text in column.drop_nulls().to_list()
        )
    assert len(list((workspace.root / "universes").glob("*.to-open.csv"))) == 1
    recorded = bench.audit("q1").manifest.frame.sha256
    assert hashlib.sha256((workspace.manifests / "q1.frame.csv").read_bytes()).hexdigest() == recorded


def test_a_table_without_such_a_cell_has_no_copy_and_dollars_below_zero_are_none(tmp_path: Path) -> None:
    plain = pl.DataFrame({"unit_id": ["E1"], "charge_amount": ["-5.00"]})
    assert guarded_twin(tmp_path / "q1.frame.csv", csv_bytes(plain)) == {}
