"""Simulate sequential reviews: how often they assure falsely, and how many charts they need.

    python -m tests.reference.sequential > tests/reference/sequential.md

Seeded: the same table on every machine with the same numpy.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditlib.stats.estimators.estimate import normal_quantile
from auditlib.stats.sequential.weighted_sequence import SequentialAudit, WeightedUniverse
from auditlib.stats.sizes.sample_size import variable_sample_size

RISK = 0.05
THRESHOLD_SHARE = 0.05
POWER = 0.90
RUNS = 10_000
CHUNK = 250
SEED = 20_261_123

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Payments, what of each was wrong, and the weights of the draw."""

    name: str
    paid: Amounts
    errors: Amounts
    weights: Amounts

    @property
    def share(self) -> float:
        return float(self.errors.sum() / self.paid.sum())


@dataclass(frozen=True)
class Outcome:
    """What `RUNS` audits of a population came to.

    `falsely_below` and `falsely_above` are of audits that watch the true total itself as their threshold.
    """

    population: Population
    falsely_below: float
    falsely_above: float
    decided_rightly: float
    decided_wrongly: float
    mean_charts: float
    ninety_percent_charts: float
    precision_plan: int
    informed_plan: int


def populations() -> Iterator[Population]:
    generator = np.random.default_rng(SEED)

    def wrong(count: int, rate: float) -> NDArray[np.bool_]:
        chosen = np.zeros(count, dtype=bool)
        chosen[generator.choice(count, round(rate * count), replace=False)] = True
        return chosen

    office = generator.lognormal(4.9, 0.7, 2000).round(2)
    for rate in (0.0, 0.01, 0.02):
        errors = np.where(wrong(2000, rate), office, 0.0)
        yield Population(f"office visits, {rate:.0%} wrong altogether", office, errors, office)
    levels = generator.choice([140.0, 210.0, 330.0, 480.0, 700.0], 2000, p=[0.1, 0.2, 0.3, 0.25, 0.15])
    errors = np.where(wrong(2000, 0.06), 0.35 * levels, 0.0).round(2)
    yield Population("emergency levels, 6% one level too high", levels, errors, levels)
    surgery = generator.lognormal(7.6, 0.8, 1500).round(2)
    errors = (surgery * np.where(wrong(1500, 0.2), generator.uniform(0.3, 1, 1500), 0)).round(2)
    yield Population("outpatient surgery, 20% wrong in part", surgery, errors, surgery)
    stays = generator.lognormal(9.3, 0.9, 1500).round(2)
    is_wrong = wrong(1500, 0.10)
    errors = (stays * np.where(is_wrong, generator.beta(4, 4, 1500), 0)).round(2)
    yield Population("inpatient stays, 10% regrouped", stays, errors, stays)
    errors = (stays * np.where(wrong(1500, 0.35), generator.beta(4, 4, 1500), 0)).round(2)
    yield Population("inpatient stays, 35% regrouped", stays, errors, stays)
    is_wrong = wrong(1500, 0.20)
    errors = (stays * np.where(is_wrong, generator.beta(4, 4, 1500), 0)).round(2)
    yield Population("inpatient stays, 20% regrouped", stays, errors, stays)
    # A finding stands on 70 % of the wrong stays and 15 % of the right ones; those weigh threefold.
    is_flagged = generator.random(1500) < np.where(is_wrong, 0.7, 0.15)
    yield Population(
        "the same 20%, findings weigh threefold", stays, errors, stays * np.where(is_flagged, 3, 1)
    )


