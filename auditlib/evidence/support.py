"""The sentences of a chart that mention what a code describes, best first, with their status."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum
from typing import Final

from auditlib.evidence.against import NamedCondition, what_is_said_against
from auditlib.evidence.confidence import log_odds, log_odds_with, probability
from auditlib.evidence.context import Status, prevailing, statuses
from auditlib.evidence.learnt import Associations
from auditlib.evidence.meaning import CodeMeaning, Wanted, wanted
from auditlib.evidence.meat import is_assessing, meat_elements
from auditlib.evidence.naming import Closest, NamingIndex, names_any_word, said_stems, said_words
from auditlib.evidence.sentences import Span, find_sentences
from auditlib.evidence.words import Word, stems_in, words_of

_LEAST_SCORE = 0.2
# Of a code that more sentences mention, those that say most of it are read.
_MOST_READ: Final = 300
_MOST_OF_IT: Final = 0.6
_TAKING_BACK: Final = (
    ("not", "so"),
    ("this", "is", "wrong"),
    ("that", "is", "wrong"),
    ("correction",),
    ("entered", "in", "error"),
)
_LONGEST_TAKING_BACK: Final = 3
_CORRECTING: Final = (
    *("error", "refuted", "not so", "artifact", "considered", "thought", "wrong", "incorrect", "disproved"),
    "disagree",
)
_CORRECTING_WORD: Final = re.compile(rf"\b(?:{'|'.join(_CORRECTING)})\b", re.IGNORECASE)
_REASONS: Final[dict[Status, str]] = {
    "corrected": "takes it back",
    "negated": "says that it is not there",
    "family history": "says it of somebody else",
    "past": "says it of an earlier time",
    "uncertain": "says it as a possibility",
}
_HEADING = re.compile(r"[A-Z][A-Za-z /]{1,40}:")
_FAMILY_HEADING = re.compile(r"(?:family|fam) (?:history|hx)|fhx?:", re.IGNORECASE)


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
        Support, contradicts, corrected, negated, family history, past or uncertain.
    reason
        Why it does not support the code, in words; empty for support.
    highlights
        Positions of the matching words.
    """

    document_number: int
    span: Span
    sentence: str
    score: float
    status: Status
    reason: str
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
        # Few documents take anything back, which is found faster in a whole document than in its sentences.
        self._correcting = {
            document.document_number
            for document, lower in ((document, document.text.lower()) for document in documents)
            if any(word in lower for word in _CORRECTING)
        }
        for document in documents:
            is_of_family = is_assessed = False
            for span in find_sentences(document.text):
                stems = stems_in(document.text, span.start, span.end)
                heading = _HEADING.match(document.text, span.start, span.end)
                if heading is not None:
                    is_of_family = _FAMILY_HEADING.match(heading.group()) is not None
                    is_assessed = is_assessing(heading.group())
                for item in stems:
                    self._by_stem.setdefault(item, []).append(len(self._sentences))
                self._sentences.append(
                    _Sentence(document, span, stems, is_of_family=is_of_family, is_assessed=is_assessed)
                )

    @cached_property
    def naming(self) -> NamingIndex:
        """The chart by the stems that its sentences stand for."""
        return NamingIndex(sentence.said for sentence in self._sentences)

    def confidence(
        self, meaning: CodeMeaning, code: str | None = None, associations: Associations | None = None
    ) -> float:
        """Return how sure it is that the chart names what a code describes, from 0 to 1.

        What is negated, of the family or of earlier is named, too: `support_for` says how it is said.

        Parameters
        ----------
        meaning
            What the code means.
        code, associations
            The code in stored form, and what was learnt of one's own coded charts, if anything was.
        """
        features = self.naming.features(meaning)
        if not names_any_word(features) and associations is None:
            return 0.0
        odds = log_odds(features)
        if code is not None and associations is not None:
            odds = log_odds_with(odds, associations.features(code, self.naming.stems))
        return probability(odds)

    def meat(self, meaning: CodeMeaning) -> str:
        """Return the letters of MEAT that the chart has where its sentences support a code."""
        passages = []
        for evidence in self.support_for(meaning):
            if evidence.is_support:
                at = self._places[evidence.document_number, evidence.span]
                passages.append((self._with_what_follows(at), self._sentences[at].is_assessed))
        return meat_elements(passages)

    def assessed(self) -> list[tuple[int, Span]]:
        """Return the document and place of the sentences under a heading as 'Assessment' or 'A/P'."""
        return [place for place, at in self._places.items() if self._sentences[at].is_assessed]

    @cached_property
    def _places(self) -> dict[tuple[int, Span], int]:
        return {sentence.place: at for at, sentence in enumerate(self._sentences)}

    def _with_what_follows(self, at: int) -> str:
        """Return a sentence with those that follow it in its line."""
        first = self._sentences[at]
        end = at
        while end + 1 < len(self._sentences) and self._sentences[end + 1].continues(self._sentences[end]):
            end += 1
        return first.text_to(self._sentences[end])

    @cached_property
    def _corrections(self) -> list[tuple[int, frozenset[str]]]:
        """The places of the sentences that take something back, with the stems that they take back."""
        return [
            (at, stems)
            for at, sentence in enumerate(self._sentences)
            if sentence.is_of_any(self._correcting) and sentence.may_correct and (stems := sentence.corrected)
        ]

    def support_for(self, code: str | CodeMeaning, *, limit: int | None = 20) -> list[Evidence]:
        """Return the sentences that bear on a code; see `support_for`."""
        meaning = CodeMeaning(code) if isinstance(code, str) else code
        asked = wanted(meaning)
        if not asked.weights:
            return []
        strongest = max(asked.weights.values())
        telling = [item for item, weight in asked.weights.items() if weight == strongest]
        places = self._most_telling({at for item in telling for at in self._by_stem.get(item, ())}, asked)
        accepted = _accepted(meaning.title.lower())
        read = [(at, self._sentences[at].evidence(asked, accepted)) for at in places]
        evidence = [self._as_corrected(at, item, asked) for at, item in read]
        good = [item for item in evidence if item.score >= _LEAST_SCORE]
        if not good:
            good = self._in_other_words(meaning, accepted)
        good.sort(key=lambda item: (not item.is_support, -item.score, item.document_number, item.span))
        return good[:limit]

    def _most_telling(self, places: Collection[int], asked: Wanted) -> list[int]:
        """Return sentences in order: all, or of very many those that have most of what a code describes."""
        if len(places) <= _MOST_READ:
            return sorted(places)

        def rank(at: int) -> tuple[float, int]:
            return (
                -fsum(asked.weights[item] for item in self._sentences[at].stems & asked.weights.keys()),
                at,
            )

        return sorted(sorted(places, key=rank)[:_MOST_READ])

    def _in_other_words(self, meaning: CodeMeaning, accepted: frozenset[Status]) -> list[Evidence]:
        """Return the sentence that names a code by what it is also called, or as notes say it."""
        closest = self.naming.closest(meaning)
        return [] if closest is None else [self._sentences[closest.at].in_other_words(closest, accepted)]

    def _as_corrected(self, at: int, evidence: Evidence, asked: Wanted) -> Evidence:
        """Return a supporting sentence as corrected where the next or a later sentence takes it back."""
        if not evidence.is_support:
            return evidence
        following = self._sentences[at + 1] if at + 1 < len(self._sentences) else None
        if following is not None and following.is_of(evidence.document_number) and following.takes_back:
            return replace(evidence, status="corrected", reason="the next sentence takes it back")
        said = self._sentences[at].stems
        whole = fsum(asked.weights.values())
        for later, corrected in self._corrections:
            taken_back = corrected & asked.weights.keys() & said if later > at else frozenset()
            if any(taken_back & mine for mine, _ in asked.axes) or (
                fsum(asked.weights[item] for item in taken_back) >= _MOST_OF_IT * whole
                and not any(corrected & others for _, others in asked.axes)
            ):
                return replace(evidence, status="corrected", reason="a later sentence takes it back")
        return evidence


