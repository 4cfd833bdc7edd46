"""Every public function of the statistics, every argument spoiled in turn: an error in words, never NaN."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import auditlib.stats
from auditlib.errors import AuditError
from auditlib.stats.agreement import agreement_interval, coefficients, set_agreement
from auditlib.stats.comparison import (
    mean_difference,
    paired_shares,
    permuted_excess,
    scanned_excess,
    share_difference,
)
from auditlib.stats.comparison.scanned_excess import Scan
from auditlib.stats.estimators import (
    attribute_appraisal,
    estimate,
    expansion,
    moments,
    multistage,
    programmes,
    ratio_estimator,
    regression_estimator,
    unequal_probability,
    variable_appraisal,
)
from auditlib.stats.estimators.attribute_appraisal import AttributeStratum
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.expansion import ExpandedTotal
from auditlib.stats.estimators.multistage import ClusterStratum, PrimaryUnit, RhcUnit, SampledUnit
from auditlib.stats.estimators.ratio_estimator import PairStratum
from auditlib.stats.estimators.variable_appraisal import SampleSummary, ValueStratum
from auditlib.stats.intervals import (
    bootstrap,
    bounds,
    clustered_share,
    hypergeometric,
    monetary_unit,
    net_total,
    proportion,
)
from auditlib.stats.intervals.net_total import NetStratum
from auditlib.stats.items import item_analysis
from auditlib.stats.prediction import reliability, ridge_logistic
from auditlib.stats.ratstats import claimed_draw, random_numbers
from auditlib.stats.sequential import confidence_sequence, weighted_sequence
from auditlib.stats.sequential.design_lab import DesignLab, ErrorPattern, SamplePlan
from auditlib.stats.sequential.weighted_sequence import WeightedUniverse
from auditlib.stats.sizes import anticipated, sample_size, stratified_size
from auditlib.stats.sizes.stratified_size import PlannedStratum
from auditlib.stats.trends import change_point, control_charts, run_rules, survival

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]

VALUES = [12.0, 0.0, 55.0, 7.5, 0.0, 31.0]
PAID = [12.0, 40.0, 55.0, 7.5, 90.0, 31.0]
TABLE = [[20, 5], [10, 15]]
EARNED = [[1.0, 0.5, 0.0], [1.0, 1.0, 0.5], [0.0, 0.5, 0.0], [1.0, 0.0, 1.0], [0.5, 0.5, 0.5]]
STRATA = [AttributeStratum(2, 10, 100), AttributeStratum(1, 20, 60)]
VALUE_STRATA = [ValueStratum([5.0, 0.0, 9.0], 20), ValueStratum([100.0, 40.0], 8)]
NET_STRATA = [
    NetStratum([5.0, 0.0, -2.0], 8, 4.0, [9.0, 3.0, 7.0, 1.0, 0.0]),
    NetStratum([100.0, 40.0], 3, [10.0], 200.0),
]
PAIRS = [PairStratum([5.0, 0.0, 9.0], [10.0, 20.0, 9.0], 20), PairStratum([1.0, 4.0], [8.0, 9.0], 8)]
EXPANDED = [ExpandedTotal(10.0, 2.0), ExpandedTotal(14.0, 3.0)]
PLANNED = [PlannedStratum(500, 100.0, 40.0), PlannedStratum(200, 900.0, 300.0)]
TOTAL = Estimate(100.0, 12.0, None, "given")
SURELY = {"confidence": 0.9}


def two_stage(function: Callable[..., Any]) -> Callable[..., Any]:
    """Build the sampled units from plain numbers, so that these can be spoiled."""

    def call(first: list[float], second: list[float], size: int, universe_count: int) -> Any:  # noqa: ANN401 - as the function
        units = [SampledUnit.from_values(size, first), SampledUnit.from_values(size, second)]
        return function(units, universe_count=universe_count)

    return call


def three_stage(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(first: list[float], second: list[float], size: int, universe_count: int) -> Any:  # noqa: ANN401 - as the function
        inner = (SampledUnit.from_values(size, first), SampledUnit.from_values(size, second))
        return function([PrimaryUnit(size, inner), PrimaryUnit(9, inner)], universe_count=universe_count)

    return call


def in_the_lab(amounts: list[float], threshold: float, rate: float, count: int) -> object:
    lab = DesignLab(amounts, threshold=threshold)
    return lab.simulate(SamplePlan("p", "simple", count), ErrorPattern("e", rate), runs=20)


def weighted(errors: list[float], amounts: list[float], total: float, threshold: float) -> object:
    return weighted_sequence.weighted_confidence_sequence(
        errors,
        amounts,
        amounts,
        universe=WeightedUniverse(total, total, 1.0),
        threshold=threshold,
        confidence=0.9,
    )


CALLS: dict[str, Call] = {
    "coefficients.cohen_kappa": (coefficients.cohen_kappa, (TABLE,), {"weights": "linear"}),
    "coefficients.pabak": (coefficients.pabak, (TABLE,), {}),
    "coefficients.ratings_of_table": (coefficients.ratings_of_table, (TABLE,), {}),
    "coefficients.gwet_ac1": (coefficients.gwet_ac1, ([[1, 1], [1, 2], [2, 2]],), {"category_count": 2}),
    "coefficients.fleiss_kappa": (coefficients.fleiss_kappa, ([[3, 0], [1, 2], [2, 1]],), {}),
    "coefficients.krippendorff_alpha": (coefficients.krippendorff_alpha, ([[1, 1], [1, 2], [2, 2]],), {}),
    "agreement_interval.agreement_interval": (
        agreement_interval.agreement_interval,
        (TABLE, "kappa"),
        SURELY,
    ),
    "item_analysis.item_statistics": (item_analysis.item_statistics, (EARNED,), SURELY),
    "item_analysis.reliability": (item_analysis.reliability, (EARNED,), SURELY),
    "anticipated.size_precision": (
        anticipated.size_precision,
        (PAID, PAID),
        {"sample_count": 3, "error_rate": 0.2, "lost_share": 0.5, "confidence": 0.9},
    ),
    "anticipated.grouped_size_precision": (
        anticipated.grouped_size_precision,
        (PAID, PAID),
        {"group_count": 3, "error_rate": 0.2, "lost_share": 0.5, "confidence": 0.9},
    ),
    "anticipated.cluster_precision": (
        anticipated.cluster_precision,
        (PAID, ["a", "b", "c", "a", "b", "c"]),
        {
            "cluster_count": 2,
            "units_per_cluster": 1,
            "error_rate": 0.2,
            "lost_share": 0.5,
            "confidence": 0.9,
        },
    ),
    "attribute_appraisal.appraise_attribute": (
        attribute_appraisal.appraise_attribute,
        (3,),
        {"sample_count": 30, "universe_count": 400},
    ),
    "attribute_appraisal.appraise_attribute_strata": (
        attribute_appraisal.appraise_attribute_strata,
        (STRATA,),
        {},
    ),
    "bootstrap.bootstrap_t_interval": (
        bootstrap.bootstrap_t_interval,
        (VALUES,),
        {"universe_count": 50, "confidence": 0.9, "seed": 1, "resamples": 200},
    ),
    "bounds.stratified_count_limits": (bounds.stratified_count_limits, (STRATA,), SURELY),
    "bounds.minimum_sum_bound": (
        bounds.minimum_sum_bound,
        (VALUES, [9.0, 3.0, 20.0]),
        {"error_count": 3, "confidence": 0.9, "least_share": 0.5},
    ),
    "bounds.stringer_bound": (
        bounds.stringer_bound,
        ([0.4, 1.0],),
        {"sample_count": 40, "book_amount": 900.0, "confidence": 0.9},
    ),
    "bounds.empirical_likelihood_interval": (
        bounds.empirical_likelihood_interval,
        (VALUES,),
        {"universe_count": 50, "confidence": 0.9},
    ),
    "net_total.net_total_limits": (
        net_total.net_total_limits,
        (NET_STRATA,),
        {"confidence": 0.9, "seed": 1, "draws": 200},
    ),
    "net_total.net_sample_size": (
        net_total.net_sample_size,
        ([NetStratum([9.0, 0.0, -2.0, 7.0], 60, 5.0)],),
        {"precision": 0.5, "confidence": 0.9},
    ),
    "agreement_interval.clustered_agreement_interval": (
        agreement_interval.clustered_agreement_interval,
        ([[[3, 1], [0, 2]], [[4, 0], [1, 1]], [[2, 0], [0, 1]]], "AC1"),
        SURELY,
    ),
    "change_point.change_point": (
        change_point.change_point,
        ([1.0, 1.0] * 5, [1.0, 2.0] * 5, [1] * 5 + [2] * 5),
        {"seed": 3, "permutation_count": 9},
    ),
    "mean_difference.mean_interval": (mean_difference.mean_interval, ([1.5, 2.0, 4.0],), SURELY),
    "mean_difference.mean_difference_interval": (
        mean_difference.mean_difference_interval,
        ([1.5, 2.0, 4.0], [0.5, 1.0]),
        SURELY,
    ),
    "paired_shares.mcnemar_p_value": (paired_shares.mcnemar_p_value, (3, 8), {}),
    "paired_shares.paired_difference": (
        paired_shares.paired_difference,
        ([1.0, 2.0, 2.0], [2.0, 2.0, 3.0], [1.0, 1.0, 2.0], [2.0, 2.0, 3.0]),
        {"confidence": 0.95},
    ),
    "permuted_excess.excess_p_values": (
        permuted_excess.excess_p_values,
        ([0, 0, 1, 1], [[1], [0], [2], [0]], [3, 4, 3, 4]),
        {"seed": 3, "permutation_count": 9},
    ),
    "run_rules.run_signals": (run_rules.run_signals, ([0.9, 0.8, 0.7], 0.8), {}),
    "control_charts.p_chart": (control_charts.p_chart, ([3, 5, 2], [50, 60, 40]), {"kind": "Laney p'"}),
    "control_charts.u_chart": (control_charts.u_chart, ([3, 5, 2], [5.0, 6.0, 4.0]), {}),
    "control_charts.funnel_limits": (control_charts.funnel_limits, ([30, 200],), {"common_share": 0.1}),
    "control_charts.overdispersion_factor": (
        control_charts.overdispersion_factor,
        ([3, 5, 9], [50, 60, 70]),
        {"winsorised_share": 0.1},
    ),
    "estimate.round_half_up": (estimate.round_half_up, (2.5,), {}),
    "expansion.expand": (expansion.expand, (EXPANDED,), {"universe_count": 9}),
    "expansion.expand_values": (expansion.expand_values, (VALUES,), {"universe_count": 50}),
    "expansion.expand_count": (expansion.expand_count, (2, 9), {"universe_count": 50}),
    "expansion.add_strata": (expansion.add_strata, (EXPANDED,), {}),
    "hypergeometric.hypergeometric_limits": (
        hypergeometric.hypergeometric_limits,
        (3, 30, 400),
        {"tail": Fraction(1, 20)},
    ),
    "clustered_share.cluster_sums": (clustered_share.cluster_sums, ([3, 2, 5], [4, 4, 5]), {}),
    "share_difference.difference_interval": (
        share_difference.difference_interval,
        (
            0.6,
            proportion.Interval(0.49, 0.7, 0.95, "Wilson"),
            0.8,
            proportion.Interval(0.69, 0.88, 0.95, "Wilson"),
        ),
        {},
    ),
    "proportion.wilson_interval": (proportion.wilson_interval, (3, 30), SURELY),
    "proportion.least_share": (proportion.least_share, (3, 30), SURELY),
    "proportion.clopper_pearson_interval": (proportion.clopper_pearson_interval, (3, 30), SURELY),
    "proportion.hypergeometric_interval": (proportion.hypergeometric_interval, (3, 30, 400), SURELY),
    "moments.moments": (moments.moments, (VALUES,), {"kind": "sample"}),
    "monetary_unit.multinomial_dirichlet_bound": (
        monetary_unit.multinomial_dirichlet_bound,
        ([0.4, 1.0],),
        {"sample_count": 40, "book_amount": 900.0, "confidence": 0.9},
    ),
    "multistage.two_stage_total": (two_stage(multistage.two_stage_total), (VALUES, [1.0, 2.0], 9, 20), {}),
    "multistage.two_stage_share": (
        two_stage(multistage.two_stage_share),
        ([1.0, 0.0], [1.0, 1.0], 9, 20),
        {},
    ),
    "multistage.three_stage_total": (
        three_stage(multistage.three_stage_total),
        (VALUES, [1.0, 2.0], 9, 20),
        {},
    ),
    "multistage.three_stage_share": (
        three_stage(multistage.three_stage_share),
        ([1.0, 0.0], [1.0, 1.0], 9, 20),
        {},
    ),
    "multistage.cluster_total": (multistage.cluster_total, (VALUES,), {"universe_count": 50}),
    "multistage.stratified_cluster_total": (
        multistage.stratified_cluster_total,
        ([([5.0, 9.0], 20), ([1.0, 4.0, 2.0], 8)],),
        {},
    ),
    "multistage.stratified_multistage_total": (multistage.stratified_multistage_total, ([TOTAL, TOTAL],), {}),
    "multistage.stratified_cluster_share": (
        multistage.stratified_cluster_share,
        ([ClusterStratum([1, 3, 0], [10, 12, 9], 20), ClusterStratum([1, 1], [4, 5], 6, 40.0)],),
        {},
    ),
    "multistage.rhc_total": (
        multistage.rhc_total,
        ([RhcUnit(10.0, 40.0, ExpandedTotal(7.0, 1.0)), RhcUnit(20.0, 60.0, ExpandedTotal(9.0))],),
        {"group_counts": [4, 5]},
    ),
    "programmes.net_differences": (programmes.net_differences, (VALUES,), {"netting": "gross"}),
    "programmes.overpayment": (programmes.overpayment, (VALUE_STRATA,), {"programme": programmes.PIM}),
    "programmes.demand_of": (
        programmes.demand_of,
        (TOTAL,),
        {"programme": programmes.PIM, "sample_count": 30},
    ),
    "programmes.financial_error_rate": (programmes.financial_error_rate, (50.0, 900.0), {}),
    "programmes.full_sample_size": (programmes.full_sample_size, (VALUES,), {"universe_count": 900}),
    "ratio_estimator.appraise_ratio": (ratio_estimator.appraise_ratio, (PAIRS,), {"base_total": 900.0}),
    "regression_estimator.appraise_regression": (
        regression_estimator.appraise_regression,
        (PAIRS,),
        {"base_total": 900.0},
    ),
    "claimed_draw.verify_claimed_draw": (
        claimed_draw.verify_claimed_draw,
        ([(1, 50)], [(3,), (9,), (20,)]),
        {"spares": [(4,)], "seed": 12.0},
    ),
    "claimed_draw.frame_position": (claimed_draw.frame_position, ([(1, 50), (1, 9)], (1, 3)), {}),
    "claimed_draw.whole_seeds_of_stream": (claimed_draw.whole_seeds_of_stream, (7,), {"limit": 5_000}),
    "claimed_draw.clock_seeds_of_stream": (claimed_draw.clock_seeds_of_stream, (7,), {}),
    "random_numbers.stream_of_seed": (random_numbers.stream_of_seed, (12345,), {}),
    "random_numbers.initial_state": (random_numbers.initial_state, (12345,), {}),
    "random_numbers.draw_sets": (random_numbers.draw_sets, (5.0, [(1, 50), (1, 9)]), {"sample_count": 4}),
    "random_numbers.draw_numbers": (
        random_numbers.draw_numbers,
        (5.0, 1, 50),
        {"sample_count": 4, "spare_count": 2},
    ),
    "random_numbers.frame_item": (random_numbers.frame_item, ([(1, 50), (1, 9)], 12), {}),
    "random_numbers.draw_frames": (
        random_numbers.draw_frames,
        (5.0, [(1, 50), (1, 9)]),
        {"sample_count": 4},
    ),
    "random_numbers.select_rhc": (
        random_numbers.select_rhc,
        ([9.0, 4.0, 20.0, 7.0],),
        {"group_count": 2, "grouping_seed": 100.0, "selection_seed": 200.0},
    ),
    "sample_size.variable_sample_size": (
        sample_size.variable_sample_size,
        (),
        {
            "mean": 400.0,
            "standard_deviation": 50.0,
            "universe_count": 900,
            "precision": 0.1,
            "confidence": 0.9,
        },
    ),
    "sample_size.expected_difference": (
        sample_size.expected_difference,
        (),
        {"error_rate": 0.1, "reported_mean": 300.0, "reported_standard_deviation": 125.0},
    ),
    "sample_size.error_rate_sample_size": (
        sample_size.error_rate_sample_size,
        (),
        {
            "error_rate": 0.1,
            "reported_total": 3e5,
            "reported_standard_deviation": 125.0,
            "universe_count": 900,
            "precision": 0.2,
            "confidence": 0.9,
        },
    ),
    "sample_size.attribute_sample_size": (
        sample_size.attribute_sample_size,
        (),
        {"anticipated_rate": 0.2, "universe_count": 900, "width": 0.1, "confidence": 0.9},
    ),
    "sample_size.proportion_sample_size": (
        sample_size.proportion_sample_size,
        (),
        {"anticipated_rate": 0.2, "precision": 0.05, "confidence": 0.9, "universe_count": 900},
    ),
    "confidence_sequence.confidence_sequence": (
        confidence_sequence.confidence_sequence,
        (VALUES,),
        {"universe_count": 50, "highest_value": 90.0, "confidence": 0.9, "looks": [2, 6]},
    ),
    "weighted_sequence.weighted_confidence_sequence": (weighted, (VALUES, [60.0] * 6, 3000.0, 200.0), {}),
    "weighted_sequence.WeightedUniverse.of": (WeightedUniverse.of, (VALUES, [60.0] * 6), {}),
    "set_agreement.match_codes": (set_agreement.match_codes, (["A", "B"], ["B"]), {}),
    "set_agreement.compare_code_sets": (
        set_agreement.compare_code_sets,
        ([{"A"}, {"B"}], [{"A"}, {"C"}]),
        {},
    ),
    "stratified_size.stratified_sample_size": (
        stratified_size.stratified_sample_size,
        (PLANNED,),
        {"precision": 0.1, "confidence": 0.9},
    ),
    "stratified_size.allocate": (stratified_size.allocate, (PLANNED,), {"sample_count": 60}),
    "stratified_size.stratified_precision": (
        stratified_size.stratified_precision,
        (PLANNED, [30, 30]),
        SURELY,
    ),
    "reliability.brier_score": (reliability.brier_score, ([0.2, 0.7, 0.5], [0, 1, 1]), {}),
    "reliability.reliability_bands": (
        reliability.reliability_bands,
        ([0.2, 0.7, 0.5], [0, 1, 1]),
        {"band_count": 2, "confidence": 0.95},
    ),
    "ridge_logistic.fit_ridge_logistic": (
        ridge_logistic.fit_ridge_logistic,
        ([["a", "x"], ["a", "y"], ["b", "y"]], [0, 1, 1]),
        {"penalty": 1.0, "weights": [1.0, 0.5, 2.0]},
    ),
    "ridge_logistic.learn_chance": (
        ridge_logistic.learn_chance,
        ([["a"], ["a"], ["b"], ["b"]], [0, 1, 1, 0], [1.0, 2.0, 3.0, 4.0]),
        {"block_count": 2},
    ),
    "scanned_excess.scanned_excess": (
        scanned_excess.scanned_excess,
        ([Scan([40, 30, 50], [9, 1, 2], [(0, 1), (1, 3)])],),
        {"seed": 1, "least_count": 5, "permutation_count": 19},
    ),
    "survival.kaplan_meier": (survival.kaplan_meier, ([3.0, 5.0, 9.0], [1, 0, 1]), {}),
    "survival.log_rank": (survival.log_rank, ([3.0, 5.0, 9.0, 4.0], [1, 0, 1, 1], ["a", "b", "a", "b"]), {}),
    "survival.aalen_johansen": (survival.aalen_johansen, ([3.0, 5.0, 9.0], [1, 0, 2]), {"kind_count": 2}),
    "unequal_probability.appraise_unequal": (
        unequal_probability.appraise_unequal,
        (VALUES, [0.2, 0.5, 1.0, 0.1, 0.4, 0.3]),
        {},
    ),
    "variable_appraisal.appraise_values": (
        variable_appraisal.appraise_values,
        (VALUES,),
        {"universe_count": 50},
    ),
    "variable_appraisal.differences": (variable_appraisal.differences, (VALUES, VALUES), {}),
    "variable_appraisal.appraise_strata": (variable_appraisal.appraise_strata, (VALUE_STRATA,), {}),
    "variable_appraisal.appraise_poststrata": (
        variable_appraisal.appraise_poststrata,
        (VALUE_STRATA,),
        {"universe_count": 28},
    ),
    "variable_appraisal.appraise_unknown_universe": (
        variable_appraisal.appraise_unknown_universe,
        (SampleSummary(10, 40.0, 6.0), SampleSummary(30, 9.0, 2.0)),
        {"container_count": 100},
    ),
    "design_lab.DesignLab": (in_the_lab, (VALUES, 0.05, 0.2, 3), {}),
}

# Parts that others call with what they have checked: they take no user's input.
INNER = {
    "arguments", "cautions", "clustered_shares",
    "clustered_share.clustered_interval", "clustered_share.effective_total",
    "clustered_share.shared_design_effect",
    "anticipated.inclusion_chances", "simulated_draws", "design_lab.draws",
    "estimate.normal_quantile", "estimate.two_sided_z", "estimate.student_quantile",
    "estimate.student_probability", "estimate.degrees_for",
    "expansion.sample_variance",
    "hypergeometric.first_true", "hypergeometric.hypergeometric_tail", "hypergeometric.tail_level",
    "limit_coverage.limit_coverage", "limit_coverage.cautions_about", "limit_coverage.forecast_misses",
    "payment_forecast.payment_forecast",
    "moments.estimate_skewness", "moments.effective_freedom",
    "random_numbers.uniforms",
    "set_agreement.with_ancestors",
}  # fmt: skip
SPOILED_NUMBERS = (math.nan, math.inf, -math.inf, -1, 0, 1, 10_000)


def public_functions() -> set[str]:
    names = set()
    for module_info in pkgutil.walk_packages(auditlib.stats.__path__, "auditlib.stats."):
        module = importlib.import_module(module_info.name)
        names |= {
            f"{module_info.name.rpartition('.')[2]}.{name}"
            for name, value in vars(module).items()
            if inspect.isfunction(value) and not name.startswith("_") and value.__module__ == module.__name__
        }
    return names


def test_every_public_function_is_spoiled() -> None:
    inner = {name for name in public_functions() if name in INNER or name.split(".")[0] in INNER}
    assert public_functions() - CALLS.keys() - inner == set()
    assert {name for name in INNER if "." in name} <= public_functions()


def spoiled(value: object) -> Iterator[object]:
    """Yield a value with one number in it, one item of it or all of its items spoiled."""
    if isinstance(value, bool | str | programmes.Programme) or value is None or callable(value):
        return
    if isinstance(value, int | float | Fraction):
        yield from SPOILED_NUMBERS
    elif isinstance(value, Decimal):
        yield from (Decimal("NaN"), Decimal("Infinity"), Decimal(-1), Decimal(0))
    elif isinstance(value, list | tuple):
        yield from _spoiled_items(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            for other in spoiled(getattr(value, part.name)):
                yield lambda value=value, name=part.name, other=other: replace(value, **{name: built(other)})


def _spoiled_items(value: list[Any] | tuple[Any, ...]) -> Iterator[object]:
    kind = type(value)
    if isinstance(value, list) and value:
        yield from ([], value[:1], [*value, value[-1]], value[:1] * len(value))
    for position, item in enumerate(value):
        for other in spoiled(item):
            yield kind([*value[:position], other, *value[position + 1 :]])


def built(value: object) -> object:
    """Build records that were spoiled only now: their own refusal counts as one."""
    if isinstance(value, list | tuple):
        return type(value)(built(item) for item in value)
    if inspect.isfunction(value) and value.__name__ == "<lambda>":
        return built(value())
    return value


def spoiled_calls(
    args: Sequence[object], named: Mapping[str, object]
) -> Iterator[tuple[list[object], dict[str, object]]]:
    for position, value in enumerate(args):
        for other in spoiled(value):
            yield [*args[:position], other, *args[position + 1 :]], dict(named)
    for name, value in named.items():
        for other in spoiled(value):
            yield list(args), {**named, name: other}


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, float | Decimal):
        yield float(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from numbers_in(getattr(value, part.name))
    elif isinstance(value, Mapping):
        yield from numbers_in(list(value.values()))
    elif isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        for item in value:
            yield from numbers_in(item)


def limits_of(value: object) -> object:
    """Return what an estimate says at a level: that too must be numbers."""
    if isinstance(value, Estimate):
        return (value.interval(0.9), value.precision_percent(0.9))
    total = getattr(value, "total", None)
    return limits_of(total) if isinstance(total, Estimate) else None


@pytest.mark.parametrize("name", CALLS)
def test_a_sound_call_gives_numbers(name: str) -> None:
    function, args, named = CALLS[name]
    found = function(*args, **named)
    assert not any(math.isnan(number) for number in numbers_in([found, limits_of(found)]))


@pytest.mark.parametrize("name", CALLS)
def test_a_spoiled_call_is_refused_in_words_or_gives_numbers(name: str) -> None:
    function, args, named = CALLS[name]
    refusals = []
    for spoiled_args, spoiled_named in spoiled_calls(args, named):
        try:
            given = [built(value) for value in spoiled_args]
            found = function(*given, **{key: built(value) for key, value in spoiled_named.items()})
            said = [found, limits_of(found)]
        except AuditError as error:
            refusals.append(str(error))
        except Exception as error:  # noqa: BLE001 - any other is the defect that is looked for
            pytest.fail(f"{type(error).__name__}: {error} for {spoiled_args} {spoiled_named}")
        else:
            assert not any(map(math.isnan, numbers_in(said))), (spoiled_args, spoiled_named, found)
    assert all(len(words) > 15 for words in refusals)
    assert refusals or name.startswith(("set_agreement", "survival"))
