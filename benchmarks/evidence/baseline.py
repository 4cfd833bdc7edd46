"""The naive way that one writes first: the share of a title's words that the text has."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+")
_SMALL: Final = frozenset(
    ("a", "an", "and", "by", "classified", "due", "elsewhere", "for", "in", "not", "of", "on", "or", "other",
     "specified", "the", "to", "unspecified", "with", "without")
)  # fmt: skip


def words_in(text: str) -> frozenset[str]:
    """Return the words of a text without small ones."""
    return frozenset(_WORD.findall(text.lower())) - _SMALL


def overlap(title: str, text_words: frozenset[str]) -> float:
    """Return the share of a title's words that are among a text's."""
    words = words_in(title)
    return len(words & text_words) / max(len(words), 1)
