"""Fingerprints of transactions: hashes of their segments, by which a duplicate in any file is recognised."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from auditlib.schema.core import SOURCE_TRANSACTION
from auditlib.sources.x12.read.segments import packed
from auditlib.sources.x12.read.transactions import LOADED_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditlib.sources.x12.read.segments import Rows, Segments
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
        The bytes after ST and before SE, whose numbers change when a transaction is delivered again.
    opening
        Those of them above the first claim or level.
    has_trailer
        True if SE is among them.
    """

    offset: int | None
    data: bytes
    opening: bytes = b""
    has_trailer: bool = False


GOES_ON = -1
_Row: TypeAlias = tuple[str, str, bool, int, int]


def stretches(segments: Segments, transactions: Transactions) -> tuple[Stretch, ...]:
    """Return the chunk's own bytes, cut at its envelope segments."""
    marks = segments.rows("ST", "GS", "GE", "ISA", "IEA")
    marks = marks[marks >= segments.context_count]
    loaded = np.isin(transactions.kind, [packed(kind) for kind in LOADED_KINDS])
    starts = set(transactions.start[loaded].tolist())
    offsets = [GOES_ON, *segments.offset(marks).tolist()]
    belongs = [True, *(mark in starts for mark in marks.tolist())]
    cuts = np.concatenate((segments.start.take(marks), [segments.body_end]))
    lows = np.concatenate(([segments.body_start], _start_after(segments, marks)))
    trailers = segments.start.take(segments.rows("SE"))
    bodies = segments.start.take(segments.rows("HL", "CLP", "CLM", "LX", "AK2"))
    unfinished = segments.unterminated
    parts = []
    for offset, is_loaded, low, high in zip(offsets, belongs, lows.tolist(), cuts.tolist(), strict=True):
        if not is_loaded:
            parts.append(Stretch(None, b""))
            continue
        trailer = _first(trailers, low, high)
        if trailer is None and unfinished is not None and low <= unfinished < high:
            trailer = unfinished if segments.data.startswith(b"SE", unfinished) else None
        end = high if trailer is None else trailer
        opening_end = end if (body := _first(bodies, low, end)) is None else body
        kind = b"" if offset == GOES_ON else _kind(segments, low)
        opening = kind + _as_usual(segments, low, opening_end)
        parts.append(
            Stretch(offset, kind + _as_usual(segments, low, end), opening, has_trailer=trailer is not None)
        )
    return tuple(parts)


def _start_after(segments: Segments, rows: Rows) -> Rows:
    """Return where the segment after each of these starts."""
    return np.append(segments.start, segments.body_end).take(rows + 1)


def _first(places: Rows, low: int, high: int) -> int | None:
    """Return the first of the sorted places from low on and before high."""
    index = int(np.searchsorted(places, low))
    return int(places[index]) if index < len(places) and places[index] < high else None


def _kind(segments: Segments, after: int) -> bytes:
    """Return ST01 of the transaction whose second segment starts there."""
    row = np.array([np.searchsorted(segments.start, after) - 1], dtype=np.int64)
    kind = segments.element(row, 1)
    return segments.data[int(kind.start[0]) : int(kind.end[0])]


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
        self._opening = ""
        self._has_trailer = False

    def of(self, parts: Iterable[Stretch], *, continues: bool) -> pl.DataFrame:
        """Return the rows of ``source_transaction`` for the transactions that end in these stretches."""
        rows: list[_Row] = []
        for part in parts:
            if part.offset != GOES_ON:
                self._end(rows)
                if part.offset is not None:
                    self._offset, self._hash = part.offset, hashlib.sha256()
                    self._opening = hashlib.sha256(part.opening).hexdigest()
            if self._hash is not None:
                self._hash.update(part.data)
                self._has_trailer |= part.has_trailer
        if not continues:
            self._end(rows)
        return pl.DataFrame(rows, schema=SOURCE_TRANSACTION.polars_schema, orient="row")

    def _end(self, rows: list[_Row]) -> None:
        if self._hash is not None:
            rows.append(
                (
                    self._hash.hexdigest(),
                    self._opening,
                    not self._has_trailer,
                    self._source_file_id,
                    self._offset,
                )
            )
        self._hash, self._has_trailer = None, False
