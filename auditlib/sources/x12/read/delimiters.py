"""Delimiters of an interchange: declared by ISA, or inferred if a file starts at GS or ST."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ISA_ELEMENT_COUNT = 16
_ISA_SEARCH_BYTES = 800
_BREAKS = rb"[\r\n]*"
_START = re.compile(
    rb"(?:I" + _BREAKS + rb"S" + _BREAKS + rb"A" + _BREAKS + rb"([^A-Za-z0-9 \r\n]).{0,20}?\1"
    rb"|GS([^A-Za-z0-9 \r\n])[\r\n]*[A-Z][\r\n]*[A-Z][\r\n]*\2|ST([^A-Za-z0-9 \r\n])\d{3}\3)",
    re.DOTALL,
)
# Identifiers that can follow the first segment, by its own; the byte before them is the terminator.
_FOLLOWERS = {b"GS": rb"ST", b"ST": rb"(?:BHT|BPR|BGN|SE|AK1|HL)", b"IS": rb"(?:GS|TA1)"}
_AFTER_ISA = rb"(?:GS|TA1|ISA|IEA|ST)"
_LINE_END = re.compile(rb"\r+\n|\n|\r")
_CR, _LF = ord("\r"), ord("\n")
DEFAULT_COMPONENT = ord(":")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Element, component and segment delimiters, as byte values.

    Parameters
    ----------
    element
        Element separator.
    component
        Component separator as declared (ISA16); the one actually used is determined from the composites.
    terminator
        Segment terminator.
    line_end
        The line break that ends segments, where the terminator is one.
    wrap, width
        The line break inside ISA and the bytes before the first, where the terminator is a line break too.
    """

    element: int
    component: int
    terminator: int
    line_end: bytes = b""
    wrap: bytes = b""
    width: int = 0


def first_segment(head: bytes) -> int | None:
    """Return the position of the first ISA, GS or ST in the head of a file, or None."""
    stripped = len(head) - len(head.removeprefix(b"\xef\xbb\xbf").lstrip())
    if _START.match(head, stripped):
        return stripped
    match = re.search(rb"ISA([^A-Za-z0-9 \r\n]).{2}\1.{10}\1.{2}\1", head, re.DOTALL)
    return match.start() if match else None


def delimiters_at(data: bytes, start: int) -> Delimiters | None:
    """Return the delimiters of the interchange, group or transaction that starts there.

    Returns
    -------
    Delimiters or None
        None if there are no plausible delimiters.
    """
    tag = data[start : start + 8].translate(None, b"\r\n")[:2]
    if tag == b"IS":
        return _declared(data, start) or _guessed(data, start, tag, 3)
    return _guessed(data, start, tag, 2)


def _declared(data: bytes, start: int) -> Delimiters | None:
    head = data[start : start + _ISA_SEARCH_BYTES]
    marked = re.match(rb"I" + _BREAKS + rb"S" + _BREAKS + rb"A" + _BREAKS + rb"([^\r\n])", head)
    if marked is None:
        return None
    separator = marked.group(1)
    element = separator[0]
    parts = head.split(separator, _ISA_ELEMENT_COUNT)
    if len(parts) <= _ISA_ELEMENT_COUNT:
        return None
    rest = parts[-1].lstrip(b"\r\n")
    isa = head[: len(head) - len(rest)]
    wrap = _LINE_END.search(isa)
    if wrap and re.search(rb"[\r\n]GS" + re.escape(separator), isa):
        return None
    if len(rest) < 2:  # noqa: PLR2004 - ISA16 and the terminator
        return None
    component, rest = rest[0], rest[1:].lstrip(b" ")
    line_end = _LINE_END.match(rest)
    if line_end is None:
        return _plausible(element, component, rest[0]) if rest else None
    return _before_line_end(element, component, rest.lstrip(), line_end.group(), wrap)


def _before_line_end(
    element: int, component: int, following: bytes, line_end: bytes, wrap: re.Match[bytes] | None
) -> Delimiters | None:
    """Return the delimiters of an ISA whose 16th element is followed by a line break."""
    if re.match(rb"[^\r\n]*" + re.escape(bytes([component])) + rb" *[\r\n]", following):
        # ISA16 is missing: the byte in its place is the terminator, and the line break is decoration.
        return Delimiters(element, DEFAULT_COMPONENT, component)
    next_tag = rb"[^A-Za-z0-9] *" + _AFTER_ISA + re.escape(bytes([element]))
    if re.match(next_tag, following.translate(None, b"\r\n")) and following[0] not in {element, component}:
        # The file is wrapped just before the terminator.
        return _plausible(element, component, following[0])
    terminator = _LF if line_end.endswith(b"\n") else _CR
    if wrap is None:
        return _plausible(element, component, terminator, line_end=line_end)
    return _plausible(
        element, component, terminator, line_end=line_end, wrap=wrap.group(), width=wrap.start()
    )


def _plausible(
    element: int, component: int, terminator: int, *, line_end: bytes = b"", wrap: bytes = b"", width: int = 0
) -> Delimiters | None:
    if bytes([terminator]).isalnum() or bytes([component]).isalnum() or terminator == element:
        return None
    return Delimiters(element, component, terminator, line_end, wrap, width)


def _guessed(data: bytes, start: int, tag: bytes, tag_length: int) -> Delimiters | None:
    if len(data) <= start + tag_length:
        return None
    element = data[start + tag_length]
    pattern = re.compile(rb"(.)(\s*)" + _FOLLOWERS[tag] + re.escape(bytes([element])), re.DOTALL)
    head = data[start + tag_length + 1 : start + 4096]
    # A wrapped file may have a line break inside the identifier that is looked for.
    match = pattern.search(head) or pattern.search(head.translate(None, b"\r\n"))
    if match is None:
        return None
    character, space = match.groups()
    is_value = character.isalnum() or character[0] == element
    line_end = _LINE_END.search(character + space)
    if character.isspace() or (is_value and line_end):
        end = line_end.group() if line_end else b"\n"
        return Delimiters(element, DEFAULT_COMPONENT, _CR if not end.endswith(b"\n") else _LF, line_end=end)
    if is_value:
        return None
    component = DEFAULT_COMPONENT if character[0] != DEFAULT_COMPONENT else ord(">")
    return Delimiters(element, component, character[0])
