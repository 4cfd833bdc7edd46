"""Totals beside plain sums of the raw files: nothing differs, or what differs is explained or named."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import re
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.cli import main
from auditlib.codesets.library.load_code_sets import refresh_denial_reasons
from auditlib.errors import UsageError
from auditlib.reconciliation.screens import NOT_SUMS, SCREEN_TOTALS, SCREENS
from auditlib.report.reconciliation import ReconciliationReport
from auditlib.report.result import Result
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from auditlib.workbench.claims import Claims
from auditlib.workbench.denials import Denials
from auditlib.workbench.files import Files
from auditlib.workspace import Workspace
from tests.made_once import demo_workspace, empty_workspace
from tests.sources.fhir import texts as fhir
from tests.sources.rif import texts as rif
from tests.x12_texts import professional_claims, remittance


def _loaded(root: Path, *files: Path) -> Workbench:
    workbench = Workbench(empty_workspace(root / "workspace"))
    # With the list of denial reasons, so that the equations of denials are held too.
    with workbench.workspace.warehouse().writing() as writer:
        refresh_denial_reasons(writer, loaded_at=dt.datetime(2026, 2, 1))  # noqa: DTZ001 - UTC, as recorded
    for file in files:
        workbench.files.load(file)
    return workbench


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _raw(report: ReconciliationReport, total: str) -> Decimal:
    return Decimal(report.frame.filter(total=total)["raw_value"][0])


@pytest.fixture(scope="module")
def demo_workbench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(Workspace.open(demo_workspace(tmp_path_factory.mktemp("reconciled") / "demo")))


@pytest.fixture(scope="module")
def demo(demo_workbench: Workbench) -> ReconciliationReport:
    return demo_workbench.reconcile()


def test_the_demo_agrees_with_its_files_to_the_cent(demo: ReconciliationReport) -> None:
    assert demo.frame["difference"].unique().to_list() == [Decimal(0)]
    assert [one.title for one in demo.reconciliation.equations if one.difference] == []
    assert demo.reconciliation.records.is_empty()
    assert demo.reconciliation.not_compared.is_empty()
    assert demo.is_reconciled
    assert "to the cent" in demo.verdict
    # A sum of nothing would agree too.
    assert _raw(demo, "claims") == 3543
    assert _raw(demo, "encounters in files, by file") == 3014


def test_every_figure_of_a_screen_is_reconciled_or_listed_as_no_sum(demo: ReconciliationReport) -> None:
    covered = {f"{total.screen}.{total.column}" for total in SCREEN_TOTALS}
    covered |= {place for one in demo.reconciliation.equations for place in one.result_shown}
    covered |= set(demo.frame["shown_in"])
    warehouse = Warehouse.in_memory()
    shown = {
        f"{name}.{column}"
        for name, frame in SCREENS.items()
        for column in frame(warehouse).columns
        if re.search(r"_(count|amount)$", column)
    }
    assert shown - covered - set(NOT_SUMS) == set()
    assert set(NOT_SUMS) - shown == set()


def test_every_answer_with_money_is_a_screen_of_the_reconciliation(tmp_path: Path) -> None:
    workbench = Workbench(empty_workspace(tmp_path / "workspace"))
    missing = []
    for noun, kind in (("files", Files), ("claims", Claims), ("denials", Denials)):
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            needed = [
                one
                for one in list(inspect.signature(method).parameters.values())[1:]
                if one.default is inspect.Parameter.empty
            ]
            if name.startswith("_") or needed or "Result" not in str(inspect.signature(method)):
                continue
            answer = getattr(getattr(workbench, noun), name)()
            if not isinstance(answer, Result):
                continue
            has_money = any(column.endswith("_amount") for column in answer.frame.columns)
            if has_money and f"{noun}.{name}" not in SCREENS:
                missing.append(f"{noun}.{name}")
    assert missing == []


def test_an_amount_altered_in_the_warehouse_is_named(tmp_path: Path) -> None:
    claims = _written(tmp_path / "a.837", professional_claims([("A1", "100.00"), ("A2", "250.50")]))
    workbench = _loaded(tmp_path, claims)
    assert workbench.reconcile().is_reconciled
    warehouse = workbench.workspace.warehouse()
    with warehouse.writing() as writer:
        writer._connection.execute(
            "update core.claim set charge_amount = 250.51 where patient_control_number = 'A2'", None
        )
    report = workbench.reconcile()
    record = report.reconciliation.records.row(0, named=True)
    assert report.reconciliation.records.height == 1
    assert (record["record_kind"], record["file_name"]) == ("claim", "a.837")
    assert claims.read_bytes()[record["source_offset"] :].startswith(b"CLM*A2")
    assert (record["charge_amount"], record["loaded_charge_amount"]) == (Decimal("250.50"), Decimal("250.51"))
    assert not report.is_reconciled
    differing = report.frame.filter(pl.col("difference") != 0)
    assert differing["difference"].unique().to_list() == [Decimal("0.01")]
    assert "250.51" in repr(report)
    assert "250.50" in report._repr_html_()


def test_amounts_exchanged_between_claims_are_named_though_the_totals_agree(tmp_path: Path) -> None:
    claims = _written(tmp_path / "a.837", professional_claims([("A1", "100"), ("A2", "250")]))
    workbench = _loaded(tmp_path, claims)
    with workbench.workspace.warehouse().writing() as writer:
        writer._connection.execute("update core.claim set charge_amount = 350 - charge_amount", None)
    report = workbench.reconcile()
    assert report.frame.filter(pl.col("difference") != 0).is_empty()
    assert report.reconciliation.records.height == 2
    assert not report.is_reconciled


def test_duplicates_and_records_not_loaded_are_explained_in_an_equation(tmp_path: Path) -> None:
    first = _written(tmp_path / "a.837", professional_claims([("A1", "100"), ("A2", "25")]))
    second = _written(tmp_path / "b.837", professional_claims([("A1", "100"), ("A2", "25")]) + "\n")
    third = _written(tmp_path / "c.837", professional_claims([("A3", "ten"), ("", "7"), ("A4", "9")]))
    report = _loaded(tmp_path, first, second, third).reconcile()
    assert report.is_reconciled
    equation = next(
        one
        for one in report.reconciliation.equations
        if one.title == "In the files against loaded: charges of claims"
    )
    assert equation.start[1] == Decimal(266)
    assert sorted(value for _, value in equation.steps) == [Decimal(-125), Decimal(-7)]
    assert any("another file already holds" in text for text, _ in equation.steps)
    assert equation.result[1] == Decimal(134)


def test_files_that_moved_or_changed_are_said_and_the_rest_is_reconciled(tmp_path: Path) -> None:
    moved = _written(tmp_path / "in/a.837", professional_claims([("A1", "100")]))
    changed = _written(tmp_path / "in/b.837", professional_claims([("B1", "40")]))
    kept = _written(tmp_path / "in/c.837", professional_claims([("C1", "7")]))
    workbench = _loaded(tmp_path, moved, changed, kept)
    shutil.move(moved, _written(tmp_path / "archive/2026/a.837", ""))
    changed.write_text(professional_claims([("B1", "41")]), encoding="utf-8")
    report = workbench.reconcile()
    states = dict(report.reconciliation.not_compared.select("file_name", "state").iter_rows())
    assert states["a.837"].startswith("not where it was loaded from")
    assert states["b.837"] == "changed since it was loaded"
    assert _raw(report, "charges of claims") == 7
    assert report.reconciliation.unexplained_count == 0
    assert not report.is_reconciled
    assert report.verdict.startswith("2 files of 3 could not be compared")
    assert "changed since it was loaded (1)" in report.verdict
    assert repr(report).startswith(report.verdict)
    found = workbench.reconcile(files=tmp_path / "archive")
    assert found.reconciliation.not_compared["file_name"].to_list() == ["b.837"]
    assert _raw(found, "charges of claims") == 107
    with pytest.raises(UsageError, match="no folder"):
        workbench.reconcile(files=tmp_path / "elsewhere")


def test_rif_and_fhir_claims_with_a_payment_taken_back(tmp_path: Path) -> None:
    first = rif.written(
        tmp_path / "carrier.txt",
        rif.CARRIER,
        rif.CARRIER | {"CLM_ID": "cancelled", "CLM_DISP_CD": "03"},
        rif.CARRIER | {"CLM_ID": "deleted", "DML_IND": "DELETE"},
    )
    second = fhir.written(
        tmp_path / "eob.ndjson", fhir.explanation(), fhir.explanation(id="other", status="draft")
    )
    report = _loaded(tmp_path, first, second).reconcile()
    assert report.is_reconciled
    titles = {one.title for one in report.reconciliation.equations}
    assert "In the files against loaded: paid on claims" in titles
    assert _raw(report, "claims") == 5
    assert any("signs turned" in text for one in report.reconciliation.equations for text, _ in one.steps)


def test_a_mapped_table_needs_its_mapping(tmp_path: Path) -> None:
    table = _written(
        tmp_path / "charges.csv",
        "Claim ID,Acct,DOS,CPT,Qty,Charge,Dx,Payer\n"
        'C1,A1,01/05/2026,99213,1,"$1,110.00",I10,Invented\n'
        "C1,A1,01/05/2026,85025,1,(20.00),I10,Invented\n"
        "C2,A2,01/06/2026,99214,1,150,E119,Invented\n",
    )
    workbench = Workbench(empty_workspace(tmp_path / "workspace"))
    mapping = _written(tmp_path / "charges.yaml", workbench.files.suggest_mapping(table))
    workbench.files.load(table, mapping=mapping)
    without = workbench.reconcile()
    assert without.reconciliation.not_compared["state"].to_list() == [
        "loaded by a mapping: name it with --mapping"
    ]
    report = workbench.reconcile(mappings=[mapping])
    assert report.is_reconciled
    assert report.reconciliation.not_compared.is_empty()
    assert _raw(report, "charges of service lines") == 1240


def test_a_workbook_and_a_table_of_the_dictionary(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "claim_id": ["C1", "C2"],
            "form": ["P", "P"],
            "patient_control_number": ["A1", "A2"],
            "from_date": ["2026-01-05", "2026-01-06"],
            "charge_amount": ["100.00", "35.5"],
        }
    )
    rows.write_excel(tmp_path / "claim.xlsx")
    rows.with_columns(claim_id=pl.Series(["C3", "C4"])).write_csv(tmp_path / "claim.csv")
    report = _loaded(tmp_path, tmp_path / "claim.xlsx", tmp_path / "claim.csv").reconcile()
    assert report.is_reconciled
    assert report.reconciliation.not_compared.is_empty()
    assert _raw(report, "charges of claims") == Decimal("271.00")


def test_the_command_prints_both_tables_and_fails_where_a_difference_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = _written(tmp_path / "a.837", professional_claims([("A1", "100")]))
    paid = _written(tmp_path / "a.835", remittance([("A1", "100", "80")]))
    workbench = _loaded(tmp_path, claims, paid)
    folder = str(workbench.workspace.root)
    assert main(["-w", folder, "reconcile"]) == 0
    printed = capsys.readouterr().out
    assert "Totals beside the raw files" in printed
    assert "=" in printed
    with workbench.workspace.warehouse().writing() as writer:
        writer._connection.execute("update core.remit_claim set paid_amount = 81", None)
    assert main(["-w", folder, "--json", "reconcile"]) == 3
    figures = json.loads(capsys.readouterr().out)
    assert figures["is_reconciled"] is False
    assert figures["differing_records"][0]["loaded_paid_amount"] == "81.00"


_AMOUNT = st.integers(0, 10**7).map(lambda cents: f"{Decimal(cents) / 100:f}")
_CLAIM = st.tuples(st.sampled_from(["A1", "A2", "A3", "A4"]), _AMOUNT)
_FILE = st.lists(_CLAIM, min_size=1, max_size=4)


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    submitted=st.lists(_FILE, min_size=1, max_size=2),
    paid=st.lists(st.tuples(_FILE, st.sampled_from(["45", "16", "50", "Z99"])), max_size=1),
    order=st.randoms(use_true_random=False),
)
def test_any_claims_loaded_in_any_order_reconcile_and_parts_add_up(
    tmp_path_factory: pytest.TempPathFactory,
    submitted: Sequence[Sequence[tuple[str, str]]],
    paid: Sequence[tuple[Sequence[tuple[str, str]], str]],
    order,  # noqa: ANN001 - a random.Random
) -> None:
    root = tmp_path_factory.mktemp("any")
    files = [_written(root / f"{n}.837", professional_claims(one)) for n, one in enumerate(submitted)]
    for n, (one, reason) in enumerate(paid):
        payments = [(number, charge, "0" if reason != "45" else charge) for number, charge in one]
        files.append(_written(root / f"{n}.835", remittance(payments, reason=reason)))
    order.shuffle(files)
    workbench = _loaded(root, *files)
    report = workbench.reconcile()
    assert report.is_reconciled, repr(report)
    assert "Denied at first against denied in the end" in {
        one.title for one in report.reconciliation.equations
    }
    warehouse = workbench.workspace.warehouse()
    claim_count = warehouse.query("queries/files/money_totals").filter(table_name="claim")["row_count"][0]
    positions = workbench.claims.positions().frame
    assert positions["claim_id"].n_unique() == positions.height == claim_count
    assert workbench.claims.totals().frame["claim_count"].sum() == claim_count
    shutil.rmtree(root)


@pytest.mark.parametrize(
    "by", [("payer",), ("month",), ("form",), ("payer", "month"), ("payer", "month", "form")]
)
def test_denials_by_their_parts_add_up_to_the_whole(demo_workbench: Workbench, by: tuple) -> None:
    workbench = demo_workbench
    columns = ["numerator_count", "denominator_count"]
    for answer in (workbench.denials.rate, workbench.denials.overturned):
        whole = answer().frame.group_by("measure").agg(pl.col(columns).sum()).sort("measure")
        parts = answer(by).frame.group_by("measure").agg(pl.col(columns).sum()).sort("measure")
        assert parts.equals(whole)
    money = ["denied_count", "denied_amount"]
    assert (
        workbench.denials.reasons(by)
        .frame.select(pl.col(money).sum())
        .equals(workbench.denials.reasons().frame.select(pl.col(money).sum()))
    )


@pytest.mark.field
@pytest.mark.parametrize("folder", ["x12", "claims", "field_cases/claims"])
def test_real_files_agree_or_are_explained(tmp_path: Path, field_data: Path, folder: str) -> None:
    workbench = Workbench(Workspace.create(tmp_path / "workspace"))
    workbench.files.load(field_data / folder)
    report = workbench.reconcile()
    assert report.is_reconciled, report.verdict
    assert report.reconciliation.not_compared.is_empty()
    assert _raw(report, "claims") > 50
