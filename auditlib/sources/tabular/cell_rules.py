"""Rules for text cells that several tables share: dates, quantities, modifiers, unique keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS
from auditlib.sources.rejected_rows import Rule, rejected_rows

QUANTITY_FORM: Final = r"^[0-9]{1,12}(\.[0-9]{1,4})?$"
MODIFIER_FORM: Final = r"^[A-Z0-9]{2}$"
_FIRST_DATE, _LAST_DATE = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_DATE_FORM: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
A_DATE: Final = "a date such as 2026-01-31, or 'format:' in a mapping"


def with_cells(frame: pl.DataFrame, cells: tuple[str, ...]) -> pl.DataFrame:
    """Return the cell columns of a frame with each record's position; missing columns are null."""
    return frame.select(
        "source_offset",
        "record_number",
        *(pl.col(name) if name in frame.columns else pl.lit(None, pl.String).alias(name) for name in cells),
    )


def date_of(name: str) -> pl.Expr:
    """Return the dates of a text column, null if not a date."""
    cell = pl.col(name)
    date = pl.when(cell.str.contains(_DATE_FORM)).then(cell).str.to_date("%Y-%m-%d", strict=False)
    return pl.when(date.is_between(_FIRST_DATE, _LAST_DATE)).then(date)


def date_rule(name: str) -> Rule:
    """Return the rule that a text column holds a date or is empty."""
    return Rule(pl.col(name).is_not_null() & date_of(name).is_null(), f"{name} is not a date", A_DATE)


def code_form_rule(name: str) -> Rule:
    """Return the rule that a code has a form that its ``code_system`` allows; whether it exists is not asked.

    Five letters and digits of CPT and HCPCS also hold dental, HIPPS and payers' own codes.
    """
    system, code = pl.col("code_system"), pl.col(name)
    is_formed = (
        pl.when(system == ICD10CM)
        .then(code.str.contains(r"^[A-Z][0-9][0-9A-Z]{1,5}$"))
        .when(system == ICD10PCS)
        .then(code.str.contains(r"^[0-9A-HJ-NP-Z]{7}$"))
        .when(system.is_in([CPT, HCPCS]))
        .then(code.str.contains(r"^[0-9A-Z]{5}$") & code.str.contains(r"[0-9]"))
        .when(system == "ICD-9-CM")
        .then(code.str.contains(r"^[VE]?[0-9]{2,5}$"))
        .otherwise(pl.lit(value=True))
    )
    return Rule(
        code.is_not_null() & ~is_formed,
        f"{name} has no form that its code system allows",
        "one code in each cell, as E11.9, 0SRC0J9, 99213 or J1885; modifiers in their own column",
    )


def first_of(
    records: pl.DataFrame, key: Sequence[str], source_file_id: int, segment: str, reason: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the first record of each key, and rejected rows for the others."""
    is_first = pl.struct(list(key)).is_first_distinct()
    rejected = rejected_rows(
        source_file_id,
        segment,
        records.filter(~is_first),
        reason=reason,
        expected="one record for each; the first was loaded",
    )
    return records.filter(is_first), rejected
