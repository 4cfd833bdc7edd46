"""How many units of each stratum to review, and what precision that is expected to reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.stats.arguments import finite, positive, same_length, whole
from auditlib.stats.estimators.estimate import two_sided_z

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PlannedStratum:
    """What is known of a stratum before sampling: units, mean and standard deviation per unit."""

    universe_count: int
    mean: float
    standard_deviation: float


@dataclass(frozen=True, slots=True)
class StratifiedSize:
    """Sizes by stratum.

    Parameters
    ----------
    counts
        Units to review in each stratum.
    unrounded_total
        Total by the formula, before allocation.
    complete_strata
        Positions (from 0) of strata that are reviewed completely.
    """

    counts: tuple[int, ...]
    unrounded_total: float
    complete_strata: tuple[int, ...]

    @property
    def total(self) -> int:
        """Units to review over all strata."""
        return sum(self.counts)


def _checked(strata: Sequence[PlannedStratum]) -> list[PlannedStratum]:
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    for number, stratum in enumerate(strata, start=1):
        whole(stratum.universe_count, f"universe_count of stratum {number}", minimum=1)
        finite(stratum.mean, f"mean of stratum {number}")
        finite(stratum.standard_deviation, f"standard_deviation of stratum {number}", minimum=0)
    return list(strata)


def _planned_total(strata: Sequence[PlannedStratum]) -> float:
    total = math.fsum(stratum.universe_count * stratum.mean for stratum in strata)
    if total == 0:
        message = "A precision relative to a total of 0 is undefined."
        raise UsageError(message)
    return abs(total)


def stratified_sample_size(
    strata: Sequence[PlannedStratum], *, precision: float, confidence: float
) -> StratifiedSize:
    """Return the smallest stratified sample for a relative precision, by Neyman allocation.

    Parameters
    ----------
    strata
        Units, mean and spread of each.
    precision
        Half width as a share of the total.
    confidence
        Two-sided level.

    Notes
    -----
    n = (sum N s)^2 / ((E / z)^2 + sum N s^2), shared out by N s; each stratum's size is rounded up. A
    stratum that would need more than it holds is reviewed completely and the rest is planned anew.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), pp. 4-11 to 4-14.
    """
    planned = _checked(strata)
    reach = positive(precision, "precision") * _planned_total(planned) / two_sided_z(confidence)
    complete: set[int] = set()
    while True:
        open_strata = [position for position in range(len(planned)) if position not in complete]
        weights = {
            position: planned[position].universe_count * planned[position].standard_deviation
            for position in open_strata
        }
        spread = math.fsum(
            planned[position].universe_count * planned[position].standard_deviation ** 2
            for position in open_strata
        )
        weight_sum = math.fsum(weights.values())
        needed = weight_sum**2 / (reach**2 + spread) if weight_sum else 0.0
        shares = {
            position: needed * weights[position] / weight_sum if weight_sum else 0.0 for position in weights
        }
        overflowing = {
            position for position in open_strata if shares[position] > planned[position].universe_count
        }
        if not overflowing:
            break
        complete |= overflowing
    counts = tuple(
        stratum.universe_count if position in complete else math.ceil(round(shares[position], 9))
        for position, stratum in enumerate(planned)
    )
    unrounded = needed + sum(planned[position].universe_count for position in complete)
    return StratifiedSize(counts, unrounded, tuple(sorted(complete)))


def allocate(strata: Sequence[PlannedStratum], *, sample_count: int) -> StratifiedSize:
    """Return the Neyman allocation of a fixed sample size; shares are rounded by largest remainder.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), p. 4-16.
    """
    planned = _checked(strata)
    universe = sum(stratum.universe_count for stratum in planned)
    left = whole(sample_count, "sample_count", minimum=1)
    if left > universe:
        message = f"sample_count ({left}) is larger than universe_count ({universe})."
        raise UsageError(message)
    complete: set[int] = set()
    while True:
        open_strata = [position for position in range(len(planned)) if position not in complete]
        weights = {
            position: planned[position].universe_count * planned[position].standard_deviation
            for position in open_strata
        }
        if not any(weights.values()):
            weights = {position: float(planned[position].universe_count) for position in open_strata}
        weight_sum = math.fsum(weights.values())
        shares = {position: left * weight / weight_sum for position, weight in weights.items()}
        overflowing = {
            position for position in open_strata if shares[position] > planned[position].universe_count
        }
        if not overflowing:
            break
        complete |= overflowing
        left -= sum(planned[position].universe_count for position in overflowing)
    counts = {position: math.floor(share) for position, share in shares.items()}
    by_remainder = sorted(shares, key=lambda position: (counts[position] - shares[position], position))
    for position in by_remainder[: left - sum(counts.values())]:
        counts[position] += 1
    for position in complete:
        counts[position] = planned[position].universe_count
    return StratifiedSize(
        tuple(counts[position] for position in range(len(planned))),
        float(sample_count),
        tuple(sorted(complete)),
    )


def stratified_precision(
    strata: Sequence[PlannedStratum], counts: Sequence[int], *, confidence: float
) -> float:
    """Return the half width that a stratified sample is expected to reach, as a share of the total.

    References
    ----------
    OIG, RAT-STATS Companion Manual (2010), p. 4-16.
    """
    planned = _checked(strata)
    same_length(planned, counts, ("strata", "counts"))
    variance = 0.0
    for number, (stratum, count) in enumerate(zip(planned, counts, strict=True), start=1):
        if whole(count, f"count of stratum {number}", minimum=1) > stratum.universe_count:
            message = f"count of stratum {number} ({count}) is larger than the stratum."
            raise UsageError(message)
        size = stratum.universe_count
        variance += size * (size - count) * stratum.standard_deviation**2 / count
    return two_sided_z(confidence) * math.sqrt(variance) / _planned_total(planned)
