"""The coding manager's screen: figures, the page that shows them, the rows behind each number."""

from auditlib.widgets.accuracy_screen.accuracy_screen import AccuracyScreen
from auditlib.widgets.accuracy_screen.figures import AccuracyFigures, ScreenRequest

__all__ = ["AccuracyFigures", "AccuracyScreen", "ScreenRequest"]
