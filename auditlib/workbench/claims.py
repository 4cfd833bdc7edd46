"""Claims followed: each one's history, and what it comes to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures import outcomes, positions, totals
from auditlib.measures.visit_level_change import change_sentence, visit_level_change
from auditlib.report.result import Result, missing
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    import altair as alt


@answers_on_record
class Claims:
    """The claims of one workspace, with all that was sent after them and answered to them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def history(self, number: str) -> Result:
        """Return what was sent and answered on an account, in order, with the running net payment.

        Parameters
        ----------
        number
            A patient control number or an encounter's id. Everything in the chains of its claims is shown,
            and the payments of that number that answer no loaded claim.

        Returns
        -------
        Result
            One row an event, each with the file and the byte at which it is.

        Raises
        ------
        UsageError
            If neither a claim nor a payment has that number.
        """
        history = self._context.query("claims/claim_history", {"number": number})
        if history.is_empty():
            message = "No claim and no payment has that number."
            hint = "The patient control number (CLM01 of an 837, CLP01 of an 835), or an encounter's id."
            raise UsageError(message, hint=hint)
        return Result(history, f"History of {number}")

    def positions(self, position: str | None = None) -> Result:
        """Return the net position of each claim after reversals, or of the claims in one position.

        Raises
        ------
        UsageError
            If there is no such position.
        """
        self._context.require_known("position", position, positions.POSITIONS)
        frame = positions.claim_positions(self._context.warehouse)
        return Result(frame if position is None else frame.filter(position=position), "Net positions")

    def position_totals(self) -> Result:
        """Return claims and dollars by net position, each claim in exactly one row."""
        return Result(positions.position_totals(self._context.warehouse), "Claims by net position")

    def matching_methods(self) -> Result:
        """Return the claim payments by how they were matched to claims, or why they were not."""
        return Result(totals.matching_methods(self._context.warehouse), "How payments were matched")

    def unmatched(self) -> Result:
        """Return the claim payments that answer no loaded claim or fit several, each with the reason."""
        frame = self._context.query("claims/unmatched_payment")
        return Result(frame, "Payments without a claim, and why", hidden=["remit_claim_id"])

    def rejections(self) -> Result:
        """Return the rejections before adjudication (277CA, 999, TA1) by reason, most claims first."""
        frame = self._context.query("claims/front_end_rejection")
        return Result(frame, "Rejections before adjudication")

    def clean_rate(self) -> Result:
        """Return the share of answered claims that were paid at first, neither rejected nor denied."""
        return Result(outcomes.clean_claim_rate(self._context.warehouse), "Clean claims")

    def visit_levels(self, first_day_after: dt.date) -> Result:
        """Return the levels of each provider's visits before a day and from it on, as since a new tool.

        Parameters
        ----------
        first_day_after
            First day of service of the second period.

        Returns
        -------
        Result
            See `auditlib.measures.visit_level_change.visit_level_change`; the note says how many changed,
            and ``.plot()`` draws the shares of both periods.
        """
        frame = visit_level_change(self._context.warehouse, first_day_after)
        title = "Levels of visits before and after"
        if frame.is_empty():
            return missing("No visit whose level has rules here is billed.", title, frame=frame)

        def picture(rows: pl.DataFrame) -> alt.TopLevelMixin:
            from auditlib.plots.levels import levels_before_and_after  # noqa: PLC0415 - altair is slow to import

            return levels_before_and_after(rows, first_day_after=first_day_after)

        return Result(frame, title, note=change_sentence(frame, first_day_after), picture=picture)

    def totals(self) -> Result:
        """Return the claims by form, with their lines and charges."""
        return Result(totals.claim_totals(self._context.warehouse), "Claims by form")

    def unmatched_payments(self) -> Result:
        """Return the share of claim payments that no loaded claim answers to."""
        return Result(totals.unmatched_payments(self._context.warehouse), "Payments without a claim")
