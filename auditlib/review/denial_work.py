"""Work on denials as events of the ledger: assigned, noted, appealed, records sent, closed, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review.claim_entries import ClaimEntries, ClaimKey, key_of, standing
from auditlib.text import format_date, format_dollars

OF_NO_AUDIT: Final = "denials"
OF_REDUCED_PAYMENTS: Final = "reduced payments"
ASSIGNED: Final = "denial assigned"
NOTED: Final = "denial noted"
APPEALED: Final = "appeal sent"
DECIDED: Final = "appeal decided"
CLOSED: Final = "denial closed"
GROUND: Final = "denial ground stated"
RECORDS_REQUESTED: Final = "records requested"
RECORDS_SENT: Final = "records sent"
UNDONE: Final = "denial work undone"
WORK_KINDS: Final = (
    *(ASSIGNED, NOTED, APPEALED, DECIDED, CLOSED, GROUND),
    *(RECORDS_REQUESTED, RECORDS_SENT, UNDONE),
)
GROUNDS: Final = ("coding downgrade", "clinical validation", "medical necessity")

Decision = Literal["won", "lost", "partly won"]
Closing = Literal["written off", "paid", "not pursued", "settled"]
ENDED: Final = ("won", "written off", "paid", "not pursued", "settled")
"""States in which nobody works on a claim any more."""


@dataclass(frozen=True, slots=True)
class WorkState:
    """What the ledger says of one claim.

    Parameters
    ----------
    state
        open, assigned, appeal sent, won, partly won, lost, written off, paid, not pursued or settled.
    assignee, last_note, stated_ground
        None where nothing is recorded.
    level_number
        Of the latest appeal; 0 where none was sent.
    first_appeal_date, appeal_date, decision_date
        Day of the first and the latest appeal, and of the latest decision.
    records_requested_date, records_due_date, records_sent_date
        Of the latest request for records that was entered: its day, its last day, and when they were sent.
    recovered_amount, written_off_amount
        Dollars of decisions, and dollars given up.
    """

    state: str = "open"
    assignee: str | None = None
    last_note: str | None = None
    stated_ground: str | None = None
    level_number: int = 0
    first_appeal_date: dt.date | None = None
    appeal_date: dt.date | None = None
    decision_date: dt.date | None = None
    records_requested_date: dt.date | None = None
    records_due_date: dt.date | None = None
    records_sent_date: dt.date | None = None
    recovered_amount: Decimal = Decimal(0)
    written_off_amount: Decimal = Decimal(0)

    def in_words(self) -> str:
        """Return all that is recorded in one line."""
        days = (
            ("appealed", self.appeal_date),
            ("decided", self.decision_date),
            ("records requested", self.records_requested_date),
            ("records due", self.records_due_date),
            ("records sent", self.records_sent_date),
        )
        dollars = (
            ("recovered", self.recovered_amount, self.state in {"won", "partly won"}),
            ("written off", self.written_off_amount, self.state == "written off"),
        )
        parts = [
            self.state,
            f"assigned to {self.assignee}" if self.assignee else "",
            f"appeal level {self.level_number}" if self.level_number else "",
            *(f"{what} {format_date(day)}" for what, day in days if day is not None),
            *(f"{what} {format_dollars(amount)}" for what, amount, is_said in dollars if amount or is_said),
            f"ground: {self.stated_ground}" if self.stated_ground else "",
            f"note: {self.last_note}" if self.last_note else "",
        ]
        return "; ".join(part for part in parts if part)


def fold_work(events: Iterable[Event]) -> dict[ClaimKey, WorkState]:
    """Return the state of each claim that somebody worked on; what was undone left nothing."""
    states: dict[ClaimKey, WorkState] = {}
    for event in standing(events, WORK_KINDS, UNDONE):
        said = {name: str(value) for name, value in event.payload.items()}
        key = key_of(event)
        states[key] = _next(states.get(key, WorkState()), event.kind, said)
    return states


def _next(state: WorkState, kind: str, said: dict[str, str]) -> WorkState:
    if kind == ASSIGNED:
        became = "assigned" if state.state == "open" else state.state
        return replace(state, assignee=said["assignee"], state=became)
    if kind == NOTED:
        return replace(state, last_note=said["note"])
    if kind == GROUND:
        return replace(state, stated_ground=said["ground"])
    return _on_day(state, kind, said, dt.date.fromisoformat(said["on"]))


def _on_day(state: WorkState, kind: str, said: dict[str, str], day: dt.date) -> WorkState:
    if kind == RECORDS_REQUESTED:
        due = dt.date.fromisoformat(said["due"]) if said["due"] else None
        return replace(state, records_requested_date=day, records_due_date=due, records_sent_date=None)
    if kind == RECORDS_SENT:
        return replace(state, records_sent_date=day)
    if kind == APPEALED:
        return replace(
            state,
            state=APPEALED,
            level_number=int(said["level_number"]),
            first_appeal_date=state.first_appeal_date or day,
            appeal_date=day,
        )
    amount = Decimal(said["amount"])
    if kind == DECIDED:
        return replace(
            state,
            state=said["decision"],
            decision_date=day,
            recovered_amount=state.recovered_amount + amount,
        )
    given_up = amount if said["closing"] == "written off" else Decimal(0)
    return replace(state, state=said["closing"], written_off_amount=state.written_off_amount + given_up)


class DenialWork(ClaimEntries[WorkState]):
    """Enters work on denied claims, and reads it.

    Parameters
    ----------
    ledger
        Where it is entered.
    actor
        Whose name goes on record.
    recorded_at
        When, with its zone.
    about
        What the work is about: a claim's denials and its reduced payments are worked on apart.
    """

    KINDS = WORK_KINDS
    UNDONE = UNDONE

    def __init__(
        self, ledger: Ledger, actor: str, recorded_at: dt.datetime, *, about: str = OF_NO_AUDIT
    ) -> None:
        super().__init__(ledger, actor, recorded_at, about=about)

    def _fold(self, events: Iterable[Event]) -> dict[ClaimKey, WorkState]:
        return fold_work(events)

    def _untouched(self) -> WorkState:
        return WorkState()

    def assign(self, key: ClaimKey, assignee: str) -> None:
        """Enter who works on a claim."""
        self._enter(ASSIGNED, key, assignee=_text("assignee", assignee))

    def note(self, key: ClaimKey, note: str) -> None:
        """Enter a note."""
        self._enter(NOTED, key, note=_text("note", note))

    def state_ground(self, key: ClaimKey, ground: str) -> None:
        """Enter the ground of a denial as a letter of the payer states it.

        Raises
        ------
        UsageError
            If it is not one of `GROUNDS`.
        """
        if ground not in GROUNDS:
            message = f"'{ground}' is no ground of a denial."
            raise UsageError(message, hint=f"Grounds are {', '.join(GROUNDS)}.")
        self._enter(GROUND, key, ground=ground)

    def appeal_sent(
        self,
        key: ClaimKey,
        level_number: int | None,
        on: dt.date,
        *,
        answered_on: dt.date | None = None,
    ) -> None:
        """Enter that an appeal of a level was sent.

        Parameters
        ----------
        key
            The claim.
        level_number
            From 1; None for the next one.
        on
            The day.
        answered_on
            The day of the payer's answer that is appealed, where it is known.

        Raises
        ------
        UsageError
            If the day is in the future, or before what is appealed; if the level is not the next one, an
            appeal waits for its decision, or the work on the claim has ended.
        """
        state = self._open_state(key)
        if state.state == APPEALED:
            message = f"An appeal of level {state.level_number} is on record already, without its decision."
            raise UsageError(message, hint="Record the decision first, or undo the appeal.")
        level_now = state.level_number + 1
        if level_number not in (None, level_now):
            before = "no appeal" if level_now == 1 else f"level {level_now - 1}"
            message = f"Level {level_number} is out of order: on record is {before}."
            raise UsageError(message, hint=f"Record level {level_now}, on the day it was sent.")
        earliest = state.decision_date if state.level_number else answered_on
        what = "the decision of the level before" if state.level_number else "the payer's answer"
        self._enter(APPEALED, key, level_number=level_now, on=self._day(on, earliest, what))

    def decided(self, key: ClaimKey, decision: Decision, on: dt.date, amount: Decimal) -> None:
        """Enter what the payer decided of the latest appeal, and the dollars that it brought.

        Raises
        ------
        UsageError
            If no appeal is open, the day is in the future or before the appeal, the amount is below 0, or a
            lost appeal is said to have brought dollars.
        """
        state = self.state(key)
        if state.state != APPEALED:
            message = "No appeal of this claim is open."
            if state.decision_date is not None:
                decided = format_date(state.decision_date)
                message = f"The appeal of level {state.level_number} is decided already, on {decided}."
                raise UsageError(message, hint="Undo the last entry, if it was one by mistake.")
            raise UsageError(message, hint="Record the appeal before its decision.")
        if decision == "lost" and amount:
            message = f"A lost appeal brings no dollars, and {format_dollars(amount)} are given."
            raise UsageError(message, hint="Leave the dollars out, or say 'partly won'.")
        day = self._day(on, state.appeal_date, "the appeal")
        self._enter(DECIDED, key, decision=decision, on=day, amount=_money(amount))

    def records_requested(
        self, key: ClaimKey, on: dt.date, due: dt.date | None = None, *, sent_claim_on: dt.date | None = None
    ) -> None:
        """Enter that the payer asked for records by letter, and the last day that it names.

        Parameters
        ----------
        key
            The claim.
        on
            Date of the letter.
        due
            The last day to send, where the letter names one.
        sent_claim_on
            The day the claim was sent, where it is known.

        Raises
        ------
        UsageError
            If the day is in the future or before the claim was sent, the last day before it, or the work on
            the claim has ended.
        """
        self._open_state(key)
        day = self._day(on, sent_claim_on, "the claim was sent")
        if due is not None and due < on:
            message = f"The last day, {format_date(due)}, is before the request of {format_date(on)}."
            raise UsageError(message, hint="Give the day by which the payer wants the records.")
        self._enter(RECORDS_REQUESTED, key, on=day, due="" if due is None else due.isoformat())

    def records_sent(self, key: ClaimKey, on: dt.date, *, requested_on: dt.date | None = None) -> None:
        """Enter that records were sent.

        Parameters
        ----------
        key
            The claim.
        on
            The day.
        requested_on
            The request in the loaded files, where there is one; the latest of it and of letters counts.

        Raises
        ------
        UsageError
            If nobody asked for any, or the day is in the future or before the request.
        """
        asked = [day for day in (requested_on, self.state(key).records_requested_date) if day is not None]
        if not asked:
            message = "No request for records of this claim is known."
            raise UsageError(message, hint="Record the letter first: records-requested, with its date.")
        self._enter(RECORDS_SENT, key, on=self._day(on, max(asked), "the request"))

    def close(
        self,
        key: ClaimKey,
        closing: Closing,
        on: dt.date,
        amount: Decimal,
        *,
        answered_on: dt.date | None = None,
        charge_amount: Decimal | None = None,
    ) -> None:
        """Enter that nobody works on the claim any more, and the dollars given up or paid.

        Parameters
        ----------
        key
            The claim.
        closing
            How it ended.
        on
            The day.
        amount
            Dollars given up or paid.
        answered_on
            The first denial of the claim, or the day of the payment, where it is known.
        charge_amount
            Charges of the claim in dollars, where they are known.

        Raises
        ------
        UsageError
            If the day is in the future or before what it closes, the amount is below 0, more is written off
            than was charged, or it ended already.
        """
        state = self._open_state(key)
        if closing == "written off" and charge_amount is not None and amount > charge_amount:
            charged = format_dollars(charge_amount)
            message = f"{format_dollars(amount)} is more than the charges, {charged}."
            raise UsageError(message, hint="Give the dollars of this claim that are given up.")
        known = [day for day in (answered_on, state.appeal_date, state.decision_date) if day is not None]
        day = self._day(on, max(known, default=None), "what it closes")
        self._enter(CLOSED, key, closing=closing, on=day, amount=_money(amount))

    def _open_state(self, key: ClaimKey) -> WorkState:
        state = self.state(key)
        if state.state in ENDED:
            message = f"The work on this claim has ended: {state.state}."
            raise UsageError(message, hint="Undo the last entry, if it was one by mistake.")
        return state


def _text(name: str, text: str) -> str:
    if not text.strip():
        message = f"The {name} is blank."
        raise UsageError(message)
    return text.strip()


def _money(amount: Decimal) -> str:
    if amount < 0:
        message = "An amount must not be below 0."
        raise UsageError(message)
    return str(amount)
