"""How precise a design can be expected to be, before anything is drawn.

The model: each unit is in error with the same chance, independently, and then loses the same share of its
amount. The anticipated variance is the mean of the sampling variance under that model.

References
----------
C. T. Isaki and W. A. Fuller, "Survey design under the regression superpopulation model", JASA 77 (1982),
89-96; W. G. Cochran, Sampling Techniques (1977), sections 9.3, 9A.3, 9A.9 and 11.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import probability, same_length, sample_of_universe, whole
from auditlib.stats.estimators.estimate import two_sided_z

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST = 2


def inclusion_chances(weights: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return chances in proportion to sizes above 0 that add up to the count, none above 1.

    Raises
    ------
    UsageError
        If there are fewer sizes than units to be drawn.
    """
    if not len(weights):
        message = "No unit has a size above 0."
        raise UsageError(message, hint="Take another measure of size.")
    sample_of_universe(count, len(weights), where="units with a size")
    certain = np.zeros(len(weights), dtype=bool)
    while True:
        left = count - int(certain.sum())
        rest = float(weights[~certain].sum())
        chances = np.where(certain, 1.0, left * weights / rest if rest else 1.0)
        more = ~certain & (chances >= 1)
        if not more.any():
            return np.asarray(chances)
        certain |= more


def size_precision(
    amounts: Sequence[float],
    sizes: Sequence[float],
    *,
    sample_count: int,
    error_rate: float,
    lost_share: float = 1.0,
    confidence: float = 0.90,
) -> float | None:
    """Return the expected half width for the dollars in error, as a share of them, under chances by size.

    Parameters
    ----------
    amounts
        Dollars of every unit, none below 0.
    sizes
        What each unit's chance is in proportion to; units of size 0 are not drawn and left out.
    sample_count
        Units, or dollars, drawn without replacement; units too large for their share are certain.
    error_rate, lost_share
        Chance that a unit is in error, and the share of its amount that it then loses.
    confidence
        Two-sided level.

    Returns
    -------
    float or None
        None where no error is expected.

    Raises
    ------
    UsageError
        If there are no sizes above 0, or fewer than units to be drawn.

    Notes
    -----
    Hajek's variance of the Horvitz-Thompson total, sum c_i (e_i/pi_i - A)^2 with c_i = pi_i (1 - pi_i) and A
    the mean of e_i/pi_i weighted by c_i, in the mean of the model.
    """
    values, weights = _array(amounts), _array(sizes)
    same_length(values.tolist(), weights.tolist(), ("amounts", "sizes"))
    rate, share = probability(error_rate, "error_rate"), probability(lost_share, "lost_share")
    values, weights = values[weights > 0], weights[weights > 0]
    expected = rate * share * float(values.sum())
    chances = inclusion_chances(weights, whole(sample_count, "sample_count", minimum=1))
    if expected == 0:
        return None
    importance = chances * (1 - chances)
    if not importance.any():
        return 0.0
    means = rate * share * values / chances
    centre = float((importance * means).sum() / importance.sum())
    model = rate * (1 - rate) * share**2 * values**2 / chances**2
    variance = float((importance * ((means - centre) ** 2 + model)).sum())
    return two_sided_z(confidence) * math.sqrt(variance) / expected


def grouped_size_precision(
    amounts: Sequence[float],
    sizes: Sequence[float],
    *,
    group_count: int,
    error_rate: float,
    lost_share: float = 1.0,
    confidence: float = 0.90,
) -> float | None:
    """Return the expected half width, as `size_precision` does, of a Rao-Hartley-Cochran sample.

    Notes
    -----
    (N - n) / (N - 1) times (sum e_i^2 / p_i - E^2) / n, in the mean of the model (Cochran, section 9A.9).
    """
    values, weights = _array(amounts), _array(sizes)
    same_length(values.tolist(), weights.tolist(), ("amounts", "sizes"))
    rate, share = probability(error_rate, "error_rate"), probability(lost_share, "lost_share")
    groups, count = sample_of_universe(group_count, len(values), where="units in groups")
    if not (weights > 0).all():
        message = "Every unit needs a size above 0."
        raise UsageError(message, hint="Filter the others out and record why.")
    expected = rate * share * float(values.sum())
    if expected == 0:
        return None
    squares = rate * share**2 * float((values**2 / weights).sum()) * float(weights.sum())
    spread = squares - expected**2 - rate * (1 - rate) * share**2 * float((values**2).sum())
    variance = max(0.0, spread) / groups * (count - groups) / max(1, count - 1)
    return two_sided_z(confidence) * math.sqrt(variance) / expected


def cluster_precision(
    amounts: Sequence[float],
    clusters: Sequence[str],
    *,
    cluster_count: int,
    units_per_cluster: int = 0,
    error_rate: float,
    lost_share: float = 1.0,
    confidence: float = 0.90,
) -> float | None:
    """Return the expected half width for the dollars in error, as a share of them, when clusters are drawn.

    Parameters
    ----------
    amounts, clusters
        Dollars of every unit, and the cluster it belongs to.
    cluster_count
        Clusters drawn at random.
    units_per_cluster
        Units drawn within each; 0 reviews clusters whole.
    error_rate, lost_share, confidence
        As for `size_precision`.

    Returns
    -------
    float or None
        None where no error is expected, or the spread between clusters cannot be known from one.

    Raises
    ------
    UsageError
        If there are fewer clusters than are to be drawn.

    Notes
    -----
    Cochran (1977), sections 9.3 and 11.3: N^2 (1 - n/N) S_1^2 / n, and for a second stage
    (N/n) sum M_i^2 (1 - m_i/M_i) S_2i^2 / m_i, in the mean of the model.
    """
    values = _array(amounts)
    same_length(values.tolist(), list(clusters), ("amounts", "clusters"))
    rate, share = probability(error_rate, "error_rate"), probability(lost_share, "lost_share")
    _, member = np.unique(np.asarray([str(name) for name in clusters]), return_inverse=True)
    sizes = np.bincount(member).astype(np.float64)
    drawn, universe = sample_of_universe(cluster_count, len(sizes), where="clusters")
    expected = rate * share * float(values.sum())
    if expected == 0 or universe < _FEWEST:
        return None
    sums = np.bincount(member, weights=values)
    squares = np.bincount(member, weights=values**2)
    unit_variance = rate * (1 - rate) * share**2
    between = (rate * share) ** 2 * float(sums.var(ddof=1)) + unit_variance * float(squares.mean())
    variance = universe**2 * (1 - drawn / universe) * between / drawn
    taken = whole(units_per_cluster, "units_per_cluster", minimum=0)
    if taken:
        second = np.minimum(taken, sizes)
        spread = np.where(sizes > 1, (squares - sums**2 / sizes) / np.maximum(sizes - 1, 1), 0.0)
        within = (rate * share) ** 2 * np.maximum(spread, 0.0) + unit_variance * squares / sizes
        variance += universe / drawn * float((sizes**2 * (1 - second / sizes) * within / second).sum())
    return two_sided_z(confidence) * math.sqrt(variance) / expected


def _array(values: Sequence[float]) -> NDArray[np.float64]:
    found = np.asarray(values, dtype=np.float64)
    if not len(found) or not np.isfinite(found).all() or float(found.min()) < 0:
        message = "Amounts and sizes must be numbers, none below 0, and at least one."
        raise UsageError(message)
    return found
