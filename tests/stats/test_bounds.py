from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.estimators.attribute_appraisal import AttributeStratum, appraise_attribute
from auditlib.stats.estimators.variable_appraisal import appraise_values
from auditlib.stats.intervals.bounds import (
    empirical_likelihood_interval,
    minimum_sum_bound,
    stratified_count_limits,
    stringer_bound,
)
from auditlib.stats.sequential.confidence_sequence import confidence_sequence


def test_one_stratum_has_the_unrestricted_limits() -> None:
    stratum = stratified_count_limits([AttributeStratum(82, 400, 10_000)], confidence=0.9)
    plain = appraise_attribute(82, sample_count=400, universe_count=10_000).limits(0.9)
    assert (stratum.lower, stratum.upper) == (plain.lower, plain.upper)


def test_stratified_limits_cover_by_enumeration() -> None:
    sizes, samples, confidence = (8, 10), (3, 4), 0.9
    for items in itertools.product(range(sizes[0] + 1), range(sizes[1] + 1)):
        covered = 0.0
        for found in itertools.product(range(samples[0] + 1), range(samples[1] + 1)):
            chance = math.prod(
                math.comb(k, x) * math.comb(size - k, sample - x) / math.comb(size, sample)
                for k, x, size, sample in zip(items, found, sizes, samples, strict=True)
            )
            if not chance:
                continue
            strata = [AttributeStratum(x, n, size) for x, n, size in zip(found, samples, sizes, strict=True)]
            limits = stratified_count_limits(strata, confidence=confidence)
            covered += chance * (limits.lower <= sum(items) <= limits.upper)
        assert covered >= confidence - 1e-12


def test_one_sided_stratified_limits() -> None:
    strata = [AttributeStratum(0, 10, 50), AttributeStratum(0, 10, 70)]
    assert stratified_count_limits(strata, confidence=0.9, sides="upper").lower == 0
    assert stratified_count_limits(strata, confidence=0.9, sides="lower").upper == 100
    with pytest.raises(UsageError, match="At least one"):
        stratified_count_limits([], confidence=0.9)


def test_minimum_sum_holds_where_student_fails() -> None:
    # 95 % of the payments are wrong altogether: the nominal 90 % limit (one side of 80 %) is often too high.
    generator = np.random.default_rng(20_260_101)
    paid = np.sort(generator.lognormal(5, 0.3, 1000))
    wrong = np.where(np.arange(1000) % 20 == 0, 0.0, paid)
    truth, student, exact, runs = float(wrong.sum()), 0, 0, 300
    for _ in range(runs):
        chosen = generator.choice(1000, 30, replace=False)
        errors = wrong[chosen]
        total = appraise_values(errors.tolist(), universe_count=1000).total
        student += total.interval(0.9, sides="lower").lower <= truth
        bound = minimum_sum_bound(
            errors.tolist(),
            np.delete(paid, chosen).tolist(),
            error_count=int((errors > 0).sum()),
            confidence=0.9,
        )
        exact += bound <= truth
    assert exact / runs >= 0.9
    assert exact >= student


def test_minimum_sum_by_hand() -> None:
    # Both of two sampled units are wrong: P(2 of 2 | 5 of 10) = 10/45, P(2 of 2 | 6 of 10) = 15/45 > 1/4.
    rest = [8.0, 1.0, 7.0, 2.0, 6.0, 3.0, 5.0, 4.0]
    bound = minimum_sum_bound([9.0, 10.0], rest, error_count=2, confidence=0.75)
    assert bound == 19 + 1 + 2 + 3 + 4
    half = minimum_sum_bound([9.0, 10.0], rest, error_count=2, confidence=0.75, least_share=0.5)
    assert half == 19 + 5
    assert minimum_sum_bound([9.0, 0.0], [], error_count=1, confidence=0.9) == 9


@pytest.mark.parametrize(
    ("found", "paid", "share", "words"),
    [
        ([1.0], [1.0, -1.0], 1.0, "below 0"),
        ([-1.0], [1.0], 1.0, "below 0"),
        ([1.0], [1.0, 2.0], 1.5, "above 1"),
        ([], [1.0], 1.0, "at least 1"),
    ],
)
def test_minimum_sum_refuses(found: list[float], paid: list[float], share: float, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        minimum_sum_bound(found, paid, error_count=1, confidence=0.9, least_share=share)


def test_stringer_without_errors_is_the_exact_binomial_bound() -> None:
    bound = stringer_bound([], sample_count=60, book_amount=1e6)
    assert bound == pytest.approx(1e6 * (1 - 0.05 ** (1 / 60)))
    assert stringer_bound([1.0] * 60, sample_count=60, book_amount=1e6) == pytest.approx(1e6)


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1), max_size=10), st.floats(0.01, 1))
def test_stringer_grows_with_every_error(taints: list[float], more: float) -> None:
    before = stringer_bound(taints, sample_count=20, book_amount=100)
    assert before <= stringer_bound([*taints, more], sample_count=20, book_amount=100) + 1e-9 <= 100 + 1e-6


