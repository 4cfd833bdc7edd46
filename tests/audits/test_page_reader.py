"""From the file to the screen: pages of a chart's documents, and the page of a sentence for a code."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from PIL import Image

from auditlib.audits.chart_reader import evidence_frame, read_chart
from auditlib.audits.page_reader import MOST_BYTES, WIDTH_PIXELS, page_source
from auditlib.errors import UsageError
from auditlib.loading.load import load_files
from auditlib.sources.documents import document_pages
from auditlib.workspace import Workspace
from tests.made_once import workspace_with_code_sets
from tests.sources.documents.texts import pdf, scan

ENCOUNTER = """{"encounter_id": "A1", "encounter_class": "office", "admit_date": "2026-01-05",
"documents": [{"file": "H&P 1.pdf"}, {"file": "scan.png"}],
"codes": [{"code_system": "ICD-10-CM", "code": "E119", "code_role": "principal"}]}"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(document_pages, "ocr_program", lambda: None)
    home = Workspace.open(workspace_with_code_sets(tmp_path / "W"))
    chart = tmp_path / "A1"
    chart.mkdir()
    (chart / "encounter.json").write_text(ENCOUNTER)
    (chart / "H&P 1.pdf").write_bytes(
        pdf("Seen today.", "Type 2 diabetes mellitus without complications, stable.")
    )
    (chart / "scan.png").write_bytes(scan("By hand", form="PNG"))
    report = load_files(home, [chart], loaded_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC).replace(tzinfo=None))
    assert report.rejected_count == 0
    return home


def test_a_sentence_for_a_code_names_its_page(workspace: Workspace) -> None:
    frame = evidence_frame(read_chart(workspace.warehouse(), "A1"))
    assert frame.select("document_number", "page_number", "sentence").rows() == [
        (1, 2, "Type 2 diabetes mellitus without complications, stable.")
    ]


def test_a_sentence_against_a_code_is_shown_however_many_support_it(tmp_path: Path) -> None:
    home = Workspace.open(workspace_with_code_sets(tmp_path / "W"))
    chart = tmp_path / "A1"
    chart.mkdir()
    (chart / "encounter.json").write_text(
        ENCOUNTER.replace('{"file": "H&P 1.pdf"}, {"file": "scan.png"}', '{"file": "note.txt"}')
    )
    supports = "".join(f"Type 2 diabetes mellitus, reviewed on day {day}. " for day in range(1, 31))
    against = "Type 2 diabetes mellitus with diabetic chronic kidney disease."
    (chart / "note.txt").write_text(supports + against)
    load_files(home, [chart], loaded_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC).replace(tzinfo=None))
    frame = evidence_frame(read_chart(home.warehouse(), "A1"))
    assert frame["status"].to_list() == ["support"] * 4 + ["contradicts"]
    assert frame["sentence"][-1] == against
    assert "kidney" in frame["reason"][-1]


def test_pages_are_drawn_from_the_workspace(workspace: Workspace) -> None:
    draw = page_source(workspace.warehouse())
    chart = read_chart(workspace.warehouse(), "A1")
    assert [[page.text_origin for page in document.pages] for document in chart.documents] == [
        ["file", "file"],
        ["none"],
    ]
    page = draw("A1", 1, 2)
    assert len(page.jpeg) <= MOST_BYTES
    assert Image.open(io.BytesIO(page.jpeg)).width == WIDTH_PIXELS
    text = chart.documents[0].text
    assert [text[start:end] for start, end, *_ in page.words][:2] == ["Type", "2"]
    assert draw("A1", 2, 1).words == ()
    with pytest.raises(UsageError, match="no page 3"):
        draw("A1", 1, 3)
    with pytest.raises(UsageError, match="no page 1"):
        draw("A1", 3, 1)
