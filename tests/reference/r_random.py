"""R's sample() replayed, so that a draw someone made in R with set.seed can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import UsageError
from auditlib.stats.arguments import whole

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = 624
_SCRAMBLES = 50
_LCG = 69069
_MASK32 = 0xFFFFFFFF
_UNIT = 2.3283064365386963e-10
# Above this R draws by hashing when less than half is asked for; whole permutations never are.
_HASH_LIMIT = 10_000_000


def _uniform(seed: int) -> Callable[[], float]:
    """Return R's default uniform generator (Mersenne Twister) after set.seed(seed)."""
    word = whole(seed, "seed") & _MASK32
    for _ in range(_SCRAMBLES):
        word = (_LCG * word + 1) & _MASK32
    words = []
    for _ in range(_WORDS + 1):
        word = (_LCG * word + 1) & _MASK32
        words.append(word)
    generator = np.random.MT19937()
    # The first word is R's position counter, which set.seed resets to "used up".
    generator.state = {
        "bit_generator": "MT19937",
        "state": {"key": np.asarray(words[1:], dtype=np.uint32), "pos": _WORDS},
    }

    def draw() -> float:
        value = int(generator.random_raw()) * _UNIT
        return min(max(value, 0.5 * _UNIT), 1.0 - 0.5 * _UNIT)

    return draw


def _index_by_rejection(uniform: Callable[[], float], bound: int) -> int:
    """Return a number below `bound` from as many random bits as it needs (R 3.6 and later)."""
    bits = (bound - 1).bit_length()
    while True:
        value = 0
        for _ in range(0, bits + 1, 16):
            value = 65536 * value + int(uniform() * 65536)
        value &= (1 << bits) - 1
        if value < bound:
            return value


def r_sample(seed: int, *, total: int, count: int | None = None, kind: str = "Rejection") -> list[int]:
    """Return what ``set.seed(seed); sample(1:total, count)`` gives in R.

    Parameters
    ----------
    seed
        As passed to set.seed.
    total
        Highest number.
    count
        Numbers drawn without replacement; None for the whole permutation.
    kind
        "Rejection", the default since R 3.6, or "Rounding", the one before.

    References
    ----------
    R sources, src/main/RNG.c (seeding, R_unif_index) and src/main/random.c (do_sample).
    """
    size = whole(total, "total", minimum=1)
    wanted = size if count is None else whole(count, "count", minimum=0)
    if wanted > size:
        message = f"{wanted} different numbers cannot be drawn from {size}."
        raise UsageError(message)
    if kind not in {"Rejection", "Rounding"}:
        message = f"kind must be Rejection or Rounding, not {kind!r}."
        raise UsageError(message)
    if size > _HASH_LIMIT:
        message = (
            f"R draws from more than {_HASH_LIMIT:,} numbers in another way, which is not replayed here."
        )
        raise UsageError(message)
    uniform = _uniform(seed)
    numbers = list(range(1, size + 1))
    drawn = []
    for remaining in range(size, size - wanted, -1):
        place = _index_by_rejection(uniform, remaining) if kind == "Rejection" else int(remaining * uniform())
        drawn.append(numbers[place])
        numbers[place] = numbers[remaining - 1]
    return drawn


def r_permutation_order(seed: int, *, total: int, kind: str = "Rejection") -> list[int]:
    """Return ``order(sample(1:total))``: unit numbers in the order of their random rank."""
    ranks = r_sample(seed, total=total, kind=kind)
    return sorted(range(1, len(ranks) + 1), key=lambda unit: ranks[unit - 1])
