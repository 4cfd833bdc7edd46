"""Plain text and Markdown as a notebook shows them."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditlib.text import printable


@dataclass(frozen=True, slots=True)
class DisplayText:
    """A document as it was written: spaces and line ends kept, and nothing in it taken for markup."""

    title: str
    text: str
    apart: Callable[[str], Mapping[str, object]] | None = None

    def _repr_mimebundle_(self, **_kinds: object) -> Mapping[str, object]:
        # A notebook must not be saved with the text of a chart.
        return {} if self.apart is None else self.apart(self._repr_html_())

    def __repr__(self) -> str:
        return printable(f"{self.title}\n\n{self.text}")

    def _repr_html_(self) -> str:
        style = (
            "white-space:pre-wrap;word-break:normal;overflow-wrap:break-word;"
            "max-width:90ch;max-height:30em;overflow:auto;line-height:1.4"
        )
        title, text = (html.escape(printable(part)) for part in (self.title, self.text))
        return f"<strong>{title}</strong><pre style='{style}'>{text}</pre>"


@dataclass(frozen=True, slots=True)
class DisplayMarkdown:
    """A text of ours in Markdown."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        # JupyterLab sets what stands between two dollar signs as a formula.
        return self.text.replace("$", r"\$")
