"""Levels of appeal and their deadlines, from a table that the user edits; what it lacks is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.measures.payer_tables import fits_payer, table_rows

FILE_NAME: Final = "appeal_levels.csv"
"""In the workspace: the user's own table, whose rows come before the project's."""

COLUMNS: Final = ("payer", "payer_class", "level_number", "level", "days", "receipt_days", "source")
"""What a table must have; the project's says besides, in ``checked``, what was looked up and when."""


@dataclass(frozen=True, slots=True)
class AppealLevel:
    """One level of appeal.

    Parameters
    ----------
    payer
        Identifier or name of the payer; empty for all of a class.
    payer_class
        Class by the claim filing indicator; empty for all.
    level_number
        From 1.
    level
        Its name.
    days
        Days from the day on which the decision counts as received.
    receipt_days
        Days after its date on which the decision counts as received.
    source
        Where that is written.
    """

    payer: str
    payer_class: str
    level_number: int
    level: str
    days: int
    receipt_days: int
    source: str

    def due_date(self, decided: dt.date) -> dt.date:
        """Return the last day to appeal a decision of a day."""
        return decided + dt.timedelta(days=self.receipt_days + self.days)

    def fits(self, payer_id: str, payer_name: str, filing_code: str | None) -> bool:
        """Return whether it is of that payer, or of its class."""
        return fits_payer(self.payer, self.payer_class, payer_id, payer_name, filing_code)


def read_appeal_levels(folder: Path | None = None) -> list[AppealLevel]:
    """Return the levels: those of the user's table in a folder, then the project's.

    Raises
    ------
    BadInputError
        If the user's table lacks a column, or a number is none.
    """
    return [
        AppealLevel(
            row.cells["payer"],
            row.cells["payer_class"],
            row.whole_number("level_number", least=1),
            row.cells["level"],
            row.whole_number("days"),
            row.whole_number("receipt_days"),
            row.cells["source"],
        )
        for row in table_rows(folder, FILE_NAME, COLUMNS)
    ]


def level_of(
    levels: Sequence[AppealLevel],
    level_number: int,
    *,
    payer_id: str,
    payer_name: str,
    filing_code: str | None,
) -> AppealLevel | None:
    """Return the level of a payer: a row for the payer before one for its class before one for all."""
    fitting = [
        one
        for one in levels
        if one.level_number == level_number and one.fits(payer_id, payer_name, filing_code)
    ]
    return min(fitting, key=lambda one: (not one.payer, not one.payer_class), default=None)
