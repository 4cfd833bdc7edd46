"""The failing inputs of an opposing expert: what each prints now."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.file_appraisal import appraise_file
from auditlib.review import CorrectedCode, Verdict
from auditlib.sampling import Universe
from auditlib.sampling.request import SampleRequest
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import demo_workspace

pytestmark = pytest.mark.field
NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


@pytest.fixture
def cases(field_data: Path) -> Path:
    folder = field_data / "field_cases" / "statistics"
    if not folder.is_dir():
        pytest.skip(f"no statistics cases at {folder}")
    return folder


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    workspace = Workspace.open(demo_workspace(tmp_path / "demo"))
    return Workbench(workspace, user="R. Auditor", clock=lambda: NOW)


def test_spares_count_as_looked_at(cases: Path, bench: Workbench) -> None:
    path = cases / "spare_amounts.csv"
    rows = pl.read_csv(path)
    wrong = set(rows.filter(pl.col("examined") != pl.col("audited"))["unit_id"])
    valid = set(rows["unit_id"])
    bench.samples.draw(Universe("all"), SampleRequest("simple", "5", 40, spare_count=20), name="srs")
    audit = bench.audit("srs")
    for unit in audit.manifest.selected:
        if unit.role == "sample" and unit.unit_id not in valid:
            audit.use_spare(unit.unit_id, reason="other payer")
    session = audit.session()
    assert set(session.encounter_ids) == valid
    for chart in session.encounter_ids:
        session.open_chart(chart, recorded_at=NOW)
        if chart in wrong:
            missed = CorrectedCode("ICD-10-CM", "E119", "secondary")
            verdict = Verdict(
                chart, "add", corrected=missed, error_kind="missed code", cause="coder oversight"
            )
            session.decide(verdict, recorded_at=NOW)
        for code in session.assigned(chart):
            fine = Verdict(chart, "agree", code.code_number, code.code_system, code.code)
            session.decide(fine, recorded_at=NOW)
        session.complete_chart(chart, recorded_at=NOW, go_on=False)
    found = audit.estimate(amounts=path, programme="PIM")
    assert found.units_in_error.found.figures[0].point == pytest.approx(602.8)
    assert found.dollars_in_error is not None
    assert found.dollars_in_error.found.figures[0].point == pytest.approx(1_058_637.36)
    assert found.dollars_in_error.demanded is not None
    # 228,803 by Student's t rounded to four decimals.
    assert found.dollars_in_error.demanded.demand == pytest.approx(228_803, rel=1e-4)
    bound = audit.may_stop().bound
    assert bound.looks["rate"][-1] == pytest.approx(602.8 / 3014)
    # Without the workspace's ledger the file beside the manifest says the same.
    appraised = appraise_file(path, manifest=audit.manifest_path, programme="PIM").appraisal
    assert appraised.demanded is not None
    assert appraised.demanded.demand == pytest.approx(found.dollars_in_error.demanded.demand)


def test_amounts_of_units_without_a_review_do_not_count(cases: Path, bench: Workbench) -> None:
    bench.samples.draw(Universe("all"), SampleRequest("sequential", "3", 150), name="seq2")
    bound = bench.audit("seq2").may_stop(threshold=0.05, amounts=cases / "unreviewed_amounts.csv").bound
    assert bound.looks.is_empty()
    assert bound.sentence.startswith("Go on: no chart is completed")
    assert "The amounts of 150 units do not count" in bound.sentence


def test_spares_of_no_ledger_are_refused(cases: Path, bench: Workbench) -> None:
    manifest = bench.audit("demo").manifest_path
    appraised = partial(
        appraise_file, method="stratified", programme="PIM", confidence=(0.9,), manifest=manifest
    )
    before = appraised(cases / "swap_before.csv").appraisal
    assert before.demanded is not None
    assert before.demanded.demand == pytest.approx(443_126, abs=1)
    with pytest.raises(BadInputError, match=r"10 units of swap_spare\.csv are spares without a use"):
        appraised(cases / "swap_spare.csv")


def test_strata_come_from_the_manifest(cases: Path, bench: Workbench) -> None:
    found = appraise_file(
        cases / "attr_m.csv", method="attribute-stratified", manifest=bench.audit("demo").manifest_path
    ).appraisal
    assert len(found.found.items) == len(bench.audit("demo").manifest.strata)


def test_a_stated_universe_is_never_ignored(cases: Path) -> None:
    for name, method in (
        ("poststrat_empty.csv", "stratified"),
        ("poststrat_empty.csv", "post-stratified"),
        ("as.csv", "attribute-stratified"),
        ("rs.csv", "ratio"),
    ):
        with pytest.raises(UsageError, match="the universe is stated with 5"):
            appraise_file(
                cases / name, method=method, universe_count=500 if "post" in name else 5000, base_total=9.0
            )
    with pytest.raises(UsageError, match="needs the number of units in the universe"):
        appraise_file(cases / "poststrat_empty.csv", method="post-stratified")


def test_items_of_a_stratum_are_exact(bench: Workbench) -> None:
    found = bench.audit("demo").estimate(confidence=[0.95])
    rows = {figure.name: figure for figure in found.units_in_error.found.figures}
    assert rows["items in stratum C03"].limits(0.95, "two-sided") == (0, 91)
    for stratum in bench.audit("demo").manifest.strata:
        lower, upper = rows[f"items in stratum {stratum.stratum}"].limits(0.95, "two-sided")
        assert 0 <= lower <= upper <= stratum.unit_count
    assert "items in stratum C03, as RAT-STATS prints them" in rows


def test_a_bound_of_overpayments_is_no_bound_of_a_net_total(cases: Path) -> None:
    found = appraise_file(
        cases / "minsum_realistic.csv",
        universe_count=1000,
        unreviewed=cases / "minsum_realistic_unrev.csv",
        programme="PIM",
        sides="lower",
        confidence=(0.9,),
        all_methods=True,
    )
    row = next(limits for limits in found.appraisal.beside if limits.method == "minimum sum")
    assert (row.quantity, row.lower) == ("overpayments alone, not netted", 4900)
    assert found.appraisal.demanded is not None
    assert found.appraisal.demanded.demand == 0
    assert "(minimum sum)" not in found.paper.split("## Conclusion")[1]


def test_a_net_total_with_rare_large_underpayments_is_bounded(cases: Path) -> None:
    """The true net total is -2,000: the textbook limit lies above it, that by rank gaps does not."""
    worst = -min(
        row["examined"] - row["audited"]
        for row in pl.read_csv(cases / "minsum_realistic.csv").iter_rows(named=True)
    )
    appraised = partial(
        appraise_file,
        cases / "minsum_realistic.csv",
        universe_count=1000,
        unreviewed=cases / "minsum_realistic_unrev.csv",
        programme="PIM",
        sides="lower",
        confidence=(0.9,),
        largest_underpayment=max(worst, 1.0),
    )
    found = appraised().appraisal
    row = next(limits for limits in found.beside if limits.quantity == "net total")
    assert row.lower is not None
    assert row.lower <= -2000
    net = appraised(method="net").appraisal
    assert net.found.figures[0].limits(0.9, "lower")[0] == row.lower


def test_no_limit_is_beyond_what_was_paid(cases: Path) -> None:
    found = appraise_file(
        cases / "bootstrap_absurd.csv", universe_count=3014, base_total=6_859_847.0, confidence=(0.9,)
    ).appraisal
    bootstrap = next(limits for limits in found.beside if limits.method.startswith("bootstrap-t"))
    assert "beyond what the universe was paid" in bootstrap.missing
    assert not any("bootstrap-t" in advice for advice in found.advice)


def test_a_caution_speaks_of_the_side_asked_for(cases: Path) -> None:
    appraised = partial(
        appraise_file, cases / "skew200.csv", universe_count=8000, programme="PIM", confidence=(0.9,)
    )
    lower = appraised(sides="lower")
    assert lower.appraisal.cautions == ()
    both = appraised()
    assert any("upper limit" in caution.message for caution in both.appraisal.cautions)


def test_what_was_reviewed_whole_has_no_caution(cases: Path) -> None:
    certainty = appraise_file(cases / "cert_1of1.csv", method="stratified").appraisal
    assert any(caution.message.startswith("1 stratum with fewer") for caution in certainty.cautions)
    assert appraise_file(cases / "cluster.csv", method="cluster", universe_count=2).appraisal.cautions == ()
    assert appraise_file(cases / "allcert.csv", method="unequal").appraisal.cautions == ()
