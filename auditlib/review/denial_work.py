"""Work on denials as events of the ledger: assigned, noted, appealed, decided, closed, its ground stated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger

OF_NO_AUDIT: Final = "denials"
OF_REDUCED_PAYMENTS: Final = "reduced payments"
ASSIGNED: Final = "denial assigned"
NOTED: Final = "denial noted"
APPEALED: Final = "appeal sent"
DECIDED: Final = "appeal decided"
CLOSED: Final = "denial closed"
GROUND: Final = "denial ground stated"
WORK_KINDS: Final = (ASSIGNED, NOTED, APPEALED, DECIDED, CLOSED, GROUND)
GROUNDS: Final = ("coding downgrade", "clinical validation", "medical necessity")

Decision = Literal["won", "lost", "partly won"]
Closing = Literal["written off", "paid", "not pursued"]


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """A claim by what outlasts a new load: the provider's number, the payer and the first day.

    Parameters
    ----------
    number
        Patient control number.
    payer_id
        Payer's identifier, 'unknown' where there is none.
    first_day
        First day of service, as ISO text; empty where there is none.
    """

    number: str
    payer_id: str
    first_day: str


@dataclass(frozen=True, slots=True)
class WorkState:
    """What the ledger says of one claim.

    Parameters
    ----------
    state
        open, assigned, appeal sent, won, partly won, lost, written off, paid or not pursued.
    assignee, last_note, stated_ground
        None where nothing is recorded.
    level_number
        Of the latest appeal; 0 where none was sent.
    first_appeal_date, appeal_date, decision_date
        Day of the first and the latest appeal, and of the latest decision.
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
    recovered_amount: Decimal = Decimal(0)
    written_off_amount: Decimal = Decimal(0)


def fold_work(events: Iterable[Event]) -> dict[ClaimKey, WorkState]:
    """Return the state of each claim that somebody worked on."""
    states: dict[ClaimKey, WorkState] = {}
    for event in events:
        if event.kind not in WORK_KINDS:
            continue
        said = {name: str(value) for name, value in event.payload.items()}
        key = ClaimKey(event.subject, said["payer_id"], said["first_day"])
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
    day = dt.date.fromisoformat(said["on"])
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


class DenialWork:
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

    def __init__(
        self, ledger: Ledger, actor: str, recorded_at: dt.datetime, *, about: str = OF_NO_AUDIT
    ) -> None:
        self._ledger = ledger
        self._actor = actor
        self._recorded_at = recorded_at
        self._about = about

    def states(self) -> dict[ClaimKey, WorkState]:
        """Return the state of each claim that somebody worked on."""
        return fold_work(self._ledger.events(audit=self._about, kinds=WORK_KINDS))

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

    def appeal_sent(self, key: ClaimKey, level_number: int, on: dt.date) -> None:
        """Enter that an appeal of a level was sent.

        Raises
        ------
        UsageError
            If the day is in the future, or the level was passed already.
        """
        if level_number <= self.states().get(key, WorkState()).level_number:
            message = f"An appeal of level {level_number} is on record already."
            raise UsageError(message, hint="Record the decision, or an appeal of the next level.")
        self._enter(APPEALED, key, level_number=level_number, on=self._day(on))

    def decided(self, key: ClaimKey, decision: Decision, on: dt.date, amount: Decimal) -> None:
        """Enter what the payer decided of the latest appeal, and the dollars that it brought.

        Raises
        ------
        UsageError
            If no appeal is open, the day is in the future, or the amount is below 0.
        """
        if self.states().get(key, WorkState()).state != APPEALED:
            message = "No appeal of this claim is open."
            raise UsageError(message, hint="Record the appeal before its decision.")
        self._enter(DECIDED, key, decision=decision, on=self._day(on), amount=_money(amount))

    def close(self, key: ClaimKey, closing: Closing, on: dt.date, amount: Decimal) -> None:
        """Enter that nobody works on the claim any more, and the dollars given up or paid.

        Raises
        ------
        UsageError
            If the day is in the future, or the amount is below 0.
        """
        self._enter(CLOSED, key, closing=closing, on=self._day(on), amount=_money(amount))

    def _day(self, on: dt.date) -> str:
        if on > self._recorded_at.date():
            message = f"{on} is in the future."
            raise UsageError(message, hint="Give the day on which it happened.")
        return on.isoformat()

    def _enter(self, kind: str, key: ClaimKey, **said: object) -> None:
        self._ledger.append(
            kind=kind,
            audit=self._about,
            subject=key.number,
            actor=self._actor,
            payload={"payer_id": key.payer_id, "first_day": key.first_day, **said},
            recorded_at=self._recorded_at,
        )


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
