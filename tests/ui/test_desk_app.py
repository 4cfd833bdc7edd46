"""The desk as an app by Voila: planned and opened by keys, for this machine alone, and stopped by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.workbench import Workbench
from tests.ui.conftest import ROOT, START_SECONDS, STEP_MILLISECONDS, TOKEN, free_port
from tests.ui.page_faults import serious_violations
from tests.ui.start_gestures import CUT, plan_by_keys
from tests.widgets.test_sample_planner import small_workbench

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from auditlib.workbench.audit import Audit

SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")


@dataclass
class App:
    """A running app: its process, its address without the token, and what it printed."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path


@contextmanager
def desk(workspace: Path, home: Path, theme: str) -> Iterator[App]:
    port = free_port()
    temporary = home / "tmp"
    temporary.mkdir(parents=True)
    environment = {
        **os.environ,
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
        "LOGNAME": "R01",
    }
    words = ["desk", str(workspace), "--no-browser", "--port", str(port), "--theme", theme]
    log = home / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "auditlib", *words],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    app = App(process, f"http://127.0.0.1:{port}", log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while "Ctrl-C" not in log.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The desk did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield app
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def children(process_id: int) -> list[str]:
    """Return the processes that a process started, where the system says so."""
    of_threads = Path(f"/proc/{process_id}/task").glob("*/children")
    return [one for children_of in of_threads for one in children_of.read_text().split()]


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


DROP = """(documents, [name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, {type: "text/plain"}));
  for (const kind of ["dragover", "drop"])
    documents.dispatchEvent(new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true}));
}"""


def drop_and_take_back(card: Locator, audit: Audit) -> None:
    """Drop a file on the documents, choose another by key, and take that one back with its reason."""
    page, about, message = card.page, card.locator(".about"), card.locator(".message")
    card.locator(".documents").evaluate(DROP, ["Addendum.txt", "Addendum: seen again."])
    message.get_by_text("Addendum.txt is attached as document").wait_for()
    card.locator(".text", has_text="Addendum: seen again.").wait_for()
    chart = card.locator("h1 .encounter").inner_text()
    attached = audit.attachments().frame.filter(encounter_id=chart)
    assert attached["file_name"].to_list() == ["Addendum.txt"]
    card.focus()
    page.keyboard.press("[")
    page.keyboard.press("t")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "Scan.txt", "mimeType": "text/plain", "buffer": b"Of another patient."})
    about.get_by_role("button", name="t Take back").wait_for()
    message.get_by_text("Scan.txt is attached").wait_for()
    card.focus()
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    message.get_by_text("Say why").wait_for()
    page.keyboard.type("Of another patient.")
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / "desk_take_back.png")
    page.keyboard.press("Enter")
    message.get_by_text("The attachment is taken back").wait_for()
    about.get_by_text("Scan").wait_for(state="detached")
    card.locator(".form").wait_for(state="detached")
    taken_back = audit.attachments().frame.filter(encounter_id=chart)["taken_back_reason"].to_list()
    assert taken_back == [None, "Of another patient."]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desk_is_planned_and_opened_by_keys_for_this_machine_alone(
    browser: Browser, tmp_path: Path, theme: str
) -> None:
    root = tmp_path / "w"
    small_workbench(root)
    with desk(root, tmp_path / "home", theme) as app:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(STEP_MILLISECONDS)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        # Without the token there is a form for it and nothing else.
        page.goto(app.url)
        assert page.locator(".auditlib-start").count() == 0
        assert "login" in page.url
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{app.url}/voila/files/desk.ipynb", timeout=5)

        page.goto(f"{app.url}/?token={TOKEN}", wait_until="commit")
        screen = page.locator(".auditlib-start")
        screen.locator(".next").wait_for(timeout=START_SECONDS * 1000)
        assert page.locator(".jp-InputArea").count() == 0
        assert page.evaluate("document.body.dataset.jpThemeLight") == str(theme == "light").lower()
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"desk_start_{theme}.png")
        assert screen.evaluate(CUT) == []
        assert serious_violations(page, within=".auditlib-start") == []

        plan_by_keys(page, screen, name="q1")
        card = page.locator(".auditlib-review")
        card.wait_for()
        if SCREENSHOTS:
            page.wait_for_timeout(1000)
            page.screenshot(path=Path(SCREENSHOTS) / f"desk_review_{theme}.png")
        box = card.bounding_box()
        assert box is not None
        assert box["width"] > 1240
        assert 710 < box["y"] + box["height"] <= 720
        assert serious_violations(page, within=".auditlib-start") == []
        bench = Workbench.open(root)
        assert bench.audit("q1").plan.plan.loads == {"R01": 5}
        if theme == "light":
            drop_and_take_back(card, bench.audit("q1"))
        assert [url for url in asked if not url.startswith((app.url, "data:", "blob:"))] == []
        assert "Traceback" not in app.log.read_text()

        kernels = children(app.process.pid)
        assert kernels or sys.platform != "linux"
        if theme == "dark":
            # Who closes the page ends its kernel; in the other theme Ctrl-C finds one at work.
            page.close(run_before_unload=True)
            wait_until(lambda: [one for one in kernels if Path(f"/proc/{one}").exists()] == [])
        app.process.send_signal(signal.SIGINT)
        assert app.process.wait(30) == 0
        assert [one for one in kernels if Path(f"/proc/{one}").exists()] == []
        assert re.search(r"http://127\.0\.0\.1:\d+/\?token=", app.log.read_text())
        with pytest.raises(urllib.error.URLError), urllib.request.urlopen(app.url, timeout=5):
            pass
        page.close()
