"""What the letters and numbers on claims, in remittances and in findings mean, in our own words."""

from __future__ import annotations

from typing import Final

SEVERITY_WORDS: Final = {"F": "fatal", "D": "likely denied", "R": "to review", "I": "information"}
SEVERITY_MEANINGS: Final = {
    "F": "A claim with this error would be returned",
    "D": "The payer is likely to deny it",
    "R": "A person has to look at it",
    "I": "Nothing has to be done",
}
POA_MEANINGS: Final = {
    "Y": "present on admission",
    "N": "not present on admission",
    "U": "not documented clearly enough",
    "W": "cannot be told clinically",
    "1": "exempt from reporting",
}
_GROUPS: Final = {
    "CO": "contractual",
    "CR": "correction",
    "OA": "other",
    "PI": "payer's reduction",
    "PR": "patient's share",
}
_WORDS: Final = {
    "severity": SEVERITY_WORDS,
    "poa_indicator": POA_MEANINGS,
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
