"""Dates, dollars and counts as people write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from auditlib.text import seen

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|&])")


def written_date(day: dt.date) -> str:
    """Return a date as October 5, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def literal(text: str) -> str:
    """Return text from a file so that Markdown shows it as it is: no markup, no link, no line of its own."""
    return _MARKUP.sub(r"\\\1", seen(text).replace("\n", " "))


def plural(noun: str, count: int) -> str:
    """Return a count with its noun: 1 claim, 2,480 claims."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
