"""Simulate how often each interval covers, on populations where textbook ones fail.

    python -m tests.reference.coverage > tests/reference/coverage.md

Seeded: the same table on every machine with the same numpy. Two processes, some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context

from tests.reference.coverage_cells import Cell
from tests.reference.coverage_designs import (
    CLUSTER_SAMPLES,
    DOLLAR_SAMPLES,
    PER_STRATUM,
    cluster_cells,
    dollar_cells,
    names,
    strata_cells,
    three_stage_cells,
)
from tests.reference.coverage_others import (
    AGREEMENTS,
    CHART_COUNTS,
    SEQUENCES,
    agreement_cells,
    sequence_cells,
)
from tests.reference.coverage_simple import RATES, SAMPLE_COUNTS, populations, share_cells, value_cells

RUNS, SEED, PROCESSES = 1_500, 20_260_101, 2
HEADS = ("interval", "population", "sample", "level", "covers", "error")
# A level is missed if coverage is this far below it, beyond what chance explains.
TOLERANCE = 0.01
OFTEN_WARNED = 0.75


@dataclass(frozen=True)
class Study:
    """One simulation; `cells` gives several intervals on one population."""

    section: str
    cells: Callable[[], list[Cell]]


def studies(*, runs: int = RUNS, seed: int = SEED) -> list[Study]:
    """Return every simulation of the table, in its order."""
    simulated = {"runs": runs, "seed": seed}
    found = [
        Study("Shares of a simple random sample", partial(share_cells, rate, count))
        for rate, count in product(RATES, SAMPLE_COUNTS)
    ]
    named: Sequence[tuple[str, Callable[..., list[Cell]], Iterable[tuple[object, ...]]]] = (
        (
            "Dollars of a simple random sample",
            value_cells,
            product(populations(seed).values(), SAMPLE_COUNTS),
        ),
        ("Strata", strata_cells, product(names(), PER_STRATUM)),
        ("Clusters and two stages", cluster_cells, product(names(), CLUSTER_SAMPLES)),
        ("Three stages, unknown universe", three_stage_cells, product(names(), CLUSTER_SAMPLES)),
        ("Draws by dollars", dollar_cells, product(names(), DOLLAR_SAMPLES)),
        ("Sequential reviews", sequence_cells, product(SEQUENCES)),
        ("Agreement of two reviewers", agreement_cells, product(AGREEMENTS, CHART_COUNTS)),
    )
    for section, cells, choices in named:
        found += [Study(section, partial(cells, *choice, **simulated)) for choice in choices]
    return found


def fault(cell: Cell) -> str | None:
    """Return what breaks the rule "nominal or better, or the warning fires"; None if nothing does."""
    room = 3 * cell.error
    if cell.silent > 1 - cell.nominal + room + 1e-9:
        return "misses without a warning more often than its level allows"
    if cell.coverage + room < cell.nominal - TOLERANCE and cell.warned < OFTEN_WARNED:
        return "covers less than its level and warns in fewer than three samples of four"
    return None


def row_of(cell: Cell) -> list[str]:
    """Return the cell as a row of the table, shares in percent."""
    return [
        cell.interval,
        cell.population,
        cell.sample,
        f"{100 * cell.nominal:.0f}",
        f"{100 * cell.coverage:.1f}",
        f"{100 * cell.error:.1f}" if cell.runs else "exact",
    ]


INTRODUCTION = f"""# How often the intervals cover

Made by `python -m tests.reference.coverage`, seed {SEED}, {RUNS:,} samples a row. Shares are in percent.

*Covers*: samples whose statement was true; *error* is its simulation error ("exact": summed over all
samples, bootstrap-t: every third sample). Lower and upper limits alone have the level 95, two-sided ones 90.

How often cautions fire is not in this table: for dollars `tests/reference/caution_grid.md` measures it,
where limits are nominal and where they are short. For each interval here
`tests/reference/test_coverage.py` draws samples afresh and holds to a rule: samples whose statement is
false and that carry no caution are no more than the level allows, and where an interval covers less than
its level by more than a point, three samples of four are warned or refused. Of 308 rows drawn again with
{RUNS:,} samples (simple samples, strata and draws by dollars) four broke this rule. Two are mended:
post-stratified totals of samples of 60 with 60 % and 95 % wrong altogether, whose degrees of freedom are
now counted by post-stratum, were warned of in all samples drawn again. Two are at the edge of the rule:
Student's upper limit for 98 % wrong altogether in samples of 400 covers 92.9 %, two points short, where a
caution may fire or not (7.1 % silent misses, of 7.0 allowed); and the ratio for very skewed payments in
samples of 400 is warned of in about seven samples of ten, because it is judged by the skewness of its
sample alone, also where payments are known.

Funnel and control limits are not in this table: they are limits around a known rate and estimate nothing.
"""


def _cells(study: Study) -> list[Cell]:
    return study.cells()


def main() -> int:
    """Print the table; exit code 1 if a row breaks the rule."""
    write, section, faults = sys.stdout.write, "", 0
    write(INTRODUCTION)
    planned = studies()
    with get_context("spawn").Pool(PROCESSES) as pool:
        for study, cells in zip(planned, pool.imap(_cells, planned), strict=True):
            if study.section != section:
                section = study.section
                write(f"\n## {section}\n\n| " + " | ".join(HEADS) + " |\n" + "|---" * len(HEADS) + "|\n")
            for cell in cells:
                write("| " + " | ".join(row_of(cell)) + " |\n")
                if found := fault(cell):
                    faults += 1
                    warned = f"warned {cell.warned:.0%}, silent misses {cell.silent:.1%}"
                    sys.stderr.write(f"{' | '.join(row_of(cell))}, {warned}: {found}\n")
            sys.stdout.flush()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
