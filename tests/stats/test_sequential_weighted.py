from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.sequential.weighted_sequence import (
    SequentialAudit,
    WeightedUniverse,
    weighted_confidence_sequence,
)


def drawn(seed: int, count: int = 60) -> tuple[list[float], list[float], list[float]]:
    generator = np.random.default_rng(seed)
    paid = generator.lognormal(4, 0.8, count)
    errors = np.where(generator.random(count) < 0.3, paid * generator.random(count), 0.0)
    weights = paid * generator.choice([1.0, 2.5], count)
    order = np.argsort(generator.exponential(size=count) / weights)
    return errors[order].tolist(), paid[order].tolist(), weights[order].tolist()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([None, 0.05, 0.5]))
def test_limits_tighten_and_end_at_the_truth(seed: int, share: float | None) -> None:
    errors, paid, weights = drawn(seed)
    universe = WeightedUniverse.of(paid, weights)
    threshold = None if share is None else share * universe.total_amount
    result = weighted_confidence_sequence(
        errors, paid, weights, universe=universe, confidence=0.9, threshold=threshold
    )
    # Up to rounding, where both meet at the end.
    assert result.lower == pytest.approx(sorted(result.lower), abs=1e-6)
    assert result.upper == pytest.approx(sorted(result.upper, reverse=True), abs=1e-6)
    assert result.lower[-1] == pytest.approx(sum(errors), abs=1e-6)
    assert result.upper[-1] == pytest.approx(sum(errors), abs=1e-6)
    seen = np.cumsum(errors)
    assert all(low >= value - 1e-9 for low, value in zip(result.lower, seen, strict=True))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.01, 0.9))
def test_limits_are_where_the_wealth_says(seed: int, share: float) -> None:
    # Oracle: the bettors' games played one unit at a time, with plain numbers.
    errors, paid, weights = drawn(seed)
    universe = WeightedUniverse.of(paid, weights)
    looks = 25
    result = weighted_confidence_sequence(
        errors[:looks], paid[:looks], weights[:looks], universe=universe, confidence=0.9
    )
    audit = SequentialAudit.of(
        np.asarray(errors[:looks]), np.asarray(weights[:looks]), universe=universe, error=0.05
    )
    total = share * universe.total_amount
    low_wealth = high_wealth = best_low = best_high = 1.0
    seen, left = 0.0, universe.total_weight
    for position in range(looks):
        mean = (total - seen) / (universe.highest_ratio * left)
        x = errors[position] / weights[position] / universe.highest_ratio
        low, high = float(audit.lower_stakes[position]), float(audit.upper_stakes[position])
        if 0 < mean < 1:
            low_wealth *= 1 - low + low * x / mean
            high_wealth *= 1 - high + high * (1 - x) / (1 - mean)
            best_low, best_high = max(best_low, low_wealth), max(best_high, high_wealth)
        seen += errors[position]
        left -= weights[position]
    if best_low >= 20.001:
        assert result.lower[-1] >= total * (1 - 1e-6)
    if best_high >= 20.001:
        assert result.upper[-1] <= total * (1 + 1e-6)
    if result.lower[-1] > max(total, seen) * (1 + 1e-6):
        assert best_low >= 19.999 or total < seen


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_looking_after_every_chart_keeps_the_stated_risk(share: float) -> None:
    generator = np.random.default_rng(11)
    paid = generator.lognormal(5, 0.8, 300)
    is_wrong = np.arange(300) < 300 * share
    errors = np.where(is_wrong, paid, 0.0)
    weights = paid * np.where(generator.random(300) < np.where(is_wrong, 0.7, 0.2), 3, 1)
    universe, truth, runs = WeightedUniverse.of(paid.tolist(), weights.tolist()), float(errors.sum()), 2_000
    order = np.argsort(generator.exponential(size=(runs, 300)) / weights, axis=1)
    audit = SequentialAudit.of(errors[order], weights[order], universe=universe, error=0.05, threshold=truth)
    # Five percent, and three simulation errors of 2,000 runs.
    allowed = 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert float((audit.upper_wealth(truth).max(axis=1) >= math.log(20)).mean()) <= allowed
    assert float((audit.lower_wealth(truth).max(axis=1) >= math.log(20)).mean()) <= allowed


def test_clean_charts_decide_soon() -> None:
    paid = [100.0] * 1_000
    universe = WeightedUniverse.of(paid, paid)
    result = weighted_confidence_sequence(
        [0.0] * 100,
        paid[:100],
        paid[:100],
        universe=universe,
        confidence=0.95,
        sides="upper",
        threshold=5_000.0,
    )
    decided = result.first_below(5_000.0)
    assert decided is not None
    # The fixed plan, which may be looked at once, needs 59.
    assert 59 <= decided <= 75
    assert set(result.lower) == {0.0}


@pytest.mark.parametrize(
    ("errors", "paid", "weights", "words"),
    [
        ([2.0], [1.0], [1.0], "between 0 and the amount"),
        ([-1.0], [1.0], [1.0], "between 0 and the amount"),
        ([0.0], [9.0], [1.0], "above the universe's highest"),
        ([0.0, 0.0], [3.0, 3.0], [3.0, 3.0], "exceed the universe"),
        ([0.0], [1.0, 1.0], [1.0], "must be equal"),
    ],
)
def test_what_does_not_fit_is_refused(
    errors: list[float], paid: list[float], weights: list[float], words: str
) -> None:
    universe = WeightedUniverse.of([1.0, 3.0], [1.0, 3.0])
    with pytest.raises(UsageError, match=words):
        weighted_confidence_sequence(errors, paid, weights, universe=universe, confidence=0.9)


def test_a_unit_that_is_never_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="above 0"):
        WeightedUniverse.of([1.0, 1.0], [1.0, 0.0])
