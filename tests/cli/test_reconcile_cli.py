"""What `auditlib reconcile` says first, and how it ends."""

from __future__ import annotations

import polars as pl
import pytest

from auditlib.cli.outcome import ExitCode
from auditlib.cli.reconcile import _exit_code, _screen
from auditlib.reconciliation.reconcile import TOTALS_SCHEMA, Reconciliation
from auditlib.report.reconciliation import ReconciliationReport


@pytest.mark.parametrize(
    ("states", "words", "exit_code"),
    [
        (["compared"], "All 0 totals agree", ExitCode.DONE),
        (["compared", "changed"], "1 file of 2 could not", ExitCode.DONE_WITH_RECORDS_NOT_LOADED),
    ],
)
def test_a_file_that_was_not_compared_is_said_first(
    states: list[str], words: str, exit_code: ExitCode
) -> None:
    files = pl.DataFrame({"file_name": states, "format": "837P", "state": states})
    whole = Reconciliation(TOTALS_SCHEMA.to_frame(), (), pl.DataFrame(), files)
    report = ReconciliationReport(whole)
    assert str(next(iter(_screen(report)))).startswith(words)
    assert _exit_code(report) == exit_code
