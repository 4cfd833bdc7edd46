"""The denial explorer on the demo: findings lead to their lines, claims open, files are written."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl
import pytest

from auditlib.measures.denied_lines import claims_of, where
from auditlib.report.labels import label_of
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace
from tests.widgets.test_accuracy_screen import texts


@pytest.mark.slow
def test_a_finding_leads_to_its_claims_and_into_files(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    screen = bench.denials.explore()
    found = bench.denials.findings().frame
    assert found.height > 0
    lines = bench.denials.lines().frame
    for place, wanted in enumerate(found["filters"]):
        screen._answer({"kind": "finding", "value": place})
        assert screen.chosen_claims().rows() == claims_of(where(lines, wanted)).rows()

    claims = screen.chosen_claims()
    opened = screen._answer({"kind": "claim", "claim": claims["claim_id"][0]})
    assert opened is not None
    words = texts(opened["claim"])
    for part in ("Lines (", "Adjustments (", "Remarks (", "History (", "Findings of our checks ("):
        assert part in words

    for kind in ("worklist", "export", "sample"):
        said = screen._answer({"kind": kind})
        assert said is not None
        assert "error" not in said
    folder = bench.workspace.reports / "denials"
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".xlsx", ".xlsx"]
    (listed,) = folder.glob("*.csv")
    assert pl.read_csv(listed).height == claims.height
    # The worklist of the selection has what there is to do by when, as the worklist of all has.
    (work,) = folder.glob("worklist*.xlsx")
    rows = fastexcel.read_excel(work).load_sheet(0).to_polars()
    todo = bench.denials.worklist().frame.join(claims.select("claim_id"), on="claim_id", how="semi")
    assert rows[label_of("claim_id")].to_list() == todo["claim_id"].to_list()
    assert {label_of("action"), label_of("last_appeal_date")} <= set(rows.columns)
