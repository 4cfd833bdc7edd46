"""The rebuttal screen: what was billed and audited, what the coder answers, and the decision by keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final

from auditlib.errors import UsageError
from auditlib.review import Chart, StayVerdict, Verdict
from auditlib.review.rebuttal import ANSWERS, DISPUTE_OPEN, DISPUTES_CAUSE
from auditlib.text import counted
from auditlib.widgets.bundle import script, style
from auditlib.widgets.decision_screen import (
    DecisionScreen,
    chart_beside,
    chart_named,
    fact_values,
    words_of,
)
from auditlib.widgets.rebuttal_screen.to_answer import ChartWithFindings, CodeLine, RebuttalWork
from auditlib.widgets.review_desk.chart_requests import CodeFinder, NoteOnSearch, PageDrawer
from auditlib.widgets.review_desk.screen_values import evidence_values, verdict_values

_CHANGES: Final = ("changed", "deleted", "added", "resequenced", "as billed")


class RebuttalScreen(DecisionScreen):
    """The screen on which somebody decides what coders dispute, and follows corrective actions.

    Parameters
    ----------
    work
        The findings with their answers, and where decisions, files and actions go.
    clock, find_codes, note_on_search, draw_page, own_kinds
        As for `auditlib.widgets.decision_screen.DecisionScreen`.

    Notes
    -----
    The output of the cell holds counts only.
    """

    _esm = script("rebuttal_screen")
    _css = style("rebuttal_screen")
    screen_name: ClassVar[str] = "rebuttal screen"

    def __init__(
        self,
        work: RebuttalWork,
        clock: Callable[[], datetime],
        *,
        find_codes: CodeFinder,
        note_on_search: NoteOnSearch,
        draw_page: PageDrawer,
        own_kinds: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._work = work
        charts = work.charts()
        first = next((chart for chart in charts if chart.open_count), next(iter(charts), None))
        self._encounter_id = None if first is None else first.encounter_id
        super().__init__(
            clock,
            find_codes=find_codes,
            note_on_search=note_on_search,
            draw_page=draw_page,
            own_kinds=own_kinds,
        )

    def __repr__(self) -> str:
        return f"Rebuttals of audit {self._work.audit!r}: {_summary(self._work.charts())}"

    @property
    def _chart(self) -> Chart | None:
        return None if self._encounter_id is None else self._work.chart(self._encounter_id)

    def _reading(self) -> AbstractContextManager[None]:
        return self._work.reading()

    def _refresh(self) -> None:
        self._work.refresh()

    def _apply(self, message: Mapping[str, object]) -> dict[str, object]:
        kind = str(message.get("kind"))
        names = [chart.encounter_id for chart in self._work.charts()]
        if kind == "open":
            self._encounter_id = chart_named(words_of(message, "chart"), names)
            return {}
        if message.get("encounter_id") != self._encounter_id:
            text = "The key was for the chart before; this one stays."
            raise UsageError(text)
        if kind in {"next", "previous", "next open"}:
            self._encounter_id = chart_beside(
                {chart.encounter_id: chart.open_count for chart in self._work.charts()},
                self._encounter_id,
                kind,
            )
            return {}
        if kind in {"decide", "withdraw"}:
            self._decide(message)
            return {}
        outcome = self._of_answers(kind, message) or self._of_actions(kind, message)
        if outcome is None:
            text = "The screen sent a gesture that is not known."
            raise UsageError(text, hint="Run the cell again.")
        self._saved()
        return outcome

    def _decide(self, message: Mapping[str, object]) -> None:
        finding_id = words_of(message, "finding_id")
        if message.get("kind") == "withdraw":
            self._work.withdraw(finding_id)
        else:
            verdict, becomes = message.get("verdict"), None
            chart = self._chart
            if isinstance(verdict, dict) and chart is not None:
                becomes = self._verdict_of(chart, verdict)
            self._work.decide(
                finding_id,
                words_of(message, "decision"),
                becomes=becomes,
                reason=words_of(message, "reason"),
            )
        self._saved()

    def _of_answers(self, kind: str, message: Mapping[str, object]) -> dict[str, object] | None:
        """Take an answer, or write or load a workbook; None if the gesture is another one."""
        path, coder = words_of(message, "path"), words_of(message, "coder")
        if kind == "answer":
            values = [words_of(message, name) for name in ("finding_id", "answer", "evidence", "late_reason")]
            self._work.answer(coder, *values)
            return {"notice": "The answer is recorded."}
        if kind == "write":
            return {"notice": self._work.write_workbook(path, coder, words_of(message, "working_days"))}
        if kind == "load":
            notice, fates = self._work.load_workbook(path, coder, words_of(message, "late_reason"))
            return {"notice": notice, "fates": [list(fate) for fate in fates]}
        return None

    def _of_actions(self, kind: str, message: Mapping[str, object]) -> dict[str, object] | None:
        """Plan, finish, re-audit or withdraw a corrective action; None if the gesture is another one."""
        action_id = words_of(message, "action_id")
        if kind == "plan":
            values = [words_of(message, name) for name in ("subject", "action", "owner", "due")]
            return {"notice": f"Action {self._work.plan_action(*values)} is planned."}
        if kind == "finish":
            self._work.finish_action(action_id, words_of(message, "result"))
            return {"notice": f"Action {action_id} is done. t names the audit that looks again."}
        if kind == "reaudit":
            self._work.reaudit_action(action_id, words_of(message, "audit"))
            return {"notice": f"The re-audit of action {action_id} is recorded."}
        if kind == "withdraw action":
            self._work.withdraw_action(action_id, words_of(message, "reason"))
            return {"notice": f"Action {action_id} is withdrawn; the ledger keeps it."}
        return None

    def _status(self) -> dict[str, object]:
        work = self._work
        charts = work.charts()
        whole: dict[str, object] = {
            "audit": work.audit,
            "summary": _summary(charts),
            "open_count": sum(chart.open_count for chart in charts),
            "chart_count": len(charts),
            "nothing": work.nothing,
            "possible_answers": list(ANSWERS),
            "actions": [asdict(action) for action in work.actions()],
            "audits": list(work.audits()),
            "subjects": [list(pair) for pair in work.subjects(self._encounter_id)],
            "encounter_id": None,
            "rows": [],
        }
        place = next(
            (number for number, one in enumerate(charts) if one.encounter_id == self._encounter_id), None
        )
        chart = self._chart
        if place is None or chart is None:
            return whole
        lines = work.lines(chart.encounter_id)
        own = charts[place]
        counts = Counter(line.change for line in lines if not line.is_stay)
        of_stay = sum(line.is_stay and line.change == "changed" for line in lines)
        after = sum(line.change != "deleted" for line in lines if not line.is_stay)
        return {
            **whole,
            "encounter_id": chart.encounter_id,
            "chart_number": place + 1,
            "coder": own.coder_id,
            "about": f"Coder {own.coder_id}" if own.coder_id else "coder not known",
            "deadline": work.deadline(chart.encounter_id),
            "counts": (
                f"{counted(sum(line.code_number is not None for line in lines), 'code')} billed, "
                f"{after:,} audited"
            ),
            "changes": " · ".join(
                (
                    *(f"{counts[change]:,} {change}" for change in _CHANGES),
                    *((f"of the stay {of_stay:,} changed",) if of_stay else ()),
                )
            ),
            "answers": (
                f"Coder agrees with {own.agreed_count:,} of {counted(own.finding_count, 'finding')}, "
                f"disputes {own.disputed_count:,}"
            ),
            "chart_open_count": own.open_count,
            "scores": [list(score) for score in work.scores(chart.encounter_id)],
            "workbook": "" if own.coder_id is None else work.new_workbook(own.coder_id),
            "rows": [self._row(chart, line, number) for number, line in enumerate(lines)],
        }

    def _row(self, chart: Chart, line: CodeLine, number: int) -> dict[str, object]:
        texts = {document.document_number: document.text for document in chart.documents}
        titles = {document.document_number: document.title for document in chart.documents}
        evidence = None
        if line.evidence is not None:
            evidence = {
                **evidence_values(line.evidence, texts),
                "status": line.sentence_status,
                "document": titles.get(line.evidence.document_number, ""),
            }
        score = line.score_if_upheld
        return {
            "key": str(number),
            "finding_id": line.finding_id,
            "code_number": line.code_number,
            "before": line.before,
            "after": line.after,
            "change": line.change,
            "why": ", ".join(filter(None, (line.error_kind, line.cause))),
            "comment": line.comment,
            "evidence": evidence,
            "found": verdict_values(line.found, texts) if isinstance(line.found, Verdict) else None,
            "stay": (
                fact_values(chart, line.found.fact, line.found, texts)
                if isinstance(line.found, StayVerdict)
                else None
            ),
            "is_own": line.is_own,
            "is_open": line.state == DISPUTE_OPEN,
            "is_about_cause": line.answer == DISPUTES_CAUSE,
            "state": line.state,
            "answer": line.answer,
            "coder_evidence": line.coder_evidence,
            "quoted": [evidence_values(passage, texts) for passage in line.quoted],
            "decision": line.decision,
            "counts_as": line.counts_as,
            "reason": line.reason,
            "decided_by": line.decided_by,
            "score_if_upheld": None if score is None else list(score),
        }


def _summary(charts: Sequence[ChartWithFindings]) -> str:
    findings = sum(chart.finding_count for chart in charts)
    disputed = sum(chart.disputed_count for chart in charts)
    open_count = sum(chart.open_count for chart in charts)
    if not findings:
        return "No finding to answer."
    if findings == sum(chart.agreed_count for chart in charts):
        return f"{counted(findings, 'finding')} accepted."
    return (
        f"{counted(findings, 'finding')} in {counted(len(charts), 'chart')}, {disputed:,} disputed, "
        f"{open_count:,} to decide."
    )
