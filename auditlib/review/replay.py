"""Recorded audits: read from a file and replayed into the ledger as if reviewed now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from auditlib.errors import BadInputError, UsageError
from auditlib.ledger import Ledger
from auditlib.progress import Progress, SilentProgress
from auditlib.review.code_entry import AssignedCode
from auditlib.review.record_statement import RecordStatement
from auditlib.review.session import NOT_STATED, ReviewSession
from auditlib.review.stay_verdict import StayVerdict
from auditlib.review.verdict import Verdict

# Recorded in one transaction, so that a replay does not wait for the disk at every verdict.
_CHARTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class RecordedChart:
    """One reviewer's verdicts on one chart as JSON values, without the coder's codes.

    ``record`` is the reviewer's statement on the record, with status and place, or None; ``stays`` are the
    verdicts on the discharge status and the DRG of its stay.
    """

    encounter_id: str
    reviewer: str
    verdicts: tuple[Mapping[str, object], ...]
    record: Mapping[str, object] | None = None
    stays: tuple[Mapping[str, object], ...] = ()

    @property
    def evidence_documents(self) -> frozenset[str]:
        """The document_id of every document that a verdict cites."""
        cited = (verdict.get("evidence") for verdict in self.verdicts)
        named = (values.get("document_id") for values in cited if isinstance(values, Mapping))
        return frozenset(name for name in named if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class UnusedRecord:
    """A recorded item that could not be replayed, and why; ``encounter_id`` is None if it is unreadable."""

    encounter_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedAudit:
    """The charts of a recorded audit, and the unusable lines of its file."""

    charts: tuple[RecordedChart, ...]
    unused: tuple[UnusedRecord, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result of a replay: charts and verdicts in the ledger, and items not replayed."""

    chart_count: int
    completed_chart_count: int
    verdict_count: int
    unused: tuple[UnusedRecord, ...]


