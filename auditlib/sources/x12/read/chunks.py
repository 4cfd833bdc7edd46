"""Cut a file into chunks that can be read independently, in bounded memory.

A chunk ends where a transaction starts or, in a transaction larger than a chunk, where a claim starts. Then
the segments that the next claims depend on (group, transaction header, current HL loops) precede the next
chunk as its context, each piece with its position in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from auditlib.errors import BadInputError
from auditlib.sources.x12.read.delimiters import Delimiters, delimiters_at, first_segment
from auditlib.sources.x12.read.line_breaks import unwrapped
from auditlib.sources.x12.read.text_encoding import ONE_BYTE, CharacterFile, TextEncoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

DEFAULT_CHUNK_BYTE_COUNT = 4 << 20
LONGEST_CLAIM_BYTE_COUNT = 64 << 20
"""Longest claim or segment, in bytes."""

_CLAIM_LEVELS = ("20", "22", "23")
# In order of depth: source, receiver, provider, subscriber, dependent.
_STATUS_LEVELS = ("20", "21", "19", "22", "23")
_TAIL_BYTE_COUNT = 1 << 16
_ISA_BYTE_COUNT = 400
_BLANKS = b" \t\r\n\x00\x1a"
_ISA = re.compile(rb"ISA[^A-Za-z0-9 \r\n].{2,10}?[^A-Za-z0-9 \r\n]", re.DOTALL)
_WHOLE_ISA = re.compile(rb"ISA(.).{2}\1.{10}\1.{2}\1.{10}\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of the file with their position."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a file with one set of delimiters; its last piece is new, those before it are context.

    Parameters
    ----------
    continues
        True if the last transaction continues in the next chunk.
    fault
        Why reading stops after this chunk, or None.
    moved
        Places of the line breaks of the last piece that were inside a segment and now follow it.
    encoding
        By which positions are bytes of the file.
    """

    pieces: tuple[Piece, ...]
    delimiters: Delimiters
    continues: bool = False
    fault: str | None = None
    moved: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    encoding: TextEncoding = ONE_BYTE


@dataclass(slots=True)
class _Context:
    """The segments that claims in later chunks depend on."""

    delimiters: Delimiters
    segments: dict[str, Piece] = field(default_factory=dict)

    def pieces(self) -> tuple[Piece, ...]:
        return tuple(self.segments[name] for name in ("GS", "ST", *_STATUS_LEVELS) if name in self.segments)

    def learn(self, data: bytes, offset: int, *, between_transactions: bool) -> None:
        """Update the context from the chunk that ends here."""
        self._learn_segment("GS", data, offset)
        if between_transactions:
            self._forget("ST", *_STATUS_LEVELS)
            return
        low = 0
        start = self._last(data, b"ST", 0)
        if start is not None:
            self._forget(*_STATUS_LEVELS)
            self._hold("ST", data, start, offset, rb"(?:HL|LX|CLM|CLP|INS)")
            low = start
        levels = _STATUS_LEVELS if self._is_status() else _CLAIM_LEVELS
        for number, level in enumerate(levels):
            level_start = self._last_level(data, level.encode(), low)
            if level_start is not None:
                self._forget(*levels[number:])
                self._hold(level, data, level_start, offset, rb"(?:HL|CLM)")
                low = level_start

    def _is_status(self) -> bool:
        """Return True if the open transaction is a 277, which has other levels than an 837."""
        return "ST" in self.segments and self.segments["ST"].data[3:6] == b"277"

    def _learn_segment(self, tag: str, data: bytes, offset: int) -> None:
        start = self._last(data, tag.encode(), 0)
        if start is not None:
            end = data.find(bytes([self.delimiters.terminator]), start) + 1
            self.segments[tag] = Piece(offset + start, data[start:end])

    def _forget(self, *names: str) -> None:
        for name in names:
            self.segments.pop(name, None)

    def _hold(self, name: str, data: bytes, start: int, offset: int, until: bytes) -> None:
        pattern = segment_pattern(self.delimiters, until)
        end = pattern.search(data, start)
        self.segments[name] = Piece(offset + start, data[start : end.start(1) if end else len(data)])

    def _starts_segment(self, data: bytes, position: int) -> bool:
        before = data[max(position - _ISA_BYTE_COUNT, 0) : position]
        terminator = bytes([self.delimiters.terminator])
        return not before or before.rstrip(_BLANKS.replace(terminator, b"")).endswith(terminator)

    def _last(self, data: bytes, tag: bytes, low: int) -> int | None:
        """Return the position of the last segment with this identifier, or None."""
        needle = tag + bytes([self.delimiters.element])
        position = data.rfind(needle, low)
        while position >= 0 and not self._starts_segment(data, position):
            position = data.rfind(needle, low, position)
        return position if position >= 0 else None

    def _last_level(self, data: bytes, level: bytes, low: int) -> int | None:
        """Return the position of the last HL segment of a level, or None."""
        separator, terminator = bytes([self.delimiters.element]), bytes([self.delimiters.terminator])
        best: int | None = None
        for after in (separator, terminator):
            needle = separator + level + after
            position = data.rfind(needle, low if best is None else best)
            while position >= 0:
                start = data.rfind(terminator, 0, position) + 1
                start += len(data[start:position]) - len(data[start:position].lstrip(_BLANKS))
                head = data[start:position]
                if head.startswith(b"HL" + separator) and head.count(separator) == 2:  # noqa: PLR2004 - HL01, HL02
                    best = start if best is None else max(best, start)
                    break
                position = data.rfind(needle, low, position)
        return best


