"""Running bounds: limits of the error rate after each chart, and whether the review may stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import polars as pl

from auditlib.errors import UsageError
from auditlib.sampling import Manifest
from auditlib.stats.arguments import confidence_level, probability
from auditlib.stats.sequential.weighted_sequence import WeightedUniverse, weighted_confidence_sequence
from auditlib.text import counted, format_dollars

_Error = TypeVar("_Error", bool, float)
# The units that a running bound counts, and what its sentences call them.
_COUNTED_UNITS: Final[Mapping[str, Literal["charts", "machine codes"]]] = {
    "encounter": "charts",
    "machine code": "machine codes",
}
COLUMNS = {
    "reviewed_count": pl.Int64(),
    "error_count": pl.Int64(),
    "rate": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class RunningBound:
    """The limits of a universe's error rate, or of its dollars in error, after each chart in drawn order.

    Parameters
    ----------
    looks
        One row per chart: reviewed_count, error_count, rate (estimated from those reviewed), lower and upper
        (for the universe).
    threshold, confidence
        The share to decide about, and the level of all limits together.
    universe_count
        Charts in the universe.
    waiting_count
        Completed charts that do not count yet, because an earlier one is open, or in error without an amount.
    quantity
        Quantity of the shares: charts, codes of a machine coder, or dollars.
    universe_amount
        Dollars in the universe, if the shares are of dollars.
    decided_at
        Number of charts after which the threshold was decided; None while open.
    is_above
        Whether the error rate is above the threshold; None while open.
    outside_count
        Units among those drawn that are not in the universe; each counts without an error.
    not_reviewed_count
        Units with an amount whose chart is not completed; their amounts do not count.
    records
        Which charts do not count and why, and how missing records count, a sentence each.
    """

    looks: pl.DataFrame
    threshold: float
    confidence: float
    universe_count: int
    waiting_count: int
    decided_at: int | None
    is_above: bool | None
    quantity: Literal["charts", "machine codes", "dollars"] = "charts"
    universe_amount: float | None = None
    outside_count: int = 0
    not_reviewed_count: int = 0
    records: tuple[str, ...] = ()

    @property
    def _unit(self) -> str:
        return "machine code" if self.quantity == "machine codes" else "chart"

    @property
    def sentence(self) -> str:
        """The decision in words: stop or go on."""
        threshold = f"{100 * self.threshold:g} %"
        if self.looks.is_empty():
            words = f"Go on: no {self._unit} is completed yet in the order drawn."
        elif self.decided_at is not None:
            side = "above" if self.is_above else "below"
            words = (
                f"You may stop: after {counted(self.decided_at, self._unit)} the share of {self.quantity} "
                f"in error is known to be {side} {threshold}, at {100 * self.confidence:g} % confidence "
                "however often you looked."
            )
        else:
            last = self.looks.row(-1, named=True)
            words = (
                f"Go on: after {counted(last['reviewed_count'], self._unit)} the share of {self.quantity} "
                f"in error lies between {100 * last['lower']:.1f} % and {100 * last['upper']:.1f} %; "
                f"{threshold} is not decided."
            )
        if self.universe_amount is not None and not self.looks.is_empty():
            lower, upper = self.looks.select("lower", "upper").row(-1)
            words += (
                f" In dollars: {format_dollars(lower * self.universe_amount)} to "
                f"{format_dollars(upper * self.universe_amount)} of {format_dollars(self.universe_amount)}."
            )
        if self.waiting_count:
            words += f" {self.waiting_count:,} completed out of turn count once those before them are done"
            words += " and, if in error, have an amount." if self.quantity == "dollars" else "."
        if self.outside_count:
            words += (
                f" {self.outside_count:,} of the units drawn are not in the universe; they count as looked "
                "at, without an error."
            )
        if self.not_reviewed_count:
            words += (
                f" The amounts of {self.not_reviewed_count:,} units do not count: their charts are not "
                "completed."
            )
        return " ".join((words, *self.records))

    def __str__(self) -> str:
        return self.sentence


def running_bound(
    manifest: Manifest,
    errors: Mapping[str, bool],
    *,
    threshold: float = 0.05,
    confidence: float = 0.90,
    spares: Sequence[str] = (),
) -> RunningBound:
    """Return the limits of the error rate after each chart of a simple random sample.

    Parameters
    ----------
    manifest
        Of the sample; its order of selection is the order that counts.
    errors
        For each unit with a completed chart, whether it is in error.
    threshold
        Error rate to decide about, fixed before the review.
    confidence
        Two-sided level of the whole sequence.
    spares
        Spares used, in the order drawn. They follow the sample, and a replaced unit keeps its place without
        an error, so that the order stays that of the tickets, and the universe that of the frame.

    Raises
    ------
    UsageError
        If the sample is not a simple random sample of encounters or of a machine coder's codes, the only ones
        in random order.

    Notes
    -----
    See `auditlib.stats.sequential.weighted_sequence`; every chart has the same weight.
    """
    if manifest.design.method != "simple random" or manifest.universe.unit not in _COUNTED_UNITS:
        drawn_as = f"{manifest.design.method}, by {manifest.universe.unit}"
        message = f"Sample '{manifest.name}' ({drawn_as}) has no running bound of the error rate."
        hint = "It needs a simple random sample of encounters or machine codes; in dollars, a sequential one."
        raise UsageError(message, hint=hint)
    units = [*_drawn_units(manifest), *spares]
    errors_in_order = in_order(units, errors)
    size = float(manifest.frame.unit_count)
    ones = [1.0] * len(errors_in_order)
    return _bound(
        manifest,
        [float(is_wrong) for is_wrong in errors_in_order],
        ones,
        ones,
        WeightedUniverse(size, size, 1.0),
        threshold=threshold,
        confidence=confidence,
        waiting_count=sum(unit in errors for unit in units) - len(errors_in_order),
    )


def running_dollar_bound(
    manifest: Manifest,
    frame: pl.DataFrame,
    errors: Mapping[str, float],
    *,
    threshold: float = 0.05,
    confidence: float = 0.90,
) -> RunningBound:
    """Return the limits of the dollars in error after each chart of a sequential sample.

    Parameters
    ----------
    manifest
        Of the sample; its order of selection is the order that counts.
    frame
        The sample's frame, with ``charge_amount`` and the measure of size.
    errors
        Dollars in error of each reviewed unit: 0 or more, at most its charge.
    threshold
        Share of the universe's dollars to decide about, fixed before the review.
    confidence
        Two-sided level of the whole sequence.

    Raises
    ------
    UsageError
        If the sample is not sequential, a unit with a charge could not be drawn, or an error is larger than
        its unit's charge.

    Notes
    -----
    See `auditlib.stats.sequential.weighted_sequence`.
    """
    if manifest.design.method != "sequential":
        message = f"Sample '{manifest.name}' ({manifest.design.method}) has no running bound in dollars."
        raise UsageError(message, hint="Draw with the design 'sequential'.")
    sized = frame.select(
        "unit_id",
        amount=pl.col("charge_amount").cast(pl.Float64),
        weight=pl.col(manifest.design.size_column).cast(pl.Float64),
    )
    hidden = sized.filter((pl.col("weight") <= 0) & (pl.col("amount") > 0)).height
    if hidden:
        message = f"{hidden:,} units with a charge could never be drawn: they can hide any error."
        raise UsageError(message, hint="Draw by a size that is above 0 for every unit with dollars.")
    drawable = sized.filter(pl.col("weight") > 0)
    universe = WeightedUniverse.of(drawable["amount"].to_list(), drawable["weight"].to_list())
    units = _drawn_units(manifest)
    errors_in_order = in_order(units, errors)
    at_stake = {unit: (amount, weight) for unit, amount, weight in drawable.iter_rows()}
    reviewed = [at_stake[unit] for unit in units[: len(errors_in_order)]]
    return _bound(
        manifest,
        errors_in_order,
        [amount for amount, _ in reviewed],
        [weight for _, weight in reviewed],
        universe,
        threshold=threshold,
        confidence=confidence,
        waiting_count=sum(unit in errors for unit in units) - len(errors_in_order),
        is_of_dollars=True,
    )


def _drawn_units(manifest: Manifest) -> list[str]:
    drawn = [unit for unit in manifest.selected if unit.role == "sample"]
    return [unit.unit_id for unit in sorted(drawn, key=lambda unit: unit.selection_number)]


def _bound(
    manifest: Manifest,
    errors: Sequence[float],
    amounts: Sequence[float],
    weights: Sequence[float],
    universe: WeightedUniverse,
    *,
    threshold: float,
    confidence: float,
    waiting_count: int,
    is_of_dollars: bool = False,
) -> RunningBound:
    share, level = probability(threshold, "threshold"), confidence_level(confidence)
    count, total = manifest.frame.unit_count, universe.total_amount
    of_units = _COUNTED_UNITS.get(manifest.universe.unit, "charts")
    quantity: Literal["charts", "machine codes", "dollars"] = "dollars" if is_of_dollars else of_units
    dollars = total if is_of_dollars else None
    if not errors:
        return RunningBound(
            *(pl.DataFrame(schema=COLUMNS), share, level, count, waiting_count, None, None, quantity, dollars)
        )
    sequence = weighted_confidence_sequence(
        errors, amounts, weights, universe=universe, confidence=level, threshold=share * total
    )
    above, below = sequence.first_above(share * total), sequence.first_below(share * total)
    reviewed = pl.Series(sequence.reviewed_counts, dtype=pl.Int64)
    # With chances by weight, the mean of error per weight estimates the total error per total weight.
    expanded = pl.Series([error / weight for error, weight in zip(errors, weights, strict=True)])
    looks = pl.DataFrame(
        {
            "reviewed_count": reviewed,
            "error_count": pl.Series([error > 0 for error in errors]).cast(pl.Int64).cum_sum(),
            "rate": expanded.cum_sum() / reviewed * universe.total_weight / total,
            "lower": [low / total for low in sequence.lower],
            "upper": [high / total for high in sequence.upper],
        },
        schema=COLUMNS,
    )
    decided = above if above is not None else below
    is_above = None if decided is None else above is not None
    return RunningBound(looks, share, level, count, waiting_count, decided, is_above, quantity, dollars)


def in_order(unit_ids: Sequence[str], errors: Mapping[str, _Error]) -> list[_Error]:
    """Return the errors of the charts in drawn order, up to the first that is not completed."""
    errors_so_far = []
    for unit_id in unit_ids:
        if unit_id not in errors:
            break
        errors_so_far.append(errors[unit_id])
    return errors_so_far
