"""Safe parsing of untrusted XML: no document type, no entities, bounded size and depth."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from auditlib.sources.documents.chart_text import LARGEST_DOCUMENT, UnreadableError

DEEPEST: Final = 200
"""Greatest nesting of elements; chart documents nest far less."""

_EXPECTED: Final = "well-formed XML without a document type declaration"


def parse_xml(data: bytes) -> ET.Element:
    """Return the root of an XML document; elements and attributes have their local names.

    Raises
    ------
    UnreadableError
        If it is not well-formed, too large or too deep, or declares a document type: entities, inside or
        outside, can only be declared there, and the parser stops before it reads them.
    """
    if len(data) > LARGEST_DOCUMENT:
        reason = "the XML is too large"
        raise UnreadableError(reason, f"at most {LARGEST_DOCUMENT // 1024 // 1024} MB")
    builder = ET.TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            reason = f"the XML nests elements more than {DEEPEST} deep"
            raise UnreadableError(reason, _EXPECTED)
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    def refuse(*_: object) -> None:
        reason = "the XML declares a document type, which may hold entities"
        raise UnreadableError(reason, _EXPECTED)

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat names no arguments; this is the last part
    except (expat.ExpatError, ValueError, LookupError) as error:
        reason = "the XML is not well-formed"
        raise UnreadableError(reason, _EXPECTED) from error
    return builder.close()


def children(element: ET.Element | None, *path: str) -> Iterator[ET.Element]:
    """Yield the elements at the end of a path of local names."""
    elements = [] if element is None else [element]
    for name in path:
        elements = [child for parent in elements for child in parent if child.tag == name]
    yield from elements


def child(element: ET.Element | None, *path: str) -> ET.Element | None:
    """Return the first element at the end of a path of local names."""
    return next(children(element, *path), None)


def attribute(element: ET.Element | None, name: str) -> str | None:
    """Return an attribute, stripped; None if the element or the value is absent."""
    return (element.get(name, "").strip() or None) if element is not None else None


def _local(name: str) -> str:
    return name.rpartition("}")[2]
