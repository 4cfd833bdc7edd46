"""The facade that notebooks and the command line use: one object on one workspace."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

import polars as pl

from auditlib.checks import run_checks
from auditlib.codesets import embedded_code_sets
from auditlib.errors import UsageError
from auditlib.measures import accuracy, denials, outcomes, totals
from auditlib.progress import Progress, SilentProgress
from auditlib.review import Chart, Replayed, ReviewSession
from auditlib.sampling import Manifest, Universe, Verification, build_frame, read_manifest, verify_manifest
from auditlib.workbench import audits
from auditlib.workbench.chart_source import chart_source, code_finder, read_chart
from auditlib.workbench.clock import utc_now
from auditlib.workbench.lab import WORKSPACE_VARIABLE
from auditlib.workbench.loading import LoadReport, load_files, rebuild_derived
from auditlib.workbench.workspace import Workspace

if TYPE_CHECKING:
    # Altair and ipywidgets are slow to import: only a session that shows something pays for them.
    import altair as alt

    from auditlib.widgets import ReviewCard

Clock = Callable[[], dt.datetime]


class Workbench:
    """All that can be done with one workspace.

    Parameters
    ----------
    workspace
        The folder with warehouse, ledger, manifests and reports.
    user
        Whose name goes on record; by default that of the operating system's account.
    clock
        Gives the time that goes on record.
    """

    def __init__(self, workspace: Workspace, *, user: str | None = None, clock: Clock = utc_now) -> None:
        self.workspace = workspace
        self.user = user or _user_name()
        self._clock = clock

    @classmethod
    def create(
        cls,
        root: Path | str,
        *,
        progress: Progress | None = None,
        user: str | None = None,
        clock: Clock = utc_now,
    ) -> Workbench:
        """Make a workspace with the embedded code sets; an existing one is opened as it is."""
        workbench = cls(Workspace.create(Path(root)), user=user, clock=clock)
        if workbench.releases().is_empty():
            workbench._load_code_sets(progress or SilentProgress())
        return workbench

    @classmethod
    def open(
        cls, root: Path | str | None = None, *, user: str | None = None, clock: Clock = utc_now
    ) -> Workbench:
        """Open a workspace: the one given, or the one that ``auditlib lab`` was started on.

        Raises
        ------
        UsageError
            If there is none.
        """
        chosen = root or os.environ.get(WORKSPACE_VARIABLE)
        if chosen is None:
            message = "No workspace was named."
            hint = "Start with 'auditlib lab WORKSPACE', or give Workbench.open a folder."
            raise UsageError(message, hint=hint)
        return cls(Workspace.open(Path(chosen)), user=user, clock=clock)

    def now(self) -> dt.datetime:
        """Return the time that would go on record, with its zone."""
        return self._clock()

    # What is loaded

    def load(
        self, paths: Iterable[Path | str] | Path | str, *, progress: Progress | None = None
    ) -> LoadReport:
        """Load files and folders; see `auditlib.workbench.loading.load_files`."""
        several = [paths] if isinstance(paths, Path | str) else paths
        return load_files(
            self.workspace, [Path(path) for path in several], loaded_at=self._naive_now(), progress=progress
        )

    def totals(self) -> pl.DataFrame:
        """Return what is loaded, a row a format of file."""
        return self._query("core/loaded_totals")

    def files(self) -> pl.DataFrame:
        """Return every file that was given to load."""
        return self._query("core/source_file")

    def rejected_records(self) -> pl.DataFrame:
        """Return what was set aside, where and why."""
        return self._query("core/rejected_record")

    def releases(self) -> pl.DataFrame:
        """Return the code sets that are loaded, and the days for which each speaks."""
        return self._query("core/release")

    # One encounter

    def chart(self, encounter_id: str) -> Chart:
        """Return one encounter with documents, codes, findings and supporting sentences."""
        return read_chart(self.workspace.warehouse(), encounter_id)

    def encounter(
        self,
        encounter_id: str,
        part: Literal["document", "claim", "claim_line", "payment", "adjustment", "outcome"],
    ) -> pl.DataFrame:
        """Return one part of what is known of an encounter.

        Raises
        ------
        UsageError
            If there is no such part.
        """
        return self._query(f"core/encounter_{part}", {"encounter_id": encounter_id})

    def codes(self, encounter_id: str, *code_systems: str) -> pl.DataFrame:
        """Return the coder's codes of an encounter, of some code systems or of all."""
        codes = self._query("core/chart_code", {"encounter_id": encounter_id})
        return codes.filter(pl.col("code_system").is_in(code_systems)) if code_systems else codes

    # Checks

    def check(self, *, progress: Progress | None = None) -> pl.DataFrame:
        """Run every check on everything that is loaded, and return the outcomes."""
        run_checks(self.workspace.warehouse(), progress=progress or SilentProgress())
        return self.check_outcomes()

    def check_outcomes(self) -> pl.DataFrame:
        """Return the outcome of every check as last run."""
        return self._query("core/finding_summary")

    def findings(self, check_id: str | None = None, *, encounter_id: str | None = None) -> pl.DataFrame:
        """Return findings: all, those of a check, or those about an encounter."""
        return self._query("core/finding", {"check_id": check_id, "encounter_id": encounter_id})

    # Samples

    def frame(self, universe: Universe) -> pl.DataFrame:
        """Return the units of a universe as they are today."""
        return build_frame(self.workspace.warehouse(), universe)

    def draw_sample(
        self,
        universe: Universe,
        *,
        name: str,
        seed: str,
        sample_count: int,
        spare_count: int = 0,
        size_basis: str = "stated by the auditor",
    ) -> Manifest:
        """Freeze a universe, draw from it and write the manifest.

        See `auditlib.workbench.audits.draw_sample`.
        """
        return audits.draw_sample(
            self.workspace,
            universe,
            name=name,
            seed=seed,
            sample_count=sample_count,
            spare_count=spare_count,
            size_basis=size_basis,
            software_version=software_version(),
            drawn_by=self.user,
            drawn_at=self._clock(),
        )

    def audit_names(self) -> list[str]:
        """Return the names of the samples drawn here, oldest first."""
        return audits.audit_names(self.workspace)

    def manifest(self, audit: str) -> Manifest:
        """Return the manifest of a sample."""
        return read_manifest(audits.manifest_path(self.workspace, audit))

    def verify_sample(self, audit: str) -> Verification:
        """Draw a sample again from its manifest and compare."""
        return verify_manifest(audits.manifest_path(self.workspace, audit))

    # Review

    def review(
        self, audit: str, *, reviewer: str | None = None, encounter_ids: list[str] | None = None
    ) -> ReviewSession:
        """Return a reviewer's session on a sample, or on the encounters given, where it was left."""
        return audits.open_review(
            self.workspace, audit, reviewer=reviewer or self.user, encounter_ids=encounter_ids
        )

    def review_card(
        self, audit: str, *, reviewer: str | None = None, encounter_ids: list[str] | None = None
    ) -> ReviewCard:
        """Return the review screen of that session."""
        from auditlib.widgets import ReviewCard  # noqa: PLC0415 - see above

        session = self.review(audit, reviewer=reviewer, encounter_ids=encounter_ids)
        warehouse = self.workspace.warehouse()
        return ReviewCard(session, chart_source(warehouse), self._clock, find_codes=code_finder(warehouse))

    def replay(self, audit: str, recorded: Path, *, progress: Progress | None = None) -> Replayed:
        """Enter a recorded audit's verdicts on a sample into the ledger."""
        return audits.replay_recorded(
            self.workspace, audit, recorded, recorded_at=self._clock(), progress=progress or SilentProgress()
        )

    def reviewed(self, audit: str) -> audits.Reviewed:
        """Return the verdicts and completed charts of an audit."""
        return audits.reviewed(self.workspace, audit)

    # Measures

    def code_accuracy(self, audit: str, *by: accuracy.Dimension) -> pl.DataFrame:
        """Return code-over-code accuracy, precision and Jaccard of an audit; by no dimension, overall."""
        found = self.reviewed(audit)
        return accuracy.code_accuracy(self.workspace.warehouse(), found.verdicts, found.charts, by=by)

    def record_accuracy(self, audit: str, *by: accuracy.Dimension) -> pl.DataFrame:
        """Return record-over-record accuracy of an audit; by no dimension, overall."""
        found = self.reviewed(audit)
        return accuracy.record_accuracy(self.workspace.warehouse(), found.verdicts, found.charts, by=by)

    def error_shares(self, audit: str, by: accuracy.ErrorDimension = "error_kind") -> pl.DataFrame:
        """Return an audit's errors by kind, cause or another dimension."""
        found = self.reviewed(audit)
        return accuracy.error_shares(self.workspace.warehouse(), found.verdicts, found.charts, by=by)

    def denial_rates(self, *by: denials.Dimension) -> pl.DataFrame:
        """Return initial denial rates; by no dimension, of all claims together."""
        return denials.denial_rates(self.workspace.warehouse(), by=by)

    def denial_reasons(self, *by: denials.Dimension) -> pl.DataFrame:
        """Return denials by reason, costliest first."""
        return denials.denial_reasons(self.workspace.warehouse(), by=by)

    def denials_caught(self) -> pl.DataFrame:
        """Return the denials that a check of ours would have caught, by reason."""
        return denials.denials_caught(self.workspace.warehouse())

    def overturn_rates(self, *by: denials.Dimension) -> pl.DataFrame:
        """Return the share of initial denials that were paid in the end."""
        return denials.overturn_rates(self.workspace.warehouse(), by=by)

    def outcome_flow(self) -> pl.DataFrame:
        """Return what became of the claims, from submission to final outcome."""
        return outcomes.outcome_flow(self.workspace.warehouse())

    def unmatched_payments(self) -> pl.DataFrame:
        """Return the share of claim payments that no loaded claim answers to."""
        return totals.unmatched_payments(self.workspace.warehouse())

    # Charts

    def accuracy_chart(self, audit: str, *, reference: float | None = None) -> alt.LayerChart:
        """Return code-over-code accuracy of each coder with its interval, as a chart."""
        rates = self.code_accuracy(audit, "coder_id")
        return _charts().accuracy_by_coder(rates, measure=accuracy.CODE_OVER_CODE, reference=reference)

    def error_chart(self, audit: str) -> alt.LayerChart:
        """Return the errors of an audit by kind, as a chart."""
        return _charts().errors_by_kind(self.error_shares(audit))

    def denial_pareto(self) -> alt.LayerChart:
        """Return denials by reason, costliest first with their cumulative share, as a chart."""
        return _charts().denial_pareto(self.denial_reasons())

    def denial_month_chart(self) -> alt.FacetChart | alt.LayerChart:
        """Return the initial denial rate by payer and month of submission, as a chart."""
        return _charts().denial_rate_by_month(self.denial_rates("payer", "month"))

    def outcome_chart(self) -> alt.LayerChart:
        """Return what became of the claims, as a flow."""
        return _charts().claim_flow(self.outcome_flow())

    # Inside

    def _query(self, name: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        return self.workspace.warehouse().query(name, params)

    def _naive_now(self) -> dt.datetime:
        return self._clock().astimezone(dt.UTC).replace(tzinfo=None)

    def _load_code_sets(self, progress: Progress) -> None:
        tables = list(embedded_code_sets(loaded_at=self._naive_now(), progress=progress))
        progress.start("Writing code sets", total=len(tables))
        with self.workspace.warehouse().writing() as writer:
            for table, frame in tables:
                writer.append(table, frame)
                progress.advance()
            rebuild_derived(writer)


def _charts() -> ModuleType:
    from auditlib import charts  # noqa: PLC0415 - see above

    charts.enable_renderer()
    return charts


def software_version() -> str:
    """Return the version of this program."""
    return version("auditlib")


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "auditor"
