from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from auditlib.errors import UsageError
from auditlib.stats.estimators.attribute_appraisal import (
    AttributeStratum,
    appraise_attribute,
    appraise_attribute_strata,
)
from auditlib.stats.estimators.estimate import Estimate, round_half_up
from auditlib.stats.estimators.limit_coverage import cautions_about
from auditlib.stats.estimators.moments import moments
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.variable_appraisal import (
    SampleSummary,
    ValueStratum,
    appraise_poststrata,
    appraise_strata,
    appraise_unknown_universe,
    appraise_values,
    differences,
)

MONEY = st.floats(-10_000, 10_000, allow_nan=False).map(lambda value: round(value, 2))


@pytest.mark.parametrize(
    ("items", "sample", "confidence", "limits"),
    [
        (82, 400, 0.80, (1796, 2326)),
        (82, 400, 0.90, (1729, 2403)),
        (82, 400, 0.95, (1673, 2470)),
        (133, 666, 0.90, (1754, 2259)),
        (248, 991, 0.90, (2288, 2727)),
        (60, 300, 0.95, (1569, 2490)),
    ],
)
def test_attribute_limits_of_the_manual(
    items: int, sample: int, confidence: float, limits: tuple[int, int]
) -> None:
    found = appraise_attribute(items, sample_count=sample, universe_count=10_000).limits(confidence)
    assert (found.lower, found.upper) == limits


@pytest.mark.parametrize(("confidence", "upper"), [(0.80, 39), (0.90, 56), (0.95, 73)])
def test_nothing_found_one_sided(confidence: float, upper: int) -> None:
    none_found = appraise_attribute(0, sample_count=400, universe_count=10_000)
    limits = none_found.limits(confidence, sides="upper")
    assert (limits.lower, limits.upper) == (0, upper)
    all_found = appraise_attribute(400, sample_count=400, universe_count=10_000)
    assert all_found.limits(confidence, sides="lower").lower == 10_000 - upper


def test_standard_error_as_printed() -> None:
    appraisal = appraise_attribute(82, sample_count=400, universe_count=10_000)
    assert round_half_up(100 * appraisal.share_standard_error, 3) == 1.980
    assert round_half_up(appraisal.count_standard_error) == 198


def test_limits_in_a_universe_of_two_billion() -> None:
    appraisal = appraise_attribute(82, sample_count=400, universe_count=2_000_000_000)
    limits = appraisal.limits(0.95)
    # In an endless universe the limits are those of Clopper and Pearson.
    assert limits.lower / 2e9 == pytest.approx(stats.beta.ppf(0.025, 82, 319), rel=1e-6)
    assert limits.upper / 2e9 == pytest.approx(stats.beta.ppf(0.975, 83, 318), rel=1e-6)


@settings(deadline=None)
@given(st.integers(2, 3000), st.data())
def test_attribute_limits_agree_with_scipy(universe: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(2, universe))
    items = data.draw(st.integers(0, sample))
    limits = appraise_attribute(items, sample_count=sample, universe_count=universe).limits(0.9)
    ceiling = universe - sample + items
    assert stats.hypergeom.cdf(items, universe, limits.upper, sample) > 0.05 - 1e-9
    assert stats.hypergeom.sf(items - 1, universe, limits.lower, sample) > 0.05 - 1e-9
    if limits.upper < ceiling:
        assert stats.hypergeom.cdf(items, universe, limits.upper + 1, sample) <= 0.05 + 1e-9
    if limits.lower > items:
        assert stats.hypergeom.sf(items - 1, universe, limits.lower - 1, sample) <= 0.05 + 1e-9


def test_stratified_attributes_of_the_manual() -> None:
    appraisal = appraise_attribute_strata([AttributeStratum(2, 100, 1000), AttributeStratum(6, 100, 1500)])
    interval = appraisal.total.interval(0.90)
    assert appraisal.total.point == pytest.approx(110)
    assert (round_half_up(interval.lower), round_half_up(interval.upper)) == (49, 171)
    assert round_half_up(100 * appraisal.share.precision(0.9), 3) == 2.439


