"""Fingerprints of parts of the frame, to locate later differences by unit.

The hash of the whole frame proves that it changed, but not where. Therefore the manifest also stores, for
each block of consecutive rows, 16 hexadecimal digits of its SHA-256 and its first id: up to 4,096 blocks,
which are single units in a universe of that size. To compare, the rows of a file are assigned to the recorded
blocks by id.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.sampling.frame import csv_bytes

MOST_BLOCKS: Final = 4096
_DIGITS = 16


def frame_blocks(frame: pl.DataFrame) -> tuple[str, int, tuple[str, ...]]:
    """Return the hash of a canonical frame, the number of units per block, and the blocks as text."""
    unit_count = -(-frame.height // MOST_BLOCKS)
    starts = range(0, frame.height, unit_count)
    whole = hashlib.sha256(csv_bytes(frame.clear()))
    blocks = []
    first_unit_ids = frame["unit_id"].gather_every(unit_count)
    for first_unit_id, content in zip(first_unit_ids, _contents(frame, starts, unit_count), strict=True):
        whole.update(content)
        blocks.append(f"{_short(content)} {first_unit_id}")
    return whole.hexdigest(), unit_count, tuple(blocks)


def _contents(frame: pl.DataFrame, starts: range, unit_count: int) -> Iterator[bytes]:
    """Yield the canonical text of each block."""
    if unit_count == 1:
        content = csv_bytes(frame, is_headed=False)
        lines = content.splitlines(keepends=True)
        # A quoted field may contain a line break; then the rows are written one by one.
        if len(lines) == frame.height:
            yield from lines
            return
    with ThreadPoolExecutor() as writers:
        yield from writers.map(
            lambda start: csv_bytes(frame.slice(start, unit_count), is_headed=False), starts
        )


@dataclass(frozen=True, slots=True)
class BlockDifference:
    """A block whose rows differ from those that were drawn from.

    Parameters
    ----------
    first_unit_id, last_unit_id
        Range of the block's ids; the last is null in the last block.
    expected_count
        Recorded number of units of the block.
    unit_ids
        Ids now in the block.
    """

    first_unit_id: str
    last_unit_id: str | None
    expected_count: int
    unit_ids: tuple[str, ...]

    def holds(self, unit_id: str) -> bool:
        """Return True if a unit with that id belongs to the block."""
        return self.first_unit_id <= unit_id and (self.last_unit_id is None or unit_id < self.last_unit_id)


def differing_blocks(
    frame: pl.DataFrame, blocks: tuple[str, ...], *, block_unit_count: int, unit_count: int
) -> list[BlockDifference]:
    """Return the blocks in which a canonical frame differs from the one that was drawn from."""
    first_unit_ids = [block[_DIGITS + 1 :] for block in blocks]
    homes = [max(bisect_right(first_unit_ids, unit_id) - 1, 0) for unit_id in frame["unit_id"]]
    counts = [0] * len(blocks)
    for home in homes:
        counts[home] += 1
    differences = []
    start = 0
    for number, block in enumerate(blocks):
        rows = frame.slice(start, counts[number])
        start += counts[number]
        if _short(csv_bytes(rows, is_headed=False)) == block[:_DIGITS]:
            continue
        is_last = number == len(blocks) - 1
        differences.append(
            BlockDifference(
                first_unit_id=first_unit_ids[number],
                last_unit_id=None if is_last else first_unit_ids[number + 1],
                expected_count=unit_count - number * block_unit_count if is_last else block_unit_count,
                unit_ids=tuple(rows["unit_id"]),
            )
        )
    return differences


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
