"""The queries to providers of an audit, as a section of its report: counts and days, nothing of a patient."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.report.contents import ReportTable, Section
from auditlib.review.provider_query import COMPLETED_WITH_OPEN_QUERY, QUERY_OPEN
from auditlib.text import counted

_COLUMNS: Final = ("query_id", "query_state", "sent_date", "answered_date", "day_count")


def query_section(queries: pl.DataFrame, with_open_query: int) -> tuple[Section, ...]:
    """Return the section of the queries; nothing where none was sent.

    Parameters
    ----------
    queries
        Of `auditlib.workbench.queries.Queries.list`, on the day of the report.
    with_open_query
        How many charts are completed while a query is open.
    """
    if queries.is_empty():
        return ()
    answered, waiting = (queries.filter(query_state=state) for state in ("answered", QUERY_OPEN))
    withdrawn = queries.height - answered.height - waiting.height
    return (
        Section(
            "Queries to providers",
            facts=(
                ("Asked", f"{queries.height:,}"),
                ("Answered", _with_days(answered, "until the answer")),
                ("Open", _with_days(waiting, "so far")),
                ("Withdrawn", f"{withdrawn:,}"),
                (f"Charts {COMPLETED_WITH_OPEN_QUERY}", f"{with_open_query:,}"),
            ),
            tables=(
                ReportTable(
                    "Queries by number",
                    queries.select(_COLUMNS),
                    note="'auditlib audit queries' has what was asked and answered.",
                    row_limit=None,
                ),
            ),
        ),
    )


def _with_days(queries: pl.DataFrame, what: str) -> str:
    if queries.is_empty():
        return "0"
    median = queries.select(pl.col("day_count").median()).item()
    return f"{queries.height:,}, median {_days(median)} {what}"


def _days(days: float) -> str:
    """Return days in words: a median may be a half."""
    return counted(int(days), "day") if days == int(days) else f"{days:.1f} days"
