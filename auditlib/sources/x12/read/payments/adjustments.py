"""Adjustments, remarks and informational amounts of 835 claim payments."""

from __future__ import annotations

import numpy as np
import polars as pl

from auditlib.schema.core import ADJUSTMENT, REMARK, REMIT_AMOUNT
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.payments.payment_loops import PaymentLoops
from auditlib.sources.x12.read.rejects import Rejects
from auditlib.sources.x12.read.scopes import NONE, number_within, owner_is_kept, without
from auditlib.sources.x12.read.segments import Mask, Rows
from auditlib.sources.x12.read.stated_amounts import REMARK_ELEMENTS, stated_amounts
from auditlib.sources.x12.read.triplets import triplets

_REMARK_ELEMENTS = {"LQ": (2,), **REMARK_ELEMENTS}


def adjustment_frame(
    loops: PaymentLoops, rejects: Rejects, *, keep: Mask, remit_claim_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the adjustment table, with up to six rows per CAS segment."""
    segments = loops.segments
    cas, stray = loops.stray("CAS")
    rejects.add(cas, stray, "adjustment is outside any claim payment", "CLP before it")
    row, columns, is_readable = triplets(segments, cas[~stray], rejects)
    payment = loops.payment_of(row)
    columns.positive(line_number=loops.line_number_of(row)).whole(
        remit_claim_id=remit_claim_id.take(payment), adjustment_number=number_within(payment)
    ).constant(source_file_id=source_file_id)
    return conformed(ADJUSTMENT, columns.frame(rejects, row), is_readable & owner_is_kept(keep, payment))


def remark_frame(
    loops: PaymentLoops, *, keep: Mask, remit_claim_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the remark table, from LQ*HE, MIA and MOA."""
    segments = loops.segments
    rows: list[Rows] = []
    elements: list[Rows] = []
    for tag, numbers_of_tag in _REMARK_ELEMENTS.items():
        segment_rows = loops.rows(tag, "HE") if tag == "LQ" else loops.rows(tag)
        if not len(segment_rows):
            continue
        rows.append(np.repeat(segment_rows, len(numbers_of_tag)))
        elements.append(np.tile(np.array(numbers_of_tag, dtype=np.int64), len(segment_rows)))
    row, element = (np.concatenate([np.zeros(0, dtype=np.int64), *parts]) for parts in (rows, elements))
    code = segments.element(row, element)
    used = code.present & owner_is_kept(keep, loops.payment_of(row))
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


def amount_frame(
    loops: PaymentLoops,
    rejects: Rejects,
    *,
    is_paid: Mask,
    keep: Mask,
    remittance_id: Rows,
    remit_claim_id: Rows,
    source_file_id: int,
) -> pl.DataFrame:
    """Return the remit_amount table: informational amounts of remittances, claim payments and lines."""
    segments = loops.segments
    rows = {tag: segments.rows(tag) for tag in ("AMT", "QTY", "MIA", "MOA", "TS2")}
    allowed = loops.rows("AMT", "B6")
    allowed = allowed[loops.line_of(allowed) != NONE]
    rows["AMT"] = without(rows["AMT"], allowed)
    if not any(len(row) for row in rows.values()):
        return REMIT_AMOUNT.empty()
    row, columns, is_readable = stated_amounts(segments, rows, rejects)
    transaction, payment = loops.transaction_of(row), loops.payment_of(row)
    has_payment = payment != NONE
    columns.positive(
        line_number=loops.line_number_of(row),
        remit_claim_id=np.where(has_payment, np.append(remit_claim_id, 0).take(payment), 0),
    ).whole(remittance_id=remittance_id.take(transaction))
    columns.constant(source_file_id=source_file_id)
    is_kept = (
        is_readable & owner_is_kept(is_paid, transaction) & (owner_is_kept(keep, payment) | ~has_payment)
    )
    return conformed(REMIT_AMOUNT, columns.frame(rejects, row), is_kept)
