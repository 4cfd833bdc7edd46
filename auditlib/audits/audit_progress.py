"""How far each audit is, whom it waits for and since when, from the ledger's events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from auditlib.audits.audit import (
    ENROLLEE,
    charts_of_units,
    kept_audit_names,
    manifest_path,
    reviewed,
    sampled_encounters,
    with_records,
)
from auditlib.audits.charts_without_documents import charts_without_documents
from auditlib.audits.rebuttals import rebuttal_frame
from auditlib.audits.spares import spare_uses, units_to_review
from auditlib.audits.universe import UNIVERSE_FROZEN
from auditlib.ledger import Event
from auditlib.review import NO_RECORD, chart_frame, decision_frame, record_frame, verdict_frame
from auditlib.review.fold import REVIEW_KINDS
from auditlib.review.plan import REVIEW_PLANNED, ReviewPlan, blindness_of, current_plan
from auditlib.review.provider_query import completed_with_open_query
from auditlib.review.rebuttal import AWAITED, DISPUTE_OPEN, RECEIVED, SENT
from auditlib.review.stay_verdict import stay_verdict_frame
from auditlib.review.upheld import upheld_frame
from auditlib.sampling import read_manifest
from auditlib.text import counted
from auditlib.workspace.folder import Workspace

PLANNED: Final = "planned"
DRAWN: Final = "drawn"
RECORDS_ASKED_FOR: Final = "records asked for"
FIRST_REVIEW: Final = "first review"
SECOND_REVIEW: Final = "second review"
ADJUDICATION: Final = "adjudication"
REBUTTAL: Final = "rebuttal"
CLOSED: Final = "closed"
OWN_REVIEW: Final = "review"
STATES: Final = (
    PLANNED,
    DRAWN,
    RECORDS_ASKED_FOR,
    FIRST_REVIEW,
    SECOND_REVIEW,
    ADJUDICATION,
    REBUTTAL,
    CLOSED,
    OWN_REVIEW,
)
"""From a frozen universe without a sample to an audit that waits for nobody; the last is how reviewers see an
audit in which something is hidden from them."""

REVIEWERS_TO_NAME: Final = "reviewers to be named"
SAMPLE_TO_DRAW: Final = "a sample to be drawn"
ADJUDICATOR: Final = "an adjudicator"
DECIDER: Final = "who decides disputes"

PROGRESS_COLUMNS: Final = {
    "audit": pl.String(),
    "state": pl.String(),
    "unit": pl.String(),
    "chart_count": pl.Int64(),
    "done_count": pl.Int64(),
    "waits_for": pl.String(),
    "open_query_chart_count": pl.Int64(),
    "since": pl.Date(),
    "due": pl.Date(),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom an audit waits for, and for what.

    Parameters
    ----------
    who
        A reviewer by name, a coder, or a role; empty where nobody is named yet.
    what
        What is to come from them, with its count: '19 charts'.
    """

    who: str
    what: str

    @property
    def words(self) -> str:
        """Both, as 'R03, 5 charts'."""
        return f"{self.who}, {self.what}" if self.who else self.what


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """How far one audit is.

    Parameters
    ----------
    audit
        Its name; of a universe without a sample, the universe's.
    state
        One of `STATES`.
    unit
        What was drawn; None where encounters are named.
    chart_count, done_count
        Charts to review, and those of which every planned review is completed. Of a universe without a
        sample, its units.
    waits_for
        Whom it waits for; empty if for nobody.
    since
        The day (UTC) of its last event.
    due_on
        The first last day of an answer that is awaited.
    reviewers
        The reviewers of the plan; empty without one.
    unsent_finding_count
        Findings of a closed audit that were sent to no coder.
    open_query_chart_count
        Charts that were completed while a query to the provider is open.
    """

    audit: str
    state: str
    unit: str | None
    chart_count: int
    done_count: int
    waits_for: tuple[Waiting, ...]
    since: dt.date
    due_on: dt.date | None = None
    reviewers: tuple[str, ...] = ()
    unsent_finding_count: int = 0
    open_query_chart_count: int = 0

    def waits_for_person(self, name: str) -> bool:
        """Return True if it waits for a person of this name."""
        return any(waiting.who == name for waiting in self.waits_for)


