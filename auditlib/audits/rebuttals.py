"""The findings of an audit with what their coders answered and what was decided, as a frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.audits.audit import verdicts_before_and_after
from auditlib.ledger import Event
from auditlib.review.final_verdicts import NO_RECORD
from auditlib.review.finding import (
    Finding,
    FindingKey,
    finding_key,
    findings_of,
    found_row,
    verdict_of_row,
)
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.rebuttal import NONE_RECORDED, UPHELD, Rebuttal, fold_rebuttals
from auditlib.review.stay_verdict import FACT_OF_SYSTEM
from auditlib.workspace.folder import Workspace

_NOTHING: Final = "(nothing)"
REBUTTAL_COLUMNS: Final = {
    "finding_id": pl.String(),
    "encounter_id": pl.String(),
    "coder_id": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "change": pl.String(),
    "error_kind": pl.String(),
    "cause": pl.String(),
    "comment": pl.String(),
    "evidence": pl.String(),
    "reviewer": pl.String(),
    "sent_date": pl.Date(),
    "due_date": pl.Date(),
    "answer": pl.String(),
    "coder_evidence": pl.String(),
    "answered_date": pl.Date(),
    "entered_by": pl.String(),
    "late_reason": pl.String(),
    "decision": pl.String(),
    "counts_as": pl.String(),
    "decision_reason": pl.String(),
    "decided_by": pl.String(),
    "own_finding_reason": pl.String(),
    "decided_date": pl.Date(),
    "day_count": pl.Int64(),
    "state": pl.String(),
    "is_current": pl.Boolean(),
}
"""Columns of `rebuttal_frame`."""
DISPUTE_COLUMNS: Final = {
    "audit": pl.String(),
    "encounter_id": pl.String(),
    "reviewer": pl.String(),
    "found": pl.String(),
    "code": pl.String(),
    "error_kind": pl.String(),
    "decided_by": pl.String(),
    "decision_reason": pl.String(),
    "is_upheld": pl.Boolean(),
}
"""Columns of `decided_disputes`."""


def findings_to_answer(
    workspace: Workspace, verdicts: pl.DataFrame, events: Sequence[Event]
) -> list[Finding]:
    """Return the findings of the charts that count, before any rebuttal is decided.

    Parameters
    ----------
    workspace
        Whose encounters say who coded them.
    verdicts
        `auditlib.audits.audit.Reviewed.verdicts_to_answer`.
    events
        The events of the audit.
    """
    charts = verdicts["encounter_id"].unique().sort().to_list()
    people = workspace.warehouse().query("queries/audits/people_of_encounters", {"encounter_ids": charts})
    coders = dict(people.select("encounter_id", "coder_id").iter_rows())
    return findings_of(verdicts, {event.event_number: event for event in events}, coders)


def rebuttal_frame(
    workspace: Workspace,
    audit: str,
    verdicts: pl.DataFrame,
    events: Sequence[Event],
    *,
    as_of: dt.date,
) -> pl.DataFrame:
    """Return one row per finding: billed, audited, the coder's answer, the decision, days and state.

    Parameters
    ----------
    workspace, audit
        The audit.
    verdicts
        Its `auditlib.audits.audit.Reviewed.verdicts_to_answer`.
    events
        Its events.
    as_of
        The day of the states and days.

    Returns
    -------
    polars.DataFrame
        The columns of `REBUTTAL_COLUMNS`, in the order of charts and codes, stays after codes. A rebuttal
        whose finding does not count any more, because its verdict was changed or its chart reopened, comes
        last with ``is_current`` false.
    """
    findings = findings_to_answer(workspace, verdicts, events)
    rebuttals = fold_rebuttals(events)
    by_number = {event.event_number: event for event in events}
    wrong = verdicts.filter(~pl.col("action").is_in(["agree", NO_RECORD]))
    keys = [finding.key for finding in findings]
    earlier = [(key, rebuttal) for key, rebuttal in rebuttals.items() if key not in set(keys)]
    # Of an earlier finding, only what was found is known: any event stands for the one that recorded it.
    first = next(iter(by_number.values()), None)
    stale = [
        {"audit": audit, "encounter_id": rebuttal.encounter_id, **found_row(rebuttal.found, first)}
        for _, rebuttal in earlier
        if first is not None
    ]
    rows = pl.concat([wrong, pl.DataFrame(stale, schema=VERDICT_COLUMNS)])
    readable = _readable(workspace, rows).with_columns(change_of_code()).to_dicts()
    counts = _counting(workspace, audit, rebuttals, first)
    found = []
    for place, row in enumerate(readable):
        is_current = place < len(findings)
        key = keys[place] if is_current else earlier[place - len(findings)][0]
        rebuttal = rebuttals.get(key)
        own = findings[place] if is_current else None
        found.append(_row(row, own, rebuttal, counts.get(key), as_of))
    return pl.DataFrame(found, schema=REBUTTAL_COLUMNS)


def _readable(workspace: Workspace, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts before and after, where a fact of a stay stands with its name: 'DRG 194'."""
    fact = pl.col("code_system").replace_strict(dict(FACT_OF_SYSTEM), default=None)
    return verdicts_before_and_after(workspace, verdicts).with_columns(
        pl.when(fact.is_null()).then(pl.col(side)).otherwise(pl.format("{} {}", fact, side)).alias(side)
        for side in ("before", "after")
    )


