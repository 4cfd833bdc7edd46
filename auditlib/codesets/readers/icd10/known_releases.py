"""What is known of past ICD-10 releases: their days, how many codes each has, and codes that began in them.

A mark of a fiscal year is compared with lists of that year only: a code that 2025 deleted need not have
existed in 2016. A code that a year added is one that the year before did not have.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import polars as pl

from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.fiscal_year import fiscal_year_of, october_of
from auditlib.embedded import embedded_folder
from auditlib.errors import BadInputError

MARK_FILE: Final = "fiscal_year_mark.csv"
RELEASE_FILE: Final = "icd10_release.csv"
# Until the first year of use both lists were frozen: 2014 to 2016 of diagnoses are one list.
_LAST_FROZEN: Final = {ICD10CM: 2016, ICD10PCS: 2015}
# The first fiscal year with the last chapter or section, and how its last code may begin.
_LAST_CHAPTERS: Final = {
    ICD10CM: ((2021, "U"), (2020, "ZU"), (0, "Z")),
    ICD10PCS: ((2016, "X"), (0, "H")),
}
_ANOTHER_YEAR: Final = "It is another year's file, or truncated: download it again."


def is_unchanged(code_system: str, first: dt.date, second: dt.date) -> bool:
    """Return True if the lists of two days are one, since the code system was frozen between them."""
    return max(fiscal_year_of(first), fiscal_year_of(second)) <= _LAST_FROZEN.get(code_system, 0)


def update_begun(code_system: str, fiscal_year: int, billable: pl.Series) -> dt.date | None:
    """Return the first day of the year's last update whose new code a list has; None if it has none."""
    updates = _releases_of(code_system, fiscal_year).filter(pl.col("new_code").is_in(billable.implode()))
    return _last_day(updates)


def day_by_count(code_system: str, fiscal_year: int, billable_count: int) -> dt.date | None:
    """Return the first day of the year's release that has exactly so many codes."""
    return _last_day(_releases_of(code_system, fiscal_year).filter(billable_count=billable_count))


def is_known_year(code_system: str, fiscal_year: int) -> bool:
    """Return True if the releases of a fiscal year are known."""
    return _releases_of(code_system, fiscal_year).height > 0


def has_known_size(code_system: str, fiscal_year: int, billable_count: int) -> bool:
    """Return True unless a list as large as the publisher's has another number of codes than any release."""
    counts = _counts_of(code_system, fiscal_year)
    return not _is_large(billable_count, counts) or billable_count in counts


def check_last_code(code_system: str, fiscal_year: int, last: str, name: str) -> None:
    """Raise if a list ends before the last chapter or section that its year has, or in a later one.

    Raises
    ------
    BadInputError
        If it does; the message names its last code.
    """
    begins = next(letters for year, letters in _LAST_CHAPTERS[code_system] if fiscal_year >= year)
    if last[0] in begins:
        return
    message = f"{name} ends at {last}: it is truncated, or not fiscal year {fiscal_year}."
    raise BadInputError(message, hint=f"Its last code should begin with {' or '.join(begins)}.")


def check_size(code_system: str, fiscal_year: int, billable: pl.Series, name: str) -> None:
    """Raise if a list has fewer codes than its release, or exactly as many as another year.

    A list of less than half as many codes is not judged by its size.

    Raises
    ------
    BadInputError
        If it does; the message has both counts.
    """
    billable_count = billable.len()
    counts = _counts_of(code_system, fiscal_year, since=update_begun(code_system, fiscal_year, billable))
    if not _is_large(billable_count, counts) or billable_count in counts:
        return
    others = _known_releases().filter(code_system=code_system, billable_count=billable_count)
    published = f"fiscal year {fiscal_year} has {' or '.join(f'{count:,}' for count in counts)}"
    if others.height:
        year = fiscal_year_of(others["effective_from"][-1])
        message = f"{name} has the {billable_count:,} codes of fiscal year {year}; {published}."
    elif billable_count < counts[0]:
        message = f"{name} holds {billable_count:,} billable codes: it is truncated, {published}."
    else:
        return
    raise BadInputError(message, hint=_ANOTHER_YEAR)


def check_marks(code_system: str, fiscal_year: int, billable: pl.Series, name: str) -> None:
    """Raise if a list of codes lacks what its year added, or has what its year deleted or the next added.

    Raises
    ------
    BadInputError
        If it does; the message names the marker code.
    """
    is_of_year = pl.col("fiscal_year") == fiscal_year
    is_new_next_year = (pl.col("fiscal_year") == fiscal_year + 1) & (pl.col("change") == "added")
    marks = _known_marks().filter((pl.col("code_system") == code_system) & (is_of_year | is_new_next_year))
    is_expected = is_of_year & (pl.col("change") == "added")
    wrong = marks.filter(pl.col("code").is_in(billable.implode()) != is_expected).sort("fiscal_year", "code")
    if wrong.is_empty():
        return
    mark = wrong.row(0, named=True)
    verb = "holds" if mark["code"] in set(billable) else "lacks"
    message = (
        f"{name} is not fiscal year {fiscal_year}: it {verb} {mark['code']}, "
        f"which fiscal year {mark['fiscal_year']} {mark['change']}."
    )
    raise BadInputError(message, hint=_ANOTHER_YEAR)


@cache
def _known_marks() -> pl.DataFrame:
    return pl.read_csv(embedded_folder("codesets") / MARK_FILE, schema_overrides={"code": pl.String})


@cache
def _known_releases() -> pl.DataFrame:
    return pl.read_csv(
        embedded_folder("codesets") / RELEASE_FILE,
        try_parse_dates=True,
        schema_overrides={"new_code": pl.String},
    ).sort("code_system", "effective_from")


def _releases_of(code_system: str, fiscal_year: int) -> pl.DataFrame:
    first = pl.col("effective_from")
    return _known_releases().filter(
        pl.col("code_system") == code_system,
        first >= october_of(fiscal_year),
        first < october_of(fiscal_year + 1),
    )


def _counts_of(code_system: str, fiscal_year: int, *, since: dt.date | None = None) -> list[int]:
    """Return the known counts of a year's releases, the smallest first; of an update, from its day on."""
    releases = _releases_of(code_system, fiscal_year)
    if since is not None:
        releases = releases.filter(pl.col("effective_from") >= since)
    return releases["billable_count"].drop_nulls().sort().to_list()


def _is_large(billable_count: int, counts: list[int]) -> bool:
    return bool(counts) and billable_count * 2 > counts[0]


def _last_day(releases: pl.DataFrame) -> dt.date | None:
    day = releases["effective_from"].max()
    return day if isinstance(day, dt.date) else None
