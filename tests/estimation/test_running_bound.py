from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.errors import AuditError, UsageError
from auditlib.plots.renderer import svg_of
from auditlib.review.verdict import CorrectedCode, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.sampling.extrapolation import require_extrapolation
from tests.widgets.test_sample_planner import small_workbench

NOW = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def test_the_bound_follows_the_ledger(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=80), name="early")
    assert bench.audit("early").may_stop().bound.sentence.startswith("Go on: no chart")

    session = bench.audit("early").session()
    for encounter_id in session.encounter_ids[:70]:
        session.open_chart(encounter_id, recorded_at=NOW)
        session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)
    bound = bench.audit("early").may_stop().bound
    # Seventy clean charts of 240: of the rest a twentieth of the universe cannot hide.
    assert bound.looks.height == 70
    assert bound.sentence.startswith("You may stop: after ")
    assert "You may stop" in svg_of(bench.audit("early").may_stop().plot())


def test_a_stratified_sample_has_none(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(
        Universe("all", stratify_by="encounter_class"),
        SampleRequest("stratified", seed="3", count=30),
        name="strata",
    )
    with pytest.raises(UsageError, match="no running bound"):
        bench.audit("strata").may_stop()


def test_a_sequential_sample_is_bounded_in_dollars(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = small_workbench(tmp_path / "w")
    request = SampleRequest("sequential", seed="5", count=90)
    drawn = [unit.unit_id for unit in bench.samples.draw(Universe("all"), request, name="dollars").selected]
    charges = dict(
        bench.universes.frame(Universe("all")).frame.select("unit_id", "charge_amount").iter_rows()
    )
    assert bench.audit("dollars").may_stop().bound.sentence.startswith("Go on: no chart")

    session = bench.audit("dollars").session()
    assert list(session.encounter_ids) == drawn
    for encounter_id in drawn[:60]:
        session.open_chart(encounter_id, recorded_at=NOW)
        session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)
    clean = bench.audit("dollars").may_stop(threshold=0.1).bound
    assert (clean.is_above, clean.quantity, clean.looks.height) == (False, "dollars", 60)
    assert clean.universe_amount == float(sum(charges.values()))
    assert "of dollars in error is known to be below 10 %" in clean.sentence
    assert "In dollars: $0.00 to $" in clean.sentence

    amounts = tmp_path / "amounts.csv"
    rows = [f"{unit},{charges[unit]},0.00" for unit in drawn[:40]]
    amounts.write_text("\n".join(["unit_id,examined,audited", *rows]), encoding="utf-8")
    found = bench.audit("dollars").may_stop(threshold=0.1, amounts=amounts).bound
    assert found.is_above is True
    assert found.looks["rate"][-1] == pytest.approx(2 / 3)
    assert "Share of dollars" in svg_of(bench.audit("dollars").may_stop(amounts=amounts).plot())
    assert (
        main(["-w", str(tmp_path / "w"), "audit", "bound", "--audit", "dollars", "--amounts", str(amounts)])
        == 0
    )
    assert "You may stop" in capsys.readouterr().out
    with pytest.raises(UsageError, match="limits are those of the running bound"):
        require_extrapolation(bench.samples.manifest("dollars"))


def test_amounts_that_cannot_be_are_refused(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("all"), SampleRequest("sequential", seed="5", count=20), name="dollars")
    first = bench.samples.manifest("dollars").selected[0].unit_id
    amounts = tmp_path / "amounts.csv"
    for rows, words in (
        ([f"{first},9000,0"], "between 0 and the amount"),
        (["E999,1,0"], "not in the sample"),
        ([f"{first},1,0", f"{first},1,0"], "more than once"),
    ):
        amounts.write_text("\n".join(["unit_id,examined,audited", *rows]), encoding="utf-8")
        with pytest.raises(AuditError, match=words):
            bench.audit("dollars").may_stop(amounts=amounts)
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="3", count=20), name="simple")
    with pytest.raises(UsageError, match="counts charts"):
        bench.audit("simple").may_stop(amounts=amounts)


