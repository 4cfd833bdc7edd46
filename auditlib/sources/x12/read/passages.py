"""Reread the bytes of one claim or claim payment from its file, with the loops above it.

Only the parts that are needed are read: the headers, the hierarchical levels (found backwards from the
claim), and the claim itself.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditlib.errors import BadInputError
from auditlib.sources.x12.read.chunks import LONGEST_CLAIM_BYTE_COUNT, segment_pattern
from auditlib.sources.x12.read.delimiters import Delimiters, delimiters_at
from auditlib.sources.x12.read.line_breaks import unwrapped
from auditlib.sources.x12.read.text_encoding import CharacterFile

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK_BYTE_COUNT = 1 << 18
_HEAD_BYTE_COUNT = 1 << 13
_OVERLAP = 1 << 10
_OPENING_COUNT = 16
_ENVELOPE = rb"ISA|IEA|GS|GE|ST|SE"
_AFTER_CLAIM = rb"(?:CLM|HL|" + _ENVELOPE + rb")"
_AFTER_PAYMENT = rb"(?:CLP|LX|PLB|" + _ENVELOPE + rb")"
_ANY = rb"(?:[A-Z][A-Z0-9]{1,2})"
_SUBSCRIBER, _PATIENT = b"22", b"23"
_LEVELS = {b"": "header number", b"20": "billing provider", _SUBSCRIBER: "subscriber", _PATIENT: "patient"}
_HIGHEST = frozenset((b"", b"20"))


@dataclass(frozen=True, slots=True)
class Passage:
    """One part of the file: a header, a level, or the claim itself.

    Attributes
    ----------
    part
        interchange, group, transaction, billing provider, subscriber, patient, header number, claim or claim
        payment.
    source_offset
        Position of the first byte in the file.
    data
        The bytes of the file up to the next segment, including line breaks.
    text
        The same as one byte for each character, line breaks inside segments moved behind them.
    terminator
        The segment terminator.
    """

    part: str
    source_offset: int
    data: bytes
    text: bytes
    terminator: bytes

    @property
    def segments(self) -> tuple[bytes, ...]:
        """The segments without terminators and line breaks."""
        breaks = b"\r\n".replace(self.terminator, b"")
        cut = (segment.strip(b" \t\r\n\x00\x1a") for segment in self.text.split(self.terminator))
        return tuple(segment.translate(None, breaks) for segment in cut if segment)


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a claim or claim payment in its file.

    Attributes
    ----------
    source_offset
        Position of its CLM or CLP segment.
    opening_offset
        Position of its ISA or, in a file without ISA, of the first GS or ST, which defines the delimiters.
    group_offset, transaction_offset
        Positions of its GS and ST, or None.
    byte_count, sha256
        Size and hash of the file when it was loaded.
    """

    source_offset: int
    opening_offset: int
    group_offset: int | None
    transaction_offset: int
    byte_count: int
    sha256: str


def read_passages(path: Path, place: Place) -> tuple[Passage, ...]:
    """Return a claim or claim payment with the headers and levels above it, in file order.

    Raises
    ------
    BadInputError
        If the file was moved or changed since it was loaded.
    """
    hint = (
        f"Expected the file that was loaded, with SHA-256 {place.sha256[:16]}; restore it, or load it again."
    )
    try:
        with path.open("rb") as file:
            is_changed = file.seek(0, 2) != place.byte_count
            file.seek(0)
            if is_changed or hashlib.file_digest(file, "sha256").hexdigest() != place.sha256:
                message = f"{path} was changed since it was loaded."
                raise BadInputError(message, hint=hint)
            file.seek(0)
            return _Reading(CharacterFile(file), place).passages()
    except OSError as error:
        message = f"{path} can no longer be read: {error.strerror}."
        raise BadInputError(message, hint=hint) from error


