"""Findings that no longer hold because what their checks read has changed; those of other checks stay."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from auditlib.checks.check_outcomes import NOT_RUN
from auditlib.checks.check_query import tables_of
from auditlib.checks.registry import all_checks
from auditlib.schema.core import CARRIED_TEXT, PSEUDONYM_KEY, SOURCE_FILE
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Writer, graph
from auditlib.warehouse.store import read_sql

NO_INPUT: Final = frozenset({SOURCE_FILE.full_name, PSEUDONYM_KEY.full_name})
"""What no rule reads for itself: a file is looked up by the rows that it gave, and changes with them."""


def let_findings_lapse(writer: Writer, changed: Collection[str]) -> None:
    """Take out the findings of the checks that read some tables, themselves or through models.

    The outcome of such a check is `NOT_RUN` until it runs again; findings of the others stay. Rules of the
    workspace's own lapse with any change. Where no outcome would be left, none is: as before the first run.

    Parameters
    ----------
    writer
        The transaction that changes the tables.
    changed
        Full names of the tables of which it changed rows, as ``core.claim``, but for what models make.
    """
    inputs = set(changed) - NO_INPUT
    if not inputs:
        return
    run = set(writer.query("queries/checks/run_check")["check_id"])
    own = run - {check.id for check in all_checks()}
    lapsed = run & _lapsed(inputs) | own
    if run == lapsed:
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
    elif lapsed:
        writer.run("statements/let_findings_lapse", {"check_ids": sorted(lapsed)})
        writer.run("statements/let_outcomes_lapse", {"check_ids": sorted(lapsed), "outcome": NOT_RUN})


def _lapsed(changed: set[str]) -> set[str]:
    """Return the ids of the checks that read some tables, or leave findings to a check that does."""
    read = graph.with_what_follows(changed)
    # Each run compares the notes that have changed since the last one.
    if not read.isdisjoint(graph.tables_read(read_sql("queries/checks/notes_to_compare"))):
        read = graph.with_what_follows({*read, CARRIED_TEXT.full_name})
    checks = all_checks()
    lapsed = {check.id for check in checks if not read.isdisjoint(tables_of([check]))}
    while more := {check.id for check in checks if check.closer in lapsed} - lapsed:
        lapsed |= more
    return lapsed
