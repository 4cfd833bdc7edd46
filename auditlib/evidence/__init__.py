"""Documentation support: the sentences of a chart that mention what a code describes."""

from auditlib.evidence.sentences import Span, find_sentences, locate
from auditlib.evidence.support import ChartIndex, ChartText, Evidence, support_for

__all__ = ["ChartIndex", "ChartText", "Evidence", "Span", "find_sentences", "locate", "support_for"]
