"""Documentation support: the sentences of a chart that bear on a code, and what they say of it."""

from auditlib.evidence.meaning import CodeMeaning
from auditlib.evidence.sentences import Span, find_sentences, locate
from auditlib.evidence.support import ChartIndex, ChartText, Evidence, support_for

__all__ = [
    "ChartIndex",
    "ChartText",
    "CodeMeaning",
    "Evidence",
    "Span",
    "find_sentences",
    "locate",
    "support_for",
]
