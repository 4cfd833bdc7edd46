"""Run all checks and keep what they found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from typing import Final

import polars as pl

from auditlib.checks.check_query import CHECK_TAIL, tables_of
from auditlib.checks.configuration import CheckSetting, apply_configuration
from auditlib.checks.kept_outcomes import keeping_outcomes
from auditlib.checks.own_rules.judge_table_rules import TABLE_RULES, judge_table_rules
from auditlib.checks.own_rules.rule_folder import OwnRules
from auditlib.checks.own_rules.rule_query import MOST_FINDINGS, MOST_SECONDS, QueryRule
from auditlib.checks.registry import Check, all_checks
from auditlib.codes.line_rules import line_rules
from auditlib.errors import BadInputError, StoreError
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.core import CARRIED_TEXT, DOCUMENT_REQUIREMENT
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.schema.ref_sets import LINE_RULE
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.engine import Engine
from auditlib.warehouse.store import read_sql

_ADD_JUDGED: Final = "statements/add_judged"
_ONE_CHECK: Final = "one_check"
_MOST_PREPARATIONS: Final = 5


def run_checks(
    warehouse: Warehouse,
    *,
    requirements: pl.DataFrame | None = None,
    own_rules: OwnRules | None = None,
    settings: tuple[CheckSetting, ...] = (),
    progress: Progress | None = None,
) -> None:
    """Run every check and every own rule, and replace ``mart.finding`` and ``mart.finding_summary``.

    A check *failed* if anything violates it, *passed* if it was applied and nothing does, was *not checked*
    if what it needs is absent for all it applies to, and is *not applicable* if it applies to nothing here.
    A fault that two checks see is one finding: that of the check which says more of it.

    Parameters
    ----------
    warehouse
        Where the claims and code sets are, and where the findings go.
    requirements
        Rows of ``core.document_requirement``: what reviewers said of documents; by default what is there.
    own_rules
        Rules of the workspace's own; by default none.
    settings
        Severities and switches of `checks.toml`.
    progress
        Advanced for each check.
    """
    own_rules = own_rules or OwnRules()
    progress = progress or SilentProgress()
    checks = all_checks()
    progress.start("Running checks", total=len(checks))
    with warehouse.writing() as writer:
        write_line_rules(writer)
        compare_notes(writer)
        if requirements is not None:
            writer.replace(DOCUMENT_REQUIREMENT, requirements)
        # Code sets may have come since the last load, or another version of auditlib have made it.
        if warehouse.engine is None:
            graph.run_outdated(writer, wanted=tables_of(checks))
            writer.clear(FINDING)
            writer.clear(FINDING_SUMMARY)
            judge(writer, checks, advance=progress.advance)
        else:
            # What only checks read is made on the engine, and nowhere else.
            graph.run_outdated(writer, wanted=graph.tables_but_for_checks())
    if warehouse.engine is not None:
        _run_elsewhere(warehouse, warehouse.engine, checks, progress)
    run_own_rules(warehouse, own_rules)
    with warehouse.writing() as writer:
        apply_configuration(writer, settings)
        # Last, so that what a switched off check would have said stays with the other.
        _leave_to_closer_checks(writer)


def _run_elsewhere(
    warehouse: Warehouse, engine: Engine, checks: tuple[Check, ...], progress: Progress
) -> None:
    """Run checks on an engine, which sees what was committed, and keep their findings here.

    Raises
    ------
    StoreError
        If files are loaded again and again while the engine makes what the checks read.
    """
    for _ in range(_MOST_PREPARATIONS):
        with warehouse.writing() as writer:
            prepared = writer.table_marks()
        engine.prepare(warehouse, [*(check.query for check in checks), CHECK_TAIL])
        with warehouse.writing() as writer:
            if writer.table_marks() != prepared:
                # Nobody is kept out for the minutes of preparing: what came in has to be judged too.
                continue
            writer.clear(FINDING)
            writer.clear(FINDING_SUMMARY)
            with _keeping_outcomes(writer, checks):
                for check in checks:
                    _add_rows(writer, check, engine.select(check.query, CHECK_TAIL))
                    progress.advance()
            return
    message = f"Something was loaded each of {_MOST_PREPARATIONS} times while the checks were being prepared."
    raise StoreError(message, hint="No check was run. Run them again when the loads have ended.")


def compare_notes(writer: Writer) -> None:
    """Compare the notes with earlier ones, unless nothing of them has changed since; fills a core table."""
    notes = writer.query("queries/checks/notes_to_compare")
    before = writer.query("queries/checks/note_fingerprints")
    if notes.select(before.columns).equals(before):
        return
    from auditlib.checks.carried_text import author_batches, carried_text  # noqa: PLC0415 - numpy is slow to import

    writer.clear(CARRIED_TEXT)
    for document_ids in author_batches(notes):
        texts = writer.query("queries/checks/note_texts", {"document_ids": document_ids})
        writer.append(CARRIED_TEXT, carried_text(notes.join(texts, on="document_id")))


def run_own_rules(warehouse: Warehouse, own_rules: OwnRules) -> None:
    """Run the rules of a workspace's own, and add their findings and outcomes to those of the checks."""
    if not own_rules.ids:
        return
    read = {name for rule in own_rules.query_rules for name in graph.tables_read(rule.sql)}
    read |= set(graph.tables_read(read_sql(TABLE_RULES)))
    with warehouse.writing() as writer:
        graph.run_outdated(writer, wanted=read)
        judge_table_rules(writer, own_rules.table_rules)
    for rule in own_rules.query_rules:
        _run_query_rule(warehouse, rule)


