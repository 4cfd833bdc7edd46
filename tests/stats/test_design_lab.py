from __future__ import annotations

import numpy as np
import pytest

from auditlib.errors import UsageError
from auditlib.stats.estimators.multistage import cluster_total
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from auditlib.stats.sequential.design_lab import DesignLab, ErrorPattern, SamplePlan, draws

AMOUNTS = np.random.default_rng(5).lognormal(5, 0.8, 900).round(2).tolist()
STRATA = ["office"] * 500 + ["inpatient"] * 400
PATTERN = ErrorPattern("a tenth", 0.10, 0.3, 1.0)
STRATIFIED = SamplePlan("two strata", "stratified", stratum_counts={"office": 40, "inpatient": 60})


def lab(**settings: float) -> DesignLab:
    return DesignLab(AMOUNTS, STRATA, **settings)  # type: ignore[arg-type]


def test_errors_follow_the_pattern() -> None:
    found = lab().errors(ErrorPattern("by class", 0.1, 0.5, 0.5, rates={"inpatient": 0.25}))
    office, inpatient = found[:500], found[500:]
    assert (np.count_nonzero(office), np.count_nonzero(inpatient)) == (50, 100)
    is_wrong = found > 0
    assert found[is_wrong] == pytest.approx(0.5 * np.asarray(AMOUNTS)[is_wrong])
    amounts = np.asarray(AMOUNTS)
    even = amounts[lab().errors(ErrorPattern("even", 0.1)) > 0].mean()
    assert amounts[lab().errors(ErrorPattern("large", 0.1, follows_amount=True)) > 0].mean() > 1.3 * even


def test_a_simple_plan_is_appraised_as_the_appraisal_does_it() -> None:
    # Oracle: the same draws, one after the other, through the public appraisal.
    desk = lab()
    errors = desk.errors(PATTERN)
    result = desk.simulate(SamplePlan("sixty", "simple", 60), PATTERN, runs=50)
    chosen = draws(np.random.default_rng([1, 2]), 900, 60, 50)
    limits = [appraise_values(errors[row].tolist(), universe_count=900).total.interval(0.9) for row in chosen]
    truth = errors.sum()
    assert result.coverage == np.mean([limit.lower <= truth <= limit.upper for limit in limits])
    halves = np.median([limit.upper - limit.lower for limit in limits]) / 2
    assert result.precision == pytest.approx(halves / truth)
    assert result.above_chance == np.mean([limit.lower > desk.threshold_amount for limit in limits])
    assert (result.mean_charts, result.hours) == (60, 30)


def test_a_stratified_plan_is_appraised_as_the_appraisal_does_it() -> None:
    desk = lab()
    errors = desk.errors(PATTERN)
    result = desk.simulate(STRATIFIED, PATTERN, runs=30)
    generator = np.random.default_rng([1, 2])
    inpatient = draws(generator, 400, 60, 30) + 500
    office = draws(generator, 500, 40, 30)
    limits = [
        appraise_strata(
            [ValueStratum(errors[rows].tolist(), size) for rows, size in ((first, 400), (second, 500))],
            limits="z",
        ).total.interval(0.9)
        for first, second in zip(inpatient, office, strict=True)
    ]
    halves = np.median([limit.upper - limit.lower for limit in limits]) / 2
    assert result.precision == pytest.approx(halves / errors.sum())
    assert result.lower_coverage == np.mean([limit.lower <= errors.sum() for limit in limits])


def test_a_sequential_plan_stops_early_and_holds() -> None:
    desk = lab()
    clean = desk.simulate(SamplePlan("by dollars", "sequential", 300), ErrorPattern("none", 0.0), runs=50)
    assert clean.below_chance == 1.0
    assert clean.mean_charts < 80
    assert clean.precision is None
    many = desk.simulate(SamplePlan("by dollars", "sequential", 300), ErrorPattern("many", 0.3), runs=200)
    assert many.above_chance > 0.99
    assert many.mean_charts < 60
    assert many.coverage >= 0.85
    short = desk.simulate(SamplePlan("short", "sequential", 20), PATTERN, runs=20)
    assert short.ninety_percent_charts == 20


