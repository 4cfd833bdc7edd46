"""X12 as arrays: where each segment, element and component of a chunk starts and ends.

Nothing is copied. Values of up to eight bytes are read as one number each, through overlapping views of the
bytes.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.sources.currency import US_DOLLARS

if TYPE_CHECKING:
    from auditlib.sources.x12.read.chunks import Chunk

Rows: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.uint32]
Words: TypeAlias = npt.NDArray[np.uint64]
Mask: TypeAlias = npt.NDArray[np.bool_]

PADDING = 32
"""Zero bytes after the last byte, so that a view of any byte of a value lies inside."""

_BLANK = np.zeros(256, dtype=np.bool_)
_BLANK[[0, 9, 10, 13, 26, 32]] = True
_TAG_BYTE = np.zeros(256, dtype=np.bool_)
_TAG_BYTE[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] = True
_TAG_PAIR = (_TAG_BYTE[:, None] & _TAG_BYTE[None, :]).ravel()
_THIRD_TAG_BYTE = _TAG_BYTE | (np.arange(256) == 0)
_VALUE_BYTE = _TAG_BYTE.copy()
_VALUE_BYTE[list(b"abcdefghijklmnopqrstuvwxyz")] = True
_SPACE, _DELETE, _LETTER_COUNT = 32, 127, 26
_LINE_BREAK = np.isin(np.arange(256), [10, 13])
_BLANK_STEPS = 16
_FIRST_NOT_ASCII = 128
_FAR = np.int64(1) << 62
_CODE_LENGTH = 4
_CODE_MASK = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0], dtype=np.uint32)
_WORD = 8
_USUAL_COMPONENTS = 2
_SAMPLED_COMPOSITES = 1000
_WORD_MASK = np.array([(1 << (8 * length)) - 1 for length in range(9)], dtype=np.uint64)
_ONES, _TOPS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_LETTER_BIT_IN_WORD = np.uint64(0x2020202020202020)
_LETTER_BITS = np.uint32(0x20202020)
# Element whose first component break shows the component separator in use.
_COMPOSITES = (("CLM", 5), ("HI", 1), ("SV1", 1), ("SV2", 2), ("SV3", 1), ("SVC", 1), ("STC", 1))


def packed(text: str) -> int:
    """Return a code of up to four characters as the number that `Segments.code` returns."""
    return int.from_bytes(text.encode("ascii"), "little")


@dataclass(frozen=True, slots=True)
class Field:
    """One element or component of many segments: byte positions, empty if it is absent."""

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
        """Return this field where the condition is true, else the other."""
        return Field(np.where(condition, self.start, other.start), np.where(condition, self.end, other.end))


class Composite:
    """Components of one composite of many segments."""

    def __init__(self, field: Field, breaks: Rows) -> None:
        self._field = field
        self._breaks = breaks
        self._first = np.searchsorted(breaks, field.start)

    @cached_property
    def most(self) -> int:
        """The most components that any of them has."""
        return int((np.searchsorted(self._breaks, self._field.end) - self._first).max(initial=0)) + 1

    def __getitem__(self, number: int) -> Field:
        """Return a component, counted from 1."""
        start, end = self._field.start, self._field.end
        if number > _USUAL_COMPONENTS and number > self.most:
            return Field(start, start)
        if number > 1:
            start = np.minimum(self._breaks.take(self._first + (number - 2), mode="clip") + 1, end)
        return Field(start, np.minimum(self._breaks.take(self._first + (number - 1), mode="clip"), end))


class Segments:
    """The segments of a chunk, those of its context first.

    Attributes
    ----------
    data
        The bytes, with `PADDING`.
    buffer
        The bytes as an array.
    start
        Start of each segment.
    count
        Number of elements of each segment, including the identifier.
    tag
        Segment identifier as a number (see `packed`), 0 if invalid.
    context_count
        Number of context segments at the start.
    unterminated
        Start of the last bytes if they lack a terminator, else None.
    """

    def __init__(self, chunk: Chunk) -> None:
        self.data = b"".join((*(piece.data for piece in chunk.pieces), bytes(PADDING)))
        self.delimiters = chunk.delimiters
        self.buffer = np.frombuffer(self.data, dtype=np.uint8)
        lengths = np.array([len(piece.data) for piece in chunk.pieces], dtype=np.int64)
        self._piece_start = np.cumsum(lengths) - lengths
        self._piece_shift = (
            np.array([piece.offset for piece in chunk.pieces], dtype=np.int64) - self._piece_start
        )

        self._moved = chunk.moved
        self.encoding = chunk.encoding

        ends_segment = self.buffer == chunk.delimiters.terminator
        cut_here = self.buffer == chunk.delimiters.element
        np.logical_or(cut_here, ends_segment, out=cut_here)
        cut = np.flatnonzero(cut_here)
        last = np.flatnonzero(ends_segment.take(cut))
        first = np.empty_like(last)
        start = np.empty_like(last)
        terminator = cut.take(last)
        if len(last):
            first[0] = start[0] = 0
            np.add(last[:-1], 1, out=first[1:])
            np.add(terminator[:-1], 1, out=start[1:])
        tag_end = cut.take(first)
        start = self._skip_blanks(start, tag_end)
        self._end = int(terminator[-1]) + 1 if len(terminator) else 0
        self.unterminated = self._remainder(self._end)
        count = last - first + 1
        empty = (tag_end <= start) & (count == 1)
        if empty.any():
            start, first, count, tag_end = start[~empty], first[~empty], count[~empty], tag_end[~empty]
        self.start: Rows = start
        self.count: Rows = count
        self._first: Rows = first
        self._cut: Rows = self._without_carriage_returns(cut, terminator)
        self.tag = self._tags(tag_end)
        self.context_count = int(np.searchsorted(start, self._piece_start[-1]))
        self._rows: dict[str, Rows] = {}
        self._codes: dict[tuple[str, int], Codes] = {}
        self._located: dict[int, tuple[Rows, Rows, Rows]] = {}

    def __len__(self) -> int:
        return len(self.start)

    def only(self, mask: Mask) -> Segments:
        """Return the same segments, where those outside the mask never match a search."""
        restricted = copy.copy(self)
        tag = np.where(mask, self.tag, np.uint32(0))
        vars(restricted).update(tag=tag, _rows={}, _codes={}, _located={})
        return restricted

    @property
    def body_start(self) -> int:
        """Start of the chunk's own bytes, after its context."""
        return int(self._piece_start[-1])

    @property
    def body_end(self) -> int:
        """End of the chunk's own bytes."""
        return len(self.data) - PADDING

    def _skip_blanks(self, start: Rows, end: Rows) -> Rows:
        blank = _BLANK.copy()
        blank[[self.delimiters.element, self.delimiters.terminator]] = False
        byte = self.buffer.take(start)
        self._line_breaks = start[_LINE_BREAK.take(byte) & blank.take(byte)]
        start = start + blank.take(byte)
        pending = np.flatnonzero(blank.take(self.buffer.take(start, mode="clip")))
        for _ in range(_BLANK_STEPS):
            if not len(pending):
                return np.minimum(start, end)
            start[pending] += 1
            pending = pending[blank[self.buffer.take(start.take(pending), mode="clip")]]
        if len(pending):
            solid = np.append(np.flatnonzero(~blank[self.buffer]), _FAR)
            start[pending] = solid[np.searchsorted(solid, start[pending])]
        return np.minimum(start, end)

    def _remainder(self, start: int) -> int | None:
        rest = self.data[start:-PADDING]
        stripped = rest.lstrip(b" \t\r\n\x00\x1a")
        return start + len(rest) - len(stripped) if stripped else None

    def _without_carriage_returns(self, cut: Rows, terminator: Rows) -> Rows:
        """Return the cuts, moved before a carriage return if line feeds end segments."""
        if self.delimiters.terminator == ord("\n") and len(terminator):
            before = self.buffer.take(np.maximum(terminator - 1, 0)) == ord("\r")
            shift = np.zeros(len(self.buffer), dtype=np.bool_)
            shift[terminator[before]] = True
            return cut - shift[cut]
        return cut

    @cached_property
    def _fours(self) -> Codes:
        return np.ndarray((len(self.data) - 3,), dtype="<u4", buffer=self.data, strides=(1,))

    @cached_property
    def _eights(self) -> Words:
        return np.ndarray((len(self.data) - 7,), dtype="<u8", buffer=self.data, strides=(1,))

    def words(self, position: Rows) -> Words:
        """Return the eight bytes from each position as one number, the first byte lowest."""
        return self._eights[position]

    def _tags(self, end: Rows) -> Codes:
        length = end - self.start
        tag = self._fours[self.start] & _CODE_MASK.take(length, mode="clip")
        valid = (length == 2) | (length == 3)  # noqa: PLR2004 - identifiers have two or three characters
        valid &= _TAG_PAIR.take(tag & 0xFFFF) & _THIRD_TAG_BYTE.take((tag >> 16) & 0xFF)
        tag[~valid] = 0
        return tag

    def rows(self, *tags: str) -> Rows:
        """Return the positions of segments with one of these identifiers, in file order."""
        if len(tags) == 1:
            if tags[0] not in self._rows:
                self._rows[tags[0]] = np.flatnonzero(self.tag == packed(tags[0]))
            return self._rows[tags[0]]
        return np.sort(np.concatenate([self.rows(tag) for tag in tags]), kind="stable")

    def offset(self, rows: Rows) -> Rows:
        """Return the byte of the file at which each of these segments starts."""
        return self.file_offset(self.start.take(rows))

    @property
    def is_wrapped(self) -> bool:
        """True if line breaks inside segments of the chunk's own bytes were moved behind them."""
        return len(self._moved) > 0

    def wrapped_segments(self) -> Rows:
        """Return the positions of the chunk's own segments that had a line break inside, in file order."""
        starts = self.start + int(self._piece_shift[-1])
        starts[: self.context_count] = -1
        rows: Rows = np.unique(np.searchsorted(starts, self._moved) - 1)
        return rows[rows >= self.context_count]

    def file_offset(self, position: Rows) -> Rows:
        """Return the position in the file of each byte of the buffer."""
        body = int(self._piece_start[-1])
        if not len(position) or int(position.min()) >= body:
            place = position + int(self._piece_shift[-1])
        else:
            place = (
                position + self._piece_shift[np.searchsorted(self._piece_start, position, side="right") - 1]
            )
        if self.is_wrapped:
            place = place + self._breaks_before(position, place)
        if self.encoding.unit_byte_count == 1:
            return place
        return place * self.encoding.unit_byte_count + self.encoding.first_offset

    def _breaks_before(self, position: Rows, place: Rows) -> Rows:
        """Return how many line breaks were moved from between the start of its segment and each byte."""
        # What follows the last terminator is as in the file.
        starts = np.append(self.start, self._end)
        index = np.searchsorted(starts, position, side="right") - 1
        start = place - position + np.where(index < 0, position, starts.take(index, mode="clip"))
        first = np.searchsorted(self._moved, start)
        order = np.arange(len(self._moved), dtype=np.int64)
        between = np.searchsorted(self._moved - order, place - first, side="right") - first
        return np.where(index == len(starts) - 1, 0, between)

    def element(self, rows: Rows, number: int | Rows) -> Field:
        """Return an element of each segment, empty for position -1; the number may differ by segment."""
        first, count = self._places(rows)
        at = first + (number - 1)
        absent = count <= number
        start = self._cut.take(at, mode="clip") + 1
        end = self._cut.take(at + 1, mode="clip")
        np.copyto(end, start, where=absent)
        return Field(start, end)

    def _places(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return first delimiter and number of elements of each segment, cached by array."""
        known = self._located.get(id(rows))
        if known is None or known[0] is not rows:
            count = np.where(rows < 0, 0, self.count.take(rows, mode="clip"))
            known = (rows, self._first.take(rows, mode="clip"), count)
            self._located[id(rows)] = known
        return known[1], known[2]

    def composite(self, field: Field) -> Composite:
        """Return the components of an element."""
        return Composite(field, self._breaks)

    @cached_property
    def _breaks(self) -> Rows:
        return np.append(np.flatnonzero(self.buffer == self.component_separator), _FAR)

    @cached_property
    def bytes_series(self) -> pl.Series:
        """Return the bytes as one value, from which polars slices text."""
        return pl.Series("bytes", [self.data])

    @cached_property
    def is_utf8(self) -> bool:
        """True if every value is valid UTF-8."""
        if self.data.isascii():
            return True
        cuts = (self.delimiters.element, self.component_separator, self.delimiters.terminator)
        try:
            self.data.decode()
        except UnicodeDecodeError:
            return False
        return all(cut < _FIRST_NOT_ASCII for cut in cuts)

    @cached_property
    def _loose(self) -> Rows:
        """Positions of blanks and control characters, without line breaks after segments."""
        is_loose = (self.buffer <= _SPACE) | (self.buffer == _DELETE)
        is_loose[self._line_breaks] = False
        is_loose = np.flatnonzero(is_loose[: self.body_end])
        # Blanks after the last segment are not part of a value.
        return is_loose[: np.searchsorted(is_loose, self._end)]

    @cached_property
    def may_hold_controls(self) -> bool:
        """False if no value contains a control character; line breaks after segments do not count."""
        if not self.data.isascii():
            return True
        controls = self._loose[self.buffer.take(self._loose) != _SPACE]
        byte, before = self.buffer.take(controls), self.buffer.take(np.maximum(controls - 1, 0))
        cuts = (self.delimiters.terminator, self.delimiters.element, self.delimiters.component)
        is_inside_value = ~np.isin(byte, cuts)
        is_inside_value &= ~_LINE_BREAK.take(byte) | ~(_LINE_BREAK.take(before) | (before == cuts[0]))
        return bool(is_inside_value.any())

    @cached_property
    def may_hold_padding(self) -> bool:
        """False if no value starts or ends with a blank."""
        if self.delimiters.terminator <= _SPACE:
            return True
        is_cut = np.zeros(256, dtype=np.bool_)
        is_cut[[self.delimiters.terminator, self.delimiters.element, self.component_separator]] = True
        before, after = self.buffer.take(np.maximum(self._loose - 1, 0)), self.buffer.take(self._loose + 1)
        return bool((is_cut.take(before) | is_cut.take(after)).any())

    @cached_property
    def _may_hold_small_letters(self) -> bool:
        return bool(((self.buffer - np.uint8(ord("a"))) < _LETTER_COUNT).any())

    @cached_property
    def component_separator(self) -> int:
        """The component separator of this chunk: ISA16, unless a sample of composites uses another."""
        declared = self.delimiters.component
        votes = np.zeros(256, dtype=np.int64)
        for tag, number in _COMPOSITES:
            rows = self.rows(tag)
            field = self.element(rows[:: len(rows) // _SAMPLED_COMPOSITES + 1], number)
            position, end = field.start, field.end
            for _ in range(_CODE_LENGTH):
                position = position + (_VALUE_BYTE[self.buffer.take(position)] & (position < end))
            sampled = self.buffer.take(position[position < end])
            votes += np.bincount(sampled[~_VALUE_BYTE[sampled]], minlength=256)
        votes[list(b" .-")] = 0
        if not votes.any() or votes[declared] * 2 >= votes.sum():
            return declared
        return int(votes.argmax())

    def code(self, field: Field) -> Codes:
        """Return a value of up to four characters as a number, upper-case; 0 if longer."""
        length = field.end - field.start
        value = self._fours[field.start] & _CODE_MASK.take(length, mode="clip")
        upper: Codes = value ^ (value & (value >> np.uint32(1)) & _LETTER_BITS)
        return upper

    def is_other_currency(self, rows: Rows) -> Mask:
        """Return which CUR segments name another currency than US dollars; position -1 names none."""
        code = self.code(self.element(rows, 2))
        is_other: Mask = (code != 0) & (code != packed(US_DOLLARS))
        return is_other

    def digits_and_one(self, field: Field) -> Mask:
        """Return which fields are four digits and a digit or letter."""
        word = self.words(field.start)
        nibbles, zeros, sixes = np.uint64(0xF0F0F0F0), np.uint64(0x30303030), np.uint64(0x06060606)
        digits = ((word & nibbles) == zeros) & (((word + sixes) & nibbles) == zeros)
        last = _VALUE_BYTE.take(((word >> np.uint64(32)) & np.uint64(0xFF)).astype(np.int64))
        matches: Mask = digits & last & (field.end - field.start == _CODE_LENGTH + 1)
        return matches

    def lacks(self, field: Field, *characters: str) -> bool:
        """Return True if the field has none of the characters; False may mean that it was not searched."""
        length = field.end - field.start
        if int(length.max(initial=0)) > _WORD:
            return False
        word = self.words(field.start) & _WORD_MASK.take(length)
        for character in characters:
            difference = word ^ (_ONES * np.uint64(ord(character)))
            if ((difference - _ONES) & ~difference & _TOPS).any():
                return False
        return True

    def lacks_small_letters(self, field: Field) -> bool:
        """Return True if the field has no lower-case letter; False may mean that it was not searched."""
        if not self._may_hold_small_letters:
            return True
        length = field.end - field.start
        if int(length.max(initial=0)) > _WORD:
            return False
        word = self.words(field.start) & _WORD_MASK.take(length)
        return not (word & (word >> np.uint64(1)) & _LETTER_BIT_IN_WORD).any()

    def qualified(self, tag: str, *qualifiers: str, number: int = 1) -> Rows:
        """Return the positions of segments with this identifier and one of the qualifiers in an element."""
        rows = self.rows(tag)
        if (tag, number) not in self._codes:
            self._codes[tag, number] = self.code(self.element(rows, number))
        codes = self._codes[tag, number]
        matches = codes == packed(qualifiers[0])
        for qualifier in qualifiers[1:]:
            matches |= codes == packed(qualifier)
        selected: Rows = rows[matches]
        return selected
