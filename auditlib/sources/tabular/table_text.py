"""The bytes of a delimited table as one text: UTF-16 decoded, carriage returns as line ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from auditlib.sources.documents.chart_text import UTF16_MARKS

ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1252": "cp1252",
    "cp850": "cp850",
    "cp437": "cp437",
    "iso-8859-1": "iso-8859-1",
    "mac-roman": "mac-roman",
}
"""Encodings that a mapping may name, with Python's names for them."""

_QUOTE, _LF, _CR, _NUL = 0x22, 0x0A, 0x0D, 0
_SAMPLE: Final = 4_096
_MARK: Final = b"\xef\xbb\xbf"
_SEPARATOR_LINE: Final = re.compile(rb'(?:\xef\xbb\xbf)?"?sep=(.)"?\r?\n', re.IGNORECASE)


def table_text(content: bytes, encoding: str | None = None) -> bytes:
    """Return a table's bytes with lines ended by LF or CRLF, as UTF-8 if they were UTF-16 or of an encoding.

    Parameters
    ----------
    content
        The bytes of the file, or its head.
    encoding
        One of `ENCODINGS`; by default UTF-16 is recognised, and all else is left as it is.

    Notes
    -----
    What cannot be decoded becomes the replacement character. Without an encoding, positions stay those of the
    file unless it is UTF-16.
    """
    decoder = decoder_of(content, encoding)
    if decoder is not None:
        content = content.decode(decoder, errors="replace").removeprefix("\ufeff").encode()
    return _with_line_feeds(content)


def decoder_of(content: bytes, encoding: str | None = None) -> str | None:
    """Return Python's name of the encoding that a table is converted from; None if it is read as it is."""
    decoder = ENCODINGS[encoding] if encoding is not None else _utf_16(content)
    return None if decoder == "utf-8" else decoder


def start_of(content: bytes) -> int:
    """Return where the table begins: after a byte-order mark and a line such as ``sep=;``."""
    if line := _SEPARATOR_LINE.match(content):
        return line.end()
    return len(_MARK) if content.startswith(_MARK) else 0


def stated_separator(content: bytes) -> str | None:
    """Return the separator that a first line such as ``sep=;``, as for Excel, states."""
    line = _SEPARATOR_LINE.match(content)
    return line[1].decode("ascii", errors="ignore") or None if line else None


def _utf_16(content: bytes) -> str | None:
    """Return the form of UTF-16 that content has: by its mark, or by zeros in every other place."""
    if content.startswith(UTF16_MARKS):
        return "utf-16"
    sample = np.frombuffer(content[:_SAMPLE], dtype=np.uint8)
    sample = sample[: len(sample) // 2 * 2].reshape(-1, 2)
    if not len(sample):
        return None
    first, second = (sample == _NUL).mean(axis=0)
    # Latin text has a zero in most of its characters, and never in both bytes.
    if second > 1 / 2 and not first:
        return "utf-16-le"
    return "utf-16-be" if first > 1 / 2 and not second else None


def _with_line_feeds(content: bytes) -> bytes:
    """Return content whose rows end with CR only, as old spreadsheets write, with LF instead."""
    line_end = content.find(b"\n")
    if b"\r" not in content or (line_end >= 0 and content.count(b'"', 0, line_end) % 2 == 0):
        return content
    octets = np.frombuffer(content, dtype=np.uint8)
    quotes = np.flatnonzero(octets == _QUOTE)
    ends = {mark: np.flatnonzero(octets == mark) for mark in (_CR, _LF)}
    is_outside = {mark: np.searchsorted(quotes, places) % 2 == 0 for mark, places in ends.items()}
    if is_outside[_LF].any() or not is_outside[_CR].any():
        return content
    changed = octets.copy()
    changed[ends[_CR][is_outside[_CR]]] = _LF
    return changed.tobytes()
