"""Lists of codes with titles: provider taxonomy, DRGs, and the user's licensed lists.

A licensed list is any table with a header and two columns, one of codes and one of titles. Common column
names are known; others are stated with the load, as are code system and first day.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import polars as pl

from auditlib.codes import form_of
from auditlib.codes.systems import (
    CARC,
    CPT,
    DISCHARGE_STATUS,
    HCPCS,
    MODIFIER,
    MS_DRG,
    PLACE_OF_SERVICE,
    RARC,
    REVENUE_CODE,
    TAXONOMY,
    TYPE_OF_BILL,
)
from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated, fiscal_days
from auditlib.codesets.readers.header_row import header_number, normalized_heading, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import DRG

# Heading of the codes to (system, form of a code).
_KNOWN: Final = {
    "place of service code": PLACE_OF_SERVICE,
    "revenue center code": REVENUE_CODE,
    "revenue code": REVENUE_CODE,
    "discharge disposition code": DISCHARGE_STATUS,
    "discharge status code": DISCHARGE_STATUS,
    "type of bill": TYPE_OF_BILL,
    "bill type code": TYPE_OF_BILL,
    "carc": CARC,
    "rarc": RARC,
    "cpt code": CPT,
}
_TITLES: Final = ("description", "long description", "title", "label", "short description")
LISTED_SYSTEMS: Final = (
    PLACE_OF_SERVICE,
    REVENUE_CODE,
    DISCHARGE_STATUS,
    TYPE_OF_BILL,
    CARC,
    RARC,
    CPT,
    HCPCS,
    MODIFIER,
)
_TAXONOMY_HEADINGS: Final = ("code", "grouping", "classification", "specialization")
_GROUP_HEADINGS: Final = ("ms-drg", "mdc", "type", "ms-drg title")
_PLAIN_GROUP_HEADINGS: Final = ("ms drg", "mdc", "description")
_GROUP_TYPES: Final = {"SURG": "surgical", "MED": "medical", "SURGICAL": "surgical", "MEDICAL": "medical"}
_TAXONOMY_VERSION: Final = re.compile(r"(?<![0-9])(?P<year>[0-9]{2})(?P<half>[01])(?![0-9])")


def is_taxonomy(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is the provider taxonomy."""
    return header_number(top_rows(file), *_TAXONOMY_HEADINGS) is not None


