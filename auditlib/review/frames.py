"""Current verdicts and completed charts as frames, for measures and reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import polars as pl

from auditlib.ledger import Event
from auditlib.review.code_entry import plain_number
from auditlib.review.fold import VERDICT_KINDS, fold
from auditlib.review.payment_difference import ENTERED
from auditlib.review.verdict import Verdict

_TIMESTAMP: Final = pl.Datetime("us")

VERDICT_COLUMNS: Final = {
    "audit": pl.String(),
    "reviewer": pl.String(),
    "encounter_id": pl.String(),
    "code_number": pl.Int64(),
    "action": pl.String(),
    "code_system": pl.String(),
    "code": pl.String(),
    "corrected_code_system": pl.String(),
    "corrected_code": pl.String(),
    "error_kind": pl.String(),
    "cause": pl.String(),
    "recorded_at": _TIMESTAMP,
    "corrected_code_role": pl.String(),
    "corrected_poa_indicator": pl.String(),
    "corrected_modifiers": pl.String(),
    "corrected_unit_count": pl.String(),
    "comment": pl.String(),
    "event_number": pl.Int64(),
    "evidence_document_id": pl.String(),
    "evidence_start": pl.Int64(),
    "evidence_end": pl.Int64(),
    "evidence_sha256": pl.String(),
    "payment_difference": pl.Decimal(18, 2),
    "payment_difference_basis": pl.String(),
    "visit_result": pl.String(),
    "visit_rationale": pl.String(),
    "error_severity": pl.String(),
}

RECORD_COLUMNS: Final = {
    "audit": pl.String(),
    "reviewer": pl.String(),
    "encounter_id": pl.String(),
    "record_status": pl.String(),
    "record_place": pl.String(),
    "is_completed": pl.Boolean(),
}

CHART_COLUMNS: Final = {
    "audit": pl.String(),
    "reviewer": pl.String(),
    "encounter_id": pl.String(),
    "opened_at": _TIMESTAMP,
    "completed_at": _TIMESTAMP,
    "record_status": pl.String(),
    "record_place": pl.String(),
}


def verdict_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per reviewed code, with each reviewer's current verdict.

    Verdicts on charts that are not completed are included: join `chart_frame` to exclude them. A
    withdrawn verdict has no row. Payment differences are those that reviewers entered or accepted. Times are
    UTC. Rows are ordered by audit, reviewer, encounter and position; added codes come last.
    """
    rows = [
        {
            "audit": audit,
            "reviewer": reviewer,
            "encounter_id": encounter_id,
            **verdict_row(current.verdict, current.event),
        }
        for (audit, reviewer, encounter_id), review in fold({}, events).items()
        for current in review.current.values()
    ]
    return pl.DataFrame(rows, schema=VERDICT_COLUMNS).sort(
        "audit", "reviewer", "encounter_id", "code_number", "event_number", nulls_last=True
    )


def verdict_row(verdict: Verdict, event: Event) -> dict[str, object]:
    """Return a verdict as a row of `VERDICT_COLUMNS`, without audit, reviewer and encounter.

    Parameters
    ----------
    verdict
        The verdict.
    event
        The event that recorded it.
    """
    corrected, evidence, difference = verdict.corrected, verdict.evidence, verdict.payment_difference
    level = verdict.visit_level
    return {
        "code_number": verdict.code_number,
        "action": verdict.action,
        "code_system": verdict.code_system,
        "code": verdict.code,
        "corrected_code_system": corrected and corrected.code_system,
        "corrected_code": corrected and corrected.code,
        "error_kind": verdict.error_kind,
        "cause": verdict.cause,
        "error_severity": verdict.severity,
        "recorded_at": _as_utc(event.recorded_at),
        "corrected_code_role": corrected and corrected.code_role,
        "corrected_poa_indicator": corrected and corrected.poa_indicator,
        "corrected_modifiers": corrected and (",".join(corrected.modifiers) or None),
        "corrected_unit_count": plain_number(corrected.unit_count)
        if corrected and corrected.unit_count is not None
        else None,
        "comment": verdict.comment,
        "event_number": event.event_number,
        "evidence_document_id": evidence and evidence.document_id,
        "evidence_start": evidence and evidence.start,
        "evidence_end": evidence and evidence.end,
        "evidence_sha256": evidence and evidence.sha256,
        "payment_difference": difference,
        "payment_difference_basis": None if difference is None else verdict.payment_origin or ENTERED,
        "visit_result": level and level.result,
        "visit_rationale": level and level.sentence,
    }


def chart_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per reviewer and completed chart; a reopened one has none until completed again.

    ``record_status`` and ``record_place`` are what the reviewer said of the record; null where nothing.
    """
    rows = [
        {
            "audit": audit,
            "reviewer": reviewer,
            "encounter_id": encounter_id,
            "opened_at": _as_utc(review.opened_at),
            "completed_at": _as_utc(review.completed_at),
            "record_status": review.record and review.record.statement.status,
            "record_place": review.record and review.record.statement.place,
        }
        for (audit, reviewer, encounter_id), review in fold({}, _but_verdicts(events)).items()
        if review.completed_at is not None
    ]
    return pl.DataFrame(rows, schema=CHART_COLUMNS).sort("audit", "reviewer", "encounter_id")


def record_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row per reviewer and chart of whose record the reviewer said something."""
    rows = [
        {
            "audit": audit,
            "reviewer": reviewer,
            "encounter_id": encounter_id,
            "record_status": review.record.statement.status,
            "record_place": review.record.statement.place,
            "is_completed": review.completed_at is not None,
        }
        for (audit, reviewer, encounter_id), review in fold({}, _but_verdicts(events)).items()
        if review.record is not None
    ]
    return pl.DataFrame(rows, schema=RECORD_COLUMNS).sort("audit", "encounter_id", "reviewer")


def _but_verdicts(events: Iterable[Event]) -> Iterator[Event]:
    """Leave out what says nothing of a chart as a whole, and is most of a ledger."""
    return (event for event in events if event.kind not in VERDICT_KINDS)


def _as_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
