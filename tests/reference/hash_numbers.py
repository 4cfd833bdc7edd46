"""Numbers from SHA-256 of a seed, with replacement: Rivest's sampler, for replaying draws made with it."""

from __future__ import annotations

import hashlib

from auditlib.stats.arguments import whole


def sha256_numbers(seed: str, *, total: int, count: int) -> list[int]:
    """Return `count` numbers of 1..total, repeats possible.

    Parameters
    ----------
    seed
        As typed, any text.
    total, count
        Highest number, and how many are drawn.

    References
    ----------
    R. L. Rivest, sampler.py (2011): SHA-256 of the seed, a comma and the draw's number, modulo the total,
    plus 1.

    Examples
    --------
    >>> sha256_numbers("1", total=1000, count=3)
    [97, 89, 163]
    """
    size = whole(total, "total", minimum=1)
    return [
        int.from_bytes(hashlib.sha256(f"{seed},{number}".encode()).digest()) % size + 1
        for number in range(1, whole(count, "count", minimum=0) + 1)
    ]
