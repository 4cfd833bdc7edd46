"""The colours of screens have their contrast in JupyterLab's light and dark theme."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.contrast import Rgb, contrast, css_colour

CSS = (Path(__file__).parents[2] / "auditlib/widgets/js/theme.css").read_text(encoding="utf-8")
THEMES = Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab"
TEXTS = ("ink", "faint", "brand-text", "good", "warn", "bad", "standing-out-text")
MARKS = ("data", "standing-out")


def properties(text: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;{}]+);?", text))


def block(selector: str) -> str:
    return CSS.split(selector + " {", 1)[1].split("}", 1)[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_and_marks_of_screens_are_readable(theme: str) -> None:
    variables = properties((THEMES / f"theme-{theme}-extension/index.css").read_text(encoding="utf-8"))
    variables |= properties(block(".auditlib-screen"))
    if theme == "dark":
        variables |= properties(block('[data-jp-theme-light="false"] .auditlib-screen'))
    white: Rgb = (255, 255, 255)
    page = css_colour(variables["--screen-page"], variables, behind=white)
    chosen = css_colour(variables["--screen-chosen"], variables, behind=page)
    for name in TEXTS:
        assert contrast(css_colour(variables[f"--screen-{name}"], variables, behind=page), page) >= 4.5, name
    for name in ("ink", "faint"):
        assert contrast(css_colour(variables[f"--screen-{name}"], variables, behind=chosen), chosen) >= 4.5, (
            name
        )
    for name in MARKS:
        for behind in (page, chosen):
            mark = css_colour(variables[f"--screen-{name}"], variables, behind=behind)
            assert contrast(mark, behind) >= 3, name
