"""The review screen in a real JupyterLab: by keys alone, with hostile text, and through killed kernels."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditlib.ledger import Ledger
from auditlib.review import chart_frame, verdict_frame
from tests.ui.conftest import NotebookPage, use_theme
from tests.widgets.example_charts import HOSTILE, NOTE, open_session
from tests.widgets.example_scans import SENTENCE

if TYPE_CHECKING:
    from playwright.sync_api import Locator

SCREEN = ".auditlib-review"


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


class ReviewPage:
    """The screen as a reviewer meets it: keys in, words out."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.screen = self.page.locator(SCREEN)
        self.row(1).wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def row(self, number: int | str) -> Locator:
        return self.screen.locator(f".row[data-key='{number}']")

    def wait_for_badge(self, number: int | str, words: str) -> None:
        self.row(number).locator(".badge", has_text=words).wait_for()

    def wait_for_chart(self, position: str, encounter_id: str) -> None:
        self.screen.locator(".position", has_text=position).wait_for()
        self.screen.locator(".encounter", has_text=encounter_id).wait_for()

    def wait_for_message(self, words: str) -> None:
        self.screen.locator(".message", has_text=words).wait_for()

    def wait_for_focus_on(self, number: int | str) -> None:
        self.screen.locator(f".row.focused[data-key='{number}']").wait_for()


@pytest.fixture
def open_review(open_notebook: Callable[..., NotebookPage], ledger_path: Path) -> Callable[..., ReviewPage]:
    def start(*more_cells: str) -> ReviewPage:
        cell = (
            "from pathlib import Path; from tests.widgets.example_charts import open_card\n"
            f"open_card(Path({str(ledger_path)!r}))"
        )
        return ReviewPage(open_notebook(cell, *more_cells))

    return start


def verdicts(path: Path) -> list[tuple[object, ...]]:
    frame = verdict_frame(Ledger(path).events())
    columns = ("encounter_id", "code_number", "action", "corrected_code", "error_kind", "cause", "comment")
    return frame.select(columns).rows()


