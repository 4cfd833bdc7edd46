"""Small PDF, RTF, DOCX and C-CDA documents and scans for tests, made of invented parts."""

from __future__ import annotations

import io
import zipfile

from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def pdf(*pages: str, password: str | None = None, squeezed: bytes | None = None) -> bytes:
    """Return a PDF with one line of text a page; a page without text is blank, as a scan is to a reader."""
    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    for text in pages:
        page = writer.add_blank_page(612, 792)
        lines = "".join(f"({line}) Tj 0 -14 Td " for line in text.split("\n"))
        stream = DecodedStreamObject() if squeezed is None else EncodedStreamObject()
        stream._data = f"BT /F1 12 Tf 72 720 Td {lines} ET".encode() if text else b""
        if squeezed is not None:
            stream._data = squeezed
            stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss\fcharset0 Arial;}}{\colortbl;\red0\green0\blue0;}"
    rb"{\*\generator Invented 1.0;}\f0\b OPERATIVE REPORT\b0\par PREOPERATIVE DIAGNOSIS: caf\'e9 au lait\par "
    rb'{\field{\*\fldinst{HYPERLINK "http://example.invalid"}}{\fldrslt see note}}\par}'
)


def clinical_document(
    *,
    body: str | None = None,
    code: str = "18842-5",
    encounter_id: str | None = "A0001",
    prologue: str = "",
) -> bytes:
    """Return a C-CDA with one section, or with the body given."""
    section = (
        "<structuredBody><component><section><title>Hospital Course</title>"
        "<text><paragraph>Fine &amp; well.</paragraph><table><tbody><tr><td>Na</td><td>140</td></tr></tbody>"
        "</table><list><item>one</item><item>two</item></list></text>"
        "<component><section><title>Inner</title><text>Plain<br/>words</text></section></component>"
        "</section></component></structuredBody>"
    )
    encounter = (
        f'<componentOf><encompassingEncounter><id root="1.2.3" extension="{encounter_id}"/>'
        "</encompassingEncounter></componentOf>"
        if encounter_id
        else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<ClinicalDocument xmlns="urn:hl7-org:v3">'
        f'<code code="{code}" codeSystem="2.16.840.1.113883.6.1" displayName="Some summary"/>'
        '<title>Summary of care</title><effectiveTime value="20260113102000-0500"/>'
        '<author><assignedAuthor><code displayName="Hospitalist"/></assignedAuthor></author>'
        f"{encounter}<component>{body or section}</component></ClinicalDocument>"
    ).encode()


def placed_pdf(*runs: tuple[float, float, str], size: int = 11) -> bytes:
    """Return a PDF of one page with texts at places, in points from its lower left corner."""
    marks = "".join(f"1 0 0 1 {left} {up} Tm ({text}) Tj " for left, up, text in runs)
    return _pdf_with(f"BT /F1 {size} Tf {marks}ET".encode())


def turned_pdf(degrees: int, runs: list[tuple[str, float, float, str]]) -> bytes:
    """Return a PDF of one page that is shown turned clockwise, with texts under matrices at places."""
    marks = "".join(f"{matrix} {left} {up} Tm ({text}) Tj " for matrix, left, up, text in runs)
    return _pdf_with(f"BT /F1 11 Tf {marks}ET".encode(), b"/Rotate %d" % degrees)


def _pdf_with(content: bytes, of_page: bytes = b"") -> bytes:
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R"
        + of_page
        + b">>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(body),
        )
    )


def filled_form(label: str, value: str) -> bytes:
    """Return a PDF with a field of a form, filled in."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(placed_pdf((72, 720, label)))))
    page = writer.pages[0]
    look = DecodedStreamObject()
    look._data = f"/Tx BMC BT /F1 11 Tf 2 4 Td ({value}) Tj ET EMC".encode()
    look[NameObject("/Subtype")] = NameObject("/Form")
    look[NameObject("/BBox")] = _numbers(0, 0, 150, 16)
    look[NameObject("/Resources")] = page["/Resources"]
    field = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("field"),
            NameObject("/V"): TextStringObject(value),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): _numbers(140, 716, 290, 732),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
        }
    )
    fields = ArrayObject([writer._add_object(field)])
    page[NameObject("/Annots")] = fields
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(map(FloatObject, values))


def scan(*pages: str, form: str = "TIFF") -> bytes:
    """Return pictures of pages with large print, as a TIFF of several pages, or a PNG, JPEG or PDF."""
    pictures = []
    for text in pages:
        picture = Image.new("L", (1240, 1000), "white")
        ImageDraw.Draw(picture).multiline_text(
            (100, 100), text, "black", ImageFont.load_default(44), spacing=24
        )
        pictures.append(picture)
    target = io.BytesIO()
    several = {"save_all": True, "append_images": pictures[1:]} if form in {"TIFF", "PDF"} else {}
    pictures[0].save(target, form, dpi=(150, 150), **several)
    return target.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """Return a Word document with a body, and with other parts by their names, as ``header1``."""
    target = io.BytesIO()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:part {space}>{content}</w:part>")
    return target.getvalue()
