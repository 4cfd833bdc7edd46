"""The desk as an app by Voila: all of an audit by keys, for this machine alone, and stopped by Ctrl-C."""

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
from tests.ui.decision_page import DecisionPage
from tests.ui.page_faults import serious_violations
from tests.ui.start_gestures import CUT, plan_by_keys
from tests.widgets.example_stays import CHARTS, reviewed_stays

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

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
    # The browser passes choosers on only some time after the first who asks for them.
    page.on("filechooser", lambda _: None)
    card.locator(".documents").evaluate(DROP, ["Addendum.txt", "Addendum: seen again."])
    message.get_by_text("Addendum.txt is attached as document").wait_for()
    card.locator(".text", has_text="Addendum: seen again.").wait_for()
    chart = card.locator("h1 .encounter").inner_text()
    attached = audit.attachments().frame.filter(encounter_id=chart)
    assert attached["file_name"].to_list() == ["Addendum.txt"]
    card.focus()
    page.keyboard.press("[")
    page.keyboard.press("t")
    card.locator(".form").wait_for()
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


def shows_nothing_without_its_token(page: Page, app: App) -> None:
    """Find a form for the token and nothing else."""
    page.goto(app.url)
    assert page.locator(".auditlib-start").count() == 0
    assert "login" in page.url
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{app.url}/voila/files/desk.ipynb", timeout=5)


def back_to_start(page: Page) -> None:
    page.locator("[data-action=back]").press("Enter")
    page.locator(".auditlib-start .next").wait_for()


