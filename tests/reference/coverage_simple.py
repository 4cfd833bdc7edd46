"""Coverage on simple random samples: shares by summing over all samples, dollars by simulation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from auditlib.stats.estimators.attribute_appraisal import appraise_attribute
from auditlib.stats.estimators.cautions import is_doubtful
from auditlib.stats.estimators.limit_coverage import cautions_about
from auditlib.stats.estimators.payment_forecast import PaidStratum, SizeClasses, payment_forecast
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.variable_appraisal import appraise_values
from auditlib.stats.intervals.bootstrap import bootstrap_t_interval
from auditlib.stats.intervals.bounds import empirical_likelihood_interval, minimum_sum_bound
from auditlib.stats.intervals.proportion import (
    clopper_pearson_interval,
    hypergeometric_interval,
    wilson_interval,
)
from auditlib.stats.sequential.confidence_sequence import confidence_sequence
from tests.reference.coverage_cells import (
    CONFIDENCE,
    ONE_SIDED,
    Cell,
    Limits,
    Tally,
    clear_of,
    given_or_none,
)

UNIVERSE_COUNT = 5_000
SAMPLE_COUNTS = (30, 100, 400)
RATES = (0.01, 0.05, 0.20, 0.50, 0.95, 0.98)
# Resampling takes most of the time: every so many-th sample is resampled.
BOOTSTRAP_EVERY, RESAMPLES = 3, 499

Amounts = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """What was paid for each unit, and what of it was wrong; below 0 where too little was paid."""

    name: str
    paid: Amounts
    errors: Amounts


@dataclass(frozen=True)
class Payments:
    """What was paid for all units, and the same in classes of size."""

    total: float
    classes: SizeClasses


def populations(seed: int) -> dict[str, Population]:
    generator = np.random.default_rng(seed)
    paid = generator.lognormal(5, 0.7, UNIVERSE_COUNT).round(2)
    found = [
        Population(f"{rate:.0%} wrong altogether", paid, clear_of(paid, rate, generator)) for rate in RATES
    ]
    partly = np.where(generator.random(UNIVERSE_COUNT) < 0.3, generator.beta(0.5, 2, UNIVERSE_COUNT), 0)
    found.append(Population("30% partly wrong", paid, (paid * partly).round(2)))
    heavy = generator.lognormal(5, 1.5, UNIVERSE_COUNT).round(2)
    found.append(Population("10% wrong, payments very skewed", heavy, clear_of(heavy, 0.10, generator)))
    signs = np.where(generator.random(UNIVERSE_COUNT) < 0.3, -0.5, 1.0)
    both = (clear_of(paid, 0.25, generator) * signs).round(2)
    found.append(Population("25% wrong, over and under", paid, both))
    equal = np.full(UNIVERSE_COUNT, 100.0)
    found += [
        Population(f"{rate:.0%} of equal payments wrong", equal, clear_of(equal, rate, generator))
        for rate in (0.95, 0.98)
    ]
    return {population.name: population for population in found}


def share_cells(rate: float, sample_count: int) -> list[Cell]:
    """Return the coverage of every interval for a share, over all samples of a universe without error."""
    items = round(rate * UNIVERSE_COUNT)
    counts = np.arange(sample_count + 1)
    chances = hypergeom.pmf(counts, UNIVERSE_COUNT, items, sample_count)
    truth = items / UNIVERSE_COUNT
    tallies: dict[str, list[float]] = {}
    for count in np.flatnonzero(chances > 1e-12).tolist():
        exact = appraise_attribute(count, sample_count=sample_count, universe_count=UNIVERSE_COUNT)
        two = (
            wilson_interval(count, sample_count, confidence=CONFIDENCE),
            clopper_pearson_interval(count, sample_count, confidence=CONFIDENCE),
            hypergeometric_interval(count, sample_count, UNIVERSE_COUNT, confidence=CONFIDENCE),
        )
        said = [(found.method, found.lower <= truth <= found.upper, found.cautions) for found in two]
        lower = exact.limits(ONE_SIDED, sides="lower").lower
        upper = exact.limits(ONE_SIDED, sides="upper").upper
        said += [("hypergeometric, lower", lower <= items, ()), ("hypergeometric, upper", items <= upper, ())]
        for name, holds, cautions in said:
            covered, warned, silent = tallies.setdefault(name, [0.0, 0.0, 0.0])
            chance, alarm = float(chances[count]), is_doubtful(cautions)
            tallies[name] = [
                covered + chance * holds,
                warned + chance * alarm,
                silent + chance * (not holds and not alarm),
            ]
    return [
        Cell(
            name,
            f"{rate:.0%} of the units",
            str(sample_count),
            ONE_SIDED if name.endswith("er") else CONFIDENCE,
            *tally,
            runs=0,
        )
        for name, tally in tallies.items()
    ]


def textbook_cells(population: Population, sample_count: int, *, runs: int, seed: int) -> list[Cell]:
    """Return the simulated coverage of normal theory for dollars in a simple random sample."""
    paid, errors = population.paid, population.errors
    payments = Payments(float(paid.sum()), SizeClasses.of(paid))
    tally = Tally(population.name, str(sample_count), runs)
    for chosen in _draws(sample_count, runs=runs, seed=seed):
        sample, bases = errors[chosen].tolist(), paid[chosen].tolist()
        _textbook(tally, sample, bases, truth=float(errors.sum()), payments=payments)
    return tally.cells()


def other_cells(population: Population, sample_count: int, *, runs: int, seed: int) -> list[Cell]:
    """Return the simulated coverage of the other intervals on the same samples."""
    errors = population.errors
    truth = float(errors.sum())
    is_over_only = bool(errors.min() >= 0)
    tally = Tally(population.name, str(sample_count), runs)
    often = Tally(population.name, str(sample_count), len(range(0, runs, BOOTSTRAP_EVERY)))
    for run, chosen in enumerate(_draws(sample_count, runs=runs, seed=seed)):
        sample = errors[chosen].tolist()
        _likelihood(tally, sample, truth)
        if is_over_only:
            _guaranteed(tally, population, chosen, truth)
        if run % BOOTSTRAP_EVERY == 0:
            often.limits("bootstrap-t", _resampled(sample, run), truth)
    return tally.cells() + often.cells()


def value_cells(population: Population, sample_count: int, *, runs: int, seed: int) -> list[Cell]:
    """Return the simulated coverage of every interval for dollars in a simple random sample."""
    return [
        *textbook_cells(population, sample_count, runs=runs, seed=seed),
        *other_cells(population, sample_count, runs=runs, seed=seed),
    ]


def _draws(sample_count: int, *, runs: int, seed: int) -> Iterator[NDArray[np.int64]]:
    generator = np.random.default_rng([seed, sample_count])
    for _ in range(runs):
        yield generator.choice(UNIVERSE_COUNT, sample_count, replace=False)


def _resampled(sample: list[float], seed: int) -> Limits | None:
    found = given_or_none(
        bootstrap_t_interval,
        sample,
        universe_count=UNIVERSE_COUNT,
        confidence=CONFIDENCE,
        seed=seed,
        resamples=RESAMPLES,
    )
    return None if found is None else (found.lower, found.upper, found.cautions)


def _likelihood(tally: Tally, sample: list[float], truth: float) -> None:
    # The lower limit of a two-sided 90 % is the one-sided 95 %.
    found = given_or_none(
        empirical_likelihood_interval, sample, universe_count=UNIVERSE_COUNT, confidence=CONFIDENCE
    )
    two_sided = None if found is None else (found.lower, found.upper, found.cautions)
    lower = None if found is None else (found.lower, math.inf, found.cautions)
    tally.limits("empirical likelihood", two_sided, truth)
    tally.limits("empirical likelihood, lower", lower, truth, nominal=ONE_SIDED)


def _textbook(
    tally: Tally, sample: list[float], bases: list[float], *, truth: float, payments: Payments
) -> None:
    total = appraise_values(sample, universe_count=UNIVERSE_COUNT).total
    forecast = payment_forecast([PaidStratum(sample, bases, payments.classes)])
    interval = total.interval(CONFIDENCE)
    both = cautions_about(total, [("two-sided", CONFIDENCE)], forecast=forecast)
    below = cautions_about(total, [("lower", ONE_SIDED)], forecast=forecast)
    above = cautions_about(total, [("upper", ONE_SIDED)], forecast=forecast)
    tally.limits("Student's t", (interval.lower, interval.upper, both), truth)
    tally.limits("Student's t, lower", (interval.lower, math.inf, below), truth, nominal=ONE_SIDED)
    tally.limits("Student's t, upper", (-math.inf, interval.upper, above), truth, nominal=ONE_SIDED)
    normal = replace(total, degrees_of_freedom=None)
    found = normal.interval(CONFIDENCE)
    both = cautions_about(normal, [("two-sided", CONFIDENCE)], forecast=forecast)
    tally.limits("z", (found.lower, found.upper, both), truth)
    ratio = appraise_ratio([PairStratum(sample, bases, UNIVERSE_COUNT)], base_total=payments.total).total
    assert ratio is not None
    found = ratio.interval(CONFIDENCE)
    both = cautions_about(ratio, [("two-sided", CONFIDENCE)])
    tally.limits("ratio, z", (found.lower, found.upper, both), truth)


def _guaranteed(tally: Tally, population: Population, chosen: NDArray[np.int64], truth: float) -> None:
    paid, errors = population.paid, population.errors
    sample = errors[chosen].tolist()
    altogether = int(np.sum((errors[chosen] > 0) & (errors[chosen] >= paid[chosen])))
    rest = np.delete(paid, chosen).tolist()
    bound = minimum_sum_bound(sample, rest, error_count=altogether, confidence=ONE_SIDED)
    tally.limits("minimum sum, lower", (bound, math.inf, ()), truth, nominal=ONE_SIDED)
    sequence = confidence_sequence(
        sample,
        universe_count=UNIVERSE_COUNT,
        highest_value=float(paid.max()),
        confidence=CONFIDENCE,
        looks=[len(sample)],
    )
    tally.limits("betting", (sequence.lower[-1], sequence.upper[-1], ()), truth)
