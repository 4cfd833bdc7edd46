"""Original claims from their files, with the segments of the loops above them, byte for byte."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from auditlib.sources.x12.read.chunks import read_chunks
from auditlib.sources.x12.read.claims.claim_loops import ClaimLoops, find_loops
from auditlib.sources.x12.read.scopes import NONE
from auditlib.sources.x12.read.segments import Field, Rows, Segments
from auditlib.sources.x12.read.transactions import find_transactions
from auditlib.sources.x12.write.segment import Segment, simple

# Identifiers that end a claim, a loop above it, and the header of its transaction.
_AFTER_CLAIM = ("CLM", "HL", "SE", "ST", "GE", "GS", "IEA", "ISA")
_AFTER_LEVEL = ("HL", "CLM")
_AFTER_HEADER = ("HL", "CLM", "SE")
_ISA_NUMBERS = range(17)


@dataclass(frozen=True, slots=True)
class OriginalClaim:
    """A claim with all its segments; values are Latin-1 text, so that each byte is preserved.

    Parameters
    ----------
    source_offset
        Position of its CLM in the file.
    interchange, group
        ISA and GS, or None.
    version
        Guide in ST03, else in GS08, or empty.
    header
        Segments between ST and the first HL: BHT, submitter and receiver.
    billing, subscriber, patient
        Segments of the HL loops above the claim; patient is empty if it is the subscriber.
    claim
        CLM and the segments that follow it.
    """

    source_offset: int
    interchange: Segment | None
    group: Segment | None
    version: str
    header: tuple[Segment, ...]
    billing: tuple[Segment, ...]
    subscriber: tuple[Segment, ...]
    patient: tuple[Segment, ...]
    claim: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class _Ends:
    """Ends of headers, levels and claims of a chunk: positions of the segments after them."""

    header: Rows
    level: Rows
    claim: Rows


def read_original_claims(path: Path, offsets: Collection[int]) -> Iterator[OriginalClaim]:
    """Yield the claims whose CLM is at one of the offsets.

    Parameters
    ----------
    path
        An X12 file.
    offsets
        Values of ``core.claim.source_offset``.

    Raises
    ------
    BadInputError
        If the file cannot be read, or is not X12.
    """
    sorted_offsets = np.array(sorted(offsets), dtype=np.int64)
    interchange: Segment | None = None
    for chunk in read_chunks(path):
        segments = Segments(chunk)
        loops = find_loops(segments, find_transactions(segments))
        place = segments.offset(loops.claim)
        ends = _Ends(*(segments.rows(*tags) for tags in (_AFTER_HEADER, _AFTER_LEVEL, _AFTER_CLAIM)))
        for number in np.flatnonzero(np.isin(place, sorted_offsets)).tolist():
            before = segments.rows("ISA")
            before = before[before < loops.claim[number]]
            own = _interchange(segments, int(before[-1])) if len(before) else interchange
            yield _original(segments, loops, number, ends, own)
        if len(segments.rows("ISA")):
            interchange = _interchange(segments, int(segments.rows("ISA")[-1]))
        if len(place) and len(sorted_offsets) and place[-1] >= sorted_offsets[-1]:
            return


def _original(
    segments: Segments, loops: ClaimLoops, number: int, ends: _Ends, interchange: Segment | None
) -> OriginalClaim:
    start, group = int(loops.transaction_start[number]), int(loops.group_start[number])
    levels = (loops.billing_level[number], loops.subscriber_level[number], loops.patient_level[number])
    opened = segment_at(segments, start) if start != NONE else (("",),)
    grouped = segment_at(segments, group) if group != NONE else None
    billing, subscriber, patient = (_from(segments, int(level), ends.level) for level in levels)
    return OriginalClaim(
        source_offset=int(segments.offset(loops.claim[number : number + 1])[0]),
        interchange=interchange,
        group=grouped,
        version=simple(opened, 3) or (simple(grouped, 8) if grouped else ""),
        header=_from(segments, start, ends.header)[1:],
        billing=billing,
        subscriber=subscriber,
        patient=patient,
        claim=_from(segments, int(loops.claim[number]), ends.claim),
    )


def _from(segments: Segments, first: int, ends: Rows) -> tuple[Segment, ...]:
    """Return the segments from one to the end of its loop."""
    if first == NONE:
        return ()
    end_index = int(np.searchsorted(ends, first, side="right"))
    last = int(ends[end_index]) if end_index < len(ends) else len(segments)
    return tuple(segment_at(segments, row) for row in range(first, last))


def segment_at(segments: Segments, row: int) -> Segment:
    """Return one segment as a value."""
    separator = chr(segments.component_separator)
    return tuple(
        tuple(text.split(separator)) for text in _texts(segments, row, range(int(segments.count[row])))
    )


def _interchange(segments: Segments, row: int) -> Segment:
    """Return an ISA, whose elements have no components."""
    return tuple((text,) for text in _texts(segments, row, _ISA_NUMBERS))


def _texts(segments: Segments, row: int, numbers: range) -> Iterator[str]:
    one = np.array([row], dtype=np.int64)
    end_of_tag = int(segments.element(one, 1).start[0]) - 1 if segments.count[row] > 1 else None
    for number in numbers:
        if number == 0:
            start = int(segments.start[row])
            field = Field(np.array([start]), np.array([end_of_tag or _end(segments, row)]))
        else:
            field = segments.element(one, number)
        yield segments.data[int(field.start[0]) : int(field.end[0])].decode("latin-1")


def _end(segments: Segments, row: int) -> int:
    """Where a segment of its identifier alone ends."""
    return segments.data.index(bytes([segments.delimiters.terminator]), int(segments.start[row]))
