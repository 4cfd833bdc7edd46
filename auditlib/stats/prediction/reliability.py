"""Do chances hold? Brier score, skill against a base rate, and the reliability table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, probability, same_length, whole
from auditlib.stats.intervals.proportion import wilson_interval


@dataclass(frozen=True, slots=True)
class ReliabilityBand:
    """Cases with chances alike, and how often the event happened among them.

    Parameters
    ----------
    lowest, highest
        Least and largest chance in the band.
    mean_chance
        Mean chance: where the band stands on the figure.
    case_count, event_count
        Cases, and events among them.
    share, lower, upper
        Events over cases, with Wilson limits.
    """

    lowest: float
    highest: float
    mean_chance: float
    case_count: int
    event_count: int
    share: float
    lower: float
    upper: float


def brier_score(chances: Sequence[float], outcomes: Sequence[int]) -> float:
    """Return the mean squared difference of chances and outcomes: 0 is best, and lower is better.

    Parameters
    ----------
    chances
        Each between 0 and 1.
    outcomes
        1 where the event happened, else 0.

    Raises
    ------
    UsageError
        If there are none, the lengths differ, or a value is out of range.

    References
    ----------
    G. W. Brier, Monthly Weather Review 78 (1950), 1-3 (half of his sum over both classes).
    """
    said, happened = _checked(chances, outcomes)
    return float(((said - happened) ** 2).mean())


def reliability_bands(
    chances: Sequence[float], outcomes: Sequence[int], *, band_count: int = 10, confidence: float = 0.95
) -> list[ReliabilityBand]:
    """Return the reliability table: cases in bands of chances with about as many cases each.

    Parameters
    ----------
    chances, outcomes
        As for `brier_score`.
    band_count
        Bands; cases with one chance stay together, so that there may be fewer.
    confidence
        Two-sided level of the Wilson limits.

    Raises
    ------
    UsageError
        As for `brier_score`, or if the number of bands is not positive.

    References
    ----------
    A. H. Murphy and R. L. Winkler, Applied Statistics 26 (1977), 41-47.
    """
    said, happened = _checked(chances, outcomes)
    whole(band_count, "band_count", minimum=1)
    level = confidence_level(confidence)
    edges = np.unique(np.quantile(said, np.linspace(0, 1, band_count + 1)[1:-1]))
    place = np.searchsorted(edges, said, side="left")
    bands = []
    for number in np.unique(place):
        of_band = said[place == number]
        event_count = int(happened[place == number].sum())
        limits = wilson_interval(event_count, of_band.size, confidence=level)
        bands.append(
            ReliabilityBand(
                float(of_band.min()),
                float(of_band.max()),
                float(of_band.mean()),
                of_band.size,
                event_count,
                event_count / of_band.size,
                limits.lower,
                limits.upper,
            )
        )
    return bands


def _checked(
    chances: Sequence[float], outcomes: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    same_length(chances, outcomes, ("chances", "outcomes"))
    if not chances:
        message = "Chances of no cases cannot be judged."
        raise UsageError(message)
    said = np.asarray([probability(chance, "a chance") for chance in chances])
    happened = np.asarray([whole(outcome, "an outcome", minimum=0) for outcome in outcomes])
    if happened.max() > 1:
        message = "An outcome must be 0 or 1."
        raise UsageError(message)
    return said, happened
