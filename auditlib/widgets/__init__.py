"""Widgets for notebooks: each shows a plain Python object and calls one of its methods per gesture."""

from auditlib.widgets.action_panel import ActionPanel, TextField
from auditlib.widgets.code_browser import CodeBrowser
from auditlib.widgets.planner import SamplePlanner
from auditlib.widgets.review_desk import ReviewCard, ReviewStart

__all__ = ["ActionPanel", "CodeBrowser", "ReviewCard", "ReviewStart", "SamplePlanner", "TextField"]
