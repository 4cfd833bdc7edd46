"""Which fiscal year an ICD-10 file is of: what its name says, and whether its codes agree.

The files name no year inside. A few codes that each year added or deleted are kept as marks: they tell one
year's list of codes from the next.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.embedded import embedded_folder
from auditlib.errors import BadInputError

MARK_FILE: Final = "fiscal_year_mark.csv"
_YEAR: Final = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
# A name may end in the day of its last update, which is no year of a release.
_UPDATED: Final = re.compile(r"updated[-_ ].*", re.IGNORECASE)
_UPDATE: Final = re.compile(
    r"(?<![a-z])(january|april|july)[-_ ]+0?1[-_, ]+(20[0-9]{2})(?![0-9])", re.IGNORECASE
)
_UPDATE_MONTHS: Final = {"january": 1, "april": 4, "july": 7}
_OCTOBER: Final = 10


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says of a file that cannot say it itself; each overrules the file's name.

    Parameters
    ----------
    release
        Name of the release.
    effective_from, effective_to
        First and last day that it speaks for.
    setting
        Of an edit file: practitioner, hospital or supplier.
    code_system
        Of a list of codes with titles.
    code_column, title_column
        Names of its columns.
    """

    release: str | None = None
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    setting: str | None = None
    code_system: str | None = None
    code_column: str | None = None
    title_column: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseDays:
    """A release's name and the days that it speaks for."""

    release: str
    effective_from: dt.date
    effective_to: dt.date | None

    @property
    def fiscal_year(self) -> int:
        """The fiscal year of its first day."""
        return self.effective_from.year + (self.effective_from.month >= _OCTOBER)


def fiscal_days(code_system: str, names: Collection[str], stated: Stated) -> ReleaseDays:
    """Return the fiscal year that a file is said to be of.

    Parameters
    ----------
    code_system
        For the message.
    names
        Names of the file and of the ZIP around it.
    stated
        What the user says.

    Raises
    ------
    BadInputError
        If nothing names a year, the names disagree, or the days said are not of one fiscal year.
    """
    if stated.effective_from:
        first = stated.effective_from
        year = first.year + (first.month >= _OCTOBER)
    else:
        years = {int(year) for name in names for year in _YEAR.findall(_UPDATED.sub("", name))}
        if len(years) != 1:
            found = " and ".join(str(year) for year in sorted(years)) or "none"
            file = " in ".join(names)
            message = f"{file} does not say which year of {code_system} it is: years in its name, {found}."
            raise BadInputError(message, hint="Say it: --from 2025-10-01 for fiscal year 2026.")
        year = years.pop()
        update = next((match for name in names if (match := _UPDATE.search(name))), None)
        first = (
            dt.date(year, _UPDATE_MONTHS[update[1].lower()], 1) if update else dt.date(year - 1, _OCTOBER, 1)
        )
    end = dt.date(year, 9, 30)
    last = stated.effective_to or end
    if not first <= last <= end:
        # Beyond it, codes that are new in October would be called invalid.
        file = " in ".join(names)
        message = f"{file} holds {code_system} of fiscal year {year} and cannot speak from {first} to {last}."
        raise BadInputError(message, hint=f"Say a --to from {first} to {end}, or leave it out.")
    month = "" if first.month == _OCTOBER else f" {first:%B}"
    return ReleaseDays(stated.release or f"FY{year}{month} official", first, last)


def check_marks(code_system: str, fiscal_year: int, billable: pl.Series, name: str) -> None:
    """Refuse a list of codes that holds the marks of another year.

    Raises
    ------
    BadInputError
        Naming the code that gives it away.
    """
    marks = pl.read_csv(embedded_folder("codesets") / MARK_FILE, schema_overrides={"code": pl.String}).filter(
        pl.col("code_system") == code_system
    )
    is_after = pl.col("fiscal_year") <= fiscal_year
    is_expected = (pl.col("change") == "added") == is_after
    wrong = marks.filter(pl.col("code").is_in(billable.implode()) != is_expected).sort("fiscal_year", "code")
    if wrong.is_empty():
        return
    mark = wrong.row(0, named=True)
    verb = "holds" if mark["code"] in set(billable) else "lacks"
    message = (
        f"{name} is not fiscal year {fiscal_year}: it {verb} {mark['code']}, "
        f"which fiscal year {mark['fiscal_year']} {mark['change']}."
    )
    raise BadInputError(message, hint="It is another year's file, or it is cut off: download it again.")
