"""The screen on which a sample is planned, tried and drawn."""

from auditlib.widgets.planner.planner_fields import Choices
from auditlib.widgets.planner.sample_planner import SamplePlanner

__all__ = ["Choices", "SamplePlanner"]
