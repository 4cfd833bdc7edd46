"""Charts and tables are readable in every theme of the JupyterLab that is installed."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from auditlib.plots import svg_of
from auditlib.plots.renderer import bundle, on_screen_svg, spec_of
from auditlib.plots.theme import INK, MARKS, ON_SCREEN, OUTCOME_COLOURS, PAGE, QUIET, VERMILION
from tests.contrast import Rgb, contrast, css_colour
from tests.plots.test_charts import CHARTS

THEMES = sorted(
    (Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab").glob("theme-*-extension/index.css")
)
PAGES = ("--jp-layout-color0", "--jp-layout-color1")


def variables_of(theme: Path) -> dict[str, str]:
    """Return the custom properties of a theme."""
    return dict(re.findall(r"(--[\w-]+):\s*([^;{}]+)", theme.read_text(encoding="utf-8")))


def test_the_themes_are_there() -> None:
    assert [path.parent.name for path in THEMES] == [
        "theme-dark-extension",
        "theme-dark-high-contrast-extension",
        "theme-light-extension",
    ]


@pytest.mark.parametrize("theme", THEMES, ids=lambda path: path.parent.name)
def test_texts_have_a_contrast_of_4_5_and_marks_of_3(theme: Path) -> None:
    variables = variables_of(theme)

    def screen(colour: str, behind: Rgb) -> Rgb:
        return css_colour(ON_SCREEN[colour], variables, behind=behind)

    for name in PAGES:
        page = css_colour(f"var({name})", variables, behind=(255, 255, 255))
        for text in (INK, QUIET, VERMILION):
            assert contrast(screen(text, page), page) >= 4.5, (name, text)
        for mark in MARKS:
            assert contrast(screen(mark, page), page) >= 3, (name, mark)


def test_the_light_colours_of_reports_have_the_contrast_too() -> None:
    white = css_colour(PAGE, {}, behind=(255, 255, 255))
    assert all(contrast(css_colour(text, {}, behind=white), white) >= 4.5 for text in (INK, QUIET, VERMILION))
    assert all(contrast(css_colour(mark, {}, behind=white), white) >= 3 for mark in MARKS)


def test_outcomes_have_different_colours() -> None:
    assert len(set(OUTCOME_COLOURS.values())) == len(OUTCOME_COLOURS)
    assert set(OUTCOME_COLOURS.values()) <= set(MARKS)


def colours_in(part: Any) -> set[str]:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        return {colour for value in part.values() for colour in colours_in(value)}
    if isinstance(part, list):
        return {colour for value in part for colour in colours_in(value)}
    return {part} if isinstance(part, str) and re.fullmatch("#[0-9a-fA-F]{3,8}|white|black", part) else set()


@pytest.mark.parametrize("name", CHARTS)
def test_on_screen_no_colour_is_left_that_does_not_follow_the_theme(name: str) -> None:
    chart = CHARTS[name]()
    spec = spec_of(chart)
    assert colours_in(spec) <= set(ON_SCREEN)
    live = bundle(spec)
    assert colours_in(live["application/vnd.vegalite.v5+json"]) == set()
    # What leaves the notebook is light: a reader of SVG files need not know CSS variables.
    assert "var(" not in str(live["image/svg+xml"])
    assert live["image/svg+xml"] == svg_of(chart)
    assert not re.search(r'="#[0-9a-f]{6}"', on_screen_svg(chart))
