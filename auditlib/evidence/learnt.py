"""Words that go with codes in coded charts of one's own: only counts of single words and codes are kept."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

CATEGORY_LENGTH: Final = 3
_PRIOR_CHARTS: Final = 4.0
_LEAST_CHARTS: Final = 2
_MOST_WORDS: Final = 25

LEARNT_FEATURES: Final = ("code share", "code sum", "category share", "category sum")

Weights = dict[str, float]


class Associations:
    """Counts of the charts with a code, by the stems of their words.

    Parameters
    ----------
    charts
        For each coded chart the stems of its words and its codes in stored form.
    """

    def __init__(self, charts: Iterable[tuple[Collection[str], Collection[str]]]) -> None:
        self._chart_count = 0
        self._charts_with_stem: Counter[str] = Counter()
        self._charts_with_code: Counter[str] = Counter()
        self._stems_of_code: dict[str, Counter[str]] = {}
        self._weights: dict[str, Weights] = {}
        for stems, codes in charts:
            self._chart_count += 1
            self._charts_with_stem.update(set(stems))
            for key in {key for code in codes for key in (code, code[:CATEGORY_LENGTH])}:
                self._charts_with_code[key] += 1
                self._stems_of_code.setdefault(key, Counter()).update(set(stems))

    def features(self, code: str, stems: Collection[str]) -> list[float]:
        """Return how far a chart has the words that go with a code, and with its category.

        Two numbers of each: the share of the weights of those words that the chart has, and their sum.
        """
        numbers = []
        for key in (code, code[:CATEGORY_LENGTH]):
            weights = self._weights_of(key)
            said = sum(weight for item, weight in weights.items() if item in stems)
            numbers += [said / sum(weights.values()) if weights else 0.0, said]
        return numbers

    def _weights_of(self, key: str) -> Weights:
        if key not in self._weights:
            self._weights[key] = self._read_weights(key)
        return self._weights[key]

    def _read_weights(self, key: str) -> Weights:
        count = self._charts_with_code[key]
        found = {}
        for item, together in self._stems_of_code.get(key, {}).items():
            if together < _LEAST_CHARTS:
                continue
            usual = self._charts_with_stem[item] / self._chart_count
            lift = math.log((together + _PRIOR_CHARTS * usual) / (count + _PRIOR_CHARTS) / usual)
            if lift > 0:
                # A word counts for how often it goes with the code, too: rare company says little.
                found[item] = lift * together / count
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:_MOST_WORDS])