def read_taxonomy(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the provider taxonomy; version 240 is effective from January 2024, 241 from July.

    Raises
    ------
    BadInputError
        If the version is not in the name and no first day is stated.
    """
    if stated.effective_from:
        first, version = stated.effective_from, stated.release or f"{stated.effective_from:%Y %B}"
    else:
        match = _TAXONOMY_VERSION.search(file.name)
        if match is None:
            message = f"{file.name} does not state its version."
            raise BadInputError(message, hint="State its first day: --from 2024-01-01.")
        first = dt.date(2000 + int(match["year"]), 7 if match["half"] == "1" else 1, 1)
        version = stated.release or f"{match['year']}.{match['half']}"
    table = table_below(file, header_number(top_rows(file), *_TAXONOMY_HEADINGS) or 0)
    parts = pl.concat_str("classification", "specialization", separator=", ", ignore_nulls=True)
    title = pl.coalesce("display name", parts) if "display name" in table.columns else parts
    codes = table.select(code="code", long_description=title)
    days = ReleaseDays(version, first, stated.effective_to)
    return _codes(file, days, TAXONOMY, codes, publisher="NUCC")


def is_groups(file: PublishedFile) -> bool:
    """Return True if a file, by its header, lists DRGs."""
    rows = top_rows(file)
    return any(
        header_number(rows, *headings) is not None for headings in (_GROUP_HEADINGS, _PLAIN_GROUP_HEADINGS)
    )


def read_groups(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the DRGs: Table 5 with weights and lengths of stay, or titles alone.

    Raises
    ------
    BadInputError
        If the fiscal year is not known, or a DRG does not have three digits.
    """
    rows = top_rows(file)
    number = header_number(rows, *_GROUP_HEADINGS)
    has_weights = number is not None
    number = header_number(rows, *_PLAIN_GROUP_HEADINGS) if number is None else number
    # Table 5 has its year in or above the header.
    spoken_year = re.search(
        r"fy (20[0-9]{2})", " ".join(cell for row in rows[: (number or 0) + 1] for cell in row)
    )
    names = (spoken_year[1],) if spoken_year else (file.name,)
    days = fiscal_days(MS_DRG, names, stated)
    table = table_below(file, number or 0)

    def column(*signs: str) -> pl.Expr:
        # If weights are capped, the capped one comes last and is paid.
        matching = [name for name in table.columns if all(sign in name for sign in signs)]
        return pl.col(matching[-1]).cast(pl.Decimal(18, 4), strict=False) if matching else pl.lit(None)

    group = "ms-drg" if has_weights else "ms drg"
    transfers = next((name for name in table.columns if "post-acute" in name), None)
    frame = (
        table.select(
            form_of(MS_DRG).normalised(group).alias("drg"),
            title=pl.col("ms-drg title" if has_weights else "description"),
            major_category="mdc",
            drg_type=pl.col("type" if has_weights else "medical surgical")
            .str.to_uppercase()
            .replace_strict(_GROUP_TYPES, default=None, return_dtype=pl.String),
            weight=column("weight"),
            geometric_stay_days=column("geometric"),
            arithmetic_stay_days=column("arithmetic"),
            is_post_acute=pl.lit(None, pl.Boolean)
            if transfers is None
            else pl.col(transfers).str.to_lowercase().str.strip_chars() == "yes",
        )
        # There are notes below the last group.
        .filter(form_of(MS_DRG).shaped("drg") & pl.col("title").is_not_null())
        .with_columns(
            effective_from=pl.lit(days.effective_from),
            effective_to=pl.lit(days.effective_to, pl.Date()),
            release=pl.lit(days.release),
        )
    )
    titles = frame.select(code="drg", long_description="title")
    listed = _codes(file, days, MS_DRG, titles, publisher="CMS")
    return file_release(
        file,
        days,
        MS_DRG,
        {**listed.frames, DRG: DRG.conform(frame)},
        publisher="CMS",
        row_count=frame.height,
    )


def is_listed(file: PublishedFile, stated: Stated) -> bool:
    """Return True if a file is a table of codes and titles, by its headings or by the stated column names."""
    return _mapping(top_rows(file), stated) is not None


def _mapping(rows: list[list[str]], stated: Stated) -> tuple[int, str, str, str] | None:
    """Return the header's row number, the code system, and the headings of codes and titles."""
    titles = (normalized_heading(stated.title_column),) if stated.title_column else _TITLES
    for number, row in enumerate(rows):
        title = next((name for name in titles if name in row), None)
        if stated.code_system:
            codes = [normalized_heading(stated.code_column)] if stated.code_column else ["code", *_KNOWN]
        else:
            codes = list(_KNOWN)
        code = next((name for name in codes if name in row), None)
        if title and code and title != code:
            return number, stated.code_system or _KNOWN[code], code, title
    return None


def read_listed(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the release in a table of codes and titles.

    Raises
    ------
    BadInputError
        If its first day is not stated, or a code does not have the form of its system.
    """
    mapping = _mapping(top_rows(file), stated)
    if mapping is None or (mapping[1] not in LISTED_SYSTEMS):
        message = f"{file.name} is not a table of codes and titles of a known code system."
        raise BadInputError(message, hint=f"State --system, one of: {', '.join(LISTED_SYSTEMS)}.")
    number, code_system, code_heading, title_heading = mapping
    if stated.effective_from is None:
        message = f"{file.name} is a list of {code_system} codes without a first day."
        raise BadInputError(
            message, hint="State its first day, and its last if it has one: --from 2025-01-01."
        )
    codes = table_below(file, number).select(
        form_of(code_system).normalised(code_heading).alias("code"), long_description=pl.col(title_heading)
    )
    name = stated.release or f"own list from {stated.effective_from}"
    days = ReleaseDays(name, stated.effective_from, stated.effective_to)
    return _codes(file, days, code_system, codes, publisher="the user's licensed list", is_complete=False)


def _codes(
    file: PublishedFile,
    days: ReleaseDays,
    code_system: str,
    codes: pl.DataFrame,
    *,
    publisher: str,
    is_complete: bool = True,
) -> CodeSetRelease:
    right = (form_of(code_system).shaped("code") & pl.col("long_description").is_not_null()).fill_null(
        value=False
    )
    wrong = codes.with_row_index("row").filter(~right)
    if wrong.height or codes.is_empty():
        place = f"row {wrong['row'][0] + 1} below its header" if wrong.height else "the part below its header"
        code = code_system if code_system.endswith("code") else f"{code_system} code"
        message = f"{file.name}: {place} is not a {code} with a title."
        raise BadInputError(message, hint="Check the columns: --code-column and --title-column name them.")
    if codes["code"].is_duplicated().any():
        message = f"{file.name} has {codes.filter(codes['code'].is_duplicated())['code'][0]} more than once."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    frame = codes.with_columns(
        code_system=pl.lit(code_system),
        is_billable=pl.lit(value=True),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    return file_release(
        file,
        days,
        code_system,
        {CODE: CODE.conform(frame)},
        publisher=publisher,
        row_count=frame.height,
        is_complete=is_complete,
    )
