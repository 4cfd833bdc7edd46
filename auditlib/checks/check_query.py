"""The whole SELECT of a check, and the tables that it reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditlib.checks.registry import Check
from auditlib.warehouse import graph
from auditlib.warehouse.store import read_sql

CHECK_TAIL: Final = "statements/check_tail"
"""What every check ends in: a check's own file stops after `violating`."""


def whole_check(check: Check) -> str:
    """Return the SELECT of a check with its tail."""
    return read_sql(check.query) + read_sql(CHECK_TAIL)


def tables_of(checks: Iterable[Check]) -> set[str]:
    """Return the tables that checks read, as ``core.diagnosis``."""
    return {name for check in checks for name in graph.tables_read(whole_check(check))}
