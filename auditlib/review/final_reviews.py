"""The final verdicts as events: what is written on corrected claims."""

from __future__ import annotations

from collections.abc import Sequence

from auditlib.ledger import Event
from auditlib.review.adjudication import current_decisions
from auditlib.review.final_verdicts import FinalVerdicts
from auditlib.review.fold import ChartReview, CurrentVerdict, fold
from auditlib.review.rebuttal import fold_rebuttals
from auditlib.review.verdict import Verdict


def final_reviews(final: FinalVerdicts, events: Sequence[Event]) -> dict[str, ChartReview]:
    """Return each chart that counts as one review with its final verdicts.

    Parameters
    ----------
    final
        The verdicts that count, with upheld disputes.
    events
        The events of the audit that they come from, in ledger order.

    Returns
    -------
    dict
        Encounter to its review: verdicts of reviewers, of adjudicators and of decisions on disputes.
    """
    recorded = {
        current.event.event_number: current
        for review in fold({}, events).values()
        for current in review.current.values()
    }
    for decision, event in current_decisions(events).values():
        if isinstance(decision.verdict, Verdict):
            recorded[event.event_number] = CurrentVerdict(decision.verdict, event)
    for rebuttal in fold_rebuttals(events).values():
        if isinstance(rebuttal.verdict, Verdict) and rebuttal.decision_event is not None:
            upheld = CurrentVerdict(rebuttal.verdict, rebuttal.decision_event)
            recorded[upheld.event.event_number] = upheld
    reviews = {encounter_id: ChartReview() for encounter_id in final.charts["encounter_id"]}
    counted = final.verdicts.drop_nulls("event_number").select("encounter_id", "event_number")
    for encounter_id, event_number in counted.iter_rows():
        current = recorded[event_number]
        reviews[encounter_id].current[current.verdict.key] = current
    return reviews
