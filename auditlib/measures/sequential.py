"""A review that may stop: the limits of the error rate after each chart, and whether they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from auditlib.errors import UsageError
from auditlib.sampling import Manifest
from auditlib.stats.arguments import confidence_level, probability
from auditlib.stats.sequential_weighted import WeightedUniverse, weighted_confidence_sequence

COLUMNS = {
    "reviewed_count": pl.Int64(),
    "error_count": pl.Int64(),
    "rate": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class RunningBound:
    """The limits of a universe's error rate as its charts are reviewed in the order drawn.

    Parameters
    ----------
    looks
        One row a chart: reviewed_count, error_count, rate (of those reviewed), lower and upper (for the
        universe).
    threshold, confidence
        The error rate to be decided about, and the level of all limits at once.
    universe_count
        Charts in the universe.
    waiting_count
        Completed charts that do not count yet, because one drawn before them is open.
    decided_at
        After how many charts the threshold was decided; None while it is open.
    is_above
        Whether the error rate is above the threshold; None while it is open.
    """

    looks: pl.DataFrame
    threshold: float
    confidence: float
    universe_count: int
    waiting_count: int
    decided_at: int | None
    is_above: bool | None

    @property
    def sentence(self) -> str:
        """Whether the review may stop, in words."""
        threshold = f"{100 * self.threshold:g} %"
        if self.looks.is_empty():
            words = "Go on: no chart is completed yet in the order drawn."
        elif self.decided_at is not None:
            side = "above" if self.is_above else "below"
            chart = "chart" if self.decided_at == 1 else "charts"
            words = (
                f"You may stop: after {self.decided_at:,} {chart} the share of charts in error is known "
                f"to be {side} {threshold}, at {100 * self.confidence:g} % confidence "
                "however often you looked."
            )
        else:
            last = self.looks.row(-1, named=True)
            words = (
                f"Go on: after {last['reviewed_count']:,} charts the share in error lies between "
                f"{100 * last['lower']:.1f} % and {100 * last['upper']:.1f} %; {threshold} is not decided."
            )
        if self.waiting_count:
            words += f" {self.waiting_count:,} completed out of order count once those before them are done."
        return words

    def __str__(self) -> str:
        return self.sentence


def running_bound(
    manifest: Manifest, errors: Mapping[str, bool], *, threshold: float = 0.05, confidence: float = 0.90
) -> RunningBound:
    """Return the limits after each chart of a simple random sample.

    Parameters
    ----------
    manifest
        Of the sample; its order of selection is the order that counts.
    errors
        For each completed chart, by unit, whether anything in it was wrong.
    threshold
        Error rate to decide about, fixed before the review.
    confidence
        Two-sided level of the whole sequence.

    Raises
    ------
    UsageError
        If the sample is no simple random sample of encounters: its order alone is a random one.

    Notes
    -----
    See `auditlib.stats.sequential_weighted`; every chart weighs the same.
    """
    if manifest.design.method != "simple random" or manifest.universe.unit != "encounter":
        drawn_as = f"{manifest.design.method}, by {manifest.universe.unit}"
        message = f"Sample '{manifest.name}' ({drawn_as}) has no running bound."
        raise UsageError(message, hint="It needs a simple random sample of encounters, reviewed in order.")
    share, level = probability(threshold, "threshold"), confidence_level(confidence)
    drawn = sorted(
        (unit for unit in manifest.selected if unit.role == "sample"), key=lambda unit: unit.selection_number
    )
    found = in_order([unit.unit_id for unit in drawn], errors)
    waiting = sum(unit.unit_id in errors for unit in drawn) - len(found)
    size = manifest.frame.unit_count
    if not found:
        return RunningBound(pl.DataFrame(schema=COLUMNS), share, level, size, waiting, None, None)
    ones = [1.0] * len(found)
    sequence = weighted_confidence_sequence(
        [float(is_wrong) for is_wrong in found],
        ones,
        ones,
        universe=WeightedUniverse(float(size), float(size), 1.0),
        confidence=level,
        threshold=share * size,
    )
    above, below = sequence.first_above(share * size), sequence.first_below(share * size)
    counts = pl.Series(found, dtype=pl.Int64).cum_sum()
    reviewed = pl.Series(sequence.reviewed_counts, dtype=pl.Int64)
    looks = pl.DataFrame(
        {
            "reviewed_count": reviewed,
            "error_count": counts,
            "rate": counts / reviewed,
            "lower": [low / size for low in sequence.lower],
            "upper": [high / size for high in sequence.upper],
        },
        schema=COLUMNS,
    )
    decided = above if above is not None else below
    return RunningBound(
        looks, share, level, size, waiting, decided, None if decided is None else above is not None
    )


def in_order(unit_ids: Sequence[str], errors: Mapping[str, bool]) -> list[bool]:
    """Return what was found in the charts drawn first, up to the first that is not completed."""
    found = []
    for unit_id in unit_ids:
        if unit_id not in errors:
            break
        found.append(errors[unit_id])
    return found
