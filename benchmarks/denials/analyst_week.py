"""A denial analyst's week by keys in JupyterLab and Chromium, and how many steps each question takes.

    python -m benchmarks.denials.analyst_week WORKSPACE [--files FOLDER] [--pictures FOLDER] [--page MARKDOWN]

A step is a key, a click, a line that is typed, or a cell of the notebook that is run. Every answer is waited
for; what does not come ends the walk. ``--files`` loads a batch first, as from
``benchmarks.made``; ``--page`` writes the table between its marks on a page of the docs.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.ui.conftest import NotebookPage

WORKSPACE, FILES, PICTURES, PAGE = (
    f"AUDITLIB_WEEK_{name}" for name in ("WORKSPACE", "FILES", "PICTURES", "PAGE")
)
MARKS: Final = ("<!-- steps: made by benchmarks.denials.analyst_week -->", "<!-- end of steps -->")
WAIT_MILLISECONDS: Final = 60_000


@dataclass
class Hand:
    """Does what an analyst does, and counts it."""

    page: Page
    screen: Locator
    steps: int = 0
    table: list[tuple[str, str, int]] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.steps += 1

    def type(self, text: str) -> None:
        """Type a line."""
        self.page.keyboard.type(text)
        self.steps += 1

    def run(self, cells: int) -> None:
        """Count cells of the notebook that were run."""
        self.steps += cells

    def sees(self, pattern: str) -> str:
        """Wait for words on the screen and return them."""
        found = self.screen.get_by_text(re.compile(pattern)).locator("visible=true").first
        found.wait_for(timeout=WAIT_MILLISECONDS)
        return found.inner_text()

    def answered(self, question: str, way: str, name: str) -> None:
        """Close a question: note its steps, and take its picture in both themes."""
        self.table.append((question, way, self.steps))
        self.steps = 0
        photograph(self.page, name)


def photograph(page: Page, name: str) -> None:
    """Take pictures in both themes, where they are wanted."""
    from tests.ui.conftest import use_theme  # noqa: PLC0415 - the tests' fixtures are loaded as a plugin

    folder = os.environ.get(PICTURES)
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for theme in ("Dark", "Light"):
        use_theme(page, f"JupyterLab {theme}")
        page.screenshot(path=Path(folder) / f"{name}_{theme.lower()}.png")


def walk(hand: Hand, *, loads: bool) -> None:
    """Walk through the questions of a week."""
    hand.run(2 if loads else 1)
    hand.sees(r"claims? behind the selection")
    hand.sees(r"Chance of overturn|No chance of overturn")
    hand.screen.focus()
    if hand.screen.locator('[data-panel="m"]').count():
        hand.press("m")
        hand.sees(r"payments? without a claim")
    hand.answered(
        "Is Monday's batch loaded and matched, and what is not matched?",
        "run the cells `wb.files.load(FOLDER)` and `wb.denials.explore()`, `m`"
        if loads
        else "run `wb.denials.explore()`, `m`",
        "1_batch",
    )
    if hand.screen.locator(".finding").count():
        hand.press("s", "Enter")
        way = "`s`, Enter on the first finding"
    else:
        hand.press("4", "Enter")
        way = "nothing stands out: `4`, Enter on the costliest reason"
    hand.sees(r"^Selected:")
    hand.answered(
        "A reason jumps: which codes, payer, provider, and would a check of ours have found it?",
        way,
        "2_reason",
    )

    hand.press("d")
    hand.sees("by expected dollars")
    hand.press("0", "w")
    said = hand.sees(r"written to|nothing to work on")
    if "nothing to work on" in said:
        hand.press("Escape")
        hand.press("w")
        hand.sees(r"written to")
    hand.answered(
        "What do I work first, by dollars, deadline and chance?",
        "`d`, `0`; `w` writes the list",
        "3_worklist",
    )

    hand.press("0", " ", "j", " ", "t")
    hand.type("Wenger")
    hand.press("Enter")
    hand.sees(r"assigned to Wenger")
    hand.answered("Two claims are somebody's", "`0`, Space, `j`, Space, `t`, the name, Enter", "4_assigned")

    hand.press("0", "a", "Enter")
    hand.sees(r"appeal of level 1 sent")
    hand.answered("An appeal was sent", "`0`, `a`, Enter", "5_appeal")

    hand.press("0", "Enter")
    hand.sees(r"^Claim .+")
    hand.answered("Why was this claim denied, line by line?", "`0`, Enter", "6_claim")

    hand.press("Escape", "f")
    hand.sees(r"^Draft of an appeal|is not on the worklist|there is no appeal")
    hand.answered("What do I write to the payer?", "Esc, `f`", "7_letter")

    hand.press("Escape")
    if hand.screen.locator(".chip").count():
        hand.press("Escape")
    hand.press("2", "Enter", "v")
    hand.sees(r"Page of .+ written to")
    hand.answered("I meet a payer", "Esc until nothing is selected, `2`, Enter, `v`", "8_payer")


def words_of(page: Page, cell: int) -> str:
    """Return the output of a cell, once it is there."""
    output = page.locator(".jp-Cell").nth(cell).locator(".jp-OutputArea-output")
    output.first.wait_for(timeout=WAIT_MILLISECONDS)
    return output.first.inner_text()


def test_week(open_notebook: Callable[..., NotebookPage]) -> None:
    """Walk on a workspace, and print the steps."""
    workspace, files = os.environ[WORKSPACE], os.environ.get(FILES)
    opened = f"from auditlib import Workbench; wb = Workbench.open({workspace!r}); "
    cells = [
        opened
        + (
            f"loaded = wb.files.load({files!r}); wb.checks.run(); loaded" if files else "wb.reports.summary()"
        ),
        "wb.denials.explore()",
        "wb.checks.back_test()",
        "wb.reports.write(pack='denials')",
    ]
    page = open_notebook(*cells, width=1280, height=720).page
    page.set_default_timeout(WAIT_MILLISECONDS)
    screen = page.locator(".auditlib-denials.framed")
    screen.wait_for(timeout=10 * WAIT_MILLISECONDS)
    hand = Hand(page, screen)
    walk(hand, loads=files is not None)
    for cell, (question, name) in enumerate(
        (
            (
                "Which checks before billing would have found how many denials, with which false alarms?",
                "9_edits",
            ),
            ("The monthly pack", "10_pack"),
        ),
        start=2,
    ):
        page.locator(".jp-Cell").nth(cell).scroll_into_view_if_needed()
        words = words_of(page, cell)
        assert "Error" not in words, words
        hand.run(1)
        hand.answered(question, f"run the cell `{cells[cell]}`", name)
    rows = "\n".join(f"| {question} | {way} | {steps} |" for question, way, steps in hand.table)
    table = f"| Question | Way | Steps |\n| --- | --- | ---: |\n{rows}"
    print(f"\n{table}")
    if target := os.environ.get(PAGE):
        write_table(Path(target), table)


def write_table(page: Path, table: str) -> None:
    """Write the table between its marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    page.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


def main() -> None:
    """Read the command line and walk with the browser of the tests."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--files", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--page", type=Path)
    given = parser.parse_args()
    for variable, path in (
        (WORKSPACE, given.workspace),
        (FILES, given.files),
        (PICTURES, given.pictures),
        (PAGE, given.page),
    ):
        if path is not None:
            os.environ[variable] = str(path.resolve())
    sys.exit(pytest.main([__file__, "-q", "-s", "-p", "tests.ui.conftest", "-p", "no:cacheprovider"]))


if __name__ == "__main__":
    main()
