"""Levels of appeal and their deadlines, from a table that the user edits; what it lacks is not known."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError

FILE_NAME: Final = "appeal_levels.csv"
"""In the workspace: the user's own table, whose rows come before the project's."""

COLUMNS: Final = ("payer", "payer_class", "level_number", "level", "days", "receipt_days", "source")
"""What a table must have; the project's says besides, in ``checked``, what was looked up and when."""
_MEDICARE: Final = "Medicare fee-for-service"
_CLASSES: Final = {
    "MA": _MEDICARE,
    "MB": _MEDICARE,
    "16": "Medicare Advantage",
    "MC": "Medicaid",
    "CH": "TRICARE or veterans",
    "VA": "TRICARE or veterans",
    "WC": "workers' compensation",
}


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


def fits_payer(payer: str, payer_class: str, payer_id: str, payer_name: str, filing_code: str | None) -> bool:
    """Return whether a row of a table by payer or class of payer is of a payer.

    Parameters
    ----------
    payer, payer_class
        As the row says; empty for all.
    payer_id, payer_name, filing_code
        Of the payer; the claim filing indicator tells its class.
    """
    if payer:
        return payer.casefold() in {payer_id.casefold(), payer_name.casefold()}
    return not payer_class or payer_class == _CLASSES.get(filing_code or "", "other")


def read_appeal_levels(folder: Path | None = None) -> list[AppealLevel]:
    """Return the levels: those of the user's table in a folder, then the project's.

    Raises
    ------
    BadInputError
        If the user's table lacks a column, or a number is none.
    """
    own = None if folder is None else folder / FILE_NAME
    levels = (
        _levels(own.read_text(encoding="utf-8-sig"), own.name) if own is not None and own.is_file() else []
    )
    return [
        *levels,
        *_levels((files("auditlib.measures") / FILE_NAME).read_text(encoding="utf-8"), FILE_NAME),
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


def _levels(text: str, name: str) -> list[AppealLevel]:
    reader = csv.DictReader(text.splitlines())
    lacking = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
    if lacking:
        message = f"{name} has no column {', '.join(lacking)}."
        raise BadInputError(message, hint=f"Its columns are {', '.join(COLUMNS)}.")
    levels = []
    for number, row in enumerate(reader, start=2):
        try:
            numbers = [int(row[column]) for column in ("level_number", "days", "receipt_days")]
        except (TypeError, ValueError) as error:
            message = f"{name}, line {number}: level_number, days and receipt_days must be whole numbers."
            raise BadInputError(message, hint="A deadline that is not known has no row.") from error
        level_number, days, receipt_days = numbers
        texts = {
            column: (row[column] or "").strip() for column in ("payer", "payer_class", "level", "source")
        }
        levels.append(
            AppealLevel(
                texts["payer"],
                texts["payer_class"],
                level_number,
                texts["level"],
                days,
                receipt_days,
                texts["source"],
            )
        )
    return levels
