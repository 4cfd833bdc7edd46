"""How often a caution fires where the limit covers what it says, and where it does not.

    python -m tests.reference.caution_grid > tests/reference/caution_grid.md

Seeded: the same table on every machine with the same numpy. One process, about a minute.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auditlib.stats.estimators.cautions import cautions_for
from auditlib.stats.estimators.estimate import Estimate, Sides
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from tests.reference.coverage_cells import clear_of, is_warned

RUNS, SEED, UNIVERSE_COUNT = 1_000, 20_260_301, 6_000
SAMPLE_COUNTS: Final = (40, 100, 200, 400)
# The limits asked for: the government's lower one, OIG's two-sided one, and an upper one.
ASKED: Final[tuple[tuple[Sides, float], ...]] = (("lower", 0.90), ("two-sided", 0.90), ("upper", 0.95))
# A limit is nominal if it covers no more than this below its level.
ROOM = 0.02
HEADS = ("population", "sample", "limits", "covers", "nominal", "warned", "covers unwarned")

INTRODUCTION: Final = f"""# How often the cautions fire

Made by `python -m tests.reference.caution_grid`, seed {SEED}, {RUNS:,} samples a row from universes of
{UNIVERSE_COUNT:,} units. Shares are in percent.

A limit is *nominal* if it covers no more than two points below its level. *Warned*: samples with a caution
about the limits asked for; the size of the sample alone is none. *False alarms*: warned samples where the
limit is nominal; *caught*: warned samples where it is short. *Covers unwarned*: how often the limit is
right among the samples without a caution ("few": too few of them to tell).

