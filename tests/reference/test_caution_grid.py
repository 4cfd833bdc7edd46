"""Cautions fire where a limit is short and not elsewhere: in the committed table, and drawn afresh."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from tests.reference.caution_grid import (
    ASKED,
    HEADS,
    INTRODUCTION,
    KNOWN,
    POPULATIONS,
    ROOM,
    SAMPLE_COUNTS,
    SEEDS,
    SETS,
    TOTAL_HEADS,
    cells,
    draws,
    errors_of_estimates,
    holding,
    row_of,
    simulate,
    sizes,
)

TABLE = Path(__file__).with_name("caution_grid.md")
LINES = TABLE.read_text(encoding="utf-8").splitlines()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("| ")]
GRID = [row for row in ROWS if len(row) == len(HEADS) and row[0] != HEADS[0]]
TOTALS = {
    tuple(row[:3]): [float(cell) for cell in row[3:]]
    for row in ROWS
    if len(row) == len(TOTAL_HEADS) and row[0] != TOTAL_HEADS[0]
}


def test_the_table_holds_every_population_and_its_introduction() -> None:
    assert TABLE.read_text(encoding="utf-8").startswith(INTRODUCTION)
    assert [(row[0], row[1]) for row in GRID] == [
        (name, str(count)) for kind in SETS for name, count in product(POPULATIONS[kind](), SAMPLE_COUNTS)
    ]
    assert len(TOTALS) == len(SETS) * len(KNOWN) * len(ASKED)


def test_each_set_has_populations_of_its_own() -> None:
    names = [name for kind in SETS for name in POPULATIONS[kind]()]
    assert len(names) == len(set(names))
    assert SEEDS["untouched"] != SEEDS["training"]


def test_the_totals_are_those_of_the_rows() -> None:
    names = {kind: set(POPULATIONS[kind]()) for kind in SETS}
    for (kind, known, limits), (alarms, caught, *_) in TOTALS.items():
        column, place = HEADS.index(limits), 1 + KNOWN.index(known)
        shown = [row[column].split(" / ") for row in GRID if row[0] in names[kind]]
        for is_short, total in ((False, alarms), (True, caught)):
            warned = [float(cell[place]) for cell in shown if ("short" in cell[0]) is is_short]
            assert sum(warned) / len(warned) == pytest.approx(total, abs=0.6)


@pytest.mark.parametrize(("kind", "known"), list(product(SETS, KNOWN)))
@pytest.mark.parametrize("limits", ["lower 90", "lower 95", "upper 90", "upper 95"])
def test_one_limit_is_caught_and_seldom_warned_of_without_reason(kind: str, known: str, limits: str) -> None:
    alarms, caught, *_ = TOTALS[kind, known, limits]
    assert alarms <= 10
    assert caught >= 90


@pytest.mark.parametrize(("kind", "limits"), list(product(SETS, ("two-sided 90", "two-sided 95"))))
def test_two_limits_are_nearly_as_well_discriminated_where_payments_are_known(kind: str, limits: str) -> None:
    alarms, caught, *_ = TOTALS[kind, "payments known", limits]
    assert alarms <= 10
    assert caught >= 88


@pytest.mark.parametrize("sides_and_level", ASKED)
@pytest.mark.parametrize(("kind", "known"), list(product(SETS, KNOWN)))
def test_limits_without_a_caution_hold_as_often_as_they_say(
    kind: str, known: str, sides_and_level: tuple[str, float]
) -> None:
    sides, level = sides_and_level
    *_, holds = TOTALS[kind, known, f"{sides} {100 * level:.0f}"]
    assert holds >= 100 * (level - ROOM)


@pytest.mark.parametrize(
    ("kind", "population", "sample_count"),
    [
        ("training", "very skewed payments, 15% wrong", 40),
        ("training", "strata by units, under only, 20%", 100),
        ("held-out", "frequent small over, 5% large under", 40),
        ("held-out", "triangular payments, 45% wrong", 100),
    ],
)
def test_rows_drawn_afresh_are_the_committed_ones(kind: str, population: str, sample_count: int) -> None:
    fresh = row_of(cells(simulate(kind, population, sample_count)))
    assert fresh == next(row for row in GRID if row[:2] == [population, str(sample_count)])


@pytest.mark.parametrize("cut", ["", "dollars"])
def test_whole_columns_give_the_limits_of_the_product(cut: str) -> None:
    name = "strata by dollars, skewed payments, 30% wrong" if cut else "skewed payments, 30% wrong"
    universe = POPULATIONS["training"]()[name].universe(np.random.default_rng(5))
    excess, error = errors_of_estimates(universe, 60, 3, np.random.default_rng(6))
    again, parts = np.random.default_rng(6), []
    for errors, count in zip(universe.errors, sizes(universe, 60), strict=True):
        parts.append(again.permutation(errors[draws(len(errors), count, 3, again)], axis=0))
    truth = sum(float(errors.sum()) for errors in universe.errors)
    for run in range(3):
        strata = [
            ValueStratum(part[run].tolist(), len(errors))
            for part, errors in zip(parts, universe.errors, strict=True)
        ]
        total = (
            appraise_strata(strata).total
            if cut
            else appraise_values(strata[0].values, universe_count=strata[0].universe_count).total
        )
        assert total.point - truth == pytest.approx(excess[run])
        assert total.standard_error == pytest.approx(error[run])
        for sides, level in ASKED:
            limits = total.interval(level, sides=sides)
            holds = limits.lower <= truth <= limits.upper
            found = holding(excess, error, sides, level, freedom=None if cut else 59)
            assert bool(found[run]) is holds
