"""How a price comes about: amounts with their origin, one step after the other, or the reason for none.

A frame that is priced has ``amount`` (cents), ``origin`` (a sentence), ``steps`` (each rule with the dollars
after it) and ``reason`` (why it cannot be priced). The first reason stands.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.pricing.cents import MONEY, dollar_text, dollars

STEP: Final = pl.Struct({"rule": pl.String(), "amount": MONEY})
NO_STEPS: Final = pl.lit([], dtype=pl.List(STEP))


def started(lines: pl.DataFrame, rule: str, amount: pl.Expr, origin: pl.Expr) -> pl.DataFrame:
    """Return lines with their first amount, in cents, and the sentence on it."""
    return lines.with_columns(
        amount=amount, origin=pl.concat_str(origin, pl.lit(" = "), dollar_text(amount))
    ).with_columns(steps=pl.concat_list(_step(rule, pl.col("amount"))))


def stepped(lines: pl.DataFrame, rule: str, amount: pl.Expr, said: pl.Expr | str) -> pl.DataFrame:
    """Return lines with another amount where the expression has one, and what it rests on.

    Parameters
    ----------
    lines
        With the columns of the module.
    rule
        Name of the rule.
    amount
        The amount after it in cents; null where the rule does not apply.
    said
        The rule in words.
    """
    words = pl.lit(said) if isinstance(said, str) else said
    is_applied = amount.is_not_null()
    return lines.with_columns(
        amount=pl.coalesce(amount, "amount"),
        origin=pl.when(is_applied)
        .then(pl.concat_str("origin", pl.lit("; "), words, pl.lit(" = "), dollar_text(amount)))
        .otherwise("origin"),
        steps=pl.when(is_applied).then(pl.concat_list("steps", _step(rule, amount))).otherwise("steps"),
    )


def refused(lines: pl.DataFrame, condition: pl.Expr, reason: pl.Expr | str) -> pl.DataFrame:
    """Return lines with the reason why they cannot be priced, where none stands yet."""
    words = pl.lit(reason) if isinstance(reason, str) else reason
    return lines.with_columns(
        reason=pl.coalesce("reason", pl.when(condition.fill_null(value=False)).then(words))
    )


def _step(rule: str, amount: pl.Expr) -> pl.Expr:
    return pl.struct(pl.lit(rule).alias("rule"), dollars(amount).alias("amount"))
