"""Interpretation of a search text: its words and phrases with their possible readings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditlib.codesets.search.postings import Postings
from auditlib.codesets.search.spelling import Speller
from auditlib.codesets.search.vocabulary import MEANINGS, UNSAID
from auditlib.codesets.search.words import stem, words_in

_MOST_WORDS: Final = 24
_AS_TYPED: Final = 0.93
_COMPLETED: Final = 0.9
_INITIALS: Final = 0.95
_MOST_COMPLETIONS: Final = 40
_SHORTEST_START: Final = 2
# A start shared by this many words is not specific enough.
_TOO_MANY_WORDS: Final = 2000


@dataclass(frozen=True, slots=True)
class Reading:
    """One interpretation of a part of a search: terms, each with one or several spellings.

    Parameters
    ----------
    terms
        For each word, the possible terms with their similarity, from 0 to 1.
    share
        Score of a text that has all terms, from 0 to 1.
    """

    terms: tuple[tuple[tuple[int, float], ...], ...]
    share: float


class Reader:
    """Interprets search texts by the words of an index.

    Parameters
    ----------
    postings
        The index.
    initials
        Initials with the texts that they stand for.
    """

    def __init__(self, postings: Postings, initials: Mapping[str, tuple[str, ...]]) -> None:
        self._initials = initials
        self._terms = postings.terms
        self._counts = postings.starts[1:] - postings.starts[:-1]
        known_words = {word for key in MEANINGS for word in words_in(key)}
        self._known = known_words.union(postings.words)
        self._words = postings.words
        extra = sorted(known_words.difference(postings.words))
        counts = [*postings.word_counts.tolist(), *(1 for _ in extra)]
        self._speller = Speller([*postings.words, *extra], counts)

    def read(self, text: str) -> list[tuple[Reading, ...]]:
        """Return the parts of a search with their readings; a word without any match has none."""
        # A filler word that is in no title must not be treated as a misspelling.
        words = [word for word in words_in(text) if word not in UNSAID or word in self._known][:_MOST_WORDS]
        stems = tuple(stem(word) for word in words)
        parts: list[tuple[Reading, ...]] = []
        at = 0
        while at < len(words):
            length, meanings = _phrase_at(words, stems, at)
            if length == 0 and words[at] not in self._known:
                parts.append(self._unknown(words[at], is_last=at + 1 == len(words)))
                at += 1
                continue
            length = length or 1
            is_last = at + length == len(words)
            typed = tuple(self._term(word, is_last=is_last) for word in words[at : at + length])
            readings = [self._meaning(meaning) for meaning in meanings]
            readings.append(Reading(typed, _AS_TYPED if meanings else 1.0))
            parts.append(tuple(reading for reading in readings if any(reading.terms)))
            at += length
        return parts

    def _meaning(self, phrase: str, share: float = 1.0) -> Reading:
        return Reading(tuple(self._term(word, is_last=False) for word in words_in(phrase)), share)

    def _term(self, word: str, *, is_last: bool) -> tuple[tuple[int, float], ...]:
        term = self._terms.get(stem(word))
        exact = () if term is None else ((term, 1.0),)
        return (*self._completions(word), *exact) if is_last else exact

    def _completions(self, start: str) -> tuple[tuple[int, float], ...]:
        """Return the terms that complete the last word, which may not be fully typed."""
        if len(start) < _SHORTEST_START:
            return ()
        begin, end = bisect_left(self._words, start), bisect_left(self._words, start + "\U0010ffff")
        if end - begin > _TOO_MANY_WORDS:
            return ()
        terms = {self._terms[stem(word)] for word in self._words[begin:end]}
        commonest = sorted(terms, key=lambda term: (-int(self._counts[term]), term))
        return tuple((term, _COMPLETED) for term in commonest[:_MOST_COMPLETIONS])

    def _unknown(self, word: str, *, is_last: bool) -> tuple[Reading, ...]:
        # An unknown word may be a word form, the start of a word, or a misspelling.
        readings = [Reading((spellings,), 1.0)] if (spellings := self._term(word, is_last=is_last)) else []
        readings.extend(self._meaning(phrase, _INITIALS) for phrase in self._initials.get(word, ()))
        for near, likeness in self._speller.near(word):
            term = self._terms.get(stem(near))
            if term is not None:
                readings.append(Reading((((term, 1.0),),), likeness))
            readings.extend(self._meaning(meaning, likeness) for meaning in MEANINGS.get(near, ()))
        return tuple(readings)


def _phrase_at(words: list[str], stems: tuple[str, ...], at: int) -> tuple[int, tuple[str, ...]]:
    """Return the length and meanings of the longest known phrase that begins at a word."""
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        here = tuple(words[at : at + length])
        meanings = _AS_WRITTEN.get(here) or (_BY_STEM.get(stems[at : at + length]) if length > 1 else None)
        if meanings:
            return length, meanings
    return 0, ()


_AS_WRITTEN: Final = {tuple(words_in(key)): meanings for key, meanings in MEANINGS.items()}
_BY_STEM: Final = {tuple(map(stem, key)): meanings for key, meanings in _AS_WRITTEN.items()}
_LONGEST_PHRASE: Final = max(map(len, _AS_WRITTEN))
