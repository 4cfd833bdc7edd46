"""Searches over positions of segments: the nearest before, the first of each owner."""

from __future__ import annotations

import numpy as np

from auditlib.sources.x12.segments import Mask, Rows

NONE = -1


def latest(rows: Rows, before: Rows, floor: Rows) -> Rows:
    """Return, for each position, the last of ``rows`` before it that is not before its floor, or `NONE`."""
    if not len(rows):
        return np.full(len(before), NONE, dtype=np.int64)
    found = np.searchsorted(rows, before) - 1
    position = rows[np.maximum(found, 0)]
    return np.where((found >= 0) & (position >= floor), position, NONE)


def first_of_each(rows: Rows, owner: Rows, owner_count: int) -> Rows:
    """Return the first position that each owner has, or `NONE`; owners below 0 are left out."""
    first = np.full(owner_count, NONE, dtype=np.int64)
    owned = owner >= 0
    first[owner[owned][::-1]] = rows[owned][::-1]
    return first


def number_within(owner: Rows) -> Rows:
    """Return the position of each row among those of its owner, from 1; rows are sorted by owner."""
    position = np.arange(len(owner), dtype=np.int64)
    if not len(owner):
        return position
    starts = np.insert(owner[1:] != owner[:-1], 0, True)  # noqa: FBT003 - the first row starts a run
    return position - np.maximum.accumulate(np.where(starts, position, 0)) + 1


def kept(mask: Mask, owner: Rows) -> Mask:
    """Return which rows belong to an owner that is kept."""
    return (owner >= 0) & np.append(mask, False)[owner]  # noqa: FBT003 - index -1 is no owner
