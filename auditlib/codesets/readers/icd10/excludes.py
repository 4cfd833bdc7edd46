"""The codes that an Excludes1 note names, as ranges.

Most notes end in a list in parentheses, as ``(E10.-)``, ``(I60-I69)`` or ``(K50.0-, K51.0)``. Some add a
condition on single characters, as ``(S02.- with 7th character B)`` or ``(E08-E13 with .42)``: these are
matched with the existing codes. A note with a condition in words yields no codes: a note that is ignored
misses a finding, but a note read too widely makes false ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from auditlib.codes import normalise_code

# QA is the only pair of letters that begins codes; others would match words such as (CAD).
_CATEGORY: Final = r"(?:[A-Z][0-9]|QA)[0-9A-Z]"
_CODE: Final = rf"{_CATEGORY}(?:\.[0-9A-Z]{{0,4}})?"
_END: Final = r"\.?-?"
_ITEM: Final = re.compile(rf"\s*(?P<first>{_CODE}){_END}(?:\s*-\s*(?P<last>{_CODE}){_END})?\s*")
_CODE_START: Final = re.compile(rf"(?<![\w.-]){_CATEGORY}(?![0-9A-Z])")
_IN_PARENTHESES: Final = re.compile(r"\(([^()]*)\)")
_ORDINAL: Final = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "4th": 4, "5th": 5, "6th": 6, "7th": 7}
_POSITION: Final = "|".join(_ORDINAL)
_CHARACTERS: Final = re.compile(
    rf"(?P<first>{_POSITION})(?: to (?P<last>{_POSITION}))?[ -]characters? \.?(?P<value>[0-9A-Z]+)"
)
_AFTER_DOT: Final = re.compile(r"\.(?P<first>[0-9A-Z]+)-?(?:-\.(?P<last>[0-9A-Z]+))?")
_FINAL: Final = re.compile(r"final characters -(?P<value>[0-9A-Z]+)")
_CATEGORY_LENGTH: Final = 3
_AFTER_ALL_CODES: Final = "~"


@dataclass(frozen=True, slots=True, order=True)
class CodeRange:
    """All codes from ``first`` to ``last``, and those that begin with ``last``."""

    first: str
    last: str

    def __contains__(self, code: str) -> bool:
        return self.first <= code <= self.last + _AFTER_ALL_CODES


def excluded_ranges(note: str, codes: Sequence[str]) -> tuple[CodeRange, ...]:
    """Return the ranges of codes that an Excludes1 note names.

    Parameters
    ----------
    note
        Text of the note.
    codes
        All codes of the release in stored form, in order; used for conditions on characters.

    Returns
    -------
    tuple of CodeRange
        In the note's order; empty if it names no code or has a condition in words.

    Examples
    --------
    >>> excluded_ranges("type 1 diabetes mellitus (E10.-)", [])
    (CodeRange(first='E10', last='E10'),)
    >>> excluded_ranges("current injury - see injury of joint by body region", [])
    ()
    """
    groups = [match for match in _IN_PARENTHESES.finditer(note) if _CODE_START.search(match[1])]
    for group in reversed(groups):
        ranges = _listed(group[1], codes)
        if ranges:
            # Words after the list are a condition that codes alone cannot decide.
            return ranges if not note[group.end() :].strip(" ).;,") else ()
    # Without a list in parentheses, a few notes end in their codes.
    for start in _CODE_START.finditer(note) if not groups else ():
        ranges = _listed(note[start.start() :], codes)
        if ranges:
            return ranges
    return ()


def _listed(text: str, codes: Sequence[str]) -> tuple[CodeRange, ...]:
    """Return the ranges in a list of codes and ranges, with at most one condition for all."""
    listed, with_, condition = text.partition("with")
    ranges = []
    for item in listed.rstrip(" ,;.-)").split(","):
        match = _ITEM.fullmatch(item + "-" if item.endswith(".") else item)
        if match is None:
            return ()
        ranges.append(
            CodeRange(normalise_code(match["first"]), normalise_code(match["last"] or match["first"]))
        )
    if not with_:
        return tuple(ranges)
    select = _selector(condition.strip(" ,;)"))
    return () if select is None else tuple(_selected(ranges, codes, select))


def _selector(condition: str) -> Callable[[str], str | None] | None:
    """Return a condition as a function from a code to the matching part of it, or None."""
    if match := _CHARACTERS.fullmatch(condition):
        begin, value = _ORDINAL[match["first"]] - 1, match["value"]
        end = begin + len(value)
        return lambda code: code[:end] if code[begin:end] == value else None
    if match := _AFTER_DOT.fullmatch(condition):
        low, high = match["first"], match["last"] or match["first"]
        end = _CATEGORY_LENGTH + len(low)
        return lambda code: code[:end] if low <= code[_CATEGORY_LENGTH:end] <= high else None
    if match := _FINAL.fullmatch(condition):
        # One character is between: "I69. with final characters -23" means I69.123 and not I69.23.
        value = match["value"]
        return lambda code: code if code[_CATEGORY_LENGTH + 1 :] == value else None
    return None


def _selected(
    ranges: Sequence[CodeRange], codes: Sequence[str], select: Callable[[str], str | None]
) -> Iterator[CodeRange]:
    for codes_of_range in ranges:
        begin = bisect_left(codes, codes_of_range.first)
        end = bisect_left(codes, codes_of_range.last + _AFTER_ALL_CODES)
        chosen = [part for part in map(select, codes[begin:end]) if part is not None]
        for part, _ in groupby(chosen):
            yield CodeRange(part, part)
