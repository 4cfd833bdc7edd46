"""The regression estimator: a case worked by hand, exactness on a line, and the difference it makes."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.stats.estimators.ratio_estimator import PairStratum
from auditlib.stats.estimators.regression_estimator import appraise_regression


def test_a_case_worked_by_hand() -> None:
    bases, values = [1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 2.0, 3.0, 4.5]
    # mean base 3, mean value 2.5; Sxy = 3 + 0.5 + 0 + 0.5 + 4 = 8, Sxx = 10, Syy = 2.25+.25+.25+.25+4 = 7.
    # slope 0.8; residual sum of squares 7 - 0.8 * 8 = 0.6.
    estimate = appraise_regression([PairStratum(values, bases, 50)], base_total=160.0)
    # 50 * 2.5 + 0.8 * (160 - 150) = 133; variance 50 * 45 / 5 * 0.6 / 3 = 90.
    assert estimate.point == pytest.approx(133)
    assert estimate.standard_error == pytest.approx(math.sqrt(90))
    assert estimate.degrees_of_freedom == 3


@given(
    slope=st.floats(-3, 3),
    level=st.floats(-50, 50),
    bases=st.lists(st.integers(0, 500), min_size=4, max_size=30, unique=True),
)
def test_errors_on_a_line_are_totalled_exactly(slope: float, level: float, bases: list[int]) -> None:
    values = [level + slope * base for base in bases]
    found = appraise_regression([PairStratum(values, bases, 100)], base_total=12_345.0)
    assert found.point == pytest.approx(100 * level + slope * 12_345, abs=1e-4)
    assert found.standard_error == pytest.approx(0, abs=1e-4)


def test_one_slope_serves_all_strata_by_their_part_of_the_variance() -> None:
    first = PairStratum([1.0, 3.0, 2.0], [1.0, 3.0, 2.0], 12)
    second = PairStratum([0.0, 8.0, 4.0], [0.0, 4.0, 2.0], 30)
    # Sxy 2 and 16, Sxx 2 and 8; weights 12*9/6 = 18 and 30*27/6 = 135: (36 + 2160) / (36 + 1080).
    slope = (18 * 2 + 135 * 16) / (18 * 2 + 135 * 8)
    found = appraise_regression([first, second], base_total=100.0)
    assert found.point == pytest.approx(12 * 2 + 30 * 4 + slope * (100 - 12 * 2 - 30 * 2))
    residuals = [(1 - slope) ** 2 * 2, (2 - slope) ** 2 * 8]
    variance = (12 * 9 / 3 * residuals[0] / 2 + 30 * 27 / 3 * residuals[1] / 2) * 4 / 3
    assert found.standard_error == pytest.approx(math.sqrt(variance))


def test_a_census_is_the_total_itself() -> None:
    found = appraise_regression([PairStratum([1.0, 5.0], [2.0, 3.0], 2)], base_total=5.0)
    assert (found.point, found.standard_error, found.cautions) == (6, 0, ())


def test_it_covers_on_a_universe_that_fits() -> None:
    generator = random.Random(3)
    bases = [generator.uniform(50, 900) for _ in range(2000)]
    values = [0.2 * base + generator.gauss(20, 15) for base in bases]
    truth, covered = sum(values), 0
    for _ in range(300):
        drawn = generator.sample(range(2000), 60)
        pair = PairStratum([values[n] for n in drawn], [bases[n] for n in drawn], 2000)
        limits = appraise_regression([pair], base_total=sum(bases)).interval(0.9)
        covered += limits.lower <= truth <= limits.upper
    assert covered >= 255


def test_what_has_no_slope_is_refused() -> None:
    with pytest.raises(UsageError, match="all equal"):
        appraise_regression([PairStratum([1.0, 2.0, 3.0], [5.0, 5.0, 5.0], 9)], base_total=45.0)
    with pytest.raises(UsageError, match="no degree of freedom"):
        appraise_regression([PairStratum([1.0, 2.0], [5.0, 6.0], 9)], base_total=45.0)
    with pytest.raises(UsageError, match="At least one stratum"):
        appraise_regression([], base_total=45.0)
