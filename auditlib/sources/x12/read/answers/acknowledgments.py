"""TA1, 999 and 997: acknowledgments of interchanges, groups and transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import ACKNOWLEDGMENT, ACKNOWLEDGMENT_ERROR
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.x12.read.columns import Columns
from auditlib.sources.x12.read.scopes import NONE, filled, first_of_each, latest, number_within
from auditlib.sources.x12.read.segments import packed
from auditlib.sources.x12.read.values import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.read.rejects import Rejects
    from auditlib.sources.x12.read.segments import Mask, Rows, Segments
    from auditlib.sources.x12.read.transactions import Transactions

KINDS = ("999", "997")
_FIRST_ERROR, _ERROR_COUNT = {"group": 5, "transaction": 2}, 5


def read_acknowledgments(
    chunk: Segments, transactions: Transactions, rejects: Rejects, *, source_file_id: int
) -> Mapping[str, pl.DataFrame]:
    """Return the acknowledgment tables for the TA1, 999 and 997 of a chunk."""
    shift = source_file_id << OFFSET_BITS
    segments = chunk.only(transactions.mask("999") | transactions.mask("997"))
    group, transaction = _own(segments, "AK1"), _own(segments, "AK2")
    is_999 = transactions.mask("999")
    group_of = latest(group, transaction, np.zeros_like(transaction))
    parts = [
        _interchanges(chunk).frame(rejects, _own(chunk, "TA1")),
        _groups(segments, group, is_999).frame(rejects, group),
        _transactions(segments, transaction, is_999)
        .known("group_acknowledgment_id", shift + segments.offset(group_of), group_of != NONE)
        .frame(rejects, transaction),
    ]
    verdicts = pl.concat(
        ACKNOWLEDGMENT.conform(
            part.with_columns(
                pl.lit(source_file_id).alias("source_file_id"),
                (pl.col("source_offset") + shift).alias("acknowledgment_id"),
            )
        )
        for part in parts
    )
    errors = _errors(segments, transaction, rejects).with_columns(
        pl.lit(source_file_id).alias("source_file_id"), pl.col("acknowledgment_id") + shift
    )
    return {
        "acknowledgment": verdicts.sort("source_offset"),
        "acknowledgment_error": ACKNOWLEDGMENT_ERROR.conform(errors),
    }


def _own(segments: Segments, *tags: str) -> Rows:
    """Return the segments of the chunk itself; those of its context were read with the previous chunk."""
    rows = segments.rows(*tags)
    return rows[rows >= segments.context_count]


def _interchanges(segments: Segments) -> Columns:
    row = _own(segments, "TA1")
    return (
        Columns(segments)
        .text(control_number=segments.element(row, 1))
        .upper(status_code=segments.element(row, 4), error_codes=segments.element(row, 5))
        .whole(source_offset=segments.offset(row))
        .constant(transaction_kind="TA1", acknowledgment_level="interchange")
    )


def _groups(segments: Segments, row: Rows, is_999: Mask) -> Columns:
    element = segments.element
    closing = segments.rows("AK9")
    groups = np.arange(len(row), dtype=np.int64)
    owner = filled(len(segments), (segments.rows("ST"), NONE), (row, groups)).take(closing)
    verdict = first_of_each(closing, owner, len(row))
    columns = _verdicts(segments, row, verdict, _FIRST_ERROR["group"], is_999)
    columns.text(
        group_code=element(row, 1), control_number=element(row, 2), implementation_version=element(row, 3)
    ).constant(acknowledgment_level="group")
    for number, name in ((2, "included_count"), (3, "received_count"), (4, "accepted_count")):
        count = numbers(segments, element(verdict, number), 0)
        columns.known(name, count.units, count.readable)
    return columns


def _transactions(segments: Segments, row: Rows, is_999: Mask) -> Columns:
    element = segments.element
    closing = segments.rows("IK5", "AK5")
    verdict = first_of_each(closing, _owner(segments, row).take(closing), len(row))
    return (
        _verdicts(segments, row, verdict, _FIRST_ERROR["transaction"], is_999)
        .text(
            transaction_code=element(row, 1),
            control_number=element(row, 2),
            implementation_version=element(row, 3),
        )
        .constant(acknowledgment_level="transaction")
    )


def _owner(segments: Segments, transaction: Rows) -> Rows:
    """Return the acknowledged transaction of each segment, or `NONE`."""
    elsewhere = segments.rows("ST", "AK1", "AK9")
    return filled(len(segments), (elsewhere, NONE), (transaction, np.arange(len(transaction))))


def _verdicts(segments: Segments, row: Rows, verdict: Rows, first_error: int, is_999: Mask) -> Columns:
    errors = {
        f"error {number}": segments.element(verdict, first_error + number) for number in range(_ERROR_COUNT)
    }
    kinds: list[str | None] = ["997", "999"]
    return (
        Columns(segments)
        .upper(status_code=segments.element(verdict, 1), **errors)
        .gathered("error_codes", *errors)
        .chosen("transaction_kind", kinds, is_999.take(row).astype(np.int64))
        .whole(source_offset=segments.offset(row))
    )


def _errors(segments: Segments, transaction: Rows, rejects: Rejects) -> pl.DataFrame:
    """Return the acknowledgment_error table, with offsets instead of ids."""
    row = _own(segments, "IK3", "AK3", "IK4", "AK4")
    owner = _owner(segments, transaction).take(row)
    reason = "error of an acknowledgment not loaded: it is outside any transaction"
    rejects.add(row, owner == NONE, reason, "AK2 before it")
    row, owner = row[owner != NONE], owner[owner != NONE]
    about = transaction.take(owner)
    is_element = np.isin(segments.tag.take(row), [packed("IK4"), packed("AK4")])
    segment = latest(segments.rows("IK3", "AK3"), row + 1, about)
    place = segments.composite(segments.element(np.where(is_element, row, NONE), 1))
    position = numbers(segments, segments.element(segment, 2), 0)
    element, component = numbers(segments, place[1], 0), numbers(segments, place[2], 0)
    return (
        Columns(segments)
        .upper(
            segment_code=segments.element(segment, 1),
            loop_code=segments.element(segment, 3),
            error_code=segments.element(row, np.where(is_element, 3, 4)),
        )
        .known("segment_number", position.units, position.readable)
        .known("element_number", element.units, element.readable)
        .known("component_number", component.units, component.readable)
        .whole(
            acknowledgment_id=segments.offset(about),
            error_number=number_within(owner),
            source_offset=segments.offset(row),
        )
        .frame(rejects, row)
    )
