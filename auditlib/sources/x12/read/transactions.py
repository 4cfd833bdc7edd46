"""Transactions of a chunk: their segments and kinds, and segments outside of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from auditlib.sources.x12.read.scopes import latest
from auditlib.sources.x12.read.segments import Mask, Rows, Segments, packed

if TYPE_CHECKING:
    from auditlib.sources.x12.read.rejects import Rejects

ANSWER_KINDS = ("277", "999", "997")
LOADED_KINDS = ("837", "835", *ANSWER_KINDS)
_OTHER_KINDS = {
    "270": "270 eligibility inquiry",
    "271": "271 eligibility response",
    "276": "276 claim status request",
    "278": "278 services review",
    "820": "820 premium payment",
    "824": "824 application advice",
    "834": "834 enrollment",
}
_ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1")


@dataclass(frozen=True, slots=True)
class Transactions:
    """Transactions of a chunk, context included.

    Attributes
    ----------
    start
        Position of each ST segment.
    group
        Position of its GS segment, or -1.
    kind
        837, 835 or another ST01, as a number (see `packed`).
    of_segment
        Transaction of each segment, -1 outside.
    """

    start: Rows
    group: Rows
    kind: npt.NDArray[np.uint32]
    of_segment: npt.NDArray[np.int64]

    def mask(self, kind: str) -> Mask:
        """Return a mask of the segments in transactions of this kind."""
        belongs: Mask = np.append(self.kind == packed(kind), False)
        return belongs[self.of_segment]

    def own(self, kind: str, segments: Segments) -> int:
        """Return the number of transactions of this kind that start in the chunk itself."""
        return int(((self.kind == packed(kind)) & (self.start >= segments.context_count)).sum())


def find_transactions(segments: Segments) -> Transactions:
    """Return the transactions of a chunk, each from its ST to the next ST or the end of the group."""
    start, groups = segments.rows("ST"), segments.rows("GS")
    count = len(segments)
    marks = segments.rows("ST", "GS", "GE", "ISA", "IEA")
    ordinal = np.where(
        segments.tag.take(marks) == packed("ST"), np.cumsum(segments.tag.take(marks) == packed("ST")) - 1, -1
    )
    lengths = np.diff(np.concatenate(([0], marks, [count])))
    of_segment = np.repeat(np.concatenate(([-1], ordinal)), lengths)
    kind = segments.code(segments.element(start, 1))
    return Transactions(start, latest(groups, start, np.zeros_like(start)), kind, of_segment)


def note_strangers(segments: Segments, transactions: Transactions, rejects: Rejects) -> list[str]:
    """Reject segments outside transactions and transactions of unsupported kinds.

    Returns
    -------
    list of str
        Unsupported kinds of transaction in the chunk.
    """
    position = np.arange(len(segments), dtype=np.int64)
    nameless = segments.tag == 0
    reason = "segment has no identifier"
    rejects.add(position, nameless, reason, "an identifier of two or three capitals and digits")
    outside = (transactions.of_segment < 0) & ~nameless
    outside[segments.rows(*_ENVELOPE)] = False
    first_of_run = outside & ~np.insert(outside[:-1], 0, False) if len(outside) else outside
    rejects.add(position, first_of_run, "segments are outside any transaction", "ST before them")
    return _note_other_kinds(segments, transactions, rejects)


def _note_other_kinds(segments: Segments, transactions: Transactions, rejects: Rejects) -> list[str]:
    own = transactions.start >= segments.context_count
    kinds: list[str] = []
    for number in np.unique(transactions.kind[own]).tolist():
        kind = number.to_bytes(4, "little").strip(b"\x00").decode("latin-1")
        if kind in LOADED_KINDS:
            continue
        rows = transactions.start[own & (transactions.kind == number)]
        kinds.append(kind if kind in _OTHER_KINDS else "other")
        name = _OTHER_KINDS.get(kind, "transaction of an unknown kind")
        is_first = np.arange(len(rows)) == 0
        rejects.add(
            rows, is_first, f"{name}: recognised but not loaded yet", "claims, payments or answers to them"
        )
    return kinds
