"""Widgets for notebooks: each shows a plain Python object and calls one of its methods per gesture."""

from auditlib.widgets.review_card import ReviewCard

__all__ = ["ReviewCard"]
