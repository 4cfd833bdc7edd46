"""The text of one document: plain text, RTF, PDF, HTML or C-CDA."""

from __future__ import annotations

import html.parser
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from auditlib.errors import MissingExtraError
from auditlib.sources.documents import text_worker
from auditlib.sources.documents.chart_text import LARGEST_DOCUMENT, UnreadableError, checked_text, decoded
from auditlib.sources.documents.clinical_document import looks_like_clinical_document, read_clinical_document

LONGEST_READING_SECONDS: Final = 60
"""Time limit for reading a PDF or RTF."""

EXTRA: Final = "documents"
_MODULES: Final = {"pdf": "pypdf", "rtf": "striprtf"}
_HEAD_BYTES: Final = 1024
_BLOCKS: Final = re.compile(
    "address|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tr|ul", re.IGNORECASE
)
_UNSHOWN: Final = frozenset({"script", "style", "head", "title", "template"})
_LARGEST_HTML: Final = 5 * 1024 * 1024


def document_text(data: bytes, content_type: str) -> str:
    """Return the text of a document, lines ended by LF.

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
        If it is empty, too large, encrypted, damaged, a scan without text, or of a type that is not read. Its
        ``reason`` and ``expected`` go into the rejected record; it is an `AuditError` too.
    MissingExtraError
        If reading it needs the extra 'documents' and that is not installed.
    """
    kind = document_kind(data, content_type)
    if len(data) > LARGEST_DOCUMENT:
        reason = "the document is too large"
        raise UnreadableError(reason, f"at most {LARGEST_DOCUMENT // 1024 // 1024} MB in one document")
    if kind in _MODULES:
        return checked_text(_read_apart(data, kind))
    if kind == "clinical document":
        document = read_clinical_document(data)
        if document.attachment is None:
            return checked_text(document.text)
        return document_text(document.attachment.data, document.attachment.content_type)
    if kind == "html":
        return checked_text(_html_text(data))
    if kind == "text":
        return checked_text(_declared(data, content_type))
    reason = f"a document of the type {kind} is not read"
    raise UnreadableError(reason, "text, RTF, PDF with text, HTML or C-CDA")


def document_kind(data: bytes, content_type: str) -> str:
    """Return 'pdf', 'rtf', 'clinical document', 'html' or 'text', or else the media type."""
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    declared_type = content_type.partition(";")[0].strip().lower()
    if b"%PDF-" in data[:_HEAD_BYTES] and not head.startswith(b"<"):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if looks_like_clinical_document(data[: 16 * _HEAD_BYTES]):
        return "clinical document"
    if head[:14].lower().startswith((b"<!doctype html", b"<html")) or declared_type in {
        "text/html",
        "application/xhtml+xml",
    }:
        return "html"
    return (
        "text"
        if declared_type.startswith("text/") and declared_type not in {"text/xml", "text/rtf"}
        else declared_type or "text"
    )


def _declared(data: bytes, content_type: str) -> str:
    """Decode plain text by its declared character set if that works, else by its bytes."""
    _, _, charset = content_type.lower().partition("charset=")
    if charset and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(charset.split(";")[0].strip(" \"'"))
        except (LookupError, UnicodeDecodeError, ValueError):
            return decoded(data)
    return decoded(data)


def _read_apart(data: bytes, kind: str) -> str:
    """Read a PDF or RTF in another process, since a hostile one may take all time and memory."""
    name = kind.upper()
    if find_spec(_MODULES[kind]) is None:
        purpose = f"Reading {name} documents"
        raise MissingExtraError(purpose, EXTRA)
    command = [sys.executable, "-P", str(Path(text_worker.__file__)), kind]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the document comes by standard input
            command, input=data, capture_output=True, timeout=LONGEST_READING_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        reason = f"the {name} takes longer than {LONGEST_READING_SECONDS} seconds to read"
        raise UnreadableError(reason, f"a plain {name}, or the document as text") from error
    if done.returncode == text_worker.DONE:
        return done.stdout.decode("utf-8", errors="replace")
    raise _REFUSALS.get(done.returncode, _broken)(name)


def _broken(name: str) -> UnreadableError:
    return UnreadableError(f"the {name} is damaged or cut off", f"a whole {name} that a viewer can open")


def _encrypted(name: str) -> UnreadableError:
    return UnreadableError(f"the {name} is encrypted", "one without a password: print or export it again")


def _without_text(name: str) -> UnreadableError:
    what = "the PDF holds no text: it is a scan" if name == "PDF" else f"the {name} holds no text"
    return UnreadableError(what, "a document with text; recognise the text of a scan (OCR) first")


def _too_large(name: str) -> UnreadableError:
    return UnreadableError(f"the {name} is too large to read", "fewer pages, or the document as text")


_REFUSALS: Final = {
    text_worker.ENCRYPTED: _encrypted,
    text_worker.NO_TEXT: _without_text,
    text_worker.TOO_LARGE: _too_large,
}


class _Shown(html.parser.HTMLParser):
    """Collects the visible text of a page, one line per block."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._unshown += tag in _UNSHOWN
        self._mark(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unshown -= tag in _UNSHOWN and self._unshown > 0
        self._mark(tag)

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self.parts.append(re.sub(r"\s+", " ", data))

    def _mark(self, tag: str) -> None:
        if _BLOCKS.fullmatch(tag):
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")


def _html_text(data: bytes) -> str:
    if len(data) > _LARGEST_HTML:
        reason = "the HTML is too large"
        raise UnreadableError(reason, f"at most {_LARGEST_HTML // 1024 // 1024} MB of HTML")
    parser = _Shown()
    parser.feed(decoded(data))
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
