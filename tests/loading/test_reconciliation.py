"""What is in the warehouse equals what a plain, separate reader adds up from the raw files."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.embedded import embedded_folder
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.sources.x12.naive import naive_totals

SUMMED = {
    "claim_count": ("claim", None),
    "line_count": ("claim_line", None),
    "claim_charge_amount": ("claim", "charge_amount"),
    "line_charge_amount": ("claim_line", "charge_amount"),
    "remit_claim_count": ("remit_claim", None),
    "remit_line_count": ("remit_line", None),
    "remit_charge_amount": ("remit_claim", "charge_amount"),
    "remit_paid_amount": ("remit_claim", "paid_amount"),
    "payment_amount": ("remittance", "payment_amount"),
    "provider_adjustment_amount": ("provider_adjustment", "adjustment_amount"),
}


@pytest.fixture(scope="module")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    workbench = Workbench(Workspace.create(tmp_path_factory.mktemp("reconciled") / "workspace"))
    data = embedded_folder("data")
    workbench.files.load([data / name for name in ("charts", "encounters", "claims", "remittances")])
    return workbench


@pytest.fixture(scope="module")
def raw_totals() -> Counter[str]:
    totals: Counter[str] = Counter()
    for path in sorted(embedded_folder("data").rglob("*.edi")):
        totals.update(naive_totals(path))
    return totals


@pytest.mark.parametrize("figure", SUMMED)
def test_core_equals_the_raw_files(demo_data: Workbench, raw_totals: Counter[str], figure: str) -> None:
    totals = demo_data.workspace.warehouse().query("queries/files/money_totals")
    table_name, column = SUMMED[figure]
    row = totals.filter(pl.col("table_name") == table_name).row(0, named=True)
    assert row["row_count" if column is None else column] == raw_totals[figure]


def test_the_summary_equals_the_raw_files(demo_data: Workbench, raw_totals: Counter[str]) -> None:
    loaded = demo_data.reports.summary().loaded
    assert loaded.claim_count == raw_totals["claim_count"]
    assert loaded.claim_line_count == raw_totals["line_count"]
    assert loaded.claim_charge_amount == raw_totals["claim_charge_amount"]
    assert loaded.claim_payment_count == raw_totals["remit_claim_count"]
    assert loaded.paid_amount == raw_totals["remit_paid_amount"]
    assert loaded.rejected_count == 0


def test_every_encounter_of_the_files_is_there(demo_data: Workbench) -> None:
    data = embedded_folder("data")
    lines = (data / "encounters" / "encounters.csv").read_text(encoding="utf-8").splitlines()
    in_table = sum(1 for line in lines if line.strip()) - 1
    authored = len(list((data / "charts").glob("*/encounter.json")))
    assert demo_data.reports.summary().loaded.encounter_count == in_table + authored


def test_outcomes_hold_every_original_claim_and_every_dollar_paid(demo_data: Workbench) -> None:
    flow = demo_data.denials.outcomes().frame
    payments = demo_data.workspace.warehouse().query("queries/files/money_totals")
    paid = payments.filter(pl.col("table_name") == "remit_claim")["paid_amount"].item()
    outcomes = demo_data.workspace.warehouse().query("queries/measures/outcome_totals").row(0, named=True)
    assert flow["claim_count"].sum() == outcomes["claim_count"]
    assert (
        outcomes["paid_amount"] + outcomes["secondary_paid_amount"] + outcomes["unmatched_paid_amount"]
        == paid
    )
    assert outcomes["unmatched_paid_amount"] == Decimal(0)


def test_the_raw_reader_is_not_ours() -> None:
    source = (Path(__file__).parents[1] / "sources" / "x12" / "naive.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) auditlib", source, flags=re.MULTILINE)
