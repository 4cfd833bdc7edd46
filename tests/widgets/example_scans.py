"""A chart with a PDF of two pages and a scan, whose pages are drawn as in a workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from auditlib.ledger import Ledger
from auditlib.review import (
    AssignedCode,
    Chart,
    ChartCode,
    ChartDocument,
    ChartPage,
    Highlight,
    PageImage,
    ReviewSession,
)
from auditlib.sources.documents.document_content import document_content
from auditlib.sources.documents.document_pages import draw_page
from auditlib.widgets import ReviewCard
from tests.sources.documents.texts import pdf, scan

SENTENCE = "Type 2 diabetes mellitus with kidney disease."
FILES = {
    1: pdf("OFFICE VISIT\nSeen for follow-up.", f"ASSESSMENT\n{SENTENCE}\nNo heart failure."),
    2: scan("Consent, signed by hand", form="PNG"),
}
SCAN_TEXT = "[page 1 of 1 holds no text]"


def scans_chart() -> Chart:
    content = document_content(FILES[1], "")
    assert content.original is not None
    pages = tuple(
        ChartPage(page.number, page.start, page.end, page.text_origin) for page in content.original.pages
    )
    start = content.text.index(SENTENCE)
    return Chart(
        "S0001",
        "office",
        (
            ChartDocument(1, "physician note", "Office visit", content.text, pages=pages),
            ChartDocument(
                2, "other", "<b>Consent</b>", SCAN_TEXT, pages=(ChartPage(1, 0, len(SCAN_TEXT), "none"),)
            ),
            ChartDocument(3, "lab report", "Typed", "Sodium 140"),
        ),
        (ChartCode(AssignedCode(1, "ICD-10-CM", "E1122", "principal"), "Type 2 diabetes mellitus"),),
        highlights={1: (Highlight(1, start, start + len(SENTENCE), negated=False),)},
    )


def draw(encounter_id: str, document_number: int, page_number: int) -> PageImage:
    assert encounter_id == "S0001"
    content = document_content(FILES[1], "") if document_number == 1 else None
    original = content.original if content else None
    words = original.pages[page_number - 1].words if original else ()
    return PageImage(
        draw_page(FILES[document_number], page_number, width=1000, most_bytes=300_000),
        tuple((word.start, word.end, *word.word[1:5]) for word in words),
    )


def open_scans_card(ledger_path: Path) -> ReviewCard:
    chart = scans_chart()
    worklist = {chart.encounter_id: tuple(code.assigned for code in chart.codes)}
    session = ReviewSession(
        Ledger(ledger_path), audit="scans", reviewer="Ada", worklist=worklist, without_documents=()
    )
    return ReviewCard(session, lambda _: chart, lambda: datetime.now(UTC), draw_page=draw)
