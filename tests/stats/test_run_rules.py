from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from auditlib.stats.trends.run_rules import run_signals

# Anhoej and Olesen 2014: longest run that chance explains, and least crossings, by useful points.
PUBLISHED = {10: (6, 2), 12: (7, 3), 15: (7, 4), 20: (7, 6), 24: (8, 8), 30: (8, 10)}


@pytest.mark.parametrize("count", PUBLISHED)
def test_the_limits_are_the_published_ones(count: int) -> None:
    signals = run_signals([place % 2 for place in range(count)], 0.5)
    assert (signals.longest_allowed, signals.least_crossings) == PUBLISHED[count]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=40))
def test_runs_and_crossings_are_those_of_plain_counting(values: list[float]) -> None:
    sides = [value > 0.5 for value in values if value != 0.5]
    longest = current = crossings = 0
    for place, side in enumerate(sides):
        same = place and sides[place - 1] == side
        current = current + 1 if same else 1
        crossings += bool(place) and not same
        longest = max(longest, current)
    signals = run_signals(values, 0.5)
    assert (signals.useful_count, signals.longest_run) == (len(sides), longest)
    assert signals.crossing_count == crossings
    if len(sides) > 1:
        assert signals.least_crossings == stats.binom.ppf(0.05, len(sides) - 1, 0.5)
        assert signals.longest_allowed == round(math.log2(len(sides)) + 3)


def test_a_shift_is_a_signal_and_a_zigzag_is_not() -> None:
    assert run_signals([0.9] * 6 + [0.7] * 6, 0.8).is_signal
    assert not run_signals([0.9, 0.7] * 6, 0.8).is_signal
    assert not run_signals([0.8] * 12, 0.8).is_signal
