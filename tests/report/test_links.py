"""Links of a report: each leads to a place that the same file has, and to the right one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from docx import Document

from auditlib.report import (
    Fact,
    ReportContents,
    ReportTable,
    Section,
    write_docx,
    write_html,
    write_pdf,
    write_xlsx,
)
from tests.report.reports import MADE_AT, letter

LONG = "Findings of the second quarter by provider and code family, "


def linked(*, as_letter: bool) -> ReportContents:
    """A report whose figures have definitions and rows, with two titles that differ only at the end."""
    rates = pl.DataFrame(
        {"measure": ["precision"], "numerator_count": [9], "denominator_count": [10], "rate": [0.9]}
    )
    tables = tuple(
        ReportTable(LONG + end, rates if end == "office" else rates.drop("measure"))
        for end in ("ward", "office")
    )
    facts = (Fact("Precision", "90 %"), Fact("Rows", "all", rows=LONG + "ward"))
    return ReportContents(
        "Linked",
        "",
        MADE_AT,
        "Ada",
        "auditlib",
        (Fact("Code over code", "90 %"),),
        (Section("Figures", facts=facts, tables=tables),),
        letter=letter() if as_letter else None,
    )


@pytest.mark.parametrize("as_letter", [False, True])
def test_no_link_leads_nowhere(tmp_path: Path, *, as_letter: bool) -> None:
    contents = linked(as_letter=as_letter)
    page = write_html(tmp_path / "a.html", contents).read_text()
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    document = Document(str(write_docx(tmp_path / "a.docx", contents))).element
    anchors, marks = (
        document.xpath(f"//{path}") for path in ("w:hyperlink/@w:anchor", "w:bookmarkStart/@w:name")
    )
    assert anchors
    assert set(anchors) <= set(marks)
    assert len(marks) == len(set(marks))
    assert all(len(mark) <= 40 for mark in marks)
    with zipfile.ZipFile(write_xlsx(tmp_path / "a.xlsx", contents)) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        cover = book.read("xl/worksheets/sheet1.xml").decode()
    sheets = re.findall(r"location=\"(?:'|&#39;|&apos;)?(.+?)(?:'|&#39;|&apos;)?!", cover)
    assert sheets
    assert set(sheets) <= set(names)
    write_pdf(tmp_path / "a.pdf", contents)


def test_what_a_report_shows_leads_to_its_definition(tmp_path: Path) -> None:
    page = write_html(tmp_path / "a.html", linked(as_letter=False)).read_text()
    assert '<a href="#definition-code-over-code">Code over code</a>' in page
    assert '<a href="#definition-precision">Precision</a>' in page
