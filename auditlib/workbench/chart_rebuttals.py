"""The rebuttals and corrective actions of one audit, as the rebuttal screen shows and records them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import polars as pl

from auditlib.audits.audit import Reviewed, audit_names
from auditlib.audits.chart_reader import read_chart
from auditlib.audits.rebuttal_file import ENTERED, SAME, UNANSWERED
from auditlib.audits.rebuttals import code_lists
from auditlib.audits.sentence_status import status_of_evidence
from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.measures.accuracy import CODE_OVER_CODE
from auditlib.measures.rebuttal_scores import chart_score, score_if_upheld
from auditlib.review import NO_RECORD, Chart, EvidencePassage
from auditlib.review.finding import Finding, FoundVerdict
from auditlib.review.person import is_one_of
from auditlib.review.rebuttal import AGREES, DISPUTE_OPEN, DISPUTES_CAUSE, UPHELD, WORKING_DAYS
from auditlib.review.stay_verdict import FACT_OF_SYSTEM, StayVerdict
from auditlib.review.verdict import CAUSES
from auditlib.text import counted, format_date, format_share
from auditlib.widgets.rebuttal_screen.to_answer import ChartWithFindings, CodeLine, ShownAction
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_UNDONE: Final = "Undone on the screen."
_QUOTED: Final = re.compile('["\N{LEFT DOUBLE QUOTATION MARK}]([^"\N{RIGHT DOUBLE QUOTATION MARK}]+)')
_SILENT_FATES: Final = (ENTERED, SAME, UNANSWERED)
_SHORTEST_QUOTE: Final = 8


@dataclass(frozen=True, slots=True)
class _Known:
    """The reviews of an audit, its findings, their rebuttals, the scores, and the corrective actions."""

    reviewed: Reviewed
    findings: Sequence[Finding]
    rows: pl.DataFrame
    scores: pl.DataFrame
    actions: pl.DataFrame


class ChartRebuttals:
    """What one person decides of the rebuttals of an audit.

    Parameters
    ----------
    context
        The workspace, who decides as user, and the clock.
    audit
        The audit as this person sees it.
    events
        Gives the events of the audit as they are now.
    coder
        Only the charts of this coder; None for all.
    """

    def __init__(
        self,
        context: Context,
        audit: Audit,
        events: Callable[[], Sequence[Event]],
        *,
        coder: str | None = None,
    ) -> None:
        self._context = context
        self._audit = audit
        self._events = events
        self._coder = coder
        self._chart: Chart | None = None
        self._known: tuple[tuple[int, dt.date], _Known] | None = None
        self._siblings = SiblingTitles(context.warehouse)

    @property
    def audit(self) -> str:
        """Name of the audit."""
        return self._audit.name

    @property
    def decider(self) -> str:
        """Who decides."""
        return self._context.user

    @property
    def nothing(self) -> str:
        """Why there is no chart to show."""
        whose = "" if self._coder is None else f" of coder {self._coder}"
        return f"No completed chart{whose} has a finding to answer."

    # What is shown

    def reading(self) -> AbstractContextManager[None]:
        """Return what keeps the warehouse open for many questions."""
        return self._context.warehouse.kept_open()

    def refresh(self) -> None:
        """Read documents, reviews and answers anew, as they may have been loaded since."""
        self._known = None
        self._chart = None
        self._siblings = SiblingTitles(self._context.warehouse)

    def charts(self) -> Sequence[ChartWithFindings]:
        """Return the charts with findings."""
        counts = (
            self._findings()
            .group_by("encounter_id", "coder_id", maintain_order=True)
            .agg(
                pl.len(),
                (pl.col("answer") == AGREES).sum().alias("agreed"),
                pl.col("answer").is_not_null().sum().alias("answered"),
                (pl.col("state") == DISPUTE_OPEN).sum().alias("open"),
            )
            .sort("coder_id", "encounter_id", nulls_last=True)
        )
        return [
            ChartWithFindings(chart, coder, findings, agreed, answered - agreed, open_count)
            for chart, coder, findings, agreed, answered, open_count in counts.iter_rows()
        ]

    def chart(self, encounter_id: str) -> Chart:
        """Return a chart; the same object while it is the same."""
        self._context.chart_shown(encounter_id, "rebuttals", audit=self._audit.name)
        if self._chart is None or self._chart.encounter_id != encounter_id:
            self._chart = read_chart(self._context.warehouse, encounter_id)
        return self._chart

    def lines(self, encounter_id: str) -> Sequence[CodeLine]:
        """Return the codes of a chart, billed and audited, with findings and answers."""
        verdicts = self._now.reviewed.verdicts_to_answer
        listed = code_lists(self._context.workspace, verdicts, [encounter_id])
        rows = verdicts.filter(
            pl.col("encounter_id") == encounter_id, ~pl.col("action").is_in(["agree", NO_RECORD])
        )
        findings = [one for one in self._now.findings if one.encounter_id == encounter_id]
        answers = {row["finding_id"]: row for row in self._findings().iter_rows(named=True)}
        known = {
            (row["code_number"], answers[finding.finding_id]["after"]): (finding, row)
            for finding, row in zip(findings, rows.iter_rows(named=True), strict=True)
            if finding.finding_id in answers
        }
        lines = []
        for code in listed.iter_rows(named=True):
            about = known.get((code["code_number"], code["after"]))
            plain = CodeLine(
                code["code_number"], code["before"], code["after"], code["change"], is_stay=code["is_stay"]
            )
            lines.append(
                plain
                if about is None
                else self._line(plain, about[0], about[1], answers[about[0].finding_id])
            )
        return lines

    def _line(
        self,
        code: CodeLine,
        finding: Finding,
        row: dict[str, object],
        answer: dict[str, object],
    ) -> CodeLine:
        chart, verdict = self.chart(finding.encounter_id), finding.verdict
        passage = _passage(row)
        status = status_of_evidence(chart, code.code_number, passage, self._siblings)
        evidence = _text(answer["coder_evidence"])
        is_open = answer["state"] == DISPUTE_OPEN
        # Another cause changes no score; as billed, an added code does not count.
        becomes = verdict.action if answer["answer"] == DISPUTES_CAUSE else None
        if becomes is None and verdict.action != "add":
            becomes = "agree"
        return replace(
            code,
            finding_id=finding.finding_id,
            found=verdict,
            error_kind=_text(answer["error_kind"]),
            cause=verdict.cause,
            comment=_text(answer["comment"]),
            evidence=passage,
            sentence=_text(answer["evidence"]),
            sentence_status=status,
            is_own=is_one_of(self.decider, finding.judges),
            state=_text(answer["state"]),
            answer=_text(answer["answer"]),
            coder_evidence=evidence,
            quoted=tuple(_quotes(chart, evidence or "")),
            decision=_text(answer["decision"]),
            counts_as=_text(answer["counts_as"]),
            reason=_text(answer["decision_reason"]),
            decided_by=_text(answer["decided_by"]),
            score_if_upheld=(
                score_if_upheld(self._score_of(verdict), verdict.action, becomes) if is_open else None
            ),
        )

    def deadline(self, encounter_id: str) -> str:
        """Return until when the coder answers, and how many working days are left."""
        rows = self._findings().filter(encounter_id=encounter_id)
        due = rows["due_date"].drop_nulls()
        if due.is_empty():
            return "Not sent to the coder yet"
        day, last = self._today, cast("dt.date", due.max())
        said = f"Answer by {format_date(last)}"
        if rows["answer"].null_count() == 0:
            return f"{said}: every finding is answered"
        if day > last:
            return f"{said}: past; without an answer a finding is not disputed"
        left = int(np.busday_count(day.isoformat(), last.isoformat()))
        return f"{said} ({counted(left, 'working day')} left)" if left else f"{said}, today"

    def scores(self, encounter_id: str) -> Sequence[tuple[str, str, str]]:
        """Return the scores of the chart and its coder, before and after the decisions, in words."""
        before, now = self._score(encounter_id, is_before=True), self._score(encounter_id)
        rows = [_shown_score("This chart, as audited", *before)]
        if now != before:
            rows.append(_shown_score("This chart, as decided", *now))
        facts = list(self._stay_scores(encounter_id))
        rows += [
            _shown_score(f"{fact[0].upper()}{fact[1:]}, {words}", *score) for fact, words, score in facts
        ]
        coder = self._findings().filter(encounter_id=encounter_id)["coder_id"].to_list()[0]
        measures = {CODE_OVER_CODE: "", **{f"{fact} accuracy": f": {fact}" for fact, _, _ in facts}}
        of_coder = self._now.scores.filter(
            pl.col("measure").is_in(list(measures)), score_of="coder", name=coder
        )
        for row in of_coder.iter_rows(named=True):
            for side, words in (("before", "as audited"), ("after", "as decided")):
                shown = _shown_score(
                    f"{coder} in this audit{measures[row['measure']]}, {words}",
                    row[f"{side}_numerator_count"],
                    row[f"{side}_denominator_count"],
                    rate=row[f"{side}_rate"],
                    limits=(row[f"{side}_lower"], row[f"{side}_upper"]),
                )
                rows.append(shown)
        return rows

    # What goes on record

    def decide(self, finding_id: str, decision: str, *, becomes: FoundVerdict | None, reason: str) -> None:
        """Record the decision on a dispute."""
        self._audit.rebuttal.decide(
            finding_id, decision, becomes=becomes if decision == UPHELD else None, reason=reason
        )

    def withdraw(self, finding_id: str) -> None:
        """Record that a decision is taken back."""
        self._audit.rebuttal.withdraw_decision(finding_id, reason=_UNDONE)

    def answer(self, coder: str, finding_id: str, answer: str, evidence: str, late_reason: str) -> None:
        """Record a coder's answer to a finding; empty texts are none."""
        self._audit.rebuttal.answer(
            finding_id, answer, coder=coder, evidence=evidence or None, late_reason=late_reason or None
        )

    # Files

    def new_workbook(self, coder: str) -> str:
        """Return the path of a file that is not there, for a coder's workbook."""
        plain = re.sub(r"[^\w-]+", "_", f"rebuttal_{self.audit}_{coder}")
        names = [plain, *(f"{plain}_{number}" for number in range(2, 1000))]
        paths = (self._context.workspace.root.absolute() / f"{name}.xlsx" for name in names)
        return str(next(path for path in paths if not path.exists()))

    def write_workbook(self, path: str, coder: str, working_days: str) -> str:
        """Write a coder's workbook and return what was written, in words."""
        if not working_days.isdecimal():
            message = "The working days for the answer are no whole number."
            raise UsageError(message, hint=f"Usual are {WORKING_DAYS}.")
        self._require_path(path)
        written = self._audit.rebuttal_workbook(path, coder, working_days=int(working_days))
        own = self._findings().filter(coder_id=coder)
        last = cast("dt.date", own["due_date"].max())
        return f"Written: {written}. {counted(own.height, 'finding')}, answer by {format_date(last)}."

    def load_workbook(
        self, path: str, coder: str, late_reason: str
    ) -> tuple[str, Sequence[tuple[str, str, str]]]:
        """Enter the answers of a workbook; return what came of it: in words, and of rows that matter."""
        self._require_path(path)
        loaded = self._audit.load_rebuttals(path, coder, late_reason=late_reason or None)
        fates = loaded.fates.filter(~pl.col("fate").is_in(_SILENT_FATES))
        said = [
            (
                "" if row["row_number"] is None else f"row {row['row_number']}",
                str(row["encounter_id"] or ""),
                ". ".join(filter(None, (row["fate"], row["problem"]))),
            )
            for row in fates.iter_rows(named=True)
        ]
        return loaded.sentence, said

    # Corrective actions

    def subjects(self, encounter_id: str | None) -> Sequence[tuple[str, str]]:
        """Return what a corrective action can be about: a value, and words."""
        rows = self._findings()
        counts = dict(rows.group_by("cause").len().iter_rows())
        causes = [
            (f"cause {cause}", f"cause: {cause} ({counted(counts[cause], 'finding')})")
            for cause in CAUSES
            if cause in counts
        ]
        coders = [
            (f"coder {coder}", f"coder {coder}") for coder in rows["coder_id"].drop_nulls().unique().sort()
        ]
        findings = [
            (f"finding {row['finding_id']}", f"finding {row['before']} to {row['after']} in {encounter_id}")
            for row in rows.iter_rows(named=True)
            if row["encounter_id"] == encounter_id
        ]
        return [*causes, *coders, *findings]

    def actions(self) -> Sequence[ShownAction]:
        """Return the corrective actions."""
        rows = self._now.actions
        named = {row["finding_id"]: row for row in self._findings().iter_rows(named=True)}
        return [
            ShownAction(
                row["action_id"],
                _about(row["about"], row["name"], named.get(row["name"])),
                row["corrective_action"],
                row["owner"],
                format_date(row["due_date"]),
                ""
                if row["done_date"] is None
                else f"{format_date(row['done_date'])}: {row['action_result']}",
                row["reaudit"] or "",
                _share_words(row, "before"),
                _share_words(row, "after"),
                row["conclusion"] or "",
                row["action_state"],
            )
            for row in rows.iter_rows(named=True)
        ]

    def audits(self) -> Sequence[str]:
        """Return the audits that can look again."""
        return [name for name in audit_names(self._context.workspace) if name != self.audit]

    def plan_action(self, subject: str, action: str, owner: str, due: str) -> str:
        """Record a corrective action and return its id."""
        about, _, name = subject.partition(" ")
        try:
            day = dt.date.fromisoformat(due)
        except ValueError:
            message = f"'{due}' is no date."
            raise UsageError(message, hint="Write it as 2026-12-31.") from None
        chosen = {about: name} if about in {"cause", "coder", "finding"} else {}
        return self._audit.corrective.plan(action, owner=owner, due=day, **chosen)

    def finish_action(self, action_id: str, result: str) -> None:
        """Record that an action is done."""
        self._audit.corrective.done(action_id, result=result)

    def reaudit_action(self, action_id: str, audit: str) -> None:
        """Record which audit looks again."""
        self._audit.corrective.reaudit(action_id, audit)

    def withdraw_action(self, action_id: str, reason: str) -> None:
        """Record that an action is not to be done."""
        self._audit.corrective.withdraw(action_id, reason=reason)

    # Inside

    @property
    def _now(self) -> _Known:
        """What is known of the audit as the ledger is now, read once an event and day."""
        as_of = (len(self._events()), self._today)
        if self._known is None or self._known[0] != as_of:
            rebuttal = self._audit.rebuttal
            known = _Known(
                self._audit.reviewed,
                rebuttal.findings(),
                self._audit.rebuttals(coder=self._coder).frame.filter("is_current"),
                rebuttal.scores().frame,
                self._audit.actions().frame,
            )
            self._known = (as_of, known)
        return self._known[1]

    def _findings(self) -> pl.DataFrame:
        return self._now.rows

    def _stay_scores(self, encounter_id: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
        """Yield the fact of each finding on the stay, as audited and as decided, and its score of one."""
        for fact, before in self._stay_actions(encounter_id, is_before=True).items():
            if before != "agree":
                yield fact, "as audited", (0, 1)
                if self._stay_actions(encounter_id)[fact] == "agree":
                    yield fact, "as decided", (1, 1)

    def _stay_actions(self, encounter_id: str, *, is_before: bool = False) -> dict[str, str]:
        stays = self._now.reviewed.final_stays
        verdicts = (stays.before_rebuttal if is_before else stays.verdicts).filter(encounter_id=encounter_id)
        return {
            FACT_OF_SYSTEM[system]: action for system, action in verdicts[["code_system", "action"]].rows()
        }

    def _score_of(self, verdict: FoundVerdict) -> tuple[int, int]:
        """Return the score that a decision on a finding changes: of the codes, or of the fact of the stay."""
        return (0, 1) if isinstance(verdict, StayVerdict) else self._score(verdict.encounter_id)

    def _score(self, encounter_id: str, *, is_before: bool = False) -> tuple[int, int]:
        found = self._now.reviewed
        final = found.final_before_rebuttal if is_before else found.final
        return chart_score(final.verdicts.filter(encounter_id=encounter_id))

    @property
    def _today(self) -> dt.date:
        return self._context.now().astimezone(dt.UTC).date()

    @staticmethod
    def _require_path(path: str) -> None:
        if not path.strip() or not Path(path).expanduser().is_absolute():
            message = "The file has no whole path."
            raise UsageError(message, hint="Name it from the root of the disk or from ~ on, with .xlsx.")


def _passage(row: dict[str, object]) -> EvidencePassage | None:
    document, start, end = (row[f"evidence_{name}"] for name in ("document_id", "start", "end"))
    if document is None or not isinstance(start, int) or not isinstance(end, int):
        return None
    return EvidencePassage(str(document), start, end, str(row["evidence_sha256"]))


def _quotes(chart: Chart, words: str) -> Iterator[EvidencePassage]:
    """Yield the passages of a chart that a coder's words quote."""
    for quote in [*_QUOTED.findall(words), words]:
        sought = quote.strip()
        if len(sought) < _SHORTEST_QUOTE:
            continue
        for document in chart.documents:
            start = document.text.find(sought)
            if start >= 0:
                document_id = f"{chart.encounter_id}:{document.document_number}"
                yield EvidencePassage.of(document_id, document.text, start, start + len(sought))


def _shown_score(
    what: str,
    right: int,
    listed: int,
    *,
    rate: float | None = None,
    limits: tuple[float | None, float | None] = (None, None),
) -> tuple[str, str, str]:
    share = right / listed if rate is None and listed else rate
    lower, upper = limits
    between = "" if lower is None or upper is None else f" ({100 * lower:.1f} to {100 * upper:.1f})"
    return (
        what,
        f"{right:,} of {listed:,}",
        "undefined" if share is None else f"{format_share(share)}{between}",
    )


def _share_words(row: dict[str, object], side: str) -> str:
    share, lower, upper = (row[f"{side}_{name}"] for name in ("share", "lower", "upper"))
    if not isinstance(share, float):
        return ""
    between = (
        f" ({100 * lower:.1f} to {100 * upper:.1f})"
        if isinstance(lower, float) and isinstance(upper, float)
        else ""
    )
    count = row[f"{side}_chart_count"]
    assert isinstance(count, int)  # noqa: S101 - where there is a share there are charts
    return f"{format_share(share)}{between}, {counted(count, 'chart')}"


def _about(about: str, name: str, finding: dict[str, object] | None) -> str:
    if about != "finding":
        return f"{about} {name}" if about == "coder" else f"{about}: {name}"
    if finding is None:
        return f"finding {name}, changed since"
    return f"{finding['encounter_id']}: {finding['before']} to {finding['after']} ({finding['cause']})"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
