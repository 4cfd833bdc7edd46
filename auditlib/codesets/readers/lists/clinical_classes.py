"""Clinical Classifications Software Refined: the categories of diagnoses and procedures (CCSR).

The files have codes and headings in single quotes, and a quoted blank if there is no further category. A
default may say that a code is never a principal diagnosis: then it has no default category.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from auditlib.codes import form_of, normalised
from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.fiscal_year import ReleaseDays, Stated, fiscal_days
from auditlib.codesets.readers.header_row import table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import CODE_CATEGORY

CLASS_SYSTEMS: Final = {ICD10CM: "CCSR diagnoses", ICD10PCS: "CCSR procedures"}
_SCHEME: Final = "CCSR"
_QUOTES: Final = "'\u2018\u2019\" "
_DIAGNOSIS: Final = "icd-10-cm code"
_PROCEDURE: Final = "icd-10-pcs"
_DEFAULTS: Final = ("default ccsr category ip", "default ccsr category op")
_NUMBERED: Final = re.compile(r"ccsr category [1-9]")
_PROCEDURE_CATEGORY: Final = "prccsr"
_VERSION: Final = re.compile(r"v(?P<year>20[0-9]{2})[-_.](?P<update>[1-9])", re.IGNORECASE)


def is_clinical_classes(file: PublishedFile) -> bool:
    """Return True if a file, by its header, assigns codes to CCSR categories."""
    return _header(top_rows(file)) is not None


def _bare(cells: Sequence[str]) -> list[str]:
    return [cell.strip(_QUOTES) for cell in cells]


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, str] | None:
    for number, row in enumerate(map(_bare, rows)):
        if _DIAGNOSIS in row and any(map(_NUMBERED.fullmatch, row)):
            return number, ICD10CM
        if _PROCEDURE in row and _PROCEDURE_CATEGORY in row:
            return number, ICD10PCS
    return None


def read_clinical_classes(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the CCSR categories; version 2026.1 belongs to fiscal year 2026.

    Raises
    ------
    BadInputError
        If the version is not known, or a row has no code or no category.
    """
    header = _header(top_rows(file))
    if header is None:
        message = f"{file.name} has no header with categories."
        raise BadInputError(message, hint="Expected columns such as 'ICD-10-CM CODE' and 'CCSR CATEGORY 1'.")
    number, code_system = header
    table = table_below(file, number)
    table.columns = _bare(table.columns)
    cells = table.select(pl.all().str.strip_chars(_QUOTES)).select(pl.when(pl.all() != "").then(pl.all()))
    days = _days(file, stated)
    frame = (_diagnoses(cells) if code_system == ICD10CM else _procedures(cells)).with_columns(
        normalised("code"),
        scheme=pl.lit(_SCHEME),
        code_system=pl.lit(code_system),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    wrong = frame.filter(
        ~form_of(code_system).shaped("code").fill_null(value=False) | pl.col("category").is_null()
    )
    if wrong.height or frame.is_empty():
        place = f"the row of {wrong['code'][0]}" if wrong.height else "the part below its header"
        message = f"{file.name}: {place} has no {code_system} code or no category."
        raise BadInputError(message, hint="Take the publisher's file as downloaded; it may be truncated.")
    return file_release(
        file,
        days,
        CLASS_SYSTEMS[code_system],
        {CODE_CATEGORY: CODE_CATEGORY.conform(frame.unique(CODE_CATEGORY.key, maintain_order=True))},
        publisher="AHRQ",
        row_count=frame["code"].n_unique(),
    )


def _diagnoses(cells: pl.DataFrame) -> pl.DataFrame:
    numbered = sorted(filter(_NUMBERED.fullmatch, cells.columns))
    defaults = [pl.col(name) if name in cells.columns else pl.lit(None, pl.String()) for name in _DEFAULTS]
    parts = [
        cells.select(
            code=_DIAGNOSIS,
            category=name,
            category_title=f"{name} description" if f"{name} description" in cells.columns else pl.lit(None),
            is_inpatient_default=(pl.col(name) == defaults[0]).fill_null(value=False),
            is_outpatient_default=(pl.col(name) == defaults[1]).fill_null(value=False),
        )
        for name in numbered
    ]
    # Only the first category is always filled.
    return pl.concat([parts[0], *(part.filter(pl.col("category").is_not_null()) for part in parts[1:])])


def _procedures(cells: pl.DataFrame) -> pl.DataFrame:
    title = f"{_PROCEDURE_CATEGORY} description"
    return cells.select(
        code=_PROCEDURE,
        category=_PROCEDURE_CATEGORY,
        category_title=title if title in cells.columns else pl.lit(None),
        is_inpatient_default=pl.lit(value=True),
        is_outpatient_default=pl.lit(value=True),
    )


def _days(file: PublishedFile, stated: Stated) -> ReleaseDays:
    match = next((stated_version for name in file.names if (stated_version := _VERSION.search(name))), None)
    named = (match["year"],) if match else file.names
    days = fiscal_days(_SCHEME, named, stated)
    version = f"v{match['year']}.{match['update']}" if match else days.release
    return ReleaseDays(stated.release or version, days.effective_from, days.effective_to)
