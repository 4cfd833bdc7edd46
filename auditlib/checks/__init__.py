"""Coding edits: one SQL file each, run over the warehouse, with a denominator and an outcome."""

from auditlib.checks.registry import Check, all_checks, check_named
from auditlib.checks.runner import run_checks
from auditlib.checks.stay_groups import group_stays

__all__ = ["Check", "all_checks", "check_named", "group_stays", "run_checks"]