def test_few_errors_are_pointed_out() -> None:
    appraisal = appraise_attribute_strata([AttributeStratum(0, 100, 1000), AttributeStratum(2, 100, 1500)])
    assert [caution.rule for caution in appraisal.total.cautions] == ["few errors", "skewness"]
    nearly_all = appraise_attribute_strata([AttributeStratum(98, 100, 1000)])
    assert [caution.rule for caution in nearly_all.total.cautions] == ["nearly all errors", "skewness"]


def test_stratified_values_of_the_manual() -> None:
    low = [80, 43, 133, 125, 116, 84, 111, 148, 104, 114, 83, 132, 96, 86, 66]
    low += [89, 72, 114, 135, 71, 127, 105, 102, 69, 76]
    high = [354, 328, 313, 250, 261, 294, 380, 296, 248, 277, 331, 305, 360, 348, 318]
    high += [290, 249, 362, 348, 355, 295, 277, 355, 314, 277]
    strata = [ValueStratum(low, 5200), ValueStratum(high, 3500)]
    appraisal = appraise_strata(strata)
    interval = appraisal.total.interval(0.90)
    assert round_half_up(appraisal.total.point) == 1_605_948
    assert round_half_up(appraisal.total.standard_error) == 38_870
    assert (round_half_up(interval.lower), round_half_up(interval.upper)) == (1_542_012, 1_669_884)
    other = appraise_strata(strata, limits="t").total.interval(0.90)
    assert (round_half_up(other.lower), round_half_up(other.upper)) == (1_540_754, 1_671_142)
    first = appraisal.strata[0].total.interval(0.90)
    assert (round_half_up(first.lower), round_half_up(first.upper)) == (469_308, 562_788)


def test_unknown_universe_of_the_manual() -> None:
    estimate = appraise_unknown_universe(
        SampleSummary(70, 10.33, 2.75), SampleSummary(55, 15.65, 5.45), container_count=575
    )
    assert round_half_up(estimate.point) == 92_957
    assert round_half_up(estimate.standard_error) == 5_152


@settings(deadline=None)
@given(st.lists(MONEY, min_size=3, max_size=60).filter(lambda values: max(values) - min(values) > 1))
def test_moments_agree_with_scipy(values: list[float]) -> None:
    shape = moments(values)
    assert shape.skewness == pytest.approx(stats.skew(values), rel=1e-6, abs=1e-6)
    assert shape.kurtosis == pytest.approx(stats.kurtosis(values, fisher=False), rel=1e-6, abs=1e-6)
    assert shape.standard_deviation == pytest.approx(np.std(values, ddof=1), rel=1e-9)
    corrected = moments(values, kind="sample")
    assert corrected.skewness == pytest.approx(stats.skew(values, bias=False), rel=1e-6, abs=1e-6)
    if len(values) > 3:
        assert corrected.kurtosis == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-6, abs=1e-6)
    else:
        assert corrected.kurtosis is None


