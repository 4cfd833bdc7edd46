"""Small PDF, RTF and C-CDA documents for tests, made of invented parts."""

from __future__ import annotations

import io

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, EncodedStreamObject, NameObject


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
