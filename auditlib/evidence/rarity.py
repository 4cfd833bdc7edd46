"""How rare a word is among the titles of diagnoses: the rarer, the more it says of a code.

The counts are of ICD-10-CM, a work of the United States government; `python -m benchmarks.evidence --rarity`
makes them.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("stem_rarity.csv")
_CATEGORIES: Final = 1918


@cache
def _counts() -> dict[str, int]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {item: int(count) for item, count in list(csv.reader(file))[1:]}


def rarity(item: str) -> float:
    """Return the weight of a stem: the logarithm of one plus categories in all by categories with it."""
    return math.log1p(_CATEGORIES / (1 + _counts().get(item, 1)))
