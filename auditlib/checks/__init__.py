"""Coding edits: one SQL file each, run over the warehouse, with a denominator and an outcome."""

from auditlib.checks.registry import Check, all_checks, check_named
from auditlib.checks.runner import run_checks

__all__ = ["Check", "all_checks", "check_named", "run_checks"]