def _run_query_rule(warehouse: Warehouse, rule: QueryRule) -> None:
    """Run a rule in SQL on a connection that can only read; one that fails is not checked, and says why."""
    reason = ""
    rows = pl.DataFrame()
    try:
        rows = warehouse.select_guarded(rule.sql, most_seconds=MOST_SECONDS)
        if rows.height > MOST_FINDINGS:
            reason = f"It finds more than {MOST_FINDINGS:,}: look at its conditions."
    except BadInputError as error:
        reason = str(error)
    with warehouse.writing() as writer:
        if not reason:
            with _keeping_outcomes(writer, [rule.check]):
                _add_rows(writer, rule.check, rows)
            return
        failed = {
            "check_id": rule.check.id,
            "title": rule.check.title,
            "severity": rule.check.severity,
            "unit": rule.check.unit,
            "outcome": "not checked",
            "eligible_count": 0,
            "finding_count": 0,
            "not_checked_count": 0,
            "not_checked_reason": reason,
            "loaded_through": writer.query("queries/checks/loaded_through").item(),
        }
        writer.append(FINDING_SUMMARY, pl.DataFrame([failed], schema=FINDING_SUMMARY.polars_schema))


def write_line_rules(writer: Writer) -> None:
    """Write the project's table of rules on service lines, unless they are there already."""
    rules = LINE_RULE.conform(line_rules()).sort(LINE_RULE.key)
    if not writer.query("queries/checks/line_rule").equals(rules):
        writer.replace(LINE_RULE, rules)


def judge(writer: Writer, checks: Collection[Check], *, advance: Callable[[], None] = lambda: None) -> None:
    """Run some checks, and add their findings and outcomes to those that are there.

    Parameters
    ----------
    writer
        The transaction.
    checks
        Those to run; what they read is made.
    advance
        Called after each check.
    """
    with _keeping_outcomes(writer, checks):
        for check in checks:
            params = {"check_id": check.id}
            writer.run_on(_ADD_JUDGED, _ONE_CHECK, check.query, CHECK_TAIL, params=params)
            advance()


def _keeping_outcomes(writer: Writer, checks: Iterable[Check]) -> AbstractContextManager[None]:
    about = [
        (check.id, check.version, check.severity, check.title, check.unit, check.needs) for check in checks
    ]
    return keeping_outcomes(writer, about)


def _add_rows(writer: Writer, check: Check, rows: pl.DataFrame) -> None:
    """Add to `judged` what one check says."""
    writer.show(_ONE_CHECK, rows)
    writer.run(_ADD_JUDGED, {"check_id": check.id})
    writer.drop_kept(_ONE_CHECK)


def _leave_to_closer_checks(writer: Writer) -> None:
    """Leave one finding of a fault that two checks see: that of the check which says more of it."""
    for check in all_checks():
        if check.closer is not None:
            writer.run("statements/leave_to_closer_check", {"check_id": check.id, "closer": check.closer})
            writer.run("statements/count_what_is_left", {"check_id": check.id})
