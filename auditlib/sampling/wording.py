"""Dates, dollars and counts as people write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def written_date(day: dt.date) -> str:
    """Return a date as October 5, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def dollars(amount: Decimal) -> str:
    """Return an amount as $1,234.50, or -$1,234.50."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def plural(noun: str, count: int) -> str:
    """Return a count with its noun: 1 claim, 2,480 claims."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
