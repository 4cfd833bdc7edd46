"""The passages of a long chart that say most of what a code describes, found before any sentence is read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auditlib.evidence.chart_sentence import CORRECTING, ChartText, Part
from auditlib.evidence.forms import forms_of, spellings_of
from auditlib.evidence.headings import NO_HEADING, Heading, headings_in
from auditlib.evidence.meaning import CodeMeaning, wanted
from auditlib.evidence.naming import phrases, said_stems, title_words
from auditlib.evidence.sentences import Span
from auditlib.evidence.words import tokens_in, words_of

_PLACES = NDArray[np.int64]

# The end of a paragraph, or of a line, a sentence or a word of one that is too long.
_PARAGRAPH_END: Final = re.compile(r"\n[ \t\r]*\n\s*")
_CUTS: Final = (
    re.compile(r".*\n", re.DOTALL),
    re.compile(r".*[.!?]\s+", re.DOTALL),
    re.compile(r".*\s", re.DOTALL),
)
_LONGEST_PASSAGE_CHARACTERS: Final = 2_000
_READ_CHARACTERS: Final = 12_000
_MOST_CORRECTIONS: Final = 5


class Passages:
    """The paragraphs of long documents by their words; a paragraph of more than 2,000 characters is cut.

    Parameters
    ----------
    documents
        The documents, in the order of the chart.
    """

    def __init__(self, documents: Sequence[ChartText]) -> None:
        self._places = [
            (document, start, end) for document in documents for start, end in _passages(document.text)
        ]
        tokens: list[str] = []
        counts = []
        for document, start, end in self._places:
            found = tokens_in(document.text, start, end)
            tokens += found
            counts.append(len(found))
        self._tokens = list(dict.fromkeys(tokens))
        numbers = {token: at for at, token in enumerate(self._tokens)}
        token = np.fromiter(map(numbers.__getitem__, tokens), np.int64, len(tokens))
        passage = np.repeat(np.arange(len(counts)), counts)
        order = np.argsort(token, kind="stable")
        self._passage_of_use = passage[order]
        self._starts = np.searchsorted(token[order], np.arange(len(self._tokens) + 1))
        self._lengths = np.array([end - start for _, start, end in self._places])
        self._known_stems: dict[int, frozenset[str]] = {}

    def about(self, meaning: CodeMeaning) -> tuple[list[Part], float]:
        """Return what is read for a code, and how many times as long the chart is.

        Parameters
        ----------
        meaning
            What the code means.

        Returns
        -------
        Passages that say most of the code, of 12,000 characters together; the first that has each of its
        words; and those that may take back what they say.
        """
        weights = _weights(meaning)
        scores = np.zeros(len(self._places))
        chosen: set[int] = set()
        for item, weight in weights.items():
            places = self._of_stem(item)
            scores[places] += weight
            chosen.update(places[:1].tolist())
        best = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores)]
        chosen.update(best[: np.searchsorted(np.cumsum(self._lengths[best]), _READ_CHARACTERS) + 1].tolist())
        chosen.update(best[self._correcting[best]][:_MOST_CORRECTIONS].tolist())
        read = sorted(chosen)
        length = int(self._lengths[read].sum())
        return self._parts(read), int(self._lengths.sum()) / max(length, 1)

    def around(self, document_number: int, span: Span) -> list[Part]:
        """Return the passages at a place of a document, with the one before and the one after."""
        at_place = [
            at
            for at, (document, start, end) in enumerate(self._places)
            if document.document_number == document_number and start < span.end and span.start < end
        ]
        near = {near for at in at_place for near in (at - 1, at, at + 1)}
        return self._parts(sorted(near & set(range(len(self._places)))))

    def assessed(self) -> list[Part]:
        """Return the passages that stand under a heading as 'Assessment', or have one."""
        return self._parts(
            [
                at
                for at, (document, start, end) in enumerate(self._places)
                if any(heading.is_assessed for heading in self._headings_over(document, start, end))
            ]
        )

    def stems(self) -> Collection[str]:
        """Return the stems that the words of all passages stand for."""
        said = (self._stems_of_token(at) for at in range(len(self._tokens)))
        meant = (meant for words, meant in phrases() if len(self._with_all(words)))
        return frozenset().union(*said, *meant)

    def _parts(self, read: Sequence[int]) -> list[Part]:
        parts = []
        for before, at in zip((-1, *read), read, strict=False):
            document, start, end = self._places[at]
            heading = self._headings_over(document, start, start)[0]
            parts.append(Part(document, start, end, heading, before != at - 1))
        return parts

    def _headings_over(self, document: ChartText, start: int, end: int) -> list[Heading]:
        """Return the last heading before a passage, with those in it."""
        starts, headings = self._headings[document.document_number]
        before = bisect_left(starts, start)
        return [headings[before - 1] if before else NO_HEADING, *headings[before : bisect_left(starts, end)]]

    @cached_property
    def _headings(self) -> dict[int, tuple[list[int], list[Heading]]]:
        found = {}
        for document in dict.fromkeys(document for document, _, _ in self._places):
            read = list(headings_in(document.text))
            found[document.document_number] = ([start for start, _ in read], [heading for _, heading in read])
        return found

    @cached_property
    def _correcting(self) -> NDArray[np.bool_]:
        """Whether each passage may take something back."""
        return self._have(self._with_all(tuple(words.split())) for words in CORRECTING)

    def _of_stem(self, item: str) -> _PLACES:
        """Return the passages that may say a stem, in order."""
        found = [self._of_token(token) for token in self._tokens_of_stem(item)]
        found += [self._with_all(words) for words, meant in phrases() if item in meant]
        return np.flatnonzero(self._have(found))

    def _with_all(self, words: Sequence[str]) -> _PLACES:
        """Return the passages that have all of some words, in order."""
        have = [
            self._have(
                [
                    self._of_token(at)
                    for spelled in spellings_of(word)
                    for at in self._tokens_of_word.get(spelled, ())
                ]
            )
            for word in words
        ]
        return np.flatnonzero(np.logical_and.reduce(have))

    def _have(self, found: Iterable[_PLACES]) -> NDArray[np.bool_]:
        """Return for each passage whether it is among some that were found."""
        have = np.zeros(len(self._places), dtype=np.bool_)
        for places in found:
            have[places] = True
        return have

    def _of_token(self, token: int) -> _PLACES:
        return self._passage_of_use[self._starts[token] : self._starts[token + 1]]

    def _tokens_of_stem(self, item: str) -> list[int]:
        """Return the tokens that have a word that may stand for a stem."""
        forms = forms_of(item)
        found = {at for word in forms.words for at in self._tokens_of_word.get(word, ())}
        for letters in forms.letters:
            place = self._lines.find(letters)
            while place >= 0:
                line = bisect_right(self._line_starts, place) - 1
                found.update(self._tokens_of_word[self._words[line]])
                place = self._lines.find(letters, self._line_starts[line + 1])
        return [at for at in found if item in self._stems_of_token(at)]

    @cached_property
    def _tokens_of_word(self) -> dict[str, list[int]]:
        """The tokens by their words in lower case: those as 'n/v' by their parts, too."""
        found: dict[str, list[int]] = {}
        for at, token in enumerate(self._tokens):
            lower = token.lower()
            found.setdefault(lower, []).append(at)
            if "/" in lower:
                for part in lower.split("/"):
                    found.setdefault(part, []).append(at)
        return found

    @cached_property
    def _words(self) -> list[str]:
        return list(self._tokens_of_word)

    @cached_property
    def _lines(self) -> str:
        """All words, each between two line ends."""
        return "".join(f"\n{word}\n" for word in self._words)

    @cached_property
    def _line_starts(self) -> list[int]:
        return list(accumulate((len(word) + 2 for word in self._words), initial=0))

    def _stems_of_token(self, at: int) -> frozenset[str]:
        if at not in self._known_stems:
            words = words_of(self._tokens[at])
            self._known_stems[at] = frozenset(said_stems(words)).union(*(word.stems for word in words))
        return self._known_stems[at]


def _weights(meaning: CodeMeaning) -> dict[str, float]:
    """Return the stems that a sentence may say of a code, with their weights."""
    weights = dict(wanted(meaning).weights)
    for title in (meaning.title, *meaning.terms):
        for word, weight in title_words(title):
            for item in (word.own, *word.same, *word.parts):
                weights[item] = max(weight, weights.get(item, 0.0))
    return weights


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each passage."""
    ends = [match.end() for match in _PARAGRAPH_END.finditer(text)]
    for start, end in pairwise((0, *ends, len(text))):
        yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a paragraph, or the pieces of one that is too long, cut after a line, a sentence or a word."""
    while end - start > _LONGEST_PASSAGE_CHARACTERS:
        most = start + _LONGEST_PASSAGE_CHARACTERS
        found = (cut.match(text, start, most) for cut in _CUTS)
        cut_at = next((match.end() for match in found if match is not None), most)
        yield start, cut_at
        start = cut_at
    if end > start:
        yield start, end
