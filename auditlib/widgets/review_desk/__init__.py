"""The screen on which charts are reviewed."""

from auditlib.widgets.review_desk.review_card import ReviewCard
from auditlib.widgets.review_desk.start import ReviewStart

__all__ = ["ReviewCard", "ReviewStart"]
