"""The first day of a list of ICD-10 codes: by its names, its codes, its addenda, or as the user states it.

The publisher's update of January or April often has the file name of the October before. A list that is valid
too early would pass claims that were wrong, so where nothing shows the day, it has to be stated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import polars as pl

from auditlib.codesets.readers.fiscal_year import (
    ReleaseDays,
    Stated,
    fiscal_days,
    fiscal_year_of,
    named_year,
    october_of,
)
from auditlib.codesets.readers.icd10.addenda import Addenda
from auditlib.codesets.readers.icd10.known_releases import (
    day_by_count,
    has_known_size,
    is_known_year,
    update_begun,
)
from auditlib.errors import BadInputError


def list_year(code_system: str, names: Collection[str], stated: Stated) -> int:
    """Return the fiscal year of a list of codes, as stated or as its names say.

    Raises
    ------
    BadInputError
        If no name has a year, or the names disagree.
    """
    if stated.effective_from:
        return fiscal_year_of(stated.effective_from)
    return named_year(code_system, names)[0]


def list_days(
    code_system: str,
    names: Collection[str],
    stated: Stated,
    billable: pl.Series,
    addenda: Addenda | None = None,
) -> ReleaseDays:
    """Return the name and effective dates of a list of codes.

    Parameters
    ----------
    code_system
        ICD-10-CM or ICD-10-PCS.
    names
        Names of the file and of the ZIP that contains it.
    stated
        What the user stated.
    billable
        The billable codes of the list.
    addenda
        The addenda beside it, if there is one.

    Raises
    ------
    BadInputError
        If nothing shows the day, or the list has a code that began after the day that is stated or named.
    """
    file = " in ".join(names)
    year = list_year(code_system, names, stated)
    first = stated.effective_from or named_year(code_system, names)[1]
    if first is None:
        first = _shown_day(code_system, year, billable, addenda) or _asked_for(stated, year)
    if first is None:
        raise _undated(code_system, year, addenda)
    begun = update_begun(code_system, year, billable)
    if begun is not None and first < begun:
        message = f"{file} has codes that began on {begun}: it cannot be effective from {first}."
        raise BadInputError(message, hint=f"It is the update of that day: --from {begun}.")
    return fiscal_days(code_system, names, stated, first_day=first)


def notes_days(code_system: str, names: Collection[str], stated: Stated, codes: pl.Series) -> ReleaseDays:
    """Return the name and effective dates of a tabular list, by its names and its codes.

    Parameters
    ----------
    code_system
        ICD-10-CM.
    names
        Its version, and the names of the file and of the ZIP that contains it.
    stated
        What the user stated.
    codes
        Its codes, without those that need a seventh character.
    """
    if stated.effective_from:
        return fiscal_days(code_system, names, stated)
    year, named = named_year(code_system, names)
    return fiscal_days(code_system, names, stated, first_day=named or update_begun(code_system, year, codes))


def _shown_day(code_system: str, year: int, billable: pl.Series, addenda: Addenda | None) -> dt.date | None:
    """Return the first day that codes, their number or the addenda show; None if they show none."""
    shown = update_begun(code_system, year, billable) or day_by_count(code_system, year, billable.len())
    if shown is not None:
        return shown
    if addenda is not None and year in addenda.days_after.fiscal_years:
        if addenda.days_after.first_days:
            return max(addenda.days_after.first_days)
        if addenda.days_before.fiscal_years == {year - 1}:
            return october_of(year)
    elif is_known_year(code_system, year) and has_known_size(code_system, year, billable.len()):
        return october_of(year)
    return None


def _asked_for(stated: Stated, year: int) -> dt.date | None:
    """Return the first day of the release that was downloaded as such, if it is of the list's year."""
    day = stated.asked_for
    return day if day is not None and fiscal_year_of(day) == year else None


def _undated(code_system: str, year: int, addenda: Addenda | None) -> BadInputError:
    reason = (
        f"{addenda.file_name} changes fiscal year {year} within the year"
        if addenda is not None and addenda.days_before.fiscal_years == {year}
        else "neither its name nor its codes nor an addenda beside it show it"
    )
    message = f"The first day of this list of {code_system} is not known: {reason}."
    october = october_of(year)
    hint = f"State it: --from {october} for October's list, --from {year}-04-01 for April's update."
    return BadInputError(message, hint=hint)
