"""What a planned sample can be expected to give: sizes by formula, precision, cautions, trial audits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling.design import draw_simple, draw_stratified
from auditlib.stats.arguments import positive, probability
from auditlib.stats.cautions import MINIMUM_PER_STRATUM, count_cautions, remedies
from auditlib.stats.design_lab import DesignLab, ErrorPattern, SamplePlan, SimulatedPlan
from auditlib.stats.estimate import two_sided_z
from auditlib.stats.sample_size import (
    SMALL_SAMPLE,
    SampleSize,
    attribute_sample_size,
    expected_difference,
    proportion_sample_size,
    variable_sample_size,
)
from auditlib.stats.stratified_size import PlannedStratum, stratified_precision


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the auditor expects to find, and wants to know.

    Parameters
    ----------
    error_rate
        Share of the units that are in error.
    lost_share
        Share of its charge that such a unit loses.
    precision
        Half width of the interval for the dollars in error, as a share of them.
    width
        Width of the interval for the share of units in error: 0.1 for ten points.
    confidence
        Two-sided level.
    hours_per_chart
        What a review takes.
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
    """A size with the question that it answers."""

    question: str
    size: SampleSize


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a sample of a size is expected to give.

    Parameters
    ----------
    sample_count, hours
        Charts and hours.
    precision
        Half width of the interval for the dollars in error, as a share of them; None without errors.
    strata
        Stratum, units and charts.
    cautions
        Why a textbook interval may fail, and what holds instead; one sentence each.
    """

    sample_count: int
    hours: float
    precision: float | None
    strata: tuple[tuple[str, int, int], ...]
    cautions: tuple[str, ...]


def _charges(frame: pl.DataFrame) -> pl.Series:
    if frame.is_empty():
        message = "The universe is empty."
        raise BadInputError(message, hint="Widen its dates, or leave out a condition.")
    charges = frame["charge_amount"].cast(pl.Float64)
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
    charges, count = _charges(frame), frame.height
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
    found = expected_difference(
        error_rate=expected.error_rate,
        reported_mean=float(charges.mean()),  # type: ignore[arg-type]  # a number
        reported_standard_deviation=float(spread or 0.0),  # type: ignore[arg-type]
    )
    return _Difference(expected.lost_share * found.mean, expected.lost_share * found.standard_deviation)


def outlook(frame: pl.DataFrame, sample_count: int, expected: Expectation) -> Outlook:
    """Return what a sample of this size is expected to give; stratified if the frame has strata.

    Raises
    ------
    UsageError
        If the sample is larger than the universe.
    """
    charges = _charges(frame)
    is_stratified = "stratum" in frame.columns
    # A trial draw knows the allocation, and refuses what the real one would refuse.
    trial = (draw_stratified if is_stratified else draw_simple)(frame, seed="plan", sample_count=sample_count)
    counts = [
        (str(row["stratum"]), int(row["unit_count"]), int(row["sample_count"]))
        for row in trial.strata.iter_rows(named=True)
    ]
    parts = [charges]
    if is_stratified:
        parts = [charges.filter(frame["stratum"] == name) for name, _, _ in counts]
    planned = []
    for part in parts:
        difference = _difference(part, expected)
        planned.append(PlannedStratum(part.len(), difference.mean, difference.spread))
    is_measurable = any(stratum.mean > 0 for stratum in planned)
    sizes = [asked for _, _, asked in counts]
    precision = (
        stratified_precision(planned, sizes, confidence=expected.confidence) if is_measurable else None
    )
    cautions = [*trial.warnings, *_cautions(expected, sample_count, sizes if is_stratified else ())]
    return Outlook(
        sample_count, sample_count * expected.hours_per_chart, precision, tuple(counts), tuple(cautions)
    )


def _cautions(expected: Expectation, sample_count: int, stratum_sizes: list[int] | tuple[()]) -> list[str]:
    found = []
    if sample_count < SMALL_SAMPLE:
        found.append(f"Fewer than {SMALL_SAMPLE} charts: normal theory is not to be trusted with them.")
    items = math.floor(expected.error_rate * sample_count + 0.5)
    likely = count_cautions(items, sample_count)
    found += [f"As expected: {caution.message}" for caution in likely]
    found += remedies(likely)
    small = sum(size < MINIMUM_PER_STRATUM for size in stratum_sizes)
    if small:
        found.append(f"{small} stratum/strata with fewer than {MINIMUM_PER_STRATUM} charts.")
    return found


def trial_audits(
    frame: pl.DataFrame, sample_count: int, expected: Expectation, *, runs: int = 500, threshold: float = 0.05
) -> list[SimulatedPlan]:
    """Return what simulated audits come to: simple, stratified if the frame has strata, and sequential.

    Each is tried with half the expected errors, with those expected, and with twice as many.

    Raises
    ------
    UsageError
        If the sample is larger than the universe.
    """
    charges = _charges(frame)
    is_stratified = "stratum" in frame.columns
    lab = DesignLab(
        charges.to_list(),
        frame["stratum"].to_list() if is_stratified else None,
        threshold=threshold,
        confidence=expected.confidence,
        hours_per_chart=expected.hours_per_chart,
    )
    if sample_count > frame.height:
        message = f"{sample_count:,} charts are more than the universe's {frame.height:,}."
        raise UsageError(message, hint="Ask for fewer.")
    plans = [SamplePlan(f"simple, {sample_count}", "simple", sample_count)]
    if is_stratified:
        counts = {name: asked for name, _, asked in outlook(frame, sample_count, expected).strata}
        plans.append(SamplePlan(f"stratified, {sample_count}", "stratified", stratum_counts=counts))
    most = min(sample_count, charges.filter(charges > 0).len())
    plans.append(SamplePlan(f"sequential, {most} at most", "sequential", most))
    patterns = [
        ErrorPattern(f"{100 * rate:.3g} % wrong", rate, expected.lost_share, expected.lost_share)
        for rate in sorted(
            {expected.error_rate * factor for factor in (0.5, 1.0, 2.0) if expected.error_rate * factor <= 1}
        )
    ]
    return lab.compare(plans, patterns, runs=runs)
