"""How many keys a chart takes on the desk: the figures of docs/review_desk.md.

AUDITLIB_HUMAN_PACE=1 presses them at the pace of an average typist and prints the seconds (run with -s).
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.ledger import Ledger
from auditlib.review import verdict_frame
from tests.ui.conftest import NotebookPage
from tests.ui.test_review_card import ReviewPage

KEY_SECONDS, DECISION_SECONDS = 0.2, 1.35
"""A key of an average typist, the thought before a decision: keystroke-level model, Card and others 1980."""

ON_THE_DESK = {
    "change": ("c", *"e11.2", "Enter", "Enter"),
    "agree": ("a",),
    "delete": ("d", *"docum", "Enter"),
    "agree again": ("a",),
    "add": ("n", *"n18.31", "Enter", "Enter"),
}
IN_A_SPREADSHEET = {
    "change": ("c", "Tab", *"E11.22", "Tab", *"not s", "Tab", *"coder o", "Enter"),
    "agree": ("a", "Enter"),
    "delete": ("d", "Tab", "Tab", "u", "Tab", *"doc", "Enter"),
    "agree again": ("a", "Enter"),
    "add": ("Ctrl", "+", "Ctrl", "d", "Tab", *"ad", "Tab", *"N18.31", "Tab", "m", "Tab", *"coder o", "Enter"),
}
ROUND_THE_CHART_ON_THE_DESK = ("m",)
TO_THE_RECORD_AND_BACK = ("Alt", "Tab", "Alt", "Tab")
ROUND_THE_CHART_IN_A_SPREADSHEET = ("Ctrl", "f", *"A0001", "Enter", "Ctrl", "s")
PAGE = Path(__file__).parents[2] / "docs" / "review_desk.md"


@pytest.fixture
def review(open_notebook: Callable[..., NotebookPage], tmp_path: Path) -> ReviewPage:
    cell = (
        "from pathlib import Path; from tests.widgets.example_charts import open_card\n"
        f"open_card(Path({str(tmp_path / 'ledger.db')!r}))"
    )
    return ReviewPage(open_notebook(cell))


def test_a_chart_takes_as_many_keys_as_the_page_says(review: ReviewPage, tmp_path: Path) -> None:
    is_paced = "AUDITLIB_HUMAN_PACE" in os.environ
    began = time.monotonic()
    for what, keys in ON_THE_DESK.items():
        time.sleep(DECISION_SECONDS * is_paced)
        for key in keys:
            time.sleep(KEY_SECONDS * is_paced)
            review.press(key)
        review.screen.locator(".row .badge", has_text=what.split()[0]).last.wait_for()
    review.press(*ROUND_THE_CHART_ON_THE_DESK)
    review.wait_for_chart("Chart 2 of 3", "A0002")
    sys.stdout.write(f"{time.monotonic() - began:.1f} s on the desk\n")

    done = verdict_frame(Ledger(tmp_path / "ledger.db").events())
    assert done.select("action", "corrected_code", "error_kind", "cause").rows() == [
        ("change", "E1122", "not specific", "coder oversight"),
        ("agree", None, None, None),
        ("delete", None, "unsupported code", "documentation missing"),
        ("agree", None, None, None),
        ("add", "N1831", "missed code", "coder oversight"),
    ]


def test_the_page_says_the_counts() -> None:
    said = {
        match["what"]: (int(match["desk"]), int(match["spreadsheet"]))
        for match in re.finditer(
            r"^\| (?P<what>[a-z, ]+) \| (?P<desk>\d+) \| (?P<spreadsheet>\d+) \|$",
            PAGE.read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
    }
    round_desk = len(ROUND_THE_CHART_ON_THE_DESK)
    round_sheet = len(ROUND_THE_CHART_IN_A_SPREADSHEET) + len(IN_A_SPREADSHEET) * len(TO_THE_RECORD_AND_BACK)
    counted = {
        what: (len(ON_THE_DESK[what]), len(IN_A_SPREADSHEET[what]))
        for what in ("agree", "change", "delete", "add")
    }
    whole = tuple(
        sum(map(len, keys.values())) + more
        for keys, more in ((ON_THE_DESK, round_desk), (IN_A_SPREADSHEET, round_sheet))
    )
    assert said == {**counted, "to the record, next chart": (round_desk, round_sheet), "the chart": whole}
