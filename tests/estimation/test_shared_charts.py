"""Charts with several sampled claims, and charts that two audits judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.audits.audit import charts_of_units
from auditlib.audits.other_verdicts import other_verdicts
from auditlib.sampling import Universe
from auditlib.sampling.request import SampleRequest
from auditlib.stats.estimators.attribute_appraisal import appraise_attribute
from auditlib.stats.estimators.variable_appraisal import appraise_values
from auditlib.workbench import Workbench
from tests.estimation.test_estimating import amounts, review, sampled
from tests.tables import fill
from tests.widgets.test_sample_planner import small_workbench

CLAIMS = 360


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """Return 240 encounters, every second of them with two claims."""
    made = small_workbench(tmp_path / "w")
    second = [
        {
            "claim_id": 1_000 + number,
            "patient_control_number": f"E{number:03}",
            "payer_id": "P<1>",
            "charge_amount": 50 + number,
            "form": "837I",
            "payer_sequence": "P",
        }
        for number in range(0, 240, 2)
    ]
    fill(made.workspace.warehouse(), {"core.claim": second})
    return made


def drawn(bench: Workbench, method: str = "simple") -> tuple[list[str], dict[str, str], str]:
    """Return the sampled claims, the chart of each, and a chart that two of them share."""
    request = SampleRequest(method, seed="3", count=40, spare_count=2 if method == "simple" else 0)  # type: ignore[arg-type]
    bench.samples.draw(Universe("all", unit="claim"), request, name="claims")
    claims = sampled(bench, "claims")
    chart_of = charts_of_units(bench.workspace, "claim", claims)
    charts = list(chart_of.values())
    return claims, chart_of, next(chart for chart in charts if charts.count(chart) == 2)


def test_a_verdict_counts_for_each_claim_of_its_chart_and_dollars_by_claim(
    bench: Workbench, tmp_path: Path
) -> None:
    claims, chart_of, shared = drawn(bench)
    alone = next(chart for chart in chart_of.values() if list(chart_of.values()).count(chart) == 1)
    review(bench, "claims", [shared, alone])
    first, second = (claim for claim in claims if chart_of[claim] == shared)
    third = next(claim for claim in claims if chart_of[claim] == alone)
    rows = [(first, 100.0, 40.0), (second, 80.0, 80.0), (third, 50.0, 0.0)]
    found = bench.audit("claims").estimate(amounts=amounts(tmp_path / "a.csv", rows))
    assert found.error_count == 3
    assert found.units_in_error.found.figures[0].point == pytest.approx(
        appraise_attribute(3, sample_count=40, universe_count=CLAIMS).projected_count
    )
    assert found.dollars_in_error is not None
    assert found.dollars_in_error.found.figures[0].point == pytest.approx(
        appraise_values([60.0, 50.0, *[0.0] * 38], universe_count=CLAIMS).total.point
    )
    said = f"2 claims of the sample bill 1 encounter together ({shared}: {first}, {second})"
    assert said in found.paper
    assert any(said in sentence for sentence in found.records)
    assert f"3 of {len(claims)} claims" in bench.reports.write("claims")[0].read_text(encoding="utf-8")


def test_a_missing_record_is_missing_for_each_claim_of_its_chart(bench: Workbench, tmp_path: Path) -> None:
    claims, chart_of, shared = drawn(bench)
    bench.audit("claims").state_record(shared, "missing")
    review(bench, "claims", [], leave=[shared])
    rows = [(claim, 70.0, 70.0) for claim in claims if chart_of[claim] == shared]
    found = bench.audit("claims").estimate(amounts=amounts(tmp_path / "a.csv", rows))
    assert (found.error_count, found.missing_count) == (2, 2)
    assert found.dollars_in_error is not None
    assert found.dollars_in_error.found.figures[0].point == pytest.approx(2 * 70 * CLAIMS / 40)


def test_a_spare_takes_the_place_of_one_claim_of_a_chart_and_the_other_stays(bench: Workbench) -> None:
    claims, chart_of, shared = drawn(bench)
    first, second = (claim for claim in claims if chart_of[claim] == shared)
    bench.audit("claims").use_spare(first, reason="duplicate", note=f"the same visit as {second}")
    review(bench, "claims", [shared])
    found = bench.audit("claims").estimate()
    assert (found.error_count, found.outside_count) == (1, 1)
    assert "together" not in found.paper


def test_each_claim_of_a_chart_in_error_needs_its_own_dollars_in_a_bound(
    bench: Workbench, tmp_path: Path
) -> None:
    claims, chart_of, shared = drawn(bench, "sequential")
    review(bench, "claims", [shared])
    first, second = (claim for claim in claims if chart_of[claim] == shared)
    audit, path = bench.audit("claims"), tmp_path / "a.csv"
    assert audit.may_stop().bound.looks.height == claims.index(first)
    one = audit.may_stop(amounts=amounts(path, [(first, 50.0, 40.0)])).bound
    assert one.looks.height == claims.index(second)
    both = audit.may_stop(amounts=amounts(path, [(first, 50.0, 40.0), (second, 50.0, 50.0)])).bound
    assert both.looks.height == 40
    assert both.looks["error_count"][-1] == 1


# Two audits of one chart


def test_charts_that_two_audits_judged_differently_are_said(bench: Workbench) -> None:
    for name, seed in (("first", "3"), ("second", "4")):
        bench.samples.draw(Universe("all"), SampleRequest("simple", seed=seed, count=60), name=name)
    both = sorted(set(sampled(bench, "first")) & set(sampled(bench, "second")))
    assert len(both) >= 2
    review(bench, "first", both[:2])
    assert other_verdicts(bench.workspace, "first") == ""
    review(bench, "second", both[1:2])
    said = f"1 chart was judged differently in another audit: {both[0]} (also in second)."
    assert other_verdicts(bench.workspace, "first").startswith(said)
    assert f"{both[0]} (also in first)" in other_verdicts(bench.workspace, "second")
    assert any(sentence.startswith(said) for sentence in bench.audit("first").estimate().records)
    assert "was judged differently in another audit" in bench.reports.write("first")[0].read_text(
        encoding="utf-8"
    )


def test_a_chart_that_one_audit_says_has_no_record_is_judged_differently(bench: Workbench) -> None:
    for name, seed in (("first", "3"), ("second", "4")):
        bench.samples.draw(Universe("all"), SampleRequest("simple", seed=seed, count=60), name=name)
    both = min(set(sampled(bench, "first")) & set(sampled(bench, "second")))
    review(bench, "first", [])
    bench.audit("second").state_record(both, "missing")
    review(bench, "second", [], leave=[both])
    assert both in other_verdicts(bench.workspace, "second")
