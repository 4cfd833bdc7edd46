"""CAS segments of 835 and 837: triplets of reason, amount and quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.read.columns import Columns
from auditlib.sources.x12.read.rejects import NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import number_within
from auditlib.sources.x12.read.values import numbers

if TYPE_CHECKING:
    from auditlib.sources.x12.read.segments import Mask, Rows, Segments

_MOST_TRIPLETS = 6


def triplets(segments: Segments, cas: Rows, rejects: Rejects) -> tuple[Rows, Columns, Mask]:
    """Return the up to six triplets of each CAS segment.

    Returns
    -------
    tuple
        The segment of each triplet, its columns, and which triplets have a readable amount.
    """
    triplet_count = np.clip(segments.count.take(cas) // 3, 0, _MOST_TRIPLETS)
    row = np.repeat(cas, triplet_count)
    element = number_within(row) * 3 - 1
    reason, much = segments.element(row, element), segments.element(row, element + 1)
    used = reason.present | much.present
    if not used.all():
        row, element, reason, much = row[used], element[used], reason.pick(used), much.pick(used)
    amount = numbers(segments, much, 2)
    rejects.add(row, ~amount.readable, "adjustment not loaded: its amount cannot be read", NOT_A_NUMBER)
    rejects.add(row, ~amount.exact, "amount of CAS has more than two decimals: rounded", "cents")
    quantity = numbers(segments, segments.element(row, element + 2), 4)
    rejects.add(row, quantity.unreadable, "quantity of CAS cannot be read", NOT_A_NUMBER)
    columns = (
        Columns(segments)
        .upper(group_code=segments.element(row, 1), reason_code=reason)
        .numbers(adjustment_amount=amount, adjustment_quantity=quantity)
        .whole(source_offset=segments.offset(row))
    )
    return row, columns, amount.readable