def opens_without_a_word_cut(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    button.wait_for()
    assert button.evaluate("one => one.scrollWidth <= one.clientWidth + 1")


def adjudicate_by_keys(page: Page, screen: Locator, theme: str) -> None:
    """Decide a code as a reviewer judged it, and the DRG of a stay by another value."""
    screen.get_by_text("Next: decide 2 disagreements in audit q1").wait_for()
    screen.focus()
    page.keyboard.press("Enter")
    decisions = DecisionPage(page, "auditlib-adjudication")
    decisions.wait_for_chart("S1")
    decisions.press("1")
    decisions.wait_for_choice("As A")
    decisions.press("Enter")
    decisions.type("As the summary says.")
    decisions.press("Enter")
    decisions.wait_for_focus_on("DRG")
    decisions.press("3")
    decisions.type("192")
    decisions.assert_sound(f"stay_in_app_{theme}")
    decisions.press("Enter")
    decisions.wait_for_choice("Another verdict: DRG 192")
    decisions.press("Enter")
    decisions.type("Neither.")
    decisions.press("Enter")
    decisions.wait_for_row("DRG", "own verdict")
    back_to_start(page)


def rebut_by_keys(page: Page, screen: Locator, theme: str) -> None:
    """Send findings, enter a coder's dispute of a DRG and decide it, as somebody who did not adjudicate."""
    page.keyboard.press("w")
    page.keyboard.type("Lee")
    page.keyboard.press("Enter")
    screen.get_by_text("You are Lee").wait_for()
    page.keyboard.press("b")
    rebuttal = DecisionPage(page, "auditlib-rebuttal")
    rebuttal.wait_for_chart("S1")
    rebuttal.press("e", "Enter")
    rebuttal.wait_for_message("Written:")
    row = rebuttal.screen.locator("tr[data-key]", has_text="DRG 194")
    key = row.get_attribute("data-key")
    assert key is not None
    row.click()
    rebuttal.press("a")
    rebuttal.type("disputes the finding")
    rebuttal.press("Tab")
    rebuttal.type("No MCC was treated.")
    rebuttal.press("Enter")
    rebuttal.wait_for_row(key, "to decide")
    rebuttal.press("2")
    rebuttal.wait_for_choice("Uphold: the DRG counts as billed")
    rebuttal.assert_sound(f"stay_in_app_{theme}")
    rebuttal.press("Enter")
    rebuttal.type("It was not.")
    rebuttal.press("Enter")
    rebuttal.wait_for_row(key, "upheld")
    back_to_start(page)


def wait_for_keys(card: Locator) -> None:
    """Wait until a chart is shown and the desk has the focus: keys before that are nobody's."""
    card.locator("h1 .encounter").wait_for()
    card.page.wait_for_function("document.activeElement?.closest('.auditlib-review') != null")


def judge_a_stay_by_keys(card: Locator) -> None:
    """Change the discharge status of a stay."""
    wait_for_keys(card)
    card.page.keyboard.press("l")
    card.locator("h1 .encounter", has_text="S2").wait_for()
    card.page.keyboard.press("p")
    card.locator(".form").wait_for()
    card.page.keyboard.type("03")
    card.page.keyboard.press("Enter")
    card.locator(".stay-fact", has_text="change to 03").wait_for()


def review_second_by_keys(page: Page, screen: Locator, audit: Audit) -> None:
    """Complete the chart as first reviewer; the second sees nothing of it, and has no record of the visit."""
    first = page.locator(".auditlib-review")
    first.focus()
    for decided in ("1 of 2 decided", "2 of 2 decided"):
        page.keyboard.press("a")
        first.get_by_text(decided).wait_for()
    page.keyboard.press("m")
    first.locator("h1 .encounter", has_text="S2").wait_for(state="detached")
    back_to_start(page)
    page.keyboard.press("w")
    page.keyboard.type("R01")
    page.keyboard.press("Enter")
    screen.get_by_text("You are R01").wait_for()
    page.keyboard.press("r")
    screen.get_by_role("heading", name="Who are you?").wait_for()
    page.keyboard.press("1")
    second = page.locator(".auditlib-review")
    wait_for_keys(second)
    page.keyboard.press("l")
    second.locator("h1 .encounter", has_text="S2").wait_for()
    seen = page.locator("body").inner_text()
    assert "to judge" in seen
    assert "Lee" not in seen
    assert "change to 03" not in seen
    page.keyboard.press("x")
    second.get_by_role("form", name="Record of this visit").wait_for()
    page.keyboard.type("missing")
    page.keyboard.press("Enter")
    second.locator(".record-line", has_text="Record missing").wait_for()
    page.keyboard.press("m")
    wait_until(lambda: ("S2", "R01") in audit.reviewed.charts.select("encounter_id", "reviewer").rows())
    assert audit.disagreements().frame["item"].to_list() == ["record"]


def fills_the_window(card: Locator) -> bool:
    box = card.bounding_box()
    return box is not None and box["width"] > 1240 and 710 < box["y"] + box["height"] <= 720


def recorded(audit: Audit) -> list[tuple[str, ...]]:
    """Return what was adjudicated by whom, and what was decided of disputes."""
    decided = audit.rebuttals().frame.drop_nulls("decision").select("before", "counts_as", "decided_by")
    return [*audit.disagreements().frame.select("item", "adjudicator").rows(), *decided.rows()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_audit_is_led_by_keys_to_its_end_for_this_machine_alone(
    browser: Browser, tmp_path: Path, theme: str
) -> None:
    root = tmp_path / "w"
    reviewed_stays(root)
    with desk(root, tmp_path / "home", theme) as app:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(STEP_MILLISECONDS)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        shows_nothing_without_its_token(page, app)
        page.goto(f"{app.url}/?token={TOKEN}", wait_until="commit")
        screen = page.locator(".auditlib-start")
        screen.locator(".next").wait_for(timeout=START_SECONDS * 1000)
        assert page.locator(".jp-InputArea").count() == 0
        assert page.evaluate("document.body.dataset.jpThemeLight") == str(theme == "light").lower()
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"desk_start_{theme}.png")
        assert screen.evaluate(CUT) == []
        assert serious_violations(page, within=".auditlib-start") == []

        adjudicate_by_keys(page, screen, theme)
        rebut_by_keys(page, screen, theme)
        bench = Workbench.open(root)
        assert recorded(bench.audit("q1")) == [
            ("2", "R01"),
            ("DRG", "R01"),
            ("DRG 194", "DRG 194, as billed", "Lee"),
        ]
        page.keyboard.press("5")
        opens_without_a_word_cut(page, "Open the practice desk")
        back_to_start(page)

        plan_by_keys(page, screen, name="q2", of_count=len(CHARTS), second="R01")
        card = page.locator(".auditlib-review")
        judge_a_stay_by_keys(card)
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"desk_review_{theme}.png")
        assert fills_the_window(card)
        assert serious_violations(page) == []
        assert bench.audit("q2").plan.plan.loads == {"Lee": 5, "R01": 5}
        if theme == "light":
            drop_and_take_back(card, bench.audit("q2"))
        else:
            review_second_by_keys(page, screen, bench.audit("q2"))
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
