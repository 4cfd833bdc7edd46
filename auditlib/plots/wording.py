"""Short numbers for labels in charts."""

from __future__ import annotations

from auditlib.text import written_share

_THOUSAND, _TEN_THOUSAND, _MILLION, _TEN_MILLION = 1_000, 10_000, 1_000_000, 10_000_000


def short_dollars(amount: float) -> str:
    """Return dollars short enough for a label.

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


def percent(share: float | None) -> str:
    """Return a share with one decimal, never rounded to nothing or to all.

    Examples
    --------
    >>> percent(0.9337), percent(0.0002), percent(0.9999), percent(None)
    ('93.4 %', '< 0.1 %', '> 99.9 %', 'not defined')
    """
    if share is None:
        return "not defined"
    return written_share(share)


def level(confidence: float) -> str:
    """Return a level of confidence.

    Examples
    --------
    >>> level(0.95), level(0.998)
    ('95 %', '99.8 %')
    """
    return f"{100 * confidence:.10g} %"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "claim"), counted(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
