"""What the letters on a claim and in a finding mean, in words of our own."""

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