def _row(
    row: Mapping[str, object],
    finding: Finding | None,
    rebuttal: Rebuttal | None,
    counts_as: str | None,
    as_of: dt.date,
) -> dict[str, object]:
    names = ("encounter_id", "before", "after", "change", "error_kind", "cause")
    values = {name: row[name] for name in names}
    if finding is not None:
        values |= {
            "finding_id": finding.finding_id,
            "coder_id": finding.coder_id,
            "comment": row["comment"],
            "evidence": row["evidence"],
            "reviewer": row["reviewer"],
        }
    if rebuttal is None:
        return {**values, "state": NONE_RECORDED, "is_current": finding is not None}
    values.setdefault("finding_id", rebuttal.finding_id)
    if values.get("coder_id") is None:
        values["coder_id"] = rebuttal.coder_id
    return {
        **values,
        "sent_date": _day(rebuttal.sent_at),
        "due_date": rebuttal.due_on,
        "answer": rebuttal.answer,
        "coder_evidence": rebuttal.evidence,
        "answered_date": _day(rebuttal.answered_at),
        "entered_by": rebuttal.entered_by,
        "late_reason": rebuttal.late_reason,
        "decision": rebuttal.decision,
        "counts_as": counts_as,
        "decision_reason": rebuttal.reason,
        "decided_by": rebuttal.decided_by,
        "own_finding_reason": rebuttal.own_finding_reason,
        "decided_date": _day(rebuttal.decided_at),
        "day_count": rebuttal.day_count(as_of),
        "state": rebuttal.state(as_of),
        "is_current": finding is not None,
    }


def _counting(
    workspace: Workspace, audit: str, rebuttals: Mapping[FindingKey, Rebuttal], event: Event | None
) -> dict[FindingKey, str]:
    """Return what counts after each upheld dispute, as a person reads it."""
    upheld = {key: rebuttal for key, rebuttal in rebuttals.items() if rebuttal.decision == UPHELD}
    named = {key: rebuttal.verdict for key, rebuttal in upheld.items() if rebuttal.verdict is not None}
    if event is None or not upheld:
        return {}
    rows = [
        {"audit": audit, "encounter_id": one.encounter_id, **found_row(one, event)} for one in named.values()
    ]
    readable = _readable(workspace, pl.DataFrame(rows, schema=VERDICT_COLUMNS))
    said = dict.fromkeys(upheld, f"{_NOTHING}: the code is not added")
    for key, row in zip(named, readable.iter_rows(named=True), strict=True):
        why = ", ".join(filter(None, (row["error_kind"], row["cause"])))
        said[key] = f"{row['after']} ({why})" if why else f"{row['after']}, as billed"
    return said


def known_finding_ids(findings: Sequence[Finding], events: Sequence[Event]) -> dict[str, str | None]:
    """Return every id that the findings of an audit have or had, with the id of the finding now.

    Parameters
    ----------
    findings
        The findings now.
    events
        The events of the audit: a finding that was sent or answered names its id.

    Returns
    -------
    dict
        None for a finding that was changed since.
    """
    now = {finding.key: finding.finding_id for finding in findings}
    ids: dict[str, str | None] = {}
    for event in events:
        # A fold of one event tells the finding that it is about.
        for key, rebuttal in fold_rebuttals([event]).items():
            ids[rebuttal.finding_id] = now.get(key)
    return ids | {finding.finding_id: finding.finding_id for finding in findings}


