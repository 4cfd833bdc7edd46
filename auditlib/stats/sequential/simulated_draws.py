"""Simulated audits by chances in proportion to size, and by clusters; one entry a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import sample_of_universe
from auditlib.stats.estimators.estimate import normal_quantile, student_quantile
from auditlib.stats.sizes.anticipated import inclusion_chances

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST = 2


def size_audits(
    errors: NDArray[np.float64],
    sizes: NDArray[np.float64],
    *,
    sample_count: int,
    runs: int,
    confidence: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return charts, totals and half widths of audits that draw systematically by size in random order.

    Notes
    -----
    Appraised as `auditlib.stats.estimators.unequal_probability.appraise_unequal` does it, with Student's t.
    """
    drawable = np.flatnonzero(sizes > 0)
    chances = inclusion_chances(sizes[drawable], sample_count)
    wrong = errors[drawable]
    certain, rest = np.flatnonzero(chances >= 1), np.flatnonzero(chances < 1)
    left = sample_count - len(certain)
    totals, reaches = np.full(runs, float(wrong[certain].sum())), np.zeros(runs)
    if left < _FEWEST and len(rest):
        message = "Two units that are not certain are needed to know the spread."
        raise UsageError(message, hint="Ask for more.")
    critical = student_quantile((1 + confidence) / 2, max(1, left - 1))
    for run in range(runs if len(rest) else 0):
        order = generator.permutation(rest)
        reached = np.cumsum(chances[order])
        places = np.searchsorted(reached, generator.random() + np.arange(left), side="right")
        chosen = order[np.minimum(places, len(order) - 1)]
        expanded, weight = wrong[chosen] / chances[chosen], 1 - chances[chosen]
        centre = (weight * expanded).sum() / weight.sum()
        totals[run] += expanded.sum()
        reaches[run] = critical * np.sqrt(left / (left - 1) * (weight * (expanded - centre) ** 2).sum())
    return np.full(runs, float(sample_count)), totals, reaches


def cluster_audits(
    errors: NDArray[np.float64],
    members: list[NDArray[np.int64]],
    *,
    cluster_count: int,
    units_per_cluster: int,
    runs: int,
    confidence: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return charts, totals and half widths of audits that draw clusters, whole or in a second stage.

    Notes
    -----
    Appraised as `auditlib.stats.estimators.multistage` does it, with the normal distribution.
    """
    drawn, universe = sample_of_universe(cluster_count, len(members), minimum=_FEWEST, where="clusters")
    critical = normal_quantile((1 + confidence) / 2)
    charts, totals, reaches = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    for run in range(runs):
        estimates, within = np.zeros(drawn), 0.0
        for place, cluster in enumerate(generator.choice(universe, drawn, replace=False, shuffle=False)):
            units = members[cluster]
            size, taken = len(units), min(units_per_cluster or len(units), len(units))
            values = errors[units if taken == size else generator.choice(units, taken, replace=False)]
            charts[run] += taken
            estimates[place] = size * values.mean()
            if _FEWEST <= taken < size:
                within += size * (size - taken) * values.var(ddof=1) / taken
        variance = universe**2 * (1 - drawn / universe) * estimates.var(ddof=1) / drawn
        totals[run] = universe * estimates.mean()
        reaches[run] = critical * np.sqrt(variance + universe / drawn * within)
    return charts, totals, reaches
