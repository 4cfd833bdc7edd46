"""Lists that rules need: POA exempt codes, conversion table."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codes import normalised
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated, fiscal_days
from auditlib.codesets.readers.header_row import header_number, normalized_heading, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema import Table
from auditlib.schema.ref_sets import CODE_CONVERSION, CODE_LIST

POA_EXEMPT: Final = "POA exempt"
CONVERSION: Final = "ICD-10-CM conversion"
_ORDER_YEAR: Final = re.compile(r"order(?P<year>[0-9]{2})")
# The complete list has tens of thousands of codes; additions and deletions a few hundred at most.
_FEWEST_EXEMPT: Final = 10_000
_CONVERSION_HEADINGS: Final = ("current code assignment", "previous code(s) assignment")


class PartOfListError(BadInputError):
    """A file with a part of a list, where the complete list is needed."""


def is_poa_exempt(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the list of POA exempt codes."""
    return _poa_year(top_rows(file)) is not None


def _poa_year(rows: list[list[str]]) -> int | None:
    number = header_number(rows, "poaexemptcode", "description")
    if number is None or "action" in rows[number]:
        return None
    years = [match for cell in rows[number] if (match := _ORDER_YEAR.fullmatch(cell))]
    return 2000 + int(years[0]["year"]) if years else None


def read_poa_exempt(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the POA exempt codes; the heading of the order column has the year.

    Raises
    ------
    BadInputError
        If it is the list of additions, or its name says another year.
    """
    rows = top_rows(file)
    year = _poa_year(rows)
    if year is None:
        message = f"{file.name} does not say its year in its header."
        raise BadInputError(message, hint="Expected a column such as Order26.")
    named = re.search(r"FY(?P<year>[0-9]{2})(?![0-9])", file.name, re.IGNORECASE)
    if named and 2000 + int(named["year"]) != year:
        message = f"{file.name} holds the list of fiscal year {year}."
        raise BadInputError(message, hint="It is another year's file under this name.")
    days = fiscal_days(ICD10CM, (str(year),), stated)
    table = table_below(file, header_number(rows, "poaexemptcode", "description") or 0)
    if table.height < _FEWEST_EXEMPT:
        message = f"{file.name} lists {table.height:,} codes only: it is not the complete list."
        raise PartOfListError(message, hint="Load POAexemptCodes, not its additions, and not a part of it.")
    frame = table.select(
        normalised("poaexemptcode").alias("code"),
        list_name=pl.lit(POA_EXEMPT),
        code_system=pl.lit(ICD10CM),
        **dated(days),
    )
    return list_release(file, days, POA_EXEMPT, CODE_LIST, frame)


def is_conversion(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the conversion table of diagnosis codes."""
    return header_number(top_rows(file), *_CONVERSION_HEADINGS) is not None


def read_conversion(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the codes used before each new code existed; a row may name several, or a range.

    Raises
    ------
    BadInputError
        If a row names no year or no code.
    """
    rows = top_rows(file)
    table = table_below(file, header_number(rows, *_CONVERSION_HEADINGS) or 0)
    effective = next((name for name in table.columns if normalized_heading(name).startswith("effective")), "")
    if not effective:
        message = f"{file.name} has no column of the year in which a code took effect."
        raise BadInputError(message, hint="Expected the heading Effective.")
    days = fiscal_days(ICD10CM, (file.name,), stated)
    range_pattern = r"^(?P<first>[A-Z0-9.]+)\s*(?:-|to|through)\s*(?P<last>[A-Z0-9.]+)$"
    pairs = (
        table.select(
            normalised("current code assignment").alias("code"),
            first_day=pl.col(effective).str.extract(r"^(20\d\d)"),
            previous=pl.col("previous code(s) assignment").str.split(","),
        )
        .explode("previous", empty_as_null=True)
        .with_columns(pl.col("previous").str.replace_all(r"(?i)\band\b|\bor\b|;", "").str.strip_chars())
        .filter(pl.col("previous").is_not_null() & (pl.col("previous") != ""))
    )
    frame = pairs.select(
        "code",
        code_system=pl.lit(ICD10CM),
        previous_code=pl.coalesce(pl.col("previous").str.extract(range_pattern, 1), "previous"),
        previous_code_to=pl.col("previous").str.extract(range_pattern, 2),
        # The table has the calendar year of the October in which the code began.
        effective_from=pl.date(pl.col("first_day").cast(pl.Int32, strict=False), 10, 1),
        effective_to=pl.lit(None, pl.Date()),
        release=pl.lit(days.release),
    ).with_columns(normalised("previous_code"), normalised("previous_code_to"))
    wrong = frame.filter(pl.col("code").is_null() | pl.col("effective_from").is_null())
    if wrong.height:
        message = f"{file.name}: {wrong.height} rows name no code or no year."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    return list_release(
        file, days, CONVERSION, CODE_CONVERSION, frame.unique(CODE_CONVERSION.key, maintain_order=True)
    )


def dated(days: ReleaseDays) -> dict[str, pl.Expr]:
    """Return the columns for effective dates and release of a row."""
    return {
        "effective_from": pl.lit(days.effective_from),
        "effective_to": pl.lit(days.effective_to, pl.Date()),
        "release": pl.lit(days.release),
    }


def list_release(
    file: PublishedFile, days: ReleaseDays, code_system: str, table: Table, frame: pl.DataFrame
) -> CodeSetRelease:
    """Return the rows of a list as a release."""
    return file_release(
        file,
        days,
        code_system,
        {table: table.conform(frame)},
        publisher="NCHS" if code_system == CONVERSION else "CMS",
        row_count=frame.height,
    )
