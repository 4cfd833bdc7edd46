"""Coding checks: run them, read their outcomes and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from auditlib.checks import Check, all_checks, check_named, run_checks
from auditlib.progress import Progress, SilentProgress
from auditlib.report.result import Result, missing
from auditlib.review.document_statement import DOCUMENT_STATED, statement_frame
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.widgets import ActionPanel

_NOT_RUN = (
    "The checks have not run since the last load. Run them by wb.checks.run(), or by 'auditlib check' on "
    "the command line."
)


def _why_none(outcome: pl.DataFrame) -> str:
    """Return why a check, by its row, has no findings although it did not pass; empty where it did."""
    for row in outcome.iter_rows(named=True):
        if row["outcome"] == "not checked":
            return (
                f"Not checked: {row['not_checked_count']:,} that it applies to. {row['not_checked_reason']}"
            )
        if row["outcome"] == "not applicable":
            return f"Nothing to check: no {row['unit']} is known."
    return ""


class Checks:
    """The checks on everything that is loaded."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def run(self, *, progress: Progress | None = None) -> Result:
        """Run every check, keep its findings, and return the outcomes."""
        stated = statement_frame(self._context.ledger.events(kinds=[DOCUMENT_STATED]))
        run_checks(
            self._context.warehouse,
            requirements=stated.drop("stated_by"),
            progress=progress or SilentProgress(),
        )
        return self.outcomes()

    def run_panel(self) -> ActionPanel:
        """Return a button that runs the checks, over the outcomes of their last run."""
        from auditlib.widgets import ActionPanel  # noqa: PLC0415 - see above

        return ActionPanel(
            "Coding checks", button="Run the checks", action=lambda progress: self.run(progress=progress)
        )

    def outcomes(self) -> Result:
        """Return the outcome of every check as last run."""
        outcomes = self._context.query("checks/finding_summary")
        title = "Outcome of each check"
        if outcomes.is_empty():
            return missing(_NOT_RUN, title, frame=outcomes)
        return Result(outcomes, title)

    def findings(self, check_id: str | None = None, *, encounter_id: str | None = None) -> Result:
        """Return findings: all, those of a check, or those about an encounter.

        Raises
        ------
        UsageError
            If there is no such check.
        """
        self._context.require_known("check", check_id, [check.id for check in all_checks()])
        params: dict[str, object] = {"check_id": check_id, "encounter_id": encounter_id}
        title = "Findings" if check_id is None else f"{check_id} {check_named(check_id).title}"
        findings = self._context.query("checks/finding", params)
        if findings.is_empty():
            outcomes = self._context.query("checks/finding_summary")
            why = _NOT_RUN if outcomes.is_empty() else _why_none(outcomes.filter(check_id=check_id))
            if why:
                return missing(why, title, frame=findings)
        hidden = ("item_number", *(() if check_id is None else ("check_id",)))
        return Result(findings, title, hidden=hidden)

    def list(self) -> Result:
        """Return every check with its severity, its authority and what it needs."""
        rows = [
            (check.id, check.version, check.title, check.severity, check.authority, check.needs, check.fix)
            for check in all_checks()
        ]
        names = ["check_id", "check_version", "title", "severity", "authority", "needs", "fix"]
        return Result(pl.DataFrame(rows, schema=names, orient="row"), "Checks")

    def show(self, check_id: str) -> Check:
        """Return one check as its file describes it.

        Raises
        ------
        UsageError
            If there is no such check.
        """
        self._context.require_known("check", check_id, [check.id for check in all_checks()])
        return check_named(check_id)
