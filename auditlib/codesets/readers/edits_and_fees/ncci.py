"""NCCI edits of CMS: procedure-to-procedure pairs (PTP), medically unlikely edits (MUE), add-on codes.

A pair that ends on the day it begins was never in force and is not loaded.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows, yyyymmdd
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.quarters import quarter_days
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema import Table
from auditlib.schema.ref_sets import ADD_ON_CODE, MUE, PTP_EDIT

_PAIR_COLUMN_COUNT = 7
_PAIR_HEADINGS: Final = ("column 1", "column 2", "effective", "deletion", "modifier")
_UNIT_HEADINGS: Final = ("hcpcs/ cpt code", "mue adjudication indicator")
_ADD_ON_HEADINGS: Final = ("aoc edit type", "add-on code", "primary code")
_SETTINGS_OF_PAIRS: Final = {"ccipra": "practitioner", "ccioph": "hospital"}
_SETTINGS_OF_UNITS: Final = {
    "practitioner": "practitioner",
    "outpatient hospital": "outpatient hospital",
    "facility outpatient hospital": "outpatient hospital",
    "dme supplier": "supplier",
}
_PART: Final = re.compile(r"[-_](f[1-9])(?![0-9])", re.IGNORECASE)
_VALUES: Final = re.compile(r"(?P<setting>.+?) services mue values")
CONTRACTOR_DECIDES: Final = "CCCCC"
_CODE: Final = r"^[A-Z0-9]{5}$"


def is_ptp(file: PublishedFile) -> bool:
    """Return True if a file, by its header, holds PTP edits."""
    return header_number(top_rows(file), *_PAIR_HEADINGS) is not None


def is_mue(file: PublishedFile) -> bool:
    """Return True if a file, by its header, holds MUEs."""
    return header_number(top_rows(file), *_UNIT_HEADINGS) is not None


def is_add_on(file: PublishedFile) -> bool:
    """Return True if a file, by its header, holds add-on codes."""
    return header_number(top_rows(file), *_ADD_ON_HEADINGS) is not None


def read_ptp(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the PTP edits; the header spans several rows below a notice.

    Raises
    ------
    BadInputError
        If the setting or the quarter is not known, or a row does not fit the columns.
    """
    setting = stated.setting or next(
        (setting for sign, setting in _SETTINGS_OF_PAIRS.items() if sign in file.name.lower()), ""
    )
    if setting not in _SETTINGS_OF_PAIRS.values():
        message = f"{file.name} does not say whether its edits are for practitioners or hospitals."
        raise BadInputError(message, hint="State it: --setting practitioner, or --setting hospital.")
    part = _PART.search(file.name)
    days = quarter_days(file, stated, f"{setting} {part[1].lower()}" if part else setting)
    table = table_below(file, header_number(top_rows(file), *_PAIR_HEADINGS) or 0)
    if table.width < _PAIR_COLUMN_COUNT:
        message = f"{file.name} has {table.width} columns, but PTP edits have {_PAIR_COLUMN_COUNT}."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    is_edit = pl.col("column 1").str.contains(_CODE) & pl.col("column 2").str.contains(_CODE)
    # The other header rows are empty in the first column.
    edits = table.filter(pl.col("column 1").is_not_null())
    deletion = pl.col("deletion")
    frame = edits.select(
        is_edit=is_edit.fill_null(value=False),
        setting=pl.lit(setting),
        column_1_code="column 1",
        column_2_code="column 2",
        modifier_indicator="modifier",
        is_before_1996=(pl.col(table.columns[2]) == "*").fill_null(value=False),
        rationale=pl.col(table.columns[6]),
        effective_from=yyyymmdd("effective"),
        effective_to=yyyymmdd("deletion"),
        release=pl.lit(days.release),
        is_dated=(deletion.is_null() | (deletion == "*") | yyyymmdd("deletion").is_not_null()),
    )
    right = pl.col("is_edit") & pl.col("is_dated") & pl.col("effective_from").is_not_null()
    right &= pl.col("modifier_indicator").is_in(["0", "1", "9"])
    _require_valid(frame, right, file.name)
    in_force = frame.filter(
        pl.col("effective_to").is_null() | (pl.col("effective_to") > pl.col("effective_from"))
    ).drop("is_edit", "is_dated")
    return _release(file, days, f"NCCI PTP {setting}", PTP_EDIT, in_force)


