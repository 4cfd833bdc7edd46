from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.charts.renderer import svg_of
from auditlib.errors import UsageError
from auditlib.sampling import Universe
from tests.widgets.test_sample_planner import small_workbench

NOW = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def test_the_bound_follows_the_ledger(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.draw_sample(Universe("all"), name="early", seed="3", sample_count=80)
    assert bench.running_bound("early").sentence.startswith("Go on: no chart")

    session = bench.review("early")
    for encounter_id in session.encounter_ids[:70]:
        session.open_chart(encounter_id, recorded_at=NOW)
        session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)
    bound = bench.running_bound("early")
    # Seventy clean charts of 240: of the rest a twentieth of the universe cannot hide.
    assert bound.looks.height == 70
    assert bound.sentence.startswith("You may stop: after ")
    assert "You may stop" in svg_of(bench.running_bound_chart("early"))


def test_a_stratified_sample_has_none(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.draw_sample(
        Universe("all", stratify_by="encounter_class"), name="strata", seed="3", sample_count=30
    )
    with pytest.raises(UsageError, match="no running bound"):
        bench.running_bound("strata")
