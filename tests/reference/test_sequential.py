"""The committed table keeps the stated risk, and a fresh simulation says the same."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from benchmarks.sequential_figure import FIGURE, verdict
from tests.reference.sequential import HEADS, RISK, populations, simulate

TABLE = Path(__file__).with_name("sequential.md")


def committed_rows() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert tuple(split[0]) == HEADS
    return [dict(zip(HEADS, row, strict=True)) for row in split[1:]]


def test_no_row_assures_falsely_more_often_than_stated() -> None:
    rows = committed_rows()
    assert [row["population"] for row in rows] == [population.name for population in populations()]
    for row in rows:
        # Ten thousand runs: three simulation errors are 0.65 points.
        assert float(row["falsely below"]) <= 100 * RISK + 0.65, row
        assert float(row["falsely above"]) <= 100 * RISK + 0.65, row
        assert float(row["decided wrongly"]) <= 100 * RISK + 0.65, row


def test_at_least_three_universes_need_half_the_charts() -> None:
    rows = committed_rows()
    assert sum(row["mean / plan"] != "none" and float(row["mean / plan"]) <= 0.5 for row in rows) >= 3


def test_the_figure_says_what_the_table_shows() -> None:
    sentence = verdict(committed_rows())
    assert sentence.startswith("On 7 of 8 universes the mean is at most half of RAT-STATS' plan")
    drawn = FIGURE.read_text(encoding="utf-8")
    assert sentence.replace("'", "&#39;") in drawn or sentence in drawn


@pytest.mark.parametrize(
    "name",
    [
        "outpatient surgery, 20% wrong in part",
        "inpatient stays, 20% regrouped",
        "the same 20%, findings weigh threefold",
    ],
)
def test_a_fresh_simulation_says_the_same(name: str) -> None:
    population = next(found for found in populations() if found.name == name)
    row = next(row for row in committed_rows() if row["population"] == name)
    runs = 400
    fresh = simulate(population, runs=runs, seed=3)
    allowed = RISK + 3 * math.sqrt(RISK * (1 - RISK) / runs)
    assert fresh.falsely_below <= allowed
    assert fresh.falsely_above <= allowed
    assert fresh.mean_charts == pytest.approx(float(row["mean charts"]), rel=0.1)
    assert fresh.mean_charts <= 0.5 * fresh.precision_plan
