from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import polars as pl
import pytest

from auditlib.errors import BadInputError
from auditlib.report import ReportTable, write_docx
from tests.report.reports import EVIL, findings, letter, report

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def xml(path: Path, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(path) as parts:
        return parts.read(part).decode()


def text(path: Path) -> str:
    return "".join(piece.text or "" for piece in ET.fromstring(xml(path)).iter(f"{WORD}t"))


def test_a_letter_has_address_salutation_and_lines_to_sign(tmp_path: Path) -> None:
    words = text(write_docx(tmp_path / "a.docx", report(letter=letter())))
    parts = (
        "The auditors",
        "Nov 23, 2026",
        "Coder C07",
        "Audit",
        "Dear colleague",
        "A paragraph",
        "Sincerely",
    )
    places = [words.find(part) for part in (*parts, "____", "Lead auditor", "Coder")]
    assert places[:-1] == sorted(places[:-1])
    assert -1 not in places


def test_each_row_is_there_with_its_sentence_and_comment_beneath_it(tmp_path: Path) -> None:
    words = text(write_docx(tmp_path / "a.docx", report(findings(40))))
    assert all(f"E{number:05}" in words for number in range(40))
    assert words.count("“Injection discussed; not done.” Planned, not done.") == 40
    assert "All$7,364.00$400.00$6,964.00" in words


def test_heads_repeat_pages_are_numbered_and_say_that_they_are_confidential(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", report(findings()))
    assert "<w:tblHeader/>" in xml(path)
    footer = xml(path, "word/footer1.xml")
    assert re.findall(r"<w:instrText>(\w+)<", footer) == ["PAGE", "NUMPAGES"]
    assert "As of Nov 23, 2026" in footer
    assert "Confidential plain words" in xml(path, "word/header1.xml")


def test_words_of_users_stay_words(tmp_path: Path) -> None:
    evil = ReportTable(
        EVIL,
        pl.DataFrame({"name": [EVIL], "comment": [EVIL], "evidence": [EVIL]}),
        labels={"name": EVIL},
        note=EVIL,
        quotation="evidence",
        remark="comment",
    )
    path = write_docx(tmp_path / "a.docx", report(evil, words=EVIL, letter=letter(EVIL)))
    assert text(path).count(EVIL) >= 12
    whole = xml(path)
    assert set(re.findall(r"<w:instrText[^>]*>([^<]*)<", whole)) == set()
    assert 'TargetMode="External"' not in xml(path, "word/_rels/document.xml.rels")


def test_odd_words_do_not_stop_the_writing(tmp_path: Path) -> None:
    odd = ReportTable(
        "Odd",
        pl.DataFrame(
            {"text": ["", "\x00\x1b[31m", "x" * 5_000, "a\nb\r\nc", "中文 Ω ب", "\ufffe\uffff", None]}
        ),
    )
    path = write_docx(tmp_path / "a.docx", report(odd, ReportTable("None", pl.DataFrame())))
    assert "中文" in text(path)


def test_a_wide_table_lies_on_its_side_and_the_others_stand(tmp_path: Path) -> None:
    wide = ReportTable("Wide", pl.DataFrame({f"column_{n}": ["some words here"] for n in range(14)}))
    made = docx.Document(str(write_docx(tmp_path / "a.docx", report(wide, findings(1)))))
    sideways = [page.page_width > page.page_height for page in made.sections]
    assert sideways == [False, True, False]


def test_links_lead_to_places_that_are_there(tmp_path: Path) -> None:
    rates = ReportTable("Accuracy", pl.DataFrame({"measure": ["code over code"], "rate": [0.934]}))
    whole = xml(write_docx(tmp_path / "a.docx", report(rates)))
    leads = re.findall(r'w:hyperlink w:anchor="([^"]+)"', whole)
    assert len(leads) >= 3
    assert set(leads) <= set(re.findall(r'w:bookmarkStart [^>]*w:name="([^"]+)"', whole))


def test_a_chart_is_a_picture_with_words(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", report())
    assert 'descr="Errors plain words. described plain words"' in xml(path)


def test_a_chart_that_is_more_than_a_drawing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        write_docx(tmp_path / "a.docx", report(svg="<p>no drawing</p>"))
    assert list(tmp_path.iterdir()) == []
