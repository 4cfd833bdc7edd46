"""Reduced payments: bars, the claims behind them, worklists, samples, and the work that is entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes.systems import CONTRACT_FEES
from auditlib.errors import UsageError
from auditlib.measures import reduced_payments
from auditlib.measures.appeal_levels import read_appeal_levels
from auditlib.measures.denial_worklist import Order, claim_key
from auditlib.measures.denied_lines import Filters, where
from auditlib.report.result import Result
from auditlib.review.denial_work import OF_REDUCED_PAYMENTS
from auditlib.sampling.tickets import lowest_tickets
from auditlib.text import counted
from auditlib.workbench.denial_subjects import Subject
from auditlib.workbench.on_record import answers_on_record
from auditlib.workbench.work_entries import WorkEntries

_TITLE: Final = "Reduced payments"
_NO_FEES: Final = (
    "No payment is compared with the contract: load your fee table by 'auditlib codesets load FILE.csv' "
    "(payer, code, modifier, fee_amount, effective_from, effective_to)."
)


@answers_on_record
class ReducedPayments(WorkEntries):
    """What primary payers paid as less than was billed, without refusing it: never a denial.

    Filters name for dimensions of `auditlib.measures.reduced_payments.DIMENSIONS` the values that are wanted.
    """

    _about = OF_REDUCED_PAYMENTS

    def lines(self, filters: Filters | None = None) -> Result:
        """Return the reduced lines and stays, each once, those that lack most first."""
        rows = where(self._rows(), filters or {}, reduced_payments.DIMENSIONS)
        return Result(rows, _TITLE, note=self._note(rows), hidden=["claim_id", "remit_claim_id"])

    def bars(self, by: str | Sequence[str] = (), filters: Filters | None = None) -> Result:
        """Return counts and dollars by dimensions, costliest first; with a bar's values `claims` lists it."""
        dimensions = (by,) if isinstance(by, str) else tuple(by)
        return Result(reduced_payments.reduced_bars(self._rows(), dimensions, filters), _TITLE)

    def claims(self, filters: Filters | None = None) -> Result:
        """Return the claims behind a bar, costliest first."""
        frame = reduced_payments.reduced_claims(self._rows(), filters)
        return Result(frame, "Claims with reduced payments", hidden=["claim_id"])

    def worklist(
        self, filters: Filters | None = None, *, order: Order = "amount", as_of: dt.date | None = None
    ) -> Result:
        """Return the claims that somebody may still work on, by dollars ('amount') or by 'deadline'.

        Parameters
        ----------
        filters
            A selection becomes a worklist.
        order
            What is not known comes last. There are no expected dollars: no chance is known.
        as_of
            The day from which days are counted; by default today.

        Raises
        ------
        UsageError
            If a dimension or the order is none.
        BadInputError
            If the workspace's ``appeal_levels.csv`` cannot be read.
        """
        levels = read_appeal_levels(self._context.workspace.root)
        rows = where(self._rows(), filters or {}, reduced_payments.DIMENSIONS)
        today = as_of or self._context.now().date()
        frame = reduced_payments.reduced_worklist(rows, levels, self._work().states(), today, order=order)
        return Result(frame, "Reduced payments to work on", hidden=["claim_id"])

    def sample(self, count: int, *, seed: str, filters: Filters | None = None) -> Result:
        """Return so many of the selected claims, drawn by the lowest tickets of their ids.

        Parameters
        ----------
        count
            How many; all of them where there are fewer.
        seed
            The same seed draws the same claims.
        filters
            The selection.

        Raises
        ------
        UsageError
            If the number is below 1.
        """
        if count < 1:
            message = f"A sample of {count} claims is none."
            raise UsageError(message, hint="Give 1 or more.")
        claims = reduced_payments.reduced_claims(self._rows(), filters)
        drawn = lowest_tickets(seed, claims["claim_id"].cast(pl.String)).sort("ticket").head(count)
        how = f"by the lowest tickets of their ids, seed '{seed}'"
        note = f"{drawn.height:,} of {claims.height:,} claims, {how}."
        frame = claims[drawn["row_number"].cast(pl.Int64) - 1]
        return Result(frame, "Sample of reduced payments", note=note, hidden=["claim_id"])

    def write(self, path: Path | str, rows: Result) -> Path:
        """Write lines, claims, a worklist or a sample as CSV or XLSX, by the ending of the name.

        Raises
        ------
        UsageError
            If the name ends otherwise, or the file is there already.
        """
        from auditlib.report.claim_list import (  # noqa: PLC0415 - XlsxWriter is slow to import
            require_new_list,
            write_claim_list,
        )

        target = require_new_list(Path(path))
        self._context.write_on_record(rows.title or "reduced payments", target)
        return write_claim_list(target, rows.frame)

    def _rows(self) -> pl.DataFrame:
        levels = read_appeal_levels(self._context.workspace.root)
        return reduced_payments.reduced_payments(self._context.warehouse, levels)

    def _note(self, rows: pl.DataFrame) -> str:
        releases = self._context.query("codesets/registered_release")
        unpriced = f"{counted(rows['lost_amount'].null_count(), 'payment')} without known dollars."
        return unpriced if CONTRACT_FEES in releases["code_system"] else f"{unpriced} {_NO_FEES}"

    def _find(
        self, claims: Sequence[int | str], first_day: dt.date | None, *, may_be_payment: bool
    ) -> list[Subject]:
        del may_be_payment
        of_claim = reduced_payments.by_claim(self._rows())
        return [_subject(of_claim, claim, first_day) for claim in claims]


def _subject(claims: pl.DataFrame, named: int | str, first_day: dt.date | None) -> Subject:
    column = "claim_id" if isinstance(named, int) else "patient_control_number"
    found = claims.filter(pl.col(column) == named)
    if first_day is not None:
        found = found.filter(from_date=first_day)
    if found.height != 1:
        message = f"No payment of claim {named} is reduced."
        if not found.is_empty():
            message = f"Number {named} is of {found.height} claims with reduced payments."
        raise UsageError(message, hint="Give its number or claim_id, as wb.denials.reduced().frame has it.")
    row = found.row(0, named=True)
    return Subject(claim_key(row), is_payment=False, answered_on=row["first_payment_date"])