def support_for(
    code: str | CodeMeaning, documents: Sequence[ChartText], *, limit: int | None = 20
) -> list[Evidence]:
    """Return the sentences of a chart that mention a code's description, support first, best first.

    A sentence must mention at least one specific word; words such as 'chronic' or 'left' only add to the
    score. Sentences that negate, doubt or ascribe the condition to the family come after all support, with
    that status.

    Parameters
    ----------
    code
        The code's title, as 'Type 2 diabetes mellitus with diabetic chronic kidney disease', or its meaning
        with the titles of its siblings, by which sentences are found that say something else in its place.
    documents
        The documents of the chart.
    limit
        The largest number of sentences to return; none returns all.
    """
    return ChartIndex(documents).support_for(code, limit=limit)


def _accepted(description: str) -> frozenset[Status]:
    """Return the statuses that support a code, which for a family history code include family history."""
    accepted: set[Status] = {"support"}
    if description.startswith("family history"):
        accepted.add("family history")
    if description.startswith("personal history") or "sequela" in description or "following" in description:
        accepted.add("past")
    if "absence of" in description or "presence of" in description or " status" in description:
        accepted.add("past")
    if "screening" in description or "suspected" in description or "risk" in description:
        accepted.add("uncertain")
    return frozenset(accepted)


