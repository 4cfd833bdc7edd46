"""The claim payment and line of each segment of an 835."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.read.scopes import NONE, filled, first_of_each, number_within
from auditlib.sources.x12.read.segments import Mask, Rows, Segments

if TYPE_CHECKING:
    from auditlib.sources.x12.read.transactions import Transactions


@dataclass(frozen=True)
class PaymentLoops:
    """The loops of the claim payments of a chunk.

    Attributes
    ----------
    segments
        Segments of the 835 transactions of the chunk.
    transaction, payment, line
        Position of each ST, CLP and SVC.
    """

    segments: Segments
    transaction: Rows
    payment: Rows
    line: Rows

    @cached_property
    def transaction_of_segment(self) -> Rows:
        """Transaction of each segment."""
        return filled(len(self.segments), (self.transaction, np.arange(len(self.transaction))))

    @cached_property
    def payment_of_segment(self) -> Rows:
        """Claim payment of each segment, `NONE` above the first of its transaction."""
        payments = np.arange(len(self.payment))
        return filled(len(self.segments), (self.transaction, NONE), (self.payment, payments))

    @cached_property
    def line_of_segment(self) -> Rows:
        """Line of each segment, `NONE` at the level of the claim payment or above."""
        above = np.concatenate((self.transaction, self.payment))
        return filled(len(self.segments), (above, NONE), (self.line, np.arange(len(self.line))))

    @cached_property
    def transaction_of_payment(self) -> Rows:
        """Transaction of each claim payment."""
        return self.transaction_of(self.payment)

    @cached_property
    def payment_of_line(self) -> Rows:
        """Claim payment of each line."""
        return self.payment_of(self.line)

    @cached_property
    def line_number(self) -> Rows:
        """Position of each line in its claim payment, from 1."""
        return number_within(self.payment_of_line)

    def transaction_of(self, rows: Rows) -> Rows:
        """Return the transaction of each of these segments."""
        return self.transaction_of_segment.take(rows)

    def payment_of(self, rows: Rows) -> Rows:
        """Return the claim payment of each of these segments, `NONE` above the first of its transaction."""
        return self.payment_of_segment.take(rows)

    def line_of(self, rows: Rows) -> Rows:
        """Return the line of each of these segments, `NONE` at the level of the claim payment or above."""
        return self.line_of_segment.take(rows)

    def rows(self, tag: str, *qualifiers: str) -> Rows:
        """Return the segments with an identifier and one of the qualifiers in the first element."""
        return self.segments.qualified(tag, *qualifiers) if qualifiers else self.segments.rows(tag)

    def first_in_header(self, tag: str, *qualifiers: str) -> Rows:
        """Return each transaction's first such segment above its claim payments, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        owner = np.where(self.payment_of(rows) == NONE, self.transaction_of(rows), NONE)
        return first_of_each(rows, owner, len(self.transaction))

    def first_in_payment(self, tag: str, *qualifiers: str) -> Rows:
        """Return each claim payment's first such segment at its own level, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        owner = np.where(self.line_of(rows) == NONE, self.payment_of(rows), NONE)
        return first_of_each(rows, owner, len(self.payment))

    def first_in_line(self, tag: str, *qualifiers: str) -> Rows:
        """Return each line's first such segment, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        return first_of_each(rows, self.line_of(rows), len(self.line))

    def line_number_of(self, rows: Rows) -> Rows:
        """Return the line number of each of these segments in its claim payment, 0 at claim level."""
        return np.insert(self.line_number, 0, 0).take(self.line_of(rows) + 1)

    def stray(self, tag: str) -> tuple[Rows, Mask]:
        """Return the segments with an identifier, and a mask of those above any claim payment."""
        rows = self.rows(tag)
        return rows, self.payment_of(rows) == NONE


def find_payments(segments: Segments, transactions: Transactions) -> PaymentLoops:
    """Return the loops of the 835 transactions of a chunk."""
    segments = segments.only(transactions.mask("835"))
    loops = PaymentLoops(segments, segments.rows("ST"), segments.rows("CLP"), segments.rows("SVC"))
    line, stray = loops.stray("SVC")
    return PaymentLoops(segments, loops.transaction, loops.payment, line[~stray]) if stray.any() else loops
