"""The review desk with a key behind it: a learner codes cases, an auditor is calibrated."""

from auditlib.widgets.practice_desk.practice_card import PracticeCard
from auditlib.widgets.practice_desk.practice_start import PracticeStart

__all__ = ["PracticeCard", "PracticeStart"]
