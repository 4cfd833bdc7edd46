"""How fully a chart names what a code describes: numbers from which the confidence is computed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auditlib.codesets.search.vocabulary import MEANINGS
from auditlib.evidence.compounds import american, parts_of
from auditlib.evidence.meaning import CodeMeaning, is_silent, is_weak, said_and_aside
from auditlib.evidence.paraphrases import PARAPHRASES
from auditlib.evidence.rarity import rarity
from auditlib.evidence.words import CAPITALS_ONLY, Word, stem, words_of

_FLOATS = NDArray[np.float64]
_WEAK_SHARE: Final = 0.35
_ASIDE_SHARE: Final = 0.3
_SAME_STRENGTH: Final = 0.9
_PHRASE_STRENGTH: Final = 0.7
_PART_STRENGTH: Final = 0.6
_TOKEN: Final = re.compile(r"[a-z0-9]+")
_NEXT_SHARE: Final = 0.3
_TINY: Final = 1e-9
_LEAST_SHARE: Final = 0.5
# Where an amount counts half: all numbers stay within 1, so that products of large ones do not run away.
_HALF_MASS: Final = 5.0
_HALF_TELLING: Final = 3.0
_HALF_SENTENCES: Final = 2.0
_HALF_WORDS: Final = 5.0
_HALF_COUNT: Final = 20.0

FEATURES: Final = (
    "share in chart", "mass in chart", "share in sentence", "mass in sentence", "share in two sentences",
    "term share", "term mass", "missing in chart", "missing in sentence", "rarest word", "strongest word",
    "sentences with it", "distinguishing in chart", "distinguishing missing", "distinguishing in sentence",
    "unspecified", "other", "margin over siblings", "siblings ahead", "side", "other side", "word count",
    "sibling count", "sentence count",
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


def names_any_word(features: _FLOATS) -> bool:
    """Whether features are of a chart that has any word of the title or of a term."""
    return bool(features[FEATURES.index("share in chart")] or features[FEATURES.index("term share")])


class TitleWord(NamedTuple):
    """A word of a title: its stem, what it stands for as abbreviation, and by its parts."""

    own: str
    same: tuple[str, ...]
    parts: tuple[str, ...]


@lru_cache(maxsize=16_384)
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


class _Titles:
    """Titles as rows of weights over the words that any of them has."""

    def __init__(self, titles: Sequence[str]) -> None:
        read = [title_words(title) for title in titles]
        self.words = list({word.own: word for row in read for word, _ in row}.values())
        places = {word.own: at for at, word in enumerate(self.words)}
        self.weights = np.zeros((len(read), len(places)))
        for at, row in enumerate(read):
            for word, weight in row:
                self.weights[at, places[word.own]] = weight
        has = self.weights > 0
        count = has.sum(axis=0)
        self.telling = np.where(has, np.log(len(titles) / np.maximum(count, 1)), 0.0)
        self.totals = self.weights.sum(axis=1) + _TINY


@lru_cache(maxsize=256)
def _titles(titles: tuple[str, ...]) -> _Titles:
    return _Titles(titles)


class NamingIndex:
    """A chart's sentences by the stems that they stand for."""

    def __init__(self, sentences: Iterable[dict[str, float]]) -> None:
        self._where: dict[str, tuple[list[int], list[float]]] = {}
        self._count = 0
        for at, said in enumerate(sentences):
            self._count = at + 1
            for item, strength in said.items():
                places, strengths = self._where.setdefault(item, ([], []))
                places.append(at)
                strengths.append(strength)
        self._columns: dict[TitleWord, _FLOATS | None] = {}

    @property
    def stems(self) -> Collection[str]:
        """The stems that the chart's words stand for."""
        return self._where.keys()

    def _column(self, word: TitleWord) -> _FLOATS | None:
        if word not in self._columns:
            self._columns[word] = self._read_column(word)
        return self._columns[word]

    def _read_column(self, word: TitleWord) -> _FLOATS | None:
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

    def _of(self, item: str) -> _FLOATS:
        column = np.zeros(self._count)
        if item in self._where:
            places, strengths = self._where[item]
            column[places] = strengths
        return column

    def _strengths(self, words: Sequence[TitleWord]) -> _FLOATS:
        result = np.zeros((self._count, len(words)))
        for at, word in enumerate(words):
            column = self._column(word)
            if column is not None:
                result[:, at] = column
        return result

    def features(self, meaning: CodeMeaning) -> _FLOATS:
        """Return the numbers that say how fully the chart names a code, in the order of `FEATURES`."""
        if not self._count:
            return np.zeros(len(FEATURES))
        titles = _titles((meaning.title, *meaning.siblings))
        strengths = self._strengths(titles.words)
        in_chart = strengths.max(axis=0)
        mass = strengths @ titles.weights.T
        share = mass / titles.totals
        chart_mass = titles.weights @ in_chart
        chart_share = chart_mass / titles.totals
        score = share.max(axis=0) + _NEXT_SHARE * chart_share
        best = int(mass[:, 0].argmax())
        pairs = np.maximum(strengths[:-1], strengths[1:]) @ titles.weights[0] / titles.totals[0]
        weights, telling = titles.weights[0], titles.telling[0]
        own = weights > 0
        total = float(titles.totals[0])
        rarest = int(weights.argmax()) if own.any() else 0
        others = score[1:]
        lower = meaning.title.lower()
        term_share, term_mass = self._best_term(meaning.terms)
        side, other_side = self._sides(titles, strengths[best])
        return np.array(
            [
                chart_share[0],
                _bounded(chart_mass[0], _HALF_MASS),
                share[best, 0],
                _bounded(mass[best, 0], _HALF_MASS),
                max(float(pairs.max(initial=0.0)), float(share[best, 0])),
                term_share,
                _bounded(term_mass, _HALF_MASS),
                _bounded(total - chart_mass[0], _HALF_MASS),
                _bounded(total - mass[best, 0], _HALF_MASS),
                in_chart[rarest],
                _bounded(float((weights * in_chart).max(initial=0.0)), _HALF_MASS),
                _bounded(float((strengths[:, rarest] > 0).sum()), _HALF_SENTENCES),
                _bounded(float(telling @ in_chart), _HALF_TELLING),
                _bounded(float(telling @ (own - np.minimum(in_chart, own))), _HALF_TELLING),
                _bounded(float(telling @ strengths[best]), _HALF_TELLING),
                float("unspecified" in lower),
                float(lower.startswith("other ") or "other specified" in lower),
                float(score[0] - others.max(initial=0.0)),
                float((others > score[0]).mean()) if len(others) else 0.0,
                side,
                other_side,
                _bounded(float(own.sum()), _HALF_WORDS),
                _bounded(float(len(others)), _HALF_COUNT),
                _bounded(float(self._count), _HALF_COUNT),
            ]
        )

    def closest(self, meaning: CodeMeaning) -> Closest | None:
        """Return the sentence that names a code most fully, by title or term; None if none names half."""
        best: Closest | None = None
        for text in (meaning.title, *meaning.terms):
            titles = _titles((text,))
            if not self._count or not titles.words:
                continue
            strengths = self._strengths(titles.words)
            shares = strengths @ titles.weights[0] / titles.totals[0]
            at = int(shares.argmax())
            if shares[at] >= _LEAST_SHARE and (best is None or shares[at] > best.share):
                named = [word for word, said in zip(titles.words, strengths[at], strict=True) if said > 0]
                stems = frozenset(item for word in named for item in (word.own, *word.same, *word.parts))
                best = Closest(at, float(shares[at]), stems)
        return best

    def _best_term(self, terms: Sequence[str]) -> tuple[float, float]:
        best = (0.0, 0.0)
        for term in terms:
            titles = _titles((term,))
            mass = self._strengths(titles.words) @ titles.weights[0]
            most = float(mass.max(initial=0.0))
            best = max(best, (most / float(titles.totals[0]) * most, most / float(titles.totals[0])))
        return best[1], best[0]

    @staticmethod
    def _sides(titles: _Titles, said: _FLOATS) -> tuple[float, float]:
        places = {word.own: at for at, word in enumerate(titles.words)}
        for side, other in (("left", "right"), ("right", "left")):
            here, there = places.get(side), places.get(other)
            is_one_sided = here is not None and titles.weights[0, here] > 0
            if not is_one_sided or (there is not None and titles.weights[0, there] > 0):
                continue
            says_other = there is not None and said[there] > said[here]
            return (1.0 if said[here] > 0 else -0.2), float(says_other)
        return 0.0, 0.0
