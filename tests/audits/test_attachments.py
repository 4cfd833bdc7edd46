"""Files attached to charts: copied once, on record, read as documents, whatever their names."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from auditlib.audits.attachments import LARGEST_ATTACHMENT_MB, attach, attachments_of, require_size, safe_name
from auditlib.audits.chart_reader import read_chart
from auditlib.cli import main
from auditlib.errors import BadInputError, StoreError, UsageError
from auditlib.schema.core import DOCUMENT, ORIGINAL_TABLES
from auditlib.workbench import Workbench
from tests.sources.documents.texts import pdf
from tests.workbench.records import BARE, NOW, SAMPLE, VISITS, records_workbench

CHART, BARE_CHART = VISITS[1], BARE[-1]
TEXT = b"Addendum: blood pressure 190/110 on arrival.\n"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return records_workbench(tmp_path / "ws")


def added(bench: Workbench, name: str = "Addendum.txt", data: bytes = TEXT, chart: str = CHART) -> int:
    attachment = attach(
        bench.workspace, SAMPLE, encounter_id=chart, name=name, data=data, actor="Ada", recorded_at=NOW
    )
    return attachment.document_number


def kept(bench: Workbench) -> list[Path]:
    folder = bench.workspace.attachments
    return sorted(folder.iterdir()) if folder.exists() else []


def test_an_attached_file_is_the_next_document_of_its_chart(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "Addendum.txt"
    path.write_bytes(TEXT)
    audit = bench.audit(SAMPLE)
    assert "No file is attached" in repr(audit.attachments())
    attached = audit.attach(CHART, path)
    path.unlink()
    documents = read_chart(bench.workspace.warehouse(), CHART).documents
    assert [(document.document_number, document.title) for document in documents][-1] == (2, "Addendum")
    assert documents[-1].text == TEXT.decode()
    assert attached.document_id == f"{CHART}:2"
    assert [file.read_bytes() for file in kept(bench)] == [TEXT]
    row = audit.attachments().frame.row(0, named=True)
    assert (row["file_name"], row["attached_by"], row["byte_count"]) == ("Addendum.txt", "Ada", len(TEXT))
    assert row["sha256"] == hashlib.sha256(TEXT).hexdigest()


def test_the_same_bytes_are_one_attachment_and_others_take_the_next_place(bench: Workbench) -> None:
    assert added(bench) == 2
    assert added(bench, "Other name.txt") == 2
    assert added(bench, "Addendum.txt", b"Another text of the same name.") == 3
    assert added(bench, chart=BARE_CHART) == 1
    assert len(kept(bench)) == 2
    events = bench.workspace.ledger().events(kinds=["file attached"])
    assert len(events) == 3
    assert len(read_chart(bench.workspace.warehouse(), CHART).documents) == 3


def test_a_pdf_has_its_pages_and_is_stored_once(bench: Workbench) -> None:
    data = pdf("First page of the scan.", "Second page.")
    added(bench, "07 Op report.pdf", data)
    added(bench, "Op report.pdf", data, chart=BARE_CHART)
    warehouse = bench.workspace.warehouse()
    for chart in (CHART, BARE_CHART):
        document = read_chart(warehouse, chart).documents[-1]
        assert document.title == "Op report"
        assert [page.page_number for page in document.pages] == [1, 2]
        assert "Second page." in document.text
    assert len(kept(bench)) == 1


def test_findings_of_checks_stay(bench: Workbench) -> None:
    bench.checks.run()
    before = bench.workspace.warehouse().query("queries/encounters/chart_header", {"encounter_ids": [CHART]})
    summary = bench.checks.list().frame
    added(bench)
    assert bench.checks.list().frame.equals(summary)
    after = bench.workspace.warehouse().query("queries/encounters/chart_header", {"encounter_ids": [CHART]})
    assert after.equals(before)


def test_a_chart_without_documents_has_one_then(bench: Workbench) -> None:
    assert BARE_CHART in bench.audit(SAMPLE).without_documents().frame["encounter_id"].to_list()
    added(bench, chart=BARE_CHART)
    assert BARE_CHART not in bench.audit(SAMPLE).without_documents().frame["encounter_id"].to_list()


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\H&P 3.PDF", "H&P 3.pdf"),
        ("a\u202etxt.exe.png", "a_txt.exe.png"),
        ("nul\x00l.txt", "null.txt"),
        ("<img src=x onerror=alert(1)>.html", "_img src_x onerror_alert(1)_.html"),
        ("aux.pdf", "_aux.pdf"),
        (" . .txt", None),
        (".txt", None),
        ("x" * 300 + ".tiff", "x" * 115 + ".tiff"),
        ("Bericht für Ä.docx", "Bericht für Ä.docx"),
        ("run.exe", None),
        ("archive.zip", None),
        ("noending", None),
    ],
)
def test_hostile_names_are_made_safe_or_refused(given: str, safe: str | None) -> None:
    if safe is None:
        with pytest.raises(UsageError, match="ending cannot be attached"):
            safe_name(given)
    else:
        assert safe_name(given) == safe


def test_what_cannot_be_read_leaves_nothing_behind(bench: Workbench) -> None:
    for name, data in (
        ("a.pdf", b"\x00\x01\x02 no PDF" * 9),
        ("b.txt", b"   \n"),
        ("c.docx", b"PK\x03\x04 torn"),
    ):
        with pytest.raises(BadInputError, match="cannot be attached"):
            added(bench, name, data)
    with pytest.raises(UsageError, match="no encounter E99"):
        added(bench, chart="E99")
    with pytest.raises(UsageError, match="is empty"):
        added(bench, data=b"")
    assert kept(bench) == []
    assert bench.workspace.ledger().events(kinds=["file attached"]) == []


def test_the_limit_of_size_is_said() -> None:
    require_size(LARGEST_ATTACHMENT_MB << 20)
    with pytest.raises(UsageError) as caught:
        require_size((LARGEST_ATTACHMENT_MB << 20) + 1)
    assert "At most 50 MB" in str(caught.value.hint)


def test_a_clinical_document_of_another_encounter_is_refused(bench: Workbench) -> None:
    data = (
        b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Note</title>'
        b'<componentOf><encompassingEncounter><id extension="E7" root="1.2"/></encompassingEncounter>'
        b"</componentOf><component><structuredBody><component><section><title>Plan</title>"
        b"<text>Rest.</text></section></component></structuredBody></component></ClinicalDocument>"
    )
    with pytest.raises(BadInputError, match="another encounter"):
        added(bench, "note.xml", data)


def test_a_warehouse_that_was_built_anew_takes_the_file_again(bench: Workbench) -> None:
    added(bench)
    with bench.workspace.warehouse().writing() as writer:
        writer.remove(DOCUMENT, pl.DataFrame({"document_id": [f"{CHART}:2"]}))
    assert len(read_chart(bench.workspace.warehouse(), CHART).documents) == 1
    assert added(bench) == 2
    assert len(read_chart(bench.workspace.warehouse(), CHART).documents) == 2
    assert len(attachments_of(bench.workspace.ledger().events())) == 1


def test_a_copy_that_was_changed_is_said(bench: Workbench) -> None:
    added(bench)
    kept(bench)[0].write_bytes(b"changed")
    with pytest.raises(StoreError, match="was changed"):
        added(bench)


def test_what_is_taken_back_leaves_the_chart_and_stays_on_record(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    number = added(bench)
    scan = added(bench, "scan.pdf", pdf("One page."))
    place = {"encounter_id": CHART, "document_number": scan}
    held = bench.workspace.warehouse().query("queries/loading/file_of_document", place)
    originals = held["original_id"].to_list()
    assert originals[0]
    for arguments, said in (
        ((CHART, 1), f"Document 1 of {CHART} is no attachment"),
        ((BARE_CHART, number), "Attached to this chart are the documents: none"),
    ):
        with pytest.raises(UsageError) as refused:
            audit.take_back_attachment(*arguments, reason="Of another visit.")
        assert said in f"{refused.value.message} {refused.value.hint}"
    with pytest.raises(UsageError, match="reason"):
        audit.take_back_attachment(CHART, number, reason=" ")
    audit.take_back_attachment(CHART, number, reason="Of another visit.")
    audit.take_back_attachment(CHART, scan, reason="Of another patient.")
    numbers = [one.document_number for one in read_chart(bench.workspace.warehouse(), CHART).documents]
    assert numbers == [1]
    with bench.workspace.warehouse().writing() as writer:
        for table in ORIGINAL_TABLES:
            key = pl.DataFrame({"original_id": [originals[0]]})
            assert writer.matching_keys(table, key).is_empty()
    with bench.workspace.warehouse().writing() as writer:
        for table in ORIGINAL_TABLES:
            every = pl.DataFrame({"original_id": [hashlib.sha256(pdf("One page.")).hexdigest()]})
            assert writer.matching_keys(table, every).is_empty()
    assert len(kept(bench)) == 2
    columns = ("document_number", "taken_back_by", "taken_back_reason")
    assert audit.attachments().frame.select(columns).rows() == [
        (number, "Ada", "Of another visit."),
        (scan, "Ada", "Of another patient."),
    ]
    with pytest.raises(UsageError, match="no attachment"):
        audit.take_back_attachment(CHART, number, reason="Again.")
    # The same bytes again are another attachment, and take another place.
    assert added(bench) == scan + 1
    assert audit.attachments().frame["taken_back_by"].to_list() == ["Ada", "Ada", None]


def test_pages_that_another_chart_has_stay_when_one_is_taken_back(bench: Workbench) -> None:
    first = added(bench, "scan.pdf", pdf("One page."))
    added(bench, "scan.pdf", pdf("One page."), BARE_CHART)
    bench.audit(SAMPLE).take_back_attachment(CHART, first, reason="Of another visit.")
    other = read_chart(bench.workspace.warehouse(), BARE_CHART).documents[-1]
    assert len(other.pages) == 1


def test_the_command_attaches_and_lists(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del bench
    path = tmp_path / "Addendum.txt"
    path.write_bytes(TEXT)
    base = ["-w", str(tmp_path / "ws"), "audit"]
    assert main([*base, "attach", CHART, str(path)]) == 0
    assert f"is document 2 of {CHART}" in capsys.readouterr().out
    assert main([*base, "attachments", SAMPLE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["attachments"][0]["file_name"] == "Addendum.txt"
    assert main([*base, "attach", CHART, str(tmp_path / "none.txt")]) == 2
    assert "no file none.txt" in capsys.readouterr().err
    assert main([*base, "attach", CHART, str(path), "--take-back", "2"]) == 2
    assert "one at a time" in capsys.readouterr().err
    assert main([*base, "attach", CHART, "--take-back", "2", "--reason", "Of another visit."]) == 0
    assert "the file is kept" in capsys.readouterr().out
    assert main([*base, "attachments", SAMPLE]) == 0
    assert ": Of another visit." in " ".join(capsys.readouterr().out.split())


def test_a_file_dropped_on_the_desk_is_a_document_at_once_and_needs_no_statement(bench: Workbench) -> None:
    card = bench.audit(SAMPLE).review()._open_card("Rita")
    session = card._session
    session.open_chart(BARE_CHART, recorded_at=NOW)
    assert session.needs_record_statement(BARE_CHART)
    message = {
        "kind": "attach",
        "view": "v",
        "sequence": 1,
        "encounter_id": BARE_CHART,
        "name": "Addendum.txt",
        "part": 0,
        "part_count": 1,
        "data": base64.b64encode(TEXT).decode(),
    }
    answer = card._answer(message)
    shown = [(document["text"], document["is_attached"]) for document in answer["chart"]["documents"]]
    assert shown == [(TEXT.decode(), True)]
    assert not answer["status"]["needs_record_statement"]
    attached = bench.audit(SAMPLE).attachments().frame
    assert attached.select("encounter_id", "attached_by").row(0) == (BARE_CHART, "Rita")

    refused = card._answer({**message, "kind": "take back", "sequence": 2, "document_number": 1})
    assert "reason" in refused["error"]["message"]
    back = {"kind": "take back", "sequence": 3, "document_number": 1, "reason": "Of another patient."}
    answer = card._answer({**message, **back})
    assert answer["chart"]["documents"] == []
    assert answer["status"]["needs_record_statement"]
