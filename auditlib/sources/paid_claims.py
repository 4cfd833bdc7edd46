"""Claims with their payment in one record, as in FHIR and RIF, to the claim and remittance tables.

A format's reader supplies claims, lines and reasons as plain columns; this module maps them to the tables of
claims and of remittances.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes.systems import CPT, HCPCS
from auditlib.schema.contract import ColumnType, Table
from auditlib.schema.core import ADJUSTMENT, CLAIM, CLAIM_LINE, REMARK, REMIT_CLAIM, REMIT_LINE, REMITTANCE
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.tabular.coded_encounter import pseudonym

PRIMARY, DENIED, REVERSAL = "1", "4", "22"
"""X12 claim status codes (CLP02) assigned to payments in other formats."""

_MONEY: Final = ColumnType.MONEY.polars
_MONEY_FORM: Final = r"^[+-]?[0-9]{1,15}(\.[0-9]*)?$|^[+-]?\.[0-9]+$"
_EXACT: Final = pl.Decimal(38, 10)
_SHARES: Final = {"deductible_amount": "1", "coinsurance_amount": "2", "copay_amount": "3"}

CLAIM_FACTS: Final = pl.Schema(
    {
        "payer_claim_control_number": pl.String(),
        "paid_amount": _MONEY,
        "payment_date": pl.Date(),
        "received_date": pl.Date(),
        "claim_status_code": pl.String(),
        "payee_id": pl.String(),
        **dict.fromkeys(_SHARES, _MONEY),
    }
)
"""Columns beyond those of ``claim``; a claim without a paid amount has no payment."""

LINE_FACTS: Final = pl.Schema(
    {
        "claim_offset": pl.Int64(),
        "paid_amount": _MONEY,
        "allowed_amount": _MONEY,
        **dict.fromkeys(_SHARES, _MONEY),
    }
)
"""Columns of a line beyond those of ``claim_line``."""

REASON_SCHEMA: Final = pl.Schema(
    {
        "claim_offset": pl.Int64(),
        "source_offset": pl.Int64(),
        "line_number": pl.Int64(),
        "group_code": pl.String(),
        "reason_code": pl.String(),
        "remark_code": pl.String(),
        "adjustment_amount": _MONEY,
    }
)
"""The payer's adjustment reasons, by line, or by claim if ``line_number`` is null."""


def money(column: str) -> pl.Expr:
    """Return the amounts in a text column, to the cent; null if not a number."""
    text = pl.col(column).str.strip_chars()
    readable = pl.when(text.str.contains(_MONEY_FORM)).then(text.str.strip_chars_start("+"))
    return readable.cast(_EXACT, strict=False).round(2).cast(_MONEY, strict=False).alias(column)


def quantity(column: str) -> pl.Expr:
    """Return the quantities in a text column, to four decimals; null if not a number."""
    text = pl.col(column).str.strip_chars()
    readable = pl.when(text.str.contains(r"^[+-]?[0-9]{1,12}(\.[0-9]*)?$|^[+-]?\.[0-9]+$")).then(text)
    return (
        readable.cast(_EXACT, strict=False)
        .round(4)
        .cast(ColumnType.QUANTITY.polars, strict=False)
        .alias(column)
    )


def service_system(code: str) -> pl.Expr:
    """Return CPT or HCPCS for a column with codes of both systems, by the form of each code."""
    is_cpt = pl.col(code).str.contains(r"^[0-9]{4}[0-9A-Z]$")
    return pl.when(is_cpt).then(pl.lit(CPT)).when(pl.col(code).is_not_null()).then(pl.lit(HCPCS))


def revenue_code(column: str) -> pl.Expr:
    """Return revenue codes with four digits, restoring leading zeros that a program dropped."""
    text = pl.col(column).str.strip_chars().str.to_uppercase()
    padded = pl.when(text.str.contains(r"^[0-9]{1,3}$")).then(text.str.zfill(4)).otherwise(text)
    return pl.when(padded != "").then(padded).alias(column)


def patient_pseudonyms(ids: pl.Series) -> pl.Series:
    """Return the pseudonym of each patient id, the same as in encounter tables; null without an id."""
    known = ids.drop_nulls().unique()
    # polars has no SHA-256: each distinct id is hashed once.
    names = [pseudonym("", one) for one in known.to_list()]
    return ids.replace_strict(known, names, default=None, return_dtype=pl.String).alias("patient_id")


def paid_claim_tables(
    claims: pl.DataFrame, lines: pl.DataFrame, reasons: pl.DataFrame, *, source_file_id: int
) -> dict[str, pl.DataFrame]:
    """Return the claim and remittance tables for claims with their payments.

    Parameters
    ----------
    claims
        The columns of ``claim`` without ids, and `CLAIM_FACTS`; ``source_offset`` is the claim's.
    lines
        The columns of ``claim_line`` without ids, and `LINE_FACTS`.
    reasons
        `REASON_SCHEMA`.
    source_file_id
        The file.

    Notes
    -----
    Every adjudicated claim becomes a separate remittance with one claim payment, since these files have no
    check numbers. Deductible, coinsurance and copayment are patient responsibility (PR 1, 2 and 3). The first
    reason without an amount takes the whole charge of a line with no payment and no patient responsibility;
    any other reason without an amount gets 0. On a reversal (status 22) all amounts are negative.
    """
    shift = source_file_id << OFFSET_BITS
    own = pl.lit(source_file_id, pl.Int64).alias("source_file_id")
    claims = claims.with_columns(own, (pl.col("source_offset") + shift).alias("claim_id"))
    lines = lines.with_columns(own, (pl.col("claim_offset") + shift).alias("claim_id"))
    claim_table, line_table = _fitted(CLAIM, claims), _fitted(CLAIM_LINE, lines)
    answers = answer_tables(claims, lines, reasons, source_file_id=source_file_id)
    return {"claim": claim_table, "claim_line": line_table, **answers}


