"""Where the textbook interval covers less than it says, the appraisal must have said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reference.coverage import SAMPLE_COUNTS, Coverage, coverage, populations

TABLE = Path(__file__).with_name("coverage.md")
# Three simulation errors below the nominal level.
SHORT_OF_NINETY = 85.5


def committed_rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def test_the_committed_table_is_complete() -> None:
    head, *rows = committed_rows()
    assert [(row[0], int(row[1])) for row in rows] == [
        (population.name, count) for population in populations() for count in SAMPLE_COUNTS
    ]
    assert {len(row) for row in rows} == {len(head)}


def test_a_short_interval_warns_and_the_bounds_hold() -> None:
    head, *rows = committed_rows()
    for row in rows:
        named = dict(zip(head, row, strict=True))
        if float(named["t"]) < SHORT_OF_NINETY:
            assert float(named["warned"]) > 90, row
        assert float(named["betting"]) >= SHORT_OF_NINETY
        assert float(named["exact count"]) >= SHORT_OF_NINETY
        assert float(named["minimum sum lower"]) >= 92


@pytest.fixture(scope="module")
def nearly_all_wrong() -> Coverage:
    population = next(found for found in populations() if found.name.startswith("95% of equal"))
    return coverage(population, 30, runs=100)


def test_a_fresh_simulation_says_the_same(nearly_all_wrong: Coverage) -> None:
    assert nearly_all_wrong.t_lower < 0.90
    assert nearly_all_wrong.warned == 1.0
    assert nearly_all_wrong.minimum_sum_lower >= 0.92
    assert nearly_all_wrong.sequence_two_sided >= 0.85
