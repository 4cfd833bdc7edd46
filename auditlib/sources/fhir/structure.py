"""Positions of strings and brackets in JSON bytes, with depths, for a whole chunk at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_QUOTE, _BACKSLASH, _LINE_END = ord('"'), ord("\\"), ord("\n")
_KINDS = np.zeros(256, dtype=np.int8)
for _character, _kind in (('"', 1), ("\\", 2), ("\n", 3), ("{", 4), ("[", 4), ("}", 5), ("]", 5)):
    _KINDS[ord(_character)] = _kind
_IS_QUOTE, _IS_BACKSLASH, _IS_LINE_END, _OPENS, _CLOSES = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Structure:
    """Strings and brackets of a part of a JSON file.

    Attributes
    ----------
    octets
        The bytes.
    strings
        First and last quote of each string, two columns.
    brackets
        Position of each bracket outside strings.
    is_opening
        True for an opening bracket.
    depths
        The depth inside an opening bracket, and the depth that a closing one leaves.
    end_depth
        Depth after the last byte.
    """

    octets: npt.NDArray[np.uint8]
    strings: Positions
    brackets: Positions
    is_opening: Flags
    depths: Positions
    end_depth: int

    def spans(self, depth: int) -> Positions:
        """Return start and end (after the bracket) of every closed bracket pair of a depth."""
        opened = self.brackets[self.is_opening & (self.depths == depth)]
        closed = self.brackets[~self.is_opening & (self.depths == depth - 1)]
        # A pair opened before these bytes starts with its end.
        closed = closed[np.searchsorted(closed, opened[0]) :] if len(opened) else closed[:0]
        count = min(len(opened), len(closed))
        return np.stack([opened[:count], closed[:count] + 1], axis=1)

    def first_closing(self, depth: int, after: int = 0) -> int | None:
        """Return where, from ``after`` on, a bracket first closes to this depth or less."""
        closing = self.brackets[~self.is_opening & (self.depths <= depth) & (self.brackets >= after)]
        return int(closing[0]) if len(closing) else None

    def depth_at(self, positions: Positions) -> Positions:
        """Return the depth at these positions."""
        if not len(self.brackets):
            return np.full(len(positions), self.end_depth, dtype=np.int64)
        before = np.searchsorted(self.brackets, positions, side="right") - 1
        start = self.depths[0] - (1 if self.is_opening[0] else -1)
        return np.where(before < 0, start, self.depths[np.maximum(before, 0)])

    def keys(self, name: bytes) -> Positions:
        """Return the indices of the strings that are this object key."""
        key_bytes = np.frombuffer(name, dtype=np.uint8)
        opens, closes = self.strings[:, 0], self.strings[:, 1]
        candidates = np.flatnonzero(closes - opens == len(key_bytes) + 1)
        inside = self.octets[opens[candidates][:, None] + 1 + np.arange(len(key_bytes))]
        candidates = candidates[(inside == key_bytes).all(axis=1)]
        # A key is followed by a colon, perhaps after blanks; only a few blanks are examined.
        after = closes[candidates][:, None] + 1 + np.arange(_BLANKS_AFTER_KEY)
        following = self.octets[np.minimum(after, len(self.octets) - 1)]
        is_blank = np.isin(following, _BLANKS)
        first = np.argmin(is_blank, axis=1)
        colon: Flags = following[np.arange(len(candidates)), first] == ord(":")
        keys: Positions = candidates[colon]
        return keys


_BLANKS_AFTER_KEY = 8
_BLANKS = np.frombuffer(b" \t\r\n", dtype=np.uint8)


def find_structure(data: bytes, *, depth: int = 0, by_line: bool = False) -> Structure:
    """Find the strings and brackets of JSON bytes.

    Parameters
    ----------
    data
        JSON bytes that start outside any string.
    depth
        Depth at the first byte.
    by_line
        Read every line separately, so that a broken line does not affect the others.
    """
    octets = np.frombuffer(data, dtype=np.uint8)
    kinds = _KINDS[octets]
    special = np.flatnonzero(kinds)
    kind = kinds[special]
    quote = kind == _IS_QUOTE
    if (kind == _IS_BACKSLASH).any():
        quote &= ~_is_escaped(special, kind)
    ends = kind == _IS_LINE_END
    count = np.cumsum(quote)
    if by_line and ends.any():
        count = count - _at_last_line_end(count, ends)
        quotes_left = _odd_lines(quote, ends, count)
        quote, outside = quote & ~quotes_left, (count % 2 == 0) & ~quotes_left
    else:
        outside = count % 2 == 0
    bracket = (kind >= _OPENS) & outside
    brackets, opening = special[bracket], kind[bracket] == _OPENS
    step = np.where(opening, 1, -1)
    depths = depth + np.cumsum(step)
    if by_line and len(brackets):
        line = np.searchsorted(special[ends], brackets)
        before = (depths - step)[np.searchsorted(line, line)]
        depths = depths - before
        whole = ~np.isin(line, line[depths < 0]) & (np.bincount(line, weights=step)[line] == 0)
        brackets, opening, depths = brackets[whole], opening[whole], depths[whole]
    marks = special[quote]
    pairs = marks[: len(marks) // 2 * 2].reshape(-1, 2)
    end_depth = int(depths[-1]) if len(depths) else depth
    return Structure(octets, pairs, brackets, opening, depths.astype(np.int64), end_depth)


def _is_escaped(special: Positions, kind: npt.NDArray[np.int8]) -> Flags:
    """Return which characters follow an odd run of backslashes."""
    slash = kind == _IS_BACKSLASH
    follows = np.zeros(len(special), dtype=np.bool_)
    follows[1:] = slash[:-1] & (np.diff(special) == 1)
    number = np.arange(len(special))
    starts_run = slash & ~follows
    run_start = np.maximum.accumulate(np.where(starts_run, number, 0))
    is_escaped: Flags = follows & ~slash & ((number - run_start) % 2 == 1)
    return is_escaped


def _at_last_line_end(count: Positions, ends: Flags) -> Positions:
    """Return for every character the count of quotes at the end of the line before its own."""
    at_end = np.where(ends, count, 0)
    carried: Positions = np.maximum.accumulate(at_end)
    # The line end itself belongs to the line that it ends.
    before: Positions = np.concatenate([[0], carried[:-1]])
    return before


def _odd_lines(quote: Flags, ends: Flags, count: Positions) -> Flags:
    """Return which characters are in lines with an odd number of quotes, which are broken."""
    line = np.concatenate([[0], np.cumsum(ends)[:-1]])
    quotes_in_line = np.bincount(line, weights=quote.astype(np.float64))
    broken: Flags = quotes_in_line[line] % 2 == 1
    return broken if len(count) else np.zeros(0, dtype=np.bool_)
