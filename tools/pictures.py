"""The pictures of README and docs, taken of the demo: ``python -m tools.pictures``, with Chromium.

Each is taken in the light and the dark theme into ``docs/pictures``; the list writes ``docs/gallery.md``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image

from auditlib.cli import main as auditlib

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Playwright

DOCS: Final = Path(__file__).parents[1] / "docs"
PICTURES: Final = DOCS / "pictures"
GALLERY: Final = DOCS / "gallery.md"
THEMES: Final = ("light", "dark")
_START_SECONDS: Final = 90
_STEP_MILLISECONDS: Final = 90_000
_REVIEWER: Final = "R01"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a picture is taken of: the desk on a fresh copy of the demo, in one theme."""

    page: Page
    workspace: Path
    theme: str

    def part(self, name: str) -> Locator:
        """Return a part of the page that is there."""
        found = self.page.locator(name).first
        found.wait_for()
        return found

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def start(self) -> None:
        """Go to the start screen, whatever is open."""
        back = self.page.locator("[data-action=back]")
        if back.count():
            back.first.press("Enter")
        self.part(".auditlib-start .next")
        self.page.locator(".auditlib-start").focus()

    def wait_until_gone(self, words: str) -> None:
        """Wait until the page does not say something any more."""
        self.page.get_by_text(words).first.wait_for(state="detached")


def _start(stage: Stage) -> None:
    stage.start()
    stage.wait_until_gone("Counting what is not checked")


def _plan(stage: Stage) -> None:
    stage.start()
    stage.press("2")
    stage.part(".auditlib-start form")
    stage.page.keyboard.type("q1")
    stage.page.get_by_label("Charts to review").fill("5")
    # By this seed a stay with several documents comes first.
    stage.page.get_by_label("Seed").fill("335")
    stage.press("Enter")
    stage.page.get_by_text("Draws 5 of 3,014 encounters").wait_for()


def _review_desk(stage: Stage) -> None:
    # The focus is on the button that draws, as the form was checked.
    stage.press("Enter")
    stage.part(".auditlib-review .row")
    stage.part(".auditlib-review .documents .text")
    stage.press("j", "j")
    stage.page.get_by_text("next sentence").first.wait_for()


def _disagreements(stage: Stage) -> None:
    stage.start()
    # Who reviewed a chart does not decide on it.
    stage.press("w")
    stage.page.keyboard.type("Lee")
    stage.press("Enter")
    stage.page.get_by_text("You are Lee").wait_for()
    stage.page.locator(".auditlib-start tr", has_text="2026 Q3").first.click()
    stage.page.get_by_role("button", name="Disagreements").click()
    stage.part(".auditlib-adjudication tr.on")


def _rebuttal(stage: Stage) -> None:
    stage.start()
    stage.page.locator(".auditlib-start tr", has_text="2026 Q1").first.click()
    stage.page.get_by_role("button", name="Rebuttals and actions").click()
    stage.part(".auditlib-rebuttal tr.on")


def _denials(stage: Stage) -> None:
    stage.start()
    stage.press("3")
    stage.page.get_by_text("Which payer denies for what?").wait_for()
    stage.wait_until_gone("is being looked for")


def _accuracy(stage: Stage) -> None:
    stage.start()
    stage.press("4")
    stage.part(".auditlib-accuracy svg")


def _practice(stage: Stage) -> None:
    stage.start()
    stage.press("5")
    stage.page.get_by_role("button", name="Open the practice").click()
    stage.part(".auditlib-practice .case-title")
    stage.part(".auditlib-practice .documents .text")


