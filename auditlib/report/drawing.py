"""A chart of a report is a drawing and nothing else."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from auditlib.errors import BadInputError

# Words in a chart come from files, so a drawing is let in only if it consists of these and fetches nothing.
_DRAWN = frozenset({"svg", "g", "rect", "path", "line", "text", "tspan", "circle"})
_NAMESPACE = "{http://www.w3.org/2000/svg}"


def plain_drawing(svg: str) -> str:
    """Return SVG text as it is, once it is sure to be a plain drawing.

    Raises
    ------
    BadInputError
        If it holds anything but a drawing.
    """
    try:
        elements = list(ET.fromstring(svg).iter())  # noqa: S314 - drawn by us, without entities
    except ET.ParseError:
        elements = []
    if not elements or not all(_is_plain(element) for element in elements):
        message = "A chart of the report is no plain drawing."
        raise BadInputError(message, hint="Charts are SVG as auditlib.plots.svg_of draws them.")
    return svg


def _is_plain(element: ET.Element) -> bool:
    return element.tag.removeprefix(_NAMESPACE) in _DRAWN and not any(
        name.startswith("on") or name in {"id", "style"} or "href" in name or "url(" in value
        for name, value in element.attrib.items()
    )
