"""Time 1,000 simulated audits of each kind of plan, beside a loop over the public appraisals.

    python -m benchmarks.design_lab [--draw]

With --draw, docs/figures/design_lab.svg is made too.
"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import polars as pl

from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from auditlib.stats.sequential.design_lab import DesignLab, ErrorPattern, SamplePlan, SimulatedPlan

RUNS, LIMIT_SECONDS = 1_000, 10.0
FIGURE = Path(__file__).parents[1] / "docs" / "figures" / "design_lab.svg"
SIZES = {"office": 60_000, "emergency": 30_000, "inpatient": 10_000}
CENTRES = {"office": 4.9, "emergency": 5.8, "inpatient": 9.3}
PATTERNS = (
    ErrorPattern("2 % wrong altogether", 0.02),
    ErrorPattern("10 % wrong in part", 0.10, 0.2, 1.0),
    ErrorPattern("inpatient 30 %, rest 3 %", 0.03, 0.2, 1.0, rates={"inpatient": 0.30}),
)
PLANS = (
    SamplePlan("simple, 100", "simple", 100),
    SamplePlan("simple, 400", "simple", 400),
    SamplePlan("by class, 300", "stratified", stratum_counts=dict.fromkeys(SIZES, 100)),
    SamplePlan("sequential, 400 at most", "sequential", 400),
)


def desk() -> DesignLab:
    """Return a universe of 100,000 encounters in three classes."""
    generator = np.random.default_rng(20_261_123)
    amounts = np.concatenate([generator.lognormal(CENTRES[name], 0.8, size) for name, size in SIZES.items()])
    strata = [name for name, size in SIZES.items() for _ in range(size)]
    return DesignLab(amounts.round(2).tolist(), strata)


def peer(lab: DesignLab, plan: SamplePlan, pattern: ErrorPattern) -> None:
    """Do the same audits one after the other through the appraisals."""
    errors = lab.errors(pattern)
    generator = np.random.default_rng(1)
    for _ in range(RUNS):
        if plan.method == "simple":
            chosen = generator.choice(len(errors), plan.sample_count, replace=False)
            appraise_values(errors[chosen].tolist(), universe_count=len(errors)).total.interval(0.9)
        else:
            strata = []
            for name, members in lab.strata.items():
                chosen = generator.choice(members, plan.stratum_counts[name], replace=False)
                strata.append(ValueStratum(errors[chosen].tolist(), len(members)))
            appraise_strata(strata).total.interval(0.9)


def frame(results: list[SimulatedPlan], confidence: float) -> pl.DataFrame:
    """Return results as the chart wants them."""
    return pl.DataFrame(
        [
            {
                **asdict(found),
                "plan": found.plan.name,
                "pattern": found.pattern.name,
                "confidence": confidence,
            }
            for found in results
        ]
    )


def main() -> None:
    """Print the times."""
    lab, results, slowest = desk(), [], 0.0
    print(f"{len(lab.amounts):,} units, {RUNS:,} audits a plan")
    for plan in PLANS:
        begin = time.perf_counter()
        found = lab.simulate(plan, PATTERNS[1], runs=RUNS)
        seconds = time.perf_counter() - begin
        slowest = max(slowest, seconds)
        results.append(found)
        line = f"{plan.name:26} {seconds:6.2f} s   coverage {found.coverage:.3f}"
        if plan.method != "sequential":
            begin = time.perf_counter()
            peer(lab, plan, PATTERNS[1])
            loop = time.perf_counter() - begin
            line += f"   loop {loop:6.2f} s   {loop / seconds:5.1f} times"
        print(line)
    if "--draw" in sys.argv:
        from auditlib.plots.design_lab import compare_plans  # noqa: PLC0415 - altair is slow to import
        from auditlib.plots.renderer import svg_of  # noqa: PLC0415

        simulated = frame(lab.compare(PLANS, PATTERNS, runs=RUNS), lab.confidence)
        FIGURE.write_text(svg_of(compare_plans(simulated)), encoding="utf-8")
    print(f"slowest {slowest:.2f} s, limit {LIMIT_SECONDS:.0f} s")
    sys.exit(slowest > LIMIT_SECONDS)


if __name__ == "__main__":
    main()
