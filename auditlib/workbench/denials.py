"""Denials and outcomes: how often, by whom, why, and what became of the claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.checks.acceptance import accepted_findings
from auditlib.errors import UsageError
from auditlib.measures import denials, denied_lines, outcomes, take_backs
from auditlib.measures.appeal_levels import read_appeal_levels
from auditlib.measures.take_backs import take_back_note
from auditlib.report.result import Result
from auditlib.text import counted, format_date, format_dollars
from auditlib.workbench.codesets import CodeSets
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record
from auditlib.workbench.work_entries import Claims, WorkEntries

if TYPE_CHECKING:
    import altair as alt

    from auditlib.measures import claim_waits
    from auditlib.measures.denial_metrics import Ledgered
    from auditlib.measures.denial_worklist import Order
    from auditlib.measures.denied_claim import DeniedClaim
    from auditlib.measures.overturn_model import OverturnModel
    from auditlib.widgets import DenialExplorer
    from auditlib.workbench.denial_subjects import Subject
    from auditlib.workbench.exemptions import Exemptions
    from auditlib.workbench.payer_page import PayerPage
    from auditlib.workbench.reduced_payments import ReducedPayments

    By = denials.Dimension | Sequence[denials.Dimension]


_NOT_ADDED: Final = "A reason that names two checks has two rows with the same claims: do not add them."


@answers_on_record
class Denials(WorkEntries):
    """The denials among the original claims to primary payers, each claim once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._learned: tuple[object, pl.DataFrame, OverturnModel] | None = None
        self._findings: tuple[object, pl.DataFrame, int] | None = None

    def explore(self) -> DenialExplorer:
        """Return the screen of linked bars: every bar filters all the others and leads to its claims."""
        from auditlib.workbench.denial_explorer import denial_explorer

        return denial_explorer(self._context, self)

    def rate(self, by: By = ()) -> Result:
        """Return initial denial rates; by no dimension, of all claims together.

        By payer and month the rates have a picture.
        """
        dimensions = _several(by)
        rates = denials.denial_rates(self._context.warehouse, by=dimensions)
        picture = _months if dimensions == ("payer", "month") else None
        return Result(rates, "Denial rates", picture=picture)

    def reasons(self, by: By = ()) -> Result:
        """Return denials by reason, costliest first."""
        dimensions = _several(by)
        reasons = denials.denial_reasons(self._context.warehouse, by=dimensions)
        return Result(reasons, "Denials by reason", picture=None if dimensions else _pareto)

    def caught(self) -> Result:
        """Return the denials that a check of ours would have caught, by reason."""
        caught = denials.denials_caught(self._context.warehouse)
        return Result(
            caught, "Denials that our checks would have caught", note=self._context.checks_not_run()
        )

    def by_check(self) -> Result:
        """Return each denial reason with its checks: what they would have named, and false alarms."""
        from auditlib.measures.denials_by_check import denials_by_check

        frame = denials_by_check(self._context.warehouse)
        return Result(frame, "Denials and the checks about them", note=_NOT_ADDED)

    def without_named(self) -> Result:
        """Return initial denials as they are, and had each been mended that a check of its reason names."""
        from auditlib.measures.denials_by_check import denials_without_named

        frame = denials_without_named(self._context.warehouse)
        most = "The most that the checks could have saved: as if each claim that they name had been paid."
        note = f"{most} {self._context.checks_not_run()}".strip()
        return Result(frame, "Initial denials without those that checks would have named", note=note)

    def against_audits(self, *, only_coding: bool = False) -> Result:
        """Return audited-wrong and audited-right claims by whether they were denied at first: two by two.

        Parameters
        ----------
        only_coding
            Count only denials for reasons of coding and bundling.

        Raises
        ------
        UsageError
            If the user reviews an audit blind.
        """
        from auditlib.measures import audited_and_denied, claim_waits

        claims = self._audited(claim_waits.claim_waits(self._context.warehouse))
        frame = audited_and_denied.audited_against_denied(claims, only_coding=only_coding)
        unanswered = claims.filter(~pl.col("is_answered")).height
        left_out = f"{counted(unanswered, 'audited claim')} without an answer that decides left out."
        return Result(frame, "Audited and denied", note=f"{left_out} {audited_and_denied.CAUTION}")

    def cost_of_errors(self, as_of: dt.date | None = None) -> Result:
        """Return denied dollars and days to settlement of audited-wrong claims beside audited-right ones.

        Parameters
        ----------
        as_of
            The day of looking; by default the last day on which anything is known.

        Raises
        ------
        UsageError
            If the user reviews an audit blind.
        """
        from auditlib.measures import audited_and_denied, claim_waits

        waits = claim_waits.claim_waits(self._context.warehouse)
        day = as_of or claim_waits.last_known_day(waits) or self._context.now().date()
        frame = audited_and_denied.cost_of_errors(self._audited(waits), day)
        return Result(frame, "What coding errors go with", note=audited_and_denied.CAUTION)

    def _audited(self, waits: pl.DataFrame) -> pl.DataFrame:
        """Return the claims of all audits' charts, each once, with their answers."""
        from auditlib.audits.all_audits import all_reviewed
        from auditlib.measures import audited_and_denied
        from auditlib.measures.judged_codes import judged_codes

        self._context.require_open(None)
        final = all_reviewed(self._context.workspace).final
        judged = judged_codes(self._context.warehouse, final.verdicts, final.whole_charts)
        return audited_and_denied.audited_claims(self._context.warehouse, waits, judged.charts, judged.codes)

    def overturned(self, by: By = ()) -> Result:
        """Return the share of initial denials that were paid in the end."""
        rates = denials.overturn_rates(self._context.warehouse, by=_several(by))
        return Result(rates, "Denials paid in the end")

    @cached_property
    def reduced_payments(self) -> ReducedPayments:
        """What was paid as less than was billed and never refused: claims, worklists, samples, work."""
        from auditlib.workbench.reduced_payments import ReducedPayments

        return ReducedPayments(self._context)

    def reduced(
        self, filters: denied_lines.Filters | None = None, *, by: str | Sequence[str] | None = None
    ) -> Result:
        """Return payments that were reduced and not refused, those that lack most first: no denials.

        Parameters
        ----------
        filters
            For dimensions of `auditlib.measures.reduced_payments.DIMENSIONS` the values that are wanted.
        by
            One or more of them, for counts and dollars in the place of the payments.
        """
        found = self.reduced_payments
        return found.lines(filters) if by is None else found.bars(by, filters)

    @cached_property
    def exemptions(self) -> Exemptions:
        """Evidence to be taken off a payer's downcoding programme: drawn, reviewed, signed."""
        from auditlib.workbench.audit import Audit
        from auditlib.workbench.exemptions import Exemptions

        context = self._context
        return Exemptions(
            context, lambda name, rule: Audit(context, CodeSets(context), name, missing_rule=rule)
        )

    def takebacks(self) -> Result:
        """Return the provider-level adjustments (PLB), each tied to the claim that it takes money back from.

        A positive amount lowered the payment. What no one claim explains says why.
        """
        frame = take_backs.take_backs(self._context.warehouse)
        hidden = ["claim_id", "remit_claim_id", "remittance_id", "adjustment_number", "source_offset"]
        return Result(frame, "Take-backs", note=take_back_note(frame), hidden=hidden)

    def takeback_totals(self) -> Result:
        """Return what of the take-backs is tied to claims, what is not and what is open, by kind."""
        frame = take_backs.take_backs(self._context.warehouse)
        return Result(take_backs.take_back_totals(frame), "Take-backs by kind", note=take_back_note(frame))

    def payments(self) -> Result:
        """Return the steps from what was paid on claims to what was received."""
        return Result(take_backs.payment_steps(self._context.warehouse), "From claims paid to money received")

    def outcomes(self) -> Result:
        """Return what became of the claims, from submission to final outcome."""
        flow = outcomes.outcome_flow(self._context.warehouse)
        return Result(flow, "Paths of the claims", picture=_flow, row_limit=None)

    def lines(self, filters: denied_lines.Filters | None = None) -> Result:
        """Return the denied lines, each once, or those that filters let through.

        Parameters
        ----------
        filters
            For dimensions of `auditlib.measures.denied_lines.DIMENSIONS` the values that are wanted.
        """
        frame = self._stated_lines()
        return Result(denied_lines.where(frame, filters or {}), "Denied lines, by their first denial")

    def bars(self, by: str | Sequence[str] = (), filters: denied_lines.Filters | None = None) -> Result:
        """Return counts and dollars of denied lines by dimensions, costliest first.

        Parameters
        ----------
        by
            One or more of `auditlib.measures.denied_lines.DIMENSIONS`.
        filters
            As for `lines`; with the value of a bar they lead to its `claims`.
        """
        dimensions = (by,) if isinstance(by, str) else tuple(by)
        frame = self._stated_lines()
        return Result(denied_lines.bars(frame, dimensions, filters), "Denied dollars, by the first denial")

    def claims(self, filters: denied_lines.Filters | None = None) -> Result:
        """Return the claims behind a bar or a cell, costliest first; filters as for `lines`."""
        frame = self._stated_lines()
        return Result(denied_lines.claims_of(frame, filters), "Claims with denied lines", hidden=["claim_id"])

    def claim(self, claim_id: int) -> DeniedClaim:
        """Return one claim with its lines, adjustments, remarks, history and findings.

        Raises
        ------
        UsageError
            If there is no original claim with that id.
        """
        from auditlib.measures.denied_claim import denied_claim

        return denied_claim(self._context.warehouse, claim_id)

    def metrics(self, as_of: dt.date | None = None, *, net_revenue_amount: Decimal | None = None) -> Result:
        """Return the metrics of HFMA's task force and the other usual ones, each with what it divides.

        Parameters
        ----------
        as_of
            The day of looking; by default the last day on which anything is known.
        net_revenue_amount
            Net patient service revenue in dollars, which no file states.
        """
        from auditlib.measures import denial_metrics

        known = self._ledgered(net_revenue_amount)
        frame = denial_metrics.denial_metrics(self._context.warehouse, as_of, ledgered=known)
        note = f"As of {as_of or self._last_day() or 'no day: nothing is loaded'}."
        return Result(frame, "Denial metrics", note=note)

    def aged(self, as_of: dt.date | None = None) -> Result:
        """Return the denied lines that are not paid, by days since the first denial."""
        from auditlib.measures import denial_metrics

        frame = denied_lines.denied_lines(self._context.warehouse)
        ages = denial_metrics.aged_denials(frame, self._day(as_of))
        return Result(ages, "Denied lines not paid, by age")

    def why_totals_differ(self) -> Result:
        """Return the steps from initially denied dollars to the denied dollars on the paths of the claims."""
        from auditlib.measures import denial_metrics

        frame = denial_metrics.why_totals_differ(self._context.warehouse)
        return Result(frame, "Why two totals of denied dollars differ")

    def time_to_settlement(self, by: claim_waits.By = "all", as_of: dt.date | None = None) -> Result:
        """Return the share of claims not yet settled by days since submission (Kaplan-Meier)."""
        from auditlib.measures import claim_waits

        waits = claim_waits.claim_waits(self._context.warehouse)
        frame = claim_waits.time_to_settlement(waits, self._day(as_of), by=by)
        return Result(frame, "Claims not settled, by days since submission")

    def first_answers(self, by: claim_waits.By = "all", as_of: dt.date | None = None) -> Result:
        """Return the shares paid, denied and open by days since submission (Aalen-Johansen)."""
        from auditlib.measures import claim_waits

        waits = claim_waits.claim_waits(self._context.warehouse)
        frame = claim_waits.first_answers_over_time(waits, self._day(as_of), by=by)
        return Result(frame, "First answers, by days since submission")

    def cohorts(self, as_of: dt.date | None = None) -> Result:
        """Return what was answered and denied of each month's claims within 30, 60, 90 and 120 days."""
        from auditlib.measures import claim_waits

        waits = claim_waits.claim_waits(self._context.warehouse)
        note = "Compare complete rows only: in the others late answers are still missing."
        return Result(
            claim_waits.cohorts(waits, self._day(as_of)), "Cohorts by month of submission", note=note
        )

    def findings(self, seed: int = 0) -> Result:
        """Return what stands out among initial denials, by dollars and evidence, each in one sentence."""
        frame, claim_count = self._found(seed)
        found_none = "Nothing stands out. " if frame.is_empty() else ""
        looked_at = f"Looked at: {counted(claim_count, 'claim')} denied at first. "
        rate = "Where nothing stands out, anything is reported in at most 5 % of data sets."
        note = f"{found_none}{looked_at}{rate}"
        return Result(frame, "Denials that stand out", note=note, hidden=["filters"])

    def payer(self, payer: str) -> PayerPage:
        """Return the page for a meeting with one payer: rate, overturned denials, days, reasons, examples.

        Parameters
        ----------
        payer
            Name or identifier.

        Raises
        ------
        UsageError
            If no claim is of such a payer.
        """
        from auditlib.workbench.payer_page import page_of_payer

        return page_of_payer(self._context, self, payer)

    def costliest_payer(self) -> PayerPage | Result:
        """Return the page for a meeting with the payer that denied the most dollars, or that none did."""
        costliest = self.bars("payer_name").frame
        if costliest.is_empty():
            nobody = costliest.select("payer_name")
            return Result(nobody, "Page of the costliest payer", note="No payer denied anything.")
        return self.payer(costliest["payer_name"][0])

    def overturn(self, as_of: dt.date | None = None) -> OverturnModel:
        """Return the chance of overturn as this workspace's history teaches it, with its calibration."""
        from auditlib.measures.overturn_model import overturn_model

        lines = denied_lines.denied_lines(self._context.warehouse)
        return overturn_model(lines, self._day(as_of))

    def worklist(
        self,
        filters: denied_lines.Filters | None = None,
        *,
        order: Order = "expected",
        as_of: dt.date | None = None,
    ) -> Result:
        """Return the claims that are denied and not paid: what to do, by when, what it is likely to bring.

        Parameters
        ----------
        filters
            As for `lines`: a selection becomes a worklist.
        order
            By expected dollars, by dollars ('amount') or by 'deadline'.
        as_of
            The day from which days are counted; by default today.

        Raises
        ------
        UsageError
            If a dimension or the order is none.
        BadInputError
            If the workspace's ``appeal_levels.csv`` cannot be read.
        """
        from auditlib.measures.denial_worklist import worklist
        from auditlib.measures.stated_grounds import with_stated_grounds

        lines, model = self._lines_with_chances()
        chosen = denied_lines.where(with_stated_grounds(lines, self._work().states()), filters or {})
        levels = read_appeal_levels(self._context.workspace.root)
        today = as_of or self._context.now().date()
        frame = worklist(
            chosen,
            levels,
            self._work().states(),
            today,
            order=order,
            fatal=self.fatal_checks(),
            requests=self._requests(today),
            with_requests_alone=not filters,
        )
        note = "Chance of overturn by the history of this workspace, whoever worked on it."
        if model.why_none is None:
            note += f" {model.tried}"
        else:
            note = f"No chance of overturn: {model.why_none}."
        without_claim = self.unmatched(as_of).frame
        if without_claim.height:
            paid = format_dollars(without_claim["paid_amount"].sum())
            note += (
                f" Besides, {counted(without_claim.height, 'payment')} ({paid}) without a claim: "
                "auditlib denials unmatched."
            )
        return Result(frame, "Denials to work on", note=note, hidden=["claim_id"])

    def unmatched(self, as_of: dt.date | None = None) -> Result:
        """Return the payments without a claim as a worklist: by dollars and age, with what would tie them.

        Parameters
        ----------
        as_of
            The day to which ages count; by default today.
        """
        from auditlib.measures.unmatched_payments import payments_without_claim, unmatched_worklist

        payments = payments_without_claim(self._context.warehouse)
        today = as_of or self._context.now().date()
        frame = unmatched_worklist(payments, self._work().states(), today)
        return Result(frame, "Payments without a claim", hidden=["remit_claim_id"])

    def records(self, as_of: dt.date | None = None) -> Result:
        """Return the requests for records with their last day and state: open, late, sent or answered.

        Parameters
        ----------
        as_of
            The day of looking; by default today.

        Raises
        ------
        BadInputError
            If the workspace's ``records_due.csv`` cannot be read.
        """
        frame = self._requests(as_of or self._context.now().date())
        note = "The last day is the letter's own, else from records_due.csv; without either it is not known."
        hidden = ["claim_id", "payer_id", "filing_code"]
        return Result(frame, "Requests for records", note=note, hidden=hidden)

    def write_worklist(self, path: Path | str, worklist: Result) -> Path:
        """Write a worklist as CSV or XLSX, by the ending of the name; see `write_claim_list`.

        Raises
        ------
        UsageError
            If the name ends otherwise, or the file is there already.
        """
        from auditlib.report.claim_list import require_new_list, write_claim_list

        target = require_new_list(Path(path))
        self._context.write_on_record(worklist.title or "worklist of denials", target)
        return write_claim_list(target, worklist.frame)

    def state_ground(self, claims: Claims, ground: str, *, first_day: dt.date | None = None) -> Result:
        """Enter the ground of a denial as the payer's letter states it."""
        subjects = self._appealable(claims, first_day)
        return self._enter(subjects, lambda work, subject: work.state_ground(subject.key, ground))

    def records_requested(
        self,
        claims: Claims,
        on: dt.date,
        due: dt.date | None = None,
        *,
        first_day: dt.date | None = None,
    ) -> Result:
        """Enter in the ledger that the payer asked for records by letter, and the last day that it names."""
        return self._enter(
            self._subjects(claims, first_day),
            lambda work, subject: work.records_requested(subject.key, on, due, sent_claim_on=subject.sent_on),
        )

    def records_sent(self, claims: Claims, on: dt.date, *, first_day: dt.date | None = None) -> Result:
        """Enter in the ledger that the records of claims were sent."""
        return self._enter(
            self._subjects(claims, first_day),
            lambda work, subject: work.records_sent(subject.key, on, requested_on=subject.requested_on),
        )

    def letter(self, claim: int | str, *, first_day: dt.date | None = None) -> str:
        """Return the draft of an appeal, from what the files say.

        Parameters
        ----------
        claim
            Its patient control number, or its id as in the frame of the worklist.
        first_day
            First day of service, to choose among several with one number.

        Raises
        ------
        UsageError
            If the claim is not on the worklist, or asks for a corrected claim and not for an appeal.
        """
        from auditlib.measures.denial_worklist import appeal_letter

        lines = self._lines_of(claim, first_day)
        claim_id = int(lines["claim_id"][0])
        rows = self.worklist().frame.filter(claim_id=claim_id)
        if rows.is_empty():
            message = f"Claim {claim} is not on the worklist."
            raise UsageError(message, hint="Nothing of it is denied and unpaid, or its work is closed.")
        return appeal_letter(self.claim(claim_id), rows.row(0, named=True), lines, self._context.now().date())

    def _stated_lines(self) -> pl.DataFrame:
        """Return the denied lines, with the grounds that users stated."""
        from auditlib.measures.stated_grounds import with_stated_grounds

        lines = denied_lines.denied_lines(self._context.warehouse)
        return with_stated_grounds(lines, self._work().states())

    def _find(
        self, claims: Sequence[int | str], first_day: dt.date | None, *, may_be_payment: bool
    ) -> list[Subject]:
        from auditlib.workbench.denial_subjects import find_subjects

        return find_subjects(
            self._context.warehouse, claims, first_day=first_day, may_be_payment=may_be_payment
        )

    def _appealable(self, claims: Claims, first_day: dt.date | None) -> list[Subject]:
        """Return the claims, of each of which something is denied."""
        subjects = self._subjects(claims, first_day)
        for subject in subjects:
            if subject.answered_on is None:
                message = f"No line of claim {subject.key.number} is denied."
                raise UsageError(message, hint="Give its patient control number, as the worklist shows it.")
        return subjects

    def _requests(self, today: dt.date) -> pl.DataFrame:
        from auditlib.measures.record_requests import read_records_due, record_requests, requests_in_files
        from auditlib.workbench.denial_subjects import known_claims

        warehouse, work = self._context.warehouse, self._work().states()
        asked = [key.number for key, state in work.items() if state.records_requested_date is not None]
        return record_requests(
            requests_in_files(warehouse),
            known_claims(warehouse, numbers=asked),
            work,
            read_records_due(self._context.workspace.root),
            today,
        )

    def fatal_checks(self) -> dict[int, str]:
        """Return by claim_id the checks whose fatal findings stand on it and that nobody accepted."""
        context = self._context
        accepted = accepted_findings(context.warehouse, context.ledger, as_of=context.now().date())
        standing = context.query("denials/fatal_finding").join(
            accepted, on=["check_id", "finding_number"], how="anti"
        )
        named = standing.group_by("claim_id").agg(pl.col("check_id").unique().sort().str.join(", "))
        return dict(named.iter_rows())

    def _found(self, seed: int) -> tuple[pl.DataFrame, int]:
        """Return what stands out and of how many claims, looked for once for a state of the warehouse."""
        from auditlib.measures import denial_findings

        warehouse = self._context.warehouse
        stamp = warehouse.stamp()
        if self._findings is None or stamp is None or self._findings[0] != (stamp, seed):
            lines = denied_lines.denied_lines(warehouse)
            codes = denial_findings.answered_codes(warehouse)
            found = denial_findings.findings_of(lines, codes, seed=seed)
            self._findings = ((stamp, seed), found, lines.filter("is_initial")["claim_id"].n_unique())
        return self._findings[1:]

    def _lines_with_chances(self) -> tuple[pl.DataFrame, OverturnModel]:
        """Return the denied lines with their chance of overturn, learned once for a state of the warehouse.

        The ledger has no part in what is learned: its grounds and outcomes are no column of the lines.
        """
        from auditlib.measures.overturn_model import overturn_model

        stamp, today = self._context.warehouse.stamp(), self._context.now().date()
        if self._learned is None or stamp is None or self._learned[0] != (stamp, today):
            lines = denied_lines.denied_lines(self._context.warehouse)
            model = overturn_model(lines, self._day(None))
            self._learned = ((stamp, today), model.with_chances(lines), model)
        return self._learned[1:]

    def _lines_of(self, claim: int | str, first_day: dt.date | None) -> pl.DataFrame:
        """Return the denied lines of a claim by patient control number or id."""
        column = "claim_id" if isinstance(claim, int) else "patient_control_number"
        lines = denied_lines.denied_lines(self._context.warehouse).filter(pl.col(column) == claim)
        if first_day is not None:
            lines = lines.filter(from_date=first_day)
        if lines.is_empty():
            message = f"No line of claim {claim} is denied."
            raise UsageError(message, hint="Give its patient control number, as the worklist shows it.")
        days = lines.unique("claim_id").sort("from_date", nulls_last=True)["from_date"]
        if days.len() > 1:
            first_days = ", ".join("no day" if day is None else format_date(day) for day in days)
            message = f"Number {claim} is of {days.len()} claims, by first day: {first_days}."
            raise UsageError(
                message, hint="Add the first day (--first-day), or give the id from the worklist's frame."
            )
        return lines

    def _ledgered(self, net_revenue_amount: Decimal | None) -> Ledgered:
        """Return what the ledger knows of appeals and write-offs, for the metrics."""
        from auditlib.measures.denial_metrics import Ledgered
        from auditlib.measures.denial_worklist import claim_key

        states = self._work().states()
        if not states:
            return Ledgered(net_revenue_amount=net_revenue_amount)
        lines = denied_lines.denied_lines(self._context.warehouse).unique("claim_id").iter_rows(named=True)
        appealed = [
            {"claim_id": row["claim_id"], "appeal_date": states[key].first_appeal_date}
            for row in lines
            if (key := claim_key(row)) in states and states[key].first_appeal_date is not None
        ]
        of_claims = (state for key, state in states.items() if not key.payment)
        written_off = sum((state.written_off_amount for state in of_claims), Decimal(0))
        return Ledgered(
            pl.DataFrame(appealed, schema={"claim_id": pl.Int64, "appeal_date": pl.Date}),
            written_off or None,
            net_revenue_amount,
        )

    def _last_day(self) -> dt.date | None:
        from auditlib.measures import claim_waits

        return claim_waits.last_known_day(claim_waits.claim_waits(self._context.warehouse))

    def _day(self, as_of: dt.date | None) -> dt.date:
        """Return the day of looking: the one asked for, else the last one known, else today."""
        return as_of or self._last_day() or self._context.now().date()


def _several(by: By) -> tuple[denials.Dimension, ...]:
    return (by,) if isinstance(by, str) else tuple(by)


def _months(rates: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import denial_rate_by_month

    return denial_rate_by_month(rates)


def _pareto(reasons: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import denial_pareto

    return denial_pareto(reasons)


def _flow(flow: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import claim_flow

    return claim_flow(flow)
