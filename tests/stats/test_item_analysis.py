"""Item statistics against numbers worked by hand, and alpha against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from auditlib.stats.items.item_analysis import item_statistics, reliability

# Five learners, three items.
TABLE = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 0, 1], [0, 0, 0]]


def test_difficulty_and_corrected_discrimination_by_hand() -> None:
    first, second, third = item_statistics(TABLE)
    assert [one.difficulty for one in (first, second, third)] == [0.8, 0.4, 0.4]
    # Item 2 against items 1 and 3 together: (1, 1, 0, 0, 0) and (2, 1, 1, 2, 0).
    assert second.discrimination == pytest.approx(stats.pearsonr([1, 1, 0, 0, 0], [2, 1, 1, 2, 0]).statistic)
    assert first.difficulty_interval.method.lower().startswith("wilson")
    assert first.discrimination_interval is not None
    limits = stats.pearsonr([1, 1, 1, 1, 0], [2, 1, 0, 1, 0]).confidence_interval(0.95)
    assert first.discrimination_interval.lower == pytest.approx(limits.low)
    assert first.discrimination_interval.upper == pytest.approx(limits.high)


def test_kr20_by_hand() -> None:
    # Variances of the items 0.16, 0.24, 0.24; totals 3, 2, 1, 2, 0 have the variance 1.04.
    found = reliability(TABLE)
    assert found is not None
    assert found.name == "KR-20"
    assert found.alpha == pytest.approx(3 / 2 * (1 - 0.64 / 1.04))


def test_feldt_limits_hold_alpha_at_their_level() -> None:
    chance = np.random.default_rng(7)
    true = 6 * 0.5 / (1 + 5 * 0.5)
    held = 0
    for _ in range(400):
        scores = chance.normal(size=(40, 1)) + chance.normal(size=(40, 6))
        found = reliability(stats.norm.cdf(scores / 4 * 0.2 + 0).tolist())
        assert found is not None
        held += true in found.interval
    assert 0.92 <= held / 400 <= 0.98


def test_partial_credit_has_student_limits_and_the_name_of_cronbach() -> None:
    table = [[0.5, 1], [1, 1], [0, 0], [0.5, 0.5]]
    assert item_statistics(table)[0].difficulty_interval.method == "Student"
    found = reliability(table)
    assert found is not None
    assert found.name == "Cronbach's alpha"


def test_what_does_not_vary_has_no_discrimination_and_no_reliability() -> None:
    table = [[1, 0], [1, 0], [1, 0], [1, 0]]
    assert [one.discrimination for one in item_statistics(table)] == [None, None]
    assert reliability(table) is None
