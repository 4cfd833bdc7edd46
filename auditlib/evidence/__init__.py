"""Documentation support: the sentences of a chart that bear on a code, and what they say of it."""

from auditlib.evidence.chart_sentence import ChartText, Evidence
from auditlib.evidence.confidence import Naming, naming_of
from auditlib.evidence.learnt import Associations
from auditlib.evidence.meaning import CategoryTitles, CodeMeaning
from auditlib.evidence.sentences import Span, find_sentences, locate
from auditlib.evidence.support import ChartIndex, support_for

__all__ = [
    "Associations",
    "CategoryTitles",
    "ChartIndex",
    "ChartText",
    "CodeMeaning",
    "Evidence",
    "Naming",
    "Span",
    "find_sentences",
    "locate",
    "naming_of",
    "support_for",
]