@settings(deadline=None)
@given(st.lists(MONEY, min_size=2, max_size=40), st.integers(0, 500), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_unrestricted_appraisal_agrees_with_numpy_and_scipy(
    values: list[float], more: int, confidence: float
) -> None:
    universe, count = len(values) + more, len(values)
    total = appraise_values(values, universe_count=universe).total
    error = universe * np.std(values, ddof=1) * math.sqrt((universe - count) / (count * universe))
    reach = stats.t.ppf((1 + confidence) / 2, count - 1) * error
    interval = total.interval(confidence)
    scale = max(1.0, abs(total.point), reach)
    assert interval.lower == pytest.approx(total.point - reach, abs=1e-8 * scale)
    assert interval.upper == pytest.approx(total.point + reach, abs=1e-8 * scale)
    one_sided = total.interval(confidence, sides="lower")
    assert one_sided.lower >= interval.lower
    assert one_sided.upper == math.inf


@settings(deadline=None)
@given(st.lists(MONEY, min_size=2, max_size=30))
def test_a_complete_review_has_no_error(values: list[float]) -> None:
    total = appraise_values(values, universe_count=len(values)).total
    assert total.standard_error == 0
    assert total.interval(0.9).lower == total.point == total.interval(0.9).upper


def test_precision_percent_follows_the_program() -> None:
    assert Estimate(200.0, 10.0, None, "m").precision_percent(0.95) == pytest.approx(9.79981992)
    assert Estimate(-200.0, 10.0, None, "m").precision_percent(0.95) == 0.0
    assert Estimate(0.0, 10.0, None, "m").precision_percent(0.95) is None


def test_poststrata_must_fill_the_universe() -> None:
    with pytest.raises(UsageError, match="do not add up"):
        appraise_poststrata([ValueStratum([1.0, 2.0], 5)], universe_count=6)


@pytest.mark.parametrize(
    ("values", "universe", "words"),
    [
        ([], 10, "at least 1 value"),
        ([1.0, math.nan], 10, r"\[1\] must be a finite"),
        ([1.0, math.inf], 10, "finite"),
        ([1.0, 2.0, 3.0], 2, "larger than universe_count"),
        ([5.0], 10, "standard error undefined"),
        ([1.0, 2.0], 0, "at least 1"),
        ([1.0, "x"], 10, "must be a number"),
    ],
)
def test_bad_values_are_refused(values: list[float], universe: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        appraise_values(values, universe_count=universe)


def test_a_stratum_of_one_unit_is_allowed_only_if_it_is_all_there_is() -> None:
    certain = appraise_strata([ValueStratum([900.0], 1), ValueStratum([1.0, 3.0], 10)])
    assert certain.total.point == 920.0
    assert certain.strata[0].total.standard_error == 0
    with pytest.raises(UsageError, match="stratum 2 leaves the standard error undefined"):
        appraise_strata([ValueStratum([1.0, 3.0], 10), ValueStratum([900.0], 2)])
    with pytest.raises(UsageError, match="At least one stratum"):
        appraise_strata([])


def test_differences_run_side_by_side() -> None:
    assert differences([10.0, 5.0], [4.0, 7.0]) == [6.0, -2.0]
    with pytest.raises(UsageError, match="must be equal"):
        differences([10.0], [4.0, 7.0])


def test_skewed_and_nearly_universal_errors_are_pointed_out() -> None:
    values = [100.0] * 95 + [0.0] * 5
    total = appraise_values(values, universe_count=1000).total
    assert [caution.rule for caution in cautions_about(total, [("lower", 0.9)])] == ["nearly all errors"]
    few = appraise_values([0.0] * 97 + [5.0, 6.0, 7.0], universe_count=1000).total
    sparse = cautions_about(few, [("upper", 0.9)])
    assert [caution.rule for caution in sparse] == ["few errors", "skewness"]
    assert "3 sampled" in sparse[0].message


def test_the_ratio_of_a_single_stratum_by_hand() -> None:
    values, bases = [1.0, 2.0, 6.0, 3.0], [10.0, 20.0, 40.0, 30.0]
    result = appraise_ratio([PairStratum(values, bases, 20)], base_total=520.0)
    residuals = [value - 0.12 * base for value, base in zip(values, bases, strict=True)]
    error = math.sqrt(20 * 16 / 4 * np.var(residuals, ddof=1)) / 500
    assert result.ratio.point == pytest.approx(0.12)
    assert result.ratio.standard_error == pytest.approx(error)
    assert result.total is not None
    assert result.total.point == pytest.approx(62.4)


def test_a_ratio_to_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="ratio is undefined"):
        appraise_ratio([PairStratum([1.0, 2.0], [0.0, 0.0], 20)])
