"""Trial audits: the requested design compared with a simple and a sequential one, on the user's universe."""

from __future__ import annotations

import polars as pl

from auditlib.errors import UsageError
from auditlib.sampling.expectation import Expectation, planned_charges, trial_draw
from auditlib.sampling.plan import Drawn
from auditlib.sampling.request import BY_SIZE, SampleRequest
from auditlib.stats.sequential.design_lab import DesignLab, ErrorPattern, SamplePlan, SimulatedPlan


def trial_audits(
    frame: pl.DataFrame,
    request: SampleRequest,
    expected: Expectation,
    *,
    runs: int = 500,
    threshold: float = 0.05,
) -> list[SimulatedPlan]:
    """Return the results of simulated audits of equal size: simple, requested and sequential design.

    Each is simulated with half, once and twice the expected errors.

    Raises
    ------
    UsageError
        If the design needs something that the frame does not have, or cannot be simulated.
    """
    charges = planned_charges(frame)
    if request.design == "judgmental":
        message = "A judgmental sample has no chances to simulate."
        raise UsageError(message, hint="Choose a design that draws.")
    trial = trial_draw(frame, request)
    units, design = trial.frame, trial.design
    chart_count = int(trial.strata["sample_count"].sum())
    lab = DesignLab(
        units["charge_amount"].cast(pl.Float64).to_list(),
        units["stratum"].to_list() if request.design == "stratified" else None,
        clusters=units[design.cluster_column].cast(pl.String).to_list() if design.cluster_column else None,
        sizes=units[design.size_column].cast(pl.Float64).to_list() if design.size_column else None,
        threshold=threshold,
        confidence=expected.confidence,
        hours_per_chart=expected.hours_per_chart,
    )
    most = min(chart_count, charges.filter(charges > 0).len())
    plans = [
        SamplePlan(f"simple, {chart_count}", "simple", chart_count),
        *_requested_plan(trial, request, chart_count),
        SamplePlan(f"sequential, {most} at most", "sequential", most),
    ]
    patterns = [
        ErrorPattern(f"{100 * rate:.3g} % wrong", rate, expected.lost_share, expected.lost_share)
        for rate in sorted(
            {expected.error_rate * factor for factor in (0.5, 1.0, 2.0) if expected.error_rate * factor <= 1}
        )
    ]
    return lab.compare(plans, patterns, runs=runs)


def _requested_plan(trial: Drawn, request: SampleRequest, chart_count: int) -> list[SamplePlan]:
    """Return the plan of the requested design unless simple; systematic counts as simple."""
    name = f"{request.design}, {chart_count}"
    if request.design == "stratified":
        counts = dict(trial.strata.select("stratum", "sample_count").iter_rows())
        return [SamplePlan(name, "stratified", stratum_counts=counts)]
    if request.design in {"cluster", "two-stage"}:
        clusters = trial.design.draw_count
        within = trial.design.units_per_cluster
        return [SamplePlan(f"{request.design}, {clusters} clusters", "cluster", clusters, within)]
    if request.design in BY_SIZE and request.design != "sequential":
        return [SamplePlan(name, "by size", chart_count)]
    return []
