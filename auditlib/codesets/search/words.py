"""Normalization of words in titles and searches, so that fracture matches fractured."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters and digits of any script; a possessive s is dropped, other marks separate words.
_WORD: Final = re.compile(r"[^\W_]+")
_POSSESSIVE: Final = re.compile(r"['\u2019`]s\b")
_WITHOUT: Final = re.compile(r"(?<![^\W_])w/o(?![^\W_])")
_LONGEST_TEXT: Final = 200
_SHORTEST_STEM: Final = 4

# The longest endings first; none may leave fewer than four letters.
_ENDINGS: Final = (
    "ization", "ations", "ation", "ements", "ement", "ically", "ities", "ness", "ical", "ious", "ives",
    "ions", "ings", "ity", "ies", "ive", "ion", "ing", "ics", "ous", "ary", "ant", "ent", "ial", "ers", "ias",
    "ed", "ic", "al", "er", "es", "ly", "ia", "is", "us", "um", "ae", "a", "e", "s", "y", "i", "o",
)  # fmt: skip
_PASSES: Final = 2
_ROMAN: Final = {"ii": "2", "iii": "3", "iv": "4"}
_IRREGULAR: Final = {
    "children": "child", "feet": "foot", "geese": "goose", "lice": "louse", "men": "man", "mice": "mouse",
    "teeth": "tooth", "women": "woman",
}  # fmt: skip


def words_in(text: str) -> list[str]:
    """Return the words in the first two hundred characters of a text, lower-case, without accents.

    Examples
    --------
    >>> words_in("Crohn's disease, T2DM w/o Ménière")
    ['crohn', 'disease', 't2dm', 'without', 'meniere']
    """
    folded = unicodedata.normalize("NFKD", text[:_LONGEST_TEXT].lower())
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    words = _WORD.findall(_POSSESSIVE.sub("", _WITHOUT.sub("without", plain)))
    return [_IRREGULAR.get(word, word) for word in words]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the stem that a lower-case word shares with related words.

    Examples
    --------
    >>> stem("diabetic") == stem("diabetes")
    True
    >>> stem("ii"), stem("3b")
    ('2', '3b')
    """
    if word in _ROMAN:
        return _ROMAN[word]
    word = _IRREGULAR.get(word, word)
    if not word.isalpha() or len(word) <= _SHORTEST_STEM:
        return word[:-1] if len(word) == _SHORTEST_STEM and word.endswith("s") and word[-2] != "s" else word
    for _ in range(_PASSES):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                word = word[: -len(ending)]
                break
    return word
