"""The fiscal year an ICD-10 file belongs to: by its name, and by marker codes.

The files do not contain their year. A few codes that each year added or deleted serve as markers that
distinguish one year's list of codes from the next.
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
# A name may end in the date of its last update, which is not the year of the release.
_UPDATED: Final = re.compile(r"updated[-_ ].*", re.IGNORECASE)
_UPDATE: Final = re.compile(
    r"(?<![a-z])(january|april|july)[-_ ]+0?1[-_, ]+(20[0-9]{2})(?![0-9])", re.IGNORECASE
)
_UPDATE_MONTHS: Final = {"january": 1, "april": 4, "july": 7}
_OCTOBER: Final = 10


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user states about a file; each value takes precedence over the file's name.

    Parameters
    ----------
    release
        Name of the release.
    effective_from, effective_to
        Effective dates: first and last day.
    setting
        Setting of an edit file: practitioner, hospital or supplier.
    code_system
        Code system of a list of codes with titles.
    code_column, title_column
        Names of its columns with codes and titles.
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
    """A release's name and effective dates."""

    release: str
    effective_from: dt.date
    effective_to: dt.date | None

    @property
    def fiscal_year(self) -> int:
        """The fiscal year of its first day."""
        return self.effective_from.year + (self.effective_from.month >= _OCTOBER)


def fiscal_days(code_system: str, names: Collection[str], stated: Stated) -> ReleaseDays:
    """Return the fiscal year that a file belongs to, with its dates.

    Parameters
    ----------
    code_system
        Code system, for the message.
    names
        Names of the file and of the ZIP that contains it.
    stated
        What the user stated.

    Raises
    ------
    BadInputError
        If no name has a year, the names disagree, or the stated dates are not in one fiscal year.
    """
    if stated.effective_from:
        first = stated.effective_from
        year = first.year + (first.month >= _OCTOBER)
    else:
        years = {int(year) for name in names for year in _YEAR.findall(_UPDATED.sub("", name))}
        if len(years) != 1:
            year_text = " and ".join(str(year) for year in sorted(years)) or "none"
            file = " in ".join(names)
            message = f"{file} does not say its year of {code_system}: years in its name, {year_text}."
            raise BadInputError(message, hint="State it: --from 2025-10-01 for fiscal year 2026.")
        year = years.pop()
        update = next((match for name in names if (match := _UPDATE.search(name))), None)
        first = (
            dt.date(year, _UPDATE_MONTHS[update[1].lower()], 1) if update else dt.date(year - 1, _OCTOBER, 1)
        )
    end = dt.date(year, 9, 30)
    last = stated.effective_to or end
    if not first <= last <= end:
        # After the fiscal year, codes that are new in October would be reported as invalid.
        file = " in ".join(names)
        message = f"{file} is {code_system} {year} and cannot be effective from {first} to {last}."
        raise BadInputError(message, hint=f"State a --to from {first} to {end}, or omit it.")
    month = "" if first.month == _OCTOBER else f" {first:%B}"
    return ReleaseDays(stated.release or f"FY{year}{month} official", first, last)


def check_marks(code_system: str, fiscal_year: int, billable: pl.Series, name: str) -> None:
    """Raise if a list of codes has the marker codes of another year.

    Raises
    ------
    BadInputError
        If it does; the message names the marker code.
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
    raise BadInputError(message, hint="It is another year's file, or truncated: download it again.")
