"""What every plain reader of raw files gives: a row for each record that holds money."""

from __future__ import annotations

from typing import Final

import polars as pl

MONEY: Final = pl.Decimal(18, 2)
_EXACT: Final = pl.Decimal(38, 10)
AMOUNTS: Final = ("charge_amount", "paid_amount", "other_amount")
MEASURES: Final = ("record_count", *AMOUNTS)

RAW_SCHEMA: Final = pl.Schema(
    {
        "record_kind": pl.String(),
        "source_offset": pl.Int64(),
        "claim_offset": pl.Int64(),
        "transaction_offset": pl.Int64(),
        "part": pl.String(),
        "number": pl.String(),
        "record_count": pl.Int64(),
        **dict.fromkeys(AMOUNTS, MONEY),
    }
)
"""Columns of raw records.

``record_kind`` is the core table that the record fills, ``source_offset`` the byte at which it starts, and
``claim_offset`` and ``transaction_offset`` where the claim and the transaction around it start. ``part`` is
the form of a claim, the group of an adjustment or the status of a claim payment, ``number`` the account of a
claim. ``other_amount`` is the patient's share of a claim payment (CLP05), the total of a remittance, or the
amount of an adjustment.
"""


def amount(text: pl.Expr) -> pl.Expr:
    """Return amounts of text, to the cent; what is no number is null."""
    return text.cast(_EXACT, strict=False).round(2, mode="half_away_from_zero").cast(MONEY, strict=False)


def conformed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with all columns of `RAW_SCHEMA`; counts and amounts that are missing are 0."""
    absent = [pl.lit(None).alias(name) for name in RAW_SCHEMA if name not in frame.columns]
    filled = frame.with_columns(absent).with_columns(pl.col("record_count").fill_null(1))
    return (
        filled.select(RAW_SCHEMA.names())
        .cast(RAW_SCHEMA)
        .with_columns(pl.col(name).fill_null(0) for name in AMOUNTS)
    )
