"""The rebuttals of one audit: findings sent to coders, their answers, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.audit import Reviewed
from auditlib.audits.chart_weights import ChartWeights
from auditlib.audits.rebuttal_file import REFUSED, judge_rows, read_answer_rows
from auditlib.audits.rebuttals import code_lists, findings_to_answer, known_finding_ids, rebuttal_frame
from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.measures.rebuttal_scores import rebuttal_scores
from auditlib.report.result import Result, missing
from auditlib.review.code_entry import CorrectedCode
from auditlib.review.finding import Finding, FoundVerdict
from auditlib.review.rebuttal import UPHELD, WORKING_DAYS
from auditlib.review.rebuttal_entry import AnswerGiven, RebuttalEntry
from auditlib.review.stay_verdict import StayVerdict
from auditlib.text import counted
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_NONE = "No completed chart of audit '{name}' has a finding that a coder could answer."


@answers_on_record
class Rebuttals:
    """The findings of an audit as their coders answer them.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    audit
        The audit.
    events
        Gives the events of the audit as they are now.
    """

    def __init__(self, context: Context, audit: Audit, events: Callable[[], Sequence[Event]]) -> None:
        self._context = context
        self._audit = audit
        self._events = events

    def list(
        self, *, coder: str | None = None, state: str | None = None, as_of: dt.date | None = None
    ) -> Result:
        """Return one row per finding: billed, audited, answer, decision, days and state.

        Parameters
        ----------
        coder
            Only findings on this coder's codes.
        state
            Only findings whose rebuttal is in this state: see `auditlib.review.rebuttal.STATES`.
        as_of
            The day of the states and days; today by default.
        """
        reviewed = self._reviewed
        frame = rebuttal_frame(
            self._context.workspace,
            self._audit.name,
            reviewed.verdicts_to_answer,
            self._events(),
            as_of=as_of or self._today,
        )
        for column, value in (("coder_id", coder), ("state", state)):
            frame = frame if value is None else frame.filter(**{column: value})
        if frame.is_empty():
            return missing(_NONE.format(name=self._audit.name), "Rebuttals", frame=frame)
        return Result(frame, f"Rebuttals of '{self._audit.name}'", note=reviewed.final_before_rebuttal.note)

    def findings(self) -> Sequence[Finding]:
        """Return the findings that coders may answer, with their ids."""
        events = self._events()
        return findings_to_answer(self._context.workspace, self._reviewed.verdicts_to_answer, events)

    def find(self, encounter_id: str, code: str | int) -> Finding:
        """Return the finding on a chart, by the code, its position, an added code, or a fact of the stay.

        Raises
        ------
        UsageError
            If there is none, or several.
        """
        text = str(code).replace(".", "").upper()
        matches = [
            finding
            for finding in self.findings()
            if finding.encounter_id == encounter_id and text in _names_of(finding.verdict)
        ]
        if len(matches) != 1:
            message = f"Chart {encounter_id} has {len(matches)} findings on '{code}'."
            raise UsageError(message, hint="Name the finding by its id, as rebuttals() lists it.")
        return matches[0]

    def send(
        self,
        coder: str,
        *,
        working_days: int = WORKING_DAYS,
        holidays: Collection[dt.date] = (),
    ) -> int:
        """Record that a coder was sent the findings, and by when to answer; return how many are new.

        See `auditlib.review.rebuttal_entry.RebuttalEntry.send`.
        """
        sent = self.entry().send(
            coder,
            actor=self._context.user,
            recorded_at=self._context.now(),
            working_days=working_days,
            holidays=holidays,
        )
        return len(sent)

    def answer(
        self,
        finding_id: str,
        answer: str,
        *,
        coder: str,
        evidence: str | None = None,
        late_reason: str | None = None,
    ) -> None:
        """Enter a coder's answer to one finding.

        See `auditlib.review.rebuttal_entry.RebuttalEntry.answer`.
        """
        self.entry().answer(
            [AnswerGiven(finding_id, answer, evidence)],
            coder=coder,
            actor=self._context.user,
            recorded_at=self._context.now(),
            late_reason=late_reason,
        )

    def withdraw(self, finding_id: str) -> None:
        """Take an answer back that is not decided, as if none was given."""
        self.entry().withdraw(finding_id, actor=self._context.user, recorded_at=self._context.now())

    def decide(
        self,
        finding_id: str,
        decision: str,
        *,
        reason: str,
        becomes: FoundVerdict | None = None,
        cause: str | None = None,
        error_kind: str | None = None,
        code: str | None = None,
        decided_by: str | None = None,
        own_finding_reason: str | None = None,
    ) -> None:
        """Enter the decision on a dispute.

        Parameters
        ----------
        finding_id
            The finding.
        decision
            stands, or upheld: then the coder was right, or the verdict counts that the next parameters name.
        reason
            Why, in words that go back to the coder.
        becomes
            The verdict that counts.
        cause, error_kind, code
            Instead of it: what of the finding changes, all else as it was found. The code of a finding on a
            stay is its right discharge status or DRG.
        decided_by
            Who decides; the user by default.
        own_finding_reason
            Why who judged the chart decides; see `auditlib.review.rebuttal.require_other_person`.

        Raises
        ------
        UsageError
            As `auditlib.review.rebuttal_entry.RebuttalEntry.decide` says.
        """
        entry = self.entry()
        changes = (cause, error_kind, code)
        if any(changes):
            if becomes is not None:
                message = "The verdict that counts is given twice."
                raise UsageError(message, hint="Give becomes alone, or what changes.")
            becomes = _changed(entry.finding(finding_id).verdict, cause, error_kind, code)
        entry.decide(
            finding_id,
            decision,
            reason=reason,
            becomes=becomes,
            actor=decided_by or self._context.user,
            recorded_at=self._context.now(),
            own_finding_reason=own_finding_reason,
        )

    def withdraw_decision(
        self,
        finding_id: str,
        *,
        reason: str,
        decided_by: str | None = None,
        own_finding_reason: str | None = None,
    ) -> None:
        """Take a decision back, so that the dispute is open again and the finding counts as it was found.

        Parameters are those of `decide`.
        """
        self.entry().withdraw_decision(
            finding_id,
            reason=reason,
            actor=decided_by or self._context.user,
            recorded_at=self._context.now(),
            own_finding_reason=own_finding_reason,
        )

    def workbook(
        self,
        path: Path | str,
        coder: str,
        *,
        working_days: int = WORKING_DAYS,
        holidays: Collection[dt.date] = (),
    ) -> Path:
        """Write the workbook of a coder's findings, answers and decisions, and record the sending.

        Parameters
        ----------
        path
            A new .xlsx file: one that is there may hold answers, and is never replaced.
        coder
            Whose findings; no other coder's are in it.
        working_days, holidays
            As for `send`.

        Raises
        ------
        UsageError
            If the file exists or cannot be written, or the coder has no findings.
        """
        path = Path(path).expanduser()
        if path.suffix.lower() != ".xlsx" or path.exists() or not path.absolute().parent.is_dir():
            message = f"{path} is no new .xlsx file in a folder that is there."
            raise UsageError(message, hint="Name another file: one that holds answers is never replaced.")
        self.send(coder, working_days=working_days, holidays=holidays)
        frame = self.list(coder=coder).frame.filter("is_current")
        lists = code_lists(
            self._context.workspace,
            self._reviewed.verdicts_to_answer,
            frame["encounter_id"].unique().sort().to_list(),
        )
        from auditlib.report.rebuttal_workbook import (  # noqa: PLC0415 - XlsxWriter is for workbooks only
            write_rebuttal_workbook,
        )

        self._context.write_on_record("findings for a coder", path, audit=self._audit.name)
        return write_rebuttal_workbook(
            path,
            frame,
            lists,
            audit=self._audit.name,
            coder=coder,
            made_at=self._context.now(),
            made_by=self._context.user,
        )

    def load(self, path: Path | str, coder: str, *, late_reason: str | None = None) -> LoadedAnswers:
        """Enter the answers of a workbook that came back, all or none, and say what became of each row.

        Parameters
        ----------
        path
            The workbook.
        coder
            Who answered; the user is recorded as who entered the answers.
        late_reason
            Why answers after their last day are taken; without it they are refused.

        Raises
        ------
        BadInputError
            If the workbook is damaged, or of another audit or coder.
        LedgerMovedOnError
            If the review of one of its charts went on meanwhile.
        """
        path = Path(path).expanduser()
        rows = read_answer_rows(path, audit=self._audit.name, coder=coder)
        findings, frame, events = self.findings(), self.list().frame, self._events()
        past = frame.filter(pl.col("due_date") < self._today)["finding_id"]
        judged = judge_rows(
            rows,
            frame,
            known_finding_ids(findings, events),
            coder=coder,
            late=frozenset() if late_reason else frozenset(past),
        )
        entered = self._entry(findings, events).answer(
            judged.answers,
            coder=coder,
            actor=self._context.user,
            recorded_at=self._context.now(),
            late_reason=late_reason,
        )
        return LoadedAnswers(path.name, coder, judged.fates, len(entered), judged.is_refused)

    def scores(self) -> Result:
        """Return the scores of the audit, its coders and changed charts, before and after the decisions."""
        reviewed = self._reviewed
        weights = self._weights
        stays = reviewed.final_stays
        frame = rebuttal_scores(
            self._context.warehouse,
            reviewed.final_before_rebuttal,
            reviewed.final,
            stays=(stays.before_rebuttal, stays.verdicts),
            weights=weights.frame,
            stay_weights=self._audit.stay_weights.frame,
        )
        title = "Scores before and after rebuttal"
        if reviewed.charts.is_empty():
            return missing(_NONE.format(name=self._audit.name), title, frame=frame)
        return Result(frame, title, note=" ".join(filter(None, (weights.note, reviewed.final.note))))

    def entry(self) -> RebuttalEntry:
        """Return what enters rebuttals, with the findings as they are now."""
        return self._entry(self.findings(), self._events())

    def _entry(self, findings: Sequence[Finding], events: Sequence[Event]) -> RebuttalEntry:
        last = events[-1].event_number if events else 0
        return RebuttalEntry(self._context.ledger, self._audit.name, findings, last_event_number=last)

    @property
    def _reviewed(self) -> Reviewed:
        return self._audit.reviewed

    @property
    def _weights(self) -> ChartWeights:
        return self._audit.weights

    @property
    def _today(self) -> dt.date:
        return self._context.now().astimezone(dt.UTC).date()


@dataclass(frozen=True, slots=True)
class LoadedAnswers:
    """What became of a workbook of answers.

    Parameters
    ----------
    file_name, coder
        The workbook, and who answered.
    fates
        One row for each row of the file: see `auditlib.audits.rebuttal_file.FATE_COLUMNS`.
    entered_count
        Answers that were entered.
    is_refused
        Whether a row is refused, so that nothing was entered.
    """

    file_name: str
    coder: str
    fates: pl.DataFrame
    entered_count: int
    is_refused: bool

    @property
    def sentence(self) -> str:
        """What was entered, in words."""
        if self.is_refused:
            refused = counted(self.fates.filter(fate=REFUSED).height, "row")
            return f"Nothing of {self.file_name} was entered: {refused} refused. Mend them and load it again."
        return f"{counted(self.entered_count, 'answer')} of coder {self.coder} entered from {self.file_name}."

    def _result(self) -> Result:
        return Result(self.fates, "What became of each row", self.sentence, row_limit=None)

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


def _names_of(verdict: FoundVerdict) -> set[str]:
    if isinstance(verdict, StayVerdict):
        return {verdict.fact.upper()}
    if verdict.code_number is not None:
        return {str(verdict.code_number), str(verdict.code)}
    return set() if verdict.corrected is None else {verdict.corrected.code}


def _changed(
    found: FoundVerdict, cause: str | None, error_kind: str | None, code: str | None
) -> FoundVerdict:
    """Return the finding with what a decision changes of it."""
    if isinstance(found, StayVerdict):
        if error_kind is not None:
            message = f"A finding on the {found.fact} has no error kind."
            raise UsageError(message, hint="Name its cause, or the right value.")
        return replace(found, cause=cause or found.cause, corrected=code or found.corrected)
    corrected = found.corrected
    if code is not None:
        if corrected is None:
            message = "A deleted code has no corrected code that could be another one."
            raise UsageError(message, hint=f"Leave the code out: '{UPHELD}' alone agrees with the coder.")
        corrected = CorrectedCode.from_values({**corrected.to_values(), "code": code})
    return replace(
        found, cause=cause or found.cause, error_kind=error_kind or found.error_kind, corrected=corrected
    )