@dataclass(frozen=True)
class _Audit:
    """What is known of an audit, from which its progress follows."""

    name: str
    unit: str | None
    universe: str | None
    charts: Sequence[str]
    events: Sequence[Event]
    plan: ReviewPlan | None

    @cached_property
    def done(self) -> frozenset[tuple[str, str]]:
        """The completed reviews: chart and reviewer."""
        completed = chart_frame(self.events)
        return frozenset(completed.select("encounter_id", "reviewer").iter_rows())

    @cached_property
    def _charts_done(self) -> frozenset[str]:
        return frozenset(chart for chart, _ in self.done)

    def open_reviews(self, chart: str) -> list[str]:
        """Return whose review of a chart is not completed; an empty name where nobody has it."""
        if self.plan is None:
            return [] if chart in self._charts_done else [""]
        # A spare that came after the plan is nobody's yet.
        return [who for who in self.plan.rounds.get(chart, ("",)) if (chart, who) not in self.done]

    def is_first_review_open(self, chart: str) -> bool:
        """Return True if the first review of a chart is not completed."""
        if self.plan is None:
            return chart not in self._charts_done
        return (chart, self.plan.rounds.get(chart, ("",))[0]) not in self.done

    def progress(
        self,
        state: str,
        waits_for: Sequence[Waiting] = (),
        *,
        due_on: dt.date | None = None,
        unsent_finding_count: int = 0,
    ) -> AuditProgress:
        """Return its progress in a state."""
        return AuditProgress(
            self.name,
            state,
            self.unit,
            len(self.charts),
            sum(not self.open_reviews(chart) for chart in self.charts),
            tuple(waits_for),
            _day(self.events[-1]),
            due_on,
            () if self.plan is None else self.plan.reviewers,
            unsent_finding_count,
            len(completed_with_open_query(self.events)),
        )


def audits_in_progress(workspace: Workspace, *, seen_by: str, as_of: dt.date) -> list[AuditProgress]:
    """Return how far every audit is: those that wait for the person first, those that wait for nobody last.

    Parameters
    ----------
    workspace
        The workspace.
    seen_by
        Who looks. Of an audit in which something is hidden from them, only their own charts count.
    as_of
        The day on which an answer is awaited, or late.

    Notes
    -----
    Reviews of named encounters without a plan, as for practice, are no audits.
    """
    of_audit: dict[str, list[Event]] = {}
    for event in workspace.ledger().events():
        of_audit.setdefault(event.audit, []).append(event)
    kept = frozenset(kept_audit_names(workspace))
    audits = []
    for name, events in of_audit.items():
        if name in kept:
            audits.append(_drawn(workspace, name, events))
        elif (plan := current_plan(events)) is not None:
            audits.append(_Audit(name, None, None, list(plan.rounds), events, plan))
    progress = {one.name: _before_the_end(workspace, one, seen_by) for one in audits}
    completed = [one for one in audits if progress[one.name] is None]
    if completed:
        progress |= _after_review(workspace, completed, as_of)
    used = {one.universe for one in audits}
    frozen = (event for events in of_audit.values() for event in events if event.kind == UNIVERSE_FROZEN)
    planned = [_not_drawn(event) for event in frozen if event.subject not in used]
    return sorted(
        [*planned, *filter(None, progress.values())],
        key=lambda one: (
            not one.waits_for_person(seen_by),
            not one.waits_for,
            -one.since.toordinal(),
            one.audit,
        ),
    )


def progress_frame(audits: Iterable[AuditProgress]) -> pl.DataFrame:
    """Return one row per audit: `PROGRESS_COLUMNS`."""
    rows = [
        (
            one.audit,
            one.state,
            one.unit,
            one.chart_count,
            one.done_count,
            "; ".join(waiting.words for waiting in one.waits_for),
            one.open_query_chart_count,
            one.since,
            one.due_on,
        )
        for one in audits
    ]
    return pl.DataFrame(rows, schema=PROGRESS_COLUMNS, orient="row")


def _not_drawn(frozen: Event) -> AuditProgress:
    count = frozen.payload.get("unit_count")
    return AuditProgress(
        frozen.subject,
        PLANNED,
        None,
        count if isinstance(count, int) else 0,
        0,
        (Waiting(frozen.actor, SAMPLE_TO_DRAW),),
        _day(frozen),
    )


def _drawn(workspace: Workspace, name: str, events: Sequence[Event]) -> _Audit:
    manifest = read_manifest(manifest_path(workspace, name))
    unit = manifest.universe.unit
    if unit == ENROLLEE:
        charts = sampled_encounters(workspace, name)
    else:
        unit_ids = units_to_review(manifest, spare_uses(events, name))
        chart_of = charts_of_units(workspace, unit, unit_ids)
        charts = list(dict.fromkeys(chart_of[unit_id] for unit_id in unit_ids))
    return _Audit(name, unit, manifest.universe.name, charts, events, current_plan(events))


