"""A stretch of X12 as arrays: where each segment, element and component starts and ends, and nothing copied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from auditlib.sources.x12.chunks import Chunk

Rows: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Codes: TypeAlias = npt.NDArray[np.uint32]
Mask: TypeAlias = npt.NDArray[np.bool_]

_BLANK = np.zeros(256, dtype=np.bool_)
_BLANK[[0, 9, 10, 13, 26, 32]] = True
_TAG_BYTE = np.zeros(256, dtype=np.bool_)
_TAG_BYTE[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] = True
_UPPER = np.arange(256, dtype=np.uint8)
_UPPER[ord("a") : ord("z") + 1] -= 32
_BLANK_STEPS = 16
_PACKED_LENGTH = 4


def packed(text: str) -> int:
    """Return a code of up to four characters as the number that `Segments.code` gives for it."""
    return int.from_bytes(text.encode("ascii"), "big")


@dataclass(frozen=True, slots=True)
class Field:
    """One element or component of many segments: byte positions, empty where it is absent."""

    start: Rows
    end: Rows

    @property
    def present(self) -> Mask:
        """True where there is at least one byte."""
        return self.end > self.start

    def pick(self, rows: Rows | Mask) -> Field:
        """Return the field of some of the segments."""
        return Field(self.start[rows], self.end[rows])

    def where(self, condition: Mask, other: Field) -> Field:
        """Return this field where the condition holds, else the other."""
        return Field(np.where(condition, self.start, other.start), np.where(condition, self.end, other.end))


class Segments:
    """All segments of a chunk, the ones repeated from before it (its context) first.

    Attributes
    ----------
    buffer
        The bytes.
    start
        Where each segment starts.
    count
        Elements of each segment, the tag included.
    tag
        Segment identifier as a number (see `packed`), 0 where it is none.
    context_count
        How many of the first segments are context.
    unterminated
        Where the last bytes start if they are not ended by a terminator, else None.
    """

    def __init__(self, chunk: Chunk) -> None:
        data = b"".join(piece.data for piece in chunk.pieces)
        self.data = data
        self.delimiters = chunk.delimiters
        self.buffer: Bytes = np.frombuffer(data, dtype=np.uint8)
        lengths = np.array([len(piece.data) for piece in chunk.pieces], dtype=np.int64)
        self._piece_start = np.cumsum(lengths) - lengths
        self._piece_shift = np.array([piece.offset for piece in chunk.pieces], dtype=np.int64) - self._piece_start
        body_start = int(self._piece_start[-1])

        ends_segment = self.buffer == chunk.delimiters.terminator
        cut_here = self.buffer == chunk.delimiters.element
        np.logical_or(cut_here, ends_segment, out=cut_here)
        self._cut: Rows = np.flatnonzero(cut_here)
        last = np.flatnonzero(ends_segment[self._cut])
        first = np.concatenate((np.zeros(1, dtype=np.int64), last[:-1] + 1)) if len(last) else last
        terminator = self._cut[last]
        start = np.concatenate((np.zeros(1, dtype=np.int64), terminator[:-1] + 1)) if len(last) else last
        start = self._skip_blanks(start, self._cut[first])
        self.unterminated = self._remainder(int(terminator[-1]) + 1 if len(terminator) else 0)

        filled = self._cut[first] > start
        filled |= last > first
        self.start: Rows = start[filled]
        self._first: Rows = first[filled]
        self.count: Rows = (last - first)[filled] + 1
        self._tidy_line_breaks(terminator)
        self.tag = self._tags()
        self.context_count = int(np.searchsorted(self.start, body_start))

    def __len__(self) -> int:
        return len(self.start)

    def _skip_blanks(self, start: Rows, end: Rows) -> Rows:
        blank = _BLANK.copy()
        blank[[self.delimiters.element, self.delimiters.terminator]] = False
        start = start.copy()
        pending = np.flatnonzero((start < end) & blank[self.buffer[np.minimum(start, len(self.buffer) - 1)]])
        for _ in range(_BLANK_STEPS):
            if not len(pending):
                return start
            start[pending] += 1
            pending = pending[(start[pending] < end[pending]) & blank[self.buffer[start[pending]]]]
        if len(pending):
            solid = np.flatnonzero(~blank[self.buffer])
            found = np.searchsorted(solid, start[pending])
            start[pending] = np.minimum(np.append(solid, len(self.buffer))[found], end[pending])
        return start

    def _remainder(self, start: int) -> int | None:
        rest = self.data[start:]
        stripped = rest.lstrip(b" \t\r\n\x00\x1a")
        return start + len(rest) - len(stripped) if stripped else None

    def _tidy_line_breaks(self, terminator: Rows) -> None:
        """Where lines end segments, a carriage return before the line feed is no part of the last element."""
        if self.delimiters.terminator == ord("\n") and len(terminator):
            before = self.buffer[np.maximum(terminator - 1, 0)] == ord("\r")
            if before.any():
                shift = np.zeros(len(self.buffer), dtype=np.bool_)
                shift[terminator[before]] = True
                self._cut = self._cut - shift[self._cut]

    def _tags(self) -> Codes:
        if not len(self.start):
            return np.zeros(0, dtype=np.uint32)
        end = self._cut[self._first]
        length = end - self.start
        limit = len(self.buffer) - 1
        one, two, three = (self.buffer[np.minimum(self.start + step, limit)] for step in range(3))
        tag = (one.astype(np.uint32) << 8) | two
        is_three = length == 3  # noqa: PLR2004 - identifiers have two or three characters
        valid = _TAG_BYTE[one] & _TAG_BYTE[two] & (is_three & _TAG_BYTE[three] | (length == 2))  # noqa: PLR2004 - as above
        return np.where(valid, np.where(is_three, (tag << 8) | three, tag), 0).astype(np.uint32)

    def rows(self, *tags: str) -> Rows:
        """Positions of the segments with one of these identifiers, in order of the file."""
        found = self.tag == packed(tags[0])
        for tag in tags[1:]:
            found |= self.tag == packed(tag)
        return np.flatnonzero(found)

    def offset(self, rows: Rows) -> Rows:
        """Byte of the file at which each of these segments starts."""
        return self.file_offset(self.start[rows])

    def file_offset(self, position: Rows) -> Rows:
        """Byte of the file that each byte of the buffer is."""
        return position + self._piece_shift[np.searchsorted(self._piece_start, position, side="right") - 1]

    def element(self, rows: Rows, number: int | Rows) -> Field:
        """Element of each of these segments; the number may differ by segment; empty where the position is -1."""
        present = (rows >= 0) & (self.count[rows] > number)
        at = np.where(present, self._first[rows] + number - 1, 0)
        if not len(self._cut):
            return Field(at, at)
        start = self._cut[at] + 1
        end = np.where(present, self._cut[np.minimum(at + 1, len(self._cut) - 1)], start)
        return Field(start, end)

    def component(self, composite: Field, number: int) -> Field:
        """Component of a composite, counted from 1."""
        breaks = self._breaks
        if not len(breaks):
            return composite if number == 1 else Field(composite.start, composite.start)
        first = np.searchsorted(breaks, composite.start)
        padded = np.append(breaks, np.int64(1) << 62)
        limit = len(breaks)
        start = composite.start
        if number > 1:
            start = np.minimum(padded[np.minimum(first + number - 2, limit)] + 1, composite.end)
        return Field(start, np.minimum(padded[np.minimum(first + number - 1, limit)], composite.end))

    @cached_property
    def is_ascii(self) -> bool:
        """True where no byte is above 127."""
        return self.data.isascii()

    @cached_property
    def _breaks(self) -> Rows:
        return np.flatnonzero(self.buffer == self.component_separator)

    @cached_property
    def component_separator(self) -> int:
        """What the composites of this chunk are really cut with: ISA16 unless use says otherwise."""
        declared = self.delimiters.component
        votes = np.zeros(256, dtype=np.int64)
        for tag, number in (("CLM", 5), ("HI", 1), ("SV1", 1), ("SV2", 2), ("SV3", 1), ("SVC", 1)):
            field = self.element(self.rows(tag), number)
            position = field.start.copy()
            for _ in range(_PACKED_LENGTH):
                inside = position < field.end
                position[inside] += _UPPER_ALNUM[self.buffer[position[inside]]]
            inside = position < field.end
            seen = self.buffer[position[inside]]
            votes += np.bincount(seen[~_UPPER_ALNUM[seen]], minlength=256)
        votes[[ord(" "), ord("."), ord("-")]] = 0
        if not votes.any() or votes[declared] * 2 >= votes.sum():
            return declared
        return int(votes.argmax())

    def code(self, field: Field) -> Codes:
        """Return a short value of each segment as a number, upper-case; 0 where it is longer than four characters."""
        length = field.end - field.start
        value = np.zeros(len(length), dtype=np.uint32)
        limit = len(self.buffer) - 1
        longest = min(int(length.max(initial=0)), _PACKED_LENGTH)
        for step in range(longest):
            byte = _UPPER[self.buffer[np.minimum(field.start + step, limit)]]
            value = np.where(step < length, (value << 8) | byte, value).astype(np.uint32)
        value[length > _PACKED_LENGTH] = 0
        return value

    def qualified(self, tag: str, *qualifiers: str, number: int = 1) -> Rows:
        """Positions of the segments with this identifier whose element holds one of the qualifiers."""
        rows = self.rows(tag)
        return rows[np.isin(self.code(self.element(rows, number)), [packed(qualifier) for qualifier in qualifiers])]


_UPPER_ALNUM = _TAG_BYTE.copy()
_UPPER_ALNUM[list(b"abcdefghijklmnopqrstuvwxyz")] = True
