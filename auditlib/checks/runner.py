"""Run all checks and keep what they found."""

from __future__ import annotations

import polars as pl

from auditlib.checks.registry import Check, all_checks
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse


def run_checks(warehouse: Warehouse, *, progress: Progress | None = None) -> None:
    """Run every check and replace ``mart.finding`` and ``mart.finding_summary``.

    A check *failed* if anything violates it, *passed* if it was applied and nothing does, was *not checked*
    if what it needs is absent for all it applies to, and is *not applicable* if it applies to nothing here.

    Parameters
    ----------
    warehouse
        Where the claims and code sets are, and where the findings go.
    progress
        Told of each check.
    """
    progress = progress or SilentProgress()
    checks = all_checks()
    progress.start("Running checks", total=len(checks))
    findings = [FINDING.empty()]
    summaries = [FINDING_SUMMARY.empty()]
    for check in checks:
        rows = warehouse.query(check.query)
        finding, summary = findings_of(check, rows)
        findings.append(finding)
        summaries.append(summary)
        progress.advance()
    with warehouse.writing() as writer:
        writer.replace(FINDING, pl.concat(findings))
        writer.replace(FINDING_SUMMARY, pl.concat(summaries))


def findings_of(check: Check, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Turn the rows of a check's query into rows of ``mart.finding`` and one of ``mart.finding_summary``.

    Parameters
    ----------
    check
        The check that was run.
    rows
        What its query gave: the counts on every row, and one violation a row, or nulls where there is none.
    """
    eligible_count, not_checked_count = rows.select("eligible_count", "not_checked_count").row(0)
    finding = FINDING.conform(
        rows.drop("eligible_count", "not_checked_count")
        .filter(pl.col("item_number").is_not_null())
        .with_row_index("finding_number", offset=1)
        .with_columns(
            check_id=pl.lit(check.id),
            check_version=pl.lit(check.version),
            severity=pl.lit(check.severity),
        )
    )
    summary = {
        "check_id": check.id,
        "title": check.title,
        "severity": check.severity,
        "unit": check.unit,
        "outcome": _outcome(eligible_count, finding.height, not_checked_count),
        "eligible_count": eligible_count,
        "finding_count": finding.height,
        "not_checked_count": not_checked_count,
        "not_checked_reason": f"Needs {check.needs}." if not_checked_count else None,
    }
    return finding, pl.DataFrame([summary], schema=FINDING_SUMMARY.polars_schema)


def _outcome(eligible_count: int, finding_count: int, not_checked_count: int) -> str:
    if finding_count:
        return "failed"
    if eligible_count:
        return "passed"
    return "not checked" if not_checked_count else "not applicable"
