"""Input and result of an appraisal by any method: reviewed units, and figures with limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.number_table import NumberTable
from auditlib.stats.estimators.attribute_appraisal import AttributeStratum
from auditlib.stats.estimators.cautions import Caution
from auditlib.stats.estimators.estimate import Estimate, LimitRule, Sides
from auditlib.stats.estimators.moments import Moments
from auditlib.stats.estimators.variable_appraisal import ValueStratum, differences


@dataclass(frozen=True, slots=True)
class Figure:
    """One appraised quantity; `limits` gives its interval at a level."""

    name: str
    point: float
    standard_error: float
    rule: str
    limits: Callable[[float, Sides], tuple[float, float]]
    cautions: tuple[Caution, ...] = ()
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Appraised:
    """The result of an appraisal of reviewed units.

    Parameters
    ----------
    method
        Name of the method.
    figures
        The appraised quantities, most important first.
    moments
        Shape of the sampled values, for an unrestricted variable appraisal.
    strata
        The sampled values with their universe counts, if programmes' methods apply to them.
    items
        Counts by stratum, for an attribute appraisal.
    student
        The first figure with Student's limits, if RAT-STATS uses normal ones.
    """

    method: str
    figures: tuple[Figure, ...]
    moments: Moments | None = None
    strata: tuple[ValueStratum, ...] = ()
    items: tuple[AttributeStratum, ...] = ()
    student: Figure | None = None


@dataclass(frozen=True, slots=True)
class ReviewedUnits:
    """A table of reviewed units with the facts about its universe.

    Parameters
    ----------
    table
        The reviewed units.
    universe_count, base_total
        Units and dollars in the universe.
    limits
        Rule of the limits, if not RAT-STATS'.
    unreviewed
        Column `paid` (and `stratum`) for the units that were not reviewed, perhaps `underpaid_at_most`.
    largest_underpayment
        The most by which any unit can have been paid too little, as stated before the review.
    """

    table: NumberTable
    universe_count: int | None = None
    base_total: float | None = None
    limits: LimitRule | None = None
    unreviewed: NumberTable | None = None
    largest_underpayment: float | None = None

    def universe(self) -> int:
        """Return the number of units in the universe, from the argument or the file's column."""
        if self.universe_count is not None:
            return self.universe_count
        if self.table.has("universe_count"):
            return self.table.only("universe_count")
        message = "The number of units in the universe is not known."
        raise UsageError(message, hint="Give --universe, or a column 'universe_count'.")


def figure(name: str, estimate: Estimate) -> Figure:
    """Return an estimate as a figure."""

    def limits(confidence: float, sides: Sides) -> tuple[float, float]:
        interval = estimate.interval(confidence, sides=sides)
        return interval.lower, interval.upper

    degrees = estimate.degrees_of_freedom
    rule = "z" if degrees is None else f"t({degrees:g})"
    return Figure(name, estimate.point, estimate.standard_error, rule, limits, estimate.cautions, estimate)


def with_values(table: NumberTable, values: Sequence[float]) -> NumberTable:
    """Return the table with other values."""
    column = pl.Series("value", [repr(value) for value in values], dtype=pl.String)
    left = table.rows.drop("examined", "audited", strict=False)
    return NumberTable(table.name, left.with_columns(column))


def student_figure(name: str, estimate: Estimate, freedom: int) -> Figure | None:
    """Return a figure with Student's limits, or None without degrees of freedom."""
    return figure(name, replace(estimate, degrees_of_freedom=freedom)) if freedom > 0 else None


def values_of(table: NumberTable) -> list[float]:
    """Return the values of a table: `value`, or `examined` minus `audited`."""
    if table.has("examined", "audited"):
        return differences(table.numbers("examined"), table.numbers("audited"))
    if not table.has("value"):
        message = f"{table.name} has neither a column 'value' nor 'examined' and 'audited'."
        raise BadInputError(message, hint=f"Its columns are {', '.join(table.rows.columns)}.")
    return table.numbers("value")
