"""The committed coverage of limits of a net total: its form, its claims, and rows made again by seed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from auditlib.stats.intervals.net_total import NetStratum, net_total_limits
from tests.reference.net_bounds import (
    HEADS,
    INTRODUCTION,
    RANK_GAPS,
    RUNS,
    SAMPLE_COUNTS,
    SIZE_HEADS,
    STUDENT,
    TAILS,
    Stratum,
    cells,
    draws_of,
    populations,
    random_strata,
    rank_gaps,
    row_of,
    useful_size,
)

TABLE: Final = Path(__file__).with_name("net_bounds.md")
_LEVELS: Final = (90, 95, 90, 95, 90, 95)
_COVERS: Final = slice(3, 9)


def committed() -> tuple[list[list[str]], list[list[str]]]:
    """Return the rows of coverage and those of sizes."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    known = populations()
    return (
        [row for row in rows if row[0] in known and len(row) == len(HEADS)],
        [row for row in rows if row[0] in known and len(row) == len(SIZE_HEADS)],
    )


ROWS, SIZES = committed()
POPULATIONS = populations()


def test_the_committed_table_is_the_one_that_the_program_makes() -> None:
    assert TABLE.read_text(encoding="utf-8").startswith(INTRODUCTION)
    named = {(row[0], row[1], row[2]) for row in ROWS}
    for name in POPULATIONS:
        for count in SAMPLE_COUNTS:
            assert {(name, str(count), RANK_GAPS), (name, str(count), STUDENT)} <= named
    assert [row[0] for row in SIZES] == list(POPULATIONS)


def test_rank_gaps_hold_in_every_row() -> None:
    """Within three simulation errors of the level, on either side and both, for every population and size."""
    for row in ROWS:
        if row[2] == RANK_GAPS:
            for level, text in zip(_LEVELS, row[_COVERS], strict=True):
                error = 100 * math.sqrt(level / 100 * (1 - level / 100) / RUNS)
                assert float(text) >= level - 3 * error, row


def test_the_others_fail_or_are_wider() -> None:
    """Else there would be no need of rank gaps."""
    lower = {tuple(row[:3]): (float(row[3]), float(row[9])) for row in ROWS if row[9] != "-"}
    assert min(lower[key][0] for key in lower if key[2] == STUDENT) < 60
    for name, sample, method in lower:
        if method in {"betting", "two parts"} and lower[name, sample, method][0] >= 90:
            assert lower[name, sample, RANK_GAPS][1] <= lower[name, sample, method][1] + 0.5


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("frequent over, 1.0% large under", 100),
        ("all over alike, 1% large under", 30),
        ("frequent over, 2.0% large over", 100),
        ("three strata, 2% large under", 100),
    ],
)
def test_the_seed_of_the_table_gives_its_rows(name: str, count: int) -> None:
    for cell in cells(name, POPULATIONS[name], count, methods=(RANK_GAPS, STUDENT)):
        row = row_of(cell)
        made_again = next(other for other in ROWS if other[:3] == row[:3])
        for text, other in zip(row[3:], made_again[3:], strict=True):
            # Rounding, and few of 1,000 samples that the last bits of another processor move.
            assert float(text) == pytest.approx(float(other), abs=0.35)


def test_the_tables_limits_are_those_that_users_get() -> None:
    """Many samples at once, or one by the function: the same up to the simulation of the gaps."""
    generator = np.random.default_rng(2)
    paid = generator.uniform(50, 400, 600).round(2)
    errors = np.where(generator.random(600) < 0.4, paid, 0.0)
    errors[:12] = -900.0
    strata = (Stratum(errors[:400], paid[:400], 900.0), Stratum(errors[400:], paid[400:], 2 * paid[400:]))
    drawn = draws_of("check", strata, 80, 5, 3)
    lower, upper = rank_gaps(strata, drawn)
    for run in range(5):
        known = []
        for part, places in zip(strata, drawn, strict=True):
            left = np.delete(np.arange(len(part.errors)), places[run])
            under = np.broadcast_to(part.underpaid_at_most, part.errors.shape)[left]
            known.append(
                NetStratum(
                    part.errors[places[run]].tolist(),
                    len(part.errors),
                    under.tolist(),
                    part.paid[left].tolist(),
                )
            )
        found = net_total_limits(known, confidence=0.8)
        width = found.upper - found.lower
        assert found.lower == pytest.approx(lower[0, run], abs=0.05 * width)
        assert found.upper == pytest.approx(upper[0, run], abs=0.05 * width)


def test_arbitrary_small_universes_are_covered() -> None:
    """As an opposing expert would try: a few units, most of them reviewed, strata of other weights."""
    generator, runs = np.random.default_rng(12), 400
    for _ in range(25):
        strata, counts = random_strata(generator)
        chosen = [
            np.argsort(generator.random((runs, len(part.errors))), axis=1)[:, :count]
            for part, count in zip(strata, counts, strict=True)
        ]
        truth = math.fsum(float(part.errors.sum()) for part in strata)
        lower, upper = rank_gaps(strata, chosen)
        for tail, low, high in zip(TAILS, lower, upper, strict=True):
            least = 1 - tail - 3.5 * math.sqrt(tail * (1 - tail) / runs)
            assert np.mean(low <= truth + 1e-6) >= least
            assert np.mean(high >= truth - 1e-6) >= least


@pytest.mark.parametrize("name", ["frequent over, 1.0% large under", "three strata, 2% large under"])
def test_a_size_of_the_table_is_made_again_and_reaches_its_aim(name: str) -> None:
    strata = POPULATIONS[name]
    size = useful_size(strata, 1.0)
    row = next(row for row in SIZES if row[0] == name)
    assert size is not None
    # The search ends some units apart on another processor.
    assert size == pytest.approx(int(row[2].replace(",", "")), rel=0.03)
    # At about that size half of the samples have a limit above 0: clearly more with half as many again.
    lower, _ = rank_gaps(strata, draws_of(name, strata, round(1.5 * size), 200, 9))
    assert np.mean(lower[0] > 0) > 0.5
    lower, _ = rank_gaps(strata, draws_of(name, strata, max(6, size // 3), 200, 9))
    assert np.mean(lower[0] > 0) < 0.5
