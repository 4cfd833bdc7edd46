"""The rebuttal log and the corrective actions of an audit, as sections of its report."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.before_and_after_audit import METHOD
from auditlib.report.contents import ReportTable, Section
from auditlib.review.rebuttal import NONE_RECORDED, STATES
from auditlib.text import counted

_LOG: Final = (
    "finding_id",
    "encounter_id",
    "coder_id",
    "before",
    "after",
    "change",
    "answer",
    "coder_evidence",
    "late_reason",
    "decision",
    "counts_as",
    "decision_reason",
    "decided_by",
    "own_finding_reason",
    "sent_date",
    "due_date",
    "answered_date",
    "decided_date",
    "day_count",
)
_SCORES: Final = (
    "score_of",
    "name",
    "measure",
    "before_numerator_count",
    "before_denominator_count",
    "before_rate",
    "after_numerator_count",
    "after_denominator_count",
    "after_rate",
)
_ACTIONS: Final = (
    "action_id",
    "about",
    "name",
    "corrective_action",
    "owner",
    "due_date",
    "done_date",
    "action_result",
    "reaudit",
    "before_share",
    "before_chart_count",
    "after_share",
    "after_chart_count",
    "p_value",
    "conclusion",
    "action_state",
)


def rebuttal_summary(rebuttals: pl.DataFrame) -> str:
    """Return how many findings are in each state of rebuttal, in words.

    Parameters
    ----------
    rebuttals
        From `auditlib.audits.rebuttals.rebuttal_frame`, on the day of the report.
    """
    counts = dict(rebuttals.filter("is_current").group_by("state").len().iter_rows())
    if set(counts) <= {NONE_RECORDED}:
        return NONE_RECORDED
    said = [f"{counts[state]:,} {state}" for state in STATES if state in counts]
    return f"Of {counted(sum(counts.values()), 'finding')}: {', '.join(said)}."


def rebuttal_sections(rebuttals: pl.DataFrame, scores: pl.DataFrame) -> tuple[Section, ...]:
    """Return the rebuttal log; nothing where no finding was sent to a coder or answered.

    Parameters
    ----------
    rebuttals
        From `auditlib.audits.rebuttals.rebuttal_frame`, on the day of the report.
    scores
        From `auditlib.measures.rebuttal_scores.rebuttal_scores`.
    """
    log = rebuttals.filter((pl.col("state") != NONE_RECORDED) | ~pl.col("is_current"))
    if log.is_empty():
        return ()
    changed = rebuttals.filter(~pl.col("is_current")).height
    notes = []
    if changed:
        notes.append(
            f"{counted(changed, 'rebuttal')} of findings that were changed since: without effect on verdicts."
        )
    return (
        Section(
            "Rebuttals",
            paragraphs=(rebuttal_summary(rebuttals),),
            tables=(
                ReportTable(
                    "Rebuttal log",
                    log.select(
                        *_LOG,
                        rebuttal_state=pl.when("is_current")
                        .then(pl.col("state"))
                        .otherwise(pl.format("{}, finding changed since", "state")),
                    ),
                    note="What coders answered, with their evidence, and what was decided, by whom and why.",
                    row_limit=None,
                ),
                ReportTable(
                    "Scores before and after rebuttal",
                    scores.select(_SCORES).rename(
                        {"before_rate": "before_share", "after_rate": "after_share"}
                    ),
                    note="A chart is listed where a decision changed its verdicts.",
                    row_limit=None,
                ),
            ),
            notes=tuple(notes),
        ),
    )


def action_sections(actions: pl.DataFrame) -> tuple[Section, ...]:
    """Return the corrective actions with their states; nothing where none is planned.

    Parameters
    ----------
    actions
        From `auditlib.workbench.actions.Actions.list`, on the day of the report.
    """
    if actions.is_empty():
        return ()
    has_reaudit = actions["reaudit"].null_count() < actions.height
    return (
        Section(
            "Corrective actions",
            tables=(
                ReportTable(
                    "Actions", actions.select(_ACTIONS), note=METHOD if has_reaudit else "", row_limit=None
                ),
            ),
        ),
    )