class _Sentence:
    __slots__ = ("_document", "_is_of_family", "_span", "_statuses", "_words_read", "is_assessed", "stems")

    def __init__(
        self,
        document: ChartText,
        span: Span,
        stems: frozenset[str],
        *,
        is_of_family: bool,
        is_assessed: bool,
    ) -> None:
        self._document = document
        self._is_of_family = is_of_family
        self.is_assessed = is_assessed
        self._span = span
        self._words_read: list[Word] | None = None
        self._statuses: list[Status] | None = None
        self.stems = stems

    @property
    def _words(self) -> list[Word]:
        """The words, which most sentences of a chart are never asked for."""
        if self._words_read is None:
            self._words_read = words_of(self._document.text, self._span.start, self._span.end)
        return self._words_read

    def is_of(self, document_number: int) -> bool:
        """Whether the sentence is of a document."""
        return self.is_of_any([document_number])

    def is_of_any(self, document_numbers: Collection[int]) -> bool:
        """Whether the sentence is of one of some documents."""
        return self._document.document_number in document_numbers

    @property
    def place(self) -> tuple[int, Span]:
        """The document and the place of the sentence in it."""
        return self._document.document_number, self._span

    @property
    def said(self) -> dict[str, float]:
        """The stems that the sentence stands for, with their strength."""
        return said_stems(self._words)

    def continues(self, other: _Sentence) -> bool:
        """Whether the sentence stands in the same line of text as one before it."""
        gap = self._document.text[other._span.end : self._span.start]
        return self._document is other._document and "\n" not in gap

    def text_to(self, last: _Sentence) -> str:
        """Return the text from this sentence to the end of another one."""
        return self._document.text[self._span.start : last._span.end]

    @property
    def takes_back(self) -> bool:
        """Whether the sentence begins by taking back what was said before it."""
        start = tuple(word.lower for word in self._words[:_LONGEST_TAKING_BACK])
        return any(start[: len(phrase)] == phrase for phrase in _TAKING_BACK)

    @property
    def may_correct(self) -> bool:
        """Whether the sentence has a word by which something is taken back."""
        return _CORRECTING_WORD.search(self._document.text, self._span.start, self._span.end) is not None

    @property
    def corrected(self) -> frozenset[str]:
        """The stems that the sentence takes back."""
        return frozenset(
            item
            for word, status in zip(self._words, self._read(), strict=True)
            if status == "corrected"
            for item in word.stems
        )

    def evidence(self, asked: Wanted, accepted: frozenset[Status]) -> Evidence:
        weights = asked.weights
        strongest = max(weights.values())
        matched: list[tuple[int, Word, Status, set[str]]] = []
        for at, (word, status) in enumerate(zip(self._words, self._read(), strict=True)):
            if stems := {item for item in word.stems if item in weights}:
                matched.append((at, word, "support" if status in accepted else status, stems))
        is_telling = [any(weights[item] == strongest for item in stems) for *_, stems in matched]
        telling = [status for (_, _, status, _), tells in zip(matched, is_telling, strict=True) if tells]
        status_found: Status = "support" if "support" in telling else prevailing(telling)
        reason = "" if status_found == "support" else _REASONS[status_found]
        counted = [(word, stems) for _, word, status, stems in matched if status == status_found]
        if status_found == "support":
            core = [
                at
                for (at, _, status, _), tells in zip(matched, is_telling, strict=True)
                if tells and status == "support"
            ]
            read = ["support" if status in accepted else status for status in self._read()]
            against = what_is_said_against(
                NamedCondition(self._document.text, self._words, read, core), asked
            )
            status_found, reason = against or ("support", "")
        # What is said against a code is weighed by all that it names.
        weighed = counted if status_found == "support" else [(word, stems) for _, word, _, stems in matched]
        stems_found = {item for _, stems in weighed for item in stems}
        return Evidence(
            document_number=self._document.document_number,
            span=self._span,
            sentence=self._span.of(self._document.text),
            # Summed exactly: the same whichever word of the sentence comes first.
            score=round(fsum(weights[item] for item in stems_found) / fsum(weights.values()), 4),
            status=status_found,
            reason=reason,
            highlights=tuple(Span(word.start, word.end) for word, _ in counted),
        )

    def in_other_words(self, closest: Closest, accepted: frozenset[Status]) -> Evidence:
        """Return how the sentence says what it names in other words than the title."""
        said = [
            (word, "support" if status in accepted else status)
            for word, status, stems in zip(self._words, self._read(), said_words(self._words), strict=True)
            if not closest.stems.isdisjoint(stems)
        ]
        found: list[Status] = [status for _, status in said]
        status: Status = "support" if "support" in found else prevailing(found)
        return Evidence(
            document_number=self._document.document_number,
            span=self._span,
            sentence=self._span.of(self._document.text),
            score=round(closest.share, 4),
            status=status,
            reason="" if status == "support" else _REASONS[status],
            highlights=tuple(Span(word.start, word.end) for word, _ in said),
        )

    def _read(self) -> list[Status]:
        if self._statuses is None:
            result = statuses(self._words, self._document.text)
            self._statuses = [
                "family history" if self._is_of_family and s == "support" else s for s in result
            ]
        return self._statuses