def _report(stage: Stage) -> None:
    stage.page.goto((stage.workspace / "reports" / "demo.html").as_uri())
    stage.part("main")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its name, what one sees, how one gets there, and how the screen is brought there."""

    name: str
    shows: str
    way: str
    prepare: Callable[[Stage], None]

    def path(self, theme: str) -> Path:
        """Return where it lies in one theme."""
        return PICTURES / f"{self.name}-{theme}.webp"


TAKEN: Final = (
    Picture(
        "start",
        "The start screen: every audit with whom it waits for, one next thing, what is loaded and missing",
        "`auditlib desk workspace`",
        _start,
    ),
    Picture(
        "plan",
        "Planning an audit: what is drawn, who reviews, what is hidden from them, and what it would do",
        "`auditlib desk workspace`, key `2`",
        _plan,
    ),
    Picture(
        "review_desk",
        "The review desk: a chart's documents, the sentences that bear on a code, the codes with verdicts",
        "after planning, the button that draws and opens the desk; or `r` on the start screen",
        _review_desk,
    ),
    Picture(
        "disagreements",
        "Adjudication: two reviewers differ, and a third person decides which verdict is final",
        "`auditlib desk workspace`, the audit 2026 Q3, key `d`",
        _disagreements,
    ),
    Picture(
        "rebuttal",
        "Rebuttal: what coders answer to findings, and what was decided",
        "`auditlib desk workspace`, the audit 2026 Q1, key `b`",
        _rebuttal,
    ),
    Picture(
        "accuracy",
        "Accuracy: the answer with its interval, whether it is changing, and who needs help with what",
        "`auditlib desk workspace`, key `4`; or notebook `05_accuracy`",
        _accuracy,
    ),
    Picture(
        "denials",
        "Denials as linked pictures: what stands out; every bar filters all others and leads to its claims",
        "`auditlib desk workspace`, key `3`; or notebook `06_denials_and_outcomes`",
        _denials,
    ),
    Picture(
        "practice",
        "Practice: a learner reads the chart and enters codes, led through the eight steps",
        "`auditlib desk workspace`, key `5`, the button that opens the desk; or notebook `07_practice`",
        _practice,
    ),
    Picture(
        "report",
        "The report of an audit, one HTML file that opens without a network: answer, findings, draw",
        "`auditlib report demo`, then `workspace/reports/demo.html`",
        _report,
    ),
)
"""Every picture, in the order in which they are taken: one may go on from the one before."""


def gallery() -> str:
    """Return the page of all pictures."""
    parts = [
        "# Gallery",
        "The screens on the demo, `auditlib demo workspace`; `python -m tools.pictures` takes them.",
    ]
    for one in TAKEN:
        # A sentence that goes on after a colon is a heading up to there.
        heading = one.shows.partition(":")[0].partition(",")[0]
        link = one.path("light").relative_to(DOCS).as_posix()
        parts += [
            f"## {heading}",
            f"{one.shows}.",
            f"How to get there: {one.way}.",
            f"![{one.shows}]({link})",
        ]
    return "\n\n".join(parts) + "\n"


@contextmanager
def desk(workspace: Path, home: Path, theme: str, *, typed_in: Path | None = None) -> Iterator[str]:
    """Run the desk as `auditlib desk` does, typed in a folder, and yield its address."""
    environment = {
        **os.environ,
        "LOGNAME": _REVIEWER,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [sys.executable, "-m", "auditlib", "desk", str(workspace), "--no-browser", "--theme", theme]
    log = home / "log.txt"
    home.mkdir()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=typed_in
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while "Ctrl-C" not in (said := log.read_text()):
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"The desk did not start:\n{said}"
                raise RuntimeError(message)
            time.sleep(0.1)
        yield next(word for word in said.split() if word.startswith("http"))
    finally:
        process.terminate()
        process.wait(30)


def launched(playwright: Playwright) -> Browser:
    """Start the Chromium of this machine; only pages of our own are opened, so that it needs no sandbox."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("AUDITLIB_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])


def take(browser: Browser, demo: Path, home: Path, theme: str) -> None:
    """Take every picture in one theme, on a copy of the demo."""
    workspace = home / "workspace"
    shutil.copytree(demo, workspace)
    with desk(workspace, home / theme, theme) as address:
        scheme: Literal["dark", "light"] = "dark" if theme == "dark" else "light"
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
        page.set_default_timeout(_STEP_MILLISECONDS)
        page.goto(address)
        stage = Stage(page, workspace, theme)
        for one in TAKEN:
            one.prepare(stage)
            page.mouse.move(0, 0)
            with Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))) as taken:
                taken.convert("RGB").save(one.path(theme), "WEBP", lossless=True, quality=100, method=6)
        page.close()
    shutil.rmtree(workspace)


def main(demo: Path | None) -> None:
    """Take all pictures of a demo, by default of a new one, and write the gallery."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the list is read without a browser

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        if demo is None:
            demo = home / "demo"
            auditlib(["demo", str(demo)])
        browser = launched(playwright)
        for theme in THEMES:
            take(browser, demo, home, theme)
        browser.close()
    GALLERY.write_text(gallery(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
