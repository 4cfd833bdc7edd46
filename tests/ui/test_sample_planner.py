"""The planning screen in a real JupyterLab: plan, try, draw, read the memo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.workbench import Workbench
from tests.widgets.test_sample_planner import small_workbench

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.conftest import NotebookPage


def set_field(page: Page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Tab")


def test_a_sample_is_planned_tried_and_drawn_on_one_screen(
    open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    root = tmp_path / "w"
    small_workbench(root)
    cell = f"from auditlib import Workbench; Workbench.open({str(root)!r}, user='R. Auditor').samples.plan()"
    page = open_notebook(cell, height=1400).page
    button = lambda name: page.get_by_role("button", name=name, exact=True)  # noqa: E731 - read as one word
    button("Show universe").click()
    page.get_by_text("240 units, $").wait_for()

    page.get_by_label("Design", exact=True).select_option("stratified random")
    page.get_by_label("Strata by", exact=True).select_option("class of encounter")
    button("Work out size").click()
    page.get_by_text("variable, unrestricted").wait_for()
    set_field(page, "Charts to review", "60")
    button("Show outlook").click()
    page.get_by_text("60 charts, about 30 hours").wait_for()
    button("Simulate 500 audits").click()
    page.locator("svg").get_by_text("stratified, 60").wait_for()

    # Without a name nothing is drawn, and the screen says so.
    set_field(page, "Seed", "41352")
    button("Draw sample").click()
    page.get_by_role("alert").wait_for()
    set_field(page, "Name of the sample", "plan one")
    button("Draw sample").click()
    page.get_by_text("60 units of 240").wait_for()
    page.get_by_text("Sampling memo", exact=True).click()
    page.get_by_text("# Sampling memo: plan one").wait_for()
    assert page.get_by_role("alert").count() == 0
    assert Workbench.open(root).samples.verify("plan one").differences == ()
