"""Line breaks inside segments, as hard wrapping leaves them: moved behind the segment.

A text keeps its length, and every segment its place in the file, so that all that is read by its position
leads to the file's own bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from auditlib.sources.x12.read.delimiters import Delimiters
    from auditlib.sources.x12.read.segments import Mask, Rows

_CR, _LF = 13, 10
_BLANK = np.zeros(256, dtype=np.bool_)
_BLANK[[0, 9, _LF, _CR, 26, 32]] = True
_NONE = np.zeros(0, dtype=np.int64)
_LETTER = np.zeros(256, dtype=np.bool_)
_LETTER[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")] = True
_LETTER_OR_DIGIT = _LETTER.copy()
_LETTER_OR_DIGIT[list(b"0123456789")] = True
# Identifiers of the transactions that are read: they show that a segment begins, not the rest of a value.
_IDENTIFIERS = (
    "AAA",
    "AK1",
    "AK2",
    "AK3",
    "AK4",
    "AK5",
    "AK9",
    "AMT",
    "BGN",
    "BHT",
    "BPR",
    "CAS",
    "CL1",
    "CLM",
    "CLP",
    "CN1",
    "CR1",
    "CR2",
    "CR3",
    "CR5",
    "CR6",
    "CR7",
    "CRC",
    "CTP",
    "CTX",
    "CUR",
    "DMG",
    "DN1",
    "DN2",
    "DTM",
    "DTP",
    "ENT",
    "FRM",
    "GE",
    "GS",
    "HCP",
    "HD",
    "HI",
    "HL",
    "HSD",
    "IEA",
    "III",
    "IK3",
    "IK4",
    "IK5",
    "IMM",
    "INS",
    "ISA",
    "K3",
    "LE",
    "LIN",
    "LQ",
    "LS",
    "LUI",
    "LX",
    "MEA",
    "MIA",
    "MOA",
    "N1",
    "N2",
    "N3",
    "N4",
    "NM1",
    "NTE",
    "OI",
    "PAT",
    "PER",
    "PLB",
    "PRV",
    "PS1",
    "PWK",
    "QTY",
    "RAS",
    "RDM",
    "REF",
    "SBR",
    "SE",
    "ST",
    "STC",
    "SV1",
    "SV2",
    "SV3",
    "SV4",
    "SV5",
    "SVC",
    "SVD",
    "TA1",
    "TOO",
    "TRN",
    "TS2",
    "TS3",
    "UM",
)
_KNOWN = np.array(sorted(int.from_bytes(tag.encode(), "little") for tag in _IDENTIFIERS), dtype=np.int64)


def unwrapped(data: bytes, delimiters: Delimiters) -> tuple[bytes, Rows]:
    """Return a text without line breaks inside its segments.

    Parameters
    ----------
    data
        Segments; a last one without terminator is left as it is.
    delimiters
        Their delimiters.

    Returns
    -------
    bytes
        As long as the data: line breaks inside a segment follow its terminator.
    Rows
        Positions in the data from which bytes were moved, sorted; empty if the text is the data.
    """
    buffer = np.frombuffer(data, dtype=np.uint8)
    if delimiters.terminator in (_CR, _LF):
        ends = np.flatnonzero(buffer == delimiters.terminator)
        inner, is_end = _folded(buffer, ends, delimiters)
        ends = ends[is_end]
        is_other = buffer == (_CR + _LF - delimiters.terminator)
        if delimiters.terminator == _CR and is_other.any():
            inner = np.union1d(inner, _inside(buffer, np.flatnonzero(is_other), delimiters.terminator))
    else:
        is_break = buffer == _LF
        if b"\r" in data:
            is_break |= buffer == _CR
        if _follow_segments(buffer, is_break, delimiters.terminator):
            return data, _NONE
        inner = _inside(buffer, np.flatnonzero(is_break), delimiters.terminator)
        ends = np.flatnonzero(buffer == delimiters.terminator) if len(inner) else _NONE
    if not len(inner) or not len(ends):
        return data, _NONE
    inner = inner[inner < ends[-1]]
    if not len(inner):
        return data, _NONE
    after = ends[np.searchsorted(ends, inner)] + 1
    kept = np.delete(buffer, inner)
    moved_text = np.insert(kept, after - np.searchsorted(inner, after), buffer[inner])
    return moved_text.tobytes(), inner


def _follow_segments(buffer: np.ndarray, is_break: Mask, terminator: int) -> bool:
    """Return True if each line break directly follows a terminator or another line break."""
    if not len(buffer):
        return True
    follows = buffer[:-1] == terminator
    follows |= is_break[:-1]
    return not (is_break[0] or np.greater(is_break[1:], follows).any())


def _inside(buffer: np.ndarray, breaks: Rows, terminator: int) -> Rows:
    """Return the line breaks that have a value between them and the terminator before."""
    if not len(breaks):
        return _NONE
    # Blanks may stand between the terminator and the line break.
    is_blank = _BLANK.copy()
    is_blank[terminator] = False
    solid = np.flatnonzero(~is_blank[buffer])
    last = np.searchsorted(solid, breaks) - 1
    inside: Rows = breaks[(last >= 0) & (buffer.take(solid.take(last, mode="clip")) != terminator)]
    return inside


def _folded(buffer: np.ndarray, ends: Rows, delimiters: Delimiters) -> tuple[Rows, Mask]:
    """Return the line breaks that folded lines which are segments, and which line ends end a segment.

    Where line breaks of one kind end segments and those of another fold lines, the kind decides. Where both
    are alike, a line of full width goes on in the next one unless that starts with an identifier.
    """
    everything = np.ones(len(ends), dtype=np.bool_)
    if not len(ends):
        return _NONE, everything
    after_return = (buffer.take(np.maximum(ends - 1, 0)) == _CR) & (ends > 0)
    before_feed = buffer.take(ends + 1, mode="clip") == _LF
    before_feed &= ends + 1 < len(buffer)
    if delimiters.terminator == _LF and delimiters.wrap != delimiters.line_end and delimiters.wrap:
        is_fold = after_return if delimiters.wrap == b"\r\n" else ~after_return
        is_fold &= delimiters.wrap != b"\r"
    elif delimiters.terminator == _CR and delimiters.wrap == b"\r\n":
        is_fold = before_feed
    elif delimiters.wrap and delimiters.wrap != delimiters.line_end:
        is_fold = ~everything
    else:
        is_fold = _continued(buffer, ends, after_return, delimiters)
    if not is_fold.any():
        return _NONE, everything
    folds = ends[is_fold]
    if delimiters.terminator == _LF:
        others = folds[after_return[is_fold]] - 1
    else:
        others = folds[before_feed[is_fold]] + 1
    return np.sort(np.concatenate((folds, others))), ~is_fold


def _continued(buffer: np.ndarray, ends: Rows, after_return: Mask, delimiters: Delimiters) -> Mask:
    """Return which lines of full width go on in the next line."""
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1] + 1))
    widths = ends - after_return - starts
    width = delimiters.width or int(widths.max())
    following = ends + 1
    is_full = (widths == width) & (following < len(buffer))
    rows = np.flatnonzero(is_full)
    first, second, third, fourth = (
        buffer.take(following.take(rows) + step, mode="clip").astype(np.int64) for step in range(4)
    )
    cuts = (delimiters.element, delimiters.terminator, _CR)
    is_short, is_long = np.isin(third, cuts), np.isin(fourth, cuts)
    if delimiters.width:
        pair = first | second << 8
        starts_segment = (is_short & np.isin(pair, _KNOWN)) | (is_long & np.isin(pair | third << 16, _KNOWN))
    else:
        # No break inside ISA says that lines were folded: only what cannot be a segment goes on.
        starts_segment = _LETTER.take(first) & _LETTER_OR_DIGIT.take(second)
        starts_segment &= is_short | (is_long & _LETTER_OR_DIGIT.take(third))
        starts_segment |= _BLANK.take(first)
    result = np.zeros(len(ends), dtype=np.bool_)
    result[rows[~starts_segment]] = True
    return result
