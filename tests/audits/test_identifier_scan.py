"""Identifiers found in files by the workspace's own values, and notebooks saved without chart text."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import zipfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from tornado.web import HTTPError

from auditlib.audits.identifier_scan import scan
from auditlib.cli.main import main
from auditlib.loading.load import load_files
from auditlib.scratch import PREFIX
from auditlib.widgets.chart_text import ChartTextView
from auditlib.workbench import Workbench
from auditlib.workbench.guarded_notebooks import NOT_SAVED, GuardedNotebooks
from auditlib.workbench.lab import lab_command, lab_environment
from auditlib.workspace import Workspace
from auditlib.workspace.locate import WORKSPACE_VARIABLE
from tests.x12_texts import professional_claims

SENTENCE = "She walks her dog twice a day and sleeps well since the new mattress came."
ENCOUNTERS = """encounter_id,patient_id,encounter_class,admit_date,discharge_date,birth_date
VISIT-4711,MRN-0815,office,2026-01-10,2026-01-10,1961-03-05
"""
DOCUMENTS = f"""encounter_id,document_type,text
VISIT-4711,physician note,"{SENTENCE} Plan unchanged."
"""


def waited_for(saving: Coroutine[object, object, object]) -> None:
    """Run a coroutine in a thread: after tests with a browser, a loop is running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, saving).result()


@pytest.fixture
def loaded(workspace: Workspace, tmp_path: Path) -> Workspace:
    files = {
        "encounters.csv": ENCOUNTERS,
        "documents.csv": DOCUMENTS,
        "claims.edi": professional_claims([("ACC-90210", "100.00")], member="W123456789"),
    }
    paths = []
    for name, text in files.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(text)
    load_files(workspace, paths, loaded_at=dt.datetime(2026, 11, 2, 9))  # noqa: DTZ001 - as it is recorded
    return workspace


def notebook(*outputs: str, source: str = "") -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_code_cell(
            source, outputs=[nbformat.v4.new_output("display_data", data={"text/html": f"<b>{text}</b>"})]
        )
        for text in outputs
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {"state": {"value": "of a chart"}}})


def test_each_kind_is_found_in_each_place_and_no_value_is_shown(
    loaded: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = loaded.root
    (root / "notebooks").mkdir()
    nbformat.write(notebook(SENTENCE), root / "notebooks" / "mine.ipynb")
    (root / "reports" / "letter.html").write_text("<p>Invented, Person</p> member W123456789")
    (root / "reports" / "plain.html").write_text(
        "<p>Invented cases of a person nobody knows, 12345 of them.</p>"
    )
    with zipfile.ZipFile(root / "reports" / "list.xlsx", "w") as parts:
        parts.writestr("xl/sharedStrings.xml", "<si><t>ACC-90210</t></si><si><t>VISIT-4711</t></si>")
    (root / "manifests" / "q1.manifest.json").write_text(json.dumps({"units": ["VISIT-4711"]}))
    (root / "load.log").write_text("patient MRN-0815 born 03/05/1961")
    left = root / f"{PREFIX}staging-00000000-1"
    left.mkdir()
    (left / "claim.parquet").write_bytes(b"rows")
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("born Mar 05, 1961")
    found = {(row[0], row[1]): row[2] for row in scan(loaded, [elsewhere]).rows()}
    assert found.pop(("notebooks/mine.ipynb", "chart text")) > 1
    assert found == {
        ("reports/letter.html", "name"): 1,
        ("reports/letter.html", "member number"): 1,
        ("reports/list.xlsx", "account number"): 2,
        ("manifests/q1.manifest.json", "account number"): 1,
        ("load.log", "record number"): 1,
        ("load.log", "date of birth"): 1,
        (f"{left.name}/claim.parquet", "left by a killed program"): 1,
        (f"{left.name}/claim.parquet", "not read"): 1,
        (str(elsewhere), "date of birth"): 1,
    }
    assert main(["-w", str(root), "workspace", "scan"]) == 0
    shown = capsys.readouterr().out
    assert "member number" in shown
    assert not any(value in shown for value in ("W123456789", "MRN-0815", "VISIT-4711", "1961", "dog"))


def test_a_saved_notebook_holds_no_text_of_a_chart_that_was_opened(
    loaded: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(loaded.root))
    manager = GuardedNotebooks(root_dir=str(tmp_path))
    bench = Workbench.open(loaded.root)
    bench.encounter("VISIT-4711").document(1)
    given = notebook(SENTENCE, "Counts of charts by coder, which anybody may read in a saved notebook.")
    # A message that was cut leaves the text in the traceback alone.
    frames = ["\x1b[31mValueError\x1b[39m", f"\x1b[31mValueError\x1b[39m: {SENTENCE}"]
    error = {"output_type": "error", "ename": "ValueError", "evalue": "cut", "traceback": frames}
    given["cells"][0]["outputs"].append(error)
    model = {"type": "notebook", "format": "json", "content": given}
    waited_for(manager.save(model, "mine.ipynb"))
    saved = (tmp_path / "mine.ipynb").read_text(encoding="utf-8")
    assert "dog twice" not in saved
    assert "widgets" not in nbformat.reads(saved, 4).metadata
    assert NOT_SAVED in saved
    assert "Counts of charts by coder" in saved


def test_a_notebook_is_not_saved_where_nobody_can_see_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path / "gone"))
    manager = GuardedNotebooks(root_dir=str(tmp_path))
    with pytest.raises(HTTPError, match="not saved"):
        waited_for(
            manager.save({"type": "notebook", "format": "json", "content": notebook("text")}, "mine.ipynb")
        )
    assert not (tmp_path / "mine.ipynb").exists()


def test_chart_text_is_shown_by_a_widget_and_a_sentence_stays(loaded: Workspace) -> None:
    visit = Workbench.open(loaded.root).encounter("VISIT-4711")
    for shown in (visit.document(1), visit.evidence()):
        bundle = shown._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert "dog" not in json.dumps(bundle)
        assert "not saved" in str(bundle["text/plain"])
    assert "dog twice" in visit.document(1)._repr_html_()


def test_the_state_of_widgets_that_other_programs_save_holds_no_chart_text(loaded: Workspace) -> None:
    html = Workbench.open(loaded.root).encounter("VISIT-4711").document(1)._repr_html_()
    view = ChartTextView(html)
    assert "dog" not in json.dumps(view.get_state(), default=str)
    assert view._answer({"kind": "ready"}) == {"html": html}


def test_jupyterlab_saves_by_that_guard_and_keeps_its_history_in_the_workspace(loaded: Workspace) -> None:
    assert any("GuardedNotebooks" in word for word in lab_command(loaded.root, port=1, browser=False))
    assert lab_environment(loaded)["IPYTHONDIR"] == str(loaded.root.resolve() / ".ipython")
