"""Cautions fire where a limit is short and not elsewhere: in the committed table, and drawn afresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reference.caution_grid import HEADS, INTRODUCTION, SAMPLE_COUNTS, cells, populations, row_of

TABLE = Path(__file__).with_name("caution_grid.md")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
]
GRID = [row for row in ROWS if len(row) == len(HEADS) and row[0] != HEADS[0]]
TOTALS = {row[0]: [float(cell.split()[0]) for cell in row[1:]] for row in ROWS[1:] if len(row) == 3}


def test_the_table_holds_every_population_and_its_introduction() -> None:
    assert TABLE.read_text(encoding="utf-8").startswith(INTRODUCTION)
    assert len(GRID) == len(populations()) * len(SAMPLE_COUNTS) * 3


def test_the_totals_are_those_of_the_rows() -> None:
    for sides, (alarms, caught) in TOTALS.items():
        chosen = [row for row in GRID if sides in ("all", row[2].split()[0])]
        for answer, total in (("yes", alarms), ("no", caught)):
            warned = [float(row[5]) for row in chosen if row[4] == answer]
            assert sum(warned) / len(warned) == pytest.approx(total, abs=0.6)


def test_the_demanded_lower_limit_is_caught_and_seldom_warned_of_without_reason() -> None:
    alarms, caught = TOTALS["lower"]
    assert alarms <= 10
    assert caught >= 90


@pytest.mark.parametrize(
    ("population", "sample_count"),
    [("payments very skewed, 15%", 40), ("under mostly, 20%", 40), ("universal, even payments", 40)],
)
def test_rows_drawn_afresh_are_the_committed_ones(population: str, sample_count: int) -> None:
    fresh = [row_of(cell) for cell in cells(population, populations()[population], sample_count)]
    assert fresh == [row for row in GRID if row[:2] == [population, str(sample_count)]]
