"""The levels of confidence at which an appraisal is made unless others are asked for."""

from __future__ import annotations

from typing import Final

LEVELS: Final = (0.80, 0.90, 0.95)
