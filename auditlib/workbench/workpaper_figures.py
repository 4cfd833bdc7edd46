"""The figures of the workpaper, read from the workspace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.audits.integrity import verify_decisions
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.audit_estimate import AuditEstimate
from auditlib.report.packs.programme_section import ProgrammeFigures
from auditlib.report.packs.rebuttal_sections import rebuttal_summary
from auditlib.report.packs.unit_payments import payments_note, unit_payments
from auditlib.report.packs.workpaper import WorkpaperFigures
from auditlib.report.recomputation import recomputation_files
from auditlib.workbench.context import Context
from auditlib.workbench.programme_findings import (
    NOT_EXTRAPOLATED,
    ProgrammeFindings,
    audited_units,
    programme_findings,
    with_amounts,
)

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit


@dataclass(frozen=True, slots=True)
class Paper:
    """A workpaper's figures, and the files by which they are computed again, by name."""

    figures: WorkpaperFigures
    files: Mapping[str, str]


def workpaper_figures(
    context: Context, audit: Audit, *, as_of: dt.date, stem: str, amounts: Path | None = None
) -> Paper:
    """Return what the workpaper says of an audit on a day, with its files.

    Parameters
    ----------
    context, audit, as_of
        The audit and the day.
    stem
        Of the names of its files; empty for none.
    amounts
        A biller's amounts of the units, in the place of the verdicts'.
    """
    manifest, final = audit.manifest, audit.reviewed.final
    unit = manifest.universe.unit
    plan = audit.audit_plan
    units = with_amounts(audited_units(context, audit, as_of=as_of, plan=plan), amounts)
    done = None if plan is None else programme_findings(context, audit, plan, units)
    estimate, why_no_estimate = _estimate(audit, done)
    rebuttal_note = rebuttal_summary(audit.rebuttals(as_of=as_of).frame)
    # Verified after everything is read: the anchor covers whatever the workpaper says.
    ledger = verify_decisions(context.workspace)
    programme, files = (None, {}) if done is None else _programme(audit, done, stem)
    figures = WorkpaperFigures(
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
        programme=programme,
    )
    return Paper(figures, files)


def _programme(audit: Audit, done: ProgrammeFindings, stem: str) -> tuple[ProgrammeFigures, dict[str, str]]:
    plan = done.plan
    rule = plan.programme or plan.template.programme
    files: dict[str, str] = {}
    # What is not extrapolated has no figure to be computed again, but for a ratio.
    if stem and rule is not None and (done.finding is not None or done.ratio is not None):
        files = recomputation_files(
            stem,
            done.units,
            programme=rule,
            is_demanded=done.finding is not None,
            is_ratio=done.finding is None,
            paid_in_universe=done.paid_in_universe,
        )
    planned_at = "" if plan.planned_at is None else f"{plan.planned_at:%Y-%m-%d %H:%M} UTC"
    figures = ProgrammeFigures(
        plan.sentences(),
        f"by {plan.planned_by}, {planned_at}; template SHA-256 {plan.template.sha256}",
        done.sentences,
        done.units,
        rule,
        done.finding,
        done.ratio,
        done.why_not or (NOT_EXTRAPOLATED if plan.is_discovery_sample else "Nothing is extrapolated."),
        tuple(audit.compare_rounds()),
        tuple(files),
    )
    return figures, files


def _estimate(audit: Audit, done: ProgrammeFindings | None) -> tuple[AuditEstimate | None, str]:
    """Return the estimate of the units in error, or why there is none."""
    if done is not None and done.estimated is not None:
        return done.estimated, ""
    try:
        return audit.estimate(), ""
    except (UsageError, BadInputError) as error:
        return None, error.message
