"""What files say of themselves and of each other: notes, acknowledgments and balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.errors import UsageError
from auditlib.measures import balances

if TYPE_CHECKING:
    import polars as pl

    from auditlib.workbench.workspace import Workspace


class Examining:
    """The files of one workspace, held against themselves."""

    workspace: Workspace

    def file_notes(self) -> pl.DataFrame:
        """Return what disagrees with itself in X12 files: counts, control numbers, trailers, versions.

        Nothing was set aside for it; severity R asks for a person's eye, I informs.
        """
        return self.workspace.warehouse().query("core/file_note")

    def acknowledgments(self) -> pl.DataFrame:
        """Return the verdicts of 999, 997 and TA1 files, with the loaded file that each is about.

        ``acknowledged_file_name`` is null where no loaded file, or more than one, could be meant.
        """
        return self.workspace.warehouse().query("core/acknowledged")

    def balances(self, rule: str | None = None) -> pl.DataFrame:
        """Return what does not add up; see `auditlib.measures.balances.unbalanced`.

        Raises
        ------
        UsageError
            If there is no such rule.
        """
        if rule is not None and rule not in balances.BALANCE_RULES:
            message = f"There is no balancing rule '{rule}'."
            raise UsageError(message, hint=f"One of: {'; '.join(balances.BALANCE_RULES)}.")
        return balances.unbalanced(self.workspace.warehouse(), rule)

    def balance_totals(self) -> pl.DataFrame:
        """Return by file and rule how many were examined, how many add up, and the differences."""
        return balances.balance_totals(self.workspace.warehouse())
