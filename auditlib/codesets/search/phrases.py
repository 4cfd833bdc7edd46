"""Phrases that coders, nurses and billers type, with the code books' words: `codesets/search/phrase.csv`."""

from __future__ import annotations

import csv
from typing import Final

from auditlib.embedded import embedded_folder


def rows_of(name: str) -> list[list[str]]:
    """Return the rows of a vocabulary file of the search, without its header."""
    with (embedded_folder("codesets") / "search" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def alternatives(cell: str) -> tuple[str, ...]:
    """Return the texts of a cell that are separated by a bar.

    Examples
    --------
    >>> alternatives("nausea|vomiting"), alternatives("")
    (('nausea', 'vomiting'), ())
    """
    return tuple(text for text in cell.split("|") if text)


_ROWS: Final = rows_of("phrase.csv")

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    typed: alternatives(meaning) for typed, meaning in _ROWS if meaning
}
"""What is typed, in lower case, with its meanings."""

FILLERS: Final = frozenset(typed for typed, meaning in _ROWS if not meaning)
"""Words of notes that no title has, and that a search does not need."""
