"""A sentence of a chart: its words, how it says them, and what it says of a code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import fsum
from typing import Final

from auditlib.evidence.against import NamedCondition, what_is_said_against
from auditlib.evidence.context import Status, prevailing, statuses
from auditlib.evidence.headings import NO_HEADING, Heading, heading_at
from auditlib.evidence.meaning import Wanted
from auditlib.evidence.naming import Closest, said_stems, said_words
from auditlib.evidence.sentences import Span, find_sentences
from auditlib.evidence.words import Word, stems_in, words_of

CORRECTING: Final = (
    *("error", "refuted", "not so", "artifact", "considered", "thought", "wrong", "incorrect", "disproved"),
    "disagree",
)
"""Words by which a note takes something back, in lower case."""

_CORRECTING_WORD: Final = re.compile(rf"\b(?:{'|'.join(CORRECTING)})\b", re.IGNORECASE)
_TAKING_BACK: Final = (
    ("not", "so"),
    ("this", "is", "wrong"),
    ("that", "is", "wrong"),
    ("correction",),
    ("entered", "in", "error"),
)
_LONGEST_TAKING_BACK: Final = 3
_REASONS: Final[dict[Status, str]] = {
    "corrected": "takes it back",
    "negated": "says that it is not there",
    "family history": "says it of somebody else",
    "past": "says it of an earlier time",
    "uncertain": "says it as a possibility",
}


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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document that is read: the whole of it, or a passage of a long chart.

    Parameters
    ----------
    document
        The document.
    start, end
        Its characters from ``start`` to before ``end``.
    heading
        The heading under which it begins.
    has_gap_before
        The text between it and the part before it is not read.
    """

    document: ChartText
    start: int
    end: int
    heading: Heading = NO_HEADING
    has_gap_before: bool = False

    def sentences(self) -> Iterator[Sentence]:
        """Yield its sentences."""
        heading, has_gap_before = self.heading, self.has_gap_before
        for span in find_sentences(self.document.text, self.start, self.end):
            heading = heading_at(self.document.text, span.start, span.end) or heading
            yield Sentence(self.document, span, heading, has_gap_before=has_gap_before)
            has_gap_before = False


class Sentence:
    """A sentence of a document, with the words and statuses that are read when they are first asked for."""

    __slots__ = ("_document", "_heading", "_span", "_statuses", "_words_read", "has_gap_before", "stems")

    def __init__(self, document: ChartText, span: Span, heading: Heading, *, has_gap_before: bool) -> None:
        self._document = document
        self._span = span
        self._heading = heading
        self._words_read: list[Word] | None = None
        self._statuses: list[Status] | None = None
        self.stems = stems_in(document.text, span.start, span.end)
        self.has_gap_before = has_gap_before

    @property
    def is_assessed(self) -> bool:
        """Whether it stands under a heading as 'Assessment' or 'A/P'."""
        return self._heading.is_assessed

    @property
    def _words(self) -> list[Word]:
        """The words, which most sentences of a chart are never asked for."""
        if self._words_read is None:
            self._words_read = words_of(self._document.text, self._span.start, self._span.end)
        return self._words_read

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

    def follows(self, other: Sentence) -> bool:
        """Whether the sentence, the next that is read, is the next of the document too."""
        return self._document is other._document and not self.has_gap_before

    def continues(self, other: Sentence) -> bool:
        """Whether the sentence stands in the same line of text as one before it."""
        gap = self._document.text[other._span.end : self._span.start]
        return self._document is other._document and "\n" not in gap

    def text_to(self, last: Sentence) -> str:
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
        """Return how the sentence says the words of a title that it has, of which one is telling."""
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
                "family history" if self._heading.is_of_family and s == "support" else s for s in result
            ]
        return self._statuses
