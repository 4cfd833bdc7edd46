"""Coding edits: one SQL file each, run over the warehouse, with a denominator and an outcome."""

from typing import TYPE_CHECKING

from auditlib.names_at_use import names_at_use

if TYPE_CHECKING:
    from auditlib.checks.registry import Check, all_checks, check_named
    from auditlib.checks.runner import run_checks
    from auditlib.checks.stay_groups import group_stays

__all__ = ["Check", "all_checks", "check_named", "group_stays", "run_checks"]

__getattr__ = names_at_use(
    __name__,
    {
        "registry": ("Check", "all_checks", "check_named"),
        "runner": ("run_checks",),
        "stay_groups": ("group_stays",),
    },
)
