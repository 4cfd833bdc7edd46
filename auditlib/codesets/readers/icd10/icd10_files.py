"""ICD-10-CM and ICD-10-PCS as published in fixed columns: order files and lists of codes.

An order file has the order in columns 1-5, the code in 7-13, 1 or 0 for billable or header code in 15, the
short title in 17-76 and the long one from 78 on. A list of codes has the code in 1-7 and the title from 9 on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.fiscal_year import Stated, days_in_names
from auditlib.codesets.readers.icd10.addenda import Addenda
from auditlib.codesets.readers.icd10.first_day import list_days, list_year
from auditlib.codesets.readers.icd10.known_releases import check_last_code, check_marks, check_size
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE

_ORDER_LINE: Final = re.compile(r"[0-9]{5} [A-Z0-9]{3}[A-Z0-9 ]{4} [01] \S")
_CODES_LINE: Final = re.compile(r"(?:[A-Z][0-9A-Z]{2}[0-9A-Z ]{4}|[0-9A-HJ-NP-Z]{7}) \S")
_LOOK_AT: Final = 20
_PUBLISHERS: Final = {ICD10CM: "NCHS and CMS", ICD10PCS: "CMS"}
_PREFIX_LENGTHS: Final = {ICD10CM: (6, 5, 4, 3), ICD10PCS: (3,)}


def is_order_file(file: PublishedFile) -> bool:
    """Return True if a file, by its first lines, is an order file."""
    return _begins_with(file, _ORDER_LINE)


def is_codes_file(file: PublishedFile) -> bool:
    """Return True if a file, by its first lines, is a list of codes with titles."""
    return _begins_with(file, _CODES_LINE)


def _begins_with(file: PublishedFile, pattern: re.Pattern[str]) -> bool:
    head = file.data[:8192].decode("latin-1").split("\n")[:_LOOK_AT]
    lines = [line for line in head if line.strip()]
    return bool(lines) and sum(bool(pattern.match(line)) for line in lines) * 2 > len(lines)


def read_order_file(file: PublishedFile, stated: Stated, addenda: Sequence[Addenda] = ()) -> CodeSetRelease:
    """Return the release in an order file; the addenda beside it shows its days and proves its codes.

    Raises
    ------
    BadInputError
        If it belongs to another year than stated, is cut off, does not fit the columns or its addenda, or
        nothing shows its first day.
    """
    line = pl.col("line")
    cells = file.line_column.select(
        order=line.str.slice(0, 5),
        code=line.str.slice(6, 7).str.strip_chars(),
        flag=line.str.slice(14, 1),
        short_description=line.str.slice(16, 60).str.strip_chars(),
        long_description=line.str.slice(77).str.strip_chars(),
    )
    number = pl.int_range(1, pl.len() + 1)
    is_right = (
        (pl.col("order").cast(pl.Int64, strict=False) == number)
        & pl.col("flag").is_in(["0", "1"])
        & pl.col("code").str.contains(r"^[A-Z0-9]{3,7}$")
        & (pl.col("long_description") != "")
    )
    _require_valid(cells.select(number.alias("number"), is_right=is_right.fill_null(value=False)), file.name)
    code_system = ICD10PCS if cells["code"][0][0].isdigit() else ICD10CM
    codes = cells.with_columns(is_billable=pl.col("flag") == "1").drop("order", "flag")
    return _release(file, stated, code_system, codes, addenda, is_complete=True)


def read_codes_file(file: PublishedFile, stated: Stated, addenda: Sequence[Addenda] = ()) -> CodeSetRelease:
    """Return the release in a list of billable codes, which has no header codes.

    Raises
    ------
    BadInputError
        If it belongs to another year than stated, is cut off, does not fit the columns or its addenda, or
        nothing shows its first day.
    """
    line = pl.col("line")
    cells = file.line_column.select(
        code=line.str.slice(0, 7).str.strip_chars(), long_description=line.str.slice(8).str.strip_chars()
    )
    is_right = pl.col("code").str.contains(r"^[A-Z0-9]{3,7}$") & (pl.col("long_description") != "")
    _require_valid(cells.select(pl.int_range(1, pl.len() + 1).alias("number"), is_right=is_right), file.name)
    code_system = ICD10PCS if cells["code"][0][0].isdigit() else ICD10CM
    codes = cells.with_columns(is_billable=pl.lit(value=True), short_description=pl.lit(None, pl.String()))
    return _release(file, stated, code_system, codes, addenda, is_complete=False)


def _require_valid(judged: pl.DataFrame, name: str) -> None:
    wrong = judged.filter(~pl.col("is_right"))
    if wrong.height:
        message = f"{name}: line {wrong['number'][0]} does not fit the published columns or is out of order."
        raise BadInputError(message, hint="Take the publisher's file as downloaded; do not edit or sort it.")


def _release(
    file: PublishedFile,
    stated: Stated,
    code_system: str,
    codes: pl.DataFrame,
    addenda: Sequence[Addenda],
    *,
    is_complete: bool,
) -> CodeSetRelease:
    billable = codes.filter("is_billable")["code"]
    beside = _addenda_of(file, code_system, addenda)
    for one in beside:
        one.check(frozenset(billable), file.name)
        if is_complete:
            one.check_headers(codes.height - billable.len(), file.name)
    fullest = max(beside, key=lambda one: (one.header_count is not None, one.name_after), default=None)
    year = list_year(code_system, file.names, stated)
    check_last_code(code_system, year, codes["code"][-1], file.name)
    check_marks(code_system, year, billable, file.name)
    if fullest is None or fullest.billable_count is None:
        check_size(code_system, year, billable, file.name)
    days = list_days(code_system, file.names, stated, billable, fullest)
    doubled = codes.filter(pl.col("code").is_duplicated())["code"]
    if doubled.len():
        message = f"{file.name} has {doubled[0]} more than once."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    known = codes["code"].implode()
    prefixes = [
        pl.when(
            (pl.col("code").str.len_chars() > length) & pl.col("code").str.slice(0, length).is_in(known)
        ).then(pl.col("code").str.slice(0, length))
        for length in _PREFIX_LENGTHS[code_system]
    ]
    frame = codes.with_columns(
        code_system=pl.lit(code_system),
        parent_code=pl.coalesce(prefixes),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to),
        release=pl.lit(days.release),
    )
    return file_release(
        file,
        days,
        code_system,
        {CODE: CODE.conform(frame)},
        publisher=_PUBLISHERS[code_system],
        row_count=frame.height,
        is_complete=is_complete,
        addenda=fullest,
    )


def _addenda_of(file: PublishedFile, code_system: str, addenda: Sequence[Addenda]) -> list[Addenda]:
    """Return the addenda of a list; where a ZIP has those of several years, the ones of its year."""
    same_system = [one for one in addenda if one.code_system == code_system]
    years = days_in_names([file.name]).fiscal_years
    return [one for one in same_system if years & one.days_after.fiscal_years] or same_system
