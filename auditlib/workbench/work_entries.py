"""Work on claims, entered in the ledger: each entry on all claims that it names, or on none."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import ClassVar

import polars as pl

from auditlib.report.result import Result
from auditlib.review.denial_work import OF_NO_AUDIT, Closing, Decision, DenialWork, WorkState
from auditlib.text import format_dollars
from auditlib.workbench.context import Context
from auditlib.workbench.denial_subjects import Subject
from auditlib.workbench.on_record import answers_on_record

Claims = int | str | Sequence[int | str]
"""A claim, or several, each by its patient control number or its id."""


@answers_on_record
class WorkEntries(ABC):
    """Work that is entered on claims; every entry returns what is now in the ledger."""

    _about: ClassVar[str] = OF_NO_AUDIT

    def __init__(self, context: Context) -> None:
        self._context = context

    @abstractmethod
    def _find(
        self, claims: Sequence[int | str], first_day: dt.date | None, *, may_be_payment: bool
    ) -> list[Subject]:
        """Return what the numbers or ids name, in their order."""

    def _appealable(self, claims: Claims, first_day: dt.date | None) -> list[Subject]:
        """Return the claims of which something can be appealed."""
        return self._subjects(claims, first_day)

    def assign(self, claims: Claims, assignee: str, *, first_day: dt.date | None = None) -> Result:
        """Enter in the ledger who works on claims or on payments without one."""
        subjects = self._subjects(claims, first_day, may_be_payment=True)
        return self._enter(subjects, lambda work, subject: work.assign(subject.key, assignee))

    def note(self, claims: Claims, note: str, *, first_day: dt.date | None = None) -> Result:
        """Enter a note on claims, or on payments without one, in the ledger."""
        subjects = self._subjects(claims, first_day, may_be_payment=True)
        return self._enter(subjects, lambda work, subject: work.note(subject.key, note))

    def appeal_sent(
        self,
        claims: Claims,
        on: dt.date,
        level_number: int | None = None,
        *,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter in the ledger that an appeal was sent; without a level it is the next one."""
        return self._enter(
            self._appealable(claims, first_day),
            lambda work, subject: work.appeal_sent(
                subject.key, level_number, on, answered_on=subject.answered_on
            ),
        )

    def appeal_decided(
        self,
        claims: Claims,
        decision: Decision,
        on: dt.date,
        amount: Decimal = Decimal(0),
        *,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter in the ledger what the payer decided of the latest appeal, and the dollars it brought."""
        subjects = self._appealable(claims, first_day)
        # Dollars by a group of diagnoses can be more than the charges: said, not refused.
        more = [one for one in subjects if one.charge_amount is not None and amount > one.charge_amount]
        after = "".join(
            f" More than the charges of {one.key.number}, {format_dollars(one.charge_amount or 0)}: "
            "undo it if a digit is wrong."
            for one in more
        )
        return self._enter(
            subjects, lambda work, subject: work.decided(subject.key, decision, on, amount), after=after
        )

    def close(
        self,
        claims: Claims,
        closing: Closing,
        on: dt.date,
        amount: Decimal = Decimal(0),
        *,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter in the ledger that nobody works on claims or payments any more, and the dollars given up."""
        return self._enter(
            self._subjects(claims, first_day, may_be_payment=True),
            lambda work, subject: work.close(
                subject.key,
                closing,
                on,
                amount,
                answered_on=subject.answered_on,
                charge_amount=subject.charge_amount,
            ),
        )

    def undo(self, claim: int | str, *, first_day: dt.date | None = None) -> Result:
        """Enter in the ledger that the latest entry on a claim or payment is undone; both stay on record."""
        (subject,) = self._subjects(claim, first_day, may_be_payment=True)
        undone = self._work().undo(subject.key)
        return self._now([subject], before=f"Undone: {undone}. ")

    def _subjects(
        self, claims: Claims, first_day: dt.date | None, *, may_be_payment: bool = False
    ) -> list[Subject]:
        named = [claims] if isinstance(claims, int | str) else list(claims)
        return self._find(named, first_day, may_be_payment=may_be_payment)

    def _work(self) -> DenialWork:
        context = self._context
        return DenialWork(context.ledger, context.user, context.now(), about=self._about)

    def _enter(
        self,
        subjects: Sequence[Subject],
        entry: Callable[[DenialWork, Subject], None],
        *,
        after: str = "",
    ) -> Result:
        with self._work().together() as work:
            for subject in subjects:
                entry(work, subject)
        return self._now(subjects, after=after)

    def _now(self, subjects: Sequence[Subject], *, before: str = "", after: str = "") -> Result:
        """Return what the ledger says of what was worked on, as a frame and in words."""
        states = self._work().states()
        of = [(subject.key, states.get(subject.key, WorkState())) for subject in subjects]
        frame = pl.DataFrame([asdict(key) | asdict(state) for key, state in of], infer_schema_length=None)
        words = " ".join(f"{key.number} is now: {state.in_words().rstrip('.')}." for key, state in of)
        return Result(frame, "Now in the ledger", note=f"{before}{words}{after}")
