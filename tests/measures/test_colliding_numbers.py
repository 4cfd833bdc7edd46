"""Links where control numbers collide: the goals of docs/measures/claim_link.md, on a small world."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tools.colliding_numbers import PRECISION_GOAL, RECALL_GOALS, run, table


def test_links_hold_their_goals_where_numbers_collide(tmp_path: Path) -> None:
    payments = pl.concat([run(seed, 500, tmp_path / str(seed)) for seed in (11, 12)])
    rows = {row["stated"]: row for row in table(payments).iter_rows(named=True)}
    assert rows["all"]["payments"] > 2000
    assert rows["all"]["precision"] >= PRECISION_GOAL
    for stated in ("member number", "name", "neither"):
        assert rows[stated]["recall"] >= RECALL_GOALS[stated]
