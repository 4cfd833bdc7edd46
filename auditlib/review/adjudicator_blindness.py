"""What an adjudicator judges without: what the plan hides, as far as a decision can do without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditlib.ledger import Event
from auditlib.review.blindness import Blindness, opened_levels
from auditlib.review.plan import current_plan

# Who decides between two verdicts on a code sees the code and both verdicts.
_NEEDED: Final = frozenset({"codes", "first reviewer"})


def blindness_of_adjudicator(
    events: Sequence[Event], audit: str, adjudicator: str, encounter_id: str | None = None
) -> Blindness:
    """Return what is hidden from an adjudicator until an event opens it.

    Parameters
    ----------
    events
        The events of the audit.
    audit
        The audit.
    adjudicator
        Who decides.
    encounter_id
        The chart; None for the audit as a whole.
    """
    plan = current_plan(events)
    if plan is None:
        return Blindness()
    opened = opened_levels(events, adjudicator)
    of_chart = frozenset() if encounter_id is None else opened.get(encounter_id, frozenset())
    return plan.blindness.opened(_NEEDED | opened.get(audit, frozenset()) | of_chart)
