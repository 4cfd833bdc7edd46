"""Codes of one or two characters written out beside themselves, in our own words."""

from __future__ import annotations

from typing import Final

_GROUPS: Final = {
    "CO": "contractual",
    "CR": "correction",
    "OA": "other",
    "PI": "payer's reduction",
    "PR": "patient's share",
}
_WORDS: Final = {
    "severity": {"F": "fatal", "D": "denied", "R": "review", "I": "information"},
    "group_code": _GROUPS,
    "denial_group_code": _GROUPS,
    "form": {"P": "professional", "I": "institutional", "D": "dental"},
    "payer_sequence": {"P": "primary", "S": "secondary", "T": "tertiary"},
    "claim_status_code": {
        "1": "paid as primary",
        "2": "paid as secondary",
        "3": "paid as tertiary",
        "4": "denied",
        "19": "primary, sent on",
        "20": "secondary, sent on",
        "21": "tertiary, sent on",
        "22": "reversal",
        "23": "not this payer's",
        "25": "predetermination",
    },
    "frequency_code": {
        "1": "original",
        "2": "first of several",
        "3": "continuing",
        "4": "last of several",
        "5": "late charges",
        "6": "adjustment",
        "7": "replacement",
        "8": "void",
    },
}


def explained(column_name: str, value: object) -> object:
    """Return a code with its meaning, where the column is one whose codes few know by heart.

    Examples
    --------
    >>> explained("group_code", "PR"), explained("severity", "F"), explained("group_code", "XX")
    ("PR patient's share", 'F fatal', 'XX')
    """
    words = _WORDS.get(column_name, {}).get(value) if isinstance(value, str) else None
    return value if words is None else f"{value} {words}"
