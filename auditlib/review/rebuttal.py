"""The coder's answer to each finding and the decision on it: the rules, and the state as a fold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.review.code_entry import require_choice
from auditlib.review.finding import (
    Finding,
    FindingKey,
    FoundVerdict,
    finding_key,
    found_verdict,
    without_remarks,
)
from auditlib.review.person import is_one_of, same_person
from auditlib.review.stay_verdict import StayVerdict
from auditlib.review.verdict import Verdict
from auditlib.text import is_plain

Answer = Literal["agrees", "disputes the finding", "disputes the cause"]
Decision = Literal["stands", "upheld"]

SENT: Final = "findings sent"
RECEIVED: Final = "rebuttal received"
WITHDRAWN: Final = "rebuttal withdrawn"
DECIDED: Final = "rebuttal decided"
DECISION_WITHDRAWN: Final = "rebuttal decision withdrawn"
REBUTTAL_KINDS: Final = (SENT, RECEIVED, WITHDRAWN, DECIDED, DECISION_WITHDRAWN)

AGREES: Final = "agrees"
DISPUTES_FINDING: Final = "disputes the finding"
DISPUTES_CAUSE: Final = "disputes the cause"
ANSWERS: Final = (AGREES, DISPUTES_FINDING, DISPUTES_CAUSE)
STANDS: Final = "stands"
UPHELD: Final = "upheld"
DECISIONS: Final = (STANDS, UPHELD)

NONE_RECORDED: Final = "none recorded"
AWAITED: Final = "answer awaited"
NO_ANSWER: Final = "no answer"
DISPUTE_OPEN: Final = "dispute open"
STATES: Final = (NONE_RECORDED, AWAITED, NO_ANSWER, AGREES, DISPUTE_OPEN, STANDS, UPHELD)

WORKING_DAYS: Final = 5
"""Working days that a coder has for an answer, unless other days are given."""

LONGEST_WORDS: Final = 4_000
_UNREADABLE: Final = "Use the auditlib that wrote it, or a newer one."


@dataclass(frozen=True, slots=True)
class Rebuttal:
    """What was sent, answered and decided of one finding.

    Parameters
    ----------
    encounter_id, finding_id, found
        The finding, as it was when it was last sent or answered.
    coder_id
        To whom it was sent, or who answered.
    sent_at, due_on
        When it was first sent, and the last day for an answer (UTC); None if it was not sent.
    answer, evidence
        One of `ANSWERS`, and the coder's evidence in words; None where there is no answer.
    entered_by, answered_at, late_reason
        Who entered the answer and when, and why one that came late was taken.
    decision, verdict, reason
        One of `DECISIONS`, the verdict that then counts (None if it removes an added code, or the finding
        stands), and why.
    decided_by, decided_at, own_finding_reason, decision_event
        Who decided and when, why that may be who judged the chart, and the event that recorded it.
    """

    encounter_id: str
    finding_id: str
    found: FoundVerdict
    coder_id: str
    sent_at: dt.datetime | None = None
    due_on: dt.date | None = None
    answer: str | None = None
    evidence: str | None = None
    entered_by: str | None = None
    answered_at: dt.datetime | None = None
    late_reason: str | None = None
    decision: str | None = None
    verdict: FoundVerdict | None = None
    reason: str | None = None
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    own_finding_reason: str | None = None
    decision_event: Event | None = None

    def state(self, as_of: dt.date) -> str:
        """Return one of `STATES` on a day."""
        if self.decision is not None:
            return self.decision
        if self.answer is not None:
            return AGREES if self.answer == AGREES else DISPUTE_OPEN
        if self.due_on is None:
            return NONE_RECORDED
        return AWAITED if as_of <= self.due_on else NO_ANSWER

    def day_count(self, as_of: dt.date) -> int | None:
        """Return the days from sending, or else the answer, to the decision, agreement or last day.

        A dispute that is open, and an answer awaited, count to the day given.
        """
        begun = self.sent_at or self.answered_at
        if begun is None:
            return None
        state = self.state(as_of)
        ends: dict[str, dt.date | None] = {
            AGREES: self.answered_at and _day(self.answered_at),
            STANDS: self.decided_at and _day(self.decided_at),
            UPHELD: self.decided_at and _day(self.decided_at),
            NO_ANSWER: self.due_on,
        }
        return max(((ends.get(state) or as_of) - _day(begun)).days, 0)


def last_day(
    sent_on: dt.date, working_days: int = WORKING_DAYS, *, holidays: Collection[dt.date] = ()
) -> dt.date:
    """Return the last day for an answer: so many working days, Monday to Friday, after the day of sending.

    Parameters
    ----------
    sent_on
        The day on which the findings were sent, which does not count.
    working_days
        Days for the answer, at least 1.
    holidays
        Days that are no working days.

    Raises
    ------
    UsageError
        If the days are fewer than 1 or more than 366.

    Examples
    --------
    >>> last_day(dt.date(2026, 11, 5))
    datetime.date(2026, 11, 12)
    """
    if not 1 <= working_days <= 366:  # noqa: PLR2004 - a year
        message = "The days for an answer are from 1 to 366 working days."
        raise UsageError(message, hint=f"Usual are {WORKING_DAYS}.")
    import numpy as np  # noqa: PLC0415 - slow to import, and needed where a due day is entered

    days = np.array(sorted(holidays), dtype="datetime64[D]")
    due = np.busday_offset(np.datetime64(sent_on, "D"), working_days, roll="backward", holidays=days)
    return dt.date.fromisoformat(str(due))


def fold_rebuttals(events: Iterable[Event]) -> dict[FindingKey, Rebuttal]:
    """Return what was sent, answered and decided of each finding, from events in ledger order.

    A withdrawn answer leaves what was sent; a withdrawn decision leaves the answer.

    Raises
    ------
    StoreError
        If an event cannot be read, because another version wrote it.
    """
    rebuttals: dict[FindingKey, Rebuttal] = {}
    for event in events:
        if event.kind not in REBUTTAL_KINDS:
            continue
        try:
            _apply(rebuttals, event)
        except (UsageError, KeyError, TypeError, ValueError) as error:
            message = f"Event {event.event_number} of the ledger holds no rebuttal that can be read."
            raise StoreError(message, hint=_UNREADABLE) from error
    return rebuttals


def _apply(rebuttals: dict[FindingKey, Rebuttal], event: Event) -> None:
    payload = event.payload
    found = _verdict(event.subject, payload["found"])
    assert found is not None  # noqa: S101 - a finding has a verdict
    key = finding_key(event.audit, found)
    before = rebuttals.get(key) or Rebuttal(event.subject, "", found, str(payload["coder"]))
    now = replace(before, finding_id=str(payload["finding"]), coder_id=str(payload["coder"]))
    if event.kind == SENT:
        if now.sent_at is None:
            due = dt.date.fromisoformat(str(payload["due"]))
            now = replace(now, sent_at=event.recorded_at, due_on=due)
    elif event.kind == RECEIVED:
        now = replace(
            now,
            answer=require_choice("answer", payload["answer"], ANSWERS),
            evidence=_text(payload.get("evidence")),
            entered_by=event.actor,
            answered_at=event.recorded_at,
            late_reason=_text(payload.get("late_reason")),
        )
    elif event.kind == WITHDRAWN:
        now = Rebuttal(
            now.encounter_id, now.finding_id, found, now.coder_id, sent_at=now.sent_at, due_on=now.due_on
        )
    elif event.kind == DECIDED:
        now = replace(
            now,
            decision=require_choice("decision", payload["decision"], DECISIONS),
            verdict=_verdict(event.subject, payload.get("verdict")),
            reason=_text(payload.get("reason")),
            decided_by=event.actor,
            decided_at=event.recorded_at,
            own_finding_reason=_text(payload.get("own_finding_reason")),
            decision_event=event,
        )
    else:
        now = replace(
            now,
            decision=None,
            verdict=None,
            reason=None,
            decided_by=None,
            decided_at=None,
            own_finding_reason=None,
            decision_event=None,
        )
    rebuttals[key] = now


def finding_payload(finding: Finding, coder: str) -> dict[str, object]:
    """Return what every event of a rebuttal says of its finding."""
    return {
        "finding": finding.finding_id,
        "coder": coder,
        "found": without_remarks(finding.verdict).to_payload(),
    }


def require_answer(answer: object, evidence: str | None) -> tuple[str, str | None]:
    """Return a valid answer and its evidence.

    Raises
    ------
    UsageError
        If the answer is none of `ANSWERS`, a dispute has no evidence, or the evidence is no plain text.
    """
    chosen = require_choice("answer", answer, ANSWERS)
    words = (evidence or "").strip() or None
    if words is None and chosen != AGREES:
        message = f"Who {chosen} says why: the evidence is empty."
        raise UsageError(message, hint="Quote the sentence of the chart, or name the guideline.")
    if words is not None:
        require_words("evidence", words)
    return chosen, words


def require_words(name: str, text: str | None) -> str:
    """Return words that are not empty, plain text and not too long.

    Raises
    ------
    UsageError
        If they are.
    """
    words = (text or "").strip()
    if not words or len(words) > LONGEST_WORDS or not is_plain(words, allowed="\n\t"):
        message = f"The {name} is not valid."
        raise UsageError(
            message, hint=f"Plain text that is not empty, of at most {LONGEST_WORDS:,} characters."
        )
    return words


def verdict_that_counts(found: FoundVerdict, becomes: FoundVerdict | None) -> FoundVerdict | None:
    """Return the verdict that counts when a dispute is upheld; None if an added code is removed.

    Parameters
    ----------
    found
        The finding.
    becomes
        The verdict that the decision names; None for agreement with the coder.

    Raises
    ------
    UsageError
        If it is on another code or fact of the stay, or is the finding itself.
    """
    if becomes is None:
        if isinstance(found, StayVerdict):
            return StayVerdict(found.encounter_id, found.fact, "agree", found.billed)
        if found.action == "add":
            return None
        return Verdict(found.encounter_id, "agree", found.code_number, found.code_system, found.code)
    if _place(found) != _place(becomes):
        message = "The verdict that is to count is on another code than the finding, or on another fact."
        raise UsageError(
            message, hint="Name a verdict on the same code, or fact of the stay, of the same chart."
        )
    if without_remarks(becomes) == without_remarks(found):
        message = "The verdict that is to count is the finding itself."
        raise UsageError(message, hint="Decide that the finding stands, or name what changes.")
    return becomes


def _place(verdict: FoundVerdict) -> tuple[object, ...]:
    if isinstance(verdict, StayVerdict):
        return (verdict.encounter_id, verdict.fact, verdict.billed)
    return (verdict.encounter_id, verdict.code_number, verdict.code_system, verdict.code)


def require_other_person(finding: Finding, coder: str, decider: str, own_finding_reason: str | None) -> None:
    """Refuse a decision by the coder, or without a reason by who reviewed or adjudicated the chart.

    Raises
    ------
    UsageError
        If it is one.
    """
    if same_person(decider, coder):
        message = "Nobody decides on a rebuttal of their own coding."
        raise UsageError(message, hint="Let a person decide who neither coded nor reviewed the chart.")
    if is_one_of(decider, finding.judges) and not own_finding_reason:
        message = f"{decider} judged this chart, and does not decide on the rebuttal of its findings."
        raise UsageError(
            message, hint="Let another person decide, or say why it must be the same: own_finding_reason."
        )


def _verdict(encounter_id: str, values: object) -> FoundVerdict | None:
    if values is None:
        return None
    if not isinstance(values, Mapping):
        message = "A verdict is a mapping."
        raise UsageError(message)
    return found_verdict(encounter_id, values)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()
