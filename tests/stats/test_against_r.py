"""Random designs: our estimates and standard errors beside those of R's survey package.

Where the two differ by definition the test converts exactly, and says how: z against t, Cochran's second
term after post-stratification, the centre of Hajek's variance.
"""

from __future__ import annotations

import csv
import math
import shutil
import subprocess
from collections import Counter
from functools import cache

import pytest

from auditlib.stats.estimators.attribute_appraisal import AttributeStratum, appraise_attribute_strata
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.moments import moments
from auditlib.stats.estimators.multistage import (
    ClusterStratum,
    PrimaryUnit,
    SampledUnit,
    stratified_cluster_share,
    stratified_cluster_total,
    three_stage_share,
    three_stage_total,
    two_stage_share,
    two_stage_total,
)
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.unequal_probability import appraise_unequal
from auditlib.stats.estimators.variable_appraisal import (
    ValueStratum,
    appraise_poststrata,
    appraise_strata,
    appraise_values,
)
from tests.stats.random_designs import COLUMNS, KINDS, RandomDesign, SampledRow, random_designs

COUNT, SEED = 96, 20_261_123
DESIGNS = {design.name: design for design in random_designs(COUNT, seed=SEED)}
RSCRIPT = shutil.which("Rscript")
Found = dict[str, dict[str, tuple[float, float]]]


