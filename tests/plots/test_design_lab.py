from __future__ import annotations

import polars as pl

from auditlib.plots.design_lab import compare_plans
from auditlib.plots.renderer import spec_of, svg_of

ROW = {
    "plan": "simple, 100",
    "pattern": "2 % wrong",
    "runs": 1000,
    "mean_charts": 100.0,
    "hours": 50.0,
    "precision": 0.8,
    "coverage": 0.62,
    "above_chance": 0.0,
    "below_chance": 0.7,
    "confidence": 0.9,
}


def test_every_plan_and_pattern_is_drawn_in_the_order_given() -> None:
    rows = [{**ROW, "plan": plan, "pattern": pattern} for plan in ("b", "a") for pattern in ("many", "few")]
    rows[0]["precision"] = None
    chart = compare_plans(pl.DataFrame(rows))
    svg = svg_of(chart)
    for words in ("1,000 simulated audits", "many", "few", "interval holds", "threshold decided"):
        assert words in svg
    assert spec_of(chart)["hconcat"][0]["layer"][0]["encoding"]["y"]["sort"] == ["b", "a"]


def test_nothing_tried_is_said() -> None:
    assert "no plan was tried" in svg_of(compare_plans(pl.DataFrame(schema=dict.fromkeys(ROW, pl.String))))
