"""What reviewers said of the requirements of documents, as a section of an audit's report."""

from __future__ import annotations

import polars as pl

from auditlib.report.contents import ReportTable, Section
from auditlib.review.document_statement import LACKING, REQUIREMENTS


def requirement_section(statements: pl.DataFrame) -> tuple[Section, ...]:
    """Return the section; nothing where nothing was stated.

    Parameters
    ----------
    statements
        From `auditlib.review.document_statement.statement_frame`.
    """
    if statements.is_empty():
        return ()
    counts = {
        (name, state): count
        for name, state, count in statements.group_by("requirement", "requirement_state").len().iter_rows()
    }
    facts = []
    for name in REQUIREMENTS:
        lacking, met = counts.get((name, LACKING), 0), counts.get((name, "met"), 0)
        facts.append((name.capitalize(), f"missing in {lacking:,} of {lacking + met:,} documents stated"))
    return (
        Section(
            "Record requirements",
            facts=tuple(facts),
            tables=(
                ReportTable(
                    "Requirements that are missing",
                    statements.filter(requirement_state=LACKING).drop("requirement_state"),
                    note="What nobody stated is not checked.",
                    row_limit=None,
                ),
            ),
        ),
    )