def read_recorded_verdicts(path: Path) -> RecordedAudit:
    """Return a recorded audit from NDJSON, one line per chart.

    Each line has encounter_id, reviewer and verdicts, and ``record`` with status and place where the reviewer
    said something of the record.

    Raises
    ------
    BadInputError
        If the file cannot be read as text; single bad lines are skipped and reported.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"The recorded audit {path.name} cannot be read: {type(error).__name__}."
        raise BadInputError(message, hint="A text file in UTF-8, one JSON object per line.") from error
    charts, unused = [], []
    for line_number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        chart = _recorded_chart(line)
        if chart is None:
            reason = f"line {line_number} of {path.name} is not a recorded chart"
            unused.append(UnusedRecord(None, reason))
        else:
            charts.append(chart)
    return RecordedAudit(tuple(charts), tuple(unused))


def _recorded_chart(line: str) -> RecordedChart | None:
    try:
        values = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    encounter_id, reviewer, verdicts = (values.get(name) for name in ("encounter_id", "reviewer", "verdicts"))
    if not isinstance(encounter_id, str) or not isinstance(reviewer, str) or not isinstance(verdicts, list):
        return None
    if not all(isinstance(verdict, dict) for verdict in verdicts):
        return None
    record = values.get("record")
    if record is not None and not isinstance(record, dict):
        return None
    return RecordedChart(encounter_id, reviewer, tuple(verdicts), record)


def replay(
    ledger: Ledger,
    recorded: Iterable[RecordedChart],
    *,
    audit: str,
    worklist: Mapping[str, Sequence[AssignedCode]],
    without_documents: Collection[str],
    recorded_at: datetime,
    documents: Mapping[str, str] | None = None,
    stays: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    progress: Progress | None = None,
) -> Replayed:
    """Record the verdicts on the charts of a worklist, in its order; other charts are ignored.

    Replaying again adds nothing: current verdicts are not recorded again, completed charts are skipped. What
    does not fit (a chart without a recording, a verdict without its code, a chart without documents of whose
    record nothing is said) is reported with its reason.

    Parameters
    ----------
    ledger, audit, worklist, without_documents
        As for `ReviewSession`.
    recorded
        Charts of a recorded audit, by any number of reviewers.
    recorded_at
        The time to record for every event.
    documents
        ``document_id`` and text of the documents that verdicts cite: evidence that is not in its document is
        not recorded.
    stays
        By encounter the facts of a stay as billed, where verdicts on them are recorded.
    progress
        Advanced for each chart.
    """
    progress = progress or SilentProgress()
    by_encounter: dict[str, list[RecordedChart]] = {encounter_id: [] for encounter_id in worklist}
    for chart in recorded:
        if chart.encounter_id in by_encounter:
            by_encounter[chart.encounter_id].append(chart)
    sessions: dict[str, ReviewSession] = {}
    counts: Counter[str] = Counter()
    unused: list[UnusedRecord] = []

    def session_of(reviewer: str) -> ReviewSession:
        if reviewer not in sessions:
            sessions[reviewer] = ReviewSession(
                ledger,
                audit=audit,
                reviewer=reviewer,
                worklist=worklist,
                without_documents=without_documents,
                stays=stays,
            )
        return sessions[reviewer]

    progress.start("replaying the recorded audit", total=len(by_encounter))
    for encounter_ids in _batches(list(by_encounter)):
        with ledger.batch():
            for encounter_id in encounter_ids:
                charts = by_encounter[encounter_id]
                unused += _replay_charts(encounter_id, charts, session_of, recorded_at, documents or {})
                counts["charts"] += len(charts)
                progress.advance()
    for session in sessions.values():
        for chart in (chart for charts in by_encounter.values() for chart in charts):
            if chart.reviewer == session.reviewer:
                counts["completed"] += session.is_completed(chart.encounter_id)
                codes = session.assigned(chart.encounter_id)
                counts["verdicts"] += len(codes) - len(session.undecided(chart.encounter_id))
                counts["verdicts"] += len(session.added(chart.encounter_id))
    return Replayed(counts["charts"], counts["completed"], counts["verdicts"], tuple(unused))


def _batches(encounter_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(encounter_ids), _CHARTS_AT_ONCE):
        yield encounter_ids[start : start + _CHARTS_AT_ONCE]


def _replay_charts(
    encounter_id: str,
    charts: Sequence[RecordedChart],
    session_of: Callable[[str], ReviewSession],
    recorded_at: datetime,
    documents: Mapping[str, str],
) -> list[UnusedRecord]:
    if not charts:
        return [UnusedRecord(encounter_id, "no verdicts are recorded for it")]
    reasons = [_replay_chart(session_of(chart.reviewer), chart, recorded_at, documents) for chart in charts]
    return [UnusedRecord(encounter_id, reason) for of_chart in reasons for reason in of_chart]


def _replay_chart(
    session: ReviewSession, chart: RecordedChart, recorded_at: datetime, documents: Mapping[str, str]
) -> list[str]:
    encounter_id = chart.encounter_id
    if session.is_completed(encounter_id):
        return []
    if not session.is_opened(encounter_id):
        session.open_chart(encounter_id, recorded_at=recorded_at)
    codes = {code.code_number: code for code in session.assigned(encounter_id)}
    reasons = []
    if chart.record is not None:
        try:
            stated = RecordStatement.from_payload(encounter_id, chart.record)
            session.state_record(encounter_id, stated.status, place=stated.place, recorded_at=recorded_at)
        except UsageError as error:
            reasons.append(f"recorded statement on the record: {error.message}")
    if session.needs_record_statement(encounter_id):
        return [*reasons, NOT_STATED]
    for position, values in enumerate(chart.verdicts, start=1):
        try:
            number = values.get("code_number")
            code = codes.get(number) if isinstance(number, int) else None
            about = {"code_system": code.code_system, "code": code.code} if code else {}
            verdict = Verdict.from_payload(encounter_id, {**values, **about})
            _require_evidence(verdict, documents)
            session.decide(verdict, recorded_at=recorded_at)
        except UsageError as error:
            reasons.append(f"recorded verdict {position}: {error.message}")
    reasons += _replay_stay(session, chart, recorded_at)
    undecided = session.to_decide(encounter_id)
    if undecided:
        reasons.append(f"no verdict on code {', '.join(map(str, undecided))}, so the chart is not completed")
    else:
        session.complete_chart(encounter_id, recorded_at=recorded_at, go_on=False, with_open_query=True)
    return reasons


def _replay_stay(session: ReviewSession, chart: RecordedChart, recorded_at: datetime) -> list[str]:
    reasons = []
    for values in chart.stays:
        try:
            verdict = StayVerdict.from_payload(chart.encounter_id, values)
            session.judge_stay(verdict, recorded_at=recorded_at)
        except UsageError as error:
            reasons.append(f"recorded verdict on the {values.get('fact')}: {error.message}")
    return reasons


def _require_evidence(verdict: Verdict, documents: Mapping[str, str]) -> None:
    evidence = verdict.evidence
    if evidence is not None and not evidence.is_in(documents.get(evidence.document_id, "")):
        message = "the evidence is not in its document"
        raise UsageError(message, hint="Load the chart that was reviewed.")
