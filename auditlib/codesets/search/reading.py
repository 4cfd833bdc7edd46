"""Interpretation of a search text: its words and phrases with their possible readings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auditlib.codesets.search.anatomy import PARTS_OF_BODY
from auditlib.codesets.search.drugs import drug_spelled
from auditlib.codesets.search.number_ranges import NumberRanges
from auditlib.codesets.search.phrases import FILLERS
from auditlib.codesets.search.postings import Postings
from auditlib.codesets.search.spelling import Speller
from auditlib.codesets.search.status import PROCEDURE, STATUS, without_status_words
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
_IN_RANGE: Final = 0.95
_DECIMALS: Final = re.compile(r"(?<=\d)\.\d+")
_SIGNS: Final = ((">", " greater than "), ("<", " less than "))
_NO_TEXTS: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Reading:
    """One interpretation of a part of a search: terms, each with one or several spellings.

    Parameters
    ----------
    terms
        For each word, the possible terms with their similarity, from 0 to 1.
    share
        Score of a text that has all terms, from 0 to 1.
    texts
        The texts that a reading without terms is about: those whose range holds a number.
    """

    terms: tuple[tuple[tuple[int, float], ...], ...]
    share: float
    texts: NDArray[np.int64] = field(default_factory=lambda: _NO_TEXTS)


class Reader:
    """Interprets search texts by the words of an index.

    Parameters
    ----------
    postings
        The index.
    initials
        Initials with the texts that they stand for.
    ranges
        The texts that name a range of numbers.
    """

    def __init__(
        self, postings: Postings, initials: Mapping[str, tuple[str, ...]], ranges: NumberRanges
    ) -> None:
        self._initials = initials
        self._ranges = ranges
        self._terms = postings.terms
        self._counts = postings.starts[1:] - postings.starts[:-1]
        known_words = {word for key in _AS_WRITTEN for word in key}
        self._known = known_words.union(postings.words)
        self._words = postings.words
        extra = sorted(known_words.difference(postings.words))
        counts = [*postings.word_counts.tolist(), *(1 for _ in extra)]
        self._speller = Speller([*postings.words, *extra], counts)

    def read(self, text: str) -> list[tuple[Reading, ...]]:
        """Return the parts of a search with their readings; a word without any match has none."""
        words = _without_fillers(words_in(_spelled_out(text)))
        of_status = without_status_words(words)
        words = words if of_status is None else of_status
        # A filler word that is in no title must not be treated as a misspelling.
        words = [word for word in words if word not in UNSAID or word in self._known][:_MOST_WORDS]
        stems = tuple(stem(word) for word in words)
        parts: list[tuple[Reading, ...]] = []
        at = 0
        while at < len(words):
            length, meanings = _phrase_at(words, stems, at, is_status=of_status is not None)
            if length == 0 and words[at] not in self._known and not words[at].isdecimal():
                parts.append(self._unknown(words[at], is_last=at + 1 == len(words)))
                at += 1
                continue
            length = length or 1
            is_last = at + length == len(words)
            typed = tuple(self._term(word, is_last=is_last) for word in words[at : at + length])
            is_part_of_body = length == 1 and words[at] in PARTS_OF_BODY
            typed_share, meant_share = (1.0, _AS_TYPED) if is_part_of_body else (_AS_TYPED, 1.0)
            readings = [self._meaning(meaning, meant_share) for meaning in meanings]
            readings.append(Reading(typed, typed_share if meanings else 1.0))
            if words[at].isdecimal() and len(words) > 1:
                readings.append(Reading((), _IN_RANGE, self._ranges.holding(float(words[at]))))
            parts.append(tuple(reading for reading in readings if any(reading.terms) or reading.texts.size))
            at += length
        return parts

    def with_drugs_spelled(self, text: str) -> str:
        """Return a search in which unknown words are replaced by the drugs that they resemble."""
        words = words_in(text)
        return " ".join(word if word in self._known else drug_spelled(word) or word for word in words)

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


def _spelled_out(text: str) -> str:
    for sign, spelled in _SIGNS:
        text = text.replace(sign, spelled)
    # Titles name ranges, which hold 42.5 if they hold 42.
    return _DECIMALS.sub("", text)


def _without_fillers(words: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(words):
        length = 2 if tuple(words[at : at + 2]) in _FILLERS else int(tuple(words[at : at + 1]) in _FILLERS)
        kept += [] if length else [words[at]]
        at += max(length, 1)
    return kept


def _phrase_at(
    words: list[str], stems: tuple[str, ...], at: int, *, is_status: bool
) -> tuple[int, tuple[str, ...]]:
    """Return the length and meanings of the longest known phrase that begins at a word."""
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        here = tuple(words[at : at + length])
        if is_status and here in STATUS:
            return length, (STATUS[here],)
        meanings = _AS_WRITTEN.get(here) or (_BY_STEM.get(stems[at : at + length]) if length > 1 else None)
        if meanings:
            return length, meanings
    return 0, ()


def _as_written() -> dict[tuple[str, ...], tuple[str, ...]]:
    written = {tuple(words_in(key)): meanings for key, meanings in MEANINGS.items()}
    for names in (STATUS, PROCEDURE):
        for key, meaning in names.items():
            written[key] = (*written.get(key, ()), meaning)
    return written


_FILLERS: Final = frozenset(tuple(words_in(filler)) for filler in FILLERS)
_AS_WRITTEN: Final = _as_written()
_BY_STEM: Final = {tuple(map(stem, key)): meanings for key, meanings in _AS_WRITTEN.items()}
_LONGEST_PHRASE: Final = max(map(len, _AS_WRITTEN))
