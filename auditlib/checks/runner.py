"""Run all checks and keep what they found."""

from __future__ import annotations

import polars as pl

from auditlib.checks.carried_text import author_batches, carried_text
from auditlib.checks.registry import Check, all_checks
from auditlib.progress import Progress, SilentProgress
from auditlib.schema import REF_TABLES
from auditlib.schema.core import CARRIED_TEXT, DOCUMENT_REQUIREMENT
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.store import read_sql

CHECK_TAIL = "statements/check_tail"
"""What every check ends in: a check's own file stops after `violating`."""


def run_checks(
    warehouse: Warehouse, *, requirements: pl.DataFrame | None = None, progress: Progress | None = None
) -> None:
    """Run every check and replace ``mart.finding`` and ``mart.finding_summary``.

    A check *failed* if anything violates it, *passed* if it was applied and nothing does, was *not checked*
    if what it needs is absent for all it applies to, and is *not applicable* if it applies to nothing here.

    Parameters
    ----------
    warehouse
        Where the claims and code sets are, and where the findings go.
    requirements
        Rows of ``core.document_requirement``: what reviewers said of documents; by default what is there.
    progress
        Told of each check.
    """
    progress = progress or SilentProgress()
    checks = all_checks()
    progress.start("Running checks", total=len(checks))
    with warehouse.writing() as writer:
        compare_notes(writer)
        if requirements is not None:
            writer.replace(DOCUMENT_REQUIREMENT, requirements)
        # Code sets may have come since the last load, or another version of auditlib have made it.
        graph.run(writer, changed={table.full_name for table in REF_TABLES}, wanted=tables_of(checks))
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
        for check in checks:
            run_check(writer, check)
            progress.advance()


def compare_notes(writer: Writer) -> None:
    """Compare the notes with earlier ones, unless nothing of them has changed since; fills a core table."""
    notes = writer.query("queries/checks/notes_to_compare")
    before = writer.query("queries/checks/note_fingerprints")
    if notes.select(before.columns).equals(before):
        return
    writer.clear(CARRIED_TEXT)
    for document_ids in author_batches(notes):
        texts = writer.query("queries/checks/note_texts", {"document_ids": document_ids})
        writer.append(CARRIED_TEXT, carried_text(notes.join(texts, on="document_id")))


def run_check(writer: Writer, check: Check) -> None:
    """Run one check, and add its findings and its outcome to those that are there."""
    writer.keep("judged", check.query, CHECK_TAIL)
    about = {"check_id": check.id, "severity": check.severity}
    writer.run("statements/add_finding", {**about, "check_version": check.version})
    writer.run(
        "statements/add_finding_summary",
        {**about, "title": check.title, "unit": check.unit, "needs": check.needs},
    )
    writer.drop_kept("judged")


def tables_of(checks: tuple[Check, ...]) -> set[str]:
    """Return the tables that checks read, as ``core.diagnosis``."""
    return {name for check in checks for name in graph.tables_read(whole_check(check))}


def whole_check(check: Check) -> str:
    """Return the SELECT of a check with its tail."""
    return read_sql(check.query) + read_sql(CHECK_TAIL)
