from __future__ import annotations

import pytest

from auditlib.errors import UsageError
from tests.reference.hash_numbers import sha256_numbers
from tests.reference.r_random import r_permutation_order, r_sample


def test_rivest_sampler_vectors() -> None:
    assert sha256_numbers("3546311556112163624615351222", total=876, count=5) == [740, 180, 264, 789, 238]
    assert sha256_numbers("abcde", total=1000, count=3) == [247, 427, 157]


def test_r_sample_is_replayed() -> None:
    order = r_permutation_order(100, total=1000)
    assert order[:6] == [182, 323, 962, 397, 987, 601]
    assert order[100:103] == [830, 436, 684]
    assert r_sample(42, total=100, count=5) == [49, 65, 25, 74, 18]
    assert sorted(r_sample(1, total=50, kind="Rounding")) == list(range(1, 51))


@pytest.mark.parametrize(
    ("total", "count", "kind", "words"),
    [
        (5, 6, "Rejection", "cannot be drawn"),
        (5, 2, "Other", "kind"),
        (20_000_000, 2, "Rejection", "another way"),
    ],
)
def test_r_sample_refuses(total: int, count: int, kind: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        r_sample(1, total=total, count=count, kind=kind)
