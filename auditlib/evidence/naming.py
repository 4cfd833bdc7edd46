"""How fully a chart names what a code describes: numbers from which the confidence is computed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auditlib.codesets.search.vocabulary import MEANINGS
from auditlib.evidence.compounds import american, parts_of
from auditlib.evidence.meaning import CodeMeaning, is_silent, is_weak, said_and_aside
from auditlib.evidence.paraphrases import PARAPHRASES
from auditlib.evidence.rarity import rarity
from auditlib.evidence.words import CAPITALS_ONLY, Word, stem, words_of
from auditlib.evidence.words import phrases as phrases_of_words

FloatArray = NDArray[np.float64]
_WEAK_SHARE: Final = 0.35
_ASIDE_SHARE: Final = 0.3
_SAME_STRENGTH: Final = 0.9
_PHRASE_STRENGTH: Final = 0.7
_PART_STRENGTH: Final = 0.6
_TOKEN: Final = re.compile(r"[a-z0-9]+")
_SIDES: Final = frozenset({"left", "right"})
_SIDE_UNSAID: Final = -0.2
_TINY: Final = 1e-9
_LEAST_SHARE: Final = 0.5
# Where an amount counts half: all numbers stay within 1, so that products of large ones do not run away.
_HALF_MASS: Final = 5.0
_HALF_SENTENCES: Final = 2.0
_HALF_WORDS: Final = 5.0
_HALF_COUNT: Final = 20.0

FEATURES: Final = (
    "share in chart", "mass in chart", "share in sentence", "mass in sentence", "share in two sentences",
    "term share", "term mass", "missing in chart", "missing in sentence", "rarest word", "strongest word",
    "sentences with it", "unspecified", "other", "side", "word count", "sentence count",
)  # fmt: skip


def _phrases() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...], float]]]:
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], float]]] = {}
    typed = [(tuple(_TOKEN.findall(key)), " ".join(meanings)) for key, meanings in MEANINGS.items()]
    for words, meaning in (*typed, *PARAPHRASES.items()):
        stems = tuple(dict.fromkeys(stem(word) for word in _TOKEN.findall(meaning) if not is_silent(word)))
        is_everyday = len(words) == 1 and words[0] in CAPITALS_ONLY
        if words and stems and not is_everyday:
            strength = _PHRASE_STRENGTH if len(words) > 1 else _PART_STRENGTH
            found.setdefault(words[0], []).append((words, stems, strength))
    return found


_PHRASES_BY_FIRST: Final = _phrases()


@cache
def phrases() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """Return all phrases that stand for other words: their own words, and the stems of what they mean."""
    own = ((words, meant) for found in _PHRASES_BY_FIRST.values() for words, meant, _ in found)
    return tuple((words, frozenset(meant)) for words, meant in (*own, *phrases_of_words()))


def said_words(words: Sequence[Word]) -> list[dict[str, float]]:
    """Return for each word of a sentence the stems that it stands for, with the strength from 0 to 1.

    A word itself counts 1, what an abbreviation stands for 0.9, a phrase of notes 0.7, one word of notes and
    Greek and Latin parts 0.6.
    """
    lowers = [american(word.lower) for word in words]
    said: list[dict[str, float]] = []
    for word, lower in zip(words, lowers, strict=True):
        stems: dict[str, float] = {}
        if not is_silent(lower):
            stems = dict.fromkeys(parts_of(lower), _PART_STRENGTH)
            stems |= dict.fromkeys(word.stems, _SAME_STRENGTH)
            stems[stem(lower)] = 1.0
        said.append(stems)
    for at, lower in enumerate(lowers):
        for phrase, meant, strength in _PHRASES_BY_FIRST.get(lower, ()):
            if tuple(lowers[at : at + len(phrase)]) == phrase:
                for stems in said[at : at + len(phrase)]:
                    stems |= {item: max(stems.get(item, 0.0), strength) for item in meant}
    return said


def said_stems(words: Sequence[Word]) -> dict[str, float]:
    """Return the stems that a sentence stands for, with the strength of `said_words`."""
    together: dict[str, float] = {}
    for stems in said_words(words):
        for item, strength in stems.items():
            together[item] = max(together.get(item, 0.0), strength)
    return together


@dataclass(frozen=True, slots=True)
class Closest:
    """The sentence that names a code most fully: its place, and the share and the stems that it names."""

    at: int
    share: float
    stems: frozenset[str]


def _bounded(amount: float, half: float) -> float:
    return amount / (amount + half)


def names_any_word(features: FloatArray) -> bool:
    """Whether features are of a chart that has any word of the title or of a term."""
    return bool(features[FEATURES.index("share in chart")] or features[FEATURES.index("term share")])


class TitleWord(NamedTuple):
    """A word of a title: its stem, what it stands for as abbreviation, and by its parts."""

    own: str
    same: tuple[str, ...]
    parts: tuple[str, ...]


def title_words(title: str) -> tuple[tuple[TitleWord, float], ...]:
    """Return the words of a title with their weights by rarity, without what it excludes."""
    found: dict[str, tuple[TitleWord, float]] = {}
    for text, share in zip(said_and_aside(title), (1.0, _ASIDE_SHARE), strict=True):
        for word in words_of(text):
            lower = american(word.lower)
            own = stem(lower)
            if is_silent(lower) or own in found:
                continue
            same = tuple(item for item in word.stems if item != own)
            weight = rarity(own) * share * (_WEAK_SHARE if is_weak(own) else 1.0)
            found[own] = (TitleWord(own, same, parts_of(lower)), weight)
    return tuple(found.values())


class _Title:
    """The words of a title, their weights, and the sum of these."""

    def __init__(self, title: str) -> None:
        read = title_words(title)
        self.words = tuple(word for word, _ in read)
        self.weights = np.array([weight for _, weight in read])
        self.total = float(self.weights.sum()) + _TINY


@lru_cache(maxsize=16_384)
def _title(title: str) -> _Title:
    return _Title(title)


class NamingIndex:
    """A chart's sentences by the stems that they stand for.

    Parameters
    ----------
    sentences
        Of each sentence the stems that it stands for, with their strength.
    gaps
        The places of sentences that do not follow on the one before.
    sentences_per_read
        How many sentences the chart has for each that is read.
    """

    def __init__(
        self,
        sentences: Iterable[dict[str, float]],
        *,
        gaps: Sequence[int] = (),
        sentences_per_read: float = 1.0,
    ) -> None:
        self._gaps = np.array(gaps, dtype=np.int64)
        self._sentences_per_read = sentences_per_read
        self._where: dict[str, tuple[list[int], list[float]]] = {}
        self._count = 0
        for at, said in enumerate(sentences):
            self._count = at + 1
            for item, strength in said.items():
                places, strengths = self._where.setdefault(item, ([], []))
                places.append(at)
                strengths.append(strength)
        self._columns: dict[TitleWord, FloatArray | None] = {}

    @property
    def stems(self) -> Collection[str]:
        """The stems that the chart's words stand for."""
        return self._where.keys()

    def _column(self, word: TitleWord) -> FloatArray | None:
        if word not in self._columns:
            self._columns[word] = self._read_column(word)
        return self._columns[word]

    def _read_column(self, word: TitleWord) -> FloatArray | None:
        known = [item for item in (word.own, *word.same, *word.parts) if item in self._where]
        if not known:
            return None
        column = self._of(word.own)
        if word.same and all(item in self._where for item in word.same):
            column = np.maximum(
                column, _SAME_STRENGTH * np.min([self._of(item) for item in word.same], axis=0)
            )
        if word.parts:
            column = np.maximum(
                column, _PART_STRENGTH * np.mean([self._of(item) for item in word.parts], axis=0)
            )
        return column

    def _of(self, item: str) -> FloatArray:
        column = np.zeros(self._count)
        if item in self._where:
            places, strengths = self._where[item]
            column[places] = strengths
        return column

    def _strengths(self, words: Sequence[TitleWord]) -> FloatArray:
        result = np.zeros((self._count, len(words)))
        for at, word in enumerate(words):
            column = self._column(word)
            if column is not None:
                result[:, at] = column
        return result

    def features(self, meaning: CodeMeaning) -> FloatArray:
        """Return the numbers that say how fully the chart names a code, in the order of `FEATURES`."""
        title = _title(meaning.title)
        if not self._count or not title.words:
            return np.zeros(len(FEATURES))
        strengths = self._strengths(title.words)
        in_chart = strengths.max(axis=0)
        mass = strengths @ title.weights
        best = int(mass.argmax())
        most = float(mass[best])
        in_two = np.maximum(strengths[:-1], strengths[1:]) @ title.weights
        in_two[self._gaps - 1] = 0.0
        chart_mass = float(title.weights @ in_chart)
        rarest = int(title.weights.argmax())
        term_share, term_mass = self._best_term(meaning.terms)
        lower = meaning.title.lower()
        return np.array(
            [
                chart_mass / title.total,
                _bounded(chart_mass, _HALF_MASS),
                most / title.total,
                _bounded(most, _HALF_MASS),
                max(float(in_two.max(initial=0.0)), most) / title.total,
                term_share,
                _bounded(term_mass, _HALF_MASS),
                _bounded(title.total - chart_mass, _HALF_MASS),
                _bounded(title.total - most, _HALF_MASS),
                in_chart[rarest],
                _bounded(float((title.weights * in_chart).max()), _HALF_MASS),
                _bounded(float((strengths[:, rarest] > 0).sum()), _HALF_SENTENCES),
                float("unspecified" in lower),
                float(lower.startswith("other ") or "other specified" in lower),
                _side(title.words, strengths[best]),
                _bounded(float(len(title.words)), _HALF_WORDS),
                _bounded(self._count * self._sentences_per_read, _HALF_COUNT),
            ]
        )

    def closest(self, meaning: CodeMeaning) -> Closest | None:
        """Return the sentence that names a code most fully, by title or term; None if none names half."""
        best: Closest | None = None
        for text in (meaning.title, *meaning.terms):
            title = _title(text)
            if not self._count or not title.words:
                continue
            strengths = self._strengths(title.words)
            shares = strengths @ title.weights / title.total
            at = int(shares.argmax())
            if shares[at] >= _LEAST_SHARE and (best is None or shares[at] > best.share):
                named = [word for word, said in zip(title.words, strengths[at], strict=True) if said > 0]
                stems = frozenset(item for word in named for item in (word.own, *word.same, *word.parts))
                best = Closest(at, float(shares[at]), stems)
        return best

    def _best_term(self, terms: Sequence[str]) -> tuple[float, float]:
        """Return the share and the mass of the term that a sentence names most of."""
        best = (0.0, 0.0)
        for term in terms:
            title = _title(term)
            most = float((self._strengths(title.words) @ title.weights).max(initial=0.0))
            best = max(best, (most / title.total * most, most / title.total))
        return best[1], best[0]


def _side(words: Sequence[TitleWord], said: FloatArray) -> float:
    """Return 1 if a sentence says the one side that a title has, -0.2 if it does not; 0 without a side."""
    sides = [at for at, word in enumerate(words) if word.own in _SIDES]
    if len(sides) != 1:
        return 0.0
    return 1.0 if said[sides[0]] > 0 else _SIDE_UNSAID
