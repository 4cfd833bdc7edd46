"""The facade that notebooks and the command line use: one object on one workspace."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.chart_reader import chart_source, code_finder, evidence_frame, read_chart
from auditlib.audits.integrity import verify_ledger
from auditlib.billing.export import SendingOut
from auditlib.checks import run_checks
from auditlib.codesets.library.optional_sets import append_optional
from auditlib.codesets.readers.embedded import embedded_code_sets
from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError
from auditlib.ledger import LedgerCheck
from auditlib.loading.load import LoadReport, load_files
from auditlib.loading.strict_report import with_second_opinion
from auditlib.measures import totals
from auditlib.progress import Progress, SilentProgress
from auditlib.report.text import DisplayText
from auditlib.review import Chart, Replayed, ReviewSession
from auditlib.sources.tabular.mapping_file import read_mapping
from auditlib.sources.x12.strict.strict_validation import require_validator
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench.drawing import Drawing
from auditlib.workbench.examining import Examining
from auditlib.workbench.following import Following
from auditlib.workbench.keeping_code_sets import KeepingCodeSets
from auditlib.workbench.lab import WORKSPACE_VARIABLE
from auditlib.workbench.looking_up import LookingUp
from auditlib.workbench.measuring import Measuring
from auditlib.workspace.clock import utc_now
from auditlib.workspace.folder import Workspace

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.widgets import ReviewCard

Clock = Callable[[], dt.datetime]


class Workbench(Drawing, Measuring, Following, Examining, LookingUp, KeepingCodeSets, SendingOut):
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
        super().__init__(workspace)
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
        extras: bool = True,
    ) -> Workbench:
        """Make a workspace with the embedded code sets and those of the extras, or open an existing one.

        A warehouse that was moved away or deleted is made anew, with the embedded code sets: load the files
        again. A ledger is never made anew.

        Raises
        ------
        UsageError
            If the folder holds other things.
        StoreError
            If the ledger of an existing workspace is gone, or a store is damaged.
        """
        told = progress or SilentProgress()

        def fill(warehouse: Warehouse) -> None:
            _load_code_sets(warehouse, loaded_at=_without_zone(clock()), progress=told, extras=extras)

        workbench = cls(Workspace.create(Path(root), fill=fill), user=user, clock=clock)
        if workbench.releases().is_empty():
            fill(workbench.workspace.warehouse())
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
        self,
        paths: Iterable[Path | str] | Path | str,
        *,
        mapping: Path | str | None = None,
        dry_run: bool = False,
        validate: bool = False,
        progress: Progress | None = None,
    ) -> LoadReport:
        """Load files and folders, tables by a mapping file; see `auditlib.loading.load.load_files`.

        With ``validate``, the report also says what pyx12's strict validation makes of each X12 file.
        """
        several = [paths] if isinstance(paths, Path | str) else paths
        if validate:
            require_validator()
        report = load_files(
            self.workspace,
            [Path(path) for path in several],
            loaded_at=self._naive_now(),
            mapping=None if mapping is None else read_mapping(Path(mapping)),
            dry_run=dry_run,
            progress=progress,
        )
        return LoadReport(with_second_opinion(report.files, progress=progress)) if validate else report

    def totals(self) -> pl.DataFrame:
        """Return what is loaded, a row a format of file."""
        return self._query("queries/files/loaded_totals")

    def money_totals(self) -> pl.DataFrame:
        """Return rows and dollars of the tables of claims and payments, whatever format gave them."""
        return self._query("queries/files/money_totals")

    def encounter_count(self) -> int:
        """Return how many encounters there are, those derived from claims included."""
        return int(self._query("queries/files/encounter_count").item())

    def files(self) -> pl.DataFrame:
        """Return every file that was given to load."""
        return self._query("queries/files/source_file")

    def rejected_records(self) -> pl.DataFrame:
        """Return what was set aside, where and why."""
        return self._query("queries/files/rejected_record")

    def claim_totals(self) -> pl.DataFrame:
        """Return the claims in the warehouse by form, with their lines and charges."""
        return totals.claim_totals(self.workspace.warehouse())

    def releases(self) -> pl.DataFrame:
        """Return the code sets that are loaded, and the days for which each speaks."""
        return self._query("queries/codesets/loaded_release")

    # One encounter

    def chart(self, encounter_id: str) -> Chart:
        """Return one encounter with documents, codes, findings and supporting sentences."""
        return read_chart(self.workspace.warehouse(), encounter_id)

    def document(self, encounter_id: str, document_number: int) -> DisplayText:
        """Return one document of an encounter's chart, to be read.

        Raises
        ------
        UsageError
            If the chart has no document of that number.
        """
        for document in self.chart(encounter_id).documents:
            if document.document_number == document_number:
                return DisplayText(f"{document.document_type.capitalize()}: {document.title}", document.text)
        message = f"The chart of {encounter_id} has no document {document_number}."
        raise UsageError(message, hint="Workbench.encounter(id, 'document') lists them.")

    def evidence(self, encounter_id: str) -> pl.DataFrame:
        """Return the sentences of the chart that speak of what its codes describe."""
        return evidence_frame(self.chart(encounter_id))

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
        return self._query(f"queries/encounters/encounter_{part}", {"encounter_id": encounter_id})

    def codes(self, encounter_id: str, *code_systems: str) -> pl.DataFrame:
        """Return the coder's codes of an encounter, of some code systems or of all, without empty columns."""
        codes = self._query("queries/encounters/chart_code", {"encounter_id": encounter_id})
        if code_systems:
            codes = codes.filter(pl.col("code_system").is_in(code_systems))
        modifiers = [f"modifier_{number}" for number in range(1, 5)]
        together = pl.concat_str(modifiers, separator=" ", ignore_nulls=True).replace("", None)
        shown = codes.select(pl.exclude(*modifiers, "description"), modifiers=together, title="description")
        return shown.select(
            column for column in shown if column.null_count() < column.len() or column.name == "code"
        )

    # Checks

    def check(self, *, progress: Progress | None = None) -> pl.DataFrame:
        """Run every check on everything that is loaded, and return the outcomes."""
        run_checks(self.workspace.warehouse(), progress=progress or SilentProgress())
        return self.check_outcomes()

    def check_outcomes(self) -> pl.DataFrame:
        """Return the outcome of every check as last run."""
        return self._query("queries/checks/finding_summary")

    def findings(self, check_id: str | None = None, *, encounter_id: str | None = None) -> pl.DataFrame:
        """Return findings: all, those of a check, or those about an encounter."""
        return self._query("queries/checks/finding", {"check_id": check_id, "encounter_id": encounter_id})

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
        return ReviewCard(
            session, chart_source(warehouse), self._clock, find_codes=code_finder(self.code_search)
        )

    def replay(
        self,
        audit: str,
        recorded: Path | None = None,
        *,
        encounter_ids: list[str] | None = None,
        progress: Progress | None = None,
    ) -> Replayed:
        """Enter a recorded audit's verdicts (the embedded one's by default) into the ledger, each once."""
        return audits.replay_recorded(
            self.workspace,
            audit,
            recorded or embedded_folder("data") / "audit" / "recorded_verdicts.ndjson",
            encounter_ids=encounter_ids,
            recorded_at=self._clock(),
            progress=progress or SilentProgress(),
        )

    def verify_ledger(self, since: LedgerCheck | str | None = None) -> LedgerCheck:
        """Prove that the chain of decisions is whole, and that nothing before an anchor was rewritten.

        Held against every anchor that reports left in the workspace, and against ``since``: the result of an
        earlier call, or the text COUNT:HASH that a report prints. Without any anchor, a chain that was
        rewritten as a whole passes.

        Raises
        ------
        LedgerBrokenError
            If that does not hold, or a sample was drawn of which the ledger knows nothing.
        """
        anchor = LedgerCheck.from_anchor(since) if isinstance(since, str) else since
        return verify_ledger(self.workspace, since=anchor)

    # Inside

    def _query(self, name: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        return self.workspace.warehouse().query(name, params)

    def _naive_now(self) -> dt.datetime:
        return _without_zone(self._clock())


def _load_code_sets(
    warehouse: Warehouse, *, loaded_at: dt.datetime, progress: Progress, extras: bool
) -> None:
    tables = list(embedded_code_sets(loaded_at=loaded_at, progress=progress))
    progress.start("Writing code sets", total=len(tables))
    with warehouse.writing() as writer:
        for table, frame in tables:
            writer.append(table, frame)
            progress.advance()
        if extras:
            append_optional(writer, loaded_at=loaded_at, progress=progress)
        graph.run(writer)


def _without_zone(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "auditor"
