"""Spelling correction: the known words nearest to a misspelled one, by letters and by sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST: Final = 4
_LONGEST: Final = 40
_MOST: Final = 4
_LEAST_LIKENESS: Final = 0.66
# Candidates further than this below the best one are dropped.
_SPREAD: Final = 0.08
_BY_SOUND: Final = 0.97

_SOUNDS: Final = (
    (re.compile("x"), "ks"),
    (re.compile(r"(?:[st]i|sh)[ou]n"), "xn"),
    (re.compile("ph"), "f"),
    (re.compile("rh"), "r"),
    (re.compile("ae|oe|ei|ie|ea|ee|[yi]"), "i"),
    (re.compile("(?<=[a-z])[aeou]"), "e"),
    (re.compile("ch|ck|[cqk]"), "k"),
    (re.compile("z|sc"), "s"),
    (re.compile("th"), "t"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile("h"), ""),
)


def sound(word: str) -> str:
    """Return a phonetic key, equal for words that sound alike.

    Examples
    --------
    >>> sound("hypertenshun") == sound("hypertension"), sound("pyelonefritis") == sound("pyelonephritis")
    (True, True)
    """
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


class Speller:
    """Finds the words of a vocabulary nearest to one that is not in it.

    Parameters
    ----------
    words
        The vocabulary, lower-case.
    counts
        Number of occurrences of each; of two equally near candidates the more frequent is better.
    """

    def __init__(self, words: Sequence[str], counts: Sequence[int]) -> None:
        chosen = [at for at, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
        chosen.sort(key=lambda at: (len(words[at]), words[at]))
        self._words = [words[at] for at in chosen]
        self._sounds = [sound(word) for word in self._words]
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        self._counts = np.array([counts[at] for at in chosen], dtype=np.int64)
        self.near = lru_cache(maxsize=4096)(self._near)

    def _near(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the nearest known words with their similarity, from 0 to 1, best first."""
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        slack = max(1, len(word) // 4)
        begin, end = np.searchsorted(self._lengths, [len(word) - slack, len(word) + slack + 1])
        if begin == end:
            return ()
        by_letters = self._likeness(word, self._words[begin:end])
        by_sound = self._likeness(sound(word), self._sounds[begin:end]) * _BY_SOUND
        likeness = np.maximum(by_letters, (by_letters + by_sound) / 2)
        rank = likeness + 0.004 * np.log1p(self._counts[begin:end])
        best = rank.max()
        if likeness.max() < _LEAST_LIKENESS:
            return ()
        order = np.argsort(-rank, kind="stable")[:_MOST]
        return tuple(
            (self._words[begin + at], float(likeness[at]))
            for at in order.tolist()
            if rank[at] >= best - _SPREAD and likeness[at] >= _LEAST_LIKENESS
        )

    @staticmethod
    def _likeness(word: str, candidates: Sequence[str]) -> NDArray[np.float64]:
        similarities = process.cdist([word], candidates, scorer=OSA.normalized_similarity, dtype=np.float32)
        return np.asarray(similarities[0], dtype=np.float64)
