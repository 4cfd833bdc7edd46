"""Balances: whether claims, payments, lines and remittances add up, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from auditlib.warehouse import Warehouse

BALANCE_RULES = ("claim charge", "line payment", "claim payment", "payment charge", "remittance payment")


def unbalanced(warehouse: Warehouse, rule: str | None = None) -> pl.DataFrame:
    """Return the items that do not balance, by one rule of `BALANCE_RULES` or by any.

    Notes
    -----
    ``computed_amount`` is the sum of the parts, ``stated_amount`` the amount in the file, and
    ``difference_amount`` the first minus the second. By rule: the charges of a claim's lines and its charge;
    a line's charge less its adjustments and its payment; a claim payment's charge less all its adjustments
    and its payment; the charges of its lines, where it has any, and its charge; the payments of a remittance
    less its provider adjustments and its total. Patient responsibility is not part of any rule.

    References
    ----------
    ASC X12N 005010X221A1, section 1.10.2.1.
    """
    return warehouse.query("queries/measures/balance_found", {"balance_rule": rule})


def balance_totals(warehouse: Warehouse) -> pl.DataFrame:
    """Return, by file and rule, the numbers of items examined and balanced, and differences.

    Returns
    -------
    polars.DataFrame
        ``difference_amount`` is net; in ``gross_difference_amount`` none offsets another.
    """
    return warehouse.query("measures/balance_total")
