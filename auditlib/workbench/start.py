"""What the start screen shows and does, by the accessors of the workbench."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.audit import audit_names
from auditlib.audits.audit_progress import audits_in_progress
from auditlib.audits.machine_acceptance import REOPENED, read_acceptances
from auditlib.checks.check_outcomes import have_all_run
from auditlib.codesets.readers.manifest import CodeSet, known_code_sets
from auditlib.errors import AuditError, UsageError
from auditlib.progress import Progress
from auditlib.report.file_names import file_part
from auditlib.report.result import Notice, Result
from auditlib.review.plan import PlanRequest, current_plan
from auditlib.review.suggestion import MachineCoder
from auditlib.same_place import is_within
from auditlib.sampling import SampleRequest, Universe
from auditlib.sampling.expectation import Expectation, planned_sizes
from auditlib.text import counted, format_dollars, format_share, level
from auditlib.widgets.start_screen import REBUT, AuditToPlan, Gap, StartFigures
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    from auditlib.estimation.audit_estimate import AuditEstimate
    from auditlib.widgets import (
        AccuracyScreen,
        AdjudicationScreen,
        DenialExplorer,
        PracticeStart,
        RebuttalScreen,
        ReviewStart,
        SamplePlanner,
    )
    from auditlib.workbench.workbench import Workbench


@answers_on_record
class Start:
    """The start of one workspace: `auditlib.widgets.start_screen.StartActions`.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    workbench
        Whose accessors give the figures and do the work.
    """

    def __init__(self, context: Context, workbench: Workbench) -> None:
        self._context = context
        self._workbench = workbench
        #: One's own, while the demo is shown in its place.
        self._own: tuple[Context, Workbench] | None = None
        self._gaps: tuple[tuple[int, int], list[Gap]] | None = None

    def figures(self, user: str) -> StartFigures:
        """Return what is here, what is missing and how far each audit is, as a person may see it."""
        as_of = self._context.now().astimezone(dt.UTC).date()
        gaps = self._gaps[1] if self._gaps and self._gaps[0] == self._warehouse_version else None
        return StartFigures(
            self._context.workspace.root.resolve().name,
            user,
            as_of,
            self._workbench.files.contents().frame,
            self._workbench.codesets.list().frame,
            gaps,
            audits_in_progress(self._context.workspace, seen_by=user, as_of=as_of),
            self._workbench.universes.names(),
            [
                str(one.coder)
                for one in read_acceptances(self._context.workspace).values()
                if one.state == REOPENED
            ],
            self._machine_coders(user),
            self._finding_count(),
            self._reported(),
            str(self._context.workspace.root.resolve()),
            str(self._demo_folder),
            "" if self._own is None else self._own[0].workspace.root.resolve().name,
        )

    @property
    def _demo_folder(self) -> Path:
        root = self._context.workspace.root.resolve()
        return root.with_name(f"{root.name}-demo")

    def _finding_count(self) -> int | None:
        """Return how many findings the checks have; None if not all have run since what they read changed."""
        outcomes = self._context.query("checks/finding_summary")
        return int(outcomes["finding_count"].sum()) if have_all_run(outcomes) else None

    def _reported(self) -> list[str]:
        """Return the audits of which files lie in the folder of reports."""
        folder = self._context.workspace.reports
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return [
            audit
            for audit in audit_names(self._context.workspace)
            if any(name.startswith(f"{file_part(audit)}.") for name in names)
        ]

    def _machine_coders(self, user: str) -> list[MachineCoder]:
        """Return the machine coders that are loaded, as far as the person may know them."""
        try:
            versions = self._of(user).machine_coders.versions().frame
        except UsageError:
            return []
        return [MachineCoder(*row) for row in versions.select("coder_name", "coder_version").iter_rows()]

    def count_gaps(self) -> None:
        """Count what is not checked for want of code sets, so that `figures` has it until more is loaded."""
        version = self._warehouse_version
        if self._gaps is None or self._gaps[0] != version:
            self._gaps = version, code_set_gaps(self._workbench.codesets.coverage().frame)

    @property
    def _warehouse_version(self) -> tuple[int, int]:
        state = self._context.workspace.warehouse_path.stat()
        return state.st_mtime_ns, state.st_size

    def outlook(self, audit: AuditToPlan) -> str:
        """Return in words what would be drawn; nothing is written.

        Raises
        ------
        UsageError
            If there is an audit of that name, or the universe has fewer units.
        """
        self._require_new(audit.name)
        unit, unit_count, count, basis = self._size(audit)
        drawn = f"Draws {count:,} of {counted(unit_count, unit)} as audit '{audit.name}', seed {audit.seed}."
        return f"{drawn} {basis}"

    def plan(self, audit: AuditToPlan, user: str) -> None:
        """Draw the sample, simple random, and record who reviews it, both as the person's.

        Raises
        ------
        UsageError
            If there is an audit of that name: nothing is drawn. Or if the review cannot be planned as said:
            the sample is then drawn, and on record.
        """
        self._require_new(audit.name)
        _, _, count, basis = self._size(audit)
        self._of(user).samples.draw(
            audit.universe,
            SampleRequest("simple", seed=audit.seed, count=count),
            name=audit.name,
            size_basis=basis,
            objective=audit.objective,
        )
        try:
            self.assign(audit.name, audit.review, user)
        except AuditError as error:
            message = (
                f"The sample '{audit.name}' is drawn and on record; who reviews it is not. {error.message}"
            )
            hint = f"{error.hint or ''} Choose '{audit.name}' in the list and name its reviewers.".strip()
            raise UsageError(message, hint=hint) from error

    def assign(self, audit: str, request: PlanRequest, user: str) -> str:
        """Record who reviews an audit, and return that in words."""
        return (
            self._of(user)
            .audit(audit)
            .plan_review(
                request.reviewers,
                second_share=request.share,
                rule=request.rule,
                review_count=request.review_count,
                only=request.only,
                coder_ids=request.coder_ids,
                blind=request.blind,
                seed=request.seed,
                suggestions_of=request.suggestions_of,
                shown_share=request.shown_share,
            )
            .sentence
        )

    def reviewers(self, audit: str, user: str) -> Sequence[str]:
        """Return the reviewers of an audit's plan as far as the person may know them."""
        plan = self._of(user).audit(audit).plan
        return () if plan is None else plan.plan.reviewers

    def desk(self, audit: str, reviewer: str) -> ReviewStart | Notice:
        """Return the review screen, opened.

        Raises
        ------
        UsageError
            If the reviewer has no chart in the plan.
        """
        chosen = self._workbench.audit(audit)
        encounter_ids = None if chosen.is_drawn else self._planned_charts(audit, reviewer)
        # Asked here, so that what speaks against it is said before the screen changes.
        chosen.session(reviewer, encounter_ids=encounter_ids)
        screen = chosen.review(reviewer, encounter_ids=encounter_ids)
        if not isinstance(screen, Notice):
            screen.start()
        return screen

    def show(self, audit: str, does: str, user: str) -> AdjudicationScreen | RebuttalScreen | Notice:
        """Return the screen on which a person decides the disagreements or disputes of an audit.

        Raises
        ------
        UsageError
            If the person reviews the audit blind.
        """
        chosen = self._of(user).audit(audit)
        return chosen.rebuttal_screen() if does == REBUT else chosen.adjudicate_screen()

    def planner(self, user: str) -> SamplePlanner | Notice:
        """Return the screen for all designs of samples."""
        return self._of(user).samples.plan()

    def room(self, name: str, user: str) -> DenialExplorer | AccuracyScreen | PracticeStart:
        """Return the screen of denials, of accuracy or of practice.

        Raises
        ------
        UsageError
            If the person reviews an audit blind to what it shows.
        """
        bench = self._of(user)
        if name == "denials":
            return bench.denials.explore()
        return bench.accuracy_screen() if name == "accuracy" else bench.practice.desk()

    def load(self, path: str, *, is_code_set: bool, progress: Progress) -> str:
        """Load files or code sets, and return in words what came of it.

        Raises
        ------
        UsageError
            If there is no such file or folder, or what is shown is the demo.
        """
        if self._own is not None:
            name = self._own[0].workspace.root.resolve().name
            message = "This is the demo: files of your own do not go among its invented data."
            raise UsageError(message, hint=f"Go back to {name}, and load them there.")
        if is_code_set:
            loaded = self._workbench.codesets.load(path, progress=progress).frame
            return f"{_by_status(loaded)} {_first_reason(loaded, 'reason')}".strip()
        loaded = self._workbench.files.load(path, progress=progress).frame
        return f"{_by_status(loaded)} {_first_reason(loaded, 'first_reason')}".strip()

    def run_checks(self, progress: Progress) -> str:
        """Run the checks, and return in words what they found."""
        outcomes = self._workbench.checks.run(progress=progress)
        found, eligible = (
            int(outcomes.frame[name].sum() or 0) for name in ("finding_count", "eligible_count")
        )
        note = outcomes.note.replace("checks.list()", "'auditlib checks list'")
        return f"{counted(found, 'finding')} in {eligible:,} checked. {note}".strip()

    def estimate(self, audit: str, user: str) -> Result:
        """Return what an audit's sample says of its universe, a row a figure.

        Raises
        ------
        UsageError
            If the person reviews the audit blind.
        """
        return estimate_table(self._of(user).audit(audit).estimate())

    def report(self, audit: str, user: str, progress: Progress) -> str:
        """Write an audit's report into the workspace, and return in words where.

        Raises
        ------
        UsageError
            If the person reviews the audit blind.
        """
        paths = self._of(user).reports.write(audit, progress=progress)
        return f"Written: {', '.join(str(path.resolve()) for path in paths)}."

    def make_demo(self, folder: str, progress: Progress) -> str:
        """Make the demo in a folder of its own, and show it from here on in the place of one's own workspace.

        Raises
        ------
        UsageError
            If the folder is, lies in or holds one's own workspace, or holds other things.
        """
        from auditlib.workbench.demo import run_demo  # noqa: PLC0415 - only who wants the demo waits for it

        own = self._own or (self._context, self._workbench)
        root, mine = Path(folder).expanduser().resolve(), own[0].workspace.root.resolve()
        if is_within(root, mine) or is_within(mine, root):
            message = f"{root} is not apart from your own workspace {mine}: the demo is never made there."
            raise UsageError(message, hint=f"Name a new folder, as {mine.with_name(f'{mine.name}-demo')}.")
        run_demo(root, progress=progress)
        shown = type(self._workbench).open(root, user=own[1].user)
        self._own, self._workbench, self._gaps = own, shown, None
        self._context = Context(shown.workspace, shown.user, own[0].now)
        return (
            f"The demo is in {root}, apart from your files. To open it with all notebooks: "
            f'auditlib -w "{root}" lab'
        )

    def leave_demo(self) -> None:
        """Show one's own workspace again; the demo stays in its folder."""
        if self._own is not None:
            (self._context, self._workbench), self._own, self._gaps = self._own, None, None

    def _of(self, user: str) -> Workbench:
        """Return the workbench as a person may see it."""
        if user == self._context.user:
            return self._workbench
        return type(self._workbench)(self._context.workspace, user=user, clock=self._context.now)

    def _planned_charts(self, audit: str, reviewer: str) -> list[str] | None:
        plan = current_plan(self._context.ledger.events(audit=audit))
        return None if plan is None else [chart for chart, who in plan.rounds.items() if reviewer in who]

    def _require_new(self, name: str) -> None:
        earlier = next(
            (one for one in audit_names(self._context.workspace) if one.casefold() == name.casefold()), None
        )
        if earlier is None:
            return
        manifest = self._workbench.samples.manifest(earlier)
        message = (
            f"There is an audit '{earlier}' already, drawn {manifest.drawn_at:%Y-%m-%d} by "
            f"{manifest.drawn_by}; nothing was drawn now."
        )
        raise UsageError(message, hint="Open it from the list, or give the new audit another name.")

    def _size(self, audit: AuditToPlan) -> tuple[str, int, int, str]:
        """Return the unit, how many there are, how many to draw, and how that number was arrived at."""
        frame = self._workbench.universes.frame(audit.universe).frame
        unit = audit.universe.unit if isinstance(audit.universe, Universe) else "unit"
        if not frame.height:
            message = "No unit is in the universe as chosen."
            raise UsageError(message, hint="Widen its days.")
        if isinstance(audit.size, Expectation):
            expected = audit.size
            of_share = next(
                one for one in planned_sizes(frame, expected) if one.question.startswith("share of units")
            )
            count = max(of_share.size.count, 1)
            basis = (
                f"Size for the {of_share.question}, with {100 * expected.error_rate:g} % of the units "
                f"expected in error, at {100 * expected.confidence:g} % two-sided confidence: {count:,} "
                f"({of_share.size.formula}, {of_share.size.rounding})."
            )
            return unit, frame.height, count, basis
        if audit.size > frame.height:
            message = f"{audit.size:,} cannot be drawn: the universe has {counted(frame.height, unit)}."
            raise UsageError(message, hint="Ask for fewer, or widen its days.")
        return unit, frame.height, audit.size, f"{counted(audit.size, unit)}, set by the auditor."


