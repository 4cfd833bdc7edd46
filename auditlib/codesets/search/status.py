"""Devices, replaced joints and removed organs: what a patient has, apart from the procedure that made it so.

"Knee replacement" may be the operation (ICD-10-PCS) or the state after it (Z96.65-). Words of status in the
search, as "s/p", "in situ" or "dependent", decide; without them both are searched.
"""

from __future__ import annotations

from typing import Final

from auditlib.codesets.search.phrases import alternatives, rows_of
from auditlib.codesets.search.words import words_in

_ROWS: Final = rows_of("status.csv")
_WORDS_OF_STATUS: Final = tuple(
    tuple(words_in(text))
    for text in (
        "status post", "s/p", "history of", "hx of", "h/o", "hx", "in situ", "in place", "is present",
        "present", "status", "dependent", "dependence on", "bound", "prior", "previous", "post",
        "implanted", "on home", "on chronic", "uses", "old",
    )
)  # fmt: skip


def _by_words(column: int) -> dict[tuple[str, ...], str]:
    return {
        tuple(words_in(typed)): row[column] for row in _ROWS for typed in alternatives(row[0]) if row[column]
    }


STATUS: Final = _by_words(1)
"""Words of a device, joint, organ or operation, with the status in the code books' words."""

PROCEDURE: Final = _by_words(2)
"""The same words with the procedure in the code books' words."""

_LONGEST: Final = max(map(len, STATUS))


def without_status_words(words: list[str]) -> list[str] | None:
    """Return the search without its words of status; None if it is about no status.

    Examples
    --------
    >>> without_status_words(["s", "p", "left", "mastectomy"])
    ['left', 'mastectomy']
    >>> without_status_words(["left", "mastectomy"]) is None
    True
    """
    rest = list(words)
    for phrase in _WORDS_OF_STATUS:
        for at in range(len(rest) - len(phrase), -1, -1):
            if tuple(rest[at : at + len(phrase)]) == phrase:
                del rest[at : at + len(phrase)]
    if len(rest) == len(words):
        return None
    has_subject = any(
        tuple(rest[at : at + length]) in STATUS
        for at in range(len(rest))
        for length in range(1, _LONGEST + 1)
    )
    return rest if has_subject else None
