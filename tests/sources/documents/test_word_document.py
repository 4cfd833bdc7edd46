"""Word documents: what is read of them, and which are refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from auditlib.sources.documents import word_document
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.documents.document_content import document_content
from tests.sources.documents.texts import docx


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


BODY = (
    paragraph("DISCHARGE SUMMARY")
    + "<w:p><w:r><w:t>Sodium</w:t><w:tab/><w:t>140</w:t><w:br/><w:t>next</w:t></w:r></w:p>"
    + f"<w:tbl><w:tr><w:tc>{paragraph('Drug')}</w:tc><w:tc>{paragraph('Dose')}{paragraph('daily')}</w:tc></w:tr></w:tbl>"  # noqa: E501 - a document in one line
    + "<w:p><w:r><w:AlternateContent><w:Choice><w:txbxContent>" + paragraph("Box")
    + "</w:txbxContent></w:Choice><w:Fallback>" + paragraph("Box") + "</w:Fallback></w:AlternateContent></w:r></w:p>"  # noqa: E501 - a document in one line
)  # fmt: skip


def test_paragraphs_tables_headers_boxes_and_notes_are_read_once() -> None:
    header = paragraph("Springfield Clinic")
    content = docx(
        BODY, header1=header, header2=header, footnotes=paragraph("A note"), footer1=paragraph("Page")
    )
    text = document_content(content, "").text
    assert [line for line in text.split("\n") if line] == [
        "Springfield Clinic", "DISCHARGE SUMMARY", "Sodium\t140", "next", "Drug | Dose daily", "Box", "Page", "A note",  # noqa: E501 - a document in one line
    ]  # fmt: skip


def archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return target.getvalue()


def encrypted(content: bytes) -> bytes:
    """Set the flag of a password in every header of an archive."""
    marked = bytearray(content)
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(magic)
        while at >= 0:
            marked[at + place] |= 1
            at = marked.find(magic, at + 4)
    return bytes(marked)


OFFICE = b"\xd0\xcf\x11\xe0" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (docx(BODY)[:-40], "the DOCX is damaged or cut off"),
        (docx(BODY)[:200], "the DOCX is damaged or cut off"),
        (docx(BODY).replace(b"<w", b"xx")[:150] + docx(BODY)[160:], "the DOCX is damaged or cut off"),
        (encrypted(docx(BODY)), "the DOCX is encrypted"),
        (archive(word__other=b"<x/>"), "the ZIP archive holds no Word document"),
        (archive(word__document=b"<x><y></x>"), "the XML is not well-formed"),
        (archive(word__document=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "declares a document type"),
        (docx(""), "the document is empty"),
        (b"PK\x03\x04 and no more", "the DOCX is damaged or cut off"),
        (OFFICE + "EncryptedPackage".encode("utf-16-le"), "the Office file is encrypted"),
        (OFFICE, "an old Office file is not read"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        document_content(content, "text/plain")


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_document, "LARGEST_DOCUMENT", 1_000_000)
    bomb = archive(word__document=b"<x>" + b" " * 50_000_000 + b"</x>")
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableError, match="unpacks to too much"):
        document_content(bomb, "")
    monkeypatch.setattr(word_document, "_MOST_PARTS", 3)
    many = archive(word__document=b"<x/>", a=b"", b=b"", c=b"")
    with pytest.raises(UnreadableError, match="unpacks to too much"):
        document_content(many, "")
