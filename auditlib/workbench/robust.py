"""Limits that hold where the textbook interval fails, beside an appraisal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditlib.errors import UsageError
from auditlib.stats.bounds import empirical_likelihood_interval, stratified_count_limits
from auditlib.stats.estimate import Sides
from auditlib.workbench.appraising import Appraised


@dataclass(frozen=True, slots=True)
class HoldingBound:
    """Limits by another method, with its name."""

    method: str
    confidence: float
    lower: float
    upper: float


def bounds_that_hold(found: Appraised, levels: Sequence[float], *, sides: Sides) -> list[HoldingBound]:
    """Return exact limits for strata of counts, and empirical likelihood for one sample of values."""
    bounds = []
    for level in levels:
        if len(found.items) > 1:
            limits = stratified_count_limits(found.items, confidence=level, sides=sides)
            bounds.append(HoldingBound("exact, combined over strata", level, limits.lower, limits.upper))
        if len(found.strata) == 1:
            only = found.strata[0]
            try:
                interval = empirical_likelihood_interval(
                    only.values, universe_count=only.universe_count, confidence=level, sides=sides
                )
            except UsageError:
                # All values are equal: such a sample says nothing about spread.
                continue
            bounds.append(HoldingBound("empirical likelihood", level, interval.lower, interval.upper))
    return bounds
