"""Dates, dollars and shares as people write them, the same on every screen and page."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEAST: Final = 0.0005
# What steers a terminal or hides in a page: C0 but tab and line end, DEL, C1, and marks that turn text.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def written_date(day: dt.date) -> str:
    """Return a date as 'Mar 3, 2026'."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def written_dollars(amount: float | Decimal) -> str:
    """Return an amount to the cent, as '-$1,234.50'."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def written_share(share: float) -> str:
    """Return a share with one decimal, never rounded to nothing or to all.

    Examples
    --------
    >>> written_share(0.934), written_share(0.0), written_share(0.0002), written_share(0.9999)
    ('93.4 %', '0.0 %', '< 0.1 %', '> 99.9 %')
    """
    if 0 < share < _LEAST:
        return "< 0.1 %"
    if 1 - _LEAST < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def seen(text: str) -> str:
    r"""Return text from a file with what cannot be seen made visible, so that it steers nothing.

    Examples
    --------
    >>> seen("a\x1b[31mb")
    'a\ufffd[31mb'
    """
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
