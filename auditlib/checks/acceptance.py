"""Local exceptions: findings accepted with a reason, by whom, until when; in the ledger, and never hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.warehouse import Warehouse

ACCEPTED: Final = "finding accepted"
WITHDRAWN: Final = "finding acceptance withdrawn"
_OF_NO_AUDIT: Final = "checks"
_ACCEPTED: Final[dict[str, pl.DataType]] = {
    "check_id": pl.String(),
    "finding_number": pl.Int64(),
    "accepted_because": pl.String(),
    "accepted_by": pl.String(),
    "accepted_until": pl.Date(),
}
_COLUMNS: Final[dict[str, pl.DataType]] = {
    "acceptance_number": pl.Int64(),
    "check_id": pl.String(),
    "claim": pl.String(),
    "item_number": pl.Int64(),
    "payer_id": pl.String(),
    "code": pl.String(),
    "reason": pl.String(),
    "accepted_by": pl.String(),
    "accepted_until": pl.Date(),
    "recorded_at": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class AcceptedScope:
    """Which findings are accepted: those that agree in all that is given.

    Parameters
    ----------
    check_id
        Of one check; None for all checks, which needs a claim.
    claim
        Of one claim, by its patient control number, or of one encounter.
    item_number
        Of one line or diagnosis of the claim, by its position; needs check and claim.
    payer_id
        Of one payer, by its identifier on the claim.
    code
        About one code, as the finding has it: upper-case without dots.

    Raises
    ------
    UsageError
        If it is neither a finding, a claim, a check at a payer, nor a check of a code.
    """

    check_id: str | None = None
    claim: str | None = None
    item_number: int | None = None
    payer_id: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        is_of_claim = self.claim is not None and (self.item_number is None or self.check_id is not None)
        is_of_check = self.check_id is not None and bool(self.payer_id or self.code)
        if not is_of_claim and not (is_of_check and self.item_number is None):
            message = "It is not said which findings are accepted."
            hint = (
                "Say the claim; or check, claim and position of line or code; or check and payer; or check "
                "and code. A check as a whole is switched off in checks.toml, not accepted."
            )
            raise UsageError(message, hint=hint)

    def words(self) -> str:
        """Return the scope in words, for a person."""
        parts = (
            ("", self.check_id),
            ("claim ", self.claim),
            ("item ", self.item_number),
            ("payer ", self.payer_id),
            ("code ", self.code),
        )
        return ", ".join(f"{name}{value}" for name, value in parts if value is not None)


def accept(
    ledger: Ledger,
    scope: AcceptedScope,
    *,
    reason: str,
    until: dt.date | None,
    actor: str,
    recorded_at: dt.datetime,
) -> int:
    """Enter that findings are accepted; return the number by which it is withdrawn.

    Parameters
    ----------
    ledger
        Where it is entered.
    scope
        Which findings.
    reason
        Why they are right as they are.
    until
        Last day on which it holds; None until it is withdrawn.
    actor
        Who accepts them.
    recorded_at
        When, with its zone.

    Raises
    ------
    UsageError
        If the reason is blank, or the last day is before the day of record.
    """
    _require_reason(reason, "Why is the finding right as it is?")
    if until is not None and until < recorded_at.date():
        message = f"An exception that ends on {until} has ended already."
        raise UsageError(message, hint="Give a day to come, or none.")
    event = ledger.append(
        kind=ACCEPTED,
        audit=_OF_NO_AUDIT,
        subject=scope.words(),
        actor=actor,
        payload={
            "check_id": scope.check_id,
            "claim": scope.claim,
            "item_number": scope.item_number,
            "payer_id": scope.payer_id,
            "code": scope.code,
            "reason": reason.strip(),
            "until": None if until is None else until.isoformat(),
        },
        recorded_at=recorded_at,
    )
    return event.event_number


def withdraw_acceptance(
    ledger: Ledger, number: int, *, reason: str, actor: str, recorded_at: dt.datetime
) -> None:
    """Enter that an exception no longer holds.

    Raises
    ------
    UsageError
        If none of that number stands, or the reason is blank.
    """
    _require_reason(reason, "Why does the exception no longer hold?")
    standing = acceptances(ledger)
    if number not in standing["acceptance_number"]:
        message = f"No exception {number} stands."
        raise UsageError(message, hint="'auditlib checks accepted' lists those that do, with their numbers.")
    ledger.append(
        kind=WITHDRAWN,
        audit=_OF_NO_AUDIT,
        subject=_OF_NO_AUDIT,
        actor=actor,
        payload={"acceptance_number": number, "reason": reason.strip()},
        recorded_at=recorded_at,
    )


def acceptances(ledger: Ledger, *, as_of: dt.date | None = None) -> pl.DataFrame:
    """Return the exceptions that stand, one row each: scope, reason, who, until when.

    Parameters
    ----------
    ledger
        Where they are.
    as_of
        Leave out those that ended before this day; None keeps them.
    """
    frame = _folded(ledger.events(kinds=[ACCEPTED, WITHDRAWN]))
    if as_of is not None:
        frame = frame.filter(pl.col("accepted_until").is_null() | (pl.col("accepted_until") >= as_of))
    return frame


def _folded(events: Iterable[Event]) -> pl.DataFrame:
    standing: dict[object, dict[str, object]] = {}
    for event in events:
        payload = event.payload
        if event.kind == WITHDRAWN:
            standing.pop(payload["acceptance_number"], None)
            continue
        until = payload["until"]
        standing[event.event_number] = {
            **{
                name: payload[name]
                for name in ("check_id", "claim", "item_number", "payer_id", "code", "reason")
            },
            "acceptance_number": event.event_number,
            "accepted_by": event.actor,
            "accepted_until": None if until is None else dt.date.fromisoformat(str(until)),
            "recorded_at": event.recorded_at,
        }
    return pl.DataFrame(list(standing.values()), schema=_COLUMNS)


def accepted_findings(warehouse: Warehouse, ledger: Ledger, *, as_of: dt.date) -> pl.DataFrame:
    """Return the findings that an exception accepts on a day.

    Returns
    -------
    DataFrame
        ``check_id``, ``finding_number``, ``accepted_because``, ``accepted_by``, ``accepted_until``: each
        finding once, by the first exception that fits it.
    """
    standing = acceptances(ledger, as_of=as_of).drop("recorded_at")
    if standing.is_empty():
        return pl.DataFrame(schema=_ACCEPTED)
    return warehouse.query("queries/checks/accepted_finding", frames={"_acceptance": standing})


def _require_reason(reason: str, asked: str) -> None:
    if not reason.strip():
        message = "An exception needs its reason."
        raise UsageError(message, hint=asked)
