"""The notebooks as a user meets them: opened by ``auditlib lab``, run from the menu, in Chromium."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from auditlib.embedded import embedded_folder
from auditlib.schema.mart import FINDING_SUMMARY
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace
from tests.ui.conftest import ROOT, START_SECONDS, TOKEN, close_all_in, free_port, open_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = sorted(path.stem for path in embedded_folder("notebooks").glob("*.ipynb"))
WITH_CHARTS = {"05_accuracy", "06_denials_and_outcomes"}
RUN_MILLISECONDS = 120_000
SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")
THEME = os.environ.get("AUDITLIB_SCREENSHOT_THEME", "Light")
_MOST_WAITS = 240
_WAIT_MS = 250


@dataclass
class OpenLab:
    """``auditlib lab`` on a demo workspace, and every address outside this machine that a page asked for."""

    workspace: Path
    url: str
    page: Page
    outside: list[str] = field(default_factory=list)

    def run(self, name: str) -> None:
        if self.page.url.startswith(self.url):
            close_all_in(self.page)
            open_in(self.page, f"{name}.ipynb")
        else:
            self.page.goto(f"{self.url}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
            self.page.locator("#jupyterlab-splash").wait_for(state="detached")
            self.page.evaluate("window.jupyterapp.restored.then(() => true)")
        self.page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for(timeout=RUN_MILLISECONDS)
        # The outputs of the file as committed must not pass for those of this run.
        self.choose("Edit", "Clear Outputs of All Cells")
        self.wait_for_prompts(r"\[ ?\]:")
        self.choose("Run", "Run All Cells")
        self.wait_for_prompts(r"\[\d+\]:")

    def choose(self, menu: str, entry: str) -> None:
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def wait_for_prompts(self, pattern: str) -> None:
        self.page.wait_for_function(
            """pattern => {
                const prompts = [...document.querySelectorAll(
                    '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt')];
                const fits = prompt => prompt.textContent.match(`^${pattern}$`);
                return prompts.length > 0 && prompts.every(fits);
            }""",
            arg=pattern,
            timeout=RUN_MILLISECONDS,
        )


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenLab]:
    workspace = demo_workspace(tmp_path_factory.mktemp("lab") / "w")
    port = free_port()
    home = tmp_path_factory.mktemp("home")
    themes = home / "settings" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    themes.parent.mkdir(parents=True)
    themes.write_text(json.dumps({"theme": f"JupyterLab {THEME}"}), encoding="utf-8")
    settings = home / "config" / "jupyter_lab_config.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}), encoding="utf-8")
    environment = {
        **os.environ,
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [
        sys.executable,
        "-m",
        "auditlib",
        "-w",
        str(workspace),
        "lab",
        "--no-browser",
        "--port",
        str(port),
    ]
    log = home / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    opened = OpenLab(workspace, url, page)
    page.on("request", lambda request: _note_outside(opened, request.url))
    try:
        _wait_until_up(server, url, log)
        yield opened
    finally:
        page.close()
        server.terminate()
        server.wait(30)
        # Who ends 'auditlib lab' ends JupyterLab.
        with (
            pytest.raises(urllib.error.URLError),
            urllib.request.urlopen(f"{url}/api?token={TOKEN}", timeout=5),
        ):
            pass


def _note_outside(opened: OpenLab, address: str) -> None:
    if not address.startswith((opened.url, opened.url.replace("http", "ws", 1), "data:", "blob:")):
        opened.outside.append(address)


def _wait_until_up(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/api?token={TOKEN}", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"auditlib lab did not start:\n{log.read_text()[-2000:]}")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_without_error_draws_its_charts_and_needs_no_network(lab: OpenLab, name: str) -> None:
    lab.run(name)
    errors = lab.page.locator("[data-mime-type='application/vnd.jupyter.error']")
    assert errors.count() == 0, errors.first.inner_text()
    if name in WITH_CHARTS:
        lab.page.locator(".vega-embed svg.marks, .vega-embed canvas.marks").first.wait_for()
    assert lab.outside == []
    if SCREENSHOTS:
        photograph(lab.page, Path(SCREENSHOTS), name)


# What a reviewer may do with the text of a chart: look at it, print it, have it as a value, in an error.
LOOKING = (
    "from auditlib import Workbench\nvisit = Workbench.open().encounter()\nvisit.document(1)",
    "note = visit.chart.documents[0].text\nprint(note)",
    "note",
    "visit.evidence()",
    "raise ValueError(note)",
)


def test_a_saved_notebook_and_its_checkpoint_hold_no_text_of_the_charts_on_its_screen(lab: OpenLab) -> None:
    path = lab.workspace / "notebooks" / "looking.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=list(map(new_code_cell, LOOKING)), metadata=kernel)
    path.write_text(nbformat.writes(notebook))
    lab.run("looking")
    visit = Workbench.open(lab.workspace).encounter()
    note = " ".join(visit.chart.documents[0].text.split())
    shown = " ".join(lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").inner_text().split())
    assert note in shown
    lab.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    (checkpoint,) = (path.parent / ".ipynb_checkpoints").glob("looking*.ipynb")
    for saved in (path, checkpoint):
        text = saved.read_text()
        assert "visit.evidence()" in text
        assert saved == checkpoint or text.count("not saved") >= len(LOOKING)
        words = " ".join(re.sub(r"\\\\?n", " ", json.loads(json.dumps(text))).split())
        runs = (note.split()[start : start + 8] for start in range(len(note.split()) - 7))
        assert not any(" ".join(run) in words for run in runs)


def photograph(page: Page, folder: Path, name: str) -> None:
    """Take a picture of each screenful of the open notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    scroller = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").first
    scroller.evaluate("outer => { outer.scrollTop = 0; }")
    for number in range(20):
        page.screenshot(path=folder / f"{name}-{number:02}.png")
        moved = scroller.evaluate(
            "outer => { const top = outer.scrollTop; outer.scrollTop += 700; return outer.scrollTop - top; }"
        )
        if moved < 1:
            return
        page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")


