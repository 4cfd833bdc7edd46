"""Which claim payment and line of an 835 each segment stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.scopes import first_of_each, number_within
from auditlib.sources.x12.segments import Mask, Rows, Segments, packed

if TYPE_CHECKING:
    import numpy.typing as npt

    from auditlib.sources.x12.transactions import Transactions

HEADER, PAYMENT_LEVEL, LINE_LEVEL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class PaymentLoops:
    """Loops of all claim payments of a chunk.

    Attributes
    ----------
    segments
        The chunk.
    within
        Segments of 835 transactions.
    transaction
        Position of each ST of an 835.
    ordinal
        Among those, the transaction of each segment.
    payment, line
        Position of each CLP and SVC.
    payment_of_segment, line_of_segment
        Last CLP and SVC at or before each segment.
    scope
        HEADER, PAYMENT_LEVEL or LINE_LEVEL of each segment.
    """

    segments: Segments
    within: Mask
    transaction: Rows
    ordinal: Rows
    payment: Rows
    line: Rows
    payment_of_segment: Rows
    line_of_segment: Rows
    scope: npt.NDArray[np.uint8]

    @property
    def transaction_of_payment(self) -> Rows:
        """Transaction of each claim payment."""
        return self.ordinal[self.payment]

    @property
    def payment_of_line(self) -> Rows:
        """Claim payment of each line."""
        return self.payment_of_segment[self.line]

    @property
    def line_number(self) -> Rows:
        """Position of each line in its claim payment, from 1."""
        return number_within(self.payment_of_line)

    def transaction_of(self, rows: Rows) -> Rows:
        """Transaction of each of these segments."""
        return self.ordinal[rows]

    def rows(self, tag: str, *qualifiers: str) -> Rows:
        """Segments of 835 transactions with an identifier, and a qualifier in their first element."""
        rows = self.segments.qualified(tag, *qualifiers) if qualifiers else self.segments.rows(tag)
        return rows[self.within[rows]]

    def first_in_header(self, tag: str, *qualifiers: str) -> Rows:
        """For each transaction, the first such segment above its claim payments, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        rows = rows[self.scope[rows] == HEADER]
        return first_of_each(rows, self.ordinal[rows], len(self.transaction))

    def first_in_payment(self, tag: str, *qualifiers: str) -> Rows:
        """For each claim payment, the first such segment at its own level, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        rows = rows[self.scope[rows] == PAYMENT_LEVEL]
        return first_of_each(rows, self.payment_of_segment[rows], len(self.payment))

    def first_in_line(self, tag: str, *qualifiers: str) -> Rows:
        """For each line, the first such segment, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        rows = rows[self.scope[rows] == LINE_LEVEL]
        return first_of_each(rows, self.line_of_segment[rows], len(self.line))

    def line_number_of(self, rows: Rows) -> Rows:
        """Line of each of these segments in its claim payment, 0 at claim level."""
        numbers = np.append(self.line_number, 0)
        return np.where(self.scope[rows] == LINE_LEVEL, numbers[self.line_of_segment[rows]], 0)


def find_payments(segments: Segments, transactions: Transactions) -> PaymentLoops:
    """Tell the loops of all 835 transactions of a chunk apart."""
    within = transactions.mask("835")
    tag = np.where(within, segments.tag, 0)
    position = np.arange(len(segments), dtype=np.int64)
    is_transaction, is_payment = tag == packed("ST"), tag == packed("CLP")
    last_payment = np.maximum.accumulate(np.where(is_payment, position, -1))
    last_transaction = np.maximum.accumulate(np.where(is_transaction, position, -1))
    below_payment = last_payment > last_transaction
    is_line = (tag == packed("SVC")) & below_payment
    last_line = np.maximum.accumulate(np.where(is_line, position, -1))
    scope = np.where(last_line > last_payment, LINE_LEVEL, PAYMENT_LEVEL).astype(np.uint8)
    scope[~below_payment] = HEADER
    return PaymentLoops(
        segments=segments,
        within=within,
        transaction=np.flatnonzero(is_transaction),
        ordinal=np.cumsum(is_transaction) - 1,
        payment=np.flatnonzero(is_payment),
        line=np.flatnonzero(is_line),
        payment_of_segment=np.cumsum(is_payment) - 1,
        line_of_segment=np.cumsum(is_line) - 1,
        scope=scope,
    )
