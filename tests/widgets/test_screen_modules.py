"""The modules of the screens that need no page, in node; and what importing a screen costs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditlib import widgets
from auditlib.codes.meanings import POA_MEANINGS, SEVERITY_MEANINGS, SEVERITY_WORDS
from auditlib.review import POA_INDICATORS

TESTS = Path(__file__).parent / "screen_modules.test.mjs"
OLDEST_NODE = 20


def test_the_modules_do_what_they_say() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: only who changes a screen needs it")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < OLDEST_NODE:
        pytest.skip(f"node {OLDEST_NODE} or newer is needed, and this is {version.strip()}")
    done = subprocess.run(
        [node, "--test", str(TESTS)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"pass (\d+)", done.stdout)
    assert passed is not None
    assert int(passed[1]) == TESTS.read_text(encoding="utf-8").count("\ntest(")


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_one_screen_does_not_load_the_others() -> None:
    assert loaded_by("import auditlib.widgets").isdisjoint({"anywidget", "ipywidgets", "polars"})
    review = loaded_by("from auditlib.widgets import ReviewCard")
    assert review.isdisjoint({"auditlib.widgets.planner", "auditlib.widgets.code_browser", "altair"})
    browser = loaded_by("from auditlib.widgets import CodeBrowser")
    assert browser.isdisjoint({"auditlib.widgets.planner", "auditlib.widgets.review_desk", "altair"})
    planner = loaded_by("from auditlib.widgets import SamplePlanner")
    assert planner.isdisjoint({"auditlib.widgets.review_desk", "auditlib.widgets.code_browser", "anywidget"})


def test_a_screen_that_does_not_exist_is_no_attribute() -> None:
    assert not hasattr(widgets, "Nonesuch")
    assert all(getattr(widgets, name).__name__ == name for name in widgets.__all__)


def test_every_letter_that_a_screen_shows_is_explained() -> None:
    assert set(POA_MEANINGS) == set(POA_INDICATORS)
    assert set(SEVERITY_WORDS) == set(SEVERITY_MEANINGS) == set("FDRI")
