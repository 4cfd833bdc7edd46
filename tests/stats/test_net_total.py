"""Limits of a net total: exact for two values, within what is possible, and valid where amounts are rare."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level
from auditlib.stats.intervals.net_total import NetStratum, net_sample_size, net_total_limits


@pytest.mark.parametrize(
    ("items", "sample", "universe"), [(29, 30, 1000), (3, 100, 5000), (0, 50, 400), (10, 10, 200), (2, 5, 9)]
)
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_two_values_have_the_exact_limits(items: int, sample: int, universe: int, confidence: float) -> None:
    values = [1.0] * items + [0.0] * (sample - items)
    found = net_total_limits([NetStratum(values, universe, 0.0, 1.0)], confidence=confidence, draws=49_999)
    lower, upper = hypergeometric_limits(
        items, sample, universe, tail=tail_level(confidence, one_sided=False)
    )
    # Simulated gaps: within a hundredth of the way.
    assert found.lower == pytest.approx(lower, abs=max(1, 0.01 * universe))
    assert found.upper == pytest.approx(upper, abs=max(1, 0.01 * universe))


def test_gaps_by_hand() -> None:
    """One of two units reviewed: the other lies below it or above, each as likely."""
    stratum = NetStratum([10.0], 2, 4.0, 30.0)
    # At most half may be wrong: below, the other unit is worth -4 or more; above, 10 or more.
    assert net_total_limits([stratum], confidence=0.6, sides="lower", draws=9_999).lower == 10 - 4
    assert net_total_limits([stratum], confidence=0.4, sides="lower", draws=9_999).lower == 10 + 10
    assert net_total_limits([stratum], confidence=0.6, sides="upper", draws=9_999).upper == 10 + 30
    assert net_total_limits([stratum], confidence=0.4, sides="upper", draws=9_999).upper == 10 + 10


def test_the_largest_maxima_count_first() -> None:
    """With maxima by unit the limit is nearer than with the largest of them for all."""
    values = [50.0] * 40
    by_unit = [2_500.0, 100.0] + [10.0] * 158
    each = net_total_limits([NetStratum(values, 200, by_unit)], confidence=0.9, sides="lower").lower
    same = net_total_limits([NetStratum(values, 200, 2_500.0)], confidence=0.9, sides="lower").lower
    assert same < each < 200 * 50


def test_a_census_is_known() -> None:
    strata = [NetStratum([5.0, -3.0], 2), NetStratum([1.0], 1)]
    found = net_total_limits(strata, confidence=0.95)
    assert (found.lower, found.upper) == (3.0, 3.0)


VALUE = st.integers(-50, 90).map(float)


@given(
    strata=st.lists(
        st.tuples(st.lists(VALUE, min_size=1, max_size=12), st.lists(st.integers(0, 200), max_size=15)),
        min_size=1,
        max_size=3,
    ),
    confidence=st.sampled_from([0.5, 0.8, 0.9, 0.95]),
)
@settings(max_examples=60, deadline=None)
def test_limits_stay_within_what_is_possible(
    strata: list[tuple[list[float], list[int]]], confidence: float
) -> None:
    """Never below the sum found less all that can be hidden, never above it plus all that was paid."""
    worst = 60.0
    given_strata = [
        NetStratum(values, len(values) + len(paid), worst, [float(one) for one in paid])
        for values, paid in strata
    ]
    found = net_total_limits(given_strata, confidence=confidence, draws=499)
    total = sum(sum(values) for values, _ in strata)
    least = total - worst * sum(len(paid) for _, paid in strata)
    most = total + sum(sum(paid) for _, paid in strata)
    assert least - 1e-6 <= found.lower <= most + 1e-6
    assert least - 1e-6 <= found.upper <= most + 1e-6
    # A higher level reaches further, and overpayments alone never come to less than what was found.
    wider = net_total_limits(given_strata, confidence=(1 + confidence) / 2, draws=499)
    assert wider.lower <= found.lower
    assert wider.upper >= found.upper
    alone = [
        NetStratum([max(0.0, value) for value in one.values], one.universe_count, 0.0) for one in given_strata
    ]
    lower = net_total_limits(alone, confidence=confidence, sides="lower", draws=499).lower
    assert lower >= sum(sum(one.values) for one in alone) - 1e-6


def test_rare_large_underpayments_are_covered() -> None:
    generator = np.random.default_rng(5)
    errors = np.full(1_000, 50.0)
    errors[:10] = -2_500.0
    covered = 0
    for _ in range(200):
        sample = generator.choice(errors, 60, replace=False).tolist()
        limit = net_total_limits(
            [NetStratum(sample, 1_000, 2_500.0)], confidence=0.9, sides="lower", draws=999
        ).lower
        covered += limit <= errors.sum()
    assert covered >= 180


def test_a_side_without_maxima_is_open() -> None:
    stratum = NetStratum([5.0, 0.0, -1.0], 40, 9.0)
    found = net_total_limits([stratum], confidence=0.9)
    assert math.isfinite(found.lower)
    assert found.upper == math.inf
    with pytest.raises(UsageError, match="needs the most by which a unit can be wrong"):
        net_total_limits([stratum], confidence=0.9, sides="upper")


@pytest.mark.parametrize(
    ("stratum", "words"),
    [
        (NetStratum([5.0, -20.0], 9, 10.0), r"an underpayment of 20\.00; the most is stated as 10\.00"),
        (NetStratum([5.0, -20.0], 9, [1.0]), r"holds 1 amounts; 7 units"),
        (NetStratum([5.0, 0.0], 9, -1.0), "must not be below 0"),
        (NetStratum([5.0, 0.0], 3, [-1.0]), "must not be below 0"),
        (NetStratum([5.0, 0.0], 9), "needs the most by which"),
    ],
)
def test_impossible_maxima_are_refused(stratum: NetStratum, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        net_total_limits([stratum], confidence=0.9, sides="lower")


def test_a_size_reaches_what_it_promises() -> None:
    """A sample of the size, with the probe's shares of each value, reaches the limit; half of it does not."""
    probe = [100.0] * 8 + [0.0] * 11 + [-500.0]
    universe, worst = 4_000, 500.0
    size = net_sample_size([NetStratum(probe, universe, worst)], precision=1.0, confidence=0.9)
    assert size is not None
    point = universe * sum(probe) / len(probe)

    def limit(times: int) -> float:
        stratum = NetStratum(probe * times, universe, worst)
        return net_total_limits([stratum], confidence=0.9, sides="lower").lower

    assert limit(math.ceil(size / len(probe)) + 1) > 0
    assert limit(max(1, size // len(probe) // 2)) < 0
    nearer = net_sample_size([NetStratum(probe, universe, worst)], precision=0.5, confidence=0.9)
    assert nearer is not None
    assert nearer > size
    assert limit(math.ceil(nearer / len(probe)) + 1) > 0.5 * point


def test_no_size_shows_what_is_not_there() -> None:
    assert net_sample_size([NetStratum([5.0, -9.0], 90, 9.0)], precision=0.5, confidence=0.9) is None
    with pytest.raises(UsageError, match="needs the largest underpayment"):
        net_sample_size([NetStratum([5.0, 9.0], 90)], precision=0.5, confidence=0.9)
