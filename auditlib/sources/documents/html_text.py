"""The text that an HTML page shows: without what its markup or styles hide, delete or strike through."""

from __future__ import annotations

import html.parser
import re
from typing import Final

_BLOCKS: Final = re.compile(
    "address|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tr|ul", re.IGNORECASE
)
_UNSHOWN: Final = frozenset(
    {"script", "style", "head", "title", "template", "del", "s", "strike", "datalist", "object", "iframe"}
)
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905 - names of HTML
)
_CLOSED_BY: Final = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr"},
    "option": {"option"},
    **{
        key: {"p"}
        for key in ("p", "div", "ul", "ol", "dl", "table", "pre", "section", "address", "blockquote", "hr")
    },
    **{f"h{level}": {"p"} for level in range(1, 7)},
}
"""The open elements that a start tag ends, for HTML lets their end tags be left out."""
_BARRIERS: Final = {"table", "ul", "ol", "dl", "td", "th", "div", "section", "body"}
_HIDING: Final = re.compile(
    r"(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d])"
    r"|opacity\s*:\s*0(?:\.0+)?(?![.\d])|text-decoration(?:-line)?\s*:[^;}]*line-through|mso-hide\s*:\s*all)",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SELECTOR: Final = re.compile(r"([\w-]*)([.#])([\w-]+)")


class _Shown(html.parser.HTMLParser):
    """Collects the visible text of a page, one line per block."""

    def __init__(self, hiding: frozenset[str]) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hiding = hiding
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._close_before(tag)
        if tag not in _VOID:
            self._open.append((tag, self._is_hidden(tag, dict(attrs))))
        self._mark(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._mark(tag)

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]
        self._mark(tag)

    def handle_data(self, data: str) -> None:
        if not any(is_hidden for _, is_hidden in self._open):
            self.parts.append(re.sub(r"\s+", " ", data))

    def _close_before(self, tag: str) -> None:
        closed = _CLOSED_BY.get(tag, set())
        for position in range(len(self._open) - 1, -1, -1):
            name = self._open[position][0]
            if name in closed:
                del self._open[position:]
                return
            if name in _BARRIERS and not (tag == "tr" and name in {"td", "th"}):
                return

    def _is_hidden(self, tag: str, attributes: dict[str, str | None]) -> bool:
        names = {f".{name}" for name in (attributes.get("class") or "").split()}
        names.add(f"#{attributes.get('id')}")
        return (
            tag in _UNSHOWN
            or "hidden" in attributes
            or _HIDING.search(attributes.get("style") or "") is not None
            or not self._hiding.isdisjoint(names | {f"{tag}{name}" for name in names})
        )

    def _mark(self, tag: str) -> None:
        if _BLOCKS.fullmatch(tag):
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")


def html_text(markup: str) -> str:
    """Return the text that a page shows, a line for each block.

    Left out is what ``del``, ``s`` and ``strike`` delete, and what the attribute ``hidden`` or a style hides
    or strikes through, in the element or in a rule of the page for a class or an id.
    """
    parser = _Shown(_hiding_names(markup))
    parser.feed(markup)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _hiding_names(markup: str) -> frozenset[str]:
    """Return the classes and ids that a style sheet of the page hides, as ``.note`` or ``p.note``."""
    sheets = re.findall(r"<style\b[^>]*>(.*?)</style", markup, re.IGNORECASE | re.DOTALL)
    return frozenset(
        selector.strip()
        for sheet in sheets
        for selectors, declarations in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
        if _HIDING.search(declarations)
        for selector in selectors.split(",")
        if _SELECTOR.fullmatch(selector.strip())
    )
