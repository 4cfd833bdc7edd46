"""Word documents (DOCX): the text that they show, with tables and headers, without tracked deletions."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from auditlib.sources.documents.chart_text import LARGEST_DOCUMENT, UnreadableError
from auditlib.sources.safe_xml import attribute, child, children, parse_xml

_MAIN: Final = "word/document.xml"
_STYLES: Final = "word/styles.xml"
_BEFORE: Final = re.compile(r"word/header\d*\.xml")
_AFTER: Final = re.compile(r"word/(?:foot|end)notes\.xml|word/footer\d*\.xml")
_MOST_PARTS: Final = 5_000
_DELETED: Final = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText"})
_UNSHOWN: Final = ("vanish", "strike", "dstrike")
_CHARACTERS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_OFF: Final = frozenset({"0", "false", "off", "none"})
_EXPECTED: Final = "a whole .docx that Word can open"


def looks_like_word_document(head: bytes) -> bool:
    """Return True if the head of a file is that of a ZIP archive with the parts of a Word document."""
    return head.startswith(b"PK\x03\x04") and b"word/" in head


def word_document_text(data: bytes) -> str:
    """Return the text of a DOCX: headers, then body, then notes and footers.

    A paragraph is a line, and the cells of a table row are separated by bars. Left out is what tracked
    changes delete or move away, what is hidden (in the text or by its style), and what is struck through.

    Raises
    ------
    UnreadableError
        If the archive is damaged, needs a password, unpacks to more than a document may, or is no DOCX.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_PARTS:
                raise _too_large()
            if _MAIN not in names:
                reason = "the ZIP archive holds no Word document"
                raise UnreadableError(reason, _EXPECTED)
            room = LARGEST_DOCUMENT
            styles, room = _part(archive, _STYLES, room) if _STYLES in names else (None, room)
            hidden = _hidden_styles(styles)
            ordered = [
                *sorted(filter(_BEFORE.fullmatch, names)),
                _MAIN,
                *sorted(filter(_AFTER.fullmatch, names)),
            ]
            texts: list[str] = []
            for name in ordered:
                root, room = _part(archive, name, room)
                lines = "\n".join(_lines(root, hidden)).strip("\n")
                # The same header may be stored for first, odd and even pages.
                if lines.strip() and lines not in texts:
                    texts.append(lines)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        reason = "the DOCX is damaged or cut off"
        raise UnreadableError(reason, _EXPECTED) from error
    except RuntimeError as error:
        reason = "the DOCX is encrypted"
        raise UnreadableError(reason, "one without a password: save it again") from error
    return "\n\n".join(texts)


def _part(archive: zipfile.ZipFile, name: str, room: int) -> tuple[ET.Element, int]:
    """Return a part of the archive, parsed, and how many bytes the others may still have."""
    with archive.open(name) as stream:
        # The size that the archive states may be a lie: never more than the room is unpacked.
        content = stream.read(room + 1)
    if len(content) > room:
        raise _too_large()
    return parse_xml(content), room - len(content)


def _too_large() -> UnreadableError:
    limit = LARGEST_DOCUMENT // 1024 // 1024
    return UnreadableError("the DOCX unpacks to too much text", f"at most {limit} MB of text and markup")


def _hidden_styles(styles: ET.Element | None) -> frozenset[str]:
    """Return the ids of the styles that hide or strike through their text, by themselves or by their base."""
    found = list(children(styles, "style"))
    bases = {attribute(style, "styleId"): attribute(child(style, "basedOn"), "val") for style in found}
    own = {attribute(style, "styleId"): _hides(child(style, "rPr")) for style in found}

    def hides(style_id: str | None, depth: int = 0) -> bool:
        if style_id not in own or depth > len(own):
            return False
        stated = own[style_id]
        return hides(bases[style_id], depth + 1) if stated is None else stated

    return frozenset(style_id for style_id in own if style_id is not None and hides(style_id))


def _hides(properties: ET.Element | None) -> bool | None:
    """Return whether properties hide their text; None if they say nothing of it."""
    stated = [
        attribute(element, "val") not in _OFF
        for name in _UNSHOWN
        for element in [child(properties, name)]
        if element is not None
    ]
    return any(stated) if stated else None


def _lines(root: ET.Element, hidden: frozenset[str]) -> Iterator[str]:
    """Yield the lines of a part; a paragraph whose mark is deleted goes on in the next one."""
    unfinished = ""
    for block in root:
        for line, is_finished in _block(block, hidden):
            unfinished += line
            if is_finished:
                yield unfinished
                unfinished = ""
    if unfinished:
        yield unfinished


def _block(block: ET.Element, hidden: frozenset[str]) -> Iterator[tuple[str, bool]]:
    if block.tag in _DELETED:
        return
    if block.tag == "p":
        mark = child(block, "pPr", "rPr")
        is_deleted = child(mark, "del") is not None or child(mark, "moveFrom") is not None
        style = attribute(child(block, "pPr", "pStyle"), "val")
        text = "".join(_run_texts(block, hidden, is_hidden=style in hidden))
        yield text, not is_deleted
    elif block.tag == "tbl":
        for row in _elements(block, "tr"):
            if child(row, "trPr", "del") is None:
                yield " | ".join(filter(None, (_cell(cell, hidden) for cell in _elements(row, "tc")))), True
    else:
        for inner in block:
            yield from _block(inner, hidden)


def _elements(parent: ET.Element, tag: str) -> Iterator[ET.Element]:
    """Yield the rows or cells of a table, also inside content controls and insertions."""
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _elements(element, tag)


def _cell(cell: ET.Element, hidden: frozenset[str]) -> str:
    if child(cell, "tcPr", "cellDel") is not None:
        return ""
    return " ".join(" ".join(_lines(cell, hidden)).split())


def _run_texts(element: ET.Element, hidden: frozenset[str], *, is_hidden: bool) -> Iterator[str]:
    """Yield the texts of a paragraph or of what is in it."""
    for inner in element:
        if inner.tag in _DELETED:
            continue
        if inner.tag == "r":
            stated = _hides(child(inner, "rPr"))
            of_style = attribute(child(inner, "rPr", "rStyle"), "val") in hidden
            hides = (is_hidden or of_style) if stated is None else stated
            yield from _run_texts(inner, hidden, is_hidden=hides)
        elif inner.tag == "AlternateContent":
            # The same content for newer and older versions of Word.
            yield from _run_texts(inner[0] if len(inner) else inner, hidden, is_hidden=is_hidden)
        elif inner.tag == "txbxContent":
            yield "\n" + "\n".join(_lines(inner, hidden)) + "\n"
        elif is_hidden and inner.tag in {"t", *_CHARACTERS}:
            continue
        elif inner.tag == "t":
            yield inner.text or ""
        elif inner.tag in _CHARACTERS:
            yield _CHARACTERS[inner.tag]
        elif inner.tag not in {"pPr", "rPr"}:
            yield from _run_texts(inner, hidden, is_hidden=is_hidden)