def test_a_chart_is_reviewed_by_keyboard_alone_and_the_verdicts_are_in_the_ledger(lab: OpenLab) -> None:
    lab.run("04_review")
    # The first is that of the demo's sample, the second the practice charts'.
    lab.page.get_by_role("textbox", name="Reviewer").nth(1).fill("you")
    lab.page.get_by_role("button", name="Start the review").nth(1).click()
    screen = lab.page.locator(".auditlib-review")
    screen.locator(".row[data-key='1']").wait_for()
    encounter_id = screen.locator(".encounter").inner_text().split()[0]
    screen.focus()
    code_count = screen.locator(".row[data-key]").count()
    for number in range(1, code_count + 1):
        screen.locator(f".row.focused[data-key='{number}']").wait_for()
        lab.page.keyboard.press("a")
        screen.locator(f".row[data-key='{number}'] .sign.agree").wait_for()
    lab.page.keyboard.press("m")
    screen.locator(".position", has_text="2 of 14").wait_for()
    found = Workbench.open(lab.workspace).audit("practice").reviewed
    verdicts = found.verdicts.filter(encounter_id=encounter_id)
    assert verdicts["action"].to_list() == ["agree"] * code_count
    assert found.charts["encounter_id"].to_list() == [encounter_id]
    assert found.charts["reviewer"].to_list() == ["you"]


def test_a_panel_does_nothing_until_its_button_and_then_says_what_came_of_it(lab: OpenLab) -> None:
    bench = Workbench.open(lab.workspace)
    before = bench.checks.outcomes().frame
    with bench.workspace.warehouse().writing() as writer:
        writer.clear(FINDING_SUMMARY)
    lab.run("02_check")
    assert bench.checks.outcomes().frame.is_empty()
    lab.page.get_by_role("button", name="Run the checks").first.click()
    # The list of checks names them all, run or not: the warehouse says when they have run and are set.
    for _ in range(_MOST_WAITS):
        if bench.checks.outcomes().frame.equals(before):
            break
        lab.page.wait_for_timeout(_WAIT_MS)
    assert bench.checks.outcomes().frame.equals(before)
    lab.run("01_load")
    lab.page.get_by_role("textbox", name="File or folder").first.fill("no/such/folder")
    lab.page.get_by_role("button", name="Load", exact=True).first.click()
    alert = lab.page.locator(".jp-OutputArea [role='alert']").first
    alert.wait_for()
    assert "no/such/folder" in alert.inner_text()
    if SCREENSHOTS:
        photograph(lab.page, Path(SCREENSHOTS), "01_load_panel")
