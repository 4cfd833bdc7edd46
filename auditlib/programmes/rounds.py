"""Rounds of review set beside each other: whether the rate of errors fell by more than chance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, whole
from auditlib.stats.intervals.proportion import Interval, wilson_interval
from auditlib.text import format_share, level


@dataclass(frozen=True, slots=True)
class ReviewRound:
    """One round: its name, its topic, claims reviewed and claims in error."""

    name: str
    topic: str
    reviewed_count: int
    error_count: int


def difference_interval(earlier: ReviewRound, later: ReviewRound, *, confidence: float = 0.90) -> Interval:
    """Return the interval of the earlier rate less the later one, of two samples.

    Raises
    ------
    UsageError
        If a round has no reviewed claim, or more errors than claims.

    References
    ----------
    R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10: the hybrid of two score intervals.
    """
    confidence_level(confidence)
    ends = []
    for one in (earlier, later):
        whole(one.reviewed_count, "reviewed_count", minimum=1)
        whole(one.error_count, "error_count", minimum=0)
        if one.error_count > one.reviewed_count:
            message = f"{one.name} has more errors than claims."
            raise UsageError(message)
        limits = wilson_interval(one.error_count, one.reviewed_count, confidence=confidence)
        ends.append((one.error_count / one.reviewed_count, limits.lower, limits.upper))
    (first, first_low, first_high), (second, second_low, second_high) = ends
    change = first - second
    return Interval(
        change - math.hypot(first - first_low, second_high - second),
        change + math.hypot(first_high - first, second - second_low),
        confidence,
        "Newcombe's hybrid score",
    )


def compare_rounds(rounds: Sequence[ReviewRound], *, confidence: float = 0.90) -> list[str]:
    """Return a sentence for each round after the first: how its rate stands to the round before.

    Rounds of another topic are another review, and are not compared.
    """
    sentences = []
    for earlier, later in itertools.pairwise(rounds):
        rates = [one.error_count / one.reviewed_count for one in (earlier, later)]
        pair = f"{earlier.name} {format_share(rates[0])}, {later.name} {format_share(rates[1])}"
        if earlier.topic.casefold() != later.topic.casefold():
            sentences.append(
                f"{pair}: not compared, their topics differ ('{earlier.topic}', '{later.topic}')."
            )
            continue
        limits = difference_interval(earlier, later, confidence=confidence)
        span = f"{100 * limits.lower:.1f} to {100 * limits.upper:.1f} points at {level(confidence)}"
        if limits.lower > 0:
            verdict = "the rate fell by more than chance explains"
        elif limits.upper < 0:
            verdict = "the rate rose by more than chance explains"
        else:
            verdict = "the samples are too small to tell it from chance"
        sentences.append(f"{pair}: lower by {100 * (rates[0] - rates[1]):.1f} points ({span}); {verdict}.")
    return sentences
