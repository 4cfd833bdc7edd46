"""Somebody else's extrapolation, computed again from the numbers of a demand letter."""

from auditlib.estimation.demand_letter.critique import Critique, Finding, check_letter
from auditlib.estimation.demand_letter.form import FORM, DemandLetter, read_letter

__all__ = ["FORM", "Critique", "DemandLetter", "Finding", "check_letter", "read_letter"]
