"""The practice desk in a real JupyterLab: a case in each mode, by keyboard alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.practice.attempt import attempt_files, read_attempt
from auditlib.practice.pack import read_pack
from auditlib.practice.results import score_attempt
from auditlib.practice.sealing import open_keys
from tests.practice.examples import CASEBOOK, PASSPHRASE
from tests.ui.conftest import use_theme
from tests.ui.page_faults import serious_violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.conftest import NotebookPage

SCREENSHOTS = os.environ.get("AUDITLIB_SCREENSHOTS")


class PracticePage:
    def __init__(self, notebook: NotebookPage) -> None:
        self.page: Page = notebook.page
        self.screen = self.page.locator(".auditlib-practice")
        self.screen.locator(".case-title").wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def enter(self, code: str, *beside: str, system: str = "", is_listed: bool = False) -> None:
        """Enter a code by keys: its system where the code does not show it, then modifiers and units."""
        self.press("n")
        self.screen.locator("form").wait_for()
        if system:
            self.press("Shift+Tab", system, "Tab")
        self.page.keyboard.type(code)
        if is_listed:
            self.screen.locator("[role=option]", has_text=code).wait_for()
            self.press("Enter")
        for words in beside:
            self.press("Tab")
            self.page.keyboard.type(words)
        self.press("Enter")
        self.screen.locator("form").wait_for(state="detached")

    def wait_for(self, words: str, within: str = ".code-detail") -> None:
        self.screen.locator(within, has_text=words).first.wait_for()

    def keep_picture(self, name: str) -> None:
        if SCREENSHOTS:
            for theme in ("Dark", "Light"):
                use_theme(self.page, f"JupyterLab {theme}")
                self.page.screenshot(path=Path(SCREENSHOTS) / f"practice_{name}_{theme}.png")


@pytest.fixture
def open_desk(open_notebook: Callable[..., NotebookPage], tmp_path: Path) -> Callable[..., PracticePage]:
    def start(mode: str, *cases: str) -> PracticePage:
        cell = (
            "from pathlib import Path; from tests.widgets.example_practice import open_practice\n"
            f"open_practice(Path({str(tmp_path)!r}), {mode!r}, {cases!r})"
        )
        return PracticePage(open_notebook(cell))

    return start


def scored(folder: Path, pack_folder: Path, passphrase: str = "") -> dict[str, float]:
    (path,) = attempt_files(folder / "attempts")
    pack = read_pack(pack_folder)
    scores = score_attempt("a", read_attempt(path, pack), open_keys(pack, passphrase)).scores
    return {case_id: score.score for case_id, score in scores.items()}


def test_practice_by_keyboard(open_desk: Callable[..., PracticePage], tmp_path: Path) -> None:
    page = open_desk("practice", "C01", "C02")
    page.wait_for("Visit and documentation")
    page.enter("M17.10", is_listed=True)
    page.wait_for("partly right, 50.0 %")
    page.press("u")
    page.screen.locator(".row").wait_for(state="detached")
    page.enter("M17.11", is_listed=True)
    page.wait_for("right, 100.0 %")
    page.wait_for("Primary osteoarthritis of one knee has a code by side")
    # A number of a procedure shows its system.
    page.enter("20610", "RT")
    page.wait_for("RT names the side")
    page.enter("J3301", "JZ", "4", system="H", is_listed=True)
    page.wait_for("40 mg are four units")
    page.keep_picture("entered")
    page.press("m")
    page.wait_for("Score 100.0 %")
    page.wait_for("Case completed: 100.0 %", ".message")
    assert page.screen.locator("[role=tab]").count() == 4
    line = page.screen.locator(".record-line").inner_text()
    assert " ".join(line.split()) == "practice Eight steps: an injected knee"
    page.keep_picture("completed")
    assert serious_violations(page.page, within=".auditlib-practice") == []
    assert page.screen.evaluate("one => one.scrollWidth <= one.clientWidth + 1")
    assert scored(tmp_path, CASEBOOK) == {"C01": 1.0, "C02": 0.0}


def test_a_test_by_keyboard(open_desk: Callable[..., PracticePage], tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    page = open_desk("test", "C01", "C15")
    page.wait_for("Left 01:", ".time")
    page.enter("M17.11", is_listed=True)
    page.screen.locator(".row", has_text="M17.11").wait_for()
    assert page.screen.locator(".practice-feedback, .practice-result, .practice-steps").count() == 0
    page.press("m")
    page.wait_for("Appendix out", ".case-title")
    page.enter("0DTJ4ZZ")
    page.screen.locator(".row", has_text="0DTJ4ZZ").wait_for()
    page.press("w")
    page.wait_for("w again hands in", ".message")
    page.press("w")
    page.wait_for("handed in", ".record-line")
    page.keep_picture("handed_in")
    assert page.screen.locator("[data-action=complete]").is_disabled()
    page.press("u")
    page.wait_for("nothing of it can be changed", ".message")
    assert scored(tmp_path, tmp_path / "exam", PASSPHRASE) == {"C01": pytest.approx(1 / 3), "C15": 0.5}


def test_calibration_by_keyboard(open_desk: Callable[..., PracticePage], tmp_path: Path) -> None:
    page = open_desk("calibration", "C15")
    page.wait_for("K35.80", ".codes")
    # The form of the review desk: another code, the reason proposed.
    page.press("c")
    page.screen.locator("form").wait_for()
    page.page.keyboard.type("K35.30")
    page.screen.locator("[role=option]", has_text="K35.30").wait_for()
    page.press("Enter", "Enter")
    page.screen.locator(".row[data-key='2'].focused").wait_for()
    page.press("d")
    page.screen.locator("form").wait_for()
    page.press("Enter")
    page.screen.locator(".row[data-key='3'].focused").wait_for()
    page.press("a")
    page.wait_for("3 of 3 decided", ".counts")
    page.press("m")
    page.screen.locator(".badge.done", has_text="completed").wait_for()
    page.press("w")
    page.wait_for("w again hands in", ".message")
    page.press("w")
    page.wait_for("handed in", ".record-line")
    page.keep_picture("calibrated")
    assert scored(tmp_path, CASEBOOK) == {"C15": 1.0}
