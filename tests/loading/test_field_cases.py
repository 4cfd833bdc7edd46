"""Inputs of kinds that people report, each with the values that are right for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.schema.core import ADJUSTMENT, CLAIM, CLAIM_LINE, REMIT_CLAIM
from auditlib.workbench import Workbench
from tests.checks.reading import table
from tests.made_once import workspace_with_code_sets

pytestmark = pytest.mark.field


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench.open(workspace_with_code_sets(tmp_path / "w"))


def load_case(bench: Workbench, field_data: Path, name: str) -> None:
    """Load a case: sub-folders 1, 2, 3 one load after the other, else all files at once."""
    folder = field_data / "field_cases" / "claims" / name
    steps = sorted(entry for entry in folder.iterdir() if entry.is_dir()) or [folder]
    for step in steps:
        bench.files.load([step])


def test_reasons_that_are_no_denials(bench: Workbench, field_data: Path) -> None:
    load_case(bench, field_data, "carc_not_denials")
    rates = bench.denials.rate().frame
    assert rates.select("numerator_count", "denominator_count", "rate_with_unmapped").rows()[0] == (0, 8, 0.0)


def test_hard_wrapped_claims_and_payments_meet(bench: Workbench, field_data: Path) -> None:
    load_case(bench, field_data, "wrap80_crlf")
    files = bench.files.list().frame
    assert files.select("claim_count", "charge_amount", "paid_amount").sum().row(0)[0] == 80
    links = bench.workspace.warehouse().query("models/claim_link")
    assert (links.height, links["claim_id"].n_unique(), links["claim_id"].null_count()) == (40, 40, 0)
    outcomes = bench.workspace.warehouse().query("models/claim_outcome")
    totals = outcomes.select("charge_amount", "paid_amount").sum().row(0)
    assert totals == (Decimal(14_000), Decimal(8_000))
    adjustments = table(bench.workspace.warehouse(), ADJUSTMENT)
    assert (adjustments.height, adjustments["adjustment_amount"].sum()) == (40, Decimal(6_000))
    assert set(table(bench.workspace.warehouse(), CLAIM)["billing_provider_id"]) == {"1234567893"}
    assert table(bench.workspace.warehouse(), CLAIM_LINE).height == 80
    assert bench.files.balances().frame.is_empty()


@pytest.mark.parametrize("name", ["cr_terminator", "utf16_x12"])
def test_odd_delimiters_and_encodings_are_read(bench: Workbench, field_data: Path, name: str) -> None:
    load_case(bench, field_data, name)
    payment = table(bench.workspace.warehouse(), REMIT_CLAIM)
    assert payment.select("charge_amount", "paid_amount").rows() == [(Decimal(100), Decimal(60))]
    assert table(bench.workspace.warehouse(), ADJUSTMENT)["adjustment_amount"].to_list() == [Decimal(40)]
