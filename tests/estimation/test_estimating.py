"""From verdicts to the universe: by the design of the draw, missing records in error, dollars from a file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.errors import BadInputError, UsageError
from auditlib.review import CorrectedCode, Verdict
from auditlib.sampling import Universe
from auditlib.sampling.request import SampleRequest
from auditlib.stats.estimators.attribute_appraisal import (
    AttributeStratum,
    appraise_attribute,
    appraise_attribute_strata,
)
from auditlib.stats.estimators.multistage import cluster_total
from auditlib.stats.estimators.programmes import PIM, overpayment
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from auditlib.stats.intervals.net_total import NetStratum, net_total_limits
from auditlib.workbench import Workbench
from tests.widgets.test_sample_planner import small_workbench

NOW = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
UNITS = 240


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return small_workbench(tmp_path / "w")


def sampled(bench: Workbench, audit: str) -> list[str]:
    return [unit.unit_id for unit in bench.samples.manifest(audit).selected if unit.role == "sample"]


def review(bench: Workbench, audit: str, wrong: Iterable[str], *, leave: Iterable[str] = ()) -> None:
    """Complete every chart but those left; of the wrong ones a code was missed."""
    session = bench.audit(audit).session()
    for chart in session.encounter_ids:
        if chart in set(leave):
            continue
        session.open_chart(chart, recorded_at=NOW)
        if chart in set(wrong):
            missed = Verdict(
                chart,
                "add",
                corrected=CorrectedCode("ICD-10-CM", "E119", "secondary"),
                error_kind="missed code",
                cause="coder oversight",
            )
            session.decide(missed, recorded_at=NOW)
        session.complete_chart(chart, recorded_at=NOW, go_on=False)


def amounts(path: Path, rows: Iterable[tuple[str, float, float]]) -> Path:
    lines = ["unit_id,examined,audited", *(f"{unit},{paid},{due}" for unit, paid, due in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def drawn_by(bench: Workbench, request: SampleRequest, name: str) -> list[str]:
    bench.samples.draw(Universe("all"), request, name=name)
    return sampled(bench, name)


def test_a_simple_sample_is_estimated_by_the_exact_count_and_by_dollars(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=40), name="q1")
    units = sampled(bench, "q1")
    wrong, missing = units[:7], units[-1:]
    review(bench, "q1", wrong, leave=missing)
    with pytest.raises(UsageError, match="1 of 40 units are not completely reviewed"):
        bench.audit("q1").estimate()
    found = bench.audit("q1").estimate(missing=missing, confidence=[0.9])
    assert (found.error_count, found.missing_count, found.reviewed_count) == (8, 1, 40)
    exact = appraise_attribute(8, sample_count=40, universe_count=UNITS).limits(0.9)
    assert found.error_rates() == [
        {"confidence": 0.9, "rate": 0.2, "lower": exact.lower / UNITS, "upper": exact.upper / UNITS}
    ]
    assert found.dollars_in_error is None
    assert "counts as an error for the full amount" in found.paper

    # Dollars: a recoded claim is priced in the file; units without error may be left out.
    priced = [(unit, 500.0, 380.0) for unit in wrong] + [(missing[0], 900.0, 900.0)]
    path = amounts(tmp_path / "a.csv", priced)
    valued = bench.audit("q1").estimate(amounts=path, missing=missing, programme="PIM")
    assert valued.dollars_in_error is not None
    differences = [120.0] * 7 + [900.0] + [0.0] * 32
    total = appraise_values(differences, universe_count=UNITS).total
    assert valued.dollars_in_error.found.figures[0].point == pytest.approx(total.point)
    demanded = valued.dollars_in_error.demanded
    assert demanded is not None
    assert demanded.demand == pytest.approx(
        overpayment([ValueStratum(differences, UNITS)], programme=PIM).demand
    )
    assert "CMS PIM" in valued.paper
    assert "\\$" in valued._repr_markdown_()


def test_the_net_total_of_an_audit_is_bounded_by_the_largest_underpayment(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=40), name="q1")
    units = sampled(bench, "q1")
    review(bench, "q1", units[:8])
    path = amounts(tmp_path / "a.csv", [(unit, 500.0, 380.0) for unit in units[:7]] + [(units[7], 500, 900)])
    audit = bench.audit("q1")
    with pytest.raises(UsageError, match="no amounts are given"):
        audit.estimate(largest_underpayment=400)
    found = audit.estimate(amounts=path, largest_underpayment=400, confidence=[0.9], sides="lower")
    assert found.dollars_in_error is not None
    row = next(limits for limits in found.dollars_in_error.beside if limits.quantity == "net total")
    values = [120.0] * 7 + [-400.0] + [0.0] * 32
    known = NetStratum(values, UNITS, 400.0)
    assert row.lower == net_total_limits([known], confidence=0.9, sides="lower").lower
    assert "A lower limit by rank gaps holds if" in found.paper


def test_amounts_that_differ_without_an_error_are_told(bench: Workbench, tmp_path: Path) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=40), name="q1")
    units = sampled(bench, "q1")
    review(bench, "q1", units[:7])
    path = amounts(tmp_path / "a.csv", [(unit, 500.0, 380.0) for unit in units[:9]])
    found = bench.audit("q1").estimate(amounts=path)
    assert (found.error_count, found.differing_count) == (7, 2)
    assert "2 reviewed units without an error by verdict have amounts that differ" in found.paper


def test_small_strata_are_no_ground_for_normal_limits() -> None:
    small = [AttributeStratum(2, 4, 300), AttributeStratum(30, 60, 1000)]
    assert [caution.rule for caution in appraise_attribute_strata(small).total.cautions] == ["small stratum"]
    whole = [AttributeStratum(2, 4, 4), AttributeStratum(30, 60, 1000)]
    assert appraise_attribute_strata(whole).total.cautions == ()


def test_strata_and_clusters_are_estimated_by_their_design(bench: Workbench, tmp_path: Path) -> None:
    strata = Universe("all", stratify_by="encounter_class")
    bench.samples.draw(strata, SampleRequest("stratified", seed="5", count=45), name="strata")
    units = sampled(bench, "strata")
    wrong = units[::4]
    review(bench, "strata", wrong)
    stratum_of = {unit.unit_id: unit.stratum for unit in bench.samples.manifest("strata").selected}
    names = sorted(set(stratum_of.values()))
    counts = [
        AttributeStratum(
            sum(stratum_of[unit] == name for unit in wrong),
            sum(stratum_of[unit] == name for unit in units),
            80,
        )
        for name in names
    ]
    path = amounts(tmp_path / "a.csv", [(unit, 300.0, 200.0) for unit in wrong])
    found = bench.audit("strata").estimate(amounts=path)
    figure = found.units_in_error.found.figures[0]
    expected = appraise_attribute_strata(counts).total
    assert (figure.point, figure.standard_error) == pytest.approx((expected.point, expected.standard_error))
    values = [
        ValueStratum([100.0 * (unit in wrong) for unit in units if stratum_of[unit] == name], 80)
        for name in names
    ]
    assert found.dollars_in_error is not None
    dollars = found.dollars_in_error.found.figures[0]
    assert dollars.point == pytest.approx(appraise_strata(values).total.point)

    request = SampleRequest("cluster", "7", 2, cluster_column="coder_id")
    units = drawn_by(bench, request, "coders")
    review(bench, "coders", units[:9])
    figure = bench.audit("coders").estimate().units_in_error.found.figures[0]
    cluster_of = {unit.unit_id: unit.cluster for unit in bench.samples.manifest("coders").selected}
    totals = [float(sum(cluster_of[unit] == name for unit in units[:9])) for name in set(cluster_of.values())]
    assert figure.point == pytest.approx(cluster_total(totals, universe_count=4).point)


@pytest.mark.parametrize(
    "request_",
    [
        SampleRequest("pps", "11", 24, size_column="charge_amount"),
        SampleRequest("monetary", "11", 24, size_column="charge_amount"),
        SampleRequest("rhc", "11", 24, size_column="charge_amount"),
        SampleRequest("systematic", "11", 24, order_by=("charge_amount",)),
        SampleRequest("two-stage", "11", 3, cluster_column="coder_id", units_per_cluster=8),
    ],
    ids=lambda request: request.design,
)
def test_every_design_by_chance_gives_an_estimate(bench: Workbench, request_: SampleRequest) -> None:
    units = drawn_by(bench, request_, "d")
    review(bench, "d", units[:6])
    found = bench.audit("d").estimate()
    assert found.error_count == 6
    assert all(
        0 <= (row["lower"] or 0) <= (row["rate"] or 0) <= (row["upper"] or 0) for row in found.error_rates()
    )


def test_a_sample_that_was_never_drawn_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError, match="no audit 'nothing'"):
        bench.audit("nothing").estimate()


def test_what_cannot_be_estimated_is_refused(bench: Workbench, tmp_path: Path) -> None:
    drawn_by(bench, SampleRequest("judgmental", listed=("E001", "E002"), reason="asked for"), "judged")
    with pytest.raises(UsageError, match="says nothing about other units"):
        bench.audit("judged").estimate()
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=20), name="q1")
    units = sampled(bench, "q1")
    review(bench, "q1", units[:3])
    with pytest.raises(UsageError, match="needs corrected amounts"):
        bench.audit("q1").estimate(programme="PIM")
    with pytest.raises(UsageError, match="not in the sample: E999"):
        bench.audit("q1").estimate(missing=["E999"])
    with pytest.raises(BadInputError, match="2 units in error have no corrected amount"):
        bench.audit("q1").estimate(amounts=amounts(tmp_path / "a.csv", [(units[0], 5.0, 4.0)]))
    with pytest.raises(BadInputError, match="are not in the sample, as X"):
        bench.audit("q1").estimate(amounts=amounts(tmp_path / "b.csv", [("X", 5.0, 4.0)]))
    with pytest.raises(BadInputError, match="more than once"):
        bench.audit("q1").estimate(amounts=amounts(tmp_path / "c.csv", [(units[0], 5.0, 4.0)] * 2))


def test_the_command_prints_and_writes_the_workpaper(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=20), name="q1")
    units = sampled(bench, "q1")
    review(bench, "q1", units[:3])
    path = amounts(tmp_path / "a.csv", [(unit, 5.0, 4.0) for unit in units])
    paper = tmp_path / "paper.md"
    words = ["-w", str(tmp_path / "w"), "audit", "estimate", "--audit", "q1", "--amounts", str(path)]
    assert main([*words, "--workpaper", str(paper)]) == 0
    assert "3 of 20 reviewed units are in error" in capsys.readouterr().out
    assert paper.read_text(encoding="utf-8").count("## Conclusion") == 2
    assert main([*words, "--programme", "SDP", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["dollars_in_error"]["programme"]["demand"] == pytest.approx(20 * UNITS / 20)
