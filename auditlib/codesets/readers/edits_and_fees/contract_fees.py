"""A user's own fee table: what the contract with each payer allows for a procedure, by modifier and date."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes.systems import CONTRACT_FEES
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.header_row import header_number, table_below, top_rows
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import CONTRACT_FEE

_NEEDED: Final = ("payer", "code", "fee_amount")
_KEY: Final = ("payer", "code", "modifier")
_GIVEN: Final = tuple(name for name in CONTRACT_FEE.column_names if name != "release")
_HINT: Final = (
    f"Its columns are {', '.join(_GIVEN)}; modifier and effective_to may be empty. "
    "Write dollars as 104.50 and days as 2026-01-31."
)


def is_contract_fees(file: PublishedFile) -> bool:
    """Return True if a file, by its header, is a user's own fee table."""
    return not file.is_page and header_number(top_rows(file), "payer", "code", "fee amount") is not None


def read_contract_fees(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return a user's own fee table; one file holds the fees of all payers.

    Raises
    ------
    BadInputError
        If a column is unknown, a value is none of its column, a row has no first day and none is stated, or
        two fees of one payer, code and modifier hold on one day.
    """
    table = table_below(file, header_number(top_rows(file), "payer", "code", "fee amount") or 0)
    table = table.rename(lambda heading: heading.replace(" ", "_"))
    unknown = [name for name in table.columns if name not in _GIVEN]
    if unknown:
        message = f"{file.name} has the columns {', '.join(table.columns)}."
        raise BadInputError(message, hint=_HINT)
    if table.is_empty():
        message = f"{file.name} has no rows below its header."
        raise BadInputError(message, hint=_HINT)
    cells = table.select(
        (pl.col(name) if name in table.columns else pl.lit(None, pl.String())).alias(name) for name in _GIVEN
    ).with_columns(pl.col("code", "modifier").str.to_uppercase())
    fees = _checked(cells, file.name, stated)
    release = stated.release or file.name
    return CodeSetRelease(
        code_system=CONTRACT_FEES,
        release=release,
        publisher="the user",
        effective_from=fees.select(pl.col("effective_from").min()).item(),
        effective_to=stated.effective_to,
        file_name=file.name,
        sha256=file.sha256,
        row_count=fees.height,
        frames={CONTRACT_FEE: CONTRACT_FEE.conform(fees.with_columns(release=pl.lit(release)))},
    )


def _checked(cells: pl.DataFrame, file_name: str, stated: Stated) -> pl.DataFrame:
    """Return the rows with their types; raise on the first value that is none of its column."""
    amount = pl.col("fee_amount").str.replace_all(r"[$, ]", "")
    given = {name: pl.col(name) for name in ("effective_from", "effective_to")}
    days = {name: text.str.to_date("%Y-%m-%d", strict=False) for name, text in given.items()}
    wrong = {
        "payer": pl.col("payer").is_null(),
        "code": ~pl.col("code").str.contains(r"^[A-Z0-9]{5}$").fill_null(value=False),
        "modifier": ~pl.col("modifier").fill_null("").str.contains(r"^([A-Z0-9]{2})?$"),
        "fee_amount": ~amount.str.contains(r"^\d{1,12}(\.\d{1,2})?$").fill_null(value=False),
        **{name: given[name].is_not_null() & day.is_null() for name, day in days.items()},
    }
    for name, fault in wrong.items():
        _refuse(cells, fault, file_name, name)
    fees = cells.with_columns(
        pl.col("modifier").fill_null(""),
        amount.cast(pl.Decimal(18, 2)).alias("fee_amount"),
        *(
            pl.coalesce(day, pl.lit(getattr(stated, name), pl.Date())).alias(name)
            for name, day in days.items()
        ),
    )
    if fees["effective_from"].null_count():
        message = f"{file_name} does not say from which day its fees hold."
        raise BadInputError(message, hint="Give effective_from in each row, or state --from.")
    if fees.filter(pl.col("effective_to") < pl.col("effective_from")).height:
        message = f"{file_name} has a fee that ends before it begins."
        raise BadInputError(message, hint=_HINT)
    _refuse_two_on_one_day(fees, file_name)
    return fees


def _refuse(cells: pl.DataFrame, fault: pl.Expr, file_name: str, column: str) -> None:
    faulty = cells.with_columns(row=pl.int_range(1, pl.len() + 1)).filter(fault)
    if faulty.height:
        line, value = faulty.row(0, named=True)["row"], faulty[column][0]
        message = f"{file_name}, row {line} below the header: {column} is '{value or ''}'."
        raise BadInputError(message, hint=_HINT)


def _refuse_two_on_one_day(fees: pl.DataFrame, file_name: str) -> None:
    in_order = fees.with_columns(pl.col("payer").str.to_uppercase()).sort(*_KEY, "effective_from")
    later = in_order.with_columns(next_from=pl.col("effective_from").shift(-1).over(_KEY))
    both = later.filter(
        pl.col("next_from").is_not_null()
        & (pl.col("effective_to").is_null() | (pl.col("effective_to") >= pl.col("next_from")))
    )
    if both.height:
        row = both.row(0, named=True)
        message = f"{file_name} has two fees for {row['code']} of one payer on {row['next_from']}."
        raise BadInputError(message, hint="End the earlier one by effective_to, or keep one of them.")
