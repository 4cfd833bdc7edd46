"""The screen on which a sample is planned, tried and drawn."""

from auditlib.widgets.planner.sample_planner import Choices, SamplePlanner

__all__ = ["Choices", "SamplePlanner"]
