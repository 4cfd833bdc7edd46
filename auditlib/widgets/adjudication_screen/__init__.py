"""The screen on which an adjudicator decides between two verdicts on a code."""

from auditlib.widgets.adjudication_screen.adjudication_screen import AdjudicationScreen
from auditlib.widgets.adjudication_screen.to_adjudicate import Adjudication, ChartToAdjudicate

__all__ = ["Adjudication", "AdjudicationScreen", "ChartToAdjudicate"]
