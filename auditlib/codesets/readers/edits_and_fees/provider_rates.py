"""A user's own table of providers: their payment locality, base rate and wage index, by date."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes.systems import PROVIDER_RATES
from auditlib.codesets.readers.edits_and_fees.own_table import OwnTable
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.schema.ref_sets import PROVIDER_RATE

_GIVEN: Final = tuple(name for name in PROVIDER_RATE.column_names if name != "release")
_TABLE: Final = OwnTable(
    columns=_GIVEN,
    headings=("provider", "contractor", "locality"),
    key=("provider",),
    row="row",
    named="provider '{provider}'",
    hint=(
        f"Its columns are {', '.join(_GIVEN)}. An empty provider holds for all others; what does not apply "
        "may be empty. Write dollars as 6234.10, a wage index as 0.9876, a participant as yes or no."
    ),
)
_YES_OR_NO: Final = {"yes": True, "no": False}


def is_provider_rates(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is a user's own table of providers."""
    return _TABLE.is_in(file)


def read_provider_rates(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return a user's own table of providers.

    Raises
    ------
    BadInputError
        If a column is unknown, a value is none of its column, a row has no first day and none is stated, or
        two rows of one provider hold on one day.
    """
    amount = pl.col("base_rate_amount").str.replace_all(r"[$, ]", "")
    contractor, locality = (
        pl.when(pl.col(name).is_not_null()).then(pl.col(name).str.zfill(width)).alias(name)
        for name, width in (("contractor", 5), ("locality", 2))
    )
    answer = pl.col("is_qualifying_participant").str.to_lowercase()

    def is_not(text: pl.Expr, pattern: str) -> pl.Expr:
        return text.is_not_null() & ~text.str.contains(pattern)

    rows = _TABLE.with_days(
        _TABLE.cells(file),
        file.name,
        stated,
        faults={
            "provider": is_not(pl.col("provider"), r"^\d{10}$"),
            "contractor": is_not(pl.col("contractor"), r"^\d{1,5}$"),
            "locality": is_not(pl.col("locality"), r"^\d{1,2}$"),
            "base_rate_amount": is_not(amount, r"^\d{1,7}(\.\d{1,2})?$"),
            "wage_index": is_not(pl.col("wage_index"), r"^\d{1,2}(\.\d{1,4})?$"),
            "is_qualifying_participant": is_not(answer, "^(yes|no)$"),
        },
        values=(
            pl.col("provider").fill_null(""),
            contractor,
            locality,
            amount.cast(pl.Decimal(18, 2)).alias("base_rate_amount"),
            pl.col("wage_index").cast(pl.Decimal(18, 4)),
            answer.replace_strict(_YES_OR_NO, default=None, return_dtype=pl.Boolean()).alias(
                "is_qualifying_participant"
            ),
        ),
    )
    return _TABLE.release(file, stated, PROVIDER_RATES, PROVIDER_RATE, rows)