def _before_the_end(workspace: Workspace, audit: _Audit, seen_by: str) -> AuditProgress | None:
    """Return the progress of an audit whose reviews are not all completed; None if they are."""
    events, plan = audit.events, audit.plan
    # How many findings and disagreements there are is a result, which is closed to who reviews blind.
    if plan is not None and blindness_of(events, seen_by).hidden:
        return _as_seen_by_blind(audit, plan, seen_by)
    begun = list(dict.fromkeys(event.actor for event in events if event.kind in REVIEW_KINDS))
    if plan is None and not begun:
        return audit.progress(DRAWN, [Waiting("", REVIEWERS_TO_NAME)])
    open_charts = [chart for chart in audit.charts if audit.open_reviews(chart)]
    if not open_charts:
        return None
    first_open = [chart for chart in open_charts if audit.is_first_review_open(chart)]
    without_record = _without_record(workspace, first_open, audit)
    if len(without_record) == len(open_charts):
        records = f"records of {counted(len(without_record), 'chart')}"
        return audit.progress(RECORDS_ASKED_FOR, [Waiting("", records)])
    counts = Counter(who for chart in open_charts for who in audit.open_reviews(chart))
    waits_for = [
        Waiting(who or ", ".join(begun), counted(count, "chart"))
        for who, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return audit.progress(FIRST_REVIEW if first_open else SECOND_REVIEW, waits_for)


def _after_review(workspace: Workspace, audits: Sequence[_Audit], as_of: dt.date) -> dict[str, AuditProgress]:
    """Return the progress of audits whose reviews are all completed."""
    # One question to the warehouse for all of them.
    events = [event for one in audits for event in one.events]
    found = with_records(
        workspace,
        verdict_frame(events),
        chart_frame(events),
        decision_frame(events),
        upheld=upheld_frame(events),
        stays=stay_verdict_frame(events),
    )
    undecided = found.disagreements.filter(pl.col("adjudicator").is_null()).unique(
        ["audit", "encounter_id", "item"]
    )
    disagreements = Counter(undecided["audit"])
    wrong = found.verdicts_to_answer.filter(~pl.col("action").is_in(["agree", NO_RECORD]))
    findings = Counter(wrong["audit"])
    progress = {}
    for one in audits:
        if count := disagreements[one.name]:
            waits_for = [Waiting(ADJUDICATOR, counted(count, "disagreement"))]
            progress[one.name] = one.progress(ADJUDICATION, waits_for)
        elif any(event.kind in {SENT, RECEIVED} for event in one.events):
            progress[one.name] = _in_rebuttal(workspace, one, as_of)
        else:
            progress[one.name] = one.progress(CLOSED, unsent_finding_count=findings[one.name])
    return progress


def _in_rebuttal(workspace: Workspace, audit: _Audit, as_of: dt.date) -> AuditProgress:
    before = reviewed(workspace, audit.name).verdicts_to_answer
    answers = rebuttal_frame(workspace, audit.name, before, audit.events, as_of=as_of).filter("is_current")
    awaited = answers.filter(state=AWAITED)
    waits_for = [
        Waiting(f"coder {coder}", counted(count, "answer"))
        for coder, count in awaited.group_by("coder_id").len().sort("coder_id").iter_rows()
    ]
    if disputes := answers.filter(state=DISPUTE_OPEN).height:
        waits_for.insert(0, Waiting(DECIDER, counted(disputes, "dispute")))
    due_on = awaited["due_date"].min()
    return audit.progress(
        REBUTTAL if waits_for else CLOSED, waits_for, due_on=due_on if isinstance(due_on, dt.date) else None
    )


def _as_seen_by_blind(audit: _Audit, plan: ReviewPlan, reviewer: str) -> AuditProgress:
    """Return the progress of a reviewer's own charts, which says nothing of other reviewers."""
    mine = plan.charts_of(reviewer)
    own = [chart for chart in audit.charts if chart in mine]
    open_count = sum((chart, reviewer) not in audit.done for chart in own)
    # An event of another reviewer would show that they were at work.
    last = next(one for one in reversed(audit.events) if one.actor == reviewer or one.kind == REVIEW_PLANNED)
    return AuditProgress(
        audit.name,
        OWN_REVIEW,
        audit.unit,
        len(own),
        len(own) - open_count,
        (Waiting(reviewer, counted(open_count, "chart")),) if open_count else (),
        _day(last),
        reviewers=(reviewer,),
        open_query_chart_count=len(completed_with_open_query(audit.events, reviewer=reviewer)),
    )


def _without_record(workspace: Workspace, charts: Sequence[str], audit: _Audit) -> list[str]:
    """Return the charts that have no document and of whose record nobody said anything."""
    if not charts:
        return []
    stated = frozenset(record_frame(audit.events)["encounter_id"])
    return sorted(charts_without_documents(workspace.warehouse(), charts) - stated)


def _day(event: Event) -> dt.date:
    return event.recorded_at.astimezone(dt.UTC).date()
