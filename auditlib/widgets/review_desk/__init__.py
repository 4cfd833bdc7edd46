"""The screen on which charts are reviewed."""

from auditlib.widgets.review_desk.review_card import ReviewCard

__all__ = ["ReviewCard"]
