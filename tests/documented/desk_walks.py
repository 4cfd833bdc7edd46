"""What four new users press on the desk, on their own files and on the demo, with pictures.

Beside each picture it is kept what the screen says, what of it is cut off, and which errors the page had.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tests.ui.start_gestures import CUT
from tools.pictures import THEMES, Stage, desk, launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_STEP_MILLISECONDS: Final = 45_000
_LOOK_MILLISECONDS: Final = 700
_MOST_LOOKS: Final = 20


@dataclass(slots=True)
class Walk:
    """One user at one desk in one theme.

    Parameters
    ----------
    stage
        The desk.
    name
        How the names of its pictures begin.
    folder
        Where they go.
    """

    stage: Stage
    name: str
    folder: Path
    seen: list[str] = field(default_factory=list)
    count: int = 0

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.stage.press(*keys)

    def type(self, words: str) -> None:
        """Type words, as they are."""
        self.stage.page.keyboard.type(words)

    def wait_for(self, words: str) -> None:
        """Wait until the page says something."""
        self.stage.page.get_by_text(words).first.wait_for()

    def focus(self, part: str) -> None:
        """Wait for a part of the page, and give it the keys."""
        self.stage.part(part).focus()

    def start(self) -> None:
        """Go back to the start screen."""
        self.stage.start()

    def click(self, button: str) -> None:
        """Press a button by its words."""
        self.stage.page.get_by_role("button", name=button).first.click()

    def choose(self, audit: str) -> None:
        """Choose an audit in the list of the start screen."""
        self.stage.page.locator(".auditlib-start tr", has_text=audit).first.click()
        self.stage.page.locator(".auditlib-start").focus()

    def settle(self) -> None:
        """Wait until the page says the same twice: what is asked beside the work comes a little later."""
        page, before = self.stage.page, ""
        for _ in range(_MOST_LOOKS):
            words = page.locator("body").inner_text()
            if words == before:
                return
            before = words
            # Nothing says that a page has come to rest: it is looked at again after a while.
            page.wait_for_timeout(_LOOK_MILLISECONDS)

    def picture(self, name: str) -> None:
        """Take a picture, and keep what the screen says in its band and its message line."""
        page = self.stage.page
        self.settle()
        self.count += 1
        file = f"{self.name}_{self.count:02}_{name}_{self.stage.theme}.png"
        page.mouse.move(0, 0)
        page.screenshot(path=self.folder / file, animations="disabled", caret="hide")
        self.seen.append(file)
        for words in page.locator(".next p, .message, .outlook, .problem").all_inner_texts():
            self.seen += [f"    {line}" for line in words.splitlines() if line.strip()]
        self.seen += [f"SURPRISE cut off: {one}" for one in page.locator("body").evaluate(CUT)]


def _first_start(walk: Walk) -> None:
    """Load, check, sample, review, estimate and report, in a workspace that the desk makes."""
    page = walk.stage.page
    walk.wait_for("Next: load your files")
    walk.picture("start")
    walk.focus(".auditlib-start")
    walk.press("?")
    walk.picture("keys")
    walk.press("?", "6")
    walk.picture("demo_form")
    walk.press("Escape", "Enter")
    walk.picture("load_form")
    walk.type("carier.txt")
    walk.press("Enter", "Enter")
    walk.wait_for("There is no file or folder")
    walk.picture("mistyped")
    page.get_by_label("File or folder on this machine").fill("carrier.txt")
    walk.press("Enter", "Enter")
    walk.wait_for("Next: run the checks")
    walk.picture("loaded")
    walk.focus(".auditlib-start")
    walk.press("Enter")
    walk.wait_for("Next: plan an audit")
    walk.picture("checked")
    walk.focus(".auditlib-start")
    walk.press("Enter")
    walk.picture("plan_form")
    walk.press("Enter")
    walk.wait_for("Give the audit a name")
    walk.picture("plan_refused")
    walk.type("q1")
    page.get_by_label("Charts to review").fill("2")
    page.get_by_label("Seed").fill("41352")
    walk.press("Enter")
    walk.wait_for("Draws 2 of 240")
    walk.picture("plan_checked")
    walk.press("Enter")
    _review_without_documents(walk)
    walk.press("v")
    walk.wait_for("What the sample of")
    walk.picture("estimate")
    walk.start()
    walk.press("e")
    walk.wait_for("Written:")
    walk.picture("reported")


def _review_without_documents(walk: Walk) -> None:
    """Say where each of two records was read, agree with every code, and go back to the start screen."""
    page = walk.stage.page
    walk.focus(".auditlib-review")
    walk.stage.part(".auditlib-review h1 .encounter")
    walk.picture("review")
    for chart in ("1", "2"):
        walk.press("m")
        walk.picture(f"too_early_{chart}")
        walk.press("x")
        walk.wait_for("Record of this visit")
        page.locator(".auditlib-review select[name=status]").select_option("reviewed elsewhere")
        walk.press("Tab")
        walk.type("the clinic's own system")
        if chart == "1":
            walk.picture("record_form")
        walk.press("Enter")
        page.locator(".record-line", has_text="eviewed elsewhere").wait_for()
        walk.picture(f"record_{chart}")
        _agree_with_every_code(walk)
        walk.picture(f"agreed_{chart}")
        walk.press("m")
        walk.settle()
    walk.picture("reviewed")
    walk.start()
    walk.picture("after_review")


def _agree_with_every_code(walk: Walk) -> None:
    page = walk.stage.page
    count = page.locator(".auditlib-review .codes .row").count()
    for decided in range(1, count + 1):
        walk.press("a")
        page.get_by_text(f"{decided} of {count} decided").first.wait_for()


def _auditor_on_demo(walk: Walk) -> None:
    """Plan an audit, give some verdicts, and see estimate and report of one that is reviewed."""
    page = walk.stage.page
    walk.stage.wait_until_gone("Counting what is not checked")
    walk.picture("start")
    walk.focus(".auditlib-start")
    walk.press("2")
    walk.type("er2")
    page.get_by_label("Charts to review").fill("3")
    page.get_by_label("Seed").fill("335")
    walk.press("Enter")
    walk.wait_for("Draws 3 of 3,014")
    walk.press("Enter")
    walk.focus(".auditlib-review")
    walk.stage.part(".auditlib-review .documents .text")
    walk.picture("review")
    walk.press("?")
    walk.picture("review_keys")
    walk.press("Escape", "j", "a")
    walk.settle()
    walk.picture("agreed")
    walk.press("c")
    walk.type("e11.2")
    page.locator(".found [aria-selected=true]").wait_for()
    walk.picture("change_form")
    walk.press("Enter", "Enter")
    walk.settle()
    walk.picture("changed")
    walk.press("u")
    walk.settle()
    walk.press("m")
    walk.settle()
    walk.picture("too_early")
    walk.start()
    walk.picture("after_review")
    walk.choose("demo")
    walk.press("v")
    walk.wait_for("What the sample of")
    walk.picture("estimate")
    walk.start()
    walk.choose("demo")
    walk.press("e")
    walk.wait_for("Written:")
    walk.picture("reported")
    page.goto((walk.stage.workspace / "reports" / "demo.html").as_uri())
    walk.stage.part("main")
    walk.picture("report")


def _manager_on_own(walk: Walk) -> None:
    """Name the reviewer of a sample drawn by a command, review a chart, look where coding stands."""
    walk.stage.wait_until_gone("Counting what is not checked")
    walk.picture("start")
    walk.focus(".auditlib-start")
    walk.press("4")
    walk.stage.part(".auditlib-accuracy")
    walk.settle()
    walk.picture("accuracy_without_reviews")
    walk.start()
    walk.press("t")
    walk.picture("name_reviewers")
    walk.press("Enter")
    walk.settle()
    walk.picture("reviewers_checked")
    walk.press("Enter")
    walk.focus(".auditlib-review")
    walk.stage.part(".auditlib-review .documents .text")
    walk.picture("review")
    _agree_with_every_code(walk)
    walk.press("m")
    walk.settle()
    walk.picture("next_chart")
    walk.start()
    walk.press("4")
    walk.stage.part(".auditlib-accuracy")
    walk.settle()
    walk.picture("accuracy")


def _manager_on_demo(walk: Walk) -> None:
    """Where coding stands, the rows behind a number, a mistyped target, findings and disagreements."""
    page = walk.stage.page
    walk.press("4")
    walk.stage.part(".auditlib-accuracy svg")
    walk.picture("accuracy")
    page.locator(".auditlib-accuracy button.number").nth(3).click()
    walk.stage.part(".auditlib-accuracy .behind")
    walk.picture("rows_behind")
    walk.press("Escape")
    page.get_by_label("Target, %").fill("ninety")
    walk.press("Enter")
    walk.wait_for("is no target")
    walk.picture("target_mistyped")
    for number, section in enumerate(page.locator(".auditlib-accuracy section.sec").all()):
        section.evaluate("one => one.scrollIntoView({block: 'start'})")
        walk.picture(f"section_{number}")
    walk.start()
    walk.choose("2026 Q1")
    walk.press("b")
    walk.stage.part(".auditlib-rebuttal tr.on")
    walk.picture("rebuttals")
    walk.start()
    walk.press("w")
    walk.type("Lee")
    walk.press("Enter")
    walk.wait_for("You are Lee")
    walk.choose("2026 Q3")
    walk.press("d")
    walk.stage.part(".auditlib-adjudication tr.on")
    walk.picture("disagreements")


def _denials(walk: Walk) -> None:
    """What stands out; a filter, a claim, a note, a worklist."""
    page = walk.stage.page
    walk.press("3")
    walk.wait_for("claims behind the selection")
    walk.stage.wait_until_gone("is being looked for")
    walk.focus(".auditlib-denials.framed")
    walk.picture("denials")
    walk.press("?")
    walk.picture("keys")
    walk.press("?", "1", "Enter")
    walk.settle()
    walk.picture("filtered")
    walk.press("0")
    walk.picture("claims")
    walk.press("Enter")
    page.locator(".auditlib-denials .claim").first.wait_for()
    walk.picture("claim")
    walk.press("Escape", " ", "n")
    walk.type("Authorization asked for.")
    walk.picture("note_form")
    walk.press("Enter")
    walk.wait_for("1 claim: noted")
    walk.picture("noted")
    walk.press("w")
    walk.wait_for(" written to ")
    walk.picture("worklist")


def _practice(walk: Walk) -> None:
    """Open the casebook, enter a code that is nearly right and one that is, and complete the case."""
    page = walk.stage.page
    walk.press("5")
    page.get_by_role("button", name="Open the practice desk").wait_for()
    walk.picture("practice")
    page.get_by_label("Learner").fill("")
    walk.click("Open the practice desk")
    walk.wait_for("The learner has no name")
    walk.picture("no_name")
    page.get_by_label("Learner").fill("Ada")
    walk.press("Tab")
    walk.click("Open the practice desk")
    walk.stage.part(".auditlib-practice .case-title")
    walk.stage.part(".auditlib-practice .documents .text")
    walk.picture("case")
    walk.focus(".auditlib-practice")
    for code in ("M17.10", "M17.11"):
        walk.press("n")
        walk.stage.part(".auditlib-practice form")
        walk.type(code)
        page.locator("[role=option]", has_text=code).first.wait_for()
        walk.picture(f"entering_{code}")
        walk.press("Enter", "Enter")
        page.locator(".auditlib-practice form").wait_for(state="detached")
        page.locator(".auditlib-practice .row", has_text=code).wait_for()
        walk.picture(f"entered_{code}")
        if code == "M17.10":
            walk.press("u")
            page.locator(".auditlib-practice .row").wait_for(state="detached")
    walk.press("m")
    walk.wait_for("Case completed")
    walk.picture("completed")


def _demo_from_the_screen(walk: Walk) -> None:
    """Make the demo from an empty workspace, look at it, and go back."""
    walk.wait_for("Next: load your files")
    walk.focus(".auditlib-start")
    walk.press("6", "Enter")
    walk.stage.page.locator(".auditlib-start [role=progressbar], .auditlib-start progress").first.wait_for()
    walk.picture("making")
    walk.stage.page.get_by_text("The demo is in").wait_for(timeout=400_000)
    walk.picture("demo")
    walk.press("5")
    walk.stage.page.get_by_role("button", name="Open the practice desk").wait_for()
    walk.start()
    walk.click("Back to")
    walk.wait_for("Next: load your files")
    walk.picture("back")


Theme = Literal["light", "dark"]
DESKS: Final[dict[str, tuple[tuple[str, Callable[[Walk], None], Sequence[str]], ...]]] = {
    "auditor": (("first", _first_start, THEMES), ("demo", _auditor_on_demo, THEMES)),
    "coding_manager": (("W", _manager_on_own, THEMES), ("demo", _manager_on_demo, THEMES)),
    "denial_analyst": (("W", _denials, THEMES), ("demo", _denials, THEMES)),
    # The demo is made in one theme only: it takes a minute.
    "student": (
        ("W", _practice, THEMES),
        ("demo", _practice, THEMES),
        ("new", _demo_from_the_screen, ("light",)),
    ),
}
"""Of each user the workspaces whose desk is walked (or that it makes), how, and in which themes."""


def walk_desks(user: str, folder: Path, to: Path, themes: Sequence[str] = THEMES) -> list[str]:
    """Walk the desks of a user, each theme on a workspace as it was before.

    Parameters
    ----------
    user
        Who walks.
    folder
        The user's folder, with the workspaces.
    to
        Where the pictures go.
    themes
        In which themes.

    Returns
    -------
    list of str
        Names of the pictures with what the screens said, and every surprise.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the desk needs it

    seen: list[str] = []
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for workspace, does, in_themes in DESKS[user]:
            # The light theme last, on the workspace itself: commands that follow find what was done there.
            for theme in sorted(set(in_themes) & set(themes)):
                seen += _walked(browser, user, folder, workspace, does, theme, to)
        browser.close()
    return seen


def _walked(
    browser: Browser,
    user: str,
    folder: Path,
    workspace: str,
    does: Callable[[Walk], None],
    theme: str,
    to: Path,
) -> list[str]:
    root = folder / workspace
    if theme != "light":
        root = folder / f"{workspace}-{theme}"
        if (folder / workspace).exists():
            shutil.copytree(folder / workspace, root)
    scheme: Literal["light", "dark"] = "dark" if theme == "dark" else "light"
    home = to / "homes" / f"{user}-{workspace}-{theme}"
    home.parent.mkdir(exist_ok=True)
    with desk(root, home, theme, typed_in=folder) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
        page.set_default_timeout(_STEP_MILLISECONDS)
        walk = Walk(Stage(page, root, theme), f"{user}_{workspace}", to)
        page.on("pageerror", lambda error: walk.seen.append(f"SURPRISE page error: {error}"))
        page.goto(address)
        walk.stage.part(".auditlib-start .next")
        page.locator(".auditlib-start").focus()
        try:
            does(walk)
        except Exception as error:  # noqa: BLE001 - where a walk stops is what it is for
            walk.picture("stopped")
            walk.seen.append(f"SURPRISE stopped: {error}")
        page.close()
    return walk.seen
