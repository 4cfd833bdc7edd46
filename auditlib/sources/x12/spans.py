"""First and last day over the rows of each owner."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from auditlib.sources.x12.scopes import number_within
from auditlib.sources.x12.segments import Rows
from auditlib.sources.x12.values import NO_DAY, Days

_LATEST_DAY = np.int32(np.iinfo(np.int32).max)


def span_of_owners(
    owner: Rows, first: npt.NDArray[np.int32], last: npt.NDArray[np.int32], owner_count: int
) -> Days:
    """Return the earliest first and the latest last day of each owner's rows; rows are sorted by owner."""
    low = np.full(owner_count, NO_DAY, dtype=np.int32)
    high = np.full(owner_count, NO_DAY, dtype=np.int32)
    if len(owner):
        starts = np.flatnonzero(number_within(owner) == 1)
        lowest = np.minimum.reduceat(np.where(first == NO_DAY, _LATEST_DAY, first), starts)
        low[owner[starts]] = np.where(lowest == _LATEST_DAY, NO_DAY, lowest)
        high[owner[starts]] = np.maximum.reduceat(last, starts)
    return Days(low, high, np.zeros(owner_count, dtype=np.bool_))
