from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.estimators.variable_appraisal import appraise_values
from auditlib.stats.intervals.bootstrap import bootstrap_t_interval
from auditlib.stats.intervals.bounds import stringer_bound
from auditlib.stats.intervals.monetary_unit import multinomial_dirichlet_bound


def test_partial_errors_bound_lower_than_stringers() -> None:
    taints = [0.1, 0.25, 0.4]
    bound = multinomial_dirichlet_bound(taints, sample_count=100, book_amount=1e6)
    assert sum(taints) / 100 * 1e6 < bound < stringer_bound(taints, sample_count=100, book_amount=1e6)


def test_the_posterior_is_that_of_a_simulated_dirichlet() -> None:
    taints, count = [0.30, 1.0, 0.07], 60
    prior = np.full(101, 0.005)
    prior[0], prior[100] = 4.0, 0.505
    prior[0] += count - len(taints)
    for taint in taints:
        prior[round(100 * taint)] += 1
    shares = np.random.default_rng(3).dirichlet(prior, 200_000) @ (np.arange(101) / 100)
    bound = multinomial_dirichlet_bound(taints, sample_count=count, book_amount=1.0)
    # The beta distribution is an approximation of this sum: a percent of the bound.
    assert bound == pytest.approx(float(np.quantile(shares, 0.95)), rel=0.02)


@pytest.mark.parametrize(("rate", "low", "high"), [(0.05, 0.1, 0.6), (0.2, 0.1, 0.6), (0.05, 1.0, 1.0)])
def test_the_multinomial_bound_covers(rate: float, low: float, high: float) -> None:
    generator = np.random.default_rng(17)
    taints = np.where(generator.random(20_000) < rate, generator.uniform(low, high, 20_000), 0.0)
    runs, covered = 300, 0
    for _ in range(runs):
        found = generator.choice(taints, 100)
        bound = multinomial_dirichlet_bound(found[found > 0].tolist(), sample_count=100, book_amount=1.0)
        covered += bound >= taints.mean()
    assert covered / runs >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / runs)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.01, 1), max_size=10), st.floats(0.01, 1))
def test_the_multinomial_bound_grows_with_every_whole_error(taints: list[float], level: float) -> None:
    confidence = 0.5 + level * 0.49
    before = multinomial_dirichlet_bound(taints, sample_count=20, book_amount=100, confidence=confidence)
    after = multinomial_dirichlet_bound(
        [*taints, 1.0], sample_count=20, book_amount=100, confidence=confidence
    )
    assert 0 <= before <= after <= 100


@pytest.mark.parametrize(
    ("taints", "count", "words"),
    [([0.5, 0.5], 1, "more taints"), ([0.0], 5, "above 0"), ([1.2], 5, "at most at 1")],
)
def test_the_multinomial_bound_refuses(taints: list[float], count: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        multinomial_dirichlet_bound(taints, sample_count=count, book_amount=1.0)


def test_bootstrap_t_is_students_for_many_symmetric_values() -> None:
    values = np.random.default_rng(1).normal(100, 10, 800).tolist()
    student = appraise_values(values, universe_count=5_000).total.interval(0.9)
    limits = bootstrap_t_interval(values, universe_count=5_000, confidence=0.9, seed=1, resamples=4_000)
    half = (student.upper - student.lower) / 2
    assert limits.lower == pytest.approx(student.lower, abs=0.1 * half)
    assert limits.upper == pytest.approx(student.upper, abs=0.1 * half)
    assert limits == bootstrap_t_interval(
        values, universe_count=5_000, confidence=0.9, seed=1, resamples=4_000
    )


def test_bootstrap_t_covers_skewed_amounts_better_than_student() -> None:
    generator = np.random.default_rng(9)
    universe = generator.lognormal(5, 1.2, 5_000)
    truth, student, bootstrap, runs = float(universe.sum()), 0, 0, 400
    for run in range(runs):
        values = generator.choice(universe, 40, replace=False).tolist()
        interval = appraise_values(values, universe_count=5_000).total.interval(0.9)
        student += interval.lower <= truth <= interval.upper
        limits = bootstrap_t_interval(values, universe_count=5_000, confidence=0.9, seed=run, resamples=499)
        bootstrap += limits.lower <= truth <= limits.upper
    assert bootstrap > student
    assert bootstrap / runs >= 0.84


def test_a_complete_review_leaves_no_doubt_and_few_errors_are_refused() -> None:
    values = [float(number) for number in range(30)]
    limits = bootstrap_t_interval(values, universe_count=30, confidence=0.9, seed=1)
    assert (limits.lower, limits.upper) == (pytest.approx(435), pytest.approx(435))
    with pytest.raises(UsageError, match="Too few sampled values differ"):
        bootstrap_t_interval([0.0] * 99 + [5.0], universe_count=500, confidence=0.9, seed=1)
    one = bootstrap_t_interval(values, universe_count=300, confidence=0.9, seed=1, sides="lower")
    assert one.upper == math.inf
