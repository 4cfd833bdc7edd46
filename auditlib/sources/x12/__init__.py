"""X12: reading 837 claims, 835 remittances and acknowledgments into core tables, and writing 837 claims."""

from __future__ import annotations

from auditlib.sources.x12.read.delimiters import first_segment
from auditlib.sources.x12.read.not_taken import elements_not_taken
from auditlib.sources.x12.read.passages import Passage, Place, read_passages
from auditlib.sources.x12.read.reader import read_x12
from auditlib.sources.x12.read.text_encoding import encoding_of, is_ebcdic_x12

__all__ = [
    "Passage",
    "Place",
    "elements_not_taken",
    "is_ebcdic_x12",
    "is_utf_16_x12",
    "looks_like_x12",
    "read_passages",
    "read_x12",
]

_HEAD_BYTE_COUNT = 1 << 16


def looks_like_x12(head: bytes) -> bool:
    """Return True if the head of a file is X12: ISA, GS or ST at its start, or an ISA after other bytes."""
    encoding = encoding_of(head)
    return first_segment(encoding.characters(head[encoding.first_offset : _HEAD_BYTE_COUNT])) is not None


def is_utf_16_x12(head: bytes) -> bool:
    """Return True if the head of a file is X12 in two bytes for each character."""
    return encoding_of(head).unit_byte_count > 1 and looks_like_x12(head)
