"""What a finding means in dollars: what was paid less what would have been right."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from auditlib.errors import UsageError
from auditlib.text import format_dollars, is_plain

ENTERED: Final = "entered by the reviewer"
WHOLE_LINE: Final = "whole payment of the line"
NOT_AGREED: Final = "not agreed by the reviewers"
NOT_ENTERED: Final = (WHOLE_LINE, NOT_AGREED)
"""What dollars rest on that no reviewer entered or accepted."""
LARGEST_DIFFERENCE: Final = Decimal(10_000_000)
LONGEST_ORIGIN: Final = 4_000

_AMOUNT: Final = re.compile(r"([-+]?)\s*\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
_HINT: Final = (
    f"Dollars and cents, as 45.20, up to {format_dollars(LARGEST_DIFFERENCE)}: "
    "plus is overpaid, minus is underpaid."
)


def require_difference(value: object) -> None:
    """Raise if a value is no amount in cents of a sane size.

    Raises
    ------
    UsageError
        If it is not.
    """
    if (
        not isinstance(value, Decimal)
        or not value.is_finite()
        or abs(value) > LARGEST_DIFFERENCE
        or value != round(value, 2)
    ):
        message = "The payment difference is not an amount in dollars and cents."
        raise UsageError(message, hint=_HINT)


def require_origin(origin: str | None, difference: Decimal | None) -> None:
    """Raise if a text cannot say how a payment difference came about.

    Raises
    ------
    UsageError
        If there is no difference, or the text is not plain, blank or too long.
    """
    if origin is None:
        return
    if difference is None:
        message = "The origin of a payment difference stands beside its amount."
        raise UsageError(message, hint="Give the amount too.")
    if not is_plain(origin) or not 0 < len(origin.strip()) <= LONGEST_ORIGIN:
        message = "The origin of the payment difference is not valid."
        raise UsageError(message, hint=f"One line of plain text of at most {LONGEST_ORIGIN:,} characters.")


def read_difference(value: object) -> Decimal | None:
    """Return an amount that was typed or stored; None where there is none.

    Examples
    --------
    >>> read_difference("-$1,250.5"), read_difference(" "), read_difference(12)
    (Decimal('-1250.50'), None, Decimal('12.00'))

    Raises
    ------
    UsageError
        If it cannot be read as dollars and cents; two readings of one text are none.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    # A JSON number arrives as int or float; its shortest text is the number in the JSON.
    text = "" if isinstance(value, bool) else str(value).strip()
    matched = _AMOUNT.fullmatch(text)
    if matched is None:
        message = "The payment difference cannot be read."
        raise UsageError(message, hint=_HINT)
    sign, whole, cents = matched.groups()
    amount = round(Decimal(sign + whole.replace(",", "") + (cents or "")), 2)
    require_difference(amount)
    # Minus nothing is nothing.
    return amount + 0
