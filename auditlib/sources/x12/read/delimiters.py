"""Delimiters of an interchange: declared by ISA, or inferred if a file starts at GS or ST."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ISA_ELEMENT_COUNT = 16
_ISA_SEARCH_BYTES = 400
_START = re.compile(
    rb"(?:ISA([^A-Za-z0-9 \r\n]).{0,10}?\1|GS([^A-Za-z0-9 \r\n])[A-Z]{2}\2|ST([^A-Za-z0-9 \r\n])\d{3}\3)",
    re.DOTALL,
)
# Identifiers that can follow the first segment, by its own; the byte before them is the terminator.
_FOLLOWERS = {b"GS": rb"ST", b"ST": rb"(?:BHT|BPR|BGN|SE|AK1|HL)", b"IS": rb"(?:GS|TA1)"}
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
    """

    element: int
    component: int
    terminator: int


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
    tag = data[start : start + 2]
    if tag == b"IS":
        return _declared(data, start) or _guessed(data, start, 3)
    return _guessed(data, start, 2)


def _declared(data: bytes, start: int) -> Delimiters | None:
    head = data[start : start + _ISA_SEARCH_BYTES]
    element = head[3]
    parts = head.split(head[3:4], _ISA_ELEMENT_COUNT)
    if len(parts) <= _ISA_ELEMENT_COUNT or len(parts[-1]) < 2:  # noqa: PLR2004 - ISA16 and the terminator
        return None
    component, terminator = parts[-1][0], parts[-1][1]
    if terminator in b"\r\n":
        following = parts[-1][2:].lstrip().split(b"\n", 1)[0].rstrip()
        if following.endswith(bytes([component])):
            # ISA16 is missing: the byte in its place is the terminator, and the line break is decoration.
            return Delimiters(element, DEFAULT_COMPONENT, component)
        terminator = ord("\n")
    if bytes([terminator]).isalnum() or bytes([component]).isalnum() or terminator == element:
        return None
    return Delimiters(element, component, terminator)


def _guessed(data: bytes, start: int, tag_length: int) -> Delimiters | None:
    if len(data) <= start + tag_length:
        return None
    element = data[start + tag_length]
    pattern = rb"(.)(\s*)" + _FOLLOWERS[data[start : start + 2]] + re.escape(bytes([element]))
    match = re.compile(pattern, re.DOTALL).search(data, start + tag_length + 1, start + 4096)
    if match is None:
        return None
    character, space = match.groups()
    if character.isspace() or ((character.isalnum() or character[0] == element) and b"\n" in space):
        return Delimiters(element, DEFAULT_COMPONENT, ord("\n"))
    if character.isalnum() or character[0] == element:
        return None
    component = DEFAULT_COMPONENT if character[0] != DEFAULT_COMPONENT else ord(">")
    return Delimiters(element, component, character[0])
