"""Overpayments as events of the ledger: identified, investigated, cost report, refunded, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, cast, get_args

from auditlib.errors import UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review.claim_entries import ClaimEntries, ClaimKey, key_of, standing
from auditlib.review.refund_rule import GovernedBy
from auditlib.text import format_date, format_dollars

OF_NO_AUDIT: Final = "refunds"
IDENTIFIED: Final = "overpayment identified"
INVESTIGATED: Final = "overpayment investigated"
COST_REPORT: Final = "cost report due"
REFUNDED: Final = "overpayment refunded"
UNDONE: Final = "overpayment entry undone"
REFUND_KINDS: Final = (IDENTIFIED, INVESTIGATED, COST_REPORT, REFUNDED, UNDONE)

Method = Literal[
    "claims adjustment",
    "credit balance",
    "self-reported refund",
    "process of the contractor",
    "OIG self-disclosure",
    "CMS self-referral disclosure",
    "as the contract says",
]
METHODS: Final[tuple[str, ...]] = get_args(Method)
"""Ways to report and return, as 42 CFR 401.305(d) has them, and that of a contract."""
DISCLOSURES: Final = ("OIG self-disclosure", "CMS self-referral disclosure")


@dataclass(frozen=True, slots=True)
class RefundState:
    """What the ledger says of the overpayment of one claim.

    Parameters
    ----------
    identified_on
        The day entered; None where none is.
    reason
        Why it was overpaid, as entered.
    stated_amount
        Dollars overpaid as entered; None where the findings of audits give them.
    found_amount
        What audits had found overpaid when it was identified, in dollars; None where nothing.
    governed_by, contract_due_on
        As stated, instead of what the payer's filing indicator says; and the last day by the contract.
    investigation_started_on, investigation_ended_on, cost_report_due_on
        As entered.
    refunded_amount, refunded_on, method
        Dollars refunded in all, the day of the last refund, and its method.
    disclosed_on
        When it was disclosed under a protocol of the OIG or CMS, whatever was paid with it.
    """

    identified_on: dt.date | None = None
    reason: str = ""
    stated_amount: Decimal | None = None
    found_amount: Decimal | None = None
    governed_by: GovernedBy | None = None
    contract_due_on: dt.date | None = None
    investigation_started_on: dt.date | None = None
    investigation_ended_on: dt.date | None = None
    cost_report_due_on: dt.date | None = None
    refunded_amount: Decimal = Decimal(0)
    refunded_on: dt.date | None = None
    method: str | None = None
    disclosed_on: dt.date | None = None

    def in_words(self) -> str:
        """Return all that is recorded in one line."""
        days = (
            ("identified", self.identified_on),
            ("investigation from", self.investigation_started_on),
            ("ended", self.investigation_ended_on),
            ("cost report due", self.cost_report_due_on),
            ("due by the contract", self.contract_due_on),
        )
        refunded = ""
        if self.refunded_on is not None:
            refunded = (
                f"refunded {format_dollars(self.refunded_amount)}, last on {format_date(self.refunded_on)} "
                f"by {self.method}"
            )
        parts = [
            *(f"{what} {format_date(day)}" for what, day in days if day is not None),
            f"overpaid {format_dollars(self.stated_amount)}" if self.stated_amount is not None else "",
            f"governed by {self.governed_by}" if self.governed_by else "",
            refunded,
            f"reason: {self.reason}" if self.reason else "",
        ]
        return "; ".join(part for part in parts if part) or "nothing entered"


def fold_refunds(events: Iterable[Event]) -> dict[ClaimKey, RefundState]:
    """Return the state of each claim of which something stands entered; what was undone left nothing."""
    states: dict[ClaimKey, RefundState] = {}
    for event in standing(events, REFUND_KINDS, UNDONE):
        key = key_of(event)
        said = {name: str(value) for name, value in event.payload.items()}
        states[key] = _next(states.get(key, RefundState()), event.kind, said)
    return states


def _next(state: RefundState, kind: str, said: dict[str, str]) -> RefundState:
    if kind == IDENTIFIED:
        return replace(
            state,
            identified_on=_read(said["on"]),
            reason=said["reason"],
            stated_amount=_amount(said["amount"]),
            found_amount=_amount(said["found"]),
            governed_by=cast("GovernedBy", said["governed_by"]) if said["governed_by"] else None,
            contract_due_on=_read(said["contract_due"]),
        )
    if kind == INVESTIGATED:
        return replace(
            state,
            investigation_started_on=_read(said["started"]),
            investigation_ended_on=_read(said["ended"]),
        )
    if kind == COST_REPORT:
        return replace(state, cost_report_due_on=_read(said["due"]))
    is_disclosure = said["method"] in DISCLOSURES
    return replace(
        state,
        refunded_amount=state.refunded_amount + Decimal(said["amount"]),
        refunded_on=_read(said["on"]),
        method=said["method"],
        disclosed_on=state.disclosed_on or (_read(said["on"]) if is_disclosure else None),
    )


def _read(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _written(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


class RefundWork(ClaimEntries[RefundState]):
    """Enters what is known and done of overpayments, and reads it.

    Parameters
    ----------
    ledger
        Where it is entered.
    actor
        Whose name goes on record.
    recorded_at
        When, with its zone.
    """

    KINDS = REFUND_KINDS
    UNDONE = UNDONE

    def __init__(self, ledger: Ledger, actor: str, recorded_at: dt.datetime) -> None:
        super().__init__(ledger, actor, recorded_at, about=OF_NO_AUDIT)

    def _fold(self, events: Iterable[Event]) -> dict[ClaimKey, RefundState]:
        return fold_refunds(events)

    def _untouched(self) -> RefundState:
        return RefundState()

    def identify(
        self,
        key: ClaimKey,
        on: dt.date,
        *,
        reason: str,
        amount: Decimal | None = None,
        found_amount: Decimal | None = None,
        governed_by: GovernedBy | None = None,
        contract_due: dt.date | None = None,
        paid_amount: Decimal | None = None,
        received_on: dt.date | None = None,
    ) -> None:
        """Enter that an overpayment is identified.

        Parameters
        ----------
        key
            The claim.
        on
            The day on which it was known; before 2025, determined and quantified.
        reason
            Why it was overpaid.
        amount
            Dollars overpaid, where no audit gives them.
        found_amount
            What audits find overpaid now, in dollars.
        governed_by
            What governs it, where the payer's filing indicator does not say so.
        contract_due
            The last day by the contract.
        paid_amount, received_on
            The most that the payer paid for the claim, and when it first paid, where they are known.

        Raises
        ------
        UsageError
            If it is identified already, the day is in the future or before the payment, the reason is blank,
            or the amount is none or more than was paid.
        """
        if self.state(key).identified_on is not None:
            message = "This overpayment is identified already."
            raise UsageError(message, hint="Undo the entries on it first, if the day was entered by mistake.")
        if not reason.strip():
            message = "The reason of the overpayment is blank."
            raise UsageError(message, hint="Say in a few words why too much was paid.")
        if amount is not None:
            self._require_possible(amount, paid_amount)
        if contract_due is not None and contract_due < on:
            message = f"The last day by the contract is before {format_date(on)}."
            raise UsageError(message, hint="Give the day by which the contract wants the refund.")
        self._enter(
            IDENTIFIED,
            key,
            on=self._day(on, received_on, "the payment"),
            reason=reason.strip(),
            amount="" if amount is None else str(amount),
            found="" if found_amount is None else str(found_amount),
            governed_by=governed_by or "",
            contract_due=_written(contract_due),
        )

    def investigate(self, key: ClaimKey, started: dt.date, ended: dt.date | None = None) -> None:
        """Enter from when to when related overpayments are investigated; again, to enter the end.

        Raises
        ------
        UsageError
            If the overpayment is not identified, or a day is in the future or out of order.
        """
        self._require_identified(key)
        first = self._day(started)
        last = "" if ended is None else self._day(ended, started, "the start of the investigation")
        self._enter(INVESTIGATED, key, started=first, ended=last)

    def cost_report(self, key: ClaimKey, due: dt.date) -> None:
        """Enter when the corresponding cost report is due, which may be in the future."""
        self._require_identified(key)
        self._enter(COST_REPORT, key, due=due.isoformat())

    def refunded(
        self,
        key: ClaimKey,
        on: dt.date,
        amount: Decimal,
        method: Method,
        *,
        paid_amount: Decimal | None = None,
    ) -> None:
        """Enter a refund, or a disclosure under a protocol, with which nothing need be paid.

        Parameters
        ----------
        key
            The claim.
        on
            The day on which it was reported and returned.
        amount
            Dollars returned.
        method
            One of `METHODS`.
        paid_amount
            The most that the payer paid for the claim, where it is known.

        Raises
        ------
        UsageError
            If it is not identified, the day is in the future or before that, the amount is none, or all
            refunds together are more than was paid.
        """
        state = self._require_identified(key)
        if method not in METHODS:
            message = f"'{method}' is no method of refund."
            raise UsageError(message, hint=f"Methods are {', '.join(METHODS)}.")
        if amount or method not in DISCLOSURES:
            self._require_possible(amount, paid_amount, before=state.refunded_amount)
        self._enter(
            REFUNDED,
            key,
            on=self._day(on, state.identified_on, "it was identified"),
            amount=str(amount),
            method=method,
        )

    def _require_identified(self, key: ClaimKey) -> RefundState:
        state = self.state(key)
        if state.identified_on is None:
            message = "No overpayment of this claim is identified."
            raise UsageError(message, hint="Enter the day on which it was identified first.")
        return state

    def _require_possible(
        self, amount: Decimal, paid_amount: Decimal | None, *, before: Decimal = Decimal(0)
    ) -> None:
        if amount <= 0:
            message = "The amount must be above 0."
            raise UsageError(message, hint="Give the dollars, as 120.50.")
        if paid_amount is not None and before + amount > paid_amount:
            message = f"{format_dollars(before + amount)} in all is more than was paid for the claim, "
            message += f"{format_dollars(paid_amount)}."
            raise UsageError(message, hint="Give the dollars of this claim alone, or load its payment.")
