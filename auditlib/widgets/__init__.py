"""Widgets for notebooks: each shows a plain Python object and calls one of its methods per gesture."""

from auditlib.widgets.code_browser import CodeBrowser
from auditlib.widgets.review_card import ReviewCard
from auditlib.widgets.sample_planner import SamplePlanner

__all__ = ["CodeBrowser", "ReviewCard", "SamplePlanner"]
