"""C-CDA documents: kind of document, encounter, and sections as text."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.safe_xml import attribute, child, children, parse_xml

LOINC: Final = "2.16.840.1.113883.6.1"
_BLOCKS: Final = frozenset({"paragraph", "item", "tr", "table", "list", "caption", "thead", "tbody", "br"})
_CELLS: Final = frozenset({"td", "th"})
_STRUCK: Final = frozenset({"strikethrough", "strikeout", "xstrikethrough"})
_TIME: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An unstructured body that a C-CDA carries, such as a PDF."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ClinicalDocument:
    """The contents of a C-CDA.

    Attributes
    ----------
    encounter_id
        Extension of the first id of the encompassing encounter, or None.
    loinc_code
        LOINC code of the document type.
    written_at
        Effective time in local time; the UTC offset is ignored.
    text
        Headings and narrative of the sections; empty if the body is an attachment.
    attachment
        The body, if it is not structured in sections.
    """

    encounter_id: str | None
    loinc_code: str | None
    title: str | None
    author_role: str | None
    written_at: dt.datetime | None
    text: str
    attachment: Attachment | None


def looks_like_clinical_document(head: bytes) -> bool:
    """Return True if the head of a file is that of a C-CDA."""
    return (
        head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        and re.search(rb"<(?:[\w.-]+:)?ClinicalDocument[\s>]", head) is not None
    )


def read_clinical_document(data: bytes) -> ClinicalDocument:
    """Return the contents of a C-CDA: the narrative, without the machine-readable entries that repeat it.

    What the narrative marks as deleted (``revised="delete"``) or struck through is left out.

    Raises
    ------
    UnreadableError
        If it is not well-formed, holds a document type or entities, or is another kind of XML.
    """
    root = parse_xml(data)
    if root.tag != "ClinicalDocument":
        reason = "the XML is not a C-CDA"
        raise UnreadableError(reason, "a document whose root is ClinicalDocument")
    code, author = child(root, "code"), child(root, "author", "assignedAuthor", "code")
    ids = children(root, "componentOf", "encompassingEncounter", "id")
    is_loinc = attribute(code, "codeSystem") == LOINC
    return ClinicalDocument(
        encounter_id=next(
            (extension for element in ids if (extension := attribute(element, "extension"))), None
        ),
        loinc_code=attribute(code, "code") if is_loinc else None,
        title=_words(child(root, "title")) or attribute(code, "displayName"),
        author_role=attribute(author, "displayName"),
        written_at=_time(attribute(child(root, "effectiveTime"), "value")),
        text="\n\n".join(_sections(child(root, "component", "structuredBody"))),
        attachment=_attachment(child(root, "component", "nonXMLBody", "text")),
    )


def _sections(body: ET.Element | None) -> Iterator[str]:
    for section in children(body, "component", "section"):
        yield from _section(section)


def _section(section: ET.Element) -> Iterator[str]:
    if _is_deleted(section):
        return
    heading = _words(child(section, "title")) or attribute(child(section, "code"), "displayName")
    narrative = "\n".join(_lines(child(section, "text")))
    if narrative:
        yield f"{heading.upper()}\n{narrative}" if heading else narrative
    for inner in children(section, "component", "section"):
        yield from _section(inner)


def _lines(text: ET.Element | None) -> Iterator[str]:
    """Yield the lines of a narrative: one per paragraph, list item or table row, cells separated by bars."""
    if text is None:
        return
    for line in "".join(_marked(text)).split("\n"):
        cells = [" ".join(cell.split()) for cell in line.split("\v")]
        text_line = " | ".join(cell for cell in cells if cell)
        if text_line:
            yield text_line


def _marked(element: ET.Element) -> Iterator[str]:
    if _is_deleted(element):
        return
    mark = "\n" if element.tag in _BLOCKS else "\v" if element.tag in _CELLS else ""
    yield mark
    yield _plain(element.text)
    for inner in element:
        yield from _marked(inner)
        yield _plain(inner.tail)
    yield mark


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _is_deleted(element: ET.Element) -> bool:
    styles = (attribute(element, "styleCode") or "").lower().split()
    return attribute(element, "revised") == "delete" or not _STRUCK.isdisjoint(styles)


def _words(element: ET.Element | None) -> str | None:
    return " ".join("".join(_marked(element)).split()) or None if element is not None else None


def _time(text: str | None) -> dt.datetime | None:
    parts = _TIME.match(text or "")
    if parts is None:
        return None
    try:
        return dt.datetime(*(int(part or 0) for part in parts.groups()))  # type: ignore[arg-type] # noqa: DTZ001 - six numbers, local as written
    except ValueError:
        return None


def _attachment(text: ET.Element | None) -> Attachment | None:
    if text is None:
        return None
    content_type = attribute(text, "mediaType") or "text/plain"
    content = "".join(text.itertext())
    if attribute(text, "representation") != "B64":
        return Attachment(content_type, content.encode())
    try:
        return Attachment(content_type, base64.b64decode("".join(content.split()), validate=True))
    except binascii.Error as error:
        reason = "the body of the C-CDA is not base64"
        raise UnreadableError(reason, "a body that its representation describes") from error
