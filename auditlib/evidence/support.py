"""The sentences of a chart that mention what a code describes, best first, with their status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from auditlib.evidence.context import Status, statuses
from auditlib.evidence.sentences import Span, find_sentences
from auditlib.evidence.words import Word, stem, words_of

_SILENT: Final = frozenset(
    (
        "a", "all", "an", "and", "any", "applicable", "as", "at", "by", "classifiable", "classified", "due",
        "each", "elsewhere", "encounter", "following", "for", "from", "healing", "in", "initial", "into",
        "multiple", "nec", "no", "nos", "not", "of", "on", "or", "other", "part", "routine", "sequela",
        "specified", "subsequent", "that", "the", "to", "type", "unspecified", "use", "with", "without",
    )
)  # fmt: skip
_WEAK: Final = frozenset(
    stem(word) for word in (
        "acute", "activity", "adult", "benign", "bilateral", "care", "cause", "chronic", "closed",
        "complication", "condition", "current", "degree", "disease", "disorder", "displaced", "drugs",
        "early", "episode", "essential", "examination", "external", "first", "general", "generalized",
        "history", "initial", "late", "left", "level", "limb", "long", "lower", "major", "mellitus", "mild",
        "moderate", "native", "nondisplaced", "occurrence", "open", "oral", "personal", "place", "presence",
        "primary", "recurrent", "region", "right", "same", "second", "secondary", "severe", "single",
        "site", "stable", "stage", "status", "syndrome", "system", "term", "third", "tract",
        "uncomplicated", "upper",
    )
)  # fmt: skip
_NUMBER_WEIGHT = 0.5
_WEAK_WEIGHT = 0.3
_ASIDE_WEIGHT = 0.2
_LEAST_SCORE = 0.2
_NEGATIVE_PART = re.compile(r"\b(?:without|not)\b[^,;]*", re.IGNORECASE)
_HEADING = re.compile(r"[A-Z][A-Za-z /]{1,40}:")
_FAMILY_HEADING = re.compile(r"(?:family|fam) (?:history|hx)|fhx?:", re.IGNORECASE)
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class ChartText:
    """One document of a chart, plain text."""

    document_number: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that mentions a code's description.

    Parameters
    ----------
    document_number
        The document that contains it.
    span
        Position of the sentence in the document's text.
    sentence
        The sentence itself.
    score
        Share of the description that it mentions, weighted by word, from 0 to 1.
    status
        Support, negated, family history or uncertain.
    highlights
        Positions of the matching words.
    """

    document_number: int
    span: Span
    sentence: str
    score: float
    status: Status
    highlights: tuple[Span, ...]

    @property
    def is_support(self) -> bool:
        """Whether the sentence asserts what it mentions, of this patient and without doubt."""
        return self.status == "support"


class ChartIndex:
    """A chart with its sentences split and parsed once, for searching by one code after another."""

    def __init__(self, documents: Sequence[ChartText]) -> None:
        self._sentences: list[_Sentence] = []
        self._by_stem: dict[str, list[int]] = {}
        for document in documents:
            is_of_family = False
            for span in find_sentences(document.text):
                words = words_of(document.text, span.start, span.end)
                heading = _HEADING.match(document.text, span.start, span.end)
                if heading is not None:
                    is_of_family = _FAMILY_HEADING.match(heading.group()) is not None
                stems = {item for word in words for item in word.stems}
                for item in stems:
                    self._by_stem.setdefault(item, []).append(len(self._sentences))
                self._sentences.append(_Sentence(document, span, words, is_of_family=is_of_family))

    def support_for(self, description: str, *, limit: int = 20) -> list[Evidence]:
        """Return the sentences that mention a code's description; see `support_for`."""
        weights = description_weights(description)
        if not weights:
            return []
        strongest = max(weights.values())
        telling = [item for item, weight in weights.items() if weight == strongest]
        places = sorted({at for item in telling for at in self._by_stem.get(item, ())})
        accepted = _accepted(description.lower())
        evidence = [self._sentences[at].evidence(weights, accepted) for at in places]
        good = [item for item in evidence if item.score >= _LEAST_SCORE]
        good.sort(key=lambda item: (not item.is_support, -item.score, item.document_number, item.span))
        return good[:limit]


def support_for(description: str, documents: Sequence[ChartText], *, limit: int = 20) -> list[Evidence]:
    """Return the sentences of a chart that mention a code's description, support first, best first.

    A sentence must mention at least one specific word; words such as 'chronic' or 'left' only add to the
    score. Sentences that negate, doubt or ascribe the condition to the family come after all support, with
    that status.

    Parameters
    ----------
    description
        The code's title, as 'Type 2 diabetes mellitus with diabetic chronic kidney disease'.
    documents
        The documents of the chart.
    limit
        The largest number of sentences to return.
    """
    return ChartIndex(documents).support_for(description, limit=limit)


def description_weights(description: str) -> dict[str, float]:
    """Return the stems of a description with their weights.

    Words after 'without' or 'not' are ignored, as charts seldom state them; words in brackets weigh little.
    """
    plain = _NEGATIVE_PART.sub(" ", description)
    weights: dict[str, float] = {}
    for part, most in ((_ASIDE.sub(" ", plain), 1.0), (" ".join(_ASIDE.findall(plain)), _ASIDE_WEIGHT)):
        for word in words_of(part):
            if word.lower in _SILENT:
                continue
            for item in word.stems:
                weights.setdefault(item, min(most, _weight(item)))
    return weights


def _weight(item: str) -> float:
    if item[0].isdigit():
        return _NUMBER_WEIGHT
    return _WEAK_WEIGHT if item in _WEAK else 1.0


def _accepted(description: str) -> frozenset[Status]:
    """Return the statuses that support a code, which for a family history code include family history."""
    accepted: set[Status] = {"support"}
    if description.startswith("family history"):
        accepted.add("family history")
    if "screening" in description or "suspected" in description or "risk" in description:
        accepted.add("uncertain")
    return frozenset(accepted)


class _Sentence:
    __slots__ = ("_document", "_is_of_family", "_span", "_statuses", "_words")

    def __init__(self, document: ChartText, span: Span, words: list[Word], *, is_of_family: bool) -> None:
        self._document = document
        self._is_of_family = is_of_family
        self._span = span
        self._words = words
        self._statuses: list[Status] | None = None

    def evidence(self, weights: dict[str, float], accepted: frozenset[Status]) -> Evidence:
        strongest = max(weights.values())
        matched: list[tuple[Word, Status, set[str]]] = []
        for word, status in zip(self._words, self._read(), strict=True):
            stems = weights.keys() & set(word.stems)
            if stems:
                matched.append((word, "support" if status in accepted else status, stems))
        telling = [
            status for _, status, stems in matched if any(weights[item] == strongest for item in stems)
        ]
        status_found: Status = "support" if "support" in telling else telling[0]
        counted = [(word, stems) for word, status, stems in matched if status == status_found]
        stems_found = {item for _, stems in counted for item in stems}
        return Evidence(
            document_number=self._document.document_number,
            span=self._span,
            sentence=self._span.of(self._document.text),
            score=round(sum(weights[item] for item in stems_found) / sum(weights.values()), 4),
            status=status_found,
            highlights=tuple(Span(word.start, word.end) for word, _ in counted),
        )

    def _read(self) -> list[Status]:
        if self._statuses is None:
            result = statuses(self._words, self._document.text)
            self._statuses = [
                "family history" if self._is_of_family and s == "support" else s for s in result
            ]
        return self._statuses
