"""The quarter or year that an edit or fee file belongs to, by its name or as the user states."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated
from auditlib.codesets.readers.published import PublishedFile
from auditlib.errors import BadInputError

_FIRST_VERSION_YEAR: Final = 1994
_MONTHS_OF_A_QUARTER: Final = 3
# v322: version 32 of 2026, its third quarter; 0 is the first.
_VERSION: Final = re.compile(r"v(?P<version>[0-9]{2})(?P<quarter>[0-3])r", re.IGNORECASE)
_DAY: Final = re.compile(r"(?P<month>[01][0-9])-(?P<day>[0-3][0-9])-(?P<year>20[0-9]{2})")
_YEAR_QUARTER: Final = re.compile(r"(?P<year>20[0-9]{2})Q(?P<quarter>[1-4])", re.IGNORECASE)
_YEAR_MONTH: Final = re.compile(r"(?P<year>20[0-9]{2})[ _-]?(?P<month>jan|apr|jul|oct)", re.IGNORECASE)
_MONTH_YEAR: Final = re.compile(r"(?P<month>jan|apr|jul|oct)[a-z]*[ _.-]+(?P<year>20[0-9]{2})", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})(?![0-9])")
_MONTHS: Final = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}


def quarter_days(file: PublishedFile, stated: Stated, suffix: str = "") -> ReleaseDays:
    """Return the quarter a file belongs to; its release is named ``2026Q3`` and the suffix.

    Raises
    ------
    BadInputError
        If neither its name nor the user states it.
    """
    first = stated.effective_from or _first_day(file)
    quarter = (first.month - 1) // _MONTHS_OF_A_QUARTER + 1
    after = dt.date(first.year + quarter // 4, quarter % 4 * _MONTHS_OF_A_QUARTER + 1, 1)
    last = stated.effective_to or after - dt.timedelta(days=1)
    name = stated.release or " ".join(filter(None, (f"{first.year}Q{quarter}", suffix)))
    return ReleaseDays(name, first, last)


def year_days(file: PublishedFile, stated: Stated, suffix: str = "") -> ReleaseDays:
    """Return the calendar year a file belongs to.

    Raises
    ------
    BadInputError
        If neither its name nor the user states it.
    """
    if stated.effective_from is None:
        match = next((year for name in file.names if (year := _YEAR.search(name))), None)
        if match is None:
            raise _silent(file, "year")
        first = dt.date(int(match["year"]), 1, 1)
    else:
        first = stated.effective_from
    last = stated.effective_to or dt.date(first.year, 12, 31)
    return ReleaseDays(stated.release or " ".join(filter(None, (str(first.year), suffix))), first, last)


def _first_day(file: PublishedFile) -> dt.date:
    for name in file.names:
        if match := _VERSION.search(name):
            year, quarter = _FIRST_VERSION_YEAR + int(match["version"]), int(match["quarter"])
            return dt.date(year, quarter * _MONTHS_OF_A_QUARTER + 1, 1)
        if match := _DAY.search(name):
            return _real_day(file, int(match["year"]), int(match["month"]), int(match["day"]))
        if match := _YEAR_QUARTER.search(name):
            return dt.date(int(match["year"]), (int(match["quarter"]) - 1) * _MONTHS_OF_A_QUARTER + 1, 1)
        if match := _YEAR_MONTH.search(name) or _MONTH_YEAR.search(name):
            return dt.date(int(match["year"]), _MONTHS[match["month"].lower()], 1)
    raise _silent(file, "quarter")


def _real_day(file: PublishedFile, year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise _silent(file, "quarter") from None


def _silent(file: PublishedFile, what: str) -> BadInputError:
    message = f"{' in '.join(file.names)} does not say which {what} it belongs to."
    return BadInputError(message, hint="State its first day: --from 2026-07-01.")
