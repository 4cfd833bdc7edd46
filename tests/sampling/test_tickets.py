from __future__ import annotations

import doctest
import hashlib
from types import ModuleType

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.sampling import allocation, draw_simple, tickets
from auditlib.sampling.tickets import checked_seed, lowest_tickets, ticket

# Printed by coreutils: printf %s '<seed>,<unit id>' | sha256sum
SHA256SUM = [
    ("4613", "E00001", "84988357eb0fa1d0199c6b1f9e1a0bafc281ad038b69413149ba5ae2c95c0776"),
    ("1", "97", "845ce0891de7c4d2f544ca6541f74888d7c65bfecbf7f6cbbd4171361080ae69"),
    ("2026-10-05 4613", "A0001", "defa493013e3d8223cd40a55bb46a46da78211286bb64e06062afd12955439e2"),
    ("1", "é", "2b32f46aa2a52d6e3dd853ef7291b9d22607ef69476cf1116639a3ee3b9a7278"),
]

# Rivest's sampler, int(SHA-256(seed "," i)) mod N + 1, has published draws: our tickets, read as numbers.
RIVEST = [("1", 1000, [97, 89, 163]), ("3546311556112163624615351222", 876, [740, 180, 264, 789, 238])]


@pytest.mark.parametrize(("seed", "unit_id", "expected"), SHA256SUM)
def test_ticket_is_what_sha256sum_prints(seed: str, unit_id: str, expected: str) -> None:
    assert ticket(seed, unit_id) == expected


@pytest.mark.parametrize(("seed", "size", "expected"), RIVEST)
def test_tickets_give_the_published_draws(seed: str, size: int, expected: list[int]) -> None:
    numbers = [int(ticket(seed, str(i)), 16) % size + 1 for i in range(1, len(expected) + 1)]
    assert numbers == expected


@pytest.mark.parametrize("fraction", [1.0, 0.3, 0.001])
def test_bulk_tickets_equal_single_tickets(fraction: float) -> None:
    ids = [f"E{number:05d}" for number in range(2000)] + ["é", "日本"]
    found = lowest_tickets("4613", pl.Series(ids), fraction=fraction)
    naive = [(row, hashlib.sha256(f"4613,{unit}".encode()).hexdigest()) for row, unit in enumerate(ids, 1)]
    assert found.rows() == [item for item in naive if int(item[1], 16) < fraction * 2**256]


@pytest.mark.parametrize("fraction", [1.0, 0.3, 0.001, 0.0])
def test_the_engine_of_a_large_universe_gives_the_same_tickets(fraction: float) -> None:
    ids = pl.Series([f"E{number:05d}" for number in range(3000)] + ["é", "日本", "o'clock", "a,b", '"q"'])
    limit = min(int(fraction * 2**64), 2**64)
    slow, fast = tickets._by_interpreter("it's 5", ids, limit), tickets._by_warehouse("it's 5", ids, limit)
    assert fast.equals(slow)
    assert fast.schema == slow.schema


def test_a_large_universe_is_drawn_like_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"unit_id": [f"E{number:05d}" for number in range(5000)]})
    small = draw_simple(frame, seed="4613", sample_count=30, spare_count=5)
    monkeypatch.setattr(tickets, "_MANY", 1)
    assert draw_simple(frame, seed="4613", sample_count=30, spare_count=5).selected.equals(small.selected)


@pytest.mark.parametrize("seed", ["", " 1", "1 ", "1\t2", "1\n"])
def test_a_seed_that_cannot_be_retyped_is_refused(seed: str) -> None:
    with pytest.raises(UsageError, match="seed"):
        checked_seed(seed)


@pytest.mark.parametrize("module", [tickets, allocation])
def test_examples_in_docstrings_run(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
