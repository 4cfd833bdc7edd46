from __future__ import annotations

import base64
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import MissingExtraError
from auditlib.sources.documents import document_pages as reading
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.documents.document_content import document_content
from auditlib.sources.documents.document_types import document_type
from tests.sources.documents.texts import RTF, clinical_document, pdf


def document_text(data: bytes, content_type: str) -> str:
    return document_content(data, content_type).text


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (b"Fine.\r\nGood.", "text/plain", "Fine.\nGood."),
        ("37°".encode("cp1252"), "text/plain", "37°"),
        ("37° Я".encode("utf-16"), "text/plain", "37° Я"),
        ("Я".encode("koi8-r"), "text/plain; charset=koi8-r", "Я"),
        ("37°".encode(), "text/plain; charset=no-such", "37°"),
        (b"note", "", "note"),
        (
            b"<html><title>x</title><p>One<br>two</p><script>no()</script><td>Na</td><td>140</td></html>",
            "text/html",
            "One\ntwo\nNa 140",
        ),
        (b"<div xmlns='http://www.w3.org/1999/xhtml'><p>a &amp; b</p></div>", "text/html", "a & b"),
        (b"<5 mm>", "text/plain", "<5 mm>"),
    ],
)
def test_text_is_decoded_and_pages_are_shown_as_text(data: bytes, content_type: str, expected: str) -> None:
    assert document_text(data, content_type).strip() == expected


def test_a_pdf_gives_its_pages_and_says_which_hold_no_text() -> None:
    text = document_text(
        pdf("DISCHARGE SUMMARY\nHome on Monday", "", "Last page"), "application/octet-stream"
    )
    assert text == "DISCHARGE SUMMARY\nHome on Monday\n\n[page 2 of 3 holds no text]\n\nLast page"


def test_an_rtf_gives_its_words_without_fonts_fields_and_generators() -> None:
    text = document_text(RTF, "application/rtf")
    assert text.split("\n")[:3] == ["OPERATIVE REPORT", "PREOPERATIVE DIAGNOSIS: café au lait", "see note"]


def test_a_c_cda_gives_its_sections_with_headings() -> None:
    assert document_text(clinical_document(), "text/xml") == (
        "HOSPITAL COURSE\nFine & well.\nNa | 140\none\ntwo\n\nINNER\nPlain\nwords"
    )


def test_the_body_that_a_c_cda_carries_is_read_as_what_it_is() -> None:
    carried = base64.b64encode(pdf("Carried")).decode()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{carried}</text></nonXMLBody>'
    assert document_text(clinical_document(body=body), "text/xml") == "Carried"


@pytest.mark.parametrize(
    ("data", "content_type", "reason"),
    [
        (b"", "text/plain", "the document is empty"),
        (b"\x81\x8d", "text/plain", "not text in a known encoding"),
        (b"\xff\xfea", "text/plain", "not text in a known encoding"),
        (b"GIF89a", "image/gif", "a document of the type image/gif is not read"),
        (pdf("secret", password="pw"), "application/pdf", "the PDF is encrypted: it needs a password"),
        (pdf("x")[:200], "application/pdf", "the PDF is damaged or cut off"),
        (b"%PDF-1.7\n%%EOF", "application/pdf", "the PDF is damaged or cut off"),
        (RTF[:-1], "application/rtf", "the RTF is damaged or cut off"),
        (RTF[:120], "application/rtf", "the RTF is damaged or cut off"),
        (rb"{\rtf1 }}", "application/rtf", "the RTF is damaged or cut off"),
        (rb"{\rtf1 {\fonttbl}}", "application/rtf", "the RTF holds no text"),
        (clinical_document(prologue=LAUGHS), "text/xml", "the XML declares a document type"),
        (clinical_document(prologue=OUTSIDE), "text/xml", "the XML declares a document type"),
        (clinical_document(body="<a>" * 500 + "</a>" * 500), "text/xml", "nests elements more than 200 deep"),
        (clinical_document(body="<a>"), "text/xml", "the XML is not well-formed"),
        (clinical_document()[:-5], "text/xml", "the XML is not well-formed"),
        (b"<x> <ClinicalDocument /></x>", "text/xml", "the XML is not a C-CDA"),
        (
            clinical_document(body='<nonXMLBody><text representation="B64">!</text></nonXMLBody>'),
            "text/xml",
            "the body of the C-CDA is not base64",
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        document_text(data, content_type)


def test_a_hostile_pdf_or_rtf_costs_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = b"{\\rtf1 " + b"{\\field{\\*\\fldinst{" * 40_000 + b"}" * 120_000 + b"}"
    with pytest.raises(UnreadableError):
        document_text(bomb, "application/rtf")
    monkeypatch.setattr(reading, "LONGEST_READING_SECONDS", 0.01)
    with pytest.raises(UnreadableError, match="takes longer than"):
        document_text(pdf("slow"), "application/pdf")


def test_a_pdf_that_unpacks_to_more_text_than_a_document_may_have_is_refused() -> None:
    words = b"BT /F1 12 Tf 72 720 Td " + b"(0123456789) Tj " * 2_200_000 + b"ET"
    bomb = pdf("x", squeezed=zlib.compress(words, 9))
    assert len(bomb) < 400_000
    with pytest.raises(UnreadableError, match="the PDF"):
        document_text(bomb, "application/pdf")


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pypdfium2", "striprtf"):
        monkeypatch.setitem(sys.modules, name, None)
    for data in (b"%PDF-1.7", RTF):
        with pytest.raises(MissingExtraError, match=r"optional extra 'documents'") as raised:
            document_text(data, "text/plain")
        assert "auditlib[documents]" in str(raised.value.hint)
    assert document_text(clinical_document(), "text/xml").startswith("HOSPITAL COURSE")


def test_the_worker_imports_nothing_of_the_package() -> None:
    path = Path(reading.document_worker.__file__)
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", str(path), "rtf"],
        input=RTF,
        capture_output=True,
        check=True,
    )
    assert b"auditlib" not in done.stderr.replace(str(path.parent.parent.parent).encode(), b"")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "text/plain", "text/html", "text/xml"]))
def test_any_bytes_are_read_or_refused(data: bytes, content_type: str) -> None:
    try:
        told = document_text(data, content_type)
    except UnreadableError as error:
        told = error.reason
    assert told.strip()


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        ("x", {"loinc_code": "18842-5", "title": "Operative report"}, "discharge summary"),
        ("x", {"loinc_code": "0-0", "title": "Operative Note"}, "operative report"),
        ("PATHOLOGY REPORT\nFindings: none", {}, "lab report"),
        ("General Hospital\nHistory and Physical\nSeen today.", {}, "physician note"),
        ("Chief Complaint: cough\nHPI:\nthree days\nPlan: rest", {}, "physician note"),
        ("Preoperative diagnosis: x\nAnesthesia: general\nEBL: 50\nPlan: rest", {}, "operative report"),
        ("Discharge diagnosis: x\nHospital course:\nuneventful\nPlan: home", {}, "discharge summary"),
        ("Specimen: blood\nReference range: 3-5\nFlag: H", {}, "lab report"),
        ("The discharge summary was lost.\nChief complaint: cough\nAssessment: cold", {}, "physician note"),
        ("Fine.", {"name": "lab report 2"}, "lab report"),
        ("Fine.", {"name": "readme"}, None),
        ("Plan: rest", {}, None),
    ],
)
def test_a_document_is_typed_by_what_it_says_before_what_its_file_is_called(
    text: str, told: dict[str, str], expected: str | None
) -> None:
    assert document_type(text, **told) == expected
