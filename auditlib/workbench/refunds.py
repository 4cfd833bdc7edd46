"""Overpayments to refund: found by audits or entered, with the last day of each by the 60-day rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.audits.all_audits import all_reviewed
from auditlib.errors import UsageError
from auditlib.measures.denial_worklist import claim_key
from auditlib.measures.judged_codes import judged_codes
from auditlib.measures.refunds import overpaid_findings, refund_listing, refund_totals
from auditlib.report.result import Result
from auditlib.review.refund_rule import NO_ADVICE, GovernedBy
from auditlib.review.refund_work import Method, RefundState, RefundWork
from auditlib.text import counted, format_dollars
from auditlib.version import __version__
from auditlib.workbench.context import Context
from auditlib.workbench.denial_subjects import Subject, find_subjects, known_claims
from auditlib.workbench.on_record import answers_on_record

_HIDDEN: Final = (
    *("claim_id", "payer_id", "refund_source", "look_back", "audits", "found_date", "finding_count"),
    *("unpriced_count", "underpaid_amount", "paid_amount", "refunded_date", "refund_method", "from_date"),
)


@answers_on_record
class Refunds:
    """What is to be refunded to payers, until when, and what was.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(
        self,
        as_of: dt.date | None = None,
        *,
        payer: str | None = None,
        audits: Sequence[str] | None = None,
    ) -> Result:
        """Return every overpayment of a claim, with its last day and how it comes about.

        Parameters
        ----------
        as_of
            The day of looking; today by default.
        payer
            Name or identifier of one payer.
        audits
            Names of audits whose findings count; by default all with a drawn sample.

        Raises
        ------
        UsageError
            If the user reviews an audit blind, or no overpayment is of such a payer.
        """
        day = as_of or self._context.now().date()
        listing, notes = self._listing(day, audits, payer=payer)
        return Result(listing, "Overpayments to refund", note=" ".join((*notes, NO_ADVICE)), hidden=_HIDDEN)

    def totals(self, as_of: dt.date | None = None, *, audits: Sequence[str] | None = None) -> Result:
        """Return the claims and dollars by payer and state; see `list`."""
        day = as_of or self._context.now().date()
        listing, notes = self._listing(day, audits)
        return Result(refund_totals(listing), "Overpayments by payer", note=" ".join((*notes, NO_ADVICE)))

    def write(
        self,
        path: Path | str,
        as_of: dt.date | None = None,
        *,
        payer: str | None = None,
        audits: Sequence[str] | None = None,
    ) -> Path:
        """Write the listing, payer by payer, as .html, .xlsx, .pdf or .docx; no file is replaced.

        Raises
        ------
        UsageError
            If the name ends otherwise or the file is there already, and as `list` does.
        """
        from auditlib.report.packs.refund_pack import refund_pack  # noqa: PLC0415 - writers are slow to import
        from auditlib.report.write_files import require_new_report, write_report  # noqa: PLC0415 - as above

        target = require_new_report(path)
        day = as_of or self._context.now().date()
        listing, notes = self._listing(day, audits, payer=payer)
        contents = refund_pack(
            listing,
            notes=notes,
            as_of=day,
            made_at=self._context.now(),
            made_by=self._context.user,
            software_version=__version__,
        )
        self._context.write_on_record("overpayments to refund", target)
        return write_report(contents, target)

    def identify(
        self,
        claims: str | Sequence[str],
        on: dt.date,
        *,
        reason: str,
        amount: Decimal | None = None,
        governed_by: GovernedBy | None = None,
        contract_due: dt.date | None = None,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter that overpayments are identified: since 2025 known, before determined and quantified.

        Parameters
        ----------
        claims
            Patient control numbers, as the listing shows them: all are entered, or none.
        on
            The day.
        reason
            Why too much was paid.
        amount
            Dollars overpaid, instead of what audits find; of one claim.
        governed_by
            medicare, medicaid, medicare advantage or contract, where the filing indicator does not say so.
        contract_due
            The last day by the contract.
        first_day
            First day of service, where a number is of several claims.

        Raises
        ------
        UsageError
            If something is refused: see `auditlib.review.refund_work.RefundWork.identify`.
        """
        subjects = self._subjects(claims, first_day)
        if amount is not None and len(subjects) > 1:
            message = "Dollars are of one claim, and several are named."
            raise UsageError(message, hint="Enter them claim by claim.")
        found = dict(self._findings(None)[0].select("claim_id", "found_amount").iter_rows())

        def enter(work: RefundWork, subject: Subject, paid: dict[str, object]) -> None:
            work.identify(
                subject.key,
                on,
                reason=reason,
                amount=amount,
                found_amount=found.get(subject.claim_id),
                governed_by=governed_by,
                contract_due=contract_due,
                paid_amount=_money(paid),
                received_on=_day(paid),
            )

        return self._enter(subjects, enter)

    def investigate(
        self,
        claims: str | Sequence[str],
        started: dt.date,
        ended: dt.date | None = None,
        *,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter from when to when related overpayments are investigated, timely and in good faith.

        Enter it again, with both days, once it ends: when every related overpayment is calculated.
        """
        return self._enter(
            self._subjects(claims, first_day),
            lambda work, subject, _: work.investigate(subject.key, started, ended),
        )

    def cost_report(
        self, claims: str | Sequence[str], due: dt.date, *, first_day: dt.date | None = None
    ) -> Result:
        """Enter when the cost report that corresponds to overpayments is due."""
        return self._enter(
            self._subjects(claims, first_day), lambda work, subject, _: work.cost_report(subject.key, due)
        )

    def refunded(
        self,
        claim: str,
        on: dt.date,
        amount: Decimal,
        method: Method,
        *,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter a refund, by one of `auditlib.review.refund_work.METHODS`."""
        return self._enter(
            self._subjects(claim, first_day),
            lambda work, subject, paid: work.refunded(
                subject.key, on, amount, method, paid_amount=_money(paid)
            ),
        )

    def undo(self, claim: str, *, first_day: dt.date | None = None) -> Result:
        """Enter that the latest entry on a claim is undone; both stay on record."""
        subjects = self._subjects(claim, first_day)
        # Found and undone in one transaction: two users undo two entries.
        with self._work().together() as work:
            undone = work.undo(subjects[0].key)
        return self._now(subjects, before=f"Undone: {undone}. ")

    def _findings(self, audits: Sequence[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
        for name in audits or (None,):
            self._context.require_open(name)
        reviewed = all_reviewed(self._context.workspace, audits=audits)
        verdicts = pl.concat([reviewed.final.verdicts, reviewed.stays])
        judged = judged_codes(self._context.warehouse, verdicts, reviewed.final.charts, month="review")
        return overpaid_findings(self._context.warehouse, judged)

    def _listing(
        self, day: dt.date, audits: Sequence[str] | None, *, payer: str | None = None
    ) -> tuple[pl.DataFrame, Sequence[str]]:
        findings, untied = self._findings(audits)
        states = self._work().states()
        numbers = sorted({key.number for key in states})
        warehouse = self._context.warehouse
        loaded = [
            (row["claim_id"], states[key].identified_on)
            for row in known_claims(warehouse, numbers=numbers).iter_rows(named=True)
            if (key := claim_key(row)) in states
        ]
        entered = pl.DataFrame(
            loaded, schema={"claim_id": pl.Int64, "identified_date": pl.Date}, orient="row"
        )
        notes = []
        if untied.height:
            dollars = format_dollars(untied["payment_difference"].sum())
            notes.append(
                f"Not listed: {counted(untied.height, 'overpaid finding')} ({dollars}) of charts without a "
                "claim, or with several that may be meant."
            )
        if gone := len(states) - len(loaded):
            notes.append(f"Not listed: {counted(gone, 'claim')} with entries, not loaded any more.")
        listing = refund_listing(warehouse, findings, states, entered, as_of=day)
        if payer is not None:
            names = {*listing["payer_name"], *listing["payer_id"]}
            self._context.require_known("payer", payer, names)
            listing = listing.filter((pl.col("payer_name") == payer) | (pl.col("payer_id") == payer))
        return listing, notes

    def _subjects(self, claims: str | Sequence[str], first_day: dt.date | None) -> Sequence[Subject]:
        named = [claims] if isinstance(claims, str) else [*claims]
        return find_subjects(self._context.warehouse, named, first_day=first_day)

    def _work(self) -> RefundWork:
        return RefundWork(self._context.ledger, self._context.user, self._context.now())

    def _enter(
        self,
        subjects: Sequence[Subject],
        entry: Callable[[RefundWork, Subject, dict[str, object]], None],
    ) -> Result:
        day = self._context.now().date()
        asked = pl.DataFrame(
            [(subject.claim_id, day) for subject in subjects],
            schema={"claim_id": pl.Int64, "known_date": pl.Date},
            orient="row",
        )
        rows = self._context.warehouse.query(
            "queries/refunds/claim_payment", frames={"_claim": asked.unique()}
        )
        paid = {row["claim_id"]: row for row in rows.iter_rows(named=True)}
        with self._work().together() as work:
            for subject in subjects:
                entry(work, subject, paid[subject.claim_id])
        return self._now(subjects)

    def _now(self, subjects: Sequence[Subject], *, before: str = "") -> Result:
        states = self._work().states()
        rows = [
            (subject.key.number, states.get(subject.key, RefundState()).in_words()) for subject in subjects
        ]
        frame = pl.DataFrame(
            rows, schema={"patient_control_number": pl.String, "entered": pl.String}, orient="row"
        )
        words = " ".join(f"{number} is now: {said}." for number, said in rows)
        return Result(frame, "Now in the ledger", note=f"{before}{words}")


def _money(paid: dict[str, object]) -> Decimal | None:
    amount = paid["paid_amount"]
    return amount if isinstance(amount, Decimal) else None


def _day(paid: dict[str, object]) -> dt.date | None:
    day = paid["first_received_date"]
    return day if isinstance(day, dt.date) else None
