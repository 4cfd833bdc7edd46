"""Verdicts of a discovery sample carried over into the full sample of which its units are a part."""

from __future__ import annotations

import datetime as dt

from auditlib.audits.audit import document_texts, open_review, sampled_encounters, stays_of
from auditlib.audits.charts_without_documents import charts_without_documents
from auditlib.errors import UsageError
from auditlib.review import Replayed, chart_frame, worklist_from
from auditlib.review.replay import RecordedChart, replay
from auditlib.workspace.folder import Workspace


def carry_verdicts(workspace: Workspace, earlier: str, audit: str, *, recorded_at: dt.datetime) -> Replayed:
    """Enter the verdicts on an earlier audit's completed charts into an audit that has them too, each once.

    Parameters
    ----------
    workspace
        With both audits.
    earlier
        The audit whose charts are completed.
    audit
        The audit of which they are a part.
    recorded_at
        The time to record.

    Raises
    ------
    UsageError
        If a chart of the earlier sample is not in the later one.
    """
    first, second = sampled_encounters(workspace, earlier), sampled_encounters(workspace, audit)
    strangers = sorted(set(first) - set(second))
    if strangers:
        message = f"{len(strangers):,} charts of '{earlier}' are not in '{audit}', as {strangers[0]}."
        raise UsageError(message, hint="Draw both from the same frame with the same seed.")
    charts = chart_frame(workspace.ledger().events(audit=earlier))
    recorded = []
    for reviewer in charts["reviewer"].unique().sort():
        session = open_review(workspace, earlier, reviewer=reviewer)
        for encounter_id in charts.filter(reviewer=reviewer)["encounter_id"]:
            assigned = [
                session.current_verdict(encounter_id, code.code_number)
                for code in session.assigned(encounter_id)
            ]
            stated = session.record_statement(encounter_id)
            verdicts = [verdict for verdict in assigned if verdict is not None]
            recorded.append(
                RecordedChart(
                    encounter_id,
                    reviewer,
                    tuple(verdict.to_payload() for verdict in [*verdicts, *session.added(encounter_id)]),
                    None if stated is None else {"status": stated.status, "place": stated.place},
                    tuple(verdict.to_payload() for verdict in session.stay_verdicts(encounter_id).values()),
                )
            )
    warehouse = workspace.warehouse()
    codes = warehouse.query("queries/audits/encounter_codes_of", {"encounter_ids": first})
    cited = sorted({document_id for chart in recorded for document_id in chart.evidence_documents})
    return replay(
        workspace.ledger(),
        recorded,
        audit=audit,
        worklist=worklist_from(first, codes),
        without_documents=charts_without_documents(warehouse, first),
        recorded_at=recorded_at,
        documents=dict(document_texts(warehouse, cited).iter_rows()),
        stays=stays_of(warehouse, first),
    )