def answer_tables(
    claims: pl.DataFrame, lines: pl.DataFrame, reasons: pl.DataFrame, *, source_file_id: int
) -> dict[str, pl.DataFrame]:
    """Return the tables of remittances alone; see `paid_claim_tables`."""
    shift = source_file_id << OFFSET_BITS
    own = pl.lit(source_file_id, pl.Int64).alias("source_file_id")
    # A column that is null for a whole batch has no type yet.
    claims, lines = claims.cast(CLAIM_FACTS), lines.cast(LINE_FACTS)
    answered = claims.drop_nulls("paid_amount").with_columns(
        own,
        (pl.col("source_offset") + shift).alias("remit_claim_id"),
        (pl.col("source_offset") + shift).alias("remittance_id"),
        (pl.col("claim_status_code") == REVERSAL).fill_null(value=False).alias("is_reversal"),
        pl.col("source_offset").alias("claim_offset"),
    )
    signs = answered.select("claim_offset", "remit_claim_id", "is_reversal")
    paid_lines = lines.drop_nulls("paid_amount").join(
        signs, on="claim_offset", how="inner", maintain_order="left"
    )
    paid_lines = paid_lines.with_columns(own)
    adjustments = _adjustments(answered, paid_lines, reasons, signs).with_columns(own)
    remarks = _remarks(reasons, signs).with_columns(own)
    amounts = ("charge_amount", "paid_amount")
    return {
        "remittance": REMITTANCE.conform(
            answered.select(
                "remittance_id",
                "payer_name",
                "payer_id",
                "payee_id",
                "payment_date",
                _signed("paid_amount").alias("payment_amount"),
                "source_file_id",
                "source_offset",
            )
        ),
        "remit_claim": _fitted(REMIT_CLAIM, answered.with_columns(_signed(name) for name in amounts)),
        "remit_line": _fitted(
            REMIT_LINE, paid_lines.with_columns(_signed(name) for name in (*amounts, "allowed_amount"))
        ),
        "adjustment": _fitted(ADJUSTMENT, adjustments),
        "remark": _fitted(REMARK, remarks),
    }


def _fitted(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table's columns of a frame; columns that only other formats fill are null."""
    return table.conform(frame.select(name for name in table.column_names if name in frame.columns))


def _signed(name: str) -> pl.Expr:
    """Return amounts, with their sign changed on a reversal."""
    return pl.when("is_reversal").then(-pl.col(name).abs()).otherwise(name).cast(_MONEY).alias(name)


def _adjustments(
    answered: pl.DataFrame, paid_lines: pl.DataFrame, reasons: pl.DataFrame, signs: pl.DataFrame
) -> pl.DataFrame:
    """Return patient responsibility and the payer's adjustments, numbered within each claim payment."""
    place = ["claim_offset", "source_offset", "line_number", "group_code", "reason_code", "adjustment_amount"]
    whole = answered.with_columns(pl.lit(None, pl.Int64).alias("line_number"))
    shares = [
        frame.filter(pl.col(name) != 0)
        .select(
            "claim_offset",
            "source_offset",
            "line_number",
            pl.lit("PR").alias("group_code"),
            pl.lit(reason).alias("reason_code"),
            pl.col(name).alias("adjustment_amount"),
        )
        .select(place)
        for frame in (whole, paid_lines)
        for name, reason in _SHARES.items()
    ]
    stated_reasons = reasons.filter(
        pl.col("reason_code").is_not_null() | pl.col("adjustment_amount").is_not_null()
    )
    lines = paid_lines.select(
        "claim_offset",
        "line_number",
        pl.col("charge_amount"),
        (
            (pl.col("paid_amount") == 0)
            & pl.all_horizontal(pl.col(name).fill_null(0) == 0 for name in _SHARES)
        ).alias("is_unpaid"),
    )
    keys = ["claim_offset", "line_number"]
    placed = stated_reasons.join(lines, on=keys, how="left", maintain_order="left")
    is_untold = pl.col("adjustment_amount").is_null()
    is_first = is_untold & (is_untold.cast(pl.Int64).cum_sum().over(keys) == 1)
    amount = (
        pl.when(~is_untold)
        .then("adjustment_amount")
        .when(is_first & pl.col("is_unpaid"))
        .then("charge_amount")
        .otherwise(pl.lit(0).cast(_MONEY))
    )
    of_payer = placed.with_columns(
        amount.alias("adjustment_amount"),
        pl.col("group_code").fill_null("OA"),
        # If the payer answered no line, the reason applies to the claim.
        pl.when(pl.col("is_unpaid").is_not_null()).then("line_number").alias("line_number"),
    ).select(place)
    rows = pl.concat([*shares, of_payer]).join(signs, on="claim_offset", how="inner", maintain_order="left")
    rows = rows.sort("claim_offset", "line_number", nulls_last=False, maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("claim_offset")
    return rows.with_columns(
        number.alias("adjustment_number"),
        _signed("adjustment_amount"),
        pl.lit(None, pl.String).alias("adjustment_quantity"),
    )


def _remarks(reasons: pl.DataFrame, signs: pl.DataFrame) -> pl.DataFrame:
    rows = reasons.drop_nulls("remark_code").join(
        signs, on="claim_offset", how="inner", maintain_order="left"
    )
    number = pl.int_range(1, pl.len() + 1).over("claim_offset")
    return rows.with_columns(number.alias("remark_number"))