@cache
def has_survey() -> bool:
    if RSCRIPT is None:
        return False
    asked = [RSCRIPT, "-e", "quit(status = !requireNamespace('survey'))"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def in_r(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Found:
    """Return what R says of every design: name of the figure -> estimate and standard error."""
    if RSCRIPT is None or not has_survey():
        pytest.skip("R's survey package is not installed (Debian: r-base-core r-cran-survey)")
    path = tmp_path_factory.mktemp("r") / "units.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(
            [getattr(row, name) for name in COLUMNS] for design in DESIGNS.values() for row in design.rows
        )
    script = request.path.with_name("survey.R")
    ran = subprocess.run([RSCRIPT, str(script), str(path)], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found: Found = {}
    for design, name, first, second in csv.reader(ran.stdout.splitlines()):
        found.setdefault(design, {})[name] = (float(first), float(second))
    return found


def of_kind(*kinds: str) -> list[str]:
    return [name for name, design in DESIGNS.items() if design.kind in kinds]


def same(estimate: Estimate, pair: tuple[float, float]) -> None:
    # A standard error of nothing is nothing up to rounding of the values it was formed from.
    slack = 1e-9 * max(1.0, abs(estimate.point))
    assert estimate.point == pytest.approx(pair[0], rel=1e-9, abs=slack)
    assert estimate.standard_error == pytest.approx(pair[1], rel=1e-8, abs=slack)


def values_of(rows: list[SampledRow], column: str = "y") -> list[float]:
    return [getattr(row, column) for row in rows]


def sampled(rows: list[SampledRow], column: str, size: int) -> SampledUnit:
    if column == "item":
        return SampledUnit.from_count(size, item_count=sum(row.item for row in rows), sample_count=len(rows))
    return SampledUnit.from_values(size, values_of(rows))


def secondary(design: RandomDesign, column: str) -> list[SampledUnit]:
    return [sampled(rows, column, rows[0].n2) for rows in design.groups("first")]


def primary(design: RandomDesign, column: str) -> list[PrimaryUnit]:
    units = []
    for rows in design.groups("first"):
        inside = RandomDesign(design.name, design.kind, tuple(rows)).groups("second")
        units.append(PrimaryUnit(rows[0].n2, tuple(sampled(part, column, part[0].n3) for part in inside)))
    return units


def strata_of(design: RandomDesign, *, domain: bool = False) -> list[ValueStratum]:
    return [
        ValueStratum([row.y * (row.domain if domain else 1) for row in rows], rows[0].n1)
        for rows in design.groups("stratum")
    ]


def cluster_strata(design: RandomDesign) -> list[tuple[list[float], int]]:
    return [
        (
            [math.fsum(values_of(part)) for part in inside.groups("first")],
            inside.rows[0].n1,
        )
        for inside in (
            RandomDesign(design.name, design.kind, tuple(rows)) for rows in design.groups("stratum")
        )
    ]


def our_total(design: RandomDesign) -> Estimate:
    universe = design.rows[0].n1
    if design.kind == "simple":
        return appraise_values(values_of(list(design.rows)), universe_count=universe).total
    if design.kind == "stratified":
        return appraise_strata(strata_of(design)).total
    if design.kind == "clusters":
        return stratified_cluster_total(cluster_strata(design))
    if design.kind == "two_stage":
        return two_stage_total(secondary(design, "y"), universe_count=universe)
    assert design.kind == "three_stage"
    return three_stage_total(primary(design, "y"), universe_count=universe)


def test_every_kind_is_drawn_several_times() -> None:
    assert Counter(design.kind for design in DESIGNS.values()) == dict.fromkeys(KINDS, COUNT // len(KINDS))
    assert any(row.n1 == len(rows) for name in of_kind("stratified") for rows in
               DESIGNS[name].groups("stratum") for row in rows)  # fmt: skip


@pytest.mark.parametrize("name", of_kind("simple", "stratified", "clusters", "two_stage", "three_stage"))
def test_totals(name: str, in_r: Found) -> None:
    same(our_total(DESIGNS[name]), in_r[name]["total"])


@pytest.mark.parametrize("name", of_kind("simple", "stratified"))
def test_limits_by_z_and_by_t(name: str, in_r: Found) -> None:
    """R's default is z; with degf() it is Student's with units less strata: ours are the same two rules."""
    strata = strata_of(DESIGNS[name])
    for rule, key in (("z", "limits"), ("t", "t limits")):
        if len(strata) == 1:
            only = strata[0]
            total = appraise_values(only.values, universe_count=only.universe_count, limits=rule).total  # type: ignore[arg-type]  # one of the two
        else:
            total = appraise_strata(strata, limits=rule).total  # type: ignore[arg-type]  # one of the two
        limits = total.interval(0.90)
        assert (limits.lower, limits.upper) == pytest.approx(in_r[name][key], rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("name", of_kind("simple", "stratified"))
def test_domains(name: str, in_r: Found) -> None:
    """The total of a part of the universe: units outside count as 0, and the sample keeps its size."""
    same(appraise_strata(strata_of(DESIGNS[name], domain=True)).total, in_r[name]["domain"])


@pytest.mark.parametrize("name", of_kind("simple", "stratified"))
def test_ratios(name: str, in_r: Found) -> None:
    strata = [
        PairStratum(values_of(rows), values_of(rows, "x"), rows[0].n1)
        for rows in DESIGNS[name].groups("stratum")
    ]
    same(appraise_ratio(strata).ratio, in_r[name]["ratio"])


@pytest.mark.parametrize("name", of_kind("simple", "stratified"))
def test_shares_of_units(name: str, in_r: Found) -> None:
    strata = [
        AttributeStratum(sum(row.item for row in rows), len(rows), rows[0].n1)
        for rows in DESIGNS[name].groups("stratum")
    ]
    same(appraise_attribute_strata(strata).share, in_r[name]["share"])


@pytest.mark.parametrize("name", of_kind("two_stage", "three_stage"))
def test_shares_of_elements(name: str, in_r: Found) -> None:
    design = DESIGNS[name]
    universe = design.rows[0].n1
    if design.kind == "two_stage":
        found = two_stage_share(secondary(design, "item"), universe_count=universe)
    else:
        found = three_stage_share(primary(design, "item"), universe_count=universe)
    same(found.share, in_r[name]["share"])


@pytest.mark.parametrize("name", of_kind("clusters"))
def test_shares_of_clustered_elements(name: str, in_r: Found) -> None:
    """In each stratum; over strata ours adds the parts, R's ratio pools them: the same for one stratum."""
    design = DESIGNS[name]
    for rows in design.groups("stratum"):
        clusters = RandomDesign(name, design.kind, tuple(rows)).groups("first")
        stratum = ClusterStratum(
            [sum(row.item for row in part) for part in clusters], [len(part) for part in clusters], rows[0].n1
        )
        same(stratified_cluster_share([stratum]).share, in_r[name][f"share {rows[0].stratum}"])


@pytest.mark.parametrize("name", of_kind("simple"))
def test_post_strata(name: str, in_r: Found) -> None:
    """RAT-STATS keeps Cochran's two terms; R linearises: (1-n/N) n/(n-1) sum (N_h/n_h)^2 (n_h-1) s_h^2."""
    rows = sorted(DESIGNS[name].rows, key=lambda row: row.post)
    parts = RandomDesign(name, "simple", tuple(rows)).groups("post")
    n, universe = len(rows), rows[0].n1
    ours = appraise_poststrata(
        [ValueStratum(values_of(part), part[0].post_size) for part in parts], universe_count=universe
    )
    linearised = 0.0
    for part, stratum in zip(parts, ours.strata, strict=True):
        size = part[0].post_size
        # Their standard error turned back into the spread of the part.
        cochran = (universe - n) / n * size + universe / n**2 * (universe - size)
        spread = stratum.standard_error**2 / cochran
        assert spread == pytest.approx((moments(values_of(part)).standard_deviation or 0) ** 2)
        linearised += (size / len(part)) ** 2 * (len(part) - 1) * spread
    variance = (1 - n / universe) * n / (n - 1) * linearised
    same(Estimate(ours.total.point, math.sqrt(variance), None, "as R has it"), in_r[name]["post-stratified"])


@pytest.mark.parametrize("name", of_kind("unequal"))
def test_unequal_chances(name: str, in_r: Found) -> None:
    """Hajek centres on the mean weighted by 1 - pi, R's Brewer on the plain mean of y / pi."""
    rows = DESIGNS[name].rows
    ours = appraise_unequal([row.y for row in rows], [row.chance for row in rows])
    expanded = [row.y / row.chance for row in rows]
    left = [1 - row.chance for row in rows]
    weighted = math.fsum(share * total for share, total in zip(left, expanded, strict=True)) / math.fsum(left)
    apart = (math.fsum(expanded) / len(rows) - weighted) ** 2
    more = len(rows) / (len(rows) - 1) * math.fsum(left) * apart
    brewer = math.sqrt(ours.standard_error**2 + more)
    same(Estimate(ours.point, brewer, None, "as R has it"), in_r[name]["total"])
