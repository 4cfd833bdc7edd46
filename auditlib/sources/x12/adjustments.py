"""CAS, MIA, MOA and LQ segments of 835 claim payments: adjustments and remarks, at claim and at line level."""

from __future__ import annotations

import numpy as np
import polars as pl

from auditlib.schema.core import ADJUSTMENT, REMARK
from auditlib.sources.x12.payment_loops import HEADER, PaymentLoops
from auditlib.sources.x12.rejects import NOT_A_NUMBER, Rejects
from auditlib.sources.x12.scopes import kept, number_within
from auditlib.sources.x12.segments import Mask, Rows, Segments
from auditlib.sources.x12.values import numbers, texts

_TRIPLETS = np.arange(6, dtype=np.int64)
_REMARK_ELEMENTS = {
    "LQ": np.array([2]),
    "MIA": np.array([5, 20, 21, 22, 23]),
    "MOA": np.array([3, 4, 5, 6, 7]),
}


def adjustment_frame(
    segments: Segments,
    loops: PaymentLoops,
    rejects: Rejects,
    *,
    keep: Mask,
    remit_claim_id: Rows,
    source_file_id: int,
) -> pl.DataFrame:
    """Return the adjustment table: up to six triplets to a CAS segment."""
    cas = loops.rows("CAS")
    rejects.add(cas[loops.scope[cas] == HEADER], "adjustment stands outside of any claim payment", "CLP before it")
    cas = cas[loops.scope[cas] != HEADER]
    # Most segments hold one triplet: look only where there are elements for more.
    triplet_count = np.clip((segments.count[cas] - 1 + 1) // 3, 0, len(_TRIPLETS))
    row = np.repeat(cas, triplet_count)
    triplet = number_within(row) - 1
    reason, much = segments.element(row, 2 + 3 * triplet), segments.element(row, 3 + 3 * triplet)
    used = reason.present | much.present
    row, triplet, reason, much = row[used], triplet[used], reason.pick(used), much.pick(used)
    amount = numbers(segments, much, 2)
    rejects.add(row[~amount.readable], "adjustment set aside: its amount cannot be read", NOT_A_NUMBER)
    rejects.add(row[~amount.exact], "amount of CAS has more than two decimals: rounded", "cents")
    quantity = numbers(segments, segments.element(row, 4 + 3 * triplet), 4)
    rejects.add(row[quantity.unreadable], "quantity of CAS cannot be read", NOT_A_NUMBER)
    payment = loops.payment_of_segment[row]
    frame = texts(segments, {"group_code": segments.element(row, 1), "reason_code": reason}).with_columns(
        pl.col("group_code", "reason_code").str.to_uppercase(),
        pl.Series("remit_claim_id", remit_claim_id[payment]),
        pl.Series("adjustment_number", number_within(payment)),
        pl.Series("line_number", loops.line_number_of(row)).replace(0, None),
        amount.series().alias("adjustment_amount"),
        quantity.series().alias("adjustment_quantity"),
        pl.lit(source_file_id).alias("source_file_id"),
        pl.Series("source_offset", segments.offset(row)),
    )
    return ADJUSTMENT.conform(frame.filter(pl.Series(amount.readable & kept(keep, payment))))


def remark_frame(
    segments: Segments, loops: PaymentLoops, *, keep: Mask, remit_claim_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the remark table: LQ under HE, MIA and MOA."""
    rows: list[Rows] = []
    elements: list[Rows] = []
    for tag, numbers_of_tag in _REMARK_ELEMENTS.items():
        found = loops.rows(tag, "HE") if tag == "LQ" else loops.rows(tag)
        found = found[loops.scope[found] != HEADER]
        rows.append(np.repeat(found, len(numbers_of_tag)))
        elements.append(np.tile(numbers_of_tag, len(found)))
    row, element = np.concatenate(rows), np.concatenate(elements)
    order = np.lexsort((element, row))
    row, element = row[order], element[order]
    code = segments.element(row, element)
    used = code.present & kept(keep, loops.payment_of_segment[row])
    row, code = row[used], code.pick(used)
    payment = loops.payment_of_segment[row]
    frame = texts(segments, {"remark_code": code}).with_columns(
        pl.col("remark_code").str.to_uppercase(),
        pl.Series("remit_claim_id", remit_claim_id[payment]),
        pl.Series("remark_number", number_within(payment)),
        pl.Series("line_number", loops.line_number_of(row)).replace(0, None),
        pl.lit(source_file_id).alias("source_file_id"),
        pl.Series("source_offset", segments.offset(row)),
    )
    return REMARK.conform(frame.filter(pl.col("remark_code").is_not_null()))
