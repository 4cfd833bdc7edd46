"""The figures of the workpaper, read from the workspace."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.audit import charts_of_units, verdicts_before_and_after
from auditlib.audits.integrity import verify_decisions
from auditlib.audits.paid_units import paid_units
from auditlib.audits.rebuttals import rebuttal_states
from auditlib.audits.stay_changes import stay_changes
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.audit_estimate import AuditEstimate
from auditlib.report.packs.rebuttal_sections import rebuttal_summary
from auditlib.report.packs.review_findings import unit_results
from auditlib.report.packs.unit_payments import payments_note, unit_payments, with_payments
from auditlib.report.packs.workpaper import WorkpaperFigures
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit


def workpaper_figures(context: Context, audit: Audit, *, as_of: dt.date) -> WorkpaperFigures:
    """Return what the workpaper says of an audit on a day."""
    manifest, final = audit.manifest, audit.reviewed.final
    unit_ids = [unit.unit_id for unit in manifest.selected]
    unit = manifest.universe.unit
    chart_of = charts_of_units(context.workspace, unit, unit_ids)
    wrong = verdicts_before_and_after(context.workspace, final.verdicts).filter(pl.col("action") != "agree")
    stays = audit.reviewed.final_stays
    events = context.ledger.events(audit=audit.name)
    units = with_payments(
        unit_results(manifest, audit.spare_uses(), chart_of, final),
        wrong,
        paid_units(context.warehouse, unit, unit_ids),
        unit=unit,
        missing_rule=final.missing_rule,
        stay_changes=stay_changes(
            context.workspace, stays, rebuttal_states(stays.verdicts, events, as_of=as_of)
        ),
    )
    estimate, why_no_estimate = _estimate(audit)
    rebuttal_note = rebuttal_summary(audit.rebuttals(as_of=as_of).frame)
    # Verified after everything is read: the anchor covers whatever the workpaper says.
    ledger = verify_decisions(context.workspace)
    return WorkpaperFigures(
        audit=audit.name,
        manifest=manifest,
        spare_uses=audit.spare_uses(),
        draw_history=audit.draw_history(),
        units=unit_payments(units),
        units_note=payments_note(unit),
        estimate=estimate,
        why_no_estimate=why_no_estimate,
        review_note=final.note,
        weights_note=audit.weights_note,
        reviewers=final.charts["reviewer"].unique().sort().to_list(),
        rebuttal_note=rebuttal_note,
        ledger=ledger,
    )


def _estimate(audit: Audit) -> tuple[AuditEstimate | None, str]:
    """Return the estimate of the units in error, or why there is none."""
    try:
        return audit.estimate(), ""
    except (UsageError, BadInputError) as error:
        return None, error.message
