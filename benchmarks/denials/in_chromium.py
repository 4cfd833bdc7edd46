"""Cross-filters of the denial explorer in JupyterLab and Chromium, beside pandas and bare SQL in one run.

    python -m benchmarks.denials.in_chromium WORKSPACE

The explorer is opened on the workspace, of which nothing is changed. A gesture is a click on a random bar or
cell; its time runs from the click to the frame that shows the new page. Then every selection that came of it
is counted once more without a browser: by the explorer, by pandas and by one statement of DuckDB SQL, on the
same lines in memory. Chromium, playwright and pytest must be there, as for the tests of the screens.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from auditlib.workbench import Workbench
from benchmarks.denials.cross_filter import compare_ways, spread

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.conftest import NotebookPage

GESTURES: Final = 120
SEED: Final = 837
MOST_FILTERS: Final = 3
"""With so many filters on, the next gesture takes one off."""
WORKSPACE: Final = "AUDITLIB_MEASURED_WORKSPACE"
CELL: Final = """
import json, pathlib, time
from auditlib.workbench import Workbench
screen = Workbench.open({workspace!r}).denials.explore()
whole = screen._page_after
def noted(message):
    began = time.perf_counter()
    shown = whole(message)
    taken = 1000 * (time.perf_counter() - began)
    if message["kind"] not in ("ready", "work"):
        with pathlib.Path({chosen!r}).open("a") as file:
            file.write(json.dumps(screen.choice.filters(screen.selection)) + "\\n")
        with pathlib.Path({chosen!r}).with_name("python.txt").open("a") as file:
            file.write(f"{{taken}}\\n")
    return shown
screen._page_after = noted
screen
"""
# A message that is posted in a frame arrives when that frame has been drawn.
GESTURE: Final = """async button => {
    const page = button.closest('.auditlib-denials').querySelector('.page-frame');
    const changed = new Promise(done => {
        const observer = new MutationObserver(() => { observer.disconnect(); done(); });
        observer.observe(page, {childList: true});
    });
    const began = performance.now();
    button.click();
    await changed;
    await new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    }));
    return performance.now() - began;
}"""


def gestures(page: Page) -> list[float]:
    """Return the milliseconds of random gestures, each from the click to the painted page."""
    choose = random.Random(SEED)
    screen = page.locator(".auditlib-denials.framed")
    times: list[float] = []
    while len(times) < GESTURES:
        is_full = screen.locator(".chip").count() >= MOST_FILTERS
        targets = screen.locator(".chip" if is_full else ".bar-row, .month, .cell")
        target = targets.nth(choose.randrange(targets.count()))
        times.append(float(target.evaluate(GESTURE)))
    return times


def test_gestures(open_notebook: Callable[..., NotebookPage], tmp_path: Path) -> None:
    """Measure the gestures in the browser, then the same selections without one."""
    workspace, chosen = os.environ[WORKSPACE], tmp_path / "chosen.jsonl"
    began = time.perf_counter()
    page = open_notebook(CELL.format(workspace=workspace, chosen=str(chosen)), width=1280, height=720).page
    page.locator(".auditlib-denials.framed .bar-row").first.wait_for(timeout=300_000)
    print(f"\nopened and shown in {time.perf_counter() - began:.1f} s, kernel and page included")
    page.locator("[data-looking]").wait_for(state="detached", timeout=300_000)
    print(f"what stands out is there after {time.perf_counter() - began:.1f} s")
    print(f"click to painted, {GESTURES} gestures: {spread(gestures(page))}")
    in_python = [float(line) for line in (tmp_path / "python.txt").read_text().splitlines()]
    print(f"of it in Python: {spread(in_python)}")
    selection = Workbench.open(workspace).denials.explore().selection
    print(f"{selection.claim_count:,} denied claims, {selection.named.height:,} denied lines")
    # A third of them: the slow ways take seconds.
    compare_ways(selection, [json.loads(line) for line in chosen.read_text().splitlines()[::3]])


def main() -> None:
    """Read the command line and run the measurement with the browser of the tests."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    os.environ[WORKSPACE] = str(parser.parse_args().workspace.resolve())
    sys.exit(pytest.main([__file__, "-q", "-s", "-p", "tests.ui.conftest", "-p", "no:cacheprovider"]))


if __name__ == "__main__":
    main()
