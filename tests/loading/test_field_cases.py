"""Inputs of kinds that people report, each with the values that are right for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.workbench import Workbench
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
