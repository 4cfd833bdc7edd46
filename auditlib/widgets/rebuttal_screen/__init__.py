"""The screen on which coders' answers to findings are decided, and corrective actions followed."""

from auditlib.widgets.rebuttal_screen.rebuttal_screen import RebuttalScreen
from auditlib.widgets.rebuttal_screen.to_answer import ChartWithFindings, CodeLine, RebuttalWork, ShownAction

__all__ = ["ChartWithFindings", "CodeLine", "RebuttalScreen", "RebuttalWork", "ShownAction"]
