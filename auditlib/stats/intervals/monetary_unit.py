"""A bound for monetary-unit samples that is shorter than Stringer's when errors are partial."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, finite, finite_values, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLASSES = 100
# The prior of Tsui, Matsumura and Tsui: worth five sampled dollars, most of it on "no error".
_PRIOR_DOLLARS = 5.0
_PRIOR_RIGHT, _PRIOR_WHOLE, _PRIOR_EACH = 0.8, 0.101, 0.001


def multinomial_dirichlet_bound(
    taints: Sequence[float], *, sample_count: int, book_amount: float, confidence: float = 0.95
) -> float:
    """Return an upper bound for the overstatement found by a monetary-unit sample.

    Parameters
    ----------
    taints
        Of every sampled dollar's unit in error, the share that was wrong; above 0, at most 1.
    sample_count
        Sampled dollars, those without error included.
    book_amount
        Dollars in the universe.
    confidence
        One-sided level.

    Notes
    -----
    Each sampled dollar falls into one of 101 classes, from nothing wrong to all of it; taints are rounded up
    to the next class. With a Dirichlet prior worth five dollars the share wrong has a known mean and variance
    afterwards, and the bound is the quantile of the beta distribution that has them. It is a statement of
    belief that has also covered well in simulation; Stringer's bound is the cautious one.

    References
    ----------
    K.-W. Tsui, E. M. Matsumura and K.-L. Tsui, "Multinomial-Dirichlet Bounds for Dollar-Unit Sampling in
    Auditing", The Accounting Review 60 (1985), 76-96.
    """
    from scipy.special import betaincinv  # noqa: PLC0415  scipy is slow to load

    count = whole(sample_count, "sample_count", minimum=1)
    found = finite_values(taints, "taints", minimum_count=0)
    level = confidence_level(confidence)
    amount = finite(book_amount, "book_amount", minimum=0)
    if len(found) > count:
        message = f"There are more taints ({len(found)}) than sampled dollars ({count})."
        raise UsageError(message)
    if found and not 0 < min(found) <= max(found) <= 1:
        message = "Every taint must lie above 0 and at most at 1."
        raise UsageError(message)
    weights = [_PRIOR_DOLLARS * _PRIOR_EACH] * (_CLASSES + 1)
    weights[0], weights[_CLASSES] = _PRIOR_DOLLARS * _PRIOR_RIGHT, _PRIOR_DOLLARS * _PRIOR_WHOLE
    for taint in found:
        # A taint that is a whole percentage stays in its class whatever its last bit says.
        weights[math.ceil(round(taint * _CLASSES, 9))] += 1
    weights[0] += count - len(found)
    total = math.fsum(weights)
    mean = math.fsum(weight * position for position, weight in enumerate(weights)) / _CLASSES / total
    square = math.fsum(weight * position**2 for position, weight in enumerate(weights)) / _CLASSES**2 / total
    variance = (square - mean**2) / (total + 1)
    # The beta distribution with this mean and variance.
    size = mean * (1 - mean) / variance - 1
    return amount * float(betaincinv(mean * size, (1 - mean) * size, level))
