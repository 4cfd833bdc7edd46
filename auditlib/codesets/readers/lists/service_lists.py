"""Lists that checks of service lines ask: the publisher's telehealth services, and a user's own lists.

An own list is a table with a list's name and a code a row, since no publisher's file has its codes alone:
services counted by 15 minutes, drugs of single-dose containers, lists of the outpatient code editor.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows
from auditlib.codesets.readers.lists.rule_lists import dated, list_release
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.quarters import year_days
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import CODE_LIST

TELEHEALTH: Final = "telehealth services"
OUTPATIENT_EDITOR: Final = "outpatient code editor"
# Name of a list to the code system of its releases.
_LISTS: Final = {
    TELEHEALTH: TELEHEALTH,
    "timed services": "timed services",
    "single-dose drugs": "single-dose drugs",
    "OCE edit 9": OUTPATIENT_EDITOR,
    "OCE edit 28": OUTPATIENT_EDITOR,
    "OCE edit 50": OUTPATIENT_EDITOR,
}
_HEADINGS: Final = ("list", "code")
_BY_VOICE: Final = "can audio-only interaction meet the requirements?"
_CPT: Final = "^[0-9]{4}[0-9A-Z]$"
_HCPCS: Final = "^[A-Z][0-9]{4}$"


def is_telehealth_list(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the publisher's list of telehealth services."""
    return not file.is_page and header_number(top_rows(file), "code", _BY_VOICE) is not None


def read_telehealth_list(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the telehealth services of a calendar year, without descriptors.

    Raises
    ------
    BadInputError
        If the year is neither in the name nor stated, or a row with a title has no code.
    """
    table = table_below(file, header_number(top_rows(file), "code", _BY_VOICE) or 0)
    # Notes below the list fill its first column only.
    rows = table.filter(pl.any_horizontal(pl.exclude("code").is_not_null()))
    listed = rows.select("code", list=pl.lit(TELEHEALTH))
    return _release(file, year_days(file, stated), TELEHEALTH, _with_systems(file, listed))


def is_own_lists(file: PublishedFile) -> bool:
    """Return True if a file, by its header, holds a user's own lists of services."""
    return not file.is_page and header_number(top_rows(file), *_HEADINGS) is not None


def read_own_lists(file: PublishedFile, stated: Stated) -> list[CodeSetRelease]:
    """Return the lists of a user's own file, a release for each kind.

    Raises
    ------
    BadInputError
        If no first day is stated, a list is unknown, or a code is neither a CPT nor a HCPCS code.
    """
    if stated.effective_from is None:
        message = f"{file.name} holds lists of services without a first day."
        raise BadInputError(message, hint="State it, and the last if there is one: --from 2026-01-01.")
    table = table_below(file, header_number(top_rows(file), *_HEADINGS) or 0)
    unknown = table.filter(~pl.col("list").is_in([*_LISTS]).fill_null(value=False))
    if unknown.height or table.is_empty():
        message = f"{file.name} names the list '{unknown['list'][0] if unknown.height else ''}'."
        raise BadInputError(message, hint=f"Lists are {', '.join(_LISTS)}.")
    days = ReleaseDays(
        stated.release or f"own list from {stated.effective_from}", stated.effective_from, stated.effective_to
    )
    rows = _with_systems(file, table).with_columns(system=pl.col("list").replace_strict(_LISTS))
    return [
        _release(file, days, str(system), part)
        for (system,), part in rows.group_by("system", maintain_order=True)
    ]


def _with_systems(file: PublishedFile, listed: pl.DataFrame) -> pl.DataFrame:
    """Return list, code and code system of each row; an asterisk after a code stands for a note."""
    code = pl.col("code").str.strip_chars(" *").str.to_uppercase()
    rows = listed.select("list", code=code).with_columns(
        code_system=pl.when(pl.col("code").str.contains(_CPT))
        .then(pl.lit("CPT"))
        .when(pl.col("code").str.contains(_HCPCS))
        .then(pl.lit("HCPCS"))
    )
    wrong = rows.with_row_index("row").filter(pl.col("code_system").is_null())
    if wrong.height or rows.is_empty():
        place = f"row {wrong['row'][0] + 1} of its list" if wrong.height else "its list"
        message = f"{file.name}: {place} has no CPT or HCPCS code."
        raise BadInputError(
            message, hint="A code is four digits and a digit or letter, or a letter and four digits."
        )
    return rows.unique(maintain_order=True)


def _release(file: PublishedFile, days: ReleaseDays, code_system: str, rows: pl.DataFrame) -> CodeSetRelease:
    frame = rows.select("code", "code_system", list_name="list", **dated(days))
    publisher = "CMS" if code_system == TELEHEALTH else "the user"
    return list_release(file, days, code_system, CODE_LIST, frame, publisher=publisher)
