"""Elements of a page as plain values: the script makes them in the browser, `html_of` writes them as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, TypeAlias, Union

Child: TypeAlias = Union[str, "Element"]
"""Text, or an element."""
Element: TypeAlias = list[object]
"""Tag, attributes, then children. A ``number`` is text that opens rows: its attribute ``rows`` says which."""

NUMBER: Final = "number"
_EMPTY_TAGS: Final = frozenset({"line", "circle", "path", "rect", "input"})
_LIVE_TAGS: Final = frozenset({"form", "aside"})


def element(tag: str, attributes: Mapping[str, object] | None = None, /, *children: Child | None) -> Element:
    """Return an element; children that are None are left out."""
    return [tag, dict(attributes or {}), *(child for child in children if child is not None)]


def table(
    heads: Sequence[Element],
    lines: Sequence[Element],
    *,
    foot: Element | None = None,
    attributes: Mapping[str, object] | None = None,
) -> Element:
    """Return a table in its frame, which scrolls where there is little room.

    Parameters
    ----------
    heads
        The cells of the head.
    lines
        The rows, as from ``element("tr", ...)``.
    foot
        The row of the foot, or None.
    attributes
        More attributes of the frame.
    """
    return element(
        "div",
        {"class": "table", **(attributes or {})},
        element(
            "table",
            {},
            element("thead", {}, element("tr", {}, *heads)),
            element("tbody", {}, *lines),
            None if foot is None else element("tfoot", {}, foot),
        ),
    )


def html_of(node: object) -> str:
    """Return an element as HTML, without what needs a kernel: fields, and rows behind numbers."""
    if isinstance(node, str):
        return escape(node)
    if not isinstance(node, list):
        message = "An element is a list of tag, attributes and children."
        raise TypeError(message)
    tag, attributes, *children = node
    if tag in _LIVE_TAGS or "live" in attributes:
        return ""
    written = "".join(
        f' {name}="{escape(str(value))}"'
        for name, value in attributes.items()
        if name != "rows" and value is not None
    )
    name = "span" if tag == NUMBER else tag
    inside = "".join(html_of(child) for child in children)
    return f"<{name}{written}/>" if tag in _EMPTY_TAGS else f"<{name}{written}>{inside}</{name}>"
