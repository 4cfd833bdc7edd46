"""Intervals of clustered codes cover, and equal coders seldom differ: in the committed table, and afresh."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.reference.clusters import (
    ALARM_RUNS,
    ALARMS,
    CHART_COUNTS,
    CORRELATIONS,
    INTRODUCTION,
    LEAST,
    NOMINAL,
    RATES,
    RUNS,
    SIZES,
    STATED_ALARM,
    TEAMS,
    Setting,
    false_alarms,
    row_of,
    settings,
    simulate,
)

TABLE = Path(__file__).with_name("clusters.md")


def rows_of(part: str) -> list[list[str]]:
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines][1:]


TEXT = TABLE.read_text(encoding="utf-8")
COVERED, FALSE = (rows_of(part) for part in TEXT.split("## How often coders falsely differ"))


def test_the_committed_table_is_whole() -> None:
    assert TEXT.startswith(INTRODUCTION)
    assert ALARMS in TEXT
    assert len(COVERED) == len(SIZES) * len(CHART_COUNTS) * len(RATES) * len(CORRELATIONS)
    assert len(FALSE) == len(TEAMS) * len(SIZES) * 2 * len(CORRELATIONS)


@pytest.mark.parametrize("column", [5, 9], ids=["codes", "Jaccard"])
def test_the_interval_covers_in_every_row(column: int) -> None:
    room = 300 * math.sqrt(LEAST * (1 - LEAST) / RUNS)
    least = 100 * LEAST if column == 5 else 88
    assert not [row for row in COVERED if float(row[column]) + room < least]
    assert sum(float(row[column]) for row in COVERED) / len(COVERED) >= 100 * NOMINAL


def test_that_of_independent_codes_does_not_cover() -> None:
    """Else the table would prove nothing."""
    assert min(float(row[4]) for row in COVERED) < 65
    assert min(float(row[8]) for row in COVERED) < 50


def test_alike_coders_seldom_differ() -> None:
    room = 300 * math.sqrt(STATED_ALARM * (1 - STATED_ALARM) / ALARM_RUNS)
    assert not [row for row in FALSE if float(row[4]) > 100 * STATED_ALARM + room]


@pytest.mark.parametrize(
    "setting",
    [Setting("equal", 30, 0.95, 0.2), Setting("equal", 10, 0.80, 0.35), Setting("unequal", 30, 0.98, 0.1)],
)
def test_the_seed_gives_what_the_table_says(setting: Setting) -> None:
    committed = COVERED[settings().index(setting)]
    fresh = row_of(simulate(setting, runs=300))
    assert fresh[:4] == committed[:4]
    for new, old in zip(fresh[4:], committed[4:], strict=True):
        # Four simulation errors of the short run.
        assert abs(float(new) - float(old)) <= 400 * math.sqrt(0.25 / 300)
    assert abs(float(fresh[5]) - float(committed[5])) <= 400 * math.sqrt(0.06 / 300)


def test_a_fresh_team_of_alike_coders_keeps_the_stated_chance() -> None:
    share = false_alarms("5 coders of 30", "unequal", 0.9, 0.3, runs=300, seed=7)
    assert share <= STATED_ALARM + 3 * math.sqrt(STATED_ALARM * (1 - STATED_ALARM) / 300)
