"""The screen on which a reviewer decides on the codes of charts."""

from auditlib.widgets.review_desk.review_card import ReviewCard
from auditlib.widgets.review_desk.start import ReviewStart

__all__ = ["ReviewCard", "ReviewStart"]
