"""How often intervals cover: the committed table, and samples drawn afresh, in which cautions fire."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from pathlib import Path

import pytest

from tests.reference.coverage import HEADS, INTRODUCTION, RUNS, SEED, fault, row_of, studies
from tests.reference.coverage_cells import Cell
from tests.reference.coverage_designs import cluster_cells, dollar_cells, strata_cells, three_stage_cells
from tests.reference.coverage_others import agreement_cells, sequence_cells
from tests.reference.coverage_simple import (
    BOOTSTRAP_EVERY,
    RATES,
    SAMPLE_COUNTS,
    populations,
    share_cells,
    value_cells,
)

TABLE = Path(__file__).with_name("coverage.md")
FEW = 120


def committed_cells() -> list[Cell]:
    """Return the cells of the table, which says nothing of warnings."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    assert all(len(row) == len(HEADS) for row in rows)
    found = []
    for interval, population, sample, level, covers, error in rows:
        if interval == HEADS[0]:
            continue
        runs = 0 if error == "exact" else RUNS
        if interval == "bootstrap-t":
            runs = len(range(0, RUNS, BOOTSTRAP_EVERY))
        shares = (float(text) / 100 for text in (level, covers))
        found.append(Cell(interval, population, sample, *shares, 0.0, 0.0, runs))
    return found


CELLS = committed_cells()


def test_the_committed_table_is_the_one_that_the_program_makes() -> None:
    assert TABLE.read_text(encoding="utf-8").startswith(INTRODUCTION)
    # A study gives several rows; each of them is there.
    assert len({(cell.population, cell.sample) for cell in CELLS}) >= len(studies(runs=1)) - 1
    assert len({cell.interval for cell in CELLS}) >= 40


@cache
def summed(rate: float, sample_count: int) -> list[Cell]:
    return share_cells(rate, sample_count)


@pytest.mark.parametrize(("rate", "sample_count"), list(product(RATES, SAMPLE_COUNTS)))
def test_shares_are_the_same_to_the_digit_and_keep_the_rule(rate: float, sample_count: int) -> None:
    """They are summed, not simulated: all of the table's rows can be made again at once."""
    found = summed(rate, sample_count)
    assert not [(cell, fault(cell)) for cell in found if fault(cell)]
    committed = [
        cell for cell in CELLS if (cell.population, cell.sample) == (found[0].population, str(sample_count))
    ]
    assert [row_of(cell) for cell in committed] == [row_of(cell) for cell in found]


GUARANTEED = ("minimum sum, lower", "betting", "weighted betting", "Stringer, upper", "hypergeometric",
              "Clopper-Pearson", "stratified counts, exact")  # fmt: skip


def test_bounds_that_hold_cover_in_every_row() -> None:
    held = [cell for cell in CELLS if cell.interval.startswith(GUARANTEED)]
    assert held
    for cell in held:
        assert cell.coverage >= cell.nominal - 3 * cell.error, cell


def test_the_textbook_interval_does_fail() -> None:
    """Else the table would prove nothing: it must hold the cases for which the rule was made."""
    worst = min(cell.coverage for cell in CELLS if cell.interval == "Student's t")
    assert worst < 0.5


FRESH: dict[str, Callable[..., list[Cell]]] = {
    "dollars": partial(value_cells, populations(4)["95% of equal payments wrong"], 30),
    "strata": partial(strata_cells, "3% wrong altogether", 20),
    "clusters": partial(cluster_cells, "95% wrong altogether", 10),
    "three stages": partial(three_stage_cells, "30% partly wrong", 10),
    "dollars drawn": partial(dollar_cells, "95% wrong altogether", 60),
    "sequences": partial(sequence_cells, "inpatient stays, 35% regrouped"),
    "mixed dollars": partial(value_cells, populations(4)["25% wrong, over and under"], 100),
    "agreement": partial(agreement_cells, "few in error, 95% agree", 50),
}


@cache
def fresh(name: str) -> list[Cell]:
    """Return cells of other universes and samples than the table's."""
    return FRESH[name](runs=FEW, seed=99)


@pytest.mark.parametrize("name", FRESH)
def test_nominal_or_better_or_the_warning_fires(name: str) -> None:
    assert not [(cell, fault(cell)) for cell in fresh(name) if fault(cell)]


def test_bounds_that_hold_carry_no_warning() -> None:
    found = [cell for name in FRESH for cell in fresh(name)]
    found += [cell for rate, count in product(RATES, SAMPLE_COUNTS) for cell in summed(rate, count)]
    held = [cell for cell in found if cell.interval.startswith(GUARANTEED)]
    assert {name for name in GUARANTEED if any(cell.interval.startswith(name) for cell in held)} == set(
        GUARANTEED
    )
    assert not [cell for cell in held if cell.warned]


def test_every_interval_of_the_table_is_drawn_afresh() -> None:
    intervals = {cell.interval for name in FRESH for cell in fresh(name)}
    intervals |= {cell.interval for cell in summed(RATES[0], SAMPLE_COUNTS[0])}
    assert {cell.interval for cell in CELLS} <= intervals


@pytest.mark.parametrize("name", ["dollars drawn", "clusters", "agreement"])
def test_the_seed_of_the_table_gives_what_it_says(name: str) -> None:
    for cell in FRESH[name](runs=FEW, seed=SEED):
        committed = next(
            row
            for row in CELLS
            if (row.interval, row.population, row.sample) == (cell.interval, cell.population, cell.sample)
        )
        # Four simulation errors of the short run.
        assert abs(cell.coverage - committed.coverage) <= 4 * max(cell.error, 0.02), (cell, committed)


def test_a_silent_miss_is_a_fault() -> None:
    good = Cell("t", "p", "30", 0.90, 0.90, 0.0, 0.10, 1_000)
    assert fault(good) is None
    assert fault(Cell("t", "p", "30", 0.90, 0.80, 0.0, 0.20, 1_000)) is not None
    assert fault(Cell("t", "p", "30", 0.90, 0.60, 0.70, 0.10, 1_000)) is not None
    assert fault(Cell("t", "p", "30", 0.90, 0.60, 1.0, 0.0, 1_000)) is None
