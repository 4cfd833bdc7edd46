"""Simulate how often each interval covers, on populations where the textbook one fails.

    python -m tests.reference.coverage > tests/reference/coverage.md

Seeded: the same table on every machine with the same numpy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditlib.errors import UsageError
from auditlib.stats.attribute_appraisal import appraise_attribute
from auditlib.stats.bounds import empirical_likelihood_interval, minimum_sum_bound
from auditlib.stats.sequential import confidence_sequence
from auditlib.stats.variable_appraisal import appraise_values

UNIVERSE_COUNT = 5_000
CONFIDENCE = 0.90
RUNS = 400
SAMPLE_COUNTS = (30, 100, 400)
SEED = 20_260_101

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    name: str
    paid: Amounts
    errors: Amounts


@dataclass(frozen=True)
class Coverage:
    """Share of samples whose statement was true; the two-sided level is 90 %, the lower one 95 %."""

    population: str
    sample_count: int
    t_two_sided: float
    t_lower: float
    likelihood_two_sided: float
    likelihood_undefined: float
    minimum_sum_lower: float
    sequence_two_sided: float
    count_two_sided: float
    warned: float


def populations() -> Iterator[Population]:
    generator = np.random.default_rng(SEED)
    paid = generator.lognormal(5, 0.7, UNIVERSE_COUNT).round(2)
    order = generator.permutation(UNIVERSE_COUNT)
    for rate in (0.01, 0.05, 0.20, 0.50, 0.95, 0.98):
        errors = np.zeros(UNIVERSE_COUNT)
        wrong = order[: round(rate * UNIVERSE_COUNT)]
        errors[wrong] = paid[wrong]
        yield Population(f"{rate:.0%} wrong altogether", paid, errors)
    partly = np.where(generator.random(UNIVERSE_COUNT) < 0.3, generator.beta(0.5, 2, UNIVERSE_COUNT), 0)
    yield Population("30% partly wrong", paid, (paid * partly).round(2))
    equal = np.full(UNIVERSE_COUNT, 100.0)
    for rate in (0.95, 0.98):
        errors = np.zeros(UNIVERSE_COUNT)
        errors[order[: round(rate * UNIVERSE_COUNT)]] = 100.0
        yield Population(f"{rate:.0%} of equal payments wrong", equal, errors)


def coverage(population: Population, sample_count: int, *, runs: int = RUNS, seed: int = SEED) -> Coverage:
    generator = np.random.default_rng([seed, sample_count])
    paid, errors = population.paid, population.errors
    truth, true_count = float(errors.sum()), int((errors > 0).sum())
    highest = float(paid.max())
    tally = dict.fromkeys(("t", "t lower", "el", "el none", "sum", "sequence", "count", "warned"), 0)
    slack = 1e-6 * truth
    for _ in range(runs):
        chosen = generator.choice(UNIVERSE_COUNT, sample_count, replace=False)
        sample = errors[chosen].tolist()
        total = appraise_values(sample, universe_count=UNIVERSE_COUNT).total
        interval = total.interval(CONFIDENCE)
        tally["t"] += interval.lower <= truth <= interval.upper
        tally["t lower"] += interval.lower <= truth
        # A small sample alone is no warning here: it would fire in every row.
        tally["warned"] += any(caution.rule != "small sample" for caution in total.cautions)
        try:
            likelihood = empirical_likelihood_interval(
                sample, universe_count=UNIVERSE_COUNT, confidence=CONFIDENCE
            )
            tally["el"] += likelihood.lower - slack <= truth <= likelihood.upper + slack
        except UsageError:
            tally["el none"] += 1
        whole = int(np.sum((errors[chosen] > 0) & (errors[chosen] >= paid[chosen])))
        rest = np.delete(paid, chosen).tolist()
        bound = minimum_sum_bound(sample, rest, error_count=whole, confidence=(1 + CONFIDENCE) / 2)
        tally["sum"] += bound <= truth + slack
        sequence = confidence_sequence(
            sample,
            universe_count=UNIVERSE_COUNT,
            highest_value=highest,
            confidence=CONFIDENCE,
            looks=[sample_count],
        )
        tally["sequence"] += max(sequence.lower) - slack <= truth <= min(sequence.upper) + slack
        found = int(np.sum(errors[chosen] > 0))
        limits = appraise_attribute(found, sample_count=sample_count, universe_count=UNIVERSE_COUNT).limits(
            CONFIDENCE
        )
        tally["count"] += limits.lower <= true_count <= limits.upper
    return Coverage(population.name, sample_count, *(count / runs for count in tally.values()))


def main() -> None:
    write = sys.stdout.write
    write("# How often the intervals cover\n\n")
    write(f"Universe of {UNIVERSE_COUNT:,} units, lognormal payments, {RUNS} samples a row, seed {SEED}; ")
    write("made by `python -m tests.reference.coverage`.\n")
    write(
        "Two-sided level 90 %, so 95 % for a lower limit alone. The simulation error is about 1.5 points.\n"
    )
    write("*Undefined*: samples from which empirical likelihood gives no interval (all values equal); they\n")
    write("count as missed. *Warned*: samples whose appraisal carries a caution beyond its size.\n\n")
    heads = ("population", "n", "t", "t lower", "empirical likelihood", "undefined", "minimum sum lower")
    heads += ("betting", "exact count", "warned")
    write("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|\n")
    for population in populations():
        for sample_count in SAMPLE_COUNTS:
            row = coverage(population, sample_count)
            shares = (
                row.t_two_sided,
                row.t_lower,
                row.likelihood_two_sided,
                row.likelihood_undefined,
                row.minimum_sum_lower,
                row.sequence_two_sided,
                row.count_two_sided,
                row.warned,
            )
            cells = [row.population, str(sample_count), *(f"{100 * share:.1f}" for share in shares)]
            write("| " + " | ".join(cells) + " |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
