"""Samples of random universes by random designs, as rows for other programs and as arguments for ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

KINDS = ("simple", "stratified", "clusters", "two_stage", "three_stage", "unequal")
COLUMNS = (
    "design", "kind", "stratum", "first", "second", "third", "n1", "n2", "n3", "chance", "y", "x", "item",
    "domain", "post", "post_size",
)  # fmt: skip


@dataclass(frozen=True)
class SampledRow:
    """One reviewed unit: where it was drawn, from how many at each stage, and what it was worth."""

    design: str
    kind: str
    stratum: str
    first: str
    second: str
    third: str
    n1: int
    n2: int
    n3: int
    y: float
    x: float
    item: int
    domain: int
    chance: float = 1.0
    post: str = ""
    post_size: int = 0


@dataclass(frozen=True)
class RandomDesign:
    """A sample; `rows` are in the order of their stages."""

    name: str
    kind: str
    rows: tuple[SampledRow, ...] = field(repr=False)

    def groups(self, *columns: str) -> list[list[SampledRow]]:
        """Return the rows of each combination of the columns, in the order of the rows."""

        def key(row: SampledRow) -> tuple[object, ...]:
            return tuple(getattr(row, column) for column in columns)

        return [list(group) for _, group in groupby(self.rows, key=key)]


def random_designs(count: int, *, seed: int) -> Iterator[RandomDesign]:
    """Yield `count` designs of every kind in turn; payments are skewed, errors sparse and of either sign."""
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        generator = np.random.default_rng([seed, number])
        rows = _ROWS[kind](_Maker(generator, f"{kind} {number}", kind))
        yield RandomDesign(f"{kind} {number}", kind, tuple(rows))


class _Maker:
    """Random sizes and random reviewed units of one design."""

    def __init__(self, generator: np.random.Generator, name: str, kind: str) -> None:
        self.generator, self.name, self.kind = generator, name, kind
        self.effect = generator.normal(0, 20, 50)

    def size(self, low: int, high: int) -> int:
        return int(self.generator.integers(low, high + 1))

    def sample_of(self, universe: int, most: int) -> int:
        """A sample of at least two units; now and then of all of them."""
        return universe if self.generator.random() < 0.1 else self.size(2, min(universe, most))

    def unit(
        self,
        stages: tuple[str, str, str],
        sizes: tuple[int, int, int],
        stratum: str = "all",
        chance: float = 1.0,
    ) -> SampledRow:
        paid = round(float(self.generator.lognormal(5, 0.8)), 2)
        share = self.generator.choice([0.0, 1.0, -0.2, 0.35], p=[0.5, 0.2, 0.1, 0.2])
        return SampledRow(
            self.name,
            self.kind,
            stratum,
            *stages,
            *sizes,
            y=round(paid * float(share) + float(self.effect[hash_of(stages[0])]), 2),
            x=paid,
            item=int(share != 0),
            domain=int(self.generator.random() < 0.4),
            chance=chance,
        )


def hash_of(text: str) -> int:
    """A small number that is the same for all units of one first stage."""
    return sum(map(ord, text)) % 50


def _simple(make: _Maker) -> list[SampledRow]:
    universe = make.size(40, 4_000)
    rows = [make.unit((f"u{i}", "", ""), (universe, 1, 1)) for i in range(make.sample_of(universe // 2, 150))]
    # Split after the draw: two units at least of each part, and parts of known size.
    parts = make.size(2, 3)
    sizes = [universe // parts] * (parts - 1)
    sizes.append(universe - sum(sizes))
    posts = [i % parts if i < 2 * parts else make.size(0, parts - 1) for i in range(len(rows))]
    if len(rows) < 2 * parts:
        posts, sizes = [0] * len(rows), [universe]
    return [
        replace(row, post=f"p{post}", post_size=sizes[post]) for row, post in zip(rows, posts, strict=True)
    ]


def _stratified(make: _Maker) -> list[SampledRow]:
    rows = []
    for h in range(make.size(2, 6)):
        universe = make.size(5, 900)
        count = make.sample_of(universe, 60)
        rows += [make.unit((f"s{h}u{i}", "", ""), (universe, 1, 1), f"s{h}") for i in range(count)]
    return rows


def _clusters(make: _Maker) -> list[SampledRow]:
    rows = []
    for h in range(make.size(1, 3)):
        universe = make.size(4, 80)
        for c in range(make.sample_of(universe, 20)):
            size = make.size(1, 15)
            rows += [make.unit((f"s{h}c{c}", f"u{i}", ""), (universe, size, 1), f"s{h}") for i in range(size)]
    return rows


def _two_stage(make: _Maker) -> list[SampledRow]:
    universe, rows = make.size(4, 80), []
    for c in range(make.sample_of(universe, 20)):
        size = make.size(2, 60)
        count = make.sample_of(size, 12)
        rows += [make.unit((f"c{c}", f"c{c}u{i}", ""), (universe, size, 1)) for i in range(count)]
    return rows


def _three_stage(make: _Maker) -> list[SampledRow]:
    universe, rows = make.size(4, 40), []
    for c in range(make.sample_of(universe, 8)):
        middle = make.size(2, 20)
        for b in range(make.sample_of(middle, 5)):
            size = make.size(2, 40)
            rows += [
                make.unit((f"c{c}", f"c{c}b{b}", f"c{c}b{b}u{i}"), (universe, middle, size))
                for i in range(make.sample_of(size, 8))
            ]
    return rows


def _unequal(make: _Maker) -> list[SampledRow]:
    chances = np.minimum(0.95, make.generator.lognormal(-2, 0.7, make.size(5, 120)))
    return [make.unit((f"u{i}", "", ""), (0, 1, 1), chance=float(chance)) for i, chance in enumerate(chances)]


_ROWS = {
    "simple": _simple,
    "stratified": _stratified,
    "clusters": _clusters,
    "two_stage": _two_stage,
    "three_stage": _three_stage,
    "unequal": _unequal,
}
