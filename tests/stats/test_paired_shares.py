from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from auditlib.errors import UsageError
from auditlib.stats.comparison.paired_shares import mcnemar_p_value, paired_difference


@pytest.mark.parametrize(
    ("first_only", "second_only", "expected"),
    # Twice the binomial tail, by hand: 2 x (1 + 9) / 512; 2 x (1 + 10 + 45) / 1024; none; all the same.
    [(1, 8, 20 / 512), (2, 8, 112 / 1024), (0, 0, 1.0), (3, 3, 1.0), (0, 6, 2 / 64)],
)
def test_mcnemar_is_twice_the_smaller_tail(first_only: int, second_only: int, expected: float) -> None:
    assert mcnemar_p_value(first_only, second_only) == pytest.approx(expected)
    assert mcnemar_p_value(second_only, first_only) == pytest.approx(expected)


def newcombe(both: int, first_only: int, second_only: int, neither: int) -> tuple[float, float]:
    """Return the limits by method 10 as it is printed: Wilson's limits, and phi of the fourfold table."""
    count = both + first_only + second_only + neither
    z = NormalDist().inv_cdf(0.975)

    def wilson(part: int) -> tuple[float, float]:
        half = z * math.sqrt(z**2 + 4 * part * (1 - part / count))
        middle = 2 * part + z**2
        return (middle - half) / (2 * (count + z**2)), (middle + half) / (2 * (count + z**2))

    one, other = both + first_only, both + second_only
    phi = (both * neither - first_only * second_only) / math.sqrt(
        one * (count - one) * other * (count - other)
    )
    (low_one, high_one), (low_other, high_other) = wilson(one), wilson(other)
    down, up = one / count - low_one, high_other - other / count
    above, below = high_one - one / count, other / count - low_other
    difference = (one - other) / count
    return (
        difference - math.sqrt(down**2 - 2 * phi * down * up + up**2),
        difference + math.sqrt(above**2 - 2 * phi * above * below + below**2),
    )


@pytest.mark.parametrize("table", [(36, 12, 2, 0), (60, 20, 10, 10), (300, 30, 12, 58)])
def test_limits_are_newcombes_where_each_cluster_has_one_item(table: tuple[int, int, int, int]) -> None:
    pairs = [(1, 1)] * table[0] + [(1, 0)] * table[1] + [(0, 1)] * table[2] + [(0, 0)] * table[3]
    first, second = zip(*pairs, strict=True)
    ones = [1] * len(pairs)
    limits = paired_difference(first, ones, second, ones).limits
    # Student's t in the place of the normal distribution widens them by a hair.
    lower, upper = newcombe(*table)
    assert limits.lower == pytest.approx(lower, abs=0.006)
    assert limits.upper == pytest.approx(upper, abs=0.006)


def test_shares_that_go_together_differ_with_narrower_limits_than_independent_ones() -> None:
    totals = [4] * 30
    first = [4, 3, 2, 4, 1, 4] * 5
    together = paired_difference(first, totals, [x - 1 for x in first], totals).limits
    apart = paired_difference(first, totals, [x - 1 for x in reversed(first)], totals).limits
    assert together.upper - together.lower < 0.5 * (apart.upper - apart.lower)


def test_without_a_differing_pair_limits_are_still_of_the_charts_seen() -> None:
    found = paired_difference([3] * 10, [3] * 10, [3] * 10, [3] * 10)
    assert found.difference == 0
    assert found.limits.lower < -0.1
    assert found.limits.upper > 0.1


def test_limits_hold_their_level_for_clustered_codes() -> None:
    dice = np.random.default_rng(7)
    repeats, missed = 400, 0
    for _ in range(repeats):
        sizes = dice.integers(2, 8, 40)
        # Half of the charts are hard for both coders.
        hard = dice.random(40) < 0.5
        chances = [np.where(hard, low, 0.97) for low in (0.80, 0.70)]
        counts = [dice.binomial(sizes, chance) for chance in chances]
        limits = paired_difference(list(counts[0]), list(sizes), list(counts[1]), list(sizes)).limits
        missed += not limits.lower <= 0.05 <= limits.upper
    assert missed / repeats < 0.08


def test_a_count_over_its_total_is_refused() -> None:
    with pytest.raises(UsageError, match="between 0 and"):
        paired_difference([2], [1], [1], [1])