def read_mue(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the MUEs; the heading of the values names the setting.

    Raises
    ------
    BadInputError
        If the quarter is not known, or a row does not fit the columns.
    """
    table = table_below(file, header_number(top_rows(file), *_UNIT_HEADINGS) or 0)
    values = next((match for name in table.columns if (match := _VALUES.fullmatch(name))), None)
    setting = _SETTINGS_OF_UNITS.get(values["setting"]) if values else None
    if values is None or setting is None:
        message = f"{file.name}: no column of MUE values names a known setting."
        raise BadInputError(message, hint=f"Expected one of {', '.join(_SETTINGS_OF_UNITS)}.")
    days = quarter_days(file, stated, setting)
    frame = table.select(
        setting=pl.lit(setting),
        code="hcpcs/ cpt code",
        most_unit_count=pl.col(values[0]).cast(pl.Int64, strict=False),
        adjudication_indicator=pl.col("mue adjudication indicator").str.slice(0, 1),
        rationale=pl.col("mue rationale"),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    right = pl.col("code").str.contains(_CODE) & pl.col("most_unit_count").is_not_null()
    right &= pl.col("adjudication_indicator").is_in(["1", "2", "3"])
    _require_valid(frame, right, file.name)
    return _release(file, days, f"MUE {setting}", MUE, frame)


def read_add_on(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the add-on codes from the table; dates are year and day of the year.

    Raises
    ------
    BadInputError
        If the quarter is not known, or a row does not fit the columns.
    """
    table = table_below(file, header_number(top_rows(file), *_ADD_ON_HEADINGS) or 0)

    def day(stem: str) -> pl.Expr:
        # Some quarters add the date format to the heading.
        names = [name for name in table.columns if name.startswith(stem)]
        return pl.col(names[0]).str.slice(0, 7) if names else pl.lit(None, pl.String())

    cells = table.select(
        add_on_code="add-on code",
        primary_code="primary code",
        edit_type="aoc edit type",
        first_day=day("aoc edit effdt"),
        add_on_last_day=day("aoc deldt"),
        primary_last_day=day("primary code deldt"),
        edit_last_day=day("aoc edit deldt"),
    )
    return add_on_release(file, stated, cells)


def add_on_release(file: PublishedFile, stated: Stated, cells: pl.DataFrame) -> CodeSetRelease:
    """Return add-on codes as a release.

    Parameters
    ----------
    file
        The file that they were read from.
    stated
        What the user stated about the file.
    cells
        ``add_on_code``, ``primary_code``, ``edit_type``, and as year with day of the year ``first_day``,
        ``add_on_last_day``, ``primary_last_day``, ``edit_last_day``.

    Raises
    ------
    BadInputError
        If the quarter is not known, or a row does not fit the columns.
    """
    days = quarter_days(file, stated)
    frame = cells.select(
        "add_on_code",
        "edit_type",
        primary_code=pl.col("primary_code").replace(CONTRACTOR_DECIDES, ""),
        effective_from=_ordinal_day("first_day"),
        effective_to=pl.min_horizontal(
            _ordinal_day(name) for name in ("add_on_last_day", "primary_last_day", "edit_last_day")
        ),
        release=pl.lit(days.release),
    )
    right = pl.col("add_on_code").str.contains(_CODE) & pl.col("primary_code").str.contains(
        r"^([A-Z0-9]{5})?$"
    )
    right &= pl.col("edit_type").is_in(["1", "2", "3"]) & pl.col("effective_from").is_not_null()
    _require_valid(frame, right, file.name)
    return _release(file, days, "add-on codes", ADD_ON_CODE, frame)


def _ordinal_day(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%Y%j", strict=False)


def _require_valid(frame: pl.DataFrame, right: pl.Expr, name: str) -> None:
    wrong = frame.with_row_index("row").filter(~right.fill_null(value=False))
    if wrong.height or frame.is_empty():
        place = f"row {wrong['row'][0] + 1} below its header" if wrong.height else "the part below its header"
        message = f"{name}: {place} does not fit the columns."
        raise BadInputError(message, hint="Take the publisher's file as downloaded; it may be truncated.")


def _release(
    file: PublishedFile, days: ReleaseDays, code_system: str, table: Table, frame: pl.DataFrame
) -> CodeSetRelease:
    doubled = frame.select(table.key).is_duplicated()
    if doubled.any():
        first = " ".join(map(str, frame.filter(doubled).select(table.key).row(0)))
        message = f"{file.name} has {first} more than once."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    return file_release(
        file,
        days,
        code_system,
        {table: table.conform(frame)},
        publisher="CMS",
        row_count=frame.height,
    )
