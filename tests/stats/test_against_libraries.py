"""The same random designs beside statsmodels and scipy, which know no finite universe.

Their variances are those of draws with replacement. The conversion is exact: times 1 - n/N of the first
stage, where every sampled first-stage unit was reviewed completely.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.api import OLS, WLS
from statsmodels.stats.weightstats import DescrStatsW

from auditlib.stats.estimators.multistage import ClusterStratum, cluster_total, stratified_cluster_share
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.unequal_probability import appraise_unequal
from auditlib.stats.estimators.variable_appraisal import (
    SampleSummary,
    ValueStratum,
    appraise_strata,
    appraise_unknown_universe,
    appraise_values,
)
from tests.stats.random_designs import RandomDesign, random_designs

DESIGNS = list(random_designs(60, seed=7))


def of_kind(kind: str) -> list[RandomDesign]:
    return [design for design in DESIGNS if design.kind == kind]


def finite(sample: int, universe: int) -> float:
    return math.sqrt(1 - sample / universe)


@pytest.mark.parametrize("confidence", [0.80, 0.90, 0.95, 0.995])
def test_students_limits(confidence: float) -> None:
    for design in of_kind("simple"):
        values, universe = [row.y for row in design.rows], design.rows[0].n1
        theirs = stats.ttest_1samp(values, 0).confidence_interval(confidence)
        again = DescrStatsW(values).tconfint_mean(1 - confidence)
        mean, factor = float(np.mean(values)), finite(len(values), universe)
        ours = appraise_values(values, universe_count=universe).total.interval(confidence)
        for edge, first, second in ((ours.lower, theirs.low, again[0]), (ours.upper, theirs.high, again[1])):
            assert edge == pytest.approx(universe * (mean + factor * (first - mean)))
            assert first == pytest.approx(second)


def test_strata_are_independent_samples() -> None:
    for design in of_kind("stratified"):
        groups = design.groups("stratum")
        parts = [
            (rows[0].n1, DescrStatsW([row.y for row in rows]), finite(len(rows), rows[0].n1))
            for rows in groups
        ]
        total = sum(size * part.mean for size, part, _ in parts)
        error = math.hypot(*(size * part.std_mean * factor for size, part, factor in parts))
        ours = appraise_strata([ValueStratum([row.y for row in rows], rows[0].n1) for rows in groups]).total
        assert (ours.point, ours.standard_error) == pytest.approx((total, error))
        limits = stats.norm.interval(0.9, total, error) if error else (total, total)
        assert (ours.interval(0.9).lower, ours.interval(0.9).upper) == pytest.approx(limits)


def test_a_ratio_is_a_weighted_regression_through_zero() -> None:
    """With weights 1/x the slope is sum y / sum x, and its HC1 variance n/(n-1) sum e^2 / (sum x)^2."""
    for design in of_kind("simple"):
        y, x = (np.array([getattr(row, name) for row in design.rows]) for name in ("y", "x"))
        universe = design.rows[0].n1
        theirs = WLS(y, x, weights=1 / x).fit(cov_type="HC1")
        ours = appraise_ratio([PairStratum(y.tolist(), x.tolist(), universe)]).ratio
        assert ours.point == pytest.approx(theirs.params[0])
        assert ours.standard_error == pytest.approx(theirs.bse[0] * finite(len(y), universe))


def test_a_share_of_clusters_is_a_regression_on_one_with_clustered_errors() -> None:
    for design in of_kind("clusters"):
        for rows in design.groups("stratum"):
            part = RandomDesign(design.name, design.kind, tuple(rows))
            clusters = part.groups("first")
            labels = [number for number, units in enumerate(clusters) for _ in units]
            items = np.array([row.item for units in clusters for row in units], dtype=float)
            fitted = OLS(items, np.ones_like(items)).fit(cov_type="cluster", cov_kwds={"groups": labels})
            stratum = ClusterStratum(
                [sum(row.item for row in units) for units in clusters],
                [len(units) for units in clusters],
                rows[0].n1,
            )
            ours = stratified_cluster_share([stratum]).share
            factor = finite(len(clusters), rows[0].n1)
            assert ours.point == pytest.approx(fitted.params[0])
            assert ours.standard_error == pytest.approx(fitted.bse[0] * factor, abs=1e-12)


def test_cluster_totals_are_a_sample_of_totals() -> None:
    for design in of_kind("clusters"):
        for rows in design.groups("stratum"):
            units = RandomDesign(design.name, design.kind, tuple(rows)).groups("first")
            totals = [math.fsum(row.y for row in unit) for unit in units]
            universe = rows[0].n1
            error = universe * stats.sem(totals) * finite(len(totals), universe)
            ours = cluster_total(totals, universe_count=universe)
            assert (ours.point, ours.standard_error) == pytest.approx((universe * np.mean(totals), error))


def test_equal_chances_are_a_simple_random_sample() -> None:
    for design in of_kind("simple"):
        values, universe = [row.y for row in design.rows], design.rows[0].n1
        expected = appraise_values(values, universe_count=universe).total
        ours = appraise_unequal(values, [len(values) / universe] * len(values))
        assert (ours.point, ours.standard_error) == pytest.approx((expected.point, expected.standard_error))
        assert ours.degrees_of_freedom == expected.degrees_of_freedom


def test_small_chances_are_draws_with_replacement() -> None:
    """Hansen and Hurwitz: the mean of n y / pi and its standard error; Hajek's is theirs as pi goes to 0."""
    for design in of_kind("unequal"):
        chances = [row.chance * 1e-7 for row in design.rows]
        scaled = [len(chances) * row.y / chance for row, chance in zip(design.rows, chances, strict=True)]
        ours = appraise_unequal([row.y for row in design.rows], chances)
        assert ours.point == pytest.approx(np.mean(scaled))
        assert ours.standard_error == pytest.approx(stats.sem(scaled), rel=1e-5)


def test_a_product_of_two_samples_is_goodmans() -> None:
    """var(X Y) is estimated by x^2 v(y) + y^2 v(x) - v(x) v(y), both with their finite correction."""
    generator = np.random.default_rng(11)
    for _ in range(20):
        drawers, papers = generator.poisson(40, 12) + 1, generator.lognormal(3, 1, 60)
        universe = int(generator.integers(12, 500))
        ours = appraise_unknown_universe(
            SampleSummary.from_values(drawers.tolist()),
            SampleSummary.from_values(papers.tolist()),
            container_count=universe,
        )
        count = universe * drawers.mean()
        x, y = stats.sem(drawers) * universe * finite(12, universe), stats.sem(papers) * finite(60, count)
        variance = (count * y) ** 2 + (papers.mean() * x) ** 2 - (x * y) ** 2
        assert ours.point == pytest.approx(count * papers.mean())
        assert ours.standard_error == pytest.approx(math.sqrt(variance))
