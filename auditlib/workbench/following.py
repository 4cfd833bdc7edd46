"""How claims are followed: each one's history, and what it comes to."""

from __future__ import annotations

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures import positions, totals
from auditlib.workspace.folder import Workspace


class Following:
    """The claims of one workspace, with all that was sent after them and answered to them."""

    workspace: Workspace

    def claim_history(self, number: str) -> pl.DataFrame:
        """Return what was sent and answered on an account, in order, with the running net payment.

        Parameters
        ----------
        number
            A patient control number or an encounter's id. Everything in the chains of its claims is shown,
            and the payments of that number that answer no loaded claim.

        Returns
        -------
        polars.DataFrame
            One row an event, each with the file and the byte at which it stands.

        Raises
        ------
        UsageError
            If neither a claim nor a payment has that number.
        """
        history = self.workspace.warehouse().query("queries/claims/claim_history", {"number": number})
        if history.is_empty():
            message = "No claim and no payment has that number."
            hint = "The patient control number (CLM01 of an 837, CLP01 of an 835), or an encounter's id."
            raise UsageError(message, hint=hint)
        return history

    def claim_positions(self, position: str | None = None) -> pl.DataFrame:
        """Return the net position of each claim after reversals, or of the claims in one position.

        Raises
        ------
        UsageError
            If there is no such position.
        """
        found = positions.claim_positions(self.workspace.warehouse())
        if position is None:
            return found
        if position not in positions.POSITIONS:
            message = f"There is no position '{position}'."
            raise UsageError(message, hint=f"One of: {'; '.join(positions.POSITIONS)}.")
        return found.filter(position=position)

    def position_totals(self) -> pl.DataFrame:
        """Return claims and dollars by net position, each claim in exactly one row."""
        return positions.position_totals(self.workspace.warehouse())

    def matching_methods(self) -> pl.DataFrame:
        """Return the claim payments by how they were matched to claims, or why they were not."""
        return totals.matching_methods(self.workspace.warehouse())
