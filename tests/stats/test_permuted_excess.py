from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from auditlib.errors import UsageError
from auditlib.stats.comparison.permuted_excess import excess_p_values

GROUPS = [0, 0, 0, 1, 1, 1]


def test_p_values_are_those_of_all_permutations() -> None:
    counts = [[2, 0], [2, 1], [1, 0], [0, 1], [0, 0], [0, 1]]
    totals = [4, 3, 4, 2, 4, 4]
    items = np.column_stack([counts, totals]).astype(float)
    shares = items[:, :2].sum(axis=0) / items[:, 2].sum()
    spread = ((items[:, :2] - items[:, 2:] * shares) ** 2).sum(axis=0)
    dispersion = np.maximum(1, spread / items[:, :2].sum(axis=0))

    def statistics(order: tuple[int, ...]) -> np.ndarray:
        found = np.empty((2, 2))
        for group in (0, 1):
            own = items[list(order)][[place for place in range(6) if GROUPS[place] == group]].sum(axis=0)
            roots = [np.sqrt(value / dispersion + 3 / 8) for value in (own[:2], own[2] * shares)]
            found[group] = np.where(own[:2] >= 1, roots[0] - roots[1], -np.inf)
        return found

    own = statistics(tuple(range(6)))
    largest = np.array([statistics(order).max() for order in permutations(range(6))])
    exact = np.array([[(largest >= value - 1e-9).mean() for value in row] for row in own])
    found = excess_p_values(GROUPS, counts, totals, seed=1, permutation_count=20_000)
    assert found == pytest.approx(np.where(np.isneginf(own), 1, exact), abs=0.015)


def test_a_kind_in_one_group_only_is_shown_and_a_seed_repeats_it() -> None:
    groups = [place // 40 for place in range(120)]
    counts = [[int(place < 20), int(place % 30 == 0)] for place in range(120)]
    found = excess_p_values(groups, counts, [4] * 120, seed=1, least_count=3)
    assert found[0, 0] <= 0.01
    assert found[0, 1] == found[1, 0] == 1
    assert np.array_equal(found, excess_p_values(groups, counts, [4] * 120, seed=1, least_count=3))


def test_errors_that_come_together_say_less() -> None:
    groups = [place // 20 for place in range(100)]
    apart = [[int(place < 8) + int(place % 25 == 24)] for place in range(100)]
    together = [[8 * int(place == 0) + int(place % 25 == 24)] for place in range(100)]
    alone, clumped = (excess_p_values(groups, one, [10] * 100, seed=1)[0, 0] for one in (apart, together))
    assert alone < 0.05 < clumped


def test_nothing_to_permute_gives_one() -> None:
    assert excess_p_values([], np.zeros((0, 2)), [], seed=1).shape == (0, 2)
    assert excess_p_values([0, 1], [[0], [0]], [3, 3], seed=1).tolist() == [[1], [1]]
    assert excess_p_values([0, 2], [[1], [1]], [3, 3], seed=1).shape == (3, 1)


def test_lengths_and_signs_are_checked() -> None:
    with pytest.raises(UsageError):
        excess_p_values([0], [[1], [1]], [3, 3], seed=1)
    with pytest.raises(UsageError):
        excess_p_values([0, 1], [[1], [-1]], [3, 3], seed=1)
