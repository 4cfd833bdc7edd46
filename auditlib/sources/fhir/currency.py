"""The currency of a resource's amounts: those in another than US dollars are not loaded."""

from __future__ import annotations

import polars as pl

from auditlib.sources.rejected_rows import RejectedRows

_DOLLARS = "USD"
_CURRENCY = r'"currency"\s*:\s*"[^"]*"'
# STU3 states an amount of money as a quantity in the system of currencies.
_QUANTITY = r'\{[^{}]*"urn:iso:std:iso:4217"[^{}]*\}'


def in_dollars(resources: pl.DataFrame, rejects: RejectedRows, kind: str) -> pl.DataFrame:
    """Return the resources whose amounts are in US dollars or state no currency; others are rejected.

    The currency is looked for in the resource's text (``__text``), in every amount alike.
    """
    text = pl.col("__text")
    stated = text.str.extract_all(_CURRENCY).list.eval(pl.element().str.extract(r':\s*"([^"]*)"$', 1))
    older = text.str.extract_all(_QUANTITY).list.eval(
        pl.element().str.extract(r'"code"\s*:\s*"([^"]*)"', 1).drop_nulls()
    )
    other = (
        pl.concat_list(stated, older)
        .list.eval(pl.element().str.strip_chars().str.to_uppercase())
        .list.eval(pl.element().filter((pl.element() != _DOLLARS) & (pl.element() != "")))
        .list.first()
    )
    judged = resources.with_columns(other.alias("__currency"))
    foreign = judged.drop_nulls("__currency")
    for (currency,), rows in foreign.group_by(["__currency"], maintain_order=True):
        code = str(currency)
        # Only a currency's code is repeated: anything else could be a patient's value.
        shown = (
            code if len(code) == len(_DOLLARS) and code.isascii() and code.isalpha() else "another currency"
        )
        reason = f"The amounts are in {shown}; the columns hold US dollars"
        rejects.add(kind, rows, reason, "amounts in US dollars")
    return judged.filter(pl.col("__currency").is_null()).drop("__currency")
