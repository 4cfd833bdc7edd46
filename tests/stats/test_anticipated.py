from __future__ import annotations

import math

import numpy as np
import pytest

from auditlib.errors import UsageError
from auditlib.stats.estimators.estimate import two_sided_z
from auditlib.stats.sizes.anticipated import cluster_precision, grouped_size_precision, size_precision

RATE, SHARE, RUNS = 0.3, 0.8, 20_000
GENERATOR = np.random.default_rng(20261123)
AMOUNTS = GENERATOR.lognormal(5, 1, size=60)
CLUSTERS = [f"C{number % 12:02}" for number in range(60)]


def expected_from(totals: np.ndarray, truths: np.ndarray) -> float:
    """Return the precision that simulated estimates show: their error about each universe's own total."""
    deviation = math.sqrt(float(((totals - truths) ** 2).mean()))
    return two_sided_z(0.90) * deviation / (RATE * SHARE * float(AMOUNTS.sum()))


def errors() -> np.ndarray:
    """Return universes by the model, a row each."""
    return (GENERATOR.random((RUNS, len(AMOUNTS))) < RATE) * SHARE * AMOUNTS


def test_clusters_drawn_whole_are_as_precise_as_simulated() -> None:
    universes = errors()
    members = np.array([[int(name[1:]) == cluster for name in CLUSTERS] for cluster in range(12)])
    sums = universes @ members.T
    chosen = np.argsort(GENERATOR.random((RUNS, 12)), axis=1)[:, :4]
    totals = 12 / 4 * np.take_along_axis(sums, chosen, axis=1).sum(axis=1)
    found = cluster_precision(AMOUNTS, CLUSTERS, cluster_count=4, error_rate=RATE, lost_share=SHARE)
    assert found == pytest.approx(expected_from(totals, universes.sum(axis=1)), rel=0.02)


def test_two_stages_are_as_precise_as_simulated() -> None:
    universes = errors()
    of_cluster = universes.reshape(RUNS, 5, 12).transpose(0, 2, 1)  # unit k is in cluster k % 12
    within = np.argsort(GENERATOR.random(of_cluster.shape), axis=2)[:, :, :2]
    estimates = 5 / 2 * np.take_along_axis(of_cluster, within, axis=2).sum(axis=2)
    chosen = np.argsort(GENERATOR.random((RUNS, 12)), axis=1)[:, :4]
    totals = 12 / 4 * np.take_along_axis(estimates, chosen, axis=1).sum(axis=1)
    found = cluster_precision(
        AMOUNTS, CLUSTERS, cluster_count=4, units_per_cluster=2, error_rate=RATE, lost_share=SHARE
    )
    assert found == pytest.approx(expected_from(totals, universes.sum(axis=1)), rel=0.02)


def test_draws_by_size_are_as_precise_as_simulated() -> None:
    universes = errors()
    sizes = np.sqrt(AMOUNTS)
    chances = 12 * sizes / sizes.sum()
    assert chances.max() < 1
    totals = np.empty(RUNS)
    for run in range(RUNS):
        order = GENERATOR.permutation(60)
        reached = np.cumsum(chances[order])
        chosen = order[np.searchsorted(reached, GENERATOR.random() + np.arange(12))]
        totals[run] = (universes[run, chosen] / chances[chosen]).sum()
    found = size_precision(AMOUNTS, sizes, sample_count=12, error_rate=RATE, lost_share=SHARE)
    assert found == pytest.approx(expected_from(totals, universes.sum(axis=1)), rel=0.05)


def test_rao_hartley_cochran_is_as_precise_as_simulated() -> None:
    universes = errors()
    totals = np.zeros(RUNS)
    for run in range(RUNS):
        for group in GENERATOR.permutation(60).reshape(10, 6):
            shares = AMOUNTS[group] / AMOUNTS[group].sum()
            place = int(np.searchsorted(np.cumsum(shares), GENERATOR.random()))
            totals[run] += universes[run, group[place]] / shares[place]
    found = grouped_size_precision(AMOUNTS, AMOUNTS, group_count=10, error_rate=RATE, lost_share=SHARE)
    assert found == pytest.approx(expected_from(totals, universes.sum(axis=1)), rel=0.03)


def test_a_census_is_exact_and_no_error_is_no_precision() -> None:
    assert cluster_precision(AMOUNTS, CLUSTERS, cluster_count=12, error_rate=RATE) == 0
    assert size_precision(AMOUNTS, AMOUNTS, sample_count=60, error_rate=RATE) == 0
    assert size_precision(AMOUNTS, AMOUNTS, sample_count=6, error_rate=0.0) is None
    assert cluster_precision(AMOUNTS, ["one"] * 60, cluster_count=1, error_rate=RATE) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: size_precision([1.0], [0.0], sample_count=1, error_rate=0.1),
        lambda: size_precision([1.0, 2.0], [1.0, 1.0], sample_count=3, error_rate=0.1),
        lambda: size_precision([], [], sample_count=1, error_rate=0.1),
        lambda: size_precision([-1.0], [1.0], sample_count=1, error_rate=0.1),
        lambda: grouped_size_precision([1.0, 1.0], [1.0, 0.0], group_count=1, error_rate=0.1),
        lambda: cluster_precision([1.0, 2.0], ["a", "b"], cluster_count=3, error_rate=0.1),
        lambda: cluster_precision([1.0, float("nan")], ["a", "b"], cluster_count=1, error_rate=0.1),
    ],
)
def test_what_cannot_be_is_refused(ask) -> None:  # noqa: ANN001 - a lambda
    with pytest.raises(UsageError):
        ask()