def segment_pattern(delimiters: Delimiters, tags: bytes) -> re.Pattern[bytes]:
    """Return a pattern for segments with one of these identifiers; group 1 starts at the identifier."""
    terminator, element = re.escape(bytes([delimiters.terminator])), re.escape(bytes([delimiters.element]))
    return re.compile(terminator + rb"[ \t\r\n\x00\x1a]*(" + tags + element + rb")")


def read_chunks(path: Path, *, chunk_byte_count: int = DEFAULT_CHUNK_BYTE_COUNT) -> Iterator[Chunk]:
    """Yield the chunks of a file.

    Raises
    ------
    BadInputError
        If the file cannot be opened or is not X12.
    """
    try:
        with path.open("rb") as file:
            yield from _chunks(CharacterFile(file), path.name, chunk_byte_count)
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}."
        raise BadInputError(message) from error


def _chunks(file: CharacterFile, file_name: str, chunk_byte_count: int) -> Iterator[Chunk]:
    block = file.read(chunk_byte_count)
    delimiters, offset = _opening(block, file_name, file.encoding)
    block = block[offset:]
    context = _Context(delimiters)
    at_end = len(block) + offset < chunk_byte_count
    while block:
        limit, changed = _limit(block, context.delimiters, at_end=at_end)
        is_complete = at_end or changed is not None
        text, moved = unwrapped(block[:limit], context.delimiters)
        cut, between = (limit, True) if is_complete else _cut(text, limit, context.delimiters)
        if cut == 0 and len(block) < LONGEST_CLAIM_BYTE_COUNT:
            byte_count = max(chunk_byte_count, len(block))
            more = file.read(byte_count)
            at_end = len(more) < byte_count
            block += more
            continue
        fault = None
        if cut == 0:
            cut = text.rfind(bytes([context.delimiters.terminator])) + 1
            fault = None if cut else f"a segment is longer than {LONGEST_CLAIM_BYTE_COUNT >> 20} MB"
            between = False
        body = Piece(offset, text[:cut] if cut else text[:_ISA_BYTE_COUNT])
        yield Chunk(
            (*context.pieces(), body),
            context.delimiters,
            continues=not between,
            fault=fault,
            moved=moved[moved < cut] + offset,
            encoding=file.encoding,
        )
        if fault:
            return
        if is_complete:
            context = _Context(changed or context.delimiters)
        else:
            context.learn(body.data, offset, between_transactions=between)
        offset += cut
        block = block[cut:]
        if not at_end and len(block) < chunk_byte_count:
            more = file.read(chunk_byte_count)
            at_end = len(more) < chunk_byte_count
            block += more


def _opening(block: bytes, file_name: str, encoding: TextEncoding) -> tuple[Delimiters, int]:
    """Return the delimiters of the file and where its first segment starts."""
    hint = "Expected an X12 file: it starts with ISA, GS or ST and contains 837 or 835 transactions."
    if not block:
        message = f"{file_name} is empty."
        raise BadInputError(message, hint=hint)
    start = first_segment(block[: 1 << 16])
    if start is None:
        message = f"{file_name} is not X12: no ISA, GS or ST segment at its start."
        raise BadInputError(message, hint=hint)
    delimiters = delimiters_at(block, start)
    if delimiters is None:
        kind = "X12" if encoding == ONE_BYTE else "X12 in UTF-16"
        message = f"{file_name} starts like {kind} but its delimiters cannot be determined."
        raise BadInputError(message, hint="Expected 16 elements in ISA, or a second segment after GS or ST.")
    return delimiters, start


def _limit(block: bytes, delimiters: Delimiters, *, at_end: bool) -> tuple[int, Delimiters | None]:
    """Return how much of the block has the current delimiters, and the next ones if they differ."""
    blanks = _BLANKS.replace(bytes([delimiters.terminator]), b"")
    position = 0
    while (position := block.find(b"ISA", position + 1)) >= 0:
        if not _ISA.match(block, position):
            continue
        before = block[max(position - _ISA_BYTE_COUNT, 0) : position].rstrip(blanks)
        if not (before.endswith(bytes([delimiters.terminator])) or _WHOLE_ISA.match(block, position)):
            continue
        if not at_end and len(block) - position < _ISA_BYTE_COUNT:
            return position, None
        changed = delimiters_at(block, position)
        if changed is not None and changed != delimiters:
            return position, changed
    return len(block), None


def _cut(block: bytes, limit: int, delimiters: Delimiters) -> tuple[int, bool]:
    """Return where the chunk ends (0 if nowhere), and whether that is between transactions.

    Transactions without claims are cut at their levels (277) or members (834).
    """
    for tags in (rb"(?:ST|CLM|CLP)", rb"(?:HL|INS)"):
        last = _last_of(block, limit, segment_pattern(delimiters, tags))
        if last is not None:
            return last.start(1), last.group(1)[:2] == b"ST"
    return 0, False


def _last_of(block: bytes, limit: int, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
    """Return the last match, searching growing parts of the block's end."""
    width = _TAIL_BYTE_COUNT
    while True:
        low = max(limit - width, 0)
        last = None
        for match in pattern.finditer(block, low, limit):
            last = match
        if last is not None or low == 0:
            return last
        width *= 4
