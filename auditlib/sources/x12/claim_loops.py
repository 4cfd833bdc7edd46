"""Which loop of an 837 each segment stands in, and which segments of the loops above are a claim's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.scopes import NONE, first_of_each, latest
from auditlib.sources.x12.segments import Mask, Rows, Segments, packed

if TYPE_CHECKING:
    import numpy.typing as npt

    from auditlib.sources.x12.transactions import Transactions

HEADER, CLAIM_LEVEL, OTHER_PAYER, LINE_LEVEL = 0, 1, 2, 3
LINE_TAGS = ("SV1", "SV2", "SV3")
_LEVELS = ("20", "22", "23")


@dataclass(frozen=True, slots=True)
class ClaimLoops:
    """Loops of all claims of a chunk.

    Attributes
    ----------
    segments
        The chunk.
    within
        Segments of 837 transactions.
    claim
        Position of each CLM segment.
    of_segment
        Last claim at or before each segment; it means something where the scope is not `HEADER`.
    scope
        HEADER, CLAIM_LEVEL, OTHER_PAYER (2320 and below) or LINE_LEVEL of each segment.
    transaction_start, billing_level, subscriber_level, patient_level
        For each claim, the ST segment and the HL segments in force, `NONE` where there is none.
    """

    segments: Segments
    within: Mask
    claim: Rows
    of_segment: Rows
    scope: npt.NDArray[np.uint8]
    transaction_start: Rows
    billing_level: Rows
    subscriber_level: Rows
    patient_level: Rows

    def rows(self, tag: str, *qualifiers: str) -> Rows:
        """Segments of 837 transactions with an identifier, and a qualifier in their first element."""
        rows = self.segments.qualified(tag, *qualifiers) if qualifiers else self.segments.rows(tag)
        return rows[self.within[rows]]

    def in_claim(self, tag: str, *qualifiers: str) -> Rows:
        """Those of them at claim level (2300 and 2310)."""
        rows = self.rows(tag, *qualifiers)
        return rows[self.scope[rows] == CLAIM_LEVEL]

    def first_in_claim(self, tag: str, *qualifiers: str) -> Rows:
        """For each claim, the first of them, or `NONE`."""
        rows = self.in_claim(tag, *qualifiers)
        return first_of_each(rows, self.of_segment[rows], len(self.claim))

    def above(self, floor: Rows, tag: str, *qualifiers: str) -> Rows:
        """For each claim, the last such segment of the loops above it, not before the floor, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        floor = np.where(floor >= 0, floor, self.transaction_start)
        return latest(rows[self.scope[rows] == HEADER], self.claim, floor)

    def header_of_transaction(self, tag: str) -> Rows:
        """For each claim, the last such segment above it in its transaction."""
        return self.above(self.transaction_start, tag)

    def billing_provider(self) -> Rows:
        """NM1*85 with an NPI, by claim."""
        return self._with_npi(self.above(self.billing_level, "NM1", "85"))

    def rendering_provider(self) -> Rows:
        """NM1*82 or, where there is none, NM1*71 (attending) with an NPI, by claim."""
        rendering = self._with_npi(self.first_in_claim("NM1", "82"))
        attending = self._with_npi(self.first_in_claim("NM1", "71"))
        is_institutional = attending != NONE
        return np.where(is_institutional, attending, rendering)

    def payer(self) -> Rows:
        """NM1*PR of 2010BB, by claim: payers of 2330B stand below the claim and are not it."""
        return self.above(self.subscriber_level, "NM1", "PR")

    def payer_sequence(self) -> Rows:
        """SBR of 2000B, by claim."""
        return self.above(self.subscriber_level, "SBR")

    def _with_npi(self, rows: Rows) -> Rows:
        field = self.segments.element(np.maximum(rows, 0), 8)
        is_npi = self.segments.code(field) == packed("XX")
        return np.where((rows >= 0) & is_npi, rows, NONE)


def find_loops(segments: Segments, transactions: Transactions) -> ClaimLoops:
    """Tell the loops of all 837 transactions of a chunk apart."""
    within = transactions.mask("837")
    count = len(segments)
    tag = np.where(within, segments.tag, 0)
    position = np.arange(count, dtype=np.int64)

    is_claim = tag == packed("CLM")
    is_above = (tag == packed("ST")) | (tag == packed("HL"))
    claim = np.flatnonzero(is_claim)
    of_segment = np.cumsum(is_claim) - 1
    last_claim = np.maximum.accumulate(np.where(is_claim, position, -1))
    last_above = np.maximum.accumulate(np.where(is_above, position, -1))
    below_claim = last_claim > last_above

    scope = np.zeros(count, dtype=np.uint8)
    is_line = np.isin(tag, [packed(line) for line in ("LX", *LINE_TAGS)])
    is_mark = is_claim | is_above | is_line | (tag == packed("SBR"))
    scope[is_claim] = CLAIM_LEVEL
    scope[(tag == packed("SBR")) & below_claim] = OTHER_PAYER
    scope[is_line & below_claim] = LINE_LEVEL
    scope = scope[np.maximum.accumulate(np.where(is_mark, position, 0))] if count else scope

    start = transactions.start[transactions.of_segment[claim]]
    level_rows = np.flatnonzero(tag == packed("HL"))
    level = segments.code(segments.element(level_rows, 3))
    billing, subscriber, patient = (latest(level_rows[level == packed(name)], claim, start) for name in _LEVELS)
    patient = np.where(patient > subscriber, patient, NONE)
    return ClaimLoops(segments, within, claim, of_segment, scope, start, billing, subscriber, patient)
