"""Measured values that stand for a condition, as an eGFR of 41 for stage 3b of chronic kidney disease."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Measure:
    """Names of a measure, as words and as a pattern, and the condition for values from one bound to the next.

    A value of the last bound or more stands for nothing.
    """

    names: tuple[tuple[str, ...], ...]
    pattern: re.Pattern[str]
    bounds: tuple[tuple[float, str], ...]

    def words_for(self, value: float) -> str:
        return next((words for bound, words in self.bounds if value < bound), "")


# Stages by glomerular filtration rate: KDIGO 2024, chapter 1. Reduced ejection fraction: 40 % or less, 2022
# AHA/ACC/HFSA guideline, section 2.2.
_MEASURES: Final = (
    _Measure(
        (("gfr",), ("egfr",)),
        re.compile(r"\be?GFR\b\D{0,12}(?P<value>\d{1,3})\b", re.IGNORECASE),
        (
            (15, "chronic kidney disease stage 5"),
            (30, "chronic kidney disease stage 4"),
            (45, "chronic kidney disease stage 3b"),
            (60, "chronic kidney disease stage 3a"),
        ),
    ),
    _Measure(
        (("ef",), ("lvef",), ("ejection", "fraction")),
        re.compile(r"\b(?:(?:LV)?EF|ejection fraction)\b\D{0,12}(?P<value>\d{1,2})\b", re.IGNORECASE),
        ((41, "systolic heart failure"),),
    ),
)


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A value in a text, with the condition that it stands for in words."""

    start: int
    end: int
    words: str


def measures() -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the names of each measure, as words, with all conditions that its values may stand for."""
    for measure in _MEASURES:
        for name in measure.names:
            yield name, " ".join(words for _, words in measure.bounds)


def values_in(text: str, start: int, end: int) -> list[ValueMention]:
    """Return the values of a part of a text that stand for a condition."""
    found: list[ValueMention] = []
    # Most sentences and titles have no number, which is seen faster.
    if _DIGIT.search(text, start, end) is None:
        return found
    for measure in _MEASURES:
        for match in measure.pattern.finditer(text, start, end):
            words = measure.words_for(float(match["value"]))
            if words:
                found.append(ValueMention(match.start("value"), match.end("value"), words))
    return found
