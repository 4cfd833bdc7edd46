"""What a sentence of a chart says of a code's title, in words."""

from __future__ import annotations

from typing import Final

from auditlib.evidence import ChartText, support_for
from auditlib.review import Chart, EvidencePassage

_WORDS: Final = {
    "support": "Supports",
    "contradicts": "Contradicts",
    "corrected": "Corrected",
    "negated": "Negated",
    "family history": "Family",
    "past": "Earlier",
    "uncertain": "Possibility",
}
NOT_NAMED: Final = "Does not name it"


def sentence_status(chart: Chart, passage: EvidencePassage, title: str) -> str:
    """Return whether a passage supports, negates, doubts or does not name what a code's title describes.

    Parameters
    ----------
    chart
        The chart.
    passage
        The passage of one of its documents.
    title
        The title of the code.
    """
    document = next((one for one in chart.documents if one.document_number == passage.document_number), None)
    if document is None or not passage.is_in(document.text):
        return NOT_NAMED
    found = support_for(title, [ChartText(document.document_number, document.text)], limit=len(document.text))
    words = [
        _WORDS[one.status] for one in found if one.span.start < passage.end and passage.start < one.span.end
    ]
    return words[0] if words else NOT_NAMED
