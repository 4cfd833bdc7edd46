"""Expected results of a planned sample: sizes by formula, precision, cautions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from auditlib.errors import BadInputError
from auditlib.sampling.design import draw
from auditlib.sampling.dollar_strata import with_dollar_strata
from auditlib.sampling.plan import Drawn
from auditlib.sampling.request import BY_SIZE, SampleRequest, design_of
from auditlib.stats.arguments import positive, probability
from auditlib.stats.estimators.cautions import planned_cautions, remedies
from auditlib.stats.estimators.estimate import two_sided_z
from auditlib.stats.sizes.anticipated import cluster_precision, grouped_size_precision, size_precision
from auditlib.stats.sizes.sample_size import (
    SampleSize,
    attribute_sample_size,
    expected_difference,
    proportion_sample_size,
    variable_sample_size,
)
from auditlib.stats.sizes.stratified_size import PlannedStratum, stratified_precision

TRIAL_SEED: Final = "a trial, not a draw"


@dataclass(frozen=True, slots=True)
class Expectation:
    """The auditor's expectations and required precision.

    Parameters
    ----------
    error_rate
        Expected share of units in error.
    lost_share
        Expected share of its charge that a unit in error loses.
    precision
        Half width of the interval for the dollars in error, as a share of them.
    width
        Width of the interval for the share of units in error: 0.1 for ten points.
    confidence
        Two-sided level.
    hours_per_chart
        Review time per chart, in hours.
    """

    error_rate: float = 0.10
    lost_share: float = 1.0
    precision: float = 0.25
    width: float = 0.10
    confidence: float = 0.90
    hours_per_chart: float = 0.5

    def __post_init__(self) -> None:
        probability(self.error_rate, "The expected error rate")
        probability(self.lost_share, "The share lost by a unit in error")
        positive(self.precision, "The precision")
        positive(self.width, "The width")
        positive(self.hours_per_chart, "The hours for a chart")
        two_sided_z(self.confidence)


@dataclass(frozen=True, slots=True)
class PlannedSize:
    """A sample size with the question that it answers."""

    question: str
    size: SampleSize


@dataclass(frozen=True, slots=True)
class Outlook:
    """Expected results of a sample of a given size.

    Parameters
    ----------
    sample_count, hours
        Charts and hours.
    precision
        Half width of the interval for the dollars in error, as a share of them; None without errors.
    strata
        Stratum, units and charts.
    cautions
        Why a textbook interval may fail, and what to use instead; one sentence each.
    """

    sample_count: int
    hours: float
    precision: float | None
    strata: tuple[tuple[str, int, int], ...]
    cautions: tuple[str, ...]


def planned_charges(frame: pl.DataFrame) -> pl.Series:
    """Return the charges of a frame, for a plan in dollars.

    Raises
    ------
    BadInputError
        If there are no units, or units without a charge or with one below 0.
    """
    if frame.is_empty():
        message = "The universe is empty."
        raise BadInputError(message, hint="Widen its dates, or remove a condition.")
    known = frame["charge_amount"] if "charge_amount" in frame.columns else pl.Series([None])
    charges = known.cast(pl.Float64)
    if charges.null_count() or float(charges.min()) < 0:  # type: ignore[arg-type]  # a number
        message = "Units without a charge, or with one below 0, cannot be planned on dollars."
        raise BadInputError(message, hint="Give the size yourself.")
    return charges


def planned_sizes(frame: pl.DataFrame, expected: Expectation) -> tuple[PlannedSize, ...]:
    """Return the sizes of simple random samples by each formula, for the charges of a frame.

    Raises
    ------
    BadInputError
        If the frame is empty, or charges are missing.
    """
    charges, count = planned_charges(frame), frame.height
    sizes = []
    difference = _difference(charges, expected)
    if difference.mean > 0:
        sizes.append(
            PlannedSize(
                f"dollars in error within {expected.precision:.0%}",
                variable_sample_size(
                    mean=difference.mean,
                    standard_deviation=difference.spread,
                    universe_count=count,
                    precision=expected.precision,
                    confidence=expected.confidence,
                ),
            )
        )
    points = f"{100 * expected.width:g} points"
    exact = attribute_sample_size(
        anticipated_rate=expected.error_rate,
        universe_count=count,
        width=expected.width,
        confidence=expected.confidence,
    )
    sizes.append(PlannedSize(f"share of units in error, exact interval of {points}", exact))
    # For a share of 0 or 1, normal theory has no spread: its size would be 0.
    if 0 < expected.error_rate < 1:
        normal = proportion_sample_size(
            anticipated_rate=expected.error_rate,
            precision=expected.width / 2,
            confidence=expected.confidence,
            universe_count=count,
        )
        sizes.append(PlannedSize(f"share of units in error, normal interval of {points}", normal))
    return tuple(sizes)


@dataclass(frozen=True, slots=True)
class _Difference:
    mean: float
    spread: float


def _difference(charges: pl.Series, expected: Expectation) -> _Difference:
    spread = charges.std() if charges.len() > 1 else 0.0
    difference = expected_difference(
        error_rate=expected.error_rate,
        reported_mean=float(charges.mean()),  # type: ignore[arg-type]  # a number
        reported_standard_deviation=float(spread or 0.0),  # type: ignore[arg-type]
    )
    return _Difference(
        expected.lost_share * difference.mean, expected.lost_share * difference.standard_deviation
    )


def outlook(frame: pl.DataFrame, request: SampleRequest, expected: Expectation) -> Outlook:
    """Return the expected results of a sample of this design and size.

    Parameters
    ----------
    frame
        The universe.
    request
        The request for the sample; a seed is not needed.

    Raises
    ------
    UsageError
        If the design asks for what the frame does not have.
    """
    charges = planned_charges(frame)
    # A trial draw has the same allocation and the same errors as the real one.
    trial = trial_draw(frame, request)
    is_stratified = request.design == "stratified"
    counts = [
        (str(row["stratum"]), int(row["unit_count"]), int(row["sample_count"]))
        for row in trial.strata.iter_rows(named=True)
    ]
    chart_count = sum(chart_count_of_stratum for _, _, chart_count_of_stratum in counts)
    precision = _precision(trial, request, expected, charges)
    sizes = [drawn for _, held, drawn in counts if drawn < held] if is_stratified else []
    cautions = [*trial.warnings, *_cautions(expected, chart_count, sizes)]
    return Outlook(
        chart_count, chart_count * expected.hours_per_chart, precision, tuple(counts), tuple(cautions)
    )


def trial_draw(frame: pl.DataFrame, request: SampleRequest) -> Drawn:
    """Return a trial draw for a request, by hash tickets with a fixed seed."""
    trial = replace(
        request, seed=TRIAL_SEED, generator="hash tickets", numbering="rows", second_seed="", spare_count=0
    )
    design = design_of(trial, frame)
    cut = with_dollar_strata(frame, design.boundaries) if design.boundaries else frame
    if request.design != "stratified" and "stratum" in cut.columns:
        cut = cut.drop("stratum")
    return draw(cut, design)


def _precision(
    trial: Drawn, request: SampleRequest, expected: Expectation, charges: pl.Series
) -> float | None:
    """Return the half width expected for the dollars in error, as a share of them; None if undefined."""
    model = {
        "error_rate": expected.error_rate,
        "lost_share": expected.lost_share,
        "confidence": expected.confidence,
    }
    units = trial.frame
    amounts = units["charge_amount"].cast(pl.Float64).to_list()
    design = trial.design
    if request.design == "judgmental":
        return None
    if request.design in {"cluster", "two-stage"}:
        return cluster_precision(
            amounts,
            units[design.cluster_column].cast(pl.String).to_list(),
            cluster_count=design.draw_count,
            units_per_cluster=design.units_per_cluster,
            **model,
        )
    if request.design in BY_SIZE:
        sizes = units[design.size_column].cast(pl.Float64).to_list()
        if request.design == "rhc":
            return grouped_size_precision(amounts, sizes, group_count=design.draw_count, **model)
        # Dollars drawn from one unit are one chart.
        drawn = int(trial.strata["sample_count"].sum())
        return size_precision(amounts, sizes, sample_count=drawn, **model)
    parts = [charges]
    if request.design == "stratified":
        parts = [
            units.filter(stratum=name)["charge_amount"].cast(pl.Float64) for name in trial.strata["stratum"]
        ]
    planned = []
    for part in parts:
        difference = _difference(part, expected)
        planned.append(PlannedStratum(part.len(), difference.mean, difference.spread))
    if not any(stratum.mean > 0 for stratum in planned):
        return None
    return stratified_precision(
        planned, trial.strata["sample_count"].to_list(), confidence=expected.confidence
    )


def _cautions(expected: Expectation, sample_count: int, stratum_sizes: list[int]) -> list[str]:
    items = math.floor(expected.error_rate * sample_count + 0.5)
    likely = planned_cautions(items, sample_count, stratum_sizes=stratum_sizes)
    return [*(f"As expected: {caution.message}" for caution in likely), *remedies(likely)]
