"""AMT, QTY, MIA, MOA and TS2 segments: informational amounts and quantities, one row per value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.read.columns import Columns
from auditlib.sources.x12.read.rejects import NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.segments import Field
from auditlib.sources.x12.read.values import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.read.segments import Mask, Rows, Segments

REMARK_ELEMENTS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
"""Elements of a segment that contain remark codes."""

# By segment: elements with dollars, and elements with days, counts, rates or weights.
_AMOUNTS = {
    "AMT": (2,),
    "QTY": (),
    "MIA": (2, 4, *range(6, 15), *range(16, 20), 24),
    "MOA": (2, 8, 9),
    "TS2": (*range(1, 7), 8, 9, 15, 17, 18, 19),
}
_QUANTITIES = {"AMT": (), "QTY": (2,), "MIA": (1, 3, 15), "MOA": (1,), "TS2": (7, *range(10, 15), 16)}
_QUALIFIED = ("AMT", "QTY")


def stated_amounts(
    segments: Segments, rows_by_tag: Mapping[str, Rows], rejects: Rejects
) -> tuple[Rows, Columns, Mask]:
    """Return the segment of each value in these segments, its columns, and whether it is readable.

    Parameters
    ----------
    segments
        The chunk.
    rows_by_tag
        Positions of the segments, by identifier.
    rejects
        Collects values that cannot be read.

    Returns
    -------
    tuple
        In the order of the file and of the elements.
    """
    parts = [
        (np.repeat(rows, len(elements)), np.tile(elements, len(rows)), place, is_quantity)
        for place, (tag, rows) in enumerate(rows_by_tag.items())
        for is_quantity, elements in ((False, _AMOUNTS[tag]), (True, _QUANTITIES[tag]))
        if len(rows) and elements
    ]
    row, element = (
        np.concatenate([np.zeros(0, dtype=np.int64), *(part[number] for part in parts)]) for number in (0, 1)
    )
    place, is_quantity = (
        np.concatenate([np.zeros(0, dtype=kind), *(np.full(len(part[0]), part[number]) for part in parts)])
        for number, kind in ((2, np.int64), (3, np.bool_))
    )
    order = np.lexsort((element, row))
    order = order[segments.element(row, element).present[order]]
    row, element, place, is_quantity = row[order], element[order], place[order], is_quantity[order]
    value = segments.element(row, element)
    nothing = Field(value.start, value.start)
    amount = numbers(segments, nothing.where(is_quantity, value), 2)
    quantity = numbers(segments, value.where(is_quantity, nothing), 4)
    readable = amount.readable | quantity.readable
    rejects.add(row, ~readable, "informational amount not loaded: it cannot be read", NOT_A_NUMBER)
    qualifier = segments.element(row, 1)
    is_qualified = np.array([tag in _QUALIFIED for tag in rows_by_tag], dtype=np.bool_).take(place)
    columns = (
        Columns(segments)
        .upper(qualifier=qualifier.where(is_qualified, Field(qualifier.start, qualifier.start)))
        .numbers(stated_amount=amount, stated_quantity=quantity)
        .whole(element_number=element, source_offset=segments.offset(row))
        .chosen("segment", list(rows_by_tag), place)
    )
    return row, columns, readable
