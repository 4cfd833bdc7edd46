"""Widgets for notebooks: each shows a plain Python object and calls one of its methods per gesture."""

from auditlib.widgets.code_browser.code_browser import CodeBrowser
from auditlib.widgets.planner.sample_planner import SamplePlanner
from auditlib.widgets.review_desk.review_card import ReviewCard

__all__ = ["CodeBrowser", "ReviewCard", "SamplePlanner"]