def decided_disputes(verdicts: pl.DataFrame, events: Sequence[Event]) -> pl.DataFrame:
    """Return the findings whose dispute was decided, one row for each reviewer who recorded one.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame`, and those on stays, of every reviewer.
    events
        The events of their audits.

    Returns
    -------
    polars.DataFrame
        The columns of `DISPUTE_COLUMNS`; ``found`` is the same for all who recorded the finding.
    """
    decided = {key: one for key, one in fold_rebuttals(events).items() if one.decision is not None}
    charts = sorted({one.encounter_id for one in decided.values()})
    rows = []
    for row in verdicts.filter(pl.col("encounter_id").is_in(charts)).iter_rows(named=True):
        key = finding_key(row["audit"], verdict_of_row(row))
        if (one := decided.get(key)) is not None:
            names = ("audit", "encounter_id", "reviewer", "error_kind")
            rows.append(
                {
                    **{name: row[name] for name in names},
                    "found": key[1],
                    "code": row["code"] or row["corrected_code"],
                    "decided_by": one.decided_by,
                    "decision_reason": one.reason,
                    "is_upheld": one.decision == UPHELD,
                }
            )
    return pl.DataFrame(rows, schema=DISPUTE_COLUMNS)


def rebuttal_states(verdicts: pl.DataFrame, events: Sequence[Event], *, as_of: dt.date) -> pl.Series:
    """Return the state of the rebuttal of each final verdict, in their order.

    Parameters
    ----------
    verdicts
        The final verdicts, on codes or on stays, with upheld disputes.
    events
        The events of the audit.
    as_of
        The day of the states.
    """
    rebuttals = fold_rebuttals(events)
    decided = {
        rebuttal.decision_event.event_number
        for rebuttal in rebuttals.values()
        if rebuttal.decision == UPHELD and rebuttal.decision_event is not None
    }
    states = []
    for row in verdicts.iter_rows(named=True):
        if row["event_number"] in decided:
            states.append(UPHELD)
        elif row["action"] in {"agree", NO_RECORD} or not rebuttals:
            states.append(NONE_RECORDED)
        else:
            rebuttal = rebuttals.get(finding_key(row["audit"], verdict_of_row(row)))
            states.append(NONE_RECORDED if rebuttal is None else rebuttal.state(as_of))
    return pl.Series("rebuttal", states, pl.String())


def _day(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else moment.astimezone(dt.UTC).date()


def code_lists(workspace: Workspace, verdicts: pl.DataFrame, encounter_ids: Sequence[str]) -> pl.DataFrame:
    """Return every code of charts, and what was judged of their stays, billed and audited side by side.

    Parameters
    ----------
    workspace
        With the coder's codes.
    verdicts
        `auditlib.audits.audit.Reviewed.verdicts_to_answer`.
    encounter_ids
        The charts.

    Returns
    -------
    polars.DataFrame
        ``encounter_id``, ``code_number``, ``before``, ``after``, ``change``, ``error_kind`` and ``is_stay``;
        ``change`` is as billed, changed, added, deleted, resequenced, or no record.
    """
    listed = verdicts.filter(pl.col("encounter_id").is_in(list(encounter_ids))).sort(
        "encounter_id", "code_number", nulls_last=True, maintain_order=True
    )
    return _readable(workspace, listed).select(
        "encounter_id",
        "code_number",
        "before",
        "after",
        change_of_code(),
        "error_kind",
        is_stay=pl.col("code_system").is_in(list(FACT_OF_SYSTEM)),
    )


def change_of_code() -> pl.Expr:
    """Return what a verdict makes of a code, from its action and error kind."""
    is_resequenced = (pl.col("action") == "change") & (pl.col("error_kind") == "sequencing")
    words = {"agree": "as billed", "change": "changed", "delete": "deleted", "add": "added"}
    return (
        pl.when(is_resequenced)
        .then(pl.lit("resequenced"))
        .otherwise(pl.col("action").replace(words))
        .alias("change")
    )
