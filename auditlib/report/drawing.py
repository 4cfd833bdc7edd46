"""A chart of a report is a drawing and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from auditlib.errors import BadInputError

# Words in a chart come from files, so a drawing is let in only if it consists of these and fetches nothing.
_DRAWN = frozenset({"svg", "g", "rect", "path", "line", "text", "tspan", "circle"})
_SIZE = re.compile(r'(<svg[^>]*?)\swidth="([0-9.]+)"([^>]*?\sviewBox=")0 0 ([0-9.]+) ')
_USUAL_PIXELS = 640.0
# Inter is wider than the font for which a chart was measured: words at its edges must not be cut.
_ROOM_LEFT, _ROOM = 0.03, 1.1
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


def with_room_for_words(svg: str) -> tuple[str, float]:
    """Return a drawing with margins for words that come out wider than it was measured for, and its width.

    Returns
    -------
    tuple of str and float
        The SVG text, and its width in CSS pixels.
    """
    size = _SIZE.search(svg)
    if size is None:
        return svg, _USUAL_PIXELS
    pixels, width = float(size[2]) * _ROOM, float(size[4])
    view = f"{-width * _ROOM_LEFT:g} 0 {width * _ROOM:g} "
    return _SIZE.sub(rf'\g<1> width="{pixels:g}"\g<3>{view}', svg, count=1), pixels


def _is_plain(element: ET.Element) -> bool:
    return element.tag.removeprefix(_NAMESPACE) in _DRAWN and not any(
        name.startswith("on") or name in {"id", "style"} or "href" in name or "url(" in value
        for name, value in element.attrib.items()
    )
