"""Sentences that are searched by one code after another: which bear on it, and how fully they name it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property
from math import fsum
from typing import Final

from auditlib.evidence.chart_sentence import CORRECTING, Evidence, Part, Sentence
from auditlib.evidence.context import Status
from auditlib.evidence.meaning import CodeMeaning, Wanted, wanted
from auditlib.evidence.meat import meat_elements
from auditlib.evidence.naming import NamingIndex
from auditlib.evidence.sentences import Span

_LEAST_SCORE: Final = 0.2
# Of a code that more sentences mention, those that say most of it are read.
_MOST_READ: Final = 300
_MOST_FOR_MEAT: Final = 20
_MOST_OF_IT: Final = 0.6


class SentenceIndex:
    """The sentences of the parts of a chart that are read.

    Parameters
    ----------
    parts
        What is read, in the order of the chart.
    sentences_per_read
        How many sentences the chart has for each that is read: 1 where all of it is read.
    """

    def __init__(self, parts: Iterable[Part], sentences_per_read: float = 1.0) -> None:
        self._sentences: list[Sentence] = []
        self._by_stem: dict[str, list[int]] = {}
        self._sentences_per_read = sentences_per_read
        self._correcting: set[int] = set()
        for part in parts:
            # Few documents take anything back, which is found faster in a whole one than in its sentences.
            lower = part.document.text[part.start : part.end].lower()
            if any(word in lower for word in CORRECTING):
                self._correcting.add(part.document.document_number)
            for sentence in part.sentences():
                for item in sentence.stems:
                    self._by_stem.setdefault(item, []).append(len(self._sentences))
                self._sentences.append(sentence)

    @cached_property
    def naming(self) -> NamingIndex:
        """The sentences by the stems that they stand for."""
        return NamingIndex(
            (sentence.said for sentence in self._sentences),
            gaps=[at for at, sentence in enumerate(self._sentences) if at and sentence.has_gap_before],
            sentences_per_read=self._sentences_per_read,
        )

    def meat(self, meaning: CodeMeaning) -> str:
        """Return the letters of MEAT that the chart has where its sentences support a code."""
        passages = []
        for evidence in self.support_for(meaning)[:_MOST_FOR_MEAT]:
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

    def support_for(self, meaning: CodeMeaning) -> list[Evidence]:
        """Return the sentences that bear on a code, support first, best first."""
        asked = wanted(meaning)
        if not asked.weights:
            return []
        places = self._most_telling(
            {at for item in asked.telling for at in self._by_stem.get(item, ())}, asked
        )
        accepted = _accepted(meaning.title.lower())
        read = [(at, self._sentences[at].evidence(asked, accepted)) for at in places]
        evidence = [self._as_corrected(at, item, asked) for at, item in read]
        good = [item for item in evidence if item.score >= _LEAST_SCORE]
        if not good:
            good = self._in_other_words(meaning, accepted)
        good.sort(key=lambda item: (not item.is_support, -item.score, item.document_number, item.span))
        return good

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
        if following is not None and following.follows(self._sentences[at]) and following.takes_back:
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
