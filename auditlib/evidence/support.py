"""The sentences of a chart that mention what a code describes, best first, with their status."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Final

from auditlib.evidence.chart_sentence import ChartText, Evidence, Part
from auditlib.evidence.confidence import log_odds, log_odds_with, probability
from auditlib.evidence.learnt import Associations
from auditlib.evidence.meaning import CodeMeaning
from auditlib.evidence.naming import FloatArray, names_any_word
from auditlib.evidence.passages import Passages
from auditlib.evidence.sentence_index import SentenceIndex
from auditlib.evidence.sentences import Span

# A million characters take 0.7 s to read in full, and charts of that length are rare.
_LONG_CHART_CHARACTERS: Final = 500_000


class ChartIndex:
    """A chart that is searched by one code after another.

    The sentences of a chart are split and parsed once. Of a chart of more than 500,000 characters those
    passages are read, for each code that is asked for, that say most of it.

    Parameters
    ----------
    documents
        The documents of the chart.
    """

    def __init__(self, documents: Sequence[ChartText]) -> None:
        self._documents = documents
        is_long = sum(len(document.text) for document in documents) > _LONG_CHART_CHARACTERS
        self._passages = Passages(documents) if is_long else None
        self._by_code: dict[CodeMeaning, SentenceIndex] = {}

    @cached_property
    def _whole(self) -> SentenceIndex:
        return SentenceIndex(Part(document, 0, len(document.text)) for document in self._documents)

    def _read_for(self, meaning: CodeMeaning) -> SentenceIndex:
        """Return what is read of the chart for a code."""
        if self._passages is None:
            return self._whole
        if meaning not in self._by_code:
            parts, sentences_per_read = self._passages.about(meaning)
            self._by_code[meaning] = SentenceIndex(parts, sentences_per_read)
        return self._by_code[meaning]

    @cached_property
    def stems(self) -> Collection[str]:
        """The stems that the chart's words stand for."""
        return self._whole.naming.stems if self._passages is None else self._passages.stems()

    def features(self, meaning: CodeMeaning) -> FloatArray:
        """Return the numbers that say how fully the chart names a code, in the order of `naming.FEATURES`."""
        return self._read_for(meaning).naming.features(meaning)

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
        features = self.features(meaning)
        if not names_any_word(features) and associations is None:
            return 0.0
        odds = log_odds(features)
        if code is not None and associations is not None:
            odds = log_odds_with(odds, associations.features(code, self.stems))
        return probability(odds)

    def support_for(self, code: str | CodeMeaning, *, limit: int | None = 20) -> list[Evidence]:
        """Return the sentences that bear on a code; see `support_for`."""
        meaning = CodeMeaning(code) if isinstance(code, str) else code
        return self._read_for(meaning).support_for(meaning)[:limit]

    def support_at(self, code: str | CodeMeaning, document_number: int, span: Span) -> list[Evidence]:
        """Return the sentences that bear on a code and stand at a place of a document, best first."""
        meaning = CodeMeaning(code) if isinstance(code, str) else code
        if self._passages is None:
            read = self._whole
        else:
            read = SentenceIndex(self._passages.around(document_number, span))
        return [
            evidence
            for evidence in read.support_for(meaning)
            if evidence.document_number == document_number
            and evidence.span.start < span.end
            and span.start < evidence.span.end
        ]

    def meat(self, meaning: CodeMeaning) -> str:
        """Return the letters of MEAT that the chart has where its sentences support a code."""
        return self._read_for(meaning).meat(meaning)

    def assessed(self) -> list[tuple[int, Span]]:
        """Return the document and place of the sentences under a heading as 'Assessment' or 'A/P'."""
        read = self._whole if self._passages is None else SentenceIndex(self._passages.assessed())
        return read.assessed()


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
