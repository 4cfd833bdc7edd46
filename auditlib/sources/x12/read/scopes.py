"""Searches over segment positions: nearest before, first of each owner, span of days."""

from __future__ import annotations

import numpy as np

from auditlib.sources.x12.read.segments import Mask, Rows
from auditlib.sources.x12.read.values import NO_DAY, DayNumbers

NONE = -1
_LATEST_DAY = np.int32(np.iinfo(np.int32).max)


def latest(rows: Rows, before: Rows, floor: Rows) -> Rows:
    """Return, for each position, the last of ``rows`` before it that is not before its floor, or `NONE`."""
    if not len(rows):
        return np.full(len(before), NONE, dtype=np.int64)
    index = np.searchsorted(rows, before) - 1
    position = rows.take(index, mode="clip")
    return np.where((index >= 0) & (position >= floor), position, NONE)


def first_of_each(rows: Rows, owner: Rows, owner_count: int) -> Rows:
    """Return the first position of each owner, or `NONE`; owners below 0 are ignored."""
    first = np.full(owner_count + 1, NONE, dtype=np.int64)
    first[owner[::-1]] = rows[::-1]
    return first[:-1]


def filled(count: int, *marks: tuple[Rows, Rows | int]) -> Rows:
    """Return, for every segment, the value of the last mark at or before it, `NONE` before the first.

    A mark is positions with their values; for two marks at one position the later argument wins.
    """
    rows = np.concatenate([np.zeros(1, dtype=np.int64), *(positions for positions, _ in marks)])
    values = np.concatenate([[NONE], *(np.broadcast_to(value, len(positions)) for positions, value in marks)])
    order = np.argsort(rows, kind="stable")
    rows = rows.take(order)
    return np.repeat(values.take(order), np.diff(rows, append=max(count, int(rows[-1]))))


def number_within(owner: Rows) -> Rows:
    """Return the position of each row among those of its owner, from 1; rows are sorted by owner."""
    position = np.arange(len(owner), dtype=np.int64)
    if not len(owner):
        return position
    starts = np.insert(owner[1:] != owner[:-1], 0, True)
    return position - np.maximum.accumulate(np.where(starts, position, 0)) + 1


def without(rows: Rows, some: Rows) -> Rows:
    """Return the sorted rows without some of them."""
    if len(some) == len(rows):
        return rows[:0]
    others = np.ones(len(rows), dtype=np.bool_)
    others[np.searchsorted(rows, some)] = False
    left: Rows = rows[others]
    return left


def owner_is_kept(mask: Mask, owner: Rows) -> Mask:
    """Return which rows belong to an owner that the mask selects."""
    if mask.all():
        return owner >= 0
    result: Mask = np.append(mask, False).take(owner, mode="wrap")
    return result


def span_of_owners(
    owner: Rows, first: DayNumbers, last: DayNumbers, owner_count: int
) -> tuple[DayNumbers, DayNumbers]:
    """Return the earliest first and the latest last day of each owner; rows are sorted by owner."""
    low = np.full(owner_count, NO_DAY, dtype=np.int32)
    high = np.full(owner_count, NO_DAY, dtype=np.int32)
    if len(owner):
        starts = np.flatnonzero(np.insert(owner[1:] != owner[:-1], 0, True))
        owners = owner.take(starts)
        lowest = np.minimum.reduceat(np.where(first == NO_DAY, _LATEST_DAY, first), starts)
        low[owners] = np.where(lowest == _LATEST_DAY, NO_DAY, lowest)
        high[owners] = np.maximum.reduceat(last, starts)
    return low, high


def first_known(first: DayNumbers, second: DayNumbers) -> DayNumbers:
    """Return the first day if known, else the second."""
    return np.where(first != NO_DAY, first, second)
