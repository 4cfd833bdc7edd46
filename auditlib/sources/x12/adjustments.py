"""CAS, MIA, MOA and LQ segments of 835 claim payments: adjustments and remarks, at claim and line level."""

from __future__ import annotations

import numpy as np
import polars as pl

from auditlib.schema.core import ADJUSTMENT, REMARK
from auditlib.sources.x12.columns import Columns, conformed
from auditlib.sources.x12.payment_loops import PaymentLoops
from auditlib.sources.x12.rejects import NOT_A_NUMBER, Rejects
from auditlib.sources.x12.scopes import kept, number_within
from auditlib.sources.x12.segments import Mask, Rows
from auditlib.sources.x12.values import numbers

_MOST_TRIPLETS = 6
_REMARK_ELEMENTS = {"LQ": (2,), "MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}


def adjustment_frame(
    loops: PaymentLoops, rejects: Rejects, *, keep: Mask, remit_claim_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the adjustment table: up to six triplets to a CAS segment."""
    segments = loops.segments
    cas, stray = loops.stray("CAS")
    rejects.add(cas, stray, "adjustment stands outside of any claim payment", "CLP before it")
    cas = cas[~stray]
    triplet_count = np.clip(segments.count.take(cas) // 3, 0, _MOST_TRIPLETS)
    row = np.repeat(cas, triplet_count)
    element = number_within(row) * 3 - 1
    reason, much = segments.element(row, element), segments.element(row, element + 1)
    used = reason.present | much.present
    if not used.all():
        row, element, reason, much = row[used], element[used], reason.pick(used), much.pick(used)
    amount = numbers(segments, much, 2)
    rejects.add(row, ~amount.readable, "adjustment set aside: its amount cannot be read", NOT_A_NUMBER)
    rejects.add(row, ~amount.exact, "amount of CAS has more than two decimals: rounded", "cents")
    quantity = numbers(segments, segments.element(row, element + 2), 4)
    rejects.add(row, quantity.unreadable, "quantity of CAS cannot be read", NOT_A_NUMBER)
    payment = loops.payment_of(row)
    columns = (
        Columns(segments)
        .upper(group_code=segments.element(row, 1), reason_code=reason)
        .numbers(adjustment_amount=amount, adjustment_quantity=quantity)
        .positive(line_number=loops.line_number_of(row))
        .whole(
            remit_claim_id=remit_claim_id.take(payment),
            adjustment_number=number_within(payment),
            source_offset=segments.offset(row),
        )
        .constant(source_file_id=source_file_id)
    )
    return conformed(ADJUSTMENT, columns.frame(rejects, row), amount.readable & kept(keep, payment))


def remark_frame(
    loops: PaymentLoops, *, keep: Mask, remit_claim_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the remark table: LQ under HE, MIA and MOA."""
    segments = loops.segments
    rows: list[Rows] = []
    elements: list[Rows] = []
    for tag, numbers_of_tag in _REMARK_ELEMENTS.items():
        found = loops.rows(tag, "HE") if tag == "LQ" else loops.rows(tag)
        if not len(found):
            continue
        rows.append(np.repeat(found, len(numbers_of_tag)))
        elements.append(np.tile(np.array(numbers_of_tag, dtype=np.int64), len(found)))
    row, element = (np.concatenate([np.zeros(0, dtype=np.int64), *parts]) for parts in (rows, elements))
    code = segments.element(row, element)
    used = code.present & kept(keep, loops.payment_of(row))
    row, code = row[used], code.pick(used)
    if len(rows) > 1:
        order = np.argsort(row, kind="stable")
        row, code = row[order], code.pick(order)
    payment = loops.payment_of(row)
    columns = (
        Columns(segments)
        .upper(remark_code=code)
        .positive(line_number=loops.line_number_of(row))
        .whole(
            remit_claim_id=remit_claim_id.take(payment),
            remark_number=number_within(payment),
            source_offset=segments.offset(row),
        )
        .constant(source_file_id=source_file_id)
    )
    frame = columns.frame()
    return REMARK.conform(frame.filter(pl.col("remark_code").is_not_null()))
