"""Rejected segments of a chunk: collected as positions, returned as rows of ``core.rejected_record``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import REJECTED_RECORD

if TYPE_CHECKING:
    from auditlib.sources.x12.read.segments import Mask, Rows, Segments

NOT_A_NUMBER = "a decimal number, as 125.5"
NOT_A_DATE = "a date CCYYMMDD, or a range CCYYMMDD-CCYYMMDD, that is in the calendar"
_TAG_LENGTH = 3


class Rejects:
    """Collects segments of one chunk that were not loaded, or that have an unreadable value.

    Parameters
    ----------
    segments
        The chunk; segments of its context were reported with their own chunk.
    source_file_id
        File that they were read from.
    """

    def __init__(self, segments: Segments, *, source_file_id: int) -> None:
        self._segments = segments
        self._source_file_id = source_file_id
        self._parts: list[pl.DataFrame] = []

    def add(self, rows: Rows, which: Mask, reason: str, expected: str, *, with_context: bool = False) -> None:
        """Add the segments at these positions that the mask selects."""
        if not which.any():
            return
        rows = rows[which]
        if not with_context:
            rows = rows[rows >= self._segments.context_count]
        if not len(rows):
            return
        self._parts.append(
            pl.DataFrame(
                {
                    "source_offset": self._segments.offset(rows),
                    "segment": self._tags(rows),
                    "record_number": np.maximum(rows - self._segments.context_count, 0) + 1,
                    "reason": [reason] * len(rows),
                    "expected": [expected] * len(rows),
                }
            )
        )

    def add_position(self, position: int, segment: str, reason: str, expected: str) -> None:
        """Add bytes that are not a segment."""
        offset = int(self._segments.file_offset(np.array([position]))[0])
        number = len(self._segments) - self._segments.context_count + 1
        record = {"source_offset": offset, "segment": segment, "record_number": number}
        self._parts.append(pl.DataFrame([{**record, "reason": reason, "expected": expected}]))

    def frame(self) -> pl.DataFrame:
        """Return the rejected rows in file order; record numbers count from 1 in this chunk."""
        if not self._parts:
            return REJECTED_RECORD.empty()
        rows = pl.concat(self._parts).unique(["source_offset", "reason"]).sort("source_offset", "reason")
        return REJECTED_RECORD.conform(
            rows.with_columns(pl.lit(self._source_file_id).alias("source_file_id"))
        )

    def _tags(self, rows: Rows) -> list[str]:
        names = {
            int(tag): int(tag).to_bytes(_TAG_LENGTH, "little").strip(b"\x00").decode("ascii") or "unknown"
            for tag in np.unique(self._segments.tag[rows])
        }
        return [names[tag] for tag in self._segments.tag[rows].tolist()]
