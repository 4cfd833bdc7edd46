"""How the bytes of an X12 file make characters: one byte each, or two in UTF-16, with or without a mark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import BinaryIO

    import numpy.typing as npt

_UTF_16_UNIT_COUNT = 1 << 16
_NOT_WRITABLE = 0x7F
"""A control character, which the reader replaces and reports, for a character that Windows-1252 lacks."""
_STARTS = (b"ISA", b"GS", b"ST")
_BLANKS = b" \t\r\n"
_SEARCHED_BYTES = 64
# ISA, GS and ST, blanks and line breaks in EBCDIC.
_EBCDIC_STARTS = (b"\xc9\xe2\xc1", b"\xc7\xe2", b"\xe2\xe3")
_EBCDIC_BLANKS = b"\x40\x15\x25\x0d"
_FIRST_NOT_ASCII = 0x80


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """Where the characters of a file start, and how many bytes each has.

    Attributes
    ----------
    first_offset
        Byte of the first character.
    unit_byte_count
        Bytes of each character, 1 or 2.
    is_big_endian
        True if the higher byte of two comes first.
    """

    first_offset: int = 0
    unit_byte_count: int = 1
    is_big_endian: bool = False

    def characters(self, data: bytes) -> bytes:
        """Return one byte for each character: as it is, or from UTF-16 to Windows-1252."""
        if self.unit_byte_count == 1:
            return data
        units = np.frombuffer(
            data, dtype=">u2" if self.is_big_endian else "<u2", count=len(data) // self.unit_byte_count
        )
        return _windows_1252().take(units).tobytes()


ONE_BYTE = TextEncoding()


@lru_cache(maxsize=1)
def _windows_1252() -> npt.NDArray[np.uint8]:
    """Return the Windows-1252 byte of each unit of UTF-16."""
    table = np.full(_UTF_16_UNIT_COUNT, _NOT_WRITABLE, dtype=np.uint8)
    for byte in range(256):
        character = bytes([byte]).decode("cp1252", "ignore")
        table[ord(character) if character else byte] = byte
    return table


def encoding_of(head: bytes) -> TextEncoding:
    """Return the encoding of a file from its first bytes; one byte for each character if it is not UTF-16."""
    for is_big_endian, mark in ((False, b"\xff\xfe"), (True, b"\xfe\xff")):
        first = len(mark) if head.startswith(mark) else 0
        one = TextEncoding(first, 2, is_big_endian)
        text = one.characters(head[first : first + _SEARCHED_BYTES]).lstrip(_BLANKS)
        # Without a mark, text in one byte for each character could be cut in pairs too: look for zeros.
        if text.startswith(_STARTS) and b"\x00" in head[first : first + 2]:
            return one
    return ONE_BYTE


def is_ebcdic_x12(head: bytes) -> bool:
    """Return True if the first bytes are ISA, GS or ST and a separator as EBCDIC writes them."""
    text = head.lstrip(_EBCDIC_BLANKS)
    start = next((one for one in _EBCDIC_STARTS if text.startswith(one)), None)
    if start is None:
        return False
    rest = text[len(start) : _SEARCHED_BYTES]
    # Letters and digits of EBCDIC are above ASCII; its blank is 0x40, and separators lie below.
    above = sum(byte >= _FIRST_NOT_ASCII or byte == _EBCDIC_BLANKS[0] for byte in rest)
    return len(rest) > 1 and 2 * above > len(rest)


class CharacterFile:
    """A file read as characters of one byte, in order or from a byte of the file on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.encoding = encoding_of(file.read(_SEARCHED_BYTES + 2))
        file.seek(self.encoding.first_offset)

    def read(self, character_count: int) -> bytes:
        """Return the next characters, fewer only at the end of the file."""
        return self.encoding.characters(self._file.read(character_count * self.encoding.unit_byte_count))

    def raw(self, offset: int, character_count: int) -> bytes:
        """Return the bytes of the file from an offset on, for so many characters."""
        self._file.seek(offset)
        return self._file.read(character_count * self.encoding.unit_byte_count)
