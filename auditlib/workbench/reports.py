"""Reports and the summary, assembled from the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.audit import (
    charts_of_units,
    kept_audit_names,
    manifest_path,
    verdicts_before_and_after,
)
from auditlib.audits.draw_history import removed_draws
from auditlib.audits.integrity import missing_draws, verify_chain, write_anchor
from auditlib.audits.other_verdicts import other_verdicts
from auditlib.measures import totals
from auditlib.measures.accuracy import chart_accuracy
from auditlib.progress import Progress, SilentProgress
from auditlib.report.contents import ReportContents
from auditlib.report.packs.audit_report import AuditFigures, audit_report, write_audit_report
from auditlib.report.packs.review_findings import finding_list, unit_results
from auditlib.report.summary import Summary
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.version import __version__
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit
    from auditlib.workbench.workbench import Workbench

_STEPS = 7


class Reports:
    """What is handed over of one workspace."""

    def __init__(self, context: Context, workbench: Workbench) -> None:
        self._context = context
        self._workbench = workbench

    def summary(self, audit: str | None = None, *, missing_rule: MissingRecordRule | None = None) -> Summary:
        """Return the summary of the workspace, on the audit given or on the latest.

        ``missing_rule`` says how a missing record counts; see `auditlib.workbench.workbench.Workbench.audit`.

        Raises
        ------
        UsageError
            If the audit named does not exist.
        """
        workbench, workspace = self._workbench, self._context.workspace
        names = kept_audit_names(workspace)
        name = audit or (names[-1] if names else None)
        chosen = None if name is None else workbench.audit(name, missing_rule=missing_rule)
        return Summary(
            totals=workbench.files.totals().frame,
            money=workbench.files.money_totals().frame,
            encounter_count=workbench.files.encounter_count(),
            check_outcomes=workbench.checks.outcomes().frame,
            audit=name,
            manifest=None if chosen is None else chosen.manifest,
            manifest_path=None if name is None else str(manifest_path(workspace, name)),
            accuracy=pl.DataFrame()
            if chosen is None
            else pl.concat([chosen.accuracy().frame, chosen.accuracy(unit="record").frame]),
            review_note="" if chosen is None else chosen.reviewed.final.note,
            denials=workbench.denials.rate().frame,
            warnings=(*missing_draws(workspace), *removed_draws(workspace)),
            draws="" if chosen is None else chosen.draw_history().sentence,
            weights_note="" if chosen is None else chosen.weights_note,
        )

    def write(
        self,
        audit: str | None = None,
        *,
        missing_rule: MissingRecordRule | None = None,
        progress: Progress | None = None,
    ) -> list[Path]:
        """Write the report of an audit, the latest by default, as HTML and XLSX; return the paths.

        ``missing_rule`` says how a missing record counts; see `auditlib.workbench.workbench.Workbench.audit`.

        Raises
        ------
        UsageError
            If no sample has that name, or none is drawn.
        """
        progress = progress or SilentProgress()
        chosen = self._workbench.audit(audit, missing_rule=missing_rule)
        name = chosen.name
        progress.start("Writing the report", total=_STEPS)
        figures = self._figures(chosen, progress)
        workspace = self._context.workspace
        paths = write_audit_report(self._put(figures), workspace.reports, name, progress=progress)
        write_anchor(workspace, name, figures.ledger, made_at=self._context.now())
        return paths

    def contents(
        self, audit: str | None = None, *, missing_rule: MissingRecordRule | None = None
    ) -> ReportContents:
        """Return all that the report of an audit says, without writing it."""
        chosen = self._workbench.audit(audit, missing_rule=missing_rule)
        return self._put(self._figures(chosen, SilentProgress()))

    def _put(self, figures: AuditFigures) -> ReportContents:
        return audit_report(
            figures,
            made_at=self._context.now(),
            made_by=self._context.user,
            software_version=__version__,
        )

    def _figures(self, audit: Audit, progress: Progress) -> AuditFigures:
        workbench, warehouse = self._workbench, self._context.warehouse
        denials = workbench.denials
        loaded = {
            "files": workbench.files.list().frame,
            "file_totals": totals.file_totals(warehouse),
            "claim_totals": workbench.claims.totals().frame,
            "unmatched_payments": workbench.claims.unmatched_payments().frame,
            "rejected_records": workbench.files.not_loaded().frame,
            "releases": workbench.codesets.list().frame,
        }
        progress.advance()
        checked = {
            "check_outcomes": workbench.checks.outcomes().frame,
            "findings": workbench.checks.findings().frame,
        }
        progress.advance()
        compared = audit.coder_comparison()
        by_coder = [audit.accuracy("coder_id", unit=unit).frame for unit in ("code", "record")]
        final = audit.reviewed.final
        units = [unit.unit_id for unit in audit.manifest.selected]
        chart_of_unit = charts_of_units(self._context.workspace, audit.manifest.universe.unit, units)
        readable = verdicts_before_and_after(self._context.workspace, final.verdicts)
        reviewed = {
            "review_findings": finding_list(
                readable, chart_accuracy(warehouse, final.verdicts, final.charts)
            ),
            "units": unit_results(audit.manifest, audit.spare_uses(), chart_of_unit, final),
            "verdicts": final.verdicts,
            "charts": final.charts,
            "records": final.records,
            "not_stated": final.not_stated,
            "accuracy": audit.accuracy().frame,
            "record_accuracy": audit.accuracy(unit="record").frame,
            "coder_accuracy": pl.concat(by_coder),
            "coder_pairs": compared.pairs,
            "errors_by_kind": audit.errors().frame,
            "errors_by_cause": audit.errors("cause").frame,
        }
        progress.advance()
        denied = {
            "denial_rates": denials.rate().frame,
            "payer_denial_rates": denials.rate("payer").frame,
            "month_denial_rates": denials.rate(("payer", "month")).frame,
            "denial_reasons": denials.reasons().frame,
            "denials_caught": denials.caught().frame,
            "overturn_rates": denials.overturned("payer").frame,
            "outcome_flow": denials.outcomes().frame,
        }
        progress.advance()
        # Verified after everything is read: the anchor covers whatever the report says.
        ledger = verify_chain(self._context.workspace)
        progress.advance()
        return AuditFigures(
            review_note=" ".join(
                filter(None, (final.note, other_verdicts(self._context.workspace, audit.name)))
            ),
            missing_rule=final.missing_rule,
            weights_note=audit.weights_note,
            coder_comparison=compared.sentence,
            audit=audit.name,
            manifest=audit.manifest,
            spare_uses=audit.spare_uses(),
            draw_history=audit.draw_history(),
            ledger=ledger,
            **loaded,
            **checked,
            **reviewed,
            **denied,
        )
