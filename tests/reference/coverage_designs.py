"""Coverage on designs with strata, stages, clusters and unequal chances."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditlib.stats.estimators.attribute_appraisal import AttributeStratum, appraise_attribute_strata
from auditlib.stats.estimators.cautions import multinomial_cautions
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.expansion import ExpandedTotal
from auditlib.stats.estimators.multistage import (
    ClusterStratum,
    PrimaryUnit,
    RhcUnit,
    SampledUnit,
    ShareAndTotal,
    cluster_total,
    rhc_total,
    stratified_cluster_share,
    stratified_cluster_total,
    stratified_multistage_total,
    three_stage_share,
    three_stage_total,
    two_stage_share,
    two_stage_total,
)
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.unequal_probability import appraise_unequal
from auditlib.stats.estimators.variable_appraisal import (
    SampleSummary,
    ValueStratum,
    appraise_poststrata,
    appraise_strata,
    appraise_unknown_universe,
)
from auditlib.stats.intervals.bounds import stratified_count_limits, stringer_bound
from auditlib.stats.intervals.monetary_unit import multinomial_dirichlet_bound
from tests.reference.coverage_cells import CONFIDENCE, ONE_SIDED, Cell, Tally, clear_of

RATES = (0.03, 0.30, 0.60, 0.95)
PER_STRATUM = (20, 50, 130)
CLUSTER_SAMPLES = (10, 30, 100)
DOLLAR_SAMPLES = (60, 200)
_STRATUM_SIZES, _STRATUM_CENTRES = (3_000, 1_200, 500), (4.5, 6.5, 8.5)
_CLUSTER_COUNT, _PER_CLUSTER = 400, 5
_PARTLY = "30% partly wrong"


def _share_by(function: Callable[..., ShareAndTotal], *given: object, **named: object) -> Estimate:
    return function(*given, **named).share


def names() -> list[str]:
    """Return the error patterns of these universes."""
    return [f"{rate:.0%} wrong altogether" for rate in RATES] + [_PARTLY]


def _errors(name: str, paid: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    if name == _PARTLY:
        shares = np.where(generator.random(len(paid)) < 0.3, generator.beta(0.5, 2, len(paid)), 0)
        return np.asarray((paid * shares).round(2))
    return clear_of(paid, float(name.split("%", maxsplit=1)[0]) / 100, generator)


def _chosen(generator: np.random.Generator, size: int, count: int) -> NDArray[np.int64]:
    return generator.choice(size, count, replace=False)


def strata_cells(name: str, per_stratum: int, *, runs: int, seed: int) -> list[Cell]:
    """Three strata by dollars, as many units of each; and the same universe split after a simple draw."""
    generator = np.random.default_rng([seed, per_stratum])
    paid = [
        generator.lognormal(centre, 0.4, size).round(2)
        for size, centre in zip(_STRATUM_SIZES, _STRATUM_CENTRES, strict=True)
    ]
    errors = [_errors(name, part, generator) for part in paid]
    truth = math.fsum(float(part.sum()) for part in errors)
    items = sum(int((part > 0).sum()) for part in errors)
    universe, paid_total = sum(_STRATUM_SIZES), math.fsum(float(part.sum()) for part in paid)
    tally = Tally(name, f"{per_stratum} of each of 3 strata", runs)
    later = Tally(name, f"{3 * per_stratum}, split after the draw", runs)
    together, ends = np.concatenate(errors), np.cumsum(_STRATUM_SIZES)
    for _ in range(runs):
        picks = [_chosen(generator, size, per_stratum) for size in _STRATUM_SIZES]
        samples = [part[pick] for part, pick in zip(errors, picks, strict=True)]
        strata = [
            ValueStratum(sample.tolist(), size) for sample, size in zip(samples, _STRATUM_SIZES, strict=True)
        ]
        tally.estimate("stratified values, z", truth, appraise_strata, strata)
        tally.estimate("stratified values, t", truth, appraise_strata, strata, limits="t")
        pairs = [
            PairStratum(stratum.values, part[pick].tolist(), stratum.universe_count)
            for stratum, part, pick in zip(strata, paid, picks, strict=True)
        ]
        tally.estimate("stratified ratio, z", truth, appraise_ratio, pairs, base_total=paid_total)
        counts = [
            AttributeStratum(int((sample > 0).sum()), per_stratum, size)
            for sample, size in zip(samples, _STRATUM_SIZES, strict=True)
        ]
        tally.estimate("stratified counts, z", items, appraise_attribute_strata, counts)
        exact = stratified_count_limits(counts, confidence=CONFIDENCE)
        tally.limits("stratified counts, exact", (exact.lower, exact.upper, ()), items)
        pick = np.sort(_chosen(generator, universe, 3 * per_stratum))
        parts = np.split(together[pick], np.searchsorted(pick, ends[:-1]))
        after = [ValueStratum(part.tolist(), size) for part, size in zip(parts, _STRATUM_SIZES, strict=True)]
        later.estimate("post-stratified, z", truth, appraise_poststrata, after, universe_count=universe)
    return tally.cells() + later.cells()


@dataclass(frozen=True)
class _Clusters:
    """Errors of a universe of clusters, as dollars and as 0 and 1."""

    errors: list[NDArray[np.float64]]

    @classmethod
    def of(cls, name: str, generator: np.random.Generator) -> _Clusters:
        """Wrong units come together: some clusters hold many of them."""
        sizes = 6 + generator.geometric(0.08, _CLUSTER_COUNT)
        care = generator.permutation(_CLUSTER_COUNT)
        paid = generator.lognormal(5, 0.7, int(sizes.sum())).round(2)
        owner = np.repeat(np.arange(_CLUSTER_COUNT), sizes)
        errors = _errors(name, paid, generator)
        # Half of the units are put in order of their cluster's care, so that errors cluster.
        moved = np.flatnonzero(generator.random(len(paid)) < 0.5)
        by_care = moved[np.argsort(care[owner[moved]], kind="stable")]
        errors[by_care] = np.sort(errors[by_care]) if name != _PARTLY else errors[by_care]
        return cls(np.split(errors, np.cumsum(sizes)[:-1]))

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.array([len(part) for part in self.errors])


def cluster_cells(name: str, cluster_count: int, *, runs: int, seed: int) -> list[Cell]:
    """Clusters reviewed completely, or through a sample of their units, and through groups by size."""
    generator = np.random.default_rng([seed, cluster_count])
    universe = _Clusters.of(name, generator)
    totals = np.array([float(part.sum()) for part in universe.errors])
    items = np.array([int((part > 0).sum()) for part in universe.errors])
    sizes, truth = universe.sizes, float(totals.sum())
    share = float(items.sum() / sizes.sum())
    tally = Tally(name, f"{cluster_count} of {_CLUSTER_COUNT} clusters", runs)
    half = _CLUSTER_COUNT // 2
    for _ in range(runs):
        pick = _chosen(generator, _CLUSTER_COUNT, cluster_count)
        sample = totals[pick].tolist()
        tally.estimate("clusters, total", truth, cluster_total, sample, universe_count=_CLUSTER_COUNT)
        whole = ClusterStratum(items[pick].tolist(), sizes[pick].tolist(), _CLUSTER_COUNT)
        tally.estimate("clusters, share", share, _share_by, stratified_cluster_share, [whole])
        parts = [_chosen(generator, half, cluster_count // 2) + offset for offset in (0, half)]
        halves = [(totals[part].tolist(), half) for part in parts]
        tally.estimate("stratified clusters, total", truth, stratified_cluster_total, halves)
        units, counts = _secondary(universe, pick, generator)
        tally.estimate("two-stage, total", truth, two_stage_total, units, universe_count=_CLUSTER_COUNT)
        tally.estimate(
            "two-stage, share", share, _share_by, two_stage_share, counts, universe_count=_CLUSTER_COUNT
        )
        strata = [
            two_stage_total(_secondary(universe, part, generator)[0], universe_count=half) for part in parts
        ]
        tally.estimate("stratified multistage", truth, stratified_multistage_total, strata)
        _rhc(tally, totals, sizes, cluster_count, generator)
    return tally.cells()


def _secondary(
    universe: _Clusters, pick: NDArray[np.int64], generator: np.random.Generator
) -> tuple[list[SampledUnit], list[SampledUnit]]:
    units, counts = [], []
    for number in pick.tolist():
        part = universe.errors[number]
        sample = part[_chosen(generator, len(part), _PER_CLUSTER)]
        units.append(SampledUnit.from_values(len(part), sample.tolist()))
        found = int((sample > 0).sum())
        counts.append(SampledUnit.from_count(len(part), item_count=found, sample_count=_PER_CLUSTER))
    return units, counts


def _rhc(
    tally: Tally,
    totals: NDArray[np.float64],
    sizes: NDArray[np.int64],
    group_count: int,
    generator: np.random.Generator,
) -> None:
    groups = np.array_split(generator.permutation(len(sizes)), group_count)
    drawn = [int(generator.choice(group, p=sizes[group] / sizes[group].sum())) for group in groups]
    units = [
        RhcUnit(float(sizes[unit]), float(sizes[group].sum()), ExpandedTotal(float(totals[unit])))
        for unit, group in zip(drawn, groups, strict=True)
    ]
    counts = [len(group) for group in groups]
    tally.estimate("RHC", float(totals.sum()), rhc_total, units, group_counts=counts)


def three_stage_cells(name: str, primary_count: int, *, runs: int, seed: int) -> list[Cell]:
    """150 practices of 8 months of 20 claims, 3 months and 4 claims of each; and an unknown universe."""
    generator = np.random.default_rng([seed, primary_count, 3])
    practices, months, claims = 150, 8, 20
    paid = generator.lognormal(5, 0.7, practices * months * claims).round(2)
    errors = _errors(name, paid, generator).reshape(practices, months, claims)
    truth, share = float(errors.sum()), float((errors > 0).mean())
    tally = Tally(name, f"{primary_count} of {practices} practices", runs)
    flat, drawers = errors.ravel(), generator.poisson(40, _CLUSTER_COUNT) + 1
    papers = generator.choice(flat, int(drawers.sum()))
    for _ in range(runs):
        values, counts = [], []
        for practice in _chosen(generator, practices, primary_count).tolist():
            chosen = [
                errors[practice, month][_chosen(generator, claims, 4)]
                for month in _chosen(generator, months, 3).tolist()
            ]
            values.append(
                PrimaryUnit(
                    months, tuple(SampledUnit.from_values(claims, sample.tolist()) for sample in chosen)
                )
            )
            counts.append(
                PrimaryUnit(
                    months,
                    tuple(
                        SampledUnit.from_count(claims, item_count=int((sample > 0).sum()), sample_count=4)
                        for sample in chosen
                    ),
                )
            )
        tally.estimate("three-stage, total", truth, three_stage_total, values, universe_count=practices)
        tally.estimate(
            "three-stage, share", share, _share_by, three_stage_share, counts, universe_count=practices
        )
        containers = drawers[_chosen(generator, len(drawers), primary_count)]
        elements = papers[_chosen(generator, len(papers), 5 * primary_count)]
        tally.estimate(
            "unknown universe",
            float(papers.sum()),
            appraise_unknown_universe,
            SampleSummary.from_values(containers.tolist()),
            SampleSummary.from_values(elements.tolist()),
            container_count=len(drawers),
        )
    return tally.cells()


def dollar_cells(name: str, dollar_count: int, *, runs: int, seed: int) -> list[Cell]:
    """Units drawn by dollars: Horvitz and Thompson's total, Stringer's and the multinomial bound."""
    generator = np.random.default_rng([seed, dollar_count, 4])
    paid = generator.lognormal(5, 0.9, 5_000).round(2)
    errors = _errors(name, paid, generator)
    truth, book = float(errors.sum()), float(paid.sum())
    tally = Tally(name, f"{dollar_count} dollars", runs)
    interval = book / dollar_count
    for _ in range(runs):
        # Without replacement: systematic over the units in random order.
        order = generator.permutation(len(paid))
        marks = (np.arange(dollar_count) + generator.random()) * interval
        hit = order[np.searchsorted(np.cumsum(paid[order]), marks)]
        units = np.unique(hit)
        chances = np.minimum(1.0, paid[units] / interval)
        values, each = errors[units].tolist(), chances.tolist()
        tally.estimate("unequal chances, t", truth, appraise_unequal, values, each)
        taints = (errors[hit] / paid[hit])[errors[hit] > 0].tolist()
        sampled = {"sample_count": dollar_count, "book_amount": book, "confidence": ONE_SIDED}
        surely = (-math.inf, stringer_bound(taints, **sampled), ())
        tally.limits("Stringer, upper", surely, truth, nominal=ONE_SIDED)
        likely = (
            -math.inf,
            multinomial_dirichlet_bound(taints, **sampled),
            multinomial_cautions(taints, sample_count=dollar_count),
        )
        tally.limits("multinomial, upper", likely, truth, nominal=ONE_SIDED)
    return tally.cells()
