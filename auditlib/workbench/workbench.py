"""The public face of notebooks and command line: one object on one workspace, one accessor a noun."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.errors import StoreError, UsageError
from auditlib.nearest import unknown_name
from auditlib.progress import Progress, SilentProgress
from auditlib.workbench.context import Clock, Context
from auditlib.workbench.on_record import answers_on_record
from auditlib.workspace import Workspace
from auditlib.workspace.clock import utc_now
from auditlib.workspace.locate import find_workspace

if TYPE_CHECKING:
    from auditlib.audits.backup import Backup
    from auditlib.evidence import Associations
    from auditlib.measures.judged_codes import MonthBasis
    from auditlib.measures.target_rates import By, Score
    from auditlib.report.reconciliation import ReconciliationReport
    from auditlib.report.result import Notice, Result
    from auditlib.stats.estimators.missing_records import MissingRecordRule
    from auditlib.warehouse import Warehouse
    from auditlib.widgets import AccuracyScreen, ActionPanel, StartScreen
    from auditlib.workbench.accuracy import Accuracy
    from auditlib.workbench.audit import Audit
    from auditlib.workbench.checks import Checks
    from auditlib.workbench.claims import Claims
    from auditlib.workbench.codesets import CodeSets
    from auditlib.workbench.denials import Denials
    from auditlib.workbench.encounter import Encounter
    from auditlib.workbench.files import Files
    from auditlib.workbench.ledger import LedgerProof
    from auditlib.workbench.machine_coders import MachineCoders
    from auditlib.workbench.practice import Practice
    from auditlib.workbench.programmes import Programmes
    from auditlib.workbench.refunds import Refunds
    from auditlib.workbench.reports import Reports
    from auditlib.workbench.samples import Samples
    from auditlib.workbench.universes import Universes


@answers_on_record
class Workbench:
    """All that can be done with one workspace.

    Parameters
    ----------
    workspace
        The folder with warehouse, ledger, manifests and reports.
    user
        Whose name goes on record; by default that of the operating system's account. Of a ledger that a team
        shares it is the database's user, and no other.
    clock
        Gives the time that goes on record.
    """

    def __init__(self, workspace: Workspace, *, user: str | None = None, clock: Clock = utc_now) -> None:
        self.workspace = workspace
        self.user = _acting_user(workspace, user)
        self._context = Context(workspace, self.user, clock)

    @classmethod
    def create(
        cls,
        root: Path | str,
        *,
        progress: Progress | None = None,
        user: str | None = None,
        clock: Clock = utc_now,
        extras: bool = True,
        pseudonym_secret: bytes | None = None,
    ) -> Workbench:
        """Make a workspace with the embedded code sets and those of the extras, or open an existing one.

        A warehouse that was moved away or deleted is made anew, with the embedded code sets: load the files
        again. A ledger is never made anew. ``pseudonym_secret`` are 32 bytes under which a new workspace
        makes pseudonyms; random by default.

        Raises
        ------
        UsageError
            If the folder holds other things.
        StoreError
            If the ledger of an existing workspace is gone, or a store is damaged.
        """
        progress = progress or SilentProgress()

        def fill(warehouse: Warehouse) -> None:
            loaded_at = clock().astimezone(dt.UTC).replace(tzinfo=None)
            _load_code_sets(warehouse, loaded_at=loaded_at, progress=progress, extras=extras)

        workbench = cls(
            Workspace.create(Path(root), fill=fill, pseudonym_secret=pseudonym_secret), user=user, clock=clock
        )
        if workbench.codesets.list().frame.is_empty():
            fill(workbench.workspace.warehouse())
        workbench._bring_up_to_date(pseudonym_secret, progress)
        return workbench

    def upgrade(self, *, progress: Progress | None = None) -> bool:
        """Bring a workspace of an earlier version up to date; return whether patients got new pseudonyms.

        Samples, verdicts and reports stay as they are. Files and folders become their owner's alone.

        Parameters
        ----------
        progress
            Advanced for what is made anew.

        Raises
        ------
        StoreError
            If a store is gone or damaged, or the key of the pseudonyms is.
        """
        Workspace.create(self.workspace.root)
        return self._bring_up_to_date(None, progress or SilentProgress())

    def scan(self, also: Iterable[Path | str] = ()) -> Result:
        """Return where identifiers of patients are in files that should hold none: file, kind and count.

        Parameters
        ----------
        also
            Further files and folders, besides those of the workspace.

        Raises
        ------
        UsageError
            If one of them does not exist.
        StoreError
            If the patients have no keyed pseudonyms, or the key is gone.
        """
        from auditlib.audits.identifier_scan import scan
        from auditlib.report.result import Result, missing

        places = [Path(one).expanduser() for one in also]
        for place in places:
            if not place.exists():
                message = f"There is no {place}."
                raise UsageError(message, hint="Name a file or a folder.")
        frame = scan(self.workspace, places)
        title = "Identifiers of patients in files"
        if frame.is_empty():
            return missing("No identifier of a patient was found.", title, frame=frame)
        return Result(frame, title, row_limit=None)

    def write_lake(self, *, progress: Progress | None = None) -> Result:
        """Write what is loaded as Parquet files, by month, into the workspace's lake; return its tables.

        Only months whose rows changed are written. An ``engine`` does the same before it computes; here it
        adds what every model makes of the rows.

        Parameters
        ----------
        progress
            Advances with every table.

        Raises
        ------
        StoreError
            If the folder holds other files, or another program writes it.
        """
        import polars as pl

        from auditlib.report.result import Result, missing
        from auditlib.warehouse import graph
        from auditlib.warehouse.lake import Lake

        progress = progress or SilentProgress()
        warehouse = self.workspace.warehouse()
        lake, tables = Lake(self.workspace.lake_path), graph.loaded_rows()
        self._context.write_on_record("lake", lake.folder)
        progress.start("Writing the lake", total=len(tables))
        with lake.changing() as record:
            written = warehouse.write_lake(lake, record, tables, advance=progress.advance)
        if warehouse.engine is not None:
            warehouse.engine.build_models(warehouse)
        frame = pl.DataFrame(
            [asdict(table) for table in written],
            schema={
                "table": pl.String,
                "row_count": pl.Int64,
                "month_count": pl.Int64,
                "written_count": pl.Int64,
            },
        )
        title = f"Parquet files of {lake.folder}"
        if frame.is_empty():
            return missing("Nothing has changed since the lake was last written.", title, frame=frame)
        return Result(frame, title, row_limit=None)

    def _bring_up_to_date(self, pseudonym_secret: bytes | None, progress: Progress) -> bool:
        """Make what an earlier version of auditlib made otherwise, or not at all."""
        from auditlib.checks.lapsed_findings import let_findings_lapse
        from auditlib.codesets.library.load_code_sets import refresh_denial_reasons
        from auditlib.loading.keyed_patients import key_patients
        from auditlib.warehouse import graph
        from auditlib.warehouse.rebuild import rebuild

        was_unkeyed = key_patients(self.workspace, secret=pseudonym_secret)
        with self.workspace.warehouse().writing(finishing=True) as writer:
            let_findings_lapse(writer, graph.outdated_tables(writer))
            refresh_denial_reasons(writer, loaded_at=self._context.recorded_at())
            rebuild(writer, changed=(), progress=progress)
        return was_unkeyed

    @classmethod
    def open(
        cls,
        root: Path | str | None = None,
        *,
        user: str | None = None,
        clock: Clock = utc_now,
        engine: str | None = None,
    ) -> Workbench:
        """Open a workspace: the one given, else AUDITLIB_WORKSPACE, else the nearest one upwards from here.

        With an ``engine``, as ``spark:sc://host:15002``, it reads files and runs checks, measures, frames.

        Raises
        ------
        UsageError
            If there is none, or no engine has such an address.
        """
        named = None if root is None else Path(root).expanduser()
        located = find_workspace(named, environment=os.environ, start=Path.cwd())
        return cls(Workspace.open(located.path, engine=engine), user=user, clock=clock)

    def backup(
        self, to: Path | str, *, ledger_only: bool = False, progress: Progress | None = None
    ) -> Backup:
        """Copy the workspace into a new dated folder of ``to`` while others work, and verify the copy.

        `auditlib.audits.backup.restore`, or ``auditlib restore``, brings it back.

        Parameters
        ----------
        to
            The folder that holds backups, outside of the workspace.
        ledger_only
            Leave out what can be loaded again: the warehouse and the releases of code sets.
        progress
            Advances with every file.

        Raises
        ------
        UsageError
            If the folder lies in the workspace.
        LedgerBrokenError
            If the ledger does not verify.
        """
        from auditlib.audits.backup import back_up

        folder = Path(to).expanduser()
        made = back_up(self.workspace, folder, made_at=self.now(), ledger_only=ledger_only, progress=progress)
        # A copy is needed most while the ledger cannot be written to: it is made all the same.
        try:
            self._context.write_on_record("backup", made.path)
        except StoreError:
            return replace(made, is_on_record=False)
        return made

    def now(self) -> dt.datetime:
        """Return the time that would go on record, with its zone."""
        return self._context.now()

    @cached_property
    def files(self) -> Files:
        """Files in, what could not be loaded, and what the files say of themselves."""
        from auditlib.workbench.files import Files

        return Files(self._context)

    @cached_property
    def codesets(self) -> CodeSets:
        """Releases of code sets, and codes by search, by page and by tree."""
        from auditlib.workbench.codesets import CodeSets

        return CodeSets(self._context)

    @cached_property
    def claims(self) -> Claims:
        """Claims followed: each one's history, and what it comes to."""
        from auditlib.workbench.claims import Claims

        return Claims(self._context)

    @cached_property
    def checks(self) -> Checks:
        """Coding checks: run them, read their outcomes and findings."""
        from auditlib.workbench.checks import Checks

        return Checks(self._context)

    @cached_property
    def universes(self) -> Universes:
        """Universes: frozen by name, listed, compared with today."""
        from auditlib.workbench.universes import Universes

        return Universes(self._context)

    @cached_property
    def samples(self) -> Samples:
        """Samples: planned, drawn, listed, verified."""
        from auditlib.workbench.samples import Samples

        return Samples(self._context, self.universes)

    @cached_property
    def programmes(self) -> Programmes:
        """Audit programmes: listed, explained, planned, and drawn as planned."""
        from auditlib.workbench.programmes import Programmes

        return Programmes(self._context, self)

    @cached_property
    def machine_coders(self) -> MachineCoders:
        """Machine coders: versions accepted and reopened, how right they are, their pull on reviewers."""
        from auditlib.workbench.machine_coders import MachineCoders

        return MachineCoders(self._context)

    @cached_property
    def denials(self) -> Denials:
        """Denials and outcomes: how often, by whom, why, and what became of the claims."""
        from auditlib.workbench.denials import Denials

        return Denials(self._context)

    @cached_property
    def refunds(self) -> Refunds:
        """Overpayments to refund: the last day of each, and what was entered."""
        from auditlib.workbench.refunds import Refunds

        return Refunds(self._context)

    @cached_property
    def reports(self) -> Reports:
        """Reports and the summary."""
        from auditlib.workbench.reports import Reports

        return Reports(self._context, self)

    @cached_property
    def ledger(self) -> LedgerProof:
        """The ledger, proved."""
        from auditlib.workbench.ledger import LedgerProof

        return LedgerProof(self._context)

    def reconcile(
        self,
        *,
        files: Path | str | None = None,
        mappings: Iterable[Path | str] = (),
        progress: Progress | None = None,
    ) -> ReconciliationReport:
        """Return every total of screens and reports beside the same total summed plainly from the raw files.

        Parameters
        ----------
        files
            The folder where the files lie now, if they were moved since they were loaded.
        mappings
            The mapping files by which tables were loaded.
        progress
            Advanced for each file.

        Raises
        ------
        UsageError
            If there is no such folder.
        BadInputError
            If a mapping cannot be read.
        """
        from auditlib.reconciliation.reconcile import reconcile
        from auditlib.report.reconciliation import ReconciliationReport
        from auditlib.sources.tabular.mapping_file import read_mapping

        folder = None if files is None else Path(files).expanduser()
        if folder is not None and not folder.is_dir():
            message = f"There is no folder {folder}."
            raise UsageError(message, hint="Name the folder in which the loaded files lie now.")
        return ReconciliationReport(
            reconcile(
                self._context.warehouse,
                folder=folder,
                mappings=[read_mapping(Path(one).expanduser()) for one in mappings],
                progress=progress,
            )
        )

    def audit(
        self,
        name: str | None = None,
        *,
        encounter_ids: Sequence[str] | None = None,
        missing_rule: MissingRecordRule | None = None,
    ) -> Audit:
        """Return an audit: the one named, or that of the sample drawn last.

        Parameters
        ----------
        name
            Name of a sample, or of a review of named encounters. Without a name and without any sample, the
            audit's answers say that there is none and what to do.
        encounter_ids
            The encounters to review where no sample is drawn, as for practice.
        missing_rule
            How a missing record counts: error-in-full (the default), increment, excluded or not-reviewed. A
            programme that an estimate names has its own.

        Raises
        ------
        UsageError
            If there is no audit of that name; the nearest names are in the hint.
        """
        from auditlib.audits.audit import audit_names, kept_audit_names
        from auditlib.workbench.audit import Audit

        if name is not None and encounter_ids is not None:
            return Audit(
                self._context, self.codesets, name, encounter_ids=encounter_ids, missing_rule=missing_rule
            )
        if name is None:
            kept = kept_audit_names(self.workspace)
            return Audit(self._context, self.codesets, kept[-1] if kept else None, missing_rule=missing_rule)
        names = audit_names(self.workspace)
        if name not in names and not self._context.ledger.events(audit=name):
            unknown = unknown_name(
                "audit",
                name,
                names,
                listed_by="auditlib audit list",
                made_by="auditlib sample draw NAME --seed SEED --count COUNT",
            )
            raise unknown
        return Audit(self._context, self.codesets, name, missing_rule=missing_rule)

    def audits(self) -> Result:
        """Return every audit with its state, whom it waits for and since when, the user's first.

        See `auditlib.audits.audit_progress.AuditProgress`. Of an audit in which something is
        hidden from the user, only the user's own charts count.
        """
        from auditlib.audits.audit_progress import audits_in_progress, progress_frame
        from auditlib.report.result import Result, missing
        from auditlib.workbench.no_sample import NO_SAMPLE

        progress = audits_in_progress(
            self.workspace, seen_by=self.user, as_of=self.now().astimezone(dt.UTC).date()
        )
        frame = progress_frame(progress)
        return missing(NO_SAMPLE, "Audits", frame=frame) if frame.is_empty() else Result(frame, "Audits")

    def start(self) -> StartScreen:
        """Return the start screen: what is here and missing, every audit, one next thing, plans for others.

        Nothing is written into the workspace before a button that says so is pressed.
        """
        from auditlib.widgets import StartScreen
        from auditlib.workbench.start import Start

        return StartScreen(Start(self._context, self), user=self.user)

    def accuracy(
        self,
        by: By | None = None,
        *,
        month: MonthBasis = "service",
        since: dt.date | None = None,
        until: dt.date | None = None,
        score: Score = "codes",
        target: float | None = None,
        audits: Collection[str] | None = None,
        missing_rule: MissingRecordRule = "error-in-full",
    ) -> Accuracy:
        """Return the accuracy of coding over all audits, each chart once.

        Parameters
        ----------
        by
            coder, provider, specialty, facility, family (of codes), month or audit; None for all together.
        month
            By which date a chart belongs to a month: service, coding or review.
        since, until
            First and last such date, both included.
        score
            codes: codes right, over the reviewer's codes. payment: charts paid rightly.
        target
            The share to reach, between 0 and 1.
        audits
            Names of audits; by default all with a drawn sample.
        missing_rule
            How a missing record counts.

        Raises
        ------
        UsageError
            If a value is not one of those, the target is no share, or no sample has one of the names.
        """
        from auditlib.workbench.accuracy import Accuracy, AccuracyRequest

        request = AccuracyRequest(month, since, until, audits, missing_rule)
        return Accuracy(self._context, request, by=by, score=score, target=target)

    def accuracy_screen(
        self,
        *,
        target: float | None = 0.95,
        score: Score = "codes",
        since: dt.date | None = None,
        until: dt.date | None = None,
        audits: Collection[str] | None = None,
        month: MonthBasis = "service",
    ) -> AccuracyScreen:
        """Return the coding manager's screen: where we stand, what changes, who needs help, what costs most.

        All that is chosen here can be changed on the screen. Every number opens its rows.

        Parameters
        ----------
        target
            The share to reach, between 0 and 1; None for none.
        score, since, until, audits, month
            As for `accuracy`.

        Raises
        ------
        UsageError
            If a value is none that `accuracy` takes.
        """
        from auditlib.widgets import AccuracyScreen, ScreenRequest
        from auditlib.workbench.accuracy_screen import accuracy_figures

        return AccuracyScreen(
            lambda request: accuracy_figures(self._context, request),
            ScreenRequest(target, score, since, until, audits, month),
        )

    def encounter(self, encounter_id: str | None = None) -> Encounter:
        """Return an encounter: the one named, or the first that has a chart.

        Raises
        ------
        UsageError
            If there is no encounter of that id; the nearest ids are in the hint.
        """
        from auditlib.workbench.encounter import Encounter

        if encounter_id is None:
            charted = self._context.query("encounters/charted_encounter")
            return Encounter(
                self._context, self.codesets, charted["encounter_id"][0] if charted.height else None
            )
        ids = self._context.query("encounters/encounter_named", {"encounter_id": encounter_id})
        if ids.is_empty():
            message = f"There is no encounter '{encounter_id}' in this workspace."
            raise UsageError(message, hint="Its id is the account number that its claim carries (CLM01).")
        return Encounter(self._context, self.codesets, encounter_id)

    @cached_property
    def practice(self) -> Practice:
        """Practice on cases with a key: packs, attempts, scores, item analysis."""
        from auditlib.workbench.practice import Practice

        return Practice(self._context, self.codesets)

    def practice_charts(self) -> Audit:
        """Return an audit named practice, not drawn: of the charts in folders of their own, else of all.

        Raises
        ------
        UsageError
            Where no chart is loaded, as soon as its review is opened.
        """
        from auditlib.workbench.audit import Audit

        charted = self._context.query("encounters/charted_encounter")
        folders = charted.filter(format="chart")
        chosen = folders if folders.height else charted
        return Audit(self._context, self.codesets, "practice", encounter_ids=chosen["encounter_id"].to_list())

    def demo_panel(self) -> ActionPanel | Notice:
        """Return a field and a button that make a separate demo workspace, where this one has no charts."""
        from auditlib.report.result import Notice

        if not self._context.query("encounters/charted_encounter").is_empty():
            return Notice("This workspace has charts: choose one of them above.")
        from auditlib.widgets import ActionPanel, TextField
        from auditlib.workbench.demo import run_demo

        def make(folder: str, progress: Progress) -> Notice:
            demonstrated = run_demo(Path(folder).expanduser(), progress=progress)
            root = demonstrated.workbench.workspace.root.resolve()
            return Notice(f"Made. Put Workbench.open({str(root)!r}) into the first cell and run again.")

        return ActionPanel(
            "Make a separate workspace with practice charts; this one stays as it is",
            fields=[TextField("folder", "New folder", placeholder="practice", value="practice")],
            button="Make the demo workspace",
            action=make,
        )

    def learnt_words(self, encounter_ids: Collection[str]) -> Associations:
        """Return what coded charts teach of the words that go with diagnoses, for `Encounter.support`.

        Only counts of charts by single word and code are kept. Choose charts whose codes were audited;
        those whose codes are hidden from the user are passed over.

        Parameters
        ----------
        encounter_ids
            The charts to learn from.

        Raises
        ------
        UsageError
            If none of them has both documents and diagnoses.
        """
        from auditlib.audits.learnt_words import learnt_words

        seen = [each for each in encounter_ids if "codes" not in self._context.blindness(each).hidden]
        return learnt_words(self._context.warehouse, seen)

    def encounters(self) -> Result:
        """Return the encounters that have a chart, with what is documented, coded and billed."""
        from auditlib.report.result import Result
        from auditlib.workbench.encounter import NO_CHART

        charted = self._context.query("encounters/charted_encounter")
        missing = NO_CHART if charted.is_empty() else None
        return Result(charted, "Encounters with a chart", missing=missing)


def _load_code_sets(
    warehouse: Warehouse, *, loaded_at: dt.datetime, progress: Progress, extras: bool
) -> None:
    from auditlib.codesets.library.optional_sets import append_optional
    from auditlib.codesets.readers.embedded import embedded_code_sets
    from auditlib.warehouse import graph

    tables = list(embedded_code_sets(loaded_at=loaded_at, progress=progress))
    progress.start("Writing code sets", total=len(tables))
    with warehouse.writing() as writer:
        for table, frame in tables:
            writer.append(table, frame)
            progress.advance()
        if extras:
            append_optional(writer, loaded_at=loaded_at, progress=progress)
        graph.run_but_for_checks(writer)


def _acting_user(workspace: Workspace, named: str | None) -> str:
    """Return whose name goes on record.

    Raises
    ------
    UsageError
        If a ledger that a team shares knows whoever it is by another name than the one given.
    """
    known = None if workspace.ledger_url is None else workspace.ledger().acting_user()
    if known is not None and named not in (None, known):
        message = f"In this ledger you are {known}: its database knows you by that name."
        raise UsageError(message, hint="Leave the name out, or connect to the database as the other user.")
    return known or named or _user_name()


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "auditor"
