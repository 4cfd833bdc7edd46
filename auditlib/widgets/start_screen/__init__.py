"""The screen on which everybody starts: what is here, how far audits are, and a plan for a new one."""

from auditlib.widgets.start_screen.figures import REBUT, Gap, StartFigures
from auditlib.widgets.start_screen.plan_form import AuditToPlan
from auditlib.widgets.start_screen.start_screen import StartActions, StartScreen

__all__ = [
    "REBUT",
    "AuditToPlan",
    "Gap",
    "StartActions",
    "StartFigures",
    "StartScreen",
]
