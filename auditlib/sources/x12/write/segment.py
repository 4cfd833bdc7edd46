"""X12 segments as values, turned into text once the delimiters are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from auditlib.errors import BadInputError

Element: TypeAlias = tuple[str, ...]
"""One element: its components; a simple element has one."""
Segment: TypeAlias = tuple[Element, ...]
"""One segment: its identifier, then its elements."""

# In order of preference.
_ELEMENTS, _COMPONENTS, _REPETITIONS, _TERMINATORS = "*|+\x1d", ":>\\\x1f", "^{`\x1e", "~'!\x1c"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Separators of elements, components and repetitions, and the segment terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_break: str = "\n"

    @classmethod
    def free_of(cls, segments: Iterable[Segment]) -> Delimiters:
        """Return delimiters that occur in no value, the usual ones if possible.

        Raises
        ------
        BadInputError
            If the values use every possible delimiter, or contain a line break.
        """
        used = {
            character for values in segments for element in values for part in element for character in part
        }
        chosen = [
            next((character for character in choices if character not in used), None)
            for choices in (_ELEMENTS, _COMPONENTS, _REPETITIONS, _TERMINATORS)
        ]
        if None in chosen or used & set("\r\n"):
            message = "The values of the claims contain every possible delimiter, or line breaks."
            raise BadInputError(
                message, hint="Export fewer claims at once, or correct the values at the source."
            )
        return cls(*(character for character in chosen if character is not None))

    def text(self, segments: Iterable[Segment]) -> str:
        """Return segments as text."""
        end = self.terminator + self.line_break
        return "".join(
            self.element.join(self.component.join(element) for element in values) + end for values in segments
        )


def segment(*elements: object) -> Segment:
    """Return one segment, without empty elements at its end."""
    texts = [_element(element) for element in elements]
    while not any(texts[-1]):
        texts.pop()
    return tuple(texts)


def composite(*parts: object) -> Element:
    """Return one composite element, without empty parts at its end."""
    texts = ["" if part is None else str(part) for part in parts]
    while texts and texts[-1] == "":
        texts.pop()
    return tuple(texts) or ("",)


def _element(element: object) -> Element:
    if isinstance(element, tuple):
        return element
    return ("" if element is None else str(element),)


def money(cents: int) -> str:
    """Return an amount without trailing zeros, as the standard requires."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    if rest == 0:
        return f"{sign}{dollars}"
    return f"{sign}{dollars}.{rest:02d}".rstrip("0")


def day(value: date) -> str:
    """Return a date as eight digits."""
    return f"{value:%Y%m%d}"


def tag(values: Segment) -> str:
    """Return the identifier of a segment."""
    return values[0][0]


def simple(values: Segment, number: int) -> str:
    """Return the first component of an element, or ''."""
    return values[number][0] if number < len(values) else ""


def with_element(values: Segment, number: int, element: object) -> Segment:
    """Return a segment with one element replaced, extended if it is too short."""
    filled = [*values, *[("",)] * (number + 1 - len(values))]
    filled[number] = _element(element)
    return segment(*filled)


def with_component(element: Element, number: int, text: str) -> Element:
    """Return an element with one component, counted from 1, replaced, extended if it is too short."""
    filled = [*element, *[""] * (number - len(element))]
    filled[number - 1] = text
    return composite(*filled)


def blocks(segments: Iterable[Segment], *starts: str) -> Iterator[list[Segment]]:
    """Yield blocks of segments that start with one of the identifiers; the first block may start without."""
    block: list[Segment] = []
    for values in segments:
        if tag(values) in starts:
            yield block
            block = []
        block.append(values)
    yield block
