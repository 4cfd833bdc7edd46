"""Reports and the summary, assembled from the workspace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from auditlib.audits.audit import (
    ENROLLEE,
    audit_names,
    charts_of_units,
    kept_audit_names,
    manifest_path,
    verdicts_before_and_after,
)
from auditlib.audits.draw_history import removed_draws
from auditlib.audits.integrity import missing_draws, verify_decisions, write_anchor
from auditlib.errors import UsageError
from auditlib.ledger import LedgerCheck
from auditlib.measures import totals
from auditlib.progress import Progress, SilentProgress
from auditlib.report.contents import ReportContents
from auditlib.report.file_names import file_part, report_stem
from auditlib.report.summary import Summary
from auditlib.review.provider_query import completed_with_open_query
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.version import __version__
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.report.packs.audit_report import AuditFigures
    from auditlib.workbench.audit import Audit
    from auditlib.workbench.report_request import MadeBy, ReportOptions, ReportRequest
    from auditlib.workbench.workbench import Workbench

_STEPS = 5


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
        # One connection for all that it asks.
        with self._context.warehouse.kept_open():
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
        folder: Path | None = None,
        progress: Progress | None = None,
        **asked: Unpack[ReportOptions],
    ) -> list[Path]:
        """Write a report and return the paths: of an audit, the latest by default, or another pack.

        Parameters
        ----------
        audit
            Name of the audit; the pack of denials is of all claims and takes none.
        missing_rule
            How a missing record counts; see `auditlib.workbench.workbench.Workbench.audit`.
        folder
            Where the files go, which must exist; by default the workspace's reports. A workspace that may
            only be read is reported on elsewhere.
        progress
            Advances with every step and file.
        **asked
            The pack and what it is to hold: see `auditlib.workbench.report_request.ReportRequest`.

        Raises
        ------
        UsageError
            If no sample has that name, or none is drawn, if the pack has no such coder or provider, or if the
            ledger holds decisions of a later day than the one stated.
        StoreError
            If the access log of a workspace that may be written to cannot hold it.
        """
        from auditlib.report.pseudonymise import pseudonymised
        from auditlib.report.write_files import require_formats, write_reports
        from auditlib.workbench.report_request import ReportRequest

        progress = progress or SilentProgress()
        request = ReportRequest(missing_rule=missing_rule, **asked)
        formats = require_formats(request.formats_to_write)
        with self._context.warehouse.kept_open():
            reports, anchored, files = self._reports(audit, request, progress)
            if request.pseudonymised:
                pseudonyms = self._context.pseudonyms()
                reports = {stem: pseudonymised(report, pseudonyms) for stem, report in reports.items()}
            if request.deidentified:
                people = tuple(self._context.query("audits/coders_and_providers")["person_id"])
                reports = {stem: replace(report, people=people) for stem, report in reports.items()}
        into = folder or self._context.workspace.reports
        names = [f"{stem}.{name}" for stem in reports for name in formats]
        self._context.write_on_record(
            "report",
            *(into / name for name in (*names, *files)),
            audit=None if anchored is None else anchored[0],
            form=request.form,
        )
        progress.start("Writing the files", total=len(names))
        paths = write_reports(
            reports,
            into,
            formats,
            suppress_below=request.suppress_below,
            deidentified=request.deidentified,
            progress=progress,
        )
        for name, text in files.items():
            paths.append(into / name)
            paths[-1].write_text(text, encoding="utf-8", newline="")
        if anchored is not None:
            write_anchor(into, *anchored, made_at=self._context.now())
        return paths

    def contents(
        self,
        audit: str | None = None,
        *,
        missing_rule: MissingRecordRule | None = None,
        **asked: Unpack[ReportOptions],
    ) -> ReportContents:
        """Return all that a report says, without writing it; parameters are those of `write`.

        Raises
        ------
        UsageError
            As `write` does, and if the pack has several reports, one a person.
        """
        from auditlib.workbench.report_request import ReportRequest

        request = ReportRequest(missing_rule=missing_rule, **asked)
        with self._context.warehouse.kept_open():
            reports, _, _ = self._reports(audit, request, SilentProgress())
        if len(reports) > 1:
            message = f"The pack '{request.pack}' has {len(reports):,} reports, one a {request.person_kind}."
            raise UsageError(message, hint=f"Name one: {request.person_kind}=...")
        return next(iter(reports.values()))

    def _reports(
        self, audit: str | None, request: ReportRequest, progress: Progress
    ) -> tuple[dict[str, ReportContents], tuple[str, LedgerCheck] | None, Mapping[str, str]]:
        """Return the reports by file name, audit and ledger check for an anchor, and other files."""
        from auditlib.report.packs.audit_report import audit_report
        from auditlib.report.packs.denials_pack import denials_pack
        from auditlib.report.packs.workpaper import workpaper
        from auditlib.workbench.denial_figures import denial_figures
        from auditlib.workbench.people_packs import PeoplePacks
        from auditlib.workbench.workpaper_figures import workpaper_figures

        if request.pack == "denials":
            if audit is not None:
                message = "The pack of denials is of all claims that are loaded, not of one audit."
                raise UsageError(message, hint="Leave the audit out.")
            progress.start("Reading for the report", total=1)
            figures = denial_figures(self._workbench)
            progress.advance()
            made = self._made(request)
            return {self._stem(request, "denials"): denials_pack(figures, **made)}, None, {}
        chosen = self._workbench.audit(audit, missing_rule=request.missing_rule)
        self._require_day(chosen.name, request)
        if request.pack in {"scorecard", "education"}:
            progress.start("Reading for the report", total=1)
            people = PeoplePacks(self._context, chosen, request, self._made_at(request))
            contents = people.contents()
            progress.advance()
            parts = people.file_parts()
            return (
                {
                    self._stem(request, file_part(chosen.name), request.pack, parts[name]): report
                    for name, report in contents.items()
                },
                None,
                {},
            )
        if request.pack == "workpaper":
            progress.start("Reading for the report", total=1)
            day = self._made_at(request).astimezone(dt.UTC).date()
            stem = self._stem(request, file_part(chosen.name), "workpaper")
            # They name every unit.
            has_files = not request.ending and request.suppress_below is None
            paper = workpaper_figures(
                self._context, chosen, as_of=day, stem=stem if has_files else "", amounts=request.amounts
            )
            progress.advance()
            contents_of_paper = workpaper(paper.figures, **self._made(request))
            return {stem: contents_of_paper}, (chosen.name, paper.figures.ledger), paper.files
        progress.start("Reading for the report", total=_STEPS)
        figures_of_audit = self._figures(chosen, progress, self._made_at(request))
        report = audit_report(figures_of_audit, **self._made(request))
        # The name of a sample is one of a file already.
        stem = self._stem(request, chosen.name, *request.ending) if request.ending else chosen.name
        return {stem: report}, (chosen.name, figures_of_audit.ledger), {}

    def _stem(self, request: ReportRequest, *parts: str) -> str:
        """Return a file name that no report of an audit has, and no identified one if it is de-identified."""
        ending = () if parts[-1:] == request.ending else request.ending
        return report_stem(*parts, *ending, taken=audit_names(self._context.workspace))

    def _made_at(self, request: ReportRequest) -> dt.datetime:
        if request.as_of is None:
            return self._context.now()
        return dt.datetime.combine(request.as_of, dt.time(), dt.UTC)

    def _made(self, request: ReportRequest) -> MadeBy:
        return {
            "made_at": self._made_at(request),
            "made_by": self._context.user,
            "software_version": __version__,
        }

    def _require_day(self, audit: str, request: ReportRequest) -> None:
        """Refuse a day of the report before a decision that it would hold."""
        if request.as_of is None:
            return
        days = [
            event.recorded_at.astimezone(dt.UTC).date() for event in self._context.ledger.events(audit=audit)
        ]
        if days and max(days) > request.as_of:
            message = f"The ledger holds decisions of audit '{audit}' of {max(days)}, after {request.as_of}."
            raise UsageError(
                message, hint="A report says what is decided by its day: name that day or a later one."
            )

    def _figures(self, audit: Audit, progress: Progress, made_at: dt.datetime) -> AuditFigures:
        from auditlib.audits.other_verdicts import other_verdicts
        from auditlib.report.packs.audit_report import AuditFigures

        workbench, warehouse = self._workbench, self._context.warehouse
        denials = workbench.denials
        loaded: dict[str, Any] = {
            "files": workbench.files.list().frame,
            "file_totals": totals.file_totals(warehouse),
            "claim_totals": workbench.claims.totals().frame,
            "unmatched_payments": workbench.claims.unmatched_payments().frame,
            "rejected_records": workbench.files.not_loaded().frame,
            "releases": workbench.codesets.list().frame,
        }
        progress.advance()
        checked: dict[str, Any] = {
            "check_outcomes": workbench.checks.outcomes().frame,
            "findings": workbench.checks.findings().frame,
        }
        progress.advance()
        compared = audit.coder_comparison()
        by_coder = [audit.accuracy("coder_id", unit=unit).frame for unit in ("code", "record")]
        final = audit.reviewed.final
        day = made_at.astimezone(dt.UTC).date()
        reviewed: dict[str, Any] = {
            **self._findings(audit, day),
            "rebuttals": audit.rebuttals(as_of=day).frame,
            "rebuttal_scores": audit.rebuttal.scores().frame,
            "actions": audit.actions(as_of=day).frame,
            "document_statements": audit.document_statements().frame,
            "queries": audit.queries(as_of=day).frame,
            "open_query_chart_count": len(
                completed_with_open_query(self._context.ledger.events(audit=audit.name))
            ),
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
        denied: dict[str, Any] = {
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
        ledger = verify_decisions(self._context.workspace)
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

    def _findings(self, audit: Audit, day: dt.date) -> dict[str, Any]:
        """Return the findings of an audit, its units, and what both mean in dollars."""
        from auditlib.audits.paid_units import paid_units
        from auditlib.audits.rebuttals import rebuttal_states
        from auditlib.audits.stay_changes import stay_changes
        from auditlib.estimation.verdict_estimate import estimate_by_verdicts
        from auditlib.measures.judged_codes import judged_codes
        from auditlib.report.packs.review_findings import finding_list, unit_results, visit_levels
        from auditlib.report.packs.unit_payments import with_payments
        from auditlib.workbench.programme_findings import audited_units

        workspace, warehouse = self._context.workspace, self._context.warehouse
        manifest, reviewed = audit.manifest, audit.reviewed
        final, stays = reviewed.final, reviewed.final_stays
        unit = manifest.universe.unit
        chart_of_unit = charts_of_units(workspace, unit, [drawn.unit_id for drawn in manifest.selected])
        judged = judged_codes(warehouse, final.verdicts, final.charts)
        events = self._context.ledger.events(audit=audit.name)
        states = rebuttal_states(final.verdicts, events, as_of=day)
        readable = verdicts_before_and_after(workspace, final.verdicts).with_columns(states)
        findings = finding_list(readable, judged.charts)
        changes = stay_changes(workspace, stays, rebuttal_states(stays.verdicts, events, as_of=day))
        if unit == ENROLLEE:
            units = audited_units(self._context, audit, as_of=day, plan=audit.audit_plan)
        else:
            units = with_payments(
                unit_results(manifest, audit.spare_uses(), chart_of_unit, final),
                findings,
                paid_units(warehouse, unit, list(chart_of_unit)),
                unit=unit,
                missing_rule=final.missing_rule,
                is_capped=False,
                stay_changes=changes,
            )
        counted = units.filter(pl.col("error_count").is_not_null())
        return {
            "review_findings": findings,
            "stay_changes": changes,
            "stay_rates": audit.stay_accuracy().frame,
            "stay_coder_rates": audit.stay_accuracy("coder_id").frame,
            "stays_note": stays.note,
            "units": units,
            "judged": judged,
            "owed": estimate_by_verdicts(workspace, audit.name, counted, missing_rule=final.missing_rule),
            "visit_levels": visit_levels(readable),
            "not_adjudicated": final.not_adjudicated,
            "dollars_not_agreed": final.dollars_not_agreed,
        }
