"""The content of one document: its text, and for a PDF or scan its pages and the file itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from auditlib.sources.documents.chart_text import (
    LARGEST_DOCUMENT,
    LARGEST_SCAN,
    UnreadableError,
    checked_text,
    decoded,
)
from auditlib.sources.documents.clinical_document import looks_like_clinical_document, read_clinical_document
from auditlib.sources.documents.document_pages import Page, read_pages, run_worker
from auditlib.sources.documents.html_text import html_text
from auditlib.sources.documents.word_document import word_document_text

_HEAD_BYTES: Final = 1024
_LARGEST_HTML: Final = 5 * 1024 * 1024
_IMAGES: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
_WORD_TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"

OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
"""First bytes of an Office file that is no ZIP archive: of an older version, or with a password."""


@dataclass(frozen=True, slots=True)
class Original:
    """A PDF or scan as it came, with its pages.

    Attributes
    ----------
    id
        SHA-256 of the file and of the text that was read from it, in hexadecimal.
    """

    id: str
    media_type: str
    content: bytes
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """The text of a document, lines ended by LF, and for a PDF or scan its original."""

    text: str
    original: Original | None = None


def document_content(data: bytes, content_type: str) -> DocumentContent:
    """Return the text of a document, and its pages if it is a PDF or scan.

    Parameters
    ----------
    data
        The bytes of the document.
    content_type
        Its media type, as ``application/pdf`` or ``text/plain; charset=utf-8``. The first bytes take
        precedence: a PDF is recognised whatever type is declared.

    Raises
    ------
    UnreadableError
        If it is empty, too large, encrypted, damaged, or of a type that is not read. Its ``reason`` and
        ``expected`` go into the rejected record; it is an `AuditError` too.
    MissingExtraError
        If reading it needs the extra 'documents' and that is not installed.
    """
    kind = document_kind(data, content_type)
    largest = LARGEST_SCAN if kind in {"PDF", "image"} else LARGEST_DOCUMENT
    if len(data) > largest:
        reason = "the document is too large"
        raise UnreadableError(reason, f"at most {largest // 1024 // 1024} MB in one document")
    if kind in {"PDF", "image"}:
        return _with_pages(data, kind)
    if kind == "clinical document":
        document = read_clinical_document(data)
        if document.attachment is not None:
            return document_content(document.attachment.data, document.attachment.content_type)
        return DocumentContent(checked_text(document.text))
    return DocumentContent(checked_text(_plain_text(data, kind, content_type)))


def _plain_text(data: bytes, kind: str, content_type: str) -> str:
    if kind == "Office file":
        # The name of the stream in which Office encrypts a document.
        is_protected = "EncryptedPackage".encode("utf-16-le") in data
        reason = "the Office file is encrypted" if is_protected else "an old Office file is not read"
        raise UnreadableError(reason, "one without a password, saved as .docx, RTF or PDF")
    readers = {
        "RTF": lambda: run_worker(data, "RTF", ["rtf"]).decode("utf-8", errors="replace"),
        "DOCX": lambda: word_document_text(data),
        "HTML": lambda: _html_text(data),
        "text": lambda: _declared(data, content_type),
    }
    if kind not in readers:
        reason = f"a document of the type {kind} is not read"
        raise UnreadableError(reason, "text, RTF, DOCX, PDF, TIFF, PNG, JPEG, HTML or C-CDA")
    return readers[kind]()


def document_kind(data: bytes, content_type: str) -> str:
    """Return 'PDF', 'image', 'RTF', 'DOCX', 'clinical document', 'HTML' or 'text', or else the media type."""
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    declared_type = content_type.partition(";")[0].strip().lower()
    kinds = (
        ("PDF", b"%PDF-" in data[:_HEAD_BYTES] and not head.startswith(b"<")),
        ("image", image_type(data) is not None),
        ("RTF", head.startswith(b"{\\rtf")),
        ("DOCX", data.startswith(b"PK\x03\x04") or declared_type.startswith(_WORD_TYPES)),
        ("Office file", data.startswith(OLD_OFFICE)),
        ("clinical document", looks_like_clinical_document(data[: 16 * _HEAD_BYTES])),
        ("HTML", looks_like_html(head) or declared_type in {"text/html", "application/xhtml+xml"}),
        ("text", declared_type.startswith("text/") and declared_type not in {"text/xml", "text/rtf"}),
    )
    return next((kind for kind, is_it in kinds if is_it), declared_type or "text")


def image_type(data: bytes) -> str | None:
    """Return the media type of a TIFF, PNG or JPEG by its first bytes, else None."""
    return next((kind for magic, kind in _IMAGES.items() if data.startswith(magic)), None)


def looks_like_html(head: bytes) -> bool:
    """Return True if the head of a file is that of an HTML page."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith((b"<!doctype html", b"<html"))


def _with_pages(data: bytes, kind: str) -> DocumentContent:
    text, pages = read_pages(data, kind)
    text = checked_text(text)
    original_id = hashlib.sha256(data + b"\0" + text.encode()).hexdigest()
    media_type = "application/pdf" if kind == "PDF" else image_type(data) or "application/octet-stream"
    return DocumentContent(text, Original(original_id, media_type, data, pages))


def _html_text(data: bytes) -> str:
    if len(data) > _LARGEST_HTML:
        reason = "the HTML is too large"
        raise UnreadableError(reason, f"at most {_LARGEST_HTML // 1024 // 1024} MB of HTML")
    return html_text(decoded(data))


def _declared(data: bytes, content_type: str) -> str:
    """Decode plain text by its declared character set if that works, else by its bytes."""
    _, _, charset = content_type.lower().partition("charset=")
    if charset and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(charset.split(";")[0].strip(" \"'"))
        except (LookupError, UnicodeDecodeError, ValueError):
            return decoded(data)
    return decoded(data)
