"""Headings of a chart's sections: whether what stands below is of the family, or assessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from auditlib.evidence.meat import is_assessing

_HEADING: Final = re.compile(r"[A-Z][A-Za-z /]{1,40}:")
_FAMILY_HEADING: Final = re.compile(r"(?:family|fam) (?:history|hx)|fhx?:", re.IGNORECASE)
_AT_START: Final = re.compile(rf"(?:^[\W\d]*+|[.!?]\s+)({_HEADING.pattern})", re.MULTILINE)


class Heading(NamedTuple):
    """What a heading says of the sentences below it."""

    is_of_family: bool
    is_assessed: bool


NO_HEADING: Final = Heading(is_of_family=False, is_assessed=False)


def heading_at(text: str, start: int, end: int) -> Heading | None:
    """Return the heading with which a sentence begins; None if it begins with none."""
    match = _HEADING.match(text, start, end)
    return None if match is None else _read(match.group())


def headings_in(text: str) -> Iterator[tuple[int, Heading]]:
    """Yield the headings of a document with their places, found without reading its sentences."""
    for match in _AT_START.finditer(text):
        yield match.start(1), _read(match[1])


@lru_cache(maxsize=1_000)
def _read(heading: str) -> Heading:
    return Heading(_FAMILY_HEADING.match(heading) is not None, is_assessing(heading))
