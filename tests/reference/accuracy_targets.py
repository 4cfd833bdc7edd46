"""Published thresholds for coding accuracy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccuracyTarget:
    """Percent of codes in one position that must be right: for attainment level 2 and for level 3."""

    position: str
    level_2_percent: int
    level_3_percent: int


# NHS England, Information Governance Toolkit, requirement 505 (clinical coding audit).
NHS_TARGETS = (
    AccuracyTarget("primary diagnosis", 90, 95),
    AccuracyTarget("secondary diagnosis", 80, 90),
    AccuracyTarget("primary procedure", 90, 95),
    AccuracyTarget("secondary procedure", 80, 90),
)
