"""Entries of the ledger on claims, whatever the work: together or not at all, and undone by an entry."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Generic, Self, TypeVar

from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.text import format_date

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """A claim, or a payment without one, by what outlasts a new load.

    Parameters
    ----------
    number
        Patient control number.
    payer_id
        Payer's identifier, 'unknown' where there is none.
    first_day
        First day of service, as ISO text; empty where there is none.
    payment
        Of a payment without a claim its day, the payer's number and its dollars; empty for a claim.
    """

    number: str
    payer_id: str
    first_day: str
    payment: str = ""


def key_of(event: Event) -> ClaimKey:
    """Return the claim that an entry is about."""
    said = event.payload
    return ClaimKey(
        event.subject, str(said["payer_id"]), str(said["first_day"]), str(said.get("payment", ""))
    )


def standing(events: Iterable[Event], kinds: tuple[str, ...], undone: str) -> list[Event]:
    """Return the entries of some kinds that nobody undid; `undone` is the kind that undoes one."""
    of_kinds = [event for event in events if event.kind in kinds]
    gone = {event.payload["undone_event"] for event in of_kinds if event.kind == undone}
    return [event for event in of_kinds if event.kind != undone and event.event_number not in gone]


class ClaimEntries(ABC, Generic[State]):
    """Enters what is known and done of claims, and reads it.

    Parameters
    ----------
    ledger
        Where it is entered.
    actor
        Whose name goes on record.
    recorded_at
        When, with its zone.
    about
        The name in the ledger that all entries of this work carry.
    """

    KINDS: ClassVar[tuple[str, ...]]
    UNDONE: ClassVar[str]

    def __init__(self, ledger: Ledger, actor: str, recorded_at: dt.datetime, *, about: str) -> None:
        self._ledger = ledger
        self._actor = actor
        self._recorded_at = recorded_at
        self._about = about

    @contextmanager
    def together(self) -> Iterator[Self]:
        """Enter all that follows, or nothing if some of it is refused."""
        with self._ledger.batch():
            yield self

    def states(self) -> dict[ClaimKey, State]:
        """Return the state of each claim of which something stands entered."""
        return self._fold(self._events())

    def state(self, key: ClaimKey) -> State:
        """Return the state of one claim."""
        return self.states().get(key, self._untouched())

    def undo(self, key: ClaimKey) -> str:
        """Enter that the latest entry on a claim is undone, and return what it was, whose and of which day.

        Raises
        ------
        UsageError
            If nothing stands entered that could be undone.
        """
        entries = standing(self._events(), self.KINDS, self.UNDONE)
        of_claim = [event for event in entries if key_of(event) == key]
        if not of_claim:
            message = "Nothing is recorded of this claim."
            raise UsageError(message, hint="Only what was entered here can be undone.")
        last = of_claim[-1]
        self._enter(self.UNDONE, key, undone_event=last.event_number)
        return f"{last.kind}, entered by {last.actor} on {format_date(last.recorded_at.date())}"

    @abstractmethod
    def _fold(self, events: Iterable[Event]) -> dict[ClaimKey, State]:
        """Return the state of each claim from its entries."""

    @abstractmethod
    def _untouched(self) -> State:
        """Return the state of a claim of which nothing stands entered."""

    def _events(self) -> list[Event]:
        return self._ledger.events(audit=self._about, kinds=self.KINDS)

    def _day(self, on: dt.date, earliest: dt.date | None = None, what: str = "") -> str:
        """Return a day as it is entered, unless it is in the future or before what it follows."""
        if on > self._recorded_at.date():
            message = f"{format_date(on)} is in the future."
            raise UsageError(message, hint="Give the day on which it happened.")
        if earliest is not None and on < earliest:
            message = f"{format_date(on)} is before {what} ({format_date(earliest)})."
            raise UsageError(message, hint="Give the day on which it happened.")
        return on.isoformat()

    def _enter(self, kind: str, key: ClaimKey, **said: object) -> None:
        of_payment = {"payment": key.payment} if key.payment else {}
        self._ledger.append(
            kind=kind,
            audit=self._about,
            subject=key.number,
            actor=self._actor,
            payload={"payer_id": key.payer_id, "first_day": key.first_day, **of_payment, **said},
            recorded_at=self._recorded_at,
        )
