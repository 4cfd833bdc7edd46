"""The loop of each segment of an 837, and the segments of higher loops that apply to each claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.read.scopes import NONE, filled, first_of_each, latest
from auditlib.sources.x12.read.segments import Rows, Segments, packed

if TYPE_CHECKING:
    import numpy.typing as npt

    from auditlib.sources.x12.read.transactions import Transactions

HEADER, CLAIM_LEVEL, OTHER_PAYER, LINE_LEVEL = NONE, 1, 2, 3
LINE_TAGS = ("SV1", "SV2", "SV3")
_LEVELS = ("20", "22", "23")
_NPI = packed("XX")


@dataclass(frozen=True, slots=True)
class ClaimLoops:
    """The loops of the claims of a chunk.

    Attributes
    ----------
    segments
        Segments of the 837 transactions of the chunk.
    claim
        Position of each CLM segment.
    of_segment
        Last claim at or before each segment; meaningful unless the scope is `HEADER`.
    scope
        HEADER, CLAIM_LEVEL, OTHER_PAYER (2320 and below) or LINE_LEVEL of each segment.
    transaction_start, group_start, billing_level, subscriber_level, patient_level
        The ST, GS and HL segments that apply to each claim, or `NONE`.
    """

    segments: Segments
    claim: Rows
    of_segment: Rows
    scope: npt.NDArray[np.int8]
    transaction_start: Rows
    group_start: Rows
    billing_level: Rows
    subscriber_level: Rows
    patient_level: Rows

    def rows(self, tag: str, *qualifiers: str) -> Rows:
        """Return the segments with an identifier and one of the qualifiers in the first element."""
        return self.segments.qualified(tag, *qualifiers) if qualifiers else self.segments.rows(tag)

    def in_claim(self, tag: str, *qualifiers: str) -> Rows:
        """Return those at claim level (2300 and 2310)."""
        rows = self.rows(tag, *qualifiers)
        at_level: Rows = rows[self.scope.take(rows) == CLAIM_LEVEL]
        return at_level

    def first_in_claim(self, tag: str, *qualifiers: str) -> Rows:
        """Return the first of them in each claim, or `NONE`."""
        rows = self.in_claim(tag, *qualifiers)
        return first_of_each(rows, self.of_segment.take(rows), len(self.claim))

    def above(self, floor: Rows, tag: str, *qualifiers: str) -> Rows:
        """Return each claim's last such segment in the loops above it and not before the floor, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        floor = np.where(floor >= 0, floor, self.transaction_start)
        return latest(rows[self.scope.take(rows) == HEADER], self.claim, floor)

    def billing_provider(self) -> Rows:
        """Return NM1*85 with an NPI, by claim."""
        return self._with_npi(self.above(self.billing_level, "NM1", "85"))

    def billing_tax_number(self) -> Rows:
        """Return REF*EI or REF*SY of the billing provider's own loop, by claim."""
        named = self.above(self.billing_level, "NM1", "85")
        others = self.rows("NM1")
        after = np.searchsorted(others, named, side="right")
        end = np.append(others, len(self.segments)).take(after)
        number = latest(self.rows("REF", "EI", "SY"), np.minimum(end, self.claim), named)
        return np.where(named != NONE, number, NONE)

    def rendering_provider(self) -> Rows:
        """Return NM1*71 (attending), else NM1*82, with an NPI, by claim."""
        attending = self._with_npi(self.first_in_claim("NM1", "71"))
        rendering = self._with_npi(self.first_in_claim("NM1", "82"))
        return np.where(attending != NONE, attending, rendering)

    def billing_specialty(self) -> Rows:
        """Return PRV of the billing provider, by claim."""
        return self.above(self.billing_level, "PRV", "BI")

    def rendering_specialty(self) -> Rows:
        """Return PRV of the attending, else of the rendering provider, by claim."""
        attending, rendering = self.first_in_claim("PRV", "AT"), self.first_in_claim("PRV", "PE")
        return np.where(attending != NONE, attending, rendering)

    def payer(self) -> Rows:
        """Return NM1*PR of 2010BB, by claim; the payers of 2330B are other payers."""
        return self.above(self.subscriber_level, "NM1", "PR")

    def subscriber_information(self) -> Rows:
        """Return SBR of 2000B, by claim."""
        return self.above(self.subscriber_level, "SBR")

    def _with_npi(self, rows: Rows) -> Rows:
        is_npi = self.segments.code(self.segments.element(rows, 8)) == _NPI
        return np.where(is_npi, rows, NONE)


def find_loops(segments: Segments, transactions: Transactions) -> ClaimLoops:
    """Return the loops of the 837 transactions of a chunk."""
    segments = segments.only(transactions.mask("837"))
    claim, levels, lines = segments.rows("CLM"), segments.rows("HL"), segments.rows("LX", *LINE_TAGS)
    of_segment = filled(len(segments), (claim, np.arange(len(claim))))

    above = segments.rows("ST", "HL")
    others = segments.rows("SBR")
    others = others[_is_below(others, claim, above)]
    lines = lines[_is_below(lines, claim, above)]
    marks = ((above, HEADER), (claim, CLAIM_LEVEL), (others, OTHER_PAYER), (lines, LINE_LEVEL))
    scope = filled(len(segments), *marks).astype(np.int8)

    transaction = transactions.of_segment.take(claim)
    start, group = transactions.start.take(transaction), transactions.group.take(transaction)
    level = segments.code(segments.element(levels, 3))
    billing, subscriber, patient = (latest(levels[level == packed(name)], claim, start) for name in _LEVELS)
    patient = np.where(patient > subscriber, patient, NONE)
    return ClaimLoops(segments, claim, of_segment, scope, start, group, billing, subscriber, patient)


def _is_below(rows: Rows, claim: Rows, above: Rows) -> npt.NDArray[np.bool_]:
    """Return which rows are below a claim and not in a loop that began after it."""
    padded_claim, padded_above = np.insert(claim, 0, NONE), np.insert(above, 0, NONE)
    last_claim = padded_claim.take(np.searchsorted(claim, rows))
    return last_claim > padded_above.take(np.searchsorted(above, rows))