def orders(weights: Amounts, runs: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return draws without replacement, each next unit with chances in proportion to the weights left."""
    return np.argsort(generator.exponential(size=(runs, len(weights))) / weights, axis=1)


def simulate(population: Population, *, runs: int = RUNS, seed: int = SEED) -> Outcome:
    generator = np.random.default_rng([seed, len(population.name)])
    universe = WeightedUniverse.of(population.paid.tolist(), population.weights.tolist())
    truth, threshold = float(population.errors.sum()), THRESHOLD_SHARE * universe.total_amount
    target = math.log(1 / RISK)
    below = above = right = wrong = 0
    needed: list[NDArray[np.int64]] = []
    for start in range(0, runs, CHUNK):
        order = orders(population.weights, min(CHUNK, runs - start), generator)
        drawn, chances = population.errors[order], population.weights[order]
        # Hardest for the guarantee: the bets are set to decide about the true total itself.
        at_truth = SequentialAudit.of(drawn, chances, universe=universe, error=RISK, threshold=truth)
        below += int((at_truth.upper_wealth(truth).max(axis=1) >= target).sum())
        above += int((at_truth.lower_wealth(truth).max(axis=1) >= target).sum())
        audit = SequentialAudit.of(drawn, chances, universe=universe, error=RISK, threshold=threshold)
        says_below = first(audit.upper_wealth(threshold) >= target)
        says_above = first(audit.lower_wealth(threshold) >= target)
        # What was seen, and the payments left, can decide without any bet.
        says_above = np.minimum(says_above, first(np.cumsum(drawn, axis=1) > threshold))
        paid = population.paid[order]
        rest = universe.total_amount - np.cumsum(paid - drawn, axis=1)
        says_below = np.minimum(says_below, first(rest <= threshold))
        is_below = says_below < says_above
        right += int((is_below == (truth < threshold)).sum())
        wrong += int((is_below != (truth < threshold)).sum())
        needed.append(np.minimum(says_below, says_above))
    charts = np.concatenate(needed)
    return Outcome(
        population,
        below / runs,
        above / runs,
        right / runs,
        wrong / runs,
        float(charts.mean()),
        float(np.quantile(charts, 0.9)),
        precision_plan(population),
        informed_plan(population, threshold),
    )


def first(decided: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return after how many units each audit was decided; the whole universe decides at last."""
    return np.where(decided.any(axis=1), decided.argmax(axis=1) + 1, decided.shape[1])


def precision_plan(population: Population) -> int:
    """RAT-STATS' size for a simple random sample with 25 % precision at 90 %, as if a probe had told all."""
    if not population.errors.any():
        return 0
    return variable_sample_size(
        mean=float(population.errors.mean()),
        standard_deviation=float(population.errors.std(ddof=1)),
        universe_count=len(population.errors),
        precision=0.25,
        confidence=0.90,
    ).count


def informed_plan(population: Population, threshold: float) -> int:
    """Return the smallest simple random sample whose limit decides in nine audits of ten."""
    count = len(population.errors)
    distance = abs(threshold - float(population.errors.sum())) / count
    reach = (normal_quantile(1 - RISK) + normal_quantile(POWER)) * float(population.errors.std(ddof=1))
    unlimited = (reach / distance) ** 2
    return math.ceil(unlimited / (1 + unlimited / count))


HEADS = (
    "population", "wrong dollars", "falsely below", "falsely above", "decided rightly", "decided wrongly",
    "mean charts", "90 % need at most", "plan of 25 % precision", "mean / plan", "plan that knows",
    "mean / it",
)  # fmt: skip


def cells(row: Outcome) -> list[str]:
    def ratio(plan: int) -> str:
        return f"{row.mean_charts / plan:.2f}" if plan > 1 else "none"

    return [
        row.population.name,
        f"{100 * row.population.share:.1f}",
        f"{100 * row.falsely_below:.2f}",
        f"{100 * row.falsely_above:.2f}",
        f"{100 * row.decided_rightly:.1f}",
        f"{100 * row.decided_wrongly:.2f}",
        f"{row.mean_charts:.0f}",
        f"{row.ninety_percent_charts:.0f}",
        str(row.precision_plan),
        ratio(row.precision_plan),
        str(row.informed_plan),
        ratio(row.informed_plan),
    ]


INTRODUCTION = f"""# Sequential reviews of weighted draws

{RUNS:,} audits a row, seed {SEED}; made by `python -m tests.reference.sequential`. The question is
whether more or less than {THRESHOLD_SHARE:.0%} of the dollars are wrong; the risk is {RISK:.0%} on either side; the limits are
looked at after every chart. Shares are in percent.

*Falsely below, above*: audits that, at any look, ruled out the true total when it was itself the
threshold. *Plan of 25 % precision*: RAT-STATS' simple random sample for 25 % at 90 %, with the true
mean and spread given. *Plan that knows*: the smallest simple random sample whose 95 % limit decides
the question in nine audits of ten; only who knows the errors can size it.

"""  # noqa: E501 - the lines of the page are shorter than those of its template


def main() -> None:
    write = sys.stdout.write
    write(INTRODUCTION)
    write("| " + " | ".join(HEADS) + " |\n" + "|---" * len(HEADS) + "|\n")
    for population in populations():
        write("| " + " | ".join(cells(simulate(population))) + " |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