The lower limit, which programmes demand, has few false alarms and is caught where it is short. The upper
limit and the two limits together are not always: a sample of skewed amounts shows less skewness than its
universe has, and those samples that show least are the unwarned ones. That is why no workpaper says of such
limits that they may be relied on as printed. What no sampled unit shows cannot be warned of: with 3 % large
underpayments, a third of the samples of 40 have none, and their lower limit is too high.
"""

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class GridCell:
    """One population, sample size and kind of limit.

    Parameters
    ----------
    level, coverage
        What the limit says, and how often it is right; shares between 0 and 1.
    warned
        Share of samples with a caution about that limit.
    unwarned_coverage
        How often it is right among samples without one; None if there are too few to tell.
    """

    population: str
    sample: str
    sides: Sides
    level: float
    coverage: float
    warned: float
    unwarned_coverage: float | None

    @property
    def is_nominal(self) -> bool:
        return self.coverage >= self.level - ROOM


def populations(seed: int = SEED) -> dict[str, tuple[Amounts, ...]]:
    """Return the errors of each population, by stratum."""
    generator = np.random.default_rng(seed)
    count = UNIVERSE_COUNT
    even = generator.uniform(50, 400, count).round(2)
    skewed = generator.lognormal(5, 0.8, count).round(2)
    heavy = generator.lognormal(5, 1.4, count).round(2)
    found: dict[str, tuple[Amounts, ...]] = {}
    for rate in (0.03, 0.10, 0.30, 0.60):
        found[f"overpayments only, {rate:.0%}"] = (clear_of(skewed, rate, generator),)
    found["overpayments only, even payments, 40%"] = (clear_of(even, 0.40, generator),)
    found["partly wrong, 50%"] = (
        (even * np.where(generator.random(count) < 0.5, generator.beta(2, 2, count), 0)).round(2),
    )
    found["payments very skewed, 15%"] = (clear_of(heavy, 0.15, generator),)
    signs = np.where(generator.random(count) < 0.3, -0.6, 1.0)
    found["over and under, 30%"] = ((clear_of(skewed, 0.30, generator) * signs).round(2),)
    found["over and under alike, 50%"] = (
        (clear_of(even, 0.50, generator) * generator.choice((-1.0, 1.0), count)).round(2),
    )
    found["under mostly, 20%"] = ((-clear_of(skewed, 0.20, generator)).round(2),)
    for rate in (0.90, 0.97):
        found[f"nearly universal, equal payments, {rate:.0%}"] = (
            clear_of(np.full(count, 100.0), rate, generator),
        )
    found["nearly universal, skewed payments, 95%"] = (clear_of(skewed, 0.95, generator),)
    found["universal, even payments"] = (even,)
    large = np.where(generator.random(count) < 0.03, -2500.0, 0.0)
    found["frequent small over, 3% large under"] = (clear_of(even, 0.40, generator) + large,)
    top = np.where(generator.random(count) < 0.03, 4000.0, 0.0)
    found["frequent small over, 3% large over"] = (clear_of(even, 0.40, generator) + top,)
    order = np.argsort(skewed)
    wrong = clear_of(skewed, 0.30, generator)[order]
    found["three strata by payment, 30%"] = tuple(np.array_split(wrong, 3))
    rare = clear_of(skewed, 0.03, generator)[order]
    found["three strata by payment, 3%"] = tuple(np.array_split(rare, 3))
    return found


def estimate(strata: Sequence[Amounts], sample_count: int, generator: np.random.Generator) -> Estimate:
    """Return the appraisal of one sample, in equal parts from each stratum."""
    each = sample_count // len(strata)
    parts = [
        ValueStratum(generator.choice(errors, each, replace=False).tolist(), len(errors)) for errors in strata
    ]
    if len(parts) == 1:
        return appraise_values(parts[0].values, universe_count=parts[0].universe_count).total
    return appraise_strata(parts).total


def cells(
    name: str, strata: Sequence[Amounts], sample_count: int, *, runs: int = RUNS, seed: int = SEED
) -> list[GridCell]:
    generator = np.random.default_rng([seed, sample_count, len(name)])
    truth = math.fsum(float(errors.sum()) for errors in strata)
    said: dict[tuple[Sides, float], list[tuple[bool, bool]]] = {asked: [] for asked in ASKED}
    for _ in range(runs):
        found = estimate(strata, sample_count, generator)
        for (sides, level), results in said.items():
            limits = found.interval(level, sides=sides)
            holds = limits.lower - 1e-6 <= truth <= limits.upper + 1e-6
            results.append((holds, is_warned(cautions_for(found.cautions, [sides]))))
    return [_cell(name, str(sample_count), sides, level, results) for (sides, level), results in said.items()]


def _cell(
    name: str, sample: str, sides: Sides, level: float, results: Sequence[tuple[bool, bool]]
) -> GridCell:
    unwarned = [holds for holds, warned in results if not warned]
    few = len(results) // 10
    return GridCell(
        name,
        sample,
        sides,
        level,
        sum(holds for holds, _ in results) / len(results),
        sum(warned for _, warned in results) / len(results),
        sum(unwarned) / len(unwarned) if len(unwarned) >= few else None,
    )


def grid(*, runs: int = RUNS) -> Iterator[GridCell]:
    for (name, strata), sample_count in product(populations().items(), SAMPLE_COUNTS):
        yield from cells(name, strata, sample_count, runs=runs)


def totals(found: Sequence[GridCell], sides: Sides | None = None) -> tuple[float, float]:
    """Return the shares of samples warned where the limit is nominal, and where it is short."""
    chosen = [cell for cell in found if sides in (None, cell.sides)]
    nominal = [cell.warned for cell in chosen if cell.is_nominal]
    short = [cell.warned for cell in chosen if not cell.is_nominal]
    return sum(nominal) / max(1, len(nominal)), sum(short) / max(1, len(short))


def row_of(cell: GridCell) -> list[str]:
    unwarned = "few" if cell.unwarned_coverage is None else f"{100 * cell.unwarned_coverage:.1f}"
    return [
        cell.population,
        cell.sample,
        f"{cell.sides} {100 * cell.level:.0f}",
        f"{100 * cell.coverage:.1f}",
        "yes" if cell.is_nominal else "no",
        f"{100 * cell.warned:.0f}",
        unwarned,
    ]


def main() -> int:
    found = list(grid())
    write = sys.stdout.write
    write(INTRODUCTION)
    write("\n| limits | false alarms | caught |\n|---|---|---|\n")
    for sides in (None, *(sides for sides, _ in ASKED)):
        alarms, caught = totals(found, sides)
        write(f"| {sides or 'all'} | {100 * alarms:.1f} % | {100 * caught:.1f} % |\n")
    write("\n| " + " | ".join(HEADS) + " |\n" + "|---" * len(HEADS) + "|\n")
    for cell in found:
        write("| " + " | ".join(row_of(cell)) + " |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
