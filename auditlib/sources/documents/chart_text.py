"""Bytes and JSON of chart files: decoded and bounded in size, or rejected with a reason."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError

LARGEST_DOCUMENT: Final = 20 * 1024 * 1024
"""Largest document that is read, in bytes; larger ones are rejected unread."""

LARGEST_SCAN: Final = 100 * 1024 * 1024
"""The same for a PDF or scan, most of whose bytes are pictures."""


UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableError(BadInputError):
    """Why a record is rejected, and what was expected; readers catch it and go on."""

    def __init__(self, reason: str, expected: str) -> None:
        super().__init__(reason, hint=expected)
        self.reason = reason
        self.expected = expected


def document_bytes(path: Path) -> bytes:
    """Return the bytes of a document's file.

    Raises
    ------
    UnreadableError
        If it is absent, larger than any document may be, or cannot be opened.
    """
    if not path.is_file():
        reason = "the file does not exist"
        raise UnreadableError(reason, "a text file beside encounter.json")
    if path.stat().st_size > LARGEST_SCAN:
        raise _too_large(LARGEST_SCAN)
    try:
        return path.read_bytes()
    except OSError as error:
        reason = "the file cannot be opened"
        raise UnreadableError(reason, "a file that may be read") from error


def decoded(content: bytes) -> str:
    """Return bytes as text: UTF-16 if they begin with its byte-order mark, else UTF-8, else Windows-1252.

    Raises
    ------
    UnreadableError
        If they are none of these, or hold NUL bytes as binary files do.
    """
    if content.startswith(UTF16_MARKS):
        encodings = ["utf-16"]
    else:
        encodings = [] if b"\0" in content else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    reason = "the file is not text in a known encoding"
    raise UnreadableError(reason, "UTF-8 text (Windows-1252, and UTF-16 with its mark, are understood)")


def parsed_object(text: str) -> dict[str, object]:
    """Return the JSON object in a text; numbers stay text.

    Raises
    ------
    UnreadableError
        If it is not one, or holds text that no encoding can store.
    """
    try:
        value = json.loads(text, parse_float=str, parse_int=str)
        if "\\u" in text:
            # An unpaired surrogate passes the parser and fails only when it is stored.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = "it is not JSON"
        raise UnreadableError(reason, "one JSON object") from error
    if not isinstance(value, dict):
        reason = "it is not a JSON object"
        raise UnreadableError(reason, "one JSON object")
    return value


def text_or_none(record: Mapping[str, object], key: str) -> str | None:
    """Return a text value, stripped; None if it is absent, null or blank.

    Raises
    ------
    UnreadableError
        If it is something else.
    """
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        reason = f"{key} is not text"
        raise UnreadableError(reason, f"{key} as text")
    return value.strip() or None


def checked_text(text: str) -> str:
    """Return a document's text, lines ended by LF.

    Raises
    ------
    UnreadableError
        If it is empty, too large or holds NUL characters.
    """
    if not text.strip():
        reason = "the document is empty"
        raise UnreadableError(reason, "a document with text")
    # Bytes are counted only if the number of characters makes it possible that there are too many.
    if len(text) * 4 > LARGEST_DOCUMENT and len(text.encode("utf-8")) > LARGEST_DOCUMENT:
        raise _too_large(LARGEST_DOCUMENT)
    if "\0" in text:
        reason = "the document holds NUL characters"
        raise UnreadableError(reason, "plain text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _too_large(largest: int) -> UnreadableError:
    return UnreadableError(
        "the document is too large", f"at most {largest // 1024 // 1024} MB in one document"
    )
