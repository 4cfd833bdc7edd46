"""Coding checks: run them, read their outcomes and findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from auditlib.checks.acceptance import (
    AcceptedScope,
    accept,
    acceptances,
    accepted_findings,
    withdraw_acceptance,
)
from auditlib.checks.check_outcomes import NOT_RUN, since_when
from auditlib.checks.configuration import CheckSetting, read_configuration, setting_frame
from auditlib.checks.own_rules.rule_table import SEVERITY_OF
from auditlib.errors import UsageError
from auditlib.measures.check_history import MINUTES_A_FINDING
from auditlib.progress import Progress, SilentProgress
from auditlib.report.result import Result, missing
from auditlib.review.document_statement import DOCUMENT_STATED, statement_frame
from auditlib.text import counted
from auditlib.workbench.context import Context, shown_apart
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.checks import Check
    from auditlib.checks.own_rules.rule_folder import OwnRules
    from auditlib.widgets import ActionPanel

_NOT_RUN = (
    "The checks have not run since the last load. Run them by wb.checks.run(), or by 'auditlib check' on "
    "the command line."
)


_COUNTED = (
    *("outcome", "eligible_count", "finding_count", "accepted_count", "at_stake_amount"),
    "not_checked_count",
)
_LISTED: dict[str, pl.DataType] = {
    "outcome": pl.String(),
    "eligible_count": pl.Int64(),
    "finding_count": pl.Int64(),
    "accepted_count": pl.Int64(),
    "at_stake_amount": pl.Decimal(18, 2),
    "not_checked_count": pl.Int64(),
}


def _stored_code(code: str | None) -> str | None:
    return None if code is None else code.upper().replace(".", "")


def _why_none(outcome: pl.DataFrame) -> str:
    """Return why a check, by its row, has no findings although it did not pass; empty where it did."""
    for row in outcome.iter_rows(named=True):
        if row["outcome"] == "not checked":
            return (
                f"Not checked: {row['not_checked_count']:,} that it applies to. {row['not_checked_reason']}"
            )
        if row["outcome"] == NOT_RUN:
            return "It has not run since what it reads has changed: 'auditlib check' runs the checks."
        if row["outcome"] == "not applicable":
            return f"Nothing to check: no {row['unit']} is known."
    return ""


@answers_on_record
class Checks:
    """The checks on everything that is loaded."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def run(self, *, progress: Progress | None = None) -> Result:
        """Run every check, keep its findings, and return the outcomes."""
        from auditlib.checks import run_checks
        from auditlib.checks.own_rules.rule_folder import read_own_rules

        own = read_own_rules(self._context.workspace.root)
        settings = self._settings(own)
        stated = statement_frame(self._context.ledger.events(kinds=[DOCUMENT_STATED]))
        run_checks(
            self._context.warehouse,
            requirements=stated.drop("stated_by"),
            own_rules=own,
            settings=settings,
            progress=progress or SilentProgress(),
        )
        outcomes = self.outcomes()
        if not own.rejected:
            return outcomes
        rejected = (
            f"{counted(len(own.rejected), 'row or file')} of your rules rejected: checks.rules() says why."
        )
        return replace(outcomes, note=f"{outcomes.note} {rejected}".strip())

    def _settings(self, own: OwnRules) -> tuple[CheckSetting, ...]:
        from auditlib.checks import all_checks

        known = {*(check.id for check in all_checks()), *own.ids}
        return read_configuration(self._context.workspace.root, known)

    def settings(self) -> Result:
        """Return the severities and switches of ``checks.toml``.

        Raises
        ------
        BadInputError
            If anything in the file is wrong, with the line and what to do.
        """
        from auditlib.checks.own_rules.rule_folder import read_own_rules

        root = self._context.workspace.root
        return Result(
            setting_frame(self._settings(read_own_rules(root))), "Settings of checks", row_limit=None
        )

    def rules(self) -> Result:
        """Return the rules of the workspace's own, and the rows and files of its folder that are none.

        Returns
        -------
        Result
            ``check_id``, ``title``, ``severity`` and ``source`` of each rule; of what was rejected the file,
            ``row_number`` (0 for the whole file), ``fault`` and ``expected``.
        """
        from auditlib.checks.own_rules.rule_folder import read_own_rules

        own = read_own_rules(self._context.workspace.root)
        rows = [
            *((rule.rule_id, rule.message, SEVERITY_OF[rule.action], "table") for rule in own.table_rules),
            *((rule.check.id, rule.check.title, rule.check.severity, "SQL") for rule in own.query_rules),
        ]
        schema = dict.fromkeys(("check_id", "title", "severity", "source"), pl.String)
        rules = pl.DataFrame(rows, schema=schema, orient="row")
        rejected = pl.DataFrame(
            [(one.file_name, one.row_number, one.fault, one.expected) for one in own.rejected],
            schema={
                "file_name": pl.String,
                "row_number": pl.Int64,
                "fault": pl.String,
                "expected": pl.String,
            },
            orient="row",
        )
        frame = pl.concat([rules, rejected], how="diagonal")
        note = f"{counted(rules.height, 'rule')}; {counted(rejected.height, 'row or file')} rejected."
        return Result(frame, "Own rules", note=note, row_limit=None)

    def run_panel(self) -> ActionPanel:
        """Return a button that runs the checks, and what each came to and lacks below it."""
        from auditlib.widgets import ActionPanel

        def run_and_list(progress: Progress) -> Result:
            note = self.run(progress=progress).note
            return replace(self.list(), note=note)

        return ActionPanel("Coding checks", button="Run the checks", action=run_and_list)

    def test_rules(self) -> Result:
        """Judge the cases of the workspace's own rules, and return each with what the rule said.

        Raises
        ------
        BadInputError
            If a table of cases cannot be read, or a row of it is wrong.
        """
        from auditlib.checks.own_rules.rule_cases import run_cases
        from auditlib.checks.own_rules.rule_folder import read_own_rules

        root = self._context.workspace.root
        results = run_cases(root, read_own_rules(root))
        frame = pl.DataFrame(
            [
                (one.file_name, one.row_number, one.rule_id, one.case, one.expected, one.result, one.is_met)
                for one in results
            ],
            schema={
                "file_name": pl.String,
                "row_number": pl.Int64,
                "check_id": pl.String,
                "case": pl.String,
                "expected": pl.String,
                "result": pl.String,
                "is_met": pl.Boolean,
            },
            orient="row",
        )
        if frame.is_empty():
            return missing(
                "No cases: put a table named NAME.cases.csv into the folder rules.", "Cases", frame=frame
            )
        wrong = frame.height - int(frame["is_met"].sum())
        return Result(frame, "Cases of own rules", note=f"{counted(wrong, 'case')} not met.", row_limit=None)

    def outcomes(self) -> Result:
        """Return the outcome of every check as last run."""
        outcomes = self._with_accepted_count(self._context.query("checks/finding_summary"))
        title = "Outcome of each check"
        if outcomes.is_empty():
            return missing(_NOT_RUN, title, frame=outcomes)
        note = " ".join(filter(None, (since_when(outcomes), self._unchecked_note(outcomes))))
        return Result(outcomes, title, note=note, hidden=("loaded_through",))

    def _known_ids(self) -> set[str]:
        """Return the ids of all checks, and of own rules that have run."""
        from auditlib.checks import all_checks

        run = self._context.query("checks/finding_summary")["check_id"]
        return {*(check.id for check in all_checks()), *run}

    def _title(self, check_id: str) -> str:
        from auditlib.checks import all_checks

        shipped = {check.id: check.title for check in all_checks()}
        run = self._context.query("checks/finding_summary")
        titles = dict(run.select("check_id", "title").iter_rows()) | shipped
        return f"{check_id} {titles[check_id]}"

    def _accepted(self) -> pl.DataFrame:
        now = self._context.now().date()
        return accepted_findings(self._context.warehouse, self._context.ledger, as_of=now)

    def _with_accepted_count(self, outcomes: pl.DataFrame) -> pl.DataFrame:
        counts = self._accepted().group_by("check_id").agg(accepted_count=pl.len())
        place = outcomes.columns.index("finding_count") + 1
        counted = outcomes.join(counts, on="check_id", how="left", maintain_order="left")
        accepted = counted["accepted_count"].fill_null(0).cast(pl.Int64)
        return counted.drop("accepted_count").insert_column(place, accepted)

    @staticmethod
    def _unchecked_note(outcomes: pl.DataFrame) -> str:
        """Return how many checks could not check all, and where it says what they lack."""
        count = outcomes.filter(pl.col("not_checked_count") > 0).height
        if count == 0:
            return ""
        return f"{count} of {outcomes.height} checks could not check all: checks.list() says what each lacks."

    def findings(self, check_id: str | None = None, *, encounter_id: str | None = None) -> Result:
        """Return findings: all, those of a check, or those about an encounter.

        Raises
        ------
        UsageError
            If there is no such check.
        """
        self._context.require_known("check", check_id, self._known_ids())
        params: dict[str, object] = {"check_id": check_id, "encounter_id": encounter_id}
        title = "Findings" if check_id is None else self._title(check_id)
        findings = self._context.query("checks/finding", params)
        outcomes = self._context.query("checks/finding_summary")
        if findings.is_empty():
            why = _NOT_RUN if outcomes.is_empty() else _why_none(outcomes.filter(check_id=check_id))
            if why:
                return missing(why, title, frame=findings)
        findings = findings.join(
            self._accepted(), on=["check_id", "finding_number"], how="left", maintain_order="left"
        )
        none_accepted = findings["accepted_because"].null_count() == findings.height
        hidden = (
            *("item_number", "finding_number", "release"),
            *(() if check_id is None else ("check_id",)),
            *(("accepted_because", "accepted_by", "accepted_until") if none_accepted else ()),
        )
        return Result(findings, title, note=since_when(outcomes) if check_id is None else "", hidden=hidden)

    def group_stays(self, *, progress: Progress | None = None) -> int:
        """Group the hospital stays by the extra ``groupers``, for DRG-01 to DRG-03, and return how many.

        Raises
        ------
        MissingExtraError
            If the extra is not installed.
        """
        from auditlib.checks import group_stays

        return group_stays(self._context.warehouse, progress=progress)

    def financial_effect(self) -> Result:
        """Return what single complications, refused lines and risk categories in doubt are worth."""
        from auditlib.measures.financial_effect import financial_effects

        effects = financial_effects(self._context.warehouse)
        return Result(effects, "Financial effect", note=self._context.checks_not_run())

    def list(self) -> Result:
        """Return every check with what it came to when last run, and what would let it check the rest.

        Returns
        -------
        Result
            A row a check: ``eligible_count`` (checked), ``finding_count``, ``accepted_count`` of them,
            ``at_stake_amount`` (dollars), ``not_checked_count``, ``missing`` (code systems and months),
            ``command`` (loads them), and authority, needs and fix. Counts are null before the first run.
        """
        from auditlib.checks import all_checks
        from auditlib.checks.needed_code_sets import missing_code_sets
        from auditlib.codesets.library.load_code_sets import code_set_coverage

        outcomes = self._with_accepted_count(self._context.query("checks/finding_summary"))
        by_check = {
            row["check_id"]: {"outcome": NOT_RUN, "title": row["title"], "severity": row["severity"]}
            if row["outcome"] == NOT_RUN
            else row
            for row in outcomes.iter_rows(named=True)
        }
        has_unchecked = outcomes.filter(
            (pl.col("not_checked_count") > 0) | (pl.col("outcome") == "not applicable")
        ).height
        coverage = code_set_coverage(self._context.workspace) if has_unchecked else pl.DataFrame()
        loaded = set(self._context.query("codesets/registered_release")["code_system"])
        rows = []
        for check in all_checks():
            outcome = by_check.get(check.id, {})
            has_gap = outcome.get("not_checked_count") or outcome.get("outcome") == "not applicable"
            lacks = missing_code_sets(check, coverage, loaded) if has_gap else None
            rows.append(
                {
                    "check_id": check.id,
                    "check_version": check.version,
                    "title": check.title,
                    "severity": check.severity,
                    **{name: outcome.get(name) for name in _COUNTED},
                    "missing": "; ".join(lacks.names) if lacks else "",
                    "command": "; ".join(lacks.commands) if lacks else "",
                    "authority": check.authority,
                    "needs": check.needs,
                    "fix": check.fix,
                }
            )
        shipped = {check.id for check in all_checks()}
        rows += [
            {
                "check_id": check_id,
                "check_version": "1",
                "title": outcome["title"],
                "severity": outcome["severity"],
                **{name: outcome.get(name) for name in _COUNTED},
                "missing": outcome.get("not_checked_reason") or "",
                "command": "",
                "authority": "a rule of your own",
                "needs": "",
                "fix": "",
            }
            for check_id, outcome in by_check.items()
            if check_id not in shipped
        ]
        frame = pl.DataFrame(rows, schema_overrides=_LISTED)
        hidden = ("check_version", "authority", "needs", "fix")
        note = since_when(outcomes) if by_check else _NOT_RUN
        return Result(frame, "Checks", note=note, hidden=hidden, row_limit=None)

    def accept(
        self,
        check_id: str | None = None,
        *,
        reason: str,
        claim: str | None = None,
        item_number: int | None = None,
        payer_id: str | None = None,
        code: str | None = None,
        until: dt.date | None = None,
    ) -> int:
        """Accept findings with a reason: they stay counted, and are counted as accepted too.

        Parameters
        ----------
        check_id
            Of this check; None for all checks of a claim.
        reason
            Why they are right as they are.
        claim
            Of this claim (patient control number) or encounter.
        item_number
            Of this line or diagnosis of the claim.
        payer_id
            Of this payer's claims.
        code
            About this code.
        until
            Last day on which it holds.

        Returns
        -------
        int
            The number by which it is withdrawn.

        Raises
        ------
        UsageError
            If there is no such check, it is not said which findings, or the reason is blank.
        """
        self._context.require_known("check", check_id, self._known_ids())
        return accept(
            self._context.ledger,
            AcceptedScope(check_id, claim, item_number, payer_id, _stored_code(code)),
            reason=reason,
            until=until,
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def back_test(self, *, minutes_a_finding: float = MINUTES_A_FINDING, by_reason: bool = False) -> Result:
        """Return what payers answered to what each check finds: hits, dollars, false alarms, hours.

        Parameters
        ----------
        minutes_a_finding
            Time of a reviewer for one finding.
        by_reason
            The denied claims by denial reason instead.

        Raises
        ------
        UsageError
            If the minutes are not more than 0.
        """
        from auditlib.measures.check_history import back_test, back_test_reasons

        warehouse = self._context.warehouse
        if by_reason:
            reasons = back_test_reasons(warehouse)
            return Result(
                reasons, "Denied claims that checks find, by reason", note=self._context.checks_not_run()
            )
        frame = back_test(warehouse, minutes_a_finding=minutes_a_finding)
        title = "Checks on this workspace's own history"
        if frame.is_empty():
            return missing("No findings: run the checks, and load the remittances.", title, frame=frame)
        note = (
            f"Hours at {minutes_a_finding:g} minutes a finding. "
            f"A false alarm is a claim of which nothing was denied. {self._context.checks_not_run()}"
        ).strip()
        return Result(frame, title, note=note, row_limit=None)

    def look_ahead(
        self,
        day_count: int | None = None,
        *,
        code_set: str | None = None,
        release: str | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Return what the checks would find under other edits: so many days later, or under one release.

        Parameters
        ----------
        day_count
            Days by which services move: see `auditlib.measures.check_history.look_ahead`.
        code_set, release
            A loaded release that is to hold on all days of the claims, as ``wb.code_sets()`` names it: see
            `auditlib.measures.check_history.under_release`.
        progress
            Advanced for each check.

        Raises
        ------
        UsageError
            Unless it is days or a release; if the number of days is 0 or beyond ten years, or no such release
            is loaded.
        """
        from auditlib.checks.own_rules.rule_folder import read_own_rules
        from auditlib.measures.check_history import look_ahead, under_release

        own = read_own_rules(self._context.workspace.root)
        progress = progress or SilentProgress()
        if day_count is not None and code_set is None and release is None:
            frame = look_ahead(self._context.warehouse, day_count=day_count, own_rules=own, progress=progress)
            note = (
                f"Every day of the claims, birth dates too, is moved by {day_count:,} days in a copy; the "
                "releases that are loaded for those days judge them. "
                f"{self._context.checks_not_run()}"
            ).strip()
            return Result(frame, "Today's claims under the edits of later days", note=note, row_limit=None)
        if day_count is not None or code_set is None or release is None:
            message = "Look ahead either by days, or by a release with its code set."
            raise UsageError(message, hint="As 92 days; or 'NCCI PTP practitioner' and its release 2026Q4.")
        frame = under_release(
            self._context.warehouse, code_system=code_set, release=release, own_rules=own, progress=progress
        )
        note = (
            f"In a copy, {release} of {code_set} holds on all days of the claims, as it stands on its first "
            f"day; other code sets stay as they are. {self._context.checks_not_run()}"
        ).strip()
        return Result(frame, f"Today's claims under {release} of {code_set}", note=note, row_limit=None)

    def carried_note(self, document_id: str) -> Result:
        """Return a note beside the earlier one that has most of its words, passage by passage.

        Parameters
        ----------
        document_id
            A note that NOTE-01 compares, as a finding names it.

        Returns
        -------
        Result
            See `auditlib.checks.carried_passages.carried_passages`; standard text of the author is shown too.

        Raises
        ------
        UsageError
            If no such note was compared.
        """
        from auditlib.checks.carried_passages import carried_passages

        notes = self._context.query("checks/carried_note", {"document_id": document_id})
        if notes.is_empty():
            message = f"No note '{document_id}' has been compared with earlier ones."
            raise UsageError(message, hint="A finding of NOTE-01 names its documents; run the checks before.")
        note = notes.row(0, named=True)
        title = f"Document {document_id}"
        if note["source_document_id"] is None:
            return missing(f"No passage of document {document_id} stands in an earlier note.", title)
        for encounter_id in filter(None, {note["encounter_id"], note["source_encounter_id"]}):
            self._context.chart_shown(encounter_id, "carried note")
        frame = carried_passages(note["text"], note["source_text"])
        whose = "the same patient" if note["is_same_patient"] else "another patient"
        counts = f"{note['carried_word_count']:,} of {note['own_word_count']:,} own words"
        return Result(
            frame,
            f"{title} beside {note['source_document_id']} of {whose}",
            note=f"{counts} stand in earlier notes. The author's standard text is shown too.",
            row_limit=None,
            apart=shown_apart,
        )

    def accepted(self) -> Result:
        """Return the exceptions that stand: what is accepted, why, by whom and until when."""
        return Result(acceptances(self._context.ledger), "Accepted findings")

    def withdraw_acceptance(self, number: int, *, reason: str) -> None:
        """End an exception, with a reason.

        Raises
        ------
        UsageError
            If none of that number stands, or the reason is blank.
        """
        withdraw_acceptance(
            self._context.ledger,
            number,
            reason=reason,
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def show(self, check_id: str) -> Check:
        """Return one check as its file describes it.

        Raises
        ------
        UsageError
            If there is no such check.
        """
        from auditlib.checks import all_checks, check_named

        self._context.require_known("check", check_id, [check.id for check in all_checks()])
        return check_named(check_id)
