"""The words of a page in the order in which a person reads them: columns down, tables across."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, NamedTuple


class Word(NamedTuple):
    """A word and its box on the page; the origin is the upper left corner, the unit any."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float | None = None


class PlacedWord(NamedTuple):
    """A word with its place in the text of the page, from character ``start`` to before ``end``."""

    word: Word
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, and where each of its words is on the page."""

    text: str
    words: tuple[PlacedWord, ...]


_SAME_LINE: Final = 0.5
"""Share of the lower height by which two words of one line overlap."""
_CELL_GAP: Final = 1.2
"""Width in line heights from which a blank separates cells or columns."""
_PARAGRAPH_GAP: Final = 0.9
"""Height in line heights from which a blank separates paragraphs."""
_ENTRY_GAP: Final = 1.25
"""Distance in usual distances of two lines from which a line begins another entry of a table."""
_LEAST_ENTRIES: Final = 3
_LONGEST_ENTRY: Final = 4
_MOST_ENTRIES_A_CONFLICT: Final = 5
"""Lines that begin on both sides anew, as rows do, for each line that no row could hold."""
_CELL_BREAK: Final = "  "
_MOST_DEEP: Final = 6
_SENTENCE_END: Final = re.compile(r"[.:!?]['\")\]]*$")
_ENTRY: Final = re.compile(r"(?:[-•*·▪◦]|\d{1,3}[.)]|[A-Za-z][.)])(?:\s|$)")
_VALUE: Final = re.compile(r"[<>≤≥+-]?\$?\d[\d.,:/%-]*%?|yes|no|n/?a|none|[xX☐☒☑✓✔-]", re.IGNORECASE)
_LABEL: Final = re.compile(r":$")


@dataclass(slots=True)
class _Cell:
    """Words beside each other on one line, without a wide blank between them."""

    words: list[Word]

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class _Line:
    """The cells at one height, from left to right."""

    top: float
    bottom: float
    cells: list[_Cell] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.bottom - self.top


def page_text(words: Sequence[Word]) -> PageText:
    """Return the words of a page as text in reading order.

    Parameters
    ----------
    words
        The words in any order.

    Notes
    -----
    Lines are words at one height. A wide blank that runs through several lines is a gutter between columns if
    the text on one side of it goes on from line to line while the other side says something else beside it:
    then the left side is read to its end before the right one. Where it is not so, the lines are rows of a
    table, or labels with their values, and are read across.
    """
    lines = _lines([word for word in words if word.text])
    pieces: list[str] = []
    placed: list[PlacedWord] = []
    at = 0

    def write(text: str) -> None:
        nonlocal at
        pieces.append(text)
        at += len(text)

    for number, row in enumerate(_in_order(lines, _typical_height(lines), 0)):
        if number:
            write("\n\n" if row.is_after_gap else "\n")
        for position, cell in enumerate(row.cells):
            if position:
                write(_CELL_BREAK)
            for place, word in enumerate(cell.words):
                if place:
                    write(" ")
                placed.append(PlacedWord(word, at, at + len(word.text)))
                write(word.text)
    return PageText("".join(pieces), tuple(placed))


@dataclass(slots=True)
class _Row:
    cells: list[_Cell]
    is_after_gap: bool


def _lines(words: Sequence[Word]) -> list[_Line]:
    """Return the words as lines from top to bottom, cut into cells at wide blanks."""
    groups: list[tuple[float, float, list[Word]]] = []
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.left)):
        height = word.bottom - word.top
        # Only the last lines can be at the height of this word.
        for position in range(len(groups) - 1, max(len(groups) - 4, -1), -1):
            top, bottom, members = groups[position]
            overlap = min(bottom, word.bottom) - max(top, word.top)
            if overlap >= _SAME_LINE * min(height, bottom - top):
                members.append(word)
                # A taller word does not stretch the line, or it would swallow the next one.
                break
        else:
            groups.append((word.top, word.bottom, [word]))
    return [
        _Line(top, bottom, _cells(sorted(members, key=lambda word: word.left), bottom - top))
        for top, bottom, members in groups
    ]


def _cells(words: Sequence[Word], height: float) -> list[_Cell]:
    cells = [_Cell([words[0]])]
    for word in words[1:]:
        if word.left - cells[-1].right > _CELL_GAP * height:
            cells.append(_Cell([word]))
        else:
            cells[-1].words.append(word)
    return cells


def _typical_height(lines: Sequence[_Line]) -> float:
    return median(line.height for line in lines) if lines else 0.0


def _in_order(lines: list[_Line], height: float, depth: int) -> list[_Row]:
    """Return the rows of a block in reading order."""
    rows: list[_Row] = []
    at = 0
    while at < len(lines):
        block = _columns_at(lines, at, height) if depth < _MOST_DEEP else None
        if block is None:
            is_after_gap = at > 0 and lines[at].top - lines[at - 1].bottom > _PARAGRAPH_GAP * height
            rows.append(_Row(lines[at].cells, is_after_gap))
            at += 1
            continue
        end, gutter = block
        for side in _sides(lines[at:end], gutter):
            inner = _in_order(side, height, depth + 1)
            inner[0].is_after_gap = bool(rows)
            rows += inner
        if end < len(lines):
            rest = _in_order(lines[end:], height, depth)
            rest[0].is_after_gap = True
            return rows + rest
        at = end
    return rows


def _sides(lines: Sequence[_Line], gutter: float) -> list[list[_Line]]:
    """Return what is left of a gutter and what is right of it."""
    left = [
        _Line(line.top, line.bottom, [cell for cell in line.cells if cell.right <= gutter]) for line in lines
    ]
    right = [
        _Line(line.top, line.bottom, [cell for cell in line.cells if cell.left >= gutter]) for line in lines
    ]
    return [side for side in ([line for line in part if line.cells] for part in (left, right)) if side]


def _columns_at(lines: Sequence[_Line], start: int, height: float) -> tuple[int, float] | None:
    """Return the end of a block of columns that starts at a line, and a place in its gutter, or None."""
    first = lines[start]
    if len(first.cells) < 2:  # noqa: PLR2004 - a gutter has two sides
        # Only one side is on this line: it belongs to the columns if the next lines show them.
        return _columns_below(lines, start, height)
    for before, after in zip(first.cells, first.cells[1:], strict=False):
        block = _block(lines, start, before.right, after.left)
        if block is not None:
            return block
    return None


def _columns_below(lines: Sequence[_Line], start: int, height: float) -> tuple[int, float] | None:
    """Return the columns that begin one or two lines lower on the other side."""
    for below in range(start + 1, min(start + 3, len(lines))):
        if lines[below].top - lines[below - 1].bottom > _PARAGRAPH_GAP * height:
            return None
        cells = lines[below].cells
        gaps = [(before.right, after.left) for before, after in itertools.pairwise(cells)]
        # Columns whose lines are at other heights never share a line.
        gaps += [(lines[start].cells[-1].right, cells[0].left), (cells[-1].right, lines[start].cells[0].left)]
        for left, right in gaps:
            block = _block(lines, start, left, right) if right > left else None
            if block is not None:
                return block
    return None


def _block(lines: Sequence[_Line], start: int, left: float, right: float) -> tuple[int, float] | None:
    """Return the longest run of lines that leave a gutter free, if it separates columns."""
    least = _CELL_GAP * lines[start].height
    end, low, high = start, left, right
    while end < len(lines):
        middle = (low + high) / 2
        ends = [cell.right for cell in lines[end].cells if (cell.left + cell.right) / 2 < middle]
        starts = [cell.left for cell in lines[end].cells if (cell.left + cell.right) / 2 >= middle]
        narrowed = max([low, *ends]), min([high, *starts])
        if narrowed[1] - narrowed[0] < least:
            break
        (low, high), end = narrowed, end + 1
    gutter = (low + high) / 2
    # Lines at the end with one side only may be the next paragraph across the page.
    while end - 1 > start and _is_across(lines[start:end], gutter):
        end -= 1
    block = lines[start:end]
    return (end, gutter) if _are_columns(block, gutter) and not _has_head(block, gutter) else None


def _has_head(lines: Sequence[_Line], gutter: float) -> bool:
    """Return True if the first lines are a head above the columns: set off, and with other left edges."""
    for number in range(1, min(len(lines), _LONGEST_ENTRY)):
        if lines[number].top - lines[number - 1].bottom > _PARAGRAPH_GAP * lines[number].height:
            sides = _sides(lines[number:], gutter)
            edges = [min(line.cells[0].left for line in side) for side in sides]
            return any(
                all(abs(cell.left - edge) > lines[number].height for edge in edges)
                for line in lines[:number]
                for cell in line.cells
            )
    return False


def _is_across(lines: Sequence[_Line], gutter: float) -> bool:
    """Return True if the last line stands apart from its column, by a wider blank than others in it."""
    last = lines[-1]
    if last.cells[-1].right <= gutter:
        column = [line for line in lines if line.cells[0].right <= gutter]
    elif last.cells[0].left >= gutter:
        column = [line for line in lines if line.cells[-1].left >= gutter]
    else:
        return False
    *blanks, blank = [0.0, *(lower.top - upper.bottom for upper, lower in itertools.pairwise(column))]
    return blank > max(_PARAGRAPH_GAP * last.height, _ENTRY_GAP * max(blanks, default=0.0))


def _are_columns(lines: Sequence[_Line], gutter: float) -> bool:
    """Return True if the two sides of a gutter are texts of their own, and not the cells of rows."""
    sides = _sides(lines, gutter)
    if len(sides) < 2 or min(len(side) for side in sides) < 2:  # noqa: PLR2004 - two sides of two lines
        return False
    left, right = sides
    if not any(_has_both(line, gutter) for line in lines):
        # The lines of the two sides are never at one height: no row joins them.
        return _is_interleaved(lines, gutter) and not _is_labels(left)
    if _is_labels(left) or _is_values(left) or _is_values(right) or _are_records(lines, gutter):
        return False
    edges = [max(line.cells[-1].right for line in side) for side in sides]
    is_of_small_letters = [all(line.cells[0].text[:1].islower() for line in side) for side in sides]
    conflicts = agreements = wrapped = 0
    above: list[list[Word] | None] = [None, None]
    for number, line in enumerate(lines):
        if number and line.top - lines[number - 1].bottom > _PARAGRAPH_GAP * line.height:
            above = [None, None]
        here = [_side(line, gutter, which) for which in (0, 1)]
        goes_on = [
            (before, after, edge)
            for before, after, edge, is_small in zip(above, here, edges, is_of_small_letters, strict=True)
            if before and after and not is_small and _goes_on(before, after)
        ]
        if all(here) and any(above):
            conflicts += bool(goes_on)
            agreements += not goes_on
            # The longest line of a side always looks as if the next word had no room in it.
            wrapped += len(goes_on) == len(sides) or any(
                before[-1].right < edge and _is_wrapped(before, after, edge)
                for before, after, edge in goes_on
            )
        above = [after or before for before, after in zip(above, here, strict=True)]
    # A row of a table never goes on from the row above beside a new entry.
    return wrapped > 0 and conflicts * _MOST_ENTRIES_A_CONFLICT >= agreements


def _are_records(lines: Sequence[_Line], gutter: float) -> bool:
    """Return True if wide blanks part the lines into entries, each with its text on both sides."""
    pitch = median(lower.top - upper.top for upper, lower in itertools.pairwise(lines))
    entries = [[lines[0]]]
    for upper, lower in itertools.pairwise(lines):
        if lower.top - upper.top > _ENTRY_GAP * pitch:
            entries.append([])
        entries[-1].append(lower)
    return len(entries) >= _LEAST_ENTRIES and all(
        len(entry) <= _LONGEST_ENTRY and _has_both(entry[0], gutter) for entry in entries
    )


def _is_interleaved(lines: Sequence[_Line], gutter: float) -> bool:
    """Return True if both sides have text between the first and the last line of the other."""
    of_left = [number for number, line in enumerate(lines) if line.cells[0].right <= gutter]
    of_right = [number for number, line in enumerate(lines) if line.cells[-1].left >= gutter]
    return of_left[0] < of_right[-1] and of_right[0] < of_left[-1]


def _has_both(line: _Line, gutter: float) -> bool:
    return line.cells[0].right <= gutter and line.cells[-1].left >= gutter


def _side(line: _Line, gutter: float, which: int) -> list[Word]:
    cells = [cell for cell in line.cells if (cell.left >= gutter) == bool(which)]
    return [word for cell in cells for word in cell.words]


def _is_labels(side: Sequence[_Line]) -> bool:
    """Return True if most lines of a side end in a colon, as labels do."""
    return 2 * sum(bool(_LABEL.search(line.cells[-1].text)) for line in side) > len(side)


def _is_values(side: Sequence[_Line]) -> bool:
    """Return True if most cells of a side are numbers, marks, or single words."""
    cells = [cell for line in side for cell in line.cells]
    short = sum(len(cell.words) == 1 or bool(_VALUE.fullmatch(cell.words[0].text)) for cell in cells)
    return 2 * short > len(cells)


def _goes_on(upper: Sequence[Word], lower: Sequence[Word]) -> bool:
    """Return True if a line goes on with the sentence of the line above it, in small letters."""
    before, after = upper[-1].text, " ".join(word.text for word in lower)
    return not _SENTENCE_END.search(before) and not _ENTRY.match(after) and after[:1].islower()


def _is_wrapped(upper: Sequence[Word], lower: Sequence[Word], edge: float) -> bool:
    """Return True if the first word of a line had no room at the end of the line above it."""
    blank = (upper[-1].bottom - upper[-1].top) / 4
    return edge - upper[-1].right < lower[0].right - lower[0].left + blank
