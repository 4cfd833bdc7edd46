"""Coverage of sequences at every look, and of agreement between two reviewers."""

from __future__ import annotations

import math

import numpy as np

from auditlib.stats.agreement.agreement_interval import COEFFICIENTS, agreement_interval
from auditlib.stats.agreement.coefficients import cohen_kappa, gwet_ac1, pabak, ratings_of_table
from auditlib.stats.sequential.weighted_sequence import SequentialAudit, WeightedUniverse
from tests.reference.coverage_cells import CONFIDENCE, Cell, Tally, given_or_none
from tests.reference.sequential import orders, populations

SEQUENCES = (
    "office visits, 1% wrong altogether",
    "outpatient surgery, 20% wrong in part",
    "inpatient stays, 35% regrouped",
    "the same 20%, findings weigh threefold",
)
# Charts in 10,000 on which both find an error, the first alone, the second alone, and neither.
AGREEMENTS = {
    "half in error, 90% agree": ((4_500, 500), (500, 4_500)),
    "few in error, 95% agree": ((500, 250), (250, 9_000)),
    "hardly any in error, 98% agree": ((50, 100), (100, 9_750)),
    "many in error, 70% agree": ((5_500, 1_500), (1_500, 1_500)),
}
CHART_COUNTS = (50, 200)
_AT_A_TIME = 250


def sequence_cells(name: str, *, runs: int, seed: int) -> list[Cell]:
    """Say how often no look at all, to the last unit, ruled out the true total."""
    population = next(found for found in populations() if found.name == name)
    generator = np.random.default_rng([seed, 5])
    universe = WeightedUniverse.of(population.paid.tolist(), population.weights.tolist())
    error, truth = (1 - CONFIDENCE) / 2, float(population.errors.sum())
    tally = Tally(name, "every look to the end", runs)
    for start in range(0, runs, _AT_A_TIME):
        order = orders(population.weights, min(_AT_A_TIME, runs - start), generator)
        audit = SequentialAudit.of(
            population.errors[order], population.weights[order], universe=universe, error=error
        )
        reached = np.maximum(audit.lower_wealth(truth).max(axis=1), audit.upper_wealth(truth).max(axis=1))
        for is_missed in (reached >= math.log(1 / error)).tolist():
            tally.say("weighted betting", nominal=CONFIDENCE, holds=not is_missed, warned=False)
    return tally.cells()


def agreement_cells(name: str, chart_count: int, *, runs: int, seed: int) -> list[Cell]:
    """Draw charts that two reviewers judge, and compare with their agreement on endlessly many."""
    generator = np.random.default_rng([seed, chart_count, 6])
    shares = AGREEMENTS[name]
    units = ratings_of_table(shares)
    truths = {
        "kappa": cohen_kappa(shares).value,
        "PABAK": pabak(shares).value,
        "AC1": gwet_ac1(units, category_count=2).value,
    }
    assert truths.keys() <= set(COEFFICIENTS)
    chances = np.array(shares).ravel() / np.sum(shares)
    tally = Tally(name, f"{chart_count} charts", runs)
    for cells in generator.multinomial(chart_count, chances, runs).tolist():
        table = [cells[:2], cells[2:]]
        for coefficient, truth in truths.items():
            found = given_or_none(agreement_interval, table, coefficient, confidence=CONFIDENCE)
            limits = None if found is None else (found.lower, found.upper, found.cautions)
            tally.limits(coefficient, limits, truth)
    return tally.cells()