def estimate_table(estimated: AuditEstimate) -> Result:
    """Return the figures of an estimate in words, with limits by level, and what it rests on."""
    rows = [
        {
            "figure": figure.name,
            "estimate": in_words(figure.point),
            **{
                f"{level(limits['confidence'] or 0)} limits": " to ".join(
                    in_words(limits[side]) for side in ("lower", "upper")
                )
                for limits in appraisal.limits(figure)
            },
        }
        for appraisal, is_dollars in ((estimated.units_in_error, False), (estimated.dollars_in_error, True))
        if appraisal is not None
        for figure in appraisal.found.figures
        for in_words in [partial(_figure_in_words, is_share="share" in figure.name, is_dollars=is_dollars)]
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    looked_at = counted(estimated.looked_at_count, "unit")
    rests_on = (
        f"{estimated.error_count:,} of {looked_at} in error, of {estimated.unit_count:,} in the universe.",
        *estimated.records,
        "The report and the workpaper say how it is computed.",
    )
    title = f"What the sample of '{estimated.audit}' says of its universe"
    return Result(frame, title, note=" ".join(rests_on), row_limit=None)


def _figure_in_words(value: float | None, *, is_share: bool, is_dollars: bool) -> str:
    """Return a count of units, a share or dollars; None is an open side."""
    if value is None:
        return "open"
    if is_share:
        return format_share(value)
    return format_dollars(value) if is_dollars else f"{value:,.1f}"


def code_set_gaps(coverage: pl.DataFrame) -> list[Gap]:
    """Return the code sets that are used and not loaded for some days, those with the most codes first.

    Parameters
    ----------
    coverage
        See `auditlib.workbench.codesets.CodeSets.coverage`.
    """
    without = coverage.filter(pl.col("not_checked_count") > 0)
    named: dict[str, Gap] = {}
    for row in (
        without.group_by("code_system")
        .agg(
            count=pl.col("not_checked_count").sum(),
            first=pl.col("used_month").min(),
            last=pl.col("used_month").max(),
        )
        .sort("count", "code_system", descending=[True, False])
        .iter_rows(named=True)
    ):
        code_set = _code_set_of(row["code_system"])
        name = row["code_system"] if code_set is None or len(code_set.loads) == 1 else _short_title(code_set)
        earlier = named.get(name)
        gap = Gap(
            name,
            row["count"] + (earlier.not_checked_count if earlier else 0),
            min(filter(None, (row["first"], earlier and earlier.first_month)), default=None),
            max(filter(None, (row["last"], earlier and earlier.last_month)), default=None),
            _command(code_set),
            "" if code_set is None else code_set.licence,
        )
        named[name] = gap
    return sorted(named.values(), key=lambda gap: -gap.not_checked_count)


def _code_set_of(code_system: str) -> CodeSet | None:
    """Return the code set whose releases are of a code system: one that can be fetched before others."""
    matches = [one for one in known_code_sets() if code_system in one.loads and one.how != "embedded"]
    return min(matches, key=lambda one: (not one.can_be_fetched, one.how == "optional"), default=None)


def _short_title(code_set: CodeSet) -> str:
    """Return the title of a set with several releases, without the list of them."""
    return code_set.title.partition(":")[0]


def _command(code_set: CodeSet | None) -> str:
    if code_set is not None and code_set.can_be_fetched:
        return f"auditlib codesets fetch {code_set.id} YEAR"
    return "auditlib codesets load FILE"


def _by_status(loaded: pl.DataFrame) -> str:
    counts = loaded.group_by("load_status", maintain_order=True).len()
    return (
        "; ".join(f"{counted(count, 'file')} {status}" for status, count in counts.iter_rows()) or "No file"
    ) + "."


def _first_reason(loaded: pl.DataFrame, column: str) -> str:
    if column not in loaded.columns:
        return ""
    reasons = loaded[column].drop_nulls()
    return "" if reasons.is_empty() else f"The first that was not loaded whole: {reasons[0]}"
