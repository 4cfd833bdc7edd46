"""One reviewer's session: the decisions, the next chart, and one ledger event per decision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from auditlib.errors import LedgerMovedOnError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review.adjudication import require_reason
from auditlib.review.blindness import SUGGESTED_CODES, UNBLINDED, Blindness, BlindTo, opened_levels
from auditlib.review.chart_time import add_seconds, completion_payload, move_payload
from auditlib.review.code_entry import AssignedCode, CorrectedCode, require_choice
from auditlib.review.document_statement import DOCUMENT_STATED, DocumentStatement, fold_statements
from auditlib.review.fold import ChartKey, ChartReview, CurrentVerdict, fold
from auditlib.review.provider_query import (
    ANSWERED,
    QUERY_OPEN,
    WITHDRAWN,
    ProviderQuery,
    QueryDraft,
    QueryEntry,
    fold_queries,
)
from auditlib.review.record_statement import MISSING, PARTLY_MISSING, RecordStatement
from auditlib.review.stay_verdict import (
    STAY_FACTS,
    STAY_JUDGED,
    STAY_VERDICT_WITHDRAWN,
    StayKey,
    StayVerdict,
    fold_stay_verdicts,
)
from auditlib.review.suggestion import (
    SUGGESTION_ACCEPTED,
    SUGGESTION_OVERRIDDEN,
    SUGGESTION_SHOWN,
    CodeKey,
    MachineCoder,
    ShownSuggestions,
    SuggestedCode,
    fold_suggestions,
    shown_payload,
)
from auditlib.review.verdict import Verdict, addition_key, event_payload

OPEN_QUERIES: Final = "open_queries"
"""In the event of a completion: the ids of the queries that were open then."""
_CLOSING: Final = frozenset({"chart completed", "chart reopened"})
NOT_STATED = "The chart has no documents that hold text, and it is not said whether its record was seen."
STATE_FIRST = "Say first whether the record is missing, partly missing or was reviewed elsewhere, and where."


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """A reviewer's progress in the worklist."""

    chart_count: int
    completed_chart_count: int
    code_count: int
    decided_code_count: int
    completed_with_open_query_count: int = 0


@dataclass(frozen=True, slots=True)
class ChartState:
    """How far a reviewer is with a chart.

    Parameters
    ----------
    code_count, decided_count
        The coder's codes, and those of them with a verdict.
    changed_count
        Verdicts that do not agree with the coder, additions and changes of the stay among them.
    is_completed, is_reopened
        Completed; or completed once and reopened since.
    record_status
        What was said of its record, or None.
    open_query_count
        The reviewer's queries to providers that wait for an answer.
    """

    code_count: int
    decided_count: int = 0
    changed_count: int = 0
    is_completed: bool = False
    is_reopened: bool = False
    record_status: str | None = None
    open_query_count: int = 0


class Worklist(Mapping[str, tuple[AssignedCode, ...]]):
    """The charts to review in order, each with the coder's codes, which are made when they are asked for.

    Parameters
    ----------
    encounter_ids
        The sample in order of selection.
    encounter_codes
        Rows of ``core.encounter_code``; rows of other encounters are ignored.
    """

    def __init__(self, encounter_ids: Sequence[str], encounter_codes: pl.DataFrame) -> None:
        self._codes = encounter_codes.filter(pl.col("encounter_id").is_in(list(encounter_ids))).sort(
            "encounter_id", "code_number"
        )
        counts = self._codes.group_by("encounter_id", maintain_order=True).agg(count=pl.len())
        places = counts.select("encounter_id", pl.col("count").cum_sum() - pl.col("count"), length="count")
        found = {name: (start, count) for name, start, count in places.iter_rows()}
        self._places = {name: found.get(name, (0, 0)) for name in encounter_ids}

    def __getitem__(self, encounter_id: str) -> tuple[AssignedCode, ...]:
        start, count = self._places[encounter_id]
        return tuple(map(_assigned_code, self._codes.slice(start, count).iter_rows(named=True)))

    def __contains__(self, encounter_id: object) -> bool:
        return encounter_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    @property
    def code_counts(self) -> dict[str, int]:
        """The number of codes of each chart."""
        return {name: count for name, (_, count) in self._places.items()}


def _assigned_code(row: Mapping[str, Any]) -> AssignedCode:
    return AssignedCode(
        code_number=row["code_number"],
        code_system=row["code_system"],
        code=row["code"],
        code_role=row["code_role"],
        poa_indicator=row.get("poa_indicator"),
        modifiers=tuple(row[f"modifier_{n}"] for n in range(1, 5) if row.get(f"modifier_{n}")),
        unit_count=row.get("unit_count"),
    )


def worklist_from(encounter_ids: Sequence[str], encounter_codes: pl.DataFrame) -> Worklist:
    """Return the worklist of a sample: the encounters in order, each with its codes in order.

    Parameters
    ----------
    encounter_ids
        The sample in order of selection.
    encounter_codes
        Rows of ``core.encounter_code``; rows of other encounters are ignored.
    """
    return Worklist(encounter_ids, encounter_codes)


def _open_words(queries: Sequence[ProviderQuery]) -> str:
    names = ", ".join(query.query_id for query in queries)
    return f"Query {names} is open" if len(queries) == 1 else f"Queries {names} are open"


