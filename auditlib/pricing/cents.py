"""Exact dollars in whole columns: integers of cents and of ten-thousandths, rounded half up."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import polars as pl

SCALE: Final = 10_000
"""Ten-thousandths: relative values, indices, conversion factors and shares have at most four decimals."""
MONEY: Final = pl.Decimal(18, 2)
_CENT: Final = Decimal("0.01")


def scaled(column: str) -> pl.Expr:
    """Return a quantity of at most four decimals as an integer of ten-thousandths."""
    return (pl.col(column).cast(pl.Float64()) * SCALE).round().cast(pl.Int64())


def cents(column: str) -> pl.Expr:
    """Return dollars as an integer of cents."""
    return (pl.col(column).cast(pl.Float64()) * 100).round().cast(pl.Int64())


def dollars(amount: pl.Expr) -> pl.Expr:
    """Return an integer of cents as dollars."""
    return (amount.cast(MONEY) * pl.lit(_CENT)).cast(MONEY)


def half_up(numerator: pl.Expr, denominator: int) -> pl.Expr:
    """Return a quotient of integers, not negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def share_of(amount: pl.Expr, share: pl.Expr | int) -> pl.Expr:
    """Return a share, in ten-thousandths, of cents, rounded half up to the cent."""
    return half_up(amount * share, SCALE)


def dollar_text(amount: pl.Expr) -> pl.Expr:
    """Return cents as '$82.30'."""
    part = (amount % 100).cast(pl.String()).str.zfill(2)
    return pl.format("${}.{}", amount // 100, part)


def percent_text(share: pl.Expr) -> pl.Expr:
    """Return ten-thousandths as '62.5 %'."""
    whole = (share // 100).cast(pl.String())
    part = (share % 100).cast(pl.String()).str.zfill(2).str.strip_chars_end("0")
    return pl.concat_str(
        whole, pl.when(part != "").then(pl.lit(".") + part).otherwise(pl.lit("")), pl.lit(" %")
    )
