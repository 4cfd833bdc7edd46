"""Notebooks as Markdown: their cells, and what they printed as it looks in a notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_FENCE = "~" * 9


def as_markdown(notebook: str) -> str:
    """Return a notebook, given as its JSON, as Markdown that MyST reads."""
    return "\n\n".join(part for cell in json.loads(notebook)["cells"] for part in _parts(cell)) + "\n"


def _parts(cell: Mapping[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
    elif cell["cell_type"] == "code":
        yield _fenced("python", source)
        for output in cell["outputs"]:
            if shown := _shown(output):
                yield shown


def _shown(output: Mapping[str, Any]) -> str:
    """Return the richest form of an output that a page can show; none of what only a kernel can."""
    data = {
        kind: "".join(text) for kind, text in output.get("data", {}).items() if not isinstance(text, dict)
    }
    if "application/vnd.jupyter.widget-view+json" in output.get("data", {}) and "text/html" not in data:
        return ""
    if page := data.get("text/html") or data.get("image/svg+xml"):
        return _fenced("{raw} html", page)
    if picture := data.get("image/png"):
        return _fenced(
            "{raw} html", f'<img alt="" src="data:image/png;base64,{picture.replace(chr(10), "")}">'
        )
    text = data.get("text/plain") or "".join(output.get("text", ()))
    return _fenced("text", text) if text else ""


def _fenced(kind: str, text: str) -> str:
    return f"{_FENCE}{kind}\n{text.rstrip()}\n{_FENCE}"
