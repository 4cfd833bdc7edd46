"""A user's own fee table: what the contract with each payer allows for a procedure, by modifier and date."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes.systems import CONTRACT_FEES
from auditlib.codesets.readers.edits_and_fees.own_table import OwnTable
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.schema.ref_sets import CONTRACT_FEE

_GIVEN: Final = tuple(name for name in CONTRACT_FEE.column_names if name != "release")
_TABLE: Final = OwnTable(
    columns=_GIVEN,
    headings=("payer", "code", "fee amount"),
    key=("payer", "code", "modifier"),
    row="fee",
    named="{code} of one payer",
    hint=(
        f"Its columns are {', '.join(_GIVEN)}; modifier and effective_to may be empty. "
        "Write dollars as 104.50 and days as 2026-01-31."
    ),
)


def is_contract_fees(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is a user's own fee table."""
    return _TABLE.is_in(file)


def read_contract_fees(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return a user's own fee table; one file holds the fees of all payers.

    Raises
    ------
    BadInputError
        If a column is unknown, a value is none of its column, a row has no first day and none is stated, or
        two fees of one payer, code and modifier hold on one day.
    """
    cells = _TABLE.cells(file).with_columns(pl.col("code", "modifier").str.to_uppercase())
    amount = pl.col("fee_amount").str.replace_all(r"[$, ]", "")
    fees = _TABLE.with_days(
        cells,
        file.name,
        stated,
        faults={
            "payer": pl.col("payer").is_null(),
            "code": ~pl.col("code").str.contains(r"^[A-Z0-9]{5}$").fill_null(value=False),
            "modifier": ~pl.col("modifier").fill_null("").str.contains(r"^([A-Z0-9]{2})?$"),
            "fee_amount": ~amount.str.contains(r"^\d{1,12}(\.\d{1,2})?$").fill_null(value=False),
        },
        values=(pl.col("modifier").fill_null(""), amount.cast(pl.Decimal(18, 2)).alias("fee_amount")),
    )
    return _TABLE.release(file, stated, CONTRACT_FEES, CONTRACT_FEE, fees)
