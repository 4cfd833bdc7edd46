"""Every random choice of the universe goes through one seeded object.

Only ``random.Random.random`` is used: its stream for a given integer seed is the same on every Python and
operating system, which ``choice``, ``sample`` and ``shuffle`` do not promise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A seeded source of choices; forks with a label are independent of each other and of their order.

    Parameters
    ----------
    seed
        Any text. Equal texts give equal choices.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
        self._source = Random(number)  # noqa: S311 - invented data has to be repeatable, not secret

    def fork(self, label: str) -> Dice:
        """Give dice of their own to one part of the universe."""
        return Dice(f"{self._seed}/{label}")

    def below(self, count: int) -> int:
        """Return a number from 0 to ``count`` - 1."""
        return int(self._source.random() * count)

    def between(self, lowest: int, highest: int) -> int:
        """Return a number from ``lowest`` to ``highest``, both possible."""
        return lowest + self.below(highest - lowest + 1)

    def chance(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self._source.random() < probability

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items, each as likely."""
        return items[self.below(len(items))]

    def weighted(self, weights: Mapping[Item, int]) -> Item:
        """Return one of the keys, as likely as its weight says."""
        left = self.below(sum(weights.values()))
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        message = "the weights add up to nothing"
        raise ValueError(message)

    def digits(self, count: int) -> str:
        """Return a string of ``count`` digits."""
        return "".join(str(self.below(10)) for _ in range(count))
