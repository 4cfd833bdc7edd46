"""The figures of the workpaper, read from the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.audit import charts_of_units, verdicts_before_and_after
from auditlib.audits.integrity import verify_chain
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.audit_estimate import AuditEstimate
from auditlib.report.packs.review_findings import unit_results
from auditlib.report.packs.unit_payments import unit_payments
from auditlib.report.packs.workpaper import WorkpaperFigures
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit


def workpaper_figures(context: Context, audit: Audit) -> WorkpaperFigures:
    """Return what the workpaper says of an audit."""
    manifest, final = audit.manifest, audit.reviewed.final
    unit_ids = [unit.unit_id for unit in manifest.selected]
    unit = manifest.universe.unit
    chart_of = charts_of_units(context.workspace, unit, unit_ids)
    wrong = verdicts_before_and_after(context.workspace, final.verdicts).filter(pl.col("action") != "agree")
    units, units_note = unit_payments(
        unit_results(manifest, audit.spare_uses(), chart_of, final),
        wrong,
        _paid(context, unit, unit_ids),
        unit=unit,
    )
    estimate, why_no_estimate = _estimate(audit)
    # Verified after everything is read: the anchor covers whatever the workpaper says.
    ledger = verify_chain(context.workspace)
    return WorkpaperFigures(
        audit=audit.name,
        manifest=manifest,
        spare_uses=audit.spare_uses(),
        draw_history=audit.draw_history(),
        units=units,
        units_note=units_note,
        estimate=estimate,
        why_no_estimate=why_no_estimate,
        review_note=final.note,
        weights_note=audit.weights_note,
        reviewers=final.charts["reviewer"].unique().sort().to_list(),
        ledger=ledger,
    )


def _paid(context: Context, unit: str, unit_ids: Sequence[str]) -> pl.DataFrame:
    """Return what was paid for each unit that is an encounter or a claim."""
    if unit == "encounter":
        paid = context.query("audits/paid_encounter", {"encounter_ids": list(unit_ids)})
        return paid.rename({"encounter_id": "unit_id"})
    if unit == "claim":
        return context.query("audits/paid_claim", {"unit_ids": list(unit_ids)})
    return pl.DataFrame(schema={"unit_id": pl.String(), "paid_amount": pl.Decimal(18, 2)})


def _estimate(audit: Audit) -> tuple[AuditEstimate | None, str]:
    """Return the estimate of the units in error, or why there is none."""
    try:
        return audit.estimate(), ""
    except (UsageError, BadInputError) as error:
        return None, error.message
