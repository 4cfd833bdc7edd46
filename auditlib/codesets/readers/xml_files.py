"""Publishers' XML: the root element first, and no document type definition.

A document type definition can expand a few lines without bound or read local files. No publisher's file has
one, so it is refused before anything is parsed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final
from xml.parsers import expat

from auditlib.codesets.readers.published import PublishedFile
from auditlib.errors import BadInputError

_ROOT_WITHIN: Final = 1 << 16
_MARK: Final = b"<"
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class _RootFoundError(Exception):
    """Stops parsing once the root element is found."""


def xml_root(file: PublishedFile) -> str | None:
    """Return the name of a document's root element, or None if the file is not XML.

    Raises
    ------
    BadInputError
        If it has a document type definition.
    """
    head = file.data[:_ROOT_WITHIN]
    if not head.lstrip().startswith((_MARK, *_BYTE_ORDER_MARKS)):
        return None
    roots: list[str] = []

    def refuse(*_: object) -> None:
        message = f"{file.name} has a document type definition and was not read."
        raise BadInputError(
            message, hint="No publisher's file has one. Download it again from the publisher."
        )

    def found(name: str, _: object) -> None:
        roots.append(name)
        raise _RootFoundError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = found
    try:
        parser.Parse(head, False)  # noqa: FBT003 - the parser takes no names
    except _RootFoundError:
        return roots[0]
    except expat.ExpatError:
        return None
    return None


def parsed_xml(data: bytes, name: str) -> ET.Element:
    """Return the root of a document that `xml_root` has checked.

    Raises
    ------
    BadInputError
        If it is truncated or damaged.
    """
    try:
        return ET.fromstring(data)  # noqa: S314 - a document with definitions of its own was refused
    except ET.ParseError as error:
        message = f"{name} is not readable as XML: {error}."
        raise BadInputError(message, hint="It is truncated or damaged: get it again.") from error


def text_of(element: ET.Element | None) -> str:
    """Return all text inside an element, with single blanks instead of tabs and line ends."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