def test_a_complete_review_knows() -> None:
    result = lab().simulate(SamplePlan("all", "simple", 900), PATTERN, runs=3)
    assert result.precision == pytest.approx(0)
    assert result.coverage == 1.0


def test_the_same_seed_gives_the_same_audits() -> None:
    plans = [SamplePlan("sixty", "simple", 60), STRATIFIED, SamplePlan("by dollars", "sequential", 100)]
    assert lab().compare(plans, [PATTERN], runs=20) == lab().compare(plans, [PATTERN], runs=20)
    assert lab(seed=2).compare(plans, [PATTERN], runs=20) != lab().compare(plans, [PATTERN], runs=20)


@pytest.mark.parametrize(
    ("plan", "pattern", "words"),
    [
        (SamplePlan("p", "simple", 901), PATTERN, "larger than"),
        (SamplePlan("p", "simple", 1), PATTERN, "at least 2"),
        (SamplePlan("p", "stratified", stratum_counts={"office": 5}), PATTERN, "'inpatient'"),
        (SamplePlan("p", "stratified", stratum_counts={"clinic": 5}), PATTERN, "clinic"),
        (SamplePlan("p", "simple", 10), ErrorPattern("e", 1.5), "between 0 and 1"),
        (SamplePlan("p", "simple", 10), ErrorPattern("e", 0.1, 0.9, 0.1), "above highest_share"),
        (SamplePlan("p", "simple", 10), ErrorPattern("e", 0.1, rates={"clinic": 0.1}), "clinic"),
    ],
)
def test_what_cannot_be_is_refused(plan: SamplePlan, pattern: ErrorPattern, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        lab().simulate(plan, pattern, runs=2)
    with pytest.raises(UsageError, match="below 0"):
        DesignLab([1.0, -1.0])


def test_a_plan_by_size_is_exact_where_errors_follow_size_and_covers_where_they_do_not() -> None:
    everything = lab().simulate(SamplePlan("all wrong", "by size", 30), ErrorPattern("all", 1.0), runs=20)
    assert everything.precision == pytest.approx(0, abs=1e-9)
    tried = lab().simulate(SamplePlan("by size", "by size", 80), ErrorPattern("30 %", 0.3), runs=400)
    assert (tried.mean_charts, tried.hours) == (80, 40)
    assert 0.84 <= tried.coverage <= 0.96


def test_a_cluster_plan_is_appraised_as_the_appraisal_does_it() -> None:
    clusters = [f"C{number % 45}" for number in range(900)]
    desk = DesignLab(AMOUNTS, clusters=clusters)
    errors = desk.errors(PATTERN)
    result = desk.simulate(SamplePlan("nine", "cluster", 9), PATTERN, runs=40)
    sums = [errors[[name == f"C{number}" for name in clusters]].sum() for number in range(45)]
    by_name = dict(zip((f"C{number}" for number in range(45)), sums, strict=True))
    ordered = np.asarray([by_name[name] for name in sorted(by_name)])
    generator = np.random.default_rng([1, 2])
    limits = []
    for _ in range(40):
        chosen = generator.choice(45, 9, replace=False, shuffle=False)
        limits.append(cluster_total(ordered[chosen].tolist(), universe_count=45).interval(0.9))
    halves = np.median([limit.upper - limit.lower for limit in limits]) / 2
    assert result.mean_charts == 180
    assert result.precision == pytest.approx(halves / errors.sum())
    staged = desk.simulate(SamplePlan("two stages", "cluster", 9, 5), PATTERN, runs=200)
    assert staged.mean_charts == 45
    assert staged.precision > result.precision


def test_plans_that_the_universe_cannot_give_are_refused() -> None:
    with pytest.raises(UsageError):
        lab().simulate(SamplePlan("one cluster", "cluster", 1), PATTERN, runs=2)
    with pytest.raises(UsageError):
        lab().simulate(SamplePlan("too many", "by size", 901), PATTERN, runs=2)
    with pytest.raises(UsageError):
        DesignLab(AMOUNTS, clusters=["one"])
