"""Work on denials from the command line: each command enters one event and says what the ledger holds now."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession
from auditlib.cli.values import converted_day, converted_dollars

if TYPE_CHECKING:
    from auditlib.report.result import Result


Number: TypeAlias = Annotated[str, Parameter(name="NUMBER")]
Numbers: TypeAlias = Annotated[list[str], Parameter(name="NUMBER", consume_multiple=True)]
FirstDay: TypeAlias = Annotated[dt.date | None, Parameter(name="--first-day", converter=converted_day)]
On: TypeAlias = Annotated[dt.date, Parameter(name="--on", converter=converted_day)]
Due: TypeAlias = Annotated[dt.date | None, Parameter(name="--due", converter=converted_day)]
Dollars: TypeAlias = Annotated[Decimal, Parameter(name="--amount", converter=converted_dollars)]
Ground: TypeAlias = Literal["coding downgrade", "clinical validation", "medical necessity"]
Decided: TypeAlias = Literal["won", "lost", "partly won"]
Closed: TypeAlias = Literal["written off", "paid", "not pursued", "settled"]


def assign(
    numbers: Numbers,
    /,
    *,
    to: Annotated[str, Parameter(name="--to")],
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter who works on claims, or on payments without a claim: on all of them, or on none.

    Parameters
    ----------
    numbers
        Patient control numbers, as the worklist shows them.
    to
        Whose work it is.
    first_day
        First day of service, where a number is of several.
    """
    return _entered(session.workbench_to_write().denials.assign(numbers, to, first_day=first_day))


def note(number: Number, text: str, /, *, first_day: FirstDay = None, session: InSession) -> Outcome:
    """Enter a note on a claim, or on a payment without a claim.

    Parameters
    ----------
    number
        Patient control number.
    text
        The note.
    first_day
        First day of service, where the number is of several.
    """
    return _entered(session.workbench_to_write().denials.note(number, text, first_day=first_day))


def state_ground(
    number: Number, ground: Ground, /, *, first_day: FirstDay = None, session: InSession
) -> Outcome:
    """Enter the ground of a denial as the payer's letter states it.

    Parameters
    ----------
    number
        Patient control number of the denied claim.
    ground
        coding downgrade, clinical validation or medical necessity.
    first_day
        First day of service, where the number is of several.
    """
    return _entered(session.workbench_to_write().denials.state_ground(number, ground, first_day=first_day))


def appeal_sent(
    number: Number,
    /,
    *,
    on: On,
    level: int | None = None,
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter that an appeal was sent: the next level, in order.

    Parameters
    ----------
    number
        Patient control number of the denied claim.
    on
        The day, as 2026-12-31 or 12/31/2026.
    level
        From 1; by default the next one.
    first_day
        First day of service, where the number is of several.
    """
    denials = session.workbench_to_write().denials
    return _entered(denials.appeal_sent(number, on, level, first_day=first_day))


def appeal_decided(
    number: Number,
    decision: Decided,
    /,
    *,
    on: On,
    amount: Dollars = Decimal(0),
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter what the payer decided of the latest appeal.

    Parameters
    ----------
    number
        Patient control number of the denied claim.
    decision
        won, lost or partly won.
    on
        The day, as 2026-12-31 or 12/31/2026.
    amount
        Dollars that it brought.
    first_day
        First day of service, where the number is of several.
    """
    denials = session.workbench_to_write().denials
    return _entered(denials.appeal_decided(number, decision, on, amount, first_day=first_day))


def records_requested(
    number: Number, /, *, on: On, due: Due = None, first_day: FirstDay = None, session: InSession
) -> Outcome:
    """Enter that the payer asked for records by letter (ADR).

    Parameters
    ----------
    number
        Patient control number of the claim, denied or not.
    on
        Date of the letter, as 2026-12-31 or 12/31/2026.
    due
        The last day that the letter names; else it follows from records_due.csv, or is not known.
    first_day
        First day of service, where the number is of several.
    """
    denials = session.workbench_to_write().denials
    return _entered(denials.records_requested(number, on, due, first_day=first_day))


def records_sent(number: Number, /, *, on: On, first_day: FirstDay = None, session: InSession) -> Outcome:
    """Enter that the records of a claim were sent.

    Parameters
    ----------
    number
        Patient control number of the claim.
    on
        The day, as 2026-12-31 or 12/31/2026.
    first_day
        First day of service, where the number is of several.
    """
    return _entered(session.workbench_to_write().denials.records_sent(number, on, first_day=first_day))


def close(
    number: Number,
    closing: Closed,
    /,
    *,
    on: On,
    amount: Dollars = Decimal(0),
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter that nobody works on a claim, or on a payment without a claim, any more.

    Parameters
    ----------
    number
        Patient control number.
    closing
        written off, paid, not pursued or settled.
    on
        The day, as 2026-12-31 or 12/31/2026.
    amount
        Dollars given up or paid.
    first_day
        First day of service, where the number is of several.
    """
    denials = session.workbench_to_write().denials
    return _entered(denials.close(number, closing, on, amount, first_day=first_day))


def undo(number: Number, /, *, first_day: FirstDay = None, session: InSession) -> Outcome:
    """Undo the latest entry on a claim or payment; the entry and its undoing stay on record.

    Parameters
    ----------
    number
        Patient control number.
    first_day
        First day of service, where the number is of several.
    """
    return _entered(session.workbench_to_write().denials.undo(number, first_day=first_day))


def _entered(result: Result) -> Outcome:
    return Outcome(lambda: {"ledger": result.frame}, (f"Entered in the ledger. {result.note}",))