def test_two_charts_are_reviewed_by_keyboard_alone(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review()
    # The screen has the focus from the start; nothing is clicked in this test.
    review.press("c")
    review.page.keyboard.type("E11.2")
    # The first of the codes is chosen: Enter takes it, and the next Enter would save.
    first = review.screen.locator(".found [role=option][aria-selected=true]", has_text="E11.22")
    first.wait_for()
    field = review.screen.get_by_role("combobox", name="Code", exact=True)
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    review.press("ArrowDown", "ArrowUp", "Enter", "Tab", "Tab", "Tab")
    review.page.keyboard.type("add and delete nothing")
    review.press("Enter")
    review.wait_for_badge(1, "change")
    review.wait_for_focus_on(2)

    review.press("a")
    review.wait_for_badge(2, "agree")
    review.wait_for_focus_on(3)
    review.press("d")
    review.page.keyboard.type("docum")
    review.press("Enter")
    review.wait_for_badge(3, "delete")

    review.press("n")
    review.page.keyboard.type("n18.31")
    # Both presses come before the codes do: the first one takes, the second one saves.
    review.press("Enter", "Enter")
    review.wait_for_badge("+ICD-10-CM/N1831/secondary", "add")

    review.press("m")
    review.wait_for_message("code 4 undecided")
    review.wait_for_focus_on(4)
    review.press("a")
    review.wait_for_badge(4, "agree")
    review.press("m")
    review.wait_for_chart("Chart 2 of 3", "A0002")

    review.press("a")
    review.wait_for_badge(1, "agree")
    review.press("m")
    review.wait_for_chart("Chart 3 of 3", "A0003")

    assert verdicts(ledger_path) == [
        ("A0001", 1, "change", "E1122", "not specific", "coder oversight", "add and delete nothing"),
        ("A0001", 2, "agree", None, None, None, None),
        ("A0001", 3, "delete", None, "unsupported code", "documentation missing", None),
        ("A0001", 4, "agree", None, None, None, None),
        ("A0001", None, "add", "N1831", "missed code", "coder oversight", None),
        ("A0002", 1, "agree", None, None, None, None),
    ]  # fmt: skip
    assert chart_frame(Ledger(ledger_path).events())["encounter_id"].to_list() == ["A0001", "A0002"]
    Ledger(ledger_path).verify()


def test_tab_leads_from_the_code_to_the_next_field_while_codes_are_listed(
    open_review: Callable[..., ReviewPage],
) -> None:
    review = open_review()
    review.press("c")
    review.page.keyboard.type("E11")
    review.screen.locator(".found [role=option][aria-selected=true]").wait_for()
    # More codes than there is room for.
    review.screen.locator(".found").evaluate("list => { list.style.maxHeight = '30px'; }")
    review.press("Tab")
    assert review.page.evaluate("document.activeElement.name") == "error_kind"


def test_a_sentence_and_dollars_are_attached_by_keys_and_by_mouse(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review()
    # By keys: cause, more fields, comment, dollars, direction; then the second of what bears on the code,
    # the sentence that contradicts it.
    review.press("d")
    review.page.keyboard.type("coder r")
    review.press(".", "Tab", "Tab")
    review.page.keyboard.type("45.2")
    review.press("Tab", "ArrowDown", "Tab", "ArrowDown", "ArrowDown", "Enter")
    review.wait_for_badge(1, "delete")
    review.row(1).click()
    detail = review.screen.locator(".code-detail")
    detail.locator(".verdict", has_text="underpaid $45.20").wait_for()
    detail.locator(".evidence-quote", has_text="Type 2 diabetes mellitus with").wait_for()
    review.row(2).click()
    # By mouse: a click on a marked sentence, then a selection of text, the last one counts.
    review.press("d")
    review.page.keyboard.type("coder r")
    review.screen.locator(".text mark.evidence").first.click()
    review.wait_for_message("Attached as evidence.")
    review.screen.locator(".text").get_by_text("She denies").first.evaluate(
        """element => {
          const text = element.closest(".text");
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf("She denies chest pain.");
            if (at < 0) continue;
            document.getSelection().setBaseAndExtent(node, at, node, at + "She denies chest pain.".length);
          }
          text.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }"""
    )
    review.press("Enter")
    review.wait_for_badge(2, "delete")
    review.row(2).click()
    detail.locator(".evidence-quote", has_text="She denies chest pain.").wait_for()
    frame = verdict_frame(Ledger(ledger_path).events())
    assert [str(amount) for amount in frame["payment_difference"]] == ["-45.20", "None"]
    passages = frame.select("evidence_document_id", "evidence_start", "evidence_end").rows()
    assert [NOTE[start:end] for _, start, end in passages] == [
        "Type 2 diabetes mellitus with diabetic chronic kidney disease, stage 3a.",
        "She denies chest pain.",
    ]


def test_keys_reach_neither_the_notebook_nor_through_hostile_text(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review("1 + 1")
    cell_count = review.notebook.cell_count
    # In JupyterLab's command mode these cut, delete and insert cells.
    review.press("b", "z", "y", "0", "0", "d", "d", "Escape", "Shift+M")
    # The form of the record is open: what is typed chooses in it, and reaches no cell.
    review.press("x", "x", "d", "d", "Escape")
    assert review.notebook.cell_count == cell_count
    assert review.screen.is_visible()

    # A button that had the focus is drawn anew after the answer; the focus must not fall to the notebook.
    review.screen.get_by_role("button", name="Agree").focus()
    review.press("Enter")
    review.wait_for_badge(1, "agree")
    review.press("z", "d", "d", "x", "Escape")
    review.screen.get_by_role("button", name="Delete").focus()
    review.press("d", "d", "x", "Escape")
    assert review.notebook.cell_count == cell_count

    review.press("/")
    review.page.keyboard.type("dad and mum")
    review.wait_for_message("No match")
    review.press("Escape")
    assert [event.payload["action"] for event in Ledger(ledger_path).events(kinds=["verdict"])] == ["agree"]

    review.press("l")
    review.wait_for_chart("Chart 2 of 3", "A0002")
    for place in (".text", ".about", ".row .description", ".code-detail .finding", ".facts"):
        assert HOSTILE in review.screen.locator(place).first.inner_text().replace("\n", " ")
    # Nothing in bold but what the desk itself makes so: headings, facts, the time, names of checks.
    own = "b:not(.finding b, .facts b, .stay-fact b, .time b, .heading, .payer b)"
    assert review.screen.locator(f"script, img, {own}").count() == 0
    assert review.page.evaluate("window.hacked") is None

    review.press("Control+s")
    review.wait_for_message("Nothing to save")
    review.press("Escape")
    assert not review.page.evaluate("document.activeElement.closest('.auditlib-review')")


def judge_stay_by_keys_and_by_mouse(review: ReviewPage) -> None:
    """Judge discharge status and DRG: what was billed agrees, and the codes as audited propose a DRG."""
    button = lambda name: review.screen.get_by_role("button", name=name, exact=True)  # noqa: E731 - read as one word
    stay = lambda fact: review.screen.locator(".stay-fact", has_text=fact).locator(".badge")  # noqa: E731 - as above
    review.press("p", "Enter")
    stay("Discharge status 01").get_by_text("agree").wait_for()
    review.wait_for_message("p judges the DRG")
    button("p Stay").click()
    button("Take 193").click()
    review.screen.get_by_label("Comment", exact=True).fill("An MCC is documented.")
    button("Enter Save").click()
    stay("DRG 194, paid 195").get_by_text("change to 193").wait_for()
    button("Shift+P Undo stay").click()
    stay("DRG 194").get_by_text("to judge").wait_for()
    review.press("p")
    review.page.keyboard.type("193")
    # The first Enter takes the match, the second one saves.
    review.press("Enter", "Enter")
    stay("DRG 194").get_by_text("change to 193").wait_for()


def test_every_action_has_a_labelled_button(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review()
    button = lambda name: review.screen.get_by_role("button", name=name, exact=True)  # noqa: E731 - read as one word
    button("? Keys").click()
    assert review.screen.locator(".help .key-list > div").count() == 35
    button("Esc Close").click()

    review.screen.get_by_role("tab", name="Lab report").click()
    review.screen.locator(".about", has_text="Metabolic panel and A1c").wait_for()
    evidence = review.screen.locator(".evidence-rows li")
    assert evidence.count() == 2
    review.press("s")
    review.wait_for_message("Evidence 1 of 2")
    review.screen.locator(".evidence-rows li.now", has_text="eleven years").wait_for()
    # The heading in the sentence is marked as a piece of its own; all else is one mark.
    assert review.screen.locator(".text mark.walked-to").all_inner_texts() == [
        "HISTORY",
        ": 64-year-old woman with type 2 diabetes for eleven years.",
    ]
    review.screen.locator(".about", has_text="Office visit").wait_for()

    text = review.screen.locator(".text")
    review.screen.get_by_role("tab", name="Other").click()
    review.press("Space")
    scrolled = text.evaluate("element => element.scrollTop")
    assert scrolled > 0
    review.press("[", "[")
    assert text.evaluate("element => element.scrollTop") == 0
    review.press("ArrowRight", "ArrowRight")
    assert text.evaluate("element => element.scrollTop") == scrolled
    review.press("[", "[")

    review.row(3).click()
    assert review.screen.locator(".text mark.negated").inner_text() == "No heart failure."
    button("a Agree").click()
    review.wait_for_badge(3, "agree")
    review.row(3).click()
    button("u Undo").click()
    review.wait_for_badge(3, "open")

    button("d Delete").click()
    button("Enter Save delete").click()
    review.wait_for_badge(3, "delete")
    button("c Change").click()
    button("Esc Cancel").click()
    button("n Add code").click()
    button("Esc Cancel").click()

    button("l Next").click()
    review.wait_for_chart("Chart 2 of 3", "A0002")
    judge_stay_by_keys_and_by_mouse(review)
    button("a Agree").click()
    review.wait_for_badge(1, "agree")
    button("m Complete chart").click()
    review.wait_for_chart("Chart 3 of 3", "A0003")
    button("h Previous").click()
    review.wait_for_chart("Chart 2 of 3", "A0002")
    button("r Reopen chart").click()
    button("m Complete chart").wait_for()
    assert [event.kind for event in Ledger(ledger_path).events()] == [
        "chart opened", "verdict", "verdict withdrawn", "verdict", "chart opened",
        "stay judged", "stay judged", "stay verdict withdrawn", "stay judged",
        "verdict", "chart completed", "chart opened", "chart opened", "chart reopened",
    ]  # fmt: skip


def test_keys_pressed_while_a_decision_is_being_written_are_applied_in_order_to_their_codes(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review()
    with closing(sqlite3.connect(ledger_path, isolation_level=None)) as other_writer:
        other_writer.execute("begin immediate")
        review.press("a", "j", "j", "a", "k", "d")
        review.page.keyboard.type("coder r")
        review.press("Enter")
        # Nothing is shown as decided before it is on the disk.
        assert review.row(1).locator(".badge").inner_text() == "saving…"
        assert review.screen.locator("header .saving.on").inner_text() == "Saving…"
        other_writer.execute("rollback")
    review.wait_for_badge(1, "agree")
    review.wait_for_badge(3, "agree")
    review.wait_for_badge(2, "delete")
    review.screen.locator("header .saving", has_text=re.compile(r"^Saved \d\d:\d\d:\d\d$")).wait_for()
    assert [event.payload["code_number"] for event in Ledger(ledger_path).events(kinds=["verdict"])] == [
        1,
        3,
        2,
    ]


def test_a_killed_kernel_loses_nothing_that_was_acknowledged(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review()
    for _ in range(3):
        number = open_session(ledger_path).first_undecided("A0001")
        assert number is not None
        review.wait_for_focus_on(number)
        review.press("a")
        review.wait_for_badge(number, "agree")
        # One more is on its way when the kernel dies; whether it lands is open.
        if number < 3:
            review.press("a")
        review.notebook.kill_kernel()
        review.wait_for_message("The kernel is gone.")
        session = open_session(ledger_path)
        assert all(session.current_verdict("A0001", before) is not None for before in range(1, number + 1))

        review.notebook.wait_for_restart()
        review.notebook.run_all()
        review.screen.locator("header .saving", has_text="All saved").wait_for()
        review.wait_for_chart("Chart 1 of 3", "A0001")
        for before in range(1, number + 1):
            review.wait_for_badge(before, "agree")
        if session.first_undecided("A0001") is None:
            break
    Ledger(ledger_path).verify()


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_the_page_itself_is_shown_beside_its_text_by_keys(
    open_notebook: Callable[..., NotebookPage], ledger_path: Path, theme: str
) -> None:
    cell = (
        "from pathlib import Path; from tests.widgets.example_scans import open_scans_card\n"
        f"open_scans_card(Path({str(ledger_path)!r}))"
    )
    review = ReviewPage(open_notebook(cell))
    use_theme(review.page, theme)
    review.screen.evaluate("element => element.focus()")
    text, view = review.screen.locator(".text"), review.screen.locator(".page-view")
    picture = view.locator("img")
    assert text.is_visible()

    review.press("v")
    picture.wait_for()
    assert picture.get_attribute("alt") == "Page 1 of 2 of Office visit"
    # There is no room beside the text in a pane as narrow as this.
    assert not text.is_visible()
    # The sentence that bears on the code is on the second page, and is marked there.
    review.press("s")
    review.wait_for_message("Evidence 1 of 1, page 2.")
    review.screen.locator("img[alt='Page 2 of 2 of Office visit']").wait_for()
    view.locator(".box.evidence").first.wait_for()
    assert view.locator(".box.evidence").count() == len(SENTENCE.split())
    review.screen.locator(".page-title", has_text="text of the file").wait_for()
    keep_screenshot(review, f"page-{theme}")
    review.press("{")
    review.screen.locator("img[alt='Page 1 of 2 of Office visit']").wait_for()
    review.press("}", "v")
    text.wait_for()
    assert review.screen.get_by_role("button", name="v One", exact=True).is_enabled()

    # A scan without text begins with its page; its title travels as text.
    review.press("]")
    review.screen.locator("img[alt='Page 1 of 1 of <b>Consent</b>']").wait_for()
    review.screen.locator(
        ".about .origin", has_text="Image only: search and evidence do not see it"
    ).wait_for()
    keep_screenshot(review, f"scan-{theme}")
    assert picture.evaluate("image => image.naturalWidth") > 900
    review.press("]")
    text.wait_for()
    assert not review.screen.get_by_role("button", name="v One", exact=True).is_enabled()
    review.press("v")
    review.wait_for_message("no other view")


def test_a_chart_without_documents_asks_for_its_record_by_key_and_by_mouse(
    open_notebook: Callable[..., NotebookPage], ledger_path: Path
) -> None:
    cell = (
        "from pathlib import Path; from tests.widgets.example_charts import open_bare_card\n"
        f"open_bare_card(Path({str(ledger_path)!r}))"
    )
    review = ReviewPage(open_notebook(cell))
    line = review.screen.locator(".record-line")
    line.get_by_text("No documents: was the record seen?").wait_for()
    keep_in_both_themes(review, "record-needed")
    # Out of habit: neither the codes nor the chart are agreed, the form opens instead.
    for key in ("a", "Escape", "m", "Escape", "a"):
        review.press(key)
    review.wait_for_message("No document here holds text")
    review.press("Enter")
    review.wait_for_message("Choose what is known of the record.")
    review.page.keyboard.type("reviewed")
    review.press("Enter")
    review.wait_for_message("Say where the record was reviewed.")
    review.page.keyboard.type("binder 7")
    keep_in_both_themes(review, "record-form")
    # The form's button is the only filled one.
    assert review.screen.locator("button.main:visible").count() == 1
    review.press("Enter")
    line.get_by_text("Record reviewed elsewhere: binder 7").wait_for()
    review.press("a")
    review.wait_for_badge(1, "agree")
    keep_in_both_themes(review, "record-elsewhere")

    # Taken back by the mouse, and said otherwise.
    line.get_by_role("button", name="Undo record").click()
    line.get_by_text("No documents: was the record seen?").wait_for()
    line.get_by_role("button", name="Record").click()
    form = review.screen.get_by_role("form", name="Record of this visit")
    form.get_by_label("Record", exact=True).select_option("missing")
    form.get_by_role("button", name="Save").click()
    line.get_by_text("Record missing").wait_for()
    review.wait_for_badge(1, "no record")
    review.press("a")
    review.wait_for_message("The record is missing, so no code can be judged")
    keep_in_both_themes(review, "record-missing")
    review.press("m")
    review.wait_for_chart("Chart 2 of 2", "B0002")
    assert line.is_hidden()
    kinds = [event.kind for event in Ledger(ledger_path).events()]
    assert kinds == [
        *("chart opened", "record stated", "verdict", "record statement withdrawn", "record stated"),
        *("chart completed", "chart opened"),
    ]


def keep_screenshot(review: ReviewPage, name: str) -> None:
    """Keep a picture of the screen for a person to look at, where the run names a folder for it."""
    if folder := os.environ.get("AUDITLIB_SCREENSHOTS"):
        review.screen.screenshot(path=Path(folder) / f"{name}.png")


def keep_in_both_themes(review: ReviewPage, name: str) -> None:
    if "AUDITLIB_SCREENSHOTS" not in os.environ:
        return
    for theme in ("Dark", "Light"):
        use_theme(review.page, f"JupyterLab {theme}")
        keep_screenshot(review, f"{name}-{theme}")


def test_the_level_of_a_visit_and_a_query_are_entered_by_keys(
    open_review: Callable[..., ReviewPage], ledger_path: Path
) -> None:
    review = open_review()
    review.press("e")
    review.wait_for_message("not of a visit")
    review.row(4).click()
    review.press("e")
    form = review.screen.locator(".form")
    form.get_by_text("by decision making or time").wait_for()
    for name in ("Problems", "Data", "Risk"):
        form.get_by_label(name, exact=True).select_option("low")
    form.get_by_label("Minutes", exact=True).fill("12")
    review.press("Enter")
    review.wait_for_badge(4, "agree")

    review.press("y")
    form.get_by_label("Question", exact=True).fill("Which stage was treated?")
    form.get_by_label("Clinical indicators").fill("eGFR 48")
    form.get_by_label("Provider", exact=True).fill("Dr Lee")
    form.get_by_label("Choices").fill("stage 3a")
    review.press("Control+Enter")
    review.wait_for_message("Only one choice")
    form.get_by_label("Choices").fill("stage 3a\nstage 3b")
    review.press("Control+Enter")
    review.screen.locator(".record-line", has_text="Query Q1 to Dr Lee, open for 0 days").wait_for()
    review.press("y")
    form.get_by_label("Answer", exact=True).select_option("stage 3a")
    review.press("Enter")
    review.screen.locator(".record-line", has_text="Query Q1").wait_for(state="hidden")
    events = Ledger(ledger_path).events()
    assert [event.kind for event in events] == ["chart opened", "verdict", "query sent", "query answered"]
    assert events[1].payload["visit"]["minutes"] == 12  # type: ignore[index]
