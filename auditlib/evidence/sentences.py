"""Sentences of chart text as character spans: prose, wrapped lines, lists, headings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Abbreviations that a capital or a digit may follow within a sentence; after a unit it starts a new one.
_ABBREVIATIONS: Final = frozenset(
    {
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "jr",
        "sr",
        "vs",
        "etc",
        "approx",
        "no",
        "nos",
        "fig",
        "pt",
        "pts",
    }
    | {"e.g", "i.e", "b.i.d", "t.i.d", "q.i.d", "q.d", "q.h.s", "p.o", "p.r.n", "i.v", "i.m", "s.c", "dept"}
)
_LIST_MARKER = re.compile(
    r"[ \t]*(?:[-*\u2022\u00b7\u2013\u2014o>]|#?\d{1,2}[.):]|[A-Z]\.|\(?[a-zA-Z0-9][)]|#[ \t]*\d{1,2})[ \t]+"
)
_HEADING = re.compile(r"[ \t]*[A-Z][A-Za-z0-9 /&(),'-]{0,58}:")
# A run is read once, from its first sign: a page of dots would take the square of its length.
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]++[\"')\]]*+(?=\s)")
_WORD_BEFORE = re.compile(r"[A-Za-z.]+$")
_NAME_BEFORE_INITIAL = re.compile(r"(?:^|[A-Z][a-z]+\.? |[A-Z]\. ?)[A-Z]$")
_LOWER_WORD = re.compile(r"[ \t]*[a-z](?:[a-z]|\b)")
_TABLE_GAP = re.compile(r"\S(?: {2,}|\t|[ ]*\|[ ]*)\S")
_WHITESPACE = re.compile(r"\s+")
_LINE = re.compile(r"[^\r\n]+")
_SHORTEST_WRAPPED_WIDTH = 60
_FULL_LINE = 0.75
# What stands about a word is looked for in its sentence: a text without any end is read in pieces.
_LONGEST_CHARACTERS: Final = 4_000


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A character range of a text: start, and end after the last character."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the text of the range."""
        return text[self.start : self.end]


def find_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of a document, or of a part of it, in order.

    White space and list markers around them are left out.

    A blank line, a list item, a heading on its own line and a table row each end a sentence; a line break
    inside wrapped prose does not, nor does the period of an abbreviation, an initial or a decimal.
    """
    spans: list[Span] = []
    for block in _blocks(text, start, len(text) if end is None else end):
        start = block.start
        count = len(spans)
        is_long = block.end - block.start > _LONGEST_CHARACTERS
        for match in _SENTENCE_END.finditer(text, block.start, block.end):
            if match.group()[0] == "." and not _is_end(text, match.start(), match.end(), block.end):
                continue
            _keep(spans, text, start, match.end())
            start = match.end()
        _keep(spans, text, start, block.end)
        if is_long:
            spans[count:] = [piece for span in spans[count:] for piece in _pieces(text, span)]
    return spans


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """Yield a sentence, or the pieces between two words of one that is too long to be one."""
    start = span.start
    while span.end - start > _LONGEST_CHARACTERS:
        gap = _WHITESPACE.search(text, start + _LONGEST_CHARACTERS // 2, start + _LONGEST_CHARACTERS)
        end = start + _LONGEST_CHARACTERS if gap is None else gap.start()
        yield Span(start, end)
        start = end if gap is None else gap.end()
    yield Span(start, span.end)


def locate(sentence: str, text: str) -> Span | None:
    """Return where a sentence occurs in a text, ignoring differences in white space, or None."""
    words = sentence.split()
    if not words:
        return None
    start = text.find(sentence.strip())
    if start >= 0:
        return Span(start, start + len(sentence.strip()))
    match = re.search(r"\s+".join(re.escape(word) for word in words), text)
    return None if match is None else Span(*match.span())


def _keep(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(character.isalnum() for character in text[start:end]):
        spans.append(Span(start, end))


def _is_end(text: str, start: int, end: int, block_end: int) -> bool:
    if end >= block_end:
        return True
    after = _WHITESPACE.match(text, end)
    following = text[after.end() : after.end() + 1] if after else ""
    if following.islower():
        return False
    near = text[max(start - 24, 0) : start]
    before = _WORD_BEFORE.search(near)
    if before is None:
        return True
    is_initial = following.isupper() and _NAME_BEFORE_INITIAL.search(near) is not None
    return before.group().lower() not in _ABBREVIATIONS and not is_initial


def _blocks(text: str, start: int, end: int) -> list[Span]:
    """Return the blocks that no sentence crosses: paragraphs, list items, heading lines, table rows."""
    lines = [Span(*match.span()) for match in _LINE.finditer(text, start, end)]
    breaks = 2 if text.find("\r\n", start, end) >= 0 else 1
    widest = max((line.end - line.start for line in lines), default=0)
    blocks: list[Span] = []
    previous: Span | None = None
    for line in lines:
        marker = _LIST_MARKER.match(text, line.start, line.end)
        start = marker.end() if marker else line.start
        content = line.of(text)
        if not content.strip():
            previous = None
            continue
        if previous is not None and marker is None and _continues(text, previous, line, widest, breaks):
            blocks[-1] = Span(blocks[-1].start, line.end)
        else:
            blocks.append(Span(start, line.end))
        previous = line
    return blocks


def _continues(text: str, previous: Span, line: Span, widest: int, breaks: int) -> bool:
    before, here = previous.of(text), line.of(text)
    if line.start - previous.end > breaks:
        return False
    if _TABLE_GAP.search(before.strip()) or _TABLE_GAP.search(here.strip()):
        return False
    if _HEADING.match(here) or before.rstrip().endswith(":"):
        return False
    if _LOWER_WORD.match(here):
        return True
    is_wrapped = widest >= _SHORTEST_WRAPPED_WIDTH and previous.end - previous.start >= _FULL_LINE * widest
    return is_wrapped and not before.rstrip().endswith((".", "!", "?"))
