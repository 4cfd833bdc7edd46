"""What a sentence of a chart says of a code's title, in words."""

from __future__ import annotations

from typing import Final

from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.evidence import ChartIndex, ChartText, CodeMeaning, Span
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


def status_of_evidence(
    chart: Chart, code_number: int | None, passage: EvidencePassage | None, siblings: SiblingTitles
) -> str:
    """Return what a passage says of one of the codes of its chart; 'Evidence' where nothing is known of it.

    Parameters
    ----------
    chart
        The chart.
    code_number
        Position of the code.
    passage
        The passage of one of its documents.
    siblings
        Gives the titles of the codes that may be billed in its place, by which the desk reads sentences too.
    """
    code = next((one for one in chart.codes if one.assigned.code_number == code_number), None)
    if passage is None or code is None or code.short_description is None:
        return "Evidence"
    assigned = code.assigned
    siblings.read([(assigned.code_system, assigned.code)])
    meaning = siblings.meaning(
        assigned.code_system, assigned.code, code.short_description, chart.discharge_date
    )
    return sentence_status(chart, passage, meaning)


def sentence_status(chart: Chart, passage: EvidencePassage, meaning: str | CodeMeaning) -> str:
    """Return whether a passage supports, contradicts, negates, doubts or does not name what a code describes.

    Parameters
    ----------
    chart
        The chart.
    passage
        The passage of one of its documents.
    meaning
        What the code means, or its title alone.
    """
    document = next((one for one in chart.documents if one.document_number == passage.document_number), None)
    if document is None or not passage.is_in(document.text):
        return NOT_NAMED
    index = ChartIndex([ChartText(document.document_number, document.text)])
    found = index.support_at(meaning, document.document_number, Span(passage.start, passage.end))
    words = [_WORDS[one.status] for one in found]
    return words[0] if words else NOT_NAMED
