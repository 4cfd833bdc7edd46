"""Denials and outcomes: how often, by whom, why, and what became of the claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from auditlib.measures import claim_waits, denial_findings, denial_metrics, denials, denied_lines, outcomes
from auditlib.measures.denied_claim import DeniedClaim, denied_claim
from auditlib.report.result import Result
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    import altair as alt

    from auditlib.widgets import DenialExplorer

    By = denials.Dimension | Sequence[denials.Dimension]


class Denials:
    """The denials among the original claims to primary payers, each claim once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def explore(self) -> DenialExplorer:
        """Return the screen of linked bars: every bar filters all the others and leads to its claims."""
        from auditlib.workbench.denial_explorer import denial_explorer  # noqa: PLC0415 - ipywidgets is slow to import

        return denial_explorer(self._context)

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
        return Result(caught, "Denials that our checks would have caught")

    def overturned(self, by: By = ()) -> Result:
        """Return the share of initial denials that were paid in the end."""
        rates = denials.overturn_rates(self._context.warehouse, by=_several(by))
        return Result(rates, "Denials paid in the end")

    def reduced(self) -> Result:
        """Return payments that were reduced and not refused, those that lack most first: no denials."""
        return Result(self._context.query("claims/reduced_payment"), "Reduced payments")

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
        frame = denied_lines.denied_lines(self._context.warehouse)
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
        frame = denied_lines.denied_lines(self._context.warehouse)
        return Result(denied_lines.bars(frame, dimensions, filters), "Denied dollars, by the first denial")

    def claims(self, filters: denied_lines.Filters | None = None) -> Result:
        """Return the claims behind a bar or a cell, costliest first; filters as for `lines`."""
        frame = denied_lines.denied_lines(self._context.warehouse)
        return Result(denied_lines.claims_of(frame, filters), "Claims with denied lines", hidden=["claim_id"])

    def claim(self, claim_id: int) -> DeniedClaim:
        """Return one claim with its lines, adjustments, remarks, history and findings.

        Raises
        ------
        UsageError
            If there is no original claim with that id.
        """
        return denied_claim(self._context.warehouse, claim_id)

    def metrics(self, as_of: dt.date | None = None) -> Result:
        """Return the metrics of HFMA's task force and the other usual ones, each with what it divides."""
        frame = denial_metrics.denial_metrics(self._context.warehouse, as_of)
        note = f"As of {as_of or self._last_day() or 'no day: nothing is loaded'}."
        return Result(frame, "Denial metrics", note=note)

    def aged(self, as_of: dt.date | None = None) -> Result:
        """Return the denied lines that are not paid, by days since the first denial."""
        frame = denied_lines.denied_lines(self._context.warehouse)
        ages = denial_metrics.aged_denials(frame, self._day(as_of))
        return Result(ages, "Denied lines not paid, by age")

    def why_totals_differ(self) -> Result:
        """Return the steps from initially denied dollars to the denied dollars on the paths of the claims."""
        frame = denial_metrics.why_totals_differ(self._context.warehouse)
        return Result(frame, "Why two totals of denied dollars differ")

    def time_to_settlement(self, by: claim_waits.By = "all", as_of: dt.date | None = None) -> Result:
        """Return the share of claims not yet settled by days since submission (Kaplan-Meier)."""
        waits = claim_waits.claim_waits(self._context.warehouse)
        frame = claim_waits.time_to_settlement(waits, self._day(as_of), by=by)
        return Result(frame, "Claims not settled, by days since submission")

    def first_answers(self, by: claim_waits.By = "all", as_of: dt.date | None = None) -> Result:
        """Return the shares paid, denied and open by days since submission (Aalen-Johansen)."""
        waits = claim_waits.claim_waits(self._context.warehouse)
        frame = claim_waits.first_answers_over_time(waits, self._day(as_of), by=by)
        return Result(frame, "First answers, by days since submission")

    def cohorts(self, as_of: dt.date | None = None) -> Result:
        """Return what was answered and denied of each month's claims within 30, 60, 90 and 120 days."""
        waits = claim_waits.claim_waits(self._context.warehouse)
        note = "Compare complete rows only: in the others late answers are still missing."
        return Result(
            claim_waits.cohorts(waits, self._day(as_of)), "Cohorts by month of submission", note=note
        )

    def findings(self, seed: int = 0) -> Result:
        """Return what stands out among initial denials, by dollars and evidence, each in one sentence."""
        note = "Where nothing stands out, anything is reported in at most 5 % of data sets."
        frame = denial_findings.denial_findings(self._context.warehouse, seed=seed)
        return Result(frame, "Denials that stand out", note=note, hidden=["filters"])

    def _last_day(self) -> dt.date | None:
        return claim_waits.last_known_day(claim_waits.claim_waits(self._context.warehouse))

    def _day(self, as_of: dt.date | None) -> dt.date:
        """Return the day of looking: the one asked for, else the last one known, else today."""
        return as_of or self._last_day() or self._context.now().date()


def _several(by: By) -> tuple[denials.Dimension, ...]:
    return (by,) if isinstance(by, str) else tuple(by)


def _months(rates: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import denial_rate_by_month  # noqa: PLC0415 - altair is slow to import

    return denial_rate_by_month(rates)


def _pareto(reasons: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import denial_pareto  # noqa: PLC0415 - altair is slow to import

    return denial_pareto(reasons)


def _flow(flow: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import claim_flow  # noqa: PLC0415 - altair is slow to import

    return claim_flow(flow)
