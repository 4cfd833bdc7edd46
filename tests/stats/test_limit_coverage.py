"""How often limits hold by forecast, and which cautions follow for which side and level."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditlib.stats.estimators.cautions import is_doubtful
from auditlib.stats.estimators.estimate import Estimate, Sides
from auditlib.stats.estimators.limit_coverage import cautions_about, limit_coverage
from auditlib.stats.estimators.moments import EstimateShape
from auditlib.stats.estimators.payment_forecast import (
    CLASS_COUNT,
    SHARED_UNITS,
    PaidStratum,
    SizeClasses,
    payment_forecast,
)
from auditlib.stats.estimators.variable_appraisal import appraise_values

SKEWNESS = st.floats(-3, 3)


def forecast(skewness: float, level: float, sides: Sides) -> float:
    return limit_coverage(skewness, level=level, sides=sides, freedom=None, limit_freedom=None)


@pytest.mark.parametrize("sides", ["lower", "upper", "two-sided"])
def test_without_skewness_limits_hold_as_often_as_they_say(sides: Sides) -> None:
    assert forecast(0, 0.9, sides) == pytest.approx(0.9)


@given(SKEWNESS)
def test_a_limit_is_the_other_one_of_the_mirrored_estimate(skewness: float) -> None:
    assert forecast(skewness, 0.9, "lower") == pytest.approx(forecast(-skewness, 0.9, "upper"))
    assert forecast(skewness, 0.9, "two-sided") == pytest.approx(forecast(-skewness, 0.9, "two-sided"))


@given(SKEWNESS)
def test_two_limits_miss_as_often_as_each_by_itself(skewness: float) -> None:
    missed = (1 - forecast(skewness, 0.95, "lower")) + (1 - forecast(skewness, 0.95, "upper"))
    assert 1 - forecast(skewness, 0.9, "two-sided") == pytest.approx(missed)


@pytest.mark.parametrize(("rate", "count"), [(0.10, 100), (0.50, 40), (0.05, 400)])
@pytest.mark.parametrize(("sides", "level"), [("lower", 0.9), ("upper", 0.95), ("two-sided", 0.9)])
def test_the_forecast_is_near_the_simulated_coverage(
    rate: float, count: int, sides: Sides, level: float
) -> None:
    generator = np.random.default_rng(3)
    amounts = generator.gamma(4, 60, (20_000, count)) * (generator.random((20_000, count)) < rate)
    first, second, third = rate * 240.0, rate * 60**2 * 20.0, rate * 60**3 * 120.0
    spread = second - first**2
    skewness = (third - 3 * first * second + 2 * first**3) / spread**1.5 / count**0.5
    from scipy.stats import t as student  # noqa: PLC0415

    reach = student.ppf((1 + level) / 2 if sides == "two-sided" else level, count - 1)
    spreads = amounts.std(axis=1, ddof=1)
    ratio = (amounts.mean(axis=1) - first) / np.where(spreads > 0, spreads, 1e-9) * count**0.5
    above, below = ratio <= reach, ratio >= -reach
    holds = {"lower": above, "upper": below, "two-sided": above & below}[sides].mean()
    assert forecast(skewness, level, sides) == pytest.approx(holds, abs=0.025)


def test_normal_limits_of_few_degrees_of_freedom_are_short() -> None:
    by_t = limit_coverage(0, level=0.9, sides="two-sided", freedom=9, limit_freedom=9)
    by_z = limit_coverage(0, level=0.9, sides="two-sided", freedom=9, limit_freedom=None)
    assert by_t == pytest.approx(0.9)
    assert by_z == pytest.approx(0.866, abs=0.001)


def about(
    skewness: float, sides: Sides, level: float, *, error_share: float = 0.3, is_count: bool = False
) -> list[str]:
    shape = EstimateShape(skewness, 99.0, error_share, is_count=is_count)
    estimate = Estimate(100.0, 10.0, 99.0, "m", shape=shape)
    return [caution.side for caution in cautions_about(estimate, [(sides, level)])]


def test_a_caution_is_about_the_side_and_level_asked_for() -> None:
    assert about(0.2, "upper", 0.95) == ["upper"]
    assert about(0.2, "lower", 0.95) == []
    assert about(0.2, "two-sided", 0.90) == []
    assert about(0.35, "two-sided", 0.90) == ["upper"]
    assert about(-0.35, "two-sided", 0.90) == ["lower"]
    assert about(-0.2, "lower", 0.90) == ["lower"]
    assert about(-0.2, "upper", 0.90) == []
    # Two points below 99 % take more skewness than two points below 80 %.
    assert about(0.18, "upper", 0.80) == ["upper"]
    assert about(0.18, "upper", 0.995) == []


def test_of_several_levels_the_worst_is_said_once() -> None:
    estimate = Estimate(100.0, 10.0, None, "m", shape=EstimateShape(0.5, 99.0, 0.3, is_count=False))
    found = cautions_about(estimate, [("upper", 0.8), ("upper", 0.9), ("upper", 0.95)])
    assert len(found) == 1
    assert found[0].threshold == pytest.approx(0.9, abs=0.051)
    assert "would hold in about" in found[0].message


def test_nearly_universal_errors_have_a_rule_of_their_own() -> None:
    total = appraise_values([100.0] * 95 + [0.0] * 5, universe_count=1000).total
    assert [caution.rule for caution in cautions_about(total, [("lower", 0.9)])] == ["nearly all errors"]
    assert cautions_about(total, [("upper", 0.9)]) == ()


# Payments


def test_payments_show_what_a_sample_hides() -> None:
    """A sample of small claims, all wrong in part, of a universe that has large ones too."""
    paid = [100.0] * 950 + [5_000.0] * 50
    values = [50.0] * 20 + [0.0] * 20
    alone = appraise_values(values, universe_count=1000).total
    shown = payment_forecast([PaidStratum(values, [100.0] * 40, SizeClasses.of(paid))])
    assert shown is not None
    assert not is_doubtful(cautions_about(alone, [("upper", 0.95)]))
    caution = cautions_about(alone, [("upper", 0.95)], forecast=shown)[-1]
    assert (caution.rule, caution.side) == ("skewness", "upper")
    assert "What was paid is known for every unit: on a universe like this the upper limit" in caution.message


@pytest.mark.parametrize(("rate", "count"), [(0.10, 100), (0.50, 40), (0.05, 400)])
def test_the_forecast_by_payments_is_the_coverage_of_universes_like_this(rate: float, count: int) -> None:
    """Drawn afresh, of the universe that the sample stands for: so many of its payments wrong altogether."""
    generator = np.random.default_rng(7)
    paid = generator.lognormal(5, 1, 4_000)
    sampled = generator.permutation(paid)[:count].tolist()
    wrong = round(rate * count)
    # One unit in so many is wrong, whatever its size.
    values = [size if number < wrong else 0.0 for number, size in enumerate(sampled)]
    stratum = PaidStratum(values, sampled, SizeClasses.of(paid))
    forecast = payment_forecast([stratum])
    assert forecast is not None
    rates = taint_rates(stratum)
    holds = dict.fromkeys(product(("lower", "upper", "two-sided"), (0.9, 0.95)), 0)
    for _ in range(RUNS):
        errors = np.sort(paid) * (generator.random(len(paid)) < rates)
        drawn = generator.permutation(errors)[:count]
        total = appraise_values(drawn.tolist(), universe_count=len(paid)).total
        for sides, level in holds:
            limits = total.interval(level, sides=sides)  # type: ignore[arg-type]
            holds[sides, level] += limits.lower <= errors.sum() <= limits.upper
    for (sides, level), count_held in holds.items():
        missed = sum(forecast.misses(level, sides, limit_freedom=count - 1))  # type: ignore[arg-type]
        assert 1 - missed == pytest.approx(count_held / RUNS, abs=0.035)


RUNS = 1_500


def taint_rates(stratum: PaidStratum) -> NDArray[np.float64]:
    """Return the chance of each unit, by size, to be wrong altogether: its class, drawn towards all."""
    overall = sum(value > 0 for value in stratum.values) / len(stratum.values)
    found = []
    for paid in stratum.classes.payments.tolist():
        number = stratum.classes.class_of(paid)
        own = [
            value > 0
            for value, size in zip(stratum.values, stratum.paid, strict=True)
            if stratum.classes.class_of(size) == number
        ]
        found.append((sum(own) + SHARED_UNITS * overall) / (len(own) + SHARED_UNITS))
    return np.array(found)


def test_a_few_giants_make_less_of_two_limits_than_their_skewness_says() -> None:
    """One unit in two thousand makes the skewness, and few samples hold it."""
    paid = [100.0 + number % 50 for number in range(1_999)] + [3_000.0]
    sampled = [100.0 + number % 50 for number in range(100)]
    values = [size if number % 2 else 0.0 for number, size in enumerate(sampled)]
    forecast = payment_forecast([PaidStratum(values, sampled, SizeClasses.of(paid))])
    assert forecast is not None
    errors = np.array(paid) / 2
    deviations = errors - errors.mean()
    skewness = float((deviations**3).mean() / (deviations**2).mean() ** 1.5) / 10
    by_skewness = limit_coverage(skewness, level=0.9, sides="two-sided", freedom=99, limit_freedom=99)
    missed = sum(forecast.misses(0.9, "two-sided", limit_freedom=99))
    assert by_skewness < 0.87
    assert missed == pytest.approx(0.1, abs=0.015)


@given(st.lists(st.integers(1, 500), min_size=3, max_size=40), st.integers(1, 20))
def test_classes_hold_every_payment_once(paid: list[int], repeated: int) -> None:
    classes = SizeClasses.of([float(value) for value in paid * repeated])
    assert classes.payments.tolist() == sorted(float(value) for value in paid * repeated)
    by_class = [classes.class_of(value) for value in classes.payments.tolist()]
    assert classes.counts() == [by_class.count(number) for number in range(CLASS_COUNT)]


def test_what_is_the_same_in_every_unit_leaves_nothing_to_chance() -> None:
    forecast = payment_forecast([PaidStratum([50.0] * 40, [100.0] * 40, SizeClasses.of([100.0] * 500))])
    assert forecast is not None
    assert sum(forecast.misses(0.9, "two-sided", limit_freedom=39)) == 0


def test_a_sample_without_an_error_does_not_hold_what_others_show() -> None:
    """Of samples of a rare error many have none: their limits, all 0, are too low."""
    values = [100.0] + [0.0] * 39
    forecast = payment_forecast([PaidStratum(values, [100.0] * 40, SizeClasses.of([100.0] * 500))])
    assert forecast is not None
    too_high, too_low = forecast.misses(0.9, "two-sided", limit_freedom=39)
    assert too_high == pytest.approx(0.0, abs=0.01)
    assert too_low == pytest.approx((39 / 40) ** 40, abs=0.06)


def test_a_unit_that_was_paid_nothing_has_no_taint() -> None:
    classes = SizeClasses.of([0.0, 10.0, 20.0])
    assert payment_forecast([PaidStratum([0.0, 5.0], [0.0, 10.0], classes)]) is None


def test_strata_reviewed_whole_add_nothing() -> None:
    whole = PaidStratum([5.0, 9.0], [10.0, 9.0], SizeClasses.of([10.0, 9.0]))
    alone = payment_forecast([whole])
    assert alone is not None
    assert alone.misses(0.9, "two-sided", limit_freedom=None) == (0, 0)
    sampled = PaidStratum([5.0, 0.0, 10.0] * 8, [10.0] * 24, SizeClasses.of([10.0] * 100))
    first, second = payment_forecast([sampled]), payment_forecast([whole, sampled])
    assert first is not None
    assert second is not None
    assert first.excess.tolist() == second.excess.tolist()
