"""How often limits hold by forecast, and which cautions follow for which side and level."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.stats.estimators.cautions import is_doubtful
from auditlib.stats.estimators.estimate import Estimate, Sides
from auditlib.stats.estimators.limit_coverage import cautions_about, limit_coverage
from auditlib.stats.estimators.moments import EstimateShape
from auditlib.stats.estimators.payment_skewness import PaidStratum, SizeClasses, payment_skewness
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
    assert about(0.18, "upper", 0.95) == ["upper"]
    assert about(0.18, "lower", 0.95) == []
    assert about(0.18, "two-sided", 0.90) == []
    assert about(0.35, "two-sided", 0.90) == ["upper"]
    assert about(-0.35, "two-sided", 0.90) == ["lower"]
    assert about(-0.2, "lower", 0.90) == ["lower"]
    assert about(-0.2, "upper", 0.90) == []
    # Two points below 99 % take more skewness than two points below 80 %.
    assert about(0.16, "upper", 0.80) == ["upper"]
    assert about(0.16, "upper", 0.995) == []


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
    stratum = PaidStratum(values, [100.0] * 40, 1000, SizeClasses.of(paid))
    shown = payment_skewness([stratum])
    assert shown is not None
    assert not is_doubtful(cautions_about(alone, [("upper", 0.95)]))
    assert is_doubtful(cautions_about(alone, [("upper", 0.95)], skewness=shown))


@given(st.lists(st.integers(1, 500), min_size=6, max_size=40), st.integers(1, 4))
def test_the_skewness_of_a_constant_taint_is_that_of_the_payments(paid: list[int], part: int) -> None:
    amounts = [float(value) for value in paid]
    sample = amounts[:5]
    found = payment_skewness(
        [PaidStratum([part / 4 * value for value in sample], sample, len(amounts), SizeClasses.of(amounts))]
    )
    centred = np.array(amounts) - np.mean(amounts)
    spread = float((centred**2).mean())
    if spread < 1e-6:
        return
    assert found == pytest.approx(float((centred**3).mean()) / spread**1.5 / 5**0.5, abs=1e-6)


def test_classes_hold_every_payment_once() -> None:
    paid = [3.0, 1.0, 1.0, 2.0, 2.0, 2.0, 9.0, 1.0]
    classes = SizeClasses.of(paid)
    for power in range(3):
        whole = sum(value ** (power + 1) for value in paid) / len(paid)
        assert sum(sums[power] for sums in classes.powers) == pytest.approx(whole)
    for value in paid:
        assert 0 <= classes.class_of(value) < len(classes.powers)


def test_a_unit_that_was_paid_nothing_has_no_taint() -> None:
    classes = SizeClasses.of([0.0, 10.0, 20.0])
    assert payment_skewness([PaidStratum([0.0, 5.0], [0.0, 10.0], 3, classes)]) is None


def test_strata_reviewed_whole_add_nothing() -> None:
    whole = PaidStratum([5.0, 9.0], [10.0, 9.0], 2, SizeClasses.of([10.0, 9.0]))
    assert payment_skewness([whole]) == 0.0