def test_a_chart_in_error_without_an_amount_waits(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("all"), SampleRequest("sequential", seed="5", count=20), name="dollars")
    session = bench.audit("dollars").session()
    for number, encounter_id in enumerate(list(session.encounter_ids)[:5]):
        session.open_chart(encounter_id, recorded_at=NOW)
        if number == 2:
            added = CorrectedCode("ICD-10-CM", "I10", "secondary")
            session.decide(
                Verdict(
                    encounter_id,
                    "add",
                    corrected=added,
                    error_kind="missed code",
                    cause="coder oversight",
                ),
                recorded_at=NOW,
            )
        session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)
    bound = bench.audit("dollars").may_stop().bound
    assert (bound.looks.height, bound.waiting_count) == (2, 2)
    assert bound.sentence.endswith("once those before them are done and, if in error, have an amount.")


def test_risk_times_dollars_draws_what_has_findings_sooner(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    universe = Universe("all", has_risk=True)
    bench.checks.run()
    frame = bench.universes.frame(universe).frame
    assert frame["risk_amount"].to_list() == (frame["charge_amount"] * frame["risk_weight"]).to_list()
    request = SampleRequest("sequential", seed="5", count=20, size_column="risk_amount")
    bench.samples.draw(universe, request, name="risky")
    assert bench.samples.verify("risky").differences == ()
    assert bench.audit("risky").may_stop().bound.universe_amount == float(frame["charge_amount"].sum())


def test_a_spare_and_a_missing_record_do_not_stop_the_bound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = small_workbench(tmp_path / "w")
    request = SampleRequest("simple", seed="3", count=10, spare_count=2)
    first, second, *_ = bench.samples.draw(Universe("all"), request, name="spared").selected
    spare = bench.audit("spared").use_spare(first.unit_id, reason="test data").unit_in
    session = bench.audit("spared").session()
    for encounter_id in session.encounter_ids:
        if encounter_id != second.unit_id:
            session.open_chart(encounter_id, recorded_at=NOW)
            session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)
    assert spare in session.encounter_ids
    # The unit that left stands first, without an error; the missing record keeps the rest waiting.
    stuck = bench.audit("spared").may_stop().bound
    assert (stuck.looks.height, stuck.looks["error_count"][-1]) == (1, 0)
    bound = bench.audit("spared").may_stop(missing=[second.unit_id]).bound
    assert bound.looks["error_count"].to_list() == [0, *[1] * 10]
    command = ["-w", str(tmp_path / "w"), "audit", "bound", "--audit", "spared", "--missing"]
    assert main([*command, second.unit_id, "--json"]) == 0
    assert '"reviewed_count": 11' in capsys.readouterr().out
    assert main([*command, first.unit_id]) == 2
    assert "missing record is not in the sample" in capsys.readouterr().err


def test_a_missing_record_of_a_sequential_sample_is_wrong_for_its_charge(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    drawn = bench.samples.draw(
        Universe("all"), SampleRequest("sequential", seed="5", count=20), name="dollars"
    ).selected
    bound = bench.audit("dollars").may_stop(missing=[drawn[0].unit_id]).bound
    assert bound.looks.height == 1
    assert bound.looks["rate"][0] == pytest.approx(1)


def test_a_clean_claim_needs_no_amount_since_its_chart_says_so(tmp_path: Path) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(
        Universe("all", unit="claim"), SampleRequest("sequential", seed="5", count=8), name="claims"
    )
    session = bench.audit("claims").session()
    for encounter_id in session.encounter_ids:
        session.open_chart(encounter_id, recorded_at=NOW)
        session.complete_chart(encounter_id, recorded_at=NOW, go_on=False)
    assert bench.audit("claims").may_stop().bound.looks.height == 8
