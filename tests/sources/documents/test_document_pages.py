"""Pages of PDFs and scans: their text, by OCR where the file has none, and their pictures."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from auditlib.sources.documents import document_pages
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.documents.document_content import document_content
from auditlib.sources.documents.document_pages import draw_page
from tests.sources.documents.texts import filled_form, pdf, placed_pdf, scan, turned_pdf

NOTE = "PROGRESS NOTE\nPatient denies chest pain.\nType 2 diabetes mellitus."


@pytest.fixture
def tesseract() -> None:
    if shutil.which("tesseract") is None:
        if os.environ.get("AUDITLIB_REQUIRE_TESSERACT") == "1":
            pytest.fail("tesseract is not installed, and AUDITLIB_REQUIRE_TESSERACT=1 demands it")
        pytest.skip("tesseract is not installed: apt-get install tesseract-ocr")


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_pages, "ocr_program", lambda: None)


COLUMNS = placed_pdf(
    *((50, 720 - 14 * row, text) for row, text in enumerate(("Patient denies", "chest pain and", "cough at night."))),  # noqa: E501 - a document in one line
    *((330, 720 - 14 * row, text) for row, text in enumerate(("Acute sinusitis.", "Plan: amoxicillin", "for ten days."))),  # noqa: E501 - a document in one line
)  # fmt: skip


def test_the_columns_of_a_pdf_are_read_one_after_the_other() -> None:
    assert document_content(COLUMNS, "").text == (
        "Patient denies\nchest pain and\ncough at night.\n\nAcute sinusitis.\nPlan: amoxicillin\nfor ten days."  # noqa: E501 - a document in one line
    )


@pytest.mark.field
def test_the_columns_of_the_field_pdf_are_read_one_after_the_other(field_data: Path) -> None:
    note = field_data / "field_cases" / "claims" / "pdf_columns" / "E930" / "progress_note.pdf"
    text = document_content(note.read_bytes(), "").text
    assert (
        "Patient denies\nchest pain and\nshortness of breath.\nNo fever.\n\nASSESSMENT\nAcute sinusitis."
        in text
    )


def test_words_of_a_pdf_have_their_places_in_the_text_and_on_the_page() -> None:
    content = document_content(pdf("One two", "three"), "")
    assert content.original is not None
    assert content.original.media_type == "application/pdf"
    pages = content.original.pages
    assert [(page.number, content.text[page.start : page.end], page.text_origin) for page in pages] == [
        (1, "One two", "file"),
        (2, "three", "file"),
    ]
    one, two = pages[0].words
    assert [content.text[placed.start : placed.end] for placed in (one, two)] == ["One", "two"]
    # The text begins an inch from the left and from the top of a letter page.
    assert one.word.left == pytest.approx(72 / 612, abs=0.01)
    assert one.word.top < 72 / 792 < one.word.bottom
    assert one.word.right < two.word.left < 0.3
    assert one.word.confidence is None


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_read_as_its_text_runs(degrees: int) -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(COLUMNS)))
    writer.pages[0].rotate(degrees)
    target = io.BytesIO()
    writer.write(target)
    content, upright = document_content(target.getvalue(), ""), document_content(COLUMNS, "")
    assert content.text == upright.text
    assert content.original is not None
    assert upright.original is not None
    word, before = content.original.pages[0].words[0].word, upright.original.pages[0].words[0].word
    # The first word is at the upper left corner of the text, wherever that is shown.
    assert (word.left, word.top) == pytest.approx(
        {
            90: (1 - before.bottom, before.left),
            180: (1 - before.right, 1 - before.bottom),
            270: (before.top, 1 - before.right),
        }[degrees]
    )


@pytest.mark.parametrize(("degrees", "matrix"), [(90, "0 1 -1 0"), (270, "0 -1 1 0"), (180, "-1 0 0 -1")])
def test_text_that_is_turned_back_to_stand_upright_is_read_and_placed_as_it_is_shown(
    degrees: int, matrix: str
) -> None:
    steps = {90: [(100, 50), (114, 50)], 270: [(500, 740), (486, 740)], 180: [(560, 100), (560, 114)]}[
        degrees
    ]
    runs = zip(steps, ("First line", "second line"), strict=True)
    content = document_content(turned_pdf(degrees, [(matrix, *place, text) for place, text in runs]), "")
    assert content.text == "First line\nsecond line"
    assert content.original is not None
    first, line = (placed.word for placed in content.original.pages[0].words[:2])
    assert first.right < line.left < line.right < 0.5
    assert first.top == pytest.approx(line.top)
    assert first.bottom < 0.2


def test_what_is_filled_into_a_form_is_read() -> None:
    assert document_content(filled_form("Allergy:", "penicillin"), "").text == "Allergy:  penicillin"


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf("Owner only"))))
    writer.encrypt("", "owner", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    assert document_content(target.getvalue(), "").text == "Owner only"


def test_text_beyond_the_page_is_not_shown_and_not_read() -> None:
    assert (
        document_content(placed_pdf((72, 720, "Shown"), (72, -60, "hidden"), (700, 720, "hidden")), "").text
        == "Shown"
    )


@pytest.mark.usefixtures("no_tesseract")
@pytest.mark.parametrize(
    ("form", "media_type"),
    [("TIFF", "image/tiff"), ("PNG", "image/png"), ("JPEG", "image/jpeg"), ("PDF", "application/pdf")],
)
def test_a_scan_without_ocr_has_its_pages_and_says_that_no_text_was_read(form: str, media_type: str) -> None:
    texts = (NOTE, NOTE) if form in {"TIFF", "PDF"} else (NOTE,)
    content = document_content(scan(*texts, form=form), "")
    count = len(texts)
    assert content.text == "\n\n".join(f"[page {n} of {count} holds no text]" for n in range(1, count + 1))
    assert content.original is not None
    assert content.original.media_type == media_type
    assert [page.text_origin for page in content.original.pages] == ["none"] * count


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("form", ["TIFF", "PNG", "JPEG", "PDF"])
def test_a_scan_is_read_by_ocr_with_confidence_and_boxes(form: str) -> None:
    content = document_content(scan(NOTE, form=form), "")
    assert content.text.replace("\n\n", "\n") == NOTE
    assert content.original is not None
    (page,) = content.original.pages
    assert page.text_origin == "OCR"
    assert [content.text[placed.start : placed.end] for placed in page.words] == NOTE.split()
    first = page.words[0].word
    assert first.confidence is not None
    assert 50 < first.confidence <= 100
    # The drawing begins at 100 of 1240 by 1000 points.
    assert first.left == pytest.approx(100 / 1240, abs=0.02)
    assert first.top == pytest.approx(110 / 1000, abs=0.03)


@pytest.mark.usefixtures("tesseract")
def test_only_pages_without_text_are_recognised() -> None:
    pages = [Image.open(io.BytesIO(scan(NOTE, form="PNG")))]
    target = io.BytesIO()
    pages[0].save(target, "PDF")
    writer = PdfWriter()
    for part in (pdf("Typed words here"), target.getvalue()):
        writer.append(PdfReader(io.BytesIO(part)))
    joined = io.BytesIO()
    writer.write(joined)
    content = document_content(joined.getvalue(), "")
    assert content.original is not None
    assert [page.text_origin for page in content.original.pages] == ["file", "OCR"]
    assert content.text.startswith("Typed words here\n\nPROGRESS NOTE")


@pytest.mark.usefixtures("tesseract")
def test_ocr_that_takes_too_long_leaves_pages_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_pages, "LONGEST_OCR_SECONDS", 0.05)
    content = document_content(scan(NOTE, NOTE), "")
    assert content.text.startswith("[page 1 of 2 holds no text]")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (scan(NOTE)[:3000], "the scan is damaged or cut off"),
        (scan(NOTE, form="JPEG")[:3000], "the scan is damaged or cut off"),
        (scan(NOTE, form="PNG")[:3000], "the scan is damaged or cut off"),
        (b"\x89PNG\r\n\x1a\n", "the scan is damaged or cut off"),
        (COLUMNS[:-40], "the PDF is damaged or cut off"),
    ],
)
def test_a_scan_or_pdf_that_is_cut_off_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        document_content(content, "")


def test_a_picture_of_too_many_points_is_refused() -> None:
    target = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(target, "PNG")
    with pytest.raises(UnreadableError, match="the scan is too large"):
        document_content(target.getvalue(), "")


@pytest.mark.parametrize("content", [COLUMNS, scan(NOTE, NOTE), scan(NOTE, form="PNG")])
def test_a_page_is_drawn_within_a_width_and_a_size(content: bytes) -> None:
    drawn = draw_page(content, 1, width=800, most_bytes=200_000)
    assert len(drawn) <= 200_000
    picture = Image.open(io.BytesIO(drawn))
    assert picture.format == "JPEG"
    assert picture.width == 800


def test_a_page_of_noise_is_drawn_more_coarsely_to_stay_within_its_size() -> None:
    target = io.BytesIO()
    Image.effect_noise((1600, 1600), 200).save(target, "PNG")
    assert len(draw_page(target.getvalue(), 1, width=1600, most_bytes=120_000)) <= 120_000


def test_a_page_that_is_not_there_cannot_be_drawn() -> None:
    with pytest.raises(UnreadableError):
        draw_page(COLUMNS, 2, width=800, most_bytes=200_000)
