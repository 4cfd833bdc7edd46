"""Widgets for notebooks: each shows a plain Python object and calls one of its methods per gesture."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditlib.widgets.accuracy_screen import AccuracyScreen, ScreenRequest
    from auditlib.widgets.action_panel import ActionPanel, TextField
    from auditlib.widgets.adjudication_screen import AdjudicationScreen
    from auditlib.widgets.code_browser import CodeBrowser
    from auditlib.widgets.denial_explorer import DenialExplorer
    from auditlib.widgets.mapping_screen import MappingScreen
    from auditlib.widgets.planner import SamplePlanner
    from auditlib.widgets.practice_desk import PracticeCard, PracticeStart
    from auditlib.widgets.rebuttal_screen import RebuttalScreen
    from auditlib.widgets.review_desk import ReviewCard, ReviewStart
    from auditlib.widgets.start_screen import StartScreen

__all__ = [
    "AccuracyScreen",
    "ActionPanel",
    "AdjudicationScreen",
    "CodeBrowser",
    "DenialExplorer",
    "MappingScreen",
    "PracticeCard",
    "PracticeStart",
    "RebuttalScreen",
    "ReviewCard",
    "ReviewStart",
    "SamplePlanner",
    "ScreenRequest",
    "StartScreen",
    "TextField",
]

_HOMES: Final = {
    "AccuracyScreen": "accuracy_screen",
    "ActionPanel": "action_panel",
    "AdjudicationScreen": "adjudication_screen",
    "CodeBrowser": "code_browser",
    "DenialExplorer": "denial_explorer",
    "MappingScreen": "mapping_screen",
    "PracticeCard": "practice_desk",
    "PracticeStart": "practice_desk",
    "RebuttalScreen": "rebuttal_screen",
    "ReviewCard": "review_desk",
    "ReviewStart": "review_desk",
    "SamplePlanner": "planner",
    "ScreenRequest": "accuracy_screen",
    "StartScreen": "start_screen",
    "TextField": "action_panel",
}


def __getattr__(name: str) -> object:
    """Import a screen when it is first asked for: none needs the libraries of the others."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
