"""Lists that rules need: POA exempt codes, conversion table."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codes import normalised
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated, days_in_names, fiscal_days
from auditlib.codesets.readers.header_row import header_number, normalized_heading, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema import Table
from auditlib.schema.ref_sets import CODE_CONVERSION, CODE_LIST

POA_EXEMPT: Final = "POA exempt"
CONVERSION: Final = "ICD-10-CM conversion"
# Order, Order2018, Order26
_ORDER_YEAR: Final = re.compile(r"order[ -]?(?:fy)?[ -]?(?P<year>20[0-9]{2}|[0-9]{2})?")
_POA_CODE: Final = re.compile(r"poa[ -]?exempt[ -]?codes?")
# The complete list has tens of thousands of codes; additions and deletions a few hundred at most.
_FEWEST_EXEMPT: Final = 10_000
_CONVERSION_HEADINGS: Final = ("current code assignment", "previous code(s) assignment")


class PartOfListError(BadInputError):
    """A file with a part of a list, where the complete list is needed."""


def is_poa_exempt(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is a list of POA exempt codes, complete or of additions."""
    return _poa_header(top_rows(file)) is not None


def _poa_header(rows: list[list[str]]) -> int | None:
    """Return the position of the header; a list of retitled codes, which has an action, has none."""
    return next(
        (
            number
            for number, row in enumerate(rows)
            if any(_POA_CODE.fullmatch(cell) for cell in row)
            and any("description" in cell or "title" in cell for cell in row)
            and "action" not in row
        ),
        None,
    )


def read_poa_exempt(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the POA exempt codes; the year is in a heading, as Order2018 or Order26, or in the name.

    Raises
    ------
    BadInputError
        If it is the list of additions, neither heading nor name has the year, or they disagree on it.
    """
    rows = top_rows(file)
    number = _poa_header(rows) or 0
    table = table_below(file, number)
    if table.height < _FEWEST_EXEMPT:
        message = f"{file.name} lists {table.height:,} codes only: it is not the complete list."
        raise PartOfListError(message, hint="Load POAexemptCodes, not its additions, and not a part of it.")
    days = _poa_days(file, rows[number], stated)
    position = next(place for place, cell in enumerate(rows[number]) if _POA_CODE.fullmatch(cell))
    code_column = table.columns[position]
    frame = table.select(
        normalised(code_column).alias("code"),
        list_name=pl.lit(POA_EXEMPT),
        code_system=pl.lit(ICD10CM),
        **dated(days),
    )
    return list_release(file, days, POA_EXEMPT, CODE_LIST, frame)


def _poa_days(file: PublishedFile, header: list[str], stated: Stated) -> ReleaseDays:
    years = {
        int(match["year"]) % 100 + 2000
        for cell in header
        if (match := _ORDER_YEAR.fullmatch(cell)) and match["year"]
    }
    # The name of the list alone: the ZIP's may be that of another part.
    named = days_in_names([file.name])
    if years and named.fiscal_years and years != named.fiscal_years:
        message = f"{file.name} holds the list of fiscal year {' and '.join(map(str, sorted(years)))}."
        raise BadInputError(message, hint="It is another year's file under this name.")
    names = [file.name] if named.fiscal_years else [*map(str, years)] or file.names
    return fiscal_days(ICD10CM, names, stated)


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
    names = [file.name] if days_in_names([file.name]).fiscal_years else file.names
    days = fiscal_days(ICD10CM, names, stated)
    range_pattern = r"^(?P<first>[A-Z0-9.]+)\s*(?:-|to|through)\s*(?P<last>[A-Z0-9.]+)$"
    pairs = (
        table.select(
            normalised("current code assignment").alias("code"),
            first_day=_first_days(effective),
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
        effective_from="first_day",
        effective_to=pl.lit(None, pl.Date()),
        release=pl.lit(days.release),
    ).with_columns(normalised("previous_code"), normalised("previous_code_to"))
    wrong = frame.filter(pl.col("code").is_null() | pl.col("effective_from").is_null())
    if wrong.height:
        message = f"{file.name}: {wrong.height} rows name no code or no year."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    return list_release(
        file,
        days,
        CONVERSION,
        CODE_CONVERSION,
        frame.unique(CODE_CONVERSION.key, maintain_order=True),
        publisher="NCHS",
    )


def _first_days(column: str) -> pl.Expr:
    """Return the day in each cell: a day, or the calendar year of the October in which the code began."""
    cell = pl.col(column)
    year = cell.str.extract(r"^(20\d\d)(?:\D|$)").cast(pl.Int32, strict=False)
    day = pl.coalesce(
        cell.str.extract(r"^(20\d\d-\d\d-\d\d)").str.to_date("%Y-%m-%d", strict=False),
        cell.str.extract(r"^(\d{1,2}/\d{1,2}/20\d\d)$").str.to_date("%m/%d/%Y", strict=False),
        cell.str.extract(r"^(\d{1,2}-\d{1,2}-20\d\d)$").str.to_date("%m-%d-%Y", strict=False),
        cell.str.extract(r"^([A-Za-z]+ \d{1,2}, 20\d\d)$").str.to_date("%B %d, %Y", strict=False),
    )
    return pl.coalesce(day, pl.date(year, 10, 1))


def dated(days: ReleaseDays) -> dict[str, pl.Expr]:
    """Return the columns for effective dates and release of a row."""
    return {
        "effective_from": pl.lit(days.effective_from),
        "effective_to": pl.lit(days.effective_to, pl.Date()),
        "release": pl.lit(days.release),
    }


def list_release(
    file: PublishedFile,
    days: ReleaseDays,
    code_system: str,
    table: Table,
    frame: pl.DataFrame,
    *,
    publisher: str = "CMS",
) -> CodeSetRelease:
    """Return the rows of a list as a release."""
    return file_release(
        file,
        days,
        code_system,
        {table: table.conform(frame)},
        publisher=publisher,
        row_count=frame.height,
    )