@pytest.mark.parametrize(
    ("taints", "count", "words"),
    [([0.5, 0.5], 1, "more taints"), ([0.0], 5, "above 0"), ([1.2], 5, "at most at 1")],
)
def test_stringer_refuses(taints: list[float], count: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        stringer_bound(taints, sample_count=count, book_amount=1.0)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 50).map(float), min_size=3, max_size=40), st.integers(1, 300))
def test_empirical_likelihood_stays_inside_the_sample(values: list[float], more: int) -> None:
    universe = len(values) + more
    if len(set(values)) == 1:
        with pytest.raises(UsageError, match="no interval"):
            empirical_likelihood_interval(values, universe_count=universe, confidence=0.9)
        return
    wide = empirical_likelihood_interval(values, universe_count=universe, confidence=0.95)
    narrow = empirical_likelihood_interval(values, universe_count=universe, confidence=0.8)
    mean = sum(values) / len(values)
    assert wide.lower <= narrow.lower <= universe * mean + 1e-6
    assert universe * mean - 1e-6 <= narrow.upper <= wide.upper
    assert universe * min(values) - 1e-6 <= wide.lower
    assert wide.upper <= universe * max(values) + 1e-6


def test_empirical_likelihood_nears_student_for_large_symmetric_samples() -> None:
    values = [float(k % 21) for k in range(2100)]
    limits = empirical_likelihood_interval(values, universe_count=10**6, confidence=0.95)
    student = appraise_values(values, universe_count=10**6).total.interval(0.95)
    assert limits.lower == pytest.approx(student.lower, rel=1e-4)
    assert limits.upper == pytest.approx(student.upper, rel=1e-4)


def test_a_complete_review_ends_the_sequence_at_the_truth() -> None:
    values = [5.0, 0.0, 0.0, 10.0, 2.5] * 8
    result = confidence_sequence(values, universe_count=40, highest_value=10.0, confidence=0.95)
    assert result.lower[-1] == pytest.approx(140.0)
    assert result.upper[-1] == pytest.approx(140.0)
    assert list(result.lower) == sorted(result.lower)
    assert list(result.upper) == sorted(result.upper, reverse=True)


@pytest.mark.parametrize("share", [0.03, 0.5, 0.97])
def test_looking_after_every_unit_keeps_the_stated_risk(share: float) -> None:
    generator = np.random.default_rng(7)
    universe = np.zeros(100)
    universe[: round(100 * share)] = 1.0
    misses, runs = 0, 200
    for _ in range(runs):
        order = generator.permutation(universe)[:40]
        # Limits only tighten, so the last look misses if any look did.
        result = confidence_sequence(
            order.tolist(), universe_count=100, highest_value=1.0, confidence=0.9, looks=[40]
        )
        truth = universe.sum()
        misses += max(result.lower) > truth + 1e-6 or min(result.upper) < truth - 1e-6
    assert misses / runs <= 0.1


def test_a_clear_case_is_decided_early() -> None:
    result = confidence_sequence(
        [0.0] * 100, universe_count=5000, highest_value=1.0, confidence=0.95, sides="upper"
    )
    decided = result.first_below(250.0)
    assert decided is not None
    assert decided < 90
    assert result.first_above(0.0) is None
    assert set(result.lower) == {0.0}


@pytest.mark.parametrize(
    ("values", "highest", "words"),
    [([1.5], 1.0, "between 0"), ([-0.1], 1.0, "between 0"), ([0.5], 0.0, "above 0")],
)
def test_a_sequence_needs_its_bound(values: list[float], highest: float, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        confidence_sequence(values, universe_count=10, highest_value=highest, confidence=0.9)


def test_fewer_looks_change_no_limit() -> None:
    values = [1.0, 0.0, 0.5, 1.0, 1.0, 0.0, 1.0, 1.0] * 5
    every = confidence_sequence(values, universe_count=200, highest_value=1.0, confidence=0.9)
    some = confidence_sequence(
        values, universe_count=200, highest_value=1.0, confidence=0.9, looks=[10, 25, 40]
    )
    assert some.reviewed_counts == (10, 25, 40)
    assert some.lower == pytest.approx([every.lower[look - 1] for look in (10, 25, 40)], abs=1e-5)
    assert some.upper == pytest.approx([every.upper[look - 1] for look in (10, 25, 40)], abs=1e-5)
    with pytest.raises(UsageError, match="ascend within 1 to 40"):
        confidence_sequence(values, universe_count=200, highest_value=1.0, confidence=0.9, looks=[41])
