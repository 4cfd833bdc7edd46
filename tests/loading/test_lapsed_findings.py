"""What stays of the findings when files, documents or code sets are loaded after a run of the checks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from auditlib.checks import all_checks, run_checks
from auditlib.checks.check_outcomes import NOT_RUN, have_all_run, since_when
from auditlib.checks.lapsed_findings import let_findings_lapse
from auditlib.checks.own_rules.rule_folder import read_own_rules
from auditlib.errors import UsageError
from auditlib.sampling.universe import Universe, build_frame
from auditlib.schema import Table
from auditlib.schema.core import CLAIM
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse
from auditlib.widgets.start_screen.figures import next_things
from auditlib.workbench import Workbench
from auditlib.workbench.start import Start
from tests.checks.reading import table
from tests.checks.test_own_rules import HEADER, row
from tests.checks.test_runner import load
from tests.made_once import demo_workspace
from tests.x12_texts import professional_claims, remittance

OF_PAYMENTS = {*(f"OIG-0{number}" for number in range(1, 9)), *(f"RED-0{number}" for number in range(1, 6))}
OF_DOCUMENTS = {"EM-01", "EM-02", "EM-03", "EM-07", "MOD-08", "NOTE-01", "REC-01", "UNIT-01"}
OF_NCCI_PAIRS = {"MOD-05", "PTP-01", "PTP-02", "PTP-03"}


def not_run(warehouse: Warehouse) -> set[str]:
    return set(table(warehouse, FINDING_SUMMARY).filter(outcome=NOT_RUN)["check_id"])


def of_others(warehouse: Warehouse, kind: Table, lapsed: Iterable[str]) -> pl.DataFrame:
    frame = table(warehouse, kind).filter(~pl.col("check_id").is_in(list(lapsed)))
    return frame.drop("loaded_through", strict=False).sort(frame.columns[:2])


def change(warehouse: Warehouse, *tables: str) -> None:
    with warehouse.writing() as writer:
        let_findings_lapse(writer, tables)


@pytest.fixture
def run(warehouse: Warehouse) -> Warehouse:
    load(warehouse)
    run_checks(warehouse)
    return warehouse


def test_what_checks_found_that_read_nothing_of_a_load_stays_and_is_what_a_new_run_finds(
    tmp_path: Path,
) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "workspace"))
    warehouse = bench.workspace.warehouse()
    assert have_all_run(bench.checks.outcomes().frame)
    claims = table(warehouse, CLAIM).select("patient_control_number", "charge_amount").head(3)
    payments = tmp_path / "more.835"
    payments.write_text(remittance([(number, str(charge), "1.00") for number, charge in claims.rows()]))
    bench.files.load(payments)
    assert not_run(warehouse) == OF_PAYMENTS
    assert "It has not run since what it reads has changed" in repr(bench.checks.findings("RED-01"))
    assert bench.checks.findings().note.startswith(f"13 of {len(all_checks())} checks have not run")
    assert f"13 of {len(all_checks())} checks have not run" in repr(bench.reports.summary())
    paragraphs = [
        words for one in bench.reports.contents(pack="denials").sections for words in one.paragraphs
    ]
    assert any(words.startswith("Not all checks have run since the last load") for words in paragraphs)
    things = next_things(Start(bench._context, bench).figures("somebody"))
    assert "run the checks on what is loaded" in [one.words for one in things]
    chart = str(table(warehouse, FINDING)["encounter_id"].drop_nulls()[0])
    note = tmp_path / "charts" / chart / "time.txt"
    note.parent.mkdir(parents=True)
    note.write_text("Total time on the day of the visit: 35 minutes.")
    bench.files.load(tmp_path / "charts")
    lapsed = not_run(warehouse)
    assert lapsed == OF_PAYMENTS | OF_DOCUMENTS
    note_of_load = bench.checks.outcomes().note
    assert note_of_load.startswith(f"{len(lapsed)} of {len(all_checks())} checks have not run since")
    assert "The others judged what was loaded through 20" in note_of_load
    kept = [of_others(warehouse, kind, lapsed) for kind in (FINDING, FINDING_SUMMARY)]
    assert kept[0].height > 100
    through = table(warehouse, FINDING_SUMMARY)["loaded_through"].max()
    bench.checks.run()
    assert not_run(warehouse) == set()
    for kind, before in zip((FINDING, FINDING_SUMMARY), kept, strict=True):
        assert_frame_equal(of_others(warehouse, kind, lapsed), before)
    assert table(warehouse, FINDING_SUMMARY)["loaded_through"].min() > through


def test_claims_let_all_findings_lapse_and_a_file_of_known_bytes_none(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "workspace"))
    warehouse = bench.workspace.warehouse()
    known, new = tmp_path / "known.835", tmp_path / "new.837"
    known.write_text(remittance([("N1", "100.00", "80.00")]))
    new.write_text(professional_claims([("N1", "100.00")]))
    bench.files.load(known)
    before = not_run(warehouse)
    assert before == OF_PAYMENTS
    bench.files.load(known)
    assert not_run(warehouse) == before
    bench.files.load(new)
    assert table(warehouse, FINDING).is_empty()
    assert table(warehouse, FINDING_SUMMARY).is_empty()
    assert "have not run since the last load" in repr(bench.checks.outcomes())


def test_each_check_lapses_with_what_it_reads_and_no_other(run: Warehouse) -> None:
    change(run, "core.acknowledgment", "core.source_file")
    assert not_run(run) == set()
    change(run, "ref.ptp_edit")
    assert not_run(run) == OF_NCCI_PAIRS
    found = table(run, FINDING).select("check_id", "item_number")
    assert sorted(found.rows()) == [("DX-02", 2), ("DX-02", 3), ("DX-13", 3)]
    summary = table(run, FINDING_SUMMARY).filter(outcome=NOT_RUN)
    assert summary.select("eligible_count", "finding_count", "not_checked_count").unique().rows() == [
        (0, 0, 0)
    ]
    assert set(table(run, FINDING_SUMMARY)["check_id"]) == {check.id for check in all_checks()}


def test_a_check_lapses_with_the_one_to_which_it_leaves_findings(run: Warehouse) -> None:
    # DX-13 does not read it, and leaves repeated diagnoses of a stay to MCE-03, which does.
    change(run, "core.inpatient_diagnosis")
    assert {"DX-13", "MCE-03"} <= not_run(run)
    assert "DX-02" not in not_run(run)
    assert sorted(table(run, FINDING)["check_id"]) == ["DX-02", "DX-02"]


def test_the_last_outcomes_go_as_before_the_first_run(run: Warehouse) -> None:
    change(run, "ref.ptp_edit")
    change(run, "core.claim")
    assert table(run, FINDING_SUMMARY).is_empty()
    assert table(run, FINDING).is_empty()
    change(run, "core.claim")
    assert since_when(table(run, FINDING_SUMMARY)) == ""


def test_rules_of_ones_own_lapse_with_any_change(warehouse: Warehouse, tmp_path: Path) -> None:
    load(warehouse)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "office.csv").write_text("\n".join([HEADER, row(icd="I10"), ""]), encoding="utf-8")
    own = read_own_rules(tmp_path)
    (rule_id,) = own.ids
    run_checks(warehouse, own_rules=own)
    assert rule_id in set(table(warehouse, FINDING)["check_id"])
    change(warehouse, "core.source_file")
    assert not_run(warehouse) == set()
    change(warehouse, "core.acknowledgment")
    assert not_run(warehouse) == {rule_id}
    assert rule_id not in set(table(warehouse, FINDING)["check_id"])


def test_what_changed_no_row_is_no_change(warehouse: Warehouse) -> None:
    load(warehouse)
    with warehouse.writing() as writer:
        assert writer.changed_tables == set()
        writer.delete_where(CLAIM, "claim_id < 0")
        writer.append(FINDING, FINDING.empty())
        assert writer.changed_tables == set()
        writer.delete_where(CLAIM, "claim_id = 1")
        assert writer.changed_tables == {"core.claim"}


@pytest.mark.parametrize(
    "universe", [Universe("risk", has_risk=True), Universe("found", stratify_by="finding")]
)
def test_no_frame_goes_by_findings_while_a_check_has_not_run(
    warehouse: Warehouse, universe: Universe
) -> None:
    load(warehouse)
    with pytest.raises(UsageError, match="Not all checks have run"):
        build_frame(warehouse, universe)
    run_checks(warehouse)
    build_frame(warehouse, universe)
    change(warehouse, "ref.ptp_edit")
    with pytest.raises(UsageError, match="Not all checks have run"):
        build_frame(warehouse, universe)
