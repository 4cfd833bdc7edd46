"""Formatting of dates, dollars, shares and counts, the same on every screen and page."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SMALLEST_SHARE: Final = 0.0005
_THOUSAND, _TEN_THOUSAND, _MILLION, _TEN_MILLION = 1_000, 10_000, 1_000_000, 10_000_000
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|&])")
_DOLLARS: Final = re.compile(r"(-?)\$?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
# Control characters (C0 without tab and line end, DEL, C1) and marks that change the direction of text.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def format_date(day: dt.date) -> str:
    """Return a date as 'Mar 3, 2026'."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def long_date(day: dt.date) -> str:
    """Return a date as 'October 5, 2026'."""
    return f"{day:%B} {day.day}, {day.year}"


def format_dollars(amount: float | Decimal) -> str:
    """Return an amount to the cent, as '-$1,234.50'."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def read_dollars(text: str) -> Decimal | None:
    """Return an amount that was typed, to the cent; None where it has two readings or none.

    Examples
    --------
    >>> read_dollars("$1,250.5"), read_dollars("95,40"), read_dollars("-12"), read_dollars("1e3")
    (Decimal('1250.50'), None, Decimal('-12.00'), None)
    """
    matched = _DOLLARS.fullmatch(text.strip())
    if matched is None:
        return None
    sign, whole, cents = matched.groups()
    return round(Decimal(f"{sign}{whole.replace(',', '')}{cents or ''}"), 2)


def format_share(share: float) -> str:
    """Return a share with one decimal, never rounded to nothing or to all.

    Examples
    --------
    >>> format_share(0.934), format_share(0.0), format_share(0.0002), format_share(0.9999)
    ('93.4 %', '0.0 %', '< 0.1 %', '> 99.9 %')
    """
    if 0 < share < _SMALLEST_SHARE:
        return "< 0.1 %"
    if 1 - _SMALLEST_SHARE < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def percent(share: float | None) -> str:
    """Return a share as `format_share` does, or 'not defined'.

    Examples
    --------
    >>> percent(0.9337), percent(None)
    ('93.4 %', 'not defined')
    """
    return "not defined" if share is None else format_share(share)


def up_to_unmapped(rate: object, with_unmapped: object) -> str:
    """Return what a denial rate is if unmapped reasons are denials; nothing if that makes no difference.

    Examples
    --------
    >>> up_to_unmapped(0.12, 0.152), up_to_unmapped(0.12, 0.12)
    ('; up to 15.2 % if unmapped reasons are denials', '')
    """
    if not isinstance(rate, (int, float)) or not isinstance(with_unmapped, (int, float)):
        return ""
    if with_unmapped == rate:
        return ""
    # Claims denied in part move to those denied whole: their share falls.
    word = "up to" if with_unmapped > rate else "down to"
    return f"; {word} {format_share(with_unmapped)} if unmapped reasons are denials"


def level(confidence: float) -> str:
    """Return a confidence level.

    Examples
    --------
    >>> level(0.95), level(0.998)
    ('95 %', '99.8 %')
    """
    return f"{100 * confidence:.10g} %"


def short_dollars(amount: float) -> str:
    """Return dollars short enough for the label of a picture.

    Examples
    --------
    >>> [short_dollars(amount) for amount in (-5, 950, 1234.5, 56789, 1234567, 45678901)]
    ['-$5', '$950', '$1,234', '$56.8k', '$1.23M', '$45.7M']
    """
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    if size >= _TEN_MILLION:
        return f"{sign}${size / _MILLION:.1f}M"
    if size >= _MILLION:
        return f"{sign}${size / _MILLION:.2f}M"
    if size >= _TEN_THOUSAND:
        return f"{sign}${size / _THOUSAND:.1f}k"
    return f"{sign}${size:,.0f}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "claim"), counted(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def markdown_text(text: str) -> str:
    r"""Return text from a file so that Markdown shows it literally: no markup, link or line break.

    Examples
    --------
    >>> print(markdown_text("a*b"))
    a\*b
    """
    return _MARKUP.sub(r"\\\1", printable(text).replace("\n", " "))


def is_plain(text: str, *, allowed: str = "") -> bool:
    r"""Return True if text holds no control character but those allowed, and no half of a character.

    Examples
    --------
    >>> is_plain("a b"), is_plain("a\nb"), is_plain("a\nb", allowed="\n")
    (True, False, True)
    """
    return all(
        character in allowed or unicodedata.category(character) not in {"Cc", "Cs"} for character in text
    )


def printable(text: str) -> str:
    r"""Return text from a file with control characters made visible, so that they cannot act.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a\ufffd[31mb'
    """
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
