"""The review desk in a real JupyterLab: its queue, its layout, what axe-core finds, keys that move codes."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditlib.ledger import Ledger
from auditlib.review import Verdict
from tests.ui.conftest import NotebookPage, use_theme
from tests.ui.page_faults import serious_violations
from tests.ui.test_review_card import ReviewPage, keep_screenshot
from tests.widgets.example_charts import open_session

THEMES = ("JupyterLab Light", "JupyterLab Dark")
SCREEN = ".auditlib-review"


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def open_desk(open_notebook: Callable[..., NotebookPage], ledger_path: Path) -> Callable[..., ReviewPage]:
    def start(*, width: int = 1280, height: int = 720, with_suggestions: bool = False) -> ReviewPage:
        cell = (
            "from pathlib import Path; from tests.widgets.example_charts import open_desk\n"
            f"open_desk(Path({str(ledger_path)!r}), with_suggestions={with_suggestions})"
        )
        review = ReviewPage(open_notebook(cell, width=width, height=height))
        review.page.evaluate("window.jupyterapp.shell.collapseLeft()")
        review.screen.locator(".queue [data-chart]").first.wait_for(state="attached")
        review.screen.evaluate("element => { element.scrollIntoView({block: 'center'}); element.focus(); }")
        return review

    return start


def change_theme(review: ReviewPage, theme: str) -> None:
    use_theme(review.page, theme)
    review.screen.evaluate("element => element.focus()")


def parts_out_of_place(review: ReviewPage) -> list[str]:
    """What of the desk is cut off: a button beyond its edges, or a part that scrolls as a whole."""
    found: list[str] = review.screen.evaluate(
        """screen => {
          const edge = screen.getBoundingClientRect();
          const desk = screen.querySelector(".desk");
          const faults = [];
          if (desk.scrollHeight > desk.clientHeight + 1) faults.push("the desk scrolls");
          for (const button of desk.querySelectorAll("button, input, select")) {
            const box = button.getBoundingClientRect();
            if (!box.width || button.closest(".queue-rows, .evidence-rows, .tabs, .form-place")) continue;
            if (box.right > edge.right + 1 || box.bottom > edge.bottom + 1 || box.height < 20)
              faults.push(button.textContent || button.getAttribute("aria-label"));
          }
          return faults;
        }"""
    )
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_the_desk_fits_its_pane_and_axe_finds_nothing_serious(
    open_desk: Callable[..., ReviewPage], theme: str
) -> None:
    review = open_desk(with_suggestions=True)
    change_theme(review, theme)
    assert review.screen.locator(".queue").is_visible()
    pane = review.page.locator(".jp-WindowedPanel-outer").first.evaluate("element => element.clientHeight")
    assert review.screen.evaluate("element => element.offsetHeight") <= pane

    def look(name: str) -> None:
        keep_screenshot(review, f"desk-{name}-{theme.rsplit(maxsplit=1)[-1]}")
        assert parts_out_of_place(review) == []
        assert review.screen.locator("button.main:visible").count() <= 1
        assert serious_violations(review.page, within=SCREEN) == []

    look("codes")
    # What is hidden is said in words, and is nowhere in the page.
    assert "hidden in this audit" in review.screen.locator(".facts").first.inner_text()
    assert "C04" not in review.screen.evaluate("element => element.outerHTML")
    review.press("v")
    assert review.screen.locator(".document .text:visible").count() == 2
    review.press("s")
    review.wait_for_message("Evidence 1 of 2")
    look("evidence")
    review.press("c")
    review.page.keyboard.type("e11.2")
    review.screen.locator(".found [aria-selected=true]").wait_for()
    look("form")
    review.press("Escape", "f")
    review.screen.get_by_role("form", name="Requirements of the document").wait_for()
    look("requirements")
    review.press("Escape", "y")
    form = review.screen.locator(".form")
    form.get_by_label("Question", exact=True).fill("Which stage was treated?")
    form.get_by_label("Clinical indicators").fill("eGFR 48")
    form.get_by_label("Provider", exact=True).fill("Dr Lee")
    form.get_by_label("Choices").fill("stage 3a\nstage 3b")
    review.press("Control+Enter")
    review.screen.locator(".record-line", has_text="Query Q1").wait_for()
    review.press("j", "m")
    # With an open query, the chart is completed by a second m only; the accepted finding says so.
    review.wait_for_message("m again completes the chart so")
    assert "until Dec 31, 2026, because" in review.screen.locator(".code-detail .finding").inner_text()
    look("open-query")
    review.press("j", "j")
    look("modifier")
    review.press("?")
    review.screen.locator(".help").wait_for()
    look("keys")
    review.press("Escape", "i")
    review.screen.locator(".form").wait_for()
    look("suggested")
    review.press("Enter")
    review.screen.locator(".row", has_text="N18.31").wait_for()
    review.screen.locator(".suggested .badge").nth(1).wait_for()


def test_a_low_or_narrow_pane_leaves_codes_form_and_one_document(
    open_desk: Callable[..., ReviewPage],
) -> None:
    review = open_desk(width=1000, height=620)
    assert not review.screen.locator(".queue").is_visible()
    assert review.screen.locator(".document .text:visible").count() == 1
    assert not review.screen.locator(".evidence-rows").is_visible()
    assert review.screen.locator(".evidence-panel h2", has_text="supports 1").is_visible()
    assert parts_out_of_place(review) == []
    keep_screenshot(review, "desk-narrow")
    review.press("g")
    review.screen.locator(".queue").wait_for()
    keep_screenshot(review, "desk-narrow-queue")
    assert serious_violations(review.page, within=SCREEN) == []
    review.page.keyboard.type("acc-2")
    review.press("Enter")
    review.wait_for_chart("Chart 2 of 3", "A0002")
    assert not review.screen.locator(".queue").is_visible()
    review.press("c")
    review.screen.locator(".form").wait_for()
    keep_screenshot(review, "desk-narrow-form")
    review.press("Escape")


def test_a_queue_is_walked_sorted_and_filtered(
    open_desk: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    # Somebody else has reviewed the chart: nothing of it is in the page of the second reviewer.
    first = Verdict(
        "A0001", "delete", 1, "ICD-10-CM", "E119", None, "unsupported code", "coder rule", "FIRST SAID"
    )
    open_session(ledger_path, "Bea").decide(first, recorded_at=datetime.now(UTC))
    review = open_desk()
    rows = review.screen.locator(".queue [data-chart]")
    review.wait_for_badge(1, "open")

    def shown() -> list[tuple[str | None, str]]:
        return [(row.get_attribute("data-chart"), row.locator(".state").inner_text()) for row in rows.all()]

    assert shown() == [("A0001", "3 findings"), ("A0002", ""), ("A0003", "")]
    review.press("a")
    review.screen.locator("[data-chart=A0001] .state", has_text="1 of 4 codes").wait_for()
    review.press("g")
    review.page.keyboard.type("3")
    review.press("Enter")
    review.wait_for_chart("Chart 3 of 3", "A0003")
    review.screen.locator("li.now [data-chart=A0003]").wait_for()
    # By the mouse: sorted by dollars, then only what has findings.
    review.screen.get_by_label("Sort the queue").select_option(label="Most dollars first")
    assert [chart for chart, _ in shown()] == ["A0002", "A0001", "A0003"]
    review.screen.get_by_label("Show charts by stratum").select_option("found=any")
    assert [chart for chart, _ in shown()] == ["A0001"]
    rows.first.click()
    review.wait_for_chart("Chart 1 of 3", "A0001")
    # The first time the chart was opened by the cell, and nothing was left for it.
    page = review.screen.evaluate("element => element.outerHTML")
    assert [word for word in ("Bea", "FIRST SAID") if word in page] == []
    seconds = [event.payload.get("seconds") for event in Ledger(ledger_path).events(kinds=["chart opened"])]
    assert seconds[0] is None
    assert all(isinstance(value, float) for value in seconds[1:])


def test_a_code_is_resequenced_by_keys_and_its_follower_is_offered(
    open_desk: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_desk()
    review.press("j", "q")
    review.wait_for_message("j and k move the code")
    review.press("k")
    order = [row.get_attribute("data-key") for row in review.screen.locator(".codes .row").all()]
    assert order == ["2", "1", "3", "4"]
    review.press("Escape")
    assert review.screen.locator(".codes .row").first.get_attribute("data-key") == "1"
    assert Ledger(ledger_path).events(kinds=["verdict"]) == []

    review.press("q", "k", "Enter")
    review.wait_for_badge(2, "change")
    # The code that was principal is asked about; nothing is decided of it before Enter.
    review.wait_for_message("E11.9 is then secondary")
    assert len(Ledger(ledger_path).events(kinds=["verdict"])) == 1
    review.press("Enter")
    review.wait_for_badge(1, "change")
    made: list[dict[str, Any]] = [
        dict(each.payload) for each in Ledger(ledger_path).events(kinds=["verdict"])
    ]
    assert [(each["code"], each["corrected"]["code_role"], each["error_kind"]) for each in made] == [
        ("I10", "principal", "sequencing"),
        ("E119", "secondary", "sequencing"),
    ]
    assert made[0]["comment"] == "Belongs at position 1, was listed at 2."


def test_keys_of_one_character_can_be_turned_off(
    open_desk: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_desk()
    review.press("?")
    review.screen.get_by_label("Keys of one character are on").uncheck()
    review.press("Escape")
    review.press("a", "d", "x", "?", "/")
    assert review.screen.locator(".form, .help:visible").count() == 0
    review.press("ArrowDown")
    review.wait_for_focus_on(2)
    review.screen.get_by_role("button", name="a Agree", exact=True).click()
    review.wait_for_badge(2, "agree")
    assert len(Ledger(ledger_path).events(kinds=["verdict"])) == 1
    review.screen.get_by_role("button", name="? Keys", exact=True).click()
    review.screen.get_by_label("Keys of one character are on").check()
    review.press("Escape", "a")
    review.wait_for_badge(3, "agree")


def test_what_is_hidden_is_opened_with_its_reason(
    open_desk: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_desk()
    review.press("b", "Enter")
    review.wait_for_message("Say why it is opened.")
    review.page.keyboard.type("A question to the coder.")
    review.press("Enter")
    review.screen.locator(".facts", has_text="Coder C04").wait_for()
    payloads = [event.payload for event in Ledger(ledger_path).events(kinds=["unblinded"])]
    assert payloads == [{"level": "coder", "reason": "A question to the coder."}]
    if folder := os.environ.get("AUDITLIB_SCREENSHOTS"):
        review.page.screenshot(path=Path(folder) / "desk-in-jupyterlab.png")
