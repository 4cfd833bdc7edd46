"""Fingerprints of transactions: hashes of their segments, by which a duplicate in any file is recognised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import SOURCE_TRANSACTION
from auditlib.sources.x12.read.segments import packed
from auditlib.sources.x12.read.transactions import LOADED_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditlib.sources.x12.read.segments import Segments
    from auditlib.sources.x12.read.transactions import Transactions

_BLANKS = b"\r\n\t \0\x1a"
_USUAL_DELIMITERS = b"*:~"
_EMPTY_SEGMENT = b"~~"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a chunk from one envelope segment to the next, without blanks, with the usual delimiters.

    Attributes
    ----------
    offset
        Position of the transaction that starts with them; -1 if one continues, None if they belong to no
        loaded transaction.
    data
        The bytes.
    """

    offset: int | None
    data: bytes


GOES_ON = -1


def stretches(segments: Segments, transactions: Transactions) -> tuple[Stretch, ...]:
    """Return the chunk's own bytes, cut at its envelope segments."""
    marks = segments.rows("ST", "GS", "GE", "ISA", "IEA")
    marks = marks[marks >= segments.context_count]
    loaded = np.isin(transactions.kind, [packed(kind) for kind in LOADED_KINDS])
    starts = set(transactions.start[loaded].tolist())
    offsets = [GOES_ON, *segments.offset(marks).tolist()]
    belongs = [True, *(mark in starts for mark in marks.tolist())]
    cuts = [segments.body_start, *segments.start.take(marks).tolist(), segments.body_end]
    return tuple(
        Stretch(offset, _as_usual(segments, low, high)) if is_loaded else Stretch(None, b"")
        for offset, is_loaded, low, high in zip(offsets, belongs, cuts[:-1], cuts[1:], strict=True)
    )


def _as_usual(segments: Segments, low: int, high: int) -> bytes:
    """Return bytes of the chunk under the usual delimiters, without blanks."""
    used = (segments.delimiters.element, segments.component_separator, segments.delimiters.terminator)
    left_out = bytes(byte for byte in _BLANKS if byte not in used)
    data = segments.data[low:high].translate(bytes.maketrans(bytes(used), _USUAL_DELIMITERS), left_out)
    # Where a line break ends segments, one that was moved behind a segment looks like an empty segment.
    while segments.is_wrapped and _EMPTY_SEGMENT in data:
        data = data.replace(_EMPTY_SEGMENT, _EMPTY_SEGMENT[:1])
    return data


class Fingerprints:
    """Hashes the transactions of one file, from stretches in file order."""

    def __init__(self, source_file_id: int) -> None:
        self._source_file_id = source_file_id
        self._offset = 0
        self._hash: hashlib._Hash | None = None

    def of(self, parts: Iterable[Stretch], *, continues: bool) -> pl.DataFrame:
        """Return the rows of ``source_transaction`` for the transactions that end in these stretches."""
        rows: list[tuple[str, int, int]] = []
        for part in parts:
            if part.offset != GOES_ON:
                self._end(rows)
                if part.offset is not None:
                    self._offset, self._hash = part.offset, hashlib.sha256()
            if self._hash is not None:
                self._hash.update(part.data)
        if not continues:
            self._end(rows)
        return pl.DataFrame(rows, schema=SOURCE_TRANSACTION.polars_schema, orient="row")

    def _end(self, rows: list[tuple[str, int, int]]) -> None:
        if self._hash is not None:
            rows.append((self._hash.hexdigest(), self._source_file_id, self._offset))
        self._hash = None
