from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, hypergeometric_tail, tail_level
from auditlib.stats.intervals.proportion import (
    Interval,
    clopper_pearson_interval,
    hypergeometric_interval,
    wilson_interval,
)

Method = Callable[..., Interval]
INTERVALS = (wilson_interval, clopper_pearson_interval)


@pytest.mark.parametrize(
    ("count", "total", "wilson", "clopper_pearson"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_newcombe_1998_table(
    count: int, total: int, wilson: tuple[float, float], clopper_pearson: tuple[float, float]
) -> None:
    for method, expected in ((wilson_interval, wilson), (clopper_pearson_interval, clopper_pearson)):
        limits = method(count, total)
        assert (round(limits.lower, 4), round(limits.upper, 4)) == expected


@pytest.mark.parametrize("method", INTERVALS)
@settings(deadline=None)
@given(total=st.integers(1, 400), data=st.data())
def test_limits_are_ordered_symmetric_and_inside_the_unit_range(
    method: Method, total: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, total))
    narrow, wide = method(count, total, confidence=0.8), method(count, total, confidence=0.95)
    assert 0 <= wide.lower <= narrow.lower <= count / total <= narrow.upper <= wide.upper <= 1
    mirrored = method(total - count, total, confidence=0.95)
    assert math.isclose(mirrored.lower, 1 - wide.upper, abs_tol=1e-12)
    assert math.isclose(mirrored.upper, 1 - wide.lower, abs_tol=1e-12)


@pytest.mark.parametrize("method", INTERVALS)
def test_bounds_are_exact_at_the_ends(method: Method) -> None:
    assert method(0, 7).lower == 0.0
    assert method(7, 7).upper == 1.0


@pytest.mark.parametrize("method", INTERVALS)
@pytest.mark.parametrize(
    ("count", "total", "confidence", "words"),
    [
        (0, 0, 0.95, "undefined"),
        (-1, 5, 0.95, "at least 0"),
        (6, 5, 0.95, "larger than"),
        (2, 5, 95, "between 0 and 1"),
        (2, 5, math.nan, "finite"),
        (2.5, 5, 0.95, "whole number"),
        (True, 5, 0.95, "yes/no"),
    ],
)
def test_an_undefined_share_is_refused(
    method: Method, count: int, total: int, confidence: float, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        method(count, total, confidence=confidence)


def test_a_sample_larger_than_its_universe_is_refused() -> None:
    with pytest.raises(UsageError, match="larger than universe_count"):
        hypergeometric_interval(1, 11, 10)


def _exact_lower_tail(count: int, sample: int, universe: int, items: int) -> float:
    ways = sum(
        math.comb(items, x) * math.comb(universe - items, sample - x) for x in range(min(count, sample) + 1)
    )
    return ways / math.comb(universe, sample)


@settings(deadline=None)
@given(universe=st.integers(1, 60), data=st.data())
def test_tail_equals_counted_samples(universe: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, universe))
    items = data.draw(st.integers(0, universe))
    count = data.draw(st.integers(0, sample))
    lower = hypergeometric_tail(count, sample, universe, items, upper=False)
    upper = hypergeometric_tail(count, sample, universe, items, upper=True)
    assert math.isclose(lower, _exact_lower_tail(count, sample, universe, items), abs_tol=1e-12)
    above = 1 - _exact_lower_tail(count - 1, sample, universe, items) if count else 1.0
    assert math.isclose(upper, above, abs_tol=1e-12)


@settings(deadline=None)
@given(universe=st.integers(1, 80), data=st.data(), confidence=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_limits_match_their_definition_by_search(
    universe: int, data: st.DataObject, confidence: float
) -> None:
    sample = data.draw(st.integers(1, universe))
    count = data.draw(st.integers(0, sample))
    tail = tail_level(confidence, one_sided=False)
    feasible = range(count, universe - sample + count + 1)
    lows = [
        k
        for k in feasible
        if count == 0 or 1 - _exact_lower_tail(count - 1, sample, universe, k) > float(tail) + 1e-12
    ]
    highs = [k for k in feasible if _exact_lower_tail(count, sample, universe, k) > float(tail) + 1e-12]
    assert hypergeometric_limits(count, sample, universe, tail=tail) == (min(lows), max(highs))


@pytest.mark.parametrize(("universe", "sample"), [(20, 5), (40, 10), (60, 30)])
@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
def test_coverage_by_enumeration_is_at_least_nominal(universe: int, sample: int, confidence: float) -> None:
    limits = [hypergeometric_interval(x, sample, universe, confidence=confidence) for x in range(sample + 1)]
    for items in range(universe + 1):
        covered = sum(
            math.comb(items, x) * math.comb(universe - items, sample - x)
            for x in range(sample + 1)
            if limits[x].lower <= items / universe <= limits[x].upper
        ) / math.comb(universe, sample)
        assert covered >= confidence - 1e-12


def test_a_tie_with_the_tail_area_is_not_inside() -> None:
    # P(X <= 0) is exactly 1/20 when 19 of 20 are items and one is drawn: the inequality is strict.
    assert hypergeometric_limits(0, 1, 20, tail=tail_level(0.9, one_sided=False)) == (0, 18)


def test_a_complete_review_leaves_no_doubt() -> None:
    limits = hypergeometric_interval(3, 12, 12)
    assert limits.lower == limits.upper == 0.25


def test_importing_intervals_loads_neither_scipy_nor_numpy() -> None:
    code = (
        "import sys, auditlib.stats.intervals.proportion as i; i.wilson_interval(1, 2);"
        "print({'scipy', 'numpy'} & sys.modules.keys())"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "set()"
