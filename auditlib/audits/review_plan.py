"""The review plan of an audit: made from what is known of its charts, and entered into the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from auditlib.errors import LedgerMovedOnError
from auditlib.ledger import Event
from auditlib.review import chart_frame, verdict_frame
from auditlib.review.fold import REVIEW_KINDS
from auditlib.review.plan import (
    REVIEW_PLANNED,
    ChartToReview,
    PlanRequest,
    ReviewPlan,
    current_plan,
    plan_review,
)
from auditlib.workspace.folder import Workspace


def record_plan(
    workspace: Workspace,
    audit: str,
    request: PlanRequest,
    *,
    encounter_ids: Sequence[str],
    planned_by: str,
    recorded_at: dt.datetime,
) -> ReviewPlan:
    """Give charts to reviewers and enter the plan into the ledger; the same plan again is not entered again.

    A later plan keeps who has a chart by the one before, if the plan still names them or they have begun it;
    so a plan by the rule disagreement, made when first reviews are done, adds the second reviews.

    Parameters
    ----------
    workspace, audit
        The workspace and the audit.
    request
        The reviewers and the rule.
    encounter_ids
        The charts in order of review.
    planned_by, recorded_at
        Who plans it, and when.

    Raises
    ------
    UsageError
        If a chart has too few reviewers who did not code it.
    """
    ledger = workspace.ledger()
    while True:
        events = ledger.events(audit=audit)
        earlier = current_plan(events)
        charts = _charts(workspace, encounter_ids, events)
        plan = plan_review(charts, request, assigned=_kept(earlier, request, events), earlier=earlier)
        if plan == earlier:
            return plan
        try:
            ledger.append(
                kind=REVIEW_PLANNED,
                audit=audit,
                subject=audit,
                actor=planned_by,
                payload=plan.to_payload(),
                recorded_at=recorded_at,
                seen=events[-1].event_number if events else 0,
                seen_of_all=True,
            )
        except LedgerMovedOnError:
            continue
        return plan


def _kept(
    earlier: ReviewPlan | None, request: PlanRequest, events: Sequence[Event]
) -> dict[str, tuple[str, ...]]:
    """Return who keeps which chart: by the earlier plan, or because the review is begun."""
    begun = {(event.subject, event.actor) for event in events if event.kind in REVIEW_KINDS}
    named = set(request.reviewers)
    if earlier is None:
        kept: dict[str, tuple[str, ...]] = {}
        for chart, reviewer in sorted(begun):
            if reviewer in named:
                kept[chart] = (*kept.get(chart, ()), reviewer)
        return kept
    return {
        chart: tuple(name for name in names if name in named or (chart, name) in begun)
        for chart, names in earlier.rounds.items()
    }


def _charts(
    workspace: Workspace, encounter_ids: Sequence[str], events: Sequence[Event]
) -> list[ChartToReview]:
    params = {"encounter_ids": list(encounter_ids)}
    warehouse = workspace.warehouse()
    people = warehouse.query("queries/audits/people_of_encounters", params)
    coders = dict(people.select("encounter_id", "coder_id").iter_rows())
    found = warehouse.query("queries/audits/checks_of_encounters", params)
    checks = dict(found.group_by("encounter_id").agg("check_id").iter_rows())
    wrong = verdict_frame(events).filter(pl.col("action") != "agree")
    keys = ["reviewer", "encounter_id"]
    disagreed = set(wrong.join(chart_frame(events), on=keys, how="semi")["encounter_id"])
    return [
        ChartToReview(name, coders.get(name), frozenset(checks.get(name, ())), name in disagreed)
        for name in encounter_ids
    ]
