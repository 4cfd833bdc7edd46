"""Risk categories of an enrollee as submitted and as validated, and what the difference is in dollars."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import BadInputError

_COLUMNS: Final = ("category", "payment_amount")


@dataclass(frozen=True, slots=True)
class CategoryPayments:
    """What a plan is paid a year for each risk category, and which categories each one trumps.

    Parameters
    ----------
    amounts
        Dollars a year by category.
    trumped
        By category the lower ones of its hierarchy, for which nothing is paid beside it.
    """

    amounts: Mapping[str, Decimal]
    trumped: Mapping[str, frozenset[str]]

    def paid_for(self, categories: Collection[str]) -> frozenset[str]:
        """Return the categories that are paid for: those that no other of them trumps."""
        under = frozenset().union(*(self.trumped.get(one, frozenset()) for one in categories))
        return frozenset(categories) - under

    def payment(self, categories: Collection[str]) -> Decimal:
        """Return what is paid for categories, after the hierarchy.

        Raises
        ------
        BadInputError
            If one of them has no amount.
        """
        paid = sorted(self.paid_for(categories))
        unknown = [one for one in paid if one not in self.amounts]
        if unknown:
            message = f"The table of payments has no row for category {unknown[0]}."
            raise BadInputError(message, hint="Give each risk category its dollars a year.")
        return sum((self.amounts[one] for one in paid), Decimal(0))


CategoryRow = tuple[str, str, str]
"""A category, its dollars a year, and the categories that it trumps, with spaces between."""


def read_category_rows(path: Path) -> tuple[CategoryRow, ...]:
    """Return the rows of a CSV file: category, payment_amount and, with spaces between, trumps.

    Raises
    ------
    BadInputError
        If the file cannot be read, lacks a column, or its rows are not payments.
    """
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"The table of payments {path.name} cannot be read."
        raise BadInputError(message, hint="A CSV file with category, payment_amount and trumps.") from error
    lacking = [name for name in _COLUMNS if name not in table.columns]
    if lacking:
        message = f"{path.name} has no column '{lacking[0]}'."
        raise BadInputError(message, hint="Its columns are category, payment_amount and trumps.")
    rows = tuple(
        ((row["category"] or "").strip(), (row["payment_amount"] or "").strip(), (row.get("trumps") or ""))
        for row in table.iter_rows(named=True)
    )
    category_payments(rows)
    return rows


def category_payments(rows: Iterable[CategoryRow]) -> CategoryPayments:
    """Return the payments that rows state.

    Raises
    ------
    BadInputError
        If a category is empty or occurs twice, or an amount is no amount of dollars.
    """
    amounts: dict[str, Decimal] = {}
    trumped: dict[str, frozenset[str]] = {}
    for number, (category, text, under) in enumerate(rows, start=1):
        try:
            amount = Decimal(text)
        except ArithmeticError:
            amount = Decimal("NaN")
        if not category or category in amounts or not amount.is_finite() or amount < 0:
            message = (
                f"Row {number:,} of the payments: a category once, with its dollars a year, is expected."
            )
            raise BadInputError(message, hint="Write a row as 37,1650.00,38.")
        amounts[category] = amount
        trumped[category] = frozenset(under.split())
    return CategoryPayments(amounts, trumped)


@dataclass(frozen=True, slots=True)
class ValidatedEnrollee:
    """An enrollee of a sample: categories submitted and validated, and what each set pays.

    Parameters
    ----------
    submitted, validated
        The categories, before the hierarchy.
    paid_amount, audited_amount
        What is paid for them, after it.
    reasons
        What became of each category that made a difference or would have, a sentence each.
    """

    submitted: frozenset[str]
    validated: frozenset[str]
    paid_amount: Decimal
    audited_amount: Decimal
    reasons: tuple[str, ...]


def validate_enrollee(
    submitted: Collection[str],
    supported: Mapping[str, Collection[str]],
    payments: CategoryPayments,
    *,
    has_credit: bool,
) -> ValidatedEnrollee:
    """Return what the records of an enrollee's year validate.

    Parameters
    ----------
    submitted
        Risk categories for which the plan was paid.
    supported
        By category the charts whose record supports it, whether it was billed there or not.
    payments
        Dollars and hierarchy.
    has_credit
        Whether a category counts that the records support and that was not submitted.
    """
    claimed, found = frozenset(submitted), frozenset(name for name, charts in supported.items() if charts)
    validated = (claimed & found) | (found if has_credit else frozenset())
    reasons = [f"{one} is not supported" for one in sorted(claimed - found)]
    paid_before, paid_after = payments.paid_for(claimed), payments.paid_for(validated)
    for one in sorted(found - claimed):
        if not has_credit:
            reasons.append(f"{one} is supported, was not submitted, and does not count")
        elif one in paid_after:
            reasons.append(f"{one} is supported, was not submitted, and counts")
        else:
            reasons.append(f"{one} is supported, was not submitted, and is trumped")
    reasons += [
        f"{one} was trumped as submitted and is paid for now"
        for one in sorted((paid_after - paid_before) & claimed)
    ]
    return ValidatedEnrollee(
        claimed, validated, payments.payment(claimed), payments.payment(validated), tuple(reasons)
    )
