"""The fiscal year that a file belongs to, and its first day, as its names say or the user states."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from auditlib.errors import BadInputError

_OCTOBER: Final = 10
_CENTURY: Final = 2000
# Releases begin in these months; other months in names are those in which a file was made.
_RELEASE_MONTHS: Final = {"jan": 1, "apr": 4, "jul": 7, "aug": 8, "oct": 10}
# Without its day, July or August in a name is when October's files are published.
_PLAIN_MONTHS: Final = frozenset({1, 4, 10})
_FIRST_OF_MONTH: Final = 1
# Words in names may be joined by capitals alone: CodesJan2021.
_WORD_BEGINS: Final = r"(?:(?<![A-Za-z])|(?-i:(?<=[a-z])(?=[A-Z])))"
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|apr(?:il)?|july?|aug(?:ust)?|oct(?:ober)?)"
    r"(?![a-z])"
)
_GAP: Final = r"[-_ .,/]*"
_FULL_YEAR: Final = r"(?<![0-9])(?P<year>20[0-9]{2})(?![0-9])"
# A name may end in the day of its last update, which is not the day of the release.
_UPDATED: Final = re.compile(r"updated[-_ ].*", re.IGNORECASE)
_DATES: Final = (
    # april-1-2023, Apr_01_2023
    re.compile(
        rf"{_WORD_BEGINS}{_MONTH}{_GAP}(?P<day>0?1)(?:st)?[-_ .,/]+(?P<year>20[0-9]{{2}})(?![0-9])",
        re.IGNORECASE,
    ),
    # Jan-2021, April2023
    re.compile(rf"{_WORD_BEGINS}{_MONTH}{_GAP}(?P<year>20[0-9]{{2}})(?![0-9])", re.IGNORECASE),
    # 2021jan, FY2021-Jan, 2023 April 1
    re.compile(
        rf"(?<![0-9])(?P<year>20[0-9]{{2}}){_GAP}(?:update{_GAP})?{_MONTH}{_GAP}(?P<day>0?1(?:st)?(?![0-9]))?",
        re.IGNORECASE,
    ),
    # Effective-10-1-2017, eff_04-01-2022
    re.compile(
        r"(?<![0-9])(?P<month>0?[1-9]|1[0-2])[-_./](?P<day>0?1)[-_./](?P<year>20[0-9]{2})(?![0-9])",
        re.IGNORECASE,
    ),
    # 2022-04-01
    re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>01)(?![0-9])"),
)
_FISCAL_YEAR: Final = re.compile(
    rf"{_WORD_BEGINS}fy{_GAP}(?P<year>20[0-9]{{2}}|[0-9]{{2}})(?![0-9])", re.IGNORECASE
)
_YEAR: Final = re.compile(_FULL_YEAR)


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
    asked_for
        First day of the release that was downloaded as such: it counts where the file itself shows none.
    """

    release: str | None = None
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    setting: str | None = None
    code_system: str | None = None
    code_column: str | None = None
    title_column: str | None = None
    asked_for: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ReleaseDays:
    """A release's name and effective dates."""

    release: str
    effective_from: dt.date
    effective_to: dt.date | None

    @property
    def fiscal_year(self) -> int:
        """The fiscal year of its first day."""
        return fiscal_year_of(self.effective_from)


@dataclass(frozen=True, slots=True)
class NamedDays:
    """What names say: the fiscal years, and the first days that are written out."""

    fiscal_years: frozenset[int]
    first_days: frozenset[dt.date]


def fiscal_year_of(day: dt.date) -> int:
    """Return the fiscal year of a day: it begins on 1 October of the calendar year before."""
    return day.year + (day.month >= _OCTOBER)


def october_of(fiscal_year: int) -> dt.date:
    """Return the first day of a fiscal year."""
    return dt.date(fiscal_year - 1, _OCTOBER, 1)


def days_in_names(names: Collection[str]) -> NamedDays:
    """Return the fiscal years and first days that names say.

    A calendar year beside a day of October is the year of that day: FY2023-Effective-10-01-2022 is fiscal
    year 2023.
    """
    years: set[int] = set()
    days: set[dt.date] = set()
    for name in names:
        rest = _UPDATED.sub("", name)
        for pattern in _DATES:
            for match in pattern.finditer(rest):
                if (day := _first_day(match)) is not None:
                    days.add(day)
                    years.add(fiscal_year_of(day))
                    rest = rest.replace(match[0], " ")
        for match in _FISCAL_YEAR.finditer(rest):
            years.add(int(match["year"]) % 100 + _CENTURY)
        years.update(int(match["year"]) for match in _YEAR.finditer(_FISCAL_YEAR.sub(" ", rest)))
    return NamedDays(frozenset(years), frozenset(days))


def _first_day(match: re.Match[str]) -> dt.date | None:
    month_text = match["month"].lower()
    month = int(month_text) if month_text.isdigit() else _RELEASE_MONTHS[month_text[:3]]
    has_day = bool(match.groupdict().get("day"))
    if month not in _RELEASE_MONTHS.values() or not (has_day or month in _PLAIN_MONTHS):
        return None
    return dt.date(int(match["year"]), month, _FIRST_OF_MONTH)


def fiscal_days(
    code_system: str, names: Collection[str], stated: Stated, *, first_day: dt.date | None = None
) -> ReleaseDays:
    """Return the fiscal year that a file belongs to, with its dates.

    Parameters
    ----------
    code_system
        Code system, for the message.
    names
        Names of the file and of the ZIP that contains it.
    stated
        What the user stated.
    first_day
        First day as the file's contents show it; by default as its names say, else 1 October.

    Raises
    ------
    BadInputError
        If no name has a year, the names disagree, or the stated dates are not in one fiscal year.
    """
    first = stated.effective_from or first_day
    if first is None:
        year, named = named_year(code_system, names)
        first = named or october_of(year)
    year = fiscal_year_of(first)
    end = dt.date(year, 9, 30)
    last = stated.effective_to or end
    if not first <= last <= end:
        # After the fiscal year, codes that are new in October would be reported as invalid.
        file = " in ".join(names)
        message = f"{file} is {code_system} {year} and cannot be effective from {first} to {last}."
        raise BadInputError(message, hint=f"State a --to from {first} to {end}, or omit it.")
    month = "" if first.month == _OCTOBER else f" {first:%B}"
    return ReleaseDays(stated.release or f"FY{year}{month} official", first, last)


def named_year(code_system: str, names: Collection[str]) -> tuple[int, dt.date | None]:
    """Return the fiscal year that names say, and the first day if they write one out.

    Raises
    ------
    BadInputError
        If no name has a year, or the names disagree on it or on the day.
    """
    named = days_in_names(names)
    file = " in ".join(names)
    if len(named.fiscal_years) != 1:
        year_text = " and ".join(str(year) for year in sorted(named.fiscal_years)) or "none"
        message = f"{file} does not say its year of {code_system}: years in its name, {year_text}."
        raise BadInputError(message, hint="State it: --from 2025-10-01 for fiscal year 2026.")
    if len(named.first_days) > 1:
        day_text = " and ".join(str(day) for day in sorted(named.first_days))
        message = f"{file} does not say its first day of {code_system}: days in its name, {day_text}."
        raise BadInputError(message, hint=f"State it: --from {max(named.first_days)}.")
    (year,) = named.fiscal_years
    return year, next(iter(named.first_days), None)
