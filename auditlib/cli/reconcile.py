"""`auditlib reconcile`: every total beside the same total summed plainly from the raw files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table
from auditlib.cli.session import InSession

if TYPE_CHECKING:
    from auditlib.report.reconciliation import ReconciliationReport


def reconcile(*, files: Path | None = None, mapping: list[Path] | None = None, session: InSession) -> Outcome:
    """Set every total of screens and reports beside the same total summed plainly from the raw files.

    What rightly differs is explained by equations that add up to the cent. Ends with 3 where a difference has
    no explanation, else with 1 where a file could not be compared.

    Parameters
    ----------
    files
        The folder where the files lie now, if they were moved since they were loaded.
    mapping
        The mapping by which a table was loaded; once for each mapping.
    """
    workbench = session.workbench()
    with session.progress() as progress:
        report = workbench.reconcile(files=files, mappings=mapping or (), progress=progress)
    return Outcome(
        lambda: {
            "is_reconciled": report.is_reconciled,
            "verdict": report.verdict,
            "totals": report.frame,
            "equations": report.equations,
            "differing_records": report.reconciliation.records,
            "files_not_compared": report.reconciliation.not_compared,
        },
        _screen(report),
        _exit_code(report),
    )


def _exit_code(report: ReconciliationReport) -> ExitCode:
    if report.is_reconciled:
        return ExitCode.DONE
    is_explained = report.reconciliation.unexplained_count == 0
    return ExitCode.DONE_WITH_RECORDS_NOT_LOADED if is_explained else ExitCode.BAD_INPUT


def _screen(report: ReconciliationReport) -> Screen:
    yield report.verdict
    yield ""
    for table in report.tables:
        yield table.title
        yield Table([column.label for column in table.columns], table.rows)
        yield from table.notes
    yield from report.equation_lines()