def _code_counts(worklist: Mapping[str, Sequence[AssignedCode]]) -> dict[str, int]:
    return {encounter_id: len(codes) for encounter_id, codes in worklist.items()}


class ReviewSession:
    """A reviewer's session on the charts of an audit, with all decisions in the ledger.

    Parameters
    ----------
    ledger
        The ledger of decisions; several sessions, in several processes, may share it.
    audit, reviewer
        The audit and the reviewer. Each reviewer has separate verdicts.
    worklist
        The charts in order, each with the coder's codes: see `worklist_from`.
    without_documents
        Charts of the worklist without a document that holds text: no code of them can be judged before the
        reviewer says what is known of their record.
    blindness
        What is hidden from this reviewer until `unblind`; or a function that says it of each chart.
    own_kinds
        The workspace's own kinds of error: see `auditlib.review.own_kinds.own_kinds_from`.
    stays
        By encounter the facts of a stay as billed: see `auditlib.review.stay_verdict.STAY_FACTS`.

    Notes
    -----
    A session starts where the reviewer stopped: at the last chart with an event, or, if that was completed,
    at the next one that is not. Only the position is kept in memory; the rest is computed from events.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        audit: str,
        reviewer: str,
        worklist: Mapping[str, Sequence[AssignedCode]],
        without_documents: Collection[str],
        blindness: Blindness | Callable[[str], Blindness] = Blindness(),  # noqa: B008 - frozen
        own_kinds: Mapping[str, str] = MappingProxyType({}),
        stays: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        if not worklist:
            message = f"The audit '{audit}' has no charts to review."
            raise UsageError(message, hint="Draw a sample first.")
        self.audit = audit
        self.reviewer = reviewer
        self._ledger = ledger
        self._worklist = worklist
        # Of the charts that were asked for: the codes of ten thousand are not made to show one.
        self._codes: dict[str, dict[int, AssignedCode]] = {}
        self._without_documents = frozenset(without_documents)
        self._blindness = (lambda _: blindness) if isinstance(blindness, Blindness) else blindness
        self.own_kinds = MappingProxyType(dict(own_kinds))
        self._stays = stays
        self._stay_verdicts: dict[StayKey, tuple[StayVerdict, Event]] = {}
        self._opened: dict[str, frozenset[str]] = {}
        self._reviews: dict[ChartKey, ChartReview] = {}
        self._seconds: dict[ChartKey, float] = {}
        self._numbers = {encounter_id: number for number, encounter_id in enumerate(self._worklist, start=1)}
        counts = worklist.code_counts if isinstance(worklist, Worklist) else _code_counts(worklist)
        self._states = {
            encounter_id: ChartState(0 if "codes" in self._blindness(encounter_id).hidden else count)
            for encounter_id, count in counts.items()
        }
        self._suggestions: dict[str, ShownSuggestions] = {}
        self._queries: dict[str, ProviderQuery] = {}
        self._document_statements: dict[tuple[str, str, int], DocumentStatement] = {}
        self._changed_charts: set[str] = set()
        self._last_event_number = 0
        self.refresh()
        self._encounter_id = self._last_position()

    @property
    def encounter_ids(self) -> tuple[str, ...]:
        """The worklist in order."""
        return tuple(self._worklist)

    @property
    def encounter_id(self) -> str:
        """The reviewer's present chart."""
        return self._encounter_id

    @property
    def chart_number(self) -> int:
        """Position of that chart in the worklist, from 1."""
        return self._numbers[self._encounter_id]

    @property
    def progress(self) -> ReviewProgress:
        """The reviewer's progress."""
        states = self._states.values()
        return ReviewProgress(
            chart_count=len(states),
            completed_chart_count=sum(state.is_completed for state in states),
            completed_with_open_query_count=sum(
                state.is_completed and state.open_query_count > 0 for state in states
            ),
            code_count=sum(state.code_count for state in states),
            decided_code_count=sum(state.decided_count for state in states),
        )

    @property
    def states(self) -> Mapping[str, ChartState]:
        """How far the reviewer is with each chart, in the order of the worklist."""
        return MappingProxyType(self._states)

    def take_changed_charts(self) -> frozenset[str]:
        """Return the charts whose state may be another one than when this was asked last."""
        changed, self._changed_charts = frozenset(self._changed_charts), set()
        return changed

    def seconds_on(self, encounter_id: str) -> float:
        """Return the seconds that are on record for this reviewer's work on a chart."""
        return self._seconds.get((self.audit, self.reviewer, encounter_id), 0.0)

    def blindness(self, encounter_id: str) -> Blindness:
        """Return what is hidden of a chart from this reviewer."""
        return self._blindness(encounter_id).opened(
            self._opened.get(encounter_id, frozenset()) | self._opened.get(self.audit, frozenset())
        )

    def assigned(self, encounter_id: str) -> tuple[AssignedCode, ...]:
        """Return the coder's codes of a chart; none while they are hidden."""
        return tuple(self._chart(encounter_id).values())

    def current_verdict(self, encounter_id: str, code_number: int) -> Verdict | None:
        """Return this reviewer's verdict on the code at a position, or None.

        A verdict on another code that had this position before the list was loaded again does not count.
        """
        verdict = self._verdict_at((code_number,), encounter_id)
        code = self._chart(encounter_id).get(code_number)
        if (
            verdict is None
            or code is None
            or (verdict.code_system, verdict.code) != (code.code_system, code.code)
        ):
            return None
        return verdict

    def added(self, encounter_id: str) -> tuple[Verdict, ...]:
        """Return this reviewer's additions to a chart, in the order in which they were first made."""
        current = self._review(encounter_id).current.values()
        return tuple(
            verdict_event.verdict for verdict_event in current if verdict_event.verdict.action == "add"
        )

    def record_statement(self, encounter_id: str) -> RecordStatement | None:
        """Return what this reviewer said of the chart's record, or None."""
        record = self._review(encounter_id).record
        return None if record is None else record.statement

    def needs_record_statement(self, encounter_id: str) -> bool:
        """Return True if the chart has no documents and this reviewer has not said anything of its record."""
        return encounter_id in self._without_documents and self.record_statement(encounter_id) is None

    def note_documents(self, encounter_id: str, *, has_text: bool) -> None:
        """Note whether a chart has documents with text by now, without which its record needs a statement."""
        kept = self._without_documents - {encounter_id}
        self._without_documents = kept if has_text else kept | {encounter_id}
        self._changed_charts.add(encounter_id)

    def document_statements(self, encounter_id: str) -> dict[int, DocumentStatement]:
        """Return what this reviewer said of the requirements of a chart's documents, by their number."""
        return {
            number: stated
            for (_, chart, number), stated in self._document_statements.items()
            if chart == encounter_id
        }

    def state_document(self, statement: DocumentStatement, *, recorded_at: datetime) -> Event | None:
        """Record what a document shows of what a record must show; the same again is not recorded.

        It can be said of a completed chart too: no verdict changes by it.

        Raises
        ------
        UsageError
            If the chart is not in the worklist.
        """
        self._require_in_worklist(statement.encounter_id)
        self.refresh()
        before = self.document_statements(statement.encounter_id).get(statement.document_number)
        if before == statement or (before is None and not statement.states):
            return None
        return self._record(DOCUMENT_STATED, statement.encounter_id, statement.to_payload(), recorded_at)

    def stay(self, encounter_id: str) -> Mapping[str, str]:
        """Return the discharge status and DRG of a stay as billed; nothing while the codes are hidden."""
        self._require_in_worklist(encounter_id)
        is_hidden = "codes" in self.blindness(encounter_id).hidden
        return MappingProxyType({} if is_hidden else dict(self._stays.get(encounter_id, {})))

    def stay_verdict(self, encounter_id: str, fact: str) -> StayVerdict | None:
        """Return this reviewer's verdict on a fact of a stay, or None.

        A verdict on another value that was billed before the data were loaded again does not count.
        """
        entry = self._stay_verdicts.get((self.audit, self.reviewer, encounter_id, fact))
        billed = self.stay(encounter_id).get(fact)
        if entry is None or billed is None:
            return None
        return entry[0] if entry[0].is_about(billed) else None

    def stay_verdicts(self, encounter_id: str) -> dict[str, StayVerdict]:
        """Return this reviewer's verdicts on a stay by fact, those not judged left out."""
        found = {fact: self.stay_verdict(encounter_id, fact) for fact in self.stay(encounter_id)}
        return {fact: verdict for fact, verdict in found.items() if verdict is not None}

    def judge_stay(self, verdict: StayVerdict, *, recorded_at: datetime) -> Event:
        """Record a verdict on a fact of a stay; an identical current verdict is not recorded again.

        Raises
        ------
        UsageError
            If the chart is not in the worklist or is completed, its record is missing or nothing was said of
            it, its codes are hidden, or another value was billed.
        """
        key = (self.audit, self.reviewer, verdict.encounter_id, verdict.fact)
        before = self._stay_verdicts.get(key)
        if before is not None and verdict.payment_origin is None:
            # What is saved again with the same dollars keeps their origin.
            dollars = (before[0].corrected, before[0].payment_difference)
            if (
                verdict.payment_difference is not None
                and (verdict.corrected, verdict.payment_difference) == dollars
            ):
                verdict = replace(verdict, payment_origin=before[0].payment_origin)

        def already_recorded() -> Event | None:
            self._require_judgeable(verdict.encounter_id)
            self._require_stay(verdict)
            existing = self._stay_verdicts.get(key)
            return existing[1] if existing is not None and existing[0] == verdict else None

        return self._record_on_open_chart(
            STAY_JUDGED, verdict.encounter_id, verdict.to_payload(), recorded_at, already_recorded
        )

    def withdraw_stay_verdict(self, encounter_id: str, fact: str, *, recorded_at: datetime) -> Event:
        """Withdraw the verdict on a fact of a stay, which is not judged then.

        Raises
        ------
        UsageError
            If there is none, or the chart is completed.
        """
        verdict = self.stay_verdict(encounter_id, fact)

        def require_current() -> None:
            if verdict is None or self.stay_verdict(encounter_id, fact) != verdict:
                message = f"There is no such verdict on the {fact} to withdraw."
                raise UsageError(message, hint="It may have been changed in another window.")

        payload = {} if verdict is None else verdict.to_payload()
        return self._record_on_open_chart(
            STAY_VERDICT_WITHDRAWN, encounter_id, payload, recorded_at, require_current
        )

    def billed_fact(self, encounter_id: str, fact: str) -> str:
        """Return the discharge status or the DRG of a stay as billed.

        Raises
        ------
        UsageError
            If there is no such fact, the chart is not in the worklist, its codes are hidden, or none was
            billed with it.
        """
        require_choice("fact of a stay", fact, STAY_FACTS)
        if "codes" in self.blindness(encounter_id).hidden:
            message = f"The {fact} as billed is hidden in this audit, with the coder's codes."
            raise UsageError(message, hint="When you have coded the chart, open them by unblind().")
        billed = self.stay(encounter_id).get(fact)
        if billed is None:
            message = f"No {fact} of an inpatient stay was billed with this chart."
            raise UsageError(message)
        return billed

    def _require_stay(self, verdict: StayVerdict) -> None:
        """Raise if a verdict is not about a fact of the stay as it was billed."""
        if not verdict.is_about(self.billed_fact(verdict.encounter_id, verdict.fact)):
            message = f"The verdict is about another {verdict.fact} than the billed one."
            raise UsageError(message, hint="The data were loaded again: reopen the chart.")

    def queries(self, encounter_id: str) -> tuple[ProviderQuery, ...]:
        """Return this reviewer's queries to providers about a chart, in the order of sending."""
        return tuple(query for query in self._queries.values() if query.encounter_id == encounter_id)

    def open_queries(self, encounter_id: str) -> tuple[ProviderQuery, ...]:
        """Return this reviewer's queries about a chart that wait for an answer."""
        return tuple(query for query in self.queries(encounter_id) if query.state == QUERY_OPEN)

    def send_query(self, encounter_id: str, draft: QueryDraft, *, recorded_at: datetime) -> ProviderQuery:
        """Record that a query about a chart was sent; see `auditlib.review.provider_query.QueryEntry`.

        Raises
        ------
        UsageError
            If the chart is not in the worklist, or a point of the checklist refuses the query.
        """
        self._chart(encounter_id)
        sent = QueryEntry(self._ledger, self.audit).send(
            encounter_id, draft, actor=self.reviewer, recorded_at=recorded_at
        )
        self.refresh()
        return sent

    def answer_query(
        self,
        query_id: str,
        *,
        answer: str | None,
        words: str | None,
        answered_on: date,
        recorded_at: datetime,
    ) -> None:
        """Record the provider's answer to an open query of this reviewer.

        Raises
        ------
        UsageError
            If there is no such open query, or the answer does not fit it.
        """
        self._require_own_query(query_id)
        QueryEntry(self._ledger, self.audit).answer(
            query_id,
            answer=answer,
            words=words,
            answered_on=answered_on,
            actor=self.reviewer,
            recorded_at=recorded_at,
        )
        self.refresh()

    def withdraw_query(self, query_id: str, *, reason: str, recorded_at: datetime) -> None:
        """Record that an open query of this reviewer waits for no answer any more, and why.

        Raises
        ------
        UsageError
            If there is no such open query, or no reason.
        """
        self._require_own_query(query_id)
        QueryEntry(self._ledger, self.audit).withdraw(
            query_id, reason=reason, actor=self.reviewer, recorded_at=recorded_at
        )
        self.refresh()

    def _require_own_query(self, query_id: str) -> None:
        self.refresh()
        if query_id not in self._queries:
            message = "There is no such query of this reviewer."
            raise UsageError(message)

    def undecided(self, encounter_id: str) -> tuple[int, ...]:
        """Return the positions of a chart's codes that have no verdict yet; none if the record is missing."""
        if self._is_record(encounter_id, MISSING):
            return ()
        return tuple(
            number
            for number in self._chart(encounter_id)
            if self.current_verdict(encounter_id, number) is None
        )

    def to_decide(self, encounter_id: str) -> tuple[int, ...]:
        """Return the positions without a verdict that keep the chart from being completed.

        Of a partly missing record there are none: a code left without a verdict has no support.
        """
        return () if self._is_record(encounter_id, PARTLY_MISSING) else self.undecided(encounter_id)

    def first_undecided(self, encounter_id: str) -> int | None:
        """Return the first position without a verdict, or None if every code is decided."""
        return next(iter(self.undecided(encounter_id)), None)

    def is_completed(self, encounter_id: str) -> bool:
        """Return True if this reviewer has completed the chart and not reopened it."""
        return self._review(encounter_id).completed_at is not None

    def is_opened(self, encounter_id: str) -> bool:
        """Return True if this reviewer has ever opened the chart."""
        return self._review(encounter_id).opened_at is not None

    # Actions: each records one event per decision, which is on disk when the method returns ----

    def refresh(self) -> None:
        """Read the events that other processes have recorded since."""
        # Events of every kind: `_record` must state the last event of any kind.
        events = self._ledger.events(audit=self.audit, after=self._last_event_number)
        # What other reviewers decided is nowhere in this session.
        own = [event for event in events if event.actor == self.reviewer]
        fold(self._reviews, own)
        for subject, levels in opened_levels(own, self.reviewer).items():
            self._opened[subject] = self._opened.get(subject, frozenset()) | levels
        add_seconds(self._seconds, own)
        self._suggestions = fold_suggestions(own, self._suggestions)
        self._document_statements = fold_statements(own, self._document_statements)
        self._stay_verdicts = fold_stay_verdicts(own, self._stay_verdicts)
        # Whoever enters an answer: to a query of this reviewer it is the reviewer's.
        self._queries = fold_queries(events, self._queries, sent_by=self.reviewer)
        answers = [
            event
            for event in events
            if event.kind in {ANSWERED, WITHDRAWN} and event.payload["query_id"] in self._queries
        ]
        self._count_anew([*own, *answers])
        if events:
            self._last_event_number = events[-1].event_number

    def _count_anew(self, events: Sequence[Event]) -> None:
        """Count the charts anew that events are about; all of them where one is about the audit."""
        subjects = {event.subject for event in events}
        if self.audit in subjects:
            subjects = set(self._worklist)
        reopened = {
            event.subject: event.kind == "chart reopened" for event in events if event.kind in _CLOSING
        }
        for encounter_id in subjects & self._worklist.keys():
            review = self._review(encounter_id)
            code_count = len(self._chart(encounter_id))
            self._states[encounter_id] = ChartState(
                code_count,
                decided_count=code_count - len(self.undecided(encounter_id)),
                changed_count=sum(entry.verdict.action != "agree" for entry in review.current.values())
                + sum(verdict.action != "agree" for verdict in self.stay_verdicts(encounter_id).values()),
                is_completed=review.completed_at is not None,
                is_reopened=reopened.get(encounter_id, self._states[encounter_id].is_reopened),
                record_status=None if review.record is None else review.record.statement.status,
                open_query_count=len(self.open_queries(encounter_id)),
            )
        self._changed_charts |= subjects & self._worklist.keys()

    def decide(
        self, verdict: Verdict, *, recorded_at: datetime, replaces: CorrectedCode | None = None
    ) -> Event:
        """Record a verdict; an identical current verdict is not recorded again.

        Parameters
        ----------
        verdict
            The verdict. The same code added with other modifiers, or a diagnosis in another role, is an
            addition of its own; see `auditlib.review.verdict.addition_key`.
        recorded_at
            When it was made.
        replaces
            The added code that the verdict changes, so that it does not stay beside the changed one.

        Raises
        ------
        UsageError
            If the chart is not in the worklist or is completed, its record is missing or nothing was said of
            it, the verdict does not fit its code, or there is no such addition to change.
        StoreError
            If it could not be recorded.
        """
        verdict = self._with_origin(verdict)

        def already_recorded() -> Event | None:
            self._require_judgeable(verdict.encounter_id)
            self._require_fit(verdict)
            current = self._review(verdict.encounter_id).current
            existing = current.get(verdict.key)
            before = verdict.key if replaces is None else addition_key(replaces)
            is_changed_already = before == verdict.key or before not in current
            if existing is not None and existing.verdict == verdict and is_changed_already:
                return existing.event
            if replaces is not None:
                self._require_changeable(verdict, addition_key(replaces))
            return None

        payload = event_payload(verdict, replaces)
        return self._record_on_open_chart(
            "verdict", verdict.encounter_id, payload, recorded_at, already_recorded
        )

    def _with_origin(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the origin of its dollars, where it repeats those that were computed."""
        if verdict.payment_origin is not None or verdict.payment_difference is None:
            return verdict
        existing = self._review(verdict.encounter_id).current.get(verdict.key)
        if existing is None:
            return verdict
        before = existing.verdict
        is_same = (before.action, before.corrected, before.payment_difference) == (
            verdict.action,
            verdict.corrected,
            verdict.payment_difference,
        )
        return replace(verdict, payment_origin=before.payment_origin) if is_same else verdict

    def withdraw(self, verdict: Verdict, *, recorded_at: datetime) -> Event:
        """Withdraw a current verdict: its code is undecided again, an added code is removed.

        Raises
        ------
        UsageError
            If the verdict is not current, or the chart is completed.
        """

        def require_current() -> None:
            existing = self._review(verdict.encounter_id).current.get(verdict.key)
            if existing is None or existing.verdict != verdict:
                message = "There is no such verdict to withdraw."
                raise UsageError(message, hint="It may have been changed in another window.")

        return self._record_on_open_chart(
            "verdict withdrawn", verdict.encounter_id, event_payload(verdict), recorded_at, require_current
        )

    def state_record(
        self, encounter_id: str, status: str, *, place: str | None = None, recorded_at: datetime
    ) -> Event:
        """Record what is known of a chart's record; an identical current statement is not recorded again.

        Parameters
        ----------
        encounter_id
            The chart; a completed one only as long as nothing was said of its record.
        status
            missing: nothing can be judged, and its codes count by the audit's rule; partly missing: what can
            be judged is judged, and a code left without a verdict counts by the rule; or reviewed elsewhere.
        place
            Where the record was reviewed, or looked for; required if it was reviewed elsewhere.
        recorded_at
            When it was said.

        Raises
        ------
        UsageError
            If the chart is not in the worklist, the status or place is not valid, or the chart is completed.
        """
        statement = RecordStatement(encounter_id, status, (place or "").strip() or None)

        def already_recorded() -> Event | None:
            existing = self._review(encounter_id).record
            if existing is not None and existing.statement == statement:
                return existing.event
            # What was completed before anyone said it is said afterwards: no verdict changes by it.
            if existing is not None:
                self._require_open(encounter_id, was_completed=True)
            return None

        return self._record_if_allowed(
            "record stated", encounter_id, statement.to_payload(), recorded_at, already_recorded
        )

    def withdraw_record_statement(self, encounter_id: str, *, recorded_at: datetime) -> Event:
        """Withdraw what was said of a chart's record.

        Raises
        ------
        UsageError
            If nothing was said, or the chart is completed.
        """

        def require_current() -> None:
            if self._review(encounter_id).record is None:
                message = "Nothing is said of this chart's record that could be withdrawn."
                raise UsageError(message, hint="It may have been withdrawn in another window.")

        statement = self.record_statement(encounter_id)
        payload = {} if statement is None else statement.to_payload()
        return self._record_on_open_chart(
            "record statement withdrawn", encounter_id, payload, recorded_at, require_current
        )

    def unblind(self, encounter_id: str, level: BlindTo, *, reason: str, recorded_at: datetime) -> Event:
        """Open to this reviewer what is hidden of a chart, and record who opened it and why.

        Raises
        ------
        UsageError
            If it is not hidden, or no reason is given.
        """
        require_reason(reason, "An unblinding")
        self.refresh()
        self._chart(encounter_id)
        if level not in self.blindness(encounter_id).hidden:
            message = f"'{level}' is not hidden of this chart."
            hidden = ", ".join(self.blindness(encounter_id).levels) or "nothing"
            raise UsageError(message, hint=f"Hidden are: {hidden}.")
        return self._record(UNBLINDED, encounter_id, {"level": level, "reason": reason}, recorded_at)

    def open_chart(self, encounter_id: str, *, recorded_at: datetime, seconds: float | None = None) -> Event:
        """Go to a chart, and record that it was opened.

        Parameters
        ----------
        encounter_id
            The chart.
        recorded_at
            When.
        seconds
            Time spent on the chart that is left for it since that was opened; None if nothing timed it.

        Raises
        ------
        UsageError
            If the chart is not in the worklist, or the seconds are no time.
        """
        self.refresh()
        self._chart(encounter_id)
        payload = move_payload(self._encounter_id, seconds)
        event = self._record("chart opened", encounter_id, payload, recorded_at)
        self._encounter_id = encounter_id
        return event

    def show_suggestions(
        self,
        encounter_id: str,
        coder: MachineCoder,
        suggestions: Sequence[SuggestedCode],
        *,
        recorded_at: datetime,
    ) -> Event | None:
        """Record that a machine coder's codes are shown with a chart; the same again is not recorded.

        Raises
        ------
        UsageError
            If they are hidden from this reviewer, or the chart is not in the worklist.
        """
        self._require_in_worklist(encounter_id)
        self.refresh()
        if SUGGESTED_CODES & self.blindness(encounter_id).hidden:
            message = "The suggested codes are hidden of this chart."
            raise UsageError(message, hint="Open them by unblind(LEVEL, reason=...), which goes on record.")
        shown = self._suggestions.get(encounter_id)
        codes = tuple(one.key for one in suggestions)
        if not codes or (shown is not None and (shown.coder, shown.codes) == (coder, codes)):
            return None
        return self._record(SUGGESTION_SHOWN, encounter_id, shown_payload(coder, suggestions), recorded_at)

    def suggestions_shown(self, encounter_id: str) -> ShownSuggestions | None:
        """Return what was shown of a chart to this reviewer, and what was made of it; None if nothing was."""
        return self._suggestions.get(encounter_id)

    def codes_as_reviewed(self, encounter_id: str) -> frozenset[CodeKey]:
        """Return the codes of a chart as this reviewer leaves them; a code without a verdict is not left."""
        left: set[CodeKey] = set()
        for number, code in self._chart(encounter_id).items():
            verdict = self.current_verdict(encounter_id, number)
            if verdict is not None and verdict.action == "agree":
                left.add((code.code_system, code.code))
            elif verdict is not None and verdict.corrected is not None:
                left.add((verdict.corrected.code_system, verdict.corrected.code))
        added = (verdict.corrected for verdict in self.added(encounter_id))
        return frozenset(left | {(code.code_system, code.code) for code in added if code is not None})

    def codes_as_audited(self, encounter_id: str) -> tuple[AssignedCode | CorrectedCode, ...]:
        """Return the codes of a chart as they would be billed; one without a verdict stays as it is."""
        audited: list[AssignedCode | CorrectedCode] = []
        for number, code in self._chart(encounter_id).items():
            verdict = self.current_verdict(encounter_id, number)
            if verdict is None or verdict.action == "agree":
                audited.append(code)
            elif verdict.corrected is not None:
                audited.append(verdict.corrected)
        added = (verdict.corrected for verdict in self.added(encounter_id))
        return (*audited, *(code for code in added if code is not None))

    def _answer_suggestions(self, encounter_id: str, recorded_at: datetime) -> None:
        """Record of each suggestion shown whether the completed review accepted or overrode it, once."""
        shown = self._suggestions.get(encounter_id)
        if shown is None or self._is_record(encounter_id, MISSING):
            return
        left = self.codes_as_reviewed(encounter_id)
        for code_system, code in dict.fromkeys(shown.codes):
            is_accepted = (code_system, code) in left
            if shown.answers.get((code_system, code)) is not is_accepted:
                kind = SUGGESTION_ACCEPTED if is_accepted else SUGGESTION_OVERRIDDEN
                payload = {
                    "coder_name": shown.coder.name,
                    "coder_version": shown.coder.version,
                    "code_system": code_system,
                    "code": code,
                }
                self._record(kind, encounter_id, payload, recorded_at)

    def next_chart(self, *, recorded_at: datetime, seconds: float | None = None) -> Event:
        """Go to the next chart of the worklist; see `open_chart`."""
        return self._move(1, recorded_at, seconds)

    def previous_chart(self, *, recorded_at: datetime, seconds: float | None = None) -> Event:
        """Go to the chart before; see `open_chart`."""
        return self._move(-1, recorded_at, seconds)

    def complete_chart(
        self,
        encounter_id: str,
        *,
        recorded_at: datetime,
        go_on: bool = True,
        seconds: float | None = None,
        with_open_query: bool = False,
    ) -> Event:
        """Complete a chart with every code decided, and go to the next one that is not completed.

        Codes of a record that is missing need no verdict, nor do those that a partly missing one leaves
        without support.

        Parameters
        ----------
        encounter_id
            The chart.
        recorded_at
            When.
        go_on
            Whether to go to the next chart.
        seconds
            Time spent on the chart since it was opened, which stays with the completion; None if nothing
            timed it.
        with_open_query
            Whether the chart is completed though a query of this reviewer waits for an answer; the event
            names the queries.

        Raises
        ------
        UsageError
            If codes are undecided (the message names their positions), the chart is already completed, it
            has no documents and nothing is said of its record, a query is open and that is not confirmed, or
            the seconds are no time.
        """

        def require_decided() -> None:
            self._require_statement(encounter_id)
            self._require_compared(encounter_id)
            undecided = self.to_decide(encounter_id)
            if undecided:
                named = "code " if len(undecided) == 1 else "codes "
                message = f"The chart is not complete: {named}{', '.join(map(str, undecided))} undecided."
                raise UsageError(message, hint="Decide every code first.")
            # The queries that are open now: another window may have sent or answered one.
            waiting = self.open_queries(encounter_id)
            if waiting and not with_open_query:
                message = f"{_open_words(waiting)} to the provider: the chart is not completed."
                raise UsageError(message, hint="Complete it with an open query, or wait for the answer.")
            payload.pop(OPEN_QUERIES, None)
            if waiting:
                payload[OPEN_QUERIES] = [query.query_id for query in waiting]

        payload = completion_payload(seconds)
        event = self._record_on_open_chart(
            "chart completed", encounter_id, payload, recorded_at, require_decided
        )
        self._answer_suggestions(encounter_id, recorded_at)
        following = self._next_to_do(encounter_id)
        if go_on and following is not None:
            self.open_chart(following, recorded_at=recorded_at)
        return event

    def reopen_chart(self, encounter_id: str, *, recorded_at: datetime) -> Event:
        """Reopen a completed chart for changes.

        Raises
        ------
        UsageError
            If it is not completed.
        """
        self.refresh()
        if not self.is_completed(encounter_id):
            message = "The chart is not completed: there is nothing to reopen."
            raise UsageError(message)
        return self._record("chart reopened", encounter_id, {}, recorded_at)

    def _record_on_open_chart(
        self,
        kind: str,
        encounter_id: str,
        payload: Mapping[str, object],
        recorded_at: datetime,
        judge: Callable[[], Event | None],
    ) -> Event:
        """Record an event if the chart is open and its present state allows it; see `_record_if_allowed`."""
        was_completed = self.is_completed(encounter_id)

        def judge_open_chart() -> Event | None:
            self._require_open(encounter_id, was_completed=was_completed)
            return judge()

        return self._record_if_allowed(kind, encounter_id, payload, recorded_at, judge_open_chart)

    def _record_if_allowed(
        self,
        kind: str,
        encounter_id: str,
        payload: Mapping[str, object],
        recorded_at: datetime,
        judge: Callable[[], Event | None],
    ) -> Event:
        """Record an event if the chart's present state allows it.

        ``judge`` raises if it does not, or returns an existing event that says the same. Events that another
        window records in between are judged too: the ledger refuses an event that is based on an older state.
        """
        self._chart(encounter_id)
        while True:
            self.refresh()
            said_already = judge()
            if said_already is not None:
                return said_already
            try:
                return self._record(kind, encounter_id, payload, recorded_at, seen=self._last_event_number)
            except LedgerMovedOnError:
                continue

    def _record(
        self,
        kind: str,
        encounter_id: str,
        payload: Mapping[str, object],
        recorded_at: datetime,
        *,
        seen: int | None = None,
    ) -> Event:
        event = self._ledger.append(
            kind=kind,
            audit=self.audit,
            subject=encounter_id,
            actor=self.reviewer,
            payload=payload,
            recorded_at=recorded_at,
            seen=seen,
        )
        self.refresh()
        return event

    def _chart(self, encounter_id: str) -> dict[int, AssignedCode]:
        self._require_in_worklist(encounter_id)
        if "codes" in self.blindness(encounter_id).hidden:
            return {}
        if encounter_id not in self._codes:
            codes = self._worklist[encounter_id]
            self._codes[encounter_id] = {code.code_number: code for code in codes}
        return self._codes[encounter_id]

    def _require_in_worklist(self, encounter_id: str) -> None:
        if encounter_id not in self._numbers:
            message = f"The chart is not in the worklist of the audit '{self.audit}'."
            raise UsageError(message)

    def _review(self, encounter_id: str) -> ChartReview:
        self._require_in_worklist(encounter_id)
        return self._reviews.get((self.audit, self.reviewer, encounter_id)) or ChartReview()

    def _verdict_at(self, key: tuple[int], encounter_id: str) -> Verdict | None:
        existing: CurrentVerdict | None = self._review(encounter_id).current.get(key)
        return None if existing is None else existing.verdict

    def _require_open(self, encounter_id: str, *, was_completed: bool) -> None:
        if self.is_completed(encounter_id):
            message = (
                "The chart is completed." if was_completed else "The chart was completed in another window."
            )
            raise UsageError(message, hint="Reopen it to change anything.")

    def _is_record(self, encounter_id: str, status: str) -> bool:
        statement = self.record_statement(encounter_id)
        return statement is not None and statement.status == status

    def _require_statement(self, encounter_id: str) -> None:
        if self.needs_record_statement(encounter_id):
            raise UsageError(NOT_STATED, hint=STATE_FIRST)

    def _require_compared(self, encounter_id: str) -> None:
        """Raise if a chart that was coded blind was not compared with the coder's codes."""
        if self._is_record(encounter_id, MISSING):
            return
        if "codes" in self.blindness(encounter_id).hidden:
            message = "The coder's codes are hidden in this audit, and none of them is judged yet."
            raise UsageError(
                message, hint="When you have coded the chart, open them by unblind(), and judge each."
            )
        codes = self._chart(encounter_id).values()
        for verdict in self.added(encounter_id):
            added = verdict.corrected
            same = next((code for code in codes if added and not added.differs_from(code)), None)
            if same is not None:
                message = f"You coded {same.code} as the coder did, at position {same.code_number}."
                raise UsageError(message, hint="Take back the added code, and agree with the coder's.")

    def _require_judgeable(self, encounter_id: str) -> None:
        """Raise if there is no record to judge a code by."""
        self._require_statement(encounter_id)
        if self._is_record(encounter_id, MISSING):
            message = "The record is missing: none of its codes can be judged."
            raise UsageError(message, hint="If it was found, withdraw first what was said of the record.")

    def _require_changeable(self, verdict: Verdict, before: tuple[str, ...]) -> None:
        """Raise if an addition cannot be changed to the verdict, because it is gone or another one is so."""
        current = self._review(verdict.encounter_id).current
        if verdict.action != "add" or before not in current:
            message = "There is no such added code to change."
            raise UsageError(message, hint="It may have been changed in another window.")
        if before != verdict.key and verdict.key in current:
            message = "The code is already added so, with the same modifiers and role."
            raise UsageError(message, hint="Take back one of the two, or change that one.")

    def _require_fit(self, verdict: Verdict) -> None:
        if verdict.own_kind is not None and self.own_kinds.get(verdict.own_kind) != verdict.error_kind:
            message = "The kind of error is none of this workspace's own ones."
            named = ", ".join(f"{name} ({kind})" for name, kind in self.own_kinds.items()) or "none"
            raise UsageError(message, hint=f"Its own kinds are: {named}.")
        codes = self._chart(verdict.encounter_id)
        corrected = verdict.corrected
        if verdict.code_number is None:
            same = next(
                (code for code in codes.values() if corrected and not corrected.differs_from(code)), None
            )
            if same is not None:
                message = f"The code to add is already in the list, at position {same.code_number}."
                raise UsageError(message)
            return
        code = codes.get(verdict.code_number)
        if code is None or (code.code_system, code.code) != (verdict.code_system, verdict.code):
            message = f"The verdict is about another code than the one at position {verdict.code_number}."
            raise UsageError(message, hint="The coder's list was loaded again: reopen the chart.")
        # Sequencing among secondary codes is an error that no field of the code shows.
        if corrected is not None and verdict.error_kind != "sequencing" and not corrected.differs_from(code):
            message = "The corrected code is the same as the coder's."
            raise UsageError(message, hint="Change something, or agree.")

    def _move(self, step: int, recorded_at: datetime, seconds: float | None) -> Event:
        position = self.chart_number - 1 + step
        if not 0 <= position < len(self._worklist):
            message = f"This is the {'last' if step > 0 else 'first'} chart of the worklist."
            raise UsageError(message)
        return self.open_chart(self.encounter_ids[position], recorded_at=recorded_at, seconds=seconds)

    def _next_to_do(self, encounter_id: str) -> str | None:
        """Return the next chart that is not completed, starting over after the last."""
        start = self._numbers[encounter_id]
        in_turn = self.encounter_ids[start:] + self.encounter_ids[:start]
        return next((candidate for candidate in in_turn if not self.is_completed(candidate)), None)

    def _last_position(self) -> str:
        touched = [
            (review.last_event.event_number, encounter_id, review.last_event.kind)
            for encounter_id in self._worklist
            if (review := self._review(encounter_id)).last_event is not None
        ]
        if not touched:
            return self.encounter_ids[0]
        _, last, kind = max(touched)
        return (self._next_to_do(last) or last) if kind == "chart completed" else last
