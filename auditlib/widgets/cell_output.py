"""The output of a cell that shows a screen, where a notebook is read without its widgets."""

from __future__ import annotations

import html


def output_html(screen: object) -> str:
    """Return the screen's own words as HTML."""
    return f"<p>{html.escape(repr(screen))}</p>"
