"""Runs and crossings of a centre line: whether a series of rates is too orderly for chance alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from auditlib.stats.arguments import finite, finite_values

RULES = "Anhoej's rules"
_CROSSING_TAIL = 0.05
_ON_THE_LINE = 1e-12


@dataclass(frozen=True, slots=True)
class RunSignals:
    """What Anhoej's rules say of a series.

    Parameters
    ----------
    useful_count
        Points that are not on the centre line.
    longest_run, longest_allowed
        Most points in a row on one side, and the most that chance explains.
    crossing_count, least_crossings
        How often the series crosses the line, and the fewest times that chance explains.
    """

    useful_count: int
    longest_run: int
    longest_allowed: int
    crossing_count: int
    least_crossings: int

    @property
    def is_signal(self) -> bool:
        """Whether one of both rules is broken."""
        return self.longest_run > self.longest_allowed or self.crossing_count < self.least_crossings


def run_signals(values: Sequence[float], centre: float) -> RunSignals:
    """Return the runs and crossings of a series about a centre line, by Anhoej's rules.

    Parameters
    ----------
    values
        Rates in order of time.
    centre
        The line; points on it count neither way.

    Notes
    -----
    With n points off the line a run is too long above log2(n) + 3, rounded, and crossings are too few below
    the 5 % point of the binomial distribution with n - 1 trials and a chance of one half.

    References
    ----------
    J. Anhoej and A. V. Olesen, "Run charts revisited", PLoS ONE 9 (2014), e113825; the limit of the longest
    run is M. F. Schilling's, Mathematics Magazine 85 (2012), 141-149.

    Examples
    --------
    >>> signals = run_signals([1.0, 0.0] * 12, 0.5)
    >>> signals.longest_allowed, signals.least_crossings
    (8, 8)
    """
    line = finite(centre, "centre")
    sides = [value > line for value in finite_values(values, "values") if abs(value - line) > _ON_THE_LINE]
    runs = [sum(1 for _ in run) for _, run in groupby(sides)]
    count = len(sides)
    if not count:
        return RunSignals(0, 0, 0, 0, 0)
    allowed = round(math.log2(count) + 3)
    return RunSignals(count, max(runs), allowed, len(runs) - 1, _binomial_half_point(count - 1))


def _binomial_half_point(trial_count: int) -> int:
    """Return the least count whose cumulative chance at one half reaches the tail."""
    reached, cumulative = 0, 0.5**trial_count
    while cumulative < _CROSSING_TAIL:
        reached += 1
        cumulative += math.comb(trial_count, reached) * 0.5**trial_count
    return reached