class _Reading:
    """One open file and the requested place."""

    def __init__(self, file: CharacterFile, place: Place) -> None:
        self._file = file
        self._place = place
        self._unit = file.encoding.unit_byte_count
        head = file.encoding.characters(file.raw(place.opening_offset, _HEAD_BYTE_COUNT))
        delimiters = delimiters_at(head, 0)
        if delimiters is None:
            message = f"The delimiters at byte {place.opening_offset:,} can no longer be determined."
            raise BadInputError(message, hint="Load the file again.")
        self._delimiters: Delimiters = delimiters

    def passages(self) -> tuple[Passage, ...]:
        place = self._place
        opening = self._file.encoding.characters(self._file.raw(place.source_offset, _OPENING_COUNT))
        is_payment = opening.translate(None, b"\r\n").startswith(b"CLP")
        headers = {place.opening_offset: "interchange"}
        if place.group_offset is not None:
            headers[place.group_offset] = "group"
        starts = {offset: part for offset, part in headers.items() if offset < place.transaction_offset}
        result = [self._until(part, offset, _ANY) for offset, part in sorted(starts.items())]
        after = _AFTER_PAYMENT if is_payment else _AFTER_CLAIM
        result.append(self._until("transaction", place.transaction_offset, after))
        result += [self._until(part, offset, after) for offset, part in self._levels(is_payment=is_payment)]
        part = "claim payment" if is_payment else "claim"
        return (*result, self._until(part, place.source_offset, after))

    def _levels(self, *, is_payment: bool) -> list[tuple[int, str]]:
        """Return the offsets of the levels above the claim, highest first."""
        place, pattern = self._place, self._level_pattern(is_payment=is_payment)
        levels: dict[bytes, int] = {}
        low = place.source_offset
        while low > place.transaction_offset and levels.keys().isdisjoint(_HIGHEST):
            high, low = low, max(low - _BLOCK_BYTE_COUNT, place.transaction_offset)
            byte_count = min(high + _OVERLAP, place.source_offset) - low
            block = self._text(self._file.raw(low, byte_count // self._unit))
            for match in reversed(list(pattern.finditer(block))):
                level = match.group(2)
                # A dependent before the subscriber belongs to another subscriber.
                if level not in levels and not (level == _PATIENT and _SUBSCRIBER in levels):
                    levels[level] = low + match.start(1) * self._unit
                if level in _HIGHEST:
                    break
        return sorted((offset, _LEVELS[level]) for level, offset in levels.items())

    def _level_pattern(self, *, is_payment: bool) -> re.Pattern[bytes]:
        """Return a pattern for segments that open a level; group 2 is the level code, empty for an LX."""
        element, terminator = (
            re.escape(bytes([one])) for one in (self._delimiters.element, self._delimiters.terminator)
        )
        value = rb"[^" + element + terminator + rb"]*" + element
        opens = rb"(LX" + element + rb")()" if is_payment else rb"(HL" + element + 2 * value + rb"(20|22|23))"
        return re.compile(terminator + rb"[ \t\r\n\x00\x1a]*" + opens + rb"(?![A-Za-z])")

    def _until(self, part: str, offset: int, after: bytes) -> Passage:
        """Return the bytes from a segment to the next one with one of the identifiers, or to the end."""
        pattern = segment_pattern(self._delimiters, after)
        size = _HEAD_BYTE_COUNT
        while True:
            data = self._file.raw(offset, size)
            text = self._text(data)
            match = pattern.search(text)
            if match is not None or len(text) < size or size >= LONGEST_CLAIM_BYTE_COUNT:
                end = len(text) if match is None else match.start(1)
                terminator = bytes([self._delimiters.terminator])
                return Passage(part, offset, data[: end * self._unit], text[:end], terminator)
            size *= 4

    def _text(self, data: bytes) -> bytes:
        """Return the bytes of the file as characters, without line breaks inside segments."""
        return unwrapped(self._file.encoding.characters(data), self._delimiters)[0]
