from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pypdf
import pypdfium2 as pdfium
import pytest

from auditlib.errors import BadInputError
from auditlib.report import ReportTable, write_pdf
from tests.report.reports import EVIL, findings, letter, report


def pages(path: Path) -> list[str]:
    """The text of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_page_says_its_number_what_it_is_and_that_it_is_confidential(tmp_path: Path) -> None:
    printed = pages(write_pdf(tmp_path / "a.pdf", report(findings(200))))
    assert len(printed) > 3
    for number, page in enumerate(printed, 1):
        assert f"Page {number} of {len(printed)}" in page
        assert "Audit plain words" in page
        assert "Confidential plain words" in page
        assert "As of Nov 23, 2026" in page


def test_a_table_that_breaks_over_pages_repeats_its_head(tmp_path: Path) -> None:
    printed = pages(write_pdf(tmp_path / "a.pdf", report(findings(200))))
    with_rows = [page for page in printed if "20610-LT" in page]
    assert len(with_rows) > 2
    assert all("Billed" in page and "Audited" in page for page in with_rows)


def test_each_row_is_there_with_its_sentence_and_comment_beneath_it(tmp_path: Path) -> None:
    text = "".join(map(squeezed, pages(write_pdf(tmp_path / "a.pdf", report(findings(100))))))
    assert all(f"E{number:05}" in text for number in range(100))
    assert text.count("“Injectiondiscussed;notdone.”Planned,notdone.") == 100
    assert "All$18,410.00$1,000.00$17,410.00" in text


def test_a_wide_table_lies_on_its_side_and_the_others_stand(tmp_path: Path) -> None:
    wide = ReportTable("Wide", pl.DataFrame({f"column_{n}": ["some words here"] for n in range(14)}))
    made = pypdf.PdfReader(write_pdf(tmp_path / "a.pdf", report(wide, findings(1)))).pages
    sideways = [page.mediabox.width > page.mediabox.height for page in made]
    text = [page.extract_text() for page in made]
    assert [is_wide for is_wide, page in zip(sideways, text, strict=True) if "column" in page.lower()] == [
        True
    ]
    assert sideways[0] is False
    assert sideways[-1] is False


def test_words_of_users_stay_words(tmp_path: Path) -> None:
    evil = ReportTable(
        EVIL,
        pl.DataFrame({"name": [EVIL], "comment": [EVIL], "evidence": [EVIL]}),
        labels={"name": EVIL},
        note=EVIL,
        quotation="evidence",
        remark="comment",
    )
    path = write_pdf(tmp_path / "a.pdf", report(evil, words=EVIL, letter=letter(EVIL)))
    text = "".join(map(squeezed, pages(path)))
    assert text.count(squeezed(EVIL)) >= 15
    annotations = [
        note.get_object() for page in pypdf.PdfReader(path).pages for note in page.get("/Annots") or []
    ]
    assert all("/URI" not in (note.get("/A") or {}) for note in annotations)
    raw = path.read_bytes()
    assert not any(word in raw for word in (b"/JavaScript", b"/JS ", b"/Launch", b"/EmbeddedFile"))


def test_odd_words_do_not_stop_the_writing(tmp_path: Path) -> None:
    odd = ReportTable(
        "Odd",
        pl.DataFrame(
            {"text": ["", "\x00\x1b[31m", "x" * 5_000, "a\nb\r\nc", "中文 Ω ب", "\ufffe\uffff", None]}
        ),
    )
    assert len(pages(write_pdf(tmp_path / "a.pdf", report(odd, ReportTable("None", pl.DataFrame()))))) > 1


def test_a_figure_leads_to_its_rows_and_its_definition(tmp_path: Path) -> None:
    rates = ReportTable("Accuracy", pl.DataFrame({"measure": ["code over code"], "rate": [0.934]}))
    read = pypdf.PdfReader(write_pdf(tmp_path / "a.pdf", report(rates)))
    leads = [note.get_object() for page in read.pages for note in page.get("/Annots") or []]
    assert len(leads) >= 3
    assert "Definitions" in "".join(page.extract_text() for page in read.pages)


def test_a_letter_has_address_salutation_and_lines_to_sign(tmp_path: Path) -> None:
    text = "".join(pages(write_pdf(tmp_path / "a.pdf", report(letter=letter()))))
    parts = (
        "The auditors",
        "Nov 23, 2026",
        "Coder C07",
        "Dear colleague",
        "A paragraph",
        "Sincerely",
        "Lead auditor",
    )
    places = [text.find(part) for part in parts]
    assert places == sorted(places)
    assert -1 not in places


def test_a_pdf_is_tagged_and_has_its_own_fonts(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", report(findings()))
    read = pypdf.PdfReader(path)
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert read.trailer["/Root"]["/Lang"] == "en-US"
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in read.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all(font.startswith(("Inter", "DejaVu")) for font in fonts)


def test_a_chart_that_is_more_than_a_drawing_is_refused(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    with pytest.raises(BadInputError):
        write_pdf(tmp_path / "a.pdf", report(svg=svg))
    assert list(tmp_path.iterdir()) == []


def test_no_word_of_a_full_table_reaches_into_the_next_column(tmp_path: Path) -> None:
    words = {"encounter_id": "E01910", "provider": "1999906237", "before": "S61.412A", "after": "W26.0XXA"}
    long = {f"reason_{n}": "template or computer-assisted coding of the whole record" for n in range(5)}
    full = ReportTable("Full", pl.DataFrame({name: [text] * 3 for name, text in (words | long).items()}))
    with pdfium.PdfDocument(write_pdf(tmp_path / "a.pdf", report(full))) as document:
        texts = [page.get_textpage() for page in document]
        page = next(text for text in texts if "1999906237" in text.get_text_bounded())
        edges = []
        for word in words.values():
            start, count = page.search(word).get_next()
            boxes = [page.get_charbox(place) for place in range(start, start + count)]
            edges.append((boxes[0][0], boxes[-1][2]))
    assert all(right + 2 < left for (_, right), (left, _) in pairwise(edges))
