"""How one export fared: right, or wrong with or without a mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Outcome = Literal["right", "wrong with a mark", "WRONG WITHOUT A MARK"]

HEADING_CHECKS: Final = 1
"""How often a proposal's heading names the mark."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one export fared.

    Attributes
    ----------
    name
        The export.
    outcome
        Right, or wrong, with or without a mark on each difference.
    row_count
        Claims, encounters and payments that are right to load.
    check_count
        Lines of the proposal marked CHECK.
    differences
        What differs, as ``claims A1 dx: I10, right is I10 E119``.
    """

    name: str
    outcome: Outcome
    row_count: int
    check_count: int
    differences: tuple[str, ...]
